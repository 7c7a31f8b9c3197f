-- Odometer readings of vehicles and why those that cannot be believed are set aside: the same rules as the features'.
-- grain: one row per vehicle and day with a reading
-- inputs: quality_orders
-- output: quality_readings
-- A placeholder is 0 or 1; else a reading is held against the one before, believed or not.
create or replace temp table quality_readings as
with
days as (
    select unit_id, in_on, max(odometer_km) as km
    from quality_orders
    where odometer_km is not null and unit_id is not null
    group by unit_id, in_on
),
followed as (
    select
        unit_id, in_on, km,
        lag(km) over (partition by unit_id order by in_on) as km_before,
        lag(in_on) over (partition by unit_id order by in_on) as before_on
    from days
    where km > 1
)
select
    unit_id, in_on, km,
    case
        when km < km_before then 'falls'
        when km - km_before > 1000 * greatest(date_diff('day', before_on, in_on), 1) then 'leaps'
    end as fault
from followed
union all
select unit_id, in_on, km, 'placeholder' from days where km <= 1;
