//! Workbooks and pages to records: which sheet, where in it the table begins, and every cell as the text that a
//! person would have typed. Cells of .xlsx are streamed, what could exhaust memory is refused before it is parsed;
//! other kinds come out of a spool.

use std::fs::File;
use std::io::{BufReader, Read, copy, sink};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxError, open_workbook};
use chrono::{NaiveTime, TimeDelta};
use zip::ZipArchive;

use super::heading::{self, Heading};
use super::mapping::Mapping;
use super::records::Records;
use super::source::{BATCH, Container, Source};
use super::spool::{Spool, Writer};
use super::value::NOT_CALCULATED;
use super::{apart, html};
use crate::settings::Import;
use crate::types::{Error, Result};

/// Parts in one workbook; Excel writes some dozens.
const MAX_PARTS: usize = 10_000;
/// Different texts in a workbook: a sheet of a million rows with twenty texts each.
const MAX_TEXTS: u64 = 1 << 24;
/// Bytes of a page; it is read whole.
const MAX_PAGE: u64 = 1 << 28;

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
    /// The first rows below the header.
    pub(super) sample: Vec<Vec<String>>,
    /// Row at which the records begin, from 0.
    from: u32,
}

/// One row of a sheet: its number from 0, and the texts of its cells.
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) cells: Vec<String>,
}

/// Whether a zip archive is a workbook, and of which kind, and would unpack to no more than one can hold.
///
/// # Errors
/// The key of the message: `file-compressed` for what is no workbook, `workbook-limits` for what would unpack to
/// too much.
pub(super) fn check(file: File, limits: &Import) -> std::result::Result<Container, &'static str> {
    let size = file.metadata().map_or(0, |m| m.len());
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| "workbook-unreadable")?;
    if archive.len() > MAX_PARTS {
        return Err("workbook-limits");
    }
    let has = |name: &str| archive.file_names().any(|n| n.is_ok_and(|n| n == name));
    let container = if has("xl/workbook.xml") {
        Container::Workbook
    } else if has("xl/workbook.bin") || has("content.xml") {
        Container::OtherWorkbook
    } else {
        return Err("file-compressed");
    };
    // Sheets pack about 1 : 10, bombs 1 : 1,000.
    let most = sheet_bytes(limits).min(size.max(1 << 16).saturating_mul(limits.max_unpack_ratio));
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
    Ok(container)
}

/// Bytes that the sheets of a workbook may unpack to.
fn sheet_bytes(limits: &Import) -> u64 {
    limits.max_sheet_mb.saturating_mul(1 << 20)
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
/// Above the header there may be titles and blank rows. A sheet that people do not see is taken where it is asked for, or
/// no other one has a name that is known: what they look at is what they mean.
///
/// # Errors
/// When the workbook cannot be read, has no such sheet, or nothing in it.
pub(super) fn find(
    source: &mut Source,
    mapping: &Mapping,
    sheet: Option<&str>,
    limits: &Import,
) -> Result<Sheet> {
    let mut book = open(source, limits)?;
    let names = book.names();
    let mut wanted: Vec<String> = match sheet {
        None => names.clone(),
        Some(name) => names.iter().filter(|n| *n == name).cloned().collect(),
    };
    wanted.sort_by_key(|name| book.is_hidden(name));
    let mut best: Option<(Heading, String, u32, Vec<Vec<String>>)> = None;
    for name in wanted {
        if book.is_hidden(&name) && best.as_ref().is_some_and(|(b, ..)| b.known > 0) {
            break;
        }
        let (mut rows, mut numbers) = (Vec::new(), Vec::new());
        book.each_row(source, &name, |row| {
            rows.push(row.cells);
            numbers.push(row.number);
            Ok(rows.len() < heading::ROWS)
        })?;
        let found = if mapping.has_header {
            heading::find(&rows, mapping)
        } else {
            without_header(&rows)
        };
        let Some(found) = found else {
            continue;
        };
        if best.as_ref().is_none_or(|(b, ..)| found.known > b.known) {
            let from = match found.first.checked_sub(1) {
                None => numbers[0],
                Some(last) => numbers[last] + 1,
            };
            rows.drain(..found.first.min(rows.len()));
            best = Some((found, name, from, rows));
        }
    }
    if let Some((heading, name, from, sample)) = best {
        return Ok(Sheet {
            book: Mutex::new(book),
            name,
            of: names.len(),
            headers: heading.names,
            sample,
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

/// Columns by their places, where the first row is data.
fn without_header(rows: &[Vec<String>]) -> Option<Heading> {
    let width = rows.iter().map(Vec::len).max()?;
    Some(Heading {
        names: (1..=width).map(|n| format!("#{n}")).collect(),
        first: 0,
        known: 0,
    })
}

/// Sends all records to the end; the line is the row's number in the sheet, from 1. Rows without anything are none.
///
/// # Errors
/// When the workbook cannot be read.
pub(super) fn read(source: &Source, sheet: &Sheet, to: &SyncSender<Records>) -> Result<()> {
    let mut book = sheet.book.lock().unwrap_or_else(PoisonError::into_inner);
    let mut records = Records::new();
    book.each_row(source, &sheet.name, |mut row| {
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

/// A workbook, open.
pub(super) enum Book {
    Streamed(Box<Xlsx<BufReader<File>>>),
    Spooled(Spool),
}

impl Book {
    /// Names of its sheets, in order.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Streamed(book) => book.sheet_names(),
            Self::Spooled(spool) => spool.names(),
        }
    }

    /// Whether people who open the workbook do not see the sheet.
    fn is_hidden(&self, sheet: &str) -> bool {
        match self {
            Self::Streamed(book) => {
                let mut sheets = book.sheets_metadata().iter();
                sheets.any(|s| s.name == sheet && s.visible != SheetVisible::Visible)
            }
            Self::Spooled(spool) => spool.is_hidden(sheet),
        }
    }

    /// Hands on each row that has anything in it, until `take` has enough.
    pub(super) fn each_row(
        &mut self,
        source: &Source,
        sheet: &str,
        mut take: impl FnMut(Row) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Self::Streamed(book) => each_row(source, book, sheet, take),
            Self::Spooled(spool) => spool.each_row(sheet, |row| {
                source.check_columns(row.cells.len())?;
                let longest = row.cells.iter().map(String::len).max();
                source.check_cell(u64::from(row.number) + 1, longest.unwrap_or(0))?;
                take(row)
            }),
        }
    }
}

/// Opens a workbook of any kind.
///
/// # Errors
/// When it is damaged, locked or too large.
pub(super) fn open(source: &mut Source, limits: &Import) -> Result<Book> {
    let refused = |name: &str, key: &str| {
        // Keys of messages are known; what a child process says is held against them.
        let key = match key {
            "workbook-limits" => "workbook-limits",
            "workbook-locked" => "workbook-locked",
            "file-binary" => "file-binary",
            "file-encoding" => "file-encoding",
            _ => "workbook-unreadable",
        };
        Error::data(key).with("file", name)
    };
    match source.container {
        Container::OtherWorkbook => {
            apart::workbook::parse(&source.path, limits.max_parse_memory_mb)
                .map(Book::Spooled)
                .map_err(|key| refused(&source.name, &key))
        }
        Container::Page => {
            let (spool, encoding) = page(source).map_err(|key| refused(&source.name, &key))?;
            source.encoding = encoding;
            Ok(Book::Spooled(spool))
        }
        _ => open_workbook(&source.path)
            .map(|book| Book::Streamed(Box::new(book)))
            .map_err(|e: XlsxError| unreadable(source, &e)),
    }
}

/// The tables of a page, and its encoding.
fn page(source: &Source) -> std::result::Result<(Spool, &'static encoding_rs::Encoding), String> {
    let unreadable = |_| "workbook-unreadable".to_owned();
    if source.size > MAX_PAGE.min(sheet_bytes(&source.limits)) {
        return Err("workbook-limits".to_owned());
    }
    let bytes = std::fs::read(&source.path).map_err(unreadable)?;
    let (text, encoding) = html::decoded(&bytes, source.encoding_named)?;
    let file = tempfile::tempfile().map_err(unreadable)?;
    let mut out = Writer::new(
        file.try_clone().map_err(unreadable)?,
        sheet_bytes(&source.limits),
    );
    html::write(&text, &mut out).map_err(unreadable)?;
    out.end().map_err(unreadable)?;
    Ok((Spool::open(file)?, encoding))
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
    book: &mut Xlsx<BufReader<File>>,
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
        let cell = cells.next_cell_with_formula_metadata();
        let cell = cell.map_err(|e| unreadable(source, &e))?;
        let ends = cell.as_ref().is_none_or(|c| c.pos.0 != row.number);
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
        let text = match &cell.value {
            DataRef::Empty if cell.formula.is_some() => NOT_CALCULATED.to_owned(),
            value => text_of(value),
        };
        put(source, &mut row, cell.pos, text)?;
    }
}

fn put(source: &Source, row: &mut Row, (number, column): (u32, u32), text: String) -> Result<()> {
    if number != row.number {
        if number < row.number {
            return Err(Error::data("workbook-unreadable").with("file", &source.name));
        }
        row.number = number;
        row.cells.clear();
    }
    if text.is_empty() {
        return Ok(());
    }
    let column = column as usize;
    source.check_columns(column + 1)?;
    source.check_cell(u64::from(number) + 1, text.len())?;
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
        DataRef::Float(v) => number_text(*v),
        DataRef::Bool(v) => v.to_string(),
        DataRef::DateTime(v) => date_text(v),
        DataRef::Error(e) => e.to_string(),
    }
}

/// A number with no more digits than it needs: what binary fractions leave over in the sixteenth is none of it.
pub(super) fn number_text(value: f64) -> String {
    let text = value.to_string();
    if text.len() <= 16 || !text.contains('.') {
        return text;
    }
    let rounded = format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    rounded.to_string()
}

pub(super) fn date_text(value: &ExcelDateTime) -> String {
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
