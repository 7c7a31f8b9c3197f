//! The models: each one's fit, and what it says of every unit.

use chrono::NaiveDate;
use criterion::{BenchmarkId, Criterion};
use retain::models::baselines::ReturnShareParams;
use retain::models::churn::boosting::BoostingParams;
use retain::models::churn::design::Design;
use retain::models::churn::logistic::Logistic;
use retain::models::churn::{self, MOST_ROWS, Model, Sample};
use retain::pipeline::score::dates::{Dated, cutoff_of};
use retain::pipeline::score::learning::{origins, sample, train_sample};
use retain::settings::Settings;

use super::department::{AS_OF, Department, State, sizes};

const HORIZON_DAYS: u32 = 180;

/// What models are fitted to.
struct Learning {
    settings: Settings,
    then: Dated,
    returned: Vec<Option<bool>>,
    train: Sample,
    test: Sample,
}

impl Learning {
    fn of(vehicles: u64) -> Self {
        let (_database, store, settings, mut past) =
            Department::of(vehicles).database(State::Imported).past();
        let from = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
        let (test, train) = origins(&settings, AS_OF, HORIZON_DAYS, from);
        let mut dates = train.clone();
        dates.extend([test, cutoff_of(test, HORIZON_DAYS)]);
        past.look_back(&store, &dates).unwrap();
        let then = past.dated(&settings, test);
        Self {
            returned: past.returned_within(test, HORIZON_DAYS, &then.features),
            train: train_sample(
                &settings,
                &train,
                HORIZON_DAYS,
                &past,
                MOST_ROWS / train.len(),
            ),
            test: sample(&settings, test, HORIZON_DAYS, &past, MOST_ROWS, true),
            then,
            settings,
        }
    }
}

pub fn return_share(c: &mut Criterion) {
    let mut group = c.benchmark_group("return_share");
    for vehicles in sizes() {
        let l = Learning::of(vehicles);
        let params = ReturnShareParams::new(HORIZON_DAYS, &l.settings.churn);
        group.bench_function(BenchmarkId::new("fit", vehicles), |b| {
            b.iter(|| params.fit(&l.then.features, &l.returned).unwrap());
        });
        let fitted = params.fit(&l.then.features, &l.returned).unwrap();
        group.bench_function(BenchmarkId::new("predict", vehicles), |b| {
            b.iter(|| fitted.predict(&l.then.features));
        });
    }
    group.finish();
}

pub fn logistic(c: &mut Criterion) {
    of_all_inputs(c, "logistic", |s| {
        Model::Logistic(Logistic::fit(&s.design, &s.left, &s.unit).unwrap())
    });
}

pub fn boosting(c: &mut Criterion) {
    of_all_inputs(c, "boosting", |s| {
        Model::Boosting(BoostingParams::default().fit(&s.design, &s.left))
    });
}

fn of_all_inputs(c: &mut Criterion, name: &str, fit: impl Fn(&Sample) -> Model) {
    let mut group = c.benchmark_group(name);
    for vehicles in sizes() {
        let l = Learning::of(vehicles);
        group.bench_function(BenchmarkId::new("fit", vehicles), |b| {
            b.iter(|| fit(&l.train))
        });
        let model = fit(&l.train);
        let everyone: Vec<usize> = (0..l.then.features.len()).collect();
        group.bench_function(BenchmarkId::new("predict", vehicles), |b| {
            b.iter(|| {
                let design = Design::of_rows(&l.then.features, &l.then.rhythm, |_| None, &everyone);
                (0..design.len())
                    .map(|i| model.logit(design.row(i)))
                    .sum::<f64>()
            });
        });
    }
    group.finish();
}

/// The samples' own cost is that of features; this is the fits, the choice of the champion and its second fit.
pub fn line_up(c: &mut Criterion) {
    let mut group = c.benchmark_group("line_up");
    for vehicles in sizes() {
        let l = Learning::of(vehicles);
        group.bench_function(BenchmarkId::from_parameter(vehicles), |b| {
            b.iter(|| churn::fit(&l.train, &l.test, HORIZON_DAYS).unwrap());
        });
    }
    group.finish();
}
