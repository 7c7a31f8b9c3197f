//! What the program refuses: the status, the line that says what and where, the line that says what to do
//! next, and a database that is as it was.

use std::fs;

use retain::store::{Access, Engine, Store};

use super::support::{Run, Shop, command, retain, run, skip, workbook};

const GOOD: &str = "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n粤A10002,2025-03-02,200\n";

/// A shop with two orders in it.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.import("good.csv", GOOD, "").succeeds();
    shop
}

/// Fails with that status; the first line names `what`, the second says what to do next.
#[track_caller]
fn refused(run: &Run, status: i32, what: &str) {
    assert_eq!(run.status, status, "{run:?}");
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(
        lines
            .first()
            .is_some_and(|l| l.starts_with("error: ") && l.contains(what)),
        "first line without {what}: {}",
        run.stderr
    );
    assert!(
        lines
            .get(1)
            .is_some_and(|l| l.starts_with("  → ") && l.len() > 10),
        "no next step: {}",
        run.stderr
    );
    assert_eq!(lines.len(), 2, "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("internal"));
}

/// Imports a file that must be refused into an empty folder and into a full database: neither changes.
#[track_caller]
fn file_refused(name: &str, content: impl AsRef<[u8]>, flags: &str) -> (Shop, Run) {
    let empty = Shop::new();
    empty.file(name, &content);
    let run = empty.retain(&format!("import {name} {flags}"));
    refused(&run, 1, name);
    assert!(!empty.db.exists(), "a database was made");
    assert!(!empty.path("shop.duckdb.wal").exists());
    let full = shop();
    let before = full.contents();
    full.file(name, &content);
    refused(&full.retain(&format!("import {name} {flags}")), 1, name);
    assert_eq!(before, full.contents());
    (full, run)
}

#[test]
fn a_missing_file_is_wrong_use() {
    let shop = Shop::new();
    refused(&shop.retain("import nowhere.csv"), 2, "nowhere.csv");
    assert!(!shop.db.exists());
    assert!(!shop.path("shop.duckdb.audit").exists());
}

#[test]
fn a_folder_is_not_a_file() {
    let shop = Shop::new();
    fs::create_dir(shop.path("orders")).unwrap();
    refused(&shop.retain("import orders"), 2, "orders");
}

#[test]
fn an_empty_file_is_refused() {
    file_refused("empty.csv", "", "");
    file_refused("blank.csv", " \n\r\n", "");
}

#[test]
fn random_bytes_are_refused() {
    // A fixed sequence that looks like nothing (xorshift), once as bytes and once among text.
    let mut x = 88_172_645_463_325_252u64;
    let noise: Vec<u8> = (0..5000)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x.to_le_bytes()[3]
        })
        .collect();
    file_refused("noise.csv", noise, "");
    file_refused(
        "half.csv",
        [b"\x00\x01\x02".repeat(40), b"a,b\n".repeat(9)].concat(),
        "",
    );
}

#[test]
fn other_containers_are_named_for_what_they_are() {
    let (_, run) = file_refused("book.csv", b"PK\x03\x04rest of a workbook", "");
    assert!(run.stderr.contains("damaged"), "{}", run.stderr);
    let (_, run) = file_refused("packed.zip", packed(&[("photo.jpg", &[0, 1, 2])]), "");
    assert!(
        run.stderr.contains("packed.zip/photo.jpg"),
        "{}",
        run.stderr
    );
    let sheet = [("xl/workbook.xml", b"<workbook/>".as_slice())];
    let (_, run) = file_refused("hollow.xlsx", packed(&sheet), "");
    assert!(run.stderr.contains("damaged"), "{}", run.stderr);
    file_refused("old.csv", [0xd0, 0xcf, 0x11, 0xe0, 0xa1], "");
    file_refused("packed.csv", [0x1f, 0x8b, 8, 0, 0, 0], "");
    file_refused("broken.parquet", b"PAR1 and nothing more", "");
}

/// A zip archive of these parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_parsed() {
    let zeros = vec![b' '; 64 << 20];
    let bomb = packed(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    let (_, run) = file_refused("bomb.xlsx", bomb, "");
    assert!(run.stderr.contains("unpack"), "{}", run.stderr);
    let promise = packed(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", b"<sst uniqueCount=\"4000000000\">"),
    ]);
    let (_, run) = file_refused("promise.xlsx", promise, "");
    assert!(run.stderr.contains("unpack"), "{}", run.stderr);
}

#[test]
fn a_header_alone_is_refused() {
    file_refused("header.csv", "车牌号,进厂日期\n", "");
    file_refused("header.csv", "车牌号,进厂日期", "");
}

/// A spreadsheet program that opened UTF-8 as the code page of its machine, and saved what it showed.
#[test]
fn a_file_that_was_garbled_before_it_was_saved_is_refused_and_says_how() {
    let meant =
        "工单号,车牌号,VIN,进厂日期,客户\nA1,粤A12345,LSVAU033572012345,2025-01-01,王先生\n";
    for (encoding, name) in [
        (encoding_rs::GBK, "GBK"),
        (encoding_rs::WINDOWS_1252, "Windows-1252"),
    ] {
        let shown = encoding.decode_without_bom_handling(meant.as_bytes()).0;
        let (_, run) = file_refused("shown.csv", shown.as_bytes(), "");
        assert!(run.stderr.contains(name), "{}", run.stderr);
        let (_, run) = file_refused("shown.xlsx", workbook(&shown), "");
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
}

#[test]
fn a_file_without_unit_key_is_refused_and_says_what_it_wanted() {
    let (_, run) = file_refused(
        "nokey.csv",
        "工单号,进厂日期,实收金额\n1,2025-01-01,5\n",
        "",
    );
    assert!(run.stderr.contains("车牌号"), "{}", run.stderr);
}

#[test]
fn a_file_without_date_column_is_refused_and_says_what_it_wanted() {
    let (_, run) = file_refused(
        "nodate.csv",
        "工单号,车牌号,维修类型,实收金额\n1,粤A10001,保养,5\n",
        "",
    );
    assert!(run.stderr.contains("进厂日期"), "{}", run.stderr);
    file_refused(
        "told.csv",
        "车牌号,实收金额\n粤A10001,5\n",
        "--as work_orders",
    );
}

#[test]
fn two_headers_for_one_column_are_refused() {
    file_refused(
        "twice.csv",
        "车牌号,进厂日期,进厂日期\n粤A1,2025-01-01,2025-01-02\n",
        "",
    );
    file_refused(
        "alike.csv",
        "车牌号,车牌,进厂日期\n粤A1,粤A2,2025-01-01\n",
        "",
    );
}

#[test]
fn a_quote_that_is_never_closed_is_refused_with_its_line() {
    let (_, run) = file_refused(
        "quote.csv",
        "车牌号,进厂日期,客户名称\n粤A1,2025-01-01,a\n粤A2,2025-01-02,\"b\n粤A3,2025-01-03,c\n",
        "",
    );
    assert!(run.stderr.contains("line 3"), "{}", run.stderr);
}

#[test]
fn a_cell_of_three_megabytes_is_refused() {
    let long = format!(
        "车牌号,进厂日期,客户名称\n粤A1,2025-01-01,{}\n",
        "x".repeat(3_000_000)
    );
    let (_, run) = file_refused("long.csv", long, "");
    assert!(run.stderr.len() < 500);
}

#[test]
fn a_header_of_ten_thousand_columns_is_refused() {
    file_refused(
        "columns.csv",
        format!("车牌号,进厂日期{}\n1\n", ",x".repeat(10_000)),
        "",
    );
}

#[test]
fn too_many_refused_rows_fail_the_import_and_leave_them_to_be_mended() {
    let mut text = "车牌号,进厂日期,实收金额\n".to_owned();
    for i in 0..100 {
        let day = if i < 30 { "2025-02-30" } else { "2025-02-03" };
        text += &format!("粤A{i:05},{day},100\n");
    }
    let (shop, run) = file_refused("bad.csv", &text, "");
    assert!(
        run.stderr.contains("30") && run.stderr.contains("100"),
        "{}",
        run.stderr
    );
    let folder = shop.path("shop.duckdb.rejects");
    let made: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert_eq!(made.len(), 1, "{made:?}");
    assert!(
        run.stderr.contains(
            made[0]
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .split('-')
                .next()
                .unwrap()
        )
    );
    let rejected = fs::read_to_string(&made[0]).unwrap();
    assert_eq!(rejected.lines().count(), 31);
    assert!(rejected.lines().nth(1).unwrap().contains("粤A00000"));
    // Mended, it goes in as it is.
    let mended = rejected.replace("2025-02-30", "2025-02-28");
    shop.import("mended.csv", mended, "").succeeds();
    assert_eq!(shop.one("select count(*) from orders"), "32");
}

#[cfg(unix)]
#[test]
fn files_with_personal_data_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new();
    shop.import("o.csv", format!("{GOOD}粤A10003,2025-02-30,1\n"), "")
        .succeeds();
    shop.retain("score").succeeds();
    shop.retain("list --out lists").succeeds();
    let mut folders = vec![shop.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let mode = path.metadata().unwrap().permissions().mode();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "o.csv" {
                assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
            }
        }
    }
}

#[test]
fn one_bad_file_among_many_changes_nothing() {
    let shop = shop();
    let before = shop.contents();
    shop.file("a.csv", "车牌号,进厂日期\n粤A10009,2025-03-09\n");
    shop.file("b.csv", "车牌号,进厂日期\n");
    refused(&shop.retain("import a.csv b.csv"), 1, "b.csv");
    assert_eq!(before, shop.contents());
}

/// Of three files the first two are sound: whatever is wrong with the third, nothing of them is seen, and that it was tried
/// stands in the audit file without a word of what was in them.
#[test]
fn two_good_files_before_a_bad_one_are_not_seen_and_the_attempt_is_noted() {
    let mut many = "车牌号,进厂日期\n".to_owned();
    for i in 0..100 {
        let day = if i < 30 { "2025-02-30" } else { "2025-02-03" };
        many += &format!("粤B{i:05},{day}\n");
    }
    for (why, third) in [
        ("file-header-only", "车牌号,进厂日期\n"),
        (
            "no-row-readable",
            "车牌号,进厂日期\n粤A10011,2025-02-30\n粤A10012,never\n",
        ),
        ("too-many-rejects", &*many),
    ] {
        for shop in [Shop::new(), shop()] {
            let before = shop.db.exists().then(|| shop.contents());
            // The first brings a row that is refused by itself.
            shop.file(
                "a.csv",
                "车牌号,进厂日期\n粤A10009,2025-03-09\n粤A10019,2025-02-30\n",
            );
            shop.file("b.csv", "车牌号,进厂日期\n粤A10010,2025-03-09\n");
            shop.file("c.csv", third);
            refused(&shop.retain("import a.csv b.csv c.csv"), 1, "c.csv");
            assert_eq!(shop.db.exists().then(|| shop.contents()), before, "{why}");
            let noted = fs::read_to_string(shop.path("shop.duckdb.audit")).unwrap();
            let entry: serde_json::Value =
                serde_json::from_str(noted.lines().last().unwrap()).unwrap();
            assert_eq!(
                (
                    &entry["command"],
                    &entry["facts"]["failed"],
                    &entry["facts"]["files"]
                ),
                (&"import".into(), &why.into(), &3.into()),
                "{noted}"
            );
            assert!(!noted.contains("粤A") && !noted.contains("粤B"), "{noted}");
            // Without the third the same two go in.
            shop.retain("import a.csv b.csv").succeeds();
            let seen =
                shop.one("select count(*) from vehicles where plate in ('粤A10009', '粤A10010')");
            assert_eq!(seen, "2");
        }
    }
}

#[test]
fn a_database_of_sqlite_is_none_of_ours() {
    let shop = Shop::new();
    let mut page = b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20".to_vec();
    page.resize(8192, 0);
    shop.file("shop.duckdb", &page);
    refused(&shop.retain("status"), 1, "shop.duckdb: is not a database");
    assert_eq!(fs::read(&shop.db).unwrap(), page);
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let shop = Shop::new();
    shop.file(
        "shop.duckdb",
        "this is a text about a shop, long enough to be more than a header",
    );
    shop.file("good.csv", GOOD);
    for line in [
        "import good.csv",
        "score",
        "status",
        "list --out lists",
        "export orders",
    ] {
        refused(&shop.retain(line), 1, "shop.duckdb");
    }
    assert!(
        fs::read_to_string(&shop.db)
            .unwrap()
            .starts_with("this is a text")
    );
}

#[test]
fn a_database_of_another_program_is_left_as_it_is() {
    let shop = Shop::new();
    {
        let other = duckdb::Connection::open(&shop.db).unwrap();
        other
            .execute_batch("create table cats (name varchar); insert into cats values ('Tom')")
            .unwrap();
    }
    shop.file("good.csv", GOOD);
    for line in ["import good.csv", "score", "status"] {
        refused(&shop.retain(line), 1, "shop.duckdb");
    }
    let other = duckdb::Connection::open(&shop.db).unwrap();
    let tables: i64 = other
        .query_row("select count(*) from duckdb_tables()", [], |r| r.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_database_in_use_is_busy_and_the_holder_is_named() {
    let shop = shop();
    let held = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    shop.file("more.csv", "车牌号,进厂日期\n粤A10009,2025-03-09\n");
    let me = std::process::id().to_string();
    for line in ["import more.csv", "score", "status", "list --out lists"] {
        refused(&shop.retain(line), 4, "shop.duckdb");
        assert!(
            shop.retain(line).stderr.contains(&me),
            "the process is not named"
        );
    }
    drop(held);
    shop.retain("status").succeeds();
}

#[test]
fn a_missing_database_is_wrong_use_and_is_not_made() {
    let shop = Shop::new();
    for line in [
        "score",
        "status",
        "list --out lists",
        "report month --out reports",
        "export orders",
        "explain 粤A10001",
    ] {
        refused(&shop.retain(line), 2, "shop.duckdb");
        assert!(!shop.db.exists());
    }
    assert!(!shop.path("lists").exists());
}

#[test]
fn a_folder_that_is_missing_or_read_only_is_said() {
    let shop = Shop::new();
    let good = shop.file("good.csv", GOOD);
    let nowhere = shop.path("no/such/shop.duckdb");
    let words = [
        "import".as_ref(),
        good.as_os_str(),
        "--db".as_ref(),
        nowhere.as_os_str(),
    ];
    refused(&retain(words), 1, "no/such");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = shop.path("locked");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
        // Who may write everywhere still may not in the kernel's own tree.
        let kernel = std::path::PathBuf::from("/sys");
        let closed = if fs::write(folder.join("try"), "").is_ok() {
            kernel
        } else {
            folder
        };
        if fs::write(closed.join("retain-try"), "").is_ok() || !closed.is_dir() {
            skip("a read-only folder", "this user may write everywhere");
        } else {
            let locked = closed.join("shop.duckdb");
            let words = [
                "import".as_ref(),
                good.as_os_str(),
                "--db".as_ref(),
                locked.as_os_str(),
            ];
            refused(&retain(words), 1, &closed.display().to_string());
        }
    }
}

#[test]
fn unknown_tables_keys_months_and_dates_are_wrong_use() {
    let shop = shop();
    refused(&shop.retain("explain 粤A10001"), 1, "shop.duckdb");
    shop.retain("score").succeeds();
    let before = shop.contents();
    refused(&shop.retain("export nothing"), 2, "nothing");
    refused(&shop.retain("export duckdb_tables"), 2, "duckdb_tables");
    refused(&shop.retain("explain 粤Z99999"), 2, "plate");
    refused(
        &shop.retain("report month --month 2030-01 --out reports"),
        2,
        "2030-01",
    );
    refused(&shop.retain("score --as-of 1999-01-01"), 2, "1999-01-01");
    refused(
        &shop.retain("list --out lists --for 2025-03-01"),
        2,
        "2025-03-01",
    );
    refused(&shop.retain("export orders --format parquet"), 2, "Parquet");
    assert_eq!(before, shop.contents());
}

#[test]
fn a_day_that_no_calendar_has_is_told_apart_from_one_that_is_written_otherwise() {
    let shop = shop();
    for (line, words) in [
        (
            "score --as-of 2025-02-30",
            "--as-of: no calendar has 2025-02-30",
        ),
        (
            "score --as-of yesterday",
            "--as-of: yesterday is not of the form YYYY-MM-DD",
        ),
        (
            "list --out lists --for 2025-13-01",
            "--for: no calendar has 2025-13-01",
        ),
        (
            "report month --month 2025-13 --out r",
            "--month: no calendar has 2025-13",
        ),
        (
            "report month --month 2025-1 --out r",
            "--month: 2025-1 is not of the form YYYY-MM",
        ),
    ] {
        refused(&shop.retain(line), 2, words);
    }
    let run = shop.retain("score --as-of 2025-02-30 --json");
    let told: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(told["code"], "no-such-day");
    assert_eq!(told["args"]["value"], "2025-02-30");
    let run = shop.retain("score --nonsense --json");
    let told: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((run.status, &told["code"]), (2, &"usage".into()));
}

#[test]
fn a_date_long_after_the_last_order_is_scored_with_a_word_on_it() {
    let shop = shop();
    let words = "no data of the last 40 days";
    let run = shop.retain("score --as-of 2025-04-11");
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains(words), "{}", run.stdout);
    let run = shop.retain("score --as-of 2025-03-09");
    assert_eq!(run.status, 0, "{run:?}");
    assert!(!run.stdout.contains("no data of"), "{}", run.stdout);
}

#[test]
fn the_demo_spares_what_it_did_not_make() {
    let shop = shop();
    let before = shop.contents();
    let own = shop.path("own");
    fs::create_dir(&own).unwrap();
    fs::rename(&shop.db, own.join("retain.duckdb")).unwrap();
    refused(&shop.retain_in_folder("demo --out own"), 2, "retain.duckdb");
    assert!(!own.join("data").exists());
    fs::rename(own.join("retain.duckdb"), &shop.db).unwrap();
    assert_eq!(before, shop.contents());
    for name in ["data/work_orders.csv", "reports/2025-12.html"] {
        let folder = shop.path("other");
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        fs::write(folder.join(name), "mine").unwrap();
        refused(&shop.retain_in_folder("demo --out other"), 2, "other");
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "mine");
        assert!(!folder.join("retain.duckdb").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
    // What it made itself it makes again.
    for _ in 0..2 {
        shop.retain_in_folder("demo --out fresh").succeeds();
    }
}

#[test]
fn what_cannot_be_parsed_is_wrong_use() {
    let shop = shop();
    for line in [
        "score --as-of 2025-02-30",
        "score --as-of yesterday",
        "report month --month 2025-13 --out reports",
        "report month --month 2025-1 --out reports",
        "import good.csv --complete 2025-02-01..2025-01-01",
        "list --out lists --capacity -1",
        "score --threads 0",
        "export orders --format docx",
        "frobnicate",
        "score --nonsense",
    ] {
        let run = shop.retain(line);
        assert_eq!(run.status, 2, "{line}: {run:?}");
        assert!(
            run.stderr.starts_with("error: ") && run.stdout.is_empty(),
            "{line}: {run:?}"
        );
    }
    for line in ["", "import"] {
        assert_eq!(retain(line.split_whitespace()).status, 2, "{line:?}");
    }
}

#[test]
fn settings_and_mappings_are_checked_with_their_line() {
    let shop = shop();
    shop.file(
        "bad.toml",
        "lang = 'en'\n[visit]\nmerge_gap_days = 0\nmerge_gap_weeks = 3\n",
    );
    let run = shop.retain("score --config bad.toml");
    refused(&run, 2, "bad.toml");
    assert!(run.stderr.contains("line 4"), "{}", run.stderr);
    shop.file("share.toml", "[import]\nmax_reject_share = 7.0\n");
    refused(&shop.retain("score --config share.toml"), 2, "share.toml");
    refused(
        &shop.retain("score --config nowhere.toml"),
        2,
        "nowhere.toml",
    );
    shop.file("map.toml", "kind = 'work_orders'\nnonsense = 1\n");
    refused(
        &shop.retain("import good.csv --mapping map.toml"),
        2,
        "map.toml",
    );
    shop.file("map.toml", "[columns]\nno_such_column = '车牌号'\n");
    refused(
        &shop.retain("import good.csv --mapping map.toml --as work_orders"),
        2,
        "good.csv",
    );
    refused(
        &shop.retain("import good.csv --mapping nowhere.toml"),
        2,
        "nowhere.toml",
    );
    refused(&shop.retain("import good.csv --as cats"), 2, "cats");
    refused(&shop.retain("score --memory-limit plenty"), 2, "plenty");
}

#[test]
fn nothing_to_score_is_said() {
    let shop = Shop::new();
    shop.import(
        "v.csv",
        "VIN,车牌号,品牌\nLGG8D2D19PZ100001,粤A10001,东风\n",
        "",
    )
    .succeeds();
    refused(&shop.retain("score"), 1, "shop.duckdb");
    refused(&shop.retain("list --out lists"), 1, "shop.duckdb");
}

#[test]
fn an_interrupted_import_leaves_the_database_as_it_was() {
    let shop = shop();
    let before = shop.contents();
    let mut text = "车牌号,进厂日期,实收金额\n".to_owned();
    for i in 0..400_000 {
        text += &format!(
            "粤A{:05},2025-{:02}-{:02},{i}\n",
            i % 90_000,
            i % 12 + 1,
            i % 28 + 1
        );
    }
    shop.file("big.csv", text);
    let db = shop.db.display().to_string();
    let words = ["import", "big.csv", "--db", &db, "--today", "2026-01-02"];
    let mut child = command(words)
        .current_dir(shop.path(""))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(900));
    let pid = child.id().to_string();
    run(std::process::Command::new("kill").args(["-INT", &pid]));
    let status = child.wait().unwrap();
    if status.success() {
        return skip(
            "an interrupted import",
            "it was done before the signal came",
        );
    }
    assert_eq!(status.code(), Some(130));
    assert_eq!(before, shop.contents());
}
