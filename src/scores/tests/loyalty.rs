//! The two axes by hand, percentiles with ties, and the order of the tiers.

use super::*;
use crate::rhythm::samples::{repair, service, unit};
use crate::scores::loyalty::{percentile, weighted};
use crate::types::CustomerKind;
use crate::types::LoyaltyTier::{Drifting, Loyal, New, Stable, Weak};

fn close(a: Option<f64>, b: f64) {
    let a = a.unwrap();
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

/// Every half year from the middle of 2023, the last one on 1 April 2025.
fn every_half_year() -> Vec<crate::rhythm::samples::Visit> {
    ["2023-07-01", "2024-01-01", "2024-07-01", "2025-04-01"]
        .map(service)
        .to_vec()
}

#[test]
fn unknown_parts_pass_their_weight_on() {
    close(
        weighted(&[(0.7, Some(1.0)), (0.2, None), (0.1, Some(0.0))]),
        0.875,
    );
    assert_eq!(weighted(&[(0.7, None)]), None);
    assert_eq!(weighted(&[]), None);
}

#[test]
fn percentiles_share_the_rank_of_ties() {
    let table = [1.0, 2.0, 2.0, 5.0];
    // Ranks 1, 2.5, 2.5, 4 of four.
    close(percentile(&table, 1.0), 0.125);
    close(percentile(&table, 2.0), 0.5);
    close(percentile(&table, 5.0), 0.875);
    // From outside: between, below and above.
    close(percentile(&table, 3.0), 0.75);
    close(percentile(&table, 0.0), 0.0);
    close(percentile(&table, 9.0), 1.0);
    assert_eq!(percentile(&[], 1.0), None);
}

#[test]
fn frequency_is_visits_against_the_rhythm_regularity_and_tenure() {
    let mut u = unit(1, every_half_year());
    u.interval_months = Some(6);
    let s = scored(&[u]);
    // 730 days since the first visit and 182.625 a visit: 3.9973 expected, 4 came.
    let visits = (4.0 / (730.0 / 182.625)) / 1.2;
    // Gaps 184, 182, 274: mean 640 / 3.
    let mean = 640.0 / 3.0f64;
    let deviation =
        (((184.0 - mean).powi(2) + (182.0 - mean).powi(2) + (274.0 - mean).powi(2)) / 2.0).sqrt();
    let regularity = 1.0 - deviation / mean;
    let tenure = 730.0 / 365.25 / 5.0;
    close(
        s.scores.frequency_score[0],
        100.0 * (0.7 * visits + 0.2 * regularity + 0.1 * tenure),
    );
}

#[test]
fn frequency_expects_at_least_one_visit_and_no_more_than_was_observed() {
    // One visit a month ago, interval a year: one expected; no regularity, so 0.7 and 0.1 share.
    let mut u = unit(1, vec![service("2025-05-31")]);
    u.interval_months = Some(12);
    let s = scored(&[u.clone()]);
    let tenure = 30.0 / 365.25 / 5.0;
    let visits = 1.0 / 1.2;
    close(
        s.scores.frequency_score[0],
        100.0 * (0.7 * visits + 0.1 * tenure) / 0.8,
    );
    // Ten years of visits, but half a year of history.
    u.visits = vec![service("2025-01-01"), service("2025-05-31")];
    u.interval_months = Some(3);
    let s = scored_since("2025-01-01", &[u]);
    let visits: f64 = 2.0 / (180.0 / 91.3125);
    close(
        s.scores.frequency_score[0],
        100.0 * (0.7 * visits.min(1.2) / 1.2 + 0.1 * 180.0 / 365.25 / 5.0) / 0.8,
    );
}

#[test]
fn quality_is_money_payment_and_breadth() {
    let person = |id: u64, spend: f64| {
        let mut u = unit(id, vec![service("2025-05-01")]);
        u.spend = spend;
        u
    };
    let mut u = person(1, 3_000.0);
    u.receivable = Some(3_000.0);
    u.owing = Some(300.0);
    u.discount = Some(1_000.0);
    u.kinds = Some(2);
    let s = scored(&[
        u,
        person(2, 1_000.0),
        person(3, 9_000.0),
        person(4, 3_000.0),
    ]);
    // Rank 2.5 of 4; (1 - 0.1 + 1 - 0.25) / 2; 2 of 4 kinds.
    close(
        s.scores.quality_score[0],
        100.0 * (0.6 * 0.5 + 0.2 * 0.825 + 0.2 * 0.5),
    );
    // Nothing known but money.
    close(s.scores.quality_score[1], 12.5);
    close(s.scores.loyalty_score[0], {
        let (f, q) = (
            s.scores.frequency_score[0].unwrap(),
            s.scores.quality_score[0].unwrap(),
        );
        (f + q) / 2.0
    });
}

#[test]
fn payment_is_clipped_and_unknown_without_a_divisor() {
    let with = |owing, receivable, discount| {
        let mut u = unit(1, vec![service("2025-05-01")]);
        u.owing = owing;
        u.receivable = receivable;
        u.discount = discount;
        u.kinds = Some(0);
        scored(&[u]).scores.quality_score[0].unwrap()
    };
    let quality = |payment: f64| 100.0 * (0.6 * 0.5 + 0.2 * payment);
    close(Some(with(Some(500.0), Some(100.0), None)), quality(0.0));
    close(Some(with(Some(-5.0), Some(100.0), None)), quality(1.0));
    // No divisor: only money and breadth are left.
    let without = 100.0 * 0.6 * 0.5 / 0.8;
    close(Some(with(Some(0.0), Some(0.0), Some(0.0))), without);
    close(Some(with(Some(1.0), None, Some(1.0))), without);
}

#[test]
fn gross_profit_counts_where_nine_orders_in_ten_have_a_cost() {
    let person = |id: u64, profit: Option<f64>, spend: f64| {
        let mut u = unit(id, vec![service("2025-05-01")]);
        u.profit = profit;
        u.spend = spend;
        u
    };
    let mut units: Vec<Unit> = (1..=9)
        .map(|id| person(id, Some(1_000.0 - id as f64), id as f64))
        .collect();
    units.push(person(10, None, 10.0));
    let s = scored(&units);
    assert!(s.scores.parameters.money.all.is_gross_profit);
    // The first has most profit, and least spend: rank 9 of nine. The one without cost has no percentile.
    close(s.scores.quality_score[0], 100.0 * 8.5 / 9.0);
    assert_eq!(s.scores.quality_score[9], None);
    close(
        s.scores.loyalty_score[9],
        s.scores.frequency_score[9].unwrap(),
    );
    units[8].profit = None;
    let s = scored(&units);
    assert!(!s.scores.parameters.money.all.is_gross_profit);
    close(s.scores.quality_score[0], 100.0 * 0.5 / 10.0);
}

#[test]
fn no_visit_in_two_years_ranks_at_the_bottom() {
    let mut gone_by = unit(1, vec![service("2023-01-01")]);
    gone_by.spend = 5_000.0;
    let s = scored(&[gone_by, unit(2, vec![service("2025-05-01")])]);
    close(s.scores.quality_score[0], 0.0);
    assert_eq!(s.scores.parameters.money.all.units, 1);
}

#[test]
fn a_small_store_is_held_against_the_whole_file() {
    let person = |id: u64, store, spend: f64| {
        let mut u = unit(id, vec![service("2025-05-01")]);
        u.store = store;
        u.spend = spend;
        u
    };
    let mut units: Vec<Unit> = (0..30).map(|id| person(id, "big", id as f64)).collect();
    units.push(person(30, "small", 100.0));
    let s = scored(&units);
    // Within its own thirty; and first of thirty-one.
    close(s.scores.quality_score[29], 100.0 * 29.5 / 30.0);
    close(s.scores.quality_score[30], 100.0 * 30.5 / 31.0);
    assert!(!s.scores.parameters.money.stores.contains_key("small"));
}

#[test]
fn companies_are_held_against_persons_and_do_not_move_them() {
    let person = |id: u64, spend: f64| {
        let mut u = unit(id, vec![service("2025-05-01")]);
        u.spend = spend;
        u
    };
    let mut units = vec![person(1, 1.0), person(2, 2.0)];
    let alone = scored(&units);
    for (id, kind) in [
        (3, CustomerKind::Company),
        (4, CustomerKind::Taxi),
        (5, CustomerKind::Internal),
    ] {
        let mut u = person(id, 1.5);
        u.kind = kind;
        units.push(u);
    }
    let s = scored(&units);
    assert_eq!(s.scores.parameters, alone.scores.parameters);
    assert_eq!(s.scores.quality_score[..2], alone.scores.quality_score[..]);
    for i in 2..5 {
        close(s.scores.quality_score[i], 50.0);
        assert!(s.scores.churn_state[i].is_some());
    }
}

#[test]
fn new_comes_before_every_other_tier() {
    let mut u = unit(1, vec![service("2024-07-01")]);
    u.kinds = Some(4);
    u.spend = 9e9;
    assert_eq!(scored(&[u.clone()]).scores.loyalty_tier[0], Some(New));
    // A year ago exactly is no longer under twelve months.
    u.visits = vec![service("2024-06-30")];
    assert_ne!(scored(&[u]).scores.loyalty_tier[0], Some(New));
}

#[test]
fn class_a_with_two_kinds_is_loyal_even_where_visits_fall() {
    let visits = [
        "2023-08-01",
        "2023-09-01",
        "2023-10-01",
        "2023-11-01",
        "2023-12-01",
        "2024-01-01",
        "2024-08-01",
        "2024-09-01",
        "2024-10-01",
        "2024-10-20",
    ]
    .map(service)
    .to_vec();
    let mut u = unit(1, visits);
    u.kinds = Some(2);
    // A peer that is better on both axes, so that class A alone decides.
    let tier = |u: &Unit| {
        let mut peer = unit(2, every_half_year());
        peer.spend = 1.0;
        peer.kinds = Some(4);
        scored(&[u.clone(), peer]).scores.loyalty_tier[0]
    };
    assert_eq!(tier(&u), Some(Loyal));
    u.kinds = Some(1);
    assert_eq!(tier(&u), Some(Drifting));
    u.kinds = None;
    assert_eq!(tier(&u), Some(Drifting));
}

#[test]
fn drifting_by_a_fall_needs_history_an_earlier_year_and_being_overdue() {
    // Ten in the year before, seven in the last one: exactly 30 % less.
    let visits = |last: &str| {
        let before = (1..=10).map(|k| service(&format!("2024-06-{k:02}")));
        let now = (1..=6).map(|k| service(&format!("2024-07-{k:02}")));
        before.chain(now).chain([service(last)]).collect::<Vec<_>>()
    };
    let tier = |history: &str, last: &str| {
        let mut u = unit(1, visits(last));
        u.kinds = Some(1);
        u.interval_months = Some(6);
        // A better peer takes the top third.
        let mut peer = unit(2, visits("2025-06-01"));
        peer.spend = 1.0;
        scored_since(history, &[u, peer]).scores.loyalty_tier[0]
    };
    assert_eq!(tier("2023-06-30", "2024-07-10"), Some(Drifting));
    assert_eq!(tier("2023-07-01", "2024-07-10"), Some(Weak));
    assert_eq!(tier("2023-06-30", "2025-06-01"), Some(Weak));
}

#[test]
fn warranty_and_accidents_alone_drift_once_maintenance_is_overdue() {
    let mut u = unit(
        1,
        vec![
            service("2023-01-01"),
            repair("2025-01-01"),
            repair("2025-03-01"),
        ],
    );
    u.warranty_visits = 2;
    let mut peer = unit(2, every_half_year());
    peer.spend = 1.0;
    let tier = |u: &Unit| scored(&[u.clone(), peer.clone()]).scores.loyalty_tier[0];
    assert_eq!(tier(&u), Some(Drifting));
    u.warranty_visits = 1;
    assert_eq!(tier(&u), Some(Weak));
}

#[test]
fn the_top_third_on_both_axes_is_loyal_and_the_upper_half_stable() {
    // Nine regular cars whose frequency and spend rise together.
    let units: Vec<Unit> = (1..=9)
        .map(|id| {
            let days: u64 = 10 * id;
            let first = crate::rhythm::samples::day("2024-01-01") - chrono::Days::new(days);
            let mut u = unit(id, vec![service(&first.to_string()), service("2025-06-01")]);
            u.interval_months = Some(36);
            u.spend = id as f64 * 100.0;
            u
        })
        .collect();
    let s = scored(&units);
    let tiers: Vec<LoyaltyTier> = s.scores.loyalty_tier.iter().map(|t| t.unwrap()).collect();
    // The 2/3 quantile of nine lies between the sixth and the seventh, the median is the fifth.
    assert_eq!(
        tiers,
        [Weak, Weak, Weak, Weak, Stable, Stable, Loyal, Loyal, Loyal]
    );
}

#[test]
fn without_a_visit_there_are_no_scores_and_no_tier() {
    let s = scored(&[unit(1, vec![])]).scores;
    assert_eq!(
        (s.frequency_score[0], s.quality_score[0], s.loyalty_score[0]),
        (None, None, None)
    );
    assert_eq!(s.loyalty_tier[0], None);
    assert_eq!((s.priority[0], s.priority_is_rule[0]), (None, None));
}
