//! What people read, and everything from files to report.

use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion};
use retain::cli::{ListFormat, ReportFormat};
use retain::pipeline::{self, lists as calls, report as pages, score};
use retain::types::Lang;

use super::department::{AS_OF, Database, Department, State, context, sizes};

const A_DAY: calls::Wanted = calls::Wanted {
    day: None,
    days: 1,
    capacity: None,
    per_caller: None,
    format: ListFormat::Xlsx,
    lang: Lang::En,
};

/// A page of the period that ended last.
fn page(kind: pages::PeriodKind, out: &Path) -> pages::Request<'_> {
    pages::Request {
        kind,
        start: None,
        out,
        lang: Some(Lang::En),
        formats: &[ReportFormat::Html],
        names_language: false,
    }
}

pub fn lists(c: &mut Criterion) {
    let mut group = c.benchmark_group("lists");
    for vehicles in sizes() {
        let database = Department::of(vehicles).database(State::Scored);
        let (store, settings) = database.open();
        let out = database.folder().join("lists");
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter(|| calls::list_in(&store, &settings, &out, A_DAY).unwrap());
        });
    }
    group.finish();
}

pub fn report(c: &mut Criterion) {
    let mut group = c.benchmark_group("report");
    for vehicles in sizes() {
        let database = Department::of(vehicles).database(State::Scored);
        let (store, settings) = database.open();
        let out = database.folder().join("reports");
        for (name, kind) in [
            ("month", pages::PeriodKind::Month),
            ("year", pages::PeriodKind::Year),
        ] {
            group.bench_function(BenchmarkId::new(name, vehicles), |b| {
                b.iter(|| pages::reports_in(&store, &settings, &[page(kind, &out)]).unwrap());
            });
        }
    }
    group.finish();
}

/// A scoring of what was imported, and everything from files to list and report.
pub fn whole_run(c: &mut Criterion) {
    let mut group = c.benchmark_group("whole");
    for vehicles in sizes() {
        let department = Department::of(vehicles);
        group.bench_function(BenchmarkId::new("score", vehicles), |b| {
            b.iter_batched(
                || department.database(State::Imported),
                |database: Database| {
                    let (store, settings) = database.open();
                    score::score_in(&store, &settings, Some(AS_OF), &|_| ()).unwrap();
                    drop(store);
                    database
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function(BenchmarkId::new("run", vehicles), |b| {
            b.iter_batched(
                || tempfile::tempdir().unwrap(),
                |folder| {
                    let context = context(&folder.path().join("shop.duckdb"));
                    pipeline::import::import(&context, &department.requests(), false).unwrap();
                    score::score(&context, Some(AS_OF)).unwrap();
                    calls::list(&context, folder.path(), A_DAY, None).unwrap();
                    let month = page(pages::PeriodKind::Month, folder.path());
                    pages::report(&context, &[month]).unwrap();
                    folder
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}
