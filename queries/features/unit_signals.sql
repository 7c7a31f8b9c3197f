-- What files say of units between their visits: surveys, complaints, bookings kept and missed, policies that we sold.
-- grain: one row per row_key and signal
-- inputs: surveys, complaints, appointments, insurance_policies, orders, unit_keys, customer_aliases
-- output: unit_signals
-- A row is known from known_on; what it says holds until until_on, where it says so. A survey's figure is its share of the full marks.
-- A row that names the customer alone is of whatever the customer holds by then: party_id is the customer, and of_customer is true.
create or replace temp view unit_signals as
with said as (
    select
        'survey' as signal, row_key, store_id, ro_no, vin_key, plate_key, customer_key,
        surveyed_at as told_at,
        surveyed_at::date as known_on,
        null::date as until_on,
        case when scale_max > 0 then least(greatest((score / scale_max)::double, 0), 1) end as figure
    from surveys
    where score is not null
    union all
    select
        'complaint', row_key, store_id, ro_no, vin_key, plate_key, customer_key,
        complained_at, complained_at::date, null, null
    from complaints
    union all
    -- That somebody did not come is known at the end of the day.
    select
        'missed', row_key, store_id, ro_no, vin_key, plate_key, customer_key,
        for_at, for_at::date, null, null
    from appointments
    where status = 'no_show'
    union all
    -- A booking counts until its day, since no file says when it was called off.
    select
        'booked', row_key, store_id, ro_no, vin_key, plate_key, customer_key,
        booked_at, booked_at::date, for_at::date, null
    from appointments
    where booked_at < for_at
    union all
    select
        'policy', row_key, store_id, null, vin_key, plate_key, customer_key,
        coalesce(start_date, end_date - interval 12 month),
        coalesce(start_date, (end_date - interval 12 month)::date),
        coalesce(end_date, (start_date + interval 12 month)::date),
        null
    from insurance_policies
    -- A policy is of one vehicle: one that names none is of no unit.
    where sold_by_us and (vin_key is not null or plate_key is not null)
),
-- A survey or complaint may know the order alone.
keyed as (
    select
        s.signal, s.row_key, s.told_at, s.known_on, s.until_on, s.figure,
        coalesce(s.vin_key, o.vin_key) as vin_key,
        coalesce(s.plate_key, o.plate_key) as plate_key,
        coalesce(s.customer_key, o.customer_key) as customer_key
    from said s
    left join orders o
        on s.vin_key is null and s.plate_key is null
        and o.store_id = s.store_id and o.ro_no = s.ro_no
    where s.known_on is not null
)
-- A VIN is its unit: most rows have one and need not be looked up.
select signal, row_key, false as of_customer, vin_key as party_id, told_at, known_on, until_on, figure
from keyed
where vin_key is not null
union all
select k.signal, k.row_key, false, min(coalesce(u.unit_id, k.plate_key)), k.told_at, k.known_on, k.until_on, k.figure
from keyed k
left join unit_keys u
    on u.key = k.plate_key
    and (u.valid_from is null or k.told_at >= u.valid_from) and (u.valid_to is null or k.told_at < u.valid_to)
where k.vin_key is null and k.plate_key is not null
group by k.signal, k.row_key, k.told_at, k.known_on, k.until_on, k.figure
union all
select k.signal, k.row_key, true, coalesce(a.person_id, k.customer_key), k.told_at, k.known_on, k.until_on, k.figure
from keyed k
left join customer_aliases a on a.customer_id = k.customer_key
where k.vin_key is null and k.plate_key is null and k.customer_key is not null;
