//! Loyalty taken apart: what each part of the two axes is for each unit, and what it weighs.

use arrow::record_batch::RecordBatch;

use super::loyalty::{frequency_parts, quality_parts};
use super::{LoyaltyParameters, ScoringInput};
use crate::settings;
use crate::table::BatchColumns;
use crate::types::Result;

/// One row per unit with a qualified visit: each part of both axes, 0-1; `None` is unknown and passes its weight on.
///
/// # Errors
/// When a column differs in length from the others.
pub fn loyalty_components_batch(
    input: &ScoringInput<'_>,
    parameters: &LoyaltyParameters,
) -> Result<RecordBatch> {
    let f = input.features;
    let units: Vec<usize> = (0..f.len()).filter(|&i| f.visits[i] > 0).collect();
    let parts: Vec<_> = units
        .iter()
        .map(|&i| {
            (
                frequency_parts(input, i),
                quality_parts(input, &parameters.money, i),
            )
        })
        .collect();
    let ids: Vec<u64> = units.iter().map(|&i| f.unit_id[i].0).collect();
    let mut c = BatchColumns::by_key(&ids);
    c.same_date("as_of", f.as_of);
    c.ids("unit_id", |k| ids[k]);
    c.ids("customer_id", |k| f.customer_id[units[k]].0);
    c.floats("expected_visits_24m", |k| parts[k].0.expected_visits);
    c.floats("visits", |k| parts[k].0.visits);
    c.floats("regularity", |k| parts[k].0.regularity);
    c.floats("tenure", |k| parts[k].0.tenure);
    c.floats("money", |k| parts[k].1.money);
    c.floats("payment", |k| parts[k].1.payment);
    c.floats("breadth", |k| parts[k].1.breadth);
    c.batch()
}

/// Axis, part and weight: each part in its axis, and each axis in loyalty.
#[must_use]
pub fn loyalty_weights(s: &settings::Loyalty) -> [(&'static str, &'static str, f64); 8] {
    [
        ("frequency", "visits", s.weight_visits),
        ("frequency", "regularity", s.weight_regularity),
        ("frequency", "tenure", s.weight_tenure),
        ("quality", "money", s.weight_money),
        ("quality", "payment", s.weight_payment),
        ("quality", "breadth", s.weight_breadth),
        ("loyalty", "frequency", s.weight_frequency),
        ("loyalty", "quality", s.weight_quality),
    ]
}
