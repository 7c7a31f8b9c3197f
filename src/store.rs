//! The database file: the only user of the engine. Opens, runs scripts in transactions, streams Arrow
//! batches out and appends them in. Knows nothing of what the tables mean.

mod open;
mod read;

use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use duckdb::Connection;

use crate::types::{Error, Exit, Result};

pub use open::{Access, Engine};

/// A connection to one database file. One per process and file: a second one would drop the engine's lock.
pub struct Store {
    connection: Connection,
    path: Option<PathBuf>,
    /// Spill folder of this run, removed when the store is dropped.
    _spill: Option<tempfile::TempDir>,
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
        Ok(Self {
            connection,
            path: None,
            _spill: None,
        })
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
        })
    }

    /// The database file, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
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

    /// All of `work` or none of it.
    ///
    /// # Errors
    /// Those of `work`, after a rollback, or of the commit.
    pub fn transaction<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.run("begin transaction")?;
        match work(self) {
            Ok(value) => {
                self.run("commit")?;
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
        let result = work(self);
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
            appender
                .append_record_batch(batch)
                .map_err(|e| self.failure(&e, &what))?;
        }
        appender.flush().map_err(|e| self.failure(&e, &what))
    }

    /// Writes everything to the file itself and syncs its folder, so that what was reported is on disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn checkpoint(&self) -> Result<()> {
        self.run("checkpoint")?;
        if let Some(folder) = self.path.as_deref().and_then(Path::parent) {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            std::fs::File::open(folder)
                .and_then(|f| f.sync_all())
                .map_err(|e| {
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
        if text.contains("orrupt") || text.contains("checksum") {
            return Error::data("database-corrupt").with("path", path);
        }
        let head: String = sql.chars().take(80).collect();
        Error::internal(format!("{text} [{}]", head.replace('\n', " ")))
    }
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
    fn hostile_names_are_only_names() {
        assert_eq!(
            quote_identifier("a\"; drop table t; --"),
            "\"a\"\"; drop table t; --\""
        );
        assert_eq!(quote_text("it's"), "'it''s'");
    }
}
