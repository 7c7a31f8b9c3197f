-- What a caller needs to know of each unit that has a place: who, which vehicle, what was, what is booked, what was said last.
-- grain: one row a unit, by unit_id
-- inputs: list_placed, list_facts, list_reach, list_events, list_scored, customers_merged, vehicles, visits, vehicle_scores, customer_scores, follow_ups, surveys, appointments, run (calling_day date)
-- output: unit_id, customer_id, is_vehicle, customer_name, customer_kind, phone_primary, phones, consent_marketing, address, owner, plate, vin, brand, series, model, purchase_date, warranty_end, policy_end, inspection_end, gone, taxi, last_visit_on, last_visit_class, last_visit_amount, last_visit_advisor, last_visit_odometer_km, last_advisor, in_shop, comeback_on, last_qualified_on, visits_12m, visits_24m, spend_12m, spend_24m, loyalty_tier, next_due_on, overdue_days, odometer_now_km, km_per_day, frequency_class, reason_codes, open_complaints, survey_on, survey_score, survey_scale, contact_on, contact_channel, contact_purpose, contact_result_l1, contact_result_l2, contact_note, contact_next_on, promised_on, reached_on, failed_in_row, booked_for, other_booked_for, missed_on, opted_out
with told as materialized (
    select a.unit_id, a.own, a.hears, e.source, e.row_key, e.happened_at
    from list_placed as w
    inner join list_reach as a on a.unit_id = w.unit_id
    inner join list_events as e on e.unit_id is not distinct from a.of_unit and e.customer_id is not distinct from a.of_customer
    where e.source in ('follow_up', 'survey', 'appointment')
),

-- The texts of the last one alone: there are many contacts, and notes are long.
last_contacts as (
    select a.unit_id, a.row_key
    from told as a
    cross join run as r
    where a.source = 'follow_up' and a.hears and a.happened_at < r.calling_day
    qualify row_number() over (partition by a.unit_id order by a.happened_at desc, a.row_key desc) = 1
),

last_contact as (
    select
        l.unit_id, cast(f.contacted_at as date) as contact_on, f.channel, f.purpose, f.result_l1, f.result_l2, f.note
    from last_contacts as l
    inner join follow_ups as f on f.row_key = l.row_key
),

last_survey as (
    select a.unit_id, cast(s.surveyed_at as date) as survey_on, s.score, s.scale_max
    from told as a
    inner join surveys as s on s.row_key = a.row_key
    cross join run as r
    where a.source = 'survey' and a.own and s.surveyed_at < r.calling_day
    qualify row_number() over (partition by a.unit_id order by s.surveyed_at desc, s.row_key desc) = 1
),

past_visits as (
    select v.*
    from visits as v
    inner join list_placed as w on w.unit_id = v.unit_id
    cross join run as r
    where v.first_in < r.calling_day and v.orders > 0
),

last_visit as (
    select unit_id, cast(first_in as date) as came_on, main_class, paid_amount, advisor, odometer_km
    from past_visits
    qualify row_number() over (partition by unit_id order by first_in desc, visit_id desc) = 1
),

comebacks as (
    select unit_id, max(cast(first_in as date)) as comeback_on
    from past_visits
    where is_comeback
    group by unit_id
),

booking_facts as (
    select
        a.unit_id,
        min(cast(b.for_at as date)) filter (
            where not a.own and b.for_at >= r.calling_day and coalesce(b.status, 'booked') = 'booked'
        ) as other_booked_for,
        max(cast(b.for_at as date)) filter (where a.own and b.for_at < r.calling_day and b.status = 'no_show')
            as missed_on
    from told as a
    inner join appointments as b on b.row_key = a.row_key
    cross join run as r
    where
        a.source = 'appointment'
        and (b.booked_at is null or b.booked_at < r.calling_day)
    group by a.unit_id
)

select
    f.unit_id,
    f.customer_id,
    h.unit_id is not null as is_vehicle,
    c.name as customer_name,
    f.customer_kind,
    c.phone_primary,
    c.phones,
    c.consent_marketing,
    c.address,
    f.owner,
    h.plate,
    h.vin,
    h.brand,
    h.series,
    h.model,
    h.purchase_date,
    h.warranty_end,
    h.policy_end,
    h.inspection_end,
    f.gone,
    f.taxi,
    f.last_visit_on,
    -- Of a stay that no visit is made of yet nothing is told but its day.
    case when l.came_on = f.last_visit_on then l.main_class end as last_visit_class,
    case when l.came_on = f.last_visit_on then cast(l.paid_amount as double) end as last_visit_amount,
    case when l.came_on = f.last_visit_on then l.advisor end as last_visit_advisor,
    l.odometer_km as last_visit_odometer_km,
    f.last_advisor,
    f.in_shop,
    e.comeback_on,
    s.last_visit_on as last_qualified_on,
    s.visits_12m,
    s.visits_24m,
    s.spend_12m,
    s.spend_24m,
    s.loyalty_tier,
    s.next_due_on,
    r.calling_day - s.next_due_on as overdue_days,
    s.odometer_now_km,
    v.km_per_day,
    q.frequency_class,
    v.reason_codes,
    f.open_complaints,
    y.survey_on,
    cast(y.score as double) as survey_score,
    cast(y.scale_max as double) as survey_scale,
    t.contact_on,
    t.channel as contact_channel,
    t.purpose as contact_purpose,
    t.result_l1 as contact_result_l1,
    t.result_l2 as contact_result_l2,
    t.note as contact_note,
    f.contact_next_on,
    f.promised_on,
    f.reached_on,
    f.failed_in_row,
    f.booked_for,
    b.other_booked_for,
    case when b.missed_on > coalesce(f.last_visit_on, date '1900-01-01') then b.missed_on end as missed_on,
    f.opted_out
from list_facts as f
inner join list_placed as w on w.unit_id = f.unit_id
cross join run as r
left join list_scored as s on s.unit_id = f.unit_id
left join vehicle_scores as v on v.unit_id = f.unit_id and v.as_of = s.as_of
left join customer_scores as q on q.customer_id = f.customer_id and q.as_of = s.as_of
left join customers_merged as c on c.customer_id = f.customer_id
left join vehicles as h on h.unit_id = f.unit_id
left join last_visit as l on l.unit_id = f.unit_id
left join comebacks as e on e.unit_id = f.unit_id
left join last_survey as y on y.unit_id = f.unit_id
left join last_contact as t on t.unit_id = f.unit_id
left join booking_facts as b on b.unit_id = f.unit_id
order by f.unit_id
