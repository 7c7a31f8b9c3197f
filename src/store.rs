//! The database file: the only user of the engine. Opens, runs scripts in transactions, streams Arrow
//! batches out and appends them in. Knows nothing of what the tables mean.

mod copies;
mod memory;
mod open;
mod place;
mod points;
mod read;
mod stamp;
mod threads;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use arrow::array::UInt32Array;
use arrow::compute::take_record_batch;
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use duckdb::Connection;

use crate::types::{Error, Exit, Result};

pub use copies::TablePrint;
pub use open::{Access, Engine, hold};
pub use place::{
    TEMPORARY, following_no_link, lock_itself, network_drive, no_link, sync_folder,
    temporary_prefix,
};
pub use points::{Point, reached, watch};
pub use stamp::Stamp;

/// A connection to one database file. One per process and file: a second one would drop the engine's lock.
pub struct Store {
    connection: Connection,
    path: Option<PathBuf>,
    /// Spill folder of this run, removed when the store is dropped.
    _spill: Option<tempfile::TempDir>,
    /// Held while this process may write; let go after the connection, whose own lock would go with them.
    _locks: Vec<std::fs::File>,
    /// The engine's memory limit is ours to choose, since no setting gives it.
    own_limit: bool,
    /// The limit in bytes where a setting gives one; the engine's own may be lower meanwhile.
    given_limit: Option<u64>,
    /// A transaction is open.
    in_transaction: Cell<bool>,
}

/// Stops a running query from another thread.
pub type Interrupt = std::sync::Arc<duckdb::InterruptHandle>;

impl Store {
    /// A database in memory, for tests and trial runs.
    ///
    /// # Errors
    /// When the engine cannot start.
    pub fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory().map_err(Error::internal)?;
        Ok(Self::without_file(connection))
    }

    fn without_file(connection: Connection) -> Self {
        Self {
            connection,
            path: None,
            _spill: None,
            _locks: Vec::new(),
            own_limit: false,
            given_limit: None,
            in_transaction: Cell::new(false),
        }
    }

    /// Lets the file go at the end of the process, after what was written is on disk. The engine would hand back its memory
    /// page by page first, which takes it a tenth of a second where a command takes one.
    pub fn leave(self) {
        let Self {
            connection, _spill, ..
        } = self;
        std::mem::forget(connection);
    }

    /// A second connection to the same open file, for a thread of its own. It sees what is committed.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn sibling(&self) -> Result<Self> {
        let connection = self.connection.try_clone().map_err(Error::internal)?;
        Ok(Self {
            connection,
            path: self.path.clone(),
            _spill: None,
            _locks: Vec::new(),
            own_limit: false,
            given_limit: self.given_limit,
            in_transaction: Cell::new(false),
        })
    }

    /// The database file, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The database file as messages name it; empty for one in memory.
    #[must_use]
    pub fn shown(&self) -> String {
        self.path()
            .map_or_else(String::new, |p| p.display().to_string())
    }

    /// Handle that stops the running query.
    #[must_use]
    pub fn interrupt_handle(&self) -> Interrupt {
        self.connection.interrupt_handle()
    }

    /// Runs statements one after the other. Not atomic by itself: see [`Store::transaction`].
    ///
    /// # Errors
    /// When a statement fails.
    pub fn run(&self, sql: &str) -> Result<()> {
        self.connection
            .execute_batch(sql)
            .map_err(|e| self.failure(&e, sql))
    }

    /// Runs a statement that follows on work that is done. What was committed is not taken back by a signal that comes now,
    /// so that nobody may be told that nothing was changed: it is run all the same.
    fn run_after_work(&self, sql: &str) -> Result<()> {
        match self.run(sql) {
            Err(error) if error.exit == Exit::Interrupted => self.run(sql),
            other => other,
        }
    }

    /// Runs statements whose joins keep the side that is written last in memory, whatever the engine believes of their
    /// sizes. It takes each condition to leave a fifth of the rows, and so, after a few of them, all orders of a shop for
    /// the smaller side.
    ///
    /// # Errors
    /// When a statement fails.
    pub fn run_as_written(&self, sql: &str) -> Result<()> {
        self.run("set disabled_optimizers = 'build_side_probe_side'")?;
        let done = self.run(sql);
        // After a failure the transaction may be past everything but a rollback; the failure is what is told.
        done.and(self.run("reset disabled_optimizers"))
    }

    /// Runs one statement and returns how many rows it changed.
    ///
    /// # Errors
    /// When it fails.
    pub fn change(&self, sql: &str) -> Result<u64> {
        let rows = self
            .connection
            .execute(sql, [])
            .map_err(|e| self.failure(&e, sql))?;
        Ok(rows as u64)
    }

    /// All of `work` or none of it. Within another one it is part of that.
    ///
    /// # Errors
    /// Those of `work`, after a rollback, or of the commit.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        if self.in_transaction.get() {
            return work(self);
        }
        self.run("begin transaction")?;
        reached(Point::TransactionBegun);
        self.in_transaction.set(true);
        let done = work(self);
        self.in_transaction.set(false);
        match done {
            Ok(value) => {
                reached(Point::CommitReady);
                self.run("commit")?;
                reached(Point::Committed);
                Ok(value)
            }
            Err(error) => {
                // A failed rollback leaves nothing behind either: the transaction was never committed.
                let _ = self.connection.execute_batch("rollback");
                Err(error)
            }
        }
    }

    /// Runs `work` and takes everything back: a rehearsal.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn rehearse<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.run("begin transaction")?;
        self.in_transaction.set(true);
        let result = work(self);
        self.in_transaction.set(false);
        let _ = self.connection.execute_batch("rollback");
        result
    }

    /// Appends batches to a table of the main schema, or to a temporary table by `temp.<name>`.
    ///
    /// # Errors
    /// When columns do not match or the place is full.
    pub fn append(
        &self,
        table: &str,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<()> {
        let what = format!("append {table}");
        let mut appender = match table.strip_prefix("temp.") {
            Some(name) => self
                .connection
                .appender_to_catalog_and_db(name, "temp", "main"),
            None => self.connection.appender(table),
        }
        .map_err(|e| self.failure(&e, &what))?;
        for batch in batches {
            for part in without_shared_lists(batch)? {
                appender
                    .append_record_batch(part)
                    .map_err(|e| self.failure(&e, &what))?;
            }
        }
        appender.flush().map_err(|e| self.failure(&e, &what))?;
        reached(Point::RowsAppended);
        Ok(())
    }

    /// Writes everything to the file itself and syncs its folder, so that what was reported is on disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn checkpoint(&self) -> Result<()> {
        self.run_after_work("checkpoint")?;
        reached(Point::Checkpointed);
        if let Some(folder) = self.path.as_deref().and_then(Path::parent) {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            sync_folder(folder).map_err(|e| {
                Error::data("write-failed")
                    .with("path", folder.display())
                    .because(e)
            })?;
        }
        Ok(())
    }

    /// Version of the engine.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub fn engine_version(&self) -> Result<String> {
        self.connection.version().map_err(Error::internal)
    }

    /// What an engine error means for the user. Texts of data errors are not passed on where they may quote cells.
    fn failure(&self, error: &duckdb::Error, sql: &str) -> Error {
        let text = error.to_string();
        if text.contains("INTERRUPT") {
            return Error::new(Exit::Interrupted, "interrupted");
        }
        let path = self
            .path
            .as_ref()
            .map_or_else(String::new, |p| p.display().to_string());
        if text.contains("No space left")
            || text.contains("could not write")
            || text.contains("File too large")
        {
            return Error::data("disk-full").with("path", path);
        }
        if text.contains("Out of Memory") {
            return Error::data("out-of-memory").with("path", path);
        }
        if text.contains("orrupt")
            || text.contains("checksum")
            || text.contains("Could not read enough bytes")
        {
            return Error::data("database-corrupt").with("path", path);
        }
        let head: String = sql.chars().take(80).collect();
        Error::internal(format!("{text} [{}]", head.replace('\n', " ")))
    }
}

/// A batch with lists in parts that the engine takes whole. It takes so many rows at a time, and with each the lists
/// of the whole batch: the time would grow with the square of the rows.
fn without_shared_lists(batch: RecordBatch) -> Result<Vec<RecordBatch>> {
    const ROWS: u32 = 2048;
    let rows = u32::try_from(batch.num_rows()).map_err(Error::internal)?;
    let has_lists = batch
        .columns()
        .iter()
        .any(|c| matches!(c.data_type(), DataType::List(_)));
    if !has_lists || rows <= ROWS {
        return Ok(vec![batch]);
    }
    (0..rows)
        .step_by(ROWS as usize)
        .map(|from| {
            let rows = UInt32Array::from_iter_values(from..rows.min(from + ROWS));
            take_record_batch(&batch, &rows).map_err(Error::internal)
        })
        .collect()
}

/// A name as an SQL identifier.
#[must_use]
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL literal.
#[must_use]
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::table::Value;

    #[test]
    fn a_failed_transaction_leaves_nothing() {
        let store = Store::in_memory().unwrap();
        store.run("create table t (i integer)").unwrap();
        let result: Result<()> = store.transaction(|s| {
            s.run("insert into t values (1)")?;
            Err(Error::data("stop"))
        });
        assert!(result.is_err());
        assert_eq!(
            store.table("select count(*) as n from t").unwrap().rows,
            vec![vec![Value::Int(0)]]
        );
    }

    #[test]
    fn a_transaction_within_another_is_part_of_it() {
        let store = Store::in_memory().unwrap();
        store.run("create table t (i integer)").unwrap();
        let result: Result<()> = store.transaction(|s| {
            s.transaction(|s| s.run("insert into t values (1)"))?;
            Err(Error::data("stop"))
        });
        assert!(result.is_err());
        store
            .transaction(|s| s.run("insert into t values (2)"))
            .unwrap();
        assert_eq!(store.count("select sum(i)::bigint from t").unwrap(), 2);
    }

    #[test]
    fn a_streamed_result_keeps_the_order_that_its_query_asks_for() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine {
            threads: Some(4),
            ..Engine::default()
        };
        let store = Store::open(&folder.path().join("o.duckdb"), Access::Create, &engine).unwrap();
        store
            .run(
                "create table t as select hash(i) as h, i::varchar as text from range(500000) r(i)",
            )
            .unwrap();
        for _ in 0..3 {
            let (mut last, mut batches) = (0, 0);
            store
                .stream("from t order by h", |batch| {
                    let column = batch.column(0).as_any();
                    let hashes = column
                        .downcast_ref::<arrow::array::UInt64Array>()
                        .unwrap()
                        .values();
                    assert!(last <= hashes[0] && hashes.is_sorted());
                    last = hashes[hashes.len() - 1];
                    batches += 1;
                    Ok(())
                })
                .unwrap();
            assert!(batches > 100);
        }
    }

    #[test]
    fn lists_stay_with_their_rows_however_many_there_are() {
        use arrow::array::{Array, ArrayRef, Int32Array, ListBuilder, StringBuilder};
        let store = Store::in_memory().unwrap();
        store
            .run("create table t (i integer, l varchar[])")
            .unwrap();
        let rows = 5000;
        let mut lists = ListBuilder::new(StringBuilder::new());
        for i in 0..rows {
            for n in 0..i % 4 {
                lists.values().append_value(format!("{i}-{n}"));
            }
            lists.append(true);
        }
        let numbers: ArrayRef = std::sync::Arc::new(Int32Array::from_iter_values(0..rows));
        let lists: ArrayRef = std::sync::Arc::new(lists.finish());
        assert_eq!(lists.len(), numbers.len());
        let batch = RecordBatch::try_from_iter([("i", numbers), ("l", lists)]).unwrap();
        store.append("t", [batch]).unwrap();
        let wrong = "select count(*) from t where l <> list_transform(range(i % 4), lambda n: i || '-' || n)";
        assert_eq!(store.count(wrong).unwrap(), 0);
        assert_eq!(store.count("select count(*) from t").unwrap(), 5000);
    }

    #[test]
    fn hostile_names_are_only_names() {
        assert_eq!(
            quote_identifier("a\"; drop table t; --"),
            "\"a\"\"; drop table t; --\""
        );
        assert_eq!(quote_text("it's"), "'it''s'");
    }
}
