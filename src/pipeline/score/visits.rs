//! The visit models in scoring: which of them foretold best at earlier dates, and what it says of each unit now.

use chrono::{Days, NaiveDate};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::dates::{Dated, Past};
use super::spend::SpendModel;
use crate::models::measures::log_loss;
use crate::models::visits::{Histories, History};
use crate::models::visits_bgcnbd::{BgcnbdFit, BgcnbdParams, Dropout, NextVisits, Regularity};
use crate::models::{ModelCard, comparable};
use crate::rhythm::{is_gone, is_person};
use crate::settings::Settings;
use crate::types::{Estimate, Reason, Window};

/// Weeks of the counts that scores give.
const WEEKS: f64 = 365.0 / 7.0;
/// Farthest day on which a next visit is expected: ten years.
const FARTHEST_DAYS: f64 = 3652.0;
/// Units of a date that the choice is made on, at most.
pub(in crate::pipeline) const MOST_JUDGED: usize = 20_000;

/// The visit model of a date, and how it was chosen.
pub(in crate::pipeline) struct VisitModel {
    fit: Result<BgcnbdFit, Reason>,
    measures: Value,
    caveats: Vec<String>,
}

/// The latest earlier date on which the models are judged, and the chosen model as it was fitted then.
pub(in crate::pipeline) struct Judged {
    /// The date.
    pub(super) then: Dated,
    /// The model.
    pub(super) fit: BgcnbdFit,
}

/// What is to come in 365 days, per unit.
#[derive(Default)]
pub(in crate::pipeline) struct Outlook365 {
    /// Qualified visits.
    pub(super) visits: Option<Vec<Option<Estimate>>>,
    /// Spend on them, yuan.
    pub(super) spend: Option<Vec<Option<Estimate>>>,
}

/// How regular visits are taken to be, from the simplest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::pipeline) enum Kind {
    NoRhythm,
    WholeStages,
    AnyStages,
}

impl Kind {
    const ALL: [Self; 3] = [Self::NoRhythm, Self::WholeStages, Self::AnyStages];

    /// Name among the models.
    pub(in crate::pipeline) fn name(self) -> &'static str {
        match self {
            Self::NoRhythm => "mbg_nbd",
            Self::WholeStages => "mbg_cnbd_whole_k",
            Self::AnyStages => "mbg_cnbd_real_k",
        }
    }
}

/// The three kinds fitted at a date.
pub(in crate::pipeline) type Fits = Vec<(Kind, Result<BgcnbdFit, Reason>)>;

/// The histories that a fit at a date reads: comparable units of persons.
pub(in crate::pipeline) fn histories_of(dated: &Dated) -> Histories {
    let f = &dated.features;
    Histories::new(
        (0..f.len())
            .filter(|&i| is_person(f, i) && comparable(f, i))
            .filter_map(|i| dated.histories[i])
            .collect(),
    )
}

/// The three fits, looked for from those of an earlier date; what cannot be trusted is refused.
pub(in crate::pipeline) fn fits(histories: &Histories, earlier: &Fits) -> Fits {
    let fit = |kind: Kind, regularity| {
        let params = BgcnbdParams {
            dropout: Dropout::AfterFirst,
            regularity,
        };
        let earlier = earlier.iter().find(|(of, _)| *of == kind);
        let fit = params.fit_from(histories, earlier.and_then(|(_, fit)| fit.as_ref().ok()))?;
        fit.estimated.refusal().map_or(Ok(fit), Err)
    };
    let any = fit(Kind::AnyStages, Regularity::Free);
    let whole = match &any {
        Ok(any) => any.next_whole().and_then(|k| fit(Kind::WholeStages, k)),
        Err(reason) => Err(reason.clone()),
    };
    vec![
        (Kind::NoRhythm, fit(Kind::NoRhythm, Regularity::Whole(1))),
        (Kind::WholeStages, whole),
        (Kind::AnyStages, any),
    ]
}

/// The model fitted to a date, of the kind that foretold best at the earlier `dates`, and the latest of these; without
/// any, the simplest.
pub(in crate::pipeline) fn visit_model(
    settings: &Settings,
    now: &Dated,
    past: &Past,
    dates: &[NaiveDate],
    horizon_days: u32,
) -> (VisitModel, Option<Judged>) {
    let weeks = f64::from(horizon_days) / 7.0;
    let mut losses: [Vec<f64>; 3] = Default::default();
    let mut usable = [true; 3];
    let mut covered = [Counted::default(); 3];
    let mut latest = Fits::new();
    let mut in_order = dates.to_vec();
    in_order.sort_unstable();
    let mut last = None;
    for date in in_order {
        // The former goes before the next one comes: each is large.
        drop(last.take());
        let then = past.dated(settings, date);
        let f = &then.features;
        let came = past.visits_within(date, horizon_days, f);
        let judged: Vec<usize> = (0..f.len())
            .filter(|&i| is_person(f, i) && then.histories[i].is_some() && came[i].is_some())
            .collect();
        let step = judged.len().div_ceil(MOST_JUDGED).max(1);
        latest = fits(&histories_of(&then), &latest);
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
                    let interval = counts.interval_80();
                    Some((
                        loss,
                        Counted {
                            units: 1.0,
                            came: f64::from(came),
                            expected: counts.mean(),
                            inside: f64::from(u8::from(interval.holds(came))),
                            promised: interval.promised,
                        },
                    ))
                })
                .collect();
            for (loss, counted) in rows {
                losses[at].push(loss);
                covered[at].add(counted);
            }
        }
        last = Some(then);
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
    let mut today = fits(&histories_of(now), &latest);
    let at = match chosen {
        Some(at) if today[at].1.is_ok() => at,
        _ => 0,
    };
    let fit = today.swap_remove(at).1;
    let then_fit = latest.into_iter().nth(at).and_then(|(_, fit)| fit.ok());
    let judged = last.zip(then_fit).map(|(then, fit)| Judged { then, fit });
    let model = VisitModel {
        fit,
        measures: json!({
            "chosen": Kind::ALL[at].name(),
            "horizon_days": horizon_days,
            "dates": dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "held_out": measures,
        }),
        caveats,
    };
    (model, judged)
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
    /// Of each unit that has come and not left, by a function of its place and history.
    fn each<T: Send>(
        &self,
        dated: &Dated,
        of: impl Fn(&BgcnbdFit, usize, &History) -> T + Sync,
    ) -> Option<Vec<Option<T>>> {
        let fit = self.fit.as_ref().ok()?;
        let f = &dated.features;
        let units = (0..f.len()).into_par_iter();
        Some(
            units
                .map(|i| {
                    dated.histories[i]
                        .filter(|_| !is_gone(f, i))
                        .map(|history| of(fit, i, &history))
                })
                .collect(),
        )
    }

    /// Probability of still being a customer.
    pub(in crate::pipeline) fn active(&self, dated: &Dated) -> Option<Vec<Option<Estimate>>> {
        self.each(dated, |fit, _, history| fit.active(history))
    }

    /// Expected visits in 365 days, with the numbers that come in 80 of 100 cases, and what they will bring.
    pub(in crate::pipeline) fn outlook_365(&self, dated: &Dated, spend: &SpendModel) -> Outlook365 {
        let said = self.each(dated, |fit, i, history| {
            let counts = fit.model.counts(history, WEEKS);
            let value = counts.mean();
            let visits = Estimate {
                value,
                low: f64::from(counts.quantile(0.1)).min(value),
                high: f64::from(counts.quantile(0.9)).max(value),
            };
            (visits, spend.spend(&dated.features, i, &counts))
        });
        let Some(said) = said else {
            return Outlook365::default();
        };
        Outlook365 {
            visits: Some(said.iter().map(|e| e.map(|(visits, _)| visits)).collect()),
            spend: Some(said.into_iter().map(|e| e?.1).collect()),
        }
    }

    /// When each unit's next visit is expected, if it is still a customer, given that it has not come since the last one.
    /// `None` where it is in the shop.
    pub(in crate::pipeline) fn next_visits(&self, dated: &Dated) -> Option<Vec<Option<Window>>> {
        let fit = self.fit.as_ref().ok()?;
        let f = &dated.features;
        let tables = NextVisits::new(
            fit.model,
            dated.histories.iter().flatten().map(|h| h.repeats),
        );
        let of = |i: usize, history: &History| {
            let day = |probability: f64| {
                let days = (tables.weeks(history, probability)? * 7.0).round().max(1.0);
                (days <= FARTHEST_DAYS).then(|| f.as_of + Days::new(days as u64))
            };
            (!f.open_order[i]).then(|| Window {
                low: day(0.1),
                on: day(0.5),
                high: day(0.9),
            })
        };
        let found = self.each(dated, |_, i, history| of(i, history))?;
        Some(found.into_iter().map(Option::flatten).collect())
    }

    /// Why there is no visit model.
    pub(in crate::pipeline) fn refusal(&self) -> Option<&Reason> {
        self.fit.as_ref().err()
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
