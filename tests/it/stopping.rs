//! Whoever stops a command finds everything as it was, or as it is after it: the database, the files that it writes, and
//! nothing of what it had only begun once the next command has run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{
    Shop, assert_same_contents, command, csv_files, department, generated, run, skip,
};

/// What is in a folder and below, but for the database and what belongs to it: name and content.
fn files(of: &Shop) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, top: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().display().to_string();
            if path.is_dir() {
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
fn is_left_over(name: &str) -> bool {
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
        let (before, files_before) = (reference.contents(), files(&reference));
        let begun = Instant::now();
        reference.retain(line).succeeds();
        let takes = begun.elapsed();
        let (after, files_after) = (reference.contents(), files(&reference));
        for (signal, status, part) in [("INT", 130, 3), ("TERM", 143, 2)] {
            let shop = shop();
            let (ended, said) = stopped(&shop, line, signal, takes / part);
            let what = format!(
                "{line}, SIG{signal} after {:?}: {ended:?} {said}",
                takes / part
            );
            assert!(
                !said.contains("panicked") && said.lines().count() <= 2,
                "{what}"
            );
            let contents = shop.contents();
            match ended {
                // The signal came when all was done.
                Some(0) => assert_same_contents(&contents, &after),
                Some(code) if code == status => {
                    early += 1;
                    // Who is told that nothing was changed finds nothing changed.
                    assert!(
                        said.is_empty() || said.contains("nothing was changed"),
                        "{what}"
                    );
                    let is_done = said.is_empty() && contents == after;
                    assert!(is_done || contents == before, "{what}");
                }
                _ => panic!("{what}"),
            }
            for (name, content) in files(&shop) {
                let whole = [&files_before, &files_after]
                    .iter()
                    .any(|files| files.get(&name) == Some(&content));
                assert!(whole || is_left_over(&name), "{name} is in pieces: {what}");
            }
            // The next run finds a file that opens, and clears up.
            let _ = fs::remove_file(shop.path("b.duckdb"));
            let _ = fs::remove_file(shop.path("b.duckdb.json"));
            shop.retain(line).succeeds();
            if contents == before {
                assert_same_contents(&shop.contents(), &after);
            }
            let left: Vec<String> = files(&shop)
                .into_keys()
                .filter(|name| is_left_over(name))
                .collect();
            assert_eq!(left, Vec::<String>::new(), "{what}");
        }
    }
    if early == 0 {
        skip("stopped commands", "all were done before the signal came");
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
