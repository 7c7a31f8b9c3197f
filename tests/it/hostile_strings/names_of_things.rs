//! Strings that do harm where names of things stand: headers of columns, in text and in Parquet, and the name of a store.
//! Rows below them are accounted for, and no file appears where such a name would lead.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use retain::store::{Store, quote_identifier, quote_text};

use super::super::support::{QUICK, Shop, below, command, run, small};
use super::{PAYLOADS, assert_harmless, cells_of, seen, tables};

/// What a file of orders needs, and what its rows say below it; the last row has no such day.
const KNOWN: [&str; 5] = ["工单号", "车牌号", "进厂日期", "结算日期", "实收金额"];
const ROWS: [[&str; 5]; 4] = [
    ["1", "粤A10001", "2025-03-01", "2025-03-01", "100"],
    ["2", "粤A10002", "2025-03-02", "2025-03-02", "200"],
    ["3", "粤A10003", "2025-03-03", "2025-03-03", "300"],
    ["4", "粤A10004", "2025-02-30", "", "400"],
];

/// A file with every payload as a header behind those that are known.
fn as_csv() -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(KNOWN.iter().chain(&PAYLOADS)).unwrap();
    for row in ROWS {
        let rest = PAYLOADS.iter().map(|_| "x");
        writer
            .write_record(row.iter().copied().chain(rest))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

/// The same as Parquet.
fn as_parquet(path: &Path) {
    let columns: Vec<String> = KNOWN
        .iter()
        .chain(&PAYLOADS)
        .enumerate()
        .map(|(i, name)| format!("c{i} as {}", quote_identifier(name)))
        .collect();
    let rows = ROWS.map(|row| {
        let rest = PAYLOADS.iter().map(|_| "x");
        let cells: Vec<String> = row.iter().copied().chain(rest).map(quote_text).collect();
        format!("({})", cells.join(", "))
    });
    let names: Vec<String> = (0..columns.len()).map(|i| format!("c{i}")).collect();
    let store = Store::in_memory().unwrap();
    store
        .run(&format!(
            "copy (select {} from (values {}) t({})) to {} (format parquet)",
            columns.join(", "),
            rows.join(", "),
            names.join(", "),
            quote_text(&path.display().to_string())
        ))
        .unwrap();
}

/// Runs a command that must end so, without anything that rewrites a terminal.
#[track_caller]
fn ends_harmless(shop: &Shop, line: &str, status: i32) -> String {
    let ended = shop.retain(line).ends_with(status);
    assert_harmless(line, &ended);
    ended.stdout + &ended.stderr
}

#[test]
fn headers_that_do_harm_are_columns_that_nobody_uses() {
    for file in ["h.csv", "h.parquet"] {
        let shop = Shop::new();
        if file == "h.csv" {
            shop.file(file, as_csv());
        } else {
            as_parquet(&shop.path(file));
        }
        let import = format!("import {file}");
        for line in [
            format!("{import} --dry-run"),
            format!("{import} --dry-run --json"),
            import.clone(),
        ] {
            let said = ends_harmless(&shop, &line, 0);
            // Else they would not have been seen.
            assert!(
                said.contains("drop table orders") && said.contains("alert(1)"),
                "{said}"
            );
        }
        for line in [
            "quality",
            "quality --json",
            "status",
            "status --json",
            "export imports",
        ] {
            ends_harmless(&shop, line, 0);
        }
        let fates = "records, loaded, rejected";
        assert_eq!(shop.ask(&format!("select {fates} from imports")), ["4|3|1"]);
        assert_eq!(shop.one("select sum(received)::integer from orders"), "600");
        assert_eq!(
            shop.one("select line, \"column\", reason from rejects")
                .split_once('|')
                .unwrap()
                .1,
            "进厂日期|bad-date"
        );
        // Scoring makes the rest of them.
        shop.score_quickly("");
        let wanted = super::super::support::ask(
            small(),
            "select table_name from duckdb_tables() where not internal order by 1",
        );
        assert_eq!(tables(&shop), wanted);
        // For mending, every header stands as it came, blanks and marks at its ends aside.
        let folder = fs::read_dir(shop.path("shop.duckdb.rejects")).unwrap();
        let refused: Vec<_> = folder.map(|e| cells_of(&e.unwrap().path())).collect();
        assert_eq!(refused.len(), 1);
        let headers: Vec<String> = refused[0][0].iter().map(|h| seen(h)).collect();
        let wanted: Vec<String> = KNOWN.iter().chain(&PAYLOADS).map(|h| seen(h)).collect();
        assert_eq!(headers[..wanted.len()], wanted);
        // A mapping that names them is one that can be read, and the same rows change nothing.
        let words = ["profile", file, "--write-mapping", "m.toml"];
        let profile = run(command(words).current_dir(shop.path(""))).succeeds();
        assert_harmless("profile", &profile);
        assert!(
            profile.stdout.contains("drop table orders"),
            "{}",
            profile.stdout
        );
        let again = shop
            .retain(&format!("{import} --mapping m.toml --json"))
            .succeeds()
            .json();
        let fate = &again["files"][0];
        assert_eq!(
            (&fate["unchanged"], &fate["rejected"]),
            (&3.into(), &1.into()),
            "{fate}"
        );
    }
}

#[test]
fn headers_that_do_harm_are_named_harmlessly_where_the_file_is_refused() {
    let shop = Shop::new();
    // Nothing that is known: the message names what stands there.
    for (at, headers) in PAYLOADS.chunks(10).enumerate() {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(headers).unwrap();
        writer.write_record(headers.iter().map(|_| "x")).unwrap();
        shop.file(&format!("{at}.csv"), writer.into_inner().unwrap());
        for flags in ["", "--as work_orders", "--as customers --json"] {
            ends_harmless(&shop, &format!("import {at}.csv {flags}"), 1);
        }
    }
    assert!(!shop.db.exists());
}

/// Everything in the shop's folder, by its path from there.
fn all_of(shop: &Shop) -> BTreeSet<String> {
    let top = shop.path("");
    let name = |path: PathBuf| path.strip_prefix(&top).unwrap().display().to_string();
    below(&top).into_iter().map(name).collect()
}

#[test]
fn a_store_that_is_called_like_a_place_writes_nothing_there() {
    let long = "x".repeat(300);
    let stores = [
        "../../x",
        "/etc/x",
        "CON",
        "..",
        "a/b\\c",
        "C:\\Windows\\x",
        "%2e%2e%2fx",
        &long,
    ];
    let shop = Shop::new();
    for (i, store) in stores.iter().enumerate() {
        let mut rows =
            "工单号,客户编号,客户名称,手机,车牌号,进厂日期,结算日期,维修类型,实收金额\n".to_owned();
        for month in 1..5 {
            rows += &format!(
                "{month},C{i},王{i},1380000010{i},粤A1000{i},2025-0{month}-01,2025-0{month}-01,保养,500\n"
            );
        }
        shop.file(&format!("{i}.csv"), rows);
        let db = shop.db.display().to_string();
        let file = format!("{i}.csv");
        let words = [
            "import",
            &file,
            "--store",
            store,
            "--db",
            &db,
            "--today",
            "2026-01-02",
        ];
        run(command(words).current_dir(shop.path(""))).succeeds();
    }
    let held: BTreeSet<String> = shop
        .ask("select distinct store_id from orders")
        .into_iter()
        .collect();
    assert_eq!(held, stores.iter().map(|s| (*s).to_owned()).collect());
    shop.file(
        "s.toml",
        format!("{QUICK}[lists]\nholdout_share = 0.0\ncapacity_per_caller = 0\n"),
    );
    ends_harmless(&shop, "score --config s.toml", 0);
    let before = all_of(&shop);
    let out = "--config s.toml --out made/by/here";
    let pdf = cfg!(feature = "pdf");
    for format in ["csv", "xlsx", "pdf"] {
        if format != "pdf" || pdf {
            ends_harmless(
                &shop,
                &format!("list {out} --for 2026-01-05 --format {format}"),
                0,
            );
            ends_harmless(&shop, &format!("register {out} --format {format}"), 0);
        }
    }
    let forms = if pdf { "html,xlsx,pdf" } else { "html,xlsx" };
    for period in ["month --month 2025-04", "year --year 2025"] {
        ends_harmless(&shop, &format!("report {period} {out} --format {forms}"), 0);
    }
    ends_harmless(
        &shop,
        &format!("report figures {out} --month 2025-04 --format csv"),
        0,
    );
    let after = all_of(&shop);
    let made: Vec<&String> = after
        .difference(&before)
        .filter(|n| !n.starts_with("shop.duckdb"))
        .collect();
    for name in &made {
        // In the folder that was named, and in none below it.
        let place = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_on_the_way = ["made", "made/by", "made/by/here"].contains(&name.as_str());
        assert!(is_on_the_way || place == "made/by/here", "{name}");
    }
    for name in [
        "2026-01-05.csv",
        "2026-01-05.xlsx",
        "2025-04.html",
        "2025.html",
        "2025.xlsx",
    ] {
        assert!(
            made.iter().any(|m| m.ends_with(name)),
            "{name} is missing: {made:?}"
        );
    }
    let list = fs::read_to_string(shop.path("made/by/here/2026-01-05.csv")).unwrap();
    for (i, store) in stores.iter().enumerate() {
        assert!(
            list.contains(&format!("粤A1000{i}")),
            "{store} has no call: {list}"
        );
    }
    assert!(!Path::new("/etc/x").exists());
}
