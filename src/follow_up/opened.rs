//! The tasks that a list opens: the rows of `follow_up_tasks`.

use chrono::NaiveDate;
use xxhash_rust::xxh3::xxh3_64;

use super::{CallList, CallRow, Worth};
use crate::i18n;
use crate::types::{CustomerId, UnitId};
/// Key of a task: list, unit and the day on which it opens, hashed.
#[must_use]
pub fn task_id(list: &str, unit: UnitId, day: NaiveDate) -> String {
    format!(
        "{:016x}",
        xxh3_64(format!("{list}\u{1f}{}\u{1f}{day}", unit.0).as_bytes())
    )
}

/// One row of `follow_up_tasks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Key: list, unit and calling day, hashed.
    pub task_id: String,
    /// Id of the list.
    pub list: String,
    /// Customer.
    pub customer_id: Option<CustomerId>,
    /// Unit.
    pub unit_id: UnitId,
    /// The calling day.
    pub open_on: NaiveDate,
    /// Last day on which the call is in time.
    pub due_on: NaiveDate,
    /// Yuan that the call is worth.
    pub priority: Option<f64>,
    /// Why now, as sentences.
    pub reasons: Vec<String>,
    /// Who calls.
    pub owner_id: Option<String>,
    /// `open`, or `suppressed` where it is left alone on purpose.
    pub state: &'static str,
    /// Left alone on purpose, to learn what a call is worth.
    pub holdout: bool,
    /// Who takes over.
    pub deputy_id: Option<String>,
    /// Level.
    pub band: &'static str,
    /// How to reach out.
    pub channel: String,
    /// What it is about, such as the campaign.
    pub reference: Option<String>,
    /// Ids of all lists that its row answers, the leading one first.
    pub lists: Vec<String>,
    /// The last day in time of each of them.
    pub dues: Vec<NaiveDate>,
    /// The factors of the priority.
    pub worth: Worth,
}

/// The rows of `follow_up_tasks` that the list opens, in its order, then those left alone on purpose.
#[must_use]
pub fn tasks(list: &CallList) -> Vec<Task> {
    let task = |row: &CallRow, holdout: bool| Task {
        task_id: row.task_id.clone(),
        list: row.rule.id.clone().into_owned(),
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
        deputy_id: row.deputy.clone(),
        band: row.band.as_str(),
        channel: row.channel.clone(),
        reference: row.event.clone(),
        dues: row.dues.clone(),
        lists: row
            .lists
            .iter()
            .map(|l| l.id.clone().into_owned())
            .collect(),
        worth: row.worth,
    };
    list.rows
        .iter()
        .map(|row| task(row, false))
        .chain(list.held_out.iter().map(|row| task(row, true)))
        .collect()
}
