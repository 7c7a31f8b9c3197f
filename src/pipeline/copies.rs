//! Copies of the database file: backup, restore, compact. A file appears whole or not at all, and takes the place of
//! another in one step while this process holds the lock on it. Files of the write-ahead log are never thrown away.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

mod present;

use present::Present;

use super::key::hex;
use super::{Context, beside, files, system, unwritable, upgrade};
use crate::i18n;
use crate::store::{Access, Engine, Point, Store, TablePrint, reached, temporary_prefix};
use crate::types::{Error, Result};

/// What a backup says of itself, in a small file beside it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The database's file name.
    pub of: String,
    /// The day on which it was made.
    pub made_on: NaiveDate,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The engine that wrote it.
    pub engine: String,
    /// Imports that it holds.
    pub imports: u64,
    /// Rows and hash of each table.
    pub tables: Vec<TablePrint>,
}

/// A backup that was made and read back.
#[derive(Debug, Serialize)]
pub struct BackedUp {
    /// The copy.
    pub file: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    /// True where an equal backup was there already.
    pub unchanged: bool,
}

/// Copies the database to `out` (default: a folder `F.backups` beside it), reads the copy to the last block and
/// compares it with the original.
///
/// # Errors
/// When another process writes, the place is full, or the copy does not hold the same.
pub fn backup(context: &Context, out: Option<&Path>) -> Result<BackedUp> {
    if let Some(path) = out {
        files::spare_database(path, &context.database)?;
        for place in [path, &*manifest_path(path)] {
            if place.exists() {
                return Err(Error::usage("file-exists").with("path", place.display()));
            }
        }
    }
    // Writing takes the lock.
    let (store, _) = context.open(Access::Write)?;
    back_up(context, &store, out)
}

/// Brings a database of an earlier version to this one. It is kept as it is, in the folder of its backups; a copy of it
/// gets the tables and columns that came since and takes its place in one step. The store that is passed holds the lock
/// and must not be used afterwards.
///
/// # Errors
/// As [`backup`]; then the file stays as it was.
pub(super) fn bring_up(context: &Context, store: &Store) -> Result<()> {
    let kept = back_up(context, store, None)?;
    let lang = context.lang.unwrap_or_default();
    let path = kept.file.display().to_string();
    (context.progress)(&i18n::text(
        lang,
        "said-kept-before-upgrade",
        &[("path", &path)],
    ));
    if system::names_of(&context.database).is_some_and(|names| names > 1) {
        // A copy would leave the other names (hard links) with the old file, and split one database in two.
        return store.transaction(upgrade::bring_up);
    }
    rewrite_changed(store, context, |copy| {
        if copy.prints()? != kept.manifest.tables {
            return Err(Error::internal("the copy does not hold the same"));
        }
        upgrade::bring_up(copy)
    })
}

/// Copies what an open database holds, which nobody else writes.
fn back_up(context: &Context, store: &Store, out: Option<&Path>) -> Result<BackedUp> {
    // What a crash left in the log goes into the file first.
    store.checkpoint()?;
    let database = &context.database;
    let manifest = Manifest {
        of: file_name(database),
        made_on: context.today,
        bytes: fs::metadata(database)
            .map_err(|e| unwritable(database, &e))?
            .len(),
        sha256: digest(database)?,
        engine: store.engine_version()?,
        imports: store.count("select count(*) from imports")?,
        tables: store.prints()?,
    };
    let path = match out {
        Some(path) => path.to_owned(),
        None => match free_name(database, &manifest)? {
            Place::Free(path) => path,
            Place::Equal(file) => {
                return Ok(BackedUp {
                    file,
                    manifest,
                    unchanged: true,
                });
            }
        },
    };
    files::enough_space(files::folder_of(&path), manifest.bytes)?;
    let mut copy = files::begin(&path)?;
    copy_file(database, copy.as_file_mut(), &path)?;
    check_copy(context, copy.path(), Some(&manifest))?;
    files::finish(copy, &path)?;
    let text = serde_json::to_string_pretty(&manifest).map_err(Error::internal)?;
    files::write(&manifest_path(&path), text.as_bytes())?;
    Ok(BackedUp {
        file: path,
        manifest,
        unchanged: false,
    })
}

/// A database that was put back.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// The backup.
    pub from: PathBuf,
    /// What stood in its place before, kept.
    pub replaced: Option<PathBuf>,
    /// Imports that the backup holds.
    pub imports: u64,
    /// False where no manifest says what the backup should hold: it was only read.
    pub is_proven: bool,
    /// Customers and vehicles that were erased since and were taken out again.
    pub erased_again: u64,
    /// What stood there could not be read: whoever was erased or put on hold since the backup is not known.
    pub unread: bool,
}

/// Puts a backup in the place of the database; what stood there is kept beside it.
///
/// # Errors
/// When the backup is damaged or no database of ours, another process holds the database, or the place is full.
pub fn restore(context: &Context, from: &Path) -> Result<Restored> {
    if !from.exists() {
        return Err(Error::usage("file-missing").with("file", from.display()));
    }
    let manifest = read_manifest(from)?;
    if let Some(manifest) = &manifest
        && digest(from)? != manifest.sha256
    {
        return Err(Error::data("backup-damaged").with("path", from.display()));
    }
    let database = &context.database;
    let size = fs::metadata(from).map_err(|e| unwritable(from, &e))?.len();
    // Held from here on: nobody writes to what is replaced.
    let present = Present::of(context)?;
    let place = place_beside(database, size)?;
    let copy = place.path().join("backup.duckdb");
    copy_file(
        from,
        &mut fs::File::create(&copy).map_err(|e| unwritable(&copy, &e))?,
        &copy,
    )?;
    let imports = check_copy(context, &copy, manifest.as_ref())?;
    // Whoever was erased or put on hold since the backup was made is so in the file that takes the place, not soon after.
    let (ready, erased_again) = present.carried_into(context, copy)?;
    let replaced = present.replace_by(&ready, database)?;
    Ok(Restored {
        from: from.to_owned(),
        replaced,
        imports,
        is_proven: manifest.is_some(),
        erased_again,
        unread: present.unread,
    })
}

/// A file that was rewritten.
#[derive(Debug, Serialize)]
pub struct Compacted {
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
}

/// Rewrites the database without the holes that replacing and deleting left.
///
/// # Errors
/// When another process holds it or the place is full: then the old file stays.
pub fn compact(context: &Context) -> Result<Compacted> {
    let (store, _) = context.open(Access::Write)?;
    rewrite(&store, &context.database)
}

/// Rewrites the file of an open database; the store must not be written to afterwards.
fn rewrite(store: &Store, database: &Path) -> Result<Compacted> {
    store.checkpoint()?;
    let before = size_of(database)?;
    let place = place_beside(database, before)?;
    let after = put_in_place(store, place.path(), database)?;
    Ok(Compacted { before, after })
}

/// Changes a database and rewrites its file in one step: all is done to a copy, which then takes the file's place, so
/// that there is no time at which the change is made but what it removed still lies in the file. The store that is
/// passed holds the lock and must not be written to afterwards.
pub(super) fn rewrite_changed<T>(
    store: &Store,
    context: &Context,
    change: impl FnOnce(&Store) -> Result<T>,
) -> Result<T> {
    let database = &context.database;
    store.checkpoint()?;
    let place = place_beside(database, 2 * size_of(database)?)?;
    let path = place.path().join("changed.duckdb");
    store.copy_into(&path)?;
    let copy = Store::open(&path, Access::Write, &context.engine)?;
    let changed = copy.transaction(change)?;
    copy.checkpoint()?;
    put_in_place(&copy, place.path(), database)?;
    Ok(changed)
}

fn size_of(path: &Path) -> Result<u64> {
    fs::metadata(path)
        .map(|found| found.len())
        .map_err(|e| unwritable(path, &e))
}

/// A folder for files of the engine's own making, under a name that keeps them out of everybody's way until they are
/// whole; refused where the disk has not the room.
fn place_beside(database: &Path, bytes: u64) -> Result<tempfile::TempDir> {
    let folder = files::folder_of(database);
    // What a killed process left may hold whom this one is to take out, and takes room.
    files::remove_leftovers(folder);
    files::enough_space(folder, bytes)?;
    tempfile::Builder::new()
        .prefix(&temporary_prefix())
        .tempdir_in(folder)
        .map_err(|e| unwritable(folder, &e))
}

/// Writes what a store holds into a fresh file and puts it in the database's place; returns its size.
fn put_in_place(store: &Store, place: &Path, database: &Path) -> Result<u64> {
    let fresh = fresh_copy(store, place)?;
    let after = size_of(&fresh)?;
    // Whoever was let in stays let in.
    fs::metadata(database)
        .and_then(|old| fs::set_permissions(&fresh, old.permissions()))
        .map_err(|e| unwritable(database, &e))?;
    fs::rename(&fresh, database).map_err(|e| unwritable(database, &e))?;
    reached(Point::CopyInPlace);
    files::sync_folder(database)?;
    Ok(after)
}

/// Writes what a store holds into a fresh file in a folder, compares, and has it on disk.
fn fresh_copy(store: &Store, folder: &Path) -> Result<PathBuf> {
    let fresh = folder.join("fresh.duckdb");
    store.copy_into(&fresh)?;
    let prints = store.prints()?;
    let copied = Store::open(&fresh, Access::Read, &Engine::default())?.prints()?;
    if prints != copied {
        return Err(Error::internal("the copy does not hold the same"));
    }
    fs::File::open(&fresh)
        .and_then(|f| f.sync_all())
        .map_err(|e| unwritable(&fresh, &e))?;
    reached(Point::CopyProved);
    Ok(fresh)
}

/// Opens a copy, reads all of it, and compares it with what it should hold; returns the imports in it.
fn check_copy(context: &Context, copy: &Path, manifest: Option<&Manifest>) -> Result<u64> {
    let store = Store::open(copy, Access::Read, &context.engine)?;
    let prints = store
        .prints()
        .map_err(|_| Error::data("backup-damaged").with("path", copy.display()))?;
    if let Some(manifest) = manifest {
        // Hashes of another version of the engine cannot be compared; the file's own hash has been.
        let same_engine = store.engine_version()? == manifest.engine;
        let same = manifest.tables.len() == prints.len()
            && manifest.tables.iter().zip(&prints).all(|(a, b)| {
                a.table == b.table && a.rows == b.rows && (!same_engine || a.sum == b.sum)
            });
        if !same {
            return Err(Error::data("backup-damaged").with("path", copy.display()));
        }
    }
    store.count("select count(*) from imports")
}

/// Where a backup without a name of its own goes.
enum Place {
    Free(PathBuf),
    Equal(PathBuf),
}

fn free_name(database: &Path, manifest: &Manifest) -> Result<Place> {
    let folder = beside(database, ".backups");
    files::make_folder(&folder)?;
    let stem = stem_of(database);
    for n in 1..10_000 {
        let tail = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let path = folder.join(format!("{stem}-{}{tail}.duckdb", manifest.made_on));
        if !path.exists() {
            return Ok(Place::Free(path));
        }
        if read_manifest(&path)?.is_some_and(|m| m.sha256 == manifest.sha256) {
            return Ok(Place::Equal(path));
        }
    }
    Err(Error::data("write-failed").with("path", folder.display()))
}

/// The backups without a name of their own, oldest first: their names carry the day, and a number where it has several.
pub(super) fn backups(database: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(beside(database, ".backups"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "duckdb"))
        .collect();
    let stem = stem_of(database);
    found.sort_by_key(|path| (when(&stem_of(path), &stem), path.clone()));
    found
}

/// The imports that a backup holds, where a manifest says so.
pub(super) fn imports_in(backup: &Path) -> Option<u64> {
    Some(read_manifest(backup).ok()??.imports)
}

/// The day in the name of a backup and its number among those of that day; `None` for a name that somebody else gave.
fn when(name: &str, database: &str) -> Option<(NaiveDate, u32)> {
    let rest = name.strip_prefix(database)?.strip_prefix('-')?;
    let (day, number) = rest.split_at_checked(10)?;
    let number = match number.strip_prefix('-') {
        Some(number) => number.parse().ok()?,
        None if number.is_empty() => 1,
        None => return None,
    };
    Some((day.parse().ok()?, number))
}

fn stem_of(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

fn manifest_path(backup: &Path) -> PathBuf {
    beside(backup, ".json")
}

fn read_manifest(backup: &Path) -> Result<Option<Manifest>> {
    match fs::read_to_string(manifest_path(backup)) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|_| {
            Error::data("backup-damaged").with("path", manifest_path(backup).display())
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unwritable(backup, &e)),
    }
}

/// Writes what a file holds into another one, down to the disk.
fn copy_file(from: &Path, into: &mut fs::File, place: &Path) -> Result<()> {
    let mut source = fs::File::open(from)
        .map_err(|_| Error::data("file-unreadable").with("file", from.display()))?;
    std::io::copy(&mut source, into)
        .and_then(|_| into.sync_all())
        .map_err(|e| unwritable(place, &e))
}

/// SHA-256 of a file.
fn digest(path: &Path) -> Result<String> {
    let failed = |_| Error::data("file-unreadable").with("file", path.display());
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer).map_err(failed)?;
        if n == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_told_by_day_and_number_and_not_by_the_order_of_letters() {
        let mut names = [
            "shop-2026-01-02-2",
            "shop-2026-01-02",
            "shop-2026-01-02-10",
            "shop-2025-12-31-3",
            "zzz",
            "shop-2026-01-02-x",
        ];
        names.sort_by_key(|name| (when(name, "shop"), *name));
        assert_eq!(
            names,
            [
                "shop-2026-01-02-x",
                "zzz",
                "shop-2025-12-31-3",
                "shop-2026-01-02",
                "shop-2026-01-02-2",
                "shop-2026-01-02-10",
            ]
        );
    }
}
