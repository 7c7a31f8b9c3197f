//! What each stage costs, by size of the department: `just bench` measures, `cargo test --release -p retain-benches`
//! runs each once. Data is generated with a fixed seed outside the timed part.
//!
//! `RETAIN_BENCH_VEHICLES` names the sizes (`1000,100000`); without it 1,000 and 10,000 vehicles are measured. At a million
//! one sample takes minutes: name the stage too, as in `RETAIN_BENCH_VEHICLES=1000000 just bench scores`.

#![allow(clippy::unwrap_used)]
#![allow(missing_docs, unreachable_pub)]

mod department;
mod files;
mod learning;
mod outputs;
mod stages;
mod visit_models;

use std::time::Duration;

use criterion::Criterion;

/// The measuring of every bench: few samples, since each of them is long and does the same.
fn measuring() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args()
}

criterion::criterion_group! {
    name = speed;
    config = measuring();
    targets = files::import, stages::visits, stages::past, stages::features, stages::rhythm_of_units, stages::scores,
        learning::return_share, learning::logistic, learning::boosting, learning::line_up,
        visit_models::visit_models,
        outputs::lists, outputs::report, outputs::whole_run
}
criterion::criterion_main!(speed);
