//! The timers of the lists at their edges: on which days a list names a unit, and by when the call is due.
//! One unit with one event each, asked day by day, over month ends and a leap day.
#![allow(clippy::unwrap_used)]

use chrono::{Days, NaiveDate};
use duckdb::Connection;
use retain::follow_up::rules::{EVENTS, rule};

/// A department with one vehicle, its customer and scores of the day before every calling day that is asked.
fn department(events: &str) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&retain::scripts::schema()).unwrap();
    db.execute_batch(
        "create table visits (visit_id ubigint, unit_id ubigint, is_maint boolean);
         insert into customers (customer_id, name, phone_primary) values (100, '王伟', '13800000001');
         insert into vehicles (unit_id, customer_id, plate, model, sold_by_us, purchase_date)
         values (1, 100, '粤A00001', '菱智', true, date '2019-05-01');
         insert into unit_keys values (11, null, null, 1), (21, null, null, 1);
         insert into vehicle_scores (as_of, unit_id, customer_id, churn_state, loyalty_tier)
         values (date '2020-01-01', 1, 100, 'active', 'stable');",
    )
    .unwrap();
    db.execute_batch(events).unwrap();
    db
}

/// First and last day on which the list names the unit, and its due day as told on both.
fn named(db: &Connection, list: &str, from: &str, to: &str) -> String {
    let (from, to): (NaiveDate, NaiveDate) = (from.parse().unwrap(), to.parse().unwrap());
    let query = &rule(list).unwrap().query;
    let days: Vec<NaiveDate> = from.iter_days().take_while(|d| *d <= to).collect();
    let found: Vec<(NaiveDate, String)> = days
        .into_iter()
        .filter_map(|day| {
            db.execute_batch(&format!(
                "create or replace temp table run as
                 select date '{}' as as_of, date '{day}' as calling_day, 14 as due_window_days, 60 as max_stay_days,
                     3 as first_call_opens, 7 as first_call_due, 7 as second_call_opens, 14 as second_call_due,
                     7 as late_days, 2 as unsolved_days, 60 as recovery_days, 90 as renewal_opens, 45 as renewal_due,
                     14 as event_notice_days, 28 as event_loyal_opens, 21 as event_opens, 2 as event_letter_days,
                     60 as warranty_opens, 36 as warranty_months, 2 as file_days, 30 as file_window_days,
                     12 as never_months, 3 as first_interval_months,
                     1.75::double as at_risk_ratio, 2.0::double as lost_ratio, 0.8::double as low_score;",
                day - Days::new(1)
            ))
            .unwrap();
            db.execute_batch(EVENTS).unwrap();
            let sql = format!("select cast(due_on as varchar) from ({query}) where unit_id = 1");
            let due = db.query_row(&sql, [], |row| row.get::<_, String>(0)).ok()?;
            Some((day, due))
        })
        .collect();
    let Some(((first, due), (last, due_then))) = found.first().zip(found.last()) else {
        return "never".to_owned();
    };
    assert_eq!(
        i64::try_from(found.len()).unwrap(),
        (*last - *first).num_days() + 1,
        "named without a gap"
    );
    assert_eq!(due, due_then, "the due day stays");
    format!("{first}..{last}, due {due}")
}

fn order(number: u32, came: &str, out: &str) -> String {
    format!(
        "insert into orders (order_id, store_id, ro_no, vin_key, customer_key, in_at, out_at, settled_at, status, job_class, has_settlement)
         values ({number}, 'A', 'R{number}', 11, 100, '{came} 09:00', '{out} 17:00', '{out} 17:00', 'settled', 'maint', true);"
    )
}

fn contact(number: u32, day: &str, result: &str) -> String {
    format!(
        "insert into follow_ups (row_key, vin_key, customer_key, contacted_at, channel, result_l1)
         values ({number}, 11, 100, '{day} 10:00', 'phone', '{result}');"
    )
}

#[test]
fn the_first_call_opens_on_day_three_and_is_due_on_day_seven() {
    let db = department(&order(1, "2024-02-24", "2024-02-25"));
    assert_eq!(
        named(&db, "first_call", "2024-02-20", "2024-03-31"),
        "2024-02-28..2024-03-10, due 2024-03-03"
    );
}

#[test]
fn the_first_call_ends_with_the_contact_but_not_with_an_attempt() {
    let events = order(1, "2026-01-28", "2026-01-29") + &contact(1, "2026-02-01", "failed");
    assert_eq!(
        named(
            &department(&events),
            "first_call",
            "2026-01-20",
            "2026-03-10"
        ),
        "2026-02-01..2026-02-12, due 2026-02-05"
    );
    let events = events + &contact(2, "2026-02-03", "success");
    assert_eq!(
        named(
            &department(&events),
            "first_call",
            "2026-01-20",
            "2026-03-10"
        ),
        "2026-02-01..2026-02-03, due 2026-02-05"
    );
    // A newer visit begins anew.
    let events = events + &order(2, "2026-02-20", "2026-02-20");
    assert_eq!(
        named(
            &department(&events),
            "first_call",
            "2026-02-10",
            "2026-03-31"
        ),
        "2026-02-23..2026-03-06, due 2026-02-27"
    );
}

#[test]
fn the_second_call_counts_from_the_first_contact_not_from_the_delivery() {
    let events = order(1, "2026-01-28", "2026-01-29") + &contact(1, "2026-02-04", "success");
    assert_eq!(
        named(
            &department(&events),
            "second_call",
            "2026-01-20",
            "2026-03-31"
        ),
        "2026-02-11..2026-02-25, due 2026-02-18"
    );
    let done = events + &contact(2, "2026-02-11", "success");
    assert_eq!(
        named(
            &department(&done),
            "second_call",
            "2026-01-20",
            "2026-03-31"
        ),
        "2026-02-11..2026-02-11, due 2026-02-18"
    );
}

#[test]
fn an_unsolved_item_is_due_within_two_days_then_chased_and_told_on_the_day_of_the_answer() {
    let complaint = |rest: &str| {
        department(&format!(
            "insert into complaints (row_key, vin_key, complained_at, escalated_at, solved_at, told_customer_at)
             values (1, 11, '2026-02-27 10:00', {rest});"
        ))
    };
    assert_eq!(
        named(
            &complaint("null, null, null"),
            "unsolved",
            "2026-02-20",
            "2026-03-20"
        ),
        "2026-02-28..2026-03-20, due 2026-03-01"
    );
    assert_eq!(
        named(
            &complaint("'2026-02-28 09:00', '2026-03-04 15:00', '2026-03-04 16:00'"),
            "unsolved",
            "2026-03-02",
            "2026-03-20"
        ),
        "2026-03-02..2026-03-04, due 2026-03-02"
    );
    assert_eq!(
        named(
            &complaint("'2026-02-28 09:00', '2026-03-04 15:00', null"),
            "unsolved",
            "2026-03-05",
            "2026-03-20"
        ),
        "2026-03-05..2026-03-20, due 2026-03-04"
    );
}

#[test]
fn a_complaint_is_asked_for_until_it_is_closed_whoever_it_names_and_however_old() {
    let complaint = |key: &str, more: &str| {
        department(&format!(
            "insert into complaints (row_key, {key}, complained_at) values (1, {}, '2025-11-01 10:00'); {more}",
            if key == "vin_key" { 11 } else { 100 }
        ))
    };
    // Whoever complains and has neither a vehicle nor a visit is a unit of their own, until somebody has called.
    let stranger = "insert into customers (customer_id, name) values (1, '何敏');
         insert into complaints (row_key, customer_key, complained_at) values (1, 1, '2025-11-01 10:00');
         delete from vehicle_scores; delete from vehicles;";
    let called = "insert into follow_up_tasks (task_id, list, unit_id, open_on) values ('t', 'unsolved', 1, '2026-03-02');
         insert into follow_ups (row_key, customer_key, contacted_at, result_l1, task_id) values (9, 1, '2026-03-05 10:00', 'success', 't');";
    for (more, says) in [
        ("", "2026-03-01..2026-03-20, due 2025-11-03"),
        (called, "2026-03-07..2026-03-20, due 2026-03-07"),
    ] {
        let from = if more.is_empty() {
            "2026-03-01"
        } else {
            "2026-03-06"
        };
        let db = department(&format!("{stranger} {more}"));
        assert_eq!(named(&db, "unsolved", from, "2026-03-20"), says);
    }
    for key in ["vin_key", "customer_key"] {
        assert_eq!(
            named(&complaint(key, ""), "unsolved", "2026-03-01", "2026-03-20"),
            "2026-03-01..2026-03-20, due 2025-11-03"
        );
    }
    // After a call about it, it rests for days, and is due anew.
    let called = complaint(
        "vin_key",
        "insert into follow_up_tasks (task_id, list, unit_id, open_on) values ('t', 'unsolved', 1, '2026-03-02');
         insert into follow_ups (row_key, vin_key, contacted_at, result_l1, task_id) values (9, 11, '2026-03-05 10:00', 'success', 't');",
    );
    assert_eq!(
        named(&called, "unsolved", "2026-03-06", "2026-03-20"),
        "2026-03-07..2026-03-20, due 2026-03-07"
    );
}

#[test]
fn an_answer_is_told_before_another_item_is_chased() {
    let db = department(
        "insert into complaints (row_key, vin_key, complained_at, escalated_at, solved_at) values
             (1, 11, '2026-02-20 10:00', null, null), (2, 11, '2026-02-25 10:00', '2026-02-26 09:00', '2026-03-03 15:00');",
    );
    assert_eq!(
        named(&db, "unsolved", "2026-03-04", "2026-03-10"),
        "2026-03-04..2026-03-10, due 2026-03-03"
    );
}

#[test]
fn a_low_survey_is_listed_until_somebody_has_called() {
    let survey = "insert into surveys (row_key, vin_key, surveyed_at, score, scale_max) values (1, 11, '2026-02-27 12:00', 7.9, 10);";
    let events = survey.to_owned() + &contact(1, "2026-03-02", "success");
    assert_eq!(
        named(&department(&events), "low_csi", "2026-02-20", "2026-03-20"),
        "2026-02-28..2026-03-02, due 2026-03-01"
    );
    let fair = department(&survey.replace("7.9", "8"));
    assert_eq!(named(&fair, "low_csi", "2026-02-20", "2026-03-20"), "never");
}

#[test]
fn a_renewal_opens_ninety_days_before_the_end_and_must_be_called_forty_five_before() {
    let policy = "insert into insurance_policies (row_key, vin_key, start_date, end_date, insurer)
         values (1, 11, '2025-04-01', '2026-03-31', '中禾');";
    assert_eq!(
        named(&department(policy), "renewal", "2025-12-20", "2026-04-10"),
        "2025-12-31..2026-03-31, due 2026-02-14"
    );
    let renewed = policy.to_owned()
        + "insert into insurance_policies (row_key, vin_key, start_date, end_date) values (2, 11, '2026-04-01', '2027-03-31');";
    assert_eq!(
        named(&department(&renewed), "renewal", "2025-12-20", "2026-04-10"),
        "never"
    );
}

/// A department that asks its one vehicle to an event, told of on that day.
fn event(notified: &str) -> Connection {
    department(&format!(
        "insert into campaigns (store_id, name, kind, start_on, end_on) values ('A', '讲堂', '讲堂', '2026-03-08', '2026-03-08');
         insert into campaign_members (row_key, store_id, campaign, vin_key, notified_on) values (1, 'A', '讲堂', 11, {notified});"
    ))
}

/// What a list asked for that day, under the event's name, was done.
fn done(db: &Connection, list: &str, channel: &str, day: &str) {
    db.execute_batch(&format!(
        "insert into follow_up_tasks (task_id, list, unit_id, open_on, reference) values ('t', '{list}', 11, '{day}', '讲堂');
         insert into follow_ups (row_key, vin_key, contacted_at, channel, result_l1, task_id)
         values (9, 11, '{day}', '{channel}', 'success', 't');"
    ))
    .unwrap();
}

#[test]
fn an_event_is_told_two_weeks_ahead_the_loyal_first_and_the_letter_follows_in_two_days() {
    let db = event("null");
    assert_eq!(
        named(&db, "event_notice", "2026-01-20", "2026-03-20"),
        "2026-02-15..2026-03-07, due 2026-02-22"
    );
    db.execute_batch("update vehicle_scores set loyalty_tier = 'loyal'")
        .unwrap();
    assert_eq!(
        named(&db, "event_notice", "2026-01-20", "2026-03-20"),
        "2026-02-08..2026-03-07, due 2026-02-22"
    );
    let told = event("date '2026-02-27'");
    assert_eq!(
        named(&told, "event_letter", "2026-02-20", "2026-03-20"),
        "2026-02-28..2026-03-07, due 2026-03-01"
    );
    // Once it is recorded, nobody is asked for it again.
    done(&told, "event_letter", "letter", "2026-03-01");
    assert_eq!(
        named(&told, "event_letter", "2026-02-20", "2026-03-20"),
        "2026-02-28..2026-03-01, due 2026-03-01"
    );
}

#[test]
fn a_call_that_another_list_opened_tells_of_the_event_too() {
    let db = event("null");
    done(&db, "maintenance_due", "phone", "2026-02-20");
    assert_eq!(
        named(&db, "event_letter", "2026-02-15", "2026-03-20"),
        "2026-02-21..2026-03-01, due 2026-02-22"
    );
}

#[test]
fn a_letter_on_the_row_of_another_list_is_asked_for_until_it_is_written() {
    for (channel, listed) in [
        ("phone", "2026-02-28..2026-03-07, due 2026-03-01"),
        ("letter", "2026-02-28..2026-02-28, due 2026-03-01"),
    ] {
        let told = event("date '2026-02-27'");
        done(&told, "warning", channel, "2026-02-28");
        told.execute_batch("update follow_up_tasks set lists = ['warning', 'event_letter']")
            .unwrap();
        assert_eq!(
            named(&told, "event_letter", "2026-02-20", "2026-03-20"),
            listed,
            "{channel}"
        );
    }
}

#[test]
fn a_focus_campaign_runs_from_its_first_day_to_its_last() {
    let db = department(
        "insert into campaigns (store_id, name, kind, start_on, end_on) values ('A', '海珠', 'focus', '2026-02-27', '2026-03-02');
         insert into campaign_members (row_key, store_id, campaign, customer_key) values (1, 'A', '海珠', 100);",
    );
    assert_eq!(
        named(&db, "focus_campaign", "2026-02-20", "2026-03-20"),
        "2026-02-27..2026-03-02, due 2026-03-02"
    );
}

#[test]
fn first_maintenance_and_warranty_count_from_the_purchase() {
    let db = department("update vehicles set purchase_date = date '2025-11-30';");
    assert_eq!(
        named(&db, "first_maintenance", "2026-02-01", "2026-04-10"),
        "2026-02-14..2026-04-10, due 2026-02-28"
    );
    // Three years from the purchase; half of the window is left for the visit.
    assert_eq!(
        named(&db, "warranty_ending", "2028-09-20", "2028-12-10"),
        "2028-10-01..2028-11-30, due 2028-10-31"
    );
}

#[test]
fn a_gap_in_the_file_is_due_two_days_after_the_visit() {
    let db = department(
        &(order(1, "2026-02-27", "2026-02-27") + "update customers set phone_primary = null;"),
    );
    assert_eq!(
        named(&db, "file_incomplete", "2026-02-20", "2026-04-10"),
        "2026-02-28..2026-03-29, due 2026-03-01"
    );
}
