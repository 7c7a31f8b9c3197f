//! Tasks in the database: opened by lists and promises, settled as of a day by what came back and who came.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::follow_up::tasks::{self, Task, WaitingTasks};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::types::Result;

/// Rows of one insert.
const ROWS: usize = 500;
/// Days in which a need that was held out is not held out anew.
const SAME_NEED_DAYS: u32 = 60;

/// Writes where every task stands at the end of that day.
///
/// # Errors
/// When the database fails.
pub(crate) fn settle(store: &Store, settings: &Settings, on_day: NaiveDate) -> Result<()> {
    store.run(&format!(
        "create or replace temp table task_run as select greatest(date '{on_day}', \
         -- What was done on a later day is not undone by looking back.
         coalesce((select max(done_on) from follow_up_tasks), date '{on_day}')) as on_day, \
         {}::integer as escalate_after_days, {}::integer as expire_after_days, {} as service_lists;
         -- A better key of a vehicle carries its tasks over.
         update follow_up_tasks set unit_id = a.unit_id from unit_aliases a
         where a.old_id = follow_up_tasks.unit_id and a.unit_id <> a.old_id;",
        settings.lists.escalate_after_days,
        settings.lists.expire_after_days,
        service_lists(),
    ))?;
    for script in [
        "tasks/task_states",
        "tasks/settle_tasks",
        "tasks/task_timeliness",
    ] {
        store.run(scripts::text(script))?;
    }
    Ok(())
}

/// The lists of service duties as an SQL list.
pub(crate) fn service_lists() -> String {
    let names: Vec<String> = tasks::service_lists().into_iter().map(quote_text).collect();
    format!("[{}]::varchar[]", names.join(", "))
}

/// The tasks that wait on a calling day, whatever day opened them.
///
/// # Errors
/// When the database fails.
pub(crate) fn waiting(store: &Store, calling_day: NaiveDate) -> Result<WaitingTasks> {
    tasks::waiting(&store.table(&format!(
        "select list, unit_id, task_id, open_on, due_on from follow_up_tasks
         where state in ('open', 'overdue', 'escalated') and open_on <= date '{calling_day}'
         order by open_on, task_id"
    ))?)
}

/// Opens what is not open yet. A list written again for its day takes back what it opened and names no more; a unit
/// that went over to another list leaves no second call behind.
///
/// # Errors
/// When the database fails.
pub(crate) fn open(store: &Store, calling_day: NaiveDate, opened: &[Task]) -> Result<()> {
    store.run("create or replace temp table listed as select * from follow_up_tasks limit 0")?;
    insert(store, "listed", opened)?;
    let service = service_lists();
    store.run(&format!(
        "insert into follow_up_tasks by name
         select l.* from listed l
         where not exists (select 1 from follow_up_tasks t where t.task_id = l.task_id)
             and (not l.holdout or not exists (select 1 from follow_up_tasks t
                 where t.holdout and t.unit_id = l.unit_id and t.open_on > l.open_on - {SAME_NEED_DAYS}))
         order by l.open_on, l.task_id;
         update follow_up_tasks set state = 'open', ended_by = null
         where ended_by in ('withdrawn', 'superseded') and task_id in (select task_id from listed where not holdout);
         update follow_up_tasks set state = 'suppressed', ended_by = 'withdrawn'
         where open_on = date '{calling_day}' and made_on = open_on and state = 'open' and list <> {promised}
             and task_id not in (select task_id from listed);
         update follow_up_tasks set state = 'suppressed', ended_by = 'superseded'
         where state in ('open', 'overdue') and open_on < date '{calling_day}' and not list_contains({service}, list)
             and task_id not in (select task_id from listed)
             and unit_id in (select unit_id from listed where not holdout and not list_contains({service}, list));
         drop table listed;",
        promised = quote_text(tasks::PROMISED),
    ))
}

/// Appends tasks to a table of their columns.
///
/// # Errors
/// When the database fails.
pub(crate) fn insert(store: &Store, table: &str, rows: &[Task]) -> Result<()> {
    for part in rows.chunks(ROWS) {
        let mut sql = format!(
            "insert into {table} (task_id, list, customer_id, unit_id, open_on, due_on, priority, reasons, owner_id, state, \
             holdout, band, made_on, ended_by, attempts) values "
        );
        for (i, task) in part.iter().enumerate() {
            let reasons: Vec<String> = task.reasons.iter().map(|r| quote_text(r)).collect();
            // Writing to a String cannot fail.
            let _ = write!(
                sql,
                "{}({}, {}, {}, {}, date '{}', date '{}', {}, [{}]::varchar[], {}, '{}', {}, {}, date '{}', {}, 0)",
                if i > 0 { ", " } else { "" },
                quote_text(&task.task_id),
                quote_text(task.list),
                id(task.customer_id.map(|c| c.0)),
                id(Some(task.unit_id.0)),
                task.open_on,
                task.due_on,
                task.priority
                    .filter(|p| p.is_finite())
                    .map_or_else(|| "null".to_owned(), |p| format!("{p:e}::double")),
                reasons.join(", "),
                text(task.owner_id.as_deref()),
                task.state,
                task.holdout,
                text(task.band),
                task.made_on,
                text(task.holdout.then_some("held_out")),
            );
        }
        store.run(&sql)?;
    }
    Ok(())
}

/// A text or NULL as SQL.
pub(crate) fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), quote_text)
}

/// An id or NULL as SQL.
pub(crate) fn id(value: Option<u64>) -> String {
    value.map_or_else(|| "null".to_owned(), |v| format!("{v}::ubigint"))
}
