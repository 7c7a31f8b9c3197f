//! The backtest command: scores at earlier dates from what was known then, held against what came; every method beside
//! the simplest rules. It learns and predicts by the same functions as scoring.

mod rows;
mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Days, NaiveDate};

use self::rows::Rows;
pub use self::visits::Foretold;
use super::score::dates::{Past, cutoff_of, set_run};
use super::score::learning::{Learned, Lesson, origins, sample, train_sample};
use super::score::reading::{Work, read_past};
use super::{Context, Reach, files, score};
use crate::models::churn::evaluate::{Evaluated, Outcomes};
use crate::models::churn::{self, Sample, design::INPUTS};
use crate::models::measures::{self, Bin};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Estimate, Reason, Result};

/// Cutoffs looked at where none is asked for.
const CUTOFFS: u32 = 3;
/// Units that a cutoff is judged on at most.
const MOST_ROWS: usize = 60_000;
/// A list of this many is told in plain words.
const LIST: usize = 150;

/// What a backtest found.
#[derive(Debug, serde::Serialize)]
pub struct Backtested {
    /// Days within which a unit has to return.
    pub horizon_days: u32,
    /// One entry a cutoff, the latest first.
    pub cutoffs: Vec<Cutoff>,
    /// Rows written for models of the reader's own.
    pub rows_written: Option<u64>,
}

/// One cutoff.
#[derive(Debug, serde::Serialize)]
pub struct Cutoff {
    /// Nothing that became known after this date was read.
    pub cutoff: NaiveDate,
    /// Units judged.
    pub units: usize,
    /// Those that did not come back.
    pub events: usize,
    /// What the score command would have used then.
    pub champion: String,
    /// Why no model could be judged before, where that is so.
    pub caveat: Option<String>,
    /// Figures by method; `score` is what the score command would have said.
    pub methods: Vec<Evaluated>,
    /// Ten bins of equal count of what the score command would have said.
    pub bins: Vec<Bin>,
    /// The riskiest, in plain numbers.
    pub list: ListOf,
    /// Numbers of visits by the visit models.
    pub visits: Vec<Foretold>,
}

/// How many of a list did not come back.
#[derive(Debug, serde::Serialize)]
pub struct ListOf {
    /// Its size.
    pub k: usize,
    /// Leavers on it by the score.
    pub by_score: f64,
    /// Leavers on it by the days since the last visit.
    pub by_hiatus: f64,
    /// Leavers on a list drawn at random, on average.
    pub at_random: f64,
}

/// Runs the backtest and keeps its figures in `backtest_results`, `backtest_bins` and `backtest_visits`; with a path, also writes the rows
/// that were learned from and judged as Parquet.
///
/// # Errors
/// When nothing was imported, the data do not reach from a cutoff to the end of its horizon, or the file cannot be written.
pub fn backtest(
    context: &Context,
    cutoff: Option<NaiveDate>,
    horizon_days: Option<u32>,
    write_rows: Option<&Path>,
) -> Result<Backtested> {
    if let Some(path) = write_rows {
        files::spare_database(path, &context.database)?;
    }
    let reach = write_rows.map_or(Reach::OwnFolder, Reach::FolderOf);
    let (store, settings) = context.open_reaching(Access::Write, reach)?;
    let (mut found, rows) = store.transaction(|store| {
        let keep_rows = write_rows.is_some();
        let (found, rows) = run(
            store,
            &settings,
            cutoff,
            horizon_days,
            keep_rows,
            &*context.progress,
        )?;
        keep(store, &found)?;
        Ok((found, rows))
    })?;
    if let Some(path) = write_rows {
        found.rows_written = Some(rows::write(&store, &rows, path)?);
    }
    store.checkpoint()?;
    Ok(found)
}

fn run(
    store: &Store,
    settings: &Settings,
    cutoff: Option<NaiveDate>,
    horizon_days: Option<u32>,
    keep_rows: bool,
    progress: &dyn Fn(&str),
) -> Result<(Backtested, Vec<Rows>)> {
    let as_of = score::as_of_date(store, None)?;
    progress("visits");
    set_run(store, settings, as_of)?;
    score::make_visits(store)?;
    let mut past = read_past(store, settings, Work::Scores)?;
    let now = past.dated(settings, as_of);
    let from = now.features.history_from.unwrap_or(as_of);
    let horizon = horizon_days.unwrap_or_else(|| now.rhythm.horizon_days(&settings.churn));
    let latest = cutoff_of(as_of, horizon);
    let earliest = from + Days::new(u64::from(settings.churn.min_history_days));
    let cutoffs: Vec<NaiveDate> = match cutoff {
        Some(cutoff) if cutoff > latest || cutoff <= from => {
            return Err(Error::usage("cutoff-outside")
                .with("cutoff", cutoff)
                .with("first", from + Days::new(1))
                .with("last", latest)
                .with("horizon", horizon));
        }
        Some(cutoff) => vec![cutoff],
        None => (0..CUTOFFS)
            .map(|k| latest - Days::new(u64::from(k) * u64::from(horizon)))
            .filter(|d| *d >= earliest)
            .collect(),
    };
    if cutoffs.is_empty() {
        return Err(Error::data("backtest-too-short")
            .with("days", (as_of - from).num_days())
            .with("needed", settings.churn.min_history_days + horizon));
    }
    let mut dates = BTreeSet::new();
    for cutoff in &cutoffs {
        let (test, train) = origins(settings, *cutoff, horizon, from);
        dates.extend([*cutoff, test, cutoff_of(test, horizon)]);
        dates.extend(train);
    }
    let dates: Vec<NaiveDate> = dates
        .into_iter()
        .filter(|d| *d >= from && *d < as_of)
        .collect();
    past.look_back(store, &dates)?;
    past.leave_room(store)?;
    let mut most_units = 0;
    let (mut judged, mut rows) = (Vec::new(), Vec::new());
    for cutoff in cutoffs {
        progress(&cutoff.to_string());
        match at(settings, cutoff, horizon, from, &past) {
            Ok((found, of_it)) => {
                judged.push(found);
                if keep_rows {
                    rows.push(of_it);
                }
            }
            Err(units) => most_units = most_units.max(units),
        }
    }
    if judged.is_empty() {
        return Err(Error::data("backtest-too-few")
            .with("units", most_units)
            .with("needed", settings.churn.min_units));
    }
    let found = Backtested {
        horizon_days: horizon,
        cutoffs: judged,
        rows_written: None,
    };
    Ok((found, rows))
}

/// What was said at a cutoff and what came; the number of units where there were too few to say anything.
fn at(
    settings: &Settings,
    cutoff: NaiveDate,
    horizon: u32,
    from: NaiveDate,
    past: &Past,
) -> std::result::Result<(Cutoff, Rows), usize> {
    let dated = past.dated(settings, cutoff);
    let learned = Lesson::gather(settings, cutoff, horizon, &dated, past).learn();
    let judged = sample(settings, cutoff, horizon, past, MOST_ROWS, true);
    let mut outcomes = outcomes(&judged);
    let Some(said) = learned.predict(&dated) else {
        return Err(judged.len());
    };
    let scored: Vec<Option<f64>> = judged
        .unit
        .iter()
        .map(|unit| {
            let found = dated
                .features
                .unit_id
                .binary_search_by(|u| u.0.cmp(unit))
                .ok();
            found.and_then(|i| said[i]).map(|e| e.value)
        })
        .collect();
    // Where nothing is said, it might be either.
    let score: Vec<f64> = scored.iter().map(|p| p.unwrap_or(0.5)).collect();
    // Each method by itself, fitted to all that was known by the cutoff.
    let (test, mut train) = origins(settings, cutoff, horizon, from);
    train.insert(0, test);
    train.retain(|d| *d >= from);
    let rows = MOST_ROWS / train.len().max(1);
    let trained = train_sample(settings, &train, horizon, past, rows);
    let mut caveat = learned.line_up.as_ref().err().map(Reason::encode);
    match churn::fit(&trained, &judged, horizon) {
        Ok(line_up) => {
            let said = line_up.said.into_iter();
            outcomes
                .said
                .extend(said.map(|(m, p)| (m.as_str().to_owned(), p)));
        }
        Err(reason) => {
            caveat.get_or_insert_with(|| reason.encode());
            let share = judged.baseline.clone();
            outcomes.said.insert("return_share".to_owned(), share);
        }
    }
    let with_outcome = |of: &[f64]| -> Vec<(f64, bool)> {
        of.iter()
            .copied()
            .zip(judged.left.iter().copied())
            .collect()
    };
    let (pairs, by_hiatus) = (with_outcome(&score), with_outcome(&outcomes.hiatus));
    outcomes.said.insert("score".to_owned(), score);
    let k = LIST.min((judged.len() / 4).max(1));
    let leavers =
        |pairs: &[(f64, bool)]| measures::precision_at(pairs, k).unwrap_or(0.0) * k as f64;
    let found = Cutoff {
        cutoff,
        units: judged.len(),
        events: judged.left.iter().filter(|y| **y).count(),
        champion: champion(&learned),
        caveat,
        methods: outcomes.evaluate(k),
        bins: measures::bins(&pairs, 10),
        list: ListOf {
            k,
            by_score: leavers(&pairs),
            by_hiatus: leavers(&by_hiatus),
            at_random: measures::base_rate(&pairs).unwrap_or(0.0) * k as f64,
        },
        visits: visits::foretold(&dated, past, horizon),
    };
    let rows = Rows {
        cutoff,
        learned: trained,
        judged,
        score: scored,
    };
    Ok((found, rows))
}

/// What gave the probabilities.
fn champion(learned: &Learned) -> String {
    match (&learned.line_up, &learned.share) {
        (Ok(line_up), _) if line_up.churn.is_some() => line_up.champion.as_str(),
        (_, Ok(_)) => "return_share",
        _ => "none",
    }
    .to_owned()
}

fn outcomes(judged: &Sample) -> Outcomes {
    let input = |name: &str, i: usize| {
        INPUTS
            .iter()
            .position(|of| of.name == name)
            .map_or(f64::NAN, |at| judged.design.row(i)[at])
    };
    let rows = 0..judged.len();
    Outcomes {
        left: judged.left.clone(),
        customer: judged.customer.clone(),
        repeater: rows.clone().map(|i| input("visits", i) > 1.0).collect(),
        hiatus: rows.map(|i| input("hiatus_days", i)).collect(),
        said: BTreeMap::new(),
    }
}

/// Puts the figures in place of those of the same cutoff and horizon.
fn keep(store: &Store, found: &Backtested) -> Result<()> {
    let horizon = found.horizon_days;
    for at in &found.cutoffs {
        let cutoff = at.cutoff;
        store.run(&format!(
            "delete from backtest_results where cutoff = date '{cutoff}' and horizon_days = {horizon};
             delete from backtest_bins where cutoff = date '{cutoff}' and horizon_days = {horizon};"
        ))?;
        for m in &at.methods {
            let figures = [
                number(Some(m.base_rate)),
                three(m.auc),
                three(m.auc_above_hiatus),
                number(m.average_precision),
                three(m.brier),
                number(m.brier_skill),
                number(m.log_loss),
                number(m.calibration_slope),
                number(m.calibration_intercept),
                number(m.ece),
                number(m.lift_at_10),
                number(m.lift_at_20),
                m.k.to_string(),
                number(m.precision_at_k),
            ];
            store.run(&format!(
                "insert into backtest_results values ({}, {}, date '{cutoff}', {horizon}, '{}', {}, {}, {})",
                quote_text(&m.method),
                m.method == at.champion,
                m.of,
                m.units,
                m.events,
                figures.join(", "),
            ))?;
        }
        for (i, bin) in at.bins.iter().enumerate() {
            let (said, came) = (number(Some(bin.said)), number(Some(bin.came)));
            store.run(&format!(
                "insert into backtest_bins values ('score', date '{cutoff}', {horizon}, {}, {}, {said}, {came})",
                i + 1,
                bin.count,
            ))?;
        }
        visits::keep(store, cutoff, horizon, &at.visits)?;
    }
    Ok(())
}

fn number(value: Option<f64>) -> String {
    match value {
        Some(v) if v.is_finite() => format!("{v:e}"),
        _ => "null".to_owned(),
    }
}

fn three(e: Option<Estimate>) -> String {
    [e.map(|e| e.value), e.map(|e| e.low), e.map(|e| e.high)]
        .map(number)
        .join(", ")
}
