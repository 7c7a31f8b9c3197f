-- The visits of every unit in order, with all that its features are counted from.
-- grain: one row per unit_id and visit_no
-- inputs: visits
-- output: unit_visits
create or replace temp view unit_visits as
select
    unit_id,
    visit_no,
    first_on,
    qualified,
    is_maint,
    only_warranty_accident,
    -- Bits: maintenance, repair, body, accessories.
    (
        coalesce(kind_maintenance, false)::utinyint + 2 * coalesce(kind_repair, false)::utinyint
        + 4 * coalesce(kind_body, false)::utinyint + 8 * coalesce(kind_accessories, false)::utinyint
    )::utinyint as business,
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
    believed_km,
    next_due_date,
    next_due_km
from visits
where unit_id is not null;
