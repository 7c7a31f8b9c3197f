//! Every limit of an import is a setting: what lies at its edge comes in, what lies beyond is refused, with the name of
//! the setting in the message, and nothing is changed.

use std::io::Write;

use super::support::{Shop, assert_same_contents, department, workbook};

/// Imports a file of orders under one setting; the setting's name must be in the message where it is refused.
#[track_caller]
fn comes_in(setting: &str, name: &str, content: &[u8]) -> bool {
    let shop = Shop::new();
    shop.file("limits.toml", format!("[import]\n{setting}\n"));
    shop.file(name, content);
    let run = shop.retain(&format!("import {name} --config limits.toml"));
    if run.status == 0 {
        return true;
    }
    let run = run.ends_with(1);
    let setting = setting.lines().last().unwrap().split(' ').next().unwrap();
    assert!(run.stderr.contains(setting), "{setting}: {}", run.stderr);
    assert!(!shop.db.exists());
    false
}

/// So many orders, with a note of so many bytes on the last one.
fn orders(rows: usize, note: usize) -> String {
    let mut text = String::from("工单号,车牌号,进厂日期,来源\n");
    for i in 1..=rows {
        let note = if i == rows {
            "n".repeat(note)
        } else {
            String::new()
        };
        text.push_str(&format!("{i},粤A{i:05},2025-03-01,{note}\n"));
    }
    text
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// Orders of exactly so many bytes.
fn of_bytes(bytes: usize) -> Vec<u8> {
    let mut text = orders(1, 0).into_bytes();
    assert!(bytes >= text.len());
    // Blank lines at the end are none.
    text.resize(bytes, b'\n');
    text
}

#[test]
fn files_rows_columns_and_cells_have_limits() {
    let mb = 1 << 20;
    assert!(comes_in("max_file_mb = 1", "o.csv", &of_bytes(mb)));
    assert!(!comes_in("max_file_mb = 1", "o.csv", &of_bytes(mb + 1)));
    for (name, content) in [
        (
            "o.csv",
            (|text: &str| text.as_bytes().to_vec()) as fn(&str) -> Vec<u8>,
        ),
        ("o.xlsx", workbook),
    ] {
        assert!(comes_in("max_rows = 3", name, &content(&orders(3, 0))));
        assert!(!comes_in("max_rows = 3", name, &content(&orders(4, 0))));
        assert!(comes_in("max_columns = 4", name, &content(&orders(3, 0))));
        assert!(!comes_in("max_columns = 3", name, &content(&orders(3, 0))));
        assert!(comes_in(
            "max_cell_kb = 1",
            name,
            &content(&orders(3, 1024))
        ));
        assert!(!comes_in(
            "max_cell_kb = 1",
            name,
            &content(&orders(3, 1025))
        ));
    }
    // The other cells of the row: 1, 粤A00001, 2025-03-01.
    let others = 1 + "粤A00001".len() + 10;
    assert!(comes_in(
        "max_row_kb = 1",
        "o.csv",
        orders(1, 1024 - others).as_bytes()
    ));
    assert!(!comes_in(
        "max_row_kb = 1",
        "o.csv",
        orders(1, 1025 - others).as_bytes()
    ));
}

#[test]
fn archives_and_workbooks_unpack_to_so_much_and_no_more() {
    // What is packed small counts as 4 kB.
    assert!(comes_in(
        "max_unpack_ratio = 2",
        "o.gz",
        &packed(&of_bytes(8192))
    ));
    assert!(!comes_in(
        "max_unpack_ratio = 2",
        "o.gz",
        &packed(&of_bytes(8193))
    ));
    let mb = 1 << 20;
    assert!(comes_in(
        "max_unpack_ratio = 100000\nmax_unpacked_mb = 1",
        "o.gz",
        &packed(&of_bytes(mb))
    ));
    assert!(!comes_in(
        "max_unpack_ratio = 100000\nmax_unpacked_mb = 1",
        "o.gz",
        &packed(&of_bytes(mb + 1))
    ));
    let small = workbook(&orders(100, 0));
    let large = workbook(&orders(9_000, 0));
    assert!(comes_in("max_sheet_mb = 1", "o.xlsx", &small));
    assert!(!comes_in("max_sheet_mb = 1", "o.xlsx", &large));
    assert!(comes_in("max_sheet_mb = 9", "o.xlsx", &large));
    let two = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["a.csv", "b.csv"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            zip.write_all(orders(2, 0).as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    assert!(comes_in("max_archive_files = 2", "o.zip", &two));
    assert!(!comes_in("max_archive_files = 1", "o.zip", &two));
}

#[test]
fn refused_rows_stop_an_import_above_both_limits_alone() {
    // Rows without a vehicle are refused.
    let with_bad = |good: usize, bad: usize| {
        let mut text = orders(good, 0);
        (0..bad).for_each(|i| text.push_str(&format!("B{i},,2025-03-01,\n")));
        text.into_bytes()
    };
    let limits = "max_reject_rows = 2\nmax_reject_share = 0.5";
    assert!(comes_in(limits, "o.csv", &with_bad(1, 2)));
    assert!(comes_in(limits, "o.csv", &with_bad(3, 3)));
    let shop = Shop::new();
    shop.file("limits.toml", format!("[import]\n{limits}\n"));
    shop.file("o.csv", with_bad(2, 3));
    let run = shop
        .retain("import o.csv --config limits.toml")
        .ends_with(1);
    assert!(
        run.stderr.contains('3') && run.stderr.contains('5'),
        "{}",
        run.stderr
    );
    assert!(!shop.db.exists());
}

#[test]
fn a_limit_that_means_nothing_is_wrong_use() {
    let shop = Shop::new();
    shop.file("o.csv", orders(1, 0));
    for setting in [
        "max_rows = 0",
        "max_columns = 0",
        "max_cell_kb = 0",
        "max_reject_share = 1.5",
    ] {
        shop.file("limits.toml", format!("[import]\n{setting}\n"));
        let run = shop
            .retain("import o.csv --config limits.toml")
            .ends_with(2);
        assert!(
            run.stderr.contains(setting.split(' ').next().unwrap()),
            "{}",
            run.stderr
        );
    }
}

/// The limit is that of the whole program: what it cannot keep it does not begin, and it says what it needs.
#[test]
fn a_memory_limit_is_kept_or_refused_with_what_is_needed() {
    let shop = Shop::copy_of(department());
    let before = shop.contents();
    let refused = shop
        .retain("score --memory-limit 100MB --json")
        .ends_with(1);
    assert_same_contents(&shop.contents(), &before);
    let told: serde_json::Value = serde_json::from_str(&refused.stderr).unwrap();
    assert_eq!(told["code"], "memory-too-small", "{told}");
    let needed: u64 = told["args"]["needed"].as_str().unwrap().parse().unwrap();
    assert!((200..500).contains(&needed), "{needed}");
    shop.retain(&format!("score --memory-limit {needed}MB"))
        .succeeds();
    let after = shop.contents();
    for table in [
        "vehicle_scores",
        "customer_scores",
        "score_history",
        "model_cards",
    ] {
        assert_eq!(after[table], before[table], "{table}");
    }
}
