//! The departments that benches measure: generated and imported once, before anything is timed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use retain::generate::GenerateParams;
use retain::import::Request;
use retain::pipeline::score::dates::{Past, set_run};
use retain::pipeline::score::reading::{Work, read_past};
use retain::pipeline::{self, Context, score};
use retain::settings::Settings;
use retain::store::{Access, Engine, Store};
use retain::types::Lang;
use tempfile::TempDir;

/// Last day of the data, which is scored.
pub const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();

/// Sizes to measure, in vehicles; when benches are only tried out, the smallest.
pub fn sizes() -> Vec<u64> {
    if let Ok(asked) = std::env::var("RETAIN_BENCH_VEHICLES") {
        return asked
            .split(',')
            .map(|n| n.trim().parse().unwrap())
            .collect();
    }
    if std::env::args().any(|a| a == "--bench") {
        vec![1_000, 10_000]
    } else {
        vec![1_000]
    }
}

/// A department's files and its database, imported but not scored.
pub struct Department {
    folder: TempDir,
}

impl Department {
    /// The department of that size, made when it is asked for first.
    pub fn of(vehicles: u64) -> &'static Self {
        static MADE: Mutex<BTreeMap<u64, &'static Department>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(vehicles)
            .or_insert_with(|| Box::leak(Box::new(Self::make(vehicles))))
    }

    fn make(vehicles: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let params = GenerateParams {
            vehicles,
            seed: 1,
            start: NaiveDate::from_ymd_opt(2021, 1, 1).unwrap(),
            end: AS_OF,
            truth: false,
            stores: 1,
            lang: Lang::Zh,
        };
        pipeline::generate::generate(&params, folder.path(), &|_| ()).unwrap();
        let department = Self { folder };
        let context = context(&department.path("imported.duckdb"));
        pipeline::import::import(&context, &department.requests(), false).unwrap();
        department
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Orders, people and vehicles: what a shop brings in first.
    pub fn requests(&self) -> Vec<Request> {
        ["work_orders.csv", "customers.csv", "vehicles.csv"]
            .map(|name| Request {
                path: self.path(name),
                ..Request::default()
            })
            .to_vec()
    }

    /// Size of the orders' file, bytes.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(self.path("work_orders.csv"))
            .unwrap()
            .len()
    }

    /// A database of its own with what was imported; with `scored`, after a scoring of [`AS_OF`].
    pub fn database(&self, state: State) -> Database {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.duckdb");
        let from = match state {
            State::Imported => self.path("imported.duckdb"),
            State::Scored => {
                let scored = self.path("scored.duckdb");
                if !scored.exists() {
                    std::fs::copy(self.path("imported.duckdb"), &scored).unwrap();
                    score::score(&context(&scored), Some(AS_OF)).unwrap();
                }
                scored
            }
        };
        std::fs::copy(from, &path).unwrap();
        Database { folder, path }
    }
}

/// What has been done with a database.
#[derive(Clone, Copy)]
pub enum State {
    Imported,
    Scored,
}

/// A database in a folder that goes away.
pub struct Database {
    folder: TempDir,
    path: PathBuf,
}

impl Database {
    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file, opened.
    pub fn open(&self) -> (Store, Settings) {
        context(&self.path).open(Access::Write).unwrap()
    }

    /// What every date is computed from, as a scoring reads it.
    pub fn past(self) -> (Self, Store, Settings, Past) {
        let (store, settings) = self.open();
        set_run(&store, &settings, AS_OF).unwrap();
        score::make_visits(&store).unwrap();
        let past = read_past(&store, &settings, Work::Scores).unwrap();
        (self, store, settings, past)
    }
}

/// What a command is given.
pub fn context(database: &Path) -> Context {
    Context {
        database: database.to_owned(),
        settings: None,
        lang: Some(Lang::En),
        engine: Engine::default(),
        today: AS_OF.succ_opt().unwrap(),
        is_last: false,
        lock_timeout: Duration::ZERO,
        progress: Box::new(|_| ()),
    }
}
