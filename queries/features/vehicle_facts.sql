-- What files state about each vehicle, whatever the date.
-- grain: one row per unit_id
-- inputs: vehicles
-- output: facts_of_vehicles
create or replace temp view facts_of_vehicles as
select
    unit_id,
    store_id,
    customer_id,
    brand,
    series,
    model,
    fuel,
    purchase_date,
    sold_by_us,
    warranty_end,
    interval_km,
    interval_months,
    coalesce(status in ('sold', 'scrapped', 'moved'), false) as is_gone,
    known_from
from vehicles;
