//! Numbers of visits that the visit models foretold at a cutoff, held against what came: the models that scoring chooses
//! from, and beside them two that other programs and papers give figures of (BG/NBD and Pareto/NBD).

use chrono::NaiveDate;
use rayon::prelude::*;

use super::number;
use crate::models::measures::log_loss;
use crate::models::visits::{Histories, History};
use crate::models::visits_bgcnbd::{BgcnbdFit, BgcnbdParams, CountInterval, Dropout, Regularity};
use crate::models::visits_pareto_nbd::ParetoNbdFit;
use crate::pipeline::score::dates::{Dated, Past};
use crate::pipeline::score::visits::{Fits, MOST_JUDGED, fits, histories_of};
use crate::rhythm::is_person;
use crate::store::{Store, quote_text};
use crate::types::{Reason, Result};

/// One model at a cutoff.
#[derive(Debug, serde::Serialize)]
pub struct Foretold {
    /// Name of the model.
    pub model: String,
    /// What it is worth.
    pub measures: Option<VisitMeasures>,
    /// Why it could not be fitted, where that is so.
    pub caveat: Option<String>,
}

/// What forecasts of numbers of visits are worth.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct VisitMeasures {
    /// Persons' units judged.
    pub units: usize,
    /// Log-loss of the probability of no visit within the horizon.
    pub log_loss: f64,
    /// Visits expected, of all units together.
    pub expected: f64,
    /// Visits that came.
    pub came: f64,
    /// Mean absolute error of a unit's number.
    pub mean_absolute_error: f64,
    /// Share of units within the 80 % interval; none where the model gives no interval.
    pub inside_80: Option<f64>,
    /// The share that the interval promised.
    pub inside_80_promised: Option<f64>,
}

/// What a model says of one unit.
struct Said {
    none: f64,
    expected: f64,
    interval: Option<CountInterval>,
}

/// Fits the visit models to what was known at the cutoff and holds them against the visits of the horizon.
pub(super) fn foretold(dated: &Dated, past: &Past, horizon_days: u32) -> Vec<Foretold> {
    let weeks = f64::from(horizon_days) / 7.0;
    let features = &dated.features;
    let came = past.visits_within(features.as_of, horizon_days, features);
    let mut judged: Vec<(History, u32)> = (0..features.len())
        .filter(|&i| is_person(features, i))
        .filter_map(|i| dated.histories[i].zip(came[i]))
        .collect();
    let step = judged.len().div_ceil(MOST_JUDGED).max(1);
    judged = judged.into_iter().step_by(step).collect();
    let histories = histories_of(dated);
    let measured = |fit: BgcnbdFit| {
        measure(&judged, |of| {
            let counts = fit.model.counts(of, weeks);
            Said {
                none: 1.0 - fit.model.visit_within(of, weeks),
                expected: counts.mean(),
                interval: Some(counts.interval_80()),
            }
        })
    };
    let of = |model: &str, measures: std::result::Result<Option<VisitMeasures>, Reason>| Foretold {
        model: model.to_owned(),
        caveat: measures.as_ref().err().map(Reason::encode),
        measures: measures.ok().flatten(),
    };
    let mut all = vec![
        of("bg_nbd", bg_nbd(&histories).map(measured)),
        of("pareto_nbd", pareto(&judged, &histories, weeks)),
    ];
    let chosen_from = fits(&histories, &Fits::new());
    all.extend(
        chosen_from
            .into_iter()
            .map(|(kind, fit)| of(kind.name(), fit.map(measured))),
    );
    all
}

fn bg_nbd(histories: &Histories) -> std::result::Result<BgcnbdFit, Reason> {
    let params = BgcnbdParams {
        dropout: Dropout::AfterRepeat,
        regularity: Regularity::Whole(1),
    };
    let fit = params.fit(histories)?;
    fit.estimated.refusal().map_or(Ok(fit), Err)
}

fn pareto(
    judged: &[(History, u32)],
    histories: &Histories,
    weeks: f64,
) -> std::result::Result<Option<VisitMeasures>, Reason> {
    let fit = ParetoNbdFit::of(histories)?;
    if let Some(reason) = fit.estimated.refusal() {
        return Err(reason);
    }
    Ok(measure(judged, |of| Said {
        none: 1.0 - fit.model.visit_within(of, weeks),
        expected: fit.model.expected(of, weeks),
        interval: None,
    }))
}

/// Nothing without a unit.
fn measure(
    judged: &[(History, u32)],
    say: impl Fn(&History) -> Said + Sync,
) -> Option<VisitMeasures> {
    let all: Vec<(Said, u32)> = judged
        .par_iter()
        .map(|(history, came)| (say(history), *came))
        .collect();
    let n = all.len() as f64;
    let sum =
        |of: &dyn Fn(&Said, u32) -> f64| all.iter().map(|(s, came)| of(s, *came)).sum::<f64>();
    let pairs: Vec<(f64, bool)> = all.iter().map(|(s, came)| (s.none, *came == 0)).collect();
    let with_interval = all.iter().any(|(s, _)| s.interval.is_some());
    let share = |of: &dyn Fn(&CountInterval, u32) -> f64| {
        with_interval.then(|| sum(&|s, came| s.interval.as_ref().map_or(0.0, |i| of(i, came))) / n)
    };
    Some(VisitMeasures {
        units: all.len(),
        log_loss: log_loss(&pairs)?,
        expected: sum(&|s, _| s.expected),
        came: sum(&|_, came| f64::from(came)),
        mean_absolute_error: sum(&|s, came| (s.expected - f64::from(came)).abs()) / n,
        inside_80: share(&|i, came| f64::from(u8::from(i.holds(came)))),
        inside_80_promised: share(&|i, _| i.promised),
    })
}

/// Puts the figures in place of those of the same cutoff and horizon.
pub(super) fn keep(
    store: &Store,
    cutoff: NaiveDate,
    horizon_days: u32,
    all: &[Foretold],
) -> Result<()> {
    store.run(&format!(
        "delete from backtest_visits where cutoff = date '{cutoff}' and horizon_days = {horizon_days}"
    ))?;
    for of in all {
        let m = of.measures;
        let figures = [
            m.map_or_else(|| "null".to_owned(), |m| m.units.to_string()),
            number(m.map(|m| m.log_loss)),
            number(m.map(|m| m.expected)),
            number(m.map(|m| m.came)),
            number(m.map(|m| m.mean_absolute_error)),
            number(m.and_then(|m| m.inside_80)),
            number(m.and_then(|m| m.inside_80_promised)),
            of.caveat
                .as_deref()
                .map_or_else(|| "null".to_owned(), quote_text),
        ];
        store.run(&format!(
            "insert into backtest_visits (method, cutoff, horizon_days, units, log_loss, visits_expected, visits_came, \
             mean_absolute_error, inside_80, inside_80_promised, caveat) values ({}, date '{cutoff}', {horizon_days}, {})",
            quote_text(&of.model),
            figures.join(", "),
        ))?;
    }
    Ok(())
}
