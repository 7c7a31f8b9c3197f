-- Units whose customers were promised a call for today or earlier, and were not called since; or had booked and did not come.
-- grain: one row a unit, by unit_id
-- inputs: follow_up_tasks, run (calling_day date)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    t.unit_id,
    'care' as band,
    min(least(t.open_on, t.due_on)) as open_on,
    min(t.due_on) as due_on,
    -- Of a booking the day on which they were to come.
    min(least(t.open_on, t.due_on)) - max(coalesce(t.reference = 'booked', false)::integer) as about_on,
    coalesce(max(t.reference), '') as about
from follow_up_tasks as t
cross join run as r
where
    t.list = 'promised'
    and t.state in ('open', 'overdue', 'escalated')
    and t.open_on <= r.calling_day
group by t.unit_id
order by t.unit_id
