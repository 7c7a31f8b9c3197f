-- The units of which something became known after an earlier date, and their orders as known then.
-- grain: one row per party
-- inputs: visits, orders_resolved, orders_known, run
-- output: changed_parties, orders_of_changed, orders_to_group
create or replace temp table changed_parties as
select v.party
from visits v
cross join run r
where v.first_on <= r.as_of and v.known_on > r.as_of
union
select o.party
from orders_resolved o
cross join run r
where o.in_on <= r.as_of and o.known_on > r.as_of
union
-- A customer whose vehicle became known only later was a unit of his own.
select unnest([o.party, o.alone_id])
from orders_resolved o
cross join run r
where o.alone_id is not null and o.in_on <= r.as_of and o.alone_until > r.as_of and o.alone_until < date '9999-12-31'
union
select o.alone_id
from orders_resolved o
cross join run r
where o.alone_id is not null and o.in_on <= r.as_of and o.known_on > r.as_of;

create or replace temp table orders_of_changed as
select o.*
from orders_known o
where o.party in (select party from changed_parties);

create or replace temp view orders_to_group as
from orders_of_changed;
