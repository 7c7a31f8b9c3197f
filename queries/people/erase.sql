-- Takes persons and their vehicles out of everything that came in and was found; what they paid stays, as nobody's.
-- grain: one statement a table
-- inputs: erased_keys, customer_merges, orders, customers, vehicle_facts, vehicle_pairs, unit_keys, and every table with their keys
-- output: the same tables, without them
-- `erased_keys` (kind customer or vehicle, key, erased_on): a vehicle is taken from whoever had it until then; an order
-- of another customer after that day is a new owner's and stays.
create or replace temp table erased_units as
select distinct k.unit_id
from unit_keys k
semi join erased_keys e on e.key = k.key
union
select key from erased_keys;

create or replace temp table erased_orders as
select o.order_id
from orders o
semi join (select key from erased_keys where kind = 'customer') e on e.key = o.customer_key
union
select o.order_id
from orders o
inner join erased_keys e on e.kind = 'vehicle' and e.key = o.vin_key
where o.customer_key is null or o.in_at::date <= e.erased_on
union
select o.order_id
from orders o
inner join erased_keys e on e.kind = 'vehicle' and e.key = o.plate_key
where o.customer_key is null or o.in_at::date <= e.erased_on;

update orders
set vin_key = null, plate_key = null, customer_key = null
where order_id in (from erased_orders);

delete from customers
where customer_id in (select key from erased_keys where kind = 'customer');

-- Keys that nobody else's orders use.
create or replace temp table erased_vehicles as
select key
from erased_keys
where
    kind = 'vehicle'
    and key not in (select vin_key from orders where vin_key is not null)
    and key not in (select plate_key from orders where plate_key is not null);

delete from vehicle_pairs
where vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

-- A decision about somebody tells of them too.
delete from customer_merges
where
    kept_id in (select key from erased_keys where kind = 'customer')
    or merged_id in (select key from erased_keys where kind = 'customer');

update vehicle_facts
set customer_key = null
where customer_key in (select key from erased_keys where kind = 'customer');

delete from vehicle_facts
where
    customer_key is null
    and (vehicle_key in (from erased_vehicles) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles));

update appointments
set vin_key = null, plate_key = null, customer_key = null
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

update insurance_policies
set vin_key = null, plate_key = null, customer_key = null, policy_no = null
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

update surveys
set vin_key = null, plate_key = null, customer_key = null, verbatim = null
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

update complaints
set vin_key = null, plate_key = null, customer_key = null, text = null
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

update follow_ups
set vin_key = null, plate_key = null, customer_key = null, note = null
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

delete from campaign_members
where
    customer_key in (select key from erased_keys) or vin_key in (from erased_vehicles) or plate_key in (from erased_vehicles);

delete from unit_aliases
where unit_id in (from erased_units) or old_id in (from erased_units);
