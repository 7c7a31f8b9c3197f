//! Whole copies of a database and what proves that two hold the same: every table read to the last block.

use std::path::Path;

use super::open::STORAGE_VERSION;
use super::{Store, quote_identifier, quote_text};
use crate::types::Result;

/// What a table holds, in one figure that does not depend on the order of its rows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TablePrint {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// Sum of the rows' hashes over all columns. Stable within one version of the engine alone.
    pub sum: String,
}

impl Store {
    /// Reads every column of every table and sums up what is there; damage that shows only when read, shows.
    ///
    /// # Errors
    /// When a block cannot be read.
    pub fn prints(&self) -> Result<Vec<TablePrint>> {
        let columns = self.table(
            "select c.table_name as name, string_agg('\"' || replace(c.column_name, '\"', '\"\"') || '\"', ', ' order by c.column_index) as columns
             from duckdb_columns() c join duckdb_tables() t
                 on t.table_name = c.table_name and t.schema_name = c.schema_name and t.database_name = c.database_name
             where t.database_name = current_database() and not t.internal and not t.temporary
             group by 1 order by 1",
        )?;
        columns
            .iter()
            .map(|r| {
                let table = r.text("name")?.unwrap_or_default();
                let list = r.text("columns")?.unwrap_or_default();
                let found = self.table(&format!(
                    "select count(*) as n, coalesce(sum(hash({list})::hugeint), 0)::varchar as s from {}",
                    quote_identifier(&table)
                ))?;
                let first = found.first();
                Ok(TablePrint {
                    rows: first.map(|r| r.int("n")).transpose()?.flatten().map_or(0, |n| u64::try_from(n).unwrap_or(0)),
                    sum: first.map(|r| r.text("s")).transpose()?.flatten().unwrap_or_default(),
                    table,
                })
            })
            .collect()
    }

    /// Writes everything that is held into a new file, without the holes that deleting left: what was deleted is not in it.
    ///
    /// # Errors
    /// When the place is full or the file is there already.
    pub fn copy_into(&self, path: &Path) -> Result<()> {
        let own = self.table("select current_database() as name")?;
        let own = own
            .first()
            .map(|r| r.text("name"))
            .transpose()?
            .flatten()
            .unwrap_or_default();
        self.run(&format!(
            "attach {} as retain_copy (storage_version '{STORAGE_VERSION}');",
            quote_text(&path.display().to_string()),
        ))?;
        let copied = self.run(&format!(
            "copy from database {} to retain_copy; checkpoint retain_copy;",
            quote_identifier(&own)
        ));
        let detached = self.run("detach retain_copy");
        copied.and(detached)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Access, Engine};

    #[test]
    fn a_copy_holds_the_same_and_one_changed_cell_shows() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (
            folder.path().join("a.duckdb"),
            folder.path().join("b.duckdb"),
        );
        let store = Store::open(&one, Access::Create, &Engine::default()).unwrap();
        store
            .run("create table retain_meta (name varchar, value varchar);
                  create table t as select i, i::varchar as text, [i] as list, (i / 100)::decimal(14, 2) as money from range(5000) r(i);
                  create view v as select i from t")
            .unwrap();
        store.copy_into(&two).unwrap();
        let copy = Store::open(&two, Access::Write, &Engine::default()).unwrap();
        assert_eq!(store.prints().unwrap(), copy.prints().unwrap());
        assert_eq!(copy.count("select count(*) from v").unwrap(), 5000);
        copy.run("update t set text = 'x' where i = 4321").unwrap();
        assert_ne!(store.prints().unwrap(), copy.prints().unwrap());
    }
}
