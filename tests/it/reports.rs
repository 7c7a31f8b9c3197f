//! Reports as files: their forms, their archive, what a later version changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use calamine::{Reader, Xlsx, open_workbook};
use chrono::NaiveDate;
use retain::cli::ReportFormat;
use retain::pipeline::Context;
use retain::pipeline::report::{PeriodKind, Request, report};
use retain::store::{Access, Engine, Store, hold};
use retain::types::Lang;

use super::documents::assert_no_formulas;
use super::support::Shop;

const HEADER: &str = "工单号,车牌号,进厂日期,结算日期,维修类型,实收金额,服务顾问\n";

/// A shop with two months of orders; `extra` comes with the first file.
fn shop(extra: &str) -> Shop {
    let shop = Shop::new();
    let mut rows = HEADER.to_owned();
    for i in 0..20 {
        rows += &format!(
            "A{i},粤A1{i:04},2025-10-{:02},2025-10-{:02},保养,{}00,小李\n",
            i + 1,
            i + 1,
            i + 3
        );
        rows += &format!(
            "B{i},粤A1{i:04},2025-11-{:02},2025-11-{:02},保养,{}00,小李\n",
            i + 1,
            i + 1,
            i + 4
        );
    }
    rows += extra;
    shop.import("o.csv", rows, "").succeeds();
    shop.retain("score --as-of 2025-11-30").succeeds();
    shop
}

#[test]
fn a_report_has_the_forms_that_were_asked_for_each_once() {
    let shop = shop(
        "C1,粤A19999,2025-11-05,2025-11-05,保养,88,\"=HYPERLINK(\"\"x\"\") <b>#panic()</b>\"\n",
    );
    let made = shop
        .retain("report month --month 2025-11 --out r --format xlsx,html,xlsx --lang en --json")
        .succeeds()
        .json();
    assert_eq!(made["files"].as_array().unwrap().len(), 2);
    assert_eq!(made["period"], "2025-11");
    assert_eq!(made["number"], 1);
    let book = shop.path("r/2025-11.xlsx");
    assert_no_formulas(&book);
    let sheets = open_workbook::<Xlsx<_>, _>(&book).unwrap().sheet_names();
    assert!(
        sheets.len() >= 5 && sheets[0].starts_with("1 "),
        "{sheets:?}"
    );
    assert_eq!(
        shop.ask("select format from reports where report_no = 1 order by format")
            .len(),
        2
    );
    assert_eq!(shop.ask("from report_figures where report_no = 1"), {
        let sql = "select 1, 'month', period, id, label_zh, label_en, unit, value, target, definition from kpis where period = '2025-11'";
        shop.ask(sql)
    });
}

/// Both languages in one run are what each is by itself, and one version in the archive.
#[test]
fn languages_written_together_are_those_written_apart() {
    let forms: &[&str] = if cfg!(feature = "pdf") {
        &["html", "xlsx", "pdf"]
    } else {
        &["html", "xlsx"]
    };
    let asked = forms.join(",");
    let shop = shop("");
    let together = shop
        .retain(&format!(
            "report year --year 2025 --out both --format {asked} --langs zh,en,zh --json"
        ))
        .succeeds()
        .json();
    assert_eq!(together["files"].as_array().unwrap().len(), 2 * forms.len());
    assert_eq!(
        shop.ask("select distinct report_no, lang from reports order by lang"),
        ["1|en", "1|zh"]
    );
    for lang in ["zh", "en"] {
        let made = shop
            .retain(&format!(
                "report year --year 2025 --out {lang} --format {asked} --lang {lang} --json"
            ))
            .succeeds()
            .json();
        assert_eq!(made["number"], 1);
        for form in forms {
            assert_eq!(
                fs::read(shop.path(&format!("both/2025.{lang}.{form}"))).unwrap(),
                fs::read(shop.path(&format!("{lang}/2025.{form}"))).unwrap(),
                "{lang} {form}"
            );
        }
    }
    let one = shop.retain("report month --month 2025-11 --out one --langs en --json");
    assert!(one.succeeds().stdout.contains("2025-11.en.html"));
    shop.retain("report month --out r --langs en,fr")
        .ends_with(2);
}

#[test]
fn a_report_made_again_from_other_data_says_what_moved_and_why() {
    let shop = shop("");
    let report = "report month --month 2025-11 --out r --lang en";
    shop.retain(report).succeeds();
    let first = fs::read(shop.path("r/2025-11.html")).unwrap();
    let again = shop.retain(&format!("{report} --json")).succeeds().json();
    assert_eq!(
        (&again["number"], &again["changes"]),
        (&1.into(), &serde_json::Value::Null)
    );
    assert!(first == fs::read(shop.path("r/2025-11.html")).unwrap());

    shop.import(
        "late.csv",
        format!("{HEADER}L1,粤A17777,2025-11-20,2025-11-20,保养,1000,小李\n"),
        "",
    )
    .succeeds();
    shop.retain("score --as-of 2025-11-30").succeeds();
    let asked = shop
        .retain("report diff 2025-11 --lang en --json")
        .succeeds()
        .json();
    assert_eq!(
        shop.one("select max(report_no) from reports"),
        "1",
        "asking archives nothing"
    );
    let said = shop.retain(&format!("{report} --json")).succeeds().json();
    assert_eq!(said["number"], 2);
    assert_eq!(said["changes"]["figures"], asked["figures"]);
    let moved = |id: &str| {
        let figures = asked["figures"].as_array().unwrap();
        let of = figures.iter().find(|f| f["id"] == id).unwrap();
        of["after"]["value"].as_f64().unwrap() - of["before"]["value"].as_f64().unwrap()
    };
    assert!((moved("revenue") - 1000.0).abs() < 1e-6);
    assert!((moved("visits") - 1.0).abs() < 1e-6);
    let causes = asked["causes"].as_array().unwrap();
    assert!(
        causes
            .iter()
            .any(|c| c["cause"] == "import" && c["file"] == "late.csv" && c["loaded"] == 1),
        "{causes:?}"
    );
    assert!(
        causes
            .iter()
            .any(|c| c["cause"] == "orders" && c["before"] == 20 && c["after"] == 21),
        "{causes:?}"
    );
    let page = fs::read_to_string(shop.path("r/2025-11.html")).unwrap();
    assert!(page.contains("id=\"changes\"") && page.contains("late.csv"));
    let second = fs::read(shop.path("r/2025-11.html")).unwrap();
    shop.retain(report).succeeds();
    assert!(second == fs::read(shop.path("r/2025-11.html")).unwrap());
    let archived = shop
        .retain("report diff 1 2 --lang en --json")
        .succeeds()
        .json();
    assert_eq!(archived["figures"], asked["figures"]);
    for name in ["7", "2025-10", "x", "2030"] {
        let error = shop
            .retain(&format!("report diff {name} --lang en"))
            .ends_with(2);
        assert!(error.stderr.contains("no such version"), "{}", error.stderr);
    }
}

#[test]
fn whoever_reads_the_database_keeps_no_report_from_being_written() {
    let shop = shop("");
    shop.retain("report month --month 2025-11 --out r")
        .succeeds();
    let reader = Store::open(&shop.db, Access::Read, &Engine::default()).unwrap();
    let said = shop
        .retain("report month --month 2025-10 --out r --format html,xlsx --lang en --json")
        .succeeds()
        .json();
    assert_eq!(said["not_archived"], "database-busy");
    assert_eq!(said["number"], serde_json::Value::Null);
    let page = fs::read_to_string(shop.path("r/2025-10.html")).unwrap();
    assert!(page.contains("Not archived"));
    drop(reader);
    assert_eq!(
        shop.one("select count(*) from reports where period = '2025-10'"),
        "0"
    );
    let said = shop
        .retain("report month --month 2025-10 --out r --lang en --json")
        .succeeds()
        .json();
    assert_eq!(
        (&said["not_archived"], &said["number"]),
        (&serde_json::Value::Null, &2.into())
    );
}

#[test]
fn a_report_that_somebody_wrote_under_is_made_of_what_is_there_then() {
    let shop = shop("");
    let page = |folder: &str| fs::read_to_string(shop.path(&format!("{folder}/2025-11.html")));
    // Another process waits to write; the report reads all the same, and stands behind it when it asks for the lock.
    let writer = Mutex::new(Some(hold(&shop.db).unwrap()));
    let db = shop.db.clone();
    let writes = move |_: &str| {
        if writer.lock().unwrap().take().is_some() {
            let store = Store::open(&db, Access::Write, &Engine::default()).unwrap();
            store
                .run("update visits set paid_amount = paid_amount * 2; checkpoint;")
                .unwrap();
        }
    };
    let context = Context {
        database: shop.db.clone(),
        settings: None,
        lang: Some(Lang::En),
        engine: Engine::default(),
        today: NaiveDate::from_ymd_opt(2026, 1, 2).unwrap(),
        is_last: false,
        lock_timeout: Duration::from_secs(60),
        progress: Box::new(writes),
    };
    let out = shop.path("r");
    let request = Request {
        kind: PeriodKind::Month,
        start: NaiveDate::from_ymd_opt(2025, 11, 1),
        out: &out,
        lang: Some(Lang::En),
        formats: &[ReportFormat::Html],
        names_language: false,
    };
    let said = report(&context, &[request]).unwrap();
    assert_eq!((said.number, said.not_archived), (Some(1), None));
    let revenue = "select sum(paid_amount)::double from visits where first_in >= '2025-11-01'";
    let archived = "select value from report_figures where report_no = 1 and id = 'revenue'";
    assert_eq!(shop.one(archived), shop.one(revenue));
    shop.retain("report month --month 2025-11 --out again --lang en")
        .succeeds();
    assert_eq!(page("r").unwrap(), page("again").unwrap());
}

#[test]
fn the_figures_of_a_report_are_tables_for_other_programs() {
    let shop = shop("");
    let said = shop
        .retain("report figures --month 2025-11 --out parquet --json")
        .succeeds()
        .json();
    let files: Vec<PathBuf> = said["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| PathBuf::from(f.as_str().unwrap()))
        .collect();
    assert!(files.len() > 10);
    shop.retain("report figures --month 2025-11 --out csv --format csv")
        .succeeds();
    let store = Store::in_memory().unwrap();
    let read = |path: &Path| store.count(&format!("select count(*) from '{}'", path.display()));
    for file in &files {
        let csv = shop
            .path("csv")
            .join(file.with_extension("csv").file_name().unwrap());
        let lines = fs::read_to_string(&csv).unwrap();
        assert!(!lines.is_empty(), "{}", csv.display());
        read(&shop.path("parquet").join(file.file_name().unwrap())).unwrap();
    }
    let kpis = shop.path("parquet/2025-11-kpis.parquet");
    let revenue = format!(
        "select value::bigint from '{}' where id = 'revenue'",
        kpis.display()
    );
    assert_eq!(store.count(&revenue).unwrap(), (4..24).sum::<u64>() * 100);
    assert_eq!(shop.one("select count(*) from reports"), "0");
}

#[test]
fn a_picture_or_font_that_cannot_be_used_is_named_and_nothing_is_written() {
    let shop = shop("");
    shop.file("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"10\"><script>alert(1)</script></svg>");
    shop.file("good.toml", "[report]\nlogo_path = 'logo.svg'\n");
    shop.file("bad.toml", "[report]\nlogo_path = 'good.toml'\n");
    shop.file("none.toml", "[report]\nlogo_path = 'nowhere.png'\n");
    let config = |name: &str| {
        format!(
            "report month --month 2025-11 --out r --lang en --config {}",
            shop.path(name).display()
        )
    };
    for (name, said) in [
        ("bad.toml", "not a usable PNG or SVG"),
        ("none.toml", "nowhere.png"),
    ] {
        let run = shop.retain(&config(name)).ends_with(2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!shop.path("r/2025-11.html").exists());
    }
    shop.retain(&config("good.toml")).succeeds();
    let page = fs::read_to_string(shop.path("r/2025-11.html")).unwrap();
    assert!(page.contains("src=\"data:image/svg+xml;base64,") && !page.contains("<script"));
}
