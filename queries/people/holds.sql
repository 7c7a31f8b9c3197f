-- Who must be kept whatever is erased or purged: a dispute, a claim, an order of a court.
-- grain: one row a customer on hold
-- inputs: none
-- output: holds, empty
create table if not exists holds (
    customer_id ubigint,
    made_on date,
    -- Last day of the hold; NULL: until it is lifted.
    until_day date
);
