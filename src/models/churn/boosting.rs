//! Gradient boosting of shallow trees on the log-odds (Friedman 2001; Newton leaves and histogram splits as in Chen and
//! Guestrin 2016, Ke et al. 2017), each grown on half of the rows and half of the inputs (Friedman 2002), which costs
//! less and says the same. Deterministic on any number of threads: what a tree draws is a fixed hash, and each histogram
//! is summed by one thread in the order of the rows. Unknown values go the way that the training data favours. The
//! hiatus is held monotone: a longer absence alone never makes a return likelier.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::design::{Design, INPUTS};
use crate::models::measures::sigmoid;
use crate::models::numeric::mixed;

/// Bins of an input; one more holds the unknown.
const BINS: usize = 64;

/// Inputs whose sums are taken side by side.
const AT_ONCE: usize = 4;

/// Below so many rows each tree reads all of them.
const FEW: usize = 4000;

/// What is to be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoostingParams {
    /// Trees.
    pub trees: usize,
    /// Splits from root to leaf, at most.
    pub depth: usize,
    /// Share of each tree that is taken.
    pub rate: f64,
    /// Rows that a leaf needs.
    pub leaf_rows: usize,
    /// Penalty on the squares of leaf values.
    pub ridge: f64,
    /// Loss that a split must save.
    pub least_gain: f64,
    /// Share of the rows that a tree is grown on, another part for each.
    pub rows: f64,
    /// Share of the inputs that a tree may split on, others for each.
    pub inputs: f64,
}

impl Default for BoostingParams {
    fn default() -> Self {
        Self {
            trees: 120,
            depth: 4,
            rate: 0.08,
            leaf_rows: 40,
            ridge: 5.0,
            least_gain: 0.5,
            rows: 0.5,
            inputs: 0.5,
        }
    }
}

/// A fitted sum of trees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Boosting {
    /// Log-odds of the training rows' share.
    base: f64,
    trees: Vec<Vec<Node>>,
}

/// A node: a leaf where `left` is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    input: usize,
    /// Values up to this go left.
    at_most: f64,
    unknown_left: bool,
    left: usize,
    right: usize,
    /// Log-odds that a row here is given, before the split.
    value: f64,
}

/// Sums of gradients and curvatures, and rows (whole numbers, exact as floats).
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    g: f64,
    h: f64,
    n: f64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.g += other.g;
        self.h += other.h;
        self.n += other.n;
    }

    fn without(self, other: Self) -> Self {
        Self {
            g: self.g - other.g,
            h: self.h - other.h,
            n: self.n - other.n,
        }
    }

    fn value(self, ridge: f64) -> f64 {
        -self.g / (self.h + ridge)
    }

    fn score(self, ridge: f64) -> f64 {
        self.g * self.g / (self.h + ridge)
    }
}

/// The sums of one input's bins among some rows.
struct Bins([Sum; BINS + 1]);

impl Bins {
    /// Leaves what other rows do not make up.
    fn take(&mut self, others: &Self) {
        for (rest, other) in self.0.iter_mut().zip(&others.0) {
            *rest = rest.without(*other);
        }
    }
}

struct Split {
    gain: f64,
    input: usize,
    bin: usize,
    unknown_left: bool,
    left: Sum,
    right: Sum,
}

impl BoostingParams {
    /// Fits trees to rows with outcomes (true: left). `weights` count each row.
    #[must_use]
    pub fn fit(&self, design: &Design, left: &[bool]) -> Boosting {
        let n = design.len();
        let events = left.iter().filter(|y| **y).count();
        let share = (events as f64 + 0.5) / (n as f64 + 1.0);
        let base = (share / (1.0 - share)).ln();
        let binned = Binned::of(design);
        let mut logits = vec![base; n];
        let mut trees = Vec::with_capacity(self.trees);
        for no in 0..self.trees {
            let slopes: Vec<(f64, f64)> = logits
                .par_iter()
                .zip(left)
                .map(|(&z, &y)| {
                    let p = sigmoid(z);
                    (p - f64::from(u8::from(y)), (p * (1.0 - p)).max(1e-9))
                })
                .collect();
            let rows: Vec<u32> = (0..u32::try_from(n).unwrap_or(u32::MAX))
                .filter(|row| n < FEW || is_drawn(no, u64::from(*row), self.rows))
                .collect();
            let inputs: Vec<usize> = (0..INPUTS.len())
                .filter(|input| is_drawn(no, !(*input as u64), self.inputs))
                .collect();
            let tree = self.grow(&binned, &slopes, rows, &inputs);
            logits
                .par_iter_mut()
                .enumerate()
                .with_min_len(1024)
                .for_each(|(i, z)| *z += value_of(&tree, design.row(i)));
            trees.push(tree);
        }
        Boosting { base, trees }
    }

    /// A tree on some rows, split by some inputs.
    fn grow(
        &self,
        binned: &Binned,
        slopes: &[(f64, f64)],
        all_rows: Vec<u32>,
        inputs: &[usize],
    ) -> Vec<Node> {
        struct Work {
            node: usize,
            rows: Vec<u32>,
            sum: Sum,
            depth: usize,
            bounds: (f64, f64),
            bins: Option<Vec<Bins>>,
        }
        let mut all = Sum::default();
        for &row in &all_rows {
            let (g, h) = slopes[row as usize];
            all.add(Sum { g, h, n: 1.0 });
        }
        let mut tree = vec![leaf(all.value(self.ridge) * self.rate)];
        let may_split =
            |depth: usize, rows: &[u32]| depth < self.depth && rows.len() >= 2 * self.leaf_rows;
        let bins = may_split(0, &all_rows).then(|| binned.sums(slopes, &all_rows, inputs));
        let mut open = vec![Work {
            node: 0,
            rows: all_rows,
            sum: all,
            depth: 0,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
            bins,
        }];
        while let Some(work) = open.pop() {
            let split = work
                .bins
                .as_ref()
                .and_then(|bins| self.best(binned, bins, work.sum, inputs));
            let (Some(split), Some(mut bins)) = (split, work.bins) else {
                continue;
            };
            let column = &binned.columns[split.input];
            let goes_left = |bin: u8| {
                if usize::from(bin) == BINS {
                    split.unknown_left
                } else {
                    usize::from(bin) <= split.bin
                }
            };
            let (left, right): (Vec<u32>, Vec<u32>) = work
                .rows
                .iter()
                .partition(|&&row| goes_left(column[row as usize]));
            let within = |sum: Sum, (low, high): (f64, f64)| {
                (sum.value(self.ridge) * self.rate).clamp(low, high)
            };
            let (mut left_bounds, mut right_bounds) = (work.bounds, work.bounds);
            let (left_value, right_value) = (
                within(split.left, work.bounds),
                within(split.right, work.bounds),
            );
            if is_monotone(split.input) {
                let middle = (left_value + right_value) / 2.0;
                left_bounds.1 = left_bounds.1.min(middle);
                right_bounds.0 = right_bounds.0.max(middle);
            }
            let at = tree.len();
            tree.push(leaf(left_value));
            tree.push(leaf(right_value));
            let node = &mut tree[work.node];
            (node.input, node.at_most, node.unknown_left) = (
                split.input,
                binned.edges[split.input][split.bin],
                split.unknown_left,
            );
            (node.left, node.right) = (at, at + 1);
            // The sums of the smaller side are counted, those of the larger are what is left of their parent's.
            let depth = work.depth + 1;
            let left_is_smaller = left.len() <= right.len();
            let (smaller, larger) = if left_is_smaller {
                (&left, &right)
            } else {
                (&right, &left)
            };
            let (mut smaller_bins, mut larger_bins) = (None, None);
            if may_split(depth, larger) || may_split(depth, smaller) {
                let counted = binned.sums(slopes, smaller, inputs);
                if may_split(depth, larger) {
                    for (rest, counted) in bins.iter_mut().zip(&counted) {
                        rest.take(counted);
                    }
                    larger_bins = Some(bins);
                }
                smaller_bins = may_split(depth, smaller).then_some(counted);
            }
            let (left_bins, right_bins) = if left_is_smaller {
                (smaller_bins, larger_bins)
            } else {
                (larger_bins, smaller_bins)
            };
            open.push(Work {
                node: at + 1,
                rows: right,
                sum: split.right,
                depth,
                bounds: right_bounds,
                bins: right_bins,
            });
            open.push(Work {
                node: at,
                rows: left,
                sum: split.left,
                depth,
                bounds: left_bounds,
                bins: left_bins,
            });
        }
        tree
    }

    /// The split that saves most; the first input among equals.
    fn best(&self, binned: &Binned, bins: &[Bins], sum: Sum, inputs: &[usize]) -> Option<Split> {
        inputs
            .iter()
            .zip(bins)
            .filter_map(|(&input, bins)| self.best_of(&binned.edges[input], bins, sum, input))
            .reduce(|a, b| if b.gain > a.gain { b } else { a })
    }

    fn best_of(&self, edges: &[f64], bins: &Bins, sum: Sum, input: usize) -> Option<Split> {
        let enough = self.leaf_rows as f64;
        let unknown = bins.0[BINS];
        let before = sum.score(self.ridge);
        let mut best: Option<Split> = None;
        let mut below = Sum::default();
        for (bin, here) in bins.0.iter().enumerate().take(edges.len()) {
            below.add(*here);
            for unknown_left in [false, true] {
                if unknown_left && unknown.n < 0.5 {
                    continue;
                }
                let mut left = below;
                if unknown_left {
                    left.add(unknown);
                }
                let right = sum.without(left);
                if left.n < enough || right.n < enough {
                    continue;
                }
                if is_monotone(input) && left.value(self.ridge) > right.value(self.ridge) {
                    continue;
                }
                let gain = (left.score(self.ridge) + right.score(self.ridge) - before) / 2.0;
                if gain > self.least_gain && best.as_ref().is_none_or(|b| gain > b.gain) {
                    best = Some(Split {
                        gain,
                        input,
                        bin,
                        unknown_left,
                        left,
                        right,
                    });
                }
            }
        }
        best
    }
}

/// Whether the tree of this number draws a row or an input.
fn is_drawn(tree: usize, what: u64, share: f64) -> bool {
    mixed(what, tree as u64 + 1) as f64 <= share * u64::MAX as f64
}

/// The log-odds that a tree adds to a row.
fn value_of(tree: &[Node], row: &[f64]) -> f64 {
    let mut at = 0;
    while tree[at].left != 0 {
        at = tree[at].next(row);
    }
    tree[at].value
}

/// The log-odds of leaving never fall as this grows, all else equal.
fn is_monotone(input: usize) -> bool {
    INPUTS[input].name == "hiatus_days"
}

fn leaf(value: f64) -> Node {
    Node {
        input: 0,
        at_most: 0.0,
        unknown_left: false,
        left: 0,
        right: 0,
        value,
    }
}

impl Boosting {
    /// Log-odds of leaving.
    #[must_use]
    pub fn logit(&self, row: &[f64]) -> f64 {
        let mut z = self.base;
        for tree in &self.trees {
            z += value_of(tree, row);
        }
        z
    }

    /// What each input adds to the log-odds, by the change of value at each split on the way (Saabas 2014), and what is
    /// there before any split. They add up to [`Boosting::logit`] exactly, up to rounding.
    #[must_use]
    pub fn contributions(&self, row: &[f64]) -> (f64, Vec<f64>) {
        let (mut start, mut parts) = (self.base, vec![0.0; INPUTS.len()]);
        for tree in &self.trees {
            let mut at = 0;
            start += tree[0].value;
            while tree[at].left != 0 {
                let next = tree[at].next(row);
                parts[tree[at].input] += tree[next].value - tree[at].value;
                at = next;
            }
        }
        (start, parts)
    }

    /// Trees.
    #[must_use]
    pub fn trees(&self) -> usize {
        self.trees.len()
    }
}

impl Node {
    fn next(&self, row: &[f64]) -> usize {
        let value = row[self.input];
        let goes_left = if value.is_nan() {
            self.unknown_left
        } else {
            value <= self.at_most
        };
        if goes_left { self.left } else { self.right }
    }
}

/// Inputs by column in bins of about equal count; bin `BINS` is unknown.
struct Binned {
    columns: Vec<Vec<u8>>,
    /// Upper ends of the bins but the last.
    edges: Vec<Vec<f64>>,
}

impl Binned {
    /// The sums of each input's bins among some rows, each summed by one thread in the order of the rows.
    fn sums(&self, slopes: &[(f64, f64)], rows: &[u32], inputs: &[usize]) -> Vec<Bins> {
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

    fn of(design: &Design) -> Self {
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
