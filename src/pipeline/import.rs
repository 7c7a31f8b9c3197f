//! The import command: files into the database in one transaction, refused rows into a file beside it.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Context, audit, beside, clock, erase, files, keep_settings, unwritable};
use crate::import::{self, Outcome, RejectSink, Request, Skipped, Taken, Unkept};
use crate::store::{self, Access, Store, quote_text};
use crate::types::{Error, Result};

/// What an import did.
#[derive(Debug, serde::Serialize)]
pub struct Imported {
    /// One entry a file, in the order in which they went in.
    pub files: Vec<Outcome>,
    /// Files of folders and archives that were passed over, since they are plainly no data.
    pub skipped: Vec<Skipped>,
    /// Where refused rows are, in full.
    pub reject_files: Vec<PathBuf>,
    /// True where nothing was kept.
    pub dry_run: bool,
}

/// Imports files; with `dry_run`, only says what would happen.
///
/// # Errors
/// When a file fails: then nothing has changed, the attempt is noted in the audit file, and refused rows are
/// in their file all the same.
pub fn import(context: &Context, requests: &[Request], dry_run: bool) -> Result<Imported> {
    let requests = &spread(requests)?;
    // A missing file is wrong use; say so before a database is made.
    for request in requests {
        if !request.path.exists() {
            return Err(Error::usage("file-missing").with("file", request.path.display()));
        }
    }
    let existed = context.database.exists();
    let folder = beside(&context.database, ".rejects");
    store::no_link(&folder)?;
    let mut rejects = RejectFiles::new(folder, requests);
    let result = if dry_run {
        import_into(context, requests, dry_run, &mut Unkept)
    } else {
        import_into(context, requests, dry_run, &mut rejects)
    };
    let reject_files = if dry_run {
        Vec::new()
    } else {
        rejects.finish()?
    };
    match result {
        Ok(Taken { files, skipped }) => {
            if dry_run && !existed {
                remove_database(&context.database);
            }
            Ok(Imported {
                files,
                skipped,
                reject_files,
                dry_run,
            })
        }
        Err(error) => {
            if !existed {
                // A file that only a failed import made is no database.
                remove_database(&context.database);
            }
            note_failure(context, requests, &error);
            Err(match reject_files.first() {
                Some(path) => error.with("rejects", path.display()),
                None => error.with("rejects", "-"),
            })
        }
    }
}

/// A request for each file: folders are what lies in them, and a name with `*` or `?` that is no file's is all
/// that it fits in its folder; in the order of their names.
fn spread(requests: &[Request]) -> Result<Vec<Request>> {
    let mut all = Vec::new();
    for request in requests {
        let path = &request.path;
        let pattern = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .filter(|n| !path.exists() && n.contains(['*', '?']));
        if !path.is_dir() && pattern.is_none() {
            all.push(request.clone());
            continue;
        }
        let folder = match (&pattern, path.parent()) {
            (None, _) => path.clone(),
            (_, Some(parent)) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let unreadable = |e: std::io::Error| {
            Error::usage("file-missing")
                .with("file", path.display())
                .because(e.kind())
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let fits = pattern.as_ref().is_none_or(|p| fits(p, &name));
            if fits && entry.path().is_file() {
                found.push(entry.path());
            }
        }
        found.sort();
        if found.is_empty() {
            return Err(Error::usage("folder-empty").with("file", path.display()));
        }
        all.extend(found.into_iter().map(|path| Request {
            path,
            in_folder: true,
            ..request.clone()
        }));
    }
    Ok(all)
}

/// Whether a name fits a pattern: `*` is any text, `?` any one character.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    // Which beginnings of the pattern fit what was read of the name.
    let mut fits: Vec<bool> = vec![true];
    for p in &pattern {
        fits.push(*p == '*' && fits.last() == Some(&true));
    }
    for c in name {
        let before = fits.clone();
        fits[0] = false;
        for (at, p) in pattern.iter().enumerate() {
            fits[at + 1] = match p {
                '*' => before[at + 1] || fits[at],
                '?' => before[at],
                p => *p == c && before[at],
            };
        }
    }
    fits.last() == Some(&true)
}

fn import_into(
    context: &Context,
    requests: &[Request],
    dry_run: bool,
    rejects: &mut dyn RejectSink,
) -> Result<Taken> {
    let (store, settings) = context.open(Access::Create)?;
    let progress = |file: &str, rows: u64| (context.progress)(&format!("{file} {rows}"));
    if dry_run {
        return store.rehearse(|s| {
            import::import(s, requests, &settings, context.today, rejects, &progress)
        });
    }
    let first_new = store.count("select coalesce(max(import_id), 0) + 1 from imports")?;
    let take_in = |s: &Store| {
        let taken = import::import(s, requests, &settings, context.today, rejects, &progress)?;
        if taken.files.iter().any(|o| !o.changes_nothing()) {
            s.run(&format!(
                "update imports set imported_at = {} where imported_at is null",
                quote_text(&clock())
            ))?;
            keep_settings(s, &settings)?;
        }
        // Rows that were known already may name people all the same.
        erase::reapply(s, &context.database, first_new)?;
        Ok(taken)
    };
    store.leave_room(memory_for(requests))?;
    let taken = store.sparing(|s| s.transaction(take_in));
    // What went wrong before is told first.
    let room = store.take_room_back();
    let taken = taken?;
    room?;
    store.checkpoint()?;
    Ok(taken)
}

/// Bytes that an import takes beside the engine and 150 MiB: a share of the files, since what the engine notes of rows that
/// are not committed yet is not within its limit. Read off 0.9 and 5 million orders as CSV.
fn memory_for(requests: &[Request]) -> u64 {
    const SHARE: u64 = 15;
    /// What is within the 150 MiB anyway.
    const LITTLE: u64 = 16 << 20;
    let size = |r: &Request| std::fs::metadata(&r.path).map_or(0, |found| found.len());
    let share = requests.iter().map(size).sum::<u64>() * SHARE / 100;
    if share < LITTLE { 0 } else { share }
}

fn remove_database(path: &Path) {
    // Made by this very command and empty: nothing is lost. A leftover is harmless and reported by the next command.
    let _ = std::fs::remove_file(path);
    let _ = std::fs::remove_file(beside(path, ".wal"));
}

/// A failed attempt leaves a line in the audit file; never a value.
fn note_failure(context: &Context, requests: &[Request], error: &Error) {
    // The error itself is told to the user; that it could not be noted too is no second error.
    let facts = serde_json::json!({ "files": requests.len(), "failed": error.key });
    let _ = audit::note(&context.database, "import", facts);
}

/// One CSV a source file, made when the first row is refused.
struct RejectFiles {
    folder: PathBuf,
    names: BTreeMap<String, String>,
    open: BTreeMap<String, BufWriter<NamedTempFile>>,
}

impl RejectFiles {
    fn new(folder: PathBuf, requests: &[Request]) -> Self {
        let names = requests
            .iter()
            .map(|r| {
                let file = r
                    .path
                    .file_name()
                    .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
                (file, import::reject_file_name(&r.path))
            })
            .collect();
        Self {
            folder,
            names,
            open: BTreeMap::new(),
        }
    }

    fn finish(self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for (name, writer) in self.open {
            let path = self.folder.join(&name);
            let file = writer
                .into_inner()
                .map_err(|e| unwritable(&path, e.error()))?;
            files::finish(file, &path)?;
            paths.push(path);
        }
        Ok(paths)
    }
}

impl RejectSink for RejectFiles {
    fn refuse(
        &mut self,
        file: &str,
        headers: &[String],
        fields: &[&[u8]],
        line: u64,
        column: Option<&str>,
        reason: &str,
    ) -> Result<()> {
        let name = self
            .names
            .get(file)
            .cloned()
            .unwrap_or_else(|| import::reject_file_name(Path::new(&file.replace('/', "-"))));
        let path = self.folder.join(&name);
        let failed = |e: std::io::Error| unwritable(&path, &e);
        if !self.open.contains_key(&name) {
            let mut writer = BufWriter::new(files::begin(&path)?);
            let mut header: Vec<&[u8]> = headers.iter().map(String::as_bytes).collect();
            header.extend([
                b"reject_line".as_slice(),
                b"reject_column",
                b"reject_reason",
            ]);
            write_record(&mut writer, &header).map_err(failed)?;
            self.open.insert(name.clone(), writer);
        }
        let Some(writer) = self.open.get_mut(&name) else {
            return Ok(());
        };
        let line = line.to_string();
        let mut record: Vec<&[u8]> = fields.to_vec();
        // A row that is too short is padded, so that the reasons stand under their headers.
        record.resize(record.len().max(headers.len()), b"");
        record.extend([
            line.as_bytes(),
            column.unwrap_or_default().as_bytes(),
            reason.as_bytes(),
        ]);
        write_record(writer, &record).map_err(failed)
    }
}

/// Every field quoted: what comes back is what went out, whatever it holds.
fn write_record(out: &mut impl Write, fields: &[&[u8]]) -> std::io::Result<()> {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        out.write_all(b"\"")?;
        for part in field.split_inclusive(|b| *b == b'"') {
            out.write_all(part)?;
            if part.ends_with(b"\"") {
                out.write_all(b"\"")?;
            }
        }
        out.write_all(b"\"")?;
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name) in [
            ("*.csv", "a.csv"),
            ("a?c*", "abc"),
            ("**", ""),
            ("工单*.x*", "工单-3.xlsx"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.csv", "a.csv.gz"),
            ("a?c", "ac"),
            ("?", ""),
            ("a*b*c", "acb"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
