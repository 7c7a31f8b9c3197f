//! The inventory command: which columns say something of people, how many people are held and since when: what whoever
//! answers for the data needs for a record of processing or an impact assessment.

use std::collections::BTreeMap;

use super::Context;
use super::say::{self, Out, filled};
use crate::columns::privacy::{self, Class};
use crate::i18n;
use crate::store::{Access, quote_identifier};
use crate::types::{Lang, Result};

/// People from which car makers, dealers and repair shops hold important data (Several Provisions on Automotive Data
/// Security Management, Cyberspace Administration of China and others, order 7 of 2021, article 3).
const IMPORTANT: u64 = 100_000;

/// What one table holds of people.
#[derive(Debug, serde::Serialize)]
pub struct Held {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// Columns by class; those that say nothing of a person are left out.
    pub columns: BTreeMap<&'static str, Vec<String>>,
    /// First and last day that it speaks of, where it has days.
    pub days: Option<(String, String)>,
}

/// What the file holds of people.
#[derive(Debug, serde::Serialize)]
pub struct Inventory {
    /// Persons with a name, phone or number.
    pub people: u64,
    /// Companies.
    pub companies: u64,
    /// Those who want no advertising.
    pub opted_out: u64,
    /// People from which the data counts as important.
    pub important_from: u64,
    /// True from that number on.
    pub is_important: bool,
    /// Tables with columns that say something of people.
    pub tables: Vec<Held>,
}

/// The column whose first and last day a table is said to span.
const DAYS: &[&str] = &[
    "in_at",
    "for_at",
    "start_date",
    "surveyed_at",
    "complained_at",
    "contacted_at",
    "submitted_on",
    "notified_on",
    "open_on",
    "as_of",
    "file_opened_at",
    "purchase_date",
];

/// Reads what is held.
///
/// # Errors
/// When there is no database.
pub fn inventory(context: &Context) -> Result<Inventory> {
    let (store, _) = context.open(Access::Read)?;
    let columns = store.table(
        "select c.table_name as name, c.column_name as col, c.data_type as type
         from duckdb_columns() c join duckdb_tables() t on t.table_oid = c.table_oid and t.database_name = c.database_name
             and t.schema_name = c.schema_name and t.table_name = c.table_name
         where c.database_name = current_database() and not c.internal and not t.temporary
         order by c.table_name, c.column_index",
    )?;
    let mut tables: Vec<Held> = Vec::new();
    for row in columns.iter() {
        let table = row.text("name")?.unwrap_or_default();
        let column = row.text("col")?.unwrap_or_default();
        let is_text = row.text("type")?.unwrap_or_default().starts_with("VARCHAR");
        if tables.last().is_none_or(|t| t.table != table) {
            let rows = store.count(&format!(
                "select count(*) from {}",
                quote_identifier(&table)
            ))?;
            tables.push(Held {
                table: table.clone(),
                rows,
                columns: BTreeMap::new(),
                days: None,
            });
        }
        let Some(held) = tables.last_mut() else {
            continue;
        };
        if held.days.is_none() && DAYS.contains(&column.as_str()) {
            let name = quote_identifier(&column);
            let source = quote_identifier(&table);
            let from = store.day(&format!("select min({name})::date from {source}"))?;
            let to = store.day(&format!("select max({name})::date from {source}"))?;
            held.days = from.zip(to).map(|(f, t)| (f.to_string(), t.to_string()));
        }
        let class = privacy::class(&table, &column, is_text);
        if class != Class::Plain {
            held.columns.entry(class.as_str()).or_default().push(column);
        }
    }
    tables.retain(|t| t.rows > 0 && !t.columns.is_empty());
    let count = |filter: &str| {
        store.count(&format!(
            "select count(*) from customers_merged where customer_id = person_id and ({filter})"
        ))
    };
    let people = count("kind is distinct from 'company' and kind is distinct from 'internal'")?;
    Ok(Inventory {
        people,
        companies: count("kind = 'company'")?,
        opted_out: count("consent_marketing = 'no'")?,
        important_from: IMPORTANT,
        is_important: people >= IMPORTANT,
        tables,
    })
}

/// Says what is held.
pub(super) fn say(out: &mut Out, lang: Lang, found: &Inventory) {
    let args = [
        ("people", say::n(found.people)),
        ("companies", say::n(found.companies)),
        ("opted", say::n(found.opted_out)),
    ];
    out.line(&filled(lang, "said-inventory", &args));
    if found.is_important {
        out.line(&filled(
            lang,
            "said-inventory-important",
            &[("least", say::n(found.important_from))],
        ));
    }
    for table in &found.tables {
        let days = table
            .days
            .as_ref()
            .map_or_else(String::new, |(from, to)| format!(" · {from} – {to}"));
        out.line(&format!("{} · {}{days}", table.table, say::n(table.rows)));
        for (class, columns) in &table.columns {
            let class = i18n::text(lang, &format!("privacy-{class}"), &[]);
            out.line(&format!("  {class}: {}", columns.join(", ")));
        }
    }
}
