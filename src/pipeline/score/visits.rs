//! The visit models in scoring: which of them foretold best at earlier dates, and what it says of each unit now.

use chrono::NaiveDate;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::dates::{Dated, Past};
use crate::models::measures::log_loss;
use crate::models::visits::{Histories, History};
use crate::models::visits_bgcnbd::{BgcnbdFit, BgcnbdParams, Dropout, Regularity};
use crate::models::{ModelCard, comparable};
use crate::rhythm::{is_gone, is_person};
use crate::settings::Settings;
use crate::types::{Estimate, Reason};

/// Weeks of the counts that scores give.
const WEEKS: f64 = 365.0 / 7.0;
/// Units of a date that the choice is made on, at most.
const MOST_JUDGED: usize = 20_000;

/// The visit model of a date, and how it was chosen.
pub(in crate::pipeline) struct VisitModel {
    fit: Result<BgcnbdFit, Reason>,
    measures: Value,
    caveats: Vec<String>,
}

/// How regular visits are taken to be, from the simplest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    NoRhythm,
    WholeStages,
    AnyStages,
}

impl Kind {
    const ALL: [Self; 3] = [Self::NoRhythm, Self::WholeStages, Self::AnyStages];

    fn name(self) -> &'static str {
        match self {
            Self::NoRhythm => "mbg_nbd",
            Self::WholeStages => "mbg_cnbd_whole_k",
            Self::AnyStages => "mbg_cnbd_real_k",
        }
    }
}

/// The three kinds fitted at a date.
type Fits = Vec<(Kind, Result<BgcnbdFit, Reason>)>;

/// The three fits at a date, looked for from those of an earlier one; what cannot be trusted is refused.
fn fits(dated: &Dated, earlier: &Fits) -> Fits {
    let f = &dated.features;
    let histories = Histories::new(
        (0..f.len())
            .filter(|&i| is_person(f, i) && comparable(f, i))
            .filter_map(|i| dated.histories[i])
            .collect(),
    );
    let fit = |kind: Kind, regularity| {
        let params = BgcnbdParams {
            dropout: Dropout::AfterFirst,
            regularity,
        };
        let earlier = earlier.iter().find(|(of, _)| *of == kind);
        let fit = params.fit_from(&histories, earlier.and_then(|(_, fit)| fit.as_ref().ok()))?;
        match fit.estimated.refusal() {
            Some(reason) => Err(reason),
            None => Ok(fit),
        }
    };
    let any = fit(Kind::AnyStages, Regularity::Free);
    let whole = match &any {
        // The whole k next to the real one.
        Ok(any) if any.model.k >= 1.5 => fit(
            Kind::WholeStages,
            Regularity::Whole(any.model.k.round() as u32),
        ),
        Ok(_) => Err(Reason::new("caveat-visits-no-rhythm")),
        Err(reason) => Err(reason.clone()),
    };
    vec![
        (Kind::NoRhythm, fit(Kind::NoRhythm, Regularity::Whole(1))),
        (Kind::WholeStages, whole),
        (Kind::AnyStages, any),
    ]
}

/// The model fitted to a date, of the kind that foretold best at the earlier `dates`; without any, the simplest.
pub(in crate::pipeline) fn visit_model(
    settings: &Settings,
    now: &Dated,
    past: &Past,
    dates: &[NaiveDate],
    horizon_days: u32,
) -> VisitModel {
    let weeks = f64::from(horizon_days) / 7.0;
    let mut losses: [Vec<f64>; 3] = Default::default();
    let mut usable = [true; 3];
    let mut covered = [Counted::default(); 3];
    let mut latest = Fits::new();
    let mut in_order = dates.to_vec();
    in_order.sort_unstable();
    for date in in_order {
        let then = past.dated(settings, date);
        let f = &then.features;
        let came = past.visits_within(date, horizon_days, f);
        let judged: Vec<usize> = (0..f.len())
            .filter(|&i| is_person(f, i) && then.histories[i].is_some() && came[i].is_some())
            .collect();
        let step = judged.len().div_ceil(MOST_JUDGED).max(1);
        latest = fits(&then, &latest);
        for (at, (_, fit)) in latest.iter().enumerate() {
            let Ok(fit) = fit else {
                usable[at] = false;
                continue;
            };
            let rows: Vec<(f64, Counted)> = judged
                .par_iter()
                .step_by(step)
                .filter_map(|&i| {
                    let (history, came) = (then.histories[i]?, came[i]?);
                    let none = 1.0 - fit.model.visit_within(&history, weeks);
                    let loss = log_loss(&[(none, came == 0)])?;
                    let counts = fit.model.counts(&history, weeks);
                    let (low, high) = (counts.quantile(0.1), counts.quantile(0.9));
                    let inside = |n: u32| f64::from(u8::from((low..=high).contains(&n)));
                    let mass = counts.at_least(low as usize) - counts.at_least(high as usize + 1);
                    Some((
                        loss,
                        Counted {
                            units: 1.0,
                            came: f64::from(came),
                            expected: counts.mean(),
                            inside: inside(came),
                            promised: mass,
                        },
                    ))
                })
                .collect();
            for (loss, counted) in rows {
                losses[at].push(loss);
                covered[at].add(counted);
            }
        }
    }
    let chosen = choose(&losses, usable);
    let mut measures = serde_json::Map::new();
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let c = covered[at];
        if usable[at] && c.units > 0.0 {
            measures.insert(
                kind.name().to_owned(),
                json!({
                    "n": c.units,
                    "log_loss": losses[at].iter().sum::<f64>() / c.units,
                    "visits_expected": c.expected,
                    "visits_came": c.came,
                    "inside_80": c.inside / c.units,
                    "inside_80_promised": c.promised / c.units,
                }),
            );
        }
    }
    let mut caveats = Vec::new();
    if losses.iter().all(Vec::is_empty) {
        caveats.push("caveat-visits-unjudged".to_owned());
    }
    // The kind that was chosen, or the simplest that can be fitted today.
    let mut today = fits(now, &latest);
    let at = match chosen {
        Some(at) if today[at].1.is_ok() => at,
        _ => 0,
    };
    let fit = today.swap_remove(at).1;
    VisitModel {
        fit,
        measures: json!({
            "chosen": Kind::ALL[at].name(),
            "horizon_days": horizon_days,
            "dates": dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "held_out": measures,
        }),
        caveats,
    }
}

/// What was expected and what came.
#[derive(Clone, Copy, Default)]
struct Counted {
    units: f64,
    came: f64,
    expected: f64,
    inside: f64,
    promised: f64,
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.units += other.units;
        self.came += other.came;
        self.expected += other.expected;
        self.inside += other.inside;
        self.promised += other.promised;
    }
}

/// The simplest that no other beats by more than one standard error of the paired difference.
fn choose(losses: &[Vec<f64>; 3], usable: [bool; 3]) -> Option<usize> {
    let able: Vec<usize> = (0..3)
        .filter(|&k| usable[k] && !losses[k].is_empty())
        .collect();
    let mean = |k: usize| losses[k].iter().sum::<f64>() / losses[k].len() as f64;
    let best = able
        .iter()
        .copied()
        .min_by(|a, b| mean(*a).total_cmp(&mean(*b)))?;
    able.into_iter().find(|&k| {
        let n = losses[k].len() as f64;
        let gaps: Vec<f64> = losses[k]
            .iter()
            .zip(&losses[best])
            .map(|(a, b)| a - b)
            .collect();
        let gap = gaps.iter().sum::<f64>() / n;
        let spread = (gaps.iter().map(|g| (g - gap).powi(2)).sum::<f64>() / n).sqrt() / n.sqrt();
        gap <= spread
    })
}

impl VisitModel {
    /// Of each unit that has come and not left, by a function of its history.
    fn each(
        &self,
        dated: &Dated,
        of: impl Fn(&BgcnbdFit, &History) -> Estimate + Sync,
    ) -> Option<Vec<Option<Estimate>>> {
        let fit = self.fit.as_ref().ok()?;
        let f = &dated.features;
        let units = (0..f.len()).into_par_iter();
        Some(
            units
                .map(|i| {
                    dated.histories[i]
                        .filter(|_| !is_gone(f, i))
                        .map(|history| of(fit, &history))
                })
                .collect(),
        )
    }

    /// Probability of still being a customer.
    pub(in crate::pipeline) fn active(&self, dated: &Dated) -> Option<Vec<Option<Estimate>>> {
        self.each(dated, BgcnbdFit::active)
    }

    /// Expected visits in 365 days, with the numbers that come in 80 of 100 cases.
    pub(in crate::pipeline) fn visits_365(&self, dated: &Dated) -> Option<Vec<Option<Estimate>>> {
        self.each(dated, |fit, history| {
            let counts = fit.model.counts(history, WEEKS);
            let value = counts.mean();
            Estimate {
                value,
                low: f64::from(counts.quantile(0.1)).min(value),
                high: f64::from(counts.quantile(0.9)).max(value),
            }
        })
    }

    /// What the model rests on, or why there is none.
    pub(in crate::pipeline) fn card(&self) -> ModelCard {
        let mut card = match &self.fit {
            Ok(fit) => fit.card(),
            Err(reason) => ModelCard {
                name: String::new(),
                rows: 0,
                parameters: Value::Null,
                log_likelihood: None,
                measures: Value::Null,
                caveats: vec![reason.encode()],
            },
        };
        card.name = "visits".to_owned();
        card.measures = self.measures.clone();
        card.caveats.extend(self.caveats.iter().cloned());
        card.caveats.push("caveat-persons-only".to_owned());
        card
    }
}
