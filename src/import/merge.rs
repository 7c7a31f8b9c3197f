//! From the staging tables into the canonical ones: duplicates within the file, rows that replace earlier
//! ones, rows that are known already. Uniqueness is proved here by queries, since large tables have no keys.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::columns_out::{VEHICLES_TABLE, value_columns};
use super::duplicates::Contradicted;
use super::mapping::Layout;
use super::{consents, people, undo};
use crate::columns::{Kind, ValueType};
use crate::store::{Store, quote_identifier};
use crate::types::{Error, Result};

/// What became of the records of one file, in records (lines, where lines are grouped to orders).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Fates {
    /// New.
    pub loaded: u64,
    /// In place of an earlier row with the same key.
    pub replaced: u64,
    /// Known already, with the same content.
    pub unchanged: u64,
    /// Earlier rows of the same key in the same file; the last row wins.
    pub duplicate: u64,
    /// Of the duplicate ones, those that say something else than the row that stays.
    pub contradicted: u64,
    /// Orders of several lines that name more than one customer or vehicle; the first line says whose they are.
    pub mixed: u64,
    /// Orders taken away, since `--complete` says that the file is all there is.
    pub removed: u64,
}

impl Fates {
    /// True where nothing in the database is other than before.
    pub(super) fn change_nothing(&self) -> bool {
        self.loaded + self.replaced + self.removed == 0
    }

    /// Proves that every record of a file has its fate. Orders that were taken away are no records of it.
    ///
    /// # Errors
    /// When the sum is another one, which is a slip of ours: nothing of the file may stay.
    pub(super) fn account_for(&self, file: &str, records: u64, rejected: u64) -> Result<()> {
        let accounted = self.loaded + self.replaced + self.unchanged + self.duplicate + rejected;
        if accounted == records {
            return Ok(());
        }
        Err(Error::internal(format!(
            "{file}: {records} records, {accounted} accounted for"
        )))
    }
}

impl std::ops::Add for Fates {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            loaded: self.loaded + other.loaded,
            replaced: self.replaced + other.replaced,
            unchanged: self.unchanged + other.unchanged,
            duplicate: self.duplicate + other.duplicate,
            contradicted: self.contradicted + other.contradicted,
            mixed: self.mixed + other.mixed,
            removed: self.removed + other.removed,
        }
    }
}

/// Creates the empty staging tables of a kind.
///
/// # Errors
/// When the engine refuses.
pub(super) fn create_staging(store: &Store, kind: &Kind) -> Result<()> {
    let values: Vec<String> = value_columns(kind)
        .iter()
        .map(|(name, sql)| format!("{} {sql}", quote_identifier(name)))
        .collect();
    store.run(&format!(
        "create or replace temp table staged (line bigint, row_key ubigint, numberless boolean, lines integer, \
         content_hash ubigint, vin_key ubigint, plate_key ubigint, customer_key ubigint, {});",
        values.join(", ")
    ))?;
    store.run(people::TABLES)?;
    store.run(VEHICLES_TABLE)
}

/// Merges the staging tables into the canonical ones.
///
/// # Errors
/// When the engine refuses.
pub(super) fn merge(
    store: &Store,
    layout: &Layout,
    import_id: u64,
    complete: Option<(NaiveDate, NaiveDate)>,
    today: NaiveDate,
) -> Result<Fates> {
    let kind = layout.kind;
    if kind.name == "customers" {
        consents::gather(store, today)?;
    }
    let mixed = if layout.group_by.is_empty() {
        0
    } else {
        group_lines(store, kind)?
    };
    if store.count("select count(*) from staged where numberless")? > 0 {
        number_equals(store)?;
    }
    let mut fates = settle_fates(store, kind, import_id)?;
    fates.mixed = mixed;
    write_rows(store, layout, import_id)?;
    if let (Some((from, to)), "work_orders") = (complete, kind.name) {
        let gone = format!(
            "in_at >= '{from}' and in_at < date '{to}' + 1 \
             and store_id in (select distinct store_id from staged) \
             and order_id not in (select row_key from staged)"
        );
        undo::set_aside(store, "orders", &gone, import_id)?;
        fates.removed = store.change(&format!("delete from orders where {gone}"))?;
    }
    Ok(fates)
}

/// Several lines of one order become one row: amounts add up, everything else is what the first line says. How many orders
/// have lines of several customers or vehicles.
fn group_lines(store: &Store, kind: &Kind) -> Result<u64> {
    let mut columns = Vec::new();
    for (name, _) in value_columns(kind) {
        let quoted = quote_identifier(name);
        let money = kind
            .column(name)
            .is_some_and(|(_, c)| c.value == ValueType::Money);
        columns.push(if money {
            format!("sum({quoted})::decimal(14, 2) as {quoted}")
        } else {
            format!("arg_min({quoted}, line) as {quoted}")
        });
    }
    let mixed = store.count(
        "select count(*) from (
             select 1 from staged where not numberless group by row_key
             having count(distinct customer_key) > 1 or count(distinct coalesce(vin_key, plate_key)) > 1)",
    )?;
    store.run(&format!(
        "create or replace temp table grouped as
         select min(line) as line, row_key, numberless, sum(lines)::integer as lines,
             (sum(content_hash::uhugeint) % 18446744073709551616::uhugeint)::ubigint as content_hash,
             arg_min(vin_key, line) as vin_key, arg_min(plate_key, line) as plate_key,
             arg_min(customer_key, line) as customer_key, {}
         from staged group by row_key, numberless, case when numberless then line end;
         drop table staged; alter table grouped rename to staged;",
        columns.join(", ")
    ))?;
    Ok(mixed)
}

/// Rows without a number that are equal in all they say are told apart by their order in the file.
fn number_equals(store: &Store) -> Result<()> {
    // An odd constant (2^64 / golden ratio) spreads the ordinals; the first of equals keeps its key.
    store.run(
        "create or replace temp table numbered as
         select * exclude (ordinal) replace (
             case when numberless
                 then ((row_key::uhugeint + ordinal::uhugeint * 11400714819323198485::uhugeint)
                     % 18446744073709551616::uhugeint)::ubigint
                 else row_key end as row_key,
             false as numberless)
         from (select *, row_number() over (partition by row_key, numberless order by line) - 1 as ordinal from staged);
         drop table staged; alter table numbered rename to staged;",
    )
}

/// Decides each staged row's fate and leaves in `staged` only what has to be written.
fn settle_fates(store: &Store, kind: &Kind, import_id: u64) -> Result<Fates> {
    let mut fates = Fates::default();
    let rows = store.count("select count(*) from staged")?;
    if store.count("select count(distinct row_key) from staged")? < rows {
        fates.duplicate = store.count(
            "select coalesce(sum(lines), 0)::bigint from (select lines, row_number() over (partition by row_key order by line desc) as place
             from staged) where place > 1",
        )?;
        let contradicted = Contradicted::find(store, "staged", "row_key", "line")?;
        contradicted.note(store, import_id, &mut fates)?;
        store.run(
            "create or replace temp table winners as
             from staged qualify row_number() over (partition by row_key order by line desc) = 1;
             drop table staged; alter table winners rename to staged;",
        )?;
    }
    let (table, key) = (kind.table, kind.key_column);
    if kind.name == "customers" {
        // What orders told about a person stays where the customer file is silent. A new table, not an update: the engine
        // takes a hundred times as long to change texts in place.
        store.run(&format!(
            "create or replace temp table completed as
             select s.* replace (coalesce(s.name, c.name) as name,
                 coalesce(s.phones_text, array_to_string(c.phones, '|')) as phones_text, {}),
                 case when a.refuses then a.refusal_known_on end as refusal_known_on,
                 case when s.name is null then c.name_at end as name_at,
                 case when s.name is null then c.name_order end as name_order,
                 case when s.phones_text is null then c.phones_at end as phones_at,
                 case when s.phones_text is null then c.phones_order end as phones_order
             from staged s left join customers c on c.customer_id = s.row_key
                 left join consents a on a.row_key = s.row_key;
             drop table staged; drop table consents; alter table completed rename to staged;",
            consents::SETTLED
        ))?;
    }
    if is_empty(store, table)? {
        fates.loaded = store.count("select coalesce(sum(lines), 0)::bigint from staged")?;
        return Ok(fates);
    }
    // A content hash of 0 marks a person known from orders alone: the customer file is news, not a replacement.
    let fate = store.table(&format!(
        "select case when t.{key} is null or t.content_hash = 0 then 'loaded'
             when {} then 'unchanged' else 'replaced' end as fate, sum(s.lines)::bigint as records
         from staged s left join {table} t on t.{key} = s.row_key group by 1 order by 1",
        same(kind)
    ))?;
    for row in fate.iter() {
        let records = u64::try_from(row.int("records")?.unwrap_or(0)).unwrap_or(0);
        match row.text("fate")?.as_deref() {
            Some("loaded") => fates.loaded = records,
            Some("replaced") => fates.replaced = records,
            _ => fates.unchanged = records,
        }
    }
    Ok(fates)
}

/// True where a staged row `s` says what is known already, `t`.
fn same(kind: &Kind) -> &'static str {
    if kind.name == "customers" {
        // Another row of the file may have answered what the last one does not.
        "t.content_hash = s.content_hash and t.consent_marketing is not distinct from s.consent_marketing \
         and t.consent_at is not distinct from s.consent_at"
    } else {
        "t.content_hash = s.content_hash"
    }
}

/// Writes the staged rows that are new or changed.
fn write_rows(store: &Store, layout: &Layout, import_id: u64) -> Result<()> {
    let kind = layout.kind;
    let (table, key) = (kind.table, kind.key_column);
    let mut staged: BTreeSet<&str> = value_columns(kind).iter().map(|(n, _)| *n).collect();
    if kind.name == "customers" {
        staged.extend(consents::COLUMNS);
        staged.extend(["name_at", "name_order", "phones_at", "phones_order"]);
    }
    let mut names = Vec::new();
    let mut values = Vec::new();
    for name in store.columns_of(table)? {
        names.push(quote_identifier(&name));
        values.push(match name.as_str() {
            n if n == key => "row_key".to_owned(),
            "import_id" => import_id.to_string(),
            "content_hash" | "vin_key" | "plate_key" | "customer_key" => name,
            "has_settlement" => {
                (layout.has("status") || layout.has("settled_at") || layout.has("out_at"))
                    .to_string()
            }
            "has_class" => layout.has("job_class").to_string(),
            "known_from" => "(select max(in_at)::date from orders)".to_owned(),
            "phone_primary" => "string_split(phones_text, '|')[1]".to_owned(),
            "phones" => "string_split(phones_text, '|')".to_owned(),
            n if staged.contains(n) => quote_identifier(n),
            _ => "null".to_owned(),
        });
    }
    let insert = |from: &str| {
        format!(
            "insert into {table} ({}) select {} from {from};",
            names.join(", "),
            values.join(", ")
        )
    };
    if is_empty(store, table)? {
        return store.run(&insert("staged"));
    }
    store.run(&format!(
        "create or replace temp table changed as select s.* from staged s left join {table} t on t.{key} = s.row_key
             where t.{key} is null or not ({});",
        same(kind)
    ))?;
    let replaced = format!("{key} in (select row_key from changed)");
    undo::set_aside(store, table, &replaced, import_id)?;
    store.run(&format!(
        "delete from {table} where {replaced};
         {}
         drop table changed;",
        insert("changed")
    ))
}

pub(super) fn is_empty(store: &Store, table: &str) -> Result<bool> {
    Ok(store.count(&format!(
        "select count(*) from (select 1 from {table} limit 1)"
    ))? == 0)
}

/// Plates and VINs seen for the first time.
pub(super) fn merge_vehicles(store: &Store, import_id: u64) -> Result<()> {
    store.run(&format!(
        "insert into vehicle_pairs (vin_key, plate_key, vin, plate, vin_valid, store_id, import_id)
         select s.vin_key, s.plate_key, min(s.vin), min(s.plate), bool_or(s.vin_valid), min(s.store_id), {import_id}
         from staged_vehicles s
         where not exists (select 1 from vehicle_pairs p
             where p.vin_key is not distinct from s.vin_key and p.plate_key is not distinct from s.plate_key)
         group by s.vin_key, s.plate_key order by s.vin_key, s.plate_key;"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Exit;

    const FATES: Fates = Fates {
        loaded: 5,
        replaced: 4,
        unchanged: 3,
        duplicate: 2,
        contradicted: 1,
        mixed: 7,
        removed: 9,
    };

    #[test]
    fn every_record_has_one_fate_and_orders_taken_away_are_no_records() {
        assert!(FATES.account_for("o.csv", 15, 1).is_ok());
        assert!(Fates::default().account_for("o.csv", 0, 0).is_ok());
    }

    #[test]
    fn a_record_lost_or_counted_twice_is_refused_whatever_its_fate() {
        let one_more: [fn(&mut Fates); 4] = [
            |f| f.loaded += 1,
            |f| f.replaced += 1,
            |f| f.unchanged += 1,
            |f| f.duplicate += 1,
        ];
        for more in one_more {
            let mut fates = FATES;
            more(&mut fates);
            // Too many for the file's records, and right again once there is one more of those.
            assert!(fates.account_for("o.csv", 15, 1).is_err(), "{fates:?}");
            assert!(fates.account_for("o.csv", 16, 1).is_ok(), "{fates:?}");
        }
        for (records, rejected) in [(14, 1), (16, 1), (15, 0), (15, 2)] {
            let error = FATES.account_for("o.csv", records, rejected).err();
            assert!(error.is_some_and(|e| e.exit == Exit::Internal));
        }
    }

    /// What was written of a file whose sum does not hold goes with it.
    #[test]
    fn a_sum_that_does_not_hold_takes_back_what_was_written() -> Result<()> {
        let store = Store::in_memory()?;
        store.run("create table t (i integer)")?;
        let taken = store.transaction(|s| {
            s.run("insert into t values (1)")?;
            FATES.account_for("o.csv", 99, 0)
        });
        assert!(taken.is_err());
        assert_eq!(store.count("select count(*) from t")?, 0);
        Ok(())
    }
}
