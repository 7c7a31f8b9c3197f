//! The simplest methods of the line-up, as probabilities: one share for all, and a line through the log-odds of one clock.

use serde::{Deserialize, Serialize};

use super::design::INPUTS;
use super::{Method, Said, Sample};
use crate::models::measures;

/// The three of them, fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    /// Share of all that left.
    pub base_rate: f64,
    /// By the days since the last visit.
    pub hiatus: Line,
    /// By the overdue ratio.
    pub overdue_ratio: Line,
}

/// Log-odds of leaving as slope x ln(1 + value) + intercept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    slope: f64,
    intercept: f64,
}

impl Line {
    /// Probability of leaving; an unknown value counts as none.
    #[must_use]
    pub fn probability(&self, value: f64) -> f64 {
        measures::sigmoid(self.slope * Self::z(value) + self.intercept)
    }

    fn z(value: f64) -> f64 {
        if value.is_nan() {
            0.0
        } else {
            value.max(0.0).ln_1p()
        }
    }

    fn fit(values: impl Iterator<Item = f64>, left: &[bool], share: f64) -> Self {
        let rows: Vec<(f64, bool)> = values.map(Self::z).zip(left.iter().copied()).collect();
        let (slope, intercept) =
            measures::line_of_logits(&rows).unwrap_or((0.0, measures::logit(share)));
        Self { slope, intercept }
    }
}

impl Baselines {
    /// Fits to rows with outcomes.
    #[must_use]
    pub fn fit(train: &Sample) -> Self {
        let events = train.left.iter().filter(|y| **y).count() as f64;
        let base_rate = events / train.len().max(1) as f64;
        let line = |name: &str| Line::fit(train.design.column(name), &train.left, base_rate);
        Self {
            base_rate,
            hiatus: line("hiatus_days"),
            overdue_ratio: line("overdue_ratio"),
        }
    }
}

/// What the simple methods say of the test rows.
pub(super) fn said_by_rules(lines: &Baselines, test: &Sample) -> Said {
    let by = |line: Line, name: &str| -> Vec<f64> {
        let values = test.design.column(name);
        values.map(|v| line.probability(v)).collect()
    };
    Said::from([
        (Method::BaseRate, vec![lines.base_rate; test.len()]),
        (Method::Hiatus, by(lines.hiatus, "hiatus_days")),
        (
            Method::OverdueRatio,
            by(lines.overdue_ratio, "overdue_ratio"),
        ),
        (Method::ReturnShare, test.baseline.clone()),
    ])
}

/// One of them as the champion: at most one input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Simple {
    /// Position of its input; none for the share of all.
    input: Option<usize>,
    line: Line,
}

impl Simple {
    /// That method; the share of all for any that is not a line.
    #[must_use]
    pub fn of(method: Method, fitted: &Baselines) -> Self {
        let (name, line) = match method {
            Method::Hiatus => ("hiatus_days", fitted.hiatus),
            Method::OverdueRatio => ("overdue_ratio", fitted.overdue_ratio),
            _ => (
                "",
                Line {
                    slope: 0.0,
                    intercept: measures::logit(fitted.base_rate),
                },
            ),
        };
        Self {
            input: INPUTS.iter().position(|i| i.name == name),
            line,
        }
    }

    /// Log-odds of leaving.
    #[must_use]
    pub fn logit(&self, row: &[f64]) -> f64 {
        self.line.intercept + self.part(row)
    }

    /// What its input adds to the log-odds, and those at a clock that shows nothing.
    #[must_use]
    pub fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let mut parts = vec![0.0; INPUTS.len()];
        if let Some(input) = self.input {
            parts[input] = self.part(row);
        }
        (self.line.intercept, parts)
    }

    fn part(&self, row: &[f64]) -> f64 {
        self.input
            .map_or(0.0, |input| self.line.slope * Line::z(row[input]))
    }
}
