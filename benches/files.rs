//! Files into a new database.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use retain::pipeline;

use super::department::{Department, context, sizes};

pub fn import(c: &mut Criterion) {
    let mut group = c.benchmark_group("import");
    for vehicles in sizes() {
        let department = Department::of(vehicles);
        group.throughput(Throughput::Bytes(department.bytes()));
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter_batched(
                || tempfile::tempdir().unwrap(),
                |folder| {
                    let context = context(&folder.path().join("shop.duckdb"));
                    pipeline::import::import(&context, &department.requests(), false).unwrap();
                    folder
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}
