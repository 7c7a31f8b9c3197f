-- The visits as they were known at an earlier date, from those known at the date scored last.
-- grain: one row per visit_id
-- inputs: visits, orders_resolved, orders_known, run
-- output: visits_at
-- Only units of which something became known after that date are grouped anew from their orders as they were
-- known then; all others had the same visits then as now.
create or replace temp table changed_parties as
select distinct v.party
from visits v
cross join run r
where v.first_on <= r.as_of and v.known_on > r.as_of
union
select distinct o.party
from orders_resolved o
cross join run r
where o.in_on <= r.as_of and o.known_on > r.as_of;

create or replace temp view orders_of_changed_parties as
select o.*
from orders_known o
where o.party in (select party from changed_parties);

create or replace temp table visits_regrouped as
from visits_of('orders_of_changed_parties');

create or replace temp view visits_at as
select v.*
from visits v
cross join run r
where v.first_on <= r.as_of and v.party not in (select party from changed_parties)
union all by name
select w.*
from visits_regrouped w;
