//! The states of earlier dates, from what was known then.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use super::dates::{all_sequences, dated, set_run};
use crate::features::VisitSequences;
use crate::scores::{self, Estimates, ScoringInput, UnitScores};
use crate::scripts;
use crate::settings::Settings;
use crate::store::Store;
use crate::types::Result;

/// The date itself with its probabilities, and the month ends before it as they were known then.
pub(super) fn write_history(
    store: &Store,
    settings: &Settings,
    input: &ScoringInput<'_>,
    units: &UnitScores,
    all: &VisitSequences,
    progress: &dyn Fn(&str),
) -> Result<()> {
    let as_of = input.features.as_of;
    let history_from = input.features.history_from.unwrap_or(as_of);
    store.run(&format!(
        "delete from score_history where as_of = date '{as_of}'"
    ))?;
    store.append(
        "score_history",
        [scores::score_history_batch(input, units)?],
    )?;
    for date in month_ends_before(as_of, settings.score.history_months) {
        if date < history_from {
            continue;
        }
        progress(&format!("history {date}"));
        write_history_of(store, settings, date, all)?;
    }
    store.run(&format!("update run set as_of = date '{as_of}'"))
}

/// One earlier date's states, from what was known then.
fn write_history_of(
    store: &Store,
    settings: &Settings,
    date: NaiveDate,
    all: &VisitSequences,
) -> Result<()> {
    let then = dated(store, settings, date, all)?;
    let input = ScoringInput {
        features: &then.features,
        rhythm: &then.rhythm,
        estimates: Estimates::default(),
        settings,
    };
    let units = scores::score_units(&input);
    // A probability that was given when that date was scored by itself stays.
    store.run(&format!(
        "create or replace temp table given as select unit_id, churn_probability from score_history
         where as_of = date '{date}' and churn_probability is not null;
         delete from score_history where as_of = date '{date}';"
    ))?;
    store.append(
        "score_history",
        [scores::score_history_batch(&input, &units)?],
    )?;
    store.run(&format!(
        "update score_history set churn_probability = g.churn_probability from given g
         where g.unit_id = score_history.unit_id and score_history.as_of = date '{date}'"
    ))
}

/// Makes sure that each date has its states in `score_history`, as known then: reports compare months.
///
/// # Errors
/// When a query fails.
pub fn ensure_history(store: &Store, settings: &Settings, dates: &[NaiveDate]) -> Result<()> {
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
        return Ok(());
    };
    store.transaction(|store| {
        set_run(store, settings, as_of)?;
        for script in ["visits/orders_resolved", "visits/orders_known"] {
            store.run(scripts::text(script))?;
        }
        let all = all_sequences(store)?;
        for date in &missing {
            write_history_of(store, settings, *date, &all)?;
        }
        Ok(())
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
