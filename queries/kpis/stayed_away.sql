-- Who stayed away for a year: vehicles of persons that were in the base a year before, by age and warranty.
-- grain: split_by, split_value
-- inputs: run, visits, vehicles, customers_merged, score_history
-- output: stayed_away
-- run: as_of, month_end (of the period)
-- units: here in the 12 months up to a year before the end of the period; stayed_away: those of them not here since.
-- split_by: age (whole years since purchase, 8 and more together) and warranty (inside, outside), both as of a year before
-- the end; where the date is not known, unknown. Those gone by the end (sold, scrapped, moved) are left out.
with marks as (
    select month_end as closes, (month_end - interval 12 month)::date as opens, as_of from run
),
known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day
    from visits v, marks m
    where v.qualified and v.unit_id is not null and v.known_on <= m.as_of and v.first_in::date <= m.closes
),
units as (
    select k.unit_id, arg_max(k.customer_id, (k.first_in, k.visit_id)) as customer_id,
        bool_or(k.day > m.opens) as came,
        bool_or(k.day <= m.opens and k.day > (m.opens - interval 12 month)::date) as was_here
    from known k, marks m
    group by k.unit_id
),
placed as (
    select u.came,
        case when f.purchase_date <= m.opens then least(datesub('year', f.purchase_date, m.opens), 8)::varchar else 'unknown' end as age,
        case when f.warranty_end >= m.opens then 'inside' when f.warranty_end < m.opens then 'outside' else 'unknown' end as warranty
    from units u
    cross join marks m
    left join vehicles f on f.unit_id = u.unit_id
    left join customers_merged p on p.customer_id = u.customer_id
    where u.was_here and coalesce(p.kind, 'person') = 'person'
        and not exists (
            select 1 from score_history g where g.as_of = m.closes and g.unit_id = u.unit_id and g.churn_state = 'gone'
        )
)
select 'age' as split_by, age as split_value, count(*) as units, count(*) filter (where not came) as stayed_away
from placed
group by all
union all
select 'warranty', warranty, count(*), count(*) filter (where not came)
from placed
group by all
order by split_by, split_value;
