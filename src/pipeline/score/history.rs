//! The states of earlier dates, from what was known then.

use std::sync::mpsc::sync_channel;

use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use rayon::prelude::*;

use super::dates::{Dated, Past, set_run};
use super::reading::{Cut, Part, Work};
use crate::rhythm::RhythmParameters;
use crate::scores::{self, Estimates, LoyaltyParameters, ScoringInput};
use crate::scripts;
use crate::settings::Settings;
use crate::store::Store;
use crate::types::Result;

/// Above so many units, what is known of them at several dates is too much to have at once.
const MANY_UNITS: usize = 100_000;

/// The month ends before a date whose states are kept, as far as the history goes back; latest first.
pub(super) fn month_ends(settings: &Settings, as_of: NaiveDate, from: NaiveDate) -> Vec<NaiveDate> {
    let mut dates = month_ends_before(as_of, settings.score.history_months);
    dates.retain(|date| *date >= from);
    dates
}

/// What the states of an earlier date are read from.
pub(super) struct Tables {
    rhythm: RhythmParameters,
    loyalty: LoyaltyParameters,
}

fn input<'a>(settings: &'a Settings, then: &'a Dated) -> ScoringInput<'a> {
    ScoringInput {
        features: &then.features,
        rhythm: &then.rhythm,
        estimates: Estimates::default(),
        settings,
    }
}

/// What the states of each date are read from, fitted to what was known then.
pub(super) fn fit_states(settings: &Settings, past: &Past, dates: &[NaiveDate]) -> Vec<Tables> {
    let tables = |date: &NaiveDate| {
        let then = past.dated(settings, *date);
        Tables {
            loyalty: scores::loyalty_parameters(&input(settings, &then)),
            rhythm: then.rhythm.parameters,
        }
    };
    if past.is_limited() {
        dates.iter().map(tables).collect()
    } else {
        dates.par_iter().map(tables).collect()
    }
}

/// States at a date: by tables that were fitted before, or by those of the same units.
fn states_at(
    settings: &Settings,
    past: &Past,
    date: NaiveDate,
    tables: Option<&Tables>,
) -> Result<RecordBatch> {
    let then = match tables {
        Some(tables) => past.dated_with(settings, date, &tables.rhythm),
        None => past.dated(settings, date),
    };
    let input = input(settings, &then);
    let states = match tables {
        Some(tables) => scores::states_with(&input, &tables.loyalty),
        None => scores::states(&input),
    };
    scores::score_history_batch(&input, &states)
}

/// Computes the states of earlier dates, from what was known then, in a thread beside `work`, which takes them in
/// the order of the dates. There are about so many `units` at each; where they are a part of all, there are `tables` of
/// each date.
pub(super) fn beside_states<T>(
    settings: &Settings,
    past: &Past,
    dates: &[NaiveDate],
    tables: Option<&[Tables]>,
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
            let numbers: Vec<usize> = (0..dates.len()).collect();
            for some in numbers.chunks(at_once) {
                let batches: Vec<Result<RecordBatch>> = some
                    .par_iter()
                    .map(|&no| states_at(settings, past, dates[no], tables.map(|t| &t[no])))
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

/// Takes away the states of earlier dates that are written anew.
pub(super) fn clear_states(store: &Store, dates: &[NaiveDate]) -> Result<()> {
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
    ))
}

/// Writes states of earlier dates.
pub(super) fn append_states(
    store: &Store,
    states: &mut dyn Iterator<Item = Result<RecordBatch>>,
) -> Result<()> {
    let table = place(store)?;
    for batch in states {
        store.append(table, [batch?])?;
    }
    Ok(())
}

/// Gives the states that were written anew the probabilities that they had.
pub(super) fn keep_given(store: &Store, dates: &[NaiveDate]) -> Result<()> {
    if !dates.is_empty() && store.count("select count(*) from given")? > 0 {
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

/// The dates that have no states in `score_history`.
///
/// # Errors
/// When a query fails.
pub fn missing_states(store: &Store, dates: &[NaiveDate]) -> Result<Vec<NaiveDate>> {
    let mut missing = Vec::new();
    for date in dates {
        if store.count(&format!(
            "select count(*) from score_history where as_of = date '{date}'"
        ))? == 0
        {
            missing.push(*date);
        }
    }
    Ok(missing)
}

/// Makes sure that each date has its states in `score_history`, as known then: reports compare months.
///
/// # Errors
/// When a query fails.
pub fn ensure_history(store: &Store, settings: &Settings, dates: &[NaiveDate]) -> Result<History> {
    let missing = missing_states(store, dates)?;
    let Some(as_of) = store
        .day("select max(as_of) from vehicle_scores")?
        .filter(|_| !missing.is_empty())
    else {
        let is_own = place(store)? != KEPT;
        return Ok(if is_own { History::Own } else { History::Kept });
    };
    let made = store.transaction(|store| {
        store.leave_what_is_not_counted()?;
        set_run(store, settings, as_of)?;
        store.run(scripts::text("visits/orders_resolved"))?;
        let cut = Cut::make(store, settings, Work::States)?;
        let mut past = cut.read(store, Part::Fitted)?;
        cut.look_back(store, &missing)?;
        cut.read_then(store, &mut past, Part::Fitted, &missing)?;
        past.leave_room(store)?;
        clear_states(store, &missing)?;
        if cut.is_whole() {
            write_states(store, settings, &past, &missing, None)?;
        } else {
            let tables = fit_states(settings, &past, &missing);
            drop(past);
            for no in 0..cut.parts() {
                let past = cut.read_part(store, no, &missing)?;
                write_states(store, settings, &past, &missing, Some(&tables))?;
            }
            cut.forget(store)?;
        }
        keep_given(store, &missing)
    });
    // What went wrong before is told first.
    let room = store.take_room_back();
    made.and(room).map(|()| History::Own)
}

fn write_states(
    store: &Store,
    settings: &Settings,
    past: &Past,
    dates: &[NaiveDate],
    tables: Option<&[Tables]>,
) -> Result<()> {
    beside_states(settings, past, dates, tables, past.units(), |states| {
        append_states(store, states)
    })
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
