-- The same for the units that are grouped anew at an earlier date.
-- grain: one row per unit_id and visit_no
-- inputs: visits_regrouped
-- output: regrouped_sequences
create or replace temp view regrouped_sequences as
select
    unit_id,
    visit_no,
    first_on,
    is_maint,
    believed_km
from visits_regrouped
where qualified and unit_id is not null;
