-- What happened to whom, for the lists: contacts, bookings, surveys, complaints, policies, members, recent orders, each with its unit.
-- grain: one row a source and row_key in list_events; list_scored one row a unit; list_customers one row a customer_id
-- inputs: follow_ups, appointments, surveys, complaints, insurance_policies, campaigns, campaign_members, orders, customers_merged, customer_aliases, customer_merges, unit_keys, says_reached, vehicles, vehicle_scores, run (as_of date, calling_day date, max_stay_days integer, late_days integer, recovery_days integer, first_call_due integer, second_call_due integer)
-- output: list_scored, list_customers, list_events
-- Where somebody decided about the customer since the scores were made, the vehicle says whose it is now.
-- What no list reads stays where it is.
create or replace temporary table list_scored as
select
    s.* exclude (
        store_id, vin, plate, interval_source, km_per_day_source, frequency_score, quality_score,
        probability_active_low, probability_active_high, churn_probability_low, churn_probability_high,
        churn_probability_180, churn_probability_180_low, churn_probability_180_high,
        expected_visits_365, expected_visits_365_low, expected_visits_365_high,
        expected_spend_365_low, expected_spend_365_high, priority, priority_is_rule, reasons,
        next_visit_on, next_visit_on_low, next_visit_on_high, km_per_day, reason_codes
    )
    replace (
        coalesce(
            case
                when exists (select 1 from customer_merges as m where s.customer_id in (m.kept_id, m.merged_id))
                    then h.customer_id
            end,
            a.person_id,
            s.customer_id
        ) as customer_id
    )
from vehicle_scores as s
left join vehicles as h on h.unit_id = s.unit_id
left join customer_aliases as a on a.customer_id = s.customer_id
where s.as_of = (
    select max(v.as_of)
    from vehicle_scores as v
    cross join run as r
    where v.as_of < r.calling_day
);

-- What the lists ask of a customer: what is there, not what it is.
create or replace temporary table list_customers as
select
    customer_id,
    kind,
    owner,
    coalesce(consent_marketing = 'no', false) as refuses_marketing,
    coalesce(trim(name) <> '', false) as has_name,
    coalesce(coalesce(nullif(trim(phone_primary), ''), trim(phones[1])) <> '', false) as has_phone,
    coalesce(len(phones) > 1, false) as has_other_phone,
    coalesce(trim(address) <> '', false) as has_address
from customers_merged;

-- Results of contacts come as codes from our own lists and as words from other systems; both are read, each wording once.
create or replace temporary table list_result_words as
select
    result_l1,
    result_l2,
    lost_reason,
    says_reached(result_l1, result_l2) as reached,
    says_untried(result_l1, result_l2) as untried,
    coalesce(result_l2 = 'booked', false) as says_booked,
    coalesce(result_l1, result_l2, lost_reason) is not null as says_what,
    regexp_matches(
        concat_ws(' ', result_l1, result_l2, lost_reason),
        '转让|已售|卖车|车辆已卖|过户|报废|迁出|搬离|搬走|car_sold|sold|scrapped|moved|transferred'
    ) as says_gone,
    regexp_matches(lower(concat_ws(' ', result_l1, result_l2)), '出租|营运|网约|taxi') as says_taxi,
    regexp_matches(lower(concat_ws(' ', result_l1, result_l2)), '空号|错号|停机|wrong_number|suspended|wrong number')
        as wrong_number
from (select distinct result_l1, result_l2, lost_reason from follow_ups);

create or replace temporary table list_events as
with complaints_that_matter as (
    select c.*
    from complaints as c
    cross join run as r
    -- What is open, and what may still have to be told.
    where
        c.solved_at is null
        or c.solved_at >= r.calling_day
        or c.complained_at >= r.calling_day - r.recovery_days
),

surveys_that_matter as (
    select s.*
    from surveys as s
    cross join run as r
    where s.surveyed_at >= r.calling_day - 2 * 365
),

-- What is booked, and what was missed; the rest has become visits.
others as (
    select
        'appointment' as source, a.row_key, a.vin_key, a.plate_key, a.customer_key,
        coalesce(a.booked_at, a.for_at) as happened_at
    from appointments as a
    cross join run as r
    where a.for_at >= r.calling_day or (a.status = 'no_show' and a.for_at >= r.calling_day - 2 * 365)
    union all
    select 'survey', row_key, vin_key, plate_key, customer_key, surveyed_at
    from surveys_that_matter
    where vin_key is not null or plate_key is not null
    union all
    select 'complaint', row_key, vin_key, plate_key, customer_key, complained_at
    from complaints_that_matter
    where vin_key is not null or plate_key is not null
    union all
    -- A survey or complaint may know the order alone.
    select
        s.source, s.row_key, o.vin_key, o.plate_key, coalesce(s.customer_key, o.customer_key), s.happened_at
    from (
        select 'survey' as source, row_key, store_id, ro_no, customer_key, surveyed_at as happened_at
        from surveys_that_matter
        where vin_key is null and plate_key is null
        union all
        select 'complaint', row_key, store_id, ro_no, customer_key, complained_at
        from complaints_that_matter
        where vin_key is null and plate_key is null
    ) as s
    left join orders as o on o.store_id = s.store_id and o.ro_no = s.ro_no
    union all
    select 'policy', p.row_key, p.vin_key, p.plate_key, p.customer_key, coalesce(p.start_date, p.end_date)
    from insurance_policies as p
    cross join run as r
    where p.end_date >= r.calling_day
    union all
    select 'member', m.row_key, m.vin_key, m.plate_key, m.customer_key, coalesce(c.start_on, m.notified_on)
    from campaign_members as m
    inner join campaigns as c on c.store_id is not distinct from m.store_id and c.name = m.campaign
    cross join run as r
    where coalesce(c.end_on, c.start_on) >= r.calling_day
    union all
    -- Orders that may still matter: in the shop, newly delivered, or newer than the scores.
    select 'order', o.order_id, o.vin_key, o.plate_key, o.customer_key, o.in_at
    from orders as o
    cross join run as r
    where
        o.in_at < r.calling_day
        and coalesce(o.status, '') not in ('void', 'draft', 'deleted')
        and o.credit_of is null
        and o.in_at >= least(
            r.as_of + 1,
            r.calling_day - r.max_stay_days - r.first_call_due - r.second_call_due - 2 * r.late_days
        )
),

keyed as (
    select
        'follow_up' as source, f.row_key, f.vin_key, f.plate_key, f.customer_key, f.contacted_at as happened_at,
        f.channel = 'visit' as came_by, coalesce(f.channel not in ('letter', 'sms'), true) as spoken, f.opt_out, w.says_gone, w.says_taxi, w.wrong_number,
        -- A note alone is none either.
        w.untried or (f.task_id is not null and not w.says_what) as untried,
        -- Who booked with a caller is expected on that day, and asked the day after where they did not come.
        case when w.says_booked and f.task_id is not null then f.next_at + interval 1 day else f.next_at end as next_at,
        -- As is_answer says it, of each wording once.
        w.reached and (f.task_id is null or w.says_what or f.next_at is not null or coalesce(f.opt_out, false)) as reached
    from follow_ups as f
    inner join list_result_words as w
        on
            w.result_l1 is not distinct from f.result_l1
            and w.result_l2 is not distinct from f.result_l2
            and w.lost_reason is not distinct from f.lost_reason
    cross join run as r
    -- What was said long ago is over, but for what lasts.
    where f.contacted_at >= r.calling_day - 2 * 365 or f.opt_out or w.says_gone or w.says_taxi
    union all by name
    select * from others
),

-- Each key once, so that a row is joined once: most name one unit, and the periods of the others are looked through.
named as (
    select
        key,
        count(*) as units,
        min(valid_from) as valid_from,
        min(valid_to) as valid_to,
        min(unit_id) as unit_id
    from unit_keys
    group by key
),

-- By themselves: a list for every key would cost as much as all else here.
several as (
    select key, list({'valid_from': valid_from, 'valid_to': valid_to, 'unit_id': unit_id}) as periods
    from unit_keys
    where key in (select key from named where units > 1)
    group by key
)

select
    k.source,
    k.row_key,
    k.happened_at,
    k.came_by,
    k.next_at,
    k.opt_out,
    k.reached,
    k.reached and k.spoken as spoken,
    k.untried,
    k.says_gone,
    k.says_taxi,
    k.wrong_number,
    coalesce(a.person_id, k.customer_key) as customer_id,
    coalesce(
        case when v.valid_from is null and v.valid_to is null then v.unit_id end,
        case
            when p.units > 1
                then list_min([
                    x.unit_id
                    for x in q.periods
                    if (x.valid_from is null or x.valid_from <= k.happened_at) and (x.valid_to is null or k.happened_at < x.valid_to)
                ])
            when (p.valid_from is null or p.valid_from <= k.happened_at) and (p.valid_to is null or k.happened_at < p.valid_to)
                then p.unit_id
        end
    ) as unit_id
from keyed as k
left join customer_aliases as a on a.customer_id = k.customer_key
left join named as v on v.key = k.vin_key
left join named as p on p.key = k.plate_key
left join several as q on q.key = k.plate_key;
