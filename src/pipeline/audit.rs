//! The audit file beside the database (`F.audit`): who did what with personal data and when, never whose and never a
//! value. One JSON object a line; each carries a keyed code of itself and of the line before, so that a line that is
//! changed, moved or taken out shows. The last code lies in `F.audit.last` too, so that a missing end shows.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::key::Key;
use super::{beside, clock, files, unwritable};
use crate::store::{self, Point};
use crate::types::{Error, Result};

/// What the codes are derived for.
const PURPOSE: &str = "audit";

/// Notes a use of personal data, or a failed attempt: the command and facts about it, such as rows or a table's name.
///
/// # Errors
/// When the file cannot be written: then what was to be noted should not happen.
pub fn note(database: &Path, command: &str, facts: Value) -> Result<()> {
    let key = Key::of(database, PURPOSE)?;
    let path = path_of(database);
    let failed = |e: std::io::Error| unwritable(&path, &e);
    store::no_link(&path)?;
    let mut options = OpenOptions::new();
    options.create(true).read(true).append(true);
    let mut file = store::following_no_link(&mut options)
        .open(&path)
        .map_err(failed)?;
    // Two commands may note at the same time; each line needs the one before it.
    file.lock().map_err(failed)?;
    let end = End::of(&mut file).map_err(failed)?;
    let mut entry = Map::new();
    entry.insert("number".into(), json!(end.number + 1));
    entry.insert("at".into(), json!(clock()));
    entry.insert("user".into(), json!(user()));
    entry.insert("command".into(), json!(command));
    entry.insert("facts".into(), facts);
    if end.is_torn {
        entry.insert("after_torn_line".into(), json!(true));
    }
    let said = serde_json::to_string(&entry).map_err(Error::internal)?;
    let code = code_of(&key, &end.code, &said);
    let before = if end.is_torn { "\n" } else { "" };
    let body = said.strip_suffix('}').unwrap_or(&said);
    let line = format!("{before}{body}{CODE}{code}\"}}\n");
    file.write_all(line.as_bytes()).map_err(failed)?;
    file.sync_data().map_err(failed)?;
    store::reached(Point::AuditEntered);
    files::write(
        &last_of(database),
        format!("{} {code}\n", end.number + 1).as_bytes(),
    )
}

/// Where the audit file of a database lies.
#[must_use]
pub fn path_of(database: &Path) -> PathBuf {
    beside(database, ".audit")
}

fn last_of(database: &Path) -> PathBuf {
    beside(database, ".audit.last")
}

/// Who is logged in, as far as the machine says.
fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()))
        .unwrap_or_else(|| "?".to_owned())
}

/// What stands before the code, which ends its line: the code is of the text, however it may be parsed.
const CODE: &str = ",\"code\":\"";

/// Code of an entry (without its own) after the entry before it.
fn code_of(key: &Key, before: &str, said: &str) -> String {
    key.code(&[before.as_bytes(), said.as_bytes()])
}

/// The entry as it was before its code was put in.
fn without_code(line: &str) -> Option<String> {
    line.rfind(CODE).map(|at| format!("{}}}", &line[..at]))
}

/// What the next entry follows.
#[derive(Default)]
struct End {
    number: u64,
    code: String,
    is_torn: bool,
}

impl End {
    /// Reads backwards until a whole entry is found: the file may be years long.
    fn of(file: &mut File) -> std::io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut take = 4096.min(length);
        loop {
            file.seek(SeekFrom::Start(length - take))?;
            let mut bytes = vec![0; usize::try_from(take).unwrap_or(0)];
            file.read_exact(&mut bytes)?;
            let text = String::from_utf8_lossy(&bytes);
            let is_torn = length > 0 && !text.ends_with('\n');
            let last = text
                .split('\n')
                .rev()
                .filter_map(|line| parsed(line).and_then(|e| numbered(&e)))
                .next();
            if let Some((number, code)) = last {
                return Ok(Self {
                    number,
                    code,
                    is_torn,
                });
            }
            if take == length {
                return Ok(Self {
                    is_torn,
                    ..Self::default()
                });
            }
            take = (take * 8).min(length);
        }
    }
}

fn parsed(line: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(line).ok()
}

fn numbered(entry: &Map<String, Value>) -> Option<(u64, String)> {
    Some((
        entry.get("number")?.as_u64()?,
        entry.get("code")?.as_str()?.to_owned(),
    ))
}

/// What reading the whole audit file found.
#[derive(Debug, serde::Serialize)]
pub struct Verified {
    /// Entries whose codes hold.
    pub entries: u64,
    /// Lines from before entries were chained; nothing vouches for them.
    pub unchained: u64,
    /// Lines that an interrupted write left unfinished.
    pub torn: u64,
    /// What does not hold: line and reason (`changed`, `missing`, `unreadable`, `end-missing`).
    pub faults: Vec<(u64, &'static str)>,
}

/// Checks every line of the audit file against its code and its neighbour.
///
/// # Errors
/// When there is no audit file or no key, or they cannot be read.
pub fn verify(database: &Path) -> Result<Verified> {
    let path = path_of(database);
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::usage("audit-missing").with("path", path.display()));
        }
        Err(e) => return Err(unwritable(&path, &e)),
    };
    let key = Key::existing(database, PURPOSE)?.ok_or_else(|| {
        Error::data("key-missing").with("path", super::key::path_of(database).display())
    })?;
    let mut verified = Verified {
        entries: 0,
        unchained: 0,
        torn: 0,
        faults: Vec::new(),
    };
    let (mut number, mut code) = (0, String::new());
    let lines: Vec<&str> = text.split('\n').collect();
    for (i, line) in lines.iter().enumerate() {
        let at = i as u64 + 1;
        if line.is_empty() {
            continue;
        }
        let Some(entry) = parsed(line) else {
            let next = lines.get(i + 1).and_then(|l| parsed(l));
            let is_last = lines.len() == i + 1;
            if is_last || next.is_some_and(|n| n.contains_key("after_torn_line")) {
                verified.torn += 1;
            } else {
                verified.faults.push((at, "unreadable"));
            }
            continue;
        };
        let Some(((said_number, said_code), said)) = numbered(&entry).zip(without_code(line))
        else {
            if verified.entries == 0 {
                verified.unchained += 1;
            } else {
                verified.faults.push((at, "unreadable"));
            }
            continue;
        };
        if said_number != number + 1 {
            verified.faults.push((at, "missing"));
        } else if code_of(&key, &code, &said) != said_code {
            verified.faults.push((at, "changed"));
        } else {
            verified.entries += 1;
        }
        (number, code) = (said_number, said_code);
    }
    let last = std::fs::read_to_string(last_of(database)).unwrap_or_default();
    let last_number = last
        .split_whitespace()
        .next()
        .and_then(|n| n.parse::<u64>().ok())
        .unwrap_or(0);
    // The file may be one ahead: the end is written after the line.
    if last_number > number {
        verified.faults.push((lines.len() as u64, "end-missing"));
    }
    Ok(verified)
}

/// Files with personal data in full that the audit file names.
#[must_use]
pub(super) fn files_noted(database: &Path) -> Vec<PathBuf> {
    let text = std::fs::read(path_of(database)).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .lines()
        .filter_map(parsed)
        .filter_map(|e| Some(PathBuf::from(e.get("facts")?.get("file")?.as_str()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn noted(n: u64) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.duckdb");
        for i in 0..n {
            note(&database, "list", json!({ "rows": i })).unwrap();
        }
        (folder, database)
    }

    fn rewrite(database: &Path, change: impl Fn(Vec<String>) -> Vec<String>) {
        let text = std::fs::read_to_string(path_of(database)).unwrap();
        let lines = change(text.lines().map(str::to_owned).collect());
        std::fs::write(path_of(database), lines.join("\n") + "\n").unwrap();
    }

    type Change<'a> = &'a dyn Fn(Vec<String>) -> Vec<String>;

    #[test]
    fn an_untouched_file_holds() {
        let (_folder, database) = noted(20);
        let verified = verify(&database).unwrap();
        assert_eq!((verified.entries, verified.faults.len()), (20, 0));
    }

    #[test]
    fn a_line_that_is_changed_taken_out_or_moved_is_found() {
        for line in 0..6 {
            let changes: [(&str, Change<'_>); 3] = [
                ("changed", &|mut lines| {
                    lines[line] = lines[line].replace("\"rows\":", "\"rows\":1");
                    lines
                }),
                ("taken out", &|mut lines| {
                    lines.remove(line);
                    lines
                }),
                ("moved", &|mut lines| {
                    lines.swap(line, (line + 1) % 6);
                    lines
                }),
            ];
            for (what, change) in changes {
                let (_folder, database) = noted(6);
                rewrite(&database, change);
                assert!(
                    !verify(&database).unwrap().faults.is_empty(),
                    "{what} {line}"
                );
            }
        }
    }

    #[test]
    fn a_write_that_was_cut_off_is_no_fault_and_the_chain_goes_on() {
        let (_folder, database) = noted(3);
        let whole = std::fs::read(path_of(&database)).unwrap();
        std::fs::write(
            path_of(&database),
            [&whole, &b"{\"number\":4,\"at\":\"20"[..]].concat(),
        )
        .unwrap();
        assert_eq!(verify(&database).unwrap().torn, 1);
        note(&database, "list", json!({})).unwrap();
        let verified = verify(&database).unwrap();
        assert_eq!(
            (verified.entries, verified.torn, verified.faults.len()),
            (4, 1, 0)
        );
    }

    #[test]
    fn a_forged_line_without_the_key_is_found() {
        let (_folder, database) = noted(2);
        std::fs::write(super::super::key::path_of(&database), "00".repeat(32)).unwrap();
        assert_eq!(verify(&database).unwrap().faults.len(), 2);
    }
}
