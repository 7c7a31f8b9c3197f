#![allow(clippy::unwrap_used)]

use super::samples::{Unit, day, features, repair, sequences, service, unit};
use super::*;

const AS_OF: &str = "2025-06-30";
const HISTORY: &str = "2022-01-01";

fn of(units: &[Unit]) -> Rhythm {
    with_intervals(units, &[])
}

fn with_intervals(units: &[Unit], intervals: &[settings::Interval]) -> Rhythm {
    rhythm(
        &features(AS_OF, HISTORY, units),
        &sequences(units),
        &settings::Rhythm::default(),
        intervals,
    )
}

fn expected(r: &Rhythm, i: usize) -> (f64, &'static str) {
    (
        r.expected_interval_days[i].unwrap(),
        r.interval_source[i].unwrap().as_str(),
    )
}

#[test]
fn months_are_cut_to_the_end_of_the_month() {
    assert_eq!(months_before(day("2025-08-31"), 6), day("2025-02-28"));
    assert_eq!(months_before(day("2024-08-31"), 6), day("2024-02-29"));
    assert_eq!(months_before(day("2025-03-31"), 12), day("2024-03-31"));
    assert_eq!(whole_months(day("2025-02-28"), day("2025-08-31")), 6);
    assert_eq!(whole_months(day("2025-03-01"), day("2025-08-31")), 5);
    assert_eq!(whole_months(day("2024-06-30"), day("2025-06-29")), 11);
    assert_eq!(whole_months(day("2025-06-30"), day("2025-06-01")), 0);
}

#[test]
fn the_interval_runs_from_maintenance_then_visit_then_purchase() {
    let mut bought = unit(3, vec![]);
    bought.purchased = Some(day("2025-05-01"));
    let mut ordered = unit(5, vec![]);
    ordered.purchased = Some(day("2025-07-01"));
    let r = of(&[
        unit(1, vec![service("2025-01-10"), repair("2025-05-01")]),
        unit(2, vec![repair("2025-02-01")]),
        bought,
        unit(4, vec![]),
        ordered,
    ]);
    let from = ["2025-01-10", "2025-02-01", "2025-05-01"].map(day);
    assert_eq!(
        r.due_from,
        [Some(from[0]), Some(from[1]), Some(from[2]), None, None]
    );
    // Five months from the service of 10 January: 152.1875 days, 171 of them gone.
    assert_eq!(expected(&r, 0), (152.1875, "default"));
    assert_eq!(r.next_due_on[0], Some(day("2025-06-11")));
    assert!((r.overdue_ratio[0].unwrap() - 171.0 / 152.1875).abs() < 1e-12);
    // Three months from a purchase without a visit.
    assert_eq!(expected(&r, 2), (91.3125, "first"));
    assert_eq!(r.overdue_ratio[3], None);
    assert_eq!(r.next_due_on[4], None);
}

#[test]
fn the_vehicles_file_comes_first_and_the_shorter_of_time_and_distance_counts() {
    let visits = || {
        vec![
            service("2024-06-30").at(10_000),
            service("2025-01-16").at(20_000),
        ]
    };
    let mut both = unit(1, visits());
    // 50 km a day: 7,500 km are 150 days, twelve months 365.25.
    both.interval_km = Some(7_500);
    both.interval_months = Some(12);
    let mut time = unit(2, vec![service("2025-01-16")]);
    time.interval_months = Some(12);
    time.due_date = Some(day("2025-03-01"));
    let r = of(&[both, time]);
    assert_eq!(r.km_per_day[0], Some(50.0));
    assert_eq!(expected(&r, 0), (150.0, "vehicles_file"));
    assert_eq!(expected(&r, 1), (365.25, "vehicles_file"));
    // The last reading and 165 days of 50 km.
    assert_eq!(r.odometer_now_km[0], Some(28_250));
    assert_eq!(r.odometer_now_km[1], None);
}

#[test]
fn the_settings_table_prefers_the_entry_that_names_most() {
    let mut car = unit(1, vec![service("2025-05-01")]);
    car.brand = Some("Dongfeng");
    car.fuel = Some("bev");
    car.due_date = Some(day("2025-06-01"));
    let entry = |brand: &str, fuel: &str, months| settings::Interval {
        brand: brand.to_owned(),
        fuel: fuel.to_owned(),
        months: Some(months),
        ..settings::Interval::default()
    };
    let table = [
        entry("", "", 6),
        entry("dongfeng", "bev", 12),
        entry("dongfeng", "ice", 8),
        entry("", "bev", 10),
    ];
    let r = with_intervals(&[car.clone()], &table);
    assert_eq!(expected(&r, 0), (365.25, "settings"));
    // No entry fits: the order's own date, 31 days.
    let r = with_intervals(&[car], &table[2..3]);
    assert_eq!(expected(&r, 0), (31.0, "order"));
}

#[test]
fn next_due_of_the_order_counts_only_after_it() {
    let mut by_km = unit(
        1,
        vec![
            service("2024-06-30").at(10_000),
            service("2025-01-16").at(20_000),
        ],
    );
    by_km.due_km = Some(25_000);
    let mut past = by_km.clone();
    past.id = 2;
    past.due_km = Some(20_000);
    past.due_date = Some(day("2025-01-16"));
    // No reading at the order itself: that of the repair 50 days later, 2,500 km back.
    let mut between = unit(
        3,
        vec![
            repair("2024-06-30").at(10_000),
            service("2025-01-16"),
            repair("2025-03-07").at(22_500),
        ],
    );
    between.due_km = Some(25_000);
    let r = of(&[by_km, past, between]);
    assert_eq!(expected(&r, 0), (100.0, "order"));
    assert_eq!(expected(&r, 1).1, "default");
    assert_eq!(expected(&r, 2).1, "order");
    assert!((expected(&r, 2).0 - 100.0).abs() < 1e-9);
}

#[test]
fn own_gaps_need_three_and_a_store_needs_thirty_units() {
    let own = unit(
        1,
        vec![
            service("2024-01-01"),
            service("2024-04-10"),
            repair("2024-05-05"),
            service("2024-07-19"),
            service("2024-11-26"),
        ],
    );
    let few = |id| unit(id, vec![service("2024-06-01"), service("2024-08-30")]);
    let mut units: Vec<Unit> = vec![own];
    units.extend((2..=29).map(few));
    let r = of(&units);
    // Gaps of 100, 100, 130 days between services; the repair makes no gap.
    assert_eq!(expected(&r, 0), (100.0, "own"));
    assert_eq!(r.maintenance_gap_days[0], Some(100.0));
    assert_eq!(r.gaps[0], 4);
    assert_eq!(expected(&r, 1), (152.1875, "default"));
    units.push(few(30));
    let r = of(&units);
    assert_eq!(expected(&r, 1), (90.0, "store"));
    assert_eq!(r.parameters.maintenance_gap_store["main"].units, 30);
    // A company does not count towards the thirty, but is held against them.
    units[29].kind = CustomerKind::Company;
    assert_eq!(expected(&of(&units), 29).1, "default");
    units.push(few(31));
    assert_eq!(expected(&of(&units), 29), (90.0, "store"));
}

#[test]
fn intervals_stay_within_their_limits() {
    let mut short = unit(1, vec![service("2025-06-01")]);
    short.interval_km = Some(1);
    short.interval_months = Some(1);
    let mut long = unit(2, vec![service("2025-06-01")]);
    long.interval_months = Some(i32::MAX);
    let mut nonsense = unit(3, vec![service("2025-06-01")]);
    nonsense.interval_months = Some(-6);
    nonsense.interval_km = Some(0);
    let r = of(&[short, long, nonsense]);
    assert_eq!(expected(&r, 0).0, 30.4375);
    assert_eq!(expected(&r, 1).0, 1_095.0);
    assert_eq!(expected(&r, 2).1, "default");
}

#[test]
fn a_customer_without_vehicle_goes_by_visits_alone() {
    let mut own = unit(
        1,
        vec![
            repair("2024-01-01"),
            repair("2024-02-20"),
            repair("2024-04-10"),
            repair("2024-07-09"),
        ],
    );
    own.vehicle = false;
    own.interval_months = Some(12);
    let mut alone = unit(2, vec![repair("2025-01-01").at(10_000)]);
    alone.vehicle = false;
    let r = of(&[own, alone]);
    assert_eq!(expected(&r, 0), (50.0, "customer_own"));
    assert_eq!(expected(&r, 1), (180.0, "customer_default"));
    assert_eq!(r.km_per_day_source[1], RateSource::None);
    assert_eq!(r.odometer_now_km[1], None);
}

#[test]
fn the_rate_is_shrunk_to_the_median_of_the_model_of_thirty() {
    // Thirty cars of one model: one at 100 km a day, the others at 40; two readings 100 days apart each.
    let car = |id: u64, km| {
        let mut u = unit(
            id,
            vec![
                service("2025-01-01").at(1_000),
                service("2025-04-11").at(1_000 + km),
            ],
        );
        u.brand = Some("B");
        u.series = Some("S");
        u
    };
    let mut units: Vec<Unit> = (2..=30).map(|id| car(id, 4_000)).collect();
    units.insert(0, car(1, 10_000));
    let mut unread = unit(31, vec![service("2025-04-11")]);
    unread.series = Some("s");
    unread.brand = Some("B");
    units.push(unread);
    units.push(unit(32, vec![service("2025-04-11")]));
    let r = of(&units);
    // (2 x 40 + 2 x 100) / 4 = 70.
    assert_eq!(r.km_per_day[0], Some(70.0));
    assert_eq!(r.km_per_day_source[0], RateSource::Shrunk);
    assert_eq!(
        (r.km_per_day[30], r.km_per_day_source[30]),
        (Some(40.0), RateSource::Model)
    );
    assert_eq!(
        (r.km_per_day[31], r.km_per_day_source[31]),
        (Some(40.0), RateSource::Store)
    );
}

#[test]
fn gaps_and_their_spread_count_qualified_visits_of_different_days() {
    let r = of(&[
        unit(
            1,
            vec![
                service("2025-01-01"),
                repair("2025-01-01"),
                service("2025-01-11"),
                service("2025-01-31"),
                service("2025-03-02"),
            ],
        ),
        unit(2, vec![service("2025-01-01"), service("2025-03-02")]),
        unit(3, vec![service("2025-01-01")]),
    ]);
    // Gaps 10, 20, 30: mean 20, sample deviation 10.
    assert_eq!((r.gaps[0], r.gap_mean_days[0]), (3, Some(20.0)));
    assert_eq!(r.gap_median_days[0], Some(20.0));
    assert!((r.gap_cv[0].unwrap() - 0.5).abs() < 1e-12);
    assert_eq!((r.gaps[1], r.gap_cv[1]), (1, None));
    assert_eq!((r.gaps[2], r.gap_mean_days[2]), (0, None));
    assert_eq!(r.gap_before_last_days[0], Some(30));
}

#[test]
fn nothing_after_the_as_of_date_is_read() {
    let units = vec![unit(1, vec![service("2025-01-01"), service("2025-03-02")])];
    let f = features(AS_OF, HISTORY, &units);
    let mut later = units.clone();
    later[0].visits.push(service("2025-07-01").at(90_000));
    let settings = settings::Rhythm::default();
    assert_eq!(
        rhythm(&f, &sequences(&units), &settings, &[]),
        rhythm(&f, &sequences(&later), &settings, &[])
    );
}

#[test]
fn the_horizon_is_the_setting_else_one_and_a_half_intervals() {
    let mut churn = settings::Churn::default();
    let mut yearly = unit(1, vec![service("2025-01-01")]);
    yearly.interval_months = Some(12);
    // 1.5 x 365.25 = 547.875.
    assert_eq!(of(&[yearly]).horizon_days(&churn), 548);
    let monthly = unit(1, vec![service("2025-01-01")]);
    assert_eq!(of(&[monthly]).horizon_days(&churn), 228);
    assert_eq!(of(&[]).horizon_days(&churn), 180);
    churn.horizon_days = 90;
    assert_eq!(of(&[]).horizon_days(&churn), 90);
}

#[test]
fn huge_values_stay_finite() {
    let mut u = unit(
        1,
        vec![
            service("1990-01-01").at(0),
            service("2025-06-29").at(i32::MAX),
        ],
    );
    u.due_km = Some(i32::MAX);
    let r = of(&[u]);
    assert!(r.km_per_day[0].unwrap() <= 300.0);
    assert_eq!(r.odometer_now_km[0], Some(i32::MAX));
    assert!(r.overdue_ratio[0].unwrap().is_finite());
}
