//! What callers and other systems write about a contact is read as the catalogue of outcomes reads it.
#![allow(clippy::unwrap_used)]

use duckdb::Connection;
use retain::follow_up::outcomes::{OUTCOMES, outcome_label};
use retain::types::Lang;

fn database() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(retain::scripts::text("contacts/says_reached"))
        .unwrap();
    db
}

fn says(db: &Connection, macro_name: &str, l1: Option<&str>, l2: Option<&str>) -> bool {
    let sql = format!("select {macro_name}(?::varchar, ?::varchar)");
    db.query_row(&sql, duckdb::params![l1, l2], |row| row.get(0))
        .unwrap()
}

#[test]
fn labels_of_both_languages_are_read_like_their_codes() {
    let db = database();
    for (result, code) in OUTCOMES {
        for word in [
            (*code).to_owned(),
            outcome_label(Lang::Zh, code),
            outcome_label(Lang::En, code),
        ] {
            let reached = says(&db, "says_reached", None, Some(&word));
            assert_eq!(reached, *result != "failed", "{word}");
            let untried = says(&db, "says_untried", None, Some(&word));
            assert_eq!(untried, *code == "not_dialled", "{word}");
        }
    }
}

#[test]
fn words_of_other_systems_that_say_nobody_answered_are_no_contact() {
    let db = database();
    for word in [
        "未接通",
        "无法接通",
        "没人接",
        "无人接听",
        "无人应答",
        "没人应答",
        "无应答",
        "占线",
        "打不通",
        "没打通",
        "联系不上",
        "暂时无法接通",
        "不在服务区",
        "没接电话",
        "拒接",
        "关机",
        "已停机",
        "空号",
        "号码不对",
        "No answer",
        "Voicemail",
        "Phone off",
        "line busy",
        "not reached",
        "Wrong number",
    ] {
        assert!(!says(&db, "says_reached", Some(word), None), "{word}");
    }
    for word in [
        "接通",
        "成功",
        "没打算来",
        "不接受价格",
        "没接到通知",
        "预约成功",
        "客户满意",
        "公里没到",
        "挂断",
        "明确拒绝",
        "Reached",
        "Will come",
        "not interested",
        "Mileage not reached",
    ] {
        assert!(says(&db, "says_reached", Some(word), None), "{word}");
    }
}

#[test]
fn a_note_alone_is_no_answer_to_a_task_and_a_bare_contact_took_place() {
    let db = database();
    let answer = |values: &str| -> bool {
        db.query_row(&format!("select is_answer({values})"), [], |row| row.get(0))
            .unwrap()
    };
    assert!(!answer("'t1', null, null, null, null, false"));
    assert!(answer("null, null, null, null, null, null"));
    assert!(answer("'t1', 'success', null, null, null, false"));
    assert!(answer(
        "'t1', null, null, null, timestamp '2026-01-09', false"
    ));
    assert!(answer("'t1', null, null, null, null, true"));
    assert!(!answer(
        "'t1', 'failed', 'no_answer', null, timestamp '2026-01-09', false"
    ));
}
