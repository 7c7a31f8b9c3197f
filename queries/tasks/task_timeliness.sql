-- How the tasks of each list are kept: done on time, done late, waiting, overdue, escalated, out of time, held back.
-- grain: one row a list, by list
-- inputs: follow_up_tasks
-- output: task_timeliness
-- On time: done on or before the last day, out of those that are done or whose last day is over. Tasks still within
-- their time count for neither; held out, refused and withdrawn ones for none.
create or replace table task_timeliness as
select
    list,
    count(*) filter (where state <> 'suppressed') as tasks,
    count(*) filter (where state = 'done' and done_on <= due_on) as on_time,
    count(*) filter (where state = 'done' and done_on > due_on) as late,
    count(*) filter (where state = 'open') as waiting,
    count(*) filter (where state = 'overdue') as overdue,
    count(*) filter (where state = 'escalated') as escalated,
    count(*) filter (where state = 'expired') as expired,
    count(*) filter (where state = 'suppressed' and not holdout) as suppressed,
    count(*) filter (where holdout) as held_out,
    count(*) filter (where state = 'done' and ended_by = 'visit') as came_by_themselves,
    count(*) filter (where state = 'done' and done_on <= due_on)
    / nullif(count(*) filter (where state in ('done', 'overdue', 'escalated', 'expired')), 0)::double as on_time_share
from follow_up_tasks
group by list
order by list;
