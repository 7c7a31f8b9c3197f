//! From a file to records of text: which container it is, by its bytes, and its fields with line numbers.
//! A further container or encoding adds a decoder here; nothing after it changes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use sha2::{Digest, Sha256};

use encoding_rs::{Encoding, UTF_8};

use super::bare::{bare, meant};
use super::decoder::Decoder;
use super::encoding::{self, ToUtf8};
use super::mapping::Mapping;
use super::records::Records;
use super::{delimiter, heading, html, workbook};
use crate::settings::Import;
use crate::types::{Error, Result};

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Delimited text.
    Text,
    /// Apache Parquet.
    Parquet,
    /// An Excel workbook (.xlsx).
    Workbook,
    /// A workbook of another kind (.xls, .xlsb, .ods).
    OtherWorkbook,
    /// Tables in HTML, or a workbook in XML.
    Page,
}

/// Records in one batch: large enough to amortise, small enough to stay in the cache.
pub(super) const BATCH: usize = 8192;
/// Columns that no setting allows more of: what is read before the settings are asked.
pub(super) const MAX_COLUMNS: usize = 1 << 14;
/// How much of the file is looked at before it is read.
const HEAD: usize = 1 << 16;

/// A file looked at but not yet read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, for messages and ledgers.
    pub name: String,
    /// What it is.
    pub container: Container,
    /// Character between fields of a text.
    pub(super) delimiter: u8,
    /// Encoding of a text.
    pub encoding: &'static Encoding,
    /// Encoding asked for.
    pub(super) encoding_named: Option<&'static Encoding>,
    /// Size in bytes.
    pub size: u64,
    /// How large the file and its parts may be.
    pub(super) limits: Import,
}

impl Source {
    /// Looks at a file.
    ///
    /// # Errors
    /// When it is missing, empty, unreadable, or of a kind that is not read.
    pub fn open(path: &Path, delimiter: Option<&str>, encoding: Option<&str>) -> Result<Self> {
        Self::open_within(path, delimiter, encoding, &Import::default())
    }

    /// Looks at a file that may be no larger than the settings say.
    ///
    /// # Errors
    /// Those of [`Source::open`], and `file-too-large`.
    pub(super) fn open_within(
        path: &Path,
        delimiter: Option<&str>,
        encoding: Option<&str>,
        limits: &Import,
    ) -> Result<Self> {
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |n| n.to_string_lossy().into_owned(),
        );
        let shown = path.display().to_string();
        if !path.exists() {
            return Err(Error::usage("file-missing").with("file", &shown));
        }
        if path.is_dir() {
            return Err(Error::usage("file-is-folder").with("file", &shown));
        }
        let unreadable = |e: std::io::Error| {
            Error::data("file-unreadable")
                .with("file", &shown)
                .because(e.kind())
        };
        let mut file = File::open(path).map_err(&unreadable)?;
        let size = file.metadata().map_err(&unreadable)?.len();
        if size > limits.max_file_mb.saturating_mul(1 << 20) {
            return Err(Error::data("file-too-large")
                .with("file", &shown)
                .with("mb", size >> 20)
                .with("most", limits.max_file_mb));
        }
        let mut head = Vec::new();
        file.by_ref()
            .take(HEAD as u64)
            .read_to_end(&mut head)
            .map_err(&unreadable)?;
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(Error::data("file-empty").with("file", &shown));
        }
        let refused = |key| Error::data(key).with("file", &shown);
        let mut container = container(&head).map_err(refused)?;
        if container == Container::Workbook {
            let whole = File::open(path).map_err(&unreadable)?;
            container = workbook::check(whole, limits).map_err(refused)?;
        }
        let encoding_named = encoding
            .map(|label| {
                encoding::named(label)
                    .ok_or_else(|| Error::usage("bad-encoding").with("encoding", label))
            })
            .transpose()?;
        let encoding = match (container, encoding_named) {
            (Container::Text, Some(named)) => named,
            (Container::Text, None) => {
                let sample = encoding::evidence(&head, &mut file).map_err(&unreadable)?;
                encoding::detect(&sample).map_err(refused)?
            }
            _ => UTF_8,
        };
        let delimiter = match delimiter {
            Some(d) => d.as_bytes().first().copied().unwrap_or(b','),
            None => {
                let mut text = Vec::new();
                ToUtf8::new(encoding).push(&head, &mut text);
                delimiter::told_from(&text, head.len() < HEAD)
            }
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            container,
            delimiter,
            encoding,
            encoding_named,
            size,
            limits: limits.clone(),
        })
    }

    /// The header and how many records come before and with it; without a mapping the first record.
    ///
    /// # Errors
    /// When the file cannot be read as text.
    pub fn header(&self, mapping: Option<&Mapping>) -> Result<(Vec<String>, usize)> {
        let mut decoder = Decoder::new(self)?;
        let most = if mapping.is_some() { heading::ROWS } else { 1 };
        let records = decoder.next_batch(most)?.unwrap_or_default();
        let texts = |record: usize| -> Option<Vec<String>> {
            (0..records.width(record))
                .map(|field| {
                    let text = records.text(record, field).ok()?;
                    Some(meant(bare(text)).into_owned())
                })
                .collect()
        };
        if records.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let rows: Vec<Vec<String>> = (0..records.len())
            .map(|record| texts(record).unwrap_or_default())
            .collect();
        let (found, first) = match mapping.and_then(|m| heading::find(&rows, m)) {
            Some(heading) => (heading.names, heading.first),
            None => (rows[0].clone(), 1),
        };
        if found.is_empty() {
            return Err(Error::data("not-utf8")
                .with("file", &self.name)
                .with("line", records.lines[first.saturating_sub(1)]));
        }
        self.check_columns(found.len())?;
        Ok((found, first))
    }

    /// An error where a table has more columns than the settings allow.
    pub(super) fn check_columns(&self, columns: usize) -> Result<()> {
        if columns <= self.limits.max_columns {
            return Ok(());
        }
        Err(Error::data("too-many-columns")
            .with("file", &self.name)
            .with("columns", columns)
            .with("most", self.limits.max_columns))
    }

    /// An error where a cell is longer than the settings allow.
    pub(super) fn check_cell(&self, line: u64, bytes: usize) -> Result<()> {
        if bytes <= self.limits.max_cell_kb.saturating_mul(1024) {
            return Ok(());
        }
        Err(Error::data("cell-too-long")
            .with("file", &self.name)
            .with("line", line)
            .with("kb", bytes.div_ceil(1024))
            .with("most", self.limits.max_cell_kb))
    }

    /// The first records as text; those that are none are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn first_rows(&self, most: usize) -> Result<Vec<Vec<String>>> {
        let records = Decoder::new(self)?.next_batch(most)?.unwrap_or_default();
        let row = |record: usize| -> Vec<String> {
            (0..records.width(record))
                .map(|f| records.text(record, f).unwrap_or_default().to_owned())
                .collect()
        };
        Ok((0..records.len()).map(row).collect())
    }

    /// Reads a text file to the end, sending batches; returns its SHA-256.
    ///
    /// # Errors
    /// When reading fails or a quote is never closed.
    pub fn read_text(&self, skip: usize, to: &SyncSender<Records>) -> Result<String> {
        let mut decoder = Decoder::new(self)?;
        if skip > 0 {
            decoder.next_batch(skip)?;
        }
        while let Some(records) = decoder.next_batch(BATCH)? {
            // The receiver is gone when it failed; its error is the one to tell.
            if to.send(records).is_err() {
                break;
            }
        }
        decoder.finish()
    }
}

fn container(head: &[u8]) -> std::result::Result<Container, &'static str> {
    match head {
        [b'P', b'A', b'R', b'1', ..] => Ok(Container::Parquet),
        // Encrypted: behind the mark stands the length of a part, whose last byte no text has.
        [b'P', b'A', b'R', b'E', _, _, _, 0, ..] => Err("parquet-locked"),
        [b'P', b'K', 3, 4, ..] => Ok(Container::Workbook),
        // A workbook with a password is packed into the container of the old kind.
        [0xd0, 0xcf, 0x11, 0xe0, ..] if has_utf_16(head, "EncryptedPackage") => {
            Err("workbook-locked")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Ok(Container::OtherWorkbook),
        [0x1f, 0x8b, ..] => Err("file-compressed"),
        _ if html::is_page(head) => Ok(Container::Page),
        _ => Ok(Container::Text),
    }
}

/// Whether bytes hold a text in UTF-16.
fn has_utf_16(bytes: &[u8], text: &str) -> bool {
    let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &wanted).is_some()
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of a file that is not read as text.
///
/// # Errors
/// When reading fails.
pub(super) fn sha256_of(path: &Path) -> Result<String> {
    let unreadable = |e: std::io::Error| {
        Error::data("file-unreadable")
            .with("file", path.display())
            .because(e.kind())
    };
    let mut file = File::open(path).map_err(&unreadable)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(&unreadable)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    fn read(text: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let source = Source::open(file.path(), None, None).unwrap();
        let mut decoder = Decoder::new(&source).unwrap();
        let mut all = Vec::new();
        while let Some(r) = decoder.next_batch(2).unwrap() {
            for i in 0..r.len() {
                all.push((
                    r.lines[i],
                    (0..r.width(i))
                        .map(|f| r.text(i, f).unwrap().to_owned())
                        .collect(),
                ));
            }
        }
        all
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|f| (*f).to_owned()).collect())
    }

    #[test]
    fn quotes_and_line_ends_of_all_kinds_are_read() {
        assert_eq!(
            read(b"a,b\r\n\"x,\"\"y\"\"\",2\n\"two\nlines\",3\nlast,4"),
            vec![
                row(1, &["a", "b"]),
                row(2, &["x,\"y\"", "2"]),
                row(3, &["two\nlines", "3"]),
                row(5, &["last", "4"])
            ]
        );
        assert_eq!(
            read(b"a\r\n\r\n\r\nb\r\nc")[1..],
            [row(4, &["b"]), row(5, &["c"])]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error_and_not_a_long_cell() {
        for text in ["a,b\n1,\"x\n2,y\n", "a,\"b", "a,b\n1,\""] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let mut decoder =
                Decoder::new(&Source::open(file.path(), None, None).unwrap()).unwrap();
            assert_eq!(decoder.next_batch(9).unwrap_err().key, "quote-open");
        }
        assert_eq!(read(b"a,\"b\"").len(), 1);
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_has_most_of() {
        assert_eq!(read("车牌\t日期\n1\t2".as_bytes())[1], row(2, &["1", "2"]));
        assert_eq!(read(b"a;b;c\n1,5;2;3")[1], row(2, &["1,5", "2", "3"]));
    }

    #[test]
    fn containers_are_told_by_their_first_bytes() {
        assert_eq!(container(b"PK\x03\x04rest"), Ok(Container::Workbook));
        assert_eq!(
            container(&[0xd0, 0xcf, 0x11, 0xe0, 1]),
            Ok(Container::OtherWorkbook)
        );
        let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0, 0];
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(container(&locked), Err("workbook-locked"));
        assert_eq!(container(&[0x1f, 0x8b, 8]), Err("file-compressed"));
        assert_eq!(container(b"plate,date"), Ok(Container::Text));
        assert_eq!(container(b"\n<HTML><table>"), Ok(Container::Page));
        assert_eq!(container(b"PAR1...."), Ok(Container::Parquet));
        assert_eq!(container(b"PARE-\0\0\0.."), Err("parquet-locked"));
        assert_eq!(container(b"PARENT,DATE"), Ok(Container::Text));
    }
}
