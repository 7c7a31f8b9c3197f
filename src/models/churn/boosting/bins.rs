//! The inputs of a design in bins, and sums of slopes in each bin among some rows.

use rayon::prelude::*;

use super::super::design::{Design, INPUTS};

/// Bins of an input; one more holds the unknown.
pub(super) const BINS: usize = 64;

/// Inputs whose sums are taken side by side.
const AT_ONCE: usize = 4;

/// Sums of gradients and curvatures, and rows (whole numbers, exact as floats).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) g: f64,
    pub(super) h: f64,
    pub(super) n: f64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Self) {
        self.g += other.g;
        self.h += other.h;
        self.n += other.n;
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self {
            g: self.g - other.g,
            h: self.h - other.h,
            n: self.n - other.n,
        }
    }

    pub(super) fn value(self, ridge: f64) -> f64 {
        -self.g / (self.h + ridge)
    }

    pub(super) fn score(self, ridge: f64) -> f64 {
        self.g * self.g / (self.h + ridge)
    }
}

/// The sums of one input's bins among some rows.
pub(super) struct Bins(pub(super) [Sum; BINS + 1]);

impl Bins {
    /// Leaves what other rows do not make up.
    pub(super) fn take(&mut self, others: &Self) {
        for (rest, other) in self.0.iter_mut().zip(&others.0) {
            *rest = rest.without(*other);
        }
    }
}

/// Inputs by column in bins of about equal count; bin `BINS` is unknown.
pub(super) struct Binned {
    pub(super) columns: Vec<Vec<u8>>,
    /// Upper ends of the bins but the last.
    pub(super) edges: Vec<Vec<f64>>,
}

impl Binned {
    /// The sums of each input's bins among some rows, each summed by one thread in the order of the rows.
    pub(super) fn sums(&self, slopes: &[(f64, f64)], rows: &[u32], inputs: &[usize]) -> Vec<Bins> {
        // Side by side once, where the inputs read them one after the other.
        let slopes: Vec<(f64, f64)> = rows.iter().map(|&row| slopes[row as usize]).collect();
        inputs
            .par_chunks(AT_ONCE)
            .flat_map_iter(|inputs| {
                let columns: Vec<&[u8]> = inputs.iter().map(|&i| &*self.columns[i]).collect();
                let mut bins = Vec::with_capacity(AT_ONCE);
                match columns.first_chunk::<AT_ONCE>() {
                    Some(columns) => bins.extend(sums_of(columns, &slopes, rows)),
                    None => {
                        for column in columns {
                            bins.extend(sums_of(&[column], &slopes, rows));
                        }
                    }
                }
                bins
            })
            .collect()
    }

    pub(super) fn of(design: &Design) -> Self {
        let (columns, edges) = (0..INPUTS.len())
            .into_par_iter()
            .map(|input| {
                let values: Vec<f64> = (0..design.len()).map(|i| design.row(i)[input]).collect();
                let edges = edges(&values);
                let column = values
                    .iter()
                    .map(|v| {
                        let bin = if v.is_nan() {
                            BINS
                        } else {
                            edges.partition_point(|e| e < v)
                        };
                        u8::try_from(bin).unwrap_or(u8::MAX)
                    })
                    .collect();
                (column, edges)
            })
            .unzip();
        Self { columns, edges }
    }
}

/// The sums of some inputs' bins, side by side: where many rows fall into the same bin, each sum waits for the one before
/// it, and the other inputs' are taken meanwhile.
fn sums_of<const N: usize>(
    columns: &[impl AsRef<[u8]>; N],
    slopes: &[(f64, f64)],
    rows: &[u32],
) -> [Bins; N] {
    let mut bins = [(); N].map(|()| Bins([Sum::default(); BINS + 1]));
    let columns = columns.each_ref().map(AsRef::as_ref);
    for (&row, &(g, h)) in rows.iter().zip(slopes) {
        for (bins, column) in bins.iter_mut().zip(&columns) {
            bins.0[usize::from(column[row as usize])].add(Sum { g, h, n: 1.0 });
        }
    }
    bins
}

/// Values halfway between neighbours, at quantiles where there are many.
fn edges(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= BINS {
        return distinct.windows(2).map(|w| (w[0] + w[1]) / 2.0).collect();
    }
    let mut edges: Vec<f64> = (1..BINS)
        .map(|k| {
            let at = k * sorted.len() / BINS;
            (sorted[at - 1] + sorted[at]) / 2.0
        })
        .collect();
    edges.dedup();
    edges
}
