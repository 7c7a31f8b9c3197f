-- The orders as they were known at their date: what became known later is unknown here.
-- grain: one row per as_of and order_id with in_at on or before that date
-- inputs: orders_dated
-- output: orders_known
create or replace temp view orders_known as
select
    o.* exclude (party, unit_id, alone_id, alone_until, out_at, settled_at, status, labour, parts, discount, receivable, received, owing, cost),
    case when o.alone_until > o.as_of then coalesce(o.alone_id, o.party) else o.party end as party,
    case when o.alone_until > o.as_of then coalesce(o.alone_id, o.unit_id) else o.unit_id end as unit_id,
    case when o.out_at < o.as_of + 1 then o.out_at end as out_at,
    case when o.settled_at < o.as_of + 1 then o.settled_at end as settled_at,
    case when o.money_on <= o.as_of then coalesce(o.status, 'none') else 'open' end as status,
    case when o.money_on <= o.as_of then o.labour end as labour,
    case when o.money_on <= o.as_of then o.parts end as parts,
    case when o.money_on <= o.as_of then o.discount end as discount,
    case when o.money_on <= o.as_of then o.receivable end as receivable,
    case when o.money_on <= o.as_of then o.received end as received,
    case when o.money_on <= o.as_of then o.owing end as owing,
    case when o.money_on <= o.as_of then o.cost end as cost
from orders_dated o
where o.in_on <= o.as_of;
