-- Vehicles of persons by year of purchase: how many of them came in the 12 months up to so many months after their first visit.
-- grain: purchase_year, months
-- inputs: run, visits, vehicles, customers_merged
-- output: year_cohorts
-- run: as_of, month_start, month_end (of the year)
-- units: those first here at least that long before the end of the year; the first visit itself does not count as coming
-- back. No purchase year (NULL) is a vehicle whose purchase date is not known.
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.month_end
),
cars as (
    select unit_id, min(day) as began, arg_max(customer_id, (first_in, visit_id)) as customer_id, list(distinct day) as days
    from known
    group by unit_id
),
watched as (
    select year(v.purchase_date)::bigint as purchase_year, m.months,
        len(list_filter(c.days, lambda d: d > c.began and d > (c.began + to_months(m.months - 12))::date
            and d <= (c.began + to_months(m.months))::date)) > 0 as came
    from cars c
    cross join run r
    join (select unnest([12, 18, 24, 30, 36, 48, 60, 72, 84])::integer as months) m
        on (c.began + to_months(m.months))::date <= r.month_end
    left join vehicles v on v.unit_id = c.unit_id
    left join customers_merged p on p.customer_id = c.customer_id
    where coalesce(p.kind, 'person') = 'person'
)
select purchase_year, months::bigint as months, count(*) as units, count(*) filter (where came) as came
from watched
group by all
order by purchase_year nulls last, months;
