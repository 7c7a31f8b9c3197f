//! Gradient boosting of shallow trees on the log-odds (Friedman 2001; Newton leaves and histogram splits as in Chen and
//! Guestrin 2016, Ke et al. 2017), each grown on half of the rows and half of the inputs (Friedman 2002), which costs
//! less and says the same. Deterministic on any number of threads: what a tree draws is a fixed hash, and each histogram
//! is summed by one thread in the order of the rows. Unknown values go the way that the training data favours. The
//! hiatus is held monotone: a longer absence alone never makes a return likelier.

mod bins;
mod grow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::bins::Binned;
use super::design::{Design, INPUTS};
use crate::models::measures::sigmoid;
use crate::models::numeric::mixed;

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
    /// Share of the rows that a tree is grown on, another part for each; all of them where they are few.
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

impl BoostingParams {
    /// Fits trees to rows with outcomes (true: left).
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
