//! Records between whoever reads a file and whoever types them, and how they pass from one process to another.

use std::io::{Error as IoError, ErrorKind, Read, Result as IoResult, Write};

use super::source::BATCH;

/// Records of a file, decoded: all fields in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Records {
    data: Vec<u8>,
    /// End of each field in `data`.
    ends: Vec<usize>,
    /// First field of each record; one longer than the records.
    starts: Vec<usize>,
    /// Line on which each record begins, from 1.
    pub lines: Vec<u64>,
}

impl Records {
    pub(super) fn new() -> Self {
        Self {
            starts: vec![0],
            ..Self::default()
        }
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True without records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Number of fields of a record.
    #[must_use]
    pub fn width(&self, record: usize) -> usize {
        self.starts[record + 1] - self.starts[record]
    }

    /// Bytes of a field; empty where the record is too short.
    #[must_use]
    pub fn bytes(&self, record: usize, field: usize) -> &[u8] {
        &self.data[self.span(record, field)]
    }

    fn span(&self, record: usize, field: usize) -> std::ops::Range<usize> {
        if field >= self.width(record) {
            return 0..0;
        }
        let at = self.starts[record] + field;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        start..self.ends[at]
    }

    /// Text of a field.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn text(
        &self,
        record: usize,
        field: usize,
    ) -> std::result::Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(self.bytes(record, field))
    }

    /// How often U+FFFD stands in the fields: what a program writes in place of a character that it could not read.
    pub(super) fn lost_characters(&self) -> u64 {
        memchr::memmem::find_iter(&self.data, "\u{fffd}").count() as u64
    }

    /// The fields as text, checked once for all of them.
    pub(super) fn texts(&self) -> Texts<'_> {
        Texts {
            records: self,
            whole: std::str::from_utf8(&self.data).ok(),
        }
    }

    /// Adds a record of text fields.
    pub(super) fn push<'a>(&mut self, line: u64, fields: impl Iterator<Item = &'a [u8]>) {
        for field in fields {
            self.data.extend_from_slice(field);
            self.ends.push(self.data.len());
        }
        self.starts.push(self.ends.len());
        self.lines.push(line);
    }
}

/// The fields of records as text.
pub(super) struct Texts<'a> {
    records: &'a Records,
    /// All fields in one text, where they are one.
    whole: Option<&'a str>,
}

impl<'a> Texts<'a> {
    /// Number of fields of a record.
    pub(super) fn width(&self, record: usize) -> usize {
        self.records.width(record)
    }

    /// Text of a field.
    ///
    /// # Errors
    /// When its bytes are not UTF-8.
    pub(super) fn field(&self, record: usize, field: usize) -> std::result::Result<&'a str, ()> {
        let span = self.records.span(record, field);
        match self.whole {
            // Not a text of its own where it begins or ends within a character.
            Some(whole) => whole.get(span).ok_or(()),
            None => std::str::from_utf8(&self.records.data[span]).map_err(|_| ()),
        }
    }
}

impl Records {
    /// Bytes of all fields.
    pub(super) fn bytes_held(&self) -> usize {
        self.data.len()
    }

    /// Writes the records for [`Records::read_from`]: how many records, fields and bytes, then lines, fields of each
    /// record, bytes of each field, and the bytes; whole numbers with their lowest byte first.
    pub(super) fn write_to(&self, out: &mut impl Write) -> IoResult<()> {
        for count in [self.len(), self.ends.len(), self.data.len()] {
            out.write_all(&small(count)?.to_le_bytes())?;
        }
        for line in &self.lines {
            out.write_all(&line.to_le_bytes())?;
        }
        for record in 0..self.len() {
            out.write_all(&small(self.width(record))?.to_le_bytes())?;
        }
        let mut begin = 0;
        for end in &self.ends {
            out.write_all(&small(end - begin)?.to_le_bytes())?;
            begin = *end;
        }
        out.write_all(&self.data)
    }

    /// Reads what [`Records::write_to`] wrote. Nothing is believed of it: memory is taken as bytes come, and the parts
    /// must add up.
    ///
    /// # Errors
    /// When it ends early or does not add up.
    pub(super) fn read_from(from: &mut impl Read) -> IoResult<Self> {
        let counts = numbers(from, 3)?;
        let (rows, fields, bytes) = (counts[0], counts[1], counts[2]);
        if rows as usize > BATCH || fields > MOST_FIELDS || bytes > MOST_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        let lines = exactly(from, u64::from(rows) * 8)?
            .as_chunks::<8>()
            .0
            .iter()
            .map(|line| u64::from_le_bytes(*line))
            .collect();
        let starts = running(&numbers(from, rows)?, Some(0));
        let ends = running(&numbers(from, fields)?, None);
        let data = exactly(from, u64::from(bytes))?;
        let adds_up =
            starts.last() == Some(&ends.len()) && ends.last().copied().unwrap_or(0) == data.len();
        if !adds_up {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(Self {
            data,
            ends,
            starts,
            lines,
        })
    }
}

/// Fields and bytes of a batch that are taken from another process, at most.
const MOST_FIELDS: u32 = 1 << 26;
const MOST_BYTES: u32 = 1 << 30;

fn small(count: usize) -> IoResult<u32> {
    u32::try_from(count).map_err(IoError::other)
}

/// So many bytes and no fewer.
fn exactly(from: &mut impl Read, count: u64) -> IoResult<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(count).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < count {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn numbers(from: &mut impl Read, count: u32) -> IoResult<Vec<u32>> {
    let bytes = exactly(from, u64::from(count) * 4)?;
    let (chunks, _) = bytes.as_chunks::<4>();
    Ok(chunks.iter().map(|n| u32::from_le_bytes(*n)).collect())
}

/// Running sums, behind `first` where there is one.
fn running(lengths: &[u32], first: Option<usize>) -> Vec<usize> {
    let sums = lengths.iter().scan(0, |sum: &mut usize, n| {
        *sum += *n as usize;
        Some(*sum)
    });
    first.into_iter().chain(sums).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn records(rows: &[Vec<String>]) -> Records {
        let mut records = Records::new();
        for (line, row) in (3..).zip(rows) {
            records.push(line, row.iter().map(String::as_bytes));
        }
        records
    }

    proptest! {
        #[test]
        fn records_come_out_of_another_process_as_they_went_in(rows in prop::collection::vec(prop::collection::vec(".{0,9}", 0..5), 0..9)) {
            let went_in = records(&rows);
            let mut bytes = Vec::new();
            went_in.write_to(&mut bytes).unwrap();
            let mut from = bytes.as_slice();
            let came_out = Records::read_from(&mut from).unwrap();
            prop_assert!(from.is_empty());
            prop_assert_eq!(&came_out.lines, &went_in.lines);
            for (record, row) in rows.iter().enumerate() {
                prop_assert_eq!(came_out.width(record), row.len());
                for (field, text) in row.iter().enumerate() {
                    prop_assert_eq!(came_out.text(record, field).unwrap(), text);
                }
            }
            for cut in 0..bytes.len() {
                prop_assert!(Records::read_from(&mut &bytes[..cut]).is_err());
            }
        }

        #[test]
        fn what_another_process_made_up_is_refused_or_can_be_read(bytes in prop::collection::vec(0..4_u8, 0..99)) {
            if let Ok(records) = Records::read_from(&mut bytes.as_slice()) {
                for record in 0..records.len() {
                    for field in 0..=records.width(record) {
                        let _ = records.text(record, field);
                    }
                }
            }
        }
    }
}
