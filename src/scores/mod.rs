//! Loyalty axes, tiers, churn states, priorities and reasons of the units, and their roll-up to customers.
//! Pure: a unit's scores are a function of its own row and of the fitted parameters ([`LoyaltyParameters`]).

mod churn;
mod components;
mod customers;
mod loyalty;
mod output;
mod reasons;
mod segments;

use rayon::prelude::*;

use crate::features::UnitFeatures;
use crate::rhythm::{Rhythm, is_gone};
use crate::settings::Settings;
use crate::types::{ChurnState, Estimate, LoyaltyTier, Reason, Window};

pub use churn::state;
pub use components::{loyalty_components_batch, loyalty_weights};
pub use customers::{CustomerScores, OtherSpend, customer_reasons, roll_up};
pub use loyalty::{LoyaltyParameters, MoneyTable, StoreTable, TierCuts, loyalty_card};
pub use output::{
    VehicleNames, customer_scores_batch, model_cards_batch, score_history_batch,
    vehicle_scores_batch,
};
pub use segments::{
    INPUTS as SEGMENT_INPUTS, SegmentModel, SegmentTotals, Segmentation, segment_inputs_batch,
    segments, segments_batch, segments_with,
};

/// Estimates per unit, aligned with the features; what is not fitted is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Estimates<'a> {
    /// Probability of no qualified visit within the shop's own horizon.
    pub churn: Option<&'a [Option<Estimate>]>,
    /// Probability of no qualified visit within 180 days.
    pub churn_180: Option<&'a [Option<Estimate>]>,
    /// Probability of still being a customer at the as-of date.
    pub active: Option<&'a [Option<Estimate>]>,
    /// Expected qualified visits in 365 days.
    pub visits_365: Option<&'a [Option<Estimate>]>,
    /// Expected spend in 365 days, yuan.
    pub spend_365: Option<&'a [Option<Estimate>]>,
    /// When the next visit is expected.
    pub next_visit: Option<&'a [Option<Window>]>,
}

/// Everything that scoring reads.
#[derive(Clone, Copy, Debug)]
pub struct ScoringInput<'a> {
    /// Features at the as-of date.
    pub features: &'a UnitFeatures,
    /// Rhythm of the same units.
    pub rhythm: &'a Rhythm,
    /// Estimates of the same units.
    pub estimates: Estimates<'a>,
    /// Settings.
    pub settings: &'a Settings,
}

/// Scores of the units, in columns aligned with the features. `None` is unknown or not applicable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitScores {
    /// Visits against what the rhythm lets expect, regularity and tenure: 0-100.
    pub frequency_score: Vec<Option<f64>>,
    /// Money, payment and breadth of business: 0-100.
    pub quality_score: Vec<Option<f64>>,
    /// Weighted mean of both axes: 0-100.
    pub loyalty_score: Vec<Option<f64>>,
    /// Tier.
    pub loyalty_tier: Vec<Option<LoyaltyTier>>,
    /// State; `None` for a unit without history.
    pub churn_state: Vec<Option<ChurnState>>,
    /// Probability of no qualified visit within the shop's own horizon.
    pub churn_probability: Vec<Option<Estimate>>,
    /// Probability of no qualified visit within 180 days.
    pub churn_probability_180: Vec<Option<Estimate>>,
    /// Probability of still being a customer at the as-of date.
    pub probability_active: Vec<Option<Estimate>>,
    /// Expected qualified visits in 365 days.
    pub expected_visits_365: Vec<Option<Estimate>>,
    /// Expected spend in 365 days, yuan.
    pub expected_spend_365: Vec<Option<Estimate>>,
    /// Yuan of 24 months at stake: probability of leaving x spend of 24 months.
    pub priority: Vec<Option<f64>>,
    /// The priority stands on the overdue ratio, since no probability is fitted; `None` without priority.
    pub priority_is_rule: Vec<Option<bool>>,
    /// Quantile tables that the scores were read from.
    pub parameters: LoyaltyParameters,
}

/// One row of [`UnitScores`].
struct Row {
    axes: loyalty::Axes,
    tier: Option<LoyaltyTier>,
    state: Option<ChurnState>,
    priority: Option<(f64, bool)>,
}

/// Scores of all units, with quantile tables computed from the same units.
#[must_use]
pub fn score_units(input: &ScoringInput<'_>) -> UnitScores {
    let (parameters, axes) = loyalty::fit(input);
    score_rows(input, parameters, &axes)
}

/// Scores of some units with quantile tables computed before, so that data can be cut in parts.
#[must_use]
pub fn score_units_with(input: &ScoringInput<'_>, parameters: &LoyaltyParameters) -> UnitScores {
    let axes = loyalty::all_axes(input, &parameters.money);
    score_rows(input, parameters.clone(), &axes)
}

/// Tier, state and loyalty of the units: what the history keeps. Aligned with the features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitStates {
    /// Tier.
    pub loyalty_tier: Vec<Option<LoyaltyTier>>,
    /// State; `None` for a unit without history.
    pub churn_state: Vec<Option<ChurnState>>,
    /// Weighted mean of both axes: 0-100.
    pub loyalty_score: Vec<Option<f64>>,
}

/// Quantile tables computed from all units: those that [`score_units`] reads scores from.
#[must_use]
pub fn loyalty_parameters(input: &ScoringInput<'_>) -> LoyaltyParameters {
    loyalty::fit(input).0
}

/// Tier, state and loyalty of all units, as [`score_units`] has them.
#[must_use]
pub fn states(input: &ScoringInput<'_>) -> UnitStates {
    let (parameters, axes) = loyalty::fit(input);
    states_of(input, &parameters, &axes)
}

/// Tier, state and loyalty of some units with quantile tables computed before, as [`score_units_with`] has them.
#[must_use]
pub fn states_with(input: &ScoringInput<'_>, parameters: &LoyaltyParameters) -> UnitStates {
    let axes = loyalty::all_axes(input, &parameters.money);
    states_of(input, parameters, &axes)
}

fn states_of(
    input: &ScoringInput<'_>,
    parameters: &LoyaltyParameters,
    axes: &[loyalty::Axes],
) -> UnitStates {
    let rows: Vec<_> = (0..input.features.len())
        .into_par_iter()
        .map(|i| {
            let tier = loyalty::tier(input, parameters, axes[i], i);
            (tier, churn::state(input, tier, i))
        })
        .collect();
    let (loyalty_tier, churn_state) = rows.into_iter().unzip();
    UnitStates {
        loyalty_tier,
        churn_state,
        loyalty_score: axes.iter().map(|a| a.loyalty).collect(),
    }
}

impl UnitScores {
    /// What the history keeps of these scores.
    #[must_use]
    pub fn states(&self) -> UnitStates {
        UnitStates {
            loyalty_tier: self.loyalty_tier.clone(),
            churn_state: self.churn_state.clone(),
            loyalty_score: self.loyalty_score.clone(),
        }
    }
}

/// Up to three reasons of unit `i`, the most telling first. Found when they are asked for: of all units at once they would
/// take more memory than everything else that is known of them.
#[must_use]
pub fn unit_reasons(input: &ScoringInput<'_>, scores: &UnitScores, i: usize) -> Vec<Reason> {
    reasons::reasons(input, scores.loyalty_tier[i], scores.churn_state[i], i)
}

fn score_rows(
    input: &ScoringInput<'_>,
    parameters: LoyaltyParameters,
    axes: &[loyalty::Axes],
) -> UnitScores {
    let rows: Vec<Row> = (0..input.features.len())
        .into_par_iter()
        .map(|i| {
            let axes = axes[i];
            let tier = loyalty::tier(input, &parameters, axes, i);
            let state = churn::state(input, tier, i);
            Row {
                axes,
                tier,
                state,
                priority: priority(input, state, i),
            }
        })
        .collect();
    let estimates = &input.estimates;
    let n = input.features.len();
    let mut out = UnitScores {
        churn_probability: probabilities(estimates.churn, n),
        churn_probability_180: probabilities(estimates.churn_180, n),
        probability_active: probabilities(estimates.active, n),
        expected_visits_365: known(estimates.visits_365, n),
        expected_spend_365: known(estimates.spend_365, n),
        parameters,
        ..UnitScores::default()
    };
    for row in rows {
        out.frequency_score.push(row.axes.frequency);
        out.quality_score.push(row.axes.quality);
        out.loyalty_score.push(row.axes.loyalty);
        out.loyalty_tier.push(row.tier);
        out.churn_state.push(row.state);
        out.priority.push(row.priority.map(|(yuan, _)| yuan));
        out.priority_is_rule
            .push(row.priority.map(|(_, is_rule)| is_rule));
    }
    out
}

/// Yuan of 24 months at stake, and whether a rule stands in for the probability: min(overdue ratio, 3) / 3.
/// `None` for what has left and what was never here; what never spent has nothing at stake.
fn priority(input: &ScoringInput<'_>, state: Option<ChurnState>, i: usize) -> Option<(f64, bool)> {
    if state.is_none() || is_gone(input.features, i) {
        return None;
    }
    let stake = input.features.spend_24m[i];
    if !stake.is_finite() {
        return None;
    }
    let stake = stake.max(0.0);
    if let Some(estimate) = estimate_of(input.estimates.churn, i) {
        return Some((estimate.value.clamp(0.0, 1.0) * stake, false));
    }
    let ratio = input.rhythm.overdue_ratio[i]?;
    Some((ratio.clamp(0.0, 3.0) / 3.0 * stake, true))
}

fn estimate_of(column: Option<&[Option<Estimate>]>, i: usize) -> Option<Estimate> {
    column
        .and_then(|c| c.get(i).copied().flatten())
        .filter(|e| e.value.is_finite() && e.low.is_finite() && e.high.is_finite())
}

fn known(column: Option<&[Option<Estimate>]>, n: usize) -> Vec<Option<Estimate>> {
    (0..n).map(|i| estimate_of(column, i)).collect()
}

fn probabilities(column: Option<&[Option<Estimate>]>, n: usize) -> Vec<Option<Estimate>> {
    let within = |e: Estimate| Estimate {
        value: e.value.clamp(0.0, 1.0),
        low: e.low.clamp(0.0, 1.0),
        high: e.high.clamp(0.0, 1.0),
    };
    (0..n).map(|i| estimate_of(column, i).map(within)).collect()
}

#[cfg(test)]
mod tests;
