//! The list command: who to call on a day, as a workbook or as CSV, and the tasks that go with it.

use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate};

use super::{Context, files, score, tasks};
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
    // Who has come or was spoken to since needs no call today.
    store.transaction(|store| tasks::settle(store, settings, day - Days::new(1)))?;
    let mut list = gather(store, settings, scored, day, capacity, lang)?;
    follow_up::tasks::adopt(&mut list.rows, &tasks::waiting(store, day)?, day);
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
    store.transaction(|store| {
        tasks::open(store, day, &follow_up::tasks(&list))?;
        tasks::settle(store, settings, day)
    })?;
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
            seed: settings.score.seed,
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
