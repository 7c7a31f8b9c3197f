//! Workbooks whose reader holds them whole in memory (.xls, .xlsb, .ods).

use std::io::{Cursor, Write};
use std::path::Path;

use calamine::{Data, Ods, OdsError, Range, Reader, Sheet, SheetVisible, Xls, XlsError, Xlsb};

use super::super::source::MAX_COLUMNS;
use super::super::spool::{Spool, Writer};
use super::super::value::NOT_CALCULATED;
use super::super::workbook::{date_text, number_text};
use super::Job;

/// Has a workbook parsed by a process of its own.
///
/// # Errors
/// The key of a message.
pub(in crate::import) fn parse(path: &Path, memory_mb: u64) -> std::result::Result<Spool, String> {
    let unreadable = |_| "workbook-unreadable".to_owned();
    let file = tempfile::tempfile().map_err(unreadable)?;
    let status = Job::Workbook
        .process(path, memory_mb)
        .map_err(unreadable)?
        .stdout(file.try_clone().map_err(unreadable)?)
        .status()
        .map_err(unreadable)?;
    // Whoever was stopped did not come to the end of what it wrote; a panic is a damaged file.
    match Spool::open(file) {
        Err(_) if status.code() == Some(101) => Err("workbook-unreadable".to_owned()),
        other => other,
    }
}

/// Parses a workbook and writes its rows; at most `most` bytes of text. What is wrong with the workbook is said in what is
/// written.
///
/// # Errors
/// When the rows cannot be written.
pub(super) fn parse_here(path: &Path, most: u64, out: impl Write) -> std::io::Result<()> {
    let mut writer = Writer::new(out, most);
    let content = std::fs::read(path)?;
    match rows(content, &mut writer) {
        Ok(written) => written?,
        Err(key) => writer.refuse(key)?,
    }
    writer.end()
}

type Written = std::result::Result<std::io::Result<()>, &'static str>;

fn rows<W: Write>(content: Vec<u8>, to: &mut Writer<W>) -> Written {
    let unreadable = "workbook-unreadable";
    if content.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let book = Xls::new(Cursor::new(content)).map_err(|e| match e {
            XlsError::Password => "workbook-locked",
            _ => unreadable,
        })?;
        return Ok(all(book, |_, _| Range::empty(), to));
    }
    if memchr::memmem::find(&content, b"xl/workbook.bin").is_some() {
        let book = Xlsb::new(Cursor::new(content)).map_err(|_| unreadable)?;
        return Ok(all(book, |_, _| Range::empty(), to));
    }
    let book = Ods::new(Cursor::new(content)).map_err(|e| match e {
        OdsError::Password => "workbook-locked",
        _ => unreadable,
    })?;
    let formulas =
        |book: &mut Ods<_>, sheet: &str| book.worksheet_formula(sheet).unwrap_or_default();
    Ok(all(book, formulas, to))
}

/// All sheets. The binary forms hold a result for each formula; where one may be missing, `formulas` says where they are.
fn all<R: Reader<Cursor<Vec<u8>>>, W: Write>(
    mut book: R,
    formulas: fn(&mut R, &str) -> Range<String>,
    to: &mut Writer<W>,
) -> std::io::Result<()> {
    for Sheet { name, visible, .. } in book.sheets_metadata().to_vec() {
        // A sheet of charts or macros has no cells.
        let Ok(range) = book.worksheet_range(&name) else {
            continue;
        };
        let formulas = formulas(&mut book, &name);
        let not_calculated = |row: u32, column: u32| {
            let formula = formulas.get_value((row, column));
            formula.is_some_and(|f| !f.is_empty())
        };
        to.sheet(&name, visible != SheetVisible::Visible)?;
        let Some((top, left)) = range.start() else {
            continue;
        };
        for (number, row) in (top..).zip(range.rows()) {
            let before = (left as usize).min(MAX_COLUMNS);
            let told = (left..).zip(row).map(|(column, value)| match value {
                Data::Empty if not_calculated(number, column) => NOT_CALCULATED.to_owned(),
                value => text_of(value),
            });
            let cells: Vec<String> = std::iter::repeat_n(String::new(), before)
                .chain(told)
                .collect();
            to.row(number, &cells)?;
        }
    }
    Ok(())
}

fn text_of(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(v) => v.to_string(),
        Data::Float(v) => number_text(*v),
        Data::Bool(v) => v.to_string(),
        Data::DateTime(v) => date_text(v),
        Data::Error(e) => e.to_string(),
    }
}
