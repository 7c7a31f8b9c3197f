//! Whom a customer number, phone, plate or VIN names, and where they are held.

use chrono::NaiveDate;

use super::tombstones::{customer_code, phone_code, vehicle_code};
use super::write_keys;
use crate::import::{keys, phones, plate, vin};
use crate::pipeline::key::Key;
use crate::store::{Store, quote_text};
use crate::types::Result;

/// Whom a key names: keys of customers, and of the plates and VINs that nobody else is known to have had.
pub(in crate::pipeline) struct Found {
    pub(in crate::pipeline) customers: Vec<u64>,
    pub(in crate::pipeline) vehicles: Vec<u64>,
    /// As how many persons the customers count.
    pub(in crate::pipeline) persons: usize,
}

impl Found {
    pub(in crate::pipeline) fn is_empty(&self) -> bool {
        self.customers.is_empty() && self.vehicles.is_empty()
    }

    /// Each table that has such keys, and which of its rows are theirs.
    pub(in crate::pipeline) fn filters(&self, store: &Store) -> Result<Vec<(String, String)>> {
        let (customers, vehicles) = (list_of(&self.customers), list_of(&self.vehicles));
        let columns = store.table(
            "select table_name as name, string_agg(column_name, ',' order by column_index) as cols from duckdb_columns()
             where column_name in ('customer_key', 'customer_id', 'person_id', 'kept_id', 'merged_id', 'vin_key', 'plate_key', 'unit_id')
                 and not internal
                 and database_name = current_database() and schema_name = 'main'
                 and table_name in (select table_name from duckdb_tables() where not temporary)
             group by 1 order by 1",
        )?;
        columns
            .iter()
            .map(|row| {
                let tests: Vec<String> =
                    row.text("cols")?
                        .unwrap_or_default()
                        .split(',')
                        .map(|c| match c {
                            "customer_key" | "customer_id" | "person_id" | "kept_id"
                            | "merged_id" => format!("{c} in ({customers})"),
                            "unit_id" => format!("{c} in ({customers}, {vehicles})"),
                            _ => format!("{c} in ({vehicles})"),
                        })
                        .collect();
                Ok((row.text("name")?.unwrap_or_default(), tests.join(" or ")))
            })
            .collect()
    }

    /// A customer number or phone names customers; a plate or VIN names the vehicle and who has it now. With a customer
    /// go the vehicles that nobody else is known to have had.
    pub(in crate::pipeline) fn of(store: &Store, key: &str) -> Result<Self> {
        let mut named = Vec::new();
        named.extend(plate(key).map(|p| keys::of_plate(&p)));
        named.extend(vin(key).map(|v| keys::of_vin(&v)));
        let named = list_of(&named);
        let phone = phones(key)
            .into_iter()
            .next()
            .unwrap_or_default()
            .into_owned();
        let phone = quote_text(&phone);
        let customers = ids(
            store,
            &format!(
                "select customer_id as key from customers
                 where customer_no = {} or ({phone} <> '' and list_contains(phones, {phone}))
                 union
                 select v.customer_id from vehicles v
                 join unit_keys k on k.unit_id = v.unit_id and k.valid_to is null where k.key in ({named})
                 order by 1",
                quote_text(key.trim())
            ),
        )?;
        // Customers that count as one person go together, whichever of them was named.
        let customers = ids(
            store,
            &format!(
                "with named as (
                     select unnest([{}]::ubigint[]) as customer_id
                 ),
                 persons as (
                     select coalesce(a.person_id, n.customer_id) as person_id
                     from named n left join customer_aliases a on a.customer_id = n.customer_id
                 )
                 select customer_id as key from named where customer_id <> 0
                 union select person_id from persons where person_id <> 0
                 union select customer_id from customer_aliases where person_id in (from persons)
                 order by 1",
                list_of(&customers)
            ),
        )?;
        let theirs = list_of(&customers);
        let aliases = store.count(&format!(
            "select count(*) from customer_aliases where customer_id in ({theirs})"
        ))?;
        let persons = customers.len() - usize::try_from(aliases).unwrap_or(0);
        let vehicles = ids(
            store,
            &format!(
                "with pairs as (
                     select vin_key, plate_key, customer_key from orders
                     union select vin_key, plate_key, customer_key from vehicle_facts
                     union select vin_key, plate_key, null from vehicle_pairs
                     where vin_key in ({named}) or plate_key in ({named})
                 ),
                 held as (
                     select vin_key as key, customer_key from pairs where vin_key is not null
                     union select plate_key, customer_key from pairs where plate_key is not null
                 )
                 select key from held
                 group by key
                 having bool_or(customer_key in ({theirs}) or key in ({named}))
                     and not bool_or(customer_key is not null and customer_key not in ({theirs}))
                 order by 1"
            ),
        )?;
        Ok(Self {
            customers,
            vehicles,
            persons,
        })
    }

    /// Texts that would give them away in a file of refused rows.
    pub(super) fn words(&self, store: &Store) -> Result<Vec<String>> {
        let (customers, vehicles) = (list_of(&self.customers), list_of(&self.vehicles));
        let found = store.table(&format!(
            "select unnest(phones) as word from customers where customer_id in ({customers})
             union select customer_no from customers where customer_id in ({customers})
             union select vin from vehicle_pairs where vin_key in ({vehicles})
             union select plate from vehicle_pairs where plate_key in ({vehicles})
             order by 1"
        ))?;
        found
            .iter()
            .filter_map(|r| r.text("word").transpose())
            .filter(|w| w.as_ref().map_or(true, |w| !w.is_empty()))
            .collect()
    }

    pub(super) fn bury(&self, store: &Store, secret: &Key, on: NaiveDate) -> Result<()> {
        let customers = list_of(&self.customers);
        let mut codes: Vec<(&str, String)> = Vec::new();
        codes.extend(
            self.customers
                .iter()
                .map(|k| ("customer", customer_code(secret, *k))),
        );
        codes.extend(
            self.vehicles
                .iter()
                .map(|k| ("vehicle", vehicle_code(secret, *k))),
        );
        let numbers = store.table(&format!(
            "select distinct unnest(phones) as phone from customers where customer_id in ({customers}) order by 1"
        ))?;
        for row in numbers.iter() {
            codes.push((
                "phone",
                phone_code(secret, &row.text("phone")?.unwrap_or_default()),
            ));
        }
        for (kind, code) in codes {
            store.run(&format!(
                "delete from tombstones where kind = '{kind}' and code = '{code}';
                 insert into tombstones values ('{kind}', '{code}', date '{on}');"
            ))?;
        }
        Ok(())
    }

    pub(super) fn keys_table(&self, store: &Store, on: NaiveDate) -> Result<()> {
        let customers = self.customers.iter().map(|k| ("customer", *k, Some(on)));
        let vehicles = self.vehicles.iter().map(|k| ("vehicle", *k, Some(on)));
        write_keys(store, customers.chain(vehicles))
    }

    pub(super) fn code(&self, secret: &Key) -> String {
        match (self.customers.first(), self.vehicles.first()) {
            (Some(key), _) => customer_code(secret, *key),
            (None, Some(key)) => vehicle_code(secret, *key),
            (None, None) => String::new(),
        }
    }
}

fn ids(store: &Store, sql: &str) -> Result<Vec<u64>> {
    let table = store.table(sql)?;
    table
        .iter()
        .filter_map(|r| r.id("key").transpose())
        .collect()
}

/// A list for `in (…)`, never empty: the first is no key. (NULL would make every `not in` unknown.)
fn list_of(keys: &[u64]) -> String {
    let mut parts = vec!["0".to_owned()];
    parts.extend(keys.iter().map(ToString::to_string));
    parts.join(", ")
}
