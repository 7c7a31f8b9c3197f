//! What calling does: those whom a list assigned to a call against those held out by lot, whoever was reached
//! (intention to treat); divided by the share reached for the effect of a call on those whom calling reaches (Wald's
//! ratio; Imbens and Angrist 1994, Econometrica 62:467-475). Pure: rows in, effects out.

mod intervals;
mod learned;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use intervals::{Interval, difference, per_reached, proportions};
pub use learned::{Learned, learned};

/// Days after the opening in which a return counts.
pub const WINDOW_DAYS: u32 = 60;
/// Coverage of the intervals: an effect is claimed where the interval leaves out nothing at all.
pub const LEVEL: f64 = 0.95;
/// The difference in return that the power note speaks of.
const WORTH_SEEING: f64 = 0.05;
/// Quantile of the normal for a power of 0.8, and for the two-sided level of 0.95.
const POWER_Z: f64 = 0.841_621 + 1.959_964;

/// One unit that a marketing list named, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpliftRow {
    /// Customer: the lot was drawn for all of their units together.
    pub customer: u64,
    /// List.
    pub list: String,
    /// Band; unknown of tasks from earlier versions.
    pub band: Option<String>,
    /// Held out by lot.
    pub held_out: bool,
    /// Somebody was reached within the window.
    pub reached: bool,
    /// Came within the window.
    pub returned: bool,
    /// Paid within the window, yuan.
    pub revenue: f64,
}

/// Which rows an effect is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// All of them.
    All,
    /// Those of a list.
    List(String),
    /// Those of a band.
    Band(String),
}

impl Scope {
    /// Its kind and name, as in the table of results.
    #[must_use]
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Self::All => ("all", "all"),
            Self::List(name) => ("list", name),
            Self::Band(name) => ("band", name),
        }
    }
}

/// What calling did in one scope. Shares lie between 0 and 1; what cannot be told is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Which rows.
    pub scope: Scope,
    /// Rows assigned to a call.
    pub assigned: usize,
    /// Rows held out.
    pub held_out: usize,
    /// Customers in both together.
    pub customers: usize,
    /// Share reached of the assigned.
    pub reached_assigned: Option<f64>,
    /// Share reached of those held out: they may call by themselves.
    pub reached_held_out: Option<f64>,
    /// Share returned of the assigned.
    pub returned_assigned: Option<f64>,
    /// Share returned of those held out.
    pub returned_held_out: Option<f64>,
    /// Return of the assigned less that of those held out.
    pub return_difference: Option<Interval>,
    /// Return that a call adds where somebody is reached.
    pub return_per_call: Option<Interval>,
    /// Yuan a row of the assigned.
    pub revenue_assigned: Option<f64>,
    /// Yuan a row of those held out.
    pub revenue_held_out: Option<f64>,
    /// Yuan a row that being assigned adds.
    pub revenue_difference: Option<Interval>,
    /// Yuan that a call adds where somebody is reached.
    pub revenue_per_call: Option<Interval>,
    /// Rows beyond these until a difference of 5 points would show four times in five; 0: it would show now.
    pub more_rows: Option<u64>,
}

/// The effects of all rows, of each list and of each band, in that order.
#[must_use]
pub fn effects(rows: &[UpliftRow]) -> Vec<Effect> {
    let mut by_scope: BTreeMap<Scope, Vec<&UpliftRow>> = BTreeMap::new();
    for row in rows {
        by_scope.entry(Scope::All).or_default().push(row);
        by_scope
            .entry(Scope::List(row.list.clone()))
            .or_default()
            .push(row);
        if let Some(band) = &row.band {
            by_scope
                .entry(Scope::Band(band.clone()))
                .or_default()
                .push(row);
        }
    }
    by_scope
        .into_iter()
        .map(|(scope, rows)| effect(scope, &rows))
        .collect()
}

fn effect(scope: Scope, rows: &[&UpliftRow]) -> Effect {
    let of = |value: fn(&UpliftRow) -> f64| -> Vec<(u64, bool, f64)> {
        rows.iter()
            .map(|r| (r.customer, !r.held_out, value(r)))
            .collect()
    };
    let returned = of(|r| f64::from(u8::from(r.returned)));
    let reached = of(|r| f64::from(u8::from(r.reached)));
    let revenue = of(|r| r.revenue);
    let count = |held: bool| rows.iter().filter(|r| r.held_out == held).count();
    let (assigned, held_out) = (count(false), count(true));
    let mut customers: Vec<u64> = rows.iter().map(|r| r.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let mean = |values: &[(u64, bool, f64)], arm: bool| intervals::mean(values, arm);
    Effect {
        scope,
        assigned,
        held_out,
        customers: customers.len(),
        reached_assigned: mean(&reached, true),
        reached_held_out: mean(&reached, false),
        returned_assigned: mean(&returned, true),
        returned_held_out: mean(&returned, false),
        return_difference: proportions(&returned, LEVEL),
        return_per_call: per_reached(&returned, &reached, LEVEL),
        revenue_assigned: mean(&revenue, true),
        revenue_held_out: mean(&revenue, false),
        revenue_difference: difference(&revenue, LEVEL),
        revenue_per_call: per_reached(&revenue, &reached, LEVEL),
        more_rows: more_rows(
            assigned,
            held_out,
            mean(&returned, true),
            mean(&returned, false),
        ),
    }
}

/// Rows until a difference of 5 points would show: n (p₁q₁/share₁ + p₀q₀/share₀)⁻¹ … solved for n at the usual level
/// and power (Fleiss, Levin, Paik 2003, ch. 4, without the correction for continuity), at the shares found so far.
fn more_rows(
    assigned: usize,
    held_out: usize,
    returned: Option<f64>,
    returned_held_out: Option<f64>,
) -> Option<u64> {
    if assigned == 0 || held_out == 0 {
        return None;
    }
    let (n1, n0) = (assigned as f64, held_out as f64);
    // A share of nothing or all in few rows says little: half a row is added to each side.
    let smooth = |share: f64, n: f64| (share * n + 0.5) / (n + 1.0);
    let (p1, p0) = (smooth(returned?, n1), smooth(returned_held_out?, n0));
    let all = n1 + n0;
    let spread = p1 * (1.0 - p1) * all / n1 + p0 * (1.0 - p0) * all / n0;
    let needed = (POWER_Z / WORTH_SEEING).powi(2) * spread;
    let more = (needed - all).max(0.0);
    // Two figures are as much as is known.
    let unit = 10f64.powf((more.max(1.0).log10().floor() - 1.0).max(0.0));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of rows"
    )]
    Some(((more / unit).ceil() * unit) as u64)
}
