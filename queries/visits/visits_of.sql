-- The rule by which orders become visits, for any relation shaped like orders_known.
-- grain: one row per visit_id
-- inputs: run, and the relation named in the call
-- output: visits_of
-- A visit is the orders of one unit whose stays overlap or that begin on the same calendar day
-- (or within merge_gap_days). A stay without an out date ends on its in-date and is cut at max_stay_days.
-- Void, draft and deleted orders never count. A credit order is netted against its original by number,
-- else against the last order of the unit within 60 days; alone it is no visit (orders = 0).
create or replace temp macro visits_of(source) as table
with
flagged as (
    select
        o.*,
        r.merge_gap_days,
        o.status in ('void', 'draft', 'deleted') as is_void,
        not o.has_settlement or o.status in ('settled', 'delivered') or o.settled_at is not null
        or o.out_at is not null as is_settled,
        coalesce(o.receivable, o.received, 0) < 0 as is_credit,
        greatest(
            o.in_at,
            least(
                o.in_at + to_days(r.max_stay_days),
                case
                    when o.out_at is null then o.in_at
                    -- A date without time of day means the whole day.
                    when o.out_at = date_trunc('day', o.out_at) then o.out_at + interval '86399 seconds'
                    else o.out_at
                end
            )
        ) as stay_end,
        (o.job_class is null or not list_contains(r.unqualified_classes, o.job_class)) and not o.is_comeback
        as class_qualifies,
        (not o.has_class or list_contains(r.maintenance_classes, o.job_class)) as class_is_maintenance
    from query_table(source) o
    cross join run r
),
credits as (
    select
        c.order_id as credit_id,
        coalesce(
            max(o.order_id) filter (o.ro_no = c.credit_of and o.store_id = c.store_id),
            arg_max(o.order_id, (o.in_at, o.order_id)) filter (o.in_at <= c.in_at and o.in_on >= c.in_on - 60)
        ) as original_id
    from flagged c
    inner join flagged o on o.party = c.party and not o.is_void and not o.is_credit
    where c.is_credit and not c.is_void
    group by c.order_id
),
credited as (
    select
        k.original_id,
        sum(c.labour) as labour, sum(c.parts) as parts, sum(c.discount) as discount,
        sum(c.receivable) as receivable, sum(c.received) as received, sum(c.owing) as owing, sum(c.cost) as cost,
        sum(coalesce(c.received, c.receivable)) as paid,
        max(c.known_on) as known_on
    from credits k
    inner join flagged c on c.order_id = k.credit_id
    where k.original_id is not null
    group by k.original_id
),
counted as (
    select
        f.*,
        -- Whether this order begins a new visit: it neither overlaps an earlier stay nor begins on its day.
        coalesce(
            f.in_at > max(f.stay_end) over earlier
            and f.in_on > max(f.in_on) over earlier + f.merge_gap_days,
            true
        ) as begins
    from flagged f
    where
        not f.is_void
        and (not f.is_credit or f.order_id not in (select credit_id from credits where original_id is not null))
    window earlier as (
        partition by f.party, f.is_credit order by f.in_at, f.order_id
        rows between unbounded preceding and 1 preceding
    )
),
placed as (
    select
        c.* exclude (labour, parts, discount, receivable, received, owing, cost, known_on),
        c.labour + coalesce(m.labour, 0) as labour,
        c.parts + coalesce(m.parts, 0) as parts,
        c.discount + coalesce(m.discount, 0) as discount,
        c.receivable + coalesce(m.receivable, 0) as receivable,
        c.owing + coalesce(m.owing, 0) as owing,
        c.cost + coalesce(m.cost, 0) as cost,
        -- What is not settled was not paid, whatever is receivable.
        case when c.is_settled then coalesce(c.received, c.receivable) else c.received end
        + coalesce(m.paid, 0) as paid,
        greatest(c.known_on, m.known_on) as known_on,
        sum(c.begins::integer) over (
            partition by c.party, c.is_credit order by c.in_at, c.order_id
            rows between unbounded preceding and current row
        ) as visit_no
    from counted c
    left join credited m on m.original_id = c.order_id
)
select
    min_by(order_id, (in_at, order_id)) as visit_id,
    party,
    any_value(unit_id) as unit_id,
    max_by(customer_id, (in_at, order_id)) filter (customer_id is not null) as customer_id,
    min_by(store_id, (in_at, order_id)) as store_id,
    min(in_at) as first_in,
    min(in_on) as first_on,
    max(in_on) as last_in_on,
    max(out_at) as last_out,
    max(known_on) as known_on,
    max(odometer_km) as odometer_km,
    list_sort(list(distinct job_class) filter (job_class is not null)) as classes,
    (count(*) filter (not is_credit))::integer as orders,
    (count(*) filter (not is_credit and cost is not null))::integer as orders_with_cost,
    bool_or(not is_credit and is_settled and class_qualifies) as qualified,
    bool_or(not is_credit and is_settled and class_qualifies and class_is_maintenance) as is_maint,
    bool_or(not is_credit and is_settled and coalesce(job_class = 'first_maint', false)) as is_first_maint,
    bool_or(is_comeback) as is_comeback,
    bool_and(is_settled) as is_settled,
    -- The day since which an order is open.
    min(in_on) filter (not is_settled and not is_credit) as open_since,
    sum(paid)::decimal(14, 2) as paid_amount,
    sum(receivable)::decimal(14, 2) as receivable,
    sum(discount)::decimal(14, 2) as discount,
    sum(owing)::decimal(14, 2) as owing,
    sum(labour)::decimal(14, 2) as labour,
    sum(parts)::decimal(14, 2) as parts,
    (sum(paid - cost) filter (cost is not null))::decimal(14, 2) as gross_profit,
    min_by(advisor, (in_at, order_id)) filter (advisor is not null) as advisor,
    max_by(coalesce(job_class, 'unknown'), (coalesce(receivable, 0), order_id)) as main_class,
    max_by(next_due_date, (in_at, order_id)) filter (class_is_maintenance and next_due_date is not null) as next_due_date,
    max_by(next_due_km, (in_at, order_id)) filter (class_is_maintenance and next_due_km is not null) as next_due_km
from placed
group by party, is_credit, visit_no;
