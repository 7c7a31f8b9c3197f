//! Excel workbooks (.xlsx) to records: which sheet, where in it the table begins, and every cell as the text that a
//! person would have typed. Cells are streamed; what could exhaust memory is refused before it is parsed.

use std::fs::File;
use std::io::{BufReader, Read, copy, sink};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError, open_workbook};
use chrono::{NaiveTime, TimeDelta};
use zip::ZipArchive;

use super::mapping::{Mapping, known_headers};
use super::source::{BATCH, MAX_COLUMNS, Records, Source};
use crate::types::{Error, Result};

/// Parts in one workbook; Excel writes some dozens.
const MAX_PARTS: usize = 10_000;
/// Bytes in all parts once unpacked.
const MAX_UNPACKED: u64 = 1 << 30;
/// Unpacked over packed size: sheets pack about 1 : 10, bombs 1 : 1,000.
const MAX_RATIO: u64 = 200;
/// Different texts in a workbook: a sheet of a million rows with twenty texts each.
const MAX_TEXTS: u64 = 1 << 24;
/// Rows with anything in them among which the header is looked for.
const ROWS_TO_HEADER: usize = 50;

/// The table in a workbook.
pub(super) struct Sheet {
    /// The workbook, open: its texts take long to read and are read once.
    book: Mutex<Book>,
    /// Name of the sheet.
    pub(super) name: String,
    /// Sheets in the workbook.
    pub(super) of: usize,
    /// Headers; names of positions where there are none.
    pub(super) headers: Vec<String>,
    /// Row at which the records begin, from 0.
    from: u32,
}

/// One row of a sheet: its number from 0, and the texts of its cells.
struct Row {
    number: u32,
    cells: Vec<String>,
}

/// What a zip archive holds, as far as it concerns us.
///
/// # Errors
/// The key of the message: `file-compressed` for what is no workbook, `file-workbook` for one of another kind,
/// `workbook-limits` for what would unpack to too much.
pub(super) fn check(file: File) -> std::result::Result<(), &'static str> {
    let size = file.metadata().map_or(0, |m| m.len());
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| "workbook-unreadable")?;
    if archive.len() > MAX_PARTS {
        return Err("workbook-limits");
    }
    let has = |name: &str| archive.file_names().any(|n| n.is_ok_and(|n| n == name));
    if !has("xl/workbook.xml") {
        let other = has("xl/workbook.bin") || has("content.xml");
        return Err(if other {
            "file-workbook"
        } else {
            "file-compressed"
        });
    }
    let most = MAX_UNPACKED.min(size.max(1 << 16).saturating_mul(MAX_RATIO));
    let mut unpacked = 0;
    for part in 0..archive.len() {
        let mut part = archive.by_index(part).map_err(|_| "workbook-unreadable")?;
        let is_texts = part.name().is_ok_and(|n| n == "xl/sharedStrings.xml");
        if is_texts {
            let mut head = Vec::new();
            let read = part.by_ref().take(4096).read_to_end(&mut head);
            unpacked += read.map_err(|_| "workbook-unreadable")? as u64;
            if texts_promised(&head) > MAX_TEXTS {
                return Err("workbook-limits");
            }
        }
        // The size that the archive states may be a lie: what comes out is counted.
        let rest = copy(&mut part.take(most + 1), &mut sink());
        unpacked += rest.map_err(|_| "workbook-unreadable")?;
        if unpacked > most {
            return Err("workbook-limits");
        }
    }
    Ok(())
}

/// The largest count in the head of the list of texts: the reader makes room for so many before it reads them.
fn texts_promised(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head);
    head.split("ount=")
        .skip(1)
        .map(|rest| {
            let digits = rest.trim_start_matches(['"', '\'']);
            let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap_or(u64::MAX)
        })
        .max()
        .unwrap_or(0)
}

/// Finds the table: the sheet asked for, else the one whose header has most names that the dictionary knows.
/// Above the header there may be titles and blank rows.
///
/// # Errors
/// When the workbook cannot be read, has no such sheet, or nothing in it.
pub(super) fn find(source: &Source, mapping: &Mapping, sheet: Option<&str>) -> Result<Sheet> {
    let mut book = open(source)?;
    let names = book.sheet_names();
    let wanted: Vec<String> = match sheet {
        None => names.clone(),
        Some(name) => names.iter().filter(|n| *n == name).cloned().collect(),
    };
    let mut best: Option<(usize, String, Vec<String>, u32)> = None;
    for name in wanted {
        let mut rows = Vec::new();
        each_row(source, &mut book, &name, |row| {
            rows.push(row);
            Ok(rows.len() < ROWS_TO_HEADER)
        })?;
        let Some((known, headers, from)) = header(&rows, mapping) else {
            continue;
        };
        if best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, name, headers, from));
        }
    }
    if let Some((_, name, headers, from)) = best {
        return Ok(Sheet {
            book: Mutex::new(book),
            name,
            of: names.len(),
            headers,
            from,
        });
    }
    Err(match sheet {
        Some(name) if !names.iter().any(|n| n == name) => Error::usage("sheet-missing")
            .with("file", &source.name)
            .with("sheet", name)
            .with("sheets", names.join(", ")),
        _ => Error::data("file-empty").with("file", &source.name),
    })
}

/// Names that the dictionary knows, the headers, and where the records begin.
fn header(rows: &[Row], mapping: &Mapping) -> Option<(usize, Vec<String>, u32)> {
    let first = rows.first()?;
    if !mapping.has_header {
        let width = rows.iter().map(|r| r.cells.len()).max()?;
        let names = (1..=width).map(|n| format!("#{n}")).collect();
        return Some((0, names, first.number));
    }
    let named = |row: &Row| known_headers(&row.cells, mapping);
    // The first of the rows that know most; a title alone in its row is no header.
    let best = rows.iter().rev().max_by_key(|row| named(row))?;
    let row = if named(best) > 0 {
        best
    } else {
        rows.iter()
            .find(|r| r.cells.iter().filter(|c| !c.is_empty()).count() > 1)
            .unwrap_or(first)
    };
    Some((named(row), row.cells.clone(), row.number + 1))
}

/// Sends all records to the end; the line is the row's number in the sheet, from 1. Rows without anything are none.
///
/// # Errors
/// When the workbook cannot be read.
pub(super) fn read(source: &Source, sheet: &Sheet, to: &SyncSender<Records>) -> Result<()> {
    let mut book = sheet.book.lock().unwrap_or_else(PoisonError::into_inner);
    let mut records = Records::new();
    each_row(source, &mut book, &sheet.name, |mut row| {
        if row.number < sheet.from {
            return Ok(true);
        }
        if row.cells.len() < sheet.headers.len() {
            row.cells.resize(sheet.headers.len(), String::new());
        }
        let fields = row.cells.iter().map(String::as_bytes);
        records.push(u64::from(row.number) + 1, fields);
        if records.len() < BATCH {
            return Ok(true);
        }
        // The receiver is gone when it failed; its error is the one to tell.
        Ok(to
            .send(std::mem::replace(&mut records, Records::new()))
            .is_ok())
    })?;
    if !records.is_empty() {
        let _ = to.send(records);
    }
    Ok(())
}

type Book = Xlsx<BufReader<File>>;

fn open(source: &Source) -> Result<Book> {
    open_workbook(&source.path).map_err(|e: XlsxError| unreadable(source, &e))
}

fn unreadable(source: &Source, error: &XlsxError) -> Error {
    let key = if matches!(error, XlsxError::Password) {
        "workbook-locked"
    } else {
        "workbook-unreadable"
    };
    Error::data(key).with("file", &source.name)
}

/// Hands on each row that has anything in it, until `take` has enough. Empty cells at the end of a row are left out.
fn each_row(
    source: &Source,
    book: &mut Book,
    sheet: &str,
    mut take: impl FnMut(Row) -> Result<bool>,
) -> Result<()> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet of charts has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(e) => return Err(unreadable(source, &e)),
    };
    let mut row = Row {
        number: 0,
        cells: Vec::new(),
    };
    loop {
        let cell = cells.next_cell().map_err(|e| unreadable(source, &e))?;
        let ends = cell
            .as_ref()
            .is_none_or(|c| c.get_position().0 != row.number);
        if ends && row.cells.iter().any(|c| !c.trim().is_empty()) {
            while row.cells.last().is_some_and(|c| c.trim().is_empty()) {
                row.cells.pop();
            }
            let whole = Row {
                number: row.number,
                cells: std::mem::take(&mut row.cells),
            };
            if !take(whole)? {
                return Ok(());
            }
        }
        let Some(cell) = cell else {
            return Ok(());
        };
        put(source, &mut row, &cell)?;
    }
}

fn put(source: &Source, row: &mut Row, cell: &Cell<DataRef<'_>>) -> Result<()> {
    let (number, column) = cell.get_position();
    if number != row.number {
        if number < row.number {
            return Err(Error::data("workbook-unreadable").with("file", &source.name));
        }
        row.number = number;
        row.cells.clear();
    }
    let text = text_of(cell.get_value());
    if text.is_empty() {
        return Ok(());
    }
    let column = column as usize;
    if column >= MAX_COLUMNS {
        return Err(Error::data("too-many-columns")
            .with("file", &source.name)
            .with("columns", column + 1));
    }
    if row.cells.len() <= column {
        row.cells.resize(column + 1, String::new());
    }
    row.cells[column] = text;
    Ok(())
}

/// A cell as text. A number has no more digits than it needs; a date has a time of day only where it has one.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(v) => v.to_string(),
        DataRef::Float(v) => v.to_string(),
        DataRef::Bool(v) => v.to_string(),
        DataRef::DateTime(v) => date_text(v),
        DataRef::Error(e) => e.to_string(),
    }
}

fn date_text(value: &ExcelDateTime) -> String {
    // Fractions of a second are what the binary fraction of a day leaves over.
    let at = value
        .as_datetime()
        .filter(|_| value.is_datetime() && value.as_f64() >= 1.0)
        .and_then(|at| at.checked_add_signed(TimeDelta::milliseconds(500)));
    match at {
        None => value.as_f64().to_string(),
        Some(at) if at.time() < NaiveTime::from_hms_opt(0, 0, 1).unwrap_or_default() => {
            at.format("%Y-%m-%d").to_string()
        }
        Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn date(value: f64) -> String {
        date_text(&ExcelDateTime::new(
            value,
            ExcelDateTimeType::DateTime,
            false,
        ))
    }

    #[test]
    fn dates_have_a_time_of_day_only_where_they_have_one() {
        assert_eq!(date(45_658.0), "2025-01-01");
        assert_eq!(date(45_658.5), "2025-01-01 12:00:00");
        // 09:25:11 is no whole binary fraction of a day.
        assert_eq!(date(45_658.0 + 33_911.0 / 86_400.0), "2025-01-01 09:25:11");
        assert_eq!(date(45_658.0 - 1e-9), "2025-01-01");
        // A time of day alone is no date.
        assert_eq!(date(0.5), "0.5");
    }

    #[test]
    fn numbers_have_no_more_digits_than_they_need() {
        assert_eq!(text_of(&DataRef::Float(13_800_138_000.0)), "13800138000");
        assert_eq!(text_of(&DataRef::Float(300.5)), "300.5");
        assert_eq!(text_of(&DataRef::Float(-0.25)), "-0.25");
    }

    #[test]
    fn promised_texts_are_read_from_the_head() {
        assert_eq!(texts_promised(b"<sst count=\"9\" uniqueCount=\"7\">"), 9);
        assert_eq!(texts_promised(b"<sst>"), 0);
        assert!(texts_promised(b"<sst uniqueCount='99999999999999999999'>") > MAX_TEXTS);
    }
}
