-- The orders that became known otherwise after an earlier date, to be read as known then.
-- grain: one row per date_no and order_id, in both
-- inputs: orders_resolved, changed_visits, changed_parties
-- output: orders_at_dates, orders_dated
-- Which orders these are is found from a few of their columns; only then are they read in full, each date's from the
-- same pass. (Found in full at once, the engine keeps a copy of all orders for the branches to share.)
create or replace temp table orders_at_dates as
with keys as (
    select order_id, party, alone_id, alone_until, in_on
    from orders_resolved
)

select k.order_id, c.as_of, c.date_no
from keys k
inner join changed_parties c on c.party = k.party
where k.in_on <= c.as_of and (k.alone_id is null or k.alone_until <= c.as_of or k.alone_id = k.party)
union all
-- On days before a vehicle of the customer was known, he stood for himself.
select k.order_id, c.as_of, c.date_no
from keys k
inner join changed_parties c on c.party = k.alone_id
where k.in_on <= c.as_of and k.alone_until > c.as_of and k.alone_id <> k.party
union all
select k.order_id, v.as_of, v.date_no
from keys k
inner join changed_visits v on v.visit_id = k.order_id
where
    k.in_on <= v.as_of
    and not exists (select 1 from changed_parties c where c.date_no = v.date_no and c.party = v.party);

create or replace temp view orders_dated as
select o.*, d.as_of, d.date_no
from orders_resolved o
inner join orders_at_dates d on d.order_id = o.order_id;
