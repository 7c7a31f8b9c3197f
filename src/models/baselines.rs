//! The baseline for leaving: what share of the units that looked alike at an earlier date did not come back.
//!
//! Units are laid out by hiatus (days since the last qualified visit) and frequency (qualified visits of 24 months).
//! Shares are smoothed in two steps, the hiatus row towards the overall share and the cell towards its row, each with
//! a Beta prior whose strength maximises the Beta-binomial likelihood. Down each frequency column the share that
//! leaves never falls as the hiatus grows (pool adjacent violators: Ayer et al. 1955). The 80 % interval is that of
//! the cell's Beta posterior. Models have to beat this.

mod table;

use serde_json::{Value, json};

pub(super) use self::table::beta_interval;
use self::table::{FREQUENCY_FROM, Row, Table};
use super::{ModelCard, comparable, measures};
use crate::features::UnitFeatures;
use crate::rhythm::{is_gone, is_person};
use crate::settings;
use crate::types::{Estimate, Reason};

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
                "bins": measures::bins(&held_out, 10),
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

#[cfg(test)]
mod tests;
