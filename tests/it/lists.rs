//! The list queries on a handful of units, each with one thing that matters to a caller.
//! Given in SQL, expected as a table: one line a unit.
#![allow(clippy::unwrap_used)]

use duckdb::Connection;
use retain::follow_up::Rules;
use retain::follow_up::rules::{CANDIDATES, DETAILS};
use retain::settings::Lists;

const GIVEN: &str = include_str!("lists_given.sql");

fn database() -> Connection {
    given("")
}

/// The same with something more.
fn given(more: &str) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&retain::scripts::schema()).unwrap();
    db.execute_batch(GIVEN).unwrap();
    db.execute_batch(more).unwrap();
    db.execute_batch(&Rules::new(&Lists::default()).unwrap().script())
        .unwrap();
    db.execute_batch("create temporary table list_placed as select unit_id from list_facts")
        .unwrap();
    db.execute_batch(&format!("create temporary table details as {DETAILS}"))
        .unwrap();
    db
}

/// The answer as text, cells parted by spaces, one line a row.
fn table(db: &Connection, columns: &str, from: &str) -> String {
    let cells: Vec<String> = columns
        .split(", ")
        .map(|c| format!("coalesce(cast({c} as varchar), '-')"))
        .collect();
    let sql = format!("select concat_ws(' ', {}) from {from}", cells.join(", "));
    let mut statement = db.prepare(&sql).unwrap();
    let lines = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    lines.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_list_names_its_units_from_the_latest_scores_before_the_calling_day() {
    let db = database();
    let named = table(
        &db,
        "list, unit_id, band, overdue_days, due_on, value_year, value_two_years",
        "list_candidates left join details using (unit_id) order by list, unit_id",
    );
    insta::assert_snapshot!(named, @r"
    lost 4 lost 400 - 750.0 1500.0
    loyal_slipping 1 loyal_slipping 50 2026-12-08 900.0 1800.0
    maintenance_due 1 due 50 2026-12-08 900.0 1800.0
    maintenance_due 2 due 120 2026-08-16 300.0 600.0
    maintenance_due 3 due -14 2026-12-08 500.0 700.0
    unsolved 3 escalation -14 2026-10-05 500.0 700.0
    unsolved 110 escalation - 2026-11-12 - -
    warning 1 warning 50 2026-12-08 900.0 1800.0
    warning 2 at_risk 120 2026-08-16 300.0 600.0
    ");
}

#[test]
fn the_details_have_one_row_a_unit() {
    let db = database();
    let grain = table(
        &db,
        "count(*), count(distinct unit_id), (select count(distinct unit_id) from list_candidates)",
        "details",
    );
    assert_eq!(grain, "5 5 5");
}

#[test]
fn contacts_bookings_complaints_and_refusals_reach_the_right_units() {
    let db = database();
    let found = table(
        &db,
        "unit_id, opted_out, open_complaints, in_shop, booked_for, other_booked_for, missed_on, reached_on, contact_on, contact_result_l2, contact_next_on",
        "details order by unit_id",
    );
    insta::assert_snapshot!(found, @r"
    1 false 0 false - 2026-11-28 2026-11-03 2026-09-01 2026-11-10 no_answer 2026-11-23
    2 false 0 false 2026-11-28 - - 2026-09-01 2026-11-10 no_answer 2026-11-23
    3 true 1 true - - - - - - -
    4 true 0 false - - - - - - -
    110 false 1 false - - - - - - -
    ");
}

#[test]
fn who_vehicle_and_last_visit_are_told() {
    let db = database();
    let found = table(
        &db,
        "unit_id, is_vehicle, customer_name, customer_kind, phone_primary, owner, plate, last_visit_on, last_visit_class, last_visit_amount, last_advisor, frequency_class, survey_score, gone, taxi",
        "details order by unit_id",
    );
    insta::assert_snapshot!(found, @r"
    1 true 王伟 person 13800000001 陈静 粤A00001 2026-07-12 maint 862.0 李工 A - false false
    2 true 王伟 person 13800000001 陈静 粤A00002 2026-11-22 - - 黄工 A - false false
    3 true 顺达物流 company 13800000003 - 粤A00003 2026-11-23 - - 何工 B - false false
    4 true 刘洋 person - - 粤A00004 2025-04-20 maint 600.0 李工 D 6.0 false false
    110 false 何敏 person 13800000010 - - - - - - - - false false
    ");
}

#[test]
fn a_wrong_number_is_one_until_somebody_is_reached_or_the_file_says_something_new() {
    let wrong =
        "insert into follow_ups (row_key, vin_key, contacted_at, channel, result_l1, result_l2)
                 values (90, 11, '2026-11-12 10:00', 'phone', 'failed', 'wrong_number');";
    let file = |day: &str| {
        format!(
            "insert into imports (import_id, today) values (7, '{day}');
             update customers set import_id = 7 where customer_id = 101;"
        )
    };
    let reached = "insert into follow_ups (row_key, vin_key, contacted_at, result_l1) values (91, 11, '2026-11-15 10:00', 'success');";
    for (more, is_wrong) in [
        (String::new(), "2026-11-12"),
        // The file that the number came from.
        (file("2026-11-12"), "2026-11-12"),
        (file("2026-11-13"), "-"),
        (reached.to_owned(), "-"),
    ] {
        let db = given(&format!("{wrong}{more}"));
        let found = table(&db, "wrong_number_on", "list_facts where unit_id = 1");
        assert_eq!(found, is_wrong, "{more}");
    }
}

/// Every column that the readers ask for is declared by the queries.
#[test]
fn the_queries_give_the_columns_that_they_declare() {
    let db = database();
    for (query, table) in [(CANDIDATES, "list_candidates"), (DETAILS, "details")] {
        let declared = query
            .lines()
            .find_map(|l| l.strip_prefix("-- output: "))
            .unwrap();
        let sql = format!("select column_name from (describe {table})");
        let mut statement = db.prepare(&sql).unwrap();
        let found = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        assert_eq!(
            found.map(Result::unwrap).collect::<Vec<_>>().join(", "),
            declared
        );
    }
}
