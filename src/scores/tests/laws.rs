//! What holds for any units whatever: order, cuts and threads do not matter, every number stays in its range.

use proptest::prelude::*;

use super::*;
use crate::rhythm::rhythm_with;
use crate::rhythm::samples::{Visit, day, unit};
use crate::types::CustomerKind;

fn money() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1e15), Just(-1e15), -100.0..5_000.0f64]
}

fn any_visits() -> impl Strategy<Value = Vec<Visit>> {
    let visit = (
        0u64..1_700,
        any::<bool>(),
        proptest::option::of(0..i32::MAX),
    );
    proptest::collection::vec(visit, 0..9).prop_map(|mut visits| {
        visits.sort_by_key(|v| std::cmp::Reverse(v.0));
        visits
            .into_iter()
            .map(|(ago, maintenance, km)| Visit {
                on: day(AS_OF) - chrono::Days::new(ago),
                maintenance,
                km,
            })
            .collect()
    })
}

prop_compose! {
    fn any_unit()(
        visits in any_visits(),
        customer in 0u64..12,
        store in prop_oneof![Just("north"), Just("south")],
        kind in prop_oneof![4 => Just(CustomerKind::Person), 1 => Just(CustomerKind::Company)],
        (vehicle, open) in (any::<bool>(), prop::bool::weighted(0.1)),
        (interval_km, interval_months) in (
            proptest::option::of(any::<i32>()), proptest::option::of(any::<i32>())),
        (bought, gone) in (proptest::option::of(-50i64..2_000), proptest::option::of(-50i64..400)),
        (spend, profit, receivable) in (
            money(), proptest::option::of(money()), proptest::option::of(money())),
        (owing, discount) in (proptest::option::of(money()), proptest::option::of(money())),
        kinds in proptest::option::of(0..6i32),
        sold_by_us in proptest::option::of(any::<bool>()),
    ) -> Unit {
        let ago = |days: i64| day(AS_OF) - chrono::Duration::days(days);
        let mut u = unit(0, visits);
        u.customer = customer;
        u.store = store;
        u.kind = kind;
        u.vehicle = vehicle;
        u.open = open;
        u.interval_km = interval_km;
        u.interval_months = interval_months;
        u.purchased = bought.map(ago);
        u.gone_on = gone.map(ago);
        u.spend = spend;
        u.profit = profit;
        u.receivable = receivable;
        u.owing = owing;
        u.discount = discount;
        u.kinds = kinds;
        u.sold_by_us = sold_by_us;
        u
    }
}

pub(super) fn any_units() -> impl Strategy<Value = Vec<Unit>> {
    proptest::collection::vec(any_unit(), 1..70).prop_map(|mut units| {
        for (id, u) in units.iter_mut().enumerate() {
            u.id = id as u64;
        }
        units
    })
}

/// Everything said about one unit.
fn row(s: &Scored, id: u64) -> String {
    let i = s.features.unit_id.iter().position(|u| u.0 == id).unwrap();
    let (r, u) = (&s.rhythm, &s.scores);
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        r.km_per_day[i],
        r.odometer_now_km[i],
        r.expected_interval_days[i],
        r.overdue_ratio[i],
        u.frequency_score[i],
        u.quality_score[i],
        u.loyalty_tier[i],
        u.churn_state[i],
        u.priority[i],
        unit_reasons(&s.input(), u, i),
    )
}

fn in_range(values: &[Option<f64>], low: f64, high: f64) -> bool {
    values
        .iter()
        .flatten()
        .all(|&v| v.is_finite() && low <= v && v <= high)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_number_is_finite_and_in_its_range(units in any_units()) {
        let s = scored(&units);
        let (r, u) = (&s.rhythm, &s.scores);
        prop_assert!(in_range(&r.km_per_day, 3.0, 300.0));
        prop_assert!(in_range(&r.expected_interval_days, 30.0, 1_095.0));
        prop_assert!(in_range(&r.overdue_ratio, 0.0, 1e6));
        prop_assert!(in_range(&r.gap_cv, 0.0, 1e6));
        for scores in [&u.frequency_score, &u.quality_score, &u.loyalty_score] {
            prop_assert!(in_range(scores, 0.0, 100.0));
        }
        prop_assert!(in_range(&u.priority, 0.0, 2e15));
        for (i, unit) in units.iter().enumerate() {
            prop_assert!((1..=3).contains(&unit_reasons(&s.input(), u, i).len()));
            prop_assert_eq!(u.priority[i].is_some(), u.priority_is_rule[i].is_some());
            prop_assert_eq!(u.loyalty_tier[i].is_some(), !unit.visits.is_empty());
        }
        let c = roll_up(&s.input(), u, &[]);
        prop_assert!(in_range(&c.frequency_score, 0.0, 100.0));
        prop_assert!(in_range(&c.loyalty_score, 0.0, 100.0));
    }

    #[test]
    fn the_order_of_the_units_does_not_matter(units in any_units(), turn in 0usize..70) {
        let a = scored(&units);
        let mut turned = units.clone();
        turned.rotate_left(turn % units.len());
        turned.reverse();
        let b = scored(&turned);
        for id in 0..units.len() as u64 {
            prop_assert_eq!(row(&a, id), row(&b, id));
        }
    }

    #[test]
    fn a_part_scores_as_in_the_whole_under_the_same_parameters(units in any_units()) {
        let whole = scored(&units);
        let part: Vec<Unit> = units.iter().filter(|u| u.id % 3 == 0).cloned().collect();
        let features = features(AS_OF, HISTORY, &part);
        let rhythm = rhythm_with(
            &whole.rhythm.parameters, &features, &sequences(&part), &whole.settings.rhythm, &[]);
        let mut cut = Scored {
            features,
            rhythm,
            settings: whole.settings.clone(),
            scores: UnitScores::default(),
        };
        cut.scores = score_units_with(&cut.input(), &whole.scores.parameters);
        for u in &part {
            prop_assert_eq!(row(&whole, u.id), row(&cut, u.id));
        }
    }

    #[test]
    fn threads_do_not_matter(units in any_units()) {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let s = scored(&units);
                let customers = roll_up(&s.input(), &s.scores, &[]);
                (s.rhythm, s.scores, customers)
            })
        };
        prop_assert_eq!(on(1), on(4));
    }

    #[test]
    fn probabilities_stay_probabilities_whatever_comes_in(
        units in any_units(),
        values in proptest::collection::vec(
            proptest::option::of(prop_oneof![
                Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(2.0), 0.0..1.0f64]), 70),
    ) {
        let s = scored(&units);
        let column: Vec<Option<Estimate>> = values[..units.len()]
            .iter()
            .map(|v| v.map(|value| Estimate { value, low: value, high: value }))
            .collect();
        let input = ScoringInput {
            estimates: Estimates {
                churn: Some(&column),
                churn_180: Some(&column),
                active: Some(&column),
                ..Estimates::default()
            },
            ..s.input()
        };
        let scores = score_units(&input);
        let customers = roll_up(&input, &scores, &[]);
        for column in [
            &scores.churn_probability,
            &scores.churn_probability_180,
            &customers.churn_probability,
            &customers.probability_active,
        ] {
            for e in column.iter().flatten() {
                for v in [e.value, e.low, e.high] {
                    prop_assert!((0.0..=1.0).contains(&v));
                }
            }
        }
        prop_assert!(in_range(&scores.priority, 0.0, 2e15));
    }
}
