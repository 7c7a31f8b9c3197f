//! One person, one secret, looked for everywhere: in what an import says of rows that it cannot take, and in what is
//! written of a database.

use std::fs;
use std::process::Command;

use super::documents::{cells, installed};
use super::support::{Shop, below, department, files_below, run, skip, workbook};

/// Who must be nowhere; a first character may be shown, so that a person finds the cell.
const CANARY: [&str; 5] = [
    "三丰",
    "13812345678",
    "A8X8Y8",
    "LSVAU033572012345",
    "zhangsanfeng@example",
];

const HEADER: &str = "客户名称,手机,车牌号,VIN,进厂日期,实收金额";
const GOOD: &str = "李四,13900000001,粤A10001,LSVAU033572012346,2025-02-03,500\n";
const BAD: &str = "张三丰,13812345678,粤A8X8Y8,LSVAU033572012345,2025-02-30,500";

/// Files with the canary in them, in every way in which a row or a file is refused or misread: name and content.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let with = |rows: &str| format!("{HEADER}\n{rows}{}", GOOD.repeat(30));
    let text = |rows: String| rows.into_bytes();
    let mut all = vec![
        ("no-such-day.csv", text(with(&format!("{BAD}\n")))),
        ("alone.csv", text(format!("{HEADER}\n{BAD}\n"))),
        ("no-header.csv", text(format!("{BAD}\n{GOOD}"))),
        ("no-date-column.csv", text(format!("{}\n{BAD}\n", HEADER.replace("进厂日期", "说明")))),
        ("no-key-column.csv", text("客户名称,联系,牌,进厂日期\n张三丰,13812345678,粤A8X8Y8,2025-02-03\n".to_owned())),
        ("too-wide.csv", text(with(&format!("{BAD},zhangsanfeng@example,张三丰\n")))),
        ("too-short.csv", text(with("张三丰,13812345678\n"))),
        ("open-quote.csv", text(format!("{HEADER}\n{GOOD}\"{BAD}\n{GOOD}"))),
        ("stray-quote.csv", text(with("\"张三丰\"x,13812345678,粤A8X8Y8,LSVAU033572012345,2025-02-30,1\n"))),
        ("shifted-left.csv", text(with("13812345678,粤A8X8Y8,LSVAU033572012345,张三丰,13812345678,粤A8X8Y8\n"))),
        ("shifted-right.csv", text(with("粤A8X8Y8,LSVAU033572012345,张三丰,13812345678,LSVAU033572012345,zhangsanfeng@example\n"))),
        ("phone-for-date.csv", text(with("张三丰,1,粤A8X8Y8,2,+86 138-1234-5678,86 13812345678\n张三丰,1,粤A8X8Y8,2,0086-13812345678,13812345678.0\n"))),
        ("phone-for-money.csv", text(with("张三丰,1,粤A8X8Y8,2,2025-02-03,13812345678/13812345678\n"))),
        ("words.csv", text("手机,车牌号,VIN,进厂日期,维修类型,工单状态,付费方式,返修\n13812345678,粤A8X8Y8,LSVAU033572012345,2025-02-03,13812345678,粤A8X8Y8,LSVAU033572012345,粤a·8x8y8\n".to_owned())),
        ("too-long.csv", text(format!("{HEADER}\n{}{BAD}\n{GOOD}", "张三丰".repeat(400_000)))),
        ("twice.csv", text("客户名称,客户名称,车牌号,进厂日期\n张三丰,张三丰,粤A8X8Y8,2025-02-03\n".to_owned())),
        ("nul.csv", text(with(&format!("{}\n", BAD.replace("丰", "丰\0"))))),
        ("unknown-kind.csv", text("a,b,c\n张三丰,13812345678,粤A8X8Y8\n".to_owned())),
    ];
    let mut mixed = with("").into_bytes();
    mixed.extend(&encoding_rs::GBK.encode(BAD).0[..]);
    mixed.extend(b"\n\xff\xfe\x80");
    mixed.extend(BAD.as_bytes());
    all.push(("two-encodings.csv", mixed));
    let shown = format!("{HEADER}\n{BAD}\n{GOOD}");
    let shown = encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(shown.as_bytes())
        .0;
    all.push(("garbled.csv", shown.into_owned().into_bytes()));
    all.push(("book.xlsx", workbook(&with(&format!("{BAD}\n")))));
    all.push(("book-alone.xlsx", workbook(&format!("{HEADER}\n{BAD}\n"))));
    all.push(("book-no-header.xlsx", workbook(&format!("{BAD}\n{GOOD}"))));
    all
}

/// No value of the canary, whatever separates its digits; what a person may see of a cell is not enough to know it.
#[track_caller]
fn assert_silent(what: &str, text: &str) {
    let bare: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '·'))
        .collect();
    let bare = bare.to_uppercase();
    for secret in CANARY {
        let at = bare.find(&secret.to_uppercase());
        let around = at.map(|at| bare[at..].chars().take(40).collect::<String>());
        assert_eq!(around, None, "{what} says {secret}");
    }
    assert!(!text.contains("panicked"), "{what}: {text}");
}

#[test]
fn whatever_is_wrong_with_a_file_nobody_in_it_is_named() {
    let (mut failed, mut partly, mut kept) = (0, 0, 0);
    for (name, content) in files() {
        for flags in ["--dry-run", "--as customers", "--as work_orders --json", ""] {
            let shop = Shop::new();
            shop.file(name, &content);
            let run = shop.retain(&format!("import {name} {flags}"));
            let what = format!("import {name} {flags}");
            assert!(run.status <= 2, "{what}: {run:?}");
            assert_silent(&what, &run.stdout);
            assert_silent(&what, &run.stderr);
            if flags.is_empty() {
                failed += u32::from(run.status != 0);
                if run.status == 0 {
                    partly += u32::from(run.stdout.contains("rejected:"));
                    let quality = shop.retain("quality").succeeds();
                    assert_silent(&what, &quality.stdout);
                    for table in ["rejects", "imports", "unrecognised"] {
                        let rows = shop.ask(&format!("select * from {table}"));
                        assert_silent(&format!("{what}: {table}"), &rows.join("\n"));
                    }
                }
                let profile =
                    super::support::retain(["profile".as_ref(), shop.path(name).as_os_str()]);
                assert_silent(&format!("profile {name}"), &profile.stdout);
                assert_silent(&format!("profile {name}"), &profile.stderr);
            }
            if let Ok(audit) = fs::read_to_string(shop.path("shop.duckdb.audit")) {
                assert_silent(&format!("{what}: the audit file"), &audit);
            }
            // Rows to be mended are kept in full, for their owner alone.
            for entry in fs::read_dir(shop.path("shop.duckdb.rejects"))
                .into_iter()
                .flatten()
            {
                let rows = fs::read(entry.unwrap().path()).unwrap();
                kept += u32::from(String::from_utf8_lossy(&rows).contains(CANARY[1]));
            }
        }
    }
    assert!(
        failed >= 8 && partly >= 5 && kept >= 10,
        "{failed} failed, {partly} in part, {kept} kept"
    );
}

/// Who holds the database or what was written of it does not hold the secret that its codes are keyed with.
#[test]
fn the_secret_is_in_no_file_but_its_own() {
    let shop = Shop::copy_of(department());
    let pdf = cfg!(feature = "pdf");
    for line in [
        "export customers --reveal --out out/c.csv",
        "export customers --for-analysis --purpose p --out out/a.csv",
        "export customers --for-analysis --purpose p --format parquet --out out/a.parquet",
        "list --out out --for 2026-01-05",
        "list --out out --for 2026-01-05 --format csv",
        "register --out out --format csv",
        "report month --month 2025-11 --out out --format html,xlsx",
        "report figures --month 2025-11 --out out --format csv",
        "erase C00001 --dry-run",
        "backup",
        "compact",
    ] {
        let run = shop.retain(line);
        assert!(
            run.status == 0 || line.starts_with("erase"),
            "{line}: {run:?}"
        );
    }
    if pdf {
        shop.retain("report month --month 2025-11 --out out --format pdf")
            .succeeds();
        shop.retain("list --out out --for 2026-01-05 --format pdf")
            .succeeds();
    }
    for table in shop.ask("select table_name from duckdb_tables() where not internal order by 1") {
        shop.retain(&format!(
            "export {table} --reveal --format json --out out/{table}.json"
        ))
        .succeeds();
    }
    let key = shop.path("shop.duckdb.key");
    let hex = fs::read_to_string(&key).unwrap().trim().to_owned();
    let raw: Vec<u8> = (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    assert_eq!(raw.len(), 32);
    let holds = |bytes: &[u8]| {
        let text = bytes.to_ascii_lowercase();
        let has = |part: &[u8], of: &[u8]| of.windows(part.len()).any(|w| w == part);
        // A half of it is too much.
        has(&hex.as_bytes()[..32], &text) || has(&hex.as_bytes()[32..], &text) || has(&raw, bytes)
    };
    assert!(holds(&fs::read(&key).unwrap()));
    let mut seen = 0;
    for path in below(&shop.path("")) {
        if path == key || path.is_dir() {
            continue;
        }
        let name = path.display();
        assert!(!holds(&fs::read(&path).unwrap()), "{name}");
        // What is packed is looked at unpacked.
        match path.extension().and_then(|e| e.to_str()) {
            Some("xlsx") => assert!(!holds(cells(&path).as_bytes()), "{name}"),
            Some("pdf") => match installed(&["pdftotext"]) {
                Some(tool) => {
                    let text = run(Command::new(tool).arg(&path).arg("-"))
                        .succeeds()
                        .stdout;
                    assert!(!holds(text.as_bytes()), "{name}");
                }
                None => skip("the secret on paper", "no pdftotext"),
            },
            _ => {}
        }
        seen += 1;
    }
    assert!(seen > 80, "{seen}");
    // No sample that is handed out has one either.
    assert!(files_below("data-samples", ".key").is_empty());
}
