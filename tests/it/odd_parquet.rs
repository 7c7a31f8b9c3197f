//! Parquet that is cut, encrypted, in many pieces, or holds something else than its names say.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use retain::store::Store;

use super::support::{Shop, assert_same_contents, command, run};

/// Writes what a query says as Parquet; `settings` are the engine's, `options` those of the file.
fn write(path: &Path, settings: &str, query: &str, options: &str) {
    let store = Store::in_memory().unwrap();
    let sql = format!(
        "{settings}; copy ({query}) to '{}' (format parquet{options})",
        path.display()
    );
    store.run(&sql).unwrap_or_else(|e| panic!("{e:?}"));
}

const ORDERS: &str = "select 'R' || range as 工单号, '粤A' || (10000 + range) as 车牌号, date '2025-03-01' as 进厂日期, \
     (range * 1.5)::decimal(10, 2) as 实收金额 from range(200)";

/// A copy that broke off is told as such, whatever it broke off at: nothing of it is taken for rows.
#[test]
fn a_file_that_was_cut_anywhere_is_refused_in_one_line_and_changes_nothing() {
    let shop = Shop::new();
    let whole = shop.path("orders.parquet");
    write(&whole, "select 1", ORDERS, "");
    let whole = fs::read(whole).unwrap();
    shop.import("good.csv", "车牌号,进厂日期\n粤A1,2025-03-01\n", "")
        .succeeds();
    let before = (shop.contents(), fs::read(&shop.db).unwrap());
    // The end, which says where all else is, byte by byte; the rest evenly.
    let even = (0..50).map(|i| i * whole.len() / 50);
    let end = (1..=10).map(|i| whole.len() - i);
    for length in even.chain(end) {
        shop.file("cut.parquet", &whole[..length]);
        let run = shop.retain("import cut.parquet").ends_with(1);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!(lines.len(), 2, "{length}: {}", run.stderr);
        assert!(
            lines[0].starts_with("error: ") && lines[0].contains("cut.parquet"),
            "{length}: {}",
            run.stderr
        );
        assert!(lines[1].starts_with("  → "), "{length}: {}", run.stderr);
        // What lies beyond the mark in front is known for what it is.
        if length >= 4 {
            assert!(run.stderr.contains("is not valid Parquet"), "{length}");
        }
        assert_eq!(run.stdout, "");
        assert!(before.1 == fs::read(&shop.db).unwrap(), "{length}");
    }
    assert_same_contents(&before.0, &shop.contents());
    // The whole of it is read: what was refused was the cut.
    let run = shop.import("whole.parquet", &whole, "").succeeds();
    assert_eq!(run.json()["files"][0]["loaded"], 200);
}

#[test]
fn a_file_of_two_thousand_groups_of_one_row_gives_all_its_rows() {
    let shop = Shop::new();
    let file = shop.path("groups.parquet");
    // What passes a filter one by one is written one by one, where nothing gathers it.
    write(
        &file,
        "set threads = 1; set enable_caching_operators = false",
        "select 'R' || range // 2048 as 工单号, '粤A' || (10000 + range // 2048) as 车牌号, date '2025-03-01' as 进厂日期, \
         range // 2048 as 实收金额 from range(2048 * 2000) where range % 2048 = 7",
        ", row_group_size 1",
    );
    let groups = format!(
        "select count(distinct row_group_id), count(distinct row_group_num_rows) from parquet_metadata('{}')",
        file.display()
    );
    let store = Store::in_memory().unwrap();
    assert_eq!(super::support::rows(&store, &groups), ["2000|1"]);
    let run = shop.retain("import groups.parquet --json").succeeds();
    assert_eq!(run.json()["files"][0]["records"], 2000);
    assert_eq!(
        shop.one("select count(*), count(distinct ro_no), sum(received)::bigint from orders"),
        format!("2000|2000|{}", 1999 * 2000 / 2)
    );
}

/// The names promise a day and an amount; what is there instead is neither guessed at nor made a nothing.
#[test]
fn columns_of_another_type_than_their_name_says_are_refused_with_their_column() {
    let plate = "'R' || range as 工单号, '粤A1000' || range as 车牌号";
    let day = "date '2025-03-01' as 进厂日期";
    for (columns, said) in [
        (
            format!("{plate}, {{'y': 2025, 'm': 3}} as 进厂日期"),
            "进厂日期: STRUCT",
        ),
        (
            format!("{plate}, [date '2025-03-01'] as 进厂日期"),
            "进厂日期: LIST",
        ),
        (format!("{plate}, true as 进厂日期"), "(not a date"),
        (format!("{plate}, 2.5::double as 进厂日期"), "(not a date"),
        (
            format!("{plate}, time '08:30:00' as 进厂日期"),
            "(not a date",
        ),
        (
            format!("{plate}, {day}, range % 2 = 0 as 实收金额"),
            "(not a number",
        ),
        (
            format!("{plate}, {day}, date '2025-03-01' as 实收金额"),
            "(not a number",
        ),
        (
            format!("{plate}, {day}, interval 3 days as 实收金额"),
            "(not a number",
        ),
    ] {
        let shop = Shop::new();
        let query = format!("select {columns} from range(3)");
        write(&shop.path("o.parquet"), "select 1", &query, "");
        let run = shop.retain("import o.parquet").ends_with(1);
        for said in ["o.parquet", said] {
            assert!(run.stderr.contains(said), "{columns}: {}", run.stderr);
        }
        assert_eq!(run.stderr.lines().count(), 2, "{columns}: {}", run.stderr);
        assert!(!shop.db.exists(), "{columns}");
    }
    // What is no number among numbers, and no day among days, costs its row.
    let shop = Shop::new();
    let query = format!(
        "select {plate}, case range when 3 then date 'infinity' else date '2025-03-01' end as 进厂日期, \
         case range when 0 then 'nan'::double when 1 then '-infinity'::double else 7 end as 实收金额 from range(5)"
    );
    write(&shop.path("o.parquet"), "select 1", &query, "");
    shop.retain("import o.parquet").succeeds();
    assert_eq!(
        shop.ask("select line, reason from rejects order by line"),
        ["1|bad-number", "2|bad-number", "4|bad-date"]
    );
    assert_eq!(
        shop.one("select count(*), sum(received) from orders"),
        "2|14.00"
    );
}

#[test]
fn an_encrypted_file_is_told_as_such() {
    let shop = Shop::new();
    let file = shop.path("secret.parquet");
    write(
        &file,
        "set force_mbedtls_unsafe = true; pragma add_parquet_key('k', '0123456789112345')",
        ORDERS,
        ", encryption_config {footer_key: 'k'}",
    );
    assert!(fs::read(&file).unwrap().starts_with(b"PARE"));
    let run = shop.retain("import secret.parquet").ends_with(1);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(
        lines[0].contains("secret.parquet") && lines[0].contains("encrypted"),
        "{}",
        run.stderr
    );
    assert!(lines[1].contains("without encryption"), "{}", run.stderr);
    assert!(!shop.db.exists());
    // A header that happens to begin like one is a header.
    let run = shop.import(
        "parent.csv",
        "PARENT,车牌号,进厂日期\nx,粤A10001,2025-03-01\n",
        "",
    );
    assert_eq!(run.succeeds().json()["files"][0]["loaded"], 1);
}

/// The engine that reads a file may take so much and no more; what the import itself takes is not the file's to say.
#[test]
fn a_file_that_takes_more_memory_than_it_may_is_told_as_such_with_the_setting() {
    let shop = Shop::new();
    let file = shop.path("wide.parquet");
    // One group of rows whose texts do not repeat: it is read as a whole or not at all.
    write(
        &file,
        "set threads = 1",
        "select 'R' || range as 工单号, '粤A' || (10000 + range % 80000) as 车牌号, date '2025-03-01' as 进厂日期, \
         string_agg(sha256(range::varchar || n), '') as 备注 from range(30000), range(40) t(n) group by range",
        ", row_group_size 100000",
    );
    shop.file("small.toml", "[import]\nmax_parse_memory_mb = 64\n");
    // What is not too large for the limit is read within it: what is refused is the wide file.
    write(&shop.path("narrow.parquet"), "select 1", ORDERS, "");
    let words = ["profile", "narrow.parquet", "--config", "small.toml"];
    run(command(words).current_dir(shop.path(""))).succeeds();
    let refused = shop
        .retain("import wide.parquet --config small.toml")
        .ends_with(1);
    let lines: Vec<&str> = refused.stderr.lines().collect();
    assert!(
        lines[0].contains("wide.parquet: reading it takes more than 64 MB"),
        "{}",
        refused.stderr
    );
    assert!(
        lines[1].contains("import.max_parse_memory_mb"),
        "{}",
        refused.stderr
    );
    assert!(!shop.db.exists());
    let taken = shop.retain("import wide.parquet --json").succeeds().json();
    assert_eq!(taken["files"][0]["loaded"], 30_000);
}

/// What happens to whoever parses a file does not happen to the command: it says that the file was not read, and nothing
/// of what was read before its end is kept.
#[test]
#[cfg(target_os = "linux")]
fn a_parser_that_is_killed_half_way_costs_the_file_and_nothing_else() {
    let shop = Shop::new();
    let file = shop.path("long.parquet");
    write(
        &file,
        "select 1",
        "select 'R' || range as 工单号, '粤A' || (10000 + range % 80000) as 车牌号, date '2025-03-01' as 进厂日期, \
         sha256(range::varchar) as 备注 from range(400000)",
        "",
    );
    shop.import("good.csv", "车牌号,进厂日期\n粤A10001,2025-03-01\n", "")
        .succeeds();
    let before = shop.contents();
    let parser_of = |pid: u32| -> Option<String> {
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok();
        // A thread of the command starts it, not always the first one.
        let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten();
        threads
            .filter_map(|t| fs::read_to_string(t.path().join("children")).ok())
            .chain(children)
            .flat_map(|c| c.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .find(|child| {
                fs::read(format!("/proc/{child}/cmdline"))
                    .is_ok_and(|line| line.windows(18).any(|w| w == b"parse-parquet-rows"))
            })
    };
    let mut killed = 0;
    for _ in 0..5 {
        let import = command(["import", "long.parquet", "--db"])
            .arg(&shop.db)
            .args(["--today", "2026-01-02"])
            .current_dir(shop.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let parser = loop {
            match parser_of(import.id()) {
                Some(parser) => break parser,
                None => assert!(begun.elapsed() < Duration::from_secs(60), "nobody parses"),
            }
        };
        std::thread::sleep(Duration::from_millis(60));
        run(Command::new("kill").args(["-KILL", &parser]));
        let ended = import.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.status.success() {
            // The parser had come to its end.
            shop.retain("undo-import").succeeds();
        } else {
            assert_eq!(ended.status.code(), Some(1), "{said}");
            assert!(
                said.contains("long.parquet: reading it takes more than"),
                "{said}"
            );
            killed += 1;
        }
        assert_same_contents(&before, &shop.contents());
    }
    assert!(killed > 0, "it was always too late");
}
