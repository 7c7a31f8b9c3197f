-- Retention and churn as makers and other programs count them, at the end of each of 13 months.
-- grain: month
-- inputs: run, visits, customers_merged, score_history
-- output: presets
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- Units of persons that are not gone by the end of the period. tiers: by months since the last qualified visit, 12 to 24 and
-- over 24. 13 months: of those here in the calendar month 13 months before the last of the period, those here since.
-- What the imported history is too short for is NULL. twice: of those here in the 12 months up to the end, those with two
-- qualified visits or more.
-- classes: all units known by then, by qualified visits in 12 months: A four or more, B two or three, C one, D none.
with months as (
    select unnest(generate_series(month_start - interval 12 month, month_start::timestamp, to_months(step_months)))::date as month
    from run
),
spans as (
    select m.month, least((m.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes
    from months m, run r
),
qualified as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, v.known_on
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.as_of
),
persons as (
    select h.unit_id
    from (select unit_id, arg_max(customer_id, (first_in, visit_id)) as customer_id from qualified group by unit_id) h
    left join customers_merged c on c.customer_id = h.customer_id
    where coalesce(c.kind, 'person') = 'person'
),
dated as (
    select s.month, s.closes, q.unit_id, q.day, (date_trunc('month', s.closes) - interval 13 month)::date as cohort_from
    from spans s
    join qualified q on q.day <= s.closes and q.known_on <= s.closes
    join persons p on p.unit_id = q.unit_id
    where not exists (
        select 1 from score_history g where g.as_of = s.closes and g.unit_id = q.unit_id and g.churn_state = 'gone'
    )
),
began as (
    select min(day) as day from qualified
),
units as (
    select month, unit_id,
        max(day) as last_on,
        any_value(closes) as closes,
        count(*) filter (where day > (closes - interval 12 month)::date) as recent,
        count(*) filter (where day >= cohort_from and day < (cohort_from + interval 1 month)::date) > 0 as in_cohort,
        count(*) filter (where day >= (cohort_from + interval 1 month)::date) > 0 as since
    from dated
    group by month, unit_id
)
select u.month,
    case when any_value(b.day) <= (any_value(u.closes) - interval 12 month)::date
        then count(*) filter (where last_on <= (closes - interval 12 month)::date and last_on > (closes - interval 24 month)::date)
    end as tier_12_24,
    case when any_value(b.day) <= (any_value(u.closes) - interval 24 month)::date
        then count(*) filter (where last_on <= (closes - interval 24 month)::date) end as tier_over_24,
    count(*) filter (where in_cohort) as cohort,
    count(*) filter (where in_cohort and since) as cohort_since,
    count(*) filter (where recent > 0) as here,
    case when any_value(b.day) <= (any_value(u.closes) - interval 12 month)::date
        then count(*) filter (where recent > 1) end as here_twice,
    count(*) filter (where recent >= 4) as class_a,
    count(*) filter (where recent in (2, 3)) as class_b,
    count(*) filter (where recent = 1) as class_c,
    count(*) filter (where recent = 0) as class_d
from units u
cross join began b
group by u.month
order by u.month;
