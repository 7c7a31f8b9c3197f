-- What a caller needs to know of each unit that some list names: who, which vehicle, what was, what is booked, what forbids a call.
-- grain: one row a unit, by unit_id
-- inputs: list_candidates (all lists together), list_events, list_scored, list_result_words, customers_merged, vehicles, visits, customer_scores, orders, follow_ups, surveys, complaints, appointments, run (as_of date, calling_day date, max_stay_days integer)
-- output: unit_id, customer_id, is_vehicle, customer_name, customer_kind, phone_primary, phones, consent_marketing, address, owner, plate, vin, brand, series, model, purchase_date, warranty_end, policy_end, inspection_end, gone, taxi, last_visit_on, last_visit_class, last_visit_amount, last_visit_advisor, last_visit_odometer_km, last_advisor, in_shop, comeback_on, visits_12m, visits_24m, spend_12m, loyalty_tier, next_due_on, odometer_now_km, km_per_day, frequency_class, open_complaints, survey_on, survey_score, survey_scale, contact_on, contact_channel, contact_purpose, contact_result_l1, contact_result_l2, contact_note, contact_next_on, promised_on, reached_on, failed_in_row, booked_for, other_booked_for, missed_on, opted_out
with wanted as (
    select distinct unit_id, customer_id
    from list_candidates
),

-- Which of the wanted units an event speaks of: its own, else all of the customer's, since one person answers the phone.
reach as (
    select w.unit_id, e.source, e.row_key, true as own
    from wanted as w
    inner join list_events as e on e.unit_id = w.unit_id
    union all
    select w.unit_id, e.source, e.row_key, e.unit_id is null as own
    from wanted as w
    inner join list_events as e on e.customer_id = w.customer_id
    where e.unit_id is distinct from w.unit_id
    union all
    select w.unit_id, e.source, e.row_key, false as own
    from wanted as w
    inner join vehicles as h on h.customer_id = w.customer_id
    inner join list_events as e on e.unit_id = h.unit_id
    where e.unit_id <> w.unit_id and e.customer_id is distinct from w.customer_id
),

-- A fleet has many drivers: a call about one company car says nothing of the others.
contacts as (
    select
        a.unit_id, f.row_key, f.contacted_at, f.channel, f.purpose, f.result_l1, f.result_l2, f.note, f.next_at, a.own,
        x.reached, x.says_gone, x.says_taxi
    from reach as a
    inner join follow_ups as f on f.row_key = a.row_key
    inner join list_result_words as x
        on
            x.result_l1 is not distinct from f.result_l1
            and x.result_l2 is not distinct from f.result_l2
            and x.lost_reason is not distinct from f.lost_reason
    inner join wanted as w on w.unit_id = a.unit_id
    left join customers_merged as c on c.customer_id = w.customer_id
    cross join run as r
    where
        a.source = 'follow_up'
        and f.contacted_at < r.calling_day
        and (a.own or c.kind is distinct from 'company')
),

last_contact as (
    select *
    from contacts
    qualify row_number() over (partition by unit_id order by contacted_at desc, row_key desc) = 1
),

-- The last word on when to call again: attempts that reached nobody leave an earlier promise standing.
last_promise as (
    select unit_id, cast(contacted_at as date) as promised_on, cast(next_at as date) as next_on
    from contacts
    where reached or next_at is not null
    qualify row_number() over (partition by unit_id order by contacted_at desc, row_key desc) = 1
),

contact_facts as (
    select
        unit_id,
        max(cast(contacted_at as date)) filter (where reached) as reached_on,
        max(cast(contacted_at as date)) filter (where own and says_gone) as gone_on,
        coalesce(bool_or(own and says_taxi), false) as taxi
    from contacts
    group by unit_id
),

-- Attempts since somebody was last reached.
attempts as (
    select c.unit_id, count(*) as failed_in_row
    from contacts as c
    left join contact_facts as k on k.unit_id = c.unit_id
    where not c.reached and cast(c.contacted_at as date) >= coalesce(k.reached_on, date '1900-01-01')
    group by c.unit_id
),

-- A refusal holds whatever its date, and for the whole person.
refusals as (
    select distinct a.unit_id
    from reach as a
    inner join follow_ups as f on f.row_key = a.row_key
    where a.source = 'follow_up' and f.opt_out
),

last_survey as (
    select a.unit_id, cast(s.surveyed_at as date) as survey_on, s.score, s.scale_max
    from reach as a
    inner join surveys as s on s.row_key = a.row_key
    cross join run as r
    where a.source = 'survey' and a.own and s.surveyed_at < r.calling_day
    qualify row_number() over (partition by a.unit_id order by s.surveyed_at desc, s.row_key desc) = 1
),

complaint_facts as (
    select a.unit_id, count(distinct p.row_key) as open_complaints
    from reach as a
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
        max(cast(v.first_in as date)) filter (where v.is_comeback) as comeback_on,
        arg_max(v.advisor, (v.first_in, v.visit_id)) filter (where v.advisor <> '') as last_advisor
    from visits as v
    inner join wanted as w on w.unit_id = v.unit_id
    cross join run as r
    where v.first_in < r.calling_day and v.orders > 0
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
    from reach as a
    inner join orders as o on o.order_id = a.row_key
    cross join run as r
    where a.source = 'order' and a.own
    group by a.unit_id
),

news as (
    select
        w.unit_id,
        greatest(f.last_visit_on, o.came_on) as last_visit_on,
        coalesce(o.in_shop, false) as in_shop
    from wanted as w
    left join visit_facts as f on f.unit_id = w.unit_id
    left join order_facts as o on o.unit_id = w.unit_id
),

last_visit as (
    select v.unit_id, v.main_class, v.paid_amount, v.advisor, v.odometer_km
    from visits as v
    inner join wanted as w on w.unit_id = v.unit_id
    cross join run as r
    where v.first_in < r.calling_day and v.orders > 0
    qualify row_number() over (partition by v.unit_id order by v.first_in desc, v.visit_id desc) = 1
),

booking_facts as (
    select
        a.unit_id,
        min(cast(b.for_at as date)) filter (where a.own and b.for_at >= r.calling_day and open) as booked_for,
        min(cast(b.for_at as date)) filter (where not a.own and b.for_at >= r.calling_day and open) as other_booked_for,
        max(cast(b.for_at as date)) filter (where a.own and b.for_at < r.calling_day and b.status = 'no_show')
            as missed_on
    from reach as a
    inner join (
        select *, coalesce(status, 'booked') = 'booked' as open
        from appointments
    ) as b on b.row_key = a.row_key
    cross join run as r
    where
        a.source = 'appointment'
        and (b.booked_at is null or b.booked_at < r.calling_day)
    group by a.unit_id
)

select
    w.unit_id,
    w.customer_id,
    h.unit_id is not null as is_vehicle,
    c.name as customer_name,
    c.kind as customer_kind,
    c.phone_primary,
    c.phones,
    c.consent_marketing,
    c.address,
    c.owner,
    h.plate,
    h.vin,
    h.brand,
    h.series,
    h.model,
    h.purchase_date,
    h.warranty_end,
    h.policy_end,
    h.inspection_end,
    -- News that the vehicle has left holds until it comes again.
    coalesce(
        h.status in ('sold', 'scrapped', 'moved')
        and coalesce(h.known_from < r.calling_day, true)
        and coalesce(h.known_from >= n.last_visit_on, true), false
    )
    or coalesce(k.gone_on >= coalesce(n.last_visit_on, k.gone_on), false) as gone,
    coalesce(k.taxi, false) as taxi,
    n.last_visit_on,
    l.main_class as last_visit_class,
    cast(l.paid_amount as double) as last_visit_amount,
    l.advisor as last_visit_advisor,
    l.odometer_km as last_visit_odometer_km,
    f.last_advisor,
    n.in_shop,
    f.comeback_on,
    s.visits_12m,
    s.visits_24m,
    s.spend_12m,
    s.loyalty_tier,
    s.next_due_on,
    s.odometer_now_km,
    s.km_per_day,
    q.frequency_class,
    coalesce(p.open_complaints, 0) as open_complaints,
    y.survey_on,
    cast(y.score as double) as survey_score,
    cast(y.scale_max as double) as survey_scale,
    cast(t.contacted_at as date) as contact_on,
    t.channel as contact_channel,
    t.purpose as contact_purpose,
    t.result_l1 as contact_result_l1,
    t.result_l2 as contact_result_l2,
    t.note as contact_note,
    m.next_on as contact_next_on,
    case when m.next_on is not null then m.promised_on end as promised_on,
    k.reached_on,
    coalesce(z.failed_in_row, 0) as failed_in_row,
    b.booked_for,
    b.other_booked_for,
    case when b.missed_on > coalesce(n.last_visit_on, date '1900-01-01') then b.missed_on end as missed_on,
    o.unit_id is not null as opted_out
from wanted as w
cross join run as r
left join list_scored as s on s.unit_id = w.unit_id
left join customer_scores as q on q.customer_id = w.customer_id and q.as_of = s.as_of
left join customers_merged as c on c.customer_id = w.customer_id
left join vehicles as h on h.unit_id = w.unit_id
left join visit_facts as f on f.unit_id = w.unit_id
left join last_visit as l on l.unit_id = w.unit_id
left join news as n on n.unit_id = w.unit_id
left join complaint_facts as p on p.unit_id = w.unit_id
left join last_survey as y on y.unit_id = w.unit_id
left join last_contact as t on t.unit_id = w.unit_id
left join last_promise as m on m.unit_id = w.unit_id
left join contact_facts as k on k.unit_id = w.unit_id
left join booking_facts as b on b.unit_id = w.unit_id
left join attempts as z on z.unit_id = w.unit_id
left join refusals as o on o.unit_id = w.unit_id
order by w.unit_id
