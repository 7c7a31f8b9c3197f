//! What a run leaves beside the database and asks of the machine: files for their owner alone whatever the machine allows,
//! links that are removed and not followed, and no network.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::documents::installed;
use super::support::{
    Shop, below, department, files_below, many_orders, run, skip, small, speak_english, workbook,
};

/// The number of a process that is no more.
fn dead() -> u32 {
    let mut child = Command::new("true").spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    pid
}

#[test]
fn what_a_link_in_place_of_a_leftover_names_is_left_alone() {
    let victims = Shop::new();
    let file = victims.file("folder/precious.txt", "precious");
    let folder = victims.path("folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let shop = Shop::copy_of(small());
    let dead = dead();
    fs::create_dir(shop.path("out")).unwrap();
    let mut places = Vec::new();
    for begin in [
        format!(".retain-{dead}-"),
        ".shop.duckdb.spill-".to_owned(),
        format!("out/.retain-{dead}-"),
    ] {
        symlink(&folder, shop.path(&format!("{begin}folder"))).unwrap();
        symlink(&file, shop.path(&format!("{begin}file"))).unwrap();
        symlink(shop.path("nowhere"), shop.path(&format!("{begin}nowhere"))).unwrap();
        // In a folder that goes, too.
        fs::create_dir(shop.path(&format!("{begin}inside"))).unwrap();
        symlink(&folder, shop.path(&format!("{begin}inside/x"))).unwrap();
        places.extend(["folder", "file", "nowhere", "inside"].map(|end| format!("{begin}{end}")));
    }
    let there = |name: &String| fs::symlink_metadata(shop.path(name)).is_ok();
    assert!(places.iter().all(there));
    shop.retain("list --out out --for 2026-01-05").succeeds();
    shop.retain("compact").succeeds();
    let left: Vec<&String> = places.iter().filter(|p| there(p)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    for (path, mode) in [(&folder, 0o755), (&file, 0o644)] {
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o777,
            mode
        );
    }
    assert!(!shop.path("nowhere").exists());
}

/// The program where the machine lets everybody read and write whatever is made.
fn wide_open(folder: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "umask 000; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_retain"),
        ])
        .args(line.split(' '))
        .current_dir(folder);
    speak_english(&mut command);
    command
}

/// Every file and folder below one, none of which another may look into; but for those that were `given`.
#[track_caller]
fn assert_closed(top: &Path, given: &BTreeSet<PathBuf>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for path in below(top) {
        if given.contains(&path) {
            continue;
        }
        let found = fs::metadata(&path).unwrap();
        let mode = found.permissions().mode() & 0o777;
        let wanted = if found.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, wanted, "{} is {mode:o}", path.display());
        seen.insert(path.strip_prefix(top).unwrap().display().to_string());
    }
    seen
}

#[test]
fn where_the_machine_lets_everybody_read_the_program_does_not() {
    let shop = Shop::new();
    let top = shop.path("");
    let mut given = BTreeSet::new();
    for path in files_below("data-samples/small", ".csv") {
        let copy = shop.path(&path.file_name().unwrap().to_string_lossy());
        fs::copy(path, &copy).unwrap();
        given.insert(copy);
    }
    // Anybody may read what was there before: that the walk sees such files is shown by it.
    for path in &given {
        fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
    }
    let pdf = if cfg!(feature = "pdf") { ",pdf" } else { "" };
    let reports = format!("--out r --format html,xlsx{pdf}");
    let mut lines: Vec<String> = [
        "import work_orders.csv customers.csv vehicles.csv",
        "import appointments.csv",
        "undo-import",
        "score",
        "list --out l --for 2026-01-05",
        "list --out l/csv --for 2026-01-05 --format csv",
        "register --out g --format csv",
        "register --out g --format xlsx",
        "report figures --month 2025-11 --out f --format csv",
        "report figures --month 2025-11 --out f --format parquet",
        "export customers --reveal --out e/c.csv",
        "export customers --out e/c.json --format json",
        "export customers --out e/c.parquet --format parquet",
        "merge list --out m/m.csv",
        "backup",
        "backup --out b/b.duckdb",
        "compact",
        "subject C001",
        "hold C001",
        "erase C002",
        "purge --older-than 240",
        "restore b/b.duckdb",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.push(format!("report month --month 2025-11 {reports}"));
    lines.push(format!("report year --year 2025 {reports}"));
    if cfg!(feature = "pdf") {
        lines.push("list --out l/pdf --for 2026-01-05 --format pdf".to_owned());
        lines.push("register C001 --out g/p --format pdf".to_owned());
    }
    for line in lines {
        let line = format!("{line} --db shop.duckdb --today 2026-01-02");
        run(&mut wide_open(&top, &line)).succeeds();
        assert_closed(&top, &given);
    }
    for line in [
        "profile work_orders.csv --write-mapping map.toml",
        "init set.toml",
        "generate --vehicles 20 --seed 1 --from 2024-01-01 --to 2025-12-31 --out gen",
    ] {
        run(&mut wide_open(&top, line)).succeeds();
    }
    let seen = assert_closed(&top, &given);
    for name in [
        "shop.duckdb",
        "shop.duckdb.lock",
        "shop.duckdb.key",
        "shop.duckdb.audit",
        "shop.duckdb.rejects",
        "shop.duckdb.backups",
        "shop.duckdb.replaced-1",
        "l/2026-01-05.xlsx",
        "l/csv/2026-01-05.csv",
        "r/2025-11.html",
        "r/2025.xlsx",
        "e/c.parquet",
        "m/m.csv",
        "b/b.duckdb.json",
        "map.toml",
        "set.toml",
        "gen",
    ] {
        assert!(seen.contains(name), "{name} is missing: {seen:?}");
    }
    assert!(seen.len() > 100, "{seen:?}");
}

/// What is there only while a command runs is nobody else's either; what a killed one leaves is not.
#[test]
fn files_of_a_command_that_is_running_are_for_their_owner_alone() {
    let name = "files of a running command";
    let shop = Shop::copy_of(department());
    fs::set_permissions(&shop.db, fs::Permissions::from_mode(0o600)).unwrap();
    let given = BTreeSet::from([shop.file("more.csv", many_orders())]);
    let top = shop.path("");
    let mut child = wide_open(&top, "import more.csv --db shop.duckdb --today 2026-01-02")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut seen, begun) = (BTreeSet::new(), Instant::now());
    let is_running = |child: &mut std::process::Child| child.try_wait().unwrap().is_none();
    while is_running(&mut child) && begun.elapsed() < Duration::from_secs(60) {
        // It stands still while it is looked at.
        run(Command::new("kill").args(["-STOP", &child.id().to_string()]));
        seen.append(&mut assert_closed(&top, &given));
        run(Command::new("kill").args(["-CONT", &child.id().to_string()]));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    if !seen.iter().any(|n| n.starts_with(".shop.duckdb.spill-")) {
        return skip(name, "it was done before anybody looked");
    }
    assert!(seen.contains("shop.duckdb.lock"), "{seen:?}");
}

#[test]
fn no_command_of_a_days_work_opens_a_socket_to_anywhere() {
    let name = "no network";
    let Some(strace) = installed(&["strace"]) else {
        return skip(name, "no strace");
    };
    let shop = Shop::new();
    let mut lines = vec![
        "import orders.csv customers.xlsx".to_owned(),
        "score".to_owned(),
    ];
    shop.file(
        "orders.csv",
        fs::read(files_below("data-samples/small", "work_orders.csv").remove(0)).unwrap(),
    );
    // A workbook is read by a process of its own.
    let customers =
        fs::read_to_string(files_below("data-samples/small", "customers.csv").remove(0)).unwrap();
    shop.file(
        "customers.xlsx",
        workbook(customers.trim_start_matches('\u{feff}')),
    );
    let pdf = if cfg!(feature = "pdf") { ",pdf" } else { "" };
    lines.push(format!(
        "report month --month 2025-11 --out r --format html,xlsx{pdf}"
    ));
    lines.push(format!(
        "report year --year 2025 --out r --format html,xlsx{pdf}"
    ));
    lines.push("list --out l --for 2026-01-05".to_owned());
    lines.push("export customers --format parquet --out c.parquet".to_owned());
    lines.push("doctor".to_owned());
    let mut seen = 0;
    for line in lines {
        let mut traced = Command::new(&strace);
        speak_english(&mut traced);
        traced
            .args([
                "-f",
                "-qq",
                "-e",
                "trace=network",
                "-o",
                "trace",
                env!("CARGO_BIN_EXE_retain"),
            ])
            .args(line.split(' '))
            .args(["--db", "shop.duckdb", "--today", "2026-01-02"])
            .current_dir(shop.path(""));
        let ended = run(&mut traced);
        if ended.stderr.contains("ptrace") {
            return skip(name, "nothing may be traced here");
        }
        ended.succeeds();
        let trace = fs::read_to_string(shop.path("trace")).unwrap();
        for family in ["AF_INET", "AF_NETLINK", "AF_PACKET", "sin_port"] {
            assert!(!trace.contains(family), "{line}: {trace}");
        }
        // The pair by which a signal is passed on within the process: what is opened is seen.
        seen += usize::from(trace.contains("AF_UNIX"));
    }
    assert!(seen > 0, "the trace shows nothing");
}
