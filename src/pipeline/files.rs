//! Files that appear whole or not at all: written beside their place, synced, renamed.

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;

use super::unwritable;
use crate::types::{Error, Result};

/// Writes a file in one step; folders are made as needed. Readable by its owner alone.
///
/// # Errors
/// When the place cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = begin(path)?;
    file.write_all(bytes).map_err(|e| unwritable(path, &e))?;
    finish(file, path)
}

/// A temporary file in the folder of `path`, to be renamed by [`finish`].
///
/// # Errors
/// When the folder cannot be written.
pub fn begin(path: &Path) -> Result<NamedTempFile> {
    let folder = folder_of(path);
    make_folder(folder)?;
    NamedTempFile::new_in(folder).map_err(|e| unwritable(folder, &e))
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
    file.persist(path).map_err(|e| unwritable(path, &e.error))?;
    fs::File::open(folder_of(path))
        .and_then(|f| f.sync_all())
        .map_err(|e| unwritable(path, &e))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}
