//! Files that appear whole or not at all: written beside their place, synced, renamed.

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;

use super::{ITS_FILES, beside, system, unwritable};
use crate::store::{self, Point, TEMPORARY, temporary_prefix};
use crate::types::{Error, Result};

/// Writes a file in one step; folders are made as needed. Readable by its owner alone.
///
/// # Errors
/// When the place cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = begin(path)?;
    enough_space(folder_of(path), bytes.len() as u64)?;
    file.write_all(bytes).map_err(|e| unwritable(path, &e))?;
    finish(file, path)
}

/// Refuses to begin where the disk has not the room.
///
/// # Errors
/// When it has not; says what is needed and what is free.
pub fn enough_space(folder: &Path, bytes: u64) -> Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    match system::free_space(folder) {
        Some(free) if free < bytes => Err(Error::data("disk-space")
            .with("path", folder.display())
            .with("needed", bytes.div_ceil(1 << 20))
            .with("free", free >> 20)),
        _ => Ok(()),
    }
}

/// Refuses to write where the database or one of the files beside it stands ([`ITS_FILES`]), by whatever link the path
/// leads there.
///
/// # Errors
/// When it does.
pub fn spare_database(path: &Path, database: &Path) -> Result<()> {
    let real = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = folder_of(path).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        })
    };
    let (Some(out), Some(database)) = (real(path), real(database)) else {
        return Ok(());
    };
    let is_its_own = ITS_FILES.iter().any(|suffix| {
        let own = beside(&database, suffix);
        out == own || same_file(&out, &own)
    });
    if is_its_own {
        return Err(Error::usage("out-is-database").with("path", path.display()));
    }
    Ok(())
}

/// True for two names of one file.
#[cfg(unix)]
fn same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let of = |path: &Path| fs::metadata(path).map(|m| (m.dev(), m.ino())).ok();
    of(a).is_some_and(|a| of(b) == Some(a))
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

/// A temporary file in the folder of `path`, to be renamed by [`finish`].
///
/// # Errors
/// When the folder cannot be written.
pub fn begin(path: &Path) -> Result<NamedTempFile> {
    let folder = folder_of(path);
    make_folder(folder)?;
    remove_leftovers(folder);
    let file = tempfile::Builder::new()
        .prefix(&temporary_prefix())
        .tempfile_in(folder)
        .map_err(|e| unwritable(folder, &e))?;
    store::reached(Point::FileBegun);
    Ok(file)
}

/// Removes what a process that was killed left unfinished; never what one that lives is writing.
pub(super) fn remove_leftovers(folder: &Path) {
    // What cannot be looked at or removed is left: it is in nobody's way.
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_leftover) {
            let _ = match entry.file_type() {
                Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
                _ => fs::remove_file(entry.path()),
            };
        }
    }
}

/// True for the name of a file that a process which is no more left unfinished.
pub(super) fn is_leftover(name: &str) -> bool {
    name.strip_prefix(TEMPORARY)
        .and_then(|n| n.split_once('-'))
        .and_then(|(pid, _)| pid.parse::<i32>().ok())
        .is_some_and(|pid| !system::is_alive(pid))
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_file() {
        return Err(Error::usage("out-is-file").with("path", folder.display()));
    }
    fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))
}

/// Syncs the file and puts it in its place.
///
/// # Errors
/// When the disk refuses.
pub fn finish(file: NamedTempFile, path: &Path) -> Result<()> {
    file.as_file()
        .sync_all()
        .map_err(|e| unwritable(path, &e))?;
    store::reached(Point::FileSynced);
    file.persist(path).map_err(|e| unwritable(path, &e.error))?;
    store::reached(Point::FileInPlace);
    sync_folder(path)
}

/// Makes sure that the name of a new file is on disk too.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    store::sync_folder(folder_of(path)).map_err(|e| unwritable(path, &e))
}

/// The folder that a path lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}
