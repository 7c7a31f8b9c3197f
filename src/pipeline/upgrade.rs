//! Files of other versions: one made by an earlier version gets the tables and columns that came since, one made by a
//! later version is refused, since what it means is not known here.

use std::collections::BTreeSet;

use crate::store::{Access, Store, quote_identifier};
use crate::types::{Error, Result};
use crate::{scripts, table};

/// Version of what the tables mean. Raised where an earlier version would misread a file, not where a column is added.
const SCHEMA_VERSION: i64 = 1;

/// What an open file is to this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It has the tables and columns of this version, or what is read stands in for them.
    Current,
    /// It lacks some: [`bring_up`] must come before anything is written.
    Earlier,
}

/// Makes a new file ready for this version, and tells what an existing one is to it.
///
/// # Errors
/// When the file was made by a later version.
pub(super) fn prepare(store: &Store, access: Access) -> Result<Age> {
    let has_meta = store.count(
        "select count(*) from duckdb_tables() where table_name = 'retain_meta' and database_name = current_database()",
    )? > 0;
    if has_meta {
        let version = meta(store, "schema_version")?.and_then(|v| v.parse::<i64>().ok());
        if let Some(version) = version.filter(|v| *v > SCHEMA_VERSION) {
            return Err(Error::data("database-newer")
                .with("path", store.shown())
                .with("version", version)
                .with("known", SCHEMA_VERSION)
                .with("program", meta(store, "program")?.unwrap_or_default()));
        }
    }
    if has_meta && is_current(store)? {
        return Ok(Age::Current);
    }
    if access == Access::Read {
        return stand_ins(store).map(|()| Age::Current);
    }
    if has_meta {
        return Ok(Age::Earlier);
    }
    store.transaction(|store| {
        store.run(&scripts::schema())?;
        note_version(store)
    })?;
    Ok(Age::Current)
}

/// Gives a file of an earlier version the tables and columns that came since; to be called inside a transaction.
///
/// # Errors
/// When the engine refuses.
pub(super) fn bring_up(store: &Store) -> Result<()> {
    store.run(&scripts::schema())?;
    add_columns(store)?;
    note_version(store)
}

fn note_version(store: &Store) -> Result<()> {
    store.run(&format!(
        "delete from retain_meta where name in ('schema_version', 'schema_shape', 'program');
         insert into retain_meta values ('schema_version', '{SCHEMA_VERSION}'), ('schema_shape', '{}'), ('program', '{}');",
        shape(),
        env!("CARGO_PKG_VERSION")
    ))
}

/// True where a file has all tables and columns of this version.
///
/// # Errors
/// When the engine refuses.
pub(super) fn is_current(store: &Store) -> Result<bool> {
    Ok(meta(store, "schema_shape")?.as_deref() == Some(&shape()))
}

/// A file of an earlier version that is only read has no decisions about customers: what reads them finds none.
fn stand_ins(store: &Store) -> Result<()> {
    let has = |table: &str| -> Result<bool> {
        let sql = format!("select count(*) from duckdb_tables() where table_name = '{table}'");
        Ok(store.count(&sql)? > 0)
    };
    if has("customer_aliases")? || !has("customers")? {
        return Ok(());
    }
    let script = scripts::text("people/customers_merged");
    store.run(
        &script
            .replace("create table if not exists", "create temp table")
            .replace("create or replace view", "create or replace temp view"),
    )
}

fn meta(store: &Store, name: &str) -> Result<Option<String>> {
    let found = store.table(&format!(
        "select value from retain_meta where name = '{name}'"
    ))?;
    Ok(match found.rows.first().and_then(|r| r.first()) {
        Some(table::Value::Text(text)) => Some(text.clone()),
        _ => None,
    })
}

/// Names the tables and columns of this version.
fn shape() -> String {
    format!(
        "{:016x}",
        xxhash_rust::xxh3::xxh3_64(scripts::schema().as_bytes())
    )
}

/// Adds the columns that tables of an earlier version lack; what nobody knew then is NULL.
fn add_columns(store: &Store) -> Result<()> {
    const COLUMNS: &str = "select c.table_name as name, c.column_name as col, c.data_type as type
         from duckdb_columns() c join duckdb_tables() t on t.table_oid = c.table_oid and t.database_name = c.database_name
             and t.schema_name = c.schema_name and t.table_name = c.table_name
         where c.database_name = current_database() and not c.internal and not t.temporary
         order by c.table_name, c.column_index";
    let model = Store::in_memory()?;
    model.run(&scripts::schema())?;
    let named = |store: &Store| -> Result<Vec<(String, String, String)>> {
        store
            .table(COLUMNS)?
            .iter()
            .map(|r| {
                let text = |name: &str| Ok::<_, Error>(r.text(name)?.unwrap_or_default());
                Ok((text("name")?, text("col")?, text("type")?))
            })
            .collect()
    };
    let present: BTreeSet<(String, String)> =
        named(store)?.into_iter().map(|(t, c, _)| (t, c)).collect();
    for (table, column, kind) in named(&model)? {
        if !present.contains(&(table.clone(), column.clone())) {
            store.run(&format!(
                "alter table {} add column {} {kind}",
                quote_identifier(&table),
                quote_identifier(&column)
            ))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_of_an_earlier_version_gets_what_came_since_and_keeps_what_it_holds() {
        let store = Store::in_memory().unwrap();
        store
            .run(
                "create table retain_meta (name varchar, value varchar);
                  insert into retain_meta values ('schema_version', '1');
                  create table targets (row_key ubigint, year integer);
                  insert into targets values (7, 2025);",
            )
            .unwrap();
        // Looking at it changes nothing.
        assert_eq!(prepare(&store, Access::Write).unwrap(), Age::Earlier);
        assert!(meta(&store, "schema_shape").unwrap().is_none());
        store.transaction(bring_up).unwrap();
        assert_eq!(prepare(&store, Access::Write).unwrap(), Age::Current);
        assert_eq!(
            store
                .count("select count(*) from targets where year = 2025 and month is null")
                .unwrap(),
            1
        );
        assert_eq!(store.count("select count(*) from orders").unwrap(), 0);
        assert_eq!(meta(&store, "schema_shape").unwrap().unwrap(), shape());
    }

    #[test]
    fn a_file_of_an_earlier_version_that_is_only_read_has_no_decisions_about_customers() {
        let store = Store::in_memory().unwrap();
        store
            .run(
                "create table retain_meta (name varchar, value varchar);
                 create table customers as select 7::ubigint as customer_id, 's' as store_id, 'C1' as customer_no,
                     null::varchar as kind, '王伟' as name, null::varchar as phone_primary, null::varchar[] as phones,
                     null::varchar as address, null::varchar as district, null::varchar as owner,
                     null::timestamp as file_opened_at, null::varchar as consent_marketing, null::date as consent_at,
                     null::date as known_from",
            )
            .unwrap();
        assert_eq!(prepare(&store, Access::Read).unwrap(), Age::Current);
        let persons = "select count(*) from customers_merged where person_id = 7 and name = '王伟'";
        assert_eq!(store.count(persons).unwrap(), 1);
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_with_both_versions() {
        let store = Store::in_memory().unwrap();
        prepare(&store, Access::Create).unwrap();
        store
            .run("update retain_meta set value = '2' where name = 'schema_version'")
            .unwrap();
        let error = prepare(&store, Access::Read).err().unwrap();
        assert_eq!(error.key, "database-newer");
        assert!(error.args.iter().any(|(n, v)| *n == "version" && v == "2"));
    }
}
