-- What stands behind the scores: the parts of loyalty with their weights, the groups of customers, and the movement
-- between tiers.
-- grain: one statement a table
-- inputs: score_history
-- output: loyalty_components, loyalty_weights, segments, segment_inputs, empty; tier_movement
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

-- What each segment is made of: means over its customers of whom the figure is known.
create table if not exists segments (
    as_of date,
    segment varchar,
    customers integer,
    share double,
    -- Qualified visits a year and vehicle over 24 months.
    visits_per_year double,
    overdue_ratio double,
    -- Visits of 12 months against those of the 12 before, -1 to 1.
    visits_change double,
    -- Yuan on a qualified visit.
    paid_per_visit double,
    -- Evenness of the gaps, 0 to 1.
    regularity double,
    kinds_24m double,
    tenure_years double,
    -- Paid by all of them in 24 months, yuan.
    spend_24m double,
    churn_probability double
);

-- The same figures of each customer, and how far it stands from its centre and from the nearest of another segment.
create table if not exists segment_inputs (
    as_of date,
    customer_id ubigint,
    visits_per_year double,
    overdue_ratio double,
    visits_change double,
    paid_per_visit double,
    regularity double,
    kinds_24m double,
    tenure_years double,
    segment varchar,
    distance double,
    next_segment varchar,
    next_distance double
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
