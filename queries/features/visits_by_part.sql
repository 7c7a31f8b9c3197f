-- The visits of every unit, the parts of the units one after the other.
-- grain: one row per visit_id
-- inputs: unit_visits, unit_parts
-- output: visits_by_part
create or replace temp table visits_by_part as
select v.*, p.part, p.in_sample
from unit_visits v
inner join unit_parts p using (unit_id)
order by p.part, v.unit_id, v.first_in, v.visit_id;
