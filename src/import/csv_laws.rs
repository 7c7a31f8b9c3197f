//! Laws of the reader of delimited text, on thousands of tables: what a writer wrote comes back, and no bytes make it
//! panic, go on for ever or keep more than it was given.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use proptest::collection::vec;
use proptest::prelude::*;

use super::decoder::Decoder;
use super::source::Source;
use crate::types::Result;

/// The records of a text with their lines.
fn read(text: &[u8], delimiter: u8) -> Result<Vec<(u64, Vec<String>)>> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let delimiter = char::from(delimiter).to_string();
    let source = Source::open(file.path(), Some(&delimiter), Some("utf-8"))?;
    let mut decoder = Decoder::new(&source)?;
    let mut all = Vec::new();
    while let Some(records) = decoder.next_batch(3)? {
        for i in 0..records.len() {
            let cells = (0..records.width(i))
                .map(|f| String::from_utf8_lossy(records.bytes(i, f)).into_owned());
            all.push((records.lines[i], cells.collect()));
        }
    }
    Ok(all)
}

fn written(
    rows: &[Vec<String>],
    delimiter: u8,
    style: csv::QuoteStyle,
    end: csv::Terminator,
) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(style)
        .terminator(end)
        .flexible(true)
        .from_writer(Vec::new());
    rows.iter()
        .for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9]{0,6}",
        "[ ,;|\t\"\r\n'a-z粤王¥]{0,12}",
        "\\PC{0,8}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn a_table_comes_back_whatever_is_in_its_cells(
        rows in vec(vec(cell(), 1..6), 1..9), delimiter in 0usize..4, always in any::<bool>(), crlf in any::<bool>(),
    ) {
        let delimiter = b",;\t|"[delimiter];
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let text = written(&rows, delimiter, style, end);
        prop_assume!(!text.iter().all(u8::is_ascii_whitespace));
        // A mark in the first cell is one of the file.
        prop_assume!(!text.starts_with("\u{feff}".as_bytes()));
        let found = read(&text, delimiter).unwrap();
        let wanted: Vec<Vec<String>> = rows
            .iter()
            .filter(|row| row.iter().any(|c| !c.bytes().all(|b| b.is_ascii_whitespace())) || row.len() == 1 && row[0].is_empty() && always)
            .cloned()
            .collect();
        let cells: Vec<Vec<String>> = found.iter().map(|(_, c)| c.clone()).filter(|c| c.iter().any(|t| !t.trim_ascii().is_empty())).collect();
        let wanted: Vec<Vec<String>> = wanted.into_iter().filter(|c| c.iter().any(|t| !t.trim_ascii().is_empty())).collect();
        prop_assert_eq!(cells, wanted);
        // Lines go up, and are lines of the file.
        prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let lines = text.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        prop_assert!(found.iter().all(|(line, _)| (1..=lines).contains(line)));
    }

    #[test]
    fn any_bytes_are_records_or_refused_and_no_more_than_was_given(
        bytes in prop_oneof![vec(any::<u8>(), 0..400), "[,;\"\r\n a\t]{0,400}".prop_map(String::into_bytes)],
        delimiter in 0usize..4,
    ) {
        if let Ok(found) = read(&bytes, b",;\t|"[delimiter]) {
            // A byte that is no text is shown as one of three.
            let kept: usize = found.iter().flat_map(|(_, cells)| cells).map(String::len).sum();
            prop_assert!(kept <= bytes.len() * 3);
            prop_assert!(found.len() <= bytes.len() + 1);
        }
    }
}

#[test]
fn records_are_whole_across_the_pieces_that_a_file_is_read_in() {
    let rows: Vec<Vec<String>> = (0..60_000)
        .map(|i| {
            vec![
                format!("{i}"),
                "\"quoted\", 王\r\n".repeat(i % 4),
                "x".repeat(i % 23),
            ]
        })
        .collect();
    let text = written(
        &rows,
        b',',
        csv::QuoteStyle::Necessary,
        csv::Terminator::CRLF,
    );
    assert!(text.len() > 2 << 20);
    let found = read(&text, b',').unwrap();
    assert_eq!(found.len(), rows.len());
    assert!(found.iter().map(|(_, cells)| cells).eq(rows.iter()));
}
