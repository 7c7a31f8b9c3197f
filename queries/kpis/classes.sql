-- Visits and revenue by class of the visit's largest order, of the reported period and those of the 12 months before it.
-- grain: month, class
-- inputs: run, visits
-- output: classes
-- run: as_of, month_start, step_months (1, or 12: then each period is a year that begins with the month of month_start)
select case when r.step_months = 12
        then (date_trunc('year', v.first_in - to_months(month(r.month_start) - 1)) + to_months(month(r.month_start) - 1))::date
        else date_trunc('month', v.first_in)::date end as month,
    coalesce(v.main_class, 'unknown') as class,
    count(*) filter (where v.qualified) as visits,
    count(*) as all_visits,
    sum(coalesce(v.receivable, v.paid_amount, 0))::double as revenue
from visits v, run r
where v.known_on <= r.as_of
    and v.first_in::date <= r.as_of
    and v.first_in >= r.month_start - interval 12 month
    and v.first_in < r.month_start + to_months(r.step_months)
group by all
order by month, class;
