//! The strings in what is made of a shop for others: tables, workbooks, pages, PDF.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use calamine::{Data, Ods, Reader, Xlsx, open_workbook};
use retain::store::Store;

use super::super::documents::{assert_no_formulas, installed, within};
use super::super::support::{Shop, rows, run, skip};
use super::{
    BEGINNINGS, PAYLOADS, armed, cells_of, filled, held, seen, settings, strings, tables, told,
};

/// What the cells of a CSV file say, without the apostrophe that keeps a text from being a formula; none is one.
#[track_caller]
fn said_in_csv(path: &Path) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for cell in cells_of(path).into_iter().flatten() {
        let formula = cell.starts_with(BEGINNINGS) && cell.parse::<f64>().is_err();
        assert!(!formula, "{}: {cell}", path.display());
        assert!(
            !cell.chars().any(char::is_control),
            "{}: {cell:?}",
            path.display()
        );
        said.insert(armed(&cell));
    }
    said
}

/// The texts of a workbook's cells: values alone, and no part of the file asks for anything outside.
#[track_caller]
fn said_in_workbook(path: &Path) -> BTreeSet<String> {
    let name = path.display();
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let place = part.name().unwrap().into_owned();
        let mut xml = String::new();
        part.read_to_string(&mut xml).unwrap();
        for made in [
            "<f>",
            "<f ",
            "<hyperlink",
            "<oleObject",
            "<ddeLink",
            "TargetMode=\"External\"",
            "<script",
        ] {
            assert!(!xml.contains(made), "{name}: {place} has {made}");
        }
        assert!(
            !place.contains("external") && !place.contains("vba"),
            "{name}: {place}"
        );
        // Characters that XML forbids: no program opens the file.
        let forbidden =
            |c: char| c < ' ' && !"\t\r\n".contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!xml.contains(forbidden), "{name}: {place} is no XML");
    }
    assert_no_formulas(path);
    texts(&mut open_workbook::<Xlsx<_>, _>(path).unwrap())
}

/// The texts of all sheets, none an error.
#[track_caller]
fn texts<R: std::io::Read + std::io::Seek, B: Reader<R>>(book: &mut B) -> BTreeSet<String>
where
    B::Error: std::fmt::Debug,
{
    let mut said = BTreeSet::new();
    for (sheet, range) in book.worksheets() {
        for cell in range.rows().flatten() {
            assert!(!matches!(cell, Data::Error(_)), "{sheet}: {cell:?}");
            if let Data::String(text) = cell {
                said.insert(text.clone());
            }
        }
    }
    said
}

/// How many of the strings stand in these cells: whole, or as much of them as the cell has room for, whatever is below.
fn arrived(said: &BTreeSet<String>, strings: &[String]) -> usize {
    let lines = said
        .iter()
        .map(|s| s.split(['\n']).next().unwrap().split(" · ").next().unwrap());
    let lines: BTreeSet<&str> = lines.collect();
    let cut: Vec<&str> = lines
        .iter()
        .filter_map(|l| l.strip_suffix('…'))
        .filter(|l| l.chars().count() > 30)
        .collect();
    let is_there = |s: &&String| {
        let text = seen(s);
        lines.contains(text.as_str())
            || lines.contains(held(s).as_str())
            || cut.iter().any(|c| text.starts_with(c))
    };
    strings.iter().filter(is_there).count()
}

/// What LibreOffice makes of files: each opened, saved again, and read; `None` where it does not end.
pub(super) fn in_libre_office(
    shop: &Shop,
    office: &Path,
    separator: char,
    files: &[PathBuf],
) -> Option<Vec<BTreeSet<String>>> {
    let mut command = Command::new(office);
    command
        .arg(format!(
            "-env:UserInstallation=file://{}",
            shop.path("office").display()
        ))
        // The separator, quotes, UTF-8, from the first line on.
        .arg(format!("--infilter=CSV:{},34,76,1", u32::from(separator)))
        .args(["--headless", "--convert-to", "ods:calc8", "--outdir"])
        .arg(shop.path("opened"))
        .args(files);
    within(command, Duration::from_secs(120))?;
    let opened = files.iter().map(|file| {
        let name = file.with_extension("ods");
        let mut book: Ods<_> =
            open_workbook(shop.path("opened").join(name.file_name().unwrap())).unwrap();
        let mut said = texts(&mut book);
        for sheet in book.sheet_names() {
            let formulas = book.worksheet_formula(&sheet).unwrap();
            said.extend(
                formulas
                    .used_cells()
                    .filter(|f| !f.2.is_empty())
                    .map(|f| format!("FORMULA {}", f.2)),
            );
        }
        said
    });
    Some(opened.collect())
}

#[test]
fn tables_and_workbooks_hold_text_alone_and_every_string() {
    let shop = Shop::copy_of(&filled().db);
    let (strings, config) = (strings(), settings(&shop));
    let before = tables(&shop);
    let out = "--out made/by/here --config";
    for form in ["csv", "xlsx"] {
        told(
            &shop,
            &format!("list {out} {config} --for 2026-01-05 --format {form} --lang zh"),
        );
        told(
            &shop,
            &format!("register {out} {config} --format {form} --lang en"),
        );
    }
    told(
        &shop,
        &format!("report figures {out} {config} --month 2025-11 --format csv"),
    );
    for table in [
        "customers",
        "orders",
        "complaints",
        "vehicle_scores",
        "customer_scores",
        "imports",
    ] {
        for form in ["csv", "json", "parquet"] {
            told(
                &shop,
                &format!(
                    "export {table} --reveal --format {form} --out made/by/here/{table}.{form}"
                ),
            );
        }
    }
    assert_eq!(tables(&shop), before);
    let here = shop.path("made/by/here");
    let mut found = Vec::new();
    let mut files = 0;
    for entry in fs::read_dir(&here).unwrap() {
        let path = entry.unwrap().path();
        let said = match path.extension().unwrap().to_str().unwrap() {
            "csv" => said_in_csv(&path),
            "xlsx" => said_in_workbook(&path),
            _ => continue,
        };
        files += 1;
        found.push((
            path.file_name().unwrap().to_string_lossy().into_owned(),
            arrived(&said, &strings),
        ));
    }
    found.sort();
    assert!(files > 50, "{found:?}");
    let count = |name: &str| {
        found
            .iter()
            .find(|(file, _)| file.starts_with(name))
            .unwrap()
            .1
    };
    for name in [
        "customers.csv",
        "orders.csv",
        "files-",
        "registers-",
        "2026-01-05.csv",
        "2026-01-05.xlsx",
    ] {
        assert_eq!(count(name), 1_000, "{name}");
    }
    // Other programs are given the very strings.
    let names: BTreeSet<String> = strings.iter().map(|s| held(s)).collect();
    let json = fs::read_to_string(here.join("customers.json")).unwrap();
    let json = json
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
    assert_eq!(
        json.map(|v| v["name"].as_str().unwrap().to_owned())
            .collect::<BTreeSet<_>>(),
        names
    );
    let sql = format!(
        "select distinct name from '{}'",
        here.join("customers.parquet").display()
    );
    let parquet = rows(&Store::in_memory().unwrap(), &sql);
    assert_eq!(parquet.into_iter().collect::<BTreeSet<_>>(), names);

    // No string that is a place became one.
    let entries = |folder: &str| -> Vec<String> {
        let found = fs::read_dir(shop.path(folder)).unwrap();
        found
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|n| !n.starts_with("shop.duckdb"))
            .collect()
    };
    assert_eq!(entries("made"), ["by"]);
    assert_eq!(entries("made/by"), ["here"]);
    assert_eq!(entries("").len(), 2, "{:?}", entries(""));

    let Some(office) = installed(&["soffice", "libreoffice"]) else {
        return skip("hostile strings in a spreadsheet program", "no LibreOffice");
    };
    let bare = shop.file("bare.csv", "\"=1+1\",\"=1/0\"\n");
    let tables = [
        bare,
        here.join("customers.csv"),
        here.join("2026-01-05.csv"),
    ];
    let books: Vec<PathBuf> = fs::read_dir(&here)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "xlsx"))
        .collect();
    for files in [tables.to_vec(), books] {
        let Some(opened) = in_libre_office(&shop, &office, ',', &files) else {
            return skip(
                "hostile strings in a spreadsheet program",
                "LibreOffice did not end",
            );
        };
        for (file, said) in files.iter().zip(opened) {
            let name = file.file_name().unwrap().to_string_lossy();
            let formulas = said.iter().filter(|s| s.starts_with("FORMULA")).count();
            if name == "bare.csv" {
                // Else this test would see nothing.
                assert_eq!(formulas, 2, "{said:?}");
                continue;
            }
            assert_eq!(formulas, 0, "{name}");
            let there: BTreeSet<String> = said.iter().map(|s| armed(s)).collect();
            assert_eq!(arrived(&there, &strings), count(&name), "{name}");
        }
    }
}

/// A page has the elements of its own template, and nothing in them runs.
#[track_caller]
fn assert_inert(page: &str) {
    const OWN: [&str; 40] = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "footer",
        "main",
        "nav",
        "section",
        "article",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "a",
        "span",
        "strong",
        "small",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "svg",
        "desc",
        "figure",
        "figcaption",
        "details",
        "summary",
        "br",
    ];
    const DRAWN: [&str; 8] = [
        "g", "path", "rect", "text", "circle", "line", "polyline", "polygon",
    ];
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag
            .trim_start_matches('/')
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap();
        assert!(
            OWN.contains(&name.to_lowercase().as_str()) || DRAWN.contains(&name),
            "<{tag}>"
        );
        // Outside of quotes stand names of attributes.
        for attribute in tag.split('"').step_by(2).flat_map(str::split_whitespace) {
            assert!(!attribute.starts_with("on"), "<{tag}>");
        }
        assert!(
            !tag.contains("javascript:") || !tag.contains("href"),
            "<{tag}>"
        );
    }
}

/// The text of a PDF without blanks, and its pages; `None` without the tool.
pub(super) fn printed(path: &Path) -> Option<(String, usize)> {
    let text = run(Command::new(installed(&["pdftotext"])?).arg(path).arg("-"))
        .succeeds()
        .stdout;
    let pages = text.matches('\u{c}').count();
    Some((squeezed(&text), pages))
}

pub(super) fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{200b}')
        .collect()
}

/// The strings that want something of the typesetter.
fn for_the_typesetter() -> Vec<&'static str> {
    let first = PAYLOADS
        .iter()
        .position(|p| p.starts_with("#read"))
        .unwrap();
    PAYLOADS[first..first + 12].to_vec()
}

#[test]
fn reports_show_the_strings_and_do_nothing_of_them() {
    let shop = Shop::copy_of(&filled().db);
    let (strings, config) = (strings(), settings(&shop));
    let forms = if cfg!(feature = "pdf") {
        "html,xlsx,pdf"
    } else {
        "html,xlsx"
    };
    for report in ["month --month 2025-11", "year --year 2025"] {
        told(
            &shop,
            &format!("report {report} --out made --config {config} --format {forms} --langs zh,en"),
        );
    }
    for name in ["2025-11.zh", "2025-11.en", "2025.zh", "2025.en"] {
        let page = fs::read_to_string(shop.path(&format!("made/{name}.html"))).unwrap();
        assert_inert(&page);
        let mut shown = page
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#x27;", "'");
        shown = shown
            .replace("&#39;", "'")
            .replace("&#x2f;", "/")
            .replace("&amp;", "&")
            .replace('\u{a0}', " ");
        let in_page = strings
            .iter()
            .filter(|s| shown.contains(&format!(">{}<", seen(s))))
            .count();
        let book = said_in_workbook(&shop.path(&format!("made/{name}.xlsx")));
        // A report keeps per cent signs on the line of their number.
        let book = book
            .iter()
            .map(|text| text.replace('\u{a0}', " "))
            .collect();
        let in_book = arrived(&book, &strings);
        assert_eq!((in_page, in_book), (1_000, 1_000), "{name}");
        if !cfg!(feature = "pdf") {
            continue;
        }
        let Some((text, pages)) = printed(&shop.path(&format!("made/{name}.pdf"))) else {
            return skip("hostile strings in a report on paper", "no pdftotext");
        };
        let there = for_the_typesetter()
            .iter()
            .filter(|p| text.contains(&squeezed(p)))
            .count();
        assert_eq!(there, 12, "{name}");
        assert!(!text.contains("root:x:") && pages < 150, "{name}: {pages}");
    }
}

#[test]
fn paper_for_callers_prints_the_strings_as_they_are() {
    if !cfg!(feature = "pdf") {
        return;
    }
    let shop = Shop::copy_of(&filled().db);
    let (strings, config) = (strings(), settings(&shop));
    let Some(first) = strings.iter().position(|s| s.starts_with("#read")) else {
        panic!("no string for the typesetter");
    };
    let mut papers = Vec::new();
    for (at, string) in (first..).zip(for_the_typesetter()) {
        // A page a customer: a few of them.
        if at % 3 == 0 {
            told(
                &shop,
                &format!(
                    "register 粤A1{at:04} --out cards{at} --config {config} --format pdf --lang zh"
                ),
            );
            papers.push((
                shop.path(&format!("cards{at}/cards-粤A1{at:04}.pdf")),
                vec![string],
                10,
            ));
        }
    }
    told(
        &shop,
        &format!("list --out lists --config {config} --for 2026-01-05 --format pdf --lang en"),
    );
    // Of customers, and of those who served them.
    papers.push((
        shop.path("lists/2026-01-05.pdf"),
        for_the_typesetter(),
        1_000,
    ));
    for (paper, wanted, most) in papers {
        let Some((text, pages)) = printed(&paper) else {
            return skip("hostile strings on paper", "no pdftotext");
        };
        for string in wanted {
            assert!(
                text.contains(&squeezed(string)),
                "{}: {string} is missing",
                paper.display()
            );
        }
        assert!(
            !text.contains("root:x:") && pages <= most,
            "{}: {pages}",
            paper.display()
        );
    }
}
