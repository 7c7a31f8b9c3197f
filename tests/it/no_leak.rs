//! A score of an earlier day knows nothing that became known later: it equals the score of a database that
//! was given only what was known on that day.

use std::path::{Path, PathBuf};

use retain::store::Store;

use super::support::{
    MONEY, Shop, csv_files, department, difference, files_below, generated, small,
};

/// What was known of each file on a day, as SQL over its rows: columns that change, and the rows that are there.
/// `{d}` is the day.
fn known(file: &str, columns: &[String]) -> Option<(String, String)> {
    let day = |column: &str| day_of(column);
    let has = |column: &str| columns.iter().any(|c| c == column);
    let later = |column: &str, date: &str| {
        format!("case when {date} <= date '{{d}}' then \"{column}\" end as \"{column}\"")
    };
    let (mut changed, rows): (Vec<String>, String) = match file {
        "work_orders.csv" => {
            let money_on = format!(
                "coalesce({}, {}, {})",
                day("结算日期"),
                day("出厂日期"),
                day("进厂日期")
            );
            let mut changed: Vec<String> = MONEY.map(|c| later(c, &money_on)).to_vec();
            changed.push(later("结算日期", &day("结算日期")));
            changed.push(later("出厂日期", &day("出厂日期")));
            changed.push(format!(
                "case when {money_on} <= date '{{d}}' then \"工单状态\" else '在修' end as \"工单状态\""
            ));
            (changed, format!("{} <= date '{{d}}'", day("进厂日期")))
        }
        // What changes without a date is known from the day of its import alone; what does not change, always.
        "vehicles.csv" => (
            [
                "客户编号",
                "下次保养日期",
                "下次保养里程",
                "保险到期日",
                "年审到期日",
                "车辆状态",
            ]
            .map(|c| format!("null as \"{c}\""))
            .to_vec(),
            format!("{0} is null or {0} <= date '{{d}}'", day("购车日期")),
        ),
        "customers.csv" => (vec!["null as \"服务顾问\"".to_owned()], "true".to_owned()),
        // Whether somebody came is known at the end of the day that was booked.
        "appointments.csv" => (
            ["状态", "工单号"]
                .map(|c| later(c, &day("预约时间")))
                .to_vec(),
            format!(
                "coalesce({}, {}) <= date '{{d}}'",
                day("登记时间"),
                day("预约时间")
            ),
        ),
        "complaints.csv" => (
            ["解决时间", "告知时间", "上报时间"]
                .map(|c| later(c, &day(c)))
                .to_vec(),
            format!("{} <= date '{{d}}'", day("日期")),
        ),
        "surveys.csv" | "follow_ups.csv" => {
            (Vec::new(), format!("{} <= date '{{d}}'", day("日期")))
        }
        "insurance_policies.csv" => (
            Vec::new(),
            format!(
                "coalesce({}, ({} - interval 12 month)::date) <= date '{{d}}'",
                day("起保日"),
                day("到期日")
            ),
        ),
        _ => return None,
    };
    changed.retain(|c| {
        columns
            .iter()
            .any(|name| c.ends_with(&format!("as \"{name}\"")))
    });
    assert!(file != "work_orders.csv" || has("结算日期"));
    let replaced = if changed.is_empty() {
        String::new()
    } else {
        format!(" replace ({})", changed.join(", "))
    };
    Some((format!("select *{replaced}"), rows))
}

/// The day of a cell in any of the forms that the sample files use.
fn day_of(column: &str) -> String {
    format!(
        "coalesce(try_strptime(replace(replace(replace(replace(replace(\"{column}\", '年', '-'), '月', '-'), '日', ''), '/', '-'), '.', '-')[1:10], \
         ['%Y-%m-%d', '%Y%m%d'])::date, null)"
    )
}

/// Writes the files of `from` as they could have been exported on that day.
fn as_known_on(day: &str, from: &[PathBuf], to: &Path) -> Vec<PathBuf> {
    let engine = Store::in_memory().unwrap();
    let mut written = Vec::new();
    for file in from {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let source = format!(
            "read_csv('{}', all_varchar = true, header = true, auto_detect = true, quote = '\"')",
            file.display()
        );
        let described = engine
            .table(&format!(
                "select column_name as name from (describe select * from {source})"
            ))
            .unwrap();
        let columns: Vec<String> = described
            .iter()
            .map(|r| r.text("name").unwrap().unwrap())
            .collect();
        let Some((select, rows)) = known(&name, &columns) else {
            continue;
        };
        let out = to.join(&name);
        let sql = format!(
            "copy ({select} from {source} where {rows}) to '{}' (header, delimiter ',', quote '\"')",
            out.display()
        );
        engine
            .run(&sql.replace("{d}", day))
            .unwrap_or_else(|e| panic!("{e}\n{sql}"));
        written.push(out);
    }
    written
}

/// The plate shown is the last one that any file states, so it is left out; everything else is compared.
const UNITS: &str = "select * exclude (plate) from vehicle_scores order by unit_id";
const CUSTOMERS: &str = "select * from customer_scores order by customer_id";

#[track_caller]
fn assert_no_leak(all: &Path, files: &[PathBuf], day: &str) {
    let whole = Shop::copy_of(all);
    whole.score_quickly(&format!("--as-of {day}"));
    let then = Shop::new();
    let folder = tempfile::tempdir().unwrap();
    then.import_files(&as_known_on(day, files, folder.path()))
        .succeeds();
    then.score_quickly(&format!("--as-of {day}"));
    for (name, sql) in [
        (
            "visits",
            "select * exclude (party, known_on) from visits order by visit_id",
        ),
        ("features", "from features_scored order by unit_id"),
        ("units", UNITS),
        ("customers", CUSTOMERS),
    ] {
        let (known, leaked) = (then.ask(sql), whole.ask(sql));
        assert!(!known.is_empty());
        assert!(
            known == leaked,
            "{name} as of {day}, known then (-) and read from all data (+): {}",
            difference(&known, &leaked)
        );
    }
}

#[test]
fn a_generated_department_scored_in_the_past_reads_nothing_of_the_future() {
    assert_no_leak(department(), &csv_files(generated()), "2025-03-17");
}

#[test]
fn the_small_sample_scored_in_the_past_reads_nothing_of_the_future() {
    let files = files_below("data-samples/small", ".csv");
    // Days inside a stay, between an order and its credit, before a change of plate.
    for day in ["2024-09-05", "2025-01-10", "2025-08-02", "2025-12-05"] {
        assert_no_leak(small(), &files, day);
    }
}

#[test]
fn month_ends_in_the_history_are_what_a_scoring_of_that_day_finds() {
    let columns = "unit_id, churn_state, loyalty_tier, loyalty_score, overdue_ratio";
    for day in ["2025-05-31", "2025-11-30"] {
        let history = format!(
            "select {columns} from score_history where as_of = date '{day}' order by unit_id"
        );
        let in_passing = super::support::ask(department(), &history);
        let direct = Shop::copy_of(department());
        direct.score_quickly(&format!("--as-of {day}"));
        let scored = direct.ask(&format!(
            "select {columns} from vehicle_scores order by unit_id"
        ));
        assert!(!scored.is_empty());
        assert!(
            in_passing == scored,
            "{day}, in passing (-) and by itself (+): {}",
            difference(&in_passing, &scored)
        );
    }
}
