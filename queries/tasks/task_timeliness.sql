-- How the tasks of each list are kept: done on time, done late, waiting, overdue, escalated, out of time, held back.
-- grain: one row a list, by list
-- inputs: follow_up_tasks, task_run (on_day date, service_lists varchar[])
-- output: task_timeliness
-- On time: done on or before the last day, out of those that are done or whose last day is over. Tasks still within
-- their time count for neither; held out, refused and withdrawn ones for none. That a customer came is no call made in time.
create or replace table task_timeliness as
with each as (
    select
        t.*,
        unnest(coalesce(t.lists, [t.list])) as of_list,
        -- A timer that leads is that of the task; what is for sale has a day for each list.
        case
            when t.dues is null then [t.due_on]
            when list_contains(r.service_lists, t.list) then list_concat([t.due_on], t.dues[2:])
            else t.dues
        end as all_dues,
        unnest(all_dues) as of_due
    from follow_up_tasks as t
    cross join task_run as r
),

-- A call answers every list that its row names, each by its own day, unless the unit has a task of that list beside it.
kept as (
    select
        e.of_list as list,
        e.done_on,
        e.ended_by,
        e.holdout,
        e.of_due as due_on,
        case
            when e.state in ('done', 'suppressed') then e.state
            when r.on_day <= e.of_due then 'open'
            when e.of_list = e.list then e.state
            else 'overdue'
        end as state,
        list_contains(r.service_lists, e.of_list) and coalesce(e.ended_by = 'visit', false) as came_instead
    from each as e
    cross join task_run as r
    where
        e.of_list = e.list
        or not exists (
            select 1
            from follow_up_tasks as o
            where
                o.list = e.of_list
                and o.unit_id = e.unit_id
                and o.open_on <= coalesce(e.done_on, r.on_day)
                and (o.done_on is null or o.done_on >= e.open_on)
        )
)

select
    list,
    count(*) filter (where state <> 'suppressed') as tasks,
    count(*) filter (where state = 'done' and done_on <= due_on and not came_instead) as on_time,
    count(*) filter (where state = 'done' and done_on > due_on and not came_instead) as late,
    count(*) filter (where state = 'open') as waiting,
    count(*) filter (where state = 'overdue') as overdue,
    count(*) filter (where state = 'escalated') as escalated,
    count(*) filter (where state = 'expired') as expired,
    count(*) filter (where state = 'suppressed' and not holdout) as suppressed,
    count(*) filter (where holdout) as held_out,
    count(*) filter (where state = 'done' and ended_by = 'visit') as came_by_themselves,
    count(*) filter (where state = 'done' and done_on <= due_on and not came_instead)
    / nullif(count(*) filter (where state in ('done', 'overdue', 'escalated', 'expired') and not came_instead), 0)::double
        as on_time_share
from kept
group by list
order by list;
