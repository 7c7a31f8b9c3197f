//! A task is made once for a need and lives until it is met, dropped or out of time: what a list of today does to the
//! tasks of yesterday. Values in, values out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::follow_up::holdout::half_year;
use crate::follow_up::{Band, CallRow, Rules, Suppression};
use crate::table::Table;
use crate::types::{Result, UnitId};

/// The list of calls that were promised for a day; owed whatever else is known.
pub const PROMISED: &str = "promised";

/// What such a call is about where a visit was booked and the customer has not come.
pub const BOOKED: &str = "booked";

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
/// a call that is late stays late. Each timer of the plan has a task of its own, which no other call takes over; what is for
/// sale is one need whatever list names it, within the half year for which the lot is drawn.
pub fn adopt(rows: &mut [CallRow], waiting: &WaitingTasks, calling_day: NaiveDate) {
    for row in rows {
        let sells = row.rule.is_marketing();
        let known = row
            .lists
            .iter()
            .filter(|list| list.id == row.rule.id || (sells && list.is_marketing()))
            .filter_map(|list| waiting.get(&(list.id.clone().into_owned(), row.unit_id())))
            .find(|task| !sells || half_year(task.open_on) == half_year(calling_day));
        if let Some(task) = known {
            row.task_id.clone_from(&task.task_id);
            row.due_on = row.due_on.min(task.due_on.max(calling_day.min(row.due_on)));
        }
    }
}

/// Lists that sell or remind, for which a lot is drawn.
#[must_use]
pub fn marketing_lists(rules: &Rules) -> Vec<String> {
    rules
        .iter()
        .filter(|l| l.is_marketing())
        .map(|l| l.id.clone().into_owned())
        .collect()
}

/// Lists of whoever was let down: a visit alone does not put that right.
#[must_use]
pub fn escalations(rules: &Rules) -> Vec<String> {
    rules
        .iter()
        .filter(|l| l.suppression == Suppression::Service && l.bands.contains(&Band::Escalation))
        .map(|l| l.id.clone().into_owned())
        .collect()
}

/// Lists of what is owed, which know no holdout, no refusal of marketing and no end but being done.
#[must_use]
pub fn service_lists(rules: &Rules) -> Vec<String> {
    rules
        .iter()
        .filter(|l| matches!(l.suppression, Suppression::Service | Suppression::Repair))
        .map(|l| l.id.clone().into_owned())
        .collect()
}
