-- Policies sold here that ended in the period, renewed here by its end or not, by whether they were a first one or a renewal.
-- grain: segment, kind
-- inputs: run, insurance_policies, unit_keys
-- output: renewals
-- run: as_of, month_start, month_end (of the period)
-- The rule is that of the renewal rate in `services`; their sums agree with it.
with policies as (
    select distinct coalesce(p.vin_key, u.unit_id, p.plate_key) as vehicle,
        coalesce(p.kind, '') as kind,
        coalesce(p.start_date, (p.end_date - interval 12 month)::date) as start_date,
        p.end_date
    from insurance_policies p
    left join unit_keys u on p.vin_key is null and u.key = p.plate_key and u.valid_to is null
    where p.sold_by_us and coalesce(p.vin_key, p.plate_key) is not null and p.end_date is not null
),
ended as (
    select p.vehicle, p.kind, p.end_date,
        exists (
            select 1 from policies b
            where b.vehicle = p.vehicle and b.kind = p.kind and b.end_date < p.end_date
        ) as was_renewal,
        exists (
            select 1 from policies n
            where n.vehicle = p.vehicle and n.kind = p.kind and n.end_date > p.end_date
                and n.start_date between p.end_date - 60 and least(p.end_date + 60, r.month_end)
        ) as is_renewed
    from policies p, run r
    where p.end_date between r.month_start and r.month_end
    group by all
)
select case when was_renewal then 'again' else 'first' end as segment, kind,
    count(*) as ended,
    count(*) filter (where is_renewed) as renewed
from ended
group by all
order by segment, kind;
