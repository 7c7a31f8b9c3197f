-- When the customer was first spoken with after a visit, and when again: what the plan's timers are held against.
-- grain: one row a visit in calls_after_visits
-- inputs: contacts_of_units, visits, run (as_of, month_start, month_end date)
-- output: calls_after_visits
-- A visit that is followed by another before its call was due leaves the call to that one.
-- Visits whose first or second call may be due in the month: a second one 14 days after the first, that within 14 days.
create or replace temporary table calls_after_visits as
with looked_at as (
    select distinct v.unit_id
    from visits as v
    cross join run as r
    where cast(coalesce(v.last_out, v.first_in) as date) between r.month_start - 28 and r.month_end
),

delivered as (
    select
        v.visit_id,
        v.unit_id,
        v.advisor,
        cast(coalesce(v.last_out, v.first_in) as date) as delivered_on,
        lead(v.first_on) over (partition by v.unit_id order by v.first_on, v.visit_id) as next_on
    from visits as v
    inner join looked_at as l on l.unit_id = v.unit_id
    cross join run as r
    where
        v.orders > 0
        and v.is_settled
        and v.known_on <= r.as_of
        and coalesce(v.main_class, 'unknown') not in ('pdi', 'internal', 'accessory_retail')
),

firsts as (
    select d.*, min(c.contacted_on) as first_on
    from delivered as d
    inner join run as r on d.delivered_on between r.month_start - 28 and r.month_end
    left join contacts_of_units as c
        on
            c.unit_id = d.unit_id
            and c.reached
            and c.contacted_on > d.delivered_on
            and (d.next_on is null or c.contacted_on < d.next_on)
    group by all
)

select f.visit_id, f.unit_id, f.advisor, f.delivered_on, f.next_on, f.first_on, min(c.contacted_on) as second_on
from firsts as f
left join contacts_of_units as c
    on
        c.unit_id = f.unit_id
        and c.reached
        and c.contacted_on >= f.first_on + 7
        and (f.next_on is null or c.contacted_on < f.next_on)
group by all;
