//! Files that are packed (.gz, .zip): what is in them, unpacked into files that have no place of their own. Sizes that
//! an archive states may be lies, so what comes out is counted; the names in it are shown and never written to.

use std::fs::File;
use std::io::{BufReader, Read, Write, copy};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use tempfile::{NamedTempFile, TempPath};
use zip::ZipArchive;

use super::source::sha256_of;
use crate::settings::Import;
use crate::types::{Error, Result};

/// How deep archives may lie within archives.
const DEPTH: usize = 3;

/// A file to read: itself, or what was unpacked from it.
#[derive(Debug)]
pub(super) struct Part {
    /// Where its bytes are.
    pub(super) path: PathBuf,
    /// Its name in messages and ledgers.
    pub(super) name: String,
    /// SHA-256 of the archive that it is the only content of.
    pub(super) sha256: Option<String>,
    /// One of the contents of an archive, which nobody named.
    pub(super) in_archive: bool,
    /// Removed when it has been read.
    unpacked: Option<TempPath>,
}

impl Part {
    /// An error that names the part as the user knows it, not the file that it was unpacked to.
    pub(super) fn named(&self, mut error: Error) -> Error {
        let path = self.path.display().to_string();
        if self.unpacked.is_some() {
            for (_, value) in error.args.iter_mut().filter(|(_, v)| *v == path) {
                value.clone_from(&self.name);
            }
        }
        error
    }
}

/// What is in a file: the file itself, or all that an archive holds.
///
/// # Errors
/// When an archive is damaged, locked, empty, or would unpack to more than the settings allow.
pub(super) fn parts(path: &Path, limits: &Import) -> Result<Vec<Part>> {
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    );
    let mut found = Vec::new();
    let mut left = limits.max_unpacked_mb.saturating_mul(1 << 20);
    let mine = Part {
        path: path.to_owned(),
        name,
        sha256: None,
        in_archive: false,
        unpacked: None,
    };
    unpack(mine, limits, &mut left, DEPTH, &mut found)?;
    if let [only] = found.as_mut_slice()
        && only.path != path
    {
        only.sha256 = Some(sha256_of(path)?);
    }
    Ok(found)
}

fn unpack(
    part: Part,
    limits: &Import,
    left: &mut u64,
    depth: usize,
    found: &mut Vec<Part>,
) -> Result<()> {
    let refused = |key| Error::data(key).with("file", &part.name);
    let mut head = [0; 4];
    let is_whole = File::open(&part.path)
        .and_then(|mut f| f.read_exact(&mut head))
        .is_ok();
    let is_gzip = is_whole && head[..2] == [0x1f, 0x8b];
    let is_zip = is_whole && head == *b"PK\x03\x04";
    if !is_gzip && !is_zip {
        found.push(part);
        return Ok(());
    }
    if depth == 0 {
        return Err(refused("archive-limits"));
    }
    let unreadable = |_: std::io::Error| refused("archive-unreadable");
    let file = File::open(&part.path).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let most = packed
        .max(1 << 12)
        .saturating_mul(limits.max_unpack_ratio)
        .min(*left);
    if is_gzip {
        let inner = part
            .name
            .strip_suffix(".gz")
            .map_or(part.name.clone(), str::to_owned);
        let content = MultiGzDecoder::new(BufReader::new(file));
        let mut inside = taken(content, most, left, inner, &refused)?;
        inside.in_archive = part.in_archive;
        return unpack(inside, limits, left, depth - 1, found);
    }
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|_| refused("archive-unreadable"))?;
    let has = |name: &str| archive.file_names().any(|n| n.is_ok_and(|n| n == name));
    if has("xl/workbook.xml") || has("xl/workbook.bin") || has("content.xml") {
        found.push(part);
        return Ok(());
    }
    if archive.len() > limits.max_archive_files {
        return Err(refused("archive-limits"));
    }
    let before = found.len();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|e| {
            refused(match e {
                zip::result::ZipError::UnsupportedArchive(_)
                | zip::result::ZipError::InvalidPassword => "archive-locked",
                _ => "archive-unreadable",
            })
        })?;
        let name = entry_name(entry.name_raw());
        if entry.is_dir() || name.is_empty() {
            continue;
        }
        let shown = format!("{}/{name}", part.name);
        let mut inside = taken(entry, most.min(*left), left, shown, &refused)?;
        inside.in_archive = true;
        unpack(inside, limits, left, depth - 1, found)?;
    }
    if found.len() == before {
        return Err(refused("file-empty"));
    }
    Ok(())
}

/// The last part of an entry's path, as it was meant: names that are no UTF-8 are GB 18030.
fn entry_name(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(raw).0.into_owned(),
    };
    if name.contains("__MACOSX/") {
        return String::new();
    }
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Unpacks one content into a file that goes away by itself.
fn taken(
    content: impl Read,
    most: u64,
    left: &mut u64,
    name: String,
    refused: &dyn Fn(&'static str) -> Error,
) -> Result<Part> {
    let unwritable = |e: std::io::Error| {
        Error::data("write-failed")
            .with("path", &name)
            .because(e.kind())
    };
    let mut out = NamedTempFile::new().map_err(unwritable)?;
    let size = copy(&mut content.take(most + 1), &mut out).map_err(|e| match e.kind() {
        std::io::ErrorKind::StorageFull => unwritable(e),
        _ => refused("archive-unreadable"),
    })?;
    if size > most {
        return Err(refused("archive-limits"));
    }
    *left = left.saturating_sub(size);
    out.flush().map_err(unwritable)?;
    let place = out.into_temp_path();
    Ok(Part {
        path: place.to_path_buf(),
        name,
        sha256: None,
        in_archive: false,
        unpacked: Some(place),
    })
}

#[cfg(test)]
mod tests {
    use super::entry_name;

    #[test]
    fn names_in_archives_are_names_and_no_paths() {
        assert_eq!(entry_name(b"../../etc/passwd"), "passwd");
        assert_eq!(entry_name(b"C:\\temp\\a.csv"), "a.csv");
        assert_eq!(entry_name(b"__MACOSX/._a.csv"), "");
        let (gbk, ..) = encoding_rs::GBK.encode("导出/工单.csv");
        assert_eq!(entry_name(&gbk), "工单.csv");
    }
}
