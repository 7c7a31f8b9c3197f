-- Where each task stands at the end of a day: done once somebody was reached or the customer came, overdue after its day, and what then.
-- grain: one row a task, by task_id
-- inputs: follow_up_tasks (made_on, ended_by), follow_ups, customer_aliases, orders, unit_at, says_reached, task_run (on_day date, escalate_after_days integer, expire_after_days integer, service_lists varchar[])
-- output: task_states (task_id, state, done_on, ended_by, attempts)
create or replace temporary table task_states as
with tasks as (
    select
        -- Customers that count as one person, and the units that they were without a vehicle.
        t.* replace (coalesce(u.person_id, t.unit_id) as unit_id, coalesce(a.person_id, t.customer_id) as customer_id),
        r.on_day,
        list_contains(r.service_lists, t.list) as is_service,
        -- A promise is kept by whatever follows it, also before its day.
        case when t.list = 'promised' then coalesce(t.made_on + 1, t.open_on) else t.open_on end as since
    from follow_up_tasks as t
    cross join task_run as r
    left join customer_aliases as u on u.customer_id = t.unit_id
    left join customer_aliases as a on a.customer_id = t.customer_id
),

contacts as (
    select
        f.row_key,
        f.task_id,
        coalesce(a.person_id, f.customer_key) as customer_id,
        min(coalesce(unit_at(f.vin_key, f.contacted_at), unit_at(f.plate_key, f.contacted_at))) as unit_id,
        min(cast(f.contacted_at as date)) as contacted_on,
        bool_or(coalesce(f.opt_out, false)) as opt_out,
        -- Results come as codes from returned lists and as words from other systems; an empty one is an answer where it says anything.
        bool_and(
            says_reached(f.result_l1, f.result_l2)
            and (f.result_l1 is not null or f.result_l2 is not null or f.next_at is not null or f.opt_out or f.lost_reason is not null)
        ) as reached
    from follow_ups as f
    left join customer_aliases as a on a.customer_id = f.customer_key
    -- Of all that was ever said: what may answer one of the tasks, and what asks not to be called again.
    where
        f.contacted_at >= (select min(t.since) from tasks as t)
        or f.task_id in (select t.task_id from follow_up_tasks as t)
        or f.opt_out
    group by f.row_key, f.task_id, f.customer_key, a.person_id
),

-- Contacts of the task itself, and those about its unit. A call for something else does not do a service duty.
answers as (
    select t.task_id, c.row_key, c.contacted_on, c.reached
    from tasks as t
    inner join contacts as c on c.task_id = t.task_id
    where c.contacted_on <= t.on_day
    union
    select t.task_id, c.row_key, c.contacted_on, c.reached
    from tasks as t
    inner join contacts as c on c.unit_id = t.unit_id
    where
        c.contacted_on between t.since and t.on_day
        and c.task_id is distinct from t.task_id
        and (c.task_id is null or not t.is_service)
    union
    select t.task_id, c.row_key, c.contacted_on, c.reached
    from tasks as t
    inner join contacts as c on c.customer_id = t.customer_id
    where
        c.unit_id is null
        and c.contacted_on between t.since and t.on_day
        and c.task_id is distinct from t.task_id
        and (c.task_id is null or not t.is_service)
),

answered as (
    select
        task_id,
        min(contacted_on) filter (where reached) as reached_on,
        count(distinct row_key) as attempts
    from answers
    group by task_id
),

refusals as (
    select distinct customer_id as key
    from contacts
    where opt_out and customer_id is not null
    union
    select distinct unit_id
    from contacts
    where opt_out and unit_id is not null
),

stays as (
    select
        o.order_id,
        o.in_at,
        coalesce(unit_at(o.vin_key, o.in_at), unit_at(o.plate_key, o.in_at), unit_at(o.customer_key, o.in_at)) as unit_id
    from orders as o
    -- A credit note is no visit.
    where
        o.in_at >= (select min(t.since) from tasks as t)
        and coalesce(o.status, '') not in ('void', 'draft', 'deleted')
        and o.credit_of is null
),

arrivals as (
    select t.task_id, min(cast(s.in_at as date)) as came_on
    from tasks as t
    inner join stays as s on s.unit_id = t.unit_id
    where s.in_at >= t.since and s.in_at < t.on_day + 1
    group by t.task_id
),

facts as (
    select
        t.*,
        a.reached_on,
        coalesce(a.attempts, 0) as tries,
        v.came_on,
        least(a.reached_on, v.came_on) as met_on,
        t.customer_id in (from refusals) or t.unit_id in (from refusals) as refused
    from tasks as t
    left join answered as a on a.task_id = t.task_id
    left join arrivals as v on v.task_id = t.task_id
)

select
    f.task_id,
    case
        when f.holdout then 'suppressed'
        when f.met_on is not null then 'done'
        when f.ended_by in ('withdrawn', 'superseded') then 'suppressed'
        when f.refused and (not f.is_service or f.list = 'promised') then 'suppressed'
        when f.on_day <= f.due_on then 'open'
        -- A timer of the plan may have run out before the call was first listed: it is late at once, and given up or taken over days later.
        when f.is_service and f.on_day > greatest(f.due_on, f.open_on) + r.escalate_after_days then 'escalated'
        when not f.is_service and f.on_day > greatest(f.due_on, f.open_on) + r.expire_after_days then 'expired'
        else 'overdue'
    end as state,
    case when not f.holdout then f.met_on end as done_on,
    case
        when f.holdout then 'held_out'
        when f.met_on is not null and f.met_on = f.reached_on then 'contact'
        when f.met_on is not null then 'visit'
        when f.ended_by in ('withdrawn', 'superseded') then f.ended_by
        when f.refused and (not f.is_service or f.list = 'promised') then 'opted_out'
    end as ended_by,
    cast(f.tries as integer) as attempts
from facts as f
cross join task_run as r
order by f.task_id;
