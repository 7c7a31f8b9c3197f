//! Scores as Arrow record batches: columns named, typed and ordered as in `queries/schema.sql`, rows by id.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, ListBuilder,
    RecordBatch, StringArray, StringBuilder, UInt64Array,
};
use chrono::NaiveDate;

use super::{CustomerScores, ScoringInput, UnitScores};
use crate::i18n;
use crate::models::ModelCard;
use crate::types::{Error, Estimate, Lang, Reason, Result};

/// Columns under construction, and the order in which rows are taken.
struct Columns {
    order: Vec<usize>,
    columns: Vec<(String, ArrayRef)>,
}

impl Columns {
    fn by_key<K: Ord>(keys: &[K]) -> Self {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
        Self {
            order,
            columns: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, array: ArrayRef) {
        self.columns.push((name.to_owned(), array));
    }

    fn take<T>(&self, of: impl Fn(usize) -> T) -> Vec<T> {
        self.order.iter().map(|&i| of(i)).collect()
    }

    fn same_date(&mut self, name: &str, date: NaiveDate) {
        let array = Date32Array::from(vec![days(date); self.order.len()]);
        self.add(name, Arc::new(array));
    }

    fn dates(&mut self, name: &str, values: &[Option<NaiveDate>]) {
        let array = Date32Array::from(self.take(|i| values[i].map(days)));
        self.add(name, Arc::new(array));
    }

    fn ids(&mut self, name: &str, of: impl Fn(usize) -> u64) {
        let array = UInt64Array::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    fn ints(&mut self, name: &str, of: impl Fn(usize) -> Option<i32>) {
        let array = Int32Array::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    /// What is not a number is unknown.
    fn floats(&mut self, name: &str, of: impl Fn(usize) -> Option<f64>) {
        let array = Float64Array::from(self.take(|i| of(i).filter(|v| v.is_finite())));
        self.add(name, Arc::new(array));
    }

    fn flags(&mut self, name: &str, of: impl Fn(usize) -> Option<bool>) {
        let array = BooleanArray::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    fn texts<'t>(&mut self, name: &str, of: impl Fn(usize) -> Option<&'t str>) {
        let array = StringArray::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    fn estimates(&mut self, name: &str, values: &[Option<Estimate>]) {
        self.floats(name, |i| values[i].map(|e| e.value));
        self.floats(&format!("{name}_low"), |i| values[i].map(|e| e.low));
        self.floats(&format!("{name}_high"), |i| values[i].map(|e| e.high));
    }

    /// The reasons as text in one language, and as data for any.
    fn reasons(&mut self, lang: Lang, values: &[Vec<Reason>]) {
        let texts = self.lists(values, |r| i18n::reason(lang, r));
        self.add("reasons", texts);
        let codes = self.lists(values, Reason::encode);
        self.add("reason_codes", codes);
    }

    fn lists(&self, values: &[Vec<Reason>], text: impl Fn(&Reason) -> String) -> ArrayRef {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for &i in &self.order {
            for reason in &values[i] {
                builder.values().append_value(text(reason));
            }
            builder.append(true);
        }
        Arc::new(builder.finish())
    }

    fn batch(self) -> Result<RecordBatch> {
        RecordBatch::try_from_iter_with_nullable(
            self.columns
                .into_iter()
                .map(|(name, array)| (name, array, true)),
        )
        .map_err(Error::internal)
    }
}

/// Days since 1970-01-01, as Arrow counts them.
fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// One row per unit. `vin` and `plate` are aligned with the features.
///
/// # Errors
/// When a column differs in length from the others.
pub fn vehicle_scores_batch(
    input: &ScoringInput<'_>,
    scores: &UnitScores,
    vin: &[Option<String>],
    plate: &[Option<String>],
    lang: Lang,
) -> Result<RecordBatch> {
    let f = input.features;
    let r = input.rhythm;
    same_length(f.len(), &[vin.len(), plate.len(), scores.reasons.len()])?;
    let mut c = Columns::by_key(&f.unit_id);
    c.same_date("as_of", f.as_of);
    c.texts("store_id", |i| Some(f.store_id[i].as_str()));
    c.ids("unit_id", |i| f.unit_id[i].0);
    c.texts("vin", |i| vin[i].as_deref());
    c.texts("plate", |i| plate[i].as_deref());
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
    c.reasons(lang, &scores.reasons);
    c.batch()
}

/// One row per customer.
///
/// # Errors
/// When a column differs in length from the others.
pub fn customer_scores_batch(
    as_of: NaiveDate,
    scores: &CustomerScores,
    lang: Lang,
) -> Result<RecordBatch> {
    let s = scores;
    let mut c = Columns::by_key(&s.customer_id);
    c.same_date("as_of", as_of);
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
    c.texts("segment", |i| s.segment[i].as_deref());
    c.reasons(lang, &s.reasons);
    c.batch()
}

/// One row per unit and scored date.
///
/// # Errors
/// When a column differs in length from the others.
pub fn score_history_batch(input: &ScoringInput<'_>, scores: &UnitScores) -> Result<RecordBatch> {
    let f = input.features;
    same_length(f.len(), &[scores.reasons.len()])?;
    let mut c = Columns::by_key(&f.unit_id);
    c.same_date("as_of", f.as_of);
    c.ids("unit_id", |i| f.unit_id[i].0);
    c.ids("customer_id", |i| f.customer_id[i].0);
    c.texts("churn_state", |i| scores.churn_state[i].map(|s| s.as_str()));
    c.texts("loyalty_tier", |i| {
        scores.loyalty_tier[i].map(|t| t.as_str())
    });
    c.floats("loyalty_score", |i| scores.loyalty_score[i]);
    c.floats("overdue_ratio", |i| input.rhythm.overdue_ratio[i]);
    c.floats("churn_probability", |i| {
        scores.churn_probability[i].map(|e| e.value)
    });
    c.batch()
}

/// One row per model card, in their order; parameters, measures and caveats as JSON.
///
/// # Errors
/// When a column differs in length from the others.
pub fn model_cards_batch(as_of: NaiveDate, cards: &[ModelCard]) -> Result<RecordBatch> {
    let order: Vec<usize> = (0..cards.len()).collect();
    let mut c = Columns::by_key(&order);
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
