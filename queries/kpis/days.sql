-- Visits and revenue of each day of the month; days after the as-of date are NULL.
-- grain: day
-- inputs: run, visits
-- output: days
-- run: as_of, month_start, month_end
with span as (
    select unnest(generate_series(month_start::timestamp, month_end::timestamp, interval 1 day))::date as day
    from run
),
sums as (
    select v.first_in::date as day,
        count(*) filter (where v.qualified) as visits,
        sum(coalesce(v.receivable, v.paid_amount, 0)) as revenue
    from visits v, run r
    where v.known_on <= r.as_of
        and v.first_in >= r.month_start
        and v.first_in < r.month_end + interval 1 day
    group by all
)
select s.day,
    case when s.day <= r.as_of then coalesce(d.visits, 0) end::bigint as visits,
    case when s.day <= r.as_of then coalesce(d.revenue, 0) end::double as revenue
from span s
cross join run r
left join sums d on d.day = s.day
order by s.day;
