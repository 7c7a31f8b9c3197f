//! One test for each row of the table of states, its limits and its precedence.

use super::*;
use crate::rhythm::samples::{Visit, day, repair, service, unit};
use crate::types::ChurnState::{
    Active, AtRisk, Dead, Due, Gone, Lost, Never, New, Warning, WonBack,
};

/// The state of a car with these visits and a six-month interval (182.625 days).
fn of(visits: Vec<Visit>) -> Option<ChurnState> {
    of_unit(six_months(visits))
}

fn six_months(visits: Vec<Visit>) -> Unit {
    let mut u = unit(1, visits);
    u.interval_months = Some(6);
    u
}

fn of_unit(u: Unit) -> Option<ChurnState> {
    scored(&[u, peer()]).scores.churn_state[0]
}

fn since(history: &str, u: Unit) -> Option<ChurnState> {
    scored_since(history, &[u, peer()]).scores.churn_state[0]
}

/// Sold by us that day.
fn sold(on: &str, visits: Vec<Visit>) -> Unit {
    let mut u = six_months(visits);
    u.sold_by_us = Some(true);
    u.purchased = Some(day(on));
    u
}

/// Two visits, the last one on that day, close enough to be no return.
fn regular(last: &str) -> Vec<Visit> {
    let before = day(last) - chrono::Days::new(100);
    vec![service(&before.to_string()), service(last)]
}

#[test]
fn news_that_it_left_beats_everything_but_a_later_visit() {
    let mut u = six_months(regular("2025-05-01"));
    u.open = true;
    u.gone_on = Some(day("2025-06-01"));
    assert_eq!(of_unit(u.clone()), Some(Gone));
    u.gone_on = Some(day("2025-05-01"));
    assert_eq!(of_unit(u.clone()), Some(Gone));
    u.open = false;
    u.gone_on = Some(day("2025-04-30"));
    assert_eq!(of_unit(u.clone()), Some(Active));
    // News of tomorrow is not known today.
    u.gone_on = Some(day("2025-07-01"));
    assert_eq!(of_unit(u), Some(Active));
    let mut unseen = six_months(vec![]);
    unseen.gone_on = Some(day("2025-06-01"));
    assert_eq!(of_unit(unseen), Some(Gone));
}

#[test]
fn in_the_shop_is_active_however_long_it_was_away() {
    let mut u = six_months(regular("2022-01-01"));
    u.open = true;
    assert_eq!(of_unit(u), Some(Active));
    let mut first = six_months(vec![]);
    first.open = true;
    assert_eq!(of_unit(first), Some(Active));
}

#[test]
fn without_visits_only_our_own_sales_since_the_history_began_have_a_state() {
    assert_eq!(of(vec![]), None);
    assert_eq!(since("2024-06-30", sold("2024-06-29", vec![])), None);
    assert_eq!(since("2024-06-30", sold("2024-06-30", vec![])), Some(Never));
    let mut unknown_seller = sold("2024-06-30", vec![]);
    unknown_seller.sold_by_us = None;
    assert_eq!(of_unit(unknown_seller), None);
    let mut elsewhere = sold("2024-06-30", vec![]);
    elsewhere.sold_by_us = Some(false);
    assert_eq!(of_unit(elsewhere), None);
    // Sold after the as-of date: not known yet.
    assert_eq!(of_unit(sold("2025-07-01", vec![])), None);
}

#[test]
fn never_serviced_needs_a_year_without_maintenance_and_without_visit() {
    assert_eq!(of_unit(sold("2024-06-30", vec![])), Some(Never));
    assert_ne!(of_unit(sold("2024-07-01", vec![])), Some(Never));
    // A repair within the year is a sign of life, one exactly a year ago is not.
    let repaired = |on: &str| of_unit(sold("2023-01-01", vec![repair(on)]));
    assert_ne!(repaired("2024-07-01"), Some(Never));
    assert_eq!(repaired("2024-06-30"), Some(Never));
    // Long ago, it is never before it is dead; one service makes it dead.
    assert_eq!(
        of_unit(sold("2021-02-01", vec![repair("2021-03-01")])),
        Some(Never)
    );
    assert_eq!(
        of_unit(sold("2021-02-01", vec![service("2021-03-01")])),
        Some(Dead)
    );
}

#[test]
fn a_new_car_that_misses_its_first_service_passes_through_the_ratios() {
    // Three months from purchase are 91.3125 days; as of 30 June.
    assert_eq!(of_unit(sold("2025-06-01", vec![])), Some(New));
    assert_eq!(of_unit(sold("2025-03-31", vec![])), Some(New));
    assert_eq!(of_unit(sold("2025-03-30", vec![])), Some(Due));
    assert_eq!(of_unit(sold("2025-03-07", vec![])), Some(Warning));
    assert_eq!(of_unit(sold("2025-01-01", vec![])), Some(AtRisk));
}

#[test]
fn dead_needs_two_years_three_intervals_and_two_years_of_history() {
    assert_eq!(of(regular("2023-06-30")), Some(Dead));
    assert_eq!(of(regular("2023-07-01")), Some(Lost));
    assert_eq!(
        since("2023-07-01", six_months(regular("2023-06-30"))),
        Some(Lost)
    );
    // A yearly car: two years are two intervals, lost but not dead.
    let mut yearly = unit(1, regular("2023-06-30"));
    yearly.interval_months = Some(12);
    assert_eq!(of_unit(yearly.clone()), Some(Lost));
    yearly.visits = regular("2022-06-29");
    assert_eq!(of_unit(yearly), Some(Dead));
}

#[test]
fn lost_needs_a_year_two_intervals_and_a_year_of_history() {
    // 365 days to 30 June 2024 fall short of 2 x 182.625; one more day does it.
    assert_eq!(of(regular("2024-06-30")), Some(AtRisk));
    assert_eq!(of(regular("2024-06-29")), Some(Lost));
    assert_eq!(
        since("2024-07-01", six_months(regular("2024-06-29"))),
        Some(AtRisk)
    );
    // A five-month car passes two intervals before the year is over.
    let mut quick = unit(1, regular("2024-07-01"));
    quick.interval_months = Some(5);
    assert_eq!(of_unit(quick.clone()), Some(AtRisk));
    quick.visits = regular("2024-06-30");
    assert_eq!(of_unit(quick), Some(Lost));
}

#[test]
fn won_back_was_long_away_and_came_within_one_interval() {
    let back = |previous: &str, last: &str| of(vec![service(previous), service(last)]);
    assert_eq!(back("2024-02-01", "2025-02-01"), Some(WonBack));
    assert_eq!(back("2024-02-02", "2025-02-01"), Some(Active));
    // 182 days ago is within 182.625, 183 is not.
    assert_eq!(back("2023-01-01", "2024-12-30"), Some(WonBack));
    assert_eq!(back("2023-01-01", "2024-12-29"), Some(Due));
    // A yearly car was away for 1.75 intervals (639.2 days) at least.
    let yearly = |previous: &str| {
        let mut u = unit(1, vec![service(previous), service("2025-02-01")]);
        u.interval_months = Some(12);
        of_unit(u)
    };
    assert_eq!(yearly("2023-05-05"), Some(Active));
    assert_eq!(yearly("2023-05-03"), Some(WonBack));
    // Overdue for maintenance, and yet back with a repair: back comes first.
    assert_eq!(
        of(vec![service("2024-03-01"), repair("2025-06-01")]),
        Some(WonBack)
    );
}

#[test]
fn the_ratio_grades_what_is_overdue() {
    // q = days / 182.625: due from 183 days, warning from 229, at risk from 320.
    let after = |days: u64| {
        let last = day(AS_OF) - chrono::Days::new(days);
        let u = six_months(regular(&last.to_string()));
        of_unit(u)
    };
    assert_eq!(after(182), Some(Active));
    assert_eq!(after(183), Some(Due));
    assert_eq!(after(228), Some(Due));
    assert_eq!(after(229), Some(Warning));
    assert_eq!(after(319), Some(Warning));
    assert_eq!(after(320), Some(AtRisk));
}

#[test]
fn the_loyal_are_warned_of_earlier() {
    // Four visits in twelve months and two kinds of business: loyal. 211 of 182.625 days are 1.155.
    let visits = |last: &str| {
        vec![
            service("2024-08-01"),
            service("2024-09-01"),
            service("2024-10-01"),
            service(last),
        ]
    };
    let mut u = six_months(visits("2024-12-01"));
    u.kinds = Some(2);
    assert_eq!(of_unit(u.clone()), Some(Warning));
    u.visits = visits("2024-12-03");
    assert_eq!(of_unit(u), Some(Due));
}

#[test]
fn one_visit_is_new_until_it_is_due() {
    assert_eq!(of(vec![service("2025-06-01")]), Some(New));
    assert_eq!(of(vec![service("2024-12-29")]), Some(Due));
    assert_eq!(of(regular("2025-06-01")), Some(Active));
}

#[test]
fn the_end_of_a_month_is_where_months_are_cut() {
    // 24 months before 29 February 2024 is 28 February 2022; before 31 August, six months are 28 February.
    let settings = Settings::default();
    let state = |as_of: &str, last: &str| {
        let u = six_months(regular(last));
        let features = features(as_of, HISTORY, std::slice::from_ref(&u));
        let rhythm = rhythm(&features, &sequences(&[u]), &settings.rhythm, &[]);
        let input = ScoringInput {
            features: &features,
            rhythm: &rhythm,
            estimates: Estimates::default(),
            settings: &settings,
        };
        score_units(&input).churn_state[0]
    };
    assert_eq!(state("2024-02-29", "2022-02-28"), Some(Dead));
    assert_eq!(state("2024-02-29", "2022-03-01"), Some(Lost));
}
