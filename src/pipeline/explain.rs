//! The explain command: every number behind one customer's scores, from the same values that made them.

use super::{Context, audit};
use crate::import::{keys, phones, plate, vin};
use crate::store::{Access, Store, quote_text};
use crate::table::{Table, Value};
use crate::types::{Error, Reason, Result};

/// One unit, explained.
#[derive(Debug, serde::Serialize)]
pub struct Explained {
    /// Who it is, masked unless revealed: name, phone, plate, VIN, vehicle.
    pub who: Vec<(String, String)>,
    /// Scores, states and estimates.
    pub scores: Vec<(String, Value)>,
    /// What the scores were read from.
    pub features: Vec<(String, Value)>,
    /// Why, encoded.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
    /// The last visits: day, class, amount, odometer, qualified.
    pub visits: Vec<Vec<Value>>,
    /// What each model rests on: name, rows, measures, caveats.
    pub models: Vec<Vec<Value>>,
}

/// Explains the units that a plate, VIN, customer number or phone names.
///
/// # Errors
/// When nothing is scored yet or the key is unknown.
pub fn explain(context: &Context, key: &str, reveal: bool) -> Result<Vec<Explained>> {
    let (store, _) = context.open(Access::Read)?;
    if store.count("select count(*) from vehicle_scores")? == 0 {
        return Err(Error::data("not-scored").with("path", context.database.display()));
    }
    let units = find(&store, key)?;
    if units.is_empty() {
        return Err(Error::usage("key-unknown"));
    }
    if reveal {
        audit::note(
            &context.database,
            "explain",
            serde_json::json!({ "revealed": true, "units": units.len() }),
        )?;
    }
    units
        .iter()
        .map(|unit| explain_unit(&store, *unit, reveal))
        .collect()
}

fn find(store: &Store, key: &str) -> Result<Vec<u64>> {
    let mut vehicle_keys = Vec::new();
    vehicle_keys.extend(plate(key).map(|p| keys::of_plate(&p)));
    vehicle_keys.extend(vin(key).map(|v| keys::of_vin(&v)));
    let list = vehicle_keys
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let phone = phones(key).into_iter().next().unwrap_or_default();
    let table = store.table(&format!(
        "with named as (
             select distinct unit_id from unit_keys where key in ({list})
             union
             select s.unit_id from vehicle_scores s join customers c on c.customer_id = s.customer_id
             where c.customer_no = {} or ({} <> '' and list_contains(c.phones, {}))
         )
         select s.unit_id from vehicle_scores s semi join named n on n.unit_id = s.unit_id order by s.unit_id limit 50",
        quote_text(key.trim()),
        quote_text(&phone),
        quote_text(&phone),
    ))?;
    Ok(table
        .iter()
        .filter_map(|r| r.id("unit_id").ok().flatten())
        .collect())
}

fn explain_unit(store: &Store, unit: u64, reveal: bool) -> Result<Explained> {
    let scores = store.table(&format!(
        "select * from vehicle_scores where unit_id = {unit}"
    ))?;
    let features = store.table(&format!(
        "select * from features_scored where unit_id = {unit}"
    ))?;
    let who = store.table(&format!(
        "select c.name, c.phone_primary as phone, v.plate, v.vin, concat_ws(' ', v.brand, v.series, v.model) as vehicle
         from vehicle_scores s left join vehicles v on v.unit_id = s.unit_id
         left join customers c on c.customer_id = s.customer_id where s.unit_id = {unit}"
    ))?;
    let visits = store.table(&format!(
        "select first_on, main_class, paid_amount, odometer_km, qualified from visits where unit_id = {unit}
         order by first_in desc, visit_id limit 8"
    ))?;
    let models = store.table(
        "select name, rows, measures, caveats from model_cards
         where as_of = (select max(as_of) from vehicle_scores) and name like 'churn%' order by name",
    )?;
    let reasons = scores
        .first()
        .map(|r| r.texts("reason_codes"))
        .transpose()?
        .unwrap_or_default();
    Ok(Explained {
        who: named(&who)
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::Text(text) if !text.is_empty() => {
                    let shown = if reveal { text } else { masked(&name, &text) };
                    Some((name, shown))
                }
                _ => None,
            })
            .collect(),
        scores: without(named(&scores), &["vin", "plate", "reasons", "reason_codes"]),
        features: without(named(&features), &["unit_id", "customer_id"]),
        reasons: reasons.iter().map(|r| Reason::decode(r)).collect(),
        visits: visits.rows,
        models: models.rows,
    })
}

fn named(table: &Table) -> Vec<(String, Value)> {
    let cells = table.rows.first().cloned().unwrap_or_default();
    table.columns.iter().cloned().zip(cells).collect()
}

fn without(cells: Vec<(String, Value)>, names: &[&str]) -> Vec<(String, Value)> {
    cells
        .into_iter()
        .filter(|(n, _)| !names.contains(&n.as_str()))
        .collect()
}

/// A value that identifies somebody, as it is shown where it is not asked for in full.
#[must_use]
pub fn masked(name: &str, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let part = |first: usize, middle: &str, last: usize| {
        // Where nothing would be left to hide, nothing is shown.
        if chars.len() <= first + last + 1 {
            return "*".repeat(chars.len());
        }
        let head: String = chars[..first].iter().collect();
        let tail: String = chars[chars.len() - last..].iter().collect();
        format!("{head}{middle}{tail}")
    };
    match name {
        "name" => format!("{}**", chars.iter().take(1).collect::<String>()),
        "phone" => part(3, "****", 4),
        "plate" => part(2, "·**", 3),
        "vin" => part(0, "***********", 6),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn short_values_are_hidden_whole() {
        assert_eq!(masked("plate", "粤A12345"), "粤A·**345");
        assert_eq!(masked("plate", "粤A1"), "***");
        assert_eq!(masked("phone", "13800138000"), "138****8000");
        assert_eq!(masked("phone", "8888666"), "*******");
    }
}
