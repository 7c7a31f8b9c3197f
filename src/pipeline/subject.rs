//! The subject command: everything that is held on one person, in full, with the reasons behind the scores: what a
//! person may ask for.

use serde_json::{Map, Value, json};

use super::erase::Found;
use super::explain::{self, Explained};
use super::{Context, audit};
use crate::store::{Access, Store, quote_identifier};
use crate::types::{Error, Lang, Result};

/// Everything that is held on a person.
#[derive(Debug, serde::Serialize)]
pub struct Subject {
    /// Rows by table, every column as it is held.
    pub held: Map<String, Value>,
    /// Scores and why, where the person is scored.
    pub explained: Vec<Explained>,
}

/// Gathers what is held on the person whom a customer number, phone, plate or VIN names.
///
/// # Errors
/// When nobody has that key.
pub fn subject(context: &Context, key: &str, lang: Lang) -> Result<Subject> {
    let (store, _) = context.open(Access::Read)?;
    let found = Found::of(&store, key)?;
    if found.is_empty() {
        return Err(Error::usage("key-unknown"));
    }
    audit::note(
        &context.database,
        "subject",
        json!({ "revealed": true, "customers": found.customers.len() }),
    )?;
    let mut held = Map::new();
    for (table, filter) in found.filters(&store)? {
        let rows = rows(&store, &table, &filter)?;
        if !rows.is_empty() {
            held.insert(table, Value::Array(rows));
        }
    }
    drop(store);
    let explained = match explain::explain(context, key, lang, true) {
        Ok(explained) => explained,
        // Not scored, or known by name alone: what is held is said all the same.
        Err(error) if matches!(error.key, "not-scored" | "key-unknown") => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(Subject { held, explained })
}

fn rows(store: &Store, table: &str, filter: &str) -> Result<Vec<Value>> {
    let found = store.table(&format!(
        "select to_json(t)::varchar as row from {} t where {filter} order by 1",
        quote_identifier(table)
    ))?;
    found
        .iter()
        .map(|r| serde_json::from_str(&r.text("row")?.unwrap_or_default()).map_err(Error::internal))
        .collect()
}
