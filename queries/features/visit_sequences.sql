-- The qualified visits of every unit in order, with the odometer where it can be believed.
-- grain: one row per unit_id and visit_no
-- inputs: visits
-- output: visit_sequences
create or replace temp view visit_sequences as
select
    unit_id,
    visit_no,
    first_on,
    is_maint,
    believed_km
from visits
where qualified and unit_id is not null;
