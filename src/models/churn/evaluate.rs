//! What a method said, held against what came, with intervals by resampling customers: units of one customer leave
//! together, so they are drawn together (Field and Welsh 2007).

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::models::measures;
use crate::types::Estimate;

/// Resamples for an interval.
const DRAWS: usize = 200;
/// Rows above which fewer resamples do.
const MANY_ROWS: usize = 30_000;

/// A method's figures at one cutoff.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluated {
    /// The method.
    pub method: String,
    /// Which units: `all`, or `repeaters`, who had come before their last visit.
    pub of: &'static str,
    /// Units with a known outcome.
    pub units: usize,
    /// Those that did not come back.
    pub events: usize,
    /// Their share.
    pub base_rate: f64,
    /// Area under the ROC curve, 95 %.
    pub auc: Option<Estimate>,
    /// By how much that is above the days since the last visit, 95 %.
    pub auc_above_hiatus: Option<Estimate>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Mean squared error, 95 %.
    pub brier: Option<Estimate>,
    /// Share of the base rate's squared error that is saved.
    pub brier_skill: Option<f64>,
    /// Mean negative log-likelihood.
    pub log_loss: Option<f64>,
    /// 1 where probabilities are as far apart as what came; less is over-confident.
    pub calibration_slope: Option<f64>,
    /// 0 where they are right on average, at that slope.
    pub calibration_intercept: Option<f64>,
    /// Mean distance between said and came, ten bins.
    pub ece: Option<f64>,
    /// Times more leavers than a random list, in the riskiest tenth.
    pub lift_at_10: Option<f64>,
    /// The same, in the riskiest fifth.
    pub lift_at_20: Option<f64>,
    /// Size of a list.
    pub k: usize,
    /// Share of leavers in the riskiest `k`.
    pub precision_at_k: Option<f64>,
}

/// The units at a cutoff with what came, and what each method said of them.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// No qualified visit came.
    pub left: Vec<bool>,
    /// Customer, who is drawn whole.
    pub customer: Vec<u64>,
    /// Had come before their last visit.
    pub repeater: Vec<bool>,
    /// Days since the last visit.
    pub hiatus: Vec<f64>,
    /// Probabilities by method.
    pub said: BTreeMap<String, Vec<f64>>,
}

impl Outcomes {
    /// The figures of each method, on all units and on repeaters alone.
    #[must_use]
    pub fn evaluate(&self, k: usize) -> Vec<Evaluated> {
        let all: Vec<usize> = (0..self.left.len()).collect();
        let repeaters: Vec<usize> = all.iter().copied().filter(|&i| self.repeater[i]).collect();
        [("all", all), ("repeaters", repeaters)]
            .into_iter()
            .flat_map(|(of, rows)| self.evaluate_rows(of, &rows, k))
            .collect()
    }

    fn evaluate_rows(&self, of: &'static str, rows: &[usize], k: usize) -> Vec<Evaluated> {
        let left: Vec<bool> = rows.iter().map(|&i| self.left[i]).collect();
        let customer: Vec<u64> = rows.iter().map(|&i| self.customer[i]).collect();
        let hiatus: Vec<f64> = rows.iter().map(|&i| self.hiatus[i]).collect();
        let draws = draws(&customer);
        let hiatus_areas = areas(&hiatus, &left, &draws);
        let events = left.iter().filter(|y| **y).count();
        let k = k.min((rows.len() / 4).max(1));
        self.said
            .iter()
            .map(|(method, said)| {
                let p: Vec<f64> = rows.iter().map(|&i| said[i]).collect();
                let pairs: Vec<(f64, bool)> = p.iter().copied().zip(left.iter().copied()).collect();
                let areas = areas(&p, &left, &draws);
                let brier = measures::brier(&pairs);
                let base = events as f64 / rows.len().max(1) as f64;
                let calibration = measures::calibration(&pairs);
                Evaluated {
                    method: method.clone(),
                    of,
                    units: rows.len(),
                    events,
                    base_rate: base,
                    auc: measures::auc(&pairs).map(|v| around(v, areas.clone())),
                    auc_above_hiatus: measures::auc(&pairs)
                        .zip(measures::auc(
                            &hiatus
                                .iter()
                                .copied()
                                .zip(left.iter().copied())
                                .collect::<Vec<_>>(),
                        ))
                        .map(|(a, b)| {
                            around(
                                a - b,
                                areas
                                    .iter()
                                    .zip(&hiatus_areas)
                                    .map(|(a, b)| a - b)
                                    .collect(),
                            )
                        }),
                    average_precision: measures::average_precision(&pairs),
                    brier: brier.map(|v| around(v, briers(&pairs, &draws))),
                    brier_skill: brier
                        .filter(|_| base > 0.0 && base < 1.0)
                        .map(|v| 1.0 - v / (base * (1.0 - base))),
                    log_loss: measures::log_loss(&pairs),
                    calibration_slope: calibration.map(|c| c.0),
                    calibration_intercept: calibration.map(|c| c.1),
                    ece: measures::ece(&pairs),
                    lift_at_10: measures::lift_at(&pairs, 0.1),
                    lift_at_20: measures::lift_at(&pairs, 0.2),
                    k,
                    precision_at_k: measures::precision_at(&pairs, k),
                }
            })
            .collect()
    }
}

/// How often each row is in each resample of customers. Seeded by the number of the resample alone.
fn draws(customer: &[u64]) -> Vec<Vec<u32>> {
    let mut place = BTreeMap::new();
    for id in customer {
        let next = place.len();
        place.entry(*id).or_insert(next);
    }
    let of: Vec<usize> = customer.iter().map(|id| place[id]).collect();
    let count = place.len();
    let draws = if customer.len() > MANY_ROWS {
        DRAWS / 4
    } else {
        DRAWS
    };
    (0..draws as u64)
        .into_par_iter()
        .map(|seed| {
            let mut times = vec![0u32; count];
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D;
            for _ in 0..count {
                // SplitMix64 (Steele et al. 2014); the high bits by multiplication are even enough for a resample.
                state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut z = state;
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                z ^= z >> 31;
                let at = ((u128::from(z) * count as u128) >> 64) as usize;
                times[at] += 1;
            }
            of.iter().map(|&at| times[at]).collect()
        })
        .collect()
}

/// Area under the curve of each resample.
fn areas(score: &[f64], left: &[bool], draws: &[Vec<u32>]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..score.len()).collect();
    order.sort_by(|&a, &b| score[a].total_cmp(&score[b]).then(a.cmp(&b)));
    draws
        .par_iter()
        .filter_map(|times| {
            let (mut stayed_below, mut wins, mut events) = (0.0, 0.0, 0.0);
            for tied in order.chunk_by(|&a, &b| score[a].total_cmp(&score[b]).is_eq()) {
                let (mut here, mut others) = (0.0, 0.0);
                for &i in tied {
                    if left[i] {
                        here += f64::from(times[i]);
                    } else {
                        others += f64::from(times[i]);
                    }
                }
                wins += here * (stayed_below + others / 2.0);
                stayed_below += others;
                events += here;
            }
            (events > 0.0 && stayed_below > 0.0).then(|| wins / (events * stayed_below))
        })
        .collect()
}

fn briers(pairs: &[(f64, bool)], draws: &[Vec<u32>]) -> Vec<f64> {
    draws
        .par_iter()
        .filter_map(|times| {
            let (mut sum, mut n) = (0.0, 0.0);
            for (&(p, y), &t) in pairs.iter().zip(times) {
                sum += f64::from(t) * (p - f64::from(u8::from(y))).powi(2);
                n += f64::from(t);
            }
            (n > 0.0).then(|| sum / n)
        })
        .collect()
}

/// The middle 95 % of resamples around what was found.
fn around(value: f64, mut found: Vec<f64>) -> Estimate {
    found.sort_unstable_by(f64::total_cmp);
    let at = |q: f64| {
        let place = ((found.len() as f64 - 1.0) * q).round().max(0.0) as usize;
        found.get(place).copied().unwrap_or(value)
    };
    Estimate {
        value,
        low: at(0.025).min(value),
        high: at(0.975).max(value),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn outcomes(customers: u64) -> Outcomes {
        let n = 1000;
        let p: Vec<f64> = (0..n).map(|i| f64::from(i) / f64::from(n)).collect();
        Outcomes {
            left: (0..n).map(|i| (i * 7919) % n < i).collect(),
            customer: (0..n)
                .map(|i| u64::try_from(i).unwrap() % customers)
                .collect(),
            repeater: (0..n).map(|i| i % 2 == 0).collect(),
            hiatus: p.iter().map(|p| 1.0 - p).collect(),
            said: BTreeMap::from([("a".to_owned(), p)]),
        }
    }

    #[test]
    fn the_interval_holds_the_figure_and_is_wider_where_fewer_customers_decide() {
        let wide = outcomes(20).evaluate(100);
        let narrow = outcomes(1000).evaluate(100);
        let (wide, narrow) = (wide[0].auc.unwrap(), narrow[0].auc.unwrap());
        assert!(narrow.low < narrow.value && narrow.value < narrow.high);
        assert!(wide.high - wide.low > 0.0);
        assert!((wide.value - narrow.value).abs() < 1e-12);
    }

    #[test]
    fn a_method_that_turns_the_hiatus_round_is_above_it_by_twice_its_distance_from_a_coin() {
        let found = outcomes(1000).evaluate(100);
        let (auc, above) = (
            found[0].auc.unwrap().value,
            found[0].auc_above_hiatus.unwrap().value,
        );
        assert!((above - (2.0 * auc - 1.0)).abs() < 1e-9);
        assert_eq!(
            (found[0].of, found[1].of, found[1].units),
            ("all", "repeaters", 500)
        );
    }

    #[test]
    fn resamples_are_the_same_every_time() {
        assert_eq!(outcomes(50).evaluate(10), outcomes(50).evaluate(10));
    }
}
