-- The qualified visits of every unit in order, with the odometer where it can be believed.
-- grain: one row per unit_id, first_on and visit
-- inputs: visits_at
-- output: visit_sequences
-- A reading is set aside where it is a placeholder, lower than the one before, or more than 1,000 km a day above it.
create or replace temp view visit_sequences as
with
readings as (
    select
        visit_id, unit_id, first_on, first_in, is_maint, qualified,
        case when odometer_km > 1 then odometer_km end as odometer_km
    from visits_at
    where unit_id is not null
),
compared as (
    select
        *,
        lag(odometer_km ignore nulls) over sequence as previous_km,
        lag(case when odometer_km is not null then first_on end ignore nulls) over sequence as previous_on
    from readings
    window sequence as (partition by unit_id order by first_in, visit_id)
)
select
    unit_id,
    first_on,
    row_number() over (order by unit_id, first_in, visit_id) as visit_no,
    is_maint,
    case
        when previous_km is null then odometer_km
        when odometer_km < previous_km then null
        when odometer_km - previous_km > 1000 * greatest(first_on - previous_on, 1) then null
        else odometer_km
    end as odometer_km
from compared
where qualified
order by unit_id, first_in, visit_id;
