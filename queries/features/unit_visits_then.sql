-- The same as known at earlier dates: visits that replace one of now, and all visits of units that are grouped anew.
-- grain: one row per date_no and visit_id
-- inputs: visits_regrouped
-- output: unit_visits_then
create or replace temp view unit_visits_then as
select
    date_no,
    replaces,
    visit_now as visit_id,
    unit_id,
    first_in,
    first_on,
    qualified,
    is_maint,
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
from visits_regrouped
where unit_id is not null;
