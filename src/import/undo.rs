//! The last imports can be taken back: what they replace or take away is set aside first, and put back where that is
//! asked for. Tables are then as they were before, row for row.

use crate::columns::KINDS;
use crate::people;
use crate::scripts;
use crate::store::{Store, quote_text};
use crate::types::{Error, Result};

/// What taking an import back did to one table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableUndone {
    /// The table.
    pub table: String,
    /// Rows that the import had brought and that went.
    pub removed: u64,
    /// Rows that it had replaced or taken away and that came back.
    pub restored: u64,
}

/// A file whose import was taken back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FileUndone {
    /// Number of the import.
    pub import_id: i64,
    /// The file.
    pub file: String,
    /// Its kind.
    pub kind: String,
    /// Records that it had.
    pub records: u64,
}

/// What was taken back: one run of the import command with all its files.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Undone {
    /// The files, in the order in which they went in.
    pub files: Vec<FileUndone>,
    /// What changed in each table that files fill.
    pub tables: Vec<TableUndone>,
    /// Imports before it that can be taken back too.
    pub left: u64,
}

/// Sets rows aside before they are changed or deleted: those of `table` for which `which` holds.
pub(super) fn set_aside(store: &Store, table: &str, which: &str, import_id: u64) -> Result<()> {
    store.run(&format!(
        "insert into undo_{table} by name select {import_id}::integer as replaced_by, t.* from {table} t where {which}"
    ))
}

/// Runs what names units anew, and notes which former names that added.
pub(super) fn name_units(store: &Store, first_import: u64) -> Result<()> {
    store.run("create or replace temp table aliases_before as from unit_aliases")?;
    rebuild(store)?;
    store.run(&format!(
        "insert into undo_unit_aliases by name
         select {first_import}::integer as replaced_by, old_id, unit_id from (from unit_aliases except from aliases_before);
         drop table aliases_before;"
    ))
}

/// Names units and vehicles anew from all that is there, customers as they count since somebody decided.
///
/// # Errors
/// When the engine refuses.
pub fn rebuild(store: &Store) -> Result<()> {
    people::refresh(store)?;
    store.run(scripts::text("units/unit_keys"))?;
    store.run(scripts::text("units/vehicles"))
}

/// Notes that a run of the import command is over, and forgets what the oldest ones replaced: the last `depth` runs can
/// be taken back.
pub(super) fn note_run(store: &Store, first_import: u64, depth: u32) -> Result<()> {
    let last = store.count("select coalesce(max(import_id), 0) from imports")?;
    if last < first_import {
        return Ok(());
    }
    store.run(&format!(
        "insert into undo_imports
         select {first_import}, {last}, (select value from retain_meta where name = 'settings' limit 1)"
    ))?;
    let oldest = store.count(&format!(
        "select coalesce(min(first_import), {last} + 1) from (from undo_imports order by first_import desc limit {depth})"
    ))?;
    forget(store, &format!("< {oldest}"))
}

/// Forgets all that was set aside: no import can be taken back any more.
///
/// # Errors
/// When the engine refuses.
pub fn forget_all(store: &Store) -> Result<()> {
    forget(store, "is not null")
}

fn forget(store: &Store, which: &str) -> Result<()> {
    for table in aside_tables() {
        store.run(&format!("delete from {table} where replaced_by {which}"))?;
    }
    store.run(&format!(
        "delete from undo_imports where first_import {which}"
    ))
}

/// Names of the tables that hold what was set aside.
#[must_use]
pub fn aside_tables() -> Vec<String> {
    let mut names = vec!["undo_unit_aliases".to_owned()];
    names.extend(filled().into_iter().map(|(t, _)| format!("undo_{t}")));
    names
}

/// Tables that files fill, with the column that names a row.
fn filled() -> Vec<(&'static str, &'static str)> {
    let mut tables: Vec<_> = KINDS.iter().map(|k| (k.table, k.key_column)).collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// Takes back the last run of the import command; to be called inside a transaction.
///
/// # Errors
/// `undo-nothing` where no run is left that can be taken back, `undo-later` where rows came in since by other ways.
pub fn undo_last(store: &Store) -> Result<Undone> {
    let runs = store.table(
        "select first_import, last_import, settings from undo_imports order by first_import desc",
    )?;
    let Some(run) = runs.first() else {
        return Err(Error::usage("undo-nothing"));
    };
    let (first, last) = (
        run.int("first_import")?.unwrap_or(0),
        run.int("last_import")?.unwrap_or(0),
    );
    if store.count(&format!(
        "select count(*) from imports where import_id > {last}"
    ))? > 0
    {
        return Err(Error::usage("undo-later"));
    }
    let of_run = format!("between {first} and {last}");
    let files = files_of(store, &of_run)?;
    let tables = filled()
        .into_iter()
        .map(|(table, key)| undo_table(store, table, key, first, &of_run))
        .filter(|t| t.as_ref().map_or(true, |t| t.removed > 0 || t.restored > 0))
        .collect::<Result<Vec<_>>>()?;
    store.run(&format!(
        "delete from vehicle_pairs where import_id {of_run};
         delete from rejects where import_id {of_run};
         delete from unrecognised where import_id {of_run};
         delete from duplicates where import_id {of_run};
         delete from imports where import_id {of_run};
         create or replace temp table aliases_before as
         from unit_aliases except select old_id, unit_id from undo_unit_aliases where replaced_by {of_run};"
    ))?;
    rebuild(store)?;
    // Naming the units anew notes what they were called in between; before the import nobody had called them so.
    store.run(
        "delete from unit_aliases;
         insert into unit_aliases from aliases_before order by all;
         drop table aliases_before;
         delete from retain_meta where name = 'settings';",
    )?;
    if let Some(settings) = run.text("settings")? {
        store.run(&format!(
            "insert into retain_meta values ('settings', {})",
            quote_text(&settings)
        ))?;
    }
    forget(store, &of_run)?;
    Ok(Undone {
        files,
        tables,
        left: runs.rows.len() as u64 - 1,
    })
}

fn files_of(store: &Store, of_run: &str) -> Result<Vec<FileUndone>> {
    store
        .table(&format!(
            "select import_id, file, kind, records from imports where import_id {of_run} order by import_id"
        ))?
        .iter()
        .map(|r| {
            Ok(FileUndone {
                import_id: r.int("import_id")?.unwrap_or(0),
                file: r.text("file")?.unwrap_or_default(),
                kind: r.text("kind")?.unwrap_or_default(),
                records: r.int("records")?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
            })
        })
        .collect()
}

/// A row is as it was before the first import that changed it; one that such an import brought was not there.
fn undo_table(
    store: &Store,
    table: &str,
    key: &str,
    first: i64,
    of_run: &str,
) -> Result<TableUndone> {
    store.run(&format!(
        "create or replace temp table restored as
         select * exclude (replaced_by) from undo_{table}
         where replaced_by {of_run}
         qualify row_number() over (partition by {key} order by replaced_by) = 1 and (import_id is null or import_id < {first});"
    ))?;
    let changed = store.change(&format!(
        "delete from {table} where import_id {of_run} or {key} in (select {key} from undo_{table} where replaced_by {of_run})"
    ))?;
    let restored = store.change(&format!("insert into {table} by name from restored"))?;
    store.run("drop table restored")?;
    Ok(TableUndone {
        table: table.to_owned(),
        removed: changed,
        restored,
    })
}
