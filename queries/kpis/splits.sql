-- Visits and money of the period, the one before and the same a year before, by class, adviser and district.
-- grain: month, split_by, split_value
-- inputs: run, visits, customers_merged
-- output: splits
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- split_by: class, advisor, district (of the customer). Where it is not known, split_value is empty.
with periods as (
    select distinct unnest([month_start, (month_start - to_months(step_months))::date, (month_start - interval 12 month)::date]) as month,
        step_months
    from run
),
seen as (
    select p.month, v.*, coalesce(v.receivable, v.paid_amount, 0) as revenue, nullif(trim(c.district), '') as district
    from periods p
    cross join run r
    join visits v on v.first_in >= p.month and v.first_in < p.month + to_months(p.step_months)
        and v.known_on <= r.as_of and v.first_in::date <= r.as_of
    left join customers_merged c on c.customer_id = v.customer_id
),
parted as (
    select month, unnest(['class', 'advisor', 'district']) as split_by,
        unnest([coalesce(main_class, 'unknown'), coalesce(nullif(trim(advisor), ''), ''), coalesce(district, '')]) as split_value,
        qualified, revenue, is_comeback
    from seen
)
select month, split_by, split_value,
    count(*) as all_visits,
    count(*) filter (where qualified) as visits,
    sum(revenue)::double as revenue,
    count(*) filter (where qualified and revenue > 0) as paying_visits,
    (sum(revenue) filter (where qualified and revenue > 0))::double as paying_revenue,
    count(*) filter (where is_comeback) as comebacks
from parted
group by all
order by month, split_by, split_value;
