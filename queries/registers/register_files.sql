-- The customer files of the plan: who, which vehicle, what was done, what comes next, what is missing.
-- grain: one row a vehicle, or a customer without one, by customer_id, unit_id
-- inputs: vehicles, customers_merged, orders, work_order_lines, unit_keys, visits, vehicle_scores, register_calls
-- output: register_files
create or replace view register_files as
with held as (
    select unit_id, customer_id from vehicles
    union all
    select c.customer_id, c.customer_id
    from customers_merged as c
    where c.customer_id = c.person_id and not exists (select 1 from vehicles as h where h.customer_id = c.customer_id)
),

orders_of as (
    select k.unit_id, o.order_id, o.store_id, o.ro_no, o.in_at
    from orders as o
    inner join unit_keys as k
        on
            k.key = coalesce(o.vin_key, o.plate_key, o.customer_key)
            and (k.valid_from is null or o.in_at >= k.valid_from or o.vin_key is not null)
            and (k.valid_to is null or o.in_at < k.valid_to or o.vin_key is not null)
    where coalesce(o.status, '') not in ('void', 'draft', 'deleted') and coalesce(o.receivable, o.received, 0) >= 0
),

last_orders as (
    select * from orders_of
    qualify row_number() over (partition by unit_id order by in_at desc, order_id desc) = 1
),

last_items as (
    select l.unit_id, left(string_agg(w.name, ', ' order by w.line_no, w.row_key), 200) as items
    from last_orders as l
    inner join work_order_lines as w on w.store_id is not distinct from l.store_id and w.ro_no = l.ro_no
    where trim(w.name) <> ''
    group by l.unit_id
),

history as (
    select
        unit_id,
        min(first_on) as first_visit_on,
        max(first_on) as last_visit_on,
        count(*) as visits,
        count(*) filter (where is_maint) as maintenance_visits,
        max(first_on) filter (where is_maint) as last_maintenance_on,
        count(*) filter (where not is_maint) as repair_visits,
        max(first_on) filter (where not is_maint) as last_repair_on,
        arg_max(main_class, (first_on, visit_id)) as last_class
    from visits
    where unit_id is not null and orders > 0
    group by unit_id
),

wishes as (
    select unit_id, customer_id, note
    from register_calls
    where trim(note) <> ''
    qualify row_number() over (partition by coalesce(unit_id, customer_id) order by contacted_on desc, row_key desc) = 1
)

select
    h.unit_id,
    h.customer_id,
    coalesce(v.store_id, c.store_id) as store_id,
    c.customer_no,
    c.name,
    c.kind,
    c.phone_primary,
    c.phones,
    c.address,
    c.district,
    c.owner,
    cast(c.file_opened_at as date) as file_opened_on,
    v.plate,
    v.vin,
    v.brand,
    v.series,
    v.model,
    v.fuel,
    v.purchase_date,
    v.warranty_end,
    v.interval_km,
    v.interval_months,
    coalesce(s.next_due_on, v.next_due_date) as next_due_on,
    s.next_visit_on,
    s.next_visit_on_low,
    s.next_visit_on_high,
    coalesce(y.visits, 0) as visits,
    y.first_visit_on,
    y.last_visit_on,
    y.last_class,
    i.items as last_items,
    coalesce(y.maintenance_visits, 0) as maintenance_visits,
    y.last_maintenance_on,
    coalesce(y.repair_visits, 0) as repair_visits,
    y.last_repair_on,
    w.note as wish,
    concat_ws(
        ',',
        case when coalesce(trim(c.name), '') = '' then 'name' end,
        case when coalesce(trim(c.address), '') = '' then 'address' end,
        case when coalesce(c.phone_primary, c.phones[1], '') = '' then 'phone' end,
        case when v.unit_id is null or (v.plate is null and v.vin is null) then 'plate' end,
        case when coalesce(v.model, v.series) is null then 'model' end,
        case when v.interval_km is null and v.interval_months is null then 'interval' end,
        case when coalesce(s.next_due_on, v.next_due_date) is null then 'next_due' end
    ) as missing
from held as h
left join vehicles as v on v.unit_id = h.unit_id
left join customers_merged as c on c.customer_id = h.customer_id
left join vehicle_scores as s on s.unit_id = h.unit_id
left join history as y on y.unit_id = h.unit_id
left join last_items as i on i.unit_id = h.unit_id
left join wishes as w on coalesce(w.unit_id, w.customer_id) = h.unit_id
order by h.customer_id, h.unit_id;
