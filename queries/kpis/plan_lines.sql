-- Lines of the plan that files beside the orders bring, for 25 months or three years. What was never imported has no row.
-- grain: month, id
-- inputs: run, finance_months, campaigns
-- output: plan_lines
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- Purchases are those of all months of the period that are over, and unknown where one of them is missing; stock is that
-- of the last of them. A lecture is a campaign of that kind (讲堂, lecture) begun in the period.
with spans as (
    select p.month::date as month,
        least((p.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes
    from run r,
        unnest(generate_series(r.month_start - interval 24 month, r.month_start::timestamp, to_months(r.step_months))) as p (month)
),
accounts as (
    select month, sum(parts_purchased) as purchased, sum(parts_stock) as stock
    from finance_months
    group by month
),
purchases as (
    select s.month, 'parts_purchased' as id, sum(a.purchased)::double as value
    from spans s
    join accounts a on a.month >= s.month and last_day(a.month) <= s.closes
    group by s.month, s.closes
    having count(a.purchased) = date_diff('month', s.month, s.closes + 1)
),
stock as (
    select s.month, 'parts_stock' as id, arg_max(a.stock, a.month)::double as value
    from spans s
    join accounts a on a.month >= s.month and last_day(a.month) <= s.closes
    where a.stock is not null
    group by s.month
),
lectures as (
    select s.month, 'lectures' as id,
        count(*) filter (
            where c.start_on >= s.month and (contains(c.kind, '讲堂') or contains(lower(c.kind), 'lecture'))
        )::double as value
    from spans s
    join campaigns c on c.start_on <= s.closes
    group by s.month
)
from purchases
union all
from stock
union all
from lectures
order by month, id;
