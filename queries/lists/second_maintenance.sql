-- Second maintenance: the first that is paid for, and where most are lost.
-- grain: one row a unit, by unit_id
-- inputs: list_scored, vehicles, visits, run (calling_day date, due_window_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with serviced_once as (
    select v.unit_id
    from visits as v
    where v.is_maint and v.unit_id is not null
    group by v.unit_id
    having count(*) = 1
)

select
    s.unit_id,
    'due' as band,
    s.next_due_on - r.due_window_days as open_on,
    s.next_due_on as due_on,
    s.next_due_on as about_on,
    cast(s.last_maintenance_on as varchar) as about
from list_scored as s
inner join serviced_once as o on o.unit_id = s.unit_id
inner join vehicles as h on h.unit_id = s.unit_id
cross join run as r
where
    h.sold_by_us
    -- A car that came with a history of its own has had its second elsewhere.
    and h.purchase_date > r.calling_day - 1096
    and s.churn_state in ('active', 'won_back', 'new', 'due', 'warning', 'at_risk')
    and s.next_due_on <= r.calling_day + r.due_window_days
order by s.unit_id
