//! The stages in order: the only module that knows all others, writes output files and speaks to the terminal.

pub mod audit;
pub mod backtest;
pub mod campaign;
pub mod copies;
pub mod demo;
mod desk;
pub mod doctor;
pub mod erase;
pub mod explain;
pub mod export;
pub mod files;
pub mod generate;
pub mod import;
pub mod inventory;
mod keeping;
pub mod key;
pub mod lists;
pub mod merge;
mod paper;
pub mod process;
pub mod profile;
pub mod purge;
pub mod quality;
pub mod reassign;
pub mod record;
pub mod register;
pub mod report;
mod say;
pub mod score;
pub mod status;
pub mod subject;
mod system;
mod tasks;
pub mod terminal;
pub mod undo_import;
mod upgrade;
pub mod uplift;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::settings::Settings;
use crate::store::{Access, Engine, Interrupt, Store};
use crate::table::Value;
use crate::types::{Error, Exit, Lang, Result};
use crate::{i18n, store};

use upgrade::Age;

/// What every command needs: settings in force, where the database is, how to speak.
pub struct Context {
    /// The database file.
    pub database: PathBuf,
    /// Settings from `--config`; `None`: those kept in the database, else the defaults.
    pub settings: Option<Settings>,
    /// Language asked for on the command line.
    pub lang: Option<Lang>,
    /// Threads and memory.
    pub engine: Engine,
    /// The day of import.
    pub today: NaiveDate,
    /// How long to wait for another process that holds the database.
    pub lock_timeout: Duration,
    /// The process ends with the command.
    pub is_last: bool,
    /// Says what is going on.
    pub progress: Box<dyn Fn(&str) + Send + Sync>,
}

impl Context {
    /// Opens the database; creates its tables where there are none. The engine reaches no file but those beside it.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open(&self, access: Access) -> Result<(Store, Settings)> {
        self.open_reaching(access, Reach::OwnFolder)
    }

    /// Closes what a command has done with.
    fn close(&self, store: Store) {
        if self.is_last {
            store.leave();
        }
    }

    /// Opens the database with an engine that reaches other places too.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub(crate) fn open_reaching(
        &self,
        access: Access,
        reach: Reach<'_>,
    ) -> Result<(Store, Settings)> {
        if access != Access::Read {
            // What is noted last must not be found impossible when all is done.
            store::no_link(&audit::path_of(&self.database))?;
        }
        let store = self.wait_for(access)?;
        if access != Access::Read {
            // Folders of readers that were killed lie here too.
            files::remove_leftovers(files::folder_of(&self.database));
        }
        match reach {
            Reach::OwnFolder => store.confine(&[])?,
            Reach::FolderOf(path) => store.confine(&[files::folder_of(path)])?,
        }
        if upgrade::prepare(&store, access)? == Age::Earlier {
            copies::bring_up(self, &store)?;
            // The file that took its place is opened as any other.
            drop(store);
            return self.open_reaching(access, reach);
        }
        let mut settings = match &self.settings {
            Some(settings) => settings.clone(),
            None => kept_settings(&store)?.unwrap_or_default(),
        };
        if let Some(lang) = self.lang {
            settings.lang = lang;
        }
        if let Ok(mut running) = RUNNING.lock() {
            *running = vec![store.interrupt_handle()];
        }
        Ok((store, settings))
    }
}

impl Context {
    /// Opens the file as soon as whoever holds it lets go, or says who holds it when the time is over.
    fn wait_for(&self, access: Access) -> Result<Store> {
        let begun = Instant::now();
        loop {
            match Store::open(&self.database, access, &self.engine) {
                Err(error) if error.exit == Exit::Busy && begun.elapsed() < self.lock_timeout => {
                    (self.progress)(&i18n::error(self.lang.unwrap_or_default(), &error).0);
                    std::thread::sleep(Duration::from_millis(100));
                }
                other => return other,
            }
        }
    }
}

/// The files that the engine itself may open, besides those of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach<'a> {
    /// None.
    OwnFolder,
    /// Those in the folder of a file that is to be written.
    FolderOf(&'a Path),
}

/// The connections in use, the main one first, so that a signal can stop their queries.
static RUNNING: Mutex<Vec<Interrupt>> = Mutex::new(Vec::new());

/// Until this is dropped, a signal stops the queries of these connections too.
pub(crate) fn also_stopping(siblings: &[Store]) -> impl Drop + use<> {
    struct Until(usize);
    impl Drop for Until {
        fn drop(&mut self) {
            if let Ok(mut running) = RUNNING.lock() {
                running.truncate(self.0);
            }
        }
    }
    let mut main = 0;
    if let Ok(mut running) = RUNNING.lock() {
        main = running.len();
        running.extend(siblings.iter().map(Store::interrupt_handle));
    }
    Until(main)
}

/// Stops the query that runs, if one does.
pub(crate) fn stop_running_query() {
    if let Ok(running) = RUNNING.lock() {
        for handle in running.iter() {
            handle.interrupt();
        }
    }
}

/// The settings that the last writing command left in the database.
fn kept_settings(store: &Store) -> Result<Option<Settings>> {
    let table = store.table("select value from retain_meta where name = 'settings'")?;
    match table.rows.first().and_then(|r| r.first()) {
        Some(Value::Text(text)) => Settings::parse(text, "retain_meta").map(Some),
        _ => Ok(None),
    }
}

/// Keeps the settings in the database, so that later commands use the same.
pub(crate) fn keep_settings(store: &Store, settings: &Settings) -> Result<()> {
    store.run(&format!(
        "delete from retain_meta where name = 'settings';
         insert into retain_meta values ('settings', {});",
        store::quote_text(&settings.to_toml()?)
    ))
}

/// Hash of the settings that decide figures, which names the definitions behind a result.
pub(crate) fn settings_hash(settings: &Settings) -> Result<String> {
    let digest = Sha256::digest(settings.that_decide_figures().to_toml()?.as_bytes());
    Ok(digest.iter().take(6).map(|b| format!("{b:02x}")).collect())
}

/// What the files and folders of a database are called behind its own name, which comes first.
pub(crate) const ITS_FILES: [&str; 8] = [
    "",
    ".wal",
    ".key",
    ".audit",
    ".audit.last",
    ".lock",
    ".rejects",
    ".backups",
];

/// The database file that a path names, by whatever link: its key, log, audit file and backups stand beside it once, and what
/// takes its place takes that of the file, not of the link.
#[must_use]
pub fn itself(path: &Path) -> PathBuf {
    match path.canonicalize() {
        Ok(real) if path.is_symlink() => real,
        _ => path.to_owned(),
    }
}

/// A path beside the database: `F.key`, `F.rejects`.
#[must_use]
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The only reading of the clock: the day of import, where `--today` does not say.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the day of import, which `--today` overrules"
)]
pub fn machine_date() -> NaiveDate {
    chrono::Local::now().date_naive()
}

/// The moment that clock columns hold.
#[expect(
    clippy::disallowed_methods,
    reason = "clock columns alone, which comparisons of two runs leave out"
)]
pub(crate) fn clock() -> String {
    chrono::Local::now()
        .naive_local()
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// An error for a place that cannot be written.
pub(crate) fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let key = match error.kind() {
        std::io::ErrorKind::StorageFull => "disk-full",
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            "folder-read-only"
        }
        _ => "write-failed",
    };
    Error::data(key)
        .with("path", path.display())
        .because(error.kind())
}
