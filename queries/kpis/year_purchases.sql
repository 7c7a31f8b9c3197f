-- Vehicles of persons by year of purchase: how many ever came here, and how many of them came in the year and in the one before.
-- grain: purchase_year
-- inputs: run, visits, vehicles, customers_merged
-- output: year_purchases
-- run: as_of, month_start, month_end (of the year)
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.month_end
),
cars as (
    select k.unit_id, arg_max(k.customer_id, (k.first_in, k.visit_id)) as customer_id,
        bool_or(k.day >= r.month_start) as came,
        bool_or(k.day >= r.month_start - interval 12 month and k.day < r.month_start) as came_before,
        min(k.day) < r.month_start as was_known
    from known k, run r
    group by k.unit_id, r.month_start
)
select year(v.purchase_date)::bigint as purchase_year,
    count(*) as units,
    count(*) filter (where c.came) as came,
    count(*) filter (where c.came_before) as came_before,
    count(*) filter (where c.came_before and c.came) as kept
from cars c
left join vehicles v on v.unit_id = c.unit_id
left join customers_merged p on p.customer_id = c.customer_id
where coalesce(p.kind, 'person') = 'person'
group by all
order by purchase_year nulls last;
