//! The list command: who to call on a day, as a workbook or as CSV, and the tasks that go with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, ListBuilder, StringArray, StringBuilder,
    UInt64Array,
};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Days, NaiveDate};

use super::{Context, files, score};
use crate::cli::ListFormat;
use crate::follow_up::{self, CallList, Candidate, ListContext, UnitDetail};
use crate::settings::Settings;
use crate::store::{Access, Store};
use crate::types::{Error, Lang, Result};

/// A list that was written.
#[derive(Debug)]
pub struct Listed {
    /// The file.
    pub path: PathBuf,
    /// What it holds.
    pub list: CallList,
}

/// Writes the list of a calling day; default: the next working day after the scored date.
///
/// # Errors
/// When there is no database or nothing to score, or the folder cannot be written.
pub fn list(
    context: &Context,
    out: &Path,
    day: Option<NaiveDate>,
    capacity: Option<u32>,
    format: ListFormat,
    lang: Option<Lang>,
) -> Result<Listed> {
    let (store, settings) = context.open(Access::Write)?;
    if store.count("select count(*) from vehicle_scores")? == 0 {
        score::score_in(&store, &settings, None, &*context.progress)?;
    }
    list_in(
        &store,
        &settings,
        out,
        day,
        capacity,
        format,
        lang.unwrap_or(settings.lang),
    )
}

/// The same on an open, scored database.
///
/// # Errors
/// As [`list`].
pub fn list_in(
    store: &Store,
    settings: &Settings,
    out: &Path,
    day: Option<NaiveDate>,
    capacity: Option<u32>,
    format: ListFormat,
    lang: Lang,
) -> Result<Listed> {
    let scored = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored"))?;
    let day = match day {
        Some(day) if day <= scored => {
            return Err(Error::usage("day-before-scores")
                .with("date", day)
                .with("as_of", scored));
        }
        Some(day) => day,
        None => next_working_day(scored, &settings.lists.working_days),
    };
    files::make_folder(out)?;
    let list = gather(store, settings, scored, day, capacity, lang)?;
    let path = out.join(format!(
        "{day}.{}",
        if format == ListFormat::Xlsx {
            "xlsx"
        } else {
            "csv"
        }
    ));
    let bytes = match format {
        ListFormat::Xlsx => follow_up::workbook(&list, lang)?,
        ListFormat::Csv => follow_up::csv(&list, lang).into_bytes(),
    };
    files::write(&path, &bytes)?;
    if let Some(database) = store.path() {
        // Names and phones leave the file in full: that is noted, never whose.
        super::audit::note(
            database,
            "list",
            serde_json::json!({ "rows": list.rows.len(), "file": std::path::absolute(&path).unwrap_or_else(|_| path.clone()), "day": day }),
        )?;
    }
    store.transaction(|store| write_tasks(store, &list))?;
    store.checkpoint()?;
    Ok(Listed { path, list })
}

fn gather(
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    day: NaiveDate,
    capacity: Option<u32>,
    lang: Lang,
) -> Result<CallList> {
    store.run(&format!(
        "create or replace temp table run as select date '{as_of}' as as_of, date '{day}' as calling_day, \
         {}::integer as due_window_days, {}::integer as max_stay_days, \
         {}::double as at_risk_ratio, {}::double as lost_ratio;",
        settings.lists.due_window_days,
        settings.visit.max_stay_days,
        settings.churn.at_risk_ratio,
        settings.churn.lost_ratio,
    ))?;
    store.run(&follow_up::rules::candidates_script())?;
    let candidates =
        Candidate::from_table(&store.table("from list_candidates order by list, unit_id, band")?)?;
    let details = UnitDetail::from_table(&store.table(follow_up::rules::DETAILS)?)?;
    Ok(follow_up::build(
        candidates,
        details,
        &ListContext {
            as_of,
            calling_day: day,
            capacity: capacity.unwrap_or(settings.lists.capacity) as usize,
            lang,
            settings: &settings.lists,
            department: &settings.department,
        },
    ))
}

fn next_working_day(after: NaiveDate, working: &[u32]) -> NaiveDate {
    let mut day = after + Days::new(1);
    while !working.contains(&day.weekday().number_from_monday()) {
        day = day + Days::new(1);
    }
    day
}

/// The day's open tasks; a list written again for the same day replaces what is still open of it.
fn write_tasks(store: &Store, list: &CallList) -> Result<()> {
    let tasks = follow_up::tasks(list);
    store.run(&format!(
        "delete from follow_up_tasks where open_on = date '{}' and state = 'open'",
        list.calling_day
    ))?;
    if tasks.is_empty() {
        return Ok(());
    }
    let days =
        |d: NaiveDate| i32::try_from((d - NaiveDate::default()).num_days()).unwrap_or_default();
    let mut reasons = ListBuilder::new(StringBuilder::new());
    for task in &tasks {
        for reason in &task.reasons {
            reasons.values().append_value(reason);
        }
        reasons.append(true);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "task_id",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(t.task_id.as_str()))
                    .collect::<StringArray>(),
            ),
        ),
        (
            "list",
            Arc::new(tasks.iter().map(|t| Some(t.list)).collect::<StringArray>()),
        ),
        (
            "customer_id",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| t.customer_id.map(|c| c.0))
                    .collect::<UInt64Array>(),
            ),
        ),
        (
            "unit_id",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(t.unit_id.0))
                    .collect::<UInt64Array>(),
            ),
        ),
        (
            "open_on",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(days(t.open_on)))
                    .collect::<Date32Array>(),
            ),
        ),
        (
            "due_on",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(days(t.due_on)))
                    .collect::<Date32Array>(),
            ),
        ),
        (
            "priority",
            Arc::new(tasks.iter().map(|t| t.priority).collect::<Float64Array>()),
        ),
        ("reasons", Arc::new(reasons.finish())),
        (
            "owner_id",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| t.owner_id.as_deref())
                    .collect::<StringArray>(),
            ),
        ),
        (
            "state",
            Arc::new(tasks.iter().map(|t| Some(t.state)).collect::<StringArray>()),
        ),
        (
            "holdout",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(t.holdout))
                    .collect::<BooleanArray>(),
            ),
        ),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
            .map_err(Error::internal)?;
    store.append("follow_up_tasks", [batch])
}
