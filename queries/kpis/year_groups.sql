-- Groups of customers that come and pay alike, at the end of the year.
-- grain: segment
-- inputs: run, segments
-- output: year_groups
-- run: as_of, month_end (of the year)
-- None unless the scored date is the end of the year.
select s.segment, s.customers, s.share, s.visits_per_year, s.overdue_ratio, s.paid_per_visit, s.spend_24m,
    s.churn_probability
from segments s
join run r on s.as_of = r.month_end
order by s.customers desc, s.segment;
