//! The stages of a scoring that come before its models, and the scores.

use criterion::{BenchmarkId, Criterion};
use retain::pipeline::score::{self, dates, reading};
use retain::rhythm::rhythm;
use retain::scores::{self, Estimates, ScoringInput};

use super::department::{AS_OF, Department, State, sizes};

pub fn visits(c: &mut Criterion) {
    let mut group = c.benchmark_group("visits");
    for vehicles in sizes() {
        let database = Department::of(vehicles).database(State::Imported);
        let (store, settings) = database.open();
        dates::set_run(&store, &settings, AS_OF).unwrap();
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter(|| score::make_visits(&store).unwrap());
        });
    }
    group.finish();
}

/// Reading the visits, and what was known otherwise at the month ends of a year.
pub fn past(c: &mut Criterion) {
    let mut group = c.benchmark_group("past");
    for vehicles in sizes() {
        let (_database, store, settings, _) =
            Department::of(vehicles).database(State::Imported).past();
        let ends: Vec<_> = (1..=12)
            .map(|n| retain::rhythm::months_before(AS_OF, n))
            .collect();
        group.bench_function(BenchmarkId::new("read", vehicles), |b| {
            b.iter(|| reading::read_past(&store, &settings, reading::Work::Scores).unwrap());
        });
        group.bench_function(BenchmarkId::new("look_back", vehicles), |b| {
            b.iter(|| {
                score::make_visits(&store).unwrap();
                let mut past =
                    reading::read_past(&store, &settings, reading::Work::Scores).unwrap();
                past.look_back(&store, &ends).unwrap();
            });
        });
    }
    group.finish();
}

pub fn features(c: &mut Criterion) {
    let mut group = c.benchmark_group("features");
    for vehicles in sizes() {
        let (_database, _store, _, past) =
            Department::of(vehicles).database(State::Imported).past();
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter(|| past.features(AS_OF));
        });
    }
    group.finish();
}

pub fn rhythm_of_units(c: &mut Criterion) {
    let mut group = c.benchmark_group("rhythm");
    for vehicles in sizes() {
        let (_database, _store, settings, past) =
            Department::of(vehicles).database(State::Imported).past();
        let (features, sequences) = past.features(AS_OF);
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter(|| rhythm(&features, &sequences, &settings.rhythm, &settings.intervals));
        });
    }
    group.finish();
}

pub fn scores(c: &mut Criterion) {
    let mut group = c.benchmark_group("scores");
    for vehicles in sizes() {
        let (_database, _store, settings, past) =
            Department::of(vehicles).database(State::Imported).past();
        let dated = past.dated(&settings, AS_OF);
        let input = ScoringInput {
            features: &dated.features,
            rhythm: &dated.rhythm,
            estimates: Estimates::default(),
            settings: &settings,
        };
        group.bench_function(BenchmarkId::new("units", vehicles), |b| {
            b.iter(|| scores::score_units(&input));
        });
        let units = scores::score_units(&input);
        group.bench_function(BenchmarkId::new("customers", vehicles), |b| {
            b.iter(|| scores::roll_up(&input, &units, &[]));
        });
        let customers = scores::roll_up(&input, &units, &[]);
        group.bench_function(BenchmarkId::new("segments", vehicles), |b| {
            b.iter(|| scores::segments(&input, &customers));
        });
        group.bench_function(BenchmarkId::new("states", vehicles), |b| {
            b.iter(|| scores::states(&input));
        });
    }
    group.finish();
}
