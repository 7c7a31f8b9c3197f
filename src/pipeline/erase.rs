//! The erase command: one person and their vehicles out of everything, for good. What they paid stays as nobody's;
//! keyed codes (tombstones) stay, so that the next file does not bring them back; the file is rewritten, since what is
//! deleted stays in its holes otherwise.

mod found;
mod refused;
mod tombstones;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::key::Key;
use super::{Context, audit, beside, copies, system};
use crate::import::undo;
use crate::scripts;
use crate::store::{Access, Store, no_link, quote_identifier, quote_text};
use crate::types::{Error, Result};

pub(super) use found::Found;
use refused::clean_refused;
pub use tombstones::lift;
pub(super) use tombstones::{carry_over, reapply, tombstones};

/// What tombstones are derived for.
const PURPOSE: &str = "tombstone";

/// What was taken out, and what may still hold it.
#[derive(Debug, serde::Serialize)]
pub struct Erased {
    /// The day.
    pub on: NaiveDate,
    /// Keyed code of the first of the persons or vehicles, for the records.
    pub code: String,
    /// Customers taken out.
    pub customers: usize,
    /// Vehicles' plates and VINs taken out.
    pub vehicles: usize,
    /// Rows changed or deleted in each table.
    pub rows: Vec<(String, u64)>,
    /// Rows taken out of files of refused rows.
    pub refused_rows: u64,
    /// Files made earlier that may still hold the person: backups, files that were replaced, lists.
    pub elsewhere: Vec<PathBuf>,
    /// Other names that the database's file had before (hard links): they keep it as it was.
    pub other_names: u64,
    /// True where nothing was changed.
    pub dry_run: bool,
}

/// Takes the person that a customer number, phone, plate or VIN names out of the database.
///
/// # Errors
/// When nobody has that key, several have it (unless `all`), or another process holds the database.
pub fn erase(context: &Context, key: &str, all: bool, dry_run: bool) -> Result<Erased> {
    let database = &context.database;
    let refused_files = beside(database, ".rejects");
    no_link(&refused_files)?;
    let (store, _) = context.open(Access::Write)?;
    let found = Found::of(&store, key)?;
    if found.is_empty() {
        return Err(Error::usage("key-unknown"));
    }
    if found.persons > 1 && !all {
        return Err(Error::usage("key-of-several").with("count", found.persons));
    }
    if super::purge::on_hold(&store, &found.customers, context.today)? > 0 {
        return Err(Error::usage("key-on-hold"));
    }
    let words = found.words(&store)?;
    let names = system::names_of(database).unwrap_or(1);
    let secret = Key::of(database, PURPOSE)?;
    let rows = {
        let work = |store: &Store| -> Result<Vec<(String, u64)>> {
            let before = sizes(store, &found)?;
            found.bury(store, &secret, context.today)?;
            found.keys_table(store, context.today)?;
            apply(store)?;
            Ok(before)
        };
        if dry_run {
            store.rehearse(work)?
        } else {
            // The note comes first: what cannot be noted is not done.
            let facts = serde_json::json!({
                "customers": found.customers.len(),
                "vehicles": found.vehicles.len(),
                "code": found.code(&secret),
            });
            audit::note(database, "erase", facts)?;
            copies::rewrite_changed(&store, context, work)?
        }
    };
    let mut refused_rows = 0;
    if !dry_run {
        refused_rows = clean_refused(&refused_files, &words)?;
    }
    drop(store);
    Ok(Erased {
        on: context.today,
        code: found.code(&secret),
        customers: found.customers.len(),
        vehicles: found.vehicles.len(),
        rows,
        refused_rows,
        elsewhere: elsewhere(database),
        other_names: names.saturating_sub(1),
        dry_run,
    })
}

fn write_keys<'a>(
    store: &Store,
    keys: impl Iterator<Item = (&'a str, u64, Option<NaiveDate>)>,
) -> Result<()> {
    store.run(
        "create or replace temp table erased_keys (kind varchar, key ubigint, erased_on date)",
    )?;
    for (kind, key, on) in keys {
        let on = on.map_or_else(|| "null".to_owned(), |d| format!("date '{d}'"));
        store.run(&format!(
            "insert into erased_keys values ('{kind}', {key}, {on})"
        ))?;
    }
    Ok(())
}

/// Runs the script on `erased_keys`, clears what was found about them, and names the units anew.
pub(super) fn apply(store: &Store) -> Result<()> {
    forget_what_was_replaced(store)?;
    store.run(scripts::text("people/erase"))?;
    for (table, column) in found_tables(store)? {
        let from = if column == "unit_id" {
            "(from erased_units)"
        } else {
            "(select key from erased_keys where kind = 'customer')"
        };
        store.run(&format!(
            "delete from {} where {column} in {from}",
            quote_identifier(&table)
        ))?;
    }
    undo::rebuild(store)?;
    // Naming the units anew may have noted that an erased key once named one.
    store.run(
        "delete from unit_aliases where unit_id in (from erased_units) or old_id in (from erased_units);
         drop table erased_keys; drop table erased_units; drop table erased_orders; drop table erased_vehicles;",
    )
}

/// Where what an import replaced holds them, that import can no longer be taken back.
fn forget_what_was_replaced(store: &Store) -> Result<()> {
    for table in undo::aside_tables() {
        let columns = store.table(&format!(
            "select column_name as col from duckdb_columns() where table_name = {} and database_name = current_database()
                 and column_name in ('customer_key', 'customer_id', 'vin_key', 'plate_key', 'vehicle_key')
             order by column_index",
            quote_text(&table)
        ))?;
        for row in columns.iter() {
            let column = row.text("col")?.unwrap_or_default();
            let holds = format!(
                "select count(*) from (from {table} where {column} in (select key from erased_keys) limit 1)"
            );
            if store.count(&holds)? > 0 {
                return undo::forget_all(store);
            }
        }
    }
    Ok(())
}

/// Tables of what was found about units and customers, whoever made them, with the column that names these.
fn found_tables(store: &Store) -> Result<Vec<(String, String)>> {
    store
        .table(
            "select table_name as name, column_name as col from duckdb_columns()
             where column_name in ('unit_id', 'customer_id') and not internal and database_name = current_database()
                 and schema_name = 'main' and table_name in (select table_name from duckdb_tables() where not temporary)
                 and table_name not in ('customers', 'unit_keys', 'unit_aliases', 'vehicles')
             order by all",
        )?
        .iter()
        .map(|r| Ok((r.text("name")?.unwrap_or_default(), r.text("col")?.unwrap_or_default())))
        .collect()
}

/// How many rows of each table hold the person.
fn sizes(store: &Store, found: &Found) -> Result<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for (table, filter) in found.filters(store)? {
        let n = store.count(&format!(
            "select count(*) from {} where {filter}",
            quote_identifier(&table)
        ))?;
        if n > 0 {
            sizes.push((table, n));
        }
    }
    Ok(sizes)
}

/// Files that were made before and are not touched.
fn elsewhere(database: &Path) -> Vec<PathBuf> {
    let mut found = copies::backups(database);
    found.extend(
        (1..10_000)
            .map(|n| beside(database, &format!(".replaced-{n}")))
            .take_while(|p| p.exists()),
    );
    found.extend(
        audit::files_noted(database)
            .into_iter()
            .filter(|p| p.exists()),
    );
    found.sort();
    found.dedup();
    found
}
