//! The exports as a whole: the same for one seed, whatever the threads, and of any size.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::NaiveDate;
use xxhash_rust::xxh3::xxh3_64;

use super::*;

/// Keeps the files in memory.
#[derive(Default)]
pub(super) struct Memory(pub(super) BTreeMap<&'static str, Vec<u8>>);

impl Sink for Memory {
    fn write(&mut self, file: &'static str, bytes: &[u8]) -> Result<()> {
        self.0.entry(file).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn params(vehicles: u64) -> GenerateParams {
    GenerateParams {
        vehicles,
        seed: 7,
        start: date("2023-01-01"),
        end: date("2025-12-31"),
        truth: true,
        stores: 1,
        lang: Lang::Zh,
    }
}

pub(super) fn files(params: &GenerateParams) -> Memory {
    let mut memory = Memory::default();
    generate(params, &mut memory, &|_| {}).unwrap();
    memory
}

fn hash(memory: &Memory) -> Vec<(&'static str, u64)> {
    memory
        .0
        .iter()
        .map(|(name, bytes)| (*name, xxh3_64(bytes)))
        .collect()
}

/// Rows of one file as column name → value. No value of the generated files holds a comma.
pub(super) struct Table(pub(super) Vec<BTreeMap<String, String>>);

impl Table {
    pub(super) fn new(memory: &Memory, export: Export) -> Self {
        let text = std::str::from_utf8(&memory.0[export.file_name()]).unwrap();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        Self(
            lines
                .map(|line| {
                    let cells: Vec<&str> = line.split(',').collect();
                    assert_eq!(cells.len(), header.len(), "{}: {line}", export.file_name());
                    header
                        .iter()
                        .zip(cells)
                        .map(|(h, c)| ((*h).to_owned(), c.to_owned()))
                        .collect()
                })
                .collect(),
        )
    }

    pub(super) fn share(&self, column: &str, values: &[&str]) -> f64 {
        let hits = self
            .0
            .iter()
            .filter(|row| values.contains(&row[column].as_str()))
            .count();
        hits as f64 / self.0.len() as f64
    }
}

/// One department for all the tests that only look at it.
pub(super) fn department() -> &'static Memory {
    static DEPARTMENT: OnceLock<Memory> = OnceLock::new();
    DEPARTMENT.get_or_init(|| files(&params(1500)))
}

#[test]
fn one_seed_gives_the_same_bytes_whatever_the_threads_and_the_batches() {
    let params = GenerateParams {
        end: date("2023-09-30"),
        ..params(5000)
    };
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| hash(&files(&params)))
    };
    let one = with_threads(1);
    assert_eq!(one, with_threads(2));
    for batch in [1, 3] {
        let mut memory = Memory::default();
        generate_in_batches(&params, &mut memory, &|_| {}, batch).unwrap();
        assert_eq!(one, hash(&memory));
    }
    let other = GenerateParams { seed: 8, ..params };
    assert_ne!(one, hash(&files(&other)));
}

#[test]
fn the_bytes_of_a_seed_never_change() {
    let small = GenerateParams {
        end: date("2023-06-30"),
        ..params(60)
    };
    let all: Vec<u8> = files(&small).0.into_values().flatten().collect();
    assert_eq!(xxh3_64(&all), GOLDEN, "{:#x}", xxh3_64(&all));
}

/// Changes when the simulation changes, and then on purpose: the committed sample data changes with it.
const GOLDEN: u64 = 0x20b0_b857_ed8c_c179;

#[test]
fn the_truth_is_a_file_more_and_changes_nothing_else() {
    let without = GenerateParams {
        truth: false,
        ..params(200)
    };
    let mut told = files(&params(200));
    assert!(told.0.remove("truth.csv").is_some());
    assert_eq!(told.0, files(&without).0);
}

#[test]
pub(super) fn departments_of_no_vehicle_one_vehicle_and_one_day_work() {
    for vehicles in [0, 1] {
        let memory = files(&params(vehicles));
        assert_eq!(memory.0.len(), EXPORTS.len());
        assert_eq!(
            Table::new(&memory, Export::Vehicles).0.len() as u64,
            vehicles
        );
        assert_eq!(Table::new(&memory, Export::FinanceMonths).0.len(), 36);
    }
    let one_day = GenerateParams {
        end: date("2023-01-01"),
        ..params(300)
    };
    assert_eq!(Table::new(&files(&one_day), Export::Truth).0.len(), 300);
}

#[test]
fn impossible_parameters_are_refused() {
    for bad in [
        GenerateParams {
            end: date("2022-12-31"),
            ..params(1)
        },
        GenerateParams {
            stores: 0,
            ..params(1)
        },
        params(u64::MAX),
    ] {
        assert!(generate(&bad, &mut Memory::default(), &|_| {}).is_err());
    }
}

#[test]
fn several_stores_end_every_row_with_their_name() {
    let memory = files(&GenerateParams {
        stores: 3,
        ..params(300)
    });
    for export in EXPORTS {
        if export == Export::Truth {
            continue;
        }
        let table = Table::new(&memory, export);
        let stores: BTreeSet<&str> = table.0.iter().map(|row| row["门店"].as_str()).collect();
        assert_eq!(stores.len(), 3, "{}", export.file_name());
        assert!(!stores.contains(""));
    }
}
