-- The register of calls and visits to customers, with what was said: the plan's record of calls and register of calls in one.
-- grain: one row a contact, by contacted_on, row_key
-- inputs: follow_ups, complaints, orders, follow_up_tasks, unit_keys, vehicles, customers_merged
-- output: register_calls
-- Complaints are contacts that came in. What a contact says of its vehicle holds for the day on which it was made.
create or replace view register_calls as
with contacts as (
    select
        'out' as direction, f.row_key, f.store_id, f.contacted_at, f.task_id, coalesce(f.channel, 'phone') as channel,
        f.purpose, f.result_l1, f.result_l2, f.note, f.lost_reason, f.next_at, coalesce(f.opt_out, false) as opt_out,
        f.staff, f.vin_key, f.plate_key, f.customer_key
    from follow_ups as f
    where coalesce(f.channel, 'phone') <> 'letter'
    union all
    select
        'in', c.row_key, c.store_id, c.complained_at, null, null, 'complaint', null, c.result, c.text, null,
        c.told_customer_at, false, c.owner, coalesce(c.vin_key, o.vin_key), coalesce(c.plate_key, o.plate_key),
        coalesce(c.customer_key, o.customer_key)
    from complaints as c
    left join orders as o on o.store_id = c.store_id and o.ro_no = c.ro_no
),

named as (
    select c.*, coalesce(t.unit_id, k.unit_id) as unit_id, t.list, t.customer_id as task_customer
    from contacts as c
    left join follow_up_tasks as t on t.task_id = c.task_id
    left join unit_keys as k
        on
            k.key = coalesce(c.vin_key, c.plate_key)
            and (k.valid_from is null or k.valid_from <= c.contacted_at)
            and (k.valid_to is null or c.contacted_at < k.valid_to)
    qualify row_number() over (partition by c.direction, c.row_key order by k.unit_id) = 1
)

select
    n.row_key,
    n.store_id,
    cast(n.contacted_at as date) as contacted_on,
    n.direction,
    n.channel,
    coalesce(n.list, n.purpose) as purpose,
    n.unit_id,
    coalesce(p.person_id, n.customer_key, n.task_customer, h.customer_id) as customer_id,
    p.customer_no,
    p.name,
    p.phone_primary,
    h.plate,
    h.vin,
    n.result_l1,
    n.result_l2,
    n.note,
    n.lost_reason,
    cast(n.next_at as date) as next_on,
    n.opt_out,
    n.staff,
    n.task_id
from named as n
left join vehicles as h on h.unit_id = n.unit_id
left join customers_merged as p on p.customer_id = coalesce(n.customer_key, n.task_customer, h.customer_id)
order by contacted_on, n.row_key;
