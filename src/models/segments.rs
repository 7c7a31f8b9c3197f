//! Segments of customers by k-means (Lloyd 1982) over standardised recency, frequency, money and tenure.
//!
//! The centres start from five kinds of customers that every shop knows, so that the same data always give the same
//! segments, and a segment keeps its name from month to month: what moves is where its centre lies. Pure Rust of our
//! own: no random start, sums in the order of the rows.

use serde::Serialize;

/// Measures of a customer.
pub const MEASURES: [&str; 4] = ["recency", "frequency", "money", "tenure"];
/// Rounds after which the centres are taken as they are.
const MOST_ROUNDS: usize = 100;
/// Customers whose silhouette is measured at most: each is compared with every other.
const SILHOUETTE_ROWS: usize = 1_500;
/// Customers that segments need.
pub const LEAST_CUSTOMERS: usize = 100;

/// The segments, from the closest to the farthest, and where their centres start: standard deviations from the mean
/// of recency (high: long ago), frequency, money and tenure.
const SEEDS: [(&str, [f64; 4]); 5] = [
    ("core", [-0.8, 1.2, 1.2, 0.6]),
    ("regular", [-0.6, 0.3, 0.2, 0.5]),
    ("newcomer", [-0.6, -0.4, -0.4, -1.4]),
    ("fading", [0.6, -0.3, 0.0, 0.7]),
    ("distant", [1.3, -1.3, -1.4, 0.0]),
];

/// Days since the last visit, visits of 24 months, spend of 24 months in yuan, days since the first visit.
pub type Measured = [f64; 4];

/// Fitted centres.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segments {
    /// Mean and deviation of each measure's logarithm.
    scale: [(f64, f64); 4],
    /// Name and centre, in standard deviations.
    pub centres: Vec<(&'static str, [f64; 4])>,
    /// Customers in each.
    pub sizes: Vec<usize>,
    /// Rounds until nobody moved.
    pub rounds: usize,
    /// Mean silhouette (Rousseeuw 1987), -1 to 1, over at most 1,500 customers.
    pub silhouette: Option<f64>,
    /// Agreement of two fits, each on one half of the customers (adjusted Rand index, Hubert and Arabie 1985): 1 where
    /// both put everybody into the same segments, 0 where they agree as by chance.
    pub stability: Option<f64>,
}

/// Fits segments; `None` where there are too few customers. Rows whose numbers are not finite are left out.
#[must_use]
pub fn fit(rows: &[Measured]) -> Option<Segments> {
    let known: Vec<Measured> = rows
        .iter()
        .copied()
        .filter(|row| row.iter().all(|v| v.is_finite()))
        .collect();
    if known.len() < LEAST_CUSTOMERS {
        return None;
    }
    let (mut found, labels) = fit_known(&known);
    found.silhouette = silhouette(&known, &labels, &found.scale);
    let halves = [0, 1].map(|half| {
        let rows: Vec<Measured> = known.iter().skip(half).step_by(2).copied().collect();
        let (fitted, _) = fit_known(&rows);
        known.iter().map(|row| fitted.place(row)).collect::<Vec<_>>()
    });
    found.stability = adjusted_rand(&halves[0], &halves[1], SEEDS.len());
    Some(found)
}

fn fit_known(rows: &[Measured]) -> (Segments, Vec<usize>) {
    let scale = std::array::from_fn(|m| {
        let n = rows.len().max(1) as f64;
        let mean = rows.iter().map(|r| scaled(r[m])).sum::<f64>() / n;
        let variance = rows
            .iter()
            .map(|r| (scaled(r[m]) - mean).powi(2))
            .sum::<f64>()
            / n;
        // A measure that does not differ tells nobody apart.
        (mean, variance.sqrt().max(1e-9))
    });
    let points: Vec<[f64; 4]> = rows.iter().map(|row| standard(row, &scale)).collect();
    let mut centres = SEEDS.map(|(_, centre)| centre);
    let mut labels = vec![usize::MAX; points.len()];
    let mut rounds = 0;
    while rounds < MOST_ROUNDS {
        rounds += 1;
        let mut moved = false;
        for (label, point) in labels.iter_mut().zip(&points) {
            let to = nearest(&centres, point);
            moved |= to != *label;
            *label = to;
        }
        if !moved {
            break;
        }
        let mut sums = [[0.0; 4]; SEEDS.len()];
        let mut counts = [0usize; SEEDS.len()];
        for (label, point) in labels.iter().zip(&points) {
            counts[*label] += 1;
            for (sum, value) in sums[*label].iter_mut().zip(point) {
                *sum += value;
            }
        }
        for (at, centre) in centres.iter_mut().enumerate() {
            // An empty segment stays where it was: somebody may come.
            if counts[at] > 0 {
                *centre = sums[at].map(|s| s / counts[at] as f64);
            }
        }
    }
    let mut sizes = vec![0; SEEDS.len()];
    for label in &labels {
        sizes[*label] += 1;
    }
    let segments = Segments {
        scale,
        centres: SEEDS.iter().zip(centres).map(|((n, _), c)| (*n, c)).collect(),
        sizes,
        rounds,
        silhouette: None,
        stability: None,
    };
    (segments, labels)
}

impl Segments {
    /// The segment of a customer; `None` where a number is not known.
    #[must_use]
    pub fn of(&self, row: &Measured) -> Option<&'static str> {
        row.iter()
            .all(|v| v.is_finite())
            .then(|| self.centres[self.place(row)].0)
    }

    fn place(&self, row: &Measured) -> usize {
        let point = standard(row, &self.scale);
        let centres: Vec<[f64; 4]> = self.centres.iter().map(|(_, c)| *c).collect();
        nearest(&centres, &point)
    }
}

fn scaled(value: f64) -> f64 {
    value.max(0.0).ln_1p()
}

/// In standard deviations, at most three: one giant is no segment.
fn standard(row: &Measured, scale: &[(f64, f64); 4]) -> [f64; 4] {
    std::array::from_fn(|m| ((scaled(row[m]) - scale[m].0) / scale[m].1).clamp(-3.0, 3.0))
}

/// The nearest centre; the first among equals.
fn nearest(centres: &[[f64; 4]], point: &[f64; 4]) -> usize {
    let mut best = (0, f64::INFINITY);
    for (at, centre) in centres.iter().enumerate() {
        let d = squared(centre, point);
        if d < best.1 {
            best = (at, d);
        }
    }
    best.0
}

fn squared(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

/// Mean of (b - a) / max(a, b): a the mean distance to one's own segment, b to the nearest other one.
fn silhouette(rows: &[Measured], labels: &[usize], scale: &[(f64, f64); 4]) -> Option<f64> {
    let step = rows.len().div_ceil(SILHOUETTE_ROWS).max(1);
    let some: Vec<(usize, [f64; 4])> = (0..rows.len())
        .step_by(step)
        .map(|i| (labels[i], standard(&rows[i], scale)))
        .collect();
    let (mut sum, mut n) = (0.0, 0.0);
    for (i, (own, point)) in some.iter().enumerate() {
        let mut distance = [0.0; SEEDS.len()];
        let mut count = [0.0; SEEDS.len()];
        for (j, (label, other)) in some.iter().enumerate() {
            if i != j {
                distance[*label] += squared(point, other).sqrt();
                count[*label] += 1.0;
            }
        }
        if count[*own] == 0.0 {
            continue;
        }
        let a = distance[*own] / count[*own];
        let b = (0..SEEDS.len())
            .filter(|k| k != own && count[*k] > 0.0)
            .map(|k| distance[k] / count[k])
            .fold(f64::INFINITY, f64::min);
        if b.is_finite() && a.max(b) > 0.0 {
            sum += (b - a) / a.max(b);
            n += 1.0;
        }
    }
    (n > 0.0).then(|| sum / n)
}

/// Agreement of two partitions, corrected for chance; `None` where both put everybody together.
fn adjusted_rand(a: &[usize], b: &[usize], k: usize) -> Option<f64> {
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let mut cells = vec![0.0; k * k];
    let (mut of_a, mut of_b) = (vec![0.0; k], vec![0.0; k]);
    for (&i, &j) in a.iter().zip(b) {
        cells[i * k + j] += 1.0;
        of_a[i] += 1.0;
        of_b[j] += 1.0;
    }
    let both: f64 = cells.iter().map(|&n| pairs(n)).sum();
    let (first, second): (f64, f64) = (
        of_a.iter().map(|&n| pairs(n)).sum(),
        of_b.iter().map(|&n| pairs(n)).sum(),
    );
    let chance = first * second / pairs(a.len() as f64);
    let most = f64::midpoint(first, second);
    (most > chance).then(|| (both - chance) / (most - chance))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shop(n: u32) -> Vec<Measured> {
        (0..n)
            .map(|i| {
                let spread = f64::from(i % 7);
                match i % 4 {
                    0 => [20.0 + spread, 9.0 + spread, 9_000.0, 1_500.0],
                    1 => [40.0 + spread, 1.0, 600.0, 60.0 + spread],
                    2 => [250.0 + 9.0 * spread, 2.0, 2_000.0, 1_500.0],
                    _ => [700.0 + spread, 0.0, 0.0, 900.0],
                }
            })
            .collect()
    }

    #[test]
    fn clear_kinds_of_customers_get_the_names_that_fit_them() {
        let rows = shop(400);
        let found = fit(&rows).unwrap();
        assert_eq!(found.of(&rows[0]), Some("core"));
        assert_eq!(found.of(&rows[1]), Some("newcomer"));
        assert_eq!(found.of(&rows[2]), Some("fading"));
        assert_eq!(found.of(&rows[3]), Some("distant"));
        assert_eq!(found.sizes.iter().sum::<usize>(), 400);
        assert!(found.silhouette.unwrap() > 0.6, "{found:?}");
        assert!(found.stability.unwrap() > 0.95, "{found:?}");
    }

    #[test]
    fn names_do_not_depend_on_the_order_of_the_rows() {
        let rows = shop(400);
        let mut turned = rows.clone();
        turned.reverse();
        let (a, b) = (fit(&rows).unwrap(), fit(&turned).unwrap());
        assert!(rows.iter().all(|row| a.of(row) == b.of(row)));
    }

    #[test]
    fn too_few_customers_have_no_segments_and_the_unknown_none() {
        assert!(fit(&shop(99)).is_none());
        let found = fit(&shop(120)).unwrap();
        assert_eq!(found.of(&[f64::NAN, 1.0, 1.0, 1.0]), None);
        // All alike: one segment, nothing to tell apart, no panic.
        let alike = fit(&vec![[10.0, 2.0, 100.0, 50.0]; 200]).unwrap();
        assert_eq!(alike.sizes.iter().filter(|n| **n > 0).count(), 1);
        assert_eq!((alike.silhouette, alike.stability), (None, None));
    }

    #[test]
    fn the_rand_index_is_that_of_hubert_and_arabie() {
        // 1 for the same partition under other names; the other pair is in the documentation of scikit-learn
        // (adjusted_rand_score).
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[1, 1, 0, 0], 2), Some(1.0));
        let found = adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1], 3).unwrap();
        assert!((found - 0.571_428_571_4).abs() < 1e-9);
    }
}
