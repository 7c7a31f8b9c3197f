//! Intervals of probabilities, from how many units alike were seen at a later date than the fit. The probabilities
//! themselves are left as the model says them: it is fitted to several dates at once, the latest among them, and a line
//! through the log-odds of one date only carries that date's chance into the next (docs/decisions/0005).

use serde::{Deserialize, Serialize};

use crate::models::baselines::beta_interval;
use crate::models::measures::{bins, sigmoid};
use crate::types::Estimate;

/// Points at which intervals are kept.
const POINTS: usize = 101;

/// 80 % intervals along the probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Interval at probabilities 0, 0.01, …, 1.
    intervals: Vec<(f64, f64)>,
}

impl Calibration {
    /// From probabilities said at a later date than those that they were learned from, and what came.
    #[must_use]
    pub fn of(said: &[f64], left: &[bool]) -> Self {
        let straight: Vec<(f64, bool)> = said.iter().copied().zip(left.iter().copied()).collect();
        // Units alike: a twentieth of all, and never fewer than could be told apart.
        let seen = bins(&straight, 20);
        let intervals = (0..POINTS)
            .map(|k| {
                let p = k as f64 / (POINTS - 1) as f64;
                let near = seen
                    .iter()
                    .min_by(|a, b| (a.said - p).abs().total_cmp(&(b.said - p).abs()))
                    .map_or(1.0, |b| b.count as f64);
                beta_interval(p.clamp(0.001, 0.999), near.max(1.0))
            })
            .collect();
        Self { intervals }
    }

    /// The probability that log-odds of the model stand for, with its interval.
    #[must_use]
    pub fn estimate(&self, z: f64) -> Estimate {
        let value = sigmoid(z);
        let at = value * (POINTS - 1) as f64;
        let (below, part) = ((at.floor() as usize).min(POINTS - 2), at.fract());
        let between = |of: fn(&(f64, f64)) -> f64| {
            let (a, b) = (of(&self.intervals[below]), of(&self.intervals[below + 1]));
            a + (b - a) * if at >= (POINTS - 1) as f64 { 1.0 } else { part }
        };
        Estimate {
            value,
            low: between(|i| i.0).min(value),
            high: between(|i| i.1).max(value),
        }
    }
}
