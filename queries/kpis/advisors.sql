-- Visits, revenue and comebacks of the month by service adviser; no adviser is NULL.
-- grain: advisor
-- inputs: run, visits
-- output: advisors
-- run: as_of, month_start, month_end
-- paying_squares: sum of the squared revenue of paying visits, exact, from which their spread follows.
select nullif(trim(v.advisor), '') as advisor,
    count(*) filter (where v.qualified) as visits,
    sum(coalesce(v.receivable, v.paid_amount, 0))::double as revenue,
    count(*) filter (where v.qualified and coalesce(v.receivable, v.paid_amount, 0) > 0) as paying_visits,
    (sum(coalesce(v.receivable, v.paid_amount, 0))
        filter (where v.qualified and coalesce(v.receivable, v.paid_amount, 0) > 0))::double as paying_revenue,
    (sum(coalesce(v.receivable, v.paid_amount, 0)::decimal(14, 2) * coalesce(v.receivable, v.paid_amount, 0)::decimal(14, 2))
        filter (where v.qualified and coalesce(v.receivable, v.paid_amount, 0) > 0))::double as paying_squares,
    count(*) as all_visits,
    count(*) filter (where v.is_comeback) as comebacks
from visits v, run r
where v.known_on <= r.as_of
    and v.first_in >= r.month_start
    and v.first_in < r.month_end + interval 1 day
group by 1
order by visits desc, advisor nulls last;
