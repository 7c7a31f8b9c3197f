-- What the last imports replaced or took away, so that they can be taken back: one table beside each that files fill.
-- grain: one row per row that an import replaced or took away
-- inputs: the tables that files fill
-- output: undo_imports, undo_unit_aliases, and undo_<table> for each table that files fill, all empty
-- `replaced_by` is the import that did it. Who was erased is in none of them: an erasure empties them where it must.
create table if not exists undo_imports (
    first_import integer,
    last_import integer,
    -- The settings kept before it, as TOML.
    settings varchar
);

create table if not exists undo_unit_aliases (
    replaced_by integer,
    old_id ubigint,
    unit_id ubigint
);

create table if not exists undo_orders as
select null::integer as replaced_by, t.* from orders t limit 0;

create table if not exists undo_customers as
select null::integer as replaced_by, t.* from customers t limit 0;

create table if not exists undo_vehicle_facts as
select null::integer as replaced_by, t.* from vehicle_facts t limit 0;

create table if not exists undo_work_order_lines as
select null::integer as replaced_by, t.* from work_order_lines t limit 0;

create table if not exists undo_appointments as
select null::integer as replaced_by, t.* from appointments t limit 0;

create table if not exists undo_insurance_policies as
select null::integer as replaced_by, t.* from insurance_policies t limit 0;

create table if not exists undo_surveys as
select null::integer as replaced_by, t.* from surveys t limit 0;

create table if not exists undo_complaints as
select null::integer as replaced_by, t.* from complaints t limit 0;

create table if not exists undo_follow_ups as
select null::integer as replaced_by, t.* from follow_ups t limit 0;

create table if not exists undo_campaigns as
select null::integer as replaced_by, t.* from campaigns t limit 0;

create table if not exists undo_campaign_members as
select null::integer as replaced_by, t.* from campaign_members t limit 0;

create table if not exists undo_targets as
select null::integer as replaced_by, t.* from targets t limit 0;

create table if not exists undo_finance_months as
select null::integer as replaced_by, t.* from finance_months t limit 0;

create table if not exists undo_warranty_claims as
select null::integer as replaced_by, t.* from warranty_claims t limit 0;
