-- Follow-ups of the period by who made them.
-- grain: staff
-- inputs: run, follow_ups
-- output: callers
-- run: as_of, month_start, month_end (of the period)
select nullif(trim(f.staff), '') as staff, count(*) as contacts,
    count(*) filter (where f.opt_out) as opt_outs,
    count(distinct coalesce(f.customer_key, f.vin_key, f.plate_key)) as customers
from follow_ups f, run r
where f.contacted_at >= r.month_start and f.contacted_at < r.month_end + interval 1 day
group by 1
order by contacts desc, staff nulls last;
