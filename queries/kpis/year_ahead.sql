-- What the year after may bring: what the models expect of the units known, and what new units brought in the year.
-- grain: one row
-- inputs: run, vehicle_scores, visits
-- output: year_ahead
-- run: as_of, month_start, month_end (of the year)
-- Expected are visits and spending in the 365 days after the scored date; NULL unless that is the end of the year.
-- Summed as decimals, so that the order does not matter.
with expected as (
    select count(*) as units,
        sum(s.expected_visits_365::decimal(18, 6))::double as visits,
        sum(s.expected_spend_365::decimal(18, 2))::double as spend
    from vehicle_scores s, run r
    where s.as_of = r.month_end
),
units as (
    select v.unit_id, min(v.first_on) as first_on, count(*) filter (where v.first_on >= r.month_start) as visits
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_on <= r.month_end
    group by v.unit_id
),
new as (
    select count(*) as new_units, coalesce(sum(u.visits), 0)::bigint as new_visits
    from units u, run r
    where u.first_on >= r.month_start
)
select e.units, e.visits, e.spend, n.new_units, n.new_visits
from expected e, new n;
