//! Logistic regression with a ridge penalty, fitted by linfa from where Newton's method ends, on standardised inputs: logarithms of what grows without
//! bounds, squares of the clocks, and a mark for what is unknown. Stored as our own coefficients, so that every
//! contribution to the log-odds can be named.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use rayon::prelude::*;

use super::design::{Design, INPUTS, Scale};
use super::newton;
use crate::models::measures::{log_loss, sigmoid};
use crate::types::Reason;

/// Inputs that a straight line does not fit: their squares join.
const BENT: &[&str] = &[
    "hiatus_days",
    "overdue_ratio",
    "days_past_due",
    "maintenance_hiatus_days",
    "hiatus_to_gap",
    "vehicle_age_days",
    "warranty_days_left",
    "visit_model",
];
/// Strengths of the penalty on the squares of standardised coefficients (half of it times their sum).
const RIDGES: [f64; 4] = [3.0, 10.0, 30.0, 100.0];
/// Rows from which the penalty hardly matters, so that none is looked for.
const MANY_ROWS: usize = 10_000;
/// Values are kept within all but this share of those that were learned from, at each end: a parabola knows nothing of
/// what lies beyond.
const OUTER: f64 = 0.01;

/// A fitted regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    intercept: f64,
    terms: Vec<Term>,
}

/// One input's part of the log-odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Term {
    input: usize,
    /// Values are kept between these.
    within: (f64, f64),
    mean: f64,
    deviation: f64,
    /// Per standard deviation.
    slope: f64,
    /// Per squared standard deviation.
    bend: f64,
    /// Where the value is unknown.
    unknown: f64,
}

/// Columns that a term takes in the matrix.
#[derive(Clone, Copy)]
struct Columns {
    bend: bool,
    unknown: bool,
}

impl Logistic {
    /// Fits to rows with outcomes (true: left). On few rows the penalty is the one that foretells the other half of
    /// the units best, both ways; `unit` tells which rows belong together.
    ///
    /// # Errors
    /// A reason where outcomes are all alike or the optimiser fails.
    pub fn fit(design: &Design, left: &[bool], unit: &[u64]) -> Result<Self, Reason> {
        if design.len() >= MANY_ROWS {
            return Self::fit_with(design, left, RIDGES[1]);
        }
        let halves: [Vec<usize>; 2] =
            [0, 1].map(|half| (0..design.len()).filter(|&i| unit[i] % 2 == half).collect());
        let parts = halves.each_ref().map(|rows| {
            let left: Vec<bool> = rows.iter().map(|&i| left[i]).collect();
            (design.only(rows), left)
        });
        let loss = |ridge: f64| -> Option<f64> {
            let mut said = Vec::with_capacity(design.len());
            for (from, to) in [(0, 1), (1, 0)] {
                let model = Self::fit_with(&parts[from].0, &parts[from].1, ridge).ok()?;
                let (rows, left) = &parts[to];
                said.extend((0..rows.len()).map(|i| (sigmoid(model.logit(rows.row(i))), left[i])));
            }
            log_loss(&said)
        };
        let losses: Vec<Option<f64>> = RIDGES.par_iter().map(|&ridge| loss(ridge)).collect();
        let best = RIDGES
            .iter()
            .zip(losses)
            .filter_map(|(ridge, loss)| Some((*ridge, loss?)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(RIDGES[1], |(ridge, _)| ridge);
        Self::fit_with(design, left, best)
    }

    fn fit_with(design: &Design, left: &[bool], ridge: f64) -> Result<Self, Reason> {
        let n = design.len();
        let events = left.iter().filter(|y| **y).count();
        if events == 0 || events == n {
            return Err(Reason::new("caveat-one-sided"));
        }
        let mut terms = Vec::new();
        let mut columns = Vec::new();
        for (input, of) in INPUTS.iter().enumerate() {
            let mut values: Vec<f64> = (0..n)
                .map(|i| scaled(design.row(i)[input], of.scale))
                .filter(|v| !v.is_nan())
                .collect();
            if values.is_empty() {
                continue;
            }
            values.sort_unstable_by(f64::total_cmp);
            let last = values.len() - 1;
            let at = |share: f64| values[((last as f64 * share).round() as usize).min(last)];
            let within = (at(OUTER), at(1.0 - OUTER));
            for value in &mut values {
                *value = value.clamp(within.0, within.1);
            }
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
                / values.len() as f64)
                .sqrt();
            let missing = (n - values.len()) as f64 / n as f64;
            let varies = deviation > 1e-9;
            let unknown = missing > 0.005 && missing < 0.995;
            if varies || unknown {
                terms.push(Term {
                    input,
                    within,
                    mean,
                    deviation: if varies { deviation } else { 1.0 },
                    slope: 0.0,
                    bend: 0.0,
                    unknown: 0.0,
                });
                columns.push(Columns {
                    bend: varies && BENT.contains(&of.name),
                    unknown,
                });
            }
        }
        let width: usize = columns
            .iter()
            .map(|c| 1 + usize::from(c.bend) + usize::from(c.unknown))
            .sum();
        let mut x = Array2::<f64>::zeros((n, width));
        for i in 0..n {
            let row = design.row(i);
            let mut at = 0;
            for (term, column) in terms.iter().zip(&columns) {
                let z = term.z(row);
                x[(i, at)] = z.unwrap_or(0.0);
                at += 1;
                if column.bend {
                    x[(i, at)] = z.map_or(0.0, |z| z * z);
                    at += 1;
                }
                if column.unknown {
                    x[(i, at)] = f64::from(u8::from(z.is_none()));
                    at += 1;
                }
            }
        }
        // From zero linfa's quasi-Newton steps take a hundred passes; from the minimum it only has to see that it is one.
        let start = newton::least(&x, left, ridge).map(|mut w| {
            let larger = if 2 * events > n { 1.0 } else { -1.0 };
            w.iter_mut().for_each(|w| *w *= larger);
            Array1::from(w)
        });
        let y = Array1::from_iter(left.iter().copied());
        let params = LogisticRegression::default()
            .alpha(ridge)
            .max_iterations(150)
            .gradient_tolerance(1e-4);
        let fitted = match start {
            Some(start) => params.initial_params(start),
            None => params,
        }
        .fit(&DatasetBase::new(x, y))
        .map_err(|_| Reason::new("caveat-not-converged"))?;
        // The larger class is taken as the positive one, whichever it is.
        let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
        let mut weights = fitted.params().iter().map(|w| w * sign);
        for (term, column) in terms.iter_mut().zip(&columns) {
            term.slope = weights.next().unwrap_or(0.0);
            if column.bend {
                term.bend = weights.next().unwrap_or(0.0);
            }
            if column.unknown {
                term.unknown = weights.next().unwrap_or(0.0);
            }
        }
        let model = Self {
            intercept: fitted.intercept() * sign,
            terms,
        };
        if model.is_finite() {
            Ok(model)
        } else {
            Err(Reason::new("caveat-not-converged"))
        }
    }

    fn is_finite(&self) -> bool {
        self.intercept.is_finite()
            && self
                .terms
                .iter()
                .all(|t| t.slope.is_finite() && t.bend.is_finite() && t.unknown.is_finite())
    }

    /// Log-odds of leaving.
    #[must_use]
    pub fn logit(&self, row: &[f64]) -> f64 {
        self.intercept + self.terms.iter().map(|t| t.part(row)).sum::<f64>()
    }

    /// What each input adds to the log-odds against a unit with average inputs, and the log-odds of that unit.
    /// They add up to [`Logistic::logit`] exactly, up to rounding.
    #[must_use]
    pub fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let (mut start, mut parts) = (self.intercept, vec![0.0; INPUTS.len()]);
        for term in &self.terms {
            // The mean of a squared standardised value is 1.
            start += term.bend;
            parts[term.input] = term.part(row) - term.bend;
        }
        (start, parts)
    }
}

impl Term {
    fn z(&self, row: &[f64]) -> Option<f64> {
        let value = scaled(row[self.input], INPUTS[self.input].scale);
        (!value.is_nan())
            .then(|| (value.clamp(self.within.0, self.within.1) - self.mean) / self.deviation)
    }

    fn part(&self, row: &[f64]) -> f64 {
        self.z(row)
            .map_or(self.unknown, |z| self.slope * z + self.bend * z * z)
    }
}

fn scaled(value: f64, scale: Scale) -> f64 {
    match scale {
        Scale::Plain => value,
        Scale::Log => value.signum() * value.abs().ln_1p(),
    }
}
