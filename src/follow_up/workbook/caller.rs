//! One caller's sheet: the locked left half says whom, why and how; the yellow right half is filled in.

use chrono::Months;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, ProtectionOptions,
    Worksheet, XlsxError,
};

use crate::follow_up::more::{self, More};
use crate::follow_up::workbook::look::{self, Look};
use crate::follow_up::workbook::{CallerSheet, TASK_COLUMN, options};
use crate::follow_up::{CallList, CallRow, cells};
use crate::i18n::text;
use crate::types::Lang;

/// Columns with their width in pixels: together they fit a screen of 1366 px; what may be looked up stands beyond.
const COLUMNS: &[(&str, u16)] = &[
    ("no", 28),
    ("band", 58),
    ("customer", 70),
    ("phone", 82),
    ("car", 88),
    ("why", 156),
    ("opening", 168),
    ("talk", 144),
    ("due", 44),
    ("booking", 54),
    ("channel", 48),
    ("result", 54),
    ("outcome", 78),
    ("promise", 72),
    ("lost_reason", 58),
    ("note", 72),
    ("opt_out", 62),
];
/// Columns that are filled in from a list.
const CHOSEN: &[&str] = &["channel", "result", "outcome", "lost_reason", "opt_out"];
/// Columns that are read; those after them are filled in.
const READ: u16 = 10;
/// The first of the columns on the right, to be looked up.
const MORE: u16 = 17;
/// Row of the column headers; the rows above say whose list it is and how old the data is.
const HEADER: u32 = 2;
/// Columns that stay in sight when scrolling sideways.
const FROZEN: u16 = 4;

pub(super) fn write(
    sheet: &mut Worksheet,
    list: &CallList,
    part: &CallerSheet<'_>,
    lang: Lang,
    look: &Look,
) -> Result<(), XlsxError> {
    sheet.set_name(&part.sheet)?;
    head(sheet, list, part, lang, look)?;
    for (i, row) in (0u32..).zip(&part.rows) {
        line(sheet, list, row, i, lang, look)?;
    }
    let last = HEADER + u32::try_from(part.rows.len()).unwrap_or(u32::MAX - HEADER);
    validate(sheet, list, last, lang)?;
    sheet.autofilter(HEADER, 0, last, task_column())?;
    sheet.set_freeze_panes(HEADER + 1, FROZEN)?;
    sheet.set_selection(HEADER + 1, READ, HEADER + 1, READ)?;
    sheet.protect_with_options(&ProtectionOptions {
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    });
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.3, 0.3, 0.4, 0.5, 0.2, 0.2);
    sheet.set_repeat_rows(0, HEADER)?;
    sheet.set_print_area(0, 0, last, MORE - 1)?;
    sheet.set_footer(format!(
        "&L&8{}&R&8{}",
        part.name.replace('&', "&&"),
        text(lang, "list-footer", &[])
    ));
    sheet.set_screen_gridlines(false);
    Ok(())
}

fn head(
    sheet: &mut Worksheet,
    list: &CallList,
    part: &CallerSheet<'_>,
    lang: Lang,
    look: &Look,
) -> Result<(), XlsxError> {
    let (rows, must) = (part.rows.len().to_string(), part.must(list).to_string());
    let title = text(
        lang,
        "list-sheet-title",
        &[("caller", &part.name), ("rows", &rows), ("must", &must)],
    );
    sheet.write_string_with_format(0, 0, title, &look.heading)?;
    sheet.write_string_with_format(1, 0, super::today::age(list, lang), &look.note)?;
    sheet.set_row_height_pixels(0, 24)?;
    sheet.set_row_height_pixels(1, 20)?;
    sheet.set_row_height_pixels(HEADER, 38)?;
    for (col, (key, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width_pixels(col, u32::from(*width))?;
        let format = if col < READ {
            &look.head
        } else {
            &look.head_fill
        };
        let name = cells::header(list, lang, key);
        // The mark says that a list opens; Excel shows its own arrow only on the chosen cell.
        let name = if CHOSEN.contains(key) {
            format!("{name} ▾")
        } else {
            name
        };
        sheet.write_string_with_format(HEADER, col, name, format)?;
    }
    for (col, column) in (MORE..).zip(more::COLUMNS) {
        sheet.set_column_width_pixels(col, u32::from(column.width))?;
        let name = cells::header(list, lang, column.key);
        sheet.write_string_with_format(HEADER, col, name, &look.head_more)?;
    }
    sheet.write_string_with_format(HEADER, task_column(), TASK_COLUMN, &look.head)?;
    sheet.set_column_hidden(task_column())?;
    Ok(())
}

/// The hidden column of task ids, the last one.
fn task_column() -> u16 {
    MORE + u16::try_from(more::COLUMNS.len()).unwrap_or(0)
}

fn line(
    sheet: &mut Worksheet,
    list: &CallList,
    row: &CallRow,
    index: u32,
    lang: Lang,
    look: &Look,
) -> Result<(), XlsxError> {
    let r = HEADER + 1 + index;
    let band = text(lang, &row.band.key(), &[]);
    let texts = [
        (1, band, look.band(row.band)),
        (2, cells::customer(lang, row), &look.strong),
        (3, cells::phone(lang, row), &look.strong),
        (4, cells::car(lang, row), &look.text),
        (5, cells::why(lang, row), &look.text),
        (6, cells::opening(lang, list, row), &look.text),
        (7, cells::talk(list, lang, row), &look.text),
        (9, cells::booking(lang, row), &look.text),
    ];
    sheet.write_number_with_format(r, 0, f64::from(index + 1), &look.center)?;
    let mut lines = 1;
    for (col, value, format) in texts {
        let width = COLUMNS.get(usize::from(col)).map_or(60, |c| c.1);
        lines = lines.max(look::lines(&value, width));
        sheet.write_string_with_format(r, col, value, format)?;
    }
    let now = row.due_on <= list.calling_day;
    sheet.write_date_with_format(
        r,
        8,
        row.due_on,
        if now { &look.day_now } else { &look.day },
    )?;
    let channel = cells::channel(lang, row);
    sheet.write_string_with_format(r, READ, channel, &look.fill_text)?;
    for col in READ + 1..MORE {
        let format = if col == 13 {
            &look.fill_date
        } else {
            &look.fill_text
        };
        sheet.write_blank(r, col, format)?;
    }
    for (col, column) in (MORE..).zip(more::COLUMNS) {
        match column.value(lang, list, row) {
            More::Text(text) => {
                lines = lines.max(look::lines(&text, column.width));
                sheet.write_string_with_format(r, col, text, &look.text)?;
            }
            More::Number(n, 0) => {
                sheet.write_number_with_format(r, col, n, &look.figure)?;
            }
            More::Number(n, _) => {
                sheet.write_number_with_format(r, col, n, &look.share)?;
            }
            More::Day(day) => {
                sheet.write_date_with_format(r, col, day, &look.date)?;
            }
            More::Unknown => {
                sheet.write_blank(r, col, &look.text)?;
            }
        }
    }
    sheet.write_string(r, task_column(), &row.task_id)?;
    sheet.set_row_height_pixels(r, look::height_px(lines))?;
    Ok(())
}

/// What may be entered: results and their details from the hidden sheet, dates from the calling day
/// to a year on, "yes" or nothing.
fn validate(
    sheet: &mut Worksheet,
    list: &CallList,
    last: u32,
    lang: Lang,
) -> Result<(), XlsxError> {
    let first = HEADER + 1;
    let from = ExcelDateTime::parse_from_str(&list.calling_day.to_string())?;
    let until = list
        .calling_day
        .checked_add_months(Months::new(12))
        .unwrap_or(list.calling_day);
    let until = ExcelDateTime::parse_from_str(&until.to_string())?;
    let dates = DataValidation::new()
        .allow_date(DataValidationRule::Between(from, until))
        .set_error_message(text(lang, "list-fill-date-error", &[]))?;
    let result_cell = format!("$L{}", first + 1);
    // The second level only warns: an unusual word is better than none.
    let outcome =
        options::outcomes(lang, &result_cell)?.set_error_style(DataValidationErrorStyle::Warning);
    sheet.add_data_validation(first, READ, last, READ, &options::channels(lang)?)?;
    sheet.add_data_validation(first, 11, last, 11, &options::results(lang)?)?;
    sheet.add_data_validation(first, 12, last, 12, &outcome)?;
    sheet.add_data_validation(first, 13, last, 13, &dates)?;
    // A reason in one's own words is better than none.
    let reason = options::lost_reasons(lang)?.set_error_style(DataValidationErrorStyle::Warning);
    sheet.add_data_validation(first, 14, last, 14, &reason)?;
    sheet.add_data_validation(first, 16, last, 16, &options::yes(lang)?)?;
    Ok(())
}
