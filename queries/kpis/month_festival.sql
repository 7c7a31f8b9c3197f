-- A month that the Spring Festival falls in or near, and the days of the year before that lie as far from theirs.
-- grain: part
-- inputs: run, visits
-- output: month_festival
-- run: as_of, month_start, month_end, festival, festival_before (first days of the two lunar years; NULL in other months)
-- part: now, before. The days of the year before are those of the month, moved by the distance of the two festivals.
-- began: the first day of the data. visits and revenue are NULL where the data begins after the first of the days.
with parts as (
    select 'now' as part, month_start as opens, month_end as closes from run where festival is not null
    union all
    select 'before', month_start + (festival_before - festival)::integer, month_end + (festival_before - festival)::integer
    from run
    where festival is not null
),
began as (
    select min(v.first_in)::date as day from visits v, run r where v.known_on <= r.as_of
)
select p.part, p.opens, p.closes, b.day as began,
    case when b.day <= p.opens then count(v.first_in) filter (where v.qualified) end::bigint as visits,
    case when b.day <= p.opens then coalesce(sum(coalesce(v.receivable, v.paid_amount, 0)), 0) end::double as revenue
from parts p
cross join run r
cross join began b
left join visits v on v.first_in >= p.opens and v.first_in < p.closes + interval 1 day and v.known_on <= r.as_of
    and v.first_in::date <= r.as_of
group by p.part, p.opens, p.closes, b.day
order by p.part;
