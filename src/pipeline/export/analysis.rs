//! An export for analysis: rows that say nothing of whom they are about. What names or reaches somebody is left out, numbers
//! become keyed codes that differ by purpose, days become months, distances whole thousands, and what fewer than ten
//! customers have in common is not said.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;

use super::Exported;
use crate::columns::privacy::{self, Class};
use crate::pipeline::key::Key;
use crate::store::{Store, quote_identifier};
use crate::table::Value;
use crate::types::{Error, Result};

/// Customers that a value must be shared by to be said.
const LEAST: u64 = 10;
/// Hexadecimal digits of a code: 64 bits, as of the number it stands for.
const DIGITS: usize = 16;

/// The query and its columns.
///
/// # Errors
/// When the table has too few customers, or the secret cannot be read.
pub(super) fn selection(
    store: &Store,
    database: &Path,
    purpose: &str,
    table: &str,
    columns: Vec<Exported>,
) -> Result<(String, Vec<Exported>)> {
    let source = quote_identifier(table);
    let customer = ["customer_id", "customer_key", "unit_id"]
        .iter()
        .find(|name| columns.iter().any(|c| c.name == **name));
    // Where a table knows no customers, each row counts as one.
    let (people, counted) = match customer {
        // Customers that count as one person are one.
        Some(c) if *c != "unit_id" => (
            "distinct counted_person".to_owned(),
            format!(
                "(select s.*, coalesce(a.person_id, s.{c}) as counted_person from {source} s
                 left join customer_aliases a on a.customer_id = s.{c})"
            ),
        ),
        Some(c) => (format!("distinct {c}"), source.clone()),
        None => ("*".to_owned(), source.clone()),
    };
    let rows = store.count(&format!("select count({people}) from {counted}"))?;
    if rows < LEAST {
        return Err(Error::data("analysis-too-few")
            .with("table", table)
            .with("customers", rows)
            .with("least", LEAST));
    }
    codes(
        store,
        &Key::of(database, &format!("analysis:{purpose}"))?,
        &source,
        table,
        &columns,
    )?;
    let (mut expressions, mut joins, mut kept) = (Vec::new(), String::new(), Vec::new());
    for mut column in columns {
        let name = quote_identifier(&column.name);
        let own = format!("t.{name}");
        let expression = match privacy::class(table, &column.name, column.is_text) {
            Class::Direct | Class::Contact | Class::Vehicle => continue,
            Class::Quasi if column.is_list => continue,
            Class::Surrogate => {
                let code = format!("c{}", kept.len());
                joins.push_str(&format!(
                    " left join analysis_codes {code} on {code}.value = {own}::varchar"
                ));
                column.is_text = true;
                format!("{code}.code")
            }
            Class::Quasi => format!(
                "case when {own} in (select {name} from {counted} where {name} is not null group by 1 having count({people}) >= {LEAST}) then {own} end"
            ),
            Class::Plain if matches!(column.kind.as_str(), "DATE" | "TIMESTAMP") => {
                format!("date_trunc('month', {own})::date")
            }
            Class::Plain if column.name.starts_with("odometer") => {
                format!("(round({own} / 1000.0) * 1000)::integer")
            }
            Class::Plain => own,
        };
        expressions.push(format!("{expression} as {name}"));
        kept.push(column);
    }
    Ok((
        format!(
            "select {} from {source} t{joins} order by all",
            expressions.join(", ")
        ),
        kept,
    ))
}

/// The code of every number in the table, in a table of this connection alone.
fn codes(store: &Store, key: &Key, source: &str, table: &str, columns: &[Exported]) -> Result<()> {
    store.run("create or replace temp table analysis_codes (value varchar, code varchar)")?;
    let parts: Vec<String> = columns
        .iter()
        .filter(|c| privacy::class(table, &c.name, c.is_text) == Class::Surrogate)
        .map(|c| {
            let name = quote_identifier(&c.name);
            format!("select {name}::varchar as v from {source} where {name} is not null")
        })
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    let values = store.table(&parts.join(" union "))?;
    let (mut numbers, mut codes) = (Vec::new(), Vec::new());
    for row in &values.rows {
        if let Some(Value::Text(value)) = row.first() {
            let code = key.code(&[value.as_bytes()]);
            codes.push(code.chars().take(DIGITS).collect::<String>());
            numbers.push(value.clone());
        }
    }
    let numbers: ArrayRef = Arc::new(StringArray::from(numbers));
    let codes: ArrayRef = Arc::new(StringArray::from(codes));
    let batch = RecordBatch::try_from_iter([("value", numbers), ("code", codes)])
        .map_err(Error::internal)?;
    store.append("temp.analysis_codes", [batch])
}
