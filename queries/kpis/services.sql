-- Shares that rest on more than orders, for 13 periods: `top` of `bottom`. What was never imported has no row.
-- grain: month, id
-- inputs: run, visits, orders, appointments, insurance_policies, surveys, complaints, warranty_claims, finance_months
-- output: services
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- A renewal is a policy of the same kind for the same vehicle, sold here, that begins within 60 days of the end of one sold here.
with spans as (
    select p.month::date as month, least((p.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes, r.as_of
    from run r, unnest(generate_series(r.month_start - interval 24 month, r.month_start::timestamp, to_months(r.step_months))) as p (month)
),
policies as (
    select distinct coalesce(vin_key, plate_key) as vehicle, coalesce(kind, '') as kind, start_date, end_date
    from insurance_policies
    where sold_by_us and coalesce(vin_key, plate_key) is not null
),
facts as (
    select 'appointment_share' as id, v.first_in::date as day, 0.0 as top, 1.0 as bottom
    from visits v, run r
    where v.qualified and v.known_on <= r.as_of and exists (select 1 from appointments)
    union all
    select 'appointment_share', for_at::date, 1, 0 from appointments where status in ('shown', 'late')
    union all
    select 'show_rate', for_at::date, (status in ('shown', 'late'))::integer, 1
    from appointments
    where status in ('shown', 'late', 'no_show')
    union all
    select 'renewal_rate', p.end_date,
        exists (
            select 1 from policies n
            where n.vehicle = p.vehicle and n.kind = p.kind and n.end_date > p.end_date
                and n.start_date between p.end_date - 60 and p.end_date + 60
        )::integer, 1
    from policies p
    where p.end_date is not null
    union all
    select 'csi', surveyed_at::date, (score / scale_max)::double, 1 from surveys where scale_max > 0 and score is not null
    union all
    select 'complaint_closure', c.complained_at::date, coalesce(c.solved_at <= c.complained_at + interval 14 day and c.solved_at::date <= r.as_of, false)::integer, 1
    from complaints c, run r
    where c.complained_at + interval 14 day <= r.as_of + interval 1 day or (c.solved_at <= c.complained_at + interval 14 day and c.solved_at::date <= r.as_of)
    union all
    select 'claims_accepted', submitted_on, (status = 'accepted')::integer, 1
    from warranty_claims
    where status in ('accepted', 'refused')
    union all
    select 'on_time', out_at::date, (out_at <= promised_at)::integer, 1
    from orders
    where promised_at is not null and out_at is not null
    union all
    select 'absorption', month, gross_profit::double, fixed_expense::double
    from finance_months
    where gross_profit is not null and fixed_expense > 0
)
select s.month, f.id,
    round(sum(f.top), 6)::double as top,
    round(sum(f.bottom), 6)::double as bottom,
    count(*) filter (where f.bottom > 0) as n
from spans s
join facts f on f.day between s.month and s.closes
group by s.month, f.id
having sum(f.bottom) > 0
order by s.month, f.id;
