-- Groups of customers that come and pay alike: what each is made of, and where each customer stands.
-- grain: one statement a table; segments: segment; segment_inputs: customer_id
-- inputs: none
-- output: segments, segment_inputs, empty
-- What each segment is made of: medians of its customers of whom the figure is known.
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
    -- Paid by all of them in 24 months, yuan; their mean probability of leaving.
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
