//! People whom orders name: what each order said of them, and which order said it last. Not the file that came in last
//! decides but the latest order, so that files give the same people in whatever order they are imported.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, StringBuilder, TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use chrono::NaiveDateTime;

use super::keys;
use super::row::Hashed;
use super::undo;
use crate::store::Store;
use crate::table::column;
use crate::types::{Error, Result};

/// The staging tables: what is said of people, and later orders that said the same of them once more.
pub(super) const TABLES: &str = "create or replace temp table staged_people (line bigint, customer_key ubigint, \
     said ubigint, in_at timestamp, order_id ubigint, store_id varchar, customer_no varchar, name varchar, phones_text varchar);
     create or replace temp table staged_said_again (customer_key ubigint, said ubigint, in_at timestamp, order_id ubigint)";

/// What an order says of a person.
pub(super) struct Person<'a> {
    pub(super) line: u64,
    pub(super) key: u64,
    pub(super) in_at: NaiveDateTime,
    pub(super) order: u64,
    pub(super) store: &'a str,
    pub(super) number: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) phones: &'a [std::borrow::Cow<'a, str>],
}

type ByKey<T> = HashMap<u64, T, BuildHasherDefault<Hashed>>;

/// People of one batch of orders. Where an order says of somebody what the one before it said, nothing is written again:
/// the later date is put in place of the earlier one.
#[derive(Default)]
pub(super) struct People {
    line: Vec<i64>,
    key: Vec<u64>,
    said: Vec<u64>,
    in_at: Vec<i64>,
    order: Vec<u64>,
    /// Store, number, name, phones.
    texts: [StringBuilder; 4],
    /// The last row of each person.
    last: ByKey<usize>,
}

impl People {
    pub(super) fn put(&mut self, person: &Person<'_>) {
        let said = keys::of_said("person", person.key, person.name, person.phones);
        let at = (person.in_at.and_utc().timestamp_micros(), person.order);
        if let Some(row) = self.last.get(&person.key).copied()
            && self.said[row] == said
        {
            if at > (self.in_at[row], self.order[row]) {
                (self.in_at[row], self.order[row]) = at;
            }
            return;
        }
        self.last.insert(person.key, self.key.len());
        self.line
            .push(i64::try_from(person.line).unwrap_or(i64::MAX));
        self.key.push(person.key);
        self.said.push(said);
        self.in_at.push(at.0);
        self.order.push(at.1);
        let phones = person.phones.join("|");
        let texts = [
            Some(person.store),
            person.number,
            person.name,
            Some(phones.as_str()).filter(|p| !p.is_empty()),
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(text);
        }
    }

    pub(super) fn finish(mut self) -> Result<RecordBatch> {
        let [store, number, name, phones] = &mut self.texts;
        batch(vec![
            ("line", Arc::new(Int64Array::from(self.line))),
            ("customer_key", Arc::new(UInt64Array::from(self.key))),
            ("said", Arc::new(UInt64Array::from(self.said))),
            (
                "in_at",
                Arc::new(TimestampMicrosecondArray::from(self.in_at)),
            ),
            ("order_id", Arc::new(UInt64Array::from(self.order))),
            ("store_id", Arc::new(store.finish())),
            ("customer_no", Arc::new(number.finish())),
            ("name", Arc::new(name.finish())),
            ("phones_text", Arc::new(phones.finish())),
        ])
    }
}

/// What was said last of a person in the file so far, and by which order.
struct Last {
    said: u64,
    at: (i64, u64),
    /// True where an order later than the row that was written said it again.
    again: bool,
}

/// What the batches of a file say of people, one after the other: the same once more is written with its date alone.
#[derive(Default)]
pub(super) struct Told {
    last: ByKey<Last>,
    /// Person, what was said, when and by which order.
    again: Vec<(u64, u64, (i64, u64))>,
}

impl Told {
    /// More are not remembered, so that memory has a limit; what they say is written again then, which does no harm.
    const MOST: usize = 1 << 21;

    /// Of a batch of people, in the order of the file, those of whom something new is said.
    pub(super) fn news(&mut self, people: &RecordBatch) -> Result<RecordBatch> {
        let keys = column::<UInt64Array>(people, "customer_key")?.values();
        let said = column::<UInt64Array>(people, "said")?.values();
        let days = column::<TimestampMicrosecondArray>(people, "in_at")?.values();
        let orders = column::<UInt64Array>(people, "order_id")?.values();
        let mut new = Vec::with_capacity(people.num_rows());
        for (((key, said), day), order) in keys.iter().zip(said).zip(days).zip(orders) {
            new.push(self.is_news(*key, *said, (*day, *order)));
        }
        filter_record_batch(people, &BooleanArray::from(new)).map_err(Error::internal)
    }

    fn is_news(&mut self, key: u64, said: u64, at: (i64, u64)) -> bool {
        if self.last.len() >= Self::MOST {
            self.forget();
        }
        let before = self.last.get_mut(&key);
        if let Some(last) = before {
            if last.said == said {
                if at > last.at {
                    (last.at, last.again) = (at, true);
                }
                return false;
            }
            if last.again {
                self.again.push((key, last.said, last.at));
            }
        }
        let again = false;
        self.last.insert(key, Last { said, at, again });
        true
    }

    fn forget(&mut self) {
        let last = self.last.drain().filter(|(_, last)| last.again);
        self.again
            .extend(last.map(|(key, last)| (key, last.said, last.at)));
    }

    /// Writes the dates of what was said again, after the last batch.
    pub(super) fn finish(&mut self, store: &Store) -> Result<()> {
        self.forget();
        let again = std::mem::take(&mut self.again);
        if again.is_empty() {
            return Ok(());
        }
        let ids = |ids: &mut dyn Iterator<Item = u64>| -> ArrayRef {
            Arc::new(UInt64Array::from_iter_values(ids))
        };
        let days = TimestampMicrosecondArray::from_iter_values(again.iter().map(|a| a.2.0));
        let rows = batch(vec![
            ("customer_key", ids(&mut again.iter().map(|a| a.0))),
            ("said", ids(&mut again.iter().map(|a| a.1))),
            ("in_at", Arc::new(days)),
            ("order_id", ids(&mut again.iter().map(|a| a.2.1))),
        ])?;
        store.append("temp.staged_said_again", [rows])
    }
}

/// People named on orders: new ones are added; what is known of somebody from orders alone is what the latest order says.
pub(super) fn merge(store: &Store, import_id: u64) -> Result<()> {
    // One figure compares fast: seconds, then the order's number, then the line within the file.
    store.run(
        "create or replace temp table latest_people as
         with said as (
             from staged_people
             union all by name
             select a.customer_key, a.in_at, a.order_id, p.line, p.store_id, p.customer_no, p.name, p.phones_text
             from staged_said_again a
             join (from staged_people qualify row_number() over (partition by customer_key, said order by line) = 1) p
                 on p.customer_key = a.customer_key and p.said = a.said
         ),
         dated as (
             select *, epoch(in_at)::bigint::hugeint * (1::hugeint << 94) + order_id::hugeint * (1::hugeint << 30)
                 + least(line, 1073741823)::hugeint as place
             from said
         )
         select customer_key, min(store_id) as store_id, min(customer_no) as customer_no,
             arg_max(name, place) as name,
             arg_max(in_at, place) filter (name is not null) as name_at,
             arg_max(order_id, place) filter (name is not null) as name_order,
             arg_max(phones_text, place) as phones_text,
             arg_max(in_at, place) filter (phones_text is not null) as phones_at,
             arg_max(order_id, place) filter (phones_text is not null) as phones_order
         from dated group by customer_key;",
    )?;
    // What a customer file says stands. What an order said gives way to a later order, and to the same one told anew.
    let gives_way = |what: &str, held: &str, said: &str| {
        format!(
            "{said} is not null and (c.{held} is null or (c.{what}_at is null and c.content_hash = 0)
                 or p.{what}_at > c.{what}_at or p.{what}_order = c.{what}_order
                 or (p.{what}_at = c.{what}_at and p.{what}_order > c.{what}_order))"
        )
    };
    let values = |what: &str, columns: &[(&str, &str)], test: &str| -> String {
        let dates = [
            (format!("{what}_at"), format!("p.{what}_at")),
            (format!("{what}_order"), format!("p.{what}_order")),
        ];
        let columns = columns
            .iter()
            .map(|(held, said)| ((*held).to_owned(), (*said).to_owned()));
        columns
            .chain(dates)
            .map(|(held, said)| format!("case when {test} then {said} else c.{held} end as {held}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let phones = "string_split(p.phones_text, '|')";
    let first = "string_split(p.phones_text, '|')[1]";
    store.run(&format!(
        "create or replace temp table told as
         select * from (
             select c.* replace (
                 {}, {},
                 case when c.content_hash = 0 then least(c.store_id, p.store_id) else c.store_id end as store_id)
             from customers c join latest_people p on p.customer_key = c.customer_id
             where c.content_hash = 0 or c.name is null or c.phone_primary is null or c.name_at is not null
                 or c.phones_at is not null) t
         where exists (from customers c where c.customer_id = t.customer_id and (c.name is distinct from t.name
             or c.phones is distinct from t.phones or c.store_id is distinct from t.store_id
             or c.name_at is distinct from t.name_at or c.name_order is distinct from t.name_order
             or c.phones_at is distinct from t.phones_at or c.phones_order is distinct from t.phones_order));",
        values(
            "name",
            &[("name", "p.name")],
            &gives_way("name", "name", "p.name")
        ),
        values(
            "phones",
            &[("phones", phones), ("phone_primary", first)],
            &gives_way("phones", "phone_primary", "p.phones_text")
        ),
    ))?;
    let which = "customer_id in (select customer_id from told)";
    undo::set_aside(store, "customers", which, import_id)?;
    // Rows anew, not an update: the engine takes a hundred times as long to change texts in place.
    store.run(&format!(
        "delete from customers where {which};
         insert into customers by name select * from told order by customer_id;
         drop table told;
         insert into customers by name
         select customer_key as customer_id, store_id, customer_no, name, {first} as phone_primary, {phones} as phones,
             0 as content_hash, {import_id} as import_id, name_at, name_order, phones_at, phones_order
         from latest_people p
         where customer_key not in (select customer_id from customers) order by customer_key;
         drop table latest_people;"
    ))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .map_err(Error::internal)
}
