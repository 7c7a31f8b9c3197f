//! The list on paper: a sheet a caller, with room to write down by hand what came of each call. Its numbers are those of
//! the workbook of the same day, into which what was written is typed.

use super::paper::{Paper, PaperColumn, PaperSheet, PaperTable, Part, Turn};
use super::workbook::age;
use super::{CallList, CallRow, cells};
use crate::i18n::text;
use crate::types::Lang;

/// The sheets of a day.
#[must_use]
pub fn call_sheet(list: &CallList, lang: Lang) -> Paper {
    let shop = cells::clean(&list.department, 40);
    let day = list.calling_day.to_string();
    let mut sheets: Vec<PaperSheet> = list
        .callers()
        .into_iter()
        .filter_map(|caller| sheet(list, caller, lang))
        .collect();
    if sheets.is_empty() {
        sheets.push(PaperSheet {
            title: text(lang, "list-title", &[]),
            lines: vec![age(list, lang)],
            parts: vec![Part::Note(text(lang, "list-empty", &[]))],
        });
    }
    Paper {
        lang,
        title: text(lang, "sheet-title", &[("day", &day)]),
        department: shop,
        day: list.as_of,
        turn: Turn::Landscape,
        sheets,
    }
}

/// One caller's sheet; `None` without rows.
fn sheet(list: &CallList, caller: Option<&str>, lang: Lang) -> Option<PaperSheet> {
    let message = |id: &str| text(lang, id, &[]);
    let mut number = 0;
    let rows: Vec<Vec<String>> = list
        .rows
        .iter()
        .filter(|r| r.caller.as_deref() == caller)
        .map(|row| {
            number += 1;
            line(list, row, number, lang)
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let must = list
        .rows
        .iter()
        .filter(|r| r.caller.as_deref() == caller && r.due_on <= list.calling_day)
        .count();
    let name = cells::caller(lang, caller);
    let (count, must) = (rows.len().to_string(), must.to_string());
    let columns = vec![
        PaperColumn::figures(message("list-col-no"), 3.0),
        PaperColumn::words(message("sheet-col-who"), 15.0),
        PaperColumn::words(message("list-col-car"), 12.0),
        PaperColumn::words(message("list-col-why"), 20.0),
        PaperColumn::words(message("sheet-col-say"), 26.0),
        PaperColumn::words(message("list-col-due"), 8.0),
        PaperColumn::words(message("sheet-col-fill"), 30.0),
    ];
    Some(PaperSheet {
        title: text(
            lang,
            "sheet-caller",
            &[("name", &name), ("day", &list.calling_day.to_string())],
        ),
        lines: vec![
            text(lang, "sheet-count", &[("rows", &count), ("must", &must)]),
            age(list, lang),
            message("sheet-howto"),
        ],
        parts: vec![Part::Table(PaperTable {
            title: String::new(),
            columns,
            rows,
            empty: String::new(),
        })],
    })
}

fn line(list: &CallList, row: &CallRow, number: usize, lang: Lang) -> Vec<String> {
    let band = text(lang, &row.band.key(), &[]);
    vec![
        number.to_string(),
        format!(
            "{}\n{}\n{band}",
            cells::customer(lang, row),
            cells::phone(lang, row)
        ),
        cells::car(lang, row),
        cells::why(lang, row),
        format!(
            "{}\n{}",
            cells::opening(lang, list, row),
            cells::talk(list, lang, row)
        ),
        row.due_on.format("%m-%d").to_string(),
        text(lang, "sheet-boxes", &[]),
    ]
}
