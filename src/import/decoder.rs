//! Delimited text to records: a buffer of the file and a CSV state machine.

use std::fs::File;
use std::io::{BufReader, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use sha2::{Digest, Sha256};

use super::encoding::ToUtf8;
use super::records::Records;
use super::source::{MAX_COLUMNS, Source, hex};
use crate::types::{Error, Result};

/// Reads delimited text: a buffer of the file and a CSV state machine.
pub(super) struct Decoder {
    file: BufReader<File>,
    source: Source,
    reader: Reader,
    hash: Sha256,
    /// Bytes as they are in the file.
    raw: Vec<u8>,
    to_utf8: ToUtf8,
    input: Vec<u8>,
    /// Unread part of `input`.
    at: usize,
    ended: bool,
    /// True once a line end was put after the last byte.
    closed: bool,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Decoder {
    pub(super) fn new(source: &Source) -> Result<Self> {
        let file = File::open(&source.path).map_err(|e| {
            Error::data("file-unreadable")
                .with("file", source.path.display())
                .because(e.kind())
        })?;
        Ok(Self {
            file: BufReader::with_capacity(1 << 20, file),
            source: source.clone(),
            reader: ReaderBuilder::new().delimiter(source.delimiter).build(),
            hash: Sha256::new(),
            raw: vec![0; 1 << 20],
            to_utf8: ToUtf8::new(source.encoding),
            input: Vec::new(),
            at: 0,
            ended: false,
            closed: false,
            output: vec![0; 1 << 16],
            ends: vec![0; 256],
        })
    }

    /// The next records, at most `most`; `None` at the end of the file.
    pub(super) fn next_batch(&mut self, most: usize) -> Result<Option<Records>> {
        let mut records = Records::new();
        while records.len() < most {
            if !self.next_record(&mut records)? {
                break;
            }
        }
        Ok(if records.is_empty() {
            None
        } else {
            Some(records)
        })
    }

    /// Reads one record; one without anything in it is left out. False at the end.
    fn next_record(&mut self, records: &mut Records) -> Result<bool> {
        if self.at == self.input.len() && !self.ended {
            self.fill()?;
        }
        // The record begins after the line ends that come before it: the second half of a CRLF, blank lines.
        let skipped = self.input[self.at..]
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .filter(|b| **b == b'\n');
        let line = self.reader.line() + skipped.count() as u64;
        let (mut written, mut fields) = (0, 0);
        loop {
            if self.at == self.input.len() && !self.ended {
                self.fill()?;
            }
            // A line end after the last byte ends the last record, unless a quote is still open.
            let at_end = self.at == self.input.len() && self.ended && !self.closed;
            let input = if at_end {
                b"\n".as_slice()
            } else {
                &self.input[self.at..]
            };
            let (result, read, wrote, ended) = self.reader.read_record(
                input,
                &mut self.output[written..],
                &mut self.ends[fields..],
            );
            if at_end {
                self.closed = read > 0;
            } else {
                self.at += read;
            }
            written += wrote;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty if at_end && written + fields > 0 => {
                    return Err(Error::data("quote-open")
                        .with("file", &self.source.name)
                        .with("line", line));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    if self.output.len() > self.source.limits.max_row_kb.saturating_mul(1024) {
                        return Err(Error::data("record-too-long")
                            .with("file", &self.source.name)
                            .with("line", line)
                            .with("most", self.source.limits.max_row_kb));
                    }
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() > 2 * MAX_COLUMNS {
                        self.source
                            .check_columns(fields.max(self.source.limits.max_columns + 1))?;
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::Record if is_blank(fields, &self.output[..written]) => {
                    return Ok(true);
                }
                ReadRecordResult::Record => {
                    self.check(line, fields, written)?;
                    let mut start = 0;
                    let spans = self.ends[..fields].iter().map(|end| {
                        let span = &self.output[start..*end];
                        start = *end;
                        span
                    });
                    records.push(line, spans);
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// An error where a record has more columns or a longer cell than the settings allow.
    fn check(&self, line: u64, fields: usize, written: usize) -> Result<()> {
        self.source.check_columns(fields)?;
        let limits = &self.source.limits;
        if written > limits.max_row_kb.saturating_mul(1024) {
            return Err(Error::data("record-too-long")
                .with("file", &self.source.name)
                .with("line", line)
                .with("most", limits.max_row_kb));
        }
        if written > limits.max_cell_kb.saturating_mul(1024) {
            let ends = &self.ends[..fields];
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let longest = starts.zip(ends).map(|(start, end)| end - start).max();
            self.source.check_cell(line, longest.unwrap_or(0))?;
        }
        Ok(())
    }

    /// Reads on until there is text or the file ends: a piece may hold half a character alone.
    fn fill(&mut self) -> Result<()> {
        self.at = 0;
        self.input.clear();
        while self.input.is_empty() && !self.ended {
            let read = self.file.read(&mut self.raw).map_err(|e| {
                Error::data("file-unreadable")
                    .with("file", &self.source.name)
                    .because(e.kind())
            })?;
            let read = &self.raw[..read];
            self.ended = read.is_empty();
            self.hash.update(read);
            self.to_utf8.push(read, &mut self.input);
        }
        Ok(())
    }

    /// SHA-256 of the whole file.
    pub(super) fn finish(mut self) -> Result<String> {
        while !self.ended {
            self.fill()?;
        }
        Ok(hex(&self.hash.finalize()))
    }
}

/// A record without anything in it: delimiters alone, or blanks.
fn is_blank(fields: usize, text: &[u8]) -> bool {
    (fields > 1 || !text.is_empty()) && text.iter().all(u8::is_ascii_whitespace)
}
