-- The orders that became known otherwise after an earlier date, to be read as known then.
-- grain: one row per date_no and order_id
-- inputs: orders_resolved, changed_visits, changed_parties
-- output: orders_dated
create or replace temp view orders_dated as
select o.*, c.as_of, c.date_no
from orders_resolved o
inner join changed_parties c on c.party = o.party
where o.alone_id is null or o.alone_until <= c.as_of or o.alone_id = o.party
union all
-- On days before a vehicle of the customer was known, he stood for himself.
select o.*, c.as_of, c.date_no
from orders_resolved o
inner join changed_parties c on c.party = o.alone_id
where o.alone_until > c.as_of and o.alone_id <> o.party
union all
select o.*, v.as_of, v.date_no
from orders_resolved o
inner join changed_visits v on v.visit_id = o.order_id
where not exists (select 1 from changed_parties c where c.date_no = v.date_no and c.party = v.party);
