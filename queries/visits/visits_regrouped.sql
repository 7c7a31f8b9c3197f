-- The visits about which something became known after an earlier date, as known then.
-- grain: one row per visit_id
-- inputs: visits_grouped, changed_parties
-- output: visits_regrouped
-- A visit that replaces another stands alone here; one of a unit grouped anew stands among all of its visits.
create or replace temp table visits_regrouped as
with dated as (
    select
        *,
        (party // 18446744073709551616::hugeint)::integer as date_no,
        (party % 18446744073709551616::hugeint)::ubigint as party_now,
        (visit_id % 18446744073709551616::hugeint)::ubigint as visit_now
    from visits_grouped
)
select
    d.*,
    not exists (
        select 1 from changed_parties c where c.date_no = d.date_no and c.party = d.party_now
    ) as replaces
from dated d;
