//! What estimates share: parameters are fitted to an earlier date whose outcome is known, only what is fitted
//! can predict, and every fit carries a card that says what it rests on and what it is worth.
//!
//! `Params` -> `fit` -> `Fitted` -> `predict` -> [`ModelCard`]. A fit that cannot be trusted is refused with a
//! [`Reason`](crate::types::Reason) instead of giving numbers.

pub mod baselines;
pub mod churn;
pub mod estimate;
#[cfg(test)]
mod expect;
pub mod measures;
pub mod numeric;
pub mod segments_kmeans;
pub mod spend_gamma_gamma;
pub mod survival;
pub mod visits;
pub mod visits_bgcnbd;
pub mod visits_pareto_nbd;

use serde_json::Value;

use crate::features::UnitFeatures;
use crate::rhythm::{RhythmParameters, is_gone};

/// What a fitted model or a set of fitted parameters rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// Name of the model.
    pub name: String,
    /// Units that it was fitted to.
    pub rows: u64,
    /// Fitted parameters.
    pub parameters: Value,
    /// Log-likelihood of the fit, where there is one.
    pub log_likelihood: Option<f64>,
    /// How good it is: each measure with the data that it was taken on.
    pub measures: Value,
    /// Message keys of what to keep in mind.
    pub caveats: Vec<String>,
}

impl ModelCard {
    /// The card of the medians that units borrow from.
    #[must_use]
    pub fn of_rhythm(parameters: &RhythmParameters, units: usize) -> Self {
        Self {
            name: "rhythm".to_owned(),
            rows: units as u64,
            parameters: serde_json::to_value(parameters).unwrap_or(Value::Null),
            log_likelihood: None,
            measures: Value::Null,
            caveats: vec!["caveat-persons-only".to_owned()],
        }
    }
}

/// A unit whose return can be observed: it has come before, is not in the shop now and has not left.
#[must_use]
pub fn comparable(features: &UnitFeatures, i: usize) -> bool {
    features.visits[i] > 0
        && features.last_visit_on[i].is_some_and(|d| d <= features.as_of)
        && !features.open_order[i]
        && !is_gone(features, i)
}
