-- Every order of one unit up to the as-of date, the visit that it belongs to, and why it counts as a qualified visit or not.
-- grain: one row per order_id
-- inputs: orders, unit_keys, visits, run, asked (unit_id ubigint)
-- output: orders_of_unit
-- The rules are those of group_orders.sql, in the order in which they are told: the first that holds is the fate.
create or replace temp view orders_of_unit as
with found as (
    select distinct o.*
    from asked a
    inner join unit_keys k on k.unit_id = a.unit_id
    inner join orders o
        on k.key = coalesce(o.vin_key, o.plate_key, o.customer_key)
        and (k.valid_from is null or o.in_at >= k.valid_from or o.vin_key is not null)
        and (k.valid_to is null or o.in_at < k.valid_to or o.vin_key is not null)
),
known as (
    select
        f.*,
        case when f.has_settlement then coalesce(f.settled_at, f.out_at, f.in_at)::date else f.in_at::date end <= r.as_of
        as money_known,
        coalesce(f.is_comeback, false) or coalesce(f.job_class = 'comeback', false) as comeback,
        list_contains(r.unqualified_classes, f.job_class) as class_excluded,
        r.as_of
    from found f
    cross join run r
    where f.in_at < r.as_of + 1
)
select
    k.order_id,
    k.in_at::date as in_on,
    k.ro_no,
    coalesce(k.job_class, 'unknown') as class,
    case when k.money_known then coalesce(k.status, 'none') else 'open' end as status,
    case when k.money_known then coalesce(k.received, k.receivable) end as paid,
    k.odometer_km,
    v.visit_id,
    v.first_on as visit_on,
    case
        when k.money_known and k.status in ('void', 'draft', 'deleted') then 'void'
        when k.money_known and coalesce(k.receivable, k.received, 0) < 0 then 'credit'
        when
            k.has_settlement
            and not (
                k.money_known and coalesce(k.status, 'none') in ('settled', 'delivered')
                or k.settled_at < k.as_of + 1 or k.out_at < k.as_of + 1
            )
            then 'open'
        when k.comeback then 'comeback'
        when k.class_excluded then 'class'
        else 'qualified'
    end as fate
from known k
asof left join (
    select s.visit_id, s.first_in, s.first_on
    from visits s
    inner join asked a on a.unit_id = s.unit_id
    where s.orders > 0
) v on v.first_in <= k.in_at;
