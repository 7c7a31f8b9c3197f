-- The orders up to the as-of date with the unit that each belongs to, as they stand in the file today.
-- grain: one row per order_id with in_at on or before the as-of date
-- inputs: orders, unit_keys, customer_aliases, run
-- output: orders_looked_up, orders_resolved
-- Only the few orders whose unit has to be looked up are written once more; all others are read where they are.
create or replace temp table orders_looked_up as
select n.*, k.unit_id, c.unit_id as alone_id, c.valid_to as alone_to
from orders n
left join unit_keys k
    on k.key = n.plate_key
    and (k.valid_from is null or n.in_at >= k.valid_from) and (k.valid_to is null or n.in_at < k.valid_to)
left join unit_keys c on n.plate_key is null and c.key = n.customer_key
where n.vin_key is null;

create or replace temp view orders_resolved as
select
    o.order_id,
    -- An order without a unit is a visit of its own.
    coalesce(o.unit_id, o.order_id) as party,
    o.unit_id,
    -- The customer stands for himself on days before a vehicle of his is known.
    o.alone_id,
    coalesce(o.alone_to, timestamp '9999-12-31')::date as alone_until,
    coalesce(a.person_id, o.customer_key) as customer_id,
    o.store_id,
    o.ro_no,
    o.credit_of,
    o.in_at,
    o.in_at::date as in_on,
    o.out_at,
    o.settled_at,
    -- An order is known on its in-date; its status and money on its settled date, else out date, else in-date.
    case when o.has_settlement then coalesce(o.settled_at, o.out_at, o.in_at)::date else o.in_at::date end as money_on,
    greatest(o.in_at, o.out_at, case when o.has_settlement then coalesce(o.settled_at, o.out_at) end)::date as known_on,
    o.status,
    o.has_settlement,
    o.has_class,
    o.odometer_km,
    o.job_class,
    o.advisor,
    coalesce(o.is_comeback, false) or coalesce(o.job_class = 'comeback', false) as is_comeback,
    o.labour,
    o.parts,
    o.discount,
    o.receivable,
    o.received,
    o.owing,
    o.cost,
    o.next_due_date,
    o.next_due_km
from (
    -- A VIN is its unit: most orders have one and need not be looked up.
    select *, vin_key as unit_id, null::ubigint as alone_id, null::timestamp as alone_to
    from orders
    where vin_key is not null
    union all
    from orders_looked_up
) o
left join customer_aliases a on a.customer_id = o.customer_key
cross join run r
where o.in_at < r.as_of + 1;
