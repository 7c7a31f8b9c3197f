//! A workbook that comes back filled in: every sheet, every row that has anything in it, cells as texts. What they
//! mean is not known here.

use std::path::Path;

use chrono::NaiveDate;

use super::decoder::Decoder;
use super::source::{Container, Source, sha256_of};
use super::value::{DateOrder, Refusal, is_no_date, timestamp};
use super::workbook;
use crate::settings::Import;
use crate::types::{Error, Result};

/// Rows in all sheets together: more than any department calls in a year.
const MAX_ROWS: usize = 200_000;

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledSheet {
    /// Its name; of a delimited text the file's.
    pub name: String,
    /// Rows with anything in them: number from 1, cells as a person would have typed them.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// A workbook, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledBook {
    /// The file's name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its sheets, hidden ones too.
    pub sheets: Vec<FilledSheet>,
}

/// Reads all sheets of a workbook of any kind, or a delimited text as one sheet.
///
/// # Errors
/// When the file is missing, damaged, locked, of a kind that is not read, or larger than a filled list can be.
pub fn filled_book(path: &Path, limits: &Import) -> Result<FilledBook> {
    let mut source = Source::open(path, None, None)?;
    let file = source.name.clone();
    let sheets = match source.container {
        Container::Parquet => return Err(Error::data("file-binary").with("file", file)),
        Container::Text => vec![text(&source)?],
        _ => sheets(&mut source, limits)?,
    };
    Ok(FilledBook {
        sha256: sha256_of(&source.path)?,
        file,
        sheets,
    })
}

fn text(source: &Source) -> Result<FilledSheet> {
    let mut decoder = Decoder::new(source)?;
    let mut sheet = FilledSheet {
        name: source.name.clone(),
        rows: Vec::new(),
    };
    while let Some(batch) = decoder.next_batch(1024)? {
        for record in 0..batch.len() {
            let cells = (0..batch.width(record))
                .map(|f| {
                    let text = batch.text(record, f).unwrap_or_default();
                    text.trim_start_matches('\u{feff}').to_owned()
                })
                .collect();
            sheet.rows.push((batch.lines[record], cells));
        }
        within_limits(source, sheet.rows.len())?;
    }
    Ok(sheet)
}

fn sheets(source: &mut Source, limits: &Import) -> Result<Vec<FilledSheet>> {
    let mut book = workbook::open(source, limits)?;
    let mut sheets = Vec::new();
    let mut count = 0;
    for name in book.names() {
        let mut rows = Vec::new();
        book.each_row(source, &name, |row| {
            count += 1;
            within_limits(source, count)?;
            rows.push((u64::from(row.number) + 1, row.cells));
            Ok(true)
        })?;
        sheets.push(FilledSheet { name, rows });
    }
    Ok(sheets)
}

fn within_limits(source: &Source, rows: usize) -> Result<()> {
    if rows > MAX_ROWS {
        return Err(Error::data("workbook-limits").with("file", &source.name));
    }
    Ok(())
}

/// The day in a cell, in any of the forms that people and spreadsheets write; `Ok(None)` where there is none.
///
/// # Errors
/// The text is no day.
pub fn day(text: &str) -> std::result::Result<Option<NaiveDate>, Refusal> {
    let text = text.trim();
    if text.is_empty() || is_no_date(text) {
        return Ok(None);
    }
    timestamp(text, DateOrder::Ymd, 0).map(|at| Some(at.date()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_delimited_text_is_one_sheet_with_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, "\u{feff}\"结果\",\"task_id\"\n\n成功,a\n").unwrap();
        let book = filled_book(&path, &Import::default()).unwrap();
        assert_eq!(book.sheets.len(), 1);
        assert_eq!(
            book.sheets[0].rows,
            [
                (1, vec!["结果".to_owned(), "task_id".to_owned()]),
                (3, vec!["成功".to_owned(), "a".to_owned()])
            ]
        );
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let wanted = NaiveDate::from_ymd_opt(2026, 1, 9);
        for text in [
            "2026-01-09",
            "2026/1/9",
            "2026年1月9日",
            "46031",
            "2026-01-09 00:00:00",
        ] {
            assert_eq!(day(text), Ok(wanted), "{text}");
        }
        assert_eq!(day(" "), Ok(None));
        assert_eq!(day("下周"), Err(Refusal::BadDate));
    }
}
