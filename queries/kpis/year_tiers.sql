-- How vehicles of persons moved between loyalty tiers from the end of the year before to the end of the year.
-- grain: tier_before, tier_now
-- inputs: run, score_history, customers_merged
-- output: year_tiers
-- run: as_of, month_start, month_end (of the year)
with ends as (
    select n.unit_id, b.loyalty_tier as tier_before, n.loyalty_tier as tier_now, n.churn_state
    from score_history n
    join run r on n.as_of = r.month_end
    join score_history b on b.unit_id = n.unit_id and b.as_of = (r.month_start - interval 1 day)::date
    left join customers_merged c on c.customer_id = n.customer_id
    where coalesce(c.kind, 'person') = 'person'
)
select coalesce(tier_before, 'none') as tier_before, coalesce(tier_now, 'none') as tier_now,
    count(*) as units,
    count(*) filter (where churn_state in ('lost', 'dead')) as lost
from ends
group by all
order by tier_before, tier_now;
