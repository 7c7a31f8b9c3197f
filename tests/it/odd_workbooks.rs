//! Workbooks that were made to harm, or that other programs read otherwise: cells at the last place, thousands of parts,
//! macros, links to other files, dates that count from another day, sheets that nobody sees.

use std::io::Write;

use super::support::{Shop, ask};

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook by parts. Its second style shows a number as a date.
#[derive(Default)]
struct Book {
    /// Name, attributes, rows.
    sheets: Vec<(&'static str, &'static str, String)>,
    /// What stands before and behind the sheets in the list of them.
    before: &'static str,
    behind: &'static str,
    /// Relations of the workbook beyond its sheets.
    relations: String,
    /// Name and bytes.
    parts: Vec<(String, Vec<u8>)>,
}

impl Book {
    fn of(rows: String) -> Self {
        Self {
            sheets: vec![("orders", "", rows)],
            ..Self::default()
        }
    }

    fn packed(&self) -> Vec<u8> {
        let relations = |inside: &str| {
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inside}</Relationships>"
            )
        };
        let (mut list, mut related) = (String::new(), self.relations.clone());
        let mut parts = self.parts.clone();
        for (i, (name, attributes, rows)) in self.sheets.iter().enumerate() {
            list += &format!(
                "<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"r{0}\" {attributes}/>",
                i + 1
            );
            related += &relation(
                &format!("r{}", i + 1),
                "worksheet",
                &format!("worksheets/{i}.xml"),
            );
            let sheet = format!("<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>");
            parts.push((format!("xl/worksheets/{i}.xml"), sheet.into_bytes()));
        }
        related += &relation("styles", "styles", "styles.xml");
        let styles = format!(
            "<styleSheet {MAIN}><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let book = format!(
            "<workbook {MAIN}>{}<sheets>{list}</sheets>{}</workbook>",
            self.before, self.behind
        );
        let package = relations(&relation("r1", "officeDocument", "xl/workbook.xml"));
        parts.extend([
            ("xl/workbook.xml".to_owned(), book.into_bytes()),
            ("_rels/.rels".to_owned(), package.into_bytes()),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                relations(&related).into_bytes(),
            ),
            ("xl/styles.xml".to_owned(), styles.into_bytes()),
        ]);
        zip(&parts)
    }
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
}

fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// The row of an order: its place in the sheet, its number, the cells of its day and money.
fn order(row: u32, no: &str, day: &str, money: &str) -> String {
    format!(
        "<row r=\"{row}\">{}{}<c r=\"C{row}\" {day}</c><c r=\"D{row}\">{money}</c></row>",
        text(&format!("A{row}"), no),
        text(&format!("B{row}"), &format!("粤A1{:04}", row % 10_000))
    )
}

const DAY: &str = "t=\"inlineStr\"><is><t>2025-03-01</t></is>";

/// The header and orders with these numbers, from the second row on.
fn orders(numbers: &[&str]) -> String {
    let header = ["工单号", "车牌号", "进厂日期", "实收金额"];
    let cells = header.iter().zip("ABCD".chars());
    let cells: String = cells.map(|(h, c)| text(&format!("{c}1"), h)).collect();
    let rows = (2..)
        .zip(numbers)
        .map(|(row, no)| order(row, no, DAY, "<v>100</v>"));
    format!("<row r=\"1\">{cells}</row>{}", rows.collect::<String>())
}

fn numbers(shop: &Shop) -> Vec<String> {
    shop.ask("select ro_no from orders order by 1")
}

/// A reader that makes room for all cells between the first and the last would make room for 17 thousand million.
#[test]
fn a_cell_at_the_last_place_of_a_sheet_costs_its_row_or_is_refused() {
    let far = |column: &str| {
        let cell = text(&format!("{column}1048576"), "x");
        let rows = orders(&["R1", "R2"]) + &format!("<row r=\"1048576\">{cell}</row>");
        Book::of(rows).packed()
    };
    let shop = Shop::new();
    shop.file("far.xlsx", far("XFD"));
    let run = shop.retain("import far.xlsx").ends_with(1);
    for said in ["far.xlsx", "16384 columns", "import.max_columns"] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert!(!shop.db.exists());
    // Where so many columns are allowed, and where the place is within them, the row is told.
    for (column, flags) in [("XFD", "--config wide.toml"), ("E", "")] {
        let shop = Shop::new();
        shop.file("wide.toml", "[import]\nmax_columns = 16384\n");
        shop.import("far.xlsx", far(column), flags).succeeds();
        assert_eq!(numbers(&shop), ["R1", "R2"]);
        assert_eq!(shop.ask("select line from rejects"), ["1048576"]);
    }
    // An order in the last row is an order.
    let rows = orders(&["R1"]) + &order(1_048_576, "R9", DAY, "<v>7</v>");
    let shop = Shop::new();
    shop.import("last.xlsx", Book::of(rows).packed(), "")
        .succeeds();
    assert_eq!(numbers(&shop), ["R1", "R9"]);
}

#[test]
fn ten_thousand_parts_are_read_and_one_more_is_refused() {
    let of_parts = |count: usize| {
        let mut book = Book::of(orders(&["R1", "R2"]));
        // The parts that every such book has.
        let more = count - 5;
        book.parts = (0..more)
            .map(|i| (format!("xl/media/image{i}.png"), Vec::new()))
            .collect();
        book.packed()
    };
    let shop = Shop::new();
    shop.import("most.xlsx", of_parts(10_000), "").succeeds();
    assert_eq!(numbers(&shop), ["R1", "R2"]);
    // As an archive of files it is refused too, before any of them is unpacked.
    let files: Vec<_> = (0..10_001)
        .map(|i| (format!("{i}.csv"), b"x".to_vec()))
        .collect();
    for (name, content, setting) in [
        ("more.xlsx", of_parts(10_001), "import.max_sheet_mb"),
        ("more.zip", zip(&files), "max_archive_files"),
    ] {
        let shop = Shop::new();
        shop.file(name, content);
        let run = shop.retain(&format!("import {name}")).ends_with(1);
        assert!(
            run.stderr.contains(name) && run.stderr.contains(setting),
            "{}",
            run.stderr
        );
        assert!(!shop.db.exists());
    }
}

/// A workbook with a program in it is a workbook: its rows are read, and the program is bytes that nobody looks at.
#[test]
fn a_workbook_with_macros_gives_its_rows_alone() {
    let mut book = Book::of(orders(&["R1", "R2"]));
    let plain = book.packed();
    // The mark of the container that macros lie in: by it alone the old workbooks are known.
    let mut macros = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    macros.extend(
        b"Attribute VB_Name = \"M\"\nSub Auto_Open()\nShell \"touch opened\"\nEnd Sub\n".repeat(40),
    );
    book.parts.push(("xl/vbaProject.bin".to_owned(), macros));
    book.relations = "<Relationship Id=\"v\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" \
         Target=\"vbaProject.bin\"/>"
        .to_owned();
    let tables = |name: &str, content: &[u8]| {
        let shop = Shop::new();
        shop.import(name, content, "").succeeds();
        assert!(!shop.path("opened").exists());
        ask(
            &shop.db,
            "select * exclude (import_id) from orders order by all",
        )
    };
    let rows = tables("plain.xlsx", &plain);
    assert_eq!(rows.len(), 2);
    for name in ["orders.xlsm", "orders.xlsx", "orders.csv"] {
        assert_eq!(tables(name, &book.packed()), rows, "{name}");
    }
}

/// What another workbook said when this one was saved is the value; where it says nothing, nobody goes and looks.
#[test]
fn links_to_other_workbooks_are_not_followed() {
    let linked = |target: &str| {
        let mut book = Book::of(
            orders(&[])
                + &order(2, "R1", DAY, "<f>[1]S!A1</f><v>77</v>")
                + &order(3, "R2", DAY, "<f>[1]S!A2</f>"),
        );
        book.behind = "<externalReferences><externalReference r:id=\"e\"/></externalReferences>";
        book.relations = relation("e", "externalLink", "externalLinks/externalLink1.xml");
        let link = format!(
            "<externalLink {MAIN}><externalBook r:id=\"r1\"><sheetNames><sheetName val=\"S\"/></sheetNames></externalBook></externalLink>"
        );
        let to = format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
             Type=\"{OFFICE}/externalLinkPath\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
        );
        book.parts = vec![
            (
                "xl/externalLinks/externalLink1.xml".to_owned(),
                link.into_bytes(),
            ),
            (
                "xl/externalLinks/_rels/externalLink1.xml.rels".to_owned(),
                to.into_bytes(),
            ),
        ];
        book.packed()
    };
    // A file that is there and would give the second value; one that is not there; an address that nobody has.
    for target in [
        "other.xlsx",
        "file:///nowhere/x.xlsx",
        "http://x.invalid/x.xlsx",
    ] {
        let shop = Shop::new();
        let mut other = Book::of("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>2</v></c></row>".to_owned());
        other.sheets[0].0 = "S";
        shop.file("other.xlsx", other.packed());
        shop.import("orders.xlsx", linked(target), "").succeeds();
        assert_eq!(shop.ask("select ro_no, received from orders"), ["R1|77.00"]);
        assert_eq!(
            shop.ask("select line, \"column\", reason from rejects"),
            ["3|实收金额|no-result"]
        );
    }
}

/// Excel for the Mac counted days from 1904 for long, and a file says so in one word.
#[test]
fn dates_that_count_from_1904_are_the_days_that_they_show() {
    // 1 March 2025, and a quarter past nine on 29 February 2024.
    let days = [
        (45_717.0, "2025-03-01 00:00:00"),
        (45_351.385_416_666_67, "2024-02-29 09:15:00"),
    ];
    let book = |offset: f64, says: &'static str| {
        let rows = (2..).zip(days).map(|(row, (day, _))| {
            let day = format!("s=\"1\"><v>{}</v>", day - offset);
            order(row, &format!("R{row}"), &day, "<v>100</v>")
        });
        let mut book = Book::of(orders(&[]) + &rows.collect::<String>());
        book.before = says;
        book.packed()
    };
    for (offset, says) in [
        (0.0, ""),
        (0.0, "<workbookPr date1904=\"0\"/>"),
        (1462.0, "<workbookPr date1904=\"1\"/>"),
        (1462.0, "<workbookPr date1904=\"true\"/>"),
    ] {
        let shop = Shop::new();
        shop.import("orders.xlsx", book(offset, says), "")
            .succeeds();
        let wanted = days.map(|(_, day)| day);
        assert_eq!(
            shop.ask("select in_at from orders order by ro_no"),
            wanted,
            "{says}"
        );
    }
}

/// Whoever exports a workbook means what it shows: a sheet that was hidden is last year's, or another department's.
#[test]
fn a_hidden_sheet_is_taken_for_want_of_another_or_by_its_name_and_said() {
    let (seen, hidden) = (orders(&["S1", "S2"]), orders(&["H1", "H2", "H3"]));
    let title = format!("<row r=\"1\">{}</row>", text("A1", "说明"));
    let imported = |sheets: [(&'static str, &'static str, &str); 2], flags: &str| {
        let sheets = sheets.map(|(n, a, rows)| (n, a, rows.to_owned())).to_vec();
        let book = Book {
            sheets,
            ..Book::default()
        };
        let shop = Shop::new();
        let run = shop.import("orders.xlsx", book.packed(), flags).succeeds();
        let file = run.json()["files"][0].clone();
        (numbers(&shop), file["sheet"].as_str().unwrap().to_owned())
    };
    // The hidden one has one more name that is known, and comes first: no matter.
    let wide = hidden.replacen("</row>", &(text("E1", "行驶里程") + "</row>"), 1);
    for state in ["state=\"hidden\"", "state=\"veryHidden\""] {
        for before in [&hidden, &wide] {
            let found = imported([("old", state, before), ("now", "", &seen)], "");
            assert_eq!(
                found,
                (vec!["S1".to_owned(), "S2".to_owned()], "now".to_owned())
            );
        }
        let found = imported([("old", state, &hidden), ("now", "", &seen)], "--sheet old");
        assert_eq!((found.0.len(), &*found.1), (3, "old"));
        // Behind a cover page it is all there is.
        let found = imported([("old", state, &hidden), ("cover", "", &title)], "");
        assert_eq!((found.0.len(), &*found.1), (3, "old"));
    }
    // Seen by all, the one that has more names is the one.
    let found = imported([("now", "", &seen), ("old", "", &wide)], "");
    assert_eq!((found.0.len(), &*found.1), (3, "old"));
}

/// The same of the form that is parsed by a process of its own.
#[test]
fn a_hidden_sheet_of_open_document_is_taken_for_want_of_another_alone() {
    let cell = |t: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>"
        )
    };
    let row = |cells: [&str; 3]| {
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.map(cell).concat()
        )
    };
    let table = |name: &str, style: &str, no: &str| {
        format!(
            "<table:table table:name=\"{name}\" table:style-name=\"{style}\">{}{}</table:table>",
            row(["工单号", "车牌号", "进厂日期"]),
            row([no, "粤A10001", "2025-03-01"])
        )
    };
    let book = |second: &str| {
        let style = |name: &str, display: &str| {
            format!(
                "<style:style style:name=\"{name}\" style:family=\"table\"><style:table-properties table:display=\"{display}\"/></style:style>"
            )
        };
        let content = format!(
            "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
             xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
             xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
             xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:automatic-styles>{}{}</office:automatic-styles>\
             <office:body><office:spreadsheet>{}{}</office:spreadsheet></office:body></office:document-content>",
            style("shown", "true"),
            style("gone", "false"),
            table("old", "gone", "H1"),
            table("now", second, "S1")
        );
        zip(&[
            (
                "mimetype".to_owned(),
                b"application/vnd.oasis.opendocument.spreadsheet".to_vec(),
            ),
            ("content.xml".to_owned(), content.into_bytes()),
            (
                "META-INF/manifest.xml".to_owned(),
                b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>".to_vec(),
            ),
        ])
    };
    for (second, no) in [("shown", "S1"), ("gone", "H1")] {
        let shop = Shop::new();
        shop.import("orders.ods", book(second), "").succeeds();
        assert_eq!(numbers(&shop), [no]);
    }
}
