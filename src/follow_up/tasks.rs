//! A task is made once for a need and lives until it is met, dropped or out of time: what a list of today does to the
//! tasks of yesterday. Values in, values out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::follow_up::{CallList, CallRow, LISTS};
use crate::i18n;
use crate::table::Table;
use crate::types::{CustomerId, Result, UnitId};

/// The list of calls that were promised for a day; owed whatever else is known.
pub const PROMISED: &str = "promised";

/// One row of `follow_up_tasks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Key: list, unit and the day on which it was opened, hashed.
    pub task_id: String,
    /// Id of the list.
    pub list: &'static str,
    /// Customer.
    pub customer_id: Option<CustomerId>,
    /// Unit.
    pub unit_id: UnitId,
    /// The calling day.
    pub open_on: NaiveDate,
    /// Last day on which the call is in time.
    pub due_on: NaiveDate,
    /// Yuan that a call protects.
    pub priority: Option<f64>,
    /// Why now, as sentences.
    pub reasons: Vec<String>,
    /// Who calls.
    pub owner_id: Option<String>,
    /// `open`, or `suppressed` where it is held out.
    pub state: &'static str,
    /// Left alone on purpose, to learn what a call is worth.
    pub holdout: bool,
    /// How urgent the list took it to be.
    pub band: Option<&'static str>,
    /// The day on which it was written.
    pub made_on: NaiveDate,
}

/// The rows of `follow_up_tasks` that the list opens, in its order; then those of whoever is held out.
#[must_use]
pub fn tasks(list: &CallList) -> Vec<Task> {
    let task = |row: &CallRow, holdout: bool| Task {
        task_id: row.task_id.clone(),
        list: row.rule.id,
        customer_id: row.detail.customer_id,
        unit_id: row.unit_id(),
        open_on: list.calling_day,
        due_on: row.due_on,
        priority: row.priority,
        reasons: row
            .reasons
            .iter()
            .map(|r| i18n::reason(list.lang, r))
            .collect(),
        owner_id: row.caller.clone(),
        state: if holdout { "suppressed" } else { "open" },
        holdout,
        band: Some(row.band.as_str()),
        made_on: list.calling_day,
    };
    list.rows
        .iter()
        .map(|row| task(row, false))
        .chain(list.held_out.iter().map(|row| task(row, true)))
        .collect()
}

/// A task that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its key.
    pub task_id: String,
    /// The day on which it was opened.
    pub open_on: NaiveDate,
    /// Its last day in time.
    pub due_on: NaiveDate,
}

/// The tasks that wait, by list and unit.
pub type WaitingTasks = BTreeMap<(String, UnitId), Waiting>;

/// Reads tasks that wait: columns list, unit_id, task_id, open_on, due_on; the latest of each list and unit counts.
///
/// # Errors
/// When a column is missing.
pub fn waiting(table: &Table) -> Result<WaitingTasks> {
    let mut found = WaitingTasks::new();
    for row in table.iter() {
        if let (Some(list), Some(unit), Some(task_id), Some(open_on), Some(due_on)) = (
            row.text("list")?,
            row.id("unit_id")?,
            row.text("task_id")?,
            row.date("open_on")?,
            row.date("due_on")?,
        ) {
            let task = Waiting {
                task_id,
                open_on,
                due_on,
            };
            found.insert((list, UnitId(unit)), task);
        }
    }
    Ok(found)
}

/// Rows whose need has a task already take it over, with its day: a need that stays open is never a second task, and
/// a call that is late stays late.
pub fn adopt(rows: &mut [CallRow], waiting: &WaitingTasks, calling_day: NaiveDate) {
    for row in rows {
        let known = row
            .lists
            .iter()
            .find_map(|list| waiting.get(&((*list).to_owned(), row.unit_id())));
        if let Some(task) = known {
            row.task_id.clone_from(&task.task_id);
            row.due_on = row.due_on.min(task.due_on.max(calling_day));
        }
    }
}

/// Lists of service duties, which know no holdout, no refusal of marketing and no end but being done.
#[must_use]
pub fn service_lists() -> Vec<&'static str> {
    LISTS
        .iter()
        .filter(|l| !l.marketing)
        .map(|l| l.id)
        .chain((!LISTS.iter().any(|l| l.id == PROMISED)).then_some(PROMISED))
        .collect()
}
