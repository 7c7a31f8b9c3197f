-- Units by third of frequency and third of quality, and how many in each cell are slipping away.
-- grain: frequency_third, quality_third
-- inputs: run, vehicle_scores, customers_merged
-- output: matrix
-- run: month_start, month_end, top_quantile, store_units
-- Units of persons with a visit in 24 months, not gone. Limits: quantiles over the store's units with a visit in 12 months
-- (over all of them where the store has fewer than `store_units`). Slipping: warning, at_risk, lost or dead.
with scored as (
    select s.as_of, s.store_id, s.frequency_score, s.quality_score, s.churn_state, s.visits_12m
    from vehicle_scores s
    cross join run r
    left join customers_merged c on c.customer_id = s.customer_id
    where s.as_of >= r.month_start
        and s.as_of < r.month_end + interval 1 month
        and s.frequency_score is not null
        and s.quality_score is not null
        and s.visits_24m > 0
        and coalesce(s.churn_state, '') <> 'gone'
        and coalesce(c.kind, 'person') = 'person'
),
-- A list per store (and one of all), since the limit is a setting and quantile functions want a constant.
sorted as (
    select store_id, false as is_whole, list_sort(list(frequency_score)) as f, list_sort(list(quality_score)) as q
    from scored, run r
    where visits_12m > 0
    group by store_id, r.store_units
    having count(*) >= r.store_units
    union all
    select null, true, list_sort(list(frequency_score)), list_sort(list(quality_score))
    from scored
    where visits_12m > 0
),
-- Linear between neighbours, like quantile_cont.
places as (
    select s.*, (len(f) - 1) * (1 - r.top_quantile) as low, (len(f) - 1) * r.top_quantile as high
    from sorted s, run r
),
limits as (
    select store_id, is_whole,
        f[floor(low)::int + 1] + (low - floor(low)) * (f[ceil(low)::int + 1] - f[floor(low)::int + 1]) as f1,
        f[floor(high)::int + 1] + (high - floor(high)) * (f[ceil(high)::int + 1] - f[floor(high)::int + 1]) as f2,
        q[floor(low)::int + 1] + (low - floor(low)) * (q[ceil(low)::int + 1] - q[floor(low)::int + 1]) as q1,
        q[floor(high)::int + 1] + (high - floor(high)) * (q[ceil(high)::int + 1] - q[floor(high)::int + 1]) as q2
    from places
),
placed as (
    select s.as_of, s.churn_state,
        case when s.frequency_score >= coalesce(o.f2, w.f2) then 3 when s.frequency_score >= coalesce(o.f1, w.f1) then 2 else 1 end as frequency_third,
        case when s.quality_score >= coalesce(o.q2, w.q2) then 3 when s.quality_score >= coalesce(o.q1, w.q1) then 2 else 1 end as quality_third
    from scored s
    left join limits w on w.is_whole
    left join limits o on not o.is_whole and o.store_id is not distinct from s.store_id
)
select frequency_third, quality_third, max(as_of) as as_of,
    count(*) as units,
    count(*) filter (where churn_state in ('warning', 'at_risk', 'lost', 'dead')) as slipping
from placed
group by frequency_third, quality_third
order by frequency_third, quality_third;
