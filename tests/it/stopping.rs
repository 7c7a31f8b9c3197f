//! Whoever stops a command finds everything as it was, or as it is after it: the database, the files that it writes, and
//! nothing of what it had only begun once the next command has run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{
    Shop, assert_same_contents, command, csv_files, department, generated, not_seen, run, skip,
};

/// What is in a folder and below, but for the database and what belongs to it: name and content; of folders the name, with
/// a stroke behind it.
pub fn files(of: &Shop) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, top: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().display().to_string();
            if path.is_dir() {
                if !name.starts_with("shop.duckdb") {
                    found.insert(format!("{name}/"), Vec::new());
                }
                walk(&path, top, found);
            } else if !name.starts_with("shop.duckdb") {
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&of.path(""), &of.path(""), &mut found);
    found
}

/// Files and folders of a run that was stopped, which the next one removes.
pub fn is_left_over(name: &str) -> bool {
    name.contains(".retain-") || name.contains(".spill-")
}

/// Starts the command and sends the signal after a time; how it ended and what it said.
fn stopped(shop: &Shop, line: &str, signal: &str, after: Duration) -> (Option<i32>, String) {
    let db = shop.db.display().to_string();
    let words = line
        .split(' ')
        .chain(["--db", &db, "--today", "2026-01-02"]);
    let child = command(words)
        .current_dir(shop.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    run(Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]));
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

/// A department, with a file of orders that it does not know yet.
fn shop() -> Shop {
    let shop = Shop::copy_of(department());
    let orders = csv_files(generated())
        .into_iter()
        .find(|p| p.ends_with("work_orders.csv"))
        .unwrap();
    // The same orders under other numbers, and others twice.
    let text = fs::read_to_string(orders).unwrap();
    let mut lines = text.lines();
    let mut more = lines.next().unwrap().to_owned() + "\n";
    for round in 0..4 {
        for line in lines.clone() {
            more += &format!("R{round}{line}\n").replacen("\u{feff}", "", 1);
        }
    }
    shop.file("more.csv", more);
    shop
}

/// The signals, the statuses that they end with, and the parts of its time after which a command is tried to be caught.
/// Where it was done before, or had not begun, the next part is another try.
const SIGNALS: [(&str, i32, [f64; 4]); 2] = [
    ("INT", 130, [0.33, 0.15, 0.6, 0.8]),
    ("TERM", 143, [0.5, 0.25, 0.1, 0.7]),
];
/// Within this time a process may not listen yet, and is ended by the signal itself.
const BEGINNING: Duration = Duration::from_millis(100);

/// A state of the database and of the files around it.
pub struct State {
    pub contents: BTreeMap<String, Vec<String>>,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl State {
    pub fn of(shop: &Shop) -> Self {
        Self {
            contents: shop.contents(),
            files: files(shop),
        }
    }
}

/// Stops the command and looks at what is left; true where it was caught in the middle.
fn is_caught(
    line: &str,
    (signal, status): (&str, i32),
    wait: Duration,
    before: &State,
    after: &State,
) -> bool {
    let shop = shop();
    let (ended, said) = stopped(&shop, line, signal, wait);
    let what = format!("{line}, SIG{signal} after {wait:?}: {ended:?} {said}");
    assert!(
        !said.contains("panicked") && said.lines().count() <= 2,
        "{what}"
    );
    let now = State::of(&shop);
    match ended {
        // The signal came when all was done.
        Some(0) => assert_same_contents(&now.contents, &after.contents),
        Some(code) if code == status => {
            // Who is told that nothing was changed finds nothing changed.
            assert!(
                said.is_empty() || said.contains("the step that was running changed nothing"),
                "{what}"
            );
            let is_done = said.is_empty() && now.contents == after.contents;
            assert!(is_done || now.contents == before.contents, "{what}");
        }
        None if wait < BEGINNING => {
            assert!(now.contents == before.contents, "{what}");
        }
        _ => panic!("{what}"),
    }
    for (name, content) in &now.files {
        let whole = [before, after]
            .iter()
            .any(|state| state.files.get(name) == Some(content));
        assert!(whole || is_left_over(name), "{name} is in pieces: {what}");
    }
    // The next run finds a file that opens, and clears up.
    let _ = fs::remove_file(shop.path("b.duckdb"));
    let _ = fs::remove_file(shop.path("b.duckdb.json"));
    shop.retain(line).succeeds();
    if now.contents == before.contents {
        assert_same_contents(&shop.contents(), &after.contents);
    }
    let left: Vec<String> = files(&shop)
        .into_keys()
        .filter(|name| is_left_over(name))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "{what}");
    ended == Some(status)
}

#[test]
fn a_stopped_command_leaves_all_of_its_work_or_none() {
    let mut early = 0;
    for line in [
        "import more.csv",
        "score --as-of 2025-12-31",
        "report month --month 2025-11 --out reports",
        "list --out lists --for 2026-01-05",
        "backup --out b.duckdb",
        "export orders --format parquet --out o.parquet",
    ] {
        let reference = shop();
        let before = State::of(&reference);
        let begun = Instant::now();
        reference.retain(line).succeeds();
        let takes = begun.elapsed();
        let after = State::of(&reference);
        let mut caught = 0;
        for (signal, status, parts) in SIGNALS {
            let is_stopped = parts.iter().any(|part| {
                let wait = takes.mul_f64(*part);
                is_caught(line, (signal, status), wait, &before, &after)
            });
            caught += u32::from(is_stopped);
        }
        if caught == 0 {
            not_seen(
                line,
                "it was done, or had not begun, whenever a signal came",
            );
        }
        early += caught;
    }
    if early == 0 {
        skip("stopped commands", "none was caught in the middle");
    }
}

/// Nobody reads on: no message, no trace, and the database is free again.
#[test]
fn a_reader_that_has_enough_is_no_error() {
    let shop = Shop::copy_of(department());
    let db = shop.db.display().to_string();
    for format in ["csv", "json"] {
        let mut child = command(["export", "orders", "--format", format, "--db", &db])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // More than a pipe holds.
        let mut some = [0; 100];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut some).unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
    assert!(shop.retain("export orders").succeeds().stdout.len() > 1 << 17);
}
