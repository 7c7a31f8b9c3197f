//! The list as a workbook: a first sheet for the morning, one sheet a caller, drop-downs to fill in.
//!
//! Every text goes in by `write_string`, so that no name, plate or note can become a formula, and
//! phones keep their digits. The same list gives the same bytes: the only date in the file's
//! properties comes from the scores.

use std::sync::Arc;

use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::follow_up::{CallList, CallRow, cells};
use crate::i18n::text;
use crate::types::{Error, Lang, Result};

mod caller;
mod look;
mod options;
mod register;
mod today;

pub use register::{MOST_ROWS, RegisterHead, registers_workbook};
pub(super) use today::age;

/// Header of the hidden column with the task ids, in every language.
pub const TASK_COLUMN: &str = "task_id";
/// First cell of the hidden sheet, by which reading a filled list knows its own.
pub const MARK: &str = "retain-call-list-1";

/// One caller's part of the list.
struct CallerSheet<'a> {
    /// Name as it is read.
    name: String,
    /// Name that Excel takes.
    sheet: String,
    rows: Vec<&'a CallRow>,
    withheld: usize,
    over: usize,
}

impl CallerSheet<'_> {
    /// Rows whose time is up on the calling day.
    fn must(&self, list: &CallList) -> usize {
        self.rows
            .iter()
            .filter(|r| r.due_on <= list.calling_day)
            .count()
    }

    /// Yuan a year at stake.
    fn value(&self) -> f64 {
        self.rows.iter().filter_map(|r| r.value_at_stake).sum()
    }
}

/// The workbook's bytes.
///
/// # Errors
/// When the workbook cannot be written, as with more rows than a sheet holds.
pub fn workbook(list: &CallList, lang: Lang) -> Result<Vec<u8>> {
    write(list, lang).map_err(Error::internal)
}

fn write(list: &CallList, lang: Lang) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = text(
        lang,
        "list-properties-title",
        &[("day", &list.calling_day.to_string())],
    );
    let created = ExcelDateTime::parse_from_str(&list.as_of.to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(title)
            .set_company(cells::clean(&list.department, 80))
            .set_creation_datetime(&created),
    );
    let look = look::Look::new(lang);
    let callers = caller_sheets(list, lang);
    today::write(book.add_worksheet(), list, &callers, lang, &look)?;
    let mut taken: Vec<String> = callers.iter().map(|c| c.sheet.clone()).collect();
    taken.push(text(lang, "list-today", &[]));
    taken.push(text(lang, "list-options", &[]));
    let mut parts: Vec<CallerSheet<'_>> = Vec::new();
    for part in callers.into_iter().filter(|c| !c.rows.is_empty()) {
        if list.by_list {
            parts.extend(by_list(&part, &mut taken, lang));
        } else {
            parts.push(part);
        }
    }
    // Each sheet by itself; they are bound in their order.
    let sheets: Vec<Worksheet> = parts
        .par_iter()
        .map(|part| {
            let mut sheet = Worksheet::new();
            caller::write(&mut sheet, list, part, lang, &look).map(|()| sheet)
        })
        .collect::<std::result::Result<_, XlsxError>>()?;
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    options::write(book.add_worksheet(), list, lang)?;
    // Somebody waits for it: at half the effort it is a seventh larger.
    book.set_zip_compression_level(3);
    book.save_to_buffer()
}

/// The callers in the order of the list's own, each with a name that Excel takes.
fn caller_sheets(list: &CallList, lang: Lang) -> Vec<CallerSheet<'_>> {
    let mut taken = vec![
        text(lang, "list-today", &[]),
        text(lang, "list-options", &[]),
    ];
    list.callers()
        .into_iter()
        .map(|who| {
            let name = cells::caller(lang, who);
            let sheet = sheet_name(&name, &taken);
            taken.push(sheet.clone());
            CallerSheet {
                rows: list
                    .rows
                    .iter()
                    .filter(|r| r.caller.as_deref() == who)
                    .collect(),
                withheld: list
                    .withheld
                    .iter()
                    .filter(|w| w.caller.as_deref() == who)
                    .count(),
                over: list
                    .over_capacity
                    .get(&who.map(Arc::from))
                    .copied()
                    .unwrap_or(0),
                name,
                sheet,
            }
        })
        .collect()
}

/// One caller's part, cut by the list that each row stands on; a customer with vehicles on several is on several.
fn by_list<'a>(
    part: &CallerSheet<'a>,
    taken: &mut Vec<String>,
    lang: Lang,
) -> Vec<CallerSheet<'a>> {
    let mut sheets: Vec<(&str, CallerSheet<'a>)> = Vec::new();
    for row in &part.rows {
        let id: &str = &row.rule.id;
        if let Some((_, sheet)) = sheets.iter_mut().find(|(known, _)| *known == id) {
            sheet.rows.push(row);
            continue;
        }
        let name = format!("{} · {}", part.name, row.rule.name(lang));
        let sheet = sheet_name(&format!("{} {}", part.name, row.rule.name(lang)), taken);
        taken.push(sheet.clone());
        sheets.push((
            id,
            CallerSheet {
                name,
                sheet,
                rows: vec![row],
                withheld: 0,
                over: 0,
            },
        ));
    }
    sheets.into_iter().map(|(_, sheet)| sheet).collect()
}

/// A sheet name that Excel takes: at most 31 UTF-16 units, none of `[]:*?/\`, no apostrophe at either
/// end, not "History", and unlike all others whatever the case.
fn sheet_name(name: &str, taken: &[String]) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    let plain = plain.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let plain = if plain.is_empty() { "-" } else { plain };
    let is_taken = |candidate: &str| {
        candidate.eq_ignore_ascii_case("history")
            || taken
                .iter()
                .any(|t| t.to_lowercase() == candidate.to_lowercase())
    };
    (1..)
        .map(|n| {
            let suffix = if n == 1 {
                String::new()
            } else {
                format!(" {n}")
            };
            let short = cut(plain, 31 - suffix.len());
            format!(
                "{}{suffix}",
                short.trim_end_matches(|c: char| c == '\'' || c.is_whitespace())
            )
        })
        .find(|candidate| !is_taken(candidate))
        .unwrap_or_default()
}

/// The beginning of a text, in UTF-16 units.
fn cut(text: &str, units: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= units
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_ones_that_excel_takes() {
        let taken = vec!["今日".to_owned(), "Li Wei".to_owned()];
        assert_eq!(sheet_name("[王]:*?/\\", &taken), "王");
        assert_eq!(sheet_name("li wei", &taken), "li wei 2");
        assert_eq!(sheet_name("今日", &taken), "今日 2");
        assert_eq!(sheet_name("'''", &taken), "-");
        assert_eq!(sheet_name("History", &taken), "History 2");
        let long = sheet_name(&"欧".repeat(50), &taken);
        assert_eq!(long.chars().count(), 31);
        assert_eq!(sheet_name(&"欧".repeat(50), &[long]).chars().count(), 31);
        assert!(sheet_name(&"🚗".repeat(20), &taken).encode_utf16().count() <= 31);
    }
}
