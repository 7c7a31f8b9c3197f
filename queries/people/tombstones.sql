-- Who was erased, as keyed codes that nobody can turn back: a later file does not bring them back.
-- grain: one row per erased customer, phone, plate or VIN
-- inputs: none
-- output: tombstones, empty
create table if not exists tombstones (
    kind varchar,
    code varchar,
    erased_on date
);
