//! The rows of sheets as they came out of a reader that cannot stream them, kept in a file of their own: what is
//! read twice (once for the header, once for the records) is parsed once, and memory does not grow with it.

use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

use super::workbook::Row;
use crate::types::{Error, Result};

const SHEET: u8 = 1;
const ROW: u8 = 2;
const REFUSED: u8 = 3;
const END: u8 = 4;
const HIDDEN: u8 = 5;

/// Writes sheets and rows; [`Writer::end`] makes them whole.
pub(super) struct Writer<W: Write> {
    out: BufWriter<W>,
    left: u64,
}

impl<W: Write> Writer<W> {
    /// A writer that takes at most `most` bytes of text.
    pub(super) fn new(out: W, most: u64) -> Self {
        Self {
            out: BufWriter::new(out),
            left: most,
        }
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        self.left = self
            .left
            .checked_sub(u64::from(length) + 4)
            .ok_or_else(full)?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(text.as_bytes())
    }

    /// Begins a sheet, which people see or not.
    pub(super) fn sheet(&mut self, name: &str, is_hidden: bool) -> std::io::Result<()> {
        self.out
            .write_all(&[if is_hidden { HIDDEN } else { SHEET }])?;
        self.text(name)
    }

    /// One row: its number from 0 and its cells, without empty ones at the end. Rows without anything are left out.
    pub(super) fn row(&mut self, number: u32, cells: &[String]) -> std::io::Result<()> {
        let used = cells.iter().rposition(|c| !c.trim().is_empty());
        let Some(last) = used else { return Ok(()) };
        let count = u32::try_from(last + 1).unwrap_or(u32::MAX);
        self.out.write_all(&[ROW])?;
        self.out.write_all(&number.to_le_bytes())?;
        self.out.write_all(&count.to_le_bytes())?;
        cells[..=last].iter().try_for_each(|cell| self.text(cell))
    }

    /// Says why there are no rows: the key of a message.
    pub(super) fn refuse(&mut self, key: &str) -> std::io::Result<()> {
        self.out.write_all(&[REFUSED])?;
        self.text(key)
    }

    /// Everything was written.
    pub(super) fn end(mut self) -> std::io::Result<()> {
        self.out.write_all(&[END])?;
        self.out.flush()
    }
}

/// Sheets kept in a file that has no name.
pub(super) struct Spool {
    file: Mutex<std::fs::File>,
    sheets: Vec<Begun>,
}

/// A sheet in a spool.
struct Begun {
    name: String,
    is_hidden: bool,
    /// Where its rows begin.
    at: u64,
}

/// Why a spool cannot be read: the key of a message.
type Refused = String;

impl Spool {
    /// Looks through what was written.
    ///
    /// # Errors
    /// The key of a message: what the writer said, or `workbook-limits` where it did not come to its end.
    pub(super) fn open(file: std::fs::File) -> std::result::Result<Self, Refused> {
        let mut sheets = Vec::new();
        let mut read = Reading::at(&file, 0).map_err(|_| "workbook-limits")?;
        loop {
            match read.next().map_err(|_| "workbook-limits")? {
                Entry::Sheet(name, is_hidden) => sheets.push(Begun {
                    name,
                    is_hidden,
                    at: read.at,
                }),
                Entry::Row(_) => {}
                Entry::Refused(key) => return Err(key),
                Entry::End => break,
            }
        }
        Ok(Self {
            file: Mutex::new(file),
            sheets,
        })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.sheets.iter().map(|s| s.name.clone()).collect()
    }

    /// Whether people who open the workbook do not see the sheet.
    pub(super) fn is_hidden(&self, sheet: &str) -> bool {
        self.sheets.iter().any(|s| s.name == sheet && s.is_hidden)
    }

    /// Hands on the rows of a sheet until `take` has enough.
    ///
    /// # Errors
    /// Those of `take`, and when the file cannot be read.
    pub(super) fn each_row(
        &self,
        sheet: &str,
        mut take: impl FnMut(Row) -> Result<bool>,
    ) -> Result<()> {
        let Some(begun) = self.sheets.iter().find(|s| s.name == sheet) else {
            return Ok(());
        };
        let file = self
            .file
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut read = Reading::at(&file, begun.at).map_err(Error::internal)?;
        while let Entry::Row(row) = read.next().map_err(Error::internal)? {
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }
}

enum Entry {
    Sheet(String, bool),
    Row(Row),
    Refused(String),
    End,
}

struct Reading<'a> {
    from: BufReader<&'a std::fs::File>,
    at: u64,
}

impl<'a> Reading<'a> {
    fn at(mut file: &'a std::fs::File, at: u64) -> std::io::Result<Self> {
        file.seek(SeekFrom::Start(at))?;
        Ok(Self {
            from: BufReader::with_capacity(1 << 18, file),
            at,
        })
    }

    fn bytes(&mut self, count: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self
            .from
            .by_ref()
            .take(count as u64)
            .read_to_end(&mut bytes)?;
        self.at += read as u64;
        if read < count {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    fn number(&mut self) -> std::io::Result<u32> {
        let mut bytes = [0; 4];
        self.from.read_exact(&mut bytes)?;
        self.at += 4;
        Ok(u32::from_le_bytes(bytes))
    }

    fn text(&mut self) -> std::io::Result<String> {
        let length = self.number()? as usize;
        String::from_utf8(self.bytes(length)?).map_err(|_| std::io::ErrorKind::InvalidData.into())
    }

    fn next(&mut self) -> std::io::Result<Entry> {
        Ok(match self.bytes(1)?[0] {
            kind @ (SHEET | HIDDEN) => Entry::Sheet(self.text()?, kind == HIDDEN),
            ROW => {
                let number = self.number()?;
                let count = self.number()?;
                let mut cells = Vec::new();
                for _ in 0..count {
                    cells.push(self.text()?);
                }
                Entry::Row(Row { number, cells })
            }
            REFUSED => Entry::Refused(self.text()?),
            END => Entry::End,
            _ => return Err(std::io::ErrorKind::InvalidData.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    fn written(most: u64, end: bool) -> std::result::Result<Spool, String> {
        let file = tempfile::tempfile().unwrap();
        let mut out = Writer::new(file.try_clone().unwrap(), most);
        for name in ["一", "二"] {
            if out.sheet(name, name == "二").is_err() {
                return Err("full".to_owned());
            }
            for number in [3, 9] {
                if out.row(number, &cells(&["a", "", name, " "])).is_err() {
                    return Err("full".to_owned());
                }
            }
            out.row(10, &cells(&["", " "])).unwrap();
        }
        if end {
            out.end().unwrap();
        } else {
            drop(out);
        }
        Spool::open(file)
    }

    #[test]
    fn rows_come_back_as_they_went_in() {
        let spool = written(1 << 20, true).unwrap();
        assert_eq!(spool.names(), ["一", "二"]);
        assert!(spool.is_hidden("二") && !spool.is_hidden("一"));
        for _ in 0..2 {
            let mut rows = Vec::new();
            spool
                .each_row("二", |row| {
                    rows.push((row.number, row.cells));
                    Ok(true)
                })
                .unwrap();
            assert_eq!(
                rows,
                [(3, cells(&["a", "", "二"])), (9, cells(&["a", "", "二"]))]
            );
        }
    }

    #[test]
    fn what_was_cut_short_or_is_too_much_is_no_table() {
        assert_eq!(written(1 << 20, false).err().unwrap(), "workbook-limits");
        assert_eq!(written(40, true).err().unwrap(), "full");
    }
}
