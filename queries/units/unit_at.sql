-- Which unit a VIN, plate or customer number named at a time.
-- grain: one value a call
-- inputs: unit_keys
-- output: unit_at(named, at_time)
create or replace temporary macro unit_at(named, at_time) as (
    select min(u.unit_id)
    from unit_keys as u
    where
        u.key = named
        and (u.valid_from is null or u.valid_from <= at_time)
        and (u.valid_to is null or at_time < u.valid_to)
);
