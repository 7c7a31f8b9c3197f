-- How the plan's timers were kept in the month: what was due in it, done in time, done late, not done.
-- grain: timer
-- inputs: run, calls_after_visits, contacts_of_units, visits, customers, customers_merged, complaints, campaign_members
-- output: month_timers
-- run: as_of, month_start, month_end
-- File: within two days of the first visit. First call: within seven days of delivery. Second call: 7 to 14 days after
-- the first. Escalation: a complaint solved or passed on within two days. Answer: told on the day of the solution.
-- Letter: within two days of the notice, where one was sent. What no file ever fills is not held against anybody.
with firsts as (
    select v.customer_id, min(v.first_on) as first_on
    from visits v
    where v.customer_id is not null and v.orders > 0
    group by v.customer_id
),
-- Visits of the first weeks of the data are nobody's first.
begins as (
    select min(first_on) + 90 as day from visits
),
timed as (
    select 'file' as timer, f.first_on + 2 as due_on, c.file_opened_at::date as done_on
    from firsts f
    join customers_merged c on c.customer_id = f.customer_id
    cross join begins b
    where f.first_on >= b.day and (select count(file_opened_at) from customers) > 0
    union all
    select 'first_call', delivered_on + 7, first_on
    from calls_after_visits
    where (next_on is null or next_on > delivered_on + 7) and exists (
            select 1
            from contacts_of_units c
            join visits v on v.unit_id = c.unit_id
            where c.reached and v.orders > 0 and v.is_settled and c.contacted_on > coalesce(v.last_out, v.first_in)::date
        )
    union all
    select 'second_call', first_on + 14, second_on
    from calls_after_visits
    where first_on <= delivered_on + 14 and (next_on is null or next_on > first_on + 14)
    union all
    select 'escalation', complained_at::date + 2,
        least(coalesce(escalated_at, solved_at), coalesce(solved_at, escalated_at))::date
    from complaints
    union all
    select 'answer', solved_at::date, told_customer_at::date
    from complaints
    where solved_at is not null and (select count(told_customer_at) from complaints) > 0
    union all
    select 'letter', notified_on + 2, letter_on
    from campaign_members
    where notified_on is not null and letter_on is not null
)
select t.timer, count(*) as due,
    count(*) filter (where t.done_on <= t.due_on) as on_time,
    count(*) filter (where t.done_on > t.due_on and t.done_on <= r.as_of) as late,
    count(*) filter (where t.done_on is null or t.done_on > r.as_of) as missed
from timed t, run r
where t.due_on between r.month_start and r.month_end
group by t.timer
order by t.timer;
