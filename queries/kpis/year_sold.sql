-- Sold and serviced (SOSE), serviced and sold (SESO): cars that we sold and cars that came in the year.
-- grain: one row
-- inputs: run, visits, vehicles
-- output: year_sold
-- run: as_of, month_start, month_end (of the year)
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.month_end
),
came as (
    select distinct k.unit_id from known k, run r where k.day >= r.month_start
)
select count(*) filter (where v.sold_by_us and v.purchase_date <= r.month_end) as sold,
    count(*) filter (where v.sold_by_us and v.purchase_date <= r.month_end and c.unit_id is not null) as sold_and_came,
    count(*) filter (where v.sold_by_us is not null and c.unit_id is not null) as came,
    count(*) filter (where v.sold_by_us and c.unit_id is not null) as came_and_sold
from vehicles v
cross join run r
left join came c on c.unit_id = v.unit_id;
