//! The program is ended at every named point that a command comes to: the database is the one before or the one after,
//! files are whole or not there, the next command clears up, and doing it again ends where it should have ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use retain::cli::Cli;
use retain::pipeline::terminal;
use retain::store::{Point, watch};

use super::stopping::{State, files, is_left_over};
use super::support::{Run, Shop, difference, run, small, speak_english};

/// The words of the command, one a line.
const WORDS: &str = "RETAIN_TEST_WORDS";
/// Where to end: a point, and how many times it is passed before.
const END_AT: &str = "RETAIN_TEST_END_AT";
/// The file that names every point that was come to, one a line.
const TRACE: &str = "RETAIN_TEST_TRACE";

/// What the watching function reads; it is called with a point alone.
static ASKED: OnceLock<Asked> = OnceLock::new();

struct Asked {
    /// A point, and how many times it is passed before the end.
    end_at: Option<(String, usize)>,
    trace: Option<String>,
}

#[test]
#[ignore = "the program itself, watched; the other tests of this module start it as a process of its own"]
fn the_program_watched() {
    let words = std::env::var(WORDS).expect("started by hand");
    let end_at = std::env::var(END_AT).ok().map(|at| {
        let (name, passed) = at.split_once(' ').unwrap();
        (name.to_owned(), passed.parse().unwrap())
    });
    let trace = std::env::var(TRACE).ok();
    assert!(ASKED.set(Asked { end_at, trace }).is_ok());
    watch(|point| {
        static PASSED: AtomicUsize = AtomicUsize::new(0);
        let Asked { end_at, trace } = ASKED.get().unwrap();
        if let Some(trace) = trace {
            use std::io::Write;
            let mut file = fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(trace)
                .unwrap();
            writeln!(file, "{point}").unwrap();
        }
        if let Some((name, passed)) = end_at
            && name == point.as_str()
            && PASSED.fetch_add(1, Ordering::SeqCst) == *passed
        {
            // Nothing is tidied, as when the machine takes the process away.
            std::process::abort();
        }
    });
    let matches = retain::cli::localised(retain::types::Lang::En)
        .try_get_matches_from(words.lines())
        .unwrap();
    let cli = <Cli as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
    assert_eq!(terminal::run(cli), ExitCode::SUCCESS);
}

/// Runs a command as the watched program.
fn watched(shop: &Shop, line: &str, end_at: Option<(&str, usize)>, trace: Option<&Path>) -> Run {
    let db = shop.db.display().to_string();
    let words: Vec<&str> = ["retain"]
        .into_iter()
        .chain(line.split(' '))
        .chain(["--db", &db, "--today", "2026-01-02"])
        .collect();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["points::the_program_watched", "--exact", "--ignored"])
        .current_dir(shop.path(""))
        .env(WORDS, words.join("\n"));
    if let Some((name, passed)) = end_at {
        command.env(END_AT, format!("{name} {passed}"));
    }
    if let Some(trace) = trace {
        command.env(TRACE, trace);
    }
    speak_english(&mut command);
    run(&mut command)
}

/// The sample. Its secret is the same in every copy, so that what is coded by it is the same too.
fn as_it_is() -> Shop {
    let shop = Shop::copy_of(small());
    shop.file("shop.duckdb.key", "5a".repeat(32) + "\n");
    shop
}

/// With orders that it does not know yet, one of them to be refused.
fn with_more_orders() -> Shop {
    let shop = as_it_is();
    shop.file(
        "more.csv",
        "门店,工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n\
         海珠店,9001,C001,王伟,13800000101,粤A10001,LGG8D2D19PZ100001,2025-12-28,2025-12-28,保养,680\n\
         海珠店,9002,C002,李秀英,13800000102,粤A20002,,2025-12-29,2025-12-29,保养,500\n\
         海珠店,9003,C002,李秀英,13800000102,粤A20002,,never,2025-12-29,保养,500\n",
    );
    shop
}

/// The list of a day as it comes back from staff.
fn with_an_answered_list() -> Shop {
    let shop = as_it_is();
    let list = "list --out lists --for 2026-01-05 --lang en --format csv";
    shop.retain(list).succeeds();
    let path = shop.path("lists/2026-01-05.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let outcome = header
        .iter()
        .position(|h| h.trim_end_matches([' ', '▾']) == "Result")
        .unwrap();
    let mut out = csv::Writer::from_path(&path).unwrap();
    out.write_record(&header).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(!rows.is_empty());
    for (i, row) in rows.iter().enumerate() {
        let cell = |(at, text)| {
            if at == outcome && i == 0 {
                "Success"
            } else {
                text
            }
        };
        out.write_record(row.iter().enumerate().map(cell)).unwrap();
    }
    out.flush().unwrap();
    shop
}

/// A backup from before orders came, somebody was erased and somebody else put on hold.
fn with_an_older_backup() -> Shop {
    let shop = with_more_orders();
    shop.retain("backup --out older.duckdb").succeeds();
    shop.retain("import more.csv").succeeds();
    shop.retain("erase C002").succeeds();
    shop.retain("hold C003").succeeds();
    shop
}

/// A command, and the shop that it is tried in.
type Tried = (&'static str, fn() -> Shop);

const COMMANDS: [Tried; 9] = [
    ("import more.csv", with_more_orders),
    ("score --as-of 2025-12-31", as_it_is),
    ("report month --month 2025-11 --out reports", as_it_is),
    ("list --out lists --for 2026-01-05", as_it_is),
    ("record lists/2026-01-05.csv", with_an_answered_list),
    ("erase C002", as_it_is),
    ("compact", as_it_is),
    ("backup --out b.duckdb", as_it_is),
    ("restore older.duckdb", with_an_older_backup),
];

#[track_caller]
fn same(what: &str, left: &BTreeMap<String, Vec<String>>, right: &BTreeMap<String, Vec<String>>) {
    for (table, rows) in left {
        assert!(
            right.get(table) == Some(rows),
            "{what}: {table}\n{}",
            difference(rows, right.get(table).map_or(&[], Vec::as_slice))
        );
    }
    assert_eq!(left.len(), right.len(), "{what}");
}

/// Ends the command there and looks at what is left.
fn ended_at((line, shop): Tried, (point, passed): (&str, usize), before: &State, after: &State) {
    let what = format!("{line}, ended at {point} {passed}");
    let shop = shop();
    let ended = watched(&shop, line, Some((point, passed)), None);
    assert_eq!(ended.status, -1, "{what}: {}", ended.stderr);
    assert!(shop.db.exists(), "{what}: no database");
    let now = State::of(&shop);
    let is_done = now.contents == after.contents;
    if !is_done {
        same(&what, &now.contents, &before.contents);
    }
    for (name, content) in &now.files {
        let whole = [before, after]
            .iter()
            .any(|state| state.files.get(name) == Some(content));
        assert!(whole || is_left_over(name), "{what}: {name} is in pieces");
    }
    if is_done && line.starts_with("erase") {
        // Nobody is left to erase.
        shop.retain("doctor").succeeds();
        return;
    }
    let _ = fs::remove_file(shop.path("b.duckdb"));
    let _ = fs::remove_file(shop.path("b.duckdb.json"));
    shop.retain(line).succeeds();
    if now.contents == before.contents {
        same(
            &format!("{what}, and done again"),
            &shop.contents(),
            &after.contents,
        );
    }
    let left: Vec<String> = files(&shop)
        .into_keys()
        .filter(|name| is_left_over(name))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "{what}");
}

#[test]
fn a_command_that_ends_at_any_point_leaves_all_of_its_work_or_none() {
    let mut reached = BTreeSet::new();
    for (line, shop) in COMMANDS {
        let reference = shop();
        let before = State::of(&reference);
        let trace = tempfile::NamedTempFile::new().unwrap();
        let run = watched(&reference, line, None, Some(trace.path()));
        assert_eq!(run.status, 0, "{line}: {} {}", run.stdout, run.stderr);
        let after = State::of(&reference);
        let mut passed: BTreeMap<String, usize> = BTreeMap::new();
        for name in fs::read_to_string(trace.path()).unwrap().lines() {
            *passed.entry(name.to_owned()).or_default() += 1;
        }
        for (name, times) in &passed {
            // The first time and the last: what lies between is more of the same.
            for nth in BTreeSet::from([0, times - 1]) {
                ended_at((line, shop), (name, nth), &before, &after);
            }
        }
        reached.extend(passed.into_keys());
    }
    let all: BTreeSet<String> = Point::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(reached, all, "a point that no command comes to");
}
