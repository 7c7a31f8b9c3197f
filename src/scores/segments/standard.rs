//! Figures made comparable: tails drawn in, then the mean taken off and the deviation made one. What is unknown stands at
//! the mean, which says nothing either way.

use serde_json::{Value, json};

use super::inputs::{OVERDUE_RATIO, PAID_PER_VISIT, TENURE_YEARS, VISITS_PER_YEAR};
use crate::rhythm::statistics::sorted;
use crate::scores::loyalty::percentile;

/// Share of the customers at each end whose figures are drawn in to where the others begin.
const OUTER: f64 = 0.01;
/// A figure that is known of fewer is left out.
const LEAST_KNOWN: f64 = 0.5;

/// Weight of the figures that names do not rest on: they follow the others in part.
const OTHERS: f64 = 0.5;

/// How the tail of a figure is drawn in, by what is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tail {
    /// Not at all: it has none.
    None,
    /// Counts and times: the square root.
    Root,
    /// Ratios without an upper end: q / (1 + q).
    Share,
    /// Money: the rank among the customers, so that the currency does not matter.
    Rank,
}

/// How one figure is made comparable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standard {
    tail: Tail,
    weight: f64,
    /// The values known, ascending, where ranks are taken.
    ranks: Vec<f64>,
    within: (f64, f64),
    mean: f64,
    deviation: f64,
    known_share: f64,
}

impl Standard {
    /// Of the figure at a place, from the values of the customers; NaN is unknown.
    pub(super) fn of(at: usize, values: Vec<f64>) -> Self {
        let tail = match at {
            VISITS_PER_YEAR | TENURE_YEARS => Tail::Root,
            OVERDUE_RATIO => Tail::Share,
            PAID_PER_VISIT => Tail::Rank,
            _ => Tail::None,
        };
        let is_named = matches!(
            at,
            VISITS_PER_YEAR | OVERDUE_RATIO | PAID_PER_VISIT | TENURE_YEARS
        );
        let all = values.len().max(1) as f64;
        let known = sorted(values);
        let mut standard = Self {
            tail,
            weight: if is_named { 1.0 } else { OTHERS },
            ranks: if tail == Tail::Rank {
                known.clone()
            } else {
                Vec::new()
            },
            within: (f64::NEG_INFINITY, f64::INFINITY),
            mean: f64::NAN,
            deviation: 0.0,
            known_share: known.len() as f64 / all,
        };
        if known.is_empty() {
            return standard;
        }
        // Ascending too, since each drawing in keeps the order.
        let drawn: Vec<f64> = known.iter().map(|v| standard.drawn(*v)).collect();
        // The value that so many are not above: the same where everybody is there twice.
        let at = |share: f64| drawn[((share * drawn.len() as f64).ceil() as usize).max(1) - 1];
        standard.within = (at(OUTER), at(1.0 - OUTER));
        let kept = || drawn.iter().map(|v| standard.kept(*v));
        let n = drawn.len() as f64;
        let mean = kept().sum::<f64>() / n;
        let deviation = (kept().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
        standard.mean = mean;
        // What differs by no more than rounding is alike.
        standard.deviation = if deviation > 1e-9 * mean.abs().max(1.0) {
            deviation
        } else {
            0.0
        };
        standard
    }

    fn drawn(&self, value: f64) -> f64 {
        match self.tail {
            Tail::None => value,
            Tail::Root => value.max(0.0).sqrt(),
            Tail::Share => value / (1.0 + value),
            Tail::Rank => percentile(&self.ranks, value).unwrap_or(f64::NAN),
        }
    }

    fn kept(&self, drawn: f64) -> f64 {
        drawn.clamp(self.within.0, self.within.1)
    }

    /// Whether the figure tells customers apart.
    pub(super) fn is_used(&self) -> bool {
        self.deviation > 0.0 && self.known_share >= LEAST_KNOWN
    }

    /// Weighted deviations from the mean; 0 where the value is unknown or the figure left out.
    pub(super) fn place(&self, value: f64) -> f64 {
        if value.is_nan() || !self.is_used() {
            return 0.0;
        }
        (self.kept(self.drawn(value)) - self.mean) / self.deviation * self.weight
    }

    /// The figure at such a place, as it is read; money as a share of the customers below. NaN where it is known of
    /// nobody.
    pub(super) fn stands_at(&self, place: f64) -> f64 {
        let drawn = self.mean + place / self.weight * self.deviation;
        match self.tail {
            Tail::None | Tail::Rank => drawn,
            Tail::Root => drawn * drawn,
            Tail::Share => drawn / (1.0 - drawn),
        }
    }

    pub(super) fn to_json(&self, name: &str) -> Value {
        let tail = match self.tail {
            Tail::None => "none",
            Tail::Root => "square_root",
            Tail::Share => "q/(1+q)",
            Tail::Rank => "rank",
        };
        let number = |v: f64| Some(v).filter(|v| v.is_finite());
        json!({
            "name": name,
            "tail": tail,
            "weight": self.weight,
            "low": number(self.within.0),
            "high": number(self.within.1),
            "mean": number(self.mean),
            "deviation": self.deviation,
            "known_share": self.known_share,
            "used": self.is_used(),
        })
    }
}
