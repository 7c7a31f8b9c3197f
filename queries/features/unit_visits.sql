-- The visits of every unit, with all that its features are counted from.
-- grain: one row per date_no and visit_id
-- inputs: visits_to_read
-- output: unit_visits
create or replace temp view unit_visits as
select
    date_no,
    replaces,
    visit_id,
    unit_id,
    first_in,
    first_on,
    qualified,
    is_maint,
    is_comeback,
    only_warranty_accident,
    business,
    store_id,
    customer_id,
    orders,
    orders_with_cost,
    open_since,
    paid_amount,
    receivable,
    owing,
    discount,
    gross_profit,
    odometer_km,
    next_due_date,
    next_due_km
from visits_to_read
where unit_id is not null;
