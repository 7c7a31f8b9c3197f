-- For each earlier date, the visits and the units about which something became known only after it.
-- grain: one row per date_no and party
-- inputs: visits, orders_resolved, earlier_dates
-- output: changed_visits, changed_parties
-- A visit of a single order is replaced by what was known of it; the orders of the units are grouped anew.
-- An order that was open on a date has a shorter stay then than now, and so joins no other order that it does not
-- join now. What is no visit of its own now (void, credited, one of several orders) may have been another visit then.
create or replace temp table changed_visits as
select d.date_no, d.as_of, v.party, v.visit_id
from visits v
inner join earlier_dates d on v.first_on <= d.as_of and v.known_on > d.as_of
where v.single_order and v.unit_id is not null;

create or replace temp table changed_parties as
with
orders_changed as (
    select d.date_no, d.as_of, o.party, o.alone_id
    from orders_resolved o
    inner join earlier_dates d on o.in_on <= d.as_of and o.known_on > d.as_of
    left join visits v on v.visit_id = o.order_id and v.single_order and v.unit_id is not null
    where v.visit_id is null
)
select d.date_no, d.as_of, v.party
from visits v
inner join earlier_dates d on v.first_on <= d.as_of and v.known_on > d.as_of
where not v.single_order
union
select date_no, as_of, party
from orders_changed
union
select date_no, as_of, alone_id
from orders_changed
where alone_id is not null
union
-- A customer whose vehicle became known only later was a unit of his own.
select d.date_no, d.as_of, unnest([o.party, o.alone_id])
from orders_resolved o
inner join earlier_dates d on o.in_on <= d.as_of and o.alone_until > d.as_of
where o.alone_id is not null and o.alone_until < date '9999-12-31';
