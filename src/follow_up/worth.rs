//! What a call is worth: P(leaves if not called) x value at stake x P(call helps) x urgency - cost, every factor kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::rules::Band;
use crate::settings::Lists;

/// P(call helps) by level: as set or assumed, or as learned from what came of earlier calls.
#[derive(Clone, Debug)]
pub struct Helps {
    assumed: BTreeMap<Band, f64>,
    learned: BTreeMap<Band, f64>,
}

impl Helps {
    /// What the settings assume.
    #[must_use]
    pub fn assumed(settings: &Lists) -> Self {
        Self {
            assumed: Band::ALL
                .iter()
                .map(|b| (*b, settings.helps(b.as_str())))
                .collect(),
            learned: BTreeMap::new(),
        }
    }

    /// The same, with what outcomes taught about some levels in place of the assumption.
    #[must_use]
    pub fn with_learned(mut self, learned: BTreeMap<Band, f64>) -> Self {
        self.learned = learned;
        self
    }

    /// The probability of a level, and whether it was learned.
    #[must_use]
    pub fn of(&self, band: Band) -> (f64, bool) {
        match self.learned.get(&band) {
            Some(p) => (p.clamp(0.0, 1.0), true),
            None => (self.assumed.get(&band).copied().unwrap_or(1.0), false),
        }
    }
}

/// The factors of one row's priority.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// P(leaves if not called).
    pub leaves: Option<f64>,
    /// It stands on the overdue ratio, min(ratio, 3) / 3, since no probability is fitted.
    pub leaves_by_rule: bool,
    /// Yuan at stake.
    pub value: Option<f64>,
    /// P(call helps).
    pub helps: f64,
    /// It was learned from outcomes; else it is an assumption.
    pub helps_learned: bool,
    /// 1 with all the time in the world, 2 on the last day and after it.
    pub urgency: f64,
    /// Yuan that the call costs.
    pub cost: f64,
}

impl Worth {
    /// Yuan that the call is worth; `None` where a factor is not known.
    #[must_use]
    pub fn yuan(&self) -> Option<f64> {
        Some(self.leaves? * self.value? * self.helps * self.urgency - self.cost)
    }
}

/// P(leaves), and whether a rule stands in for it.
#[must_use]
pub fn leaves(churn_probability: Option<f64>, overdue_ratio: Option<f64>) -> (Option<f64>, bool) {
    match churn_probability.filter(|p| p.is_finite()) {
        Some(p) => (Some(p.clamp(0.0, 1.0)), false),
        None => (overdue_ratio.map(|q| q.clamp(0.0, 3.0) / 3.0), true),
    }
}

/// 1 + 1 / (1 + days left): twice as pressing on the last day, half as much more a day before it.
#[must_use]
pub fn urgency(calling_day: NaiveDate, due_on: NaiveDate) -> f64 {
    let left = i32::try_from((due_on - calling_day).num_days().clamp(0, 3_660)).unwrap_or(0);
    1.0 + 1.0 / (1.0 + f64::from(left))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_priority_is_the_product_less_the_cost() {
        let worth = Worth {
            leaves: Some(0.5),
            leaves_by_rule: false,
            value: Some(2_000.0),
            helps: 0.3,
            helps_learned: false,
            urgency: 1.5,
            cost: 6.0,
        };
        assert!((worth.yuan().unwrap() - 444.0).abs() < 1e-9);
        assert_eq!(
            Worth {
                value: None,
                ..worth
            }
            .yuan(),
            None
        );
        assert_eq!(
            Worth {
                leaves: None,
                ..worth
            }
            .yuan(),
            None
        );
    }

    #[test]
    fn urgency_rises_to_two_on_the_last_day_and_stays() {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 2, n).unwrap();
        assert!((urgency(day(10), day(10)) - 2.0).abs() < 1e-12);
        assert!((urgency(day(10), day(9)) - 2.0).abs() < 1e-12);
        assert!((urgency(day(10), day(11)) - 1.5).abs() < 1e-12);
        assert!(urgency(day(1), day(28)) < 1.04);
    }

    #[test]
    fn a_rule_stands_in_where_no_probability_is_fitted() {
        assert_eq!(leaves(Some(0.4), Some(9.0)), (Some(0.4), false));
        assert_eq!(leaves(None, Some(1.5)), (Some(0.5), true));
        assert_eq!(leaves(None, Some(9.0)), (Some(1.0), true));
        assert_eq!(leaves(None, None), (None, true));
    }

    #[test]
    fn what_was_learned_takes_the_place_of_what_was_assumed() {
        let helps =
            Helps::assumed(&Lists::default()).with_learned(BTreeMap::from([(Band::Lost, 0.12)]));
        assert_eq!(helps.of(Band::Lost), (0.12, true));
        assert_eq!(helps.of(Band::Due), (0.3, false));
    }
}
