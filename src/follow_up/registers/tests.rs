#![allow(clippy::unwrap_used)]
use super::*;
use crate::follow_up::paper::Part;
use crate::i18n::Currency;
use crate::table::{Table, Value};

fn table(columns: &[&str], rows: Vec<Vec<Value>>) -> Table {
    Table {
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows,
    }
}

fn said(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_register_and_column_is_named_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        for register in REGISTERS {
            assert!(
                !register.name(lang).starts_with("register-"),
                "{}",
                register.id
            );
            for column in register.columns {
                assert!(
                    !column.label(lang).starts_with("register-"),
                    "{}",
                    column.key
                );
            }
        }
        for code in [
            "name", "address", "phone", "plate", "model", "interval", "next_due",
        ] {
            assert!(
                crate::i18n::has(lang, &format!("register-lacks-{code}")),
                "{code}"
            );
        }
    }
}

#[test]
fn codes_are_said_in_words_and_what_is_unknown_stays_empty() {
    let rows = table(
        &[
            "contacted_on",
            "result_l1",
            "result_l2",
            "lost_reason",
            "opt_out",
            "direction",
            "note",
        ],
        vec![vec![
            Value::Date(day("2026-01-05")),
            said("failed"),
            said("no_answer"),
            Value::Null,
            Value::Bool(false),
            said("out"),
            said("=1+1\u{7}\n再打"),
        ]],
    );
    let row = rows.records().next().unwrap();
    let said_in = |lang: Lang, id: &str, key: &str| {
        let register = REGISTERS.iter().find(|r| r.id == id).unwrap();
        let column = register.columns.iter().find(|c| c.key == key).unwrap();
        column.words(lang, &row)
    };
    let in_words = |id: &str, key: &str| said_in(Lang::En, id, key);
    assert_eq!(in_words("calls", "contacted_on"), "2026-01-05");
    assert_eq!(in_words("calls", "result_l1"), "Not reached");
    assert_eq!(in_words("calls", "result_l2"), "No answer");
    assert_eq!(in_words("call_records", "lost_reason"), "");
    assert_eq!(in_words("call_records", "opt_out"), "");
    assert_eq!(in_words("call_records", "note"), "=1+1  再打");
    assert_eq!(said_in(Lang::Zh, "calls", "direction"), "打出");
}

#[test]
fn a_card_holds_its_own_visits_and_what_was_said_to_its_customer() {
    let files = table(
        &["unit_id", "customer_id", "name", "plate", "visits"],
        vec![
            vec![
                Value::Id(11),
                Value::Id(1),
                said("王伟"),
                said("粤A00001"),
                Value::Int(2),
            ],
            vec![
                Value::Id(12),
                Value::Id(2),
                Value::Null,
                said("粤A00002"),
                Value::Int(0),
            ],
        ],
    );
    let visits = table(
        &[
            "unit_id",
            "first_on",
            "main_class",
            "odometer_km",
            "paid_amount",
            "advisor",
        ],
        vec![
            vec![
                Value::Id(11),
                Value::Date(day("2025-01-02")),
                said("maint"),
                Value::Int(12_345),
                Value::Float(560.0),
                said("李工"),
            ],
            vec![
                Value::Id(11),
                Value::Date(day("2025-07-09")),
                said("repair"),
                Value::Null,
                Value::Null,
                Value::Null,
            ],
        ],
    );
    let calls = table(
        &["unit_id", "customer_id", "contacted_on", "note"],
        vec![
            vec![
                Value::Id(11),
                Value::Id(1),
                Value::Date(day("2025-02-01")),
                said("车好"),
            ],
            // Said to the customer, no vehicle named.
            vec![
                Value::Null,
                Value::Id(1),
                Value::Date(day("2025-03-01")),
                said("换人"),
            ],
        ],
    );
    let rows = CardRows {
        files,
        visits,
        calls,
        letters: Table::default(),
    };
    let paper = cards(
        &rows,
        "店",
        day("2025-12-31"),
        &Currency::default(),
        Lang::Zh,
    );
    assert_eq!(paper.sheets.len(), 2);
    let tables = |at: usize| -> Vec<Vec<Vec<String>>> {
        paper.sheets[at]
            .parts
            .iter()
            .filter_map(|p| match p {
                Part::Table(t) => Some(t.rows.clone()),
                _ => None,
            })
            .collect()
    };
    let first = tables(0);
    // The newest comes first; what is unknown is a gap, not a nought.
    assert_eq!(first[0][0], ["2025-07-09", "一般维修", "", "", ""]);
    assert_eq!(first[0][1][2..], ["12,345", "560", "李工"]);
    assert_eq!(first[1].len(), 2);
    assert!(first[2].is_empty());
    assert!(tables(1).iter().all(Vec::is_empty));
    assert!(paper.sheets[0].title.starts_with("王伟 · 粤A00001"));
}
