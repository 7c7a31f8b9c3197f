//! What people open: the report in a browser, the list in a spreadsheet program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::support::{Shop, department, run, skip, small};

/// The program of that name, where it is installed.
pub fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |n| folder.join(n)))
        .find(|p| p.is_file())
}

/// Chromium, where it is installed.
pub fn chromium() -> Option<PathBuf> {
    installed(&["chromium", "chromium-browser", "google-chrome"])
}

/// The browser without a window, with a profile of the shop's own.
pub fn headless(browser: &Path, shop: &Shop) -> Command {
    let mut command = Command::new(browser);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .arg(format!(
            "--user-data-dir={}",
            shop.path("profile").display()
        ));
    command
}

/// No cell of the workbook is a formula, a link or anything else but a value.
#[track_caller]
pub fn assert_no_formulas(path: &Path) {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        let found: Vec<_> = formulas
            .used_cells()
            .filter(|(_, _, f)| !f.is_empty())
            .collect();
        assert!(found.is_empty(), "{sheet}: {found:?}");
    }
}

/// All cells of a workbook as text.
pub fn cells(path: &Path) -> String {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut text = String::new();
    for sheet in book.sheet_names() {
        for row in book.worksheet_range(&sheet).unwrap().rows() {
            for cell in row {
                if !matches!(cell, Data::Empty) {
                    text += &format!("{cell}\t");
                }
            }
            text.push('\n');
        }
    }
    text
}

/// The pages of [`made`].
const PAGES: [&str; 2] = ["reports/2025-11.html", "reports/2025.html"];

/// A copy of the department with its reports of a month and a year, and a list.
fn made(lang: &str) -> Shop {
    let shop = Shop::copy_of(department());
    shop.retain(&format!(
        "report month --month 2025-11 --out reports --lang {lang}"
    ))
    .succeeds();
    shop.retain(&format!(
        "report year --year 2025 --out reports --lang {lang}"
    ))
    .succeeds();
    shop.retain(&format!("list --out lists --for 2026-01-05 --lang {lang}"))
        .succeeds();
    shop
}

#[test]
fn the_workbook_holds_values_alone_and_the_calls_in_full() {
    let shop = Shop::copy_of(small());
    shop.retain("list --out lists --for 2026-01-05 --lang zh")
        .succeeds();
    let book = shop.path("lists/2026-01-05.xlsx");
    assert_no_formulas(&book);
    let text = cells(&book);
    for wanted in [
        "粤A14141",
        "粤A15151",
        "何志明",
        "13800000112",
        "2025-12-28",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing:\n{text}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_anywhere() {
    for (lang, name) in [
        ("zh", PAGES[0]),
        ("en", PAGES[0]),
        ("zh", PAGES[1]),
        ("en", PAGES[1]),
    ] {
        let page = fs::read_to_string(made(lang).path(name)).unwrap();
        assert!(page.contains("Content-Security-Policy") && page.contains("default-src 'none'"));
        for part in page.split(['"', '\'', '(', ' ']) {
            let asks =
                part.starts_with("http:") || part.starts_with("https:") || part.starts_with("//");
            assert!(!asks || part.starts_with("http://www.w3.org/"), "{part}");
        }
        for word in [
            "<script src",
            "<link",
            "<iframe",
            "@import",
            "<img src=\"http",
        ] {
            assert!(!page.contains(word), "{word}");
        }
        for word in ["report-", "state-", "NaN", "inf%", "None", "Some("] {
            let shown = page
                .split('>')
                .map(|p| p.split('<').next().unwrap())
                .any(|text| text.contains(word));
            assert!(!shown, "{lang}: {name} shows {word}");
        }
    }
}

#[test]
fn a_browser_shows_the_page_without_complaint() {
    let Some(browser) = chromium() else {
        return skip("the report in a browser", "no Chromium");
    };
    let shop = made("zh");
    for page in PAGES {
        shown_without_complaint(&shop, &browser, page);
    }
}

/// Prints the page and looks at what the browser said, asked for and printed.
fn shown_without_complaint(shop: &Shop, browser: &Path, page: &str) {
    let pdf = shop.path("page.pdf");
    let log = shop.path("net.json");
    let mut command = headless(browser, shop);
    command
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-pdf-header-footer",
            "--enable-logging=stderr",
        ])
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", shop.path(page).display()));
    let Some(said) = within(command, Duration::from_secs(90)) else {
        return skip("the report in a browser", "Chromium did not end");
    };
    assert!(!said.contains("CONSOLE"), "{said}");
    assert!(fs::metadata(&pdf).is_ok_and(|m| m.len() > 10_000), "{said}");
    let asked = fs::read_to_string(&log).unwrap_or_default();
    for host in asked
        .split("\"url\":\"")
        .skip(1)
        .map(|u| u.split('"').next().unwrap())
    {
        let own = [
            "file:",
            "data:",
            "chrome:",
            "about:",
            "blob:",
            "chrome-extension:",
            "devtools:",
        ];
        // The browser itself may ask its maker for updates; the page may not.
        assert!(
            own.iter().any(|o| host.starts_with(o)) || host.contains("google"),
            "the page asked for {host}"
        );
    }
    let Some(pdftotext) = installed(&["pdftotext"]) else {
        return skip("the text of the printed report", "no pdftotext");
    };
    let text = run(Command::new(pdftotext).arg(&pdf).arg("-")).stdout;
    for wanted in ["客户", "进厂", "2025"] {
        assert!(
            text.contains(wanted),
            "{wanted} is missing in print:\n{text}"
        );
    }
    let Some(pdftoppm) = installed(&["pdftoppm"]) else {
        return skip("the sheets of the printed report", "no pdftoppm");
    };
    let sheets = filled(&pdftoppm, &pdf, shop);
    assert!(sheets.len() > 1, "{page}: {sheets:?}");
    for (sheet, filled) in sheets.into_iter().enumerate() {
        assert!(
            filled > 0.3,
            "{page}: sheet {} is nearly empty: {filled}",
            sheet + 1
        );
    }
}

/// How far down each sheet anything is printed: the share of its height.
fn filled(pdftoppm: &Path, pdf: &Path, shop: &Shop) -> Vec<f64> {
    let folder = shop.path("sheets");
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(pdftoppm);
    command.args(["-gray", "-r", "20"]).arg(pdf);
    run(command.arg(folder.join("sheet")));
    let mut sheets: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    sheets.sort();
    let filled = sheets
        .iter()
        .map(|sheet| {
            // P5, width, height, most, then a byte a point.
            let bytes = fs::read(sheet).unwrap();
            let head: Vec<&[u8]> = bytes.splitn(4, |b| b.is_ascii_whitespace()).collect();
            let number = |text: &[u8]| std::str::from_utf8(text).unwrap().parse::<usize>().unwrap();
            let (width, height) = (number(head[1]), number(head[2]));
            let points = &bytes[bytes.len() - width * height..];
            let last = points
                .chunks(width)
                .rposition(|row| row.iter().any(|p| *p < 200));
            (last.unwrap_or(0) + 1) as f64 / height as f64
        })
        .collect();
    fs::remove_dir_all(folder).unwrap();
    filled
}

#[test]
fn nobody_is_kept_out_by_the_page() {
    let name = "the accessibility of the report";
    let Some(browser) = chromium() else {
        return skip(name, "no Chromium");
    };
    let Some(axe) = std::env::var_os("RETAIN_TEST_AXE") else {
        return skip(name, "RETAIN_TEST_AXE is not set");
    };
    let axe = fs::read_to_string(axe)
        .unwrap()
        .replace("</script", "<\\/script");
    let shops = ["zh", "en"].map(|lang| (lang, made(lang)));
    for ((lang, shop), name) in shops.iter().flat_map(|s| PAGES.map(|p| (s, p))) {
        let page = fs::read_to_string(shop.path(name)).unwrap();
        // The page forbids scripts; its copy is looked at by one.
        let (before, policy) = page
            .split_once("<meta http-equiv=\"Content-Security-Policy\"")
            .unwrap();
        let after = policy.split_once('>').unwrap().1;
        let look = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => {
            const out = document.createElement('pre');
            out.id = 'found';
            out.textContent = '[found ' + r.passes.length + '] ' + r.violations.map(v => v.id + ': ' + v.nodes[0].html).join(' | ');
            document.body.appendChild(out);
        })";
        let copy = format!("{before}{after}").replace(
            "</body>",
            &format!("<script>{axe}</script><script>{look}</script></body>"),
        );
        let file = shop.file("looked-at.html", copy);
        let mut command = headless(&browser, shop);
        command
            .args(["--virtual-time-budget=30000", "--dump-dom"])
            .arg(format!("file://{}", file.display()));
        let dom = run(&mut command).stdout;
        let found = dom.rsplit_once("[found ").map(|(_, rest)| rest);
        let found = found.unwrap_or_else(|| panic!("{lang}: the check did not run"));
        let (passes, violations) = found.split_once("] ").unwrap();
        let violations = violations.split("</pre>").next().unwrap();
        assert!(passes.parse::<u32>().unwrap() > 20, "{lang}: {passes}");
        assert_eq!(violations, "", "{lang}: {name}");
    }
}

/// What a command said, unless it takes longer.
pub fn within(command: Command, limit: Duration) -> Option<String> {
    within_into(command, Stdio::null(), limit)
}

/// The same, with its standard output somewhere.
pub fn within_into(mut command: Command, stdout: Stdio, limit: Duration) -> Option<String> {
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut child = command
        .stdout(stdout)
        .stderr(output.reopen().unwrap())
        .spawn()
        .ok()?;
    let steps = limit.as_millis() / 100;
    for _ in 0..steps {
        if child.try_wait().unwrap().is_some() {
            return Some(fs::read_to_string(output.path()).unwrap_or_default());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[test]
fn a_spreadsheet_program_opens_the_list_and_the_chinese_is_intact() {
    let Some(office) = installed(&["soffice", "libreoffice"]) else {
        return skip("the list in a spreadsheet program", "no LibreOffice");
    };
    let shop = Shop::copy_of(small());
    shop.retain("list --out lists --for 2026-01-05 --lang zh")
        .succeeds();
    let mut command = Command::new(office);
    command
        .arg(format!(
            "-env:UserInstallation=file://{}",
            shop.path("office").display()
        ))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(shop.path(""))
        .arg(shop.path("lists/2026-01-05.xlsx"));
    if within(command, Duration::from_secs(120)).is_none() {
        return skip(
            "the list in a spreadsheet program",
            "LibreOffice did not end",
        );
    }
    let pdf = shop.path("2026-01-05.pdf");
    assert!(pdf.exists(), "nothing was converted");
    let Some(pdftotext) = installed(&["pdftotext"]) else {
        return skip("the text of the printed list", "no pdftotext");
    };
    let text = run(Command::new(pdftotext).arg(&pdf).arg("-")).stdout;
    for wanted in ["粤A14141", "何志明", "13800000112"] {
        assert!(text.contains(wanted), "{wanted} is missing:\n{text}");
    }
}
