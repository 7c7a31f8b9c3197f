//! Bytes that a disk has changed, and files that were cut: whatever is read of them is right, or refused by name.
//! `scripts/faults.py` does the same some hundred times.

use std::fs;

use super::support::{Shop, department};

/// A fixed sequence that looks like chance (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// What the program reads of the orders; `None` where it refuses, with the file's name and what to do.
#[track_caller]
fn orders(shop: &Shop, what: &str) -> Option<String> {
    let run = shop.retain("export orders");
    match run.status {
        0 => Some(run.stdout),
        1 => {
            let lines: Vec<&str> = run.stderr.lines().collect();
            assert!(
                lines.len() == 2 && lines[0].contains("shop.duckdb"),
                "{what}: {run:?}"
            );
            assert!(
                lines[1].contains("the last copy") || lines[0].contains("not a database"),
                "{what}: no next step: {run:?}"
            );
            None
        }
        _ => panic!("{what}: {run:?}"),
    }
}

#[test]
fn a_damaged_database_never_gives_a_wrong_number() {
    let shop = Shop::copy_of(department());
    let whole = fs::read(&shop.db).unwrap();
    let right = orders(&shop, "whole").unwrap();
    let (mut draw, mut refused) = (Draw(1), 0);
    for trial in 0..60 {
        let mut bytes = whole.clone();
        let at = draw.below(bytes.len());
        let what = if trial < 45 {
            bytes[at] ^= 1 << draw.below(8);
            format!("bit of byte {at} turned")
        } else {
            bytes.truncate(at);
            format!("cut at {at}")
        };
        fs::write(&shop.db, &bytes).unwrap();
        match orders(&shop, &what) {
            Some(read) => assert!(read == right, "{what}: other orders"),
            None => refused += 1,
        }
        let log = shop.path("shop.duckdb.wal");
        assert!(
            fs::read(&shop.db).unwrap() == bytes && !log.exists(),
            "{what}: changed"
        );
    }
    assert!(refused > 5, "{refused} of 60");
}

/// A log cut short is one whose last transactions were never finished; one with a wrong byte is refused, but for a byte of an
/// entry's length (seldom: two of 500): the entry then seems to end behind the file, as one that was never finished does.
#[test]
fn a_damaged_log_never_gives_a_wrong_number() {
    let shop = Shop::copy_of(department());
    let log = shop.path("shop.duckdb.wal");
    let mut states = vec![orders(&shop, "before").unwrap()];
    {
        let db = duckdb::Connection::open(&shop.db).unwrap();
        db.execute_batch(
            "set checkpoint_threshold = '1TB'; pragma disable_checkpoint_on_shutdown;",
        )
        .unwrap();
        for i in 1..=5 {
            db.execute_batch(&format!(
                "begin; create temp table more as select * replace (hash(order_id, {i}) as order_id) from orders order by order_id limit 40;
                 delete from orders where order_id in (select order_id from orders order by order_id desc limit 7);
                 insert into orders select * from more; drop table more; commit;"
            ))
            .unwrap();
            let so_far = Shop::copy_of(&shop.db);
            fs::copy(&log, so_far.path("shop.duckdb.wal")).unwrap();
            states.push(orders(&so_far, "so far").unwrap());
        }
    }
    let (db, whole) = (fs::read(&shop.db).unwrap(), fs::read(&log).unwrap());
    assert!(
        states.windows(2).all(|w| w[0] != w[1]),
        "nothing was logged"
    );
    let last = states.last().unwrap().clone();
    assert!(orders(&shop, "whole") == Some(last.clone()));
    let (mut draw, mut refused, mut earlier) = (Draw(2), 0, 0);
    for trial in 0..60 {
        let mut bytes = whole.clone();
        let at = draw.below(bytes.len());
        let is_cut = trial >= 40;
        let what = if is_cut {
            bytes.truncate(at);
            format!("log cut at {at}")
        } else {
            bytes[at] ^= 1 << draw.below(8);
            format!("bit of byte {at} of the log turned")
        };
        fs::write(&log, &bytes).unwrap();
        match orders(&shop, &what) {
            Some(read) if read == last => {}
            Some(read) => {
                assert!(states.contains(&read), "{what}: other orders");
                earlier += 1;
            }
            None => refused += 1,
        }
        assert!(
            fs::read(&log).unwrap() == bytes && fs::read(&shop.db).unwrap() == db,
            "{what}: changed"
        );
    }
    assert!(
        refused > 30 && earlier > 10,
        "{refused} refused, {earlier} earlier"
    );
}

/// Who moves the log away takes with it what was committed there: the file is in the state before, and says so of itself
/// without a wrong number. The log is deleted by nobody, and brought back too late it is refused.
#[test]
fn a_log_that_was_moved_away_leaves_the_state_before_and_does_not_come_back_too_late() {
    let shop = Shop::copy_of(department());
    let (log, away) = (shop.path("shop.duckdb.wal"), shop.path("away.wal"));
    let before = orders(&shop, "before").unwrap();
    {
        let db = duckdb::Connection::open(&shop.db).unwrap();
        db.execute_batch(
            "set checkpoint_threshold = '1TB'; pragma disable_checkpoint_on_shutdown;
             delete from orders where order_id in (select order_id from orders order by order_id limit 100);",
        )
        .unwrap();
    }
    // Else this test would see nothing.
    let after = orders(&shop, "with its log").unwrap();
    assert!(after != before, "nothing was logged");
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(
        said.contains("▲ ") && said.contains("never move or delete it"),
        "{said}"
    );

    fs::rename(&log, &away).unwrap();
    let (db, committed) = (fs::read(&shop.db).unwrap(), fs::read(&away).unwrap());
    assert!(orders(&shop, "without its log").unwrap() == before);
    for line in ["status", "quality", "export imports"] {
        shop.retain(line).succeeds();
    }
    let said = shop.retain("doctor").succeeds().stdout;
    assert!(
        !said.contains('■') && said.contains("● No log waits"),
        "{said}"
    );
    assert!(fs::read(&shop.db).unwrap() == db && fs::read(&away).unwrap() == committed);
    // In time it is what it was.
    fs::rename(&away, &log).unwrap();
    assert!(orders(&shop, "with its log again").unwrap() == after);

    fs::rename(&log, &away).unwrap();
    shop.retain("score --as-of 2025-12-31").succeeds();
    assert!(orders(&shop, "scored").unwrap() == before);
    assert!(fs::read(&away).unwrap() == committed);
    fs::copy(&away, &log).unwrap();
    let db = fs::read(&shop.db).unwrap();
    for line in ["status", "score", "doctor"] {
        let run = shop.retain(line).ends_with(1);
        let said = run.stdout + &run.stderr;
        assert!(
            said.contains("write-ahead log") || said.contains("database-wal"),
            "{line}: {said}"
        );
        assert!(fs::read(&shop.db).unwrap() == db && fs::read(&log).unwrap() == committed);
    }
}
