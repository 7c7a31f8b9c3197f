//! Orders that go straight into their table: where it is empty, and a file's rows are its orders, there is nothing
//! that they could replace, so they are not written to a staging table first.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array};
use arrow::compute::{filter_record_batch, not};
use arrow::record_batch::RecordBatch;

use super::duplicates::{Contradicted, Lines};
use super::mapping::Layout;
use super::merge::{Fates, is_empty};
use crate::store::Store;
use crate::table::column;
use crate::types::{Error, Result};

/// The way into an empty table of orders.
pub(super) struct Straight {
    table: &'static str,
    columns: Vec<String>,
    import_id: u64,
    has_settlement: bool,
    has_class: bool,
    rows: u64,
    lines: Lines,
}

impl Straight {
    /// The way, where there is one: the orders' table is empty, and no lines have to be grouped to orders.
    pub(super) fn open(store: &Store, layout: &Layout, import_id: u64) -> Result<Option<Self>> {
        let kind = layout.kind;
        if kind.name != "work_orders"
            || !layout.group_by.is_empty()
            || !is_empty(store, kind.table)?
        {
            return Ok(None);
        }
        Ok(Some(Self {
            table: kind.table,
            columns: store.columns_of(kind.table)?,
            import_id,
            has_settlement: layout.has("status")
                || layout.has("settled_at")
                || layout.has("out_at"),
            has_class: layout.has("job_class"),
            rows: 0,
            lines: Lines::default(),
        }))
    }

    /// Appends the rows that have a number; returns those without one, whose keys are told by their neighbours.
    pub(super) fn append(
        &mut self,
        store: &Store,
        batches: Vec<RecordBatch>,
    ) -> Result<Vec<RecordBatch>> {
        let mut left = Vec::new();
        let mut straight = Vec::with_capacity(batches.len());
        for batch in batches {
            let numberless = column::<BooleanArray>(&batch, "numberless")?;
            let numbered = if numberless.true_count() == 0 {
                batch
            } else {
                left.push(filter_record_batch(&batch, numberless).map_err(Error::internal)?);
                let numbered = not(numberless).map_err(Error::internal)?;
                filter_record_batch(&batch, &numbered).map_err(Error::internal)?
            };
            if numbered.num_rows() > 0 {
                self.rows += numbered.num_rows() as u64;
                self.lines
                    .follow(column::<Int64Array>(&numbered, "line")?.values())?;
                straight.push(self.shaped(&numbered)?);
            }
        }
        if !straight.is_empty() {
            store.append(self.table, straight)?;
        }
        Ok(left)
    }

    /// A staged batch in the shape of the table.
    fn shaped(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let import_id = i32::try_from(self.import_id).map_err(Error::internal)?;
        let flag = |value: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![value; rows])) };
        let columns = self.columns.iter().map(|name| {
            let array = match name.as_str() {
                "import_id" => Arc::new(Int32Array::from(vec![import_id; rows])),
                "has_settlement" => flag(self.has_settlement),
                "has_class" => flag(self.has_class),
                name => {
                    let staged = if name == "order_id" { "row_key" } else { name };
                    let array = batch.column_by_name(staged);
                    let missing = || Error::internal(format!("orders have no column {name}"));
                    array.ok_or_else(missing)?.clone()
                }
            };
            Ok((name, array, true))
        });
        RecordBatch::try_from_iter_with_nullable(columns.collect::<Result<Vec<_>>>()?)
            .map_err(Error::internal)
    }

    /// Of the rows with equal numbers the last one stays.
    pub(super) fn settle(&self, store: &Store) -> Result<Fates> {
        let table = self.table;
        let mut fates = Fates::default();
        let distinct = if self.rows == 0 {
            0
        } else {
            store.count(&format!("select count(distinct order_id) from {table}"))?
        };
        if distinct < self.rows {
            // The engine numbers rows as they were appended.
            let first = store.count(&format!("select min(rowid) from {table}"))?;
            Contradicted::find(store, table, "order_id", &format!("(rowid - {first})"))?
                .at(|place| self.lines.of(place))
                .note(store, self.import_id, &mut fates)?;
            fates.duplicate = store.change(&format!(
                "delete from {table} where rowid in (
                     select rowid
                     from (select rowid, row_number() over (partition by order_id order by rowid desc) as place from {table})
                     where place > 1)"
            ))?;
        }
        fates.loaded = self.rows - fates.duplicate;
        Ok(fates)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use chrono::NaiveDate;

    use crate::import::{Outcome, Request, Unkept, import};
    use crate::scripts;
    use crate::settings::Settings;
    use crate::store::Store;

    fn take_in(store: &Store, path: &Path) -> Outcome {
        let request = Request {
            path: path.to_owned(),
            ..Request::default()
        };
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        store
            .transaction(|s| {
                import(
                    s,
                    std::slice::from_ref(&request),
                    &Settings::default(),
                    today,
                    &mut Unkept,
                    &|_, _| (),
                )
            })
            .unwrap()
            .files
            .remove(0)
    }

    /// Orders with and without numbers, some of them twice, over several batches.
    fn orders() -> String {
        let mut text = String::from("ro_no,plate,in_at,receivable,customer_no,name\n");
        for i in 0..20_000_u32 {
            let number = if i % 11 == 0 {
                String::new()
            } else {
                format!("W{}", i % 19_000)
            };
            let (plate, customer) = (i % 700, i % 900);
            let (day, hour, minute, second) = at(i);
            let name = if is_four(i) { "李四" } else { "张三" };
            text.push_str(&format!(
                "{number},粤B{plate:05},2025-03-{day:02} {hour:02}:{minute:02}:{second:02},{i},C{customer},{name}\n"
            ));
        }
        text
    }

    /// Day of March and time of an order; no two are alike, and the last in the file is not the latest.
    fn at(i: u32) -> (u32, u32, u32, u32) {
        (i % 28 + 1, i / 3600, i / 60 % 60, i % 60)
    }

    fn is_four(i: u32) -> bool {
        i / 900 % 2 == 1
    }

    #[test]
    fn an_empty_table_and_one_that_holds_something_end_up_with_the_same_orders() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("orders.csv");
        std::fs::write(&file, orders()).unwrap();
        let other = folder.path().join("other.csv");
        std::fs::write(&other, "ro_no,plate,in_at\nZ1,粤B99999,2020-01-01\n").unwrap();
        let store = || {
            let store = Store::in_memory().unwrap();
            store.run(&scripts::schema()).unwrap();
            store
        };
        let (straight, staged) = (store(), store());
        let went = take_in(&straight, &file);
        take_in(&staged, &other);
        let second = take_in(&staged, &file);
        assert_eq!(went.fates, second.fates);
        assert!(went.fates.duplicate > 700);
        // Every one of them has another amount, and both ways know their lines.
        assert_eq!(went.fates.contradicted, went.fates.duplicate);
        let noted = "select records, lines::varchar as lines, kept_lines::varchar as kept_lines from duplicates";
        let (a, b) = (straight.table(noted).unwrap(), staged.table(noted).unwrap());
        assert_eq!(a.rows, b.rows);
        // The first number that comes again is W1, in the rows 1 and 19,001 below the header.
        let first = a.first().unwrap();
        let begins = |column: &str| first.text(column).unwrap().unwrap_or_default();
        assert!(begins("lines").starts_with("[3, 4, "));
        assert!(begins("kept_lines").starts_with("[19003, 19004, "));
        for sql in [
            "select * exclude (import_id) from orders where ro_no is distinct from 'Z1' order by all",
            "select customer_id, name, customer_no from customers order by all",
        ] {
            let (a, b) = (straight.table(sql).unwrap(), staged.table(sql).unwrap());
            assert!(!a.rows.is_empty());
            assert!(a.rows == b.rows, "{sql}");
        }
        // The last of equals stays; a person is named as the latest order says, wherever in the file it stands.
        let last = straight
            .count("select receivable::bigint from orders where ro_no = 'W900'")
            .unwrap();
        assert_eq!(last, 19_900);
        let latest = |customer: u32| {
            (0..20_000)
                .filter(move |i| i % 900 == customer)
                .max_by_key(|i| at(*i))
        };
        let expected = (0..900).filter(|c| latest(*c).is_some_and(is_four)).count();
        let named = straight
            .count("select count(*) from customers where name = '李四'")
            .unwrap();
        assert_eq!(named, expected as u64);
        assert!((1..899).contains(&expected));
    }
}
