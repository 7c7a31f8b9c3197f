-- What a few customers share: a phone, or a vehicle's VIN; each shared thing with the persons who have it.
-- grain: one row per what, thing and customer_id
-- inputs: customers, customer_aliases, orders, vehicle_facts, vehicle_pairs, alike_run (most integer)
-- output: customers_alike (what, thing, customer_id, person_id, name, phone, customer_no, is_told)
-- Companies and the department's own are no persons, but count: what more than `most` customers have tells nothing of any.
-- A customer who is known by a vehicle alone has the vehicle's key.
create or replace temp table customers_alike as
with vins as (
    select vin_key, min(vin) as vin
    from vehicle_pairs
    where length(vin) = 17
    group by vin_key
),

held as (
    select vin_key, customer_key as customer_id from orders where vin_key is not null and customer_key is not null
    union
    select vin_key, customer_key from vehicle_facts where vin_key is not null and customer_key is not null
    union
    select v.vin_key, c.customer_id
    from customers as c
    inner join vins as v on v.vin_key = c.customer_id
),

things as (
    select distinct 'phone' as what, unnest(phones) as thing, customer_id
    from customers
    where len(phones) > 0
    union all
    select 'vin', v.vin, h.customer_id
    from held as h
    inner join vins as v on v.vin_key = h.vin_key
),

shared as (
    select t.what, t.thing, t.customer_id
    from things as t
    qualify count(*) over (partition by t.what, t.thing) between 2 and (select most from alike_run)
)

select
    s.what,
    s.thing,
    s.customer_id,
    coalesce(a.person_id, s.customer_id) as person_id,
    c.name,
    c.phone_primary as phone,
    c.customer_no,
    -- Told by a customer file, not by orders alone.
    c.content_hash <> 0 as is_told
from shared as s
inner join customers as c on c.customer_id = s.customer_id
left join customer_aliases as a on a.customer_id = s.customer_id
where coalesce(c.kind, 'person') = 'person' and c.name is not null
order by s.what, s.thing, s.customer_id;
