-- Revenue of the year by tenth of its customers, from those who spent most; persons and companies alike.
-- grain: tenth
-- inputs: run, visits
-- output: year_customers
-- run: as_of, month_start, month_end (of the year)
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.month_end
),
spent as (
    select k.customer_id, sum(k.revenue) as revenue, count(*) as visits
    from known k, run r
    where k.day >= r.month_start and k.customer_id is not null
    group by k.customer_id
),
placed as (
    select revenue, visits, ntile(10) over (order by revenue desc, customer_id) as tenth from spent
)
select tenth::bigint as tenth, count(*) as customers, sum(visits)::bigint as visits, sum(revenue)::double as revenue
from placed
group by tenth
order by tenth;
