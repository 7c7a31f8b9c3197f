-- What came of campaigns: members against comparable customers who were not asked; rewritten when it is measured.
-- grain: one statement a table
-- inputs: none
-- output: campaign_results
create table if not exists campaign_results (
    as_of date,
    store_id varchar,
    campaign varchar,
    start_on date,
    -- Last day on which a visit counts.
    until_on date,
    level double,
    -- Customers, not vehicles.
    members bigint,
    notified bigint,
    letters bigint,
    -- NULL where no file says who was there.
    attended bigint,
    -- Members for whom comparable customers were found, and those without.
    compared bigint,
    not_compared bigint,
    comparable bigint,
    returned_members double,
    returned_comparable double,
    return_difference double,
    return_difference_low double,
    return_difference_high double,
    revenue_members double,
    revenue_comparable double,
    revenue_difference double,
    revenue_difference_low double,
    revenue_difference_high double
);
