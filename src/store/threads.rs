//! How many threads the engine works with.

use super::Store;
use crate::types::Result;

impl Store {
    /// Work that appends rows which other threads of this process make: the engine does its part in the thread of the
    /// caller meanwhile. With several of its own, one asks for work over and over while another has it, and takes the
    /// processor from those who make the rows (a seventh of it, at two threads).
    ///
    /// # Errors
    /// Those of the work, and when the engine refuses.
    pub fn handing_over<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let threads = self.count("select current_setting('threads')")?;
        self.run("set threads = 1")?;
        let done = work(self);
        let back = self.run_after_work(&format!("set threads = {threads}"));
        // What went wrong before is told first.
        let done = done?;
        back.map(|()| done)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::store::{Access, Engine, Store};
    use crate::types::Error;

    #[test]
    fn the_engine_has_its_threads_back_whatever_became_of_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine {
            threads: Some(3),
            ..Engine::default()
        };
        let store = Store::open(&folder.path().join("t.duckdb"), Access::Create, &engine).unwrap();
        let threads = || store.count("select current_setting('threads')").unwrap();
        assert_eq!(store.handing_over(|_| Ok(threads())).unwrap(), 1);
        assert_eq!(threads(), 3);
        let failed = store.handing_over(|_| Err::<(), _>(Error::internal("no")));
        assert!(failed.is_err());
        assert_eq!(threads(), 3);
    }
}
