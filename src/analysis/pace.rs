//! How far a year has come towards its targets, and where it ends if it goes on like this.

use serde::Serialize;

use super::Unit;

/// A figure that adds up over the year, as far as the year has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pace {
    /// Name of the figure.
    pub id: &'static str,
    /// Short number of its definition.
    pub definition: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Months of the year that are over, with part of the one that is not.
    pub months: f64,
    /// The year so far.
    pub so_far: f64,
    /// Target of the year.
    pub target: Option<f64>,
    /// What the year comes to; `None` after fewer than three whole months. Once it is over, what it came to.
    pub forecast: Option<Forecast>,
}

/// A forecast with its 80 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// Lower end.
    pub low: f64,
    /// The most likely.
    pub value: f64,
    /// Upper end.
    pub high: f64,
}

impl Pace {
    /// Share of the target that is reached.
    #[must_use]
    pub fn progress(&self) -> Option<f64> {
        let target = self.target.filter(|t| *t > 0.0)?;
        Some(self.so_far / target)
    }

    /// Whether the year is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.months >= 12.0
    }

    /// A month so far.
    #[must_use]
    pub fn per_month(&self) -> Option<f64> {
        (self.months > 0.0).then(|| self.so_far / self.months)
    }

    /// A month that the rest of the year needs for the target; nothing where it is reached.
    #[must_use]
    pub fn needed_per_month(&self) -> Option<f64> {
        let left = 12.0 - self.months;
        let target = self.target?;
        (left > 0.0).then(|| (target - self.so_far).max(0.0) / left)
    }
}
