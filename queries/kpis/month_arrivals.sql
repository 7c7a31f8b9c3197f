-- When vehicles arrive: visits by weekday and hour of the three months up to the end of the month, whatever is done.
-- grain: weekday, hour
-- inputs: run, visits
-- output: month_arrivals
-- run: as_of, month_start, month_end
-- weekday: 1 = Monday. Midnight sharp is a day without a time. open_days: such weekdays on which anybody came;
-- all_visits, timed_visits: of the three months, the same in each row.
with seen as (
    select v.first_in, v.first_in::date as day, isodow(v.first_in)::bigint as weekday, hour(v.first_in)::bigint as hour,
        v.first_in::time <> time '00:00:00' as has_time
    from visits v, run r
    where v.known_on <= r.as_of and v.first_in >= r.month_start - interval 2 month and v.first_in < r.month_end + interval 1 day
),
days as (
    select weekday, count(distinct day) as open_days from seen group by weekday
),
sums as (
    select count(*) as all_visits, count(*) filter (where has_time) as timed_visits from seen
)
select s.weekday, s.hour, count(*) as visits, d.open_days, a.all_visits, a.timed_visits
from seen s
join days d on d.weekday = s.weekday
cross join sums a
where s.has_time
group by all
order by s.weekday, s.hour;
