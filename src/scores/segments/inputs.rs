//! What is read of a customer: seven figures over the vehicles that have come and not left.

use rayon::prelude::*;

use super::ScoringInput;
use crate::features::UnitFeatures;
use crate::rhythm::{DAYS_PER_YEAR, is_gone, months_before};

/// Names of the figures, in their order:
/// qualified visits a year and vehicle over the last 24 months (since its first visit where that is later); overdue
/// ratio of the vehicle that is least late; visits of the last 12 months against those of the 12 before, from -1 to 1;
/// paid on a qualified visit, yuan; evenness of the gaps, 0 to 1; kinds of business in 24 months; years since the first
/// visit.
pub const INPUTS: [&str; WIDTH] = [
    "visits_per_year",
    "overdue_ratio",
    "visits_change",
    "paid_per_visit",
    "regularity",
    "kinds_24m",
    "tenure_years",
];

/// Number of figures.
pub(super) const WIDTH: usize = 7;

/// A customer's figures; NaN is unknown.
pub(super) type Raw = [f64; WIDTH];

/// Places of the figures that names rest on.
pub(super) const VISITS_PER_YEAR: usize = 0;
pub(super) const OVERDUE_RATIO: usize = 1;
pub(super) const PAID_PER_VISIT: usize = 3;
pub(super) const TENURE_YEARS: usize = 6;

/// Years over which visits are counted, and the least over which a rate means something.
const YEARS: (f64, f64) = (0.5, 2.0);

/// Units of each customer, customers and units by id.
pub(super) fn groups(f: &UnitFeatures) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..f.len()).collect();
    order.par_sort_unstable_by_key(|&i| (f.customer_id[i], f.unit_id[i]));
    order
        .chunk_by(|&a, &b| f.customer_id[a] == f.customer_id[b])
        .map(<[usize]>::to_vec)
        .collect()
}

/// The figures of a customer who holds the units; `None` where none of them has come and not left.
pub(super) fn raw(input: &ScoringInput<'_>, units: &[usize]) -> Option<Raw> {
    let (f, r) = (input.features, input.rhythm);
    let units: Vec<usize> = units
        .iter()
        .copied()
        .filter(|&i| f.visits[i] > 0 && !is_gone(f, i))
        .collect();
    let years_since = |day: chrono::NaiveDate| (f.as_of - day).num_days() as f64 / DAYS_PER_YEAR;
    let first = units.iter().filter_map(|&i| f.first_visit_on[i]).min()?;
    let sum = |of: &dyn Fn(usize) -> f64| units.iter().map(|&i| of(i)).sum::<f64>();
    let count = |column: &[i32]| sum(&|i| f64::from(column[i]));
    let observed =
        sum(&|i| f.first_visit_on[i].map_or(0.0, |day| years_since(day).clamp(YEARS.0, YEARS.1)));
    // A vehicle in the shop is not late.
    let late = |i: usize| {
        if f.open_order[i] {
            Some(0.0)
        } else {
            r.overdue_ratio[i]
        }
    };
    let least_late = units.iter().filter_map(|&i| late(i)).reduce(f64::min);
    let covered = first <= months_before(f.as_of, 12)
        && f.history_from
            .is_some_and(|from| from <= months_before(f.as_of, 24));
    let (now, before) = (count(&f.visits_12m), count(&f.visits_previous_12m));
    let priced = count(&f.priced_visits);
    let paid = sum(&|i| f.paid_on_visits[i]);
    let even: Vec<(f64, f64)> = units
        .iter()
        .filter_map(|&i| {
            let even = (1.0 - r.gap_cv[i]?).clamp(0.0, 1.0);
            Some((f64::from(f.visits[i]), even))
        })
        .collect();
    let weights: f64 = even.iter().map(|(visits, _)| visits).sum();
    let kinds = units.iter().filter_map(|&i| f.kinds_24m[i]).max();
    let known = |value: Option<f64>| value.filter(|v| v.is_finite()).unwrap_or(f64::NAN);
    Some([
        known((observed > 0.0).then(|| count(&f.visits_24m) / observed)),
        known(least_late.map(|q| q.max(0.0))),
        known(covered.then(|| (now - before) / (now + before).max(1.0))),
        known((priced > 0.0).then(|| paid / priced)),
        known((weights > 0.0).then(|| even.iter().map(|(w, e)| w * e).sum::<f64>() / weights)),
        known(kinds.map(f64::from)),
        years_since(first).max(0.0),
    ])
}
