-- Targets of the years that 13 months and the fiscal years they lie in touch, over all stores.
-- grain: year, month, metric
-- inputs: run, targets
-- output: targets
-- run: month_start
select t.year::bigint as year,
    t.month::bigint as month,
    trim(t.metric) as metric,
    sum(t.value)::double as total,
    (sum(t.value) / count(*))::double as mean
from targets t, run r
where t.year between year(r.month_start) - 2 and year(r.month_start) + 1
    and t.value is not null and t.metric is not null
group by all
order by year, month nulls first, metric;
