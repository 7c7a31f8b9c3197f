-- The visits that were other ones at earlier dates, to be read: some replace one of now, others are all of a unit's.
-- grain: one row per date_no and visit_id
-- inputs: visits_regrouped
-- output: visits_to_read
create or replace temp view visits_to_read as
select * replace (visit_now as visit_id)
from visits_regrouped;
