//! Keyed codes of who was erased, and taking out again whoever a later file or a restored backup brings back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use super::{PURPOSE, apply, write_keys};
use crate::import::{keys, phones, plate, vin};
use crate::pipeline::key::{self, Key};
use crate::pipeline::{Context, audit};
use crate::store::{Access, Store, quote_identifier, quote_text};
use crate::types::{Error, Result};

/// Lets a person come back in: takes the tombstones of a customer number, phone, plate or VIN away.
///
/// # Errors
/// When there is none.
pub fn lift(context: &Context, key: &str) -> Result<u64> {
    let (store, _) = context.open(Access::Write)?;
    let secret = Key::of(&context.database, PURPOSE)?;
    let stores = store.table(
        "select distinct store_id from orders union select distinct store_id from customers",
    )?;
    let mut codes = Vec::new();
    for row in stores.iter() {
        let name = row.text("store_id")?.unwrap_or_default();
        codes.push(customer_code(&secret, keys::of_customer(&name, key.trim())));
        for phone in phones(key) {
            codes.push(customer_code(&secret, keys::of_phone(&name, &phone)));
        }
    }
    codes.push(customer_code(&secret, keys::of_customer("", key.trim())));
    codes.extend(phones(key).iter().map(|p| phone_code(&secret, p)));
    codes.extend(plate(key).map(|p| vehicle_code(&secret, keys::of_plate(&p))));
    codes.extend(vin(key).map(|v| vehicle_code(&secret, keys::of_vin(&v))));
    let list: Vec<String> = codes.iter().map(|c| quote_text(c)).collect();
    audit::note(
        &context.database,
        "erase",
        serde_json::json!({ "lifted": true }),
    )?;
    let gone = store.transaction(|store| {
        store.change(&format!(
            "delete from tombstones where code in ({})",
            list.join(", ")
        ))
    })?;
    if gone == 0 {
        return Err(Error::usage("key-not-erased"));
    }
    store.checkpoint()?;
    Ok(gone)
}

/// Takes out again whoever was erased, after rows came in; to be called inside the transaction that took them in.
/// `since` is the first of the imports to look at. Returns the keys that were met.
///
/// # Errors
/// When the secret is missing or the engine refuses.
pub(in crate::pipeline) fn reapply(store: &Store, database: &Path, since: u64) -> Result<u64> {
    let buried = store.table("select kind, code, erased_on from tombstones")?;
    if buried.rows.is_empty() {
        return Ok(0);
    }
    let secret = Key::existing(database, PURPOSE)?
        .ok_or_else(|| Error::data("key-missing").with("path", key::path_of(database).display()))?;
    let mut codes = BTreeMap::new();
    for row in buried.iter() {
        let kind = row.text("kind")?.unwrap_or_default();
        let code = row.text("code")?.unwrap_or_default();
        codes.insert((kind, code), row.date("erased_on")?);
    }
    let mut met: BTreeSet<(&str, u64, Option<NaiveDate>)> = BTreeSet::new();
    for (kind, sql) in [
        ("customer", keyed_columns(store, "customer_key", since)?),
        ("vehicle", keyed_columns(store, "vin_key", since)?),
        ("vehicle", keyed_columns(store, "plate_key", since)?),
    ] {
        for row in store
            .table(&format!(
                "select distinct key from ({sql}) where key is not null order by 1"
            ))?
            .iter()
        {
            let Some(key) = row.id("key")? else { continue };
            let code = if kind == "customer" {
                customer_code(&secret, key)
            } else {
                vehicle_code(&secret, key)
            };
            if let Some(on) = codes.get(&(kind.to_owned(), code)) {
                met.insert((kind, key, *on));
            }
        }
    }
    let people = store.table(&format!(
        "select customer_id, unnest(phones) as phone from customers where import_id >= {since} order by 1, 2"
    ))?;
    for row in people.iter() {
        let phone = row.text("phone")?.unwrap_or_default();
        let code = ("phone".to_owned(), phone_code(&secret, &phone));
        if let (Some(id), Some(on)) = (row.id("customer_id")?, codes.get(&code)) {
            met.insert(("customer", id, *on));
        }
    }
    if met.is_empty() {
        return Ok(0);
    }
    write_keys(store, met.iter().copied())?;
    apply(store)?;
    Ok(met.len() as u64)
}

/// Carries the tombstones of the file that a backup replaces into a copy of the backup, and takes those persons out of it;
/// returns how many it met. `database`: whose secret the codes were made with.
///
/// # Errors
/// When the secret is missing or the engine refuses.
pub(in crate::pipeline) fn carry_over(
    store: &Store,
    database: &Path,
    tombstones: &[(String, String, NaiveDate)],
) -> Result<u64> {
    if tombstones.is_empty() {
        return Ok(0);
    }
    for (kind, code, on) in tombstones {
        let (kind, code) = (quote_text(kind), quote_text(code));
        store.run(&format!(
            "insert into tombstones select {kind}, {code}, date '{on}'
             where not exists (from tombstones where kind = {kind} and code = {code})"
        ))?;
    }
    reapply(store, database, 0)
}

/// The tombstones of an open database.
pub(in crate::pipeline) fn tombstones(store: &Store) -> Result<Vec<(String, String, NaiveDate)>> {
    store
        .table("select kind, code, erased_on from tombstones order by all")?
        .iter()
        .map(|r| {
            let text = |name: &str| Ok::<_, Error>(r.text(name)?.unwrap_or_default());
            Ok((
                text("kind")?,
                text("code")?,
                r.date("erased_on")?.unwrap_or_default(),
            ))
        })
        .collect()
}

/// Keys of rows that came with these imports, from every table that has such a column.
fn keyed_columns(store: &Store, column: &str, since: u64) -> Result<String> {
    let tables = store.table(&format!(
        "select table_name as name from duckdb_columns() where column_name in ('{column}', 'import_id') and not internal
             and database_name = current_database() and schema_name = 'main'
             and table_name in (select table_name from duckdb_tables() where not temporary)
         group by 1 having count(*) = 2 order by 1"
    ))?;
    let parts = tables
        .iter()
        .map(|r| {
            let table = quote_identifier(&r.text("name")?.unwrap_or_default());
            Ok(format!(
                "select {column} as key from {table} where import_id >= {since}"
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut sql = parts.join(" union all ");
    if column == "customer_key" {
        sql.push_str(&format!(
            " union all select customer_id from customers where import_id >= {since}"
        ));
    }
    Ok(sql)
}

pub(super) fn customer_code(secret: &Key, key: u64) -> String {
    secret.code(&[b"customer", &key.to_le_bytes()])
}

pub(super) fn vehicle_code(secret: &Key, key: u64) -> String {
    secret.code(&[b"vehicle", &key.to_le_bytes()])
}

pub(super) fn phone_code(secret: &Key, phone: &str) -> String {
    secret.code(&[b"phone", phone.as_bytes()])
}
