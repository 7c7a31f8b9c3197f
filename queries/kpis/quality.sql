-- What the orders of the month lack.
-- grain: one row
-- inputs: run, orders
-- output: quality
-- run: as_of, month_start, month_end
select count(*) as orders,
    count(*) filter (where vin_key is null) as without_vin,
    count(*) filter (where vin_key is null and plate_key is null) as without_vehicle,
    count(*) filter (where odometer_km is null) as without_odometer,
    count(*) filter (where coalesce(job_class, 'unknown') = 'unknown') as without_class,
    count(*) filter (where nullif(trim(advisor), '') is null) as without_advisor,
    count(*) filter (where has_settlement and settled_at is null and out_at is null) as still_open
from orders o, run r
where o.in_at >= r.month_start
    and o.in_at < r.month_end + interval 1 day
    and o.in_at::date <= r.as_of
    and coalesce(o.status, '') <> 'void';
