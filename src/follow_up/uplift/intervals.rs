//! Differences between the assigned and those held out, with intervals that know that one customer's units go together.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Customer, assigned or held out, value.
type Values = [(u64, bool, f64)];

/// Mean of the assigned (`true`) or of those held out; `None` of nobody.
pub(super) fn mean(values: &Values, arm: bool) -> Option<f64> {
    let of_arm = || values.iter().filter(|v| v.1 == arm).map(|v| v.2);
    let n = of_arm().count();
    (n > 0).then(|| of_arm().sum::<f64>() / n as f64)
}

/// Difference of two means with the sums by customer of what each row adds to it (influence functions), from which
/// variances come that hold for rows of one customer that go together (Liang and Zeger 1986).
struct Difference {
    value: f64,
    /// What each customer adds, by customer.
    parts: BTreeMap<u64, f64>,
    /// Customers of the smaller arm.
    least: usize,
}

fn parts(values: &Values) -> Option<Difference> {
    let (m1, m0) = (mean(values, true)?, mean(values, false)?);
    let n1 = values.iter().filter(|v| v.1).count() as f64;
    let n0 = values.len() as f64 - n1;
    let mut parts: BTreeMap<u64, f64> = BTreeMap::new();
    let mut arms: BTreeMap<(bool, u64), ()> = BTreeMap::new();
    for (customer, arm, value) in values {
        let part = if *arm {
            (value - m1) / n1
        } else {
            -(value - m0) / n0
        };
        *parts.entry(*customer).or_insert(0.0) += part;
        arms.insert((*arm, *customer), ());
    }
    let of_arm = |arm| arms.keys().filter(|(a, _)| *a == arm).count();
    Some(Difference {
        value: m1 - m0,
        parts,
        least: of_arm(true).min(of_arm(false)),
    })
}

impl Difference {
    /// Covariance with another difference over the same customers; of itself: the variance.
    fn covariance(&self, other: &Self) -> f64 {
        let g = self.parts.len() as f64;
        let sum: f64 = self
            .parts
            .iter()
            .filter_map(|(customer, a)| other.parts.get(customer).map(|b| a * b))
            .sum();
        // As with n - 1 for n: few customers spread less than many would.
        let least = (self.least as f64).max(2.0);
        sum * (g / (g - 1.0).max(1.0)) * (least / (least - 1.0))
    }

    /// Student's quantile for the customers of the smaller arm, on which the spread rests.
    fn quantile(&self, level: f64) -> Option<f64> {
        let freedom = self.least.checked_sub(1).filter(|f| *f > 0)? as f64;
        let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
        Some(student.inverse_cdf(0.5 + level / 2.0))
    }
}

/// Mean of the assigned less that of those held out. `None` with fewer than two customers on a side.
#[must_use]
pub fn difference(values: &Values, level: f64) -> Option<Interval> {
    let found = parts(values)?;
    let half = found.quantile(level)? * found.covariance(&found).sqrt();
    Some(Interval {
        value: found.value,
        low: found.value - half,
        high: found.value + half,
    })
}

/// Share of the assigned less that of those held out: Newcombe's hybrid of two Wilson intervals (Newcombe 1998,
/// Statistics in Medicine 17:873-890, method 10), where rows of one customer that go together count for fewer.
#[must_use]
pub fn proportions(values: &Values, level: f64) -> Option<Interval> {
    let (p1, p0) = (mean(values, true)?, mean(values, false)?);
    let z = Normal::new(0.0, 1.0).ok()?.inverse_cdf(0.5 + level / 2.0);
    let (l1, u1) = wilson(p1, effective(values, true), z);
    let (l0, u0) = wilson(p0, effective(values, false), z);
    let value = p1 - p0;
    Some(Interval {
        value,
        low: value - ((p1 - l1).powi(2) + (u0 - p0).powi(2)).sqrt(),
        high: value + ((u1 - p1).powi(2) + (p0 - l0).powi(2)).sqrt(),
    })
}

/// Rows of an arm that would spread as much if each were a customer of its own: n over Kish's design effect, at most n.
fn effective(values: &Values, arm: bool) -> f64 {
    let mut by_customer: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for (customer, _, value) in values.iter().filter(|v| v.1 == arm) {
        let entry = by_customer.entry(*customer).or_insert((0.0, 0.0));
        entry.0 += value;
        entry.1 += 1.0;
    }
    let n: f64 = by_customer.values().map(|v| v.1).sum();
    let p = by_customer.values().map(|v| v.0).sum::<f64>() / n;
    let alone = p * (1.0 - p) * n;
    if alone <= 0.0 {
        // All alike: as many as there are customers, to be safe.
        return by_customer.len() as f64;
    }
    let together: f64 = by_customer
        .values()
        .map(|(sum, rows)| (sum - rows * p).powi(2))
        .sum();
    n / (together / alone).max(1.0)
}

/// Wilson's score interval of a share (Wilson 1927).
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let middle = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    (
        ((middle - half) / scale).max(0.0),
        ((middle + half) / scale).min(1.0),
    )
}

/// The effect of a call where somebody is reached: the difference in `values` over that in `reached`, with the
/// interval of Fieller (1954) and of Anderson and Rubin (1949): all effects b at which values − b · reached does not
/// differ. `None` where the sides differ too little in whom they reach: then every effect would fit.
#[must_use]
pub fn per_reached(values: &Values, reached: &Values, level: f64) -> Option<Interval> {
    let (y, d) = (parts(values)?, parts(reached)?);
    let t2 = y.quantile(level)?.powi(2);
    let a = d.value.powi(2) - t2 * d.covariance(&d);
    let b = y.value * d.value - t2 * y.covariance(&d);
    let c = y.value.powi(2) - t2 * y.covariance(&y);
    if a <= 0.0 {
        return None;
    }
    // Where a > 0 the value itself fits, so there are two ends.
    let root = (b * b - a * c).max(0.0).sqrt();
    Some(Interval {
        value: y.value / d.value,
        low: (b - root) / a,
        high: (b + root) / a,
    })
}
