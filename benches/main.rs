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

type Measure = fn(&mut Criterion);

/// The stages: the name of the group, and what measures it.
const STAGES: &[(&str, Measure)] = &[
    ("import", files::import),
    ("visits", stages::visits),
    ("past", stages::past),
    ("features", stages::features),
    ("rhythm", stages::rhythm_of_units),
    ("scores", stages::scores),
    ("return_share", learning::return_share),
    ("logistic", learning::logistic),
    ("boosting", learning::boosting),
    ("line_up", learning::line_up),
    ("visit_models", visit_models::visit_models),
    ("lists", outputs::lists),
    ("report", outputs::report),
    ("whole", outputs::whole_run),
];

/// The stages that the arguments name (`visits`, `visit_models/fit_bg_nbd`); all, where they name none. Criterion passes over
/// what was not asked for, but only after its data were made, which takes minutes at a million vehicles.
fn asked_for() -> Vec<Measure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<Measure> = STAGES
        .iter()
        .filter(|(name, _)| {
            let mut wanted = words.iter().filter_map(|word| word.split('/').next());
            wanted.any(|word| word == *name)
        })
        .map(|(_, measure)| *measure)
        .collect();
    if named.is_empty() {
        STAGES.iter().map(|(_, measure)| *measure).collect()
    } else {
        named
    }
}

fn main() {
    let mut criterion = measuring();
    for measure in asked_for() {
        measure(&mut criterion);
    }
    criterion.final_summary();
}
