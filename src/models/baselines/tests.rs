#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::rhythm::samples::{Unit, day, features, service, unit};
use crate::types::{CustomerKind, Lang};

const AS_OF: &str = "2025-01-01";

fn params(min_units: u32) -> ReturnShareParams {
    ReturnShareParams {
        horizon_days: 180,
        min_units,
        min_history_days: 90,
        monotone: true,
    }
}

/// Cars whose last of `visits` visits was `hiatus` days ago.
fn car(id: u64, hiatus: u64, visits: u64) -> Unit {
    let last = day(AS_OF) - chrono::Days::new(hiatus);
    let visits = (0..visits)
        .rev()
        .map(|k| {
            let mut visit = service(AS_OF);
            visit.on = last - chrono::Days::new(k * 5);
            visit
        })
        .collect();
    unit(id, visits)
}

fn fit(cars: &[(u64, u64, bool)]) -> (ReturnShare, UnitFeatures) {
    let units: Vec<Unit> = cars
        .iter()
        .enumerate()
        .map(|(id, &(hiatus, visits, _))| car(id as u64, hiatus, visits))
        .collect();
    let f = features(AS_OF, "2020-01-01", &units);
    let returned: Vec<Option<bool>> = cars.iter().map(|c| Some(c.2)).collect();
    (params(1).fit(&f, &returned).unwrap(), f)
}

#[test]
fn few_units_or_a_short_history_are_refused_with_the_reason() {
    let units: Vec<Unit> = (0..99).map(|id| car(id, 30, 2)).collect();
    let f = features(AS_OF, "2020-01-01", &units);
    let refused = params(100).fit(&f, &[Some(true); 99]).unwrap_err();
    assert_eq!(refused.encode(), "caveat-too-few-units|units=99|needed=100");
    let young = features(AS_OF, "2024-11-01", &units);
    let refused = params(10).fit(&young, &[Some(true); 99]).unwrap_err();
    assert_eq!(
        refused.encode(),
        "caveat-history-too-short|days=241|needed=270"
    );
    let unknown = params(1).fit(&f, &[None; 99]).unwrap_err();
    assert_eq!(unknown.key, "caveat-too-few-units");
    assert!(params(1).fit(&UnitFeatures::default(), &[]).is_err());
}

#[test]
fn only_comparable_private_persons_are_learned_from() {
    let mut units: Vec<Unit> = (0..10).map(|id| car(id, 30, 2)).collect();
    units[0].open = true;
    units[1].gone_on = Some(day("2024-12-31"));
    units[2].kind = CustomerKind::Company;
    units[3].kind = CustomerKind::Taxi;
    units[4].visits.clear();
    let f = features(AS_OF, "2020-01-01", &units);
    let fitted = params(1).fit(&f, &[Some(true); 10]).unwrap();
    assert_eq!(fitted.card().rows, 5);
    let predicted = fitted.predict(&f);
    // Gone and never seen have no estimate; the open one and the companies have.
    let has: Vec<bool> = predicted.iter().map(Option::is_some).collect();
    assert_eq!(has[..6], [true, false, true, true, false, true]);
}

#[test]
fn shares_come_near_what_was_seen_where_much_was_seen() {
    // 400 recent cars of which a quarter leaves, 400 absent ones of which three quarters do.
    let cars: Vec<(u64, u64, bool)> = (0..800)
        .map(|k| {
            let absent = k >= 400;
            let quarter = (k / 2) % 4 == 0;
            (if absent { 400 } else { 20 }, 2, quarter == absent)
        })
        .collect();
    let (fitted, f) = fit(&cars);
    let p = fitted.predict(&f);
    let (recent, absent) = (p[0].unwrap(), p[799].unwrap());
    assert!((recent.value - 0.25).abs() < 0.02, "{recent:?}");
    assert!((absent.value - 0.75).abs() < 0.02, "{absent:?}");
    assert!(recent.low < 0.25 && recent.high > 0.25 && recent.high - recent.low < 0.1);
    let card = fitted.card();
    assert_eq!(card.measures["held_out"]["n"], 800);
    assert!((card.measures["base_rate"].as_f64().unwrap() - 0.5).abs() < 1e-12);
    assert!(card.measures["in_sample"]["auc"].as_f64().unwrap() > 0.7);
    assert!(card.measures["held_out"]["log_loss"].as_f64().unwrap() < 0.6);
    assert!(card.log_likelihood.unwrap() < 0.0);
    assert!(!card.caveats.contains(&"caveat-few-events".to_owned()));
}

#[test]
fn everyone_returning_leaves_a_small_chance_of_leaving() {
    let cars: Vec<(u64, u64, bool)> = (0..50).map(|k| (k * 7, 1 + k % 3, true)).collect();
    let (fitted, f) = fit(&cars);
    for e in fitted.predict(&f).into_iter().flatten() {
        assert!(e.value > 0.0 && e.value < 0.1, "{e:?}");
        assert!(e.low <= e.value && e.value <= e.high);
    }
    assert_eq!(
        fitted.card().measures["in_sample"]["auc"],
        serde_json::Value::Null
    );
}

#[test]
fn what_a_card_or_a_refusal_says_is_in_both_catalogues() {
    let (fitted, _) = fit(&[(30, 2, true), (60, 1, false)]);
    let mut said: Vec<Reason> = fitted
        .card()
        .caveats
        .iter()
        .map(|k| Reason::new(k))
        .collect();
    said.push(Reason::new("caveat-independence"));
    for key in ["caveat-too-few-units", "caveat-history-too-short"] {
        let reason = Reason::new(key).with("units", 3).with("days", 3);
        said.push(reason.with("needed", 100));
    }
    for reason in said {
        for lang in [Lang::Zh, Lang::En] {
            assert_ne!(crate::i18n::reason(lang, &reason), reason.key);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn estimates_are_probabilities_and_never_fall_with_the_hiatus(
        cars in proptest::collection::vec((0u64..1_500, 1u64..9, any::<bool>()), 1..200),
        visits in 0i32..9,
    ) {
        let (fitted, f) = fit(&cars);
        for e in fitted.predict(&f).into_iter().flatten() {
            prop_assert!(e.value.is_finite() && e.low.is_finite() && e.high.is_finite());
            prop_assert!(0.0 <= e.low && e.low <= e.value && e.value <= e.high && e.high <= 1.0);
        }
        let ask: Vec<Unit> = (0..150).map(|k| car(k, k * 10, 1)).collect();
        let mut ask = features(AS_OF, "2020-01-01", &ask);
        ask.visits_24m = vec![visits; ask.len()];
        let values: Vec<f64> = fitted.predict(&ask).iter().map(|e| e.unwrap().value).collect();
        prop_assert!(values.windows(2).all(|w| w[0] <= w[1] + 1e-12));
    }

    #[test]
    fn the_order_of_the_units_does_not_matter(
        cars in proptest::collection::vec((0u64..900, 1u64..7, any::<bool>()), 2..80),
    ) {
        let units: Vec<Unit> = cars.iter().enumerate()
            .map(|(id, &(hiatus, visits, _))| car(id as u64, hiatus, visits)).collect();
        let returned: Vec<Option<bool>> = cars.iter().map(|c| Some(c.2)).collect();
        let f = features(AS_OF, "2020-01-01", &units);
        let mut reversed = units.clone();
        reversed.reverse();
        let back = features(AS_OF, "2020-01-01", &reversed);
        let mut returned_back = returned.clone();
        returned_back.reverse();
        let a = params(1).fit(&f, &returned).unwrap();
        let b = params(1).fit(&back, &returned_back).unwrap();
        let mut predicted = b.predict(&back);
        predicted.reverse();
        prop_assert_eq!(a.predict(&f), predicted);
    }
}
