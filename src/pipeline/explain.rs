//! The explain command: the whole path from one unit's orders to its scores, from the same values that made them.

mod loyalty;
mod outlook;
mod probability;
mod rules;
mod said;
mod segment;
mod visits;

pub use probability::Contributions;
pub use said::{Said, Step};

use chrono::NaiveDate;

use self::said::Words;
use super::score::dates::set_run;
use super::{Context, audit};
use crate::i18n;
use crate::import::{keys, phones, plate, vin};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::table::{Table, Value};
use crate::types::{Error, Lang, Reason, Result};

/// One unit, explained.
#[derive(Debug, serde::Serialize)]
pub struct Explained {
    /// The date scored.
    pub as_of: Option<NaiveDate>,
    /// Who it is, masked unless revealed: name, phone, plate, VIN, vehicle.
    pub who: Vec<(String, String)>,
    /// Why it is where it is: what a list says, three sentences at most.
    pub why: Vec<Said>,
    /// From orders to the priority, step by step.
    pub path: Vec<Step>,
    /// What each input adds to the log-odds of leaving, where a model gave the probability.
    pub contributions: Option<Contributions>,
    /// Scores, states and estimates.
    pub scores: Vec<(String, Value)>,
    /// What the scores were read from.
    pub features: Vec<(String, Value)>,
    /// What each model rests on: name, rows, measures, caveats.
    pub models: Vec<Vec<Value>>,
}

/// What is read of one unit.
struct Read<'a> {
    store: &'a Store,
    settings: &'a Settings,
    words: Words<'a>,
    unit: u64,
    /// Its row of `vehicle_scores`.
    scores: Table,
    /// Its row of `features_scored`.
    features: Table,
}

impl Read<'_> {
    /// A figure of the scores, else of the features.
    fn number(&self, name: &str) -> Option<f64> {
        [&self.scores, &self.features].into_iter().find_map(|t| {
            let row = t.first()?;
            match row.get(name).ok()? {
                Value::Float(v) => Some(*v),
                Value::Int(v) => Some(*v as f64),
                _ => None,
            }
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        [&self.scores, &self.features]
            .into_iter()
            .find_map(|t| t.first()?.text(name).ok().flatten())
    }

    fn date(&self, name: &str) -> Option<NaiveDate> {
        [&self.scores, &self.features]
            .into_iter()
            .find_map(|t| t.first()?.date(name).ok().flatten())
    }

    fn as_of(&self) -> Option<NaiveDate> {
        self.date("as_of")
    }

    /// Days from a date to the as-of date.
    fn days_since(&self, date: Option<NaiveDate>) -> Option<i64> {
        Some((self.as_of()? - date?).num_days())
    }

    /// Parameters of a model's card at the as-of date.
    fn card(&self, name: &str) -> Result<Option<serde_json::Value>> {
        let Some(as_of) = self.as_of() else {
            return Ok(None);
        };
        let found = self.store.table(&format!(
            "select parameters from model_cards where as_of = date '{as_of}' and name = {}",
            quote_text(name)
        ))?;
        let text = found.first().map(|r| r.text("parameters")).transpose()?;
        Ok(text
            .flatten()
            .and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn has_table(&self, name: &str) -> Result<bool> {
        let found = self.store.count(&format!(
            "select count(*) from duckdb_tables() where table_name = '{name}' and database_name = current_database()"
        ))?;
        Ok(found > 0)
    }
}

/// Explains the units that a plate, VIN, customer number or phone names.
///
/// # Errors
/// When nothing is scored yet or the key is unknown.
pub fn explain(context: &Context, key: &str, lang: Lang, reveal: bool) -> Result<Vec<Explained>> {
    let (store, settings) = context.open(Access::Read)?;
    let Some(as_of) = store.day("select max(as_of) from vehicle_scores")? else {
        return Err(Error::data("not-scored").with("path", context.database.display()));
    };
    let units = find(&store, key)?;
    if units.is_empty() {
        let is_known = !known(&store, key)?.is_empty();
        return Err(Error::usage(if is_known {
            "key-unscored"
        } else {
            "key-unknown"
        }));
    }
    if reveal {
        audit::note(
            &context.database,
            "explain",
            serde_json::json!({ "revealed": true, "units": units.len() }),
        )?;
    }
    set_run(&store, &settings, as_of)?;
    units
        .iter()
        .map(|unit| explain_unit(&store, &settings, lang, *unit, reveal))
        .collect()
}

/// The scored units that a plate, VIN, customer number or phone names.
pub(super) fn find(store: &Store, key: &str) -> Result<Vec<u64>> {
    units(
        store,
        key,
        "select s.unit_id from vehicle_scores s semi join named n on n.unit_id = s.unit_id",
    )
}

/// The same with what was never scored: vehicles without a visit, and customers of whom nothing else is known, who are
/// units of their own.
pub(super) fn known(store: &Store, key: &str) -> Result<Vec<u64>> {
    units(
        store,
        key,
        "select unit_id from named union select person_id from people
         union select h.unit_id from vehicles h where h.customer_id in (select person_id from people)",
    )
}

/// What the question tells of `named` (unit_id) and `people` (person_id), at most fifty.
fn units(store: &Store, key: &str, question: &str) -> Result<Vec<u64>> {
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
        "with people as (
             select distinct m.person_id
             from customers_merged m
             join customers c on c.customer_id = m.customer_id
             where c.customer_no = {} or ({} <> '' and list_contains(c.phones, {}))
         ),
         named as (
             select distinct unit_id from unit_keys where key in ({list})
             union
             select s.unit_id from vehicle_scores s
             left join customer_aliases a on a.customer_id = s.customer_id
             join people p on p.person_id = coalesce(a.person_id, s.customer_id)
         )
         select distinct unit_id from ({question}) order by unit_id limit 50",
        quote_text(key.trim()),
        quote_text(&phone),
        quote_text(&phone),
    ))?;
    Ok(table
        .iter()
        .filter_map(|r| r.id("unit_id").ok().flatten())
        .collect())
}

fn explain_unit(
    store: &Store,
    settings: &Settings,
    lang: Lang,
    unit: u64,
    reveal: bool,
) -> Result<Explained> {
    let currency = settings.currency();
    let read = Read {
        store,
        settings,
        words: Words {
            lang,
            currency: &currency,
        },
        unit,
        scores: store.table(&format!(
            "select * from vehicle_scores where unit_id = {unit}"
        ))?,
        features: store.table(&format!(
            "select * from features_scored where unit_id = {unit}"
        ))?,
    };
    let who = store.table(&format!(
        "select c.name, c.phone_primary as phone, v.plate, v.vin, concat_ws(' ', v.brand, v.series, v.model) as vehicle
         from vehicle_scores s left join vehicles v on v.unit_id = s.unit_id
         left join customers_merged c on c.customer_id = s.customer_id where s.unit_id = {unit}"
    ))?;
    let models = store.table(
        "select name, rows, measures, caveats from model_cards
         where as_of = (select max(as_of) from vehicle_scores) and name like 'churn%' order by name",
    )?;
    let reasons = read
        .scores
        .first()
        .map(|r| r.texts("reason_codes"))
        .transpose()?
        .unwrap_or_default();
    let (probability, contributions) = probability::steps(&read)?;
    let mut path = visits::steps(&read, reveal)?;
    path.extend(loyalty::steps(&read)?);
    path.extend(rules::steps(&read)?);
    path.extend(probability);
    path.push(outlook::step(&read)?);
    path.push(segment::step(&read)?);
    path.push(rules::last_step(&read));
    Ok(Explained {
        as_of: read.as_of(),
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
        why: reasons
            .iter()
            .map(|code| {
                let reason = Reason::decode(code);
                Said {
                    text: i18n::reason(lang, &reason),
                    key: reason.key,
                    values: reason.args.into_iter().collect(),
                }
            })
            .collect(),
        path,
        contributions,
        scores: without(
            named(&read.scores),
            &["vin", "plate", "reasons", "reason_codes"],
        ),
        features: without(named(&read.features), &["unit_id", "customer_id"]),
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
        "customer_no" => part(0, "***", 3),
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
