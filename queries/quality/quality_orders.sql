-- The orders that count, with the unit that each belongs to: what the quality of the data is measured on.
-- grain: one row per order_id that is not void
-- inputs: orders, unit_keys
-- output: quality_orders
create or replace temp table quality_orders as
select
    o.order_id,
    coalesce(o.vin_key, k.unit_id) as unit_id,
    o.customer_key is not null as has_customer,
    o.in_at::date as in_on,
    o.has_settlement and o.settled_at is null and o.out_at is null as is_open,
    o.job_class,
    o.odometer_km,
    coalesce(o.received, o.receivable) as amount,
    o.cost is not null as has_cost,
    nullif(trim(o.advisor), '') is not null as has_advisor
from orders o
left join unit_keys k
    on o.vin_key is null and k.key = o.plate_key
    and (k.valid_from is null or o.in_at >= k.valid_from) and (k.valid_to is null or o.in_at < k.valid_to)
where coalesce(o.status, '') <> 'void';
