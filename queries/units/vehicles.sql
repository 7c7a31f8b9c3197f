-- The vehicles, with what files state about them and what orders showed last.
-- grain: one row per unit_id that is a vehicle
-- inputs: orders, order_parties, vehicle_pairs, vehicle_facts, unit_keys, customer_aliases
-- output: vehicles
create or replace table vehicles as
with
pairs as (
    select
        coalesce(p.vin_key, k.unit_id, p.plate_key) as unit_id,
        p.vin_key, p.plate_key, p.vin, p.plate, p.vin_valid, p.store_id, p.import_id
    from vehicle_pairs p
    left join unit_keys k
        on p.vin_key is null and k.key = p.plate_key and k.valid_from is null
),
unit_orders as (
    select vin_key as unit_id, plate_key, customer_key, last_in, last_order
    from order_parties
    where vin_key is not null
    union all
    select
        k.unit_id, o.plate_key, o.customer_key, o.in_at,
        epoch_us(o.in_at)::hugeint * 18446744073709551616::hugeint + o.order_id
    from orders o
    left join unit_keys k
        on k.key = o.plate_key
        and (k.valid_from is null or o.in_at >= k.valid_from) and (k.valid_to is null or o.in_at < k.valid_to)
    where o.vin_key is null and o.plate_key is not null
),
seen as (
    select unit_id, plate_key, max(last_in) as last_in
    from unit_orders
    where plate_key is not null
    group by unit_id, plate_key
),
named as (
    select
        p.unit_id,
        arg_min(p.store_id, p.import_id) as store_id,
        min(p.vin) filter (p.vin is not null) as vin,
        bool_or(p.vin_valid) as vin_valid,
        -- The plate seen last; one that only a file states comes before any that was seen.
        arg_max(p.plate, (coalesce(s.last_in, timestamp '1900-01-01'), p.plate)) filter (p.plate is not null) as plate
    from pairs p
    left join seen s on s.unit_id = p.unit_id and s.plate_key = p.plate_key
    group by p.unit_id
),
customers_of_orders as (
    select unit_id, arg_max(customer_key, last_order) as customer_id
    from unit_orders
    where customer_key is not null
    group by unit_id
),
facts as (
    select coalesce(f.vin_key, k.unit_id, f.plate_key) as unit_id, f.*
    from vehicle_facts f
    left join unit_keys k on f.vin_key is null and k.key = f.plate_key and k.valid_to is null
    -- A vehicle stated twice, by VIN and by plate alone: the row with the VIN says more.
    qualify row_number() over (
        partition by coalesce(f.vin_key, k.unit_id, f.plate_key)
        order by f.vin_key is null, f.import_id desc, f.vehicle_key
    ) = 1
)
select
    n.unit_id,
    n.store_id,
    n.vin,
    n.vin_valid,
    n.plate,
    -- Customers that count as one person are one; who is known by the vehicle alone may be somebody with a number.
    coalesce(a.person_id, c.customer_id, f.customer_key) as customer_id,
    f.engine_no,
    f.brand,
    f.series,
    f.model,
    f.fuel,
    f.sold_by_us,
    f.purchase_date,
    f.warranty_end,
    f.interval_km,
    f.interval_months,
    f.next_due_date,
    f.next_due_km,
    f.policy_end,
    f.inspection_end,
    f.status,
    f.known_from
from named n
left join facts f on f.unit_id = n.unit_id
left join customers_of_orders c on c.unit_id = n.unit_id
left join customer_aliases a on a.customer_id = coalesce(c.customer_id, f.customer_key, n.unit_id)
order by n.unit_id;

drop table order_parties;
