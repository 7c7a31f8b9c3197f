//! The same rows in any form that a system writes give the same tables; what comes again changes nothing.

use std::fs;

use retain::store::Store;

use super::support::{Shop, assert_same_contents, command, files_below, small};

const ROWS: &[&[&str]] = &[
    &[
        "工单号",
        "客户编号",
        "客户名称",
        "手机",
        "车牌号",
        "进厂日期",
        "实收金额",
    ],
    &[
        "1",
        "C1",
        "王伟",
        "13800000001",
        "粤A10001",
        "2025-03-01",
        "100.50",
    ],
    &[
        "2",
        "C2",
        "李秀英",
        "13800000002",
        "粤A10002",
        "2025-03-02",
        "1200",
    ],
    &[
        "3",
        "C1",
        "王伟",
        "13800000001",
        "粤A10001",
        "2025-04-01",
        "",
    ],
];

fn joined(delimiter: &str, end: &str) -> String {
    ROWS.iter().map(|row| row.join(delimiter) + end).collect()
}

/// Everything that the rows say, without what depends on the file that brought them.
fn tables(shop: &Shop) -> Vec<String> {
    [
        "select * exclude (import_id) from orders order by all",
        "select * exclude (import_id) from customers order by all",
        "select * from vehicles order by all",
        "select * from unit_keys order by all",
        "select records, loaded, rejected from imports",
    ]
    .iter()
    .flat_map(|sql| shop.ask(sql))
    .collect()
}

fn imported(name: &str, content: impl AsRef<[u8]>) -> Shop {
    let shop = Shop::new();
    shop.import(name, content, "").succeeds();
    shop
}

#[test]
fn delimiters_line_ends_marks_and_quotes_make_no_difference() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    assert_eq!(plain.last().unwrap(), "3|3|0");
    let forms: Vec<(&str, Vec<u8>)> = vec![
        (
            "bom.csv",
            ["\u{feff}", &joined(",", "\n")].concat().into_bytes(),
        ),
        ("semicolon.csv", joined(";", "\n").into_bytes()),
        ("tab.tsv", joined("\t", "\n").into_bytes()),
        ("crlf.csv", joined(",", "\r\n").into_bytes()),
        ("cr.csv", joined(",", "\r").into_bytes()),
        (
            "no-last-line-end.csv",
            joined(",", "\n").trim_end().to_owned().into_bytes(),
        ),
        ("blank-lines.csv", joined(",", "\n\n").into_bytes()),
        (
            "quoted.csv",
            ROWS.iter()
                .map(|r| format!("\"{}\"\n", r.join("\",\"")))
                .collect::<String>()
                .into_bytes(),
        ),
        (
            "spaces.csv",
            ROWS.iter()
                .map(|r| format!(" {} \n", r.join(" , ")))
                .collect::<String>()
                .into_bytes(),
        ),
        (
            "full-width.csv",
            joined(",", "\n")
                .replace("粤A10001", "粤Ａ１０００１")
                .into_bytes(),
        ),
    ];
    for (name, content) in forms {
        let found = tables(&imported(name, content));
        assert_eq!(plain, found, "{name}");
    }
}

/// The rows in UTF-16, with or without a byte order mark.
fn utf_16(mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = [if mark { "\u{feff}" } else { "" }, &joined(",", "\r\n")].concat();
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn encodings_make_no_difference_and_are_said() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    let text = joined("\t", "\r\n");
    for (name, content, encoding) in [
        (
            "gbk.txt",
            encoding_rs::GBK.encode(&text).0.into_owned(),
            "gb18030",
        ),
        ("utf-16le.txt", utf_16(true, u16::to_le_bytes), "UTF-16LE"),
        ("utf-16be.txt", utf_16(true, u16::to_be_bytes), "UTF-16BE"),
        (
            "unmarked-le.txt",
            utf_16(false, u16::to_le_bytes),
            "UTF-16LE",
        ),
        (
            "unmarked-be.txt",
            utf_16(false, u16::to_be_bytes),
            "UTF-16BE",
        ),
    ] {
        let shop = Shop::new();
        let run = shop.import(name, &content, "").succeeds();
        assert!(
            run.json()["files"][0]["encoding"] == encoding,
            "{name}: {}",
            run.stdout
        );
        assert_eq!(plain, tables(&shop), "{name}");
    }
}

#[test]
fn traditional_characters_in_big5_come_in_as_they_are() {
    let text = "工單號,車牌號,進廠日期,客戶名稱\n1,ABC1234,2025-03-01,陳美麗\n2,ABC5678,2025-03-02,林國強\n";
    let (bytes, ..) = encoding_rs::BIG5.encode(text);
    let mapping = "kind = 'work_orders'\n[columns]\nro_no = '工單號'\nplate = '車牌號'\nin_at = '進廠日期'\nname = '客戶名稱'\n";
    let shop = Shop::new();
    let mapping = shop.file("big5.toml", mapping);
    shop.import(
        "big5.csv",
        &*bytes,
        &format!("--mapping {}", mapping.display()),
    )
    .succeeds();
    assert_eq!(
        shop.ask("select name from customers order by name"),
        ["林國強", "陳美麗"]
    );
}

#[test]
fn bytes_that_no_encoding_knows_cost_their_row_alone() {
    let mut bytes = encoding_rs::GBK.encode(&joined(",", "\n")).0.into_owned();
    let at = bytes.len() - 20;
    bytes[at] = 0xff;
    let shop = Shop::new();
    let run = shop.import("cut.csv", bytes, "--encoding gbk").succeeds();
    assert_eq!(run.json()["files"][0]["examples"][0][2], "not-utf8");
    assert_eq!(
        shop.one("select records, loaded, rejected from imports"),
        "3|2|1"
    );
}

/// The rows as a person keeps them: a title, dates that are dates, numbers that are numbers, a sum below.
fn workbook() -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let notes = book.add_worksheet().set_name("说明").unwrap();
    notes.write(0, 0, "导出于 2025-05-01").unwrap();
    notes.write(1, 0, "车牌号").unwrap();
    let sheet = book.add_worksheet().set_name("工单").unwrap();
    sheet.write(0, 0, "某某店维修工单").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (r, row) in (2u32..).zip(ROWS) {
        for (c, text) in (0u16..).zip(*row) {
            if text.is_empty() {
                continue;
            }
            if let Ok(date) = ExcelDateTime::parse_from_str(text)
                && c == 5
                && r > 2
            {
                sheet.write_with_format(r, c, &date, &day).unwrap();
            } else if let Ok(number) = text.parse::<f64>() {
                sheet.write(r, c, number).unwrap();
            } else {
                sheet.write(r, c, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_by_what_is_in_it_whatever_its_name() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    for name in ["orders.xlsx", "orders.xls", "orders.csv"] {
        let shop = Shop::new();
        let run = shop.import(name, workbook(), "").succeeds();
        assert_eq!(run.json()["files"][0]["sheet"], "工单");
        assert_eq!(plain, tables(&shop), "{name}");
        // The same workbook again is no news, and its lines are those of the sheet.
        shop.import(name, workbook(), "").succeeds();
        assert_eq!(shop.one("select count(*) from imports"), "1");
    }
    let run = Shop::new()
        .import("orders.xlsx", workbook(), "--sheet 结算")
        .ends_with(2);
    assert!(run.stderr.contains("说明, 工单"), "{}", run.stderr);
}

#[test]
fn a_row_of_a_workbook_is_refused_by_its_number_in_the_sheet() {
    use rust_xlsxwriter::Workbook;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["车牌号", "进厂日期", "实收金额"],
        ["粤A10001", "2025-01-02", "300"],
        ["", "", ""],
        ["粤A10002", "2025-02-30", "300"],
        ["合计", "", "600"],
    ];
    for (r, row) in (4u32..).zip(rows) {
        for (c, text) in (0u16..).zip(row) {
            sheet.write(r, c, text).unwrap();
        }
    }
    let shop = Shop::new();
    shop.import("orders.xlsx", book.save_to_buffer().unwrap(), "")
        .succeeds();
    assert_eq!(
        shop.ask("select line, reason from rejects order by line"),
        ["8|bad-date", "9|total"]
    );
}

#[test]
fn titles_above_the_header_are_passed_over() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    for (name, delimiter) in [
        ("titled.csv", ","),
        ("titled.tsv", "\t"),
        ("titled.txt", ";"),
    ] {
        let text = format!(
            "某某店维修工单\n\n导出时间 2025-05-01 08:00\n{}",
            joined(delimiter, "\n")
        );
        assert_eq!(plain, tables(&imported(name, text)), "{name}");
    }
    // Lines are those of the file.
    let shop = Shop::new();
    let text =
        "某某店维修工单\n工单号,车牌号,进厂日期\n1,粤A10001,2025-02-30\n2,粤A10002,2025-02-03\n";
    shop.import("bad.csv", text, "").succeeds();
    assert_eq!(shop.one("select line from rejects"), "3");
    // A first line that has names is the header, whatever rows say.
    let text = "车牌号,进厂日期,备注\n粤A10001,2025-01-02,车牌号\n";
    assert_eq!(
        imported("note.csv", text).one("select records from imports"),
        "1"
    );
}

/// The file is what the rest of it says; the row waits to be mended, and its place is told.
#[test]
fn a_broken_byte_in_a_short_file_costs_its_row_alone() {
    let text = "车牌号,进厂日期,客户名称\n粤A10001,2025-01-01,王伟\n粤A10002,2025-01-02,李秀英\n";
    let at = text.find('秀').unwrap() + 1;
    for broken in [vec![0xff], vec![b'?'], Vec::new()] {
        let mut bytes = text.as_bytes().to_vec();
        bytes.splice(at..=at, broken);
        let shop = Shop::new();
        let said = shop.import("broken.csv", &bytes, "").succeeds().json();
        assert_eq!(said["files"][0]["encoding"], "UTF-8", "{said}");
        assert_eq!(
            shop.ask("select line, reason, value_masked from rejects"),
            [format!("3|not-utf8|byte {}: e7", at - 1)]
        );
        assert_eq!(shop.ask("select name from customers"), ["王伟"]);
    }
}

#[test]
fn an_encoding_can_be_named_and_a_wrong_name_is_refused() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    let content = encoding_rs::GB18030
        .encode(&joined(",", "\n"))
        .0
        .into_owned();
    let shop = Shop::new();
    shop.import("named.csv", &content, "--encoding GB2312")
        .succeeds();
    assert_eq!(plain, tables(&shop));
    let run = Shop::new()
        .import("named.csv", &content, "--encoding klingon")
        .ends_with(2);
    assert!(run.stderr.contains("klingon"), "{}", run.stderr);
}

#[test]
fn columns_in_another_order_and_english_headers_make_no_difference() {
    let plain = tables(&imported("plain.csv", joined(",", "\n")));
    let turned: String = ROWS
        .iter()
        .map(|row| row.iter().rev().copied().collect::<Vec<_>>().join(",") + "\n")
        .collect();
    assert_eq!(plain, tables(&imported("turned.csv", turned)));
    let english = joined(",", "\n").replace(
        "工单号,客户编号,客户名称,手机,车牌号,进厂日期,实收金额",
        "RO number,customer id,customer name,mobile,license plate,date in,paid",
    );
    assert_eq!(plain, tables(&imported("english.csv", english)));
}

#[test]
fn parquet_gives_the_same_tables_as_csv() {
    let shop = Shop::new();
    let csv = shop.file("orders.csv", joined(",", "\n"));
    let parquet = shop.path("orders.parquet");
    retain::store::Store::in_memory()
        .unwrap()
        .run(&format!(
            "copy (select * replace (\"进厂日期\"::date as \"进厂日期\", \"实收金额\"::decimal(10, 2) as \"实收金额\")
             from read_csv('{}', all_varchar = true, header = true)) to '{}' (format parquet)",
            csv.display(),
            parquet.display()
        ))
        .unwrap();
    shop.import_files(&[parquet]).succeeds();
    assert_eq!(
        tables(&imported("plain.csv", joined(",", "\n"))),
        tables(&shop)
    );
}

/// Several values, or bytes, are no plate and no phone, however they would look as text.
#[test]
fn columns_of_parquet_that_hold_no_single_values_are_not_used_and_said() {
    let shop = Shop::new();
    let file = |name: &str, columns: &str| {
        let store = Store::in_memory().unwrap();
        let path = shop.path(name).display().to_string();
        store
            .run(&format!(
                "copy (select {columns} from range(2)) to '{path}' (format parquet)"
            ))
            .unwrap();
    };
    file(
        "orders.parquet",
        "'粤A1000' || range as 车牌号, date '2025-03-01' as 进厂日期, 5::double as 实收金额,
         ['13800000001'] as 手机, {'a': 'LSVAU033572012345'} as VIN, 'C1'::blob as 客户编号, map {'a': 1} as 里程, 'x' as 备忘录",
    );
    let said = shop
        .retain("import orders.parquet --json")
        .succeeds()
        .json();
    assert_eq!(
        said["files"][0]["unused"],
        serde_json::json!([
            "手机: LIST",
            "VIN: STRUCT",
            "客户编号: BLOB",
            "里程: MAP",
            "备忘录"
        ])
    );
    assert_eq!(
        shop.ask("select count(*), count(vin_key), count(customer_key), count(odometer_km), sum(received) from orders"),
        ["2|0|0|0|10.00"]
    );
    let told = command(["profile", "orders.parquet"])
        .current_dir(shop.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&told.stdout);
    assert!(told.contains("VIN: STRUCT"), "{told}");
    for header in ["手机", "#4"] {
        shop.file("m.toml", format!("[columns]\nphone = '{header}'\n"));
        let run = shop
            .retain("import orders.parquet --mapping m.toml")
            .ends_with(2);
        assert!(
            run.stderr.contains("\"手机\"") && run.stderr.contains("LIST"),
            "{}",
            run.stderr
        );
    }
    // Without any other key the file is refused, and what was found says why.
    file(
        "keyless.parquet",
        "['粤A10001'] as 车牌号, date '2025-03-01' as 进厂日期, 5::double as 实收金额",
    );
    let run = shop.retain("import keyless.parquet").ends_with(1);
    assert!(run.stderr.contains("车牌号: LIST"), "{}", run.stderr);
}

/// A name is a name: what looks like a pattern in it, and a link, lead to no other file.
#[test]
fn parquet_is_read_from_the_file_that_was_named() {
    let shop = Shop::new();
    let elsewhere = Shop::new();
    let file = |path: std::path::PathBuf, plate: &str| {
        let store = Store::in_memory().unwrap();
        let sql = format!(
            "copy (select '{plate}' as 车牌号, date '2025-03-01' as 进厂日期) to '{}'",
            path.display()
        );
        store.run(&format!("{sql} (format parquet)")).unwrap();
    };
    for (name, plate) in [("orders1.parquet", "粤A99999"), ("plain", "粤A10001")] {
        file(shop.path(name), plate);
    }
    fs::rename(shop.path("plain"), shop.path("orders[12]*.parquet")).unwrap();
    shop.retain("import orders[12]*.parquet").succeeds();
    assert_eq!(shop.ask("select plate from vehicle_pairs"), ["粤A10001"]);
    // Nor is a folder's name a pattern, where the database lies elsewhere.
    fs::create_dir(elsewhere.path("[2025] a*b")).unwrap();
    file(elsewhere.path("plain"), "粤A10003");
    let inside = elsewhere.path("[2025] a*b/orders?.parquet");
    fs::rename(elsewhere.path("plain"), &inside).unwrap();
    shop.import_files(&[inside]);
    assert_eq!(shop.one("select count(*) from orders"), "2");
    #[cfg(unix)]
    {
        file(elsewhere.path("far.parquet"), "粤A10002");
        std::os::unix::fs::symlink(elsewhere.path("far.parquet"), shop.path("near.parquet"))
            .unwrap();
        shop.retain("import near.parquet").succeeds();
        assert_eq!(shop.one("select count(*) from orders"), "3");
    }
}

#[test]
fn an_exported_table_comes_back_as_parquet() {
    let shop = Shop::copy_of(small());
    shop.retain("export appointments --format parquet --out a.parquet")
        .succeeds();
    shop.retain("export work_orders --format parquet --out o.parquet --reveal")
        .succeeds();
    let back = Shop::new();
    back.import_files(&[shop.path("o.parquet")]);
    let status = back.retain("status --json");
    assert!(status.status == 0 || status.status == 2, "{status:?}");
}

#[test]
fn names_of_files_may_be_anything() {
    for name in [
        "with space.csv",
        "it's.csv",
        "a\"b.csv",
        "工单 2025年.csv",
        "-dash.csv",
        "per%cent;.csv",
        "drop table.csv",
    ] {
        let shop = Shop::new();
        let file = shop.file(name, joined(",", "\n"));
        shop.import_files(&[file]).succeeds();
        assert_eq!(shop.one("select file from imports"), name);
        assert_eq!(shop.one("select count(*) from orders"), "3");
    }
}

#[test]
fn refused_rows_of_a_file_with_a_long_name_are_kept_too() {
    for name in [
        format!("{}.csv", "n".repeat(251)),
        format!("{}.csv", "长".repeat(83)),
    ] {
        let shop = Shop::new();
        let rows = "工单号,进厂日期,车牌号\nR1,2025-03-01,粤A12345\nR9,2099-01-01,粤A12346\n";
        let file = shop.file(&name, rows);
        shop.import_files(&[file]).succeeds();
        assert_eq!(shop.one("select loaded, rejected from imports"), "1|1");
        let kept = std::fs::read_dir(shop.path("shop.duckdb.rejects")).unwrap();
        assert_eq!(kept.count(), 1, "{name}");
    }
}

#[test]
fn a_database_may_have_any_name() {
    let shop = Shop::new();
    let file = shop.file("o.csv", joined(",", "\n"));
    for name in ["客户 2025.duckdb", "it's.db", "no-ending"] {
        let db = shop.path(name);
        let words = [
            "import".as_ref(),
            file.as_os_str(),
            "--db".as_ref(),
            db.as_os_str(),
        ];
        super::support::retain(words).succeeds();
        let words = ["score".as_ref(), "--db".as_ref(), db.as_os_str()];
        super::support::retain(words).succeeds();
    }
}

#[test]
fn a_line_end_inside_quotes_belongs_to_the_cell() {
    let shop = imported(
        "note.csv",
        "任务号,车牌号,日期,备注\n1,粤A1,2025-01-01,\"two\nlines, and a \"\"quote\"\"\"\n2,粤A2,2025-01-02,plain\n",
    );
    assert_eq!(shop.one("select count(*) from follow_ups"), "2");
    let note = shop.one("select note from follow_ups where task_id = '1'");
    assert!(
        note.starts_with("two") && note.ends_with("and a \"quote\""),
        "{note}"
    );
}

#[test]
fn nul_and_other_control_characters_never_reach_the_tables() {
    let shop = imported(
        "nul.csv",
        format!(
            "车牌号,客户名称,进厂日期\n粤A10001,a\0b\u{7}c\u{1b}[31m,2025-01-01\n{}",
            "粤A10002,李秀英,2025-01-01\n".repeat(9)
        ),
    );
    assert_eq!(
        shop.one("select name from customers where name < '李'"),
        "abc[31m"
    );
}

#[test]
fn rows_that_are_too_short_or_too_long_are_refused_with_their_line() {
    let mut text = "车牌号,进厂日期,实收金额\n".to_owned();
    for i in 0..10 {
        text += match i {
            3 => "粤A10001,2025-01-04\n",
            7 => "粤A10001,2025-01-08,5,6,7\n",
            _ => "粤A10001,2025-01-01,5\n",
        };
    }
    let shop = imported("ragged.csv", text);
    assert_eq!(
        shop.ask("select line, reason from rejects order by line"),
        ["5|width", "9|width"]
    );
    assert_eq!(
        shop.one("select records, loaded, rejected from imports"),
        "10|8|2"
    );
}

#[test]
fn refused_cells_are_masked_in_the_database_and_whole_in_the_file_for_mending() {
    let shop = imported(
        "r.csv",
        "车牌号,手机,进厂日期,实收金额\n粤A10001,13812345678,2025-01-01,5\n粤A10001,13812345678,2025-01-02,13812345678元整\n",
    );
    let masked = shop.one("select value_masked from rejects");
    assert!(!masked.contains("13812345678"), "{masked}");
    let folder = shop.path("shop.duckdb.rejects");
    let file = fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert!(
        fs::read_to_string(file)
            .unwrap()
            .contains("13812345678元整")
    );
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let shop = Shop::new();
    let files = files_below("data-samples/small", ".csv");
    shop.import_files(&files).succeeds();
    let before = shop.contents();
    let again = shop.import_files(&files).succeeds().json();
    assert_same_contents(&before, &shop.contents());
    for file in again["files"].as_array().unwrap() {
        let n = |name: &str| file[name].as_u64().unwrap();
        assert_eq!((n("loaded"), n("replaced")), (0, 0), "{file}");
        assert_eq!(
            n("records"),
            n("unchanged") + n("duplicate") + n("rejected"),
            "{file}"
        );
    }
}

#[test]
fn files_in_any_order_give_the_same_tables() {
    let (one, other) = (Shop::new(), Shop::new());
    let mut files = files_below("data-samples/small", ".csv");
    one.import_files(&files).succeeds();
    files.reverse();
    other.import_files(&files).succeeds();
    for shop in [&one, &other] {
        shop.score_quickly("");
    }
    for table in [
        "vehicle_scores",
        "customer_scores",
        "score_history",
        "visits",
        "vehicles",
    ] {
        let sql = format!("from {table} order by all");
        assert_eq!(one.ask(&sql), other.ask(&sql), "{table}");
    }
}

#[test]
fn a_rehearsal_changes_nothing_and_says_what_would_happen() {
    let shop = Shop::new();
    shop.file("o.csv", joined(",", "\n"));
    let said = shop
        .retain("import o.csv --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(said["files"][0]["loaded"], 3);
    assert_eq!(said["dry_run"], true);
    assert!(!shop.db.exists());
    shop.retain("import o.csv").succeeds();
    let before = shop.contents();
    shop.file(
        "more.csv",
        joined(",", "\n")
            .replace("100.50", "7")
            .replace("3,C1", "4,C1"),
    );
    let said = shop
        .retain("import more.csv --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(
        (
            said["files"][0]["loaded"].as_u64(),
            said["files"][0]["replaced"].as_u64()
        ),
        (Some(1), Some(1))
    );
    assert_same_contents(&before, &shop.contents());
    shop.file(
        "bad.csv",
        format!("{}5,C1,,,粤A10001,2025-02-30,1\n", joined(",", "\n")),
    );
    shop.retain("import bad.csv --dry-run").succeeds();
    assert!(!shop.path("shop.duckdb.rejects").exists());
    assert_same_contents(&before, &shop.contents());
}

#[test]
fn an_order_that_comes_again_changed_replaces_the_earlier_one() {
    let shop = imported("march.csv", joined(",", "\n"));
    let said = shop
        .import("april.csv", joined(",", "\n").replace("1200", "1300"), "")
        .succeeds()
        .json();
    let file = &said["files"][0];
    assert_eq!(
        (
            file["replaced"].as_u64(),
            file["unchanged"].as_u64(),
            file["loaded"].as_u64()
        ),
        (Some(1), Some(2), Some(0))
    );
    assert_eq!(
        shop.ask("select ro_no, received from orders order by 1"),
        ["1|100.50", "2|1300.00", "3|-"]
    );
}

#[test]
fn orders_without_number_are_known_by_what_they_say() {
    let lines = "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,50\n粤A10001,2025-03-01,50\n粤A10001,2025-03-02,60\n";
    let shop = imported("a.csv", lines);
    assert_eq!(shop.one("select count(*) from orders"), "3");
    let again = shop.import("b.csv", lines, "").succeeds().json();
    assert_eq!(again["files"][0]["unchanged"], 3);
    let more = format!("{lines}粤A10001,2025-03-01,50\n");
    let said = shop.import("c.csv", more, "").succeeds().json();
    assert_eq!(said["files"][0]["loaded"], 1);
    assert_eq!(
        shop.one("select count(*), sum(received) from orders"),
        "4|210.00"
    );
}

#[test]
fn orders_that_a_later_file_lacks_stay_unless_it_is_all_there_is() {
    let shop = imported("all.csv", joined(",", "\n"));
    let without: String = joined(",", "\n")
        .lines()
        .filter(|l| !l.starts_with("2,"))
        .map(|l| format!("{l}\n"))
        .collect();
    shop.import("fewer.csv", &without, "").succeeds();
    assert_eq!(shop.one("select count(*) from orders"), "3");
    let said = shop
        .import("fewer.csv", &without, "--complete 2025-04-01..2025-04-30")
        .succeeds()
        .json();
    assert_eq!(said["files"][0]["removed"], 0);
    let said = shop
        .import("fewer.csv", &without, "--complete 2025-03-01..2025-03-31")
        .succeeds()
        .json();
    assert_eq!(said["files"][0]["removed"], 1);
    assert_eq!(shop.ask("select ro_no from orders order by 1"), ["1", "3"]);
    // The ledger says it too.
    assert_eq!(
        shop.ask("select file, removed from imports order by import_id"),
        ["all.csv|0", "fewer.csv|1"]
    );
    let status = shop.retain("status").succeeds().stdout;
    assert!(status.contains("1 order taken away"), "{status}");
}
