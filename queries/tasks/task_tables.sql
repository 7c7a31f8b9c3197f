-- The tasks and the tables beside them, as created in an empty database file.
-- grain: one statement a table
-- inputs: none
-- output: follow_up_tasks, task_reassignments, task_timeliness, data_quality_items, uplift_results
create table if not exists follow_up_tasks (
    task_id varchar,
    list varchar,
    customer_id ubigint,
    unit_id ubigint,
    open_on date,
    due_on date,
    priority double,
    reasons varchar[],
    owner_id varchar,
    state varchar,
    holdout boolean,
    deputy_id varchar,
    channel varchar,
    -- What it is about, such as the campaign.
    reference varchar,
    -- All lists that the row answers, the leading one first; NULL in tasks of earlier versions and in promises.
    lists varchar[],
    -- The last day in time of each of them.
    dues date[],
    -- The factors of the priority.
    probability_leaves double,
    value_at_stake double,
    probability_helps double,
    urgency double,
    cost double,
    -- How urgent the list took it to be when it was opened.
    band varchar,
    -- The day on which the task was written; a promise is written before its day.
    made_on date,
    -- The first day on which somebody was reached or the customer came.
    done_on date,
    -- contact, visit, opted_out, withdrawn, superseded or held_out.
    ended_by varchar,
    attempts integer,
    -- Whose it was before it was handed over; where it was handed on, the last one first, parted by U+001F.
    reassigned_from varchar
);

-- Whose calls are in whose hands: one row a list, or one with no list for all of them; rows go when it is taken back.
create table if not exists task_reassignments (
    number integer,
    made_on date,
    from_owner varchar,
    to_owner varchar,
    list varchar,
    from_day date,
    until_day date
);

-- Rewritten whenever tasks are settled: how the tasks of each list are kept.
create table if not exists task_timeliness (
    list varchar,
    tasks bigint,
    on_time bigint,
    late bigint,
    waiting bigint,
    overdue bigint,
    escalated bigint,
    expired bigint,
    suppressed bigint,
    held_out bigint,
    came_by_themselves bigint,
    on_time_share double
);

-- What callers found wrong in the files, to be put right at the next visit.
create table if not exists data_quality_items (
    item_id ubigint,
    kind varchar,
    customer_id ubigint,
    unit_id ubigint,
    task_id varchar,
    found_on date,
    state varchar
);

-- What calling does: those assigned to be called against those held out, by list and band; rewritten when it is measured.
create table if not exists uplift_results (
    as_of date,
    scope varchar,
    name varchar,
    window_days integer,
    level double,
    assigned bigint,
    held_out bigint,
    customers bigint,
    reached_assigned double,
    reached_held_out double,
    returned_assigned double,
    returned_held_out double,
    return_difference double,
    return_difference_low double,
    return_difference_high double,
    return_per_call double,
    return_per_call_low double,
    return_per_call_high double,
    revenue_assigned double,
    revenue_held_out double,
    revenue_difference double,
    revenue_difference_low double,
    revenue_difference_high double,
    revenue_per_call double,
    revenue_per_call_low double,
    revenue_per_call_high double,
    p_call_helps double,
    more_rows bigint
);
