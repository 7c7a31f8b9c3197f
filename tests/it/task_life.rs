//! What ends a task and what does not, and how the tasks of each list are counted: given in SQL, asked as of a day.
#![allow(clippy::unwrap_used)]

use duckdb::Connection;

/// Tasks of unit 1 (customer 100) and what followed, as they stand at the end of 20 March 2026.
fn department(given: &str) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&retain::scripts::schema()).unwrap();
    db.execute_batch(
        "insert into customers (customer_id, kind) values (100, 'person');
         insert into vehicles (unit_id, customer_id) values (1, 100), (2, 100);
         insert into unit_keys values (11, null, null, 1), (12, null, null, 2);
         create temp table task_run as select date '2026-03-20' as on_day, 2 as escalate_after_days, 14 as expire_after_days,
             ['unsolved', 'low_csi', 'promised', 'first_call', 'second_call', 'file_incomplete'] as service_lists,
             ['unsolved', 'low_csi'] as by_word_alone, ['unsolved'] as answered_by_file;",
    )
    .unwrap();
    db.execute_batch(given).unwrap();
    for script in retain::scripts::SETTLING {
        db.execute_batch(retain::scripts::text(script)).unwrap();
    }
    db
}

/// A task of a unit; more columns as `name = value`.
fn task(id: &str, list: &str, opened: &str, due: &str, more: &str) -> String {
    format!(
        "insert into follow_up_tasks (task_id, list, unit_id, customer_id, open_on, made_on, due_on, state, holdout)
         values ('{id}', '{list}', 1, 100, '{opened}', '{opened}', '{due}', 'open', false);
         {}",
        if more.is_empty() {
            String::new()
        } else {
            format!("update follow_up_tasks set {more} where task_id = '{id}';")
        }
    )
}

fn contact(number: u32, key: u32, task: &str, day: &str, result: &str) -> String {
    format!(
        "insert into follow_ups (row_key, vin_key, customer_key, task_id, contacted_at, result_l1)
         values ({number}, {key}, 100, {task}, '{day} 10:00', '{result}');"
    )
}

/// One about unit 1 that belongs to no task, by that channel.
fn contact_by(channel: &str, day: &str) -> String {
    contact(1, 11, "null", day, "success")
        + &format!("update follow_ups set channel = '{channel}';")
}

fn order(day: &str) -> String {
    format!(
        "insert into orders (order_id, store_id, ro_no, vin_key, in_at) values (9, 'A', 'R9', 11, '{day} 09:00');"
    )
}

/// State, what ended it and when, of one task.
fn stands(given: &str, id: &str) -> String {
    let sql = format!(
        "select concat_ws(' ', state, ended_by, done_on::varchar) from follow_up_tasks where task_id = '{id}'"
    );
    department(given)
        .query_row(&sql, [], |row| row.get(0))
        .unwrap()
}

/// On time, late and not yet done, of one list.
fn kept(given: &str, list: &str) -> (i64, i64, i64) {
    let sql = format!(
        "select on_time, late, waiting + overdue + escalated + expired from task_timeliness where list = '{list}'"
    );
    department(given)
        .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
}

#[test]
fn a_call_about_something_else_ends_what_is_for_sale_and_no_duty_unless_its_row_named_it() {
    let other = task("o", "warning", "2026-03-02", "2026-03-06", "");
    let called = contact(1, 11, "'o'", "2026-03-05", "success");
    let sale = task("t", "renewal", "2026-03-02", "2026-03-06", "");
    let duty = task("t", "first_call", "2026-03-02", "2026-03-06", "");
    assert_eq!(
        stands(&format!("{other}{sale}{called}"), "t"),
        "done contact 2026-03-05"
    );
    assert_eq!(stands(&format!("{other}{duty}{called}"), "t"), "escalated");
    let named = task(
        "o",
        "unsolved",
        "2026-03-02",
        "2026-03-06",
        "lists = ['unsolved', 'first_call']",
    );
    assert_eq!(
        stands(&format!("{named}{duty}{called}"), "t"),
        "done contact 2026-03-05"
    );
}

#[test]
fn whoever_was_let_down_is_not_made_good_by_a_visit_but_by_a_word_or_a_told_answer() {
    for (list, stands_then) in [
        ("first_call", "done visit 2026-03-04"),
        ("low_csi", "escalated"),
        ("unsolved", "escalated"),
    ] {
        let given = task("t", list, "2026-03-02", "2026-03-04", "") + &order("2026-03-04");
        assert_eq!(stands(&given, "t"), stands_then, "{list}");
    }
    let complaint = |told: &str| {
        task("t", "unsolved", "2026-03-02", "2026-03-04", "")
            + &format!(
                "insert into complaints (row_key, vin_key, complained_at, told_customer_at) values (1, 11, '2026-03-01 10:00', {told});"
            )
    };
    assert_eq!(stands(&complaint("null"), "t"), "escalated");
    assert_eq!(
        stands(&complaint("'2026-03-06 11:00'"), "t"),
        "done contact 2026-03-06"
    );
    // One that knows its order alone, and one that is open beside it.
    let by_order = complaint("'2026-03-06 11:00'")
        .replace("row_key, vin_key", "row_key, store_id, ro_no")
        .replace("(1, 11,", "(1, 'A', 'R9',")
        + &order("2026-02-20");
    assert_eq!(stands(&by_order, "t"), "done contact 2026-03-06");
    let another = "insert into complaints (row_key, vin_key, complained_at) values (2, 11, '2026-03-01 12:00');";
    assert_eq!(
        stands(&(complaint("'2026-03-06 11:00'") + another), "t"),
        "escalated"
    );
}

#[test]
fn a_promise_is_kept_by_speaking_with_the_person_and_with_a_company_about_that_vehicle() {
    let promised = task(
        "p",
        "promised",
        "2026-03-10",
        "2026-03-10",
        "made_on = '2026-03-02'",
    );
    let about_another = contact(1, 12, "null", "2026-03-04", "success");
    assert_eq!(
        stands(&format!("{promised}{about_another}"), "p"),
        "done contact 2026-03-04"
    );
    let company = "update customers set kind = 'company';";
    assert_eq!(
        stands(&format!("{company}{promised}{about_another}"), "p"),
        "escalated"
    );
    // The call in which it was made keeps it not.
    let made = contact(1, 11, "null", "2026-03-02", "success");
    assert_eq!(stands(&format!("{promised}{made}"), "p"), "escalated");
    // Nor does one made for the same day; what is said later that day does.
    let today = task("p", "promised", "2026-03-02", "2026-03-02", "");
    let agreed = format!("{made} update follow_ups set next_at = '2026-03-02';");
    assert_eq!(stands(&format!("{today}{agreed}"), "p"), "escalated");
    let later = contact(2, 11, "null", "2026-03-02", "success");
    assert_eq!(
        stands(&format!("{today}{agreed}{later}"), "p"),
        "done contact 2026-03-02"
    );
    // Neither a letter nor a message is a talk, whatever came of it.
    for channel in ["letter", "sms"] {
        let sent = contact_by(channel, "2026-03-04");
        assert_eq!(stands(&format!("{promised}{sent}"), "p"), "escalated");
    }
    // One that a list took from another system's date was made long before: it is kept on its first day.
    let noted = task("p", "promised", "2026-03-10", "2026-03-08", "");
    let on_the_day = contact(1, 11, "null", "2026-03-10", "success");
    assert_eq!(
        stands(&format!("{noted}{on_the_day}"), "p"),
        "done contact 2026-03-10"
    );
}

#[test]
fn a_letter_is_done_by_a_letter() {
    let letter = task("t", "event_letter", "2026-03-02", "2026-03-04", "");
    for (channel, says) in [("phone", "expired"), ("letter", "done contact 2026-03-03")] {
        let contact = contact_by(channel, "2026-03-03");
        assert_eq!(
            stands(&format!("{letter}{contact}"), "t"),
            says,
            "{channel}"
        );
    }
}

#[test]
fn what_another_task_stands_for_is_done_by_its_own_answer_alone() {
    let planned = task(
        "t",
        "warning",
        "2026-03-02",
        "2026-03-06",
        "state = 'suppressed', ended_by = 'superseded'",
    );
    let elsewhere = contact(1, 11, "null", "2026-03-05", "success");
    assert_eq!(
        stands(&format!("{planned}{elsewhere}"), "t"),
        "suppressed superseded"
    );
    let own = contact(1, 11, "'t'", "2026-03-05", "success");
    assert_eq!(
        stands(&format!("{planned}{own}"), "t"),
        "done contact 2026-03-05"
    );
}

#[test]
fn each_list_of_a_row_is_judged_by_its_own_day_and_a_visit_is_no_call_in_time() {
    let row = task(
        "t",
        "warning",
        "2026-03-02",
        "2026-02-01",
        "lists = ['warning', 'renewal'], dues = [date '2026-03-06', date '2026-02-01']",
    );
    let called = row.clone() + &contact(1, 11, "'t'", "2026-03-05", "success");
    assert_eq!(kept(&called, "warning"), (1, 0, 0));
    assert_eq!(kept(&called, "renewal"), (0, 1, 0));
    assert_eq!(kept(&row, "renewal"), (0, 0, 1));
    // A task of its own beside it counts once.
    let beside = called + &task("r", "renewal", "2026-03-01", "2026-03-31", "");
    assert_eq!(kept(&beside, "renewal"), (1, 0, 0));
    let came = |list: &str| task("t", list, "2026-03-02", "2026-03-06", "") + &order("2026-03-04");
    assert_eq!(kept(&came("first_call"), "first_call"), (0, 0, 0));
    assert_eq!(kept(&came("warning"), "warning"), (1, 0, 0));
}
