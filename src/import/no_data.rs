//! Files in a folder or an archive that are plainly no data: notes, pictures, programs, what a desktop or an editor
//! leaves behind. They are passed over and said by name; a file that somebody names is read, or refused with a reason.

use super::mapping::{Mapping, known_headers};
use super::plan::Table;
use super::source::Container;
use crate::types::{Result, TRUTH_FILE};

/// A file that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// Its name.
    pub file: String,
    /// Why: `hidden`, `no-data` by its name, `no-table` by its content.
    pub why: &'static str,
}

/// Endings of names that no table has. HTML, XML and plain text may hold one and are looked into.
const NO_DATA: &[&str] = &[
    // Texts for people.
    "md",
    "markdown",
    "rst",
    "adoc",
    "tex",
    "rtf",
    "pdf",
    "doc",
    "docx",
    "odt",
    "wps",
    "ppt",
    "pptx",
    "odp",
    "eml",
    "msg",
    // Pictures, sound, film.
    "png",
    "jpg",
    "jpeg",
    "gif",
    "bmp",
    "webp",
    "svg",
    "ico",
    "heic",
    "mp3",
    "mp4",
    "wav",
    "mov",
    // Programs and their settings; mapping files among them.
    "exe",
    "dll",
    "bat",
    "cmd",
    "ps1",
    "sh",
    "py",
    "js",
    "css",
    "sql",
    "ini",
    "inf",
    "cfg",
    "conf",
    "toml",
    "yaml",
    "yml",
    "json",
    "log",
    "lnk",
    "url",
    // What is half written or was put aside.
    "tmp",
    "part",
    "crdownload",
    "swp",
    "bak",
    // A database of ours or another's, and what lies beside it.
    "duckdb",
    "sqlite",
    "db",
    "wal",
    "lock",
    "key",
    "audit",
    "last",
];

/// Why a name alone says that a file is no data; `None` where it may be.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let name = last_part(name);
    // Marks of workbooks that are open, and what programs hide.
    if name.starts_with('.') || name.starts_with("~$") || name.ends_with('~') {
        return Some("hidden");
    }
    if name == TRUTH_FILE {
        return Some("no-data");
    }
    let ending = ending(name)?;
    NO_DATA.contains(&ending.as_str()).then_some("no-data")
}

/// True where a text of that name may be a note: it says nothing of being data.
fn may_be_note(name: &str) -> bool {
    ending(last_part(name)).is_none_or(|ending| matches!(ending.as_str(), "txt" | "text"))
}

/// True for a text that holds no table, so far as reading got: no line has two names of columns that are known. Where a
/// mapping names the columns, whoever wrote it knows better.
pub(super) fn is_note(name: &str, mapping: Option<&Mapping>, read: &Result<Table>) -> bool {
    if !may_be_note(name) || mapping.is_some() {
        return false;
    }
    match read {
        Err(error) => matches!(error.key, "file-empty" | "file-binary"),
        Ok(table) => {
            table.source.container == Container::Text
                && known_headers(&table.headers, &Mapping::default()) < 2
        }
    }
}

/// A file's name in an archive comes with the archive's.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{by_name, may_be_note};

    #[test]
    fn names_say_what_is_plainly_no_data() {
        for (name, why) in [
            ("README.md", Some("no-data")),
            ("truth.csv", Some("no-data")),
            ("all.zip/说明.PDF", Some("no-data")),
            ("Thumbs.db", Some("no-data")),
            (".DS_Store", Some("hidden")),
            ("~$工单.xlsx", Some("hidden")),
            ("工单.csv~", Some("hidden")),
            ("工单.csv", None),
            ("工单.2025.12", None),
            ("page.html", None),
            ("notes.txt", None),
            ("README", None),
        ] {
            assert_eq!(by_name(name), why, "{name}");
        }
        assert!(may_be_note("notes.TXT") && may_be_note("all.zip/README"));
        assert!(!may_be_note("orders.csv") && !may_be_note("orders.xls"));
    }
}
