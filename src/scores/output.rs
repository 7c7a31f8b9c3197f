//! Scores as Arrow record batches: columns named, typed and ordered as in `queries/schema.sql`, rows by id.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder};
use chrono::NaiveDate;
use rayon::prelude::*;

use super::{
    CustomerScores, ScoringInput, UnitScores, UnitStates, customer_reasons, estimate_of,
    unit_reasons,
};
use crate::i18n;
use crate::models::ModelCard;
use crate::table::BatchColumns;
use crate::types::{Error, Lang, Reason, Result};

/// The reasons of each row, as text in one language, and as data for any.
fn reasons(c: &mut BatchColumns, lang: Lang, of: impl Fn(usize) -> Vec<Reason> + Sync) {
    let said: Vec<Vec<(String, String)>> = c
        .order()
        .par_iter()
        .map(|&i| {
            of(i)
                .iter()
                .map(|r| (i18n::reason(lang, r), r.encode()))
                .collect()
        })
        .collect();
    c.add("reasons", lists(&said, |(text, _)| text));
    c.add("reason_codes", lists(&said, |(_, code)| code));
}

fn lists(rows: &[Vec<(String, String)>], of: impl Fn(&(String, String)) -> &str) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in rows {
        for reason in row {
            builder.values().append_value(of(reason));
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}

/// VIN and plate of some units.
#[derive(Clone, Debug, Default)]
pub struct VehicleNames {
    /// VIN.
    pub vin: Vec<Option<String>>,
    /// Plate.
    pub plate: Vec<Option<String>>,
}

/// A row for each of some units, given by their place in the features; the names are aligned with them.
///
/// # Errors
/// When a column differs in length from the others.
pub fn vehicle_scores_batch(
    input: &ScoringInput<'_>,
    scores: &UnitScores,
    rows: &[usize],
    names: VehicleNames,
    lang: Lang,
) -> Result<RecordBatch> {
    let f = input.features;
    let r = input.rhythm;
    same_length(f.len(), &[scores.churn_state.len()])?;
    let mut c = BatchColumns::of_rows(rows.to_vec());
    c.same_date("as_of", f.as_of);
    c.texts("store_id", |i| Some(&*f.store_id[i]));
    c.ids("unit_id", |i| f.unit_id[i].0);
    c.add("vin", Arc::new(StringArray::from(names.vin)));
    c.add("plate", Arc::new(StringArray::from(names.plate)));
    c.ids("customer_id", |i| f.customer_id[i].0);
    c.dates("last_visit_on", &f.last_visit_on);
    c.dates("last_maintenance_on", &f.last_maintenance_on);
    c.ints("visits", |i| Some(f.visits[i]));
    c.ints("visits_12m", |i| Some(f.visits_12m[i]));
    c.ints("visits_24m", |i| Some(f.visits_24m[i]));
    c.floats("spend_12m", |i| Some(f.spend_12m[i]));
    c.floats("spend_24m", |i| Some(f.spend_24m[i]));
    c.floats("expected_interval_days", |i| r.expected_interval_days[i]);
    c.texts("interval_source", |i| {
        r.interval_source[i].map(|s| s.as_str())
    });
    c.dates("next_due_on", &r.next_due_on);
    c.floats("overdue_ratio", |i| r.overdue_ratio[i]);
    c.floats("km_per_day", |i| r.km_per_day[i]);
    c.texts("km_per_day_source", |i| {
        Some(r.km_per_day_source[i].as_str())
    });
    c.ints("odometer_now_km", |i| r.odometer_now_km[i]);
    c.floats("frequency_score", |i| scores.frequency_score[i]);
    c.floats("quality_score", |i| scores.quality_score[i]);
    c.floats("loyalty_score", |i| scores.loyalty_score[i]);
    c.texts("loyalty_tier", |i| {
        scores.loyalty_tier[i].map(|t| t.as_str())
    });
    c.texts("churn_state", |i| scores.churn_state[i].map(|s| s.as_str()));
    c.estimates("probability_active", &scores.probability_active);
    c.estimates("churn_probability", &scores.churn_probability);
    c.estimates("churn_probability_180", &scores.churn_probability_180);
    c.estimates("expected_visits_365", &scores.expected_visits_365);
    c.estimates("expected_spend_365", &scores.expected_spend_365);
    c.floats("priority", |i| scores.priority[i]);
    c.flags("priority_is_rule", |i| scores.priority_is_rule[i]);
    reasons(&mut c, lang, |i| unit_reasons(input, scores, i));
    let window = |i: usize| {
        input
            .estimates
            .next_visit
            .and_then(|w| *w.get(i)?)
            .unwrap_or_default()
    };
    c.days("next_visit_on", |i| window(i).on);
    c.days("next_visit_on_low", |i| window(i).low);
    c.days("next_visit_on_high", |i| window(i).high);
    c.batch()
}

/// A row for each of some customers, given by their place in the scores.
///
/// # Errors
/// When a column differs in length from the others.
pub fn customer_scores_batch(
    input: &ScoringInput<'_>,
    units: &UnitScores,
    scores: &CustomerScores,
    rows: &[usize],
    lang: Lang,
) -> Result<RecordBatch> {
    let s = scores;
    let mut c = BatchColumns::of_rows(rows.to_vec());
    c.same_date("as_of", input.features.as_of);
    c.texts("store_id", |i| Some(s.store_id[i].as_str()));
    c.ids("customer_id", |i| s.customer_id[i].0);
    c.ints("vehicles", |i| Some(s.vehicles[i]));
    c.dates("first_visit_on", &s.first_visit_on);
    c.dates("last_visit_on", &s.last_visit_on);
    c.ints("visits_12m", |i| Some(s.visits_12m[i]));
    c.ints("visits_24m", |i| Some(s.visits_24m[i]));
    c.floats("spend_12m", |i| Some(s.spend_12m[i]));
    c.floats("spend_24m", |i| Some(s.spend_24m[i]));
    c.texts("frequency_class", |i| Some(s.frequency_class[i].as_str()));
    c.floats("frequency_score", |i| s.frequency_score[i]);
    c.floats("quality_score", |i| s.quality_score[i]);
    c.floats("loyalty_score", |i| s.loyalty_score[i]);
    c.texts("loyalty_tier", |i| s.loyalty_tier[i].map(|t| t.as_str()));
    c.texts("churn_state", |i| s.churn_state[i].map(|t| t.as_str()));
    c.estimates("probability_active", &s.probability_active);
    c.estimates("churn_probability", &s.churn_probability);
    c.estimates("churn_probability_180", &s.churn_probability_180);
    c.estimates("expected_visits_365", &s.expected_visits_365);
    c.estimates("expected_spend_365", &s.expected_spend_365);
    c.texts("segment", |i| s.segment[i].map(|g| g.as_str()));
    reasons(&mut c, lang, |i| {
        customer_reasons(input, units, s.held.by(i))
    });
    c.batch()
}

/// One row per unit and scored date.
///
/// # Errors
/// When a column differs in length from the others.
pub fn score_history_batch(input: &ScoringInput<'_>, states: &UnitStates) -> Result<RecordBatch> {
    let f = input.features;
    same_length(f.len(), &[states.churn_state.len()])?;
    let mut c = BatchColumns::by_key(&f.unit_id);
    c.same_date("as_of", f.as_of);
    c.ids("unit_id", |i| f.unit_id[i].0);
    c.ids("customer_id", |i| f.customer_id[i].0);
    c.texts("churn_state", |i| states.churn_state[i].map(|s| s.as_str()));
    c.texts("loyalty_tier", |i| {
        states.loyalty_tier[i].map(|t| t.as_str())
    });
    c.floats("loyalty_score", |i| states.loyalty_score[i]);
    c.floats("overdue_ratio", |i| input.rhythm.overdue_ratio[i]);
    c.floats("churn_probability", |i| {
        estimate_of(input.estimates.churn, i).map(|e| e.value.clamp(0.0, 1.0))
    });
    c.batch()
}

/// One row per model card, in their order; parameters, measures and caveats as JSON.
///
/// # Errors
/// When a column differs in length from the others.
pub fn model_cards_batch(as_of: NaiveDate, cards: &[ModelCard]) -> Result<RecordBatch> {
    let order: Vec<usize> = (0..cards.len()).collect();
    let mut c = BatchColumns::by_key(&order);
    let json = |value: &serde_json::Value| value.to_string();
    let parameters: Vec<String> = cards.iter().map(|m| json(&m.parameters)).collect();
    let measures: Vec<String> = cards.iter().map(|m| json(&m.measures)).collect();
    let caveats: Vec<String> = cards
        .iter()
        .map(|m| json(&serde_json::Value::from(m.caveats.clone())))
        .collect();
    c.same_date("as_of", as_of);
    c.texts("name", |i| Some(cards[i].name.as_str()));
    let rows = Int64Array::from(c.take(|i| i64::try_from(cards[i].rows).unwrap_or(i64::MAX)));
    c.add("rows", Arc::new(rows));
    c.texts("parameters", |i| Some(parameters[i].as_str()));
    c.floats("log_likelihood", |i| cards[i].log_likelihood);
    c.texts("measures", |i| Some(measures[i].as_str()));
    c.texts("caveats", |i| Some(caveats[i].as_str()));
    c.batch()
}

fn same_length(expected: usize, lengths: &[usize]) -> Result<()> {
    if lengths.iter().all(|&n| n == expected) {
        Ok(())
    } else {
        Err(Error::internal("columns of different length"))
    }
}

#[cfg(test)]
mod tests;
