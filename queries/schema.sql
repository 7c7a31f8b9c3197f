-- Every table that holds what came in and what was found, as created in an empty database file.
-- grain: one statement a table
-- inputs: none
-- output: the empty tables
-- No keys and no indexes: uniqueness is proved by queries inside the import's transaction.
-- Keys are 64-bit xxh3 hashes of plate, VIN, or store and customer number.

create table if not exists retain_meta (
    name varchar,
    value varchar
);

create table if not exists imports (
    import_id integer,
    file varchar,
    sha256 varchar,
    kind varchar,
    store_id varchar,
    mapping varchar,
    records bigint,
    loaded bigint,
    replaced bigint,
    unchanged bigint,
    duplicate bigint,
    rejected bigint,
    today date,
    data_through date,
    imported_at timestamp,
    -- Orders taken away since `--complete` says that the file is all there is; NULL where an earlier version imported.
    removed bigint
);

create table if not exists rejects (
    import_id integer,
    file varchar,
    line bigint,
    "column" varchar,
    reason varchar,
    value_masked varchar
);

-- Orders with keys in place of names, phones, plates and VINs; analysts read the view `work_orders`.
create table if not exists orders (
    order_id ubigint,
    store_id varchar,
    ro_no varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    in_at timestamp,
    promised_at timestamp,
    out_at timestamp,
    settled_at timestamp,
    odometer_km integer,
    status varchar,
    job_class varchar,
    payer varchar,
    source varchar,
    advisor varchar,
    is_comeback boolean,
    labour decimal(14, 2),
    parts decimal(14, 2),
    sublet decimal(14, 2),
    other decimal(14, 2),
    discount decimal(14, 2),
    receivable decimal(14, 2),
    received decimal(14, 2),
    owing decimal(14, 2),
    cost decimal(14, 2),
    next_due_date date,
    next_due_km integer,
    credit_of varchar,
    -- True where the file has a status, settled or out column; else every order counts as settled on its in-date.
    has_settlement boolean,
    -- True where the file has a class column; else every qualified visit counts as maintenance.
    has_class boolean,
    content_hash ubigint,
    import_id integer
);

create table if not exists customers (
    customer_id ubigint,
    store_id varchar,
    customer_no varchar,
    kind varchar,
    name varchar,
    phone_primary varchar,
    phones varchar[],
    address varchar,
    district varchar,
    owner varchar,
    file_opened_at timestamp,
    consent_marketing varchar,
    consent_at date,
    -- The day of the import that brought a refusal without a date.
    refusal_known_on date,
    known_from date,
    content_hash ubigint,
    import_id integer,
    -- The latest order that named the person or gave a phone, where no customer file did.
    name_at timestamp,
    name_order ubigint,
    phones_at timestamp,
    phones_order ubigint
);

-- Attributes of vehicles as the vehicles file states them, by VIN key or plate key.
create table if not exists vehicle_facts (
    vehicle_key ubigint,
    vin_key ubigint,
    plate_key ubigint,
    store_id varchar,
    customer_key ubigint,
    engine_no varchar,
    brand varchar,
    series varchar,
    model varchar,
    fuel varchar,
    sold_by_us boolean,
    purchase_date date,
    warranty_end date,
    interval_km integer,
    interval_months integer,
    next_due_date date,
    next_due_km integer,
    policy_end date,
    inspection_end date,
    status varchar,
    known_from date,
    content_hash ubigint,
    import_id integer
);

-- Each VIN and plate seen together (or alone), with the days between which they were.
create table if not exists vehicle_pairs (
    vin_key ubigint,
    plate_key ubigint,
    vin varchar,
    plate varchar,
    vin_valid boolean,
    store_id varchar,
    first_in timestamp,
    last_in timestamp,
    import_id integer
);

-- Rebuilt at the end of each import: the key of a VIN, plate or customer, and the unit that it names.
create table if not exists unit_keys (
    key ubigint,
    valid_from timestamp,
    valid_to timestamp,
    unit_id ubigint
);

create table if not exists unit_aliases (
    old_id ubigint,
    unit_id ubigint
);

-- Rebuilt at the end of each import: one row a vehicle.
create table if not exists vehicles (
    unit_id ubigint,
    store_id varchar,
    vin varchar,
    vin_valid boolean,
    plate varchar,
    customer_id ubigint,
    engine_no varchar,
    brand varchar,
    series varchar,
    model varchar,
    fuel varchar,
    sold_by_us boolean,
    purchase_date date,
    warranty_end date,
    interval_km integer,
    interval_months integer,
    next_due_date date,
    next_due_km integer,
    policy_end date,
    inspection_end date,
    status varchar,
    known_from date
);

create table if not exists work_order_lines (
    row_key ubigint,
    store_id varchar,
    ro_no varchar,
    line_no integer,
    kind varchar,
    code varchar,
    name varchar,
    qty decimal(12, 3),
    hours decimal(8, 2),
    unit_price decimal(14, 2),
    amount decimal(14, 2),
    cost decimal(14, 2),
    technician varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists appointments (
    row_key ubigint,
    store_id varchar,
    appointment_no varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    booked_at timestamp,
    for_at timestamp,
    channel varchar,
    status varchar,
    ro_no varchar,
    advisor varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists insurance_policies (
    row_key ubigint,
    store_id varchar,
    policy_no varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    insurer varchar,
    kind varchar,
    start_date date,
    end_date date,
    premium decimal(14, 2),
    sold_by_us boolean,
    channel varchar,
    staff varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists surveys (
    row_key ubigint,
    store_id varchar,
    ro_no varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    surveyed_at timestamp,
    score decimal(8, 2),
    scale_max decimal(8, 2),
    advisor varchar,
    verbatim varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists complaints (
    row_key ubigint,
    store_id varchar,
    complaint_no varchar,
    ro_no varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    complained_at timestamp,
    category varchar,
    text varchar,
    owner varchar,
    escalated_at timestamp,
    solved_at timestamp,
    told_customer_at timestamp,
    result varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists follow_ups (
    row_key ubigint,
    store_id varchar,
    task_id varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    contacted_at timestamp,
    channel varchar,
    purpose varchar,
    result_l1 varchar,
    result_l2 varchar,
    note varchar,
    lost_reason varchar,
    next_at timestamp,
    opt_out boolean,
    staff varchar,
    content_hash ubigint,
    import_id integer,
    -- The calling day of the list that came back with it; NULL for what other systems keep.
    asked_on date
);

create table if not exists campaigns (
    row_key ubigint,
    store_id varchar,
    name varchar,
    kind varchar,
    start_on date,
    end_on date,
    place varchar,
    offer varchar,
    content_hash ubigint,
    import_id integer
);

create table if not exists campaign_members (
    row_key ubigint,
    store_id varchar,
    campaign varchar,
    vin_key ubigint,
    plate_key ubigint,
    customer_key ubigint,
    notified_on date,
    letter_on date,
    attended boolean,
    content_hash ubigint,
    import_id integer
);

create table if not exists targets (
    row_key ubigint,
    store_id varchar,
    year integer,
    month integer,
    metric varchar,
    value decimal(18, 4),
    content_hash ubigint,
    import_id integer
);

create table if not exists finance_months (
    row_key ubigint,
    store_id varchar,
    month date,
    revenue decimal(16, 2),
    gross_profit decimal(16, 2),
    fixed_expense decimal(16, 2),
    parts_stock decimal(16, 2),
    parts_purchased decimal(16, 2),
    staff_count integer,
    content_hash ubigint,
    import_id integer
);

create table if not exists warranty_claims (
    row_key ubigint,
    store_id varchar,
    ro_no varchar,
    amount decimal(14, 2),
    submitted_on date,
    status varchar,
    content_hash ubigint,
    import_id integer
);

-- Orders as analysts see them, with plate and VIN; names and phones stay in `customers`.
create or replace view work_orders as
select
    o.order_id as wo_id, o.store_id, o.ro_no, p.vin, p.plate, o.customer_key as customer_id, o.in_at, o.promised_at,
    o.out_at, o.settled_at, o.odometer_km, o.status, o.job_class, o.payer, o.source, o.advisor, o.is_comeback, o.labour,
    o.parts, o.sublet, o.other, o.discount, o.receivable, o.received, o.owing, o.cost, o.next_due_date, o.next_due_km,
    o.credit_of, o.import_id
from orders o
left join vehicle_pairs p
    on p.vin_key is not distinct from o.vin_key and p.plate_key is not distinct from o.plate_key
    and (o.vin_key is not null or o.plate_key is not null);

-- What was found ------------------------------------------------------------------------------

create table if not exists runs (
    run_id integer,
    as_of date,
    settings_hash varchar,
    version varchar,
    engine varchar,
    started_at timestamp
);

create table if not exists model_cards (
    as_of date,
    name varchar,
    rows bigint,
    parameters varchar,
    log_likelihood double,
    measures varchar,
    caveats varchar
);

create table if not exists vehicle_scores (
    as_of date,
    store_id varchar,
    unit_id ubigint,
    vin varchar,
    plate varchar,
    customer_id ubigint,
    last_visit_on date,
    last_maintenance_on date,
    visits integer,
    visits_12m integer,
    visits_24m integer,
    spend_12m double,
    spend_24m double,
    expected_interval_days double,
    interval_source varchar,
    next_due_on date,
    overdue_ratio double,
    km_per_day double,
    km_per_day_source varchar,
    odometer_now_km integer,
    frequency_score double,
    quality_score double,
    loyalty_score double,
    loyalty_tier varchar,
    churn_state varchar,
    probability_active double,
    probability_active_low double,
    probability_active_high double,
    churn_probability double,
    churn_probability_low double,
    churn_probability_high double,
    churn_probability_180 double,
    churn_probability_180_low double,
    churn_probability_180_high double,
    expected_visits_365 double,
    expected_visits_365_low double,
    expected_visits_365_high double,
    expected_spend_365 double,
    expected_spend_365_low double,
    expected_spend_365_high double,
    priority double,
    priority_is_rule boolean,
    reasons varchar[],
    -- The same reasons as data (`Reason::encode`), so that a list can be read in either language.
    reason_codes varchar[],
    -- By then in half of the cases, if still a customer; 80 % between the other two. NULL beyond ten years.
    next_visit_on date,
    next_visit_on_low date,
    next_visit_on_high date
);

create table if not exists customer_scores (
    as_of date,
    store_id varchar,
    customer_id ubigint,
    vehicles integer,
    first_visit_on date,
    last_visit_on date,
    visits_12m integer,
    visits_24m integer,
    spend_12m double,
    spend_24m double,
    frequency_class varchar,
    frequency_score double,
    quality_score double,
    loyalty_score double,
    loyalty_tier varchar,
    churn_state varchar,
    probability_active double,
    probability_active_low double,
    probability_active_high double,
    churn_probability double,
    churn_probability_low double,
    churn_probability_high double,
    churn_probability_180 double,
    churn_probability_180_low double,
    churn_probability_180_high double,
    expected_visits_365 double,
    expected_visits_365_low double,
    expected_visits_365_high double,
    expected_spend_365 double,
    expected_spend_365_low double,
    expected_spend_365_high double,
    segment varchar,
    reasons varchar[],
    reason_codes varchar[]
);

create table if not exists score_history (
    as_of date,
    unit_id ubigint,
    customer_id ubigint,
    churn_state varchar,
    loyalty_tier varchar,
    loyalty_score double,
    overdue_ratio double,
    churn_probability double
);

create table if not exists kpis (
    period varchar, id varchar, label_zh varchar, label_en varchar, unit varchar, value double, target double, definition varchar,
    -- The period before, the same a year before, and what the figure rests on.
    previous double, last_year double, n bigint
);

-- Figures of the parts of the department: split_by is class, advisor or district; split_value is empty where it is not known.
create table if not exists kpi_splits (
    period varchar, id varchar, split_by varchar, split_value varchar, unit varchar, value double, previous double,
    last_year double, n bigint, definition varchar
);

create table if not exists reports (
    kind varchar,
    period varchar,
    lang varchar,
    format varchar,
    data_hash varchar,
    settings_hash varchar,
    file varchar,
    as_of date,
    -- Versions of a report made from the same have the same number; hash of the questions asked, settings as TOML.
    report_no bigint, program varchar, definitions varchar, settings varchar, last_import bigint, orders bigint
);

-- The figures of each version of a report, as they were handed out.
create table if not exists report_figures (
    report_no bigint, kind varchar, period varchar, id varchar, label_zh varchar, label_en varchar, unit varchar,
    value double, target double, definition varchar
);
