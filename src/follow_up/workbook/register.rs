//! The registers as a workbook: a sheet each, to be filtered, printed and filed.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::look::{self, Look};
use crate::follow_up::cells;
use crate::follow_up::more::More;
use crate::follow_up::registers::Register;
use crate::i18n::text;
use crate::table::Table;
use crate::types::{Error, Lang, Result};

/// What the workbook says beside the rows.
#[derive(Clone, Copy, Debug)]
pub struct RegisterHead<'a> {
    /// The department; may be empty.
    pub department: &'a str,
    /// Up to when the data reach.
    pub as_of: chrono::NaiveDate,
    /// Which rows: the month, or empty for all.
    pub scope: &'a str,
    /// Language.
    pub lang: Lang,
}

/// Rows that a sheet holds below its head.
pub const MOST_ROWS: usize = 1_048_000;
/// Row of the column headers.
const HEADER: u32 = 2;

/// The workbook's bytes.
///
/// # Errors
/// When it cannot be written.
pub fn registers_workbook(
    registers: &[(&Register, Table)],
    head: RegisterHead<'_>,
) -> Result<Vec<u8>> {
    write(registers, head).map_err(Error::internal)
}

fn write(
    registers: &[(&Register, Table)],
    head: RegisterHead<'_>,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&head.as_of.to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(text(head.lang, "register-title", &[]))
            .set_company(cells::clean(head.department, 80))
            .set_creation_datetime(&created),
    );
    let look = Look::new(head.lang);
    for (register, rows) in registers {
        sheet(book.add_worksheet(), register, rows, head, &look)?;
    }
    book.save_to_buffer()
}

/// Pixels of columns that stay legible on a page of A4 on its side.
const PAGE_WIDTH: u32 = 1_300;

/// Pages that a register takes side by side.
fn pages_wide(register: &Register) -> u16 {
    let width: u32 = register.columns.iter().map(|c| u32::from(c.width)).sum();
    u16::try_from(width.div_ceil(PAGE_WIDTH))
        .unwrap_or(1)
        .max(1)
}

fn sheet(
    sheet: &mut Worksheet,
    register: &Register,
    rows: &Table,
    head: RegisterHead<'_>,
    look: &Look,
) -> std::result::Result<(), XlsxError> {
    let lang = head.lang;
    let name = register.name(lang);
    sheet.set_name(&name)?;
    let title = [
        cells::clean(head.department, 40),
        name,
        head.scope.to_owned(),
    ]
    .into_iter()
    .filter(|t| !t.is_empty())
    .collect::<Vec<_>>()
    .join(" · ");
    sheet.write_string_with_format(0, 0, title, &look.title)?;
    sheet.set_row_height_pixels(0, 30)?;
    let note = text(
        lang,
        "register-note",
        &[
            ("rows", &rows.rows.len().to_string()),
            ("as_of", &head.as_of.to_string()),
        ],
    );
    sheet.write_string_with_format(1, 0, note, &look.note)?;
    for (col, column) in (0u16..).zip(register.columns) {
        sheet.set_column_width_pixels(col, u32::from(column.width))?;
        sheet.write_string_with_format(HEADER, col, column.label(lang), &look.head)?;
    }
    sheet.set_row_height_pixels(HEADER, 36)?;
    for (at, row) in (HEADER + 1..).zip(rows.records()) {
        let mut lines = 1;
        for (col, column) in (0u16..).zip(register.columns) {
            match column.value(lang, &row) {
                More::Text(text) => {
                    lines = lines.max(look::lines(&text, column.width));
                    sheet.write_string_with_format(at, col, text, &look.text)?;
                }
                More::Number(n, _) => {
                    sheet.write_number_with_format(at, col, n, &look.figure)?;
                }
                More::Day(day) => {
                    let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                    sheet.write_datetime_with_format(at, col, &day, &look.date)?;
                }
                More::Unknown => {
                    sheet.write_blank(at, col, &look.text)?;
                }
            }
        }
        sheet.set_row_height_pixels(at, look::height_px(lines))?;
    }
    let last = HEADER + u32::try_from(rows.rows.len()).unwrap_or(0);
    let wide = u16::try_from(register.columns.len()).unwrap_or(1);
    sheet.autofilter(HEADER, 0, last, wide - 1)?;
    sheet.set_freeze_panes(HEADER + 1, 0)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_repeat_rows(HEADER, HEADER)?
        .set_print_fit_to_pages(pages_wide(register), 0);
    if pages_wide(register) > 1 {
        // On each page whose row it is.
        sheet.set_repeat_columns(0, 1)?;
    }
    sheet.set_margins(0.4, 0.4, 0.5, 0.5, 0.2, 0.2);
    sheet.set_footer(format!(
        "&L{}&R&P / &N",
        cells::clean(head.scope, 20).replace('&', "&&")
    ));
    sheet.set_screen_gridlines(false);
    Ok(())
}
