//! What tells that somebody wrote a database while nobody held it.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Lengths and times of a database file and its log: each commit changes one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp([Option<(u64, SystemTime)>; 2]);

impl Stamp {
    /// That of a file as it is now.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push(".wal");
        let seen = |path: &Path| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.len(), found.modified().ok()?))
        };
        Self([seen(path), seen(&PathBuf::from(log))])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Access, Engine, Store};

    #[test]
    fn a_stamp_changes_with_what_is_written_and_not_with_who_opens_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.duckdb");
        let open = |access| Store::open(&path, access, &Engine::default()).unwrap();
        let store = open(Access::Create);
        store.run("create table retain_meta (n integer)").unwrap();
        store.checkpoint().unwrap();
        drop(store);
        let before = Stamp::of(&path);
        drop(open(Access::Read));
        assert_eq!(Stamp::of(&path), before);
        let store = open(Access::Write);
        assert_eq!(Stamp::of(&path), before);
        store.run("create temp table t as select 1").unwrap();
        assert_eq!(Stamp::of(&path), before);
        store.run("insert into retain_meta values (1)").unwrap();
        let logged = Stamp::of(&path);
        assert_ne!(logged, before);
        store.checkpoint().unwrap();
        assert_ne!(Stamp::of(&path), logged);
        assert_ne!(Stamp::of(&path), before);
    }
}
