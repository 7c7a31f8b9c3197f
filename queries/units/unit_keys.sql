-- Which unit a VIN, plate or customer number names, and between which times.
-- grain: one row per key and period of validity
-- inputs: orders, vehicle_pairs, vehicle_facts, customer_aliases, customer_merges, unit_keys (as it was)
-- output: unit_keys, unit_aliases, order_parties
-- A VIN names its own unit. A plate that was seen with a VIN names that VIN's unit until it is seen with
-- another (plates follow the owner); a plate never seen with a VIN is a unit of its own. A customer number
-- names a unit only until a vehicle of that customer is known. Customers that count as one person are one here.
create or replace temp table former_keys as
select key, unit_id from unit_keys where valid_from is null and valid_to is null;

-- Whom and what orders name together: read once, since there are far fewer of these than orders. The last order
-- counts by its time, then by its number, in one figure that compares fast.
create or replace temp table order_parties as
select
    vin_key, plate_key, customer_key, min(in_at) as first_in, max(in_at) as last_in,
    max(epoch_us(in_at)::hugeint * 18446744073709551616::hugeint + order_id) as last_order
from orders
group by vin_key, plate_key, customer_key;

create or replace temp table plate_links as
with
seen as (
    select plate_key, vin_key, min(first_in) as first_in
    from order_parties
    where plate_key is not null and vin_key is not null
    group by plate_key, vin_key
),
stated as (
    -- What a file states without a date holds from the beginning, unless an order dates it.
    select plate_key, vin_key, null::timestamp as first_in
    from vehicle_pairs
    where plate_key is not null and vin_key is not null
)
select plate_key, vin_key, min(first_in) as first_in
from (from seen union all from stated)
group by plate_key, vin_key;

create or replace table unit_keys as
with
vins as (
    select distinct vin_key as key from order_parties where vin_key is not null
    union
    select vin_key from vehicle_pairs where vin_key is not null
),
plates as (
    select distinct plate_key as key from order_parties where plate_key is not null
    union
    select plate_key from vehicle_pairs where plate_key is not null
),
linked as (
    select
        plate_key as key,
        case when place > 1 then first_in end as valid_from,
        next_first_in as valid_to,
        vin_key as unit_id
    from (
        select
            plate_key, vin_key, first_in,
            row_number() over (partition by plate_key order by first_in nulls first, vin_key) as place,
            lead(first_in) over (partition by plate_key order by first_in nulls first, vin_key) as next_first_in
        from plate_links
    )
),
with_vehicle as (
    select coalesce(a.person_id, v.customer_key) as person_id, min(v.since) as since
    from (
        select customer_key, first_in as since from order_parties
        where customer_key is not null and (vin_key is not null or plate_key is not null)
        union all
        select customer_key, known_from::timestamp from vehicle_facts where customer_key is not null
        union all
        -- Who is known by a vehicle alone has its key; that matters where he counts as somebody with a number.
        select m.customer_id, o.first_in
        from order_parties o
        inner join (
            select customer_id from customer_aliases
            union
            select person_id from customer_aliases
        ) m on m.customer_id = o.vin_key or m.customer_id = o.plate_key
        where o.customer_key is null
    ) v
    left join customer_aliases a on a.customer_id = v.customer_key
    group by 1
),
-- A customer is a unit until a vehicle of his is known.
customers_alone as (
    select o.customer_key as key, coalesce(a.person_id, o.customer_key) as unit_id, min(w.since) as valid_to
    from order_parties o
    left join customer_aliases a on a.customer_id = o.customer_key
    left join with_vehicle w on w.person_id = coalesce(a.person_id, o.customer_key)
    where o.customer_key is not null and o.vin_key is null and o.plate_key is null
    group by o.customer_key, a.person_id
)
select key, null::timestamp as valid_from, null::timestamp as valid_to, key as unit_id from vins
union all
select key, valid_from, valid_to, unit_id from linked
union all
select key, null, null, key from plates where key not in (select key from linked)
union all
select key, null, valid_to, unit_id from customers_alone
order by all;

-- What somebody decides about customers is no better key: it can be taken back.
insert into unit_aliases
select distinct f.unit_id, k.unit_id
from former_keys f
inner join unit_keys k on k.key = f.key and k.valid_from is null
where
    k.unit_id <> f.unit_id
    and not exists (
        select 1 from customer_merges m
        where f.unit_id in (m.kept_id, m.merged_id)
            and exists (select 1 from customer_merges n where k.unit_id in (n.kept_id, n.merged_id))
    )
    and not exists (select 1 from unit_aliases a where a.old_id = f.unit_id and a.unit_id = k.unit_id)
order by all;

drop table former_keys;
drop table plate_links;
