//! The states of earlier dates, from what was known then.

use std::sync::mpsc::sync_channel;

use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use rayon::prelude::*;

use super::dates::{Past, Work, read_past, set_run};
use crate::scores::{self, Estimates, ScoringInput};
use crate::scripts;
use crate::settings::Settings;
use crate::store::Store;
use crate::types::Result;

/// Above so many units, what is known of them at several dates is too much to have at once.
const MANY_UNITS: usize = 60_000;

/// The month ends before a date whose states are kept, as far as the history goes back; latest first.
pub(super) fn month_ends(settings: &Settings, as_of: NaiveDate, from: NaiveDate) -> Vec<NaiveDate> {
    let mut dates = month_ends_before(as_of, settings.score.history_months);
    dates.retain(|date| *date >= from);
    dates
}

/// Computes the states of earlier dates, from what was known then, in a thread beside `work`, which takes them in
/// the order of the dates. There are about so many `units` at each.
pub(super) fn beside_states<T>(
    settings: &Settings,
    past: &Past,
    dates: &[NaiveDate],
    units: usize,
    work: impl FnOnce(&mut dyn Iterator<Item = Result<RecordBatch>>) -> Result<T>,
) -> Result<T> {
    // Each date is spread over all threads where it can be, but not all of it; of large shops few are in memory at once.
    let threads = rayon::current_num_threads();
    let at_once = if past.is_limited() {
        1
    } else if units > MANY_UNITS {
        (threads / 2).max(1)
    } else {
        threads
    };
    std::thread::scope(|scope| {
        // States are small beside what they are made from.
        let (send, states) = sync_channel(4 * at_once);
        scope.spawn(move || {
            for some in dates.chunks(at_once) {
                let batches: Vec<Result<RecordBatch>> = some
                    .par_iter()
                    .map(|date| {
                        let then = past.dated(settings, *date);
                        let input = ScoringInput {
                            features: &then.features,
                            rhythm: &then.rhythm,
                            estimates: Estimates::default(),
                            settings,
                        };
                        scores::score_history_batch(&input, &scores::states(&input))
                    })
                    .collect();
                for batch in batches {
                    // Nobody takes it where the work failed; its error is the one to tell.
                    if send.send(batch).is_err() {
                        return;
                    }
                }
            }
        });
        work(&mut states.into_iter())
    })
}

/// Writes the states of earlier dates in place of those that are there.
pub(super) fn write_states(
    store: &Store,
    dates: &[NaiveDate],
    states: &mut dyn Iterator<Item = Result<RecordBatch>>,
) -> Result<()> {
    if dates.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = dates.iter().map(|d| format!("date '{d}'")).collect();
    let list = list.join(", ");
    // A probability that was given when a date was scored by itself stays.
    store.run(&format!(
        "create or replace temp table given as select as_of, unit_id, churn_probability from score_history
         where as_of in ({list}) and churn_probability is not null;
         delete from score_history where as_of in ({list});"
    ))?;
    let table = place(store)?;
    for batch in states {
        store.append(table, [batch?])?;
    }
    if store.count("select count(*) from given")? > 0 {
        store.run(
            "update score_history set churn_probability = g.churn_probability from given g
             where g.unit_id = score_history.unit_id and g.as_of = score_history.as_of",
        )?;
    }
    Ok(())
}

/// From here on this process has states of earlier dates of its own, in a temporary table that hides the kept ones:
/// for who may not write, or only asks.
///
/// # Errors
/// When the engine refuses.
pub fn keep_history_private(store: &Store) -> Result<()> {
    store.run("create or replace temp table score_history as from main.score_history")
}

/// The table in the file.
const KEPT: &str = "score_history";

/// Where states are appended: the private table, where there is one.
fn place(store: &Store) -> Result<&'static str> {
    let private = store.count(
        "select count(*) from duckdb_tables() where temporary and table_name = 'score_history'",
    )?;
    Ok(if private > 0 {
        "temp.score_history"
    } else {
        KEPT
    })
}

/// Where the states of dates are that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Kept in the file.
    Kept,
    /// Some of them in this connection's transaction, or in a table of its own.
    Own,
}

/// Makes sure that each date has its states in `score_history`, as known then: reports compare months.
///
/// # Errors
/// When a query fails.
pub fn ensure_history(store: &Store, settings: &Settings, dates: &[NaiveDate]) -> Result<History> {
    let mut missing = Vec::new();
    for date in dates {
        if store.count(&format!(
            "select count(*) from score_history where as_of = date '{date}'"
        ))? == 0
        {
            missing.push(*date);
        }
    }
    let Some(as_of) = store
        .day("select max(as_of) from vehicle_scores")?
        .filter(|_| !missing.is_empty())
    else {
        let is_own = place(store)? != KEPT;
        return Ok(if is_own { History::Own } else { History::Kept });
    };
    let made = store.transaction(|store| {
        set_run(store, settings, as_of)?;
        store.run(scripts::text("visits/orders_resolved"))?;
        let mut past = read_past(store, settings, Work::States)?;
        past.look_back(store, &missing)?;
        past.leave_room(store)?;
        let units = usize::try_from(store.count("select count(*) from vehicle_scores")?)
            .unwrap_or(usize::MAX);
        beside_states(settings, &past, &missing, units, |states| {
            write_states(store, &missing, states)
        })
    });
    // What went wrong before is told first.
    let room = store.take_room_back();
    made.and(room).map(|()| History::Own)
}

/// The last `count` month ends before a date, latest first.
fn month_ends_before(date: NaiveDate, count: u32) -> Vec<NaiveDate> {
    let first = date.with_day(1).unwrap_or(date);
    (0..count)
        .filter_map(|n| first.checked_sub_months(Months::new(n)))
        .map(|d| d - TimeDelta::days(1))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn month_ends_are_real_ends() {
        let date = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
        let ends: Vec<String> = month_ends_before(date, 3)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(ends, ["2024-02-29", "2024-01-31", "2023-12-31"]);
    }
}
