-- What was known otherwise at earlier dates, the parts of the units one after the other.
-- grain: one row per date_no and visit_id; one row per date_no and party
-- inputs: unit_visits, changed_parties, unit_parts
-- output: visits_then_by_part, changed_by_part
-- What was a unit then and is none now has a part by its own id.
create or replace temp table visits_then_by_part as
select v.*, coalesce(p.part, part_of(v.unit_id)) as part, coalesce(p.in_sample, is_sampled(v.unit_id)) as in_sample
from unit_visits v
left join unit_parts p using (unit_id)
order by part, v.replaces, v.date_no, v.unit_id, v.first_in, v.visit_id;

create or replace temp table changed_by_part as
select
    c.date_no, c.party,
    coalesce(p.part, part_of(c.party)) as part,
    coalesce(p.in_sample, is_sampled(c.party)) as in_sample
from changed_parties c
left join unit_parts p on p.unit_id = c.party
order by part, c.date_no, c.party;
