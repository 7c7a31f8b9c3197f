-- Hours from coming in to going out in the month, the one before and the same a year before, by class and by arrival.
-- grain: month, part, value
-- inputs: run, visits
-- output: month_stays
-- run: as_of, month_start, month_end
-- part: all, class, arrival. Only visits count whose two times are known to the minute: midnight sharp is a day without a
-- time. Vehicles still here when the month ends, or the data, count as not timed, in each of the months alike: else those
-- months of which the end is known by now would have the longer stays. visits: those; all_visits: qualified visits, timed or not; same_day: out on the day on which they came.
with periods as (
    select distinct unnest([month_start, (month_start - interval 1 month)::date, (month_start - interval 12 month)::date]) as month
    from run
),
seen as (
    select p.month, coalesce(v.main_class, 'unknown') as class, hour(v.first_in) as hour,
        v.first_in::time <> time '00:00:00' and v.last_out::time <> time '00:00:00' and v.last_out > v.first_in
            and v.last_out < p.month + (least(r.as_of, r.month_end) - r.month_start)::integer + interval 1 day as is_timed,
        datesub('minute', v.first_in, v.last_out) / 60.0 as hours, v.last_out::date = v.first_in::date as is_same_day
    from periods p
    cross join run r
    join visits v on v.first_in >= p.month and v.first_in < p.month + interval 1 month
        and v.known_on <= r.as_of and v.first_in::date <= r.as_of
    where v.qualified
),
parted as (
    select month, unnest(['all', 'class', 'arrival']) as part,
        unnest(['', class, case when hour < 10 then 'before_10' when hour < 12 then 'from_10' when hour < 15 then 'from_12' else 'from_15' end]) as value,
        coalesce(is_timed, false) as is_timed, hours, is_same_day
    from seen
)
select month, part, value,
    count(*) as all_visits,
    count(*) filter (where is_timed) as visits,
    (median(hours) filter (where is_timed))::double as median_hours,
    (quantile_cont(hours, 0.9) filter (where is_timed))::double as most_hours,
    count(*) filter (where is_timed and is_same_day) as same_day
from parted
group by all
order by month, part, value;
