//! From a likelihood to parameters with errors: looked for on a small part where there is much data, found on a sample,
//! polished on all of it.

use serde_json::{Value, json};

use super::numeric::minimise::{
    Curvature, Minimum, Sloped, curvature, minimise, minimise_within, newton_step,
};
use crate::types::Reason;

/// What a likelihood is taken of.
pub trait Observed: Sized {
    /// Units behind it.
    fn units(&self) -> f64;

    /// Different rows.
    fn rows(&self) -> usize;

    /// A part of at most so many different rows, at equal distances in a fixed order; `None` where there are no more.
    fn sample(&self, most: usize) -> Option<Self>;
}

/// Parameters with what their estimation says of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// Logarithms of the parameters.
    pub logs: Vec<f64>,
    /// Covariance of these logarithms.
    pub covariance: Vec<Vec<f64>>,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// The largest over the smallest curvature.
    pub condition: f64,
    /// Evaluations of the likelihood, on a part or on all.
    pub evaluations: usize,
    /// The slopes vanish.
    pub converged: bool,
    /// Some direction is hardly known: the parameters could as well be far away.
    pub ridge: bool,
}

/// Different rows up to which all are read in every step.
const WHOLE: usize = 20_000;
/// Different rows that the first steps are taken on, where there are several times as many.
const FEW: usize = 2_000;
/// Steps on all rows after a sample has converged.
const POLISHING: usize = 3;
/// A logarithm with a larger standard error is not known: a factor of 4.5 either way.
const LOOSEST: f64 = 1.5;

/// Maximises a likelihood. `mean_loss`: mean negative log-likelihood per unit, and its gradient in the logarithms of
/// the parameters. Where there are many rows, a sample of them is brought to convergence; Newton steps on all
/// follow, with the curvature of the sample.
pub(super) fn estimate<T: Observed>(
    observed: &T,
    start: &[f64],
    mean_loss: impl Fn(&T, &[f64]) -> Sloped,
) -> Estimated {
    const FLAT: f64 = 1e-7;
    let sample = observed.sample(WHOLE);
    let first = sample.as_ref().unwrap_or(observed);
    let near = nearby(first, start, &mean_loss);
    let (start, known) = near
        .as_ref()
        .map_or((start, None), |(near, shape)| (&near.at[..], Some(shape)));
    let found = minimise_within(|x| mean_loss(first, x), start, FLAT, known);
    let on_few = near
        .as_ref()
        .map_or(0, |(near, _)| near.evaluations + 2 * start.len());
    let mut evaluations = on_few + found.evaluations;
    let shape = curvature(|x| mean_loss(first, x).1, &found.at);
    evaluations += 2 * start.len();
    let (mut at, mut here) = (found.at, (found.value, found.gradient));
    if sample.is_some() {
        here = mean_loss(observed, &at);
        evaluations += 1;
    }
    if let Some(shape) = &shape {
        for _ in 0..POLISHING {
            // The gain that a step promises, against what the data can tell apart.
            if gain(shape, &here.1) * observed.units() < 1e-7 {
                break;
            }
            let to = newton_step(&at, shape, &here.1);
            let there = mean_loss(observed, &to);
            evaluations += 1;
            if !there.0.is_finite() || there.0 > here.0 {
                break;
            }
            (at, here) = (to, there);
        }
    }
    let n = observed.units().max(1.0);
    let loose = shape
        .as_ref()
        .map_or(f64::INFINITY, |s| 1.0 / (s.least * n).sqrt());
    // Half a unit of log-likelihood is what one standard error costs.
    let left_over = shape
        .as_ref()
        .map_or(f64::INFINITY, |s| gain(s, &here.1) * n);
    Estimated {
        log_likelihood: -here.0 * observed.units(),
        covariance: shape
            .as_ref()
            .map(|s| {
                s.inverse
                    .iter()
                    .map(|row| row.iter().map(|v| v / n).collect())
                    .collect()
            })
            .unwrap_or_default(),
        condition: shape.as_ref().map_or(f64::INFINITY, |s| s.condition),
        converged: found.converged && left_over < 0.01,
        ridge: loose.is_nan() || loose > LOOSEST || at.iter().any(|v| v.abs() > 12.0),
        logs: at,
        evaluations,
    }
}

/// Where a small part of many rows has its minimum, and the curvature there: the minimum of all is not far, and few steps on
/// all lead to it. `None` where there are few, or the part has none that can be trusted.
fn nearby<T: Observed>(
    observed: &T,
    start: &[f64],
    mean_loss: impl Fn(&T, &[f64]) -> Sloped,
) -> Option<(Minimum, Curvature)> {
    // Coarse: a part lies off by more than this anyway.
    const ROUGH: f64 = 1e-4;
    if observed.rows() <= 3 * FEW {
        return None;
    }
    let few = observed.sample(FEW)?;
    let found = minimise(|x| mean_loss(&few, x), start, ROUGH);
    let shape = curvature(|x| mean_loss(&few, x).1, &found.at)?;
    let is_sound = found.converged && found.at.iter().all(|v| v.abs() < 8.0);
    is_sound.then_some((found, shape))
}

/// What a Newton step would gain, per unit.
fn gain(shape: &Curvature, gradient: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (row, g) in shape.inverse.iter().zip(gradient) {
        for (v, h) in row.iter().zip(gradient) {
            sum += g * v * h / 2.0;
        }
    }
    sum.abs()
}

impl Estimated {
    /// Standard errors of the parameters themselves (delta method).
    #[must_use]
    pub fn errors(&self) -> Vec<f64> {
        self.logs
            .iter()
            .enumerate()
            .map(|(i, log)| {
                let variance = self.covariance.get(i).map_or(f64::NAN, |row| row[i]);
                log.exp() * variance.sqrt()
            })
            .collect()
    }

    /// Standard deviation of a figure with these derivatives in the logarithms of the parameters.
    #[must_use]
    pub fn deviation(&self, slopes: &[f64]) -> f64 {
        let mut variance = 0.0;
        for (row, a) in self.covariance.iter().zip(slopes) {
            for (v, b) in row.iter().zip(slopes) {
                variance += a * v * b;
            }
        }
        variance.max(0.0).sqrt()
    }

    /// Why the parameters are not to be used, where that is so.
    #[must_use]
    pub fn refusal(&self) -> Option<Reason> {
        if !self.converged {
            Some(Reason::new("caveat-visits-not-converged"))
        } else if self.ridge {
            Some(Reason::new("caveat-visits-ridge"))
        } else {
            None
        }
    }

    /// Parameters by the papers' letters with their errors, for a card.
    #[must_use]
    pub fn to_json(&self, letters: &[&str]) -> Value {
        let of = |values: Vec<f64>| -> Value {
            letters
                .iter()
                .zip(values)
                .map(|(letter, v)| ((*letter).to_owned(), json!(v)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let mut all = of(self.logs.iter().map(|v| v.exp()).collect());
        if let Some(map) = all.as_object_mut() {
            map.insert("standard_errors".to_owned(), of(self.errors()));
            map.insert("condition".to_owned(), json!(self.condition));
            map.insert("converged".to_owned(), json!(self.converged));
            map.insert("ridge".to_owned(), json!(self.ridge));
        }
        all
    }
}
