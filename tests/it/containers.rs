//! What a file is in makes no difference: workbooks of all kinds, pages named after them, archives, folders.

use std::fs;
use std::io::Write;

use super::support::{Shop, project_file};

const PLAIN: &str = "工单号,客户编号,客户名称,手机,车牌号,进厂日期,实收金额\n\
    1,C1,王伟,13800000001,粤A10001,2025-03-01,100.50\n\
    2,C2,李秀英,13800000002,粤A10002,2025-03-02,1200\n\
    3,C1,王伟,13800000001,粤A10001,2025-04-01,\n";

/// Everything that the rows say.
fn tables(shop: &Shop) -> Vec<String> {
    [
        "select * exclude (import_id) from orders order by all",
        "select * exclude (import_id) from customers order by all",
        "select * from vehicles order by all",
    ]
    .iter()
    .flat_map(|sql| shop.ask(sql))
    .collect()
}

fn plain() -> Vec<String> {
    let shop = Shop::new();
    shop.import("plain.csv", PLAIN, "").succeeds();
    tables(&shop)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn page(encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let mut html = format!(
        "<html><head><meta http-equiv=Content-Type content=\"text/html; charset={}\"><style>td {{ x: y }}</style></head>\
         <body><table><tr><td>菜单</td></tr></table><table border=1><tr><th colspan=7>某某店维修工单</th></tr>",
        encoding.name()
    );
    for line in PLAIN.lines() {
        html += "<tr>";
        for cell in line.split(',') {
            html += &format!("<td style='x'>&nbsp;{cell}</td>\n");
        }
        html += "</tr>";
    }
    html += "</table></body></html>";
    encoding.encode(&html).0.into_owned()
}

#[test]
fn every_container_gives_the_same_tables_whatever_its_name() {
    let plain = plain();
    let xls = fs::read(project_file("tests/it/books/orders.xls")).unwrap();
    let ods = fs::read(project_file("tests/it/books/orders.ods")).unwrap();
    let tabs = PLAIN.replace(',', "\t");
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("orders.xls", xls.clone()),
        ("orders.csv", xls.clone()),
        ("orders.ods", ods.clone()),
        ("page.xls", page(encoding_rs::UTF_8)),
        ("page-gbk.xls", page(encoding_rs::GBK)),
        ("tabs.xls", encoding_rs::GBK.encode(&tabs).0.into_owned()),
        ("orders.csv.gz", gzip(PLAIN.as_bytes())),
        ("orders.xls.gz", gzip(&xls)),
        (
            "orders.zip",
            zip(&[("导出/工单.csv", PLAIN.as_bytes()), ("__MACOSX/._a", b"x")]),
        ),
        ("books.zip", zip(&[("a/../../../b.ods", &ods)])),
        (
            "twice.zip",
            zip(&[("inner.gz", &gzip(&gzip(PLAIN.as_bytes())))]),
        ),
    ];
    for (name, content) in files {
        let shop = Shop::new();
        let run = shop.import(name, &content, "").succeeds();
        assert_eq!(plain, tables(&shop), "{name}");
        assert_eq!(run.json()["files"][0]["records"], 3, "{name}");
        // The ledger holds the hash of the file that the user has.
        let again = shop.import(name, &content, "").succeeds();
        assert_eq!(again.json()["files"][0]["loaded"], 0, "{name}");
        assert_eq!(shop.one("select count(*) from imports"), "1", "{name}");
    }
}

/// A workbook of one sheet, by the hand of a program that writes formulas and does not calculate them.
fn not_calculated(rows: &str) -> Vec<u8> {
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    let book = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"orders\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let (package, sheets) = (
        relation("officeDocument", "xl/workbook.xml"),
        relation("worksheet", "worksheets/sheet1.xml"),
    );
    zip(&[
        ("xl/workbook.xml", book.as_bytes()),
        ("_rels/.rels", package.as_bytes()),
        ("xl/_rels/workbook.xml.rels", sheets.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// The same as a sheet of OpenDocument.
fn not_calculated_open_document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"orders\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet".as_slice(),
        ),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"),
    ])
}

/// A formula that no program has calculated has no value: neither 0 nor none.
#[test]
fn a_formula_without_a_result_costs_its_row_where_its_column_is_known() {
    let text = |t: &str| format!("<c t=\"inlineStr\"><is><t>{t}</t></is></c>");
    let row = |cells: &[String]| format!("<row>{}</row>", cells.concat());
    let rows = [
        row(&["车牌号", "进厂日期", "实收金额", "备忘"].map(text)),
        // Calculated; calculated to nothing; in a column that nobody knows; never calculated; a shared one; failed.
        row(&[
            text("粤A10001"),
            text("2025-03-01"),
            "<c><f>1+1</f><v>2</v></c>".into(),
            text(""),
        ]),
        row(&[
            text("粤A10002"),
            text("2025-03-02"),
            "<c t=\"str\"><f>\"\"</f><v></v></c>".into(),
            text(""),
        ]),
        row(&[
            text("粤A10003"),
            text("2025-03-03"),
            text("3"),
            "<c><f>1+1</f></c>".into(),
        ]),
        row(&[
            text("粤A10004"),
            text("2025-03-04"),
            "<c><f>1+1</f><v></v></c>".into(),
            text(""),
        ]),
        row(&[
            "<c><f t=\"shared\" ref=\"A6:A7\" si=\"0\">B6</f></c>".into(),
            text("2025-03-05"),
            text("5"),
            text(""),
        ]),
        row(&[
            text("粤A10006"),
            text("2025-03-06"),
            "<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>".into(),
            text(""),
        ]),
        row(&[
            "<c t=\"e\"><f>B9</f><v>#REF!</v></c>".into(),
            text("2025-03-07"),
            text("7"),
            text(""),
        ]),
    ];
    let shop = Shop::new();
    shop.import("orders.xlsx", not_calculated(&rows.concat()), "")
        .succeeds();
    assert_eq!(
        shop.ask("select p.plate, o.received from orders o join vehicle_pairs p using (plate_key) order by 1"),
        ["粤A10001|2.00", "粤A10002|-", "粤A10003|3.00"]
    );
    assert_eq!(
        shop.ask("select line, \"column\", reason from rejects order by line"),
        [
            "5|实收金额|no-result",
            "6|车牌号|no-result",
            "7|实收金额|no-result",
            "8|车牌号|no-result"
        ]
    );

    let text = |t: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(&["车牌号", "进厂日期", "实收金额"].map(text)),
        row(&[
            text("粤A10001"),
            text("2025-03-01"),
            "<table:table-cell table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"/>".into(),
        ]),
        row(&[
            text("粤A10002"),
            text("2025-03-02"),
            "<table:table-cell table:formula=\"of:=1+1\"/>".into(),
        ]),
    ];
    let shop = Shop::new();
    let book = not_calculated_open_document(&rows.concat());
    shop.import("orders.ods", book, "").succeeds();
    assert_eq!(
        shop.ask("select line, \"column\", reason from rejects"),
        ["3|实收金额|no-result"]
    );
    assert_eq!(shop.one("select sum(received) from orders"), "2.00");
}

/// What a lookup did not find is not known: all vehicles without a plate are not one vehicle of that name.
#[test]
fn what_a_spreadsheet_could_not_look_up_is_unknown() {
    let shop = Shop::new();
    shop.import(
        "orders.csv",
        "客户编号,客户名称,车牌号,进厂日期\n#N/A,#N/A,粤A10001,2025-03-01\n#N/A,王伟,粤A10002,2025-03-02\nC3,李秀英,#N/A,2025-03-03\n\
         #N/A,,#N/A,2025-03-04\n",
        "",
    )
    .succeeds();
    assert_eq!(
        shop.ask("select count(*), count(plate_key), count(customer_key) from orders"),
        ["3|2|1"]
    );
    assert_eq!(
        shop.ask("select line, reason from rejects"),
        ["5|missing-key"]
    );
    assert_eq!(
        shop.ask("select name from customers order by 1"),
        ["李秀英", "王伟"]
    );
}

#[test]
fn archives_folders_and_patterns_bring_all_their_files() {
    let half = |from: usize| {
        let rows: Vec<&str> = PLAIN.lines().collect();
        [&rows[..1], &rows[from..=from + (from - 1)]]
            .concat()
            .join("\n")
    };
    let (first, rest) = (half(1), half(2));
    let plain = plain();
    let shop = Shop::new();
    let both = zip(&[("one.csv", first.as_bytes()), ("two.csv", rest.as_bytes())]);
    let run = shop.import("both.zip", both, "").succeeds();
    assert_eq!(run.json()["files"][1]["file"], "both.zip/two.csv");
    assert_eq!(plain, tables(&shop));
    for line in [
        "import exports",
        "import exports/*.csv",
        "import exports/on?.* exports/two.csv",
    ] {
        let shop = Shop::new();
        shop.file("exports/one.csv", &first);
        shop.file("exports/two.csv", &rest);
        shop.file("exports/~$two.csv", "lock");
        shop.retain(line).succeeds();
        assert_eq!(plain, tables(&shop), "{line}");
    }
    let shop = Shop::new();
    shop.file("exports/readme/x", "");
    assert!(
        shop.retain("import exports/*.xls")
            .ends_with(2)
            .stderr
            .contains("nothing in there")
    );
}

/// What lies beside data in the folders of people: name, content, why it is passed over.
const BESIDE: &[(&str, &str, &str)] = &[
    (".DS_Store", "\u{0}\u{1}Bud1", "hidden"),
    ("README.md", "# Exports\n| 工单号 | 车牌号 |\n", "no-data"),
    (
        "notes.txt",
        "请勿删除,每月导出,谢谢\n下次:一月\n",
        "no-table",
    ),
    ("orders.toml", "kind = 'work_orders'\n", "no-data"),
    ("~$one.xlsx", "lock", "hidden"),
];

#[test]
fn what_is_plainly_no_data_in_a_folder_or_archive_is_passed_over_and_said_by_name() {
    let plain = plain();
    let tabs = PLAIN.replace(',', "\t");
    let names = |run: &serde_json::Value| -> Vec<(String, String)> {
        let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
        let skipped = run["skipped"].as_array().unwrap();
        let mut names: Vec<_> = skipped
            .iter()
            .map(|s| (text(&s["file"]), text(&s["why"])))
            .collect();
        names.sort();
        names
    };
    for line in ["import exports --json", "import exports/* --json"] {
        let shop = Shop::new();
        shop.file("exports/one.txt", &tabs);
        for (name, content, _) in BESIDE {
            shop.file(&format!("exports/{name}"), content);
        }
        let said = shop.retain(line).succeeds().json();
        assert_eq!(plain, tables(&shop), "{line}");
        let expected: Vec<_> = BESIDE
            .iter()
            .map(|(name, _, why)| ((*name).to_owned(), (*why).to_owned()))
            .collect();
        assert_eq!(names(&said), expected, "{line}");
    }
    let mut packed = vec![("导出/one.csv", PLAIN.as_bytes())];
    packed.extend(
        BESIDE
            .iter()
            .map(|(name, content, _)| (*name, content.as_bytes())),
    );
    let shop = Shop::new();
    let run = shop.import("all.zip", zip(&packed), "").succeeds();
    assert_eq!(plain, tables(&shop));
    assert_eq!(names(&run.json()).len(), BESIDE.len());
    let said = shop.retain("import all.zip").succeeds().stdout;
    assert!(
        said.contains("Passed over: all.zip/README.md (by its name no table)"),
        "{said}"
    );
}

#[test]
fn a_file_that_somebody_names_and_a_table_that_nobody_understands_still_fail() {
    for (name, content, _) in BESIDE.iter().filter(|(name, ..)| !name.starts_with('~')) {
        let run = Shop::new().import(name, content, "").ends_with(1);
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
    // Figures under headers that are not known may be anybody's orders.
    let shop = Shop::new();
    shop.file("exports/one.csv", PLAIN);
    shop.file("exports/other.csv", "alpha,beta,gamma\n1,2,3\n4,5,6\n");
    let run = shop.retain("import exports").ends_with(1);
    assert!(run.stderr.contains("other.csv"), "{}", run.stderr);
    // Nothing but notes is nothing to import.
    let shop = Shop::new();
    shop.file("exports/README.md", "# Exports\n");
    let run = shop.retain("import exports").ends_with(2);
    assert!(run.stderr.contains("nothing in there"), "{}", run.stderr);
    assert!(!shop.db.exists());
}

#[test]
fn archives_that_unpack_to_too_much_are_refused_and_name_what_the_user_has() {
    let spaces = vec![b' '; 8 << 20];
    for (name, content) in [
        ("bomb.csv.gz", gzip(&spaces)),
        ("bomb.zip", zip(&[("a.csv", &spaces)])),
        ("deep", gzip(&gzip(&gzip(&gzip(b"a,b"))))),
    ] {
        let run = Shop::new().import(name, content, "").ends_with(1);
        assert!(
            run.stderr.contains("archive-limits") && run.stderr.contains(name),
            "{}",
            run.stderr
        );
    }
    let run = Shop::new()
        .import("cut.csv.gz", &gzip(PLAIN.as_bytes())[..60], "")
        .ends_with(1);
    assert!(run.stderr.contains("archive-unreadable"), "{}", run.stderr);
    let run = Shop::new()
        .import(
            "noise.zip",
            zip(&[("noise.bin", &[0, 1, 2, 3].repeat(99))]),
            "",
        )
        .ends_with(1);
    assert!(run.stderr.contains("noise.zip/noise.bin"), "{}", run.stderr);
}

#[test]
fn a_workbook_that_takes_more_memory_than_allowed_ends_its_own_process_alone() {
    // An .ods of three bytes a cell that says it repeats them beyond any memory.
    let content = "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
        <office:body><office:spreadsheet><table:table table:name=\"x\"><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>a</text:p></table:table-cell>\
        </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let book = zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ]);
    let shop = Shop::new();
    shop.file("small.toml", "[import]\nmax_parse_memory_mb = 600\n");
    let run = shop
        .import("bomb.ods", book, "--config small.toml")
        .ends_with(1);
    assert!(run.stderr.contains("workbook-"), "{}", run.stderr);
}
