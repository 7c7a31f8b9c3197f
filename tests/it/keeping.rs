//! The file is looked after: backups that are proven, one writer at a time, versions that know each other, an audit
//! file that shows what was done to it.

use std::ffi::OsStr;
use std::fs;
use std::time::{Duration, Instant};

use retain::store::{Access, Engine, Store};

use super::support::{Shop, TODAY, department, retain, small};

fn count_of_orders(shop: &Shop) -> Vec<String> {
    shop.ask("select count(*)::varchar from orders")
}

#[test]
fn a_backup_is_read_back_and_restoring_it_brings_everything_back() {
    let shop = Shop::copy_of(small());
    let orders = count_of_orders(&shop);
    let made = shop.retain("backup --json").succeeds().json();
    let file = made["file"].as_str().unwrap().to_owned();
    assert!(
        file.contains("shop.duckdb.backups/shop-2026-01-02.duckdb"),
        "{file}"
    );
    let again = shop.retain("backup --json").succeeds().json();
    assert_eq!(
        (again["file"].as_str(), &again["unchanged"]),
        (Some(&*file), &true.into())
    );

    Store::open(&shop.db, Access::Write, &Engine::default())
        .unwrap()
        .run("delete from orders")
        .unwrap();
    let restored = shop
        .retain(&format!("restore {file} --json"))
        .succeeds()
        .json();
    assert_eq!(restored["is_proven"], true);
    assert_eq!(count_of_orders(&shop), orders);
    let kept = restored["replaced"].as_str().unwrap();
    assert!(kept.ends_with(".replaced-1") && fs::metadata(kept).unwrap().len() > 0);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_stays() {
    let shop = Shop::copy_of(small());
    let file = shop
        .retain("backup --out b.duckdb --json")
        .succeeds()
        .json();
    let file = shop.path(file["file"].as_str().unwrap());
    let whole = fs::read(&file).unwrap();
    let before = fs::read(&shop.db).unwrap();
    for at in [100, 4096 + 7, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&file, &bytes).unwrap();
        let run = shop.retain("restore b.duckdb").ends_with(1);
        assert!(
            run.stderr.contains("does not hold what its backup should"),
            "{}",
            run.stderr
        );
    }
    fs::write(&file, &whole[..whole.len() - 5000]).unwrap();
    shop.retain("restore b.duckdb").ends_with(1);
    fs::write(&file, "not a database").unwrap();
    fs::remove_file(shop.path("b.duckdb.json")).unwrap();
    shop.retain("restore b.duckdb").ends_with(1);
    assert_eq!(fs::read(&shop.db).unwrap(), before);
}

#[test]
fn a_backup_takes_the_place_of_a_file_that_no_longer_opens() {
    let shop = Shop::copy_of(small());
    shop.retain("backup --out b.duckdb").succeeds();
    fs::write(&shop.db, "rubbish").unwrap();
    fs::write(shop.path("shop.duckdb.wal"), "rubbish").unwrap();
    shop.retain("status").ends_with(1);
    shop.retain("restore b.duckdb").succeeds();
    shop.retain("status").succeeds();
    // Neither the broken file nor its log is thrown away.
    assert_eq!(
        fs::read_to_string(shop.path("shop.duckdb.replaced-1")).unwrap(),
        "rubbish"
    );
    assert_eq!(
        fs::read_to_string(shop.path("shop.duckdb.replaced-1.wal")).unwrap(),
        "rubbish"
    );
    // A log that was kept alone is not written over by the next one.
    fs::remove_file(shop.path("shop.duckdb.replaced-1")).unwrap();
    fs::write(shop.path("shop.duckdb.wal"), "other rubbish").unwrap();
    let said = shop.retain("restore b.duckdb --lang en").succeeds();
    assert!(said.stdout.contains("could not be read"), "{}", said.stdout);
    for (name, text) in [
        ("shop.duckdb.replaced-1.wal", "rubbish"),
        ("shop.duckdb.replaced-2.wal", "other rubbish"),
    ] {
        assert_eq!(fs::read_to_string(shop.path(name)).unwrap(), text);
    }
    assert!(!shop.path("shop.duckdb.wal").exists());
    shop.retain("status").succeeds();
}

/// Whom nobody can be told from is not restored over: a place that cannot be written is no damage.
#[test]
fn a_database_that_is_held_stays_and_its_backup_waits() {
    let shop = Shop::copy_of(small());
    shop.retain("backup --out b.duckdb").succeeds();
    let held = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    shop.retain("restore b.duckdb").ends_with(4);
    drop(held);
    assert!(!shop.path("shop.duckdb.replaced-1").exists());
    shop.retain("restore b.duckdb").succeeds();
}

#[test]
fn a_damaged_database_names_the_command_that_brings_its_backup_back() {
    let shop = Shop::copy_of(small());
    shop.retain("backup").succeeds();
    let whole = fs::read(&shop.db).unwrap();
    fs::write(&shop.db, &whole[..whole.len() / 2]).unwrap();
    let said = shop.retain("export orders --out o.csv").ends_with(1).stderr;
    let (_, named) = said.split_once("; retain ").unwrap();
    let (command, _) = named.split_once(" brings back").unwrap();
    super::support::run(super::support::command(command.split(' ')).current_dir(shop.path("")))
        .succeeds();
    shop.retain("export orders --out o.csv").succeeds();
}

#[test]
fn compacting_keeps_every_row_and_gives_space_back() {
    let shop = Shop::copy_of(small());
    let store = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    store
        .run("create table ballast as select hash(i) as h, uuid()::varchar as text from range(300000) r(i); checkpoint;
             create table behind as select i from range(200000) r(i); checkpoint; drop table ballast; checkpoint;")
        .unwrap();
    let prints = store.prints().unwrap();
    drop(store);
    let made = shop.retain("compact --json").succeeds().json();
    assert!(
        made["after"].as_u64() < made["before"].as_u64().map(|b| b / 2),
        "{made}"
    );
    let store = Store::open(&shop.db, Access::Read, &Engine::default()).unwrap();
    assert_eq!(store.prints().unwrap(), prints);
    drop(store);
    shop.retain("score").succeeds();
    let left: Vec<_> = fs::read_dir(shop.db.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.starts_with(".retain-") || n.contains(".spill-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn whoever_waits_for_the_lock_gets_it_and_who_does_not_is_told_who_holds_it() {
    let shop = Shop::copy_of(small());
    let holder = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    let run = shop.retain("compact").ends_with(4);
    assert!(
        run.stderr.contains(&std::process::id().to_string()),
        "{}",
        run.stderr
    );
    let begun = Instant::now();
    shop.retain("compact --lock-timeout 1").ends_with(4);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| shop.retain("compact --lock-timeout 60"));
        std::thread::sleep(Duration::from_millis(300));
        drop(holder);
        waiting.join().unwrap().succeeds();
    });
}

#[test]
fn a_link_to_the_database_is_the_same_database_to_the_lock() {
    let shop = Shop::copy_of(small());
    let link = shop.path("link.duckdb");
    std::os::unix::fs::symlink(&shop.db, &link).unwrap();
    let _holder = Store::open(&link, Access::Write, &Engine::default()).unwrap();
    shop.retain("compact").ends_with(4);
}

/// Whoever comes by a link from another folder has the same key, audit file and backups, and what is rewritten is the file:
/// a person who was erased by the link does not come back by the file's own name.
#[test]
#[cfg(unix)]
fn a_link_from_another_folder_leads_to_the_file_and_to_all_that_is_its_own() {
    let shop = Shop::new();
    let orders = "工单号,客户编号,客户名称,车牌号,进厂日期\nR1,K1,夏侯鹂歌,粤A10001,2025-03-01\n";
    shop.import("o.csv", orders, "").succeeds();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.duckdb");
    std::os::unix::fs::symlink(&shop.db, &link).unwrap();
    for line in [
        "compact",
        "score",
        "export customers --reveal",
        "backup",
        "erase K1",
        "status",
    ] {
        let words = line.split(' ').map(OsStr::new);
        let run = retain(words.chain([
            "--db".as_ref(),
            link.as_os_str(),
            "--today".as_ref(),
            TODAY.as_ref(),
        ]));
        assert_eq!(run.status, 0, "{line}: {}", run.stderr);
    }
    assert!(link.is_symlink());
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    for beside in [".key", ".audit", ".backups"] {
        assert!(
            shop.path(&format!("shop.duckdb{beside}")).exists(),
            "{beside}"
        );
    }
    shop.file(
        "again.csv",
        format!("{orders}R2,K1,夏侯鹂歌,粤A10001,2025-06-01\n"),
    );
    shop.retain("import again.csv").succeeds();
    let bytes = fs::read(&shop.db).unwrap();
    let name = "夏侯鹂歌".as_bytes();
    assert!(!bytes.windows(name.len()).any(|w| w == name));
}

#[test]
fn a_file_of_a_later_version_is_refused_by_every_command_that_opens_it() {
    let shop = Shop::copy_of(small());
    Store::open(&shop.db, Access::Write, &Engine::default())
        .unwrap()
        .run("update retain_meta set value = '99' where name = 'schema_version'; checkpoint;")
        .unwrap();
    let before = fs::read(&shop.db).unwrap();
    for line in [
        "status",
        "score",
        "backup",
        "list --out lists",
        "export customers",
    ] {
        let run = shop.retain(line).ends_with(1);
        assert!(run.stderr.contains("99"), "{line}: {}", run.stderr);
    }
    assert_eq!(fs::read(&shop.db).unwrap(), before);
}

#[test]
fn leftovers_of_a_killed_run_go_and_those_of_a_living_one_stay() {
    let shop = Shop::copy_of(small());
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let dead = child.id();
    child.wait().unwrap();
    shop.file(&format!("out/.retain-{dead}-abc"), "half");
    shop.file(&format!("out/.retain-{}-abc", std::process::id()), "half");
    shop.file(".shop.duckdb.spill-old/x.tmp", "names");
    // One that read.
    let of_reader = format!(".retain-{dead}-def");
    shop.file(&format!("{of_reader}/x.tmp"), "names");
    shop.retain("list --out out").succeeds();
    assert!(!shop.path(&of_reader).exists());
    assert!(!shop.path(&format!("out/.retain-{dead}-abc")).exists());
    assert!(
        shop.path(&format!("out/.retain-{}-abc", std::process::id()))
            .exists()
    );
    assert!(!shop.path(".shop.duckdb.spill-old").exists());
}

#[test]
fn the_audit_file_shows_who_saw_what_and_what_was_done_to_it() {
    let shop = Shop::copy_of(small());
    shop.retain("audit verify").ends_with(2);
    shop.retain("export customers --reveal --out c.csv")
        .succeeds();
    shop.retain("list --out lists").succeeds();
    shop.retain("export vehicles --reveal --out v.csv")
        .succeeds();
    let verified = shop.retain("audit verify --json").succeeds().json();
    assert_eq!(
        (
            verified["entries"].as_u64(),
            verified["faults"].as_array().unwrap().len()
        ),
        (Some(3), 0)
    );
    let audit = shop.path("shop.duckdb.audit");
    let text = fs::read_to_string(&audit).unwrap();
    fs::write(&audit, text.replace("\"customers\"", "\"targets\"")).unwrap();
    let run = shop.retain("audit verify").ends_with(1);
    assert!(run.stdout.contains("Line 1 was changed"), "{}", run.stdout);
    let end: String = text.lines().take(2).map(|l| format!("{l}\n")).collect();
    fs::write(&audit, end).unwrap();
    shop.retain("audit verify").ends_with(1);
}

#[test]
fn everything_beside_the_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new();
    shop.file(
        "o.csv",
        "车牌号,进厂日期\n粤A12345,2025-12-01\n粤A12345,never\n",
    );
    shop.retain("import o.csv").succeeds();
    for line in [
        "score",
        "list --out lists",
        "report month --out reports",
        "backup",
        "export vehicles --reveal --out v.csv",
    ] {
        shop.retain(line).succeeds();
    }
    let mut folders = vec![shop.db.parent().unwrap().to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("o.csv") {
                continue;
            }
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o077;
            assert_eq!(mode, 0, "{}", path.display());
            seen += 1;
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    assert!(seen > 10);
}

#[test]
fn the_doctor_finds_a_sound_file_sound() {
    let shop = Shop::copy_of(small());
    let run = shop.retain("doctor").succeeds();
    assert!(
        run.stdout.contains("● Every block was read"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains('■'), "{}", run.stdout);
    let before = shop.contents();
    let found = shop.retain("doctor --json").succeeds().json();
    assert_ne!(found["state"], "bad");
    assert!(found["checks"].as_array().unwrap().len() >= 10);
    assert_eq!(before, shop.contents());
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let shop = Shop::copy_of(small());
    {
        let store = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
        store
            .run("update imports set loaded = loaded + 1 where import_id = 1; create index i on orders (order_id)")
            .unwrap();
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&shop.db, fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::write(shop.path(".retain-999999999-x"), "half").unwrap();
    let run = shop.retain("doctor").ends_with(1);
    for said in [
        "■ The ledger does not add up",
        "▲ 1 key or index",
        "chmod",
        "▲ 1 unfinished",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    assert!(run.stderr.contains("something is broken"), "{}", run.stderr);
}

#[test]
fn the_doctor_tells_a_file_that_holds_less_than_its_newest_backup() {
    let shop = Shop::new();
    shop.import("a.csv", "车牌号,进厂日期\n粤A10001,2025-03-01\n", "")
        .succeeds();
    let older = fs::read(&shop.db).unwrap();
    shop.import("b.csv", "车牌号,进厂日期\n粤A10002,2025-03-02\n", "")
        .succeeds();
    shop.retain("backup").succeeds();
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(said.contains("● Newest backup"), "{said}");
    assert!(said.contains("● The ledger of 2 imports adds up; the last one was on"));
    // Somebody copies an older file back.
    fs::write(&shop.db, older).unwrap();
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(
        said.contains("▲ The newest backup holds 2 imports, the file 1"),
        "{said}"
    );
}

#[test]
fn the_doctor_finds_blocks_that_cannot_be_read() {
    let shop = Shop::copy_of(small());
    let bytes = fs::read(&shop.db).unwrap();
    let mut found = 0;
    for at in (16_384..bytes.len()).step_by(bytes.len() / 40) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        fs::write(&shop.db, &damaged).unwrap();
        let run = shop.retain("doctor");
        assert!(run.status == 0 || run.status == 1, "{run:?}");
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        if run.status == 1 {
            found += 1;
            assert!(
                run.stdout.contains('■') && run.stdout.contains("restore"),
                "{}",
                run.stdout
            );
        }
    }
    // The rest hit room that nothing uses.
    assert!(found > 5, "{found} of 40");
}

#[test]
fn a_log_that_is_none_or_another_files_is_refused_and_left_where_it_is() {
    let shop = Shop::copy_of(department());
    let log = shop.path("shop.duckdb.wal");
    let before = fs::read(&shop.db).unwrap();
    // What a disk may make of a log: noise, zeros, the log of another database.
    let other = shop.path("other.duckdb");
    let foreign = {
        let db = duckdb::Connection::open(&other).unwrap();
        db.execute_batch("set checkpoint_threshold = '1TB'; create table t as select 1 as i; insert into t values (2);")
            .unwrap();
        fs::read(shop.path("other.duckdb.wal")).unwrap()
    };
    assert!(foreign.len() > 50);
    for content in [vec![0xa5; 3_000], vec![0; 4_096], foreign.clone()] {
        fs::write(&log, &content).unwrap();
        for command in ["status", "score", "export imports --format csv", "doctor"] {
            let run = shop.retain(&format!("{command} --lang en"));
            assert_eq!(run.status, 1, "{command}: {run:?}");
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(
                said.contains("write-ahead log") || said.contains("database-wal"),
                "{said}"
            );
        }
        assert_eq!(fs::read(&log).unwrap(), content);
        assert_eq!(fs::read(&shop.db).unwrap(), before);
    }
    // An empty one is what a clean end may leave.
    fs::write(&log, "").unwrap();
    shop.retain("status").succeeds();
}

/// What is written beside the database goes nowhere else, though somebody put a link in its place.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_beside_the_database() {
    let victims = Shop::new();
    let victim = victims.file("precious.txt", "precious");
    let unchanged = || {
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        let files = fs::read_dir(victims.path("")).unwrap().count();
        assert_eq!(files, 1, "a file was written behind the link");
    };
    let refused = |place: &str, to: &std::path::Path, lines: &[&str]| {
        let shop = Shop::copy_of(small());
        shop.file(
            "o.csv",
            "车牌号,进厂日期\n粤A12345,2025-12-01\n粤A12345,never\n",
        );
        std::os::unix::fs::symlink(to, shop.path(place)).unwrap();
        let before = fs::read(&shop.db).unwrap();
        for line in lines {
            let run = shop.retain(line).ends_with(1);
            assert!(run.stderr.contains("is a link"), "{line}: {}", run.stderr);
            unchanged();
        }
        assert!(fs::read(&shop.db).unwrap() == before);
        assert!(!shop.path("c.csv").exists() && !shop.path("lists").exists());
    };
    refused("shop.duckdb.lock", &victim, &["score", "import o.csv"]);
    refused(
        "shop.duckdb.audit",
        &victim,
        &[
            "export customers --reveal --out c.csv",
            "list --out lists --for 2026-01-05",
            "undo-import",
        ],
    );
    refused("shop.duckdb.wal", &victim, &["score", "status"]);
    refused(
        "shop.duckdb.rejects",
        &victims.path(""),
        &[
            "import o.csv",
            "erase 13800000101",
            "purge --older-than 240",
        ],
    );
    // A file that takes another's place in one step takes that of the link, not of what it names.
    let shop = Shop::copy_of(small());
    fs::create_dir(shop.path("lists")).unwrap();
    for place in ["c.csv", "lists/2026-01-05.xlsx"] {
        std::os::unix::fs::symlink(&victim, shop.path(place)).unwrap();
    }
    let other = shop.file("other.txt", "precious");
    std::os::unix::fs::symlink(&other, shop.path("shop.duckdb.audit.last")).unwrap();
    for line in [
        "export customers --reveal --out c.csv",
        "list --out lists --for 2026-01-05",
    ] {
        shop.retain(line).succeeds();
        unchanged();
    }
    assert_eq!(fs::read_to_string(other).unwrap(), "precious");
    shop.retain("audit verify").succeeds();
}

/// A mapping is written where nothing is: not over the file that it is about, by whatever name.
#[test]
fn a_mapping_is_not_written_over_its_file() {
    let shop = Shop::new();
    let file = shop.file("o.csv", "车牌号,进厂日期\n粤A12345,2025-12-01\n");
    fs::create_dir(shop.path("dir")).unwrap();
    let mut places = vec!["o.csv", "dir/../o.csv"];
    #[cfg(unix)]
    {
        fs::hard_link(&file, shop.path("hard")).unwrap();
        std::os::unix::fs::symlink(&file, shop.path("soft")).unwrap();
        std::os::unix::fs::symlink(shop.path("nowhere"), shop.path("dangling")).unwrap();
        places.extend(["hard", "soft", "dangling"]);
    }
    for place in places {
        for line in ["profile o.csv", "import o.csv --dry-run"] {
            let words = line.split(' ').chain(["--write-mapping", place]);
            let words: Vec<&str> = match line.starts_with("import") {
                true => words.chain(["--db", "shop.duckdb"]).collect(),
                false => words.collect(),
            };
            let run =
                super::support::run(super::support::command(words).current_dir(shop.path("")))
                    .ends_with(2);
            assert!(run.stderr.contains("is there already"), "{}", run.stderr);
        }
    }
    assert!(fs::read_to_string(file).unwrap().starts_with("车牌号"));
    assert!(!shop.db.exists());
}

#[test]
fn nothing_is_written_over_the_database_or_what_belongs_to_it() {
    let shop = Shop::copy_of(department());
    let before = fs::read(&shop.db).unwrap();
    fs::create_dir(shop.path("dir")).unwrap();
    let mut places = vec!["shop.duckdb", "dir/../shop.duckdb", "shop.duckdb.key"];
    #[cfg(unix)]
    {
        fs::hard_link(&shop.db, shop.path("hard")).unwrap();
        std::os::unix::fs::symlink(&shop.db, shop.path("soft")).unwrap();
        places.extend(["hard", "soft"]);
    }
    for place in places {
        let run = shop
            .retain(&format!("export targets --format csv --out {place}"))
            .ends_with(2);
        assert!(run.stderr.contains("belongs to it"), "{}", run.stderr);
    }
    for line in [
        "backtest --rows shop.duckdb",
        "merge list --out shop.duckdb",
        "backup --out shop.duckdb.wal",
    ] {
        let run = shop.retain(line).ends_with(2);
        assert!(run.stderr.contains("belongs to it"), "{}", run.stderr);
    }
    // A backup has a page of its own beside it, and takes nobody's place.
    shop.file("b.json", "mine");
    shop.retain("backup --out b").ends_with(2);
    assert_eq!(fs::read_to_string(shop.path("b.json")).unwrap(), "mine");
    assert!(
        fs::read(&shop.db).unwrap() == before,
        "the database changed"
    );
    // Only what is its own: a name that begins like the database is anybody's.
    for place in ["shop.csv", "shop.duckdb.csv"] {
        shop.retain(&format!("export targets --format csv --out {place}"))
            .succeeds();
    }
}
