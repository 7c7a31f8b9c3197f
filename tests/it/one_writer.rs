//! One writes, or several read: whoever comes second is told who is there, at once, by whatever name he came.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use retain::store::{Access, Engine, Store};

use super::support::{
    Shop, assert_same_contents, command, contents, department, many_orders, run, skip, small,
};

/// Within this time a refusal comes, on a machine that has other things to do.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Every one of these is refused at once and names the process.
#[track_caller]
fn refused_by(shop: &Shop, holder: u32, lines: &[&str]) {
    for line in lines {
        let begun = Instant::now();
        let run = shop.retain(line).ends_with(4);
        let took = begun.elapsed();
        assert!(
            run.stderr.contains(&format!("process {holder})")),
            "{line}: {}",
            run.stderr
        );
        assert!(took < AT_ONCE, "{line}: {took:?}");
    }
}

fn signal(child: &Child, signal: &str) {
    run(Command::new("kill").args([signal, &child.id().to_string()])).succeeds();
}

#[test]
fn whoever_writes_while_another_process_reads_is_told_at_once() {
    let shop = Shop::copy_of(department());
    let before = shop.contents();
    shop.file("more.csv", "车牌号,进厂日期\n粤A12345,2025-12-01\n");
    let db = shop.db.display().to_string();
    // More than a pipe holds: it reads for as long as nobody takes what it gives.
    let mut reader = command(["export", "orders", "--format", "csv", "--db", &db])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 100];
    reader
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut some)
        .unwrap();
    refused_by(
        &shop,
        reader.id(),
        &[
            "score",
            "import more.csv",
            "compact",
            "backup",
            "undo-import",
            "list --out lists",
        ],
    );
    // Others may read beside it.
    shop.retain("status").succeeds();
    assert!(reader.try_wait().unwrap().is_none(), "it had read all");
    drop(reader.stdout.take());
    reader.wait().unwrap();
    assert!(shop.contents() == before && !shop.path("lists").exists());
    shop.retain("import more.csv").succeeds();
}

#[test]
fn whoever_reads_or_writes_while_another_process_writes_is_told_at_once() {
    let name = "reading beside a writer";
    let shop = Shop::copy_of(department());
    shop.file("more.csv", many_orders());
    let db = shop.db.display().to_string();
    let mut writer = command(["import", "more.csv", "--db", &db, "--today", "2026-01-02"])
        .current_dir(shop.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let holder = format!("{}\n", writer.id());
    let holds =
        || std::fs::read_to_string(shop.path("shop.duckdb.lock")).is_ok_and(|t| t == holder);
    let begun = Instant::now();
    while !holds() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(holds(), "it never took the lock");
    // From the lock to the open file.
    std::thread::sleep(Duration::from_millis(150));
    // It stands still, so that it holds the file for as long as is needed.
    signal(&writer, "-STOP");
    if writer.try_wait().unwrap().is_some() {
        return skip(name, "it was done before it could be stopped");
    }
    refused_by(
        &shop,
        writer.id(),
        &[
            "status",
            "export imports",
            "quality",
            "explain C001",
            "score",
            "compact",
            "list --out lists",
        ],
    );
    // The doctor looks at what can be seen all the same.
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(said.contains(&writer.id().to_string()), "{said}");
    signal(&writer, "-CONT");
    assert!(writer.wait().unwrap().success());
    shop.retain("status").succeeds();
    assert_eq!(
        shop.one("select count(*) from orders where ro_no like 'N%'"),
        "300000"
    );
}

#[cfg(unix)]
#[test]
fn another_name_of_the_database_is_no_way_past_its_writer() {
    let shop = Shop::copy_of(small());
    std::fs::create_dir(shop.path("dir")).unwrap();
    std::fs::hard_link(&shop.db, shop.path("hard.duckdb")).unwrap();
    std::os::unix::fs::symlink(&shop.db, shop.path("soft.duckdb")).unwrap();
    let names = [
        "shop.duckdb",
        "hard.duckdb",
        "soft.duckdb",
        "dir/../shop.duckdb",
        "dir/../hard.duckdb",
    ];
    let me = std::process::id().to_string();
    for held in names {
        let holder = Store::open(&shop.path(held), Access::Write, &Engine::default()).unwrap();
        for name in names {
            for line in ["score", "compact", "backup", "status"] {
                let words = line
                    .split(' ')
                    .chain(["--db", name, "--today", "2026-01-02"]);
                let run = run(command(words).current_dir(shop.path(""))).ends_with(4);
                assert!(
                    run.stderr.contains(&me),
                    "{line} {name} beside {held}: {}",
                    run.stderr
                );
            }
        }
        drop(holder);
    }
    assert!(
        !shop.path("shop.duckdb.backups").exists() && !shop.path("hard.duckdb.backups").exists()
    );
    shop.retain("score").succeeds();
}

/// A process that reads the file by other means, as a backup does, loses the engine's lock on it.
#[cfg(unix)]
#[test]
fn another_name_is_no_way_past_a_writer_that_reads_the_file_itself() {
    let shop = Shop::copy_of(small());
    std::fs::hard_link(&shop.db, shop.path("hard.duckdb")).unwrap();
    let holder = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    drop(std::fs::File::open(&shop.db).unwrap());
    let words = ["score", "--db", "hard.duckdb", "--today", "2026-01-02"];
    let score = || run(command(words).current_dir(shop.path("")));
    let refused = score().ends_with(4).stderr;
    assert!(
        refused.contains(&std::process::id().to_string()),
        "{refused}"
    );
    drop(holder);
    score().succeeds();
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(said.contains("▲ The file has 1 other name"), "{said}");
}

#[cfg(unix)]
#[test]
fn no_command_writes_over_the_database_that_it_reads() {
    let shop = Shop::copy_of(small());
    std::fs::create_dir(shop.path("dir")).unwrap();
    std::fs::hard_link(&shop.db, shop.path("hard")).unwrap();
    std::os::unix::fs::symlink(&shop.db, shop.path("soft")).unwrap();
    let before = shop.contents();
    for place in ["shop.duckdb", "hard", "soft", "dir/../shop.duckdb"] {
        for line in [
            "export customers --format parquet --out",
            "export customers --reveal --out",
            "backup --out",
            "merge list --out",
            "list --out",
            "register --out",
            "report month --out",
            "report year --out",
            "report figures --month 2025-11 --out",
        ] {
            let run = shop.retain(&format!("{line} {place}")).ends_with(2);
            assert!(
                run.stderr.lines().next().is_some_and(|l| l.contains(place)),
                "{}",
                run.stderr
            );
        }
        // Nor does one that wants no database take it for its own folder or file.
        for line in ["demo --out", "generate --vehicles 5 --out", "init"] {
            let words = line.split(' ').chain([place]);
            run(command(words).current_dir(shop.path(""))).ends_with(2);
        }
    }
    // As something to be read it is no table.
    for line in ["import shop.duckdb", "record shop.duckdb"] {
        shop.retain(line).ends_with(1);
    }
    assert_same_contents(&before, &shop.contents());
    assert_same_contents(&before, &contents(&shop.path("hard")));
}
