-- Shares that rest on more than visits, for 25 months or three years: `top` of `bottom`. What was never imported has no row.
-- grain: month, id
-- inputs: run, visits, orders, appointments, insurance_policies, surveys, complaints, warranty_claims, finance_months, unit_keys, customer_aliases
-- output: services
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- An appointment is known from its booking, and belongs to a visit of the same unit on the same day.
-- A renewal is a policy of the same kind for the same vehicle, sold here, that begins within 60 days of the end of one
-- sold here. A policy is known from its first day, and each period counts the renewals known at its own end: so a period
-- that has just ended can be held against an older one.
with spans as (
    select p.month::date as month,
        least((p.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes
    from run r,
        unnest(generate_series(r.month_start - interval 24 month, r.month_start::timestamp, to_months(r.step_months))) as p (month)
),
booked as (
    select distinct coalesce(u.unit_id, a.vin_key, a.plate_key, m.person_id, a.customer_key) as unit_id, a.for_at::date as day
    from appointments a
    left join unit_keys u on u.key = coalesce(a.vin_key, a.plate_key, a.customer_key)
        and (u.valid_from is null or u.valid_from <= a.for_at)
        and (u.valid_to is null or a.for_at < u.valid_to)
    left join customer_aliases m on m.customer_id = a.customer_key
    where a.status in ('shown', 'late') and coalesce(a.booked_at, a.for_at)::date <= a.for_at::date
),
policies as (
    select distinct coalesce(p.vin_key, u.unit_id, p.plate_key) as vehicle,
        coalesce(p.kind, '') as kind,
        coalesce(p.start_date, (p.end_date - interval 12 month)::date) as start_date,
        p.end_date
    from insurance_policies p
    left join unit_keys u on p.vin_key is null and u.key = p.plate_key and u.valid_to is null
    where p.sold_by_us and coalesce(p.vin_key, p.plate_key) is not null and p.end_date is not null
),
renewals as (
    select s.month, 'renewal_rate' as id, p.vehicle, p.kind, p.end_date,
        max((n.vehicle is not null)::integer) as top
    from spans s
    join policies p on p.end_date between s.month and s.closes
    left join policies n on n.vehicle = p.vehicle and n.kind = p.kind and n.end_date > p.end_date
        and n.start_date between p.end_date - 60 and least(p.end_date + 60, s.closes)
    group by s.month, p.vehicle, p.kind, p.end_date
),
facts as (
    select 'appointment_share' as id, v.first_on as day, (b.unit_id is not null)::integer::double as top, 1.0 as bottom
    from visits v
    cross join run r
    left join booked b on b.unit_id = v.unit_id and b.day = v.first_on
    where v.qualified and v.known_on <= r.as_of and v.first_on >= (select min(for_at::date) from appointments)
    union all
    select 'show_rate', for_at::date, (status in ('shown', 'late'))::integer, 1
    from appointments
    where status in ('shown', 'late', 'no_show')
    union all
    select 'csi', surveyed_at::date, (score / scale_max)::double, 1
    from surveys
    where scale_max > 0 and score is not null
    union all
    -- Solved in time as far as is known at the as-of date, or two weeks old by then.
    select 'complaint_closure', c.complained_at::date,
        coalesce(c.solved_at <= c.complained_at + interval 14 day and c.solved_at::date <= r.as_of, false)::integer, 1
    from complaints c, run r
    where c.complained_at::date + 14 <= r.as_of
        or (c.solved_at <= c.complained_at + interval 14 day and c.solved_at::date <= r.as_of)
    union all
    select 'claims_accepted', submitted_on, (status = 'accepted')::integer, 1
    from warranty_claims
    where status in ('accepted', 'refused')
    union all
    select 'on_time', out_at::date, (out_at <= promised_at)::integer, 1
    from orders
    where promised_at is not null and out_at is not null and coalesce(status, '') <> 'void'
    union all
    -- A month's accounts are known when it is over.
    select 'absorption', last_day(month), gross_profit::double, fixed_expense::double
    from finance_months
    where gross_profit is not null and fixed_expense > 0
),
shares as (
    select s.month, f.id, f.top, f.bottom
    from spans s
    join facts f on f.day between s.month and s.closes
    union all
    select month, id, top, 1 from renewals
)
select month, id,
    round(sum(top), 6)::double as top,
    round(sum(bottom), 6)::double as bottom,
    count(*) as n
from shares
group by month, id
having sum(bottom) > 0
order by month, id;
