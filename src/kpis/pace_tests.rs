//! The pace of a year against numbers reckoned by hand.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::analysis::{Pace, Value};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Revenue of the months up to the given one, the last of `values`; visits are as many.
fn answers(last: &str, values: &[f64]) -> BTreeMap<&'static str, Table> {
    let back = |i: usize| u32::try_from(values.len() - 1 - i).unwrap();
    let rows = values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            vec![
                Value::Date(months_before(day(last), back(i))),
                Value::Float(*v),
                Value::Float(*v),
                Value::Float(*v),
            ]
        })
        .collect();
    let columns = ["month", "visits", "all_visits", "revenue"];
    let months = Table {
        columns: columns.map(str::to_owned).to_vec(),
        rows,
    };
    BTreeMap::from([("months", months)])
}

fn pace(last: &str, end: &str, values: &[f64]) -> Vec<Pace> {
    let meta = AnalysisMeta {
        month_start: day(last),
        month_end: day(end),
        ..sample::meta()
    };
    let settings = Settings::default();
    analysis(&answers(last, values), meta, &settings).pace
}

fn revenue(paces: &[Pace]) -> &Pace {
    paces.iter().find(|p| p.id == "revenue").unwrap()
}

#[test]
fn without_a_year_before_the_rest_is_as_the_months_so_far() {
    // 90, 100, 110: mean 100, standard deviation 10; nine months to come.
    let paces = pace("2025-03-01", "2025-03-31", &[90.0, 100.0, 110.0]);
    let p = revenue(&paces);
    assert_eq!((p.months, p.so_far), (3.0, 300.0));
    assert_eq!(p.per_month(), Some(100.0));
    let f = p.forecast.unwrap();
    assert!((f.value - 1_200.0).abs() < 1e-9);
    // Student's 90 % point with two degrees of freedom is 1.8856; s² (9 + 3 (9 / 3)²) = 3,600.
    let half = 1.885_618 * 60.0;
    assert!((f.high - f.value - half).abs() < 1e-3, "{f:?}");
    assert!((f.value - f.low - half).abs() < 1e-3, "{f:?}");
}

#[test]
fn the_year_before_gives_the_season_and_never_less_than_what_has_come() {
    // Every month a tenth above the year before: nothing is uncertain, and December is the full month that it was.
    let before: Vec<f64> = (1..=12).map(|m| 100.0 * f64::from(m)).collect();
    let mut values = before.clone();
    values.extend(before[..6].iter().map(|v| v * 1.1));
    let paces = pace("2025-06-01", "2025-06-30", &values);
    let f = revenue(&paces).forecast.unwrap();
    let whole = 1.1 * before.iter().sum::<f64>();
    for v in [f.low, f.value, f.high] {
        assert!((v - whole).abs() < 1e-6, "{f:?}");
    }
    // A wild year: its lower end is what has come already.
    let mut wild = before.clone();
    wild.extend([3_000.0, 1.0, 1.0, 1.0, 1.0, 2.0]);
    let paces = pace("2025-06-01", "2025-06-30", &wild);
    let p = revenue(&paces);
    let f = p.forecast.unwrap();
    assert!((f.low - p.so_far).abs() < 1e-9 && f.high > f.value);
}

#[test]
fn part_of_a_month_counts_as_part_and_the_rest_is_expected() {
    let values = [100.0, 100.0, 100.0, 40.0];
    let paces = pace("2025-04-01", "2025-04-15", &values);
    let p = revenue(&paces);
    assert!((p.months - 3.5).abs() < 1e-12);
    // Half of April and eight months to come, 100 each.
    assert!((p.forecast.unwrap().value - (340.0 + 50.0 + 800.0)).abs() < 1e-9);
}

#[test]
fn after_two_months_nothing_is_foretold_and_after_twelve_nothing_is_left_to_foretell() {
    let paces = pace("2025-02-01", "2025-02-28", &[100.0, 120.0]);
    assert_eq!(revenue(&paces).forecast, None);
    let paces = pace("2025-12-01", "2025-12-31", &[100.0; 12]);
    let p = revenue(&paces);
    assert!(p.is_over());
    let f = p.forecast.unwrap();
    assert_eq!((f.low, f.value, f.high), (1_200.0, 1_200.0, 1_200.0));
    assert_eq!(p.needed_per_month(), None);
    // Where the year did not begin with the data, its sum is not known.
    assert!(pace("2025-12-01", "2025-12-31", &[100.0; 11]).is_empty());
}

#[test]
fn a_fiscal_year_adds_up_its_own_months_and_meets_the_target_of_its_number() {
    // April to June of a year that begins in April; January to March belong to the one before.
    let values = [7.0, 7.0, 7.0, 90.0, 100.0, 110.0];
    let mut answers = answers("2025-06-01", &values);
    let columns = ["year", "month", "metric", "total", "mean"];
    let row = |year, month: Option<i64>, value| {
        let month = month.map_or(Value::Null, Value::Int);
        let metric = Value::Text("revenue".to_owned());
        let worth = [Value::Float(value), Value::Float(value)];
        [vec![Value::Int(year), month, metric], worth.to_vec()].concat()
    };
    let targets = Table {
        columns: columns.map(str::to_owned).to_vec(),
        // A month's own target stands under its calendar year: January 2026 lies in the fiscal year 2025.
        rows: vec![
            row(2025, None, 1_200.0),
            row(2024, None, 12.0),
            row(2026, Some(1), 40.0),
        ],
    };
    answers.insert("targets", targets);
    let mut settings = Settings::default();
    settings.report.fiscal_year_start = 4;
    let meta = AnalysisMeta {
        month_start: day("2025-06-01"),
        month_end: day("2025-06-30"),
        fiscal: crate::analysis::FiscalYear::beginning(4),
        ..sample::meta()
    };
    let analysis = analysis(&answers, meta, &settings);
    let p = revenue(&analysis.pace);
    assert_eq!((p.months, p.so_far), (3.0, 300.0));
    assert_eq!(p.target, Some(11.0 * 100.0 + 40.0));
    assert_eq!(analysis.kpi("revenue").unwrap().target, Some(100.0));
    let march = analysis
        .months
        .iter()
        .find(|m| m.month == day("2025-03-01"));
    assert_eq!(march.unwrap().revenue_target, Some(1.0));
}
