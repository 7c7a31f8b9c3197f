//! The baseline for leaving: what share of the units that looked alike at an earlier date did not come back.
//!
//! Units are laid out by hiatus (days since the last qualified visit) and frequency (qualified visits of 24 months).
//! Shares are smoothed in two steps, the hiatus row towards the overall share and the cell towards its row, each with
//! a Beta prior whose strength maximises the Beta-binomial likelihood. Down each frequency column the share that
//! leaves never falls as the hiatus grows (pool adjacent violators: Ayer et al. 1955). The 80 % interval is that of
//! the cell's Beta posterior. Models have to beat this.

use serde_json::{Value, json};
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::ln_gamma;

use super::{ModelCard, comparable, measures};
use crate::features::UnitFeatures;
use crate::rhythm::{is_gone, is_person, statistics};
use crate::settings;
use crate::types::{Estimate, Reason};

/// Lower ends of the frequency columns: no visit in 24 months, one, two or three, four or five, six and more.
const FREQUENCY_FROM: [i32; 5] = [0, 1, 2, 4, 6];
/// Most rows by hiatus.
const MOST_ROWS: usize = 10;
/// Units that a row should hold on average.
const UNITS_PER_ROW: usize = 25;
/// Strengths of the priors that are tried, in units.
const STRENGTHS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];

/// What is to be fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnShareParams {
    /// Days within which a unit has to return.
    pub horizon_days: u32,
    /// Comparable units that a fit needs.
    pub min_units: u32,
    /// History before the earlier date that a fit needs, days.
    pub min_history_days: u32,
    /// The share that leaves never falls as the hiatus grows. Right where the horizon is longer than
    /// the expected interval; a shorter one favours those whose turn has come.
    pub monotone: bool,
}

/// The fitted table.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnShare {
    table: Table,
    card: ModelCard,
}

/// One unit with a known outcome.
#[derive(Clone, Copy, Debug)]
struct Row {
    unit: u64,
    hiatus: i64,
    column: usize,
    left: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Table {
    /// Lower ends of the hiatus rows, days; the first is 0.
    hiatus_from: Vec<i64>,
    /// Share that left, by row and column.
    cells: Vec<[Estimate; FREQUENCY_FROM.len()]>,
    overall: f64,
    row_strength: f64,
    cell_strength: f64,
}

impl ReturnShareParams {
    /// Parameters for a horizon under the settings.
    #[must_use]
    pub fn new(horizon_days: u32, settings: &settings::Churn) -> Self {
        Self {
            horizon_days,
            min_units: settings.min_units,
            min_history_days: settings.min_history_days,
            monotone: true,
        }
    }

    /// Fits to the units of an earlier date. `returned[i]`: unit `i` had a qualified visit within the horizon after
    /// that date; `None` where the outcome is not known. Private persons alone are read.
    ///
    /// # Errors
    /// A reason (`caveat-…`) where there is too little history or there are too few units.
    pub fn fit(
        &self,
        features: &UnitFeatures,
        returned: &[Option<bool>],
    ) -> Result<ReturnShare, Reason> {
        let history = features
            .history_from
            .map_or(0, |from| (features.as_of - from).num_days());
        if history < i64::from(self.min_history_days) {
            return Err(Reason::new("caveat-history-too-short")
                .with("days", history.max(0) + i64::from(self.horizon_days))
                .with("needed", self.min_history_days + self.horizon_days));
        }
        let rows: Vec<Row> = (0..features.len())
            .filter(|&i| is_person(features, i) && comparable(features, i))
            .filter_map(|i| {
                let returned = returned.get(i).copied().flatten()?;
                let (hiatus, column) = place(features, i)?;
                Some(Row {
                    unit: features.unit_id[i].0,
                    hiatus,
                    column,
                    left: !returned,
                })
            })
            .collect();
        if rows.is_empty() || rows.len() < self.min_units as usize {
            return Err(Reason::new("caveat-too-few-units")
                .with("units", rows.len())
                .with("needed", self.min_units));
        }
        let table = Table::fit(&rows, self.monotone);
        let card = self.card(&table, &rows);
        Ok(ReturnShare { table, card })
    }

    fn card(&self, table: &Table, rows: &[Row]) -> ModelCard {
        let fitted = pairs(table, rows);
        let held_out = held_out(rows, self.monotone);
        let events = rows.iter().filter(|r| r.left).count();
        let mut caveats = vec![
            "caveat-return-share".to_owned(),
            "caveat-persons-only".to_owned(),
        ];
        if events.min(rows.len() - events) < 100 {
            caveats.push("caveat-few-events".to_owned());
        }
        ModelCard {
            name: format!("return_share_{}", self.horizon_days),
            rows: rows.len() as u64,
            parameters: table.to_json(self),
            log_likelihood: measures::log_loss(&fitted).map(|l| -l * fitted.len() as f64),
            measures: json!({
                "base_rate": measures::base_rate(&fitted),
                "events": events,
                "in_sample": measured(&fitted),
                // Fitted on one half of the units by their id, judged on the other, both ways.
                "held_out": measured(&held_out),
            }),
            caveats,
        }
    }
}

impl ReturnShare {
    /// The probability of no qualified visit within the horizon, per unit. `None` for a unit without a qualified
    /// visit and for one that has left. A unit in the shop counts as seen today.
    #[must_use]
    pub fn predict(&self, features: &UnitFeatures) -> Vec<Option<Estimate>> {
        (0..features.len())
            .map(|i| {
                if is_gone(features, i) {
                    return None;
                }
                let (hiatus, column) = place(features, i)?;
                let hiatus = if features.open_order[i] { 0 } else { hiatus };
                Some(self.table.at(hiatus, column))
            })
            .collect()
    }

    /// What the fit rests on.
    #[must_use]
    pub fn card(&self) -> &ModelCard {
        &self.card
    }
}

/// Days since the last qualified visit, and the frequency column.
fn place(features: &UnitFeatures, i: usize) -> Option<(i64, usize)> {
    if features.visits[i] <= 0 {
        return None;
    }
    let hiatus = (features.as_of - features.last_visit_on[i]?).num_days();
    let visits = features.visits_24m[i];
    let column = FREQUENCY_FROM.iter().rposition(|&from| visits >= from);
    Some((hiatus.max(0), column.unwrap_or(0)))
}

fn pairs(table: &Table, rows: &[Row]) -> Vec<(f64, bool)> {
    rows.iter()
        .map(|r| (table.at(r.hiatus, r.column).value, r.left))
        .collect()
}

fn held_out(rows: &[Row], monotone: bool) -> Vec<(f64, bool)> {
    let (odd, even): (Vec<Row>, Vec<Row>) = rows.iter().partition(|r| r.unit % 2 == 1);
    if odd.is_empty() || even.is_empty() {
        return Vec::new();
    }
    let mut out = pairs(&Table::fit(&odd, monotone), &even);
    out.extend(pairs(&Table::fit(&even, monotone), &odd));
    out
}

fn measured(pairs: &[(f64, bool)]) -> Value {
    json!({
        "n": pairs.len(),
        "log_loss": measures::log_loss(pairs),
        "brier": measures::brier(pairs),
        "auc": measures::auc(pairs),
    })
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
    fn fit(rows: &[Row], monotone: bool) -> Self {
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

    fn at(&self, hiatus: i64, column: usize) -> Estimate {
        self.cells
            .get(row_of(&self.hiatus_from, hiatus))
            .and_then(|row| row.get(column))
            .copied()
            .unwrap_or_else(|| point(self.overall))
    }

    fn to_json(&self, params: &ReturnShareParams) -> Value {
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
mod tests;
