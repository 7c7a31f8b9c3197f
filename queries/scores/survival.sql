-- How many units are still there, and how often they have come, so many months after their first visit.
-- grain: as_of, curve, split_by, split_value, months
-- inputs: none
-- output: survival, empty
-- curve: staying = share that has not stayed away beyond the limit of the lost (Kaplan-Meier); visits = mean number of
-- visits after the first (Nelson). split_by: all, segment, purchase_year, warranty (inside or outside at the first visit).
create table if not exists survival (
    as_of date,
    curve varchar,
    split_by varchar,
    split_value varchar,
    months integer,
    -- Units in sight on the last day of the month.
    units_at_risk integer,
    -- Units that have left, or visits, up to that day.
    events integer,
    estimate double,
    -- 80 %; NULL where nothing has happened yet.
    estimate_low double,
    estimate_high double
);
