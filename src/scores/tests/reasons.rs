//! What is said about a unit, in both languages.

use super::*;
use crate::i18n;
use crate::rhythm::samples::{day, repair, service, unit};
use crate::types::Lang;

fn said(u: Unit) -> Vec<String> {
    in_language(Lang::En, u)
}

fn in_language(lang: Lang, u: Unit) -> Vec<String> {
    let s = scored(&[u, peer()]);
    unit_reasons(&s.input(), &s.scores, 0)
        .iter()
        .map(|r| i18n::reason(lang, r))
        .collect()
}

#[test]
fn overdue_names_the_days_and_the_odometer() {
    // Six months from 1 December 2024 are 2 June 2025; 50 km a day.
    let mut u = unit(
        1,
        vec![
            service("2024-05-15").at(10_000),
            service("2024-12-01").at(20_000),
        ],
    );
    u.interval_months = Some(6);
    assert_eq!(
        said(u.clone()),
        ["Service overdue by 28 days (about 30,600 km now)"]
    );
    assert_eq!(
        in_language(Lang::Zh, u.clone()),
        ["保养已超期 28 天（预计 30,600 km）"]
    );
    for visit in &mut u.visits {
        visit.km = None;
    }
    assert_eq!(said(u), ["Service overdue by 28 days"]);
}

#[test]
fn the_loyal_who_slip_are_called_loyal() {
    let mut u = unit(
        1,
        ["2024-08-01", "2024-09-01", "2024-10-01", "2024-12-01"]
            .map(service)
            .to_vec(),
    );
    u.kinds = Some(2);
    u.interval_months = Some(5);
    assert_eq!(
        in_language(Lang::Zh, u),
        ["保养已超期 59 天", "忠诚客户（A 类），间隔已达平时 1.4 倍"]
    );
}

#[test]
fn the_usual_interval_is_said_only_of_habits() {
    let visits = || ["2024-01-01", "2024-04-10", "2024-07-19", "2024-10-27"].map(service);
    let habit = unit(1, visits().to_vec());
    assert!(said(habit).contains(&"Now at 2.5 times the usual interval".to_owned()));
    let mut file = unit(1, visits().to_vec());
    file.interval_months = Some(5);
    assert!(said(file).contains(&"Now at 1.6 times the expected interval".to_owned()));
}

#[test]
fn absence_return_and_falling_visits_carry_their_numbers() {
    let lost = unit(1, vec![service("2023-09-01"), service("2023-12-01")]);
    assert_eq!(
        said(lost),
        [
            "Not seen for 18 months (last visit 2023-12-01)",
            "Visits fell from 2 to 0 a year"
        ]
    );
    let back = unit(1, vec![service("2024-01-15"), service("2025-06-01")]);
    assert_eq!(said(back), ["Came back on 2025-06-01 after 16 months away"]);
}

#[test]
fn the_warranty_is_news_three_months_ahead_and_a_year_after() {
    let with = |end: &str| {
        let mut u = unit(1, vec![service("2025-05-01"), service("2025-06-01")]);
        u.warranty_end = Some(day(end));
        said(u).get(1).cloned()
    };
    assert_eq!(
        with("2025-09-28").as_deref(),
        Some("Warranty ends in 90 days (2025-09-28)")
    );
    assert_eq!(with("2025-09-29"), None);
    assert_eq!(
        with("2025-06-30").as_deref(),
        Some("Warranty ends in 0 days (2025-06-30)")
    );
    assert_eq!(
        with("2024-07-01").as_deref(),
        Some("Warranty ended on 2024-07-01")
    );
    assert_eq!(with("2024-06-30"), None);
}

#[test]
fn a_customer_without_vehicle_is_not_told_about_maintenance() {
    let mut u = unit(1, vec![repair("2024-11-01"), repair("2024-12-01")]);
    u.vehicle = false;
    assert_eq!(said(u), ["31 days past the expected visit"]);
}

#[test]
fn repairs_without_any_maintenance_are_noticed() {
    let u = unit(1, vec![repair("2025-05-01"), repair("2025-06-01")]);
    assert_eq!(
        said(u),
        [
            "On schedule, next service expected 2025-10-31",
            "2 visits, never for maintenance"
        ]
    );
}

#[test]
fn every_state_has_one_to_three_reasons_in_both_languages() {
    let mut gone = unit(1, vec![service("2025-01-01")]);
    gone.gone_on = Some(day("2025-06-01"));
    let mut open = unit(2, vec![service("2022-01-01")]);
    open.open = true;
    let sold = |id, on: &str| {
        let mut u = unit(id, vec![]);
        u.sold_by_us = Some(true);
        u.purchased = Some(day(on));
        u
    };
    let mut lost = unit(5, vec![service("2023-09-01"), service("2023-12-01")]);
    lost.warranty_end = Some(day("2025-06-01"));
    let units = [
        gone,
        open,
        sold(3, "2023-01-01"),
        sold(4, "2025-06-01"),
        lost,
        unit(6, vec![service("2021-03-01"), service("2021-04-01")]),
        unit(7, vec![service("2024-01-15"), service("2025-06-01")]),
        unit(8, vec![service("2024-06-01"), service("2024-09-01")]),
        unit(9, vec![service("2024-09-01"), service("2024-12-01")]),
        unit(10, vec![service("2024-12-01"), service("2025-01-15")]),
        unit(11, vec![service("2025-06-01")]),
        unit(12, vec![service("2025-05-01"), service("2025-06-01")]),
        unit(13, vec![]),
        sold(14, "2025-01-01"),
        sold(15, "2025-03-30"),
    ];
    let s = scored(&units);
    let mut seen: Vec<_> = s.scores.churn_state.iter().flatten().copied().collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ChurnState::ALL);
    for i in 0..units.len() {
        let reasons = unit_reasons(&s.input(), &s.scores, i);
        assert!((1..=3).contains(&reasons.len()), "{reasons:?}");
        for reason in &reasons {
            for lang in [Lang::Zh, Lang::En] {
                let text = i18n::reason(lang, reason);
                assert!(!text.contains("reason-") && !text.contains('{'), "{text}");
            }
        }
    }
}
