//! Laws of the models, on rows drawn from a known truth.

#![allow(clippy::unwrap_used)]

use super::boosting::{Boosting, BoostingParams};
use super::design::{Design, INPUTS};
use super::logistic::Logistic;
use super::*;

fn place(name: &str) -> usize {
    INPUTS.iter().position(|i| i.name == name).unwrap()
}

/// A number between 0 and 1 for each pair.
fn even(i: u64, salt: u64) -> f64 {
    let mut z = i
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z >> 11) as f64 / (1u64 << 53) as f64
}

fn true_logit(row: &[f64]) -> f64 {
    let kinds = row[place("kinds_24m")];
    let less = if kinds.is_nan() { 0.0 } else { 0.8 * kinds };
    1.5 * (row[place("hiatus_days")].ln_1p() - 5.0) + 1.0 - less
}

fn truth(sample: &Sample) -> Vec<(f64, bool)> {
    (0..sample.len())
        .map(|i| {
            (
                measures::sigmoid(true_logit(sample.design.row(i))),
                sample.left[i],
            )
        })
        .collect()
}

/// Units that leave with log-odds rising with the hiatus and falling with the kinds of business; a third of the
/// latter unknown, and those leave more often.
fn drawn(n: u64, salt: u64) -> Sample {
    let (mut values, mut left) = (Vec::new(), Vec::new());
    for i in 0..n {
        let hiatus = 700.0 * even(i, salt + 1);
        let kinds = (even(i, salt + 2) > 0.33).then(|| (4.0 * even(i, salt + 3)).floor());
        let mut row = vec![f64::NAN; INPUTS.len()];
        row[place("hiatus_days")] = hiatus;
        row[place("visits")] = 1.0 + (5.0 * even(i, salt + 4)).floor();
        row[place("kinds_24m")] = kinds.unwrap_or(f64::NAN);
        left.push(even(i, salt + 5) < measures::sigmoid(true_logit(&row)));
        values.extend(row);
    }
    Sample {
        design: Design::of_values(values),
        baseline: vec![0.5; left.len()],
        unit: (0..n).collect(),
        customer: (0..n).collect(),
        left,
    }
}

fn area(model: &Model, sample: &Sample) -> f64 {
    let p = probabilities(model, &sample.design);
    let pairs: Vec<(f64, bool)> = p.into_iter().zip(sample.left.iter().copied()).collect();
    measures::auc(&pairs).unwrap()
}

fn both(sample: &Sample) -> [Model; 2] {
    [
        Model::Logistic(Logistic::fit(&sample.design, &sample.left, &sample.unit).unwrap()),
        Model::Boosting(BoostingParams::default().fit(&sample.design, &sample.left)),
    ]
}

#[test]
fn both_find_what_outcomes_were_drawn_from_and_are_right_as_often_as_they_say() {
    let (train, test) = (drawn(12_000, 0), drawn(8_000, 100));
    for model in both(&train) {
        let (found, best) = (area(&model, &test), measures::auc(&truth(&test)).unwrap());
        assert!(found > best - 0.01, "{found} {best}");
        let p = probabilities(&model, &test.design);
        let pairs: Vec<(f64, bool)> = p.into_iter().zip(test.left.iter().copied()).collect();
        assert!(measures::ece(&pairs).unwrap() < 0.025);
        let (slope, _) = measures::calibration(&pairs).unwrap();
        assert!((0.9..1.1).contains(&slope), "{slope}");
    }
}

#[test]
fn the_larger_class_is_not_taken_for_the_leaving_one() {
    for share in [0.1, 0.9] {
        let mut sample = drawn(4_000, 7);
        for (i, left) in sample.left.iter_mut().enumerate() {
            let hiatus = sample.design.row(i)[place("hiatus_days")];
            *left = (hiatus / 700.0 + even(i as u64, 9)) / 2.0 > 1.0 - share;
        }
        let model = Logistic::fit(&sample.design, &sample.left, &sample.unit).unwrap();
        let at = |hiatus: f64| {
            let mut row = sample.design.row(0).to_vec();
            row[place("hiatus_days")] = hiatus;
            model.logit(&row)
        };
        assert!(at(650.0) > at(10.0));
    }
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let sample = drawn(3_000, 3);
    for model in both(&sample) {
        for i in 0..200 {
            let row = sample.design.row(i);
            let (start, parts) = model.contributions(row);
            let sum = start + parts.iter().sum::<f64>();
            assert!((sum - model.logit(row)).abs() < 1e-9);
        }
    }
}

#[test]
fn a_longer_absence_alone_never_makes_a_return_likelier_to_the_trees() {
    let sample = drawn(3_000, 4);
    let model = BoostingParams::default().fit(&sample.design, &sample.left);
    for i in 0..50 {
        let mut row = sample.design.row(i).to_vec();
        let mut last = f64::NEG_INFINITY;
        for hiatus in (0..800).step_by(7) {
            // Where nothing came since the last visit, both absences are one.
            row[place("hiatus_days")] = f64::from(hiatus);
            row[place("seen_days")] = f64::from(hiatus);
            let z = model.logit(&row);
            assert!(z >= last - 1e-12);
            last = z;
        }
    }
}

#[test]
fn fits_are_the_same_on_any_number_of_threads() {
    // Enough for each tree to draw its rows.
    let sample = drawn(5_000, 5);
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| both(&sample))
    };
    assert_eq!(fit(1), fit(4));
}

#[test]
fn a_model_comes_back_from_its_text_as_it_was() {
    let sample = drawn(1_000, 6);
    for model in both(&sample) {
        let text = serde_json::to_string(&model).unwrap();
        let again: Model = serde_json::from_str(&text).unwrap();
        let row = sample.design.row(17);
        assert!((again.logit(row) - model.logit(row)).abs() < 1e-12);
    }
}

#[test]
fn the_simplest_that_is_not_clearly_beaten_is_champion() {
    let (train, test) = (drawn(12_000, 0), drawn(8_000, 100));
    let line_up = fit(&train, &test, 180).unwrap();
    assert_eq!(line_up.champion, Method::Boosting.min(line_up.champion));
    assert!(line_up.champion >= Method::Logistic && line_up.churn.is_some());
}

#[test]
fn where_the_absence_alone_decides_its_line_gives_the_probabilities() {
    let by_hiatus = |n: u64, salt: u64| {
        let mut sample = drawn(n, salt);
        for i in 0..sample.len() {
            let hiatus = sample.design.row(i)[place("hiatus_days")];
            let p = measures::sigmoid(2.0 * (hiatus.ln_1p() - 5.0));
            sample.left[i] = even(i as u64, salt + 9) < p;
        }
        sample
    };
    let (train, test) = (by_hiatus(4_000, 0), by_hiatus(3_000, 100));
    let line_up = fit(&train, &test, 180).unwrap();
    assert_eq!(line_up.champion, Method::Hiatus);
    let churn = line_up.churn.unwrap();
    let estimates = churn.predict(&test.design);
    for (i, estimate) in estimates.iter().enumerate() {
        let row = test.design.row(i);
        let truth = measures::sigmoid(2.0 * (row[place("hiatus_days")].ln_1p() - 5.0));
        assert!((estimate.value - truth).abs() < 0.03, "{i}");
        let (start, parts) = churn.model.contributions(row);
        let sum = start + parts.iter().sum::<f64>();
        assert!((sum - churn.model.logit(row)).abs() < 1e-12);
    }
}

#[test]
fn where_everything_is_chance_the_share_of_all_is_champion_as_a_rule() {
    let chance = |salt: u64, seed: u64| {
        let mut sample = drawn(2_000, salt);
        for (i, left) in sample.left.iter_mut().enumerate() {
            *left = even(i as u64, seed) < 0.4;
        }
        sample
    };
    let simple = (0..8).filter(|k| {
        let (before, mut after) = (chance(10 * k, 1_000 + k), chance(10 * k + 500, 2_000 + k));
        let share = before.left.iter().filter(|y| **y).count() as f64 / before.len() as f64;
        after.baseline = vec![share; after.len()];
        let line_up = fit(&before, &after, 180).unwrap();
        let said = line_up.churn.map(|c| c.predict(&after.design));
        // One share for all then, and so near that nobody is told apart.
        line_up.champion == Method::BaseRate
            && said.is_some_and(|s| s.iter().all(|e| e.value == s[0].value))
    });
    // One standard error lets chance through in about one of six.
    assert!(simple.count() >= 5);
}

#[test]
fn too_few_outcomes_are_refused_with_the_numbers() {
    let refused = fit(&drawn(200, 1), &drawn(5_000, 2), 180).unwrap_err();
    assert_eq!(refused.key, "caveat-too-few-outcomes");
    let mut all_left = drawn(5_000, 1);
    all_left.left.fill(true);
    assert!(fit(&all_left, &drawn(5_000, 2), 180).is_err());
    assert!(Logistic::fit(&all_left.design, &all_left.left, &all_left.unit).is_err());
}

#[test]
fn unknown_everywhere_and_extreme_values_give_finite_log_odds() {
    let sample = drawn(2_000, 8);
    for model in both(&sample) {
        for value in [f64::NAN, 0.0, -1e12, 1e12] {
            assert!(model.logit(&vec![value; INPUTS.len()]).is_finite());
        }
    }
    let nothing = Boosting::default();
    assert!(nothing.logit(&[f64::NAN; 40]).abs() < 1e-12);
}
