//! The roll-up by hand.

use super::*;
use crate::rhythm::samples::{day, service, unit};
use crate::types::FrequencyClass::{self, A, B, C, D};
use crate::types::{CustomerId, UnitId};

fn held_by(customer: u64, mut units: Vec<Unit>) -> Vec<Unit> {
    for u in &mut units {
        u.customer = customer;
    }
    units
}

/// A car seen once in May and once in April.
fn car(id: u64, spend: f64) -> Unit {
    let mut u = unit(id, vec![service("2025-04-01"), service("2025-05-01")]);
    u.spend = spend;
    u
}

#[test]
fn the_chance_of_losing_everything_is_a_product_over_what_has_not_left() {
    let mut units = held_by(7, vec![car(1, 0.0), car(2, 0.0), car(3, 0.0)]);
    units[2].gone_on = Some(day("2025-06-01"));
    let s = scored(&units);
    let churn = [estimate(0.5), estimate(0.4), estimate(0.9)];
    let visits = [estimate(0.6), estimate(0.8), estimate(0.9)];
    let input = ScoringInput {
        estimates: Estimates {
            churn: Some(&churn),
            churn_180: Some(&churn),
            active: Some(&churn),
            visits_365: Some(&visits),
            ..Estimates::default()
        },
        ..s.input()
    };
    let c = roll_up(&input, &score_units(&input), &[]);
    let lost = c.churn_probability[0].unwrap();
    assert!((lost.value - 0.2).abs() < 1e-12);
    assert!((lost.low - 0.25 * 0.2).abs() < 1e-12);
    assert!((c.probability_active[0].unwrap().value - 0.7).abs() < 1e-12);
    let more = c.expected_visits_365[0].unwrap();
    assert!((more.value - 1.4).abs() < 1e-12);
    // Half-widths 0.3 and 0.4 below: 0.5 together.
    assert!((more.low - 0.9).abs() < 1e-12);
    assert_eq!(c.expected_spend_365[0], None);
    assert_eq!(c.churn_state[0], Some(ChurnState::Active));
    assert_eq!(c.vehicles[0], 3);
}

#[test]
fn all_gone_is_gone_and_has_no_probability() {
    let mut units = held_by(7, vec![car(1, 0.0)]);
    units[0].gone_on = Some(day("2025-06-01"));
    let s = scored(&units);
    let churn = [estimate(0.5)];
    let input = ScoringInput {
        estimates: Estimates {
            churn: Some(&churn),
            ..Estimates::default()
        },
        ..s.input()
    };
    let scores = score_units(&input);
    assert_eq!(scores.priority[0], None);
    let c = roll_up(&input, &scores, &[]);
    assert_eq!(c.churn_probability[0], None);
    assert_eq!(c.churn_state[0], Some(ChurnState::Gone));
}

#[test]
fn the_class_divides_by_active_units() {
    let class = |visits: &[&[&str]]| -> FrequencyClass {
        let units = visits
            .iter()
            .enumerate()
            .map(|(id, days)| unit(id as u64, days.iter().map(|d| service(d)).collect()));
        let s = scored(&held_by(1, units.collect()));
        roll_up(&s.input(), &s.scores, &[]).frequency_class[0]
    };
    let four: &[&str] = &["2024-08-01", "2024-10-01", "2025-01-01", "2025-04-01"];
    let one: &[&str] = &["2025-04-01"];
    let old: &[&str] = &["2024-06-30"];
    assert_eq!(class(&[four]), A);
    // The idle car does not count, the active one does: 5 / 2.
    assert_eq!(class(&[four, old]), A);
    assert_eq!(class(&[four, one]), B);
    assert_eq!(class(&[one, one]), C);
    assert_eq!(class(&[old]), D);
    assert_eq!(class(&[&[]]), D);
}

#[test]
fn the_tier_follows_the_money_and_ties_go_to_the_better() {
    let s = scored(&held_by(1, vec![car(1, 100.0), car(2, 60.0), car(3, 60.0)]));
    let tier = |tiers: [LoyaltyTier; 3]| {
        let mut scores = s.scores.clone();
        scores.loyalty_tier = tiers.map(Some).to_vec();
        roll_up(&s.input(), &scores, &[]).loyalty_tier[0].unwrap()
    };
    use LoyaltyTier::{Loyal, Stable, Weak};
    assert_eq!(tier([Loyal, Weak, Weak]), Weak);
    assert_eq!(tier([Weak, Loyal, Stable]), Weak);
    let even = scored(&held_by(1, vec![car(1, 60.0), car(2, 60.0)]));
    let mut scores = even.scores.clone();
    scores.loyalty_tier = vec![Some(Weak), Some(Stable)];
    assert_eq!(
        roll_up(&even.input(), &scores, &[]).loyalty_tier[0],
        Some(Stable)
    );
}

#[test]
fn scores_are_means_by_visits_and_alike_without_any() {
    let s = scored(&held_by(
        1,
        vec![
            unit(1, vec![service("2025-04-01")]),
            unit(
                2,
                vec![
                    service("2024-04-01"),
                    service("2025-03-01"),
                    service("2025-04-01"),
                ],
            ),
            unit(3, vec![]),
        ],
    ));
    let mut scores = s.scores.clone();
    scores.frequency_score = vec![Some(20.0), Some(60.0), None];
    scores.quality_score = vec![Some(40.0), Some(40.0), None];
    let c = roll_up(&s.input(), &scores, &[]);
    assert_eq!(c.frequency_score[0], Some(50.0));
    assert_eq!(c.loyalty_score[0], Some(45.0));
    let old = scored(&held_by(
        1,
        vec![
            unit(1, vec![service("2022-04-01")]),
            unit(2, vec![service("2022-03-01"), service("2022-04-01")]),
        ],
    ));
    let mut scores = old.scores.clone();
    scores.frequency_score = vec![Some(20.0), Some(60.0)];
    assert_eq!(
        roll_up(&old.input(), &scores, &[]).frequency_score[0],
        Some(40.0)
    );
}

#[test]
fn the_best_state_and_the_latest_store_stand_for_all() {
    let mut units = held_by(
        5,
        vec![
            unit(1, vec![service("2021-03-01"), service("2021-06-01")]),
            unit(2, vec![service("2025-05-01")]),
            unit(3, vec![]),
        ],
    );
    units[1].store = "south";
    units[2].vehicle = false;
    let s = scored(&units);
    assert_eq!(
        s.scores.churn_state,
        [Some(ChurnState::Dead), Some(ChurnState::New), None]
    );
    let other = [OtherSpend {
        customer_id: CustomerId(5),
        spend_12m: 10.0,
        spend_24m: 30.0,
    }];
    let c = roll_up(&s.input(), &s.scores, &other);
    assert_eq!(c.churn_state[0], Some(ChurnState::New));
    assert_eq!(c.store_id[0], "south");
    assert_eq!(c.vehicles[0], 2);
    assert_eq!((c.spend_12m[0], c.spend_24m[0]), (10.0, 30.0));
    assert_eq!(c.first_visit_on[0], Some(day("2021-03-01")));
    assert_eq!(c.last_visit_on[0], Some(day("2025-05-01")));
    let nobody = scored(&held_by(5, vec![unit(3, vec![])]));
    let c = roll_up(&nobody.input(), &nobody.scores, &[]);
    assert_eq!(c.churn_state[0], None);
    assert_eq!(c.loyalty_tier[0], None);
}

#[test]
fn customers_come_by_id_and_their_units_in_any_order() {
    let mut units = held_by(9, vec![car(4, 10.0), car(2, 0.1), car(3, 0.2)]);
    units.extend(held_by(1, vec![car(8, 1.0)]));
    let a = scored(&units);
    units.reverse();
    let b = scored(&units);
    let rolled_up = |s: &Scored| {
        let mut customers = roll_up(&s.input(), &s.scores, &[]);
        let held = std::mem::take(&mut customers.held);
        let of_last: Vec<u64> = held
            .by(1)
            .iter()
            .map(|&i| s.features.unit_id[i].0)
            .collect();
        let reasons = customer_reasons(&s.input(), &s.scores, held.by(1));
        (customers, of_last, reasons)
    };
    let (a, b) = (rolled_up(&a), rolled_up(&b));
    assert_eq!(a, b);
    assert_eq!(a.0.customer_id, [CustomerId(1), CustomerId(9)]);
    assert_eq!(a.1, [2, 3, 4]);
}

#[test]
fn priority_is_the_yuan_at_stake_by_probability_else_by_rule() {
    // Five months from 1 April... 60 days of 152.1875 since 1 May.
    let s = scored(&[car(1, 1_000.0), car(2, -50.0)]);
    assert_eq!(s.scores.priority_is_rule[0], Some(true));
    let by_rule = 60.0 / 152.1875 / 3.0 * 1_000.0;
    assert!((s.scores.priority[0].unwrap() - by_rule).abs() < 1e-9);
    assert_eq!(s.scores.priority[1], Some(0.0));
    let churn = [estimate(0.25), None];
    let input = ScoringInput {
        estimates: Estimates {
            churn: Some(&churn),
            ..Estimates::default()
        },
        ..s.input()
    };
    let scores = score_units(&input);
    assert_eq!(scores.priority[0], Some(250.0));
    assert_eq!(scores.priority_is_rule, [Some(false), Some(true)]);
    // The ratio counts to three and no further.
    let mut old = unit(1, vec![service("2021-03-01"), service("2021-06-01")]);
    old.spend = 700.0;
    assert_eq!(scored(&[old]).scores.priority[0], Some(700.0));
    assert_eq!(s.features.unit_id[0], UnitId(1));
}
