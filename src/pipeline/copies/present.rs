//! What a backup replaces: held meanwhile, asked for what the backup must not undo, and kept under another name.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::super::upgrade::{self, Age};
use super::super::{Context, beside, erase, files, purge, unwritable};
use super::{fresh_copy, size_of};
use crate::store::{self, Access, Point, Store, reached};
use crate::types::{Error, Result};

/// The database that a backup replaces, held so that nobody writes to it, and what the backup must not undo.
#[derive(Default)]
pub(super) struct Present {
    exists: bool,
    /// It does not open or is damaged, which may be why it is replaced.
    pub(super) unread: bool,
    /// Kind, code and day of each erasure.
    tombstones: Vec<(String, String, NaiveDate)>,
    /// Customer, first and last day of each hold.
    holds: Vec<purge::Hold>,
    _store: Option<Store>,
    _lock: Option<fs::File>,
}

/// What is wrong with a database that only another one in its place can mend.
const BEYOND_READING: [&str; 5] = [
    "database-corrupt",
    "database-foreign",
    "database-invalid",
    "database-unreadable",
    "database-wal",
];

impl Present {
    pub(super) fn of(context: &Context) -> Result<Self> {
        let database = &context.database;
        if !database.exists() {
            return Ok(Self {
                _lock: Some(store::hold(database)?),
                ..Self::default()
            });
        }
        match context.wait_for(Access::Write).and_then(Self::read) {
            // It cannot be held by the engine, but by our own lock.
            Err(error) if BEYOND_READING.contains(&error.key) => Ok(Self {
                exists: true,
                unread: true,
                _lock: Some(store::hold(database)?),
                ..Self::default()
            }),
            other => other,
        }
    }

    fn read(store: Store) -> Result<Self> {
        store.checkpoint()?;
        Ok(Self {
            exists: true,
            tombstones: where_there(&store, "tombstones", erase::tombstones)?,
            holds: where_there(&store, "holds", purge::holds)?,
            _store: Some(store),
            ..Self::default()
        })
    }

    /// What the copy of a backup becomes with the erasures and holds of the present, beside it, and how many were taken out
    /// of it; the copy itself where there is nothing to carry.
    pub(super) fn carried_into(&self, context: &Context, copy: PathBuf) -> Result<(PathBuf, u64)> {
        if self.tombstones.is_empty() && self.holds.is_empty() {
            reached(Point::CopyProved);
            return Ok((copy, 0));
        }
        let folder = files::folder_of(&copy);
        // It is written once more, without the holes that erasing leaves.
        files::enough_space(folder, size_of(&copy)?)?;
        let store = Store::open(&copy, Access::Write, &context.engine)?;
        // As it was it stays in the backup.
        if upgrade::prepare(&store, Access::Write)? == Age::Earlier {
            store.transaction(upgrade::bring_up)?;
        }
        let erased = store.transaction(|store| {
            purge::carry_over(store, &self.holds)?;
            erase::carry_over(store, &context.database, &self.tombstones)
        })?;
        store.checkpoint()?;
        let fresh = fresh_copy(&store, folder)?;
        Ok((fresh, erased))
    }

    /// Puts a file in the place of the database, which stays under another name, log and all; returns that name. There is
    /// no moment without a database, nor one in which it lacks its log: at worst the new one has a log that is not its own,
    /// which is refused, and another restore goes on from there.
    pub(super) fn replace_by(&self, ready: &Path, database: &Path) -> Result<Option<PathBuf>> {
        let put = || -> Result<()> {
            fs::rename(ready, database).map_err(|e| unwritable(database, &e))?;
            reached(Point::CopyInPlace);
            files::sync_folder(database)
        };
        let log_of = |path: &Path| beside(path, ".wal");
        let kept = (1..10_000)
            .map(|n| beside(database, &format!(".replaced-{n}")))
            .find(|p| !p.exists() && !log_of(p).exists())
            .ok_or_else(|| Error::data("write-failed").with("path", database.display()))?;
        let log = log_of(database);
        let has_log = log.exists();
        let move_log = || match fs::rename(&log, log_of(&kept)) {
            Err(e) if has_log => Err(unwritable(&log, &e)),
            _ => Ok(()),
        };
        if !self.exists {
            // A log without its file is kept all the same, and never another file's.
            move_log()?;
            return put().map(|()| None);
        }
        let mut named = fs::hard_link(database, &kept);
        if has_log {
            named = named.and_then(|()| fs::hard_link(&log, log_of(&kept)));
        }
        if named.is_err() {
            // The file system knows no second names: the files are moved, the database first, since without its log it would
            // be read as if nothing lacked.
            let _ = fs::remove_file(&kept);
            fs::rename(database, &kept).map_err(|e| unwritable(database, &e))?;
            let done = move_log().and_then(|()| put());
            if done.is_err() {
                // Whatever stood there is better than nothing.
                let _ = fs::rename(log_of(&kept), &log);
                let _ = fs::rename(&kept, database);
            }
            return done.map(|()| Some(kept));
        }
        files::sync_folder(database)?;
        reached(Point::ReplacedKept);
        if let Err(error) = put() {
            // They are names of what still stands in its place.
            let _ = fs::remove_file(log_of(&kept));
            let _ = fs::remove_file(&kept);
            return Err(error);
        }
        if has_log {
            fs::remove_file(&log).map_err(|e| unwritable(&log, &e))?;
            files::sync_folder(database)?;
        }
        Ok(Some(kept))
    }
}

/// What a table holds; nothing where a file of an earlier version lacks it.
fn where_there<T>(
    store: &Store,
    table: &str,
    read: impl FnOnce(&Store) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let sql = format!(
        "select count(*) from duckdb_tables() where table_name = '{table}' and database_name = current_database()"
    );
    if store.count(&sql)? > 0 {
        read(store)
    } else {
        Ok(Vec::new())
    }
}
