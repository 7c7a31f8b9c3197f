-- The rule by which orders become visits, for whatever orders the view orders_to_group holds.
-- grain: one row per visit_id
-- inputs: orders_to_group (shaped like orders_known), run
-- output: visits_grouped
-- A visit is the orders of one unit whose stays overlap or that begin on the same calendar day
-- (or within merge_gap_days). A stay without an out date ends on its in-date and is cut at max_stay_days.
-- Void, draft and deleted orders never count. A credit order is netted against its original by number,
-- else against the last order of the unit within 60 days; alone it is no visit (orders = 0).
-- Most visits are a single order: those pass through, only the others are grouped.
create or replace temp view orders_flagged as
select
    o.*,
    not o.has_settlement or o.status in ('settled', 'delivered') or o.settled_at is not null
    or o.out_at is not null as is_settled,
    coalesce(o.receivable, o.received, 0) < 0 as is_credit,
    case
        when o.out_at is null or o.out_at <= o.in_at then o.in_at
        -- A date without time of day means the whole day.
        else least(
            o.in_at + to_days(r.max_stay_days),
            case when o.out_at = date_trunc('day', o.out_at) then o.out_at + interval '86399 seconds' else o.out_at end
        )
    end as stay_end,
    (o.job_class is null or not list_contains(r.unqualified_classes, o.job_class)) and not o.is_comeback
    as class_qualifies,
    not o.has_class or coalesce(list_contains(r.maintenance_classes, o.job_class), false) as class_is_maintenance
from orders_to_group o
cross join run r
where o.status not in ('void', 'draft', 'deleted');

create or replace temp table credits_netted as
with credits as (
    select party, order_id, store_id, credit_of, in_at, in_on
    from orders_flagged
    where is_credit
)
select
    c.order_id as credit_id,
    coalesce(
        max(o.order_id) filter (o.ro_no = c.credit_of and o.store_id = c.store_id),
        max_by(o.order_id, (o.in_at, o.order_id)) filter (o.in_at <= c.in_at and o.in_on >= c.in_on - 60)
    ) as original_id
from credits c
inner join (
    select party, order_id, store_id, ro_no, in_at, in_on
    from orders_flagged
    where not is_credit
) o on o.party = c.party
group by c.order_id;

-- An order begins a new visit where it neither overlaps an earlier stay nor begins on its day. Only keys and times
-- are sorted here; orders that are a visit of their own do not appear.
create or replace temp table orders_together as
with
timed as (
    select
        order_id, party, is_credit, in_at,
        coalesce(
            in_at > max(stay_end) over earlier and in_on > max(in_on) over earlier + merge_gap_days,
            true
        ) as begins,
        coalesce(
            lead(in_at) over orderly > max(stay_end) over until_now
            and lead(in_on) over orderly > in_on + merge_gap_days,
            true
        ) as next_begins
    from (
        select f.order_id, f.party, f.is_credit, f.in_at, f.in_on, f.stay_end, r.merge_gap_days
        from orders_flagged f
        cross join run r
        where
            not f.is_credit
            or f.order_id not in (select credit_id from credits_netted where original_id is not null)
    )
    window
        orderly as (partition by party, is_credit order by in_at, order_id),
        earlier as (
            partition by party, is_credit order by in_at, order_id
            rows between unbounded preceding and 1 preceding
        ),
        until_now as (
            partition by party, is_credit order by in_at, order_id
            rows between unbounded preceding and current row
        )
)
select
    order_id,
    sum(begins::integer) over orderly as group_no,
    row_number() over orderly as place
from timed
where not (begins and next_begins)
window orderly as (partition by party, is_credit order by in_at, order_id);

-- Narrow sums: a wide decimal would make every amount of every order a wide one.
create or replace temp table credits_summed as
select
    k.original_id,
    sum(c.labour)::decimal(14, 2) as labour,
    sum(c.parts)::decimal(14, 2) as parts,
    sum(c.discount)::decimal(14, 2) as discount,
    sum(c.receivable)::decimal(14, 2) as receivable,
    sum(c.owing)::decimal(14, 2) as owing,
    sum(c.cost)::decimal(14, 2) as cost,
    sum(coalesce(c.received, c.receivable))::decimal(14, 2) as paid,
    max(c.known_on) as known_on
from credits_netted k
inner join orders_flagged c on c.order_id = k.credit_id
where k.original_id is not null
group by k.original_id;

create or replace temp view orders_counted as
select
    f.* exclude (labour, parts, discount, receivable, owing, cost, known_on),
    f.labour + coalesce(m.labour, 0) as labour,
    f.parts + coalesce(m.parts, 0) as parts,
    f.discount + coalesce(m.discount, 0) as discount,
    f.receivable + coalesce(m.receivable, 0) as receivable,
    f.owing + coalesce(m.owing, 0) as owing,
    -- What is not settled was not paid, whatever is receivable.
    case when f.is_settled then coalesce(f.received, f.receivable) else f.received end
    + coalesce(m.paid, 0) as paid,
    f.cost + coalesce(m.cost, 0) as cost,
    greatest(f.known_on, m.known_on) as known_on,
    m.original_id is not null as is_credited
from orders_flagged f
left join credits_summed m on m.original_id = f.order_id
where not exists (select 1 from credits_netted k where k.credit_id = f.order_id and k.original_id is not null);

create or replace temp table visits_of_several as
select
    min_by(order_id, place) as visit_id,
    party,
    any_value(unit_id) as unit_id,
    max_by(customer_id, place) filter (customer_id is not null) as customer_id,
    min_by(store_id, place) as store_id,
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
    false as single_order,
    min(in_on) filter (not is_settled and not is_credit) as open_since,
    sum(paid)::decimal(14, 2) as paid_amount,
    sum(receivable)::decimal(14, 2) as receivable,
    sum(discount)::decimal(14, 2) as discount,
    sum(owing)::decimal(14, 2) as owing,
    sum(labour)::decimal(14, 2) as labour,
    sum(parts)::decimal(14, 2) as parts,
    (sum(paid - cost) filter (cost is not null))::decimal(14, 2) as gross_profit,
    min_by(advisor, place) filter (advisor is not null) as advisor,
    max_by(coalesce(job_class, 'unknown'), (coalesce(receivable, 0), -place)) as main_class,
    max_by(next_due_date, place) filter (class_is_maintenance and next_due_date is not null) as next_due_date,
    max_by(next_due_km, place) filter (class_is_maintenance and next_due_km is not null) as next_due_km,
    bit_or((case job_class
        when 'first_maint' then 1 when 'maint' then 1 when 'repair' then 2 when 'body_accident' then 4
        when 'accessory_retail' then 8 else 0
    end)::utinyint) as business,
    bool_and(job_class in ('warranty', 'recall', 'body_accident')) as only_warranty_accident
from orders_counted
inner join orders_together using (order_id)
group by party, is_credit, group_no;

create or replace temp view visits_grouped as
select
    order_id as visit_id, party, unit_id, customer_id, store_id,
    in_at as first_in, in_on as first_on, in_on as last_in_on, out_at as last_out, known_on, odometer_km,
    case when job_class is not null then [job_class] end as classes,
    case when is_credit then 0 else 1 end as orders,
    case when is_credit or cost is null then 0 else 1 end as orders_with_cost,
    not is_credit and is_settled and class_qualifies as qualified,
    not is_credit and is_settled and class_qualifies and class_is_maintenance as is_maint,
    not is_credit and is_settled and coalesce(job_class = 'first_maint', false) as is_first_maint,
    is_comeback,
    is_settled,
    not is_credit and not is_credited as single_order,
    -- The day since which an order is open.
    case when not is_settled and not is_credit then in_on end as open_since,
    paid::decimal(14, 2) as paid_amount,
    receivable::decimal(14, 2) as receivable,
    discount::decimal(14, 2) as discount,
    owing::decimal(14, 2) as owing,
    labour::decimal(14, 2) as labour,
    parts::decimal(14, 2) as parts,
    (paid - cost)::decimal(14, 2) as gross_profit,
    advisor,
    coalesce(job_class, 'unknown') as main_class,
    case when class_is_maintenance then next_due_date end as next_due_date,
    case when class_is_maintenance then next_due_km end as next_due_km,
    -- Kinds of business as bits: maintenance, repair, body, accessories.
    (case job_class
        when 'first_maint' then 1 when 'maint' then 1 when 'repair' then 2 when 'body_accident' then 4
        when 'accessory_retail' then 8 else 0
    end)::utinyint as business,
    job_class in ('warranty', 'recall', 'body_accident') as only_warranty_accident
from orders_counted o
where not exists (select 1 from orders_together t where t.order_id = o.order_id)
union all by name
from visits_of_several;
