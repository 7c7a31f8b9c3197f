-- The visits as known at the as-of date.
-- grain: one row per visit_id
-- inputs: visits_grouped
-- output: visits
create or replace table visits as
from visits_grouped;
