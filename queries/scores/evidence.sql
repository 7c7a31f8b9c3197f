-- What stands behind the scores: the parts of loyalty with their weights, and the movement between tiers.
-- grain: one statement a table
-- inputs: score_history
-- output: loyalty_components, loyalty_weights, empty; tier_movement
-- Parts are 0-1; an unknown part is NULL and passes its weight on to the others of its axis.
create table if not exists loyalty_components (
    as_of date,
    unit_id ubigint,
    customer_id ubigint,
    -- Qualified visits that the expected interval lets expect in 24 months, or since the first visit.
    expected_visits_24m double,
    visits double,
    regularity double,
    tenure double,
    -- Percentile of gross profit, else paid amount, of 24 months within the store.
    money double,
    payment double,
    breadth double
);

create table if not exists loyalty_weights (
    as_of date,
    axis varchar,
    part varchar,
    weight double
);

-- Units by the tier that they had at one month's end and at the next; NULL: no tier yet.
create or replace view tier_movement as
select
    later.as_of as month_end,
    earlier.loyalty_tier as from_tier,
    later.loyalty_tier as to_tier,
    count(*) as units
from score_history as later
left join score_history as earlier
    on earlier.unit_id = later.unit_id and earlier.as_of = (date_trunc('month', later.as_of) - interval 1 day)::date
where
    later.as_of = last_day(later.as_of)
    and (date_trunc('month', later.as_of) - interval 1 day)::date in (select h.as_of from score_history as h)
    and (earlier.loyalty_tier is not null or later.loyalty_tier is not null)
group by 1, 2, 3;
