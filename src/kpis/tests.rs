#![allow(clippy::unwrap_used)]

use super::*;
use crate::analysis::{Mark, Value};

#[test]
fn every_query_has_its_header_and_asks_no_clock() {
    for (name, sql) in queries() {
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
    assert!(queries().windows(2).all(|w| w[0].0 < w[1].0));
}

#[test]
fn the_sample_answers_have_the_columns_of_the_queries() {
    let answers = sample::answers();
    for (name, sql) in queries() {
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
                assert!(
                    i18n::has(lang, &format!("{area}-{}", spec.id)),
                    "{}",
                    spec.id
                );
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
