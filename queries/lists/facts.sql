-- What decides who of the candidates may be called, and by whom: refusals, contacts, bookings, complaints, visits since the scores.
-- grain: one row a unit in list_facts; one row a unit, of_unit and of_customer in list_reach; one row an of_unit and of_customer in list_said
-- inputs: list_candidates (all lists together), list_events, list_customers, customers, customer_aliases, imports, vehicles, visits, orders, complaints, appointments, run (as_of date, calling_day date, max_stay_days integer)
-- output: list_reach, list_said, list_facts
-- Whose events speak of which of the wanted units: of it alone, else of all of the customer's, since one person answers the
-- phone. By unit and customer of the events, of which there are few. Policies and members have had their say in the lists.
create or replace temporary table list_reach as
with wanted as (
    select n.unit_id, n.customer_id, coalesce(c.kind = 'company', false) as is_company
    from (select distinct unit_id, customer_id from list_candidates) as n
    left join list_customers as c on c.customer_id = n.customer_id
),

parties as (
    select distinct unit_id, customer_id
    from list_events
    where source not in ('policy', 'member')
),

reached as (
    select w.unit_id, w.is_company, p.unit_id as of_unit, p.customer_id as of_customer, true as own
    from wanted as w
    inner join parties as p on p.unit_id = w.unit_id
    union all
    select w.unit_id, w.is_company, p.unit_id, p.customer_id, p.unit_id is null
    from wanted as w
    inner join parties as p on p.customer_id = w.customer_id
    where p.unit_id is distinct from w.unit_id
    union all
    select w.unit_id, w.is_company, p.unit_id, p.customer_id, false
    from wanted as w
    inner join vehicles as h on h.customer_id = w.customer_id
    inner join parties as p on p.unit_id = h.unit_id
    where p.unit_id <> w.unit_id and p.customer_id is distinct from w.customer_id
)

-- A fleet has many drivers: a call about one company car says nothing of the others.
select unit_id, of_unit, of_customer, own, own or not is_company as hears
from reached;

-- What the contacts with a customer about a unit say together.
create or replace temporary table list_said as
with said as (
    select
        e.*,
        cast(e.happened_at as date) as said_on,
        e.happened_at < r.calling_day as is_past,
        -- A letter or a message is no talk: what was agreed stands.
        e.happened_at < r.calling_day and (e.spoken or e.next_at is not null) as promises,
        -- The time and the contact in one number, which is compared faster than the two.
        epoch_us(e.happened_at)::hugeint * 18446744073709551616 + e.row_key::hugeint as told_at
    from list_events as e
    cross join run as r
    where e.source = 'follow_up'
)

select
    unit_id as of_unit,
    customer_id as of_customer,
    max(told_at) filter (where promises) as promised_at,
    cast(max(happened_at) filter (where promises) as date) as promised_on,
    -- No date is a word too.
    cast(arg_max_null(next_at, told_at) filter (where promises) as date) as next_on,
    max(said_on) filter (where is_past and reached) as reached_on,
    max(said_on) filter (where is_past and says_gone) as gone_on,
    max(said_on) filter (where is_past and wrong_number) as wrong_on,
    coalesce(bool_or(is_past and says_taxi), false) as taxi,
    -- A refusal holds whatever its date.
    coalesce(bool_or(opt_out), false) as opted_out
from said
group by unit_id, customer_id;

create or replace temporary table list_facts as
with wanted as (
    select distinct unit_id, customer_id
    from list_candidates
),

contact_facts as (
    select
        a.unit_id,
        -- The last word on when to call again: attempts that reached nobody leave an earlier promise standing.
        max(s.promised_on) filter (where a.hears) as promised_on,
        arg_max_null(s.next_on, s.promised_at) filter (where a.hears and s.promised_at is not null) as next_on,
        arg_max_null(s.next_on, s.promised_at) filter (where a.own and s.promised_at is not null) as own_next_on,
        max(s.reached_on) filter (where a.hears) as reached_on,
        max(s.gone_on) filter (where a.own) as gone_on,
        -- All of a customer's vehicles have one number.
        max(s.wrong_on) as wrong_on,
        max(s.reached_on) as anybody_reached_on,
        coalesce(bool_or(a.own and s.taxi), false) as taxi,
        -- For the whole person.
        bool_or(s.opted_out) as opted_out
    from list_reach as a
    inner join list_said as s on s.of_unit is not distinct from a.of_unit and s.of_customer is not distinct from a.of_customer
    group by a.unit_id
),

-- When the customer file said something new of those whose number was wrong.
put_right as (
    select coalesce(a.person_id, c.customer_id) as customer_id, max(i.today) as changed_on
    from customers as c
    inner join imports as i on i.import_id = c.import_id
    left join customer_aliases as a on a.customer_id = c.customer_id
    where
        coalesce(a.person_id, c.customer_id) in (
            select w.customer_id
            from wanted as w
            inner join contact_facts as k on k.unit_id = w.unit_id
            where k.wrong_on is not null
        )
    group by coalesce(a.person_id, c.customer_id)
),

-- Attempts since somebody was last reached.
tries as (
    select e.unit_id as of_unit, e.customer_id as of_customer, cast(e.happened_at as date) as tried_on
    from list_events as e
    inner join list_said as s on s.of_unit is not distinct from e.unit_id and s.of_customer is not distinct from e.customer_id
    cross join run as r
    where
        e.source = 'follow_up'
        and not e.reached
        and not e.untried
        and e.happened_at < r.calling_day
        and cast(e.happened_at as date) >= coalesce(s.reached_on, date '1900-01-01')
),

attempts as (
    -- The phone rings once for all of a customer's vehicles.
    select a.unit_id, count(distinct t.tried_on) as failed_in_row
    from list_reach as a
    inner join tries as t on t.of_unit is not distinct from a.of_unit and t.of_customer is not distinct from a.of_customer
    left join contact_facts as k on k.unit_id = a.unit_id
    where a.hears and t.tried_on >= coalesce(k.reached_on, date '1900-01-01')
    group by a.unit_id
),

-- Which rows of other files speak of a unit.
told as (
    select a.unit_id, a.own, e.source, e.row_key
    from list_reach as a
    inner join list_events as e on e.unit_id is not distinct from a.of_unit and e.customer_id is not distinct from a.of_customer
    where e.source in ('complaint', 'order', 'appointment')
),

complaint_facts as (
    select a.unit_id, count(distinct p.row_key) as open_complaints
    from told as a
    inner join complaints as p on p.row_key = a.row_key
    cross join run as r
    where
        a.source = 'complaint'
        and p.complained_at < r.calling_day
        and (p.solved_at is null or p.solved_at >= r.calling_day)
    group by a.unit_id
),

-- The visits as the scores knew them, and orders since.
last_visits as (
    select
        v.unit_id,
        max(cast(v.first_in as date)) as last_visit_on,
        -- The time and the visit in one number, which is compared faster than the two.
        arg_max(v.visit_id, epoch_us(v.first_in)::hugeint * 18446744073709551616 + v.visit_id::hugeint)
            filter (where v.advisor <> '') as advised_in
    from visits as v
    cross join run as r
    where v.first_in < r.calling_day and v.orders > 0 and v.unit_id in (select unit_id from wanted)
    group by v.unit_id
),

-- The names apart: to keep a text for each of the visits would take three times as long.
visit_facts as (
    select l.unit_id, l.last_visit_on, v.advisor as last_advisor
    from last_visits as l
    left join visits as v on v.visit_id = l.advised_in
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
    from told as a
    inner join orders as o on o.order_id = a.row_key
    cross join run as r
    where a.source = 'order' and a.own
    group by a.unit_id
),

booking_facts as (
    select a.unit_id, min(cast(b.for_at as date)) as booked_for
    from told as a
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
    coalesce(c.has_other_phone, false) as has_other_phone,
    -- Somebody who was reached since has a number, who came since was asked for it, and the file may have a new one.
    case
        when
            k.wrong_on > coalesce(greatest(k.anybody_reached_on, w.last_visit_on), date '1900-01-01')
            and k.wrong_on >= coalesce(n.changed_on, k.wrong_on)
            then k.wrong_on
    end
        as wrong_number_on,
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
    k.next_on as contact_next_on,
    case when k.next_on is not null then k.promised_on end as promised_on,
    -- Not one about another vehicle of the same people.
    coalesce(k.own_next_on = k.next_on, false) as promise_is_own,
    k.reached_on,
    coalesce(z.failed_in_row, 0) as failed_in_row,
    b.booked_for,
    coalesce(k.opted_out, false) as opted_out
from seen as w
cross join run as r
left join list_customers as c on c.customer_id = w.customer_id
left join vehicles as h on h.unit_id = w.unit_id
left join complaint_facts as p on p.unit_id = w.unit_id
left join contact_facts as k on k.unit_id = w.unit_id
left join put_right as n on n.customer_id = w.customer_id
left join booking_facts as b on b.unit_id = w.unit_id
left join attempts as z on z.unit_id = w.unit_id;
