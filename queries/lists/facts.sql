-- What decides who of the candidates may be called, and by whom: refusals, contacts, bookings, complaints, visits since the scores.
-- grain: one row a unit in list_facts; one row a unit, source and row_key in list_reach; one row a unit and contact in list_spoken
-- inputs: list_candidates (all lists together), list_events, list_heard, list_customers, vehicles, visits, orders, follow_ups, complaints, appointments, run (as_of date, calling_day date, max_stay_days integer)
-- output: list_reach, list_spoken, list_facts
create or replace temporary table list_reach as
with wanted as (
    select distinct unit_id, customer_id
    from list_candidates
)

-- Which of the wanted units an event speaks of: its own, else all of the customer's, since one person answers the phone.
-- Policies and members have had their say in the lists.
select w.unit_id, e.source, e.row_key, true as own
from wanted as w
inner join list_events as e on e.unit_id = w.unit_id
where e.source not in ('policy', 'member')
union all
select w.unit_id, e.source, e.row_key, e.unit_id is null as own
from wanted as w
inner join list_events as e on e.customer_id = w.customer_id
where e.unit_id is distinct from w.unit_id and e.source not in ('policy', 'member')
union all
select w.unit_id, e.source, e.row_key, false as own
from wanted as w
inner join vehicles as h on h.customer_id = w.customer_id
inner join list_events as e on e.unit_id = h.unit_id
where e.unit_id <> w.unit_id and e.customer_id is distinct from w.customer_id and e.source not in ('policy', 'member');

-- A fleet has many drivers: a call about one company car says nothing of the others.
create or replace temporary table list_spoken as
with companies as (
    select distinct n.unit_id
    from list_candidates as n
    inner join list_customers as c on c.customer_id = n.customer_id
    where c.kind = 'company'
)

select a.unit_id, a.row_key, a.own, f.contacted_at, f.next_at, f.reached, f.says_gone, f.says_taxi
from list_reach as a
inner join list_heard as f on f.row_key = a.row_key
left join companies as c on c.unit_id = a.unit_id
where a.source = 'follow_up' and (a.own or c.unit_id is null);

create or replace temporary table list_facts as
with wanted as (
    select distinct unit_id, customer_id
    from list_candidates
),

-- The last word on when to call again: attempts that reached nobody leave an earlier promise standing.
last_promise as (
    select
        unit_id,
        cast(max(contacted_at) as date) as promised_on,
        -- The time and the contact in one number, which is compared faster than the two; no date is a word too.
        cast(arg_max_null(next_at, epoch_us(contacted_at)::hugeint * 18446744073709551616 + row_key::hugeint) as date) as next_on
    from list_spoken
    where reached or next_at is not null
    group by unit_id
),

contact_facts as (
    select
        unit_id,
        max(cast(contacted_at as date)) filter (where reached) as reached_on,
        max(cast(contacted_at as date)) filter (where own and says_gone) as gone_on,
        coalesce(bool_or(own and says_taxi), false) as taxi
    from list_spoken
    group by unit_id
),

-- Attempts since somebody was last reached.
attempts as (
    select c.unit_id, count(*) as failed_in_row
    from list_spoken as c
    left join contact_facts as k on k.unit_id = c.unit_id
    where not c.reached and cast(c.contacted_at as date) >= coalesce(k.reached_on, date '1900-01-01')
    group by c.unit_id
),

-- A refusal holds whatever its date, and for the whole person.
refusals as (
    select distinct a.unit_id
    from list_reach as a
    inner join follow_ups as f on f.row_key = a.row_key
    where a.source = 'follow_up' and f.opt_out
),

complaint_facts as (
    select a.unit_id, count(distinct p.row_key) as open_complaints
    from list_reach as a
    inner join complaints as p on p.row_key = a.row_key
    cross join run as r
    where
        a.source = 'complaint'
        and p.complained_at < r.calling_day
        and (p.solved_at is null or p.solved_at >= r.calling_day)
    group by a.unit_id
),

-- The visits as the scores knew them, and orders since.
visit_facts as (
    select
        v.unit_id,
        max(cast(v.first_in as date)) as last_visit_on,
        -- The time and the visit in one number, which is compared faster than the two.
        arg_max(v.advisor, epoch_us(v.first_in)::hugeint * 18446744073709551616 + v.visit_id::hugeint)
            filter (where v.advisor <> '') as last_advisor
    from visits as v
    cross join run as r
    where v.first_in < r.calling_day and v.orders > 0 and v.unit_id in (select unit_id from wanted)
    group by v.unit_id
),

order_facts as (
    select
        a.unit_id,
        -- In the shop: begun, neither settled nor out, and not so old that it was merely never closed.
        bool_or(
            o.has_settlement and o.settled_at is null and o.out_at is null
            and coalesce(o.status, '') not in ('settled', 'delivered')
            and o.in_at >= r.calling_day - r.max_stay_days
        ) as in_shop,
        -- Orders that the scores could not know yet.
        max(cast(o.in_at as date)) filter (where o.in_at >= r.as_of + 1) as came_on
    from list_reach as a
    inner join orders as o on o.order_id = a.row_key
    cross join run as r
    where a.source = 'order' and a.own
    group by a.unit_id
),

booking_facts as (
    select a.unit_id, min(cast(b.for_at as date)) as booked_for
    from list_reach as a
    inner join appointments as b on b.row_key = a.row_key
    cross join run as r
    where
        a.source = 'appointment'
        and a.own
        and b.for_at >= r.calling_day
        and coalesce(b.status, 'booked') = 'booked'
        and (b.booked_at is null or b.booked_at < r.calling_day)
    group by a.unit_id
),

seen as (
    select
        w.unit_id,
        w.customer_id,
        v.last_advisor,
        greatest(v.last_visit_on, o.came_on) as last_visit_on,
        coalesce(o.in_shop, false) as in_shop
    from wanted as w
    left join visit_facts as v on v.unit_id = w.unit_id
    left join order_facts as o on o.unit_id = w.unit_id
)

select
    w.unit_id,
    w.customer_id,
    c.kind as customer_kind,
    coalesce(c.has_phone, false) as has_phone,
    coalesce(c.has_address, false) as has_address,
    coalesce(c.refuses_marketing, false) as refuses_marketing,
    c.owner,
    w.last_advisor,
    -- News that the vehicle has left holds until it comes again.
    coalesce(
        h.status in ('sold', 'scrapped', 'moved')
        and coalesce(h.known_from < r.calling_day, true)
        and coalesce(h.known_from >= w.last_visit_on, true), false
    )
    or coalesce(k.gone_on >= coalesce(w.last_visit_on, k.gone_on), false) as gone,
    coalesce(k.taxi, false) as taxi,
    w.last_visit_on,
    w.in_shop,
    coalesce(p.open_complaints, 0) as open_complaints,
    m.next_on as contact_next_on,
    case when m.next_on is not null then m.promised_on end as promised_on,
    k.reached_on,
    coalesce(z.failed_in_row, 0) as failed_in_row,
    b.booked_for,
    o.unit_id is not null as opted_out
from seen as w
cross join run as r
left join list_customers as c on c.customer_id = w.customer_id
left join vehicles as h on h.unit_id = w.unit_id
left join complaint_facts as p on p.unit_id = w.unit_id
left join last_promise as m on m.unit_id = w.unit_id
left join contact_facts as k on k.unit_id = w.unit_id
left join booking_facts as b on b.unit_id = w.unit_id
left join attempts as z on z.unit_id = w.unit_id
left join refusals as o on o.unit_id = w.unit_id;
