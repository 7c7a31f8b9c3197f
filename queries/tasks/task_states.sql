-- Where each task stands at the end of a day: done once somebody was reached or the customer came, overdue after its day, and what then.
-- grain: one row a task, by task_id
-- inputs: follow_up_tasks (made_on, ended_by), follow_ups, customer_aliases, customers, orders, unit_at, is_answer, says_untried, complaints, task_run (on_day date, escalate_after_days integer, expire_after_days integer, service_lists, by_word_alone, answered_by_file varchar[])
-- output: task_states (task_id, state, done_on, ended_by, attempts)
create or replace temporary table task_states as
with tasks as (
    select
        -- Customers that count as one person, and the units that they were without a vehicle.
        t.* replace (coalesce(u.person_id, t.unit_id) as unit_id, coalesce(a.person_id, t.customer_id) as customer_id),
        r.on_day,
        r.by_word_alone,
        r.answered_by_file,
        list_contains(r.service_lists, t.list) as is_service,
        -- A promise is kept by a talk that follows it, also before its day.
        case when t.list = 'promised' and t.made_on < t.open_on then t.made_on + 1 else t.open_on end as since
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
        -- What the row of its task was about, all of it.
        any_value(coalesce(x.lists, [x.list])) as answers_lists,
        min(f.next_at) as next_at,
        min(f.channel) as channel,
        bool_or(coalesce(f.opt_out, false)) as opt_out,
        bool_or(says_untried(f.result_l1, f.result_l2)) as untried,
        bool_and(is_answer(f.task_id, f.result_l1, f.result_l2, f.lost_reason, f.next_at, f.opt_out)) as reached
    from follow_ups as f
    left join customer_aliases as a on a.customer_id = f.customer_key
    left join follow_up_tasks as x on x.task_id = f.task_id
    -- Of all that was ever said: what may answer one of the tasks, and what asks not to be called again.
    where
        f.contacted_at >= (select min(t.since) from tasks as t)
        or f.task_id in (select t.task_id from follow_up_tasks as t)
        or f.opt_out
    group by f.row_key, f.task_id, f.customer_key, a.person_id
),

-- Contacts about its unit, or with its customer, that are no answer to its own row. A call for something else does not do a
-- service duty; one whose row named it too does.
about as (
    select t.task_id, t.list, t.due_on, c.row_key, c.contacted_on, c.reached, c.untried, c.channel, c.next_at
    from tasks as t
    inner join contacts as c on c.unit_id = t.unit_id
    where
        c.contacted_on between t.since and t.on_day
        and c.task_id is distinct from t.task_id
        and (c.task_id is null or not t.is_service or coalesce(list_contains(c.answers_lists, t.list), false))
    union
    select t.task_id, t.list, t.due_on, c.row_key, c.contacted_on, c.reached, c.untried, c.channel, c.next_at
    from tasks as t
    inner join contacts as c on c.customer_id = t.customer_id
    left join customers as p on t.list = 'promised' and p.customer_id = t.customer_id and p.kind = 'company'
    where
        -- Whoever speaks with a person keeps what was promised them, whatever vehicle it is about; a company has many drivers.
        (c.unit_id is null or (t.list = 'promised' and p.customer_id is null))
        and c.contacted_on between t.since and t.on_day
        and c.task_id is distinct from t.task_id
        and (
            c.task_id is null or not t.is_service or t.list = 'promised' or coalesce(list_contains(c.answers_lists, t.list), false)
        )
),

answers as (
    select t.task_id, c.row_key, c.contacted_on, c.reached, c.untried, true as own
    from tasks as t
    inner join contacts as c on c.task_id = t.task_id
    where c.contacted_on <= t.on_day
    union
    select task_id, row_key, contacted_on, reached, untried, false
    from about
    where
        case list
            -- Neither a letter nor a message is the talk that was promised, nor is the one in which that day was agreed;
            -- and no talk is the letter.
            when 'promised'
                then coalesce(channel not in ('letter', 'sms'), true) and cast(next_at as date) is distinct from due_on
            when 'event_letter' then coalesce(channel = 'letter', false)
            else true
        end
),

answered as (
    select
        task_id,
        min(contacted_on) filter (where reached) as reached_on,
        min(contacted_on) filter (where reached and own) as own_reached_on,
        count(distinct row_key) filter (where not untried) as attempts
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

-- Complaints that were told the customer as solved since, and those that were not.
recent_troubles as (
    select *
    from complaints
    where
        told_customer_at is null
        or told_customer_at >= (select min(t.since) from tasks as t where list_contains(t.answered_by_file, t.list))
),

keyed_troubles as (
    select complained_at, told_customer_at, customer_key, coalesce(vin_key, plate_key) as unit_key
    from recent_troubles
    where vin_key is not null or plate_key is not null or ro_no is null
    union all
    -- What knows its order alone; where there is none, the orders are not looked through.
    select c.complained_at, c.told_customer_at, coalesce(c.customer_key, o.customer_key), coalesce(o.vin_key, o.plate_key)
    from recent_troubles as c
    inner join orders as o on o.store_id = c.store_id and o.ro_no = c.ro_no
    where c.vin_key is null and c.plate_key is null
),

troubles as (
    select
        k.complained_at,
        k.told_customer_at,
        coalesce(a.person_id, k.customer_key) as customer_id,
        unit_at(k.unit_key, k.complained_at) as unit_id
    from keyed_troubles as k
    left join customer_aliases as a on a.customer_id = k.customer_key
),

told_of as (
    select t.task_id, t.since, t.on_day, c.told_customer_at
    from tasks as t
    inner join troubles as c on c.unit_id = t.unit_id
    where list_contains(t.answered_by_file, t.list) and c.complained_at < t.open_on + 1
    union all
    select t.task_id, t.since, t.on_day, c.told_customer_at
    from tasks as t
    inner join troubles as c on c.customer_id = t.customer_id
    where c.unit_id is null and list_contains(t.answered_by_file, t.list) and c.complained_at < t.open_on + 1
),

closed as (
    select task_id, max(cast(told_customer_at as date)) as told_on
    from told_of
    group by task_id, since, on_day
    having bool_and(coalesce(told_customer_at < on_day + 1, false)) and max(told_customer_at) >= since
),

arrivals as (
    select t.task_id, min(cast(s.in_at as date)) as came_on
    from tasks as t
    inner join stays as s on s.unit_id = t.unit_id
    -- Who was let down is not made good by coming again.
    where s.in_at >= t.since and s.in_at < t.on_day + 1 and not list_contains(t.by_word_alone, t.list)
    group by t.task_id
),

facts as (
    select
        t.*,
        a.reached_on,
        coalesce(a.attempts, 0) as tries,
        v.came_on,
        -- What another task stands for is done by its own answer alone, which came back all the same.
        case
            when t.ended_by in ('withdrawn', 'superseded') then a.own_reached_on
            else least(a.reached_on, v.came_on, k.told_on)
        end as met_on,
        least(a.reached_on, k.told_on) as said_on,
        t.customer_id in (from refusals) or t.unit_id in (from refusals) as refused
    from tasks as t
    left join answered as a on a.task_id = t.task_id
    left join arrivals as v on v.task_id = t.task_id
    left join closed as k on k.task_id = t.task_id
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
        when f.met_on is not null and f.met_on = f.said_on then 'contact'
        when f.met_on is not null then 'visit'
        when f.ended_by in ('withdrawn', 'superseded') then f.ended_by
        when f.refused and (not f.is_service or f.list = 'promised') then 'opted_out'
    end as ended_by,
    cast(f.tries as integer) as attempts
from facts as f
cross join task_run as r
order by f.task_id;
