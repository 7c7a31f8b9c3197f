//! A list goes out, is filled in, comes back: sorted anew, columns moved, half filled, twice, from other programs.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::Workbook;

use super::support::{Shop, department, run, skip};

/// One row of a list: header to cell.
type Line = BTreeMap<String, String>;

/// The rows of all callers' sheets, by sheet.
pub fn lines(path: &Path) -> Vec<(String, Vec<Line>)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let rows: Vec<Vec<String>> = range.rows().map(|r| r.iter().map(cell).collect()).collect();
        let Some(head) = rows.iter().position(|r| r.iter().any(|c| c == "task_id")) else {
            continue;
        };
        let headers: Vec<String> = rows[head]
            .iter()
            .map(|h| h.trim_end_matches([' ', '▾']).to_owned())
            .collect();
        let lines = rows[head + 1..]
            .iter()
            .map(|r| headers.iter().cloned().zip(r.iter().cloned()).collect())
            .collect();
        sheets.push((name, lines));
    }
    sheets
}

fn cell(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::DateTime(d) => d.as_datetime().unwrap().date().to_string(),
        other => other.to_string(),
    }
}

/// Writes lines as somebody might hand them back: rows upside down, columns in the order of their names, a title above.
pub fn write(path: &Path, lines: &[Line], calling_day: &str) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "tidied up").unwrap();
    let headers: Vec<&String> = lines
        .first()
        .map(|l| l.keys().collect())
        .unwrap_or_default();
    for (col, header) in (0u16..).zip(&headers) {
        sheet.write_string(4, col, header.as_str()).unwrap();
    }
    for (row, line) in (6u32..).zip(lines.iter().rev()) {
        for (col, header) in (0u16..).zip(&headers) {
            sheet.write_string(row, col, &line[*header]).unwrap();
        }
    }
    let options = book.add_worksheet();
    options.write_string(0, 0, "retain-call-list-1").unwrap();
    options.write_string(1, 0, calling_day).unwrap();
    book.save(path).unwrap();
}

fn set(line: &mut Line, header: &str, text: &str) {
    let cell = line
        .get_mut(header)
        .unwrap_or_else(|| panic!("no column {header}"));
    text.clone_into(cell);
}

/// A shop with a list for a day, and its rows.
fn listed(day: &str, lang: &str) -> (Shop, PathBuf, Vec<Line>) {
    let shop = Shop::copy_of(department());
    shop.retain(&format!("list --out lists --for {day} --lang {lang}"))
        .succeeds();
    let path = shop.path(&format!("lists/{day}.xlsx"));
    let lines = lines(&path).into_iter().flat_map(|(_, l)| l).collect();
    (shop, path, lines)
}

fn record(shop: &Shop, flags: &str) -> serde_json::Value {
    let words = format!("record back.xlsx --json --today 2026-01-06 {flags}");
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut command = super::support::command(
        words
            .iter()
            .copied()
            .chain(["--db", shop.db.to_str().unwrap()]),
    );
    command.current_dir(shop.path(""));
    run(&mut command).succeeds().json()
}

/// Runs a command on a day.
fn on(shop: &Shop, today: &str, line: &str) {
    let db = shop.db.display();
    shop.retain_in_folder(&format!("{line} --db {db} --today {today}"))
        .succeeds();
}

#[test]
fn what_was_filled_in_goes_to_its_task_whatever_the_order_and_only_once() {
    let (shop, _, mut lines) = listed("2026-01-05", "en");
    assert!(lines.len() > 8, "{}", lines.len());
    lines.truncate(8);
    set(&mut lines[0], "Result", "Success");
    set(&mut lines[0], "Detail", "Booked");
    set(
        &mut lines[0],
        "Note",
        "=HYPERLINK(\"http://x\",\"y\"); drop table orders; --'",
    );
    set(&mut lines[1], "Result", "成功");
    set(&mut lines[1], "Agreed date", "2026/1/20");
    set(&mut lines[2], "No marketing", "是");
    set(&mut lines[3], "Detail", "Wrong number");
    set(&mut lines[4], "Result", "perhaps");
    set(&mut lines[5], "Detail", "No answer");
    write(&shop.path("back.xlsx"), &lines, "2026-01-05");
    let said = record(&shop, "");
    assert_eq!(said["recorded"], 5, "{said}");
    assert_eq!(said["refused"], 1);
    assert_eq!(said["slips"][0]["column"], "Result");
    assert_eq!(said["slips"][0]["value"], "perhaps");
    assert_eq!(
        (
            &said["opt_outs"],
            &said["promises"],
            &said["wrong_numbers"],
            &said["done"]
        ),
        (&1.into(), &1.into(), &1.into(), &3.into())
    );
    let held = |task: &str, columns: &str| {
        shop.one(&format!(
            "select {columns} from follow_ups where task_id = '{task}'"
        ))
    };
    let ids: Vec<String> = lines.iter().map(|l| l["task_id"].clone()).collect();
    let id = |n: usize| ids[n].clone();
    assert_eq!(
        held(
            &id(0),
            "contacted_at::date, channel, result_l1, result_l2, note, staff is not null"
        ),
        "2026-01-05|phone|success|booked|=HYPERLINK(\"http://x\",\"y\"); drop table orders; --'|true"
    );
    // It is about that very unit.
    assert_eq!(
        shop.one(&format!(
            "select count(*) from follow_ups f join follow_up_tasks t on t.task_id = f.task_id
             where f.task_id = '{}' and coalesce(f.vin_key, f.plate_key, f.customer_key) = t.unit_id", id(0))),
        "1"
    );
    let states = |n: usize| {
        shop.one(&format!(
            "select state, ended_by from follow_up_tasks where task_id = '{}'",
            id(n)
        ))
    };
    assert_eq!(states(0), "done|contact");
    assert_eq!(states(5), "open|-");
    assert_eq!(states(4), "open|-");
    assert_eq!(
        shop.one(
            "select open_on, due_on, state, list from follow_up_tasks where list = 'promised' and made_on < open_on"
        ),
        "2026-01-20|2026-01-20|open|promised"
    );
    assert_eq!(
        shop.one("select kind, state from data_quality_items"),
        "wrong_phone|open"
    );

    // The same again changes nothing.
    let before = shop.contents();
    let said = record(&shop, "");
    assert_eq!(
        (&said["recorded"], &said["unchanged"]),
        (&0.into(), &5.into())
    );
    super::support::assert_same_contents(&before, &shop.contents());

    // More is filled in: it completes; another answer is kept beside the first and said.
    set(&mut lines[1], "Note", "in the afternoon");
    set(&mut lines[0], "Detail", "");
    set(&mut lines[0], "Result", "No use");
    set(&mut lines[5], "Detail", "Another day");
    write(&shop.path("back.xlsx"), &lines, "2026-01-05");
    let said = record(&shop, "");
    assert_eq!(
        (&said["completed"], &said["recorded"]),
        (&1.into(), &2.into()),
        "{said}"
    );
    assert_eq!(said["conflicts"].as_array().unwrap().len(), 1);
    assert_eq!(said["conflicts"][0]["before"], "success");
    let answers = |n: usize| {
        shop.one(&format!(
            "select count(*) from follow_ups where task_id = '{}'",
            id(n)
        ))
    };
    assert_eq!(
        (answers(0), answers(1), answers(5)),
        ("2".into(), "1".into(), "2".into())
    );

    // A refusal outlasts what replaces it.
    set(&mut lines[2], "No marketing", "");
    set(&mut lines[2], "Result", "Success");
    write(&shop.path("back.xlsx"), &lines, "2026-01-05");
    record(&shop, "--replace");
    assert_eq!(held(&id(2), "result_l1, opt_out"), "success|true");
}

/// Whoever makes the list of a day once more does not lose what callers wrote into the first one.
#[test]
fn a_list_that_is_filled_in_is_not_written_over_before_it_is_recorded() {
    let (shop, path, mut lines) = listed("2026-01-05", "en");
    let again = "list --out lists --for 2026-01-05 --lang en";
    shop.retain(again).succeeds();
    lines.truncate(5);
    set(&mut lines[0], "Result", "Success");
    set(&mut lines[1], "Note", "asked for the price");
    set(&mut lines[2], "Result", "perhaps");
    write(&path, &lines, "2026-01-05");
    let filled = fs::read(&path).unwrap();
    let before = shop.contents();
    let refused = shop.retain(again).ends_with(1);
    assert!(
        refused.stderr.contains("3 rows are filled in"),
        "{}",
        refused.stderr
    );
    assert!(fs::read(&path).unwrap() == filled && shop.contents() == before);
    // The same on the last of several days, before the first is written.
    let days = "list --out lists --for 2026-01-04 --days 3 --lang en";
    shop.retain(days).ends_with(1);
    assert!(!shop.path("lists/2026-01-04.xlsx").exists());
    // Elsewhere, and as another form, it can be made all the same.
    shop.retain(&again.replace("lists", "elsewhere")).succeeds();
    shop.retain(&format!("{again} --format csv")).succeeds();
    // Recorded and mended, it may go.
    shop.retain("record lists/2026-01-05.xlsx").succeeds();
    shop.retain(again).ends_with(1);
    set(&mut lines[2], "Result", "Success");
    write(&path, &lines, "2026-01-05");
    shop.retain("record lists/2026-01-05.xlsx").succeeds();
    shop.retain(again).succeeds();
}

/// A CSV list does not say its day; a promise in it that was recorded is not taken for one that is past.
#[test]
fn a_recorded_list_can_be_made_again_whatever_was_promised_in_it() {
    let shop = Shop::copy_of(department());
    let again = "list --out lists --for 2026-01-05 --lang en --format csv";
    shop.retain(again).succeeds();
    let path = shop.path("lists/2026-01-05.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut rows: Vec<Vec<String>> =
        csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .into_records()
            .map(|r| r.unwrap().iter().map(str::to_owned).collect())
            .collect();
    let header = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .headers()
        .unwrap()
        .clone();
    let at = |name: &str| {
        let found = header
            .iter()
            .position(|h| h.trim_end_matches([' ', '▾']) == name);
        found.unwrap_or_else(|| panic!("no column {name} in {header:?}"))
    };
    let (result, promise) = (at("Result"), at("Agreed date"));
    "Success".clone_into(&mut rows[0][result]);
    "2026-01-12".clone_into(&mut rows[0][promise]);
    let mut out = csv::Writer::from_path(&path).unwrap();
    out.write_record(&header).unwrap();
    for row in &rows {
        out.write_record(row).unwrap();
    }
    drop(out);
    shop.retain(again).ends_with(1);
    shop.retain("record lists/2026-01-05.csv").succeeds();
    shop.retain(again).succeeds();
}

/// Where the list of the day cannot be read, nobody knows what callers wrote into it.
#[test]
fn what_lies_in_the_place_of_a_list_and_cannot_be_read_is_not_written_over() {
    let (shop, path, mut lines) = listed("2026-01-05", "en");
    let again = "list --out lists --for 2026-01-05 --lang en";
    set(&mut lines[0], "Result", "Success");
    for line in &mut lines {
        line.remove("task_id");
    }
    write(&path, &lines, "2026-01-05");
    let without_tasks = fs::read(&path).unwrap();
    let half = without_tasks[..without_tasks.len() / 2].to_vec();
    for lies_there in [without_tasks, half, b"notes of the day".to_vec()] {
        fs::write(&path, &lies_there).unwrap();
        let refused = shop.retain(again).ends_with(1);
        assert!(
            refused.stderr.contains("cannot be read as a list"),
            "{}",
            refused.stderr
        );
        assert!(fs::read(&path).unwrap() == lies_there);
    }
    fs::remove_file(&path).unwrap();
    shop.retain(again).succeeds();
}

/// A list that named nobody has nothing to fill in.
#[test]
fn an_empty_list_is_made_again() {
    let shop = Shop::new();
    shop.import(
        "o.csv",
        "车牌号,进厂日期,结算日期,客户编号,客户名称,手机,车型\n粤A12345,2025-12-30,2025-12-30,C1,王一,13800000101,岭跃\n",
        "",
    )
    .succeeds();
    shop.score_quickly("");
    // Long after the calls that follow a visit, long before the next one is due.
    let none = "list --out lists --for 2026-02-20 --lang en --json";
    for format in ["xlsx", "csv"] {
        let none = format!("{none} --format {format}");
        for _ in 0..2 {
            assert_eq!(shop.retain(&none).succeeds().json()["rows"], 0, "{format}");
        }
    }
}

#[test]
fn refusals_hold_in_the_next_list_and_promises_are_on_it() {
    let (shop, _, mut lines) = listed("2026-01-05", "zh");
    lines.truncate(6);
    for line in &mut lines[..3] {
        set(line, "拒绝营销", "是");
    }
    set(&mut lines[4], "约定日期", "2026-01-08");
    write(&shop.path("back.xlsx"), &lines, "2026-01-05");
    let said = record(&shop, "");
    assert_eq!(said["promises"], 1, "{said}");
    shop.retain("list --out lists --for 2026-01-08 --lang zh")
        .succeeds();
    let next: Vec<Line> = self::lines(&shop.path("lists/2026-01-08.xlsx"))
        .into_iter()
        .flat_map(|(_, l)| l)
        .collect();
    let units = |filter: &str| {
        shop.ask(&format!(
            "select unit_id from follow_up_tasks where {filter}"
        ))
    };
    let ids: Vec<String> = next.iter().map(|l| format!("'{}'", l["task_id"])).collect();
    let on_it = units(&format!("task_id in ({})", ids.join(", ")));
    for line in &lines[..3] {
        let unit = units(&format!("task_id = '{}'", line["task_id"]));
        assert!(!on_it.contains(&unit[0]));
        assert_eq!(
            shop.one(&format!("select distinct state in ('done', 'suppressed') from follow_up_tasks where unit_id = {}", unit[0])),
            "true"
        );
    }
    let promised = units("list = 'promised'");
    assert!(
        on_it.contains(&promised[0]),
        "the promised call is not on the list"
    );
}

#[test]
fn the_last_day_that_was_agreed_holds_and_a_promise_that_was_kept_is_over() {
    let (shop, _, lines) = listed("2026-01-05", "en");
    let one = |filled: &[(&str, &str)], task: &str, day: &str| {
        let mut line = lines[0].clone();
        line.insert("task_id".to_owned(), task.to_owned());
        for (header, text) in filled {
            set(&mut line, header, text);
        }
        write(&shop.path("back.xlsx"), &[line], day);
        on(&shop, "2026-02-20", "record back.xlsx --replace");
    };
    let promised = || {
        shop.ask(
            "select task_id, due_on from follow_up_tasks where list = 'promised' and made_on < open_on
             and state in ('open', 'overdue', 'escalated')",
        )
    };
    let agreed = |day: &'static str| {
        [
            ("Result", "Success"),
            ("Detail", "Another day"),
            ("Agreed date", day),
        ]
    };
    let task = &lines[0]["task_id"];
    one(&agreed("2026-01-20"), task, "2026-01-05");
    one(&agreed("2026-01-22"), task, "2026-01-05");
    let waiting = promised();
    assert!(
        waiting.len() == 1 && waiting[0].ends_with("2026-01-22"),
        "{waiting:?}"
    );
    // Tried on the day in vain, agreed anew, reached on that day.
    let first = waiting[0].split('|').next().unwrap().to_owned();
    one(
        &[("Result", "Not reached"), ("Agreed date", "2026-01-26")],
        &first,
        "2026-01-22",
    );
    let waiting = promised();
    assert!(
        waiting.len() == 1 && waiting[0].ends_with("2026-01-26"),
        "{waiting:?}"
    );
    let second = waiting[0].split('|').next().unwrap().to_owned();
    one(
        &[("Result", "Success"), ("Detail", "Booked")],
        &second,
        "2026-01-26",
    );
    assert_eq!(promised(), Vec::<String>::new());
}

#[test]
fn attempts_of_several_days_add_up_to_another_channel() {
    let shop = Shop::copy_of(department());
    let mut plate = String::new();
    for day in [
        "2026-01-05",
        "2026-01-06",
        "2026-01-07",
        "2026-01-08",
        "2026-01-09",
        "2026-01-10",
    ] {
        on(
            &shop,
            day,
            &format!("list --out lists --for {day} --lang en"),
        );
        let mut row = self::lines(&shop.path(&format!("lists/{day}.xlsx")))
            .into_iter()
            .flat_map(|(_, l)| l)
            .find(|l| plate.is_empty() || l["Plate, vehicle"].starts_with(&plate))
            .unwrap_or_else(|| panic!("{plate} is not on the list of {day}"));
        plate = row["Plate, vehicle"]
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        if day == "2026-01-10" {
            assert_eq!(row["Channel"], "SMS");
            assert_eq!(row["Tried in vain"], "5");
        }
        set(&mut row, "Result", "Not reached");
        set(&mut row, "Detail", "No answer");
        write(&shop.path("back.xlsx"), &[row], day);
        on(&shop, day, "record back.xlsx");
    }
}

#[test]
fn a_need_that_stays_open_is_one_task() {
    let (shop, _, first) = listed("2026-01-05", "en");
    shop.retain("list --out again --for 2026-01-05 --lang en")
        .succeeds();
    shop.retain("list --out lists --for 2026-01-06 --lang en")
        .succeeds();
    let twice = shop.ask(
        "select list, unit_id from follow_up_tasks where state in ('open', 'overdue') group by all having count(*) > 1",
    );
    assert!(twice.is_empty(), "{twice:?}");
    let second: Vec<Line> = lines(&shop.path("lists/2026-01-06.xlsx"))
        .into_iter()
        .flat_map(|(_, l)| l)
        .collect();
    let shared = second
        .iter()
        .filter(|l| first.iter().any(|f| f["task_id"] == l["task_id"]))
        .count();
    assert!(
        shared * 10 > second.len() * 8,
        "{shared} of {}",
        second.len()
    );
    // No row without a task, none held out in the workbook, every task with a day and a reason.
    for line in first.iter().chain(&second) {
        assert_eq!(
            shop.one(&format!("select holdout, due_on is not null, length(reasons) > 0 from follow_up_tasks where task_id = '{}'", line["task_id"])),
            "false|true|true"
        );
    }
    let held =
        shop.one("select count(*) from follow_up_tasks where holdout and state = 'suppressed'");
    assert_ne!(held, "0");
}

#[test]
fn time_makes_tasks_overdue_and_ends_them() {
    let (shop, _, _) = listed("2026-01-05", "en");
    let states = |shop: &Shop| {
        shop.ask("select distinct state from follow_up_tasks where not holdout and open_on = date '2026-01-05' order by 1")
    };
    // A timer of the plan may have run out before; nothing is given up on its first day.
    let first = states(&shop);
    assert!(
        first.contains(&"open".to_owned())
            && first
                .iter()
                .all(|s| ["open", "overdue"].contains(&s.as_str())),
        "{first:?}"
    );
    // Nobody was called for a month: whatever still is a need is late or over.
    shop.retain("list --out lists --for 2026-02-09 --lang en")
        .succeeds();
    let later = states(&shop);
    let late = shop.one(
        "select count(*) from follow_up_tasks where state = 'open' and due_on < date '2026-02-09'",
    );
    assert_eq!(late, "0");
    assert!(
        later.contains(&"expired".to_owned()) || later.contains(&"done".to_owned()),
        "{later:?}"
    );
    let shares = shop.ask("select list, on_time_share between 0 and 1 from task_timeliness where on_time_share is not null");
    assert!(!shares.is_empty());
}

#[test]
fn a_workbook_that_is_none_of_ours_is_refused_and_changes_nothing() {
    let (shop, list, _) = listed("2026-01-05", "en");
    let before = shop.contents();
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "姓名").unwrap();
    book.save(shop.path("foreign.xlsx")).unwrap();
    let refused = shop.retain("record foreign.xlsx").ends_with(1);
    assert!(
        refused
            .stderr
            .contains("no list that was sent out from here"),
        "{}",
        refused.stderr
    );
    // One of another database.
    let other = Shop::copy_of(department());
    let mut theirs: Vec<Line> = lines(&list)
        .into_iter()
        .flat_map(|(_, l)| l)
        .take(2)
        .collect();
    set(&mut theirs[0], "Result", "Success");
    write(&other.path("back.xlsx"), &theirs, "2026-01-05");
    let refused = other.retain("record back.xlsx").ends_with(1);
    assert!(
        refused.stderr.contains("none of its tasks"),
        "{}",
        refused.stderr
    );
    shop.retain("record nowhere.xlsx").ends_with(2);
    super::support::assert_same_contents(&before, &shop.contents());
}

#[test]
fn a_row_that_somebody_added_is_told_by_its_plate() {
    let (shop, _, mut lines) = listed("2026-01-05", "zh");
    let plate = shop.one("select plate from vehicles v where plate is not null and unit_id not in (select unit_id from follow_up_tasks) order by plate limit 1");
    lines.truncate(2);
    let mut added: Line = lines[0]
        .keys()
        .map(|k| (k.clone(), String::new()))
        .collect();
    set(&mut added, "车牌 车型", &plate);
    set(&mut added, "结果", "成功");
    set(&mut added, "备注", "客户打进来");
    let mut nobody = added.clone();
    set(&mut nobody, "车牌 车型", "粤Z99999");
    lines.extend([added, nobody]);
    write(&shop.path("back.xlsx"), &lines, "2026-01-05");
    let said = record(&shop, "");
    assert_eq!(
        (&said["recorded"], &said["refused"]),
        (&1.into(), &1.into()),
        "{said}"
    );
    assert_eq!(said["slips"][0]["reason"], "unknown-key");
    assert_eq!(
        shop.one("select v.plate from follow_ups f join vehicles v on v.unit_id = coalesce(f.vin_key, f.plate_key) where f.note = '客户打进来'"),
        plate
    );
    assert_eq!(record(&shop, "")["unchanged"], 1);
}

/// LibreOffice, where it is installed.
fn office() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| ["soffice", "libreoffice"].map(|n| folder.join(n)))
        .find(|p| p.is_file())
}

#[test]
fn the_round_trip_through_libreoffice_loses_nothing() {
    let Some(office) = office() else {
        skip(
            "the_round_trip_through_libreoffice_loses_nothing",
            "soffice is not installed",
        );
        return;
    };
    let (shop, list, mut lines) = listed("2026-01-05", "zh");
    lines.truncate(5);
    let known: Vec<String> = lines.iter().map(|l| l["task_id"].clone()).collect();
    set(&mut lines[0], "结果", "成功");
    set(&mut lines[0], "约定日期", "2026-01-20");
    set(&mut lines[1], "细分", "无人接听");
    set(&mut lines[2], "拒绝营销", "是");
    write(&shop.path("filled.xlsx"), &lines, "2026-01-05");
    let convert = |from: &Path, to: &str, out: &str| {
        let home = shop.path("office-home");
        let mut command = Command::new(&office);
        command
            .arg(format!("-env:UserInstallation=file://{}", home.display()))
            .args(["--headless", "--convert-to", to, "--outdir"])
            .arg(shop.path(out))
            .arg(from);
        run(&mut command).succeeds();
    };
    // The list itself, as it went out, keeps every task through both forms.
    convert(&list, "xlsx", "resaved");
    convert(&list, "ods", "resaved");
    for name in ["resaved/2026-01-05.xlsx", "resaved/2026-01-05.ods"] {
        let said = shop
            .retain(&format!("record {name} --json"))
            .succeeds()
            .json();
        assert_eq!(said["rows"], said["blank"], "{name}: {said}");
        assert_eq!(
            said["rows"].to_string(),
            shop.one("select count(*) from follow_up_tasks where not holdout"),
            "{name}"
        );
        assert_eq!(said["calling_day"], "2026-01-05", "{name}");
    }
    // What was filled in comes back alike from both.
    convert(&shop.path("filled.xlsx"), "ods", "back");
    convert(&shop.path("filled.xlsx"), "xlsx", "back");
    let said = shop
        .retain("record back/filled.ods --json")
        .succeeds()
        .json();
    assert_eq!(
        (&said["recorded"], &said["refused"]),
        (&3.into(), &0.into()),
        "{said}"
    );
    let said = shop
        .retain("record back/filled.xlsx --json")
        .succeeds()
        .json();
    assert_eq!(
        (&said["recorded"], &said["unchanged"]),
        (&0.into(), &3.into()),
        "{said}"
    );
    assert_eq!(
        shop.one(&format!(
            "select next_at::date from follow_ups where task_id = '{}'",
            known[0]
        )),
        "2026-01-20"
    );
}
