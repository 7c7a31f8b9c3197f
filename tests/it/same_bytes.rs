//! The same input gives the same bytes: on a second run, on one thread or two, in a small memory.

use std::fs;

use super::support::{
    QUICK, Shop, assert_same_contents, command, csv_files, department, generated, run,
};

/// All forms that this build has.
const FORMS: &str = if cfg!(feature = "pdf") {
    "html,xlsx,pdf"
} else {
    "html,xlsx"
};

/// Imports, scores, lists and reports; returns the shop.
fn made(flags: &str) -> Shop {
    let shop = Shop::new();
    let files: Vec<String> = csv_files(generated())
        .iter()
        .map(|f| f.display().to_string())
        .collect();
    shop.retain(&format!("import {} {flags}", files.join(" ")))
        .succeeds();
    shop.retain(&format!("score --as-of 2025-11-30 {flags}"))
        .succeeds();
    shop.retain(&format!(
        "list --out lists --for 2025-12-02 --format csv {flags}"
    ))
    .succeeds();
    shop.retain(&format!("list --out lists --for 2025-12-02 {flags}"))
        .succeeds();
    shop.retain(&format!(
        "report month --month 2025-11 --out reports --format {FORMS} {flags}"
    ))
    .succeeds();
    shop.retain(&format!(
        "report year --year 2024 --out reports --format {FORMS} {flags}"
    ))
    .succeeds();
    shop
}

#[track_caller]
fn assert_same(one: &Shop, other: &Shop) {
    assert_same_contents(&one.contents(), &other.contents());
    for file in [
        "lists/2025-12-02.csv",
        "lists/2025-12-02.xlsx",
        "reports/2025-11.html",
        "reports/2025-11.xlsx",
        "reports/2024.html",
        "reports/2024.xlsx",
        #[cfg(feature = "pdf")]
        "reports/2025-11.pdf",
        #[cfg(feature = "pdf")]
        "reports/2024.pdf",
    ] {
        let (a, b) = (
            fs::read(one.path(file)).unwrap(),
            fs::read(other.path(file)).unwrap(),
        );
        assert!(a.len() > 500);
        assert!(a == b, "{file} differs: {} and {} bytes", a.len(), b.len());
    }
}

#[test]
fn two_runs_on_one_thread_and_on_two_give_the_same_bytes() {
    let first = made("--threads 1");
    assert_same(&first, &made("--threads 2 --memory-limit 400MB"));
}

#[test]
fn scoring_again_changes_nothing_and_an_excursion_to_another_day_comes_back_to_the_same() {
    let shop = Shop::copy_of(super::support::department());
    let scores = "from vehicle_scores order by all";
    let before = (
        shop.ask(scores),
        shop.ask("from customer_scores order by all"),
    );
    shop.retain("score --as-of 2025-06-30").succeeds();
    assert_ne!(before.0, shop.ask(scores));
    shop.retain("score --as-of 2025-12-31").succeeds();
    assert_eq!(before.0, shop.ask(scores));
    assert_eq!(before.1, shop.ask("from customer_scores order by all"));
    let history = shop.ask("from score_history order by all");
    shop.retain("score --as-of 2025-12-31").succeeds();
    assert_eq!(history, shop.ask("from score_history order by all"));
}

/// Set back, set forward, in another zone, on a day that not every year has: what has a date of its own is the same.
#[test]
fn what_the_clock_says_changes_nothing() {
    let made = |zone: &str, today: &[&str]| {
        let shop = Shop::copy_of(department());
        shop.file("quick.toml", QUICK);
        let db = shop.db.display().to_string();
        for line in [
            "score --config quick.toml --as-of 2025-11-30",
            "list --out lists --for 2025-12-02 --format csv",
            "report month --month 2025-11 --out reports --format html,xlsx",
            "export vehicle_scores --format parquet --out scores.parquet",
        ] {
            let words = line.split(' ').chain(["--db", &db]);
            let mut command = command(words.chain(today.iter().copied()));
            run(command.env("TZ", zone).current_dir(shop.path(""))).succeeds();
        }
        shop
    };
    let reference = made("UTC", &["--today", "2026-01-02"]);
    // The zones farthest from each other, where the date is never the same; then a year and more by hand.
    let clocks: [(&str, &[&str]); 4] = [
        ("CLK12", &[]),
        ("CLK-14", &[]),
        ("UTC", &["--today", "2024-02-29"]),
        ("America/New_York", &["--today", "2027-03-14"]),
    ];
    let mut started = Vec::new();
    for (zone, today) in clocks {
        let shop = made(zone, today);
        assert_same_contents(&reference.contents(), &shop.contents());
        for file in [
            "lists/2025-12-02.csv",
            "reports/2025-11.html",
            "reports/2025-11.xlsx",
            "scores.parquet",
        ] {
            let (a, b) = (fs::read(reference.path(file)), fs::read(shop.path(file)));
            assert!(a.unwrap() == b.unwrap(), "{file} differs: {zone} {today:?}");
        }
        started.push(shop.one("select arg_max(started_at, run_id)::date from runs"));
    }
    assert_ne!(started[0], started[1], "the clock was the same");
}

#[test]
fn a_seed_makes_the_same_files_on_any_number_of_threads() {
    let shop = Shop::new();
    for (out, threads) in [("one", "1"), ("two", "2")] {
        let out = shop.path(out).display().to_string();
        super::support::retain([
            "generate",
            "--vehicles",
            "60",
            "--seed",
            "9",
            "--quiet",
            "--out",
            &out,
            "--threads",
            threads,
        ])
        .succeeds();
    }
    for file in csv_files(&shop.path("one")) {
        let other = shop.path("two").join(file.file_name().unwrap());
        assert!(
            fs::read(&file).unwrap() == fs::read(other).unwrap(),
            "{}",
            file.display()
        );
    }
}

#[test]
fn rows_in_another_order_give_the_same_scores() {
    let folder = Shop::new();
    let shuffled: Vec<_> = csv_files(generated())
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            folder.file(
                &file.file_name().unwrap().to_string_lossy(),
                lines.join("\n"),
            )
        })
        .collect();
    let shop = Shop::new();
    shop.import_files(&shuffled).succeeds();
    shop.retain("score --as-of 2025-12-31").succeeds();
    for table in [
        "vehicle_scores",
        "customer_scores",
        "score_history",
        "visits",
    ] {
        let sql = format!("from {table} order by all");
        let (left, right) = (
            super::support::ask(super::support::department(), &sql),
            shop.ask(&sql),
        );
        assert!(
            left == right,
            "{table}: {}",
            super::support::difference(&left, &right)
        );
    }
}

/// Parts are what a scoring of a large file goes through one after the other; on a small one the setting asks for them.
#[test]
fn one_part_seven_and_sixty_four_give_the_same_tables_lists_and_reports() {
    for fit_units in [32_768, 300] {
        let mut made = [1, 7, 64].map(|parts| {
            let shop = Shop::copy_of(department());
            shop.file(
                "parts.toml",
                format!("[score]\nhistory_months = 3\nfit_units = {fit_units}\nparts = {parts}\n"),
            );
            for line in [
                "score --config parts.toml --as-of 2025-11-30",
                "list --out lists --for 2025-12-02 --format csv",
                // Months whose states are not kept yet.
                "report month --month 2024-11 --out reports --format html,xlsx --config parts.toml",
            ] {
                shop.retain(line).succeeds();
            }
            let mut tables = shop.contents();
            // The settings themselves differ, though not their hash.
            tables.remove("retain_meta");
            let files = [
                "lists/2025-12-02.csv",
                "reports/2024-11.html",
                "reports/2024-11.xlsx",
            ]
            .map(|file| fs::read(shop.path(file)).unwrap());
            (tables, files)
        });
        let caveat = |of: &std::collections::BTreeMap<String, Vec<String>>| {
            of["model_cards"]
                .iter()
                .filter(|row| row.contains("caveat-sampled"))
                .count()
        };
        let (whole, rest) = made.split_first_mut().unwrap();
        for (tables, files) in rest {
            assert_same_contents(&whole.0, tables);
            assert!(whole.1 == *files, "a list or a report differs");
        }
        assert_eq!(caveat(&whole.0) > 5, fit_units == 300);
    }
}
