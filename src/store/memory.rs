//! How much memory the engine takes, and how much it leaves to the program around it.

use super::{Store, quote_text};
use crate::types::{Error, Result};

/// The least memory that the engine works with.
const LEAST: u64 = 128 << 20;

/// The least memory in which large work is done.
const LEAST_WORK: u64 = 640 << 20;

fn set_limit(bytes: u64) -> String {
    format!("set memory_limit = '{bytes}B'")
}

impl Store {
    /// Does large work whose need is known: without a setting, the engine takes no more meanwhile than the size of the
    /// file calls for (it would take most of the machine) and leaves the rest to others.
    ///
    /// # Errors
    /// Those of the work.
    pub fn sparing<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        if !self.may_be_held_back() {
            return work(self);
        }
        self.within(self.called_for().max(LEAST_WORK), work)
    }

    /// The same with a ceiling: beyond it, what large queries hold goes to the private folder of temporary files. Where that
    /// does not suffice the work is done once more, with all that the engine may take.
    ///
    /// # Errors
    /// Those of the work.
    pub fn sparing_first<T>(&self, work: impl Fn(&Self) -> Result<T>) -> Result<T> {
        const MOST: u64 = 768 << 20;
        self.first_within(self.called_for().clamp(LEAST_WORK, MOST), work)
    }

    /// The same for questions, which need as much whatever the size of the file.
    ///
    /// # Errors
    /// Those of the work.
    pub fn asking_first<T>(&self, work: impl Fn(&Self) -> Result<T>) -> Result<T> {
        const MOST: u64 = 1280 << 20;
        self.first_within(MOST, work)
    }

    /// Without a setting, where there is a private folder for what does not fit, and no transaction that a failure would end.
    const fn may_be_held_back(&self) -> bool {
        self.own_limit && self._spill.is_some() && !self.in_transaction.get()
    }

    /// Memory that the size of the file calls for.
    fn called_for(&self) -> u64 {
        let size = |path| std::fs::metadata(path).map_or(0, |m| m.len());
        self.path().map_or(0, size).saturating_mul(2)
    }

    fn first_within<T>(&self, bytes: u64, work: impl Fn(&Self) -> Result<T>) -> Result<T> {
        if !self.may_be_held_back() {
            return work(self);
        }
        match self.within(bytes, &work) {
            Err(error) if error.key == "out-of-memory" => self.then_all(work(self)),
            done => done,
        }
    }

    fn within<T>(&self, bytes: u64, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let most = self.memory_limit()?;
        self.run(&set_limit(bytes.min(most)))?;
        self.then_all(work(self))
    }

    /// What was done, and from here on the engine may take all that it takes by itself.
    fn then_all<T>(&self, done: Result<T>) -> Result<T> {
        let back = self.run_after_work("reset memory_limit");
        // What went wrong before is told first.
        let done = done?;
        back.map(|()| done)
    }

    /// Has the engine keep only two fifths of its memory, where no setting gives it a limit: the large queries are over.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn give_back_memory(&self) -> Result<()> {
        if !self.own_limit {
            return Ok(());
        }
        let limit = self.memory_limit()?;
        self.run(&set_limit(limit / 5 * 2))
    }

    /// True where a setting limits the memory.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.given_limit.is_some()
    }

    /// Whether this process may take so many bytes beside an engine that still can work; always, where nothing limits
    /// the memory.
    ///
    /// # Errors
    /// When it may not; says how much is needed.
    pub fn has_room(&self, bytes: u64) -> Result<()> {
        match self.given_limit {
            // Little is left to the engine as it is; what is asked for may be nothing.
            Some(given) if bytes > 0 && given < bytes + LEAST => {
                Err(Error::data("memory-too-small")
                    .with("path", self.shown())
                    .with("limit", given / 1_000_000)
                    .with("needed", (bytes + LEAST).div_ceil(10_000_000) * 10))
            }
            _ => Ok(()),
        }
    }

    /// Bytes that this process may take beside an engine that still can work, where a setting limits the memory.
    #[must_use]
    pub fn room(&self) -> Option<u64> {
        self.given_limit.map(|given| given.saturating_sub(LEAST))
    }

    /// Where a setting limits the memory, the engine leaves so many bytes of it to this process, from now on.
    ///
    /// # Errors
    /// As [`Store::has_room`].
    pub fn leave_room(&self, bytes: u64) -> Result<()> {
        self.has_room(bytes)?;
        match self.given_limit {
            Some(given) => self.run(&set_limit(given - bytes)),
            None => Ok(()),
        }
    }

    /// Where a setting limits the memory, the engine leaves a fifth of it from now on: in large joins and sorts it holds more
    /// than it counts (230 MiB more than its limit were seen).
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn leave_what_is_not_counted(&self) -> Result<()> {
        match self.given_limit {
            Some(given) if given / 5 * 4 >= LEAST => self.run(&set_limit(given / 5 * 4)),
            _ => Ok(()),
        }
    }

    /// The engine may again take all that the setting gives.
    ///
    /// # Errors
    /// When it refuses.
    pub fn take_room_back(&self) -> Result<()> {
        match self.given_limit {
            Some(given) => self.run_after_work(&set_limit(given)),
            None => Ok(()),
        }
    }

    /// Bytes of a limit as it is written. The engine tells its own limit with one decimal alone: 1500MB as 1.3 GiB.
    pub(super) fn bytes_of(&self, limit: &str) -> Result<u64> {
        if limit.trim().ends_with(|c: char| c.is_ascii_alphabetic()) {
            let text = quote_text(limit);
            return self.count(&format!("select parse_formatted_bytes({text}) as bytes"));
        }
        self.memory_limit()
    }

    /// Bytes that the engine may take.
    fn memory_limit(&self) -> Result<u64> {
        self.count("select parse_formatted_bytes(current_setting('memory_limit')) as bytes")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Access, Engine};

    /// Memory that a query in a transaction does not get ends the transaction; the second time it has all there is.
    #[test]
    fn work_that_too_little_was_given_to_is_done_again_with_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.duckdb");
        let store = Store::open(&path, Access::Create, &Engine::default()).unwrap();
        store
            .run("create table retain_meta (name varchar); create table t (n integer)")
            .unwrap();
        let whole = store.memory_limit().unwrap();
        let tries = std::cell::Cell::new(0);
        let done = store.first_within(20 << 20, |store| {
            tries.set(tries.get() + 1);
            store.transaction(|store| {
                store.run("insert into t values (1)")?;
                // No part of a list that is put together goes to disk.
                store.count(
                    "select length(string_agg(hash(range)::varchar, '')) from range(4000000)",
                )
            })
        });
        assert!(done.unwrap() > 60_000_000);
        assert_eq!(tries.get(), 2);
        assert_eq!(store.count("select count(*) from t").unwrap(), 1);
        assert_eq!(store.memory_limit().unwrap(), whole);
        // Other failures are told, not tried again.
        tries.set(0);
        let refused = store.first_within(640 << 20, |store| {
            tries.set(tries.get() + 1);
            store.transaction(|store| store.run("select no_such_column from t"))
        });
        assert_ne!(refused.err().unwrap().key, "out-of-memory");
        assert_eq!(tries.get(), 1);
        assert_eq!(store.memory_limit().unwrap(), whole);
    }

    #[test]
    fn a_limit_is_what_was_written_and_what_is_asked_for_is_enough() {
        let folder = tempfile::tempdir().unwrap();
        let limited = |limit: &str| {
            let engine = Engine {
                memory_limit: Some(limit.to_owned()),
                ..Engine::default()
            };
            Store::open(&folder.path().join("m.duckdb"), Access::Create, &engine).and_then(
                |store| {
                    store.run("create table if not exists retain_meta (name varchar)")?;
                    Ok(store)
                },
            )
        };
        for (bytes, at_first) in [(30_000_000, "100MB"), (1_350_123_456, "1300MB")] {
            let refusal = limited(at_first).unwrap().has_room(bytes).err().unwrap();
            let needed = refusal.args.iter().find(|(n, _)| *n == "needed").unwrap();
            let store = limited(&format!("{}MB", needed.1)).unwrap();
            store.leave_room(bytes).unwrap();
            assert!(store.sibling().unwrap().is_limited());
            let left = store.memory_limit().unwrap();
            store.take_room_back().unwrap();
            let all = store.memory_limit().unwrap();
            // The engine tells its limit with one decimal alone.
            assert!(left.abs_diff(all - bytes) < 200 << 20, "{left} of {all}");
        }
        assert!(limited("90%").unwrap().has_room(u64::MAX / 4).is_err());
        assert!(!Store::in_memory().unwrap().is_limited());
    }
}
