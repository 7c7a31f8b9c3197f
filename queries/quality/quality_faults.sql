-- What the data lack or have wrong, and how many records and units that concerns.
-- grain: one row per fault
-- inputs: quality_orders, quality_readings, vehicles, vehicle_pairs, customers, customers_merged, customer_aliases, imports, rejects, duplicates, unrecognised
-- output: fault, records, of_records, units, of_units
with
order_count as (select count(*) as n, count(distinct unit_id) as units from quality_orders),
vehicle_count as (select count(*) as n from vehicles),
customer_count as (select count(*) as n from customers),
last_order as (select max(in_on) as on_day from quality_orders),
alike_orders as (
    select unit_id, count(*) as n
    from quality_orders
    where unit_id is not null and amount > 0
    group by unit_id, in_on, job_class, amount, odometer_km
    having count(*) > 1
),
of_orders as (
    select fault, count(*) as records, count(distinct unit_id) as units
    from (
        select 'order-nobody' as fault, unit_id from quality_orders where unit_id is null and not has_customer
        union all
        select 'order-no-vehicle', null from quality_orders where unit_id is null and has_customer
        union all
        select 'order-no-class', unit_id from quality_orders where coalesce(job_class, 'unknown') = 'unknown'
        union all
        select 'order-open', q.unit_id
        from quality_orders q, last_order l
        where q.is_open and q.in_on < l.on_day - 60
        union all
        select 'order-no-odometer', unit_id from quality_orders where odometer_km is null and unit_id is not null
        union all
        select 'order-no-money', unit_id from quality_orders where amount is null
        union all
        select 'order-no-cost', unit_id from quality_orders where not has_cost
        union all
        select 'order-no-advisor', unit_id from quality_orders where not has_advisor
    )
    group by fault
    union all
    select 'orders-alike', sum(n)::bigint, count(distinct unit_id)
    from alike_orders
    having count(*) > 0
),
of_vehicles as (
    select 'vehicle-no-model' as fault, count(*) as records from vehicles where brand is null and series is null and model is null
    union all
    select 'vehicle-no-purchase', count(*) from vehicles where purchase_date is null
    union all
    select 'vehicle-no-plan', count(*)
    from vehicles
    where interval_km is null and interval_months is null and next_due_date is null and next_due_km is null
    union all
    select 'vehicle-no-customer', count(*) from vehicles where customer_id is null
    union all
    select 'vehicle-no-phone', count(*)
    from vehicles v
    inner join customers_merged c on c.customer_id = v.customer_id
    where c.phone_primary is null
    union all
    select 'vin-check', count(*) from vehicles where vin is not null and not coalesce(vin_valid, false)
    union all
    select 'plate-of-several', count(*)
    from (
        select plate_key from vehicle_pairs
        where plate_key is not null and vin_key is not null
        group by plate_key
        having count(distinct vin_key) > 1
    )
    union all
    select 'few-readings', count(*)
    from vehicles v
    left join (
        select unit_id, count(*) as n from quality_readings where fault is null group by unit_id
    ) r on r.unit_id = v.unit_id
    where coalesce(r.n, 0) < 2
),
alike as (
    select phone, count(distinct person_id) as people
    from (
        select coalesce(a.person_id, c.customer_id) as person_id, unnest(c.phones) as phone
        from customers c
        left join customer_aliases a on a.customer_id = c.customer_id
    )
    where phone <> ''
    group by phone
    having count(distinct person_id) > 1
)
select o.fault, o.records, c.n as of_records, o.units, c.units as of_units
from of_orders o, order_count c
union all
select v.fault, v.records, c.n, v.records, c.n
from of_vehicles v, vehicle_count c
union all
select 'odometer-aside', count(*) filter (where fault is not null), count(*), count(distinct unit_id) filter (where fault is not null),
    count(distinct unit_id)
from quality_readings
union all
select 'people-alike', coalesce(sum(people), 0)::bigint, any_value(c.n), null, null
from alike, customer_count c
union all
select 'rejected', (select count(*) from rejects where reason not in ('total', 'header-again', 'note')),
    (select coalesce(sum(records), 0)::bigint from imports), null, null
union all
select 'word-unknown', coalesce(sum(times), 0)::bigint, (select coalesce(sum(records), 0)::bigint from imports), null, null
from unrecognised
union all
select 'rows-contradicted', coalesce(sum(records), 0)::bigint, (select coalesce(sum(records), 0)::bigint from imports), null, null
from duplicates
order by 1;
