#![allow(clippy::unwrap_used)]

use super::*;
use crate::analysis::{Mark, Value};

/// Every query, those of a year alone among them.
fn all_queries() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    queries()
        .iter()
        .chain(month_queries())
        .chain(year_queries())
}

#[test]
fn every_query_has_its_header_and_asks_no_clock() {
    for (name, sql) in all_queries() {
        let head: Vec<&str> = sql.lines().take_while(|l| l.starts_with("-- ")).collect();
        for key in ["-- grain: ", "-- inputs: "] {
            assert!(head.iter().any(|l| l.starts_with(key)), "{name}: {key}");
        }
        assert!(
            head.contains(&format!("-- output: {name}").as_str()),
            "{name}"
        );
        let lower = sql.to_lowercase();
        for word in ["current_date", "today()", "now()", "timestamptz"] {
            assert!(!lower.contains(word), "{name}: {word}");
        }
    }
    for list in [queries(), month_queries(), year_queries()] {
        assert!(list.windows(2).all(|w| w[0].0 < w[1].0));
    }
}

#[test]
fn the_sample_answers_have_the_columns_of_the_queries() {
    let answers = sample::answers();
    let of_year = sample_year::year_answers();
    for (name, sql) in all_queries() {
        let answers = if answers.contains_key(name) {
            &answers
        } else {
            &of_year
        };
        let select = &sql[sql.rfind("\nselect ").unwrap_or(0)..];
        for column in &answers[name].columns {
            assert!(
                select.contains(column.as_str()) || sql.contains(&format!("as {column}")),
                "{name}: {column}"
            );
        }
    }
}

#[test]
fn figures_have_names_in_both_languages_and_unique_ids() {
    for (i, spec) in SPECS.iter().enumerate() {
        for other in &SPECS[i + 1..] {
            assert_ne!(spec.id, other.id);
            assert_ne!(spec.definition, other.definition);
        }
        for lang in [Lang::Zh, Lang::En] {
            for area in ["kpi", "definition"] {
                let key = format!("{area}-{}", spec.id);
                for length in ["month", "year"] {
                    assert_ne!(i18n::of_period(lang, &key, length), key, "{length}");
                }
            }
        }
    }
}

#[test]
fn a_month_is_held_against_the_month_before_last_year_and_target() {
    let a = sample::analysis();
    let visits = a.kpi("visits").unwrap();
    assert_eq!(visits.target, Some(650.0));
    assert_eq!(visits.trend.len(), 13);
    assert_eq!(visits.trend[12], visits.value);
    assert_eq!(visits.trend[11], visits.previous);
    assert_eq!(visits.trend[0], visits.last_year);
    assert_eq!(visits.mark(), Some(Mark::Bad));
    // A year's target: a twelfth of what flows, the whole of a level, a mean for a ratio.
    assert_eq!(a.kpi("revenue").unwrap().target, Some(500_000.0));
    assert_eq!(a.kpi("base_customers").unwrap().target, Some(1_500.0));
    assert_eq!(a.kpi("comeback_rate").unwrap().target, Some(0.02));
    // The month before has no target of its own.
    assert_eq!(a.months[11].visits_target, Some(600.0));
}

#[test]
fn revenue_per_visit_splits_into_workshop_and_body() {
    let a = sample::analysis();
    let value = |id: &str| a.kpi(id).unwrap().value.unwrap();
    let n = |id: &str| a.kpi(id).unwrap().n.unwrap();
    let (all, body) = (n("revenue_per_visit"), n("revenue_per_visit_body"));
    assert_eq!(n("revenue_per_visit_workshop"), all - body);
    #[allow(clippy::cast_precision_loss)]
    let sum = value("revenue_per_visit_workshop") * (all - body) as f64
        + value("revenue_per_visit_body") * body as f64;
    #[allow(clippy::cast_precision_loss)]
    let whole = value("revenue_per_visit") * all as f64;
    assert!((sum - whole).abs() < 1e-6);
}

#[test]
fn the_base_moves_from_opening_to_closing() {
    for m in sample::analysis().movement {
        assert_eq!(m.opening + m.new + m.won_back - m.lost - m.gone, m.closing);
    }
}

#[test]
fn gross_profit_is_not_said_where_costs_are_unknown() {
    let mut answers = sample::answers();
    let table = answers.get_mut("months").unwrap();
    let costed = table
        .columns
        .iter()
        .position(|c| c == "costed_revenue")
        .unwrap();
    for row in &mut table.rows {
        row[costed] = Value::Float(1.0);
    }
    let a = analysis(&answers, sample::meta(), &Settings::default());
    assert_eq!(a.kpi("gross_profit").unwrap().value, None);
}

#[test]
fn a_missing_history_is_unknown_not_zero() {
    let a = sample::nothing();
    assert!(
        a.kpis
            .iter()
            .all(|k| k.value.is_none() && k.trend.iter().all(Option::is_none))
    );
    assert!(a.findings.is_empty());
    assert_eq!(a.months.len(), 13);
}

#[test]
fn at_most_seven_findings_with_the_data_last() {
    let a = sample::analysis();
    assert_eq!(a.findings.len(), 7);
    assert_eq!(a.findings[6].key, "data-gaps");
}

#[test]
fn rows_of_the_table_carry_labels_and_definitions() {
    let rows = rows(&sample::analysis());
    assert_eq!(rows.len(), SPECS.len());
    assert_eq!(rows[0].period, "2025-12");
    assert_eq!(rows[0].label_zh, "营业额");
    assert_eq!(rows[0].label_en, "Revenue");
    assert_eq!(rows[0].definition, "R1");
}

#[test]
fn a_year_is_labelled_and_targeted_as_a_year() {
    let a = sample_year::year_analysis();
    let of = rows(&a);
    assert_eq!(of.len(), SPECS.len());
    assert_eq!(of[0].period, "2025");
    let row = |id: &str| of.iter().find(|r| r.id == id).unwrap();
    assert_eq!(row("lost_in_month").label_zh, "本年转为流失");
    assert_eq!(row("lost_in_month").label_en, "Newly lost this year");
    assert_eq!(row("base_lost_rate").label_en, "Yearly loss rate");
    for label in of.iter().flat_map(|r| [&r.label_zh, &r.label_en]) {
        assert!(
            !label.contains("本月") && !label.contains("this month"),
            "{label}"
        );
    }
    // The plan's year; December's own target counts within the sum of the months.
    assert_eq!(row("revenue").target, Some(6_000_000.0));
    assert_eq!(row("visits").target, Some(11.0 * 600.0 + 650.0));
    assert_eq!(row("base_customers").target, Some(1_500.0));
    assert_eq!(row("visits").value, Some(6_890.0));
    let kpi = a.year.as_ref().unwrap().kpi("visits").unwrap();
    assert_eq!(kpi.previous, Some(6_420.0));
    assert_eq!(
        row("revenue_body").value.unwrap() + row("revenue_workshop").value.unwrap(),
        5_460_000.0
    );
    // 371 customers of 1,750 yuan each, out of 1,361 of 2,900.
    let rate = row("base_lost_value_rate").value.unwrap();
    assert!((rate - 371.0 * 1_750.0 / (1_361.0 * 2_900.0)).abs() < 1e-12);
}

#[test]
fn the_change_of_revenue_splits_into_parts_that_add_up_to_the_fen() {
    let year = sample_year::year_analysis().year.unwrap();
    let b = year.bridge.unwrap();
    assert_eq!((b.before, b.now), (502_000_000, 546_000_000));
    assert_eq!(b.before + b.volume + b.mix + b.price + b.other, b.now);
    // By hand: 6,420 visits of 4,940,000 before, 6,890 of 5,365,000 now.
    let yuan = |fen: f64| (fen * 100.0).round() as i64;
    assert_eq!(b.volume, yuan(470.0 * 4_940_000.0 / 6_420.0));
    let price = [
        (905.0, 1_640_000.0, 880.0, 1_520_000.0),
        (4_205.0, 2_490_000.0, 3_900.0, 2_240_000.0),
        (1_780.0, 1_235_000.0, 1_640.0, 1_180_000.0),
    ]
    .map(|(n, money, then, earned): (f64, f64, f64, f64)| yuan(money - n * earned / then))
    .iter()
    .sum::<i64>();
    assert_eq!(b.price, price);
    assert_eq!(b.mix, 42_500_000 - b.volume - price);
    assert_eq!(b.other, 44_000_000 - 42_500_000);
}

#[test]
fn no_bridge_without_two_whole_years() {
    let settings = Settings::default();
    for (end, data_from) in [("2025-12-30", "2023-01-02"), ("2025-12-31", "2024-01-12")] {
        let span = YearSpan {
            end: end.parse().unwrap(),
            data_from: data_from.parse().unwrap(),
            ..sample_year::span()
        };
        let year = year(&sample_year::year_answers(), span, &settings);
        assert_eq!((year.bridge, year.is_comparable()), (None, false), "{end}");
    }
    let span = YearSpan {
        data_from: "2024-01-04".parse().unwrap(),
        ..sample_year::span()
    };
    assert!(
        year(&sample_year::year_answers(), span, &settings)
            .bridge
            .is_some()
    );
}

#[test]
fn targets_are_held_against_each_other() {
    let mut answers = sample_year::year_answers();
    let target = |metric: &str, value: f64| {
        let (value, metric) = (Value::Float(value), Value::Text(metric.to_owned()));
        vec![Value::Int(2025), Value::Null, metric, value.clone(), value]
    };
    // The plan of the trade: 6.0 million = 2.2 + 3.8; 800 and 1,800 a visit; 650 a month, 20 a day; 1,500 people.
    answers.get_mut("targets").unwrap().rows = [
        ("营业额", 6_000_000.0),
        ("保险理赔产值", 2_200_000.0),
        ("维修及索赔产值", 3_800_000.0),
        ("维修单车产值", 800.0),
        ("保险单车产值", 1_800.0),
        ("月接车台次", 650.0),
        ("日接车台次", 20.0),
        ("基盘客户数", 1_500.0),
    ]
    .map(|(metric, value)| target(metric, value))
    .to_vec();
    let year = year(&answers, sample_year::span(), &Settings::default());
    let check = |key: &str| year.checks.iter().find(|c| c.key == key);
    let split = check("split").unwrap();
    assert!(split.agrees() && split.left == split.right);
    let money = check("money").unwrap();
    assert_eq!((money.left.round(), money.right), (5_972.0, 7_800.0));
    assert!(!money.agrees());
    let day = check("day").unwrap();
    assert_eq!((day.left, day.right), (20.0 * 348.0, 7_800.0));
    let base = check("base").unwrap();
    assert_eq!(base.left, 1_500.0 * (6_890.0 / 1_486.0));
    assert_eq!(
        check("revenue"),
        None,
        "no target of revenue per visit over all"
    );
}

#[test]
fn a_year_without_data_is_unknown_not_zero() {
    let a = sample_year::no_year();
    let year = a.year.unwrap();
    assert!(
        year.kpis
            .iter()
            .all(|k| k.value.is_none() && k.previous.is_none())
    );
    assert_eq!((year.bridge, year.ahead), (None, None));
    assert!(year.checks.is_empty() && year.tenths.is_empty());
}
