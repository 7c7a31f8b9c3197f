-- The visits as they were known at an earlier date, from those known at the date scored last.
-- grain: one row per visit_id
-- inputs: visits, visits_regrouped, changed_parties, run
-- output: visits_at
-- Only units of which something became known after that date are grouped anew from their orders as they were
-- known then; all others had the same visits then as now.
create or replace temp view visits_at as
select v.*
from visits v
cross join run r
where v.first_on <= r.as_of and v.party not in (select party from changed_parties)
union all by name
select w.*
from visits_regrouped w;
