//! One tree: the split that saves most, again and again, to the depth that is allowed.

use super::super::design::INPUTS;
use super::bins::{BINS, Binned, Bins, Sum};
use super::{BoostingParams, Node};

struct Split {
    gain: f64,
    input: usize,
    bin: usize,
    unknown_left: bool,
    left: Sum,
    right: Sum,
}

impl Split {
    fn goes_left(&self, bin: u8) -> bool {
        if usize::from(bin) == BINS {
            self.unknown_left
        } else {
            usize::from(bin) <= self.bin
        }
    }
}

/// A node that may yet be split.
struct Open {
    node: usize,
    rows: Vec<u32>,
    sum: Sum,
    depth: usize,
    /// What its values must lie between, for a monotone input above it.
    bounds: (f64, f64),
    /// None where it is too deep or too small to be split.
    bins: Option<Vec<Bins>>,
}

/// The bins of the smaller and of the larger side of a split, where they may be split again: those of the smaller are
/// counted, those of the larger are what is left of their parent's.
fn halves(
    mut parent: Vec<Bins>,
    smaller: &[u32],
    larger: &[u32],
    sums: impl Fn(&[u32]) -> Vec<Bins>,
    splits: impl Fn(&[u32]) -> bool,
) -> (Option<Vec<Bins>>, Option<Vec<Bins>>) {
    let (smaller_splits, larger_splits) = (splits(smaller), splits(larger));
    if !smaller_splits && !larger_splits {
        return (None, None);
    }
    let counted = sums(smaller);
    if larger_splits {
        for (rest, counted) in parent.iter_mut().zip(&counted) {
            rest.take(counted);
        }
    }
    (
        smaller_splits.then_some(counted),
        larger_splits.then_some(parent),
    )
}

impl BoostingParams {
    fn may_split(&self, depth: usize, rows: usize) -> bool {
        depth < self.depth && rows >= 2 * self.leaf_rows
    }

    /// A tree on some rows, split by some inputs.
    pub(super) fn grow(
        &self,
        binned: &Binned,
        slopes: &[(f64, f64)],
        all_rows: Vec<u32>,
        inputs: &[usize],
    ) -> Vec<Node> {
        let mut all = Sum::default();
        for &row in &all_rows {
            let (g, h) = slopes[row as usize];
            all.add(Sum { g, h, n: 1.0 });
        }
        let mut tree = vec![leaf(all.value(self.ridge) * self.rate)];
        let bins = self
            .may_split(0, all_rows.len())
            .then(|| binned.sums(slopes, &all_rows, inputs));
        let mut open = vec![Open {
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
            let (Some(split), Some(bins)) = (split, work.bins) else {
                continue;
            };
            let column = &binned.columns[split.input];
            let (left, right): (Vec<u32>, Vec<u32>) = work
                .rows
                .iter()
                .partition(|&&row| split.goes_left(column[row as usize]));
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
            let depth = work.depth + 1;
            let sums = |rows: &[u32]| binned.sums(slopes, rows, inputs);
            let splits = |rows: &[u32]| self.may_split(depth, rows.len());
            let (left_bins, right_bins) = if left.len() <= right.len() {
                halves(bins, &left, &right, sums, splits)
            } else {
                let (right_bins, left_bins) = halves(bins, &right, &left, sums, splits);
                (left_bins, right_bins)
            };
            open.push(Open {
                node: at + 1,
                rows: right,
                sum: split.right,
                depth,
                bounds: right_bounds,
                bins: right_bins,
            });
            open.push(Open {
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

/// The log-odds of leaving never fall as this grows, all else equal. The two absences are the same number where nothing
/// came since the last qualified visit.
fn is_monotone(input: usize) -> bool {
    matches!(INPUTS[input].name, "hiatus_days" | "seen_days")
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
