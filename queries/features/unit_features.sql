-- What is known of each unit at the as-of date, counted and summed from its visits.
-- grain: one row per unit_id
-- inputs: visits_at, vehicles, vehicle_facts, customers, unit_keys, insurance_policies, follow_ups, orders, run
-- output: unit_features
-- "In the last n months" is after the same day n calendar months ago. Visits are qualified visits; money is of all visits.
create or replace temp view unit_features as
with
windows as (
    select
        as_of,
        (as_of - interval 12 month)::date as month_12,
        (as_of - interval 24 month)::date as month_24,
        max_stay_days
    from run
),
counted as (
    select
        v.unit_id,
        (count(*) filter (v.qualified))::integer as visits,
        min(v.first_on) filter (v.qualified) as first_visit_on,
        max(v.first_on) filter (v.qualified) as last_visit_on,
        max_by(v.previous_qualified_on, v.visit_no) filter (v.qualified) as previous_visit_on,
        max(v.first_on) filter (v.is_maint) as last_maintenance_on,
        (count(*) filter (v.is_maint))::integer as maintenance_visits,
        (count(*) filter (v.qualified and v.first_on > w.month_12))::integer as visits_12m,
        (count(*) filter (v.qualified and v.first_on > w.month_24))::integer as visits_24m,
        (count(*) filter (v.qualified and v.first_on > w.month_24 and v.only_warranty_accident))::integer
        as visits_warranty_accident_24m,
        coalesce(sum(v.paid_amount) filter (v.first_on > w.month_12), 0)::double as spend_12m,
        coalesce(sum(v.paid_amount) filter (v.first_on > w.month_24), 0)::double as spend_24m,
        (sum(v.gross_profit) filter (v.first_on > w.month_24))::double as gross_profit_24m,
        coalesce(sum(v.orders) filter (v.first_on > w.month_24), 0)::integer as orders_24m,
        coalesce(sum(v.orders_with_cost) filter (v.first_on > w.month_24), 0)::integer as orders_with_cost_24m,
        (sum(v.receivable) filter (v.first_on > w.month_24))::double as receivable_24m,
        (sum(v.owing) filter (v.first_on > w.month_24))::double as owing_24m,
        (sum(v.discount) filter (v.first_on > w.month_24))::double as discount_24m,
        bool_or(v.first_on > w.month_24 and v.kind_maintenance) as kind_maintenance,
        bool_or(v.first_on > w.month_24 and v.kind_repair) as kind_repair,
        bool_or(v.first_on > w.month_24 and v.kind_body) as kind_body,
        bool_or(v.first_on > w.month_24 and v.kind_accessories) as kind_accessories,
        bool_or(v.open_since >= w.as_of - w.max_stay_days::integer) as open_order,
        max_by(v.store_id, v.visit_no) filter (v.qualified) as last_store_id,
        min_by(v.store_id, v.visit_no) as first_store_id,
        max_by(v.customer_id, v.visit_no) filter (v.customer_id is not null) as last_customer_id,
        -- What the last maintenance planned; nothing where it planned nothing.
        arg_max_null(v.next_due_date, v.visit_no) filter (v.is_maint) as order_next_due_date,
        arg_max_null(v.next_due_km, v.visit_no) filter (v.is_maint) as order_next_due_km
    from visits_at v
    cross join windows w
    where v.unit_id is not null
    group by v.unit_id
),
renewals as (
    select distinct coalesce(p.vin_key, k.unit_id, p.plate_key) as unit_id
    from insurance_policies p
    cross join windows w
    left join unit_keys k on p.vin_key is null and k.key = p.plate_key and k.valid_to is null
    where
        p.sold_by_us
        and coalesce(p.start_date, (p.end_date - interval 12 month)::date) <= w.as_of
        and coalesce(p.start_date, (p.end_date - interval 12 month)::date) > w.month_24
),
news as (
    -- A call that found the vehicle sold, scrapped or moved away.
    select coalesce(f.vin_key, k.unit_id, f.plate_key) as unit_id, max(f.contacted_at)::date as gone_on
    from follow_ups f
    cross join windows w
    left join unit_keys k on f.vin_key is null and k.key = f.plate_key and k.valid_to is null
    where
        f.contacted_at < w.as_of + 1
        and regexp_matches(
            concat_ws(' ', f.result_l1, f.result_l2, f.lost_reason),
            '转让|已售|卖车|车辆已卖|过户|报废|迁出|搬离|搬走|car_sold|sold|scrapped|moved|transferred'
        )
    group by all
),
units as (
    select
        coalesce(c.unit_id, v.unit_id) as unit_id,
        v.unit_id is not null as is_vehicle,
        c.* exclude (unit_id),
        v.* exclude (unit_id)
    from counted c
    full join vehicles v on v.unit_id = c.unit_id
    cross join windows w
    -- A vehicle known from orders alone exists from its first order on.
    where c.unit_id is not null or (v.known_from is not null and (v.purchase_date is null or v.purchase_date <= w.as_of))
)
select
    u.unit_id,
    coalesce(
        u.last_customer_id,
        case when u.known_from <= w.as_of then u.customer_id end,
        -- The unnamed customer of a unit has the unit's own id.
        u.unit_id
    ) as customer_id,
    coalesce(u.last_store_id, u.store_id, u.first_store_id, '') as store_id,
    u.is_vehicle,
    coalesce(p.kind, 'person') as customer_kind,
    u.brand,
    u.series,
    u.model,
    u.fuel,
    u.purchase_date,
    u.sold_by_us,
    u.warranty_end,
    u.interval_km,
    u.interval_months,
    -- The plan of the last maintenance holds only where it lies after it.
    case when u.order_next_due_date > u.last_maintenance_on then u.order_next_due_date end as order_next_due_date,
    u.order_next_due_km,
    greatest(
        n.gone_on,
        case when u.status in ('sold', 'scrapped', 'moved') and u.known_from <= w.as_of then u.known_from end
    ) as gone_on,
    coalesce(u.open_order, false) as open_order,
    coalesce(u.visits, 0) as visits,
    u.first_visit_on,
    u.last_visit_on,
    u.previous_visit_on,
    u.last_maintenance_on,
    coalesce(u.maintenance_visits, 0) as maintenance_visits,
    coalesce(u.visits_12m, 0) as visits_12m,
    coalesce(u.visits_24m - u.visits_12m, 0) as visits_previous_12m,
    coalesce(u.visits_24m, 0) as visits_24m,
    coalesce(u.visits_warranty_accident_24m, 0) as visits_warranty_accident_24m,
    coalesce(u.spend_12m, 0) as spend_12m,
    coalesce(u.spend_24m, 0) as spend_24m,
    u.gross_profit_24m,
    coalesce(u.orders_24m, 0) as orders_24m,
    coalesce(u.orders_with_cost_24m, 0) as orders_with_cost_24m,
    u.receivable_24m,
    u.owing_24m,
    u.discount_24m,
    case
        when (select bool_or(has_class) from orders) then
            coalesce(u.kind_maintenance, false)::integer + coalesce(u.kind_repair, false)::integer
            + coalesce(u.kind_body, false)::integer + coalesce(u.kind_accessories, false)::integer
            + (u.unit_id in (select unit_id from renewals))::integer
    end as kinds_24m
from units u
cross join windows w
left join customers p
    on p.customer_id = coalesce(u.last_customer_id, case when u.known_from <= w.as_of then u.customer_id end)
left join news n on n.unit_id = u.unit_id;
