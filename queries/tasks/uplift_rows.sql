-- What followed each call that a marketing list asked for, of those called and of those held out, where the window is over.
-- grain: one row a unit and half year, by unit_id, open_on
-- inputs: follow_up_tasks, follow_ups, customer_aliases, is_answer, visits, uplift_run (as_of date, window_days integer, marketing_lists varchar[])
-- output: uplift_rows (unit_id, customer_id, list, band, open_on, held_out, reached, returned, revenue)
-- The lot is drawn for a customer and half year, so a unit counts once in each, from the first task on: what it was
-- assigned to, whoever was reached, and whatever was opened later.
create or replace temporary table uplift_rows as
with firsts as (
    select
        t.* replace (coalesce(u.person_id, t.unit_id) as unit_id, coalesce(a.person_id, t.customer_id) as customer_id),
        r.window_days
    from follow_up_tasks as t
    cross join uplift_run as r
    left join customer_aliases as u on u.customer_id = t.unit_id
    left join customer_aliases as a on a.customer_id = t.customer_id
    where
        list_contains(r.marketing_lists, t.list)
        and t.open_on + r.window_days <= r.as_of
    qualify row_number() over (
        partition by coalesce(u.person_id, t.unit_id), year(t.open_on), month(t.open_on) > 6
        order by t.open_on, t.task_id
    ) = 1
),

-- Any task of the unit in the window may be the one under which somebody was reached; calls that name none count too.
contacts as (
    select f.task_id, coalesce(a.person_id, f.customer_key) as customer_id, cast(f.contacted_at as date) as contacted_on
    from follow_ups as f
    left join customer_aliases as a on a.customer_id = f.customer_key
    where
        is_answer(f.task_id, f.result_l1, f.result_l2, f.lost_reason, f.next_at, f.opt_out)
),

reached as (
    select distinct f.task_id
    from firsts as f
    inner join follow_up_tasks as t on t.unit_id = f.unit_id
    inner join contacts as c on c.task_id = t.task_id
    where c.contacted_on between f.open_on and f.open_on + f.window_days
    union
    select distinct f.task_id
    from firsts as f
    inner join contacts as c on c.customer_id = f.customer_id
    where c.task_id is null and c.contacted_on between f.open_on and f.open_on + f.window_days
),

outcomes as (
    select
        f.task_id,
        bool_or(v.qualified) as returned,
        sum(v.paid_amount) as revenue
    from firsts as f
    inner join visits as v on v.unit_id = f.unit_id
    where v.first_in >= f.open_on and v.first_in < f.open_on + f.window_days + 1
    group by f.task_id
)

select
    f.unit_id,
    coalesce(f.customer_id, f.unit_id) as customer_id,
    f.list,
    f.band,
    f.open_on,
    f.holdout as held_out,
    r.task_id is not null as reached,
    coalesce(o.returned, false) as returned,
    -- No visit is no revenue: that is known, not unknown.
    cast(coalesce(o.revenue, 0) as double) as revenue
from firsts as f
left join reached as r on r.task_id = f.task_id
left join outcomes as o on o.task_id = f.task_id
order by f.unit_id, f.open_on;
