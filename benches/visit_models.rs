//! The visit models on histories drawn from one of them: so many units whose first visits are spread over 280 weeks, and
//! one cohort of 23,570 that began together.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use retain::models::visits::{Histories, History};
use retain::models::visits_bgcnbd::simulated::{Source, run};
use retain::models::visits_bgcnbd::{Bgcnbd, BgcnbdParams, Dropout, NextVisits, Regularity};
use retain::models::visits_pareto_nbd::ParetoNbdFit;

use super::department::sizes;

const WEEKS: f64 = 365.0 / 7.0;
const COHORT: u64 = 23_570;

/// Visits with some rhythm, as of vehicles that are serviced about twice a year.
const TRUTH: Bgcnbd = Bgcnbd {
    dropout: Dropout::AfterFirst,
    k: 2.4,
    r: 6.0,
    alpha: 65.0,
    a: 0.8,
    b: 4.0,
};

fn drawn(units: u64, first_weeks: f64) -> Vec<History> {
    let mut source = Source::new(11);
    (0..units)
        .map(|_| {
            // Whole days, as files have them.
            let age = 312.0 - (source.uniform() * first_weeks * 7.0).floor() / 7.0;
            run(&TRUTH, age, 0.0, &mut source).0
        })
        .collect()
}

fn params(dropout: Dropout, regularity: Regularity) -> BgcnbdParams {
    BgcnbdParams {
        dropout,
        regularity,
    }
}

pub fn visit_models(c: &mut Criterion) {
    let mut group = c.benchmark_group("visit_models");
    for units in sizes() {
        let histories = drawn(units, 280.0);
        let all = Histories::new(histories.clone());
        for (name, dropout, regularity) in [
            ("fit_mbg_cnbd_real_k", Dropout::AfterFirst, Regularity::Free),
            ("fit_mbg_nbd", Dropout::AfterFirst, Regularity::Whole(1)),
            ("fit_bg_nbd", Dropout::AfterRepeat, Regularity::Whole(1)),
        ] {
            group.bench_function(BenchmarkId::new(name, units), |b| {
                b.iter(|| params(dropout, regularity).fit(&all).unwrap());
            });
        }
        group.bench_function(BenchmarkId::new("fit_pareto_nbd", units), |b| {
            b.iter(|| ParetoNbdFit::of(&all).unwrap());
        });
        let fit = params(Dropout::AfterFirst, Regularity::Free)
            .fit(&all)
            .unwrap();
        group.bench_function(BenchmarkId::new("all_said_of_each", units), |b| {
            b.iter(|| {
                let next = NextVisits::new(fit.model, histories.iter().map(|h| h.repeats));
                for h in &histories {
                    let counts = fit.model.counts(h, WEEKS);
                    black_box((
                        fit.active(h),
                        counts.mean(),
                        counts.quantile(0.1),
                        counts.quantile(0.9),
                        [0.1, 0.5, 0.9].map(|p| next.weeks(h, p)),
                    ));
                }
            });
        });
    }
    let cohort = Histories::new(drawn(COHORT, 0.0));
    group.bench_function(BenchmarkId::new("fit_cohort_mbg_nbd", COHORT), |b| {
        b.iter(|| {
            params(Dropout::AfterFirst, Regularity::Whole(1))
                .fit(&cohort)
                .unwrap()
        });
    });
    group.finish();
}
