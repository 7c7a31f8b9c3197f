//! Files with bytes changed at random: read, or refused with a reason; never a panic, a hang, or memory without limit.
//! A few hundred here; the long run, a million, is started by hand:
//! `cargo test --test it -- --ignored a_million_mutated_files --nocapture` (`RETAIN_MUTATIONS` says how many,
//! `RETAIN_MUTATIONS_FROM` which is the first).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use retain::import::{Job, Request, Unkept, found_tables, import, parquet_rows};
use retain::settings::Settings;
use retain::store::Store;
use retain::types::{Error, Exit};

use super::support::{Shop, files_below, project_file, retain, shared_data, workbook};

/// The longest that one file may take, on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);
/// Memory that all of them together may come to, MB.
const MOST_MB: u64 = 1024;
/// One in so many of the long run is taken in too, and taken back; of the short one each is.
const TAKEN_IN: u64 = 25;

/// Numbers that look random and are the same on every machine (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// What breaks readers.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"=\"1\"",
    b"'",
    b"<table>",
    b"<td",
    b"</",
    b"&#x",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"PAR1",
    b"99999999999999999999999999",
    b"1e308",
    b"-0",
    b"NaN",
    b"\xe5\x90\x88\xe8\xae\xa1",
    b"\xb9\xd8",
    b"\xa1\x40",
    b"2025-02-30",
    b"45000.99999999",
    b"0000000000000000",
    b"count=\"4294967295\"",
    b"<row r=\"1048576\">",
];

/// A file with some of its bytes changed.
fn mutated(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(8) {
        let at = numbers.below(bytes.len() + 1);
        let length = numbers.below(64).min(bytes.len() - at);
        match numbers.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 if at < bytes.len() => bytes[at] = numbers.next() as u8,
            2 => {
                bytes.drain(at..at + length);
            }
            3 => {
                let part = bytes[at..at + length].to_vec();
                for _ in 0..=numbers.below(6) {
                    bytes.splice(at..at, part.iter().copied());
                }
            }
            4 => bytes.truncate(at),
            5 => {
                let from = numbers.below(bytes.len() + 1).min(bytes.len() - length);
                let part = bytes[at..at + length].to_vec();
                bytes[from..from + length].copy_from_slice(&part);
            }
            _ => {
                let token = TOKENS[numbers.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
        }
    }
    bytes
}

/// Files to begin with, of every kind that is read in this process: samples of the project, the same in other
/// encodings and containers, and real ones where they are there.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let samples = [
        files_below("data-samples/small", ".csv"),
        files_below("data-samples/other", ".csv"),
    ]
    .concat();
    for path in samples {
        let text = fs::read_to_string(path).unwrap();
        let text: String = text.split_inclusive('\n').take(40).collect();
        seeds.push(encoding_rs::GB18030.encode(&text).0.into_owned());
        seeds.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        seeds.push(page(&text).into_bytes());
        seeds.push(workbook(&text));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        seeds.push(packed.finish().unwrap());
        seeds.push(text.into_bytes());
    }
    let folders = ["csv_spectrum/csvs", "readxl_sheets", "pollock_sample/csv"];
    for folder in folders.iter().filter_map(|f| Some(shared_data()?.join(f))) {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        paths.sort();
        for path in paths.iter().filter(|p| p.is_file()) {
            let bytes = fs::read(path).unwrap();
            // The old workbooks are parsed by a process of their own, which has tests of its own.
            if bytes.len() < 20_000 && !bytes.starts_with(&[0xd0, 0xcf]) {
                seeds.push(bytes);
            }
        }
    }
    seeds
}

fn page(text: &str) -> String {
    let rows = text
        .lines()
        .map(|l| format!("<tr><td>{}</td></tr>", l.replace(',', "</td><td>")));
    format!(
        "<html><meta charset=utf-8><table>{}</table></html>",
        rows.collect::<String>()
    )
}

/// What became of the files.
#[derive(Default)]
struct Found {
    read: u64,
    refused: BTreeMap<String, u64>,
    taken_in: u64,
    slowest: Duration,
}

fn refused(found: &mut Found, error: &Error, number: u64) {
    assert!(error.exit != Exit::Internal, "file {number}: {error:?}");
    *found.refused.entry(error.key.to_owned()).or_default() += 1;
}

/// Reads so many mutated files, beginning at a number; each `taken_in`-th is taken in too.
fn run(folder: &Path, from: u64, count: u64, taken_in: u64) -> Found {
    let seeds = seeds();
    assert!(!seeds.is_empty(), "nothing to begin with");
    let settings = Settings::default();
    let store = Store::in_memory().unwrap();
    store.run(&retain::scripts::schema()).unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
    let request = Request {
        path: folder.join("mutated"),
        ..Request::default()
    };
    let mut found = Found::default();
    for number in from..from + count {
        let mut numbers = Numbers(number);
        let bytes = mutated(&seeds[numbers.below(seeds.len())], &mut numbers);
        fs::write(&request.path, &bytes).unwrap();
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let table = found_tables(&request, &settings);
            let taken = (number % taken_in == 0).then(|| {
                store.rehearse(|s| {
                    import(
                        s,
                        std::slice::from_ref(&request),
                        &settings,
                        today,
                        &mut Unkept,
                        &|_, _| (),
                    )
                })
            });
            (table, taken)
        }));
        let took = begun.elapsed();
        found.slowest = found.slowest.max(took);
        assert!(took < LONGEST, "file {number} took {took:?}");
        let Ok((table, taken)) = outcome else {
            panic!("file {number} made a panic: {} bytes", bytes.len());
        };
        match table {
            Ok(_) => found.read += 1,
            Err(error) => refused(&mut found, &error, number),
        }
        // The sum of records is proved within the import, which fails where it does not hold.
        match taken {
            Some(Err(error)) => assert!(error.exit != Exit::Internal, "file {number}: {error:?}"),
            Some(Ok(_)) => found.taken_in += 1,
            None => {}
        }
    }
    found
}

/// The most memory that this process had, MB.
fn peak_mb() -> u64 {
    fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find_map(|l| {
            l.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .trim()
                .parse::<u64>()
                .ok()
        })
        .unwrap_or(0)
        / 1024
}

#[test]
fn mutated_files_are_read_or_refused() {
    const COUNT: u64 = 300;
    let folder = tempfile::tempdir().unwrap();
    let found = run(folder.path(), 0, COUNT, 1);
    assert!(found.read > 50, "{}", found.read);
    assert!(
        found.refused.values().sum::<u64>() > 20,
        "{:?}",
        found.refused
    );
    // The long runs take in 17 to 18 of a hundred files: the rest are refused, or are of seeds without a key and a date.
    // Below a tenth most files no longer reach the import, and this test would say little of it.
    assert!(found.taken_in >= COUNT / 10, "{}", found.taken_in);
}

/// Old workbooks, OpenDocument sheets and Parquet are parsed by a process of their own: the program is run on each.
fn run_on_workbooks(from: u64, count: u64) -> (u64, u64) {
    let shop = Shop::new();
    let mut seeds = books();
    seeds.push((parquet(&shop), "orders.parquet"));
    let (mut read, mut refused) = (0, 0);
    for number in from..from + count {
        let (seed, name) = &seeds[(number % 3) as usize];
        let path = shop.file(name, broken(seed, number));
        let begun = Instant::now();
        let path = path.to_string_lossy();
        let run = retain(["profile", &*path, "--today", "2026-01-02", "--lang", "en"]);
        assert!(begun.elapsed() < LONGEST, "file {number}");
        match run.status {
            0 => read += 1,
            1 => refused += 1,
            other => panic!("file {number} ended with {other}: {}", run.stderr),
        }
        assert!(
            !run.stderr.contains("panicked"),
            "file {number}: {}",
            run.stderr
        );
        // What could be read is taken in, or refused whole; the sum of records is proved within.
        let taken = shop.retain(&format!("import {name}"));
        // One that a signal ended has no status, and is -1 here.
        assert!(
            (0..3).contains(&taken.status),
            "file {number} ended with {}: {}",
            taken.status,
            taken.stderr
        );
    }
    (read, refused)
}

/// Workbooks of the kinds that are parsed by a process of their own.
fn books() -> Vec<(Vec<u8>, &'static str)> {
    ["orders.xls", "orders.ods"]
        .into_iter()
        .map(|name| {
            let path = project_file("tests/it/books").join(name);
            (fs::read(path).unwrap(), name)
        })
        .collect()
}

/// A seed with stretches moved, or with a byte changed here and there: what is moved breaks such a file as a whole.
fn broken(seed: &[u8], number: u64) -> Vec<u8> {
    let mut numbers = Numbers(number);
    if number % 6 < 3 {
        return mutated(seed, &mut numbers);
    }
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(8) {
        let at = numbers.below(bytes.len());
        bytes[at] = numbers.next() as u8;
    }
    bytes
}

/// Orders as Parquet, small enough that a changed byte mostly is one that is read.
fn parquet(shop: &Shop) -> Vec<u8> {
    let path = shop.path("seed.parquet");
    let sql = format!(
        "copy (select 'R' || range as 工单号, '粤A' || (10000 + range) as 车牌号, date '2025-03-01' + range::integer as 进厂日期, \
         (range * 1.5)::decimal(10, 2) as 实收金额 from range(40)) to '{}' (format parquet)",
        path.display()
    );
    Store::in_memory().unwrap().run(&sql).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn mutated_workbooks_of_other_kinds_and_parquet_are_read_or_refused() {
    let (read, refused) = run_on_workbooks(0, 48);
    assert!(read > 3 && refused > 3, "{read} read, {refused} refused");
}

#[test]
#[ignore = "ten thousand processes: just long"]
fn ten_thousand_mutated_workbooks_of_other_kinds_and_parquet() {
    let (read, refused) = run_on_workbooks(1000, 10_000);
    let _ = writeln!(std::io::stderr(), "{read} read, {refused} refused");
    assert!(
        read > 100 && refused > 100,
        "{read} read, {refused} refused"
    );
}

#[test]
#[ignore = "a million files take twenty minutes or more: just long"]
fn a_million_mutated_files() {
    let number = |name: &str, else_: u64| std::env::var(name).map_or(else_, |n| n.parse().unwrap());
    let first = number("RETAIN_MUTATIONS_FROM", 0);
    let end = first + number("RETAIN_MUTATIONS", 1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let mut all = Found::default();
    for from in (first..end).step_by(10_000) {
        let found = run(folder.path(), from, 10_000.min(end - from), TAKEN_IN);
        all.read += found.read;
        all.taken_in += found.taken_in;
        all.slowest = all.slowest.max(found.slowest);
        for (key, n) in found.refused {
            *all.refused.entry(key).or_default() += n;
        }
        let peak = peak_mb();
        let said = format!(
            "{} files: {} read, {} taken in, slowest {:?}, most memory {peak} MB, refused {:?}",
            from + 10_000.min(end - from) - first,
            all.read,
            all.taken_in,
            all.slowest,
            all.refused
        );
        let _ = writeln!(std::io::stderr(), "{said}");
        assert!(peak < MOST_MB, "{peak} MB");
    }
}

/// Kinds of files that a process of its own parses, by their seeds' names.
const APART: [&str; 3] = ["orders.xls", "orders.ods", "orders.parquet"];
/// Files that one parsing process goes through.
const OF_ONE_PROCESS: u64 = 2_000;
/// What makes a run of the test below a parsing process: the kind, the first file and how many.
const PARSING: &str = "RETAIN_PARSING";

/// How mutated files of one kind went.
#[derive(Debug, Default)]
struct Parsed {
    parsed: u64,
    /// Refused, or given up by a panic.
    refused: u64,
    /// Those that ended their process.
    ended: u64,
}

/// Has parsing processes go through so many files of a kind: what ends one of them costs that file, and is counted.
fn through_processes(kind: &str, count: u64) -> Parsed {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Parsed::default();
    let mut next = 0;
    while next < count {
        let some = OF_ONE_PROCESS.min(count - next);
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("mutations::mutated_files_cost_the_process_that_parses_them_no_more_than_themselves")
            .env(PARSING, format!("{kind} {next} {some}"))
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .output()
            .unwrap();
        // One sign a file, and the last one lost with a process that was ended.
        let signs = String::from_utf8_lossy(&run.stdout);
        let of = |sign| signs.chars().filter(|c| *c == sign).count() as u64;
        let (parsed, refused) = (of('✓'), of('✗'));
        let is_whole = parsed + refused == some;
        assert!(is_whole || !run.status.success(), "{signs}");
        all.parsed += parsed;
        all.refused += refused;
        all.ended += u64::from(!is_whole);
        next += parsed + refused + u64::from(!is_whole);
        if next % 50_000 == 0 {
            let _ = writeln!(std::io::stderr(), "{next} {kind}: {all:?}");
        }
    }
    assert!(
        all.parsed > count / 1000 && all.refused > count / 1000,
        "{kind}: {all:?}"
    );
    // A file that ends its process is no fault, but a parser that many of them end is none.
    assert!(all.ended < count / 20, "{kind}: {all:?}");
    all
}

/// The parsers that run in a process of their own, in processes that go through many files within the same limits.
#[test]
fn mutated_files_cost_the_process_that_parses_them_no_more_than_themselves() {
    if let Ok(said) = std::env::var(PARSING) {
        let said: Vec<&str> = said.split(' ').collect();
        return parse_many(said[0], said[1].parse().unwrap(), said[2].parse().unwrap());
    }
    for kind in APART {
        through_processes(kind, 300);
    }
}

/// `RETAIN_MUTATIONS` says how many files of each kind, `RETAIN_MUTATIONS_KIND` of which alone.
#[test]
#[ignore = "a million files of each kind take half an hour or more: just long"]
fn a_million_mutated_files_of_each_kind_that_a_process_of_its_own_parses() {
    let count = std::env::var("RETAIN_MUTATIONS").map_or(1_000_000, |n| n.parse().unwrap());
    let only = std::env::var("RETAIN_MUTATIONS_KIND").ok();
    for kind in APART {
        if only.as_deref().is_none_or(|only| only == kind) {
            let all = through_processes(kind, count);
            let _ = writeln!(std::io::stderr(), "{count} {kind}: {all:?}");
        }
    }
}

/// Parses files as such a process does, and gives a sign of each.
fn parse_many(kind: &str, from: u64, count: u64) {
    let mut seeds = books();
    seeds.push((parquet(&Shop::new()), "orders.parquet"));
    let (seed, _) = seeds.iter().find(|(_, name)| *name == kind).unwrap();
    let path = Path::new(kind);
    // To open an engine takes much longer than to read such a file: one reads many, until an error leaves it useless.
    let opened = || Store::in_memory_within(512).unwrap();
    let mut engine = opened();
    let mut parse = |out: &mut Vec<u8>| {
        if !kind.ends_with("parquet") {
            return Job::Workbook.run_here(path, 1024, out).is_ok();
        }
        let parsed = parquet_rows(&engine, path, 1024, out).is_ok();
        if engine.count("select 1").is_err() {
            engine = opened();
        }
        parsed
    };
    for number in from..from + count {
        fs::write(path, broken(seed, number)).unwrap();
        let mut out = Vec::new();
        let parsed = catch_unwind(AssertUnwindSafe(|| parse(&mut out)));
        // A workbook that was refused says so in what is written.
        let is_refused =
            !matches!(parsed, Ok(true)) || String::from_utf8_lossy(&out).contains("workbook-");
        let sign = if is_refused { "✗" } else { "✓" };
        std::io::stdout().write_all(sign.as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}
