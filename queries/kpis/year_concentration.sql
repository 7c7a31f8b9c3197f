-- How unevenly customers bring the revenue of the year: what each hundredth of them adds, from those who spent most.
-- grain: percent
-- inputs: run, visits
-- output: year_concentration
-- run: as_of, month_start, month_end (of the year)
-- Persons and companies alike, as in `year_customers`; customers and revenue are sums up to that hundredth; credits beyond a
-- customer's revenue count as nothing. all_customers, gini (Gini 1912: 0 where all
-- spent the same, towards 1 where one spent all): the same in each row. From 20 customers on.
with spent as (
    select v.customer_id, greatest(sum(coalesce(v.receivable, v.paid_amount, 0)), 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.customer_id is not null and v.known_on <= r.as_of
        and v.first_in::date between r.month_start and r.month_end
    group by v.customer_id
),
placed as (
    select revenue, row_number() over (order by revenue desc, customer_id) as place, count(*) over () as n
    from spent
),
sums as (
    select place, n, sum(revenue) over (order by place) as so_far, sum(revenue) over () as total
    from placed
),
uneven as (
    -- With x in falling order, sum of (n + 1 - 2 place) x over n times the total.
    select any_value(n) as n, (sum((n + 1 - 2 * place) * revenue))::double / nullif(any_value(n) * sum(revenue), 0)::double as gini
    from placed
)
select p.percent::bigint as percent, s.place as customers, s.so_far::double as revenue, s.total::double as all_revenue,
    s.n as all_customers, u.gini
from (select unnest(range(1, 101)) as percent) p
cross join uneven u
join sums s on s.place = greatest((p.percent * u.n + 50) // 100, 1)
where u.n >= 20 and s.total > 0
order by percent;
