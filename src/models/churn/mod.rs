//! Who will not come back within a horizon: a line-up from the base rate to boosted trees, fitted to earlier dates whose
//! outcome is known, judged on the latest of these, which none of them has seen. The simplest that is not beaten by more
//! than one standard error of the difference in log-loss gives the probabilities; what it said at that date and what came
//! straighten them (Platt 1999) and give their intervals.

pub mod boosting;
pub mod calibration;
pub mod design;
pub mod evaluate;
pub mod logistic;
mod newton;
mod simple;

pub use simple::{Baselines, Line, Simple};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::boosting::{Boosting, BoostingParams};
use self::calibration::Calibration;
use self::design::{Design, INPUTS};
use self::logistic::Logistic;
use self::simple::said_by_rules;
use super::{ModelCard, measures};
use crate::types::{Estimate, Reason};

/// Rows of outcomes that are needed, for training and for the test.
const LEAST_ROWS: usize = 300;
/// Outcomes of the rarer kind that are needed, for training and for the test.
const LEAST_EVENTS: usize = 60;

/// Rows that a fit takes at most; more say nothing new at this number of inputs.
pub const MOST_ROWS: usize = 45_000;

/// Units at one or more earlier dates, with what came.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// What was known.
    pub design: Design,
    /// No qualified visit came within the horizon.
    pub left: Vec<bool>,
    /// Probability by the table of return shares, fitted to an earlier date.
    pub baseline: Vec<f64>,
    /// Unit.
    pub unit: Vec<u64>,
    /// Customer.
    pub customer: Vec<u64>,
}

impl Sample {
    /// Takes the rows of another date in.
    pub fn extend(&mut self, other: &Self) {
        self.design.extend(&other.design);
        self.left.extend_from_slice(&other.left);
        self.baseline.extend_from_slice(&other.baseline);
        self.unit.extend_from_slice(&other.unit);
        self.customer.extend_from_slice(&other.customer);
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// About so many of the rows, each date's in its share; all where they are no more.
    fn thinned(self, most: usize) -> Self {
        if self.len() <= most {
            return self;
        }
        // Every so manieth, whatever the order means: rows are ordered by unit within a date.
        let share = most as f64 / self.len() as f64;
        let rows: Vec<usize> = (0..self.len())
            .filter(|&i| (i as f64 * share).floor() != ((i + 1) as f64 * share).floor())
            .collect();
        Self {
            design: self.design.only(&rows),
            left: rows.iter().map(|&i| self.left[i]).collect(),
            baseline: rows.iter().map(|&i| self.baseline[i]).collect(),
            unit: rows.iter().map(|&i| self.unit[i]).collect(),
            customer: rows.iter().map(|&i| self.customer[i]).collect(),
        }
    }

    fn is_enough(&self) -> bool {
        let events = self.left.iter().filter(|y| **y).count();
        self.len() >= LEAST_ROWS && events.min(self.len() - events) >= LEAST_EVENTS
    }
}

/// The methods of the line-up, from the simplest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The share of all that left.
    BaseRate,
    /// Days since the last visit alone.
    Hiatus,
    /// Overdue ratio alone.
    OverdueRatio,
    /// Shares by hiatus and frequency.
    ReturnShare,
    /// Logistic regression on all inputs.
    Logistic,
    /// Boosted trees on all inputs.
    Boosting,
}

impl Method {
    /// All, from the simplest.
    pub const ALL: [Self; 6] = [
        Self::BaseRate,
        Self::Hiatus,
        Self::OverdueRatio,
        Self::ReturnShare,
        Self::Logistic,
        Self::Boosting,
    ];

    /// Name in tables and catalogues.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BaseRate => "base_rate",
            Self::Hiatus => "hiatus",
            Self::OverdueRatio => "overdue_ratio",
            Self::ReturnShare => "return_share",
            Self::Logistic => "logistic",
            Self::Boosting => "boosting",
        }
    }
}

/// A method that reads inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Logistic regression.
    Logistic(Logistic),
    /// Boosted trees.
    Boosting(Boosting),
    /// One clock alone, or one share for all.
    Simple(Simple),
}

impl Model {
    /// Log-odds of leaving.
    #[must_use]
    pub fn logit(&self, row: &[f64]) -> f64 {
        match self {
            Self::Logistic(m) => m.logit(row),
            Self::Boosting(m) => m.logit(row),
            Self::Simple(m) => m.logit(row),
        }
    }

    /// What each input adds to the log-odds, and the log-odds that they are added to.
    #[must_use]
    pub fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        match self {
            Self::Logistic(m) => m.contributions(row),
            Self::Boosting(m) => m.contributions(row),
            Self::Simple(m) => m.contributions(row),
        }
    }
}

/// What each method said of the test rows.
pub type Said = BTreeMap<Method, Vec<f64>>;

/// The champion, with what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Churn {
    /// The model, fitted to all dates with a known outcome.
    pub model: Model,
    /// What it says made straight, and its intervals.
    pub calibration: Calibration,
    /// What it rests on.
    pub card: ModelCard,
}

/// The line-up at one horizon.
#[derive(Clone, Debug)]
pub struct LineUp {
    /// What each method said at the latest date with a known outcome.
    pub said: Said,
    /// The simplest that was not beaten.
    pub champion: Method,
    /// The champion fitted to all; none where it is the table of return shares, which is learned apart.
    pub churn: Option<Churn>,
    /// Measures by method on the test date.
    pub measures: Value,
}

/// Fits the line-up: each method to `train`, judged on `test`, a later date whose outcomes no method has seen;
/// then the champion to both, to about [`MOST_ROWS`] rows of them where they are more.
///
/// # Errors
/// A reason where there are too few rows or outcomes.
pub fn fit(train: &Sample, test: &Sample, horizon_days: u32) -> Result<LineUp, Reason> {
    for sample in [train, test] {
        if !sample.is_enough() {
            let events = sample.left.iter().filter(|y| **y).count();
            return Err(Reason::new("caveat-too-few-outcomes")
                .with("units", sample.len())
                .with("events", events.min(sample.len() - events))
                .with("needed", LEAST_EVENTS));
        }
    }
    let (logistic, boosting) = rayon::join(
        || Logistic::fit(&train.design, &train.left, &train.unit),
        || BoostingParams::default().fit(&train.design, &train.left),
    );
    let boosting = Model::Boosting(boosting);
    let mut said = said_by_rules(&Baselines::fit(train), test);
    said.insert(Method::Boosting, probabilities(&boosting, &test.design));
    if let Ok(model) = logistic {
        said.insert(
            Method::Logistic,
            probabilities(&Model::Logistic(model), &test.design),
        );
    }
    let champion = champion(&said, &test.left);
    let measures = measured(&said, &test.left, champion);
    let churn = if champion == Method::ReturnShare {
        None
    } else {
        let mut all = train.clone();
        all.extend(test);
        let all = all.thinned(MOST_ROWS);
        let model = match champion {
            Method::Logistic => Model::Logistic(Logistic::fit(&all.design, &all.left, &all.unit)?),
            Method::Boosting => {
                Model::Boosting(BoostingParams::default().fit(&all.design, &all.left))
            }
            _ => Model::Simple(Simple::of(champion, &Baselines::fit(&all))),
        };
        let calibration = Calibration::of(&said[&champion], &test.left);
        let card = card(
            &model,
            &calibration,
            &all,
            champion,
            horizon_days,
            &measures,
        );
        Some(Churn {
            model,
            calibration,
            card,
        })
    };
    Ok(LineUp {
        said,
        champion,
        churn,
        measures,
    })
}

impl Churn {
    /// Probability of leaving, with its 80 % interval, per row.
    #[must_use]
    pub fn predict(&self, design: &Design) -> Vec<Estimate> {
        use rayon::prelude::*;
        (0..design.len())
            .into_par_iter()
            .map(|i| self.calibration.estimate(self.model.logit(design.row(i))))
            .collect()
    }
}

fn probabilities(model: &Model, design: &Design) -> Vec<f64> {
    use rayon::prelude::*;
    (0..design.len())
        .into_par_iter()
        .map(|i| measures::sigmoid(model.logit(design.row(i))))
        .collect()
}

/// The simplest method that no other beats by more than one standard error of the paired difference in log-loss.
#[must_use]
pub fn champion(said: &Said, left: &[bool]) -> Method {
    let loss = |p: f64, y: bool| measures::log_loss(&[(p, y)]).unwrap_or(f64::INFINITY);
    let losses: BTreeMap<Method, Vec<f64>> = said
        .iter()
        .map(|(m, p)| (*m, p.iter().zip(left).map(|(&p, &y)| loss(p, y)).collect()))
        .collect();
    let n = left.len() as f64;
    let mean = |m: &Method| losses[m].iter().sum::<f64>() / n;
    let Some(best) = losses.keys().min_by(|a, b| mean(a).total_cmp(&mean(b))) else {
        return Method::BaseRate;
    };
    // From the simplest: the first that the best does not beat clearly.
    losses
        .keys()
        .find(|m| {
            let gaps: Vec<f64> = losses[*m]
                .iter()
                .zip(&losses[best])
                .map(|(a, b)| a - b)
                .collect();
            let gap = gaps.iter().sum::<f64>() / n;
            let spread =
                (gaps.iter().map(|g| (g - gap).powi(2)).sum::<f64>() / n).sqrt() / n.sqrt();
            gap <= spread
        })
        .copied()
        .unwrap_or(*best)
}

/// The measures of probabilities against what came.
#[must_use]
pub fn measures_of(p: &[f64], left: &[bool]) -> Value {
    let pairs: Vec<(f64, bool)> = p.iter().copied().zip(left.iter().copied()).collect();
    let calibration = measures::calibration(&pairs);
    json!({
        "n": pairs.len(),
        "base_rate": measures::base_rate(&pairs),
        "auc": measures::auc(&pairs),
        "average_precision": measures::average_precision(&pairs),
        "brier": measures::brier(&pairs),
        "log_loss": measures::log_loss(&pairs),
        "calibration_slope": calibration.map(|c| c.0),
        "calibration_intercept": calibration.map(|c| c.1),
        "ece": measures::ece(&pairs),
        "lift_at_10": measures::lift_at(&pairs, 0.1),
    })
}

fn measured(said: &Said, left: &[bool], champion: Method) -> Value {
    let mut all = serde_json::Map::new();
    for (method, p) in said {
        all.insert(method.as_str().to_owned(), measures_of(p, left));
    }
    // What the champion said, in ten groups of equal count, against what came of them.
    let pairs: Vec<(f64, bool)> = said
        .get(&champion)
        .map(|p| p.iter().copied().zip(left.iter().copied()).collect())
        .unwrap_or_default();
    json!({
        "champion": champion.as_str(),
        "held_out": all,
        "bins": measures::bins(&pairs, 10),
    })
}

fn card(
    model: &Model,
    calibration: &Calibration,
    all: &Sample,
    champion: Method,
    horizon_days: u32,
    measures: &Value,
) -> ModelCard {
    let names: Vec<&str> = INPUTS.iter().map(|i| i.name).collect();
    ModelCard {
        name: format!("churn_{}_{horizon_days}", champion.as_str()),
        rows: all.len() as u64,
        parameters: json!({
            "horizon_days": horizon_days,
            "method": champion.as_str(),
            "inputs": names,
            "model": model,
            "calibration": calibration,
            "baselines": Baselines::fit(all),
        }),
        log_likelihood: None,
        measures: measures.clone(),
        caveats: vec!["caveat-persons-only".to_owned()],
    }
}

#[cfg(test)]
mod tests;
