-- Maintenance that fell due in the month, as it was expected on the eve of it: reached, booked, came; by which maintenance.
-- grain: stage
-- inputs: run, score_history, visits, vehicles, contacts_of_units, appointments, unit_keys
-- output: month_due
-- run: as_of, month_start, month_end
-- When it was due follows from the overdue ratio of that evening: time since the last maintenance over the expected
-- interval. First and second are those of young cars; without a maintenance here an older one had its first elsewhere.
with eve as (
    select h.unit_id, h.as_of, h.overdue_ratio
    from score_history h, run r
    where h.as_of = r.month_start - 1 and h.overdue_ratio > 0 and h.churn_state not in ('gone', 'dead')
),
before as (
    select e.unit_id, e.as_of, e.overdue_ratio,
        max(v.first_on) filter (where v.is_maint) as last_maintenance_on,
        max(v.first_on) filter (where v.qualified) as last_visit_on,
        count(*) filter (where v.is_maint) as services
    from eve e
    left join visits v on v.unit_id = e.unit_id and v.first_on <= e.as_of and v.known_on <= e.as_of and v.orders > 0
    group by all
),
since as (
    select b.unit_id, b.as_of, b.overdue_ratio, b.services, h.purchase_date,
        coalesce(b.last_maintenance_on, b.last_visit_on, h.purchase_date) as begun_on
    from before b
    left join vehicles h on h.unit_id = b.unit_id
),
due as (
    select s.unit_id,
        case
            when s.services = 0 and s.purchase_date > s.as_of - interval 15 month then 'first'
            when s.services = 1 and s.purchase_date > s.as_of - interval 27 month then 'second'
            else 'further'
        end as stage
    from since s, run r
    where s.begun_on < s.as_of
        and s.begun_on + round((s.as_of - s.begun_on) / s.overdue_ratio)::integer between r.month_start and r.month_end
),
reached as (
    select distinct c.unit_id
    from contacts_of_units c, run r
    where c.reached and c.contacted_on between r.month_start and r.month_end
),
booked as (
    select distinct c.unit_id
    from contacts_of_units c, run r
    where c.says_booked and c.contacted_on between r.month_start and r.month_end
    union
    select coalesce(u.unit_id, a.vin_key, a.plate_key, a.customer_key)
    from run r, appointments a
    left join unit_keys u on u.key = coalesce(a.vin_key, a.plate_key, a.customer_key)
        and (u.valid_from is null or u.valid_from <= a.for_at)
        and (u.valid_to is null or a.for_at < u.valid_to)
    where a.for_at >= r.month_start and a.for_at < r.month_end + 1 and coalesce(a.booked_at, a.for_at) < r.as_of + 1
),
came as (
    select distinct v.unit_id
    from visits v, run r
    where v.is_maint and v.known_on <= r.as_of and v.first_on between r.month_start and r.month_end
)
select d.stage, count(*) as due,
    count(x.unit_id) as reached,
    count(b.unit_id) as booked,
    count(c.unit_id) as came
from due d
left join reached x on x.unit_id = d.unit_id
left join booked b on b.unit_id = d.unit_id
left join came c on c.unit_id = d.unit_id
group by d.stage
order by d.stage;
