#![allow(clippy::unwrap_used)]
use super::*;
use crate::models::expect::{history, near, slopes_agree};
use crate::models::visits_bgcnbd::simulated::Source;

fn model(r: f64, alpha: f64, s: f64, beta: f64) -> ParetoNbd {
    ParetoNbd { r, alpha, s, beta }
}

#[test]
fn the_published_predictions_are_met() {
    let m = model(0.553, 10.578, 0.606, 11.669);
    let busy = history(26, 30.86, 31.0);
    near(m.active(&busy), 0.997_918_73, 1e-7);
    near(m.expected(&busy, 52.0), 25.458_47, 1e-6);
    let some = history(2, 30.43, 38.86);
    near(m.active(&some), 0.869_167_56, 1e-7);
    near(m.expected(&some, 52.0), 1.850_826_72, 1e-7);
    // Discounted at 15 % a year; and the documented case of another program.
    let exact = model(0.553_397_14, 10.580_198_54, 0.606_062_5, 11.656_223_67);
    near(
        exact.discounted_visits(&some, 1.15f64.ln() / 52.0),
        6.500_891_8,
        1e-7,
    );
    let documented = model(0.5629, 10.5802, 0.6061, 11.6562);
    near(
        documented.discounted_visits(&history(7, 35.0, 77.86), 0.0027),
        0.888_827_79,
        1e-6,
    );
}

#[test]
fn slopes_are_those_of_differences() {
    let rows: Vec<History> = (0..300u32)
        .map(|i| {
            let repeats = i % 9;
            let last = if repeats == 0 {
                0.0
            } else {
                f64::from(i * 17 % 90) + 1.0
            };
            history(repeats, last, last + f64::from(i * 13 % 50))
        })
        .collect();
    let all = Histories::new(rows);
    for m in [
        model(0.5, 8.0, 0.7, 12.0),
        model(3.0, 20.0, 1.0, 60.0),
        model(0.9, 30.0, 2.5, 9.0),
    ] {
        slopes_agree(&m.logs(), |at| ParetoNbd::from_logs(at).mean_loss(&all));
    }
}

#[test]
fn no_history_gives_anything_but_numbers_within_their_bounds() {
    for m in [
        model(0.55, 10.6, 0.6, 11.7),
        model(200.0, 3000.0, 1.0, 1e-3),
        model(1e-3, 1e-3, 40.0, 1e5),
    ] {
        for of in [
            history(0, 0.0, 0.0),
            history(0, 0.0, 3000.0),
            history(5000, 1500.0, 1500.0),
            history(5000, 10.0, 3000.0),
            history(1, 1e-9, 1e-9),
        ] {
            let (active, within) = (m.active(&of), m.visit_within(&of, 39.0));
            assert!((0.0..=1.0).contains(&active), "{m:?} {of:?} {active}");
            assert!((0.0..=1.0).contains(&within), "{m:?} {of:?} {within}");
            assert!(m.log_likelihood(&of).is_finite(), "{m:?} {of:?}");
            let expected = m.expected(&of, 39.0);
            assert!(expected.is_finite() && expected >= 0.0, "{m:?} {of:?}");
            assert_eq!(m.expected(&of, 0.0), 0.0);
            assert_eq!(m.visit_within(&of, 0.0), 0.0);
            assert!(within <= m.visit_within(&of, 80.0) + 1e-12);
            // One visit at least is no likelier than the number of visits expected.
            assert!(within <= expected * (1.0 + 1e-6) + 1e-12, "{m:?} {of:?}");
        }
    }
}

#[test]
fn time_in_another_unit_changes_nothing_but_the_scales() {
    let (weeks, days) = (model(0.7, 9.0, 0.8, 14.0), model(0.7, 63.0, 0.8, 98.0));
    let of = history(4, 30.0, 41.0);
    let in_days = history(4, 210.0, 287.0);
    near(days.active(&in_days), weeks.active(&of), 1e-9);
    near(
        days.visit_within(&in_days, 70.0),
        weeks.visit_within(&of, 10.0),
        1e-9,
    );
    near(
        days.expected(&in_days, 70.0),
        weeks.expected(&of, 10.0),
        1e-9,
    );
    // Next to s = 1 the expected visits are those of s = 1.
    let at = |s| model(0.7, 9.0, s, 14.0).expected(&of, 30.0);
    near(at(1.0 + 1e-6), at(1.0), 1e-5);
    near(at(1.0 - 1e-6), at(1.0), 1e-5);
}

/// One unit of the model: its history of `age` weeks, and its visits in the `later` weeks.
fn run(m: &ParetoNbd, age: f64, later: f64, source: &mut Source) -> (History, u32) {
    let rate = source.gamma(m.r) / m.alpha;
    let leaving = source.gamma(m.s) / m.beta;
    let until = -source.uniform().ln() / leaving;
    let (mut of, mut then, mut at) = (history(0, 0.0, age), 0, 0.0);
    loop {
        at += -source.uniform().ln() / rate;
        if at > until.min(age + later) {
            return (of, then);
        }
        if at <= age {
            of.repeats += 1;
            of.last = at;
        } else {
            then += 1;
        }
    }
}

#[test]
fn simulated_units_come_as_often_as_expected_and_their_parameters_are_found() {
    let m = model(0.9, 8.0, 0.8, 25.0);
    let mut source = Source::new(5);
    let (mut histories, mut came, mut none) = (Vec::new(), 0.0, 0.0);
    let (mut expected, mut expected_none) = (0.0, 0.0);
    for i in 0..20_000 {
        let (of, then) = run(&m, 40.0 + f64::from(i % 40), 30.0, &mut source);
        came += f64::from(then);
        none += f64::from(u8::from(then == 0));
        expected += m.expected(&of, 30.0);
        expected_none += 1.0 - m.visit_within(&of, 30.0);
        histories.push(of);
    }
    assert!((came / expected - 1.0).abs() < 0.03, "{came} {expected}");
    assert!(
        (none - expected_none).abs() < 300.0,
        "{none} {expected_none}"
    );
    let fit = ParetoNbdFit::of(&Histories::new(histories)).unwrap();
    assert_eq!(fit.estimated.refusal(), None, "{:?}", fit.estimated);
    let errors = fit.estimated.errors();
    let pairs = [
        (fit.model.r, m.r),
        (fit.model.alpha, m.alpha),
        (fit.model.s, m.s),
        (fit.model.beta, m.beta),
    ];
    for ((found, true_one), error) in pairs.into_iter().zip(errors) {
        assert!(
            (found - true_one).abs() < 4.0 * error,
            "{found} is not {true_one} within {error}"
        );
    }
}

#[test]
fn too_few_repeaters_are_refused() {
    let histories = Histories::new(vec![history(0, 0.0, 10.0); 50]);
    assert!(ParetoNbdFit::of(&histories).is_err());
}
