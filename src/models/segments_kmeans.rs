//! k-means over rows of standardised numbers, fitted by linfa from starting centres of our own, with what tells whether
//! the groups are real: the silhouette, and how alike the groups are that halves of the rows give.
//!
//! The same rows in any order, on any number of threads and any machine, give the same centres: rows are sorted first,
//! draws come from one seed, linfa spreads distances over threads but adds up on one, and what is computed here is sums,
//! products and square roots alone.

mod quality;
#[cfg(test)]
mod tests;

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::Array2;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

pub use quality::{adjusted_rand, agreement_of_halves, silhouette};

/// Starts from different centres; the one whose rows lie closest to their centres is kept.
const STARTS: u64 = 3;
/// Rows at even distances that linfa passes over; the passes of our own that follow are over all of them, and cheaper.
const FIRST: usize = 1_000;
/// Passes after which linfa stops.
const MOST_PASSES: u64 = 60;
/// Centres that move less than this, together and in standard deviations, stand still.
const STILL: f64 = 1e-4;
/// Passes of ours after linfa's, until no row changes its centre.
const MOST_LAST_PASSES: usize = 60;

/// Rows of numbers in an order of their own, so that the order in which they came does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points<const W: usize>(Vec<[f64; W]>);

impl<const W: usize> Points<W> {
    /// Rows of finite numbers, in any order.
    #[must_use]
    pub fn new(mut rows: Vec<[f64; W]>) -> Self {
        rows.sort_unstable_by(order);
        Self(rows)
    }

    /// The rows, ascending.
    #[must_use]
    pub fn rows(&self) -> &[[f64; W]] {
        &self.0
    }

    /// Different rows.
    #[must_use]
    pub fn different(&self) -> usize {
        self.0.chunk_by(|a, b| order(a, b).is_eq()).count()
    }

    /// Rows at even distances, so that at most `most` are left.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Self {
        self.evenly(most.min(self.0.len()))
    }

    /// So many rows at even distances; some more than once where there are fewer. The same ones where every row is there
    /// twice.
    fn evenly(&self, count: usize) -> Self {
        let n = self.0.len();
        let place = |i: usize| (2 * i + 1) * n / (2 * count);
        Self(
            (0..count)
                .filter_map(|i| self.0.get(place(i)).copied())
                .collect(),
        )
    }
}

/// Centres that rows gather around.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters<const W: usize> {
    /// The centres, ascending; each is the mean of the rows that are nearest to it.
    pub centres: Vec<[f64; W]>,
    /// Sum of the squared distances of the rows to their centres.
    pub inertia: f64,
}

impl<const W: usize> Clusters<W> {
    /// Looks for so many centres: k-means++ starts (Arthur and Vassilvitskii 2007), linfa's passes from each over
    /// some of the rows, then passes of our own over all until no row moves, since linfa counts the former centre as one
    /// more row. `None` where the rows are too
    /// few or too alike for so many.
    #[must_use]
    pub fn fit(points: &Points<W>, count: usize, seed: u64) -> Option<Self> {
        let rows = points.rows();
        if count < 2 || points.different() < count {
            return None;
        }
        let some = points.evenly(FIRST);
        let some = some.rows();
        let flat: Vec<f64> = some.iter().flatten().copied().collect();
        let records = DatasetBase::from(Array2::from_shape_vec((some.len(), W), flat).ok()?);
        let fits: Vec<Option<Self>> = (0..STARTS)
            .into_par_iter()
            .map(|start| {
                let begin = starting_centres(rows, count, Draws::new(seed, count, start))?;
                let begin: Vec<f64> = begin.into_iter().flatten().collect();
                let begin = Array2::from_shape_vec((count, W), begin).ok()?;
                let fitted = KMeans::params(count)
                    .init_method(KMeansInit::Precomputed(begin))
                    .n_runs(1)
                    .max_n_iterations(MOST_PASSES)
                    .tolerance(STILL)
                    .fit(&records)
                    .ok()?;
                let centres = fitted.centroids().rows().into_iter();
                let centres = centres.map(|c| std::array::from_fn(|at| c[at])).collect();
                Self::settled(rows, centres)
            })
            .collect();
        fits.into_iter()
            .flatten()
            .min_by(|a, b| a.inertia.total_cmp(&b.inertia))
    }

    /// The centres after passes until every row stays with its centre, without those that lost all rows.
    fn settled(rows: &[[f64; W]], centres: Vec<[f64; W]>) -> Option<Self> {
        let mut found = Self {
            centres,
            inertia: 0.0,
        };
        let mut labels = found.labels(rows);
        for _ in 0..MOST_LAST_PASSES {
            found.centres = means(rows, &labels, &found.centres);
            let again = found.labels(rows);
            if again == labels {
                break;
            }
            labels = again;
        }
        let mut held = vec![false; found.centres.len()];
        for &label in &labels {
            held[label] = true;
        }
        let mut kept = held.into_iter();
        found.centres.retain(|_| kept.next() == Some(true));
        found.centres.sort_unstable_by(order);
        found.inertia = rows.iter().map(|row| found.nearest(row).1).sum();
        found.inertia.is_finite().then_some(found)
    }

    /// The place of the nearest centre and the squared distance to it; of equally near ones the first.
    #[must_use]
    pub fn nearest(&self, row: &[f64; W]) -> (usize, f64) {
        let mut best = (0, f64::INFINITY);
        for (at, centre) in self.centres.iter().enumerate() {
            let far = squared_distance(row, centre);
            if far < best.1 {
                best = (at, far);
            }
        }
        best
    }

    /// The nearest centre of each row.
    #[must_use]
    pub fn labels(&self, rows: &[[f64; W]]) -> Vec<usize> {
        rows.par_iter()
            .with_min_len(1024)
            .map(|row| self.nearest(row).0)
            .collect()
    }
}

/// The mean of the rows of each centre, added up in the order of the rows; a centre without rows stays where it is.
fn means<const W: usize>(
    rows: &[[f64; W]],
    labels: &[usize],
    centres: &[[f64; W]],
) -> Vec<[f64; W]> {
    let mut sums = vec![[0.0; W]; centres.len()];
    let mut counts = vec![0.0; centres.len()];
    for (row, &label) in rows.iter().zip(labels) {
        counts[label] += 1.0;
        for (sum, value) in sums[label].iter_mut().zip(row) {
            *sum += value;
        }
    }
    let each = sums.into_iter().zip(counts).zip(centres);
    each.map(|((sum, count), &centre)| {
        if count > 0.0 {
            sum.map(|v| v / count)
        } else {
            centre
        }
    })
    .collect()
}

/// k-means++: each next centre is a row, drawn in proportion to its squared distance to the nearest centre so far.
/// `None` where no row is left that is apart from all of them.
fn starting_centres<const W: usize>(
    rows: &[[f64; W]],
    count: usize,
    mut draws: Draws,
) -> Option<Vec<[f64; W]>> {
    let first = (draws.unit() * rows.len() as f64) as usize;
    let mut centres = vec![*rows.get(first)?];
    let mut far: Vec<f64> = rows
        .iter()
        .map(|row| squared_distance(row, &centres[0]))
        .collect();
    while centres.len() < count {
        let total: f64 = far.iter().sum();
        let target = draws.unit() * total;
        let mut sum = 0.0;
        let at = far.iter().position(|d| {
            sum += d;
            *d > 0.0 && sum > target
        });
        let centre = rows[at.or_else(|| far.iter().rposition(|d| *d > 0.0))?];
        for (far, row) in far.iter_mut().zip(rows) {
            *far = far.min(squared_distance(row, &centre));
        }
        centres.push(centre);
    }
    Some(centres)
}

/// Of two rows, added up in the order of their columns.
#[must_use]
pub fn squared_distance<const W: usize>(a: &[f64; W], b: &[f64; W]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        sum += (a - b) * (a - b);
    }
    sum
}

/// By the first column in which they differ.
fn order<const W: usize>(a: &[f64; W], b: &[f64; W]) -> std::cmp::Ordering {
    let columns = a.iter().zip(b);
    columns
        .map(|(a, b)| a.total_cmp(b))
        .find(|o| o.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

/// Draws of one purpose, the same on every machine.
struct Draws(Pcg64Mcg);

impl Draws {
    fn new(seed: u64, count: usize, number: u64) -> Self {
        let key = [seed, count as u64, number].map(u64::to_le_bytes);
        Self(Pcg64Mcg::new(xxh3_128(key.as_flattened())))
    }

    /// Uniform on the open interval (0, 1).
    fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Uniform on 0..n.
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }
}
