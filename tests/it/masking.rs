//! Who sees what: names, phones, plates and VINs in full only where they are asked for, and the asking is noted.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{Shop, ask, run, skip, small};

/// Every value of the sample that names somebody or something of theirs.
fn secrets() -> Vec<String> {
    ask(
        small(),
        "select distinct s from (
             select unnest(phones) as s from customers
             union all select plate from vehicles where length(plate) > 5
             union all select vin from vehicles
             union all select name from customers where length(name) > 1 and kind is distinct from 'internal'
             union all select address from customers)
         where s is not null order by 1",
    )
}

#[track_caller]
fn assert_hidden(what: &str, text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{what} shows {secret}");
    }
}

#[test]
fn every_exported_table_is_masked_in_every_form() {
    let shop = Shop::copy_of(small());
    let tables = shop.ask(
        "select table_name from duckdb_tables() where not internal
         union select view_name from duckdb_views() where not internal order by 1",
    );
    assert!(tables.len() > 20 && tables.contains(&"customers".to_owned()));
    for table in tables {
        let forms: &[&str] = if table == "customers" {
            &["csv", "json"]
        } else {
            &["csv"]
        };
        for format in forms {
            let run = shop
                .retain(&format!("export {table} --format {format}"))
                .succeeds();
            assert_hidden(&format!("{table} as {format}"), &run.stdout);
        }
    }
    shop.retain("export vehicles --format parquet --out v.parquet")
        .succeeds();
    let store = retain::store::Store::in_memory().unwrap();
    let sql = format!("select * from '{}'", shop.path("v.parquet").display());
    assert_hidden(
        "vehicles as parquet",
        &super::support::rows(&store, &sql).join("\n"),
    );
    assert!(!shop.path("shop.duckdb.audit").exists());
}

#[test]
fn masked_values_keep_the_form_that_is_promised() {
    let shop = Shop::copy_of(small());
    let customers = shop.retain("export customers").succeeds().stdout;
    assert!(
        customers.contains("王**") && customers.contains("138****0101"),
        "{customers}"
    );
    let vehicles = shop.retain("export vehicles").succeeds().stdout;
    assert!(vehicles.contains("粤A·**088"), "{vehicles}");
    assert!(vehicles.contains("***********100001"), "{vehicles}");
}

#[test]
fn revealing_is_possible_and_noted_without_saying_whom() {
    let shop = Shop::copy_of(small());
    let shown = shop.retain("export customers --reveal").succeeds().stdout;
    assert!(shown.contains("13800000101"));
    let shown = shop.retain("explain 粤A20002 --reveal").succeeds().stdout;
    assert!(shown.contains("粤A20002") && shown.contains("李秀英"));
    let noted = fs::read_to_string(shop.path("shop.duckdb.audit")).unwrap();
    assert_eq!(noted.lines().count(), 2);
    assert_hidden("the audit file", &noted);
}

#[test]
fn explain_status_and_the_terminal_are_masked() {
    let shop = Shop::copy_of(small());
    for key in [
        "粤A20002",
        "LGG8D2D16MZ100002",
        "C002",
        "13800000102",
        "粤a·20002",
    ] {
        for flag in ["", "--json"] {
            let run = shop.retain(&format!("explain {key} {flag}")).succeeds();
            assert_hidden("explain", &run.stdout);
            assert!(run.stdout.contains("002"), "{key}: {}", run.stdout);
        }
    }
    for line in [
        "status",
        "status --json",
        "score",
        "list --out lists --for 2026-01-05 --json",
    ] {
        assert_hidden(line, &shop.retain(line).succeeds().stdout);
    }
}

#[test]
fn the_report_names_nobody_and_the_list_names_everybody_in_full() {
    let shop = Shop::copy_of(small());
    shop.retain("report month --out reports").succeeds();
    shop.retain("report year --out reports").succeeds();
    let pages: Vec<_> = fs::read_dir(shop.path("reports")).unwrap().collect();
    assert_eq!(pages.len(), 2);
    for page in pages {
        let page = page.unwrap().path();
        assert_hidden("the report", &fs::read_to_string(page).unwrap());
    }
    shop.retain("list --out lists --for 2026-01-05 --format csv")
        .succeeds();
    let list = fs::read_to_string(shop.path("lists/2026-01-05.csv")).unwrap();
    for shown in ["粤A14141", "何志明", "13800000112"] {
        assert!(list.contains(shown), "{shown} is missing:\n{list}");
    }
}

#[test]
fn refused_files_and_failed_imports_leave_no_values_in_the_audit() {
    let shop = Shop::new();
    shop.file(
        "bad.csv",
        "手机,车牌号,进厂日期\n13812345678,粤A12345,2025-02-30\n",
    );
    let run = shop.retain("import bad.csv").ends_with(1);
    let noted = fs::read_to_string(shop.path("shop.duckdb.audit")).unwrap();
    for text in [&noted, &run.stderr] {
        assert!(
            !text.contains("13812345678") && !text.contains("粤A12345"),
            "{text}"
        );
    }
}

/// Three orders of a customer with a hostile name, plate and adviser, the last one long ago.
fn hostile() -> Shop {
    let shop = Shop::new();
    let mut text =
        "工单号,客户编号,客户名称,手机,车牌号,进厂日期,维修类型,应收金额,实收金额,服务顾问\n"
            .to_owned();
    for (i, day) in [
        "2024-03-01",
        "2024-06-01",
        "2024-09-01",
        "2024-12-01",
        "2025-03-01",
        "2025-06-01",
    ]
    .iter()
    .enumerate()
    {
        text += &format!(
            "{i},=C1,\"=HYPERLINK(\"\"http://x.example\"\")\",+8613800000001,粤A10001,{day},保养,500,500,<script>alert(1)</script>\n"
        );
    }
    text +=
        "9,C2,@SUM(A1),13800000002,粤A10002,2025-09-01,<b>x</b>,500,500,'; drop table orders; --\n";
    shop.import("o.csv", text, "").succeeds();
    shop.retain("score").succeeds();
    shop
}

#[test]
fn hostile_cells_are_text_in_lists() {
    let shop = hostile();
    shop.retain("list --out lists --for 2025-09-02 --format csv")
        .succeeds();
    let csv = fs::read_to_string(shop.path("lists/2025-09-02.csv")).unwrap();
    assert!(
        csv.contains("HYPERLINK"),
        "the hostile customer is on no list:\n{csv}"
    );
    for cell in csv.replace('\n', ",").split(',') {
        let cell = cell.trim_start_matches('"').trim_start_matches('\u{feff}');
        assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
    }
    shop.retain("list --out lists --for 2025-09-02 --format xlsx")
        .succeeds();
    super::documents::assert_no_formulas(&shop.path("lists/2025-09-02.xlsx"));
}

#[test]
fn hostile_cells_are_text_in_exports_and_reports() {
    let shop = hostile();
    let csv = shop.retain("export customers --reveal").succeeds().stdout;
    assert!(csv.contains("\"'=HYPERLINK"), "{csv}");
    shop.retain("report month --month 2025-06 --out reports")
        .succeeds();
    let page = fs::read_to_string(shop.path("reports/2025-06.html")).unwrap();
    assert!(
        !page.contains("<script>alert"),
        "a script of the data is in the page"
    );
    assert!(page.contains("&lt;script&gt;alert") || !page.contains("alert(1)"));
}

#[test]
fn every_column_of_text_is_classified_by_what_it_says_of_a_person() {
    let shop = Shop::copy_of(small());
    let columns = shop.ask(
        "select table_name || '.' || column_name from duckdb_columns()
         where not internal and schema_name = 'main' and data_type like 'VARCHAR%' order by 1",
    );
    assert!(columns.len() > 100);
    let unknown: Vec<&String> = columns
        .iter()
        .filter(|c| {
            let (table, column) = c.split_once('.').unwrap();
            retain::columns::privacy::known_class(table, column).is_none()
        })
        .collect();
    assert!(
        unknown.is_empty(),
        "say in src/columns/privacy.rs what these say of a person: {unknown:?}"
    );
}

#[test]
fn an_export_for_analysis_names_nobody_and_its_codes_differ_by_purpose() {
    let shop = Shop::copy_of(super::support::department());
    let export = |table: &str, purpose: &str| {
        shop.retain(&format!(
            "export {table} --for-analysis --purpose {purpose}"
        ))
        .succeeds()
        .stdout
    };
    let customers = export("customers", "ageing");
    let header = customers.lines().next().unwrap();
    for gone in ["name", "phone_primary", "phones", "address", "customer_no"] {
        assert!(!header.split(',').any(|h| h == gone), "{header}");
    }
    let names = shop.ask("select distinct name from customers where length(name) > 1");
    let numbers = shop.ask("select distinct customer_id from customers");
    for held in names.iter().chain(&numbers) {
        assert!(!customers.contains(held.as_str()), "{held}");
    }
    // The same people under another purpose cannot be put beside these.
    let other = export("customers", "pricing");
    let code = |text: &str| {
        text.lines()
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_ne!(code(&customers), code(&other));
    assert_eq!(customers, export("customers", "ageing"));
    // Codes are the same in every table of one purpose, so that rows can still be joined.
    let scores = export("customer_scores", "ageing");
    let at = scores
        .lines()
        .next()
        .unwrap()
        .split(',')
        .position(|h| h == "customer_id")
        .unwrap();
    let known: std::collections::BTreeSet<String> = customers
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap().to_owned())
        .collect();
    let found = scores
        .lines()
        .skip(1)
        .filter(|l| known.contains(l.split(',').nth(at).unwrap()))
        .count();
    assert!(
        found > 100 && found == scores.lines().count() - 1,
        "{found}"
    );
    // Days are months, distances are thousands, and what few have in common is not said.
    let orders = shop
        .retain("export orders --for-analysis --format json")
        .succeeds()
        .stdout;
    for line in orders.lines() {
        let order: serde_json::Value = serde_json::from_str(line).unwrap();
        let day = order["in_at"].as_str().unwrap();
        assert!(day.ends_with("-01"), "{day}");
        let km = order["odometer_km"].as_i64().unwrap_or(0);
        assert_eq!(km % 1000, 0, "{line}");
    }
}

#[test]
fn what_few_customers_have_in_common_is_not_said_for_analysis() {
    let shop = Shop::new();
    let mut file = String::from("客户编号,客户名称,手机,区域\n");
    for i in 0..14 {
        let district = if i < 12 { "海珠区" } else { "天河区" };
        file.push_str(&format!("K{i:03},陈甲{i},138001380{i:02},{district}\n"));
    }
    shop.import("people.csv", file, "").succeeds();
    let said = shop
        .retain("export customers --for-analysis")
        .succeeds()
        .stdout;
    assert!(
        said.contains("海珠区") && !said.contains("天河区"),
        "{said}"
    );
}

#[test]
fn a_table_of_few_customers_is_not_exported_for_analysis() {
    let shop = Shop::new();
    shop.import(
        "few.csv",
        "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n",
        "",
    )
    .succeeds();
    let run = shop.retain("export orders --for-analysis").ends_with(1);
    assert!(run.stderr.contains("too few"), "{}", run.stderr);
}

#[test]
fn the_inventory_counts_people_and_names_no_one() {
    let shop = Shop::copy_of(small());
    let run = shop.retain("inventory").succeeds();
    assert_hidden("inventory", &run.stdout);
    let held = shop.retain("inventory --json").succeeds().json();
    let people = shop.one("select count(*) from customers where kind is distinct from 'company' and kind is distinct from 'internal'");
    assert_eq!(held["people"].to_string(), people);
    assert_eq!(held["is_important"], false);
    let customers = held["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["table"] == "customers")
        .unwrap();
    assert!(
        customers["columns"]["contact"]
            .to_string()
            .contains("phones")
    );
}

/// The text of every cell of a workbook and of every page of a PDF, without blanks; `None` without the tool.
fn text_of(path: &Path) -> Option<String> {
    let name = path.to_string_lossy();
    let text = if name.ends_with(".xlsx") {
        super::documents::cells(path)
    } else if name.ends_with(".pdf") {
        let pdftotext = super::documents::installed(&["pdftotext"])?;
        run(Command::new(pdftotext).arg(path).arg("-"))
            .succeeds()
            .stdout
    } else if name.ends_with(".parquet") {
        let store = retain::store::Store::in_memory().unwrap();
        super::support::rows(&store, &format!("select * from '{name}'")).join("\n")
    } else {
        fs::read_to_string(path).unwrap()
    };
    Some(text.split_whitespace().collect())
}

/// Every file of a folder and what it is, none of which shows anybody; how many.
#[track_caller]
fn assert_folder_hidden(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(text) = text_of(&path) else {
            skip("masking on paper", "no pdftotext");
            continue;
        };
        assert_hidden(&path.display().to_string(), &text);
        files += 1;
    }
    files
}

#[test]
fn reports_in_every_form_and_their_figures_name_nobody() {
    let shop = Shop::copy_of(small());
    let forms = if cfg!(feature = "pdf") {
        "html,xlsx,pdf"
    } else {
        "html,xlsx"
    };
    for period in ["month --month 2025-11", "year --year 2025"] {
        shop.retain(&format!(
            "report {period} --out reports --format {forms} --langs zh,en"
        ))
        .succeeds();
    }
    for period in ["--month 2025-11", "--year 2025"] {
        for format in ["csv", "parquet"] {
            shop.retain(&format!(
                "report figures {period} --out figures --format {format}"
            ))
            .succeeds();
        }
    }
    let wanted = 4 * forms.split(',').count();
    assert_eq!(assert_folder_hidden(&shop.path("reports")), wanted);
    assert!(assert_folder_hidden(&shop.path("figures")) > 100);
    // What is read so would be seen: the list has them all.
    for format in forms.split(',').filter(|f| *f != "html") {
        shop.retain(&format!(
            "list --out lists --for 2026-01-05 --format {format}"
        ))
        .succeeds();
        let Some(text) = text_of(&shop.path(&format!("lists/2026-01-05.{format}"))) else {
            return skip("masking on paper", "no pdftotext");
        };
        assert!(
            secrets().iter().any(|s| text.contains(s)),
            "{format}: {text}"
        );
    }
}

#[test]
fn every_table_as_parquet_is_masked_unless_it_is_revealed() {
    let shop = Shop::copy_of(small());
    let tables = shop.ask(
        "select table_name from duckdb_tables() where not internal
         union select view_name from duckdb_views() where not internal order by 1",
    );
    for table in &tables {
        shop.retain(&format!(
            "export {table} --format parquet --out masked/{table}.parquet"
        ))
        .succeeds();
    }
    assert_eq!(assert_folder_hidden(&shop.path("masked")), tables.len());
    for table in ["customers", "vehicles", "orders"] {
        let out = format!("full/{table}.parquet");
        shop.retain(&format!(
            "export {table} --reveal --format parquet --out {out}"
        ))
        .succeeds();
        let text = text_of(&shop.path(&out)).unwrap();
        let shown = secrets().iter().any(|s| text.contains(s));
        assert_eq!(shown, table != "orders", "{table}");
    }
}
