//! What a unit will spend, as a distribution: so many visits, of which some pay, of payments whose rate is known as far as
//! the unit's own past tells it. The sum of n payments is (v + mx) times a beta prime of pn and px + q, exactly; its
//! distribution depends on the unit by numbers of payments alone, so it is tabled once per pair of numbers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{GammaGamma, Payments};
use crate::models::numeric::beta::regularised;
use crate::models::numeric::digamma;
use crate::models::visits_bgcnbd::Counts;
use crate::types::Estimate;

/// Points of a table.
const POINTS: usize = 192;
/// Numbers up to which each has a table of its own; beyond, those within 6 % share one.
const EACH: u32 = 32;
/// Visits up to which the number of those that pay is spread binomially.
const SPREAD: usize = 64;
/// Widest range of a table, as a logarithm.
const WIDEST: f64 = 60.0;
/// Numbers of visits less likely than this do not matter.
const NOTHING: f64 = 1e-7;

/// Tables of the distributions of sums of payments.
#[derive(Debug)]
pub struct Outlooks {
    model: GammaGamma,
    /// By the class of payments known.
    tables: Mutex<BTreeMap<u32, Arc<Table>>>,
}

/// What is known of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Its payments.
    pub payments: Payments,
    /// Share of its visits that pay.
    pub paying: f64,
}

/// The sums of any number of payments, of units with so many known ones.
#[derive(Debug)]
struct Table {
    /// ln(sum / (v + mx)) of the first point, and from one point to the next.
    from: f64,
    step: f64,
    /// P(sum is not above each point), by the class of payments to come.
    rows: Mutex<BTreeMap<u32, Arc<[f64]>>>,
    shape: f64,
    p: f64,
}

impl Outlooks {
    /// Of a fitted model.
    #[must_use]
    pub fn new(model: GammaGamma) -> Self {
        Self {
            model,
            tables: Mutex::default(),
        }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &GammaGamma {
        &self.model
    }

    /// Expected spend on so many visits.
    #[must_use]
    pub fn expected(&self, of: &Outlook, visits: f64) -> f64 {
        visits * of.paying * self.model.mean_payment(&of.payments)
    }

    /// Expected spend on visits that come as these counts say, and between what it lies in 80 of 100 cases.
    #[must_use]
    pub fn spend(&self, of: &Outlook, visits: &Counts) -> Estimate {
        let value = self.expected(of, visits.mean());
        let weights = payments_to_come(visits, of.paying);
        let none = 1.0 - weights.iter().map(|(_, w)| w).sum::<f64>();
        // Where it is nothing in nine of ten cases, both ends are.
        if none >= 0.9 {
            return Estimate {
                value,
                low: 0.0,
                high: value,
            };
        }
        let table = self.table(class(of.payments.count));
        let rows: Vec<(Arc<[f64]>, f64)> = weights
            .iter()
            .map(|(n, weight)| (table.row(*n), *weight))
            .collect();
        let scale = self.model.v + of.payments.total();
        let end = |level: f64| {
            if none >= level {
                0.0
            } else {
                scale * table.quantile(&rows, none, level).exp()
            }
        };
        Estimate {
            value,
            low: end(0.1).min(value),
            high: end(0.9).max(value),
        }
    }

    fn table(&self, known: u32) -> Arc<Table> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            tables
                .entry(known)
                .or_insert_with(|| Arc::new(Table::new(&self.model, known))),
        )
    }
}

impl Table {
    fn new(model: &GammaGamma, known: u32) -> Self {
        let shape = model.p * f64::from(known) + model.q;
        // Where a single payment is hardly ever below, and a thousand are hardly ever above.
        let spread = |a: f64| (1.0 / a + 1.0 / (a * a)).sqrt();
        let of_rate = -digamma(shape);
        let most = 1024.0 * model.p;
        let high = of_rate + most.ln() + 4.0 * spread(shape);
        let low = of_rate + digamma(model.p) - 4.0 * (spread(model.p) + spread(shape));
        let low = low.max(high - WIDEST);
        Self {
            from: low,
            step: (high - low) / (POINTS - 1) as f64,
            rows: Mutex::default(),
            shape,
            p: model.p,
        }
    }

    /// P(the sum of so many payments is not above each point).
    fn row(&self, payments: u32) -> Arc<[f64]> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(rows.entry(payments).or_insert_with(|| {
            (0..POINTS)
                .map(|i| {
                    let odds = (self.from + self.step * i as f64).exp();
                    let share = odds / (1.0 + odds);
                    regularised(self.p * f64::from(payments), self.shape, share)
                })
                .collect()
        }))
    }

    /// Where the mixture of rows, with `none` at nothing, reaches a level; between points by the line.
    fn quantile(&self, rows: &[(Arc<[f64]>, f64)], none: f64, level: f64) -> f64 {
        let reached = |i: usize| none + rows.iter().map(|(row, w)| w * row[i]).sum::<f64>();
        let (mut below, mut above) = (0, POINTS - 1);
        let (mut at_below, mut at_above) = (reached(below), reached(above));
        if at_below >= level {
            return self.from;
        }
        while above - below > 1 {
            let middle = usize::midpoint(below, above);
            let at_middle = reached(middle);
            if at_middle >= level {
                (above, at_above) = (middle, at_middle);
            } else {
                (below, at_below) = (middle, at_middle);
            }
        }
        let part = if at_above > at_below {
            ((level - at_below) / (at_above - at_below)).clamp(0.0, 1.0)
        } else {
            1.0
        };
        self.from + self.step * (below as f64 + part)
    }
}

/// The number that stands for all of its class.
fn class(n: u32) -> u32 {
    if n <= EACH {
        return n;
    }
    let steps = (f64::from(n) / f64::from(EACH)).ln() / 1.06f64.ln();
    (f64::from(EACH) * 1.06f64.powf(steps.round())).round() as u32
}

/// Probabilities of numbers of payments to come, by class; the rest is none.
fn payments_to_come(visits: &Counts, paying: f64) -> Vec<(u32, f64)> {
    let exactly: Vec<f64> = (1..)
        .take_while(|n| visits.at_least(*n) > NOTHING)
        .map(|n| visits.exactly(n))
        .collect();
    let mut classes: Vec<(u32, f64)> = Vec::with_capacity(exactly.len());
    let mut add = |n: u32, weight: f64| {
        let n = class(n);
        match classes.last_mut() {
            Some((last, sum)) if *last == n => *sum += weight,
            _ => classes.push((n, weight)),
        }
    };
    if paying >= 1.0 {
        for (i, weight) in exactly.iter().enumerate() {
            add(i as u32 + 1, *weight);
        }
        return classes;
    }
    let few = exactly.len().min(SPREAD);
    let mut paid = vec![0.0; few + 1];
    // The binomial of each number of visits from that of one fewer.
    let mut binomial = vec![0.0; few + 1];
    binomial[0] = 1.0;
    for (i, weight) in exactly[..few].iter().enumerate() {
        for y in (0..=i + 1).rev() {
            let one_more = if y > 0 { binomial[y - 1] * paying } else { 0.0 };
            binomial[y] = binomial[y] * (1.0 - paying) + one_more;
        }
        for (sum, share) in paid.iter_mut().zip(&binomial) {
            *sum += weight * share;
        }
    }
    for (y, weight) in paid.iter().enumerate().skip(1) {
        add(y as u32, *weight);
    }
    // Of many visits the share that pays is next to certain.
    for (i, weight) in exactly.iter().enumerate().skip(few) {
        add(((i as f64 + 1.0) * paying).round().max(1.0) as u32, *weight);
    }
    classes
}
