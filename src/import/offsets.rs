//! Where in a file the bytes are that mean nothing in its encoding: refused rows say so, and a person finds the place
//! with any editor of bytes. The file is read once more, only where there are such rows.

use std::fs::File;
use std::io::Read;

use encoding_rs::DecoderResult;

use super::Tally;
use super::source::Source;
use super::value::Refusal;
use crate::store::{Store, quote_text};
use crate::types::{Error, Result};

/// Places that are told; more are refused without.
const MOST: usize = 10_000;

/// Bytes that mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BadBytes {
    /// Line on which they stand, from 1.
    line: u64,
    /// Offset of the first of them in the file, from 0.
    offset: u64,
    /// The first of them.
    byte: u8,
}

impl BadBytes {
    fn shown(&self) -> String {
        format!("byte {}: {:02x}", self.offset, self.byte)
    }
}

/// Says of rows refused for their bytes where those are.
pub(super) fn tell(
    store: &Store,
    source: &Source,
    import_id: u64,
    tally: &mut Tally,
) -> Result<()> {
    let reason = Refusal::NotUtf8.as_str();
    if !tally.rejected_by.contains_key(reason) {
        return Ok(());
    }
    let refused = store.table(&format!(
        "select distinct line from rejects where import_id = {import_id} and reason = '{reason}' order by line"
    ))?;
    let lines = refused
        .iter()
        .filter_map(|r| r.int("line").transpose())
        .map(|l| l.map(|l| u64::try_from(l).unwrap_or(0)))
        .collect::<Result<Vec<u64>>>()?;
    let mut told = Vec::new();
    let bad = bad_bytes(source)?;
    let mut at = 0;
    for (i, line) in lines.iter().enumerate() {
        // A row may go over several lines: up to the next that was refused.
        let next = lines.get(i + 1).copied().unwrap_or(u64::MAX);
        while bad.get(at).is_some_and(|b| b.line < *line) {
            at += 1;
        }
        if let Some(first) = bad.get(at).filter(|b| b.line < next) {
            told.push((*line, first.shown()));
        }
    }
    for (line, place) in &told {
        for example in &mut tally.examples {
            if example.0 == *line && example.2 == reason {
                example.3 = Some(place.clone());
            }
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = told
        .iter()
        .map(|(line, place)| format!("({line}, {})", quote_text(place)))
        .collect();
    store.run(&format!(
        "update rejects set value_masked = t.place from (values {}) t(line, place)
         where rejects.import_id = {import_id} and rejects.reason = '{reason}' and rejects.line = t.line",
        values.join(", ")
    ))
}

/// Reads a text for what its encoding does not know.
fn bad_bytes(source: &Source) -> Result<Vec<BadBytes>> {
    let unreadable = |e: std::io::Error| {
        Error::data("file-unreadable")
            .with("file", source.path.display())
            .because(e.kind())
    };
    let mut file = File::open(&source.path).map_err(unreadable)?;
    let mut decoder = source.encoding.new_decoder_with_bom_removal();
    let mut piece = vec![0; 1 << 16];
    let mut text = vec![0; 1 << 18];
    let (mut offset, mut line, mut found) = (0u64, 1u64, Vec::new());
    // What a character may begin with in one piece and end with in the next.
    let mut before: Vec<u8> = Vec::new();
    loop {
        let read = file.read(&mut piece).map_err(unreadable)?;
        let mut rest = &piece[..read];
        loop {
            let (result, used, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut text, read == 0);
            line += text[..written].iter().filter(|b| **b == b'\n').count() as u64;
            before.extend_from_slice(&rest[..used]);
            before.drain(..before.len().saturating_sub(16));
            offset += used as u64;
            rest = &rest[used..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let back = usize::from(length) + usize::from(after);
                    found.push(BadBytes {
                        line,
                        offset: offset.saturating_sub(back as u64),
                        byte: before
                            .iter()
                            .rev()
                            .nth(back.saturating_sub(1))
                            .copied()
                            .unwrap_or(0),
                    });
                    if found.len() == MOST {
                        return Ok(found);
                    }
                }
            }
        }
        if read == 0 {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use super::*;

    fn bad(bytes: &[u8], encoding: &str) -> Vec<(u64, u64, u8)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let source = Source::open(file.path(), None, Some(encoding)).unwrap();
        bad_bytes(&source)
            .unwrap()
            .iter()
            .map(|b| (b.line, b.offset, b.byte))
            .collect()
    }

    #[test]
    fn bad_bytes_are_told_by_line_and_offset_in_the_file() {
        assert_eq!(
            bad(b"a,b\n1,\xff\n2,\xe4\xb8\n", "utf-8"),
            [(2, 6, 0xff), (3, 10, 0xe4)]
        );
        // Behind a byte order mark the offset is still that of the file.
        assert_eq!(bad(b"\xef\xbb\xbfa\n\xff\n", "utf-8"), [(2, 5, 0xff)]);
        let (mut text, ..) = encoding_rs::GBK.encode("车牌,日期\n粤A1,");
        let at = text.len() as u64;
        text.to_mut().extend_from_slice(b"\xff\n");
        assert_eq!(bad(&text, "gbk"), [(2, at, 0xff)]);
        assert_eq!(
            bad(&[0xff, 0xfe, b'a', 0, 0x00, 0xd8, b'b', 0], "utf-16le")[0].1,
            4
        );
        assert_eq!(bad("全部可读\n".as_bytes(), "utf-8"), []);
    }

    #[test]
    fn places_are_right_across_the_pieces_that_a_file_is_read_in() {
        let mut text = vec![b'x'; (1 << 16) - 1];
        text.extend_from_slice(b"\xe4\xb8,\nend\xfe\n");
        assert_eq!(
            bad(&text, "utf-8"),
            [(1, (1 << 16) - 1, 0xe4), (2, (1 << 16) + 6, 0xfe)]
        );
    }
}
