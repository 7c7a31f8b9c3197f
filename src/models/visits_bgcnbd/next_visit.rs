//! When the next visit is due, for many units: I falls from 1 as the time since the last visit grows, in the same way for
//! all that have come as often, so that one table a number of repeats stands in for looking each unit's days up step by
//! step.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Bgcnbd, History};

/// Places of a table: with so many a day is off by less than a fifth of a day and a hundredth of the way to it (a test
/// holds it against [`Bgcnbd::next_visit`]).
const PLACES: usize = 512;
/// Farthest that a table reaches, weeks.
const FARTHEST: f64 = 5200.0;

/// ln I by repeats, and by u = ln((alpha + t_x + weeks since the last visit) / (alpha + t_x)) = -ln z.
#[derive(Clone, Debug)]
pub struct NextVisits {
    model: Bgcnbd,
    /// Largest u of the tables.
    farthest: f64,
    by_repeats: BTreeMap<u32, Vec<f64>>,
}

impl NextVisits {
    /// Tables for units that have come so often.
    #[must_use]
    pub fn new(model: Bgcnbd, repeats: impl Iterator<Item = u32>) -> Self {
        let mut repeats: Vec<u32> = repeats.collect();
        repeats.sort_unstable();
        repeats.dedup();
        let farthest = (FARTHEST / model.alpha).ln_1p();
        let tables: Vec<(u32, Vec<f64>)> = repeats
            .into_par_iter()
            .map(|repeats| {
                // I depends on z alone, so any last visit will do: the first.
                let of = History {
                    repeats,
                    ..History::default()
                };
                let ln_quiet = |u: f64| model.ln_quiet(&of, model.alpha * u.exp_m1());
                let table = (0..PLACES)
                    .map(|at| ln_quiet(place(at, farthest)))
                    .collect();
                (repeats, table)
            })
            .collect();
        Self {
            model,
            farthest,
            by_repeats: tables.into_iter().collect(),
        }
    }

    /// Weeks from now until the next visit with this probability, of those that are still customers and have not come
    /// since: [`Bgcnbd::next_visit`]. `None` beyond the tables.
    #[must_use]
    pub fn weeks(&self, of: &History, probability: f64) -> Option<f64> {
        let table = self.by_repeats.get(&of.repeats)?;
        let from = self.model.alpha + of.last;
        let now = (of.hiatus() / from).ln_1p();
        let target = self.at(table, now)? + (-probability).ln_1p();
        // The first place at which fewer are left without a visit.
        let next = table.partition_point(|ln| *ln > target);
        let (before, after) = (next.checked_sub(1)?, *table.get(next)?);
        let share = (table[before] - target) / (table[before] - after);
        let (low, high) = (place(before, self.farthest), place(next, self.farthest));
        Some((from * (low + share * (high - low)).exp_m1() - of.hiatus()).max(0.0))
    }

    fn at(&self, table: &[f64], u: f64) -> Option<f64> {
        let position = (u / self.farthest).sqrt() * (PLACES - 1) as f64;
        let before = position.floor() as usize;
        let (low, high) = (*table.get(before)?, *table.get(before + 1)?);
        let (from, to) = (
            place(before, self.farthest),
            place(before + 1, self.farthest),
        );
        Some(low + (high - low) * (u - from) / (to - from))
    }
}

/// u at a place: close together where I falls fast, right after a visit.
fn place(at: usize, farthest: f64) -> f64 {
    let share = at as f64 / (PLACES - 1) as f64;
    farthest * share * share
}
