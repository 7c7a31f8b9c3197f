-- Writes where the tasks stand into their table; rows are put anew, since changing texts in place takes the engine long.
-- grain: one row a task, by task_id
-- inputs: follow_up_tasks, task_states
-- output: follow_up_tasks
create or replace temporary table settled_tasks as
select
    t.* replace (s.state as state, s.done_on as done_on, s.ended_by as ended_by, s.attempts as attempts)
from follow_up_tasks as t
inner join task_states as s on s.task_id = t.task_id
where
    (t.state, t.attempts) is distinct from (s.state, s.attempts)
    or t.done_on is distinct from s.done_on
    or t.ended_by is distinct from s.ended_by;

delete from follow_up_tasks
where task_id in (select task_id from settled_tasks);

insert into follow_up_tasks by name
select * from settled_tasks
order by open_on, task_id;

drop table settled_tasks;
