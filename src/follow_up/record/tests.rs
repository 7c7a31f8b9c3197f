#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;

use super::*;
use crate::import::{FilledBook, FilledSheet};

fn today() -> NaiveDate {
    "2026-01-06".parse().unwrap()
}

fn book(sheets: &[(&str, &[&[&str]])]) -> FilledBook {
    FilledBook {
        file: "list.xlsx".to_owned(),
        sheets: sheets
            .iter()
            .map(|(name, rows)| FilledSheet {
                name: (*name).to_owned(),
                rows: (1u64..)
                    .zip(rows.iter())
                    .map(|(n, cells)| (n, cells.iter().map(|c| (*c).to_owned()).collect()))
                    .collect(),
            })
            .collect(),
        ..FilledBook::default()
    }
}

const MARKED: (&str, &[&[&str]]) = ("选项", &[&["retain-call-list-1"], &["2026-01-05"]]);

fn one(header: &[&str], cells: &[&str]) -> Filled {
    read(
        &book(&[("陈静", &[&["标题"], header, cells]), MARKED]),
        Some(today()),
    )
    .unwrap()
}

const HEADER: &[&str] = &[
    "结果 ▾",
    "细分 ▾",
    "约定日期",
    "备注",
    "拒绝营销 ▾",
    "task_id",
];

#[test]
fn a_row_is_read_whatever_the_place_of_its_columns_and_the_language() {
    let label = crate::follow_up::outcomes::outcome_label(crate::types::Lang::Zh, "other_date");
    let zh = one(
        HEADER,
        &["成功", &label, "2026-01-20", "下午打", "", "00ff"],
    );
    let en = one(
        &[
            "task_id",
            "Note",
            "Agreed date",
            "extra",
            "Detail",
            "No marketing",
            "Result",
        ],
        &[
            "00FF",
            "下午打",
            "2026/1/20",
            "x",
            "other_date",
            "no",
            "Success",
        ],
    );
    let answer = Answer {
        result_l1: Some("success".to_owned()),
        result_l2: Some("other_date".to_owned()),
        note: Some("下午打".to_owned()),
        next_on: "2026-01-20".parse().ok(),
        ..Answer::default()
    };
    assert_eq!(zh.filled[0].answer, answer);
    assert_eq!(en.filled[0].answer, answer);
    assert_eq!(zh.filled[0].task_id.as_deref(), Some("00ff"));
    assert_eq!(en.filled[0].task_id.as_deref(), Some("00ff"));
    assert_eq!(zh.calling_day, "2026-01-05".parse().ok());
}

#[test]
fn what_is_not_understood_is_told_with_its_place_and_the_row_waits() {
    let filled = one(
        HEADER,
        &["成功", "过两天来", "下周", "好", "别再打了", "00ff"],
    );
    let told: Vec<(&str, &str, u64)> = filled
        .slips
        .iter()
        .map(|s| (s.column.as_str(), s.reason, s.row))
        .collect();
    assert_eq!(
        told,
        [
            ("约定日期", "date", 3),
            ("细分", "outcome", 3),
            ("拒绝营销", "yes-no", 3)
        ]
    );
    let row = &filled.filled[0];
    assert!(!row.understood);
    // The refusal holds all the same.
    assert_eq!(
        row.answer,
        Answer {
            opt_out: true,
            ..Answer::default()
        }
    );
}

#[test]
fn promises_lie_ahead_and_results_agree_with_their_details() {
    for (cells, reason) in [
        (["", "", "2026-01-04", "", "", "a"], "promise-past"),
        (["", "", "2028-01-04", "", "", "a"], "promise-far"),
        (["failed", "booked", "", "", "", "a"], "disagree"),
        (["maybe", "", "", "", "", "a"], "result"),
    ] {
        let filled = one(HEADER, &cells);
        assert!(
            filled.slips.iter().any(|s| s.reason == reason),
            "{cells:?}: {:?}",
            filled.slips
        );
    }
}

#[test]
fn blank_rows_say_nothing_and_rows_without_a_task_are_kept_apart() {
    let filled = read(
        &book(&[(
            "陈静",
            &[
                &["车牌", "结果", "备注", "拒绝营销", "task_id"],
                &["粤A1", "", " ", "", "aa"],
                &["粤A2", "", "", "否", "bb"],
                &["粤A12345 菱智", "success", "=cmd|' /C calc'!A0", "", ""],
                &["", "", "", "", ""],
            ],
        )]),
        Some(today()),
    )
    .unwrap();
    assert_eq!((filled.rows, filled.blank, filled.filled.len()), (2, 2, 1));
    let added = &filled.filled[0];
    assert_eq!(
        (added.task_id.as_deref(), added.car.as_deref()),
        (None, Some("粤A12345"))
    );
    // Text is text.
    assert_eq!(added.answer.note.as_deref(), Some("=cmd|' /C calc'!A0"));
}

#[test]
fn a_book_without_our_columns_is_foreign_and_a_later_one_is_refused() {
    let foreign = book(&[("Sheet1", &[&["姓名", "结果"], &["王", "好"]])]);
    assert_eq!(
        read(&foreign, Some(today())).unwrap_err().key,
        "record-foreign"
    );
    let later = book(&[("选项", &[&["retain-call-list-9"]]), ("a", &[HEADER])]);
    assert_eq!(read(&later, Some(today())).unwrap_err().key, "record-newer");
}

#[test]
fn flags_of_numbers_and_cars_are_outcomes_too() {
    let header = &["task_id", "号码错误", "车已卖"];
    let wrong = &one(header, &["a", "是", ""]).filled[0];
    assert!(wrong.wrong_number && !wrong.answer.reached());
    assert_eq!(wrong.answer.result_l2.as_deref(), Some("wrong_number"));
    let sold = &one(header, &["a", "", "√"]).filled[0];
    assert_eq!(sold.answer.result_l2.as_deref(), Some("car_transferred"));
    assert_eq!(sold.answer.lost_reason.as_deref(), Some("car_sold"));
}

fn said(l1: Option<&str>, note: Option<&str>) -> Answer {
    Answer {
        result_l1: l1.map(str::to_owned),
        note: note.map(str::to_owned),
        ..Answer::default()
    }
}

fn known(answers: &[Answer]) -> Vec<Known> {
    (1..)
        .zip(answers)
        .map(|(row_key, answer)| Known {
            row_key,
            asked_on: None,
            answer: answer.clone(),
        })
        .collect()
}

#[test]
fn nothing_is_overwritten_silently() {
    use Repeated::{Keep, Replace};
    let ok = said(Some("success"), Some("a"));
    assert_eq!(settle(&ok, None, &[], Keep), Fate::New);
    assert_eq!(
        settle(&ok, None, &known(std::slice::from_ref(&ok)), Keep),
        Fate::Unchanged
    );
    // A blank takes nothing away.
    let less = said(Some("success"), None);
    assert_eq!(
        settle(&less, None, &known(std::slice::from_ref(&ok)), Replace),
        Fate::Unchanged
    );
    assert_eq!(
        settle(&ok, None, &known(std::slice::from_ref(&less)), Keep),
        Fate::Completed(1, ok.clone())
    );
    let other = said(Some("invalid"), Some("a"));
    assert_eq!(
        settle(&other, None, &known(std::slice::from_ref(&ok)), Keep),
        Fate::Conflict(ok.clone())
    );
    assert_eq!(
        settle(&other, None, &known(std::slice::from_ref(&ok)), Replace),
        Fate::Replaced(1, other.clone(), vec![])
    );
    let failed = said(Some("failed"), None);
    assert_eq!(
        settle(&ok, None, &known(std::slice::from_ref(&failed)), Keep),
        Fate::Further
    );
    // Sent a third time, both are known; asked to replace, only the last word stays.
    let both = known(&[ok, other.clone()]);
    assert_eq!(settle(&other, None, &both, Keep), Fate::Unchanged);
    assert_eq!(
        settle(&other, None, &both, Replace),
        Fate::Replaced(2, other.clone(), vec![1])
    );
    // The first one has its own place.
    let Fate::Replaced(1, first, gone) = settle(&both[0].answer, None, &both, Replace) else {
        panic!("not in its place");
    };
    assert_eq!((first, gone), (both[0].answer.clone(), vec![2]));
}

#[test]
fn a_refusal_of_marketing_outlasts_whatever_comes_after() {
    let refused = Answer {
        opt_out: true,
        ..said(Some("success"), None)
    };
    let Fate::Replaced(_, answer, _) = settle(
        &said(Some("invalid"), None),
        None,
        &known(&[refused]),
        Repeated::Replace,
    ) else {
        panic!("not replaced");
    };
    assert!(answer.opt_out);
}

#[test]
fn a_task_that_stays_open_is_tried_again_on_the_next_day() {
    let date = |text: &str| text.parse::<NaiveDate>().ok();
    let failed = said(Some("failed"), None);
    let tried: Vec<Known> = known(std::slice::from_ref(&failed))
        .into_iter()
        .map(|k| Known {
            asked_on: date("2026-01-05"),
            ..k
        })
        .collect();
    let again = |day| settle(&failed, date(day), &tried, Repeated::Keep);
    assert_eq!(again("2026-01-05"), Fate::Unchanged, "sent twice");
    assert_eq!(again("2026-01-06"), Fate::Further);
    // A note of the next day is none of the day before.
    let noted = said(None, Some("a message left"));
    assert_eq!(
        settle(&noted, date("2026-01-06"), &tried, Repeated::Keep),
        Fate::Further
    );
}

#[test]
fn whoever_booked_is_called_the_day_after_and_only_then() {
    let answer = |detail: &str| Answer {
        result_l2: Some(detail.to_owned()),
        next_on: "2026-01-09".parse().ok(),
        ..said(Some("success"), None)
    };
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    assert_eq!(answer("other_date").call_on(), day("2026-01-09"));
    assert_eq!(answer("booked").call_on(), day("2026-01-10"));
}

#[test]
fn lists_of_two_days_in_one_file_keep_their_days() {
    let header: &[&str] = &["calling_day", "结果", "约定日期", "task_id"];
    let rows: &[&[&str]] = &[
        header,
        &["2026-01-02", "成功", "2026-01-03", "aa"],
        &["2026-01-05", "成功", "", "bb"],
        &["", "成功", "", "cc"],
        // Before the day of its own list.
        &["2026-01-05", "成功", "2026-01-03", "dd"],
    ];
    let filled = read(&book(&[("list", rows)]), Some(today())).unwrap();
    let days: Vec<(&str, Option<NaiveDate>)> = filled
        .filled
        .iter()
        .map(|row| (row.task_id.as_deref().unwrap(), row.calling_day))
        .collect();
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    assert_eq!(
        days,
        [
            ("aa", day("2026-01-02")),
            ("bb", day("2026-01-05")),
            ("cc", day("2026-01-02")),
            ("dd", day("2026-01-05"))
        ]
    );
    let slips: Vec<(u64, &str)> = filled.slips.iter().map(|s| (s.row, s.reason)).collect();
    assert_eq!(slips, [(5, "promise-past")]);
}
