-- Of the units seen in the same month last year, those that have not come since; for 13 months.
-- grain: month
-- inputs: run, visits, customers_merged, score_history
-- output: cohort
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- Units of persons; those gone by the end of the month are left out.
with months as (
    select unnest(generate_series(month_start - interval 12 month, month_start::timestamp, to_months(step_months)))::date as month
    from run
),
spans as (
    select m.month,
        (m.month - interval 12 month)::date as cohort_from,
        (m.month - interval 12 month + to_months(r.step_months) - interval 1 day)::date as cohort_to,
        least((m.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes
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
seen as (
    select distinct s.month, s.cohort_to, s.closes, q.unit_id
    from spans s
    join qualified q on q.day between s.cohort_from and s.cohort_to
    join persons p on p.unit_id = q.unit_id
    where not exists (
        select 1 from score_history g
        where g.as_of = s.closes and g.unit_id = q.unit_id and g.churn_state = 'gone'
    )
),
back as (
    select distinct s.month, s.unit_id
    from seen s
    join qualified q on q.unit_id = s.unit_id and q.day > s.cohort_to and q.day <= s.closes and q.known_on <= s.closes
)
select s.month,
    count(*) as cohort,
    count(*) filter (where b.unit_id is null) as not_back
from seen s
left join back b on b.month = s.month and b.unit_id = s.unit_id
group by s.month
order by s.month;
