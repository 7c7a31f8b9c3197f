-- Vehicles that could be insured here and were not when the period opened, and those of them insured here in it.
-- grain: segment
-- inputs: run, insurance_policies, unit_keys, vehicles, visits
-- output: renewal_pool
-- run: as_of, month_start, month_end (of the period)
-- segment: serviced (a qualified visit in the 12 months up to the end of the period, and no policy sold here that began before),
-- recent, lapsed, long (the last policy sold here ended up to one, up to three, over three years before the period).
-- A policy is known from its first day.
with ours as (
    select coalesce(p.vin_key, u.unit_id, p.plate_key) as vehicle,
        coalesce(p.start_date, (p.end_date - interval 12 month)::date) as start_date,
        coalesce(p.end_date, (p.start_date + interval 12 month - interval 1 day)::date) as end_date
    from insurance_policies p
    left join unit_keys u on p.vin_key is null and u.key = p.plate_key and u.valid_to is null
    where p.sold_by_us and coalesce(p.vin_key, p.plate_key) is not null and coalesce(p.start_date, p.end_date) is not null
),
last_ones as (
    select o.vehicle, max(o.end_date) as last_end
    from ours o, run r
    where o.start_date < r.month_start
    group by o.vehicle
),
won as (
    select distinct o.vehicle
    from ours o, run r
    where o.start_date between r.month_start and least(r.month_end, r.as_of)
),
serviced as (
    select distinct v.unit_id as vehicle
    from visits v
    -- Customers without a vehicle are no vehicles.
    inner join vehicles h on h.unit_id = v.unit_id
    cross join run r
    where v.qualified and v.known_on <= r.as_of and v.first_in < r.month_end + interval 1 day
        and v.first_in >= r.month_end + interval 1 day - interval 12 month
),
pool as (
    select l.vehicle,
        case
            when l.last_end >= (r.month_start - interval 12 month) then 'recent'
            when l.last_end >= (r.month_start - interval 36 month) then 'lapsed'
            else 'long'
        end as segment
    from last_ones l, run r
    where l.last_end < r.month_start
    union all
    select s.vehicle, 'serviced'
    from serviced s
    where s.vehicle not in (select vehicle from last_ones)
)
select p.segment, count(*) as units, count(w.vehicle) as won
from pool p
left join won w on w.vehicle = p.vehicle
where exists (select 1 from ours)
group by p.segment
order by p.segment;
