-- The visits as known at the as-of date.
-- grain: one row per visit_id
-- inputs: orders_known, run
-- output: visits
create or replace table visits as
from visits_of('orders_known')
order by party, first_in, visit_id;
