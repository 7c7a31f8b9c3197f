-- The orders that count, with the unit that each belongs to: what the quality of the data is measured on.
-- grain: one row per order_id that is not void
-- inputs: orders, unit_keys
-- output: quality_orders
create or replace temp table quality_orders as
select
    o.order_id, o.store_id, o.ro_no, o.import_id, o.customer_key, o.in_at, o.in_at::date as in_on, o.out_at, o.settled_at,
    o.has_settlement, o.job_class, o.odometer_km, o.receivable, o.received, o.cost, o.advisor,
    coalesce(o.vin_key, k.unit_id) as unit_id
from orders o
left join unit_keys k
    on o.vin_key is null and k.key = o.plate_key
    and (k.valid_from is null or o.in_at >= k.valid_from) and (k.valid_to is null or o.in_at < k.valid_to)
where coalesce(o.status, '') <> 'void';
