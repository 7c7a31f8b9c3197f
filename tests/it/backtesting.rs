//! The rows behind a backtest, as somebody who tries a model of their own finds them.

use retain::store::Store;

use super::support::{Shop, department, rows as rows_of};

#[test]
fn the_rows_of_a_backtest_are_those_it_judged_and_say_nothing_of_whom() {
    let shop = Shop::copy_of(department());
    let line = "backtest --cutoff 2025-04-01 --rows rows.parquet --json";
    let found = shop.retain(line).succeeds().json();
    let rows = shop.path("rows.parquet");
    let from = format!("from '{}'", rows.display());
    let nowhere = Store::in_memory().unwrap();
    let one = |sql: &str| rows_of(&nowhere, &format!("{sql} {from}")).join("\n");
    let cutoff = &found["cutoffs"][0];
    assert_eq!(
        one(
            "select count(*) filter (part = 'judged'), count(*) filter (part = 'judged' and \"left\"), count(*)"
        ),
        format!(
            "{}|{}|{}",
            cutoff["units"], cutoff["events"], found["rows_written"]
        )
    );
    // What is judged has what the score command would have said; what was learned from has not.
    assert_eq!(
        one(
            "select bool_and((score is not null) = (part = 'judged')), bool_and(score between 0 and 1), count(distinct cutoff)"
        ),
        "true|true|1"
    );
    assert_eq!(
        one("select bool_and(hiatus_days >= 0), bool_and(visits >= 1)"),
        "true|true"
    );
    let columns = rows_of(
        &nowhere,
        &format!(
            "select column_name from (describe select * {from}) where column_name like '%id' or column_name in ('vin', 'plate')"
        ),
    );
    assert_eq!(columns, Vec::<String>::new());
}

#[test]
fn rows_that_cannot_be_written_leave_no_half_of_a_file() {
    let shop = Shop::copy_of(department());
    shop.file("taken", "");
    shop.retain("backtest --cutoff 2025-04-01 --rows taken/rows.parquet")
        .ends_with(2);
    assert!(!shop.path("taken/rows.parquet").exists());
}
