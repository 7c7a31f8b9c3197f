-- The visits as known at the date scored, to be read.
-- grain: one row per visit_id
-- inputs: visits
-- output: visits_to_read
create or replace temp view visits_to_read as
select *, 0 as date_no, false as replaces
from visits;
