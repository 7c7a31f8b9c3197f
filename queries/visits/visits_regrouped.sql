-- The visits, as known at an earlier date, of the units of which something became known after it.
-- grain: one row per visit_id
-- inputs: visits_grouped
-- output: visits_regrouped
create or replace temp table visits_regrouped as
from visits_grouped;
