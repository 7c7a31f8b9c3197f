//! The table of shares by hiatus and frequency, its smoothing and its intervals.

use serde_json::{Value, json};
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::ln_gamma;

use crate::rhythm::statistics;
use crate::types::Estimate;

/// Lower ends of the frequency columns: no visit in 24 months, one, two or three, four or five, six and more.
pub(super) const FREQUENCY_FROM: [i32; 5] = [0, 1, 2, 4, 6];
/// Most rows by hiatus.
const MOST_ROWS: usize = 10;
/// Units that a row should hold on average.
const UNITS_PER_ROW: usize = 25;
/// Strengths of the priors that are tried, in units.
const STRENGTHS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];

/// One unit with a known outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) unit: u64,
    pub(super) hiatus: i64,
    pub(super) column: usize,
    pub(super) left: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    /// Lower ends of the hiatus rows, days; the first is 0.
    hiatus_from: Vec<i64>,
    /// Share that left, by row and column.
    cells: Vec<[Estimate; FREQUENCY_FROM.len()]>,
    overall: f64,
    row_strength: f64,
    cell_strength: f64,
}

/// Units and those of them that left.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    n: f64,
    left: f64,
}

impl Count {
    fn add(&mut self, left: bool) {
        self.n += 1.0;
        self.left += f64::from(u8::from(left));
    }
}

impl Table {
    pub(super) fn fit(rows: &[Row], monotone: bool) -> Self {
        let hiatus_from = hiatus_rows(rows);
        let mut cells = vec![[Count::default(); FREQUENCY_FROM.len()]; hiatus_from.len()];
        let mut margin = vec![Count::default(); hiatus_from.len()];
        let mut all = Count::default();
        for row in rows {
            let at = row_of(&hiatus_from, row.hiatus);
            cells[at][row.column].add(row.left);
            margin[at].add(row.left);
            all.add(row.left);
        }
        // Jeffreys: never exactly 0 or 1, so that every posterior below is proper.
        let overall = (all.left + 0.5) / (all.n + 1.0);
        let row_strength = strongest(margin.iter().map(|&c| (c, overall)));
        let row_share = |c: &Count| (c.left + row_strength * overall) / (c.n + row_strength);
        let mut row_shares: Vec<f64> = margin.iter().map(row_share).collect();
        if monotone {
            let weights: Vec<f64> = margin.iter().map(|c| c.n + row_strength).collect();
            row_shares = non_decreasing(&row_shares, &weights)
                .into_iter()
                .map(|(share, _)| share)
                .collect();
        }
        let cell_strength = strongest(
            cells
                .iter()
                .zip(&row_shares)
                .flat_map(|(row, &share)| row.iter().map(move |&c| (c, share))),
        );
        let mut estimates = vec![[point(overall); FREQUENCY_FROM.len()]; hiatus_from.len()];
        for column in 0..FREQUENCY_FROM.len() {
            let smoothed: Vec<(f64, f64)> = cells
                .iter()
                .zip(&row_shares)
                .map(|(row, &share)| {
                    let c = row[column];
                    let weight = c.n + cell_strength;
                    ((c.left + cell_strength * share) / weight, weight)
                })
                .collect();
            let pooled = if monotone {
                let (shares, weights): (Vec<f64>, Vec<f64>) = smoothed.into_iter().unzip();
                non_decreasing(&shares, &weights)
            } else {
                smoothed
            };
            for (row, (share, weight)) in pooled.into_iter().enumerate() {
                estimates[row][column] = posterior(share, weight);
            }
        }
        Self {
            hiatus_from,
            cells: estimates,
            overall,
            row_strength,
            cell_strength,
        }
    }

    pub(super) fn at(&self, hiatus: i64, column: usize) -> Estimate {
        self.cells
            .get(row_of(&self.hiatus_from, hiatus))
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or_else(|| point(self.overall))
    }

    pub(super) fn to_json(&self, params: &super::ReturnShareParams) -> Value {
        let shares: Vec<Vec<f64>> = self
            .cells
            .iter()
            .map(|row| row.iter().map(|e| e.value).collect())
            .collect();
        json!({
            "horizon_days": params.horizon_days,
            "hiatus_from_days": self.hiatus_from,
            "visits_24m_from": FREQUENCY_FROM,
            "share_not_returned": shares,
            "overall": self.overall,
            "row_prior_units": self.row_strength,
            "cell_prior_units": self.cell_strength,
            "monotone": params.monotone,
        })
    }
}

fn row_of(hiatus_from: &[i64], hiatus: i64) -> usize {
    hiatus_from
        .partition_point(|&from| from <= hiatus)
        .saturating_sub(1)
}

/// Rows of about equal count, their lower ends at quantiles of the hiatus.
fn hiatus_rows(rows: &[Row]) -> Vec<i64> {
    let days = statistics::sorted(rows.iter().map(|r| r.hiatus as f64).collect());
    let count = (rows.len() / UNITS_PER_ROW).clamp(1, MOST_ROWS);
    let mut from = vec![0];
    for k in 1..count {
        if let Some(edge) = statistics::quantile(&days, k as f64 / count as f64) {
            from.push(edge.ceil() as i64);
        }
    }
    from.dedup();
    from
}

/// The strength of a Beta prior around each cell's mean that makes the counts likeliest; the weaker among equals.
fn strongest(cells: impl Iterator<Item = (Count, f64)> + Clone) -> f64 {
    let mut best = (f64::NEG_INFINITY, STRENGTHS[0]);
    for strength in STRENGTHS {
        let likelihood: f64 = cells
            .clone()
            .filter(|(c, _)| c.n > 0.0)
            .map(|(c, mean)| {
                let (a, b) = (strength * mean, strength * (1.0 - mean));
                ln_beta(a + c.left, b + c.n - c.left) - ln_beta(a, b)
            })
            .sum();
        if likelihood > best.0 {
            best = (likelihood, strength);
        }
    }
    best.1
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// Weighted isotonic regression: each value replaced by the mean of the block that it is pooled into, with the
/// block's weight.
fn non_decreasing(values: &[f64], weights: &[f64]) -> Vec<(f64, f64)> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (&value, &weight) in values.iter().zip(weights) {
        let mut block = (value, weight, 1);
        while let Some(&(mean, held, count)) = blocks.last() {
            if mean <= block.0 {
                break;
            }
            blocks.pop();
            let sum = held + block.1;
            block = (
                (mean * held + block.0 * block.1) / sum,
                sum,
                count + block.2,
            );
        }
        blocks.push(block);
    }
    blocks
        .into_iter()
        .flat_map(|(mean, weight, count)| std::iter::repeat_n((mean, weight), count))
        .collect()
}

fn point(share: f64) -> Estimate {
    Estimate {
        value: share,
        low: share,
        high: share,
    }
}

/// Middle 80 % of Beta(share x weight, (1 - share) x weight).
pub(in crate::models) fn beta_interval(share: f64, weight: f64) -> (f64, f64) {
    let e = posterior(share, weight);
    (e.low, e.high)
}

/// Mean and 80 % interval of Beta(share x weight, (1 - share) x weight).
fn posterior(share: f64, weight: f64) -> Estimate {
    let (a, b) = (share * weight, (1.0 - share) * weight);
    let low = beta_quantile(a, b, 0.1).unwrap_or(0.0);
    let high = beta_quantile(a, b, 0.9).unwrap_or(1.0);
    // A very skewed posterior can have its mean outside of its middle 80 %.
    Estimate {
        value: share,
        low: low.min(share),
        high: high.max(share),
    }
}

/// By bisection on the distribution function: slow, but it cannot fail to converge, and there are few cells.
fn beta_quantile(a: f64, b: f64, p: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if checked_beta_reg(a, b, middle).ok()? < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((low + high) / 2.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pooling_averages_what_is_out_of_order() {
        // 3 then 1 pool to 2 (weights 1 and 1), 5 stays.
        let pooled = non_decreasing(&[3.0, 1.0, 5.0], &[1.0, 1.0, 2.0]);
        assert_eq!(pooled, [(2.0, 2.0), (2.0, 2.0), (5.0, 2.0)]);
    }

    #[test]
    fn beta_quantiles_match_those_with_a_closed_form() {
        // Beta(1, 1) is uniform; the quantile of Beta(1, b) is 1 - (1 - p)^(1 / b).
        assert!((beta_quantile(1.0, 1.0, 0.1).unwrap() - 0.1).abs() < 1e-12);
        let by_hand = 1.0 - 0.1f64.powf(0.25);
        assert!((beta_quantile(1.0, 4.0, 0.9).unwrap() - by_hand).abs() < 1e-9);
    }
}
