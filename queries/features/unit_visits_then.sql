-- The same as known at earlier dates: visits that replace one of now, and all visits of units that are grouped anew.
-- grain: one row per date_no, unit_id and visit_no
-- inputs: visits_regrouped, visits
-- output: unit_visits_then
create or replace temp view unit_visits_then as
select
    date_no,
    replaces,
    unit_id,
    -- A visit that replaces another takes its place, and its reading is as good as that one's.
    coalesce(visit_no_now, visit_no) as visit_no,
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
    case when replaces then believed_km_now else believed_km end as believed_km,
    next_due_date,
    next_due_km
from (
    select r.*, v.visit_no as visit_no_now, v.believed_km as believed_km_now
    from visits_regrouped r
    left join visits v on r.replaces and v.visit_id = r.visit_now
)
where unit_id is not null;
