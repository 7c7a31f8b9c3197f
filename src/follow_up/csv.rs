//! The list as CSV, for those who load it elsewhere. The workbook is the default: Excel shows a phone
//! number in a CSV as it pleases.

use std::fmt::Write;

use crate::follow_up::more::{self, More};
use crate::follow_up::registers::Register;
use crate::follow_up::{CallList, cells};
use crate::i18n::text;
use crate::table::Table;
use crate::types::Lang;

/// Columns of the file, in order; the empty ones are to be filled in, as in the workbook.
const COLUMNS: &[&str] = &[
    "caller",
    "no",
    "band",
    "customer",
    "phone",
    "car",
    "why",
    "opening",
    "talk",
    "due",
    "booking",
    "value",
    "channel",
    "result",
    "outcome",
    "promise",
    "lost_reason",
    "note",
    "opt_out",
];

/// The whole list as CSV: every cell quoted, texts that a spreadsheet would take for a formula
/// disarmed by a leading apostrophe, numbers untouched. Chinese files begin with a byte order mark,
/// without which Excel reads them as GBK. After the columns of the workbook's caller come those that it
/// shows on the right, then the key of the task.
#[must_use]
pub fn csv(list: &CallList, lang: Lang) -> String {
    let mut out = String::new();
    if lang == Lang::Zh {
        out.push('\u{feff}');
    }
    let mut head: Vec<String> = COLUMNS
        .iter()
        .copied()
        .chain(more::COLUMNS.iter().map(|c| c.key))
        .map(|c| quoted(&cells::header(list, lang, c)))
        .collect();
    head.push(quoted("task_id"));
    push_line(&mut out, &head);
    for (i, row) in list.rows.iter().enumerate() {
        let value = row
            .value_at_stake
            .map_or(String::new(), |v| format!("{v:.0}"));
        let fill = || quoted("");
        let mut cells = vec![
            safe(&cells::caller(lang, row.caller.as_deref())),
            quoted(&(i + 1).to_string()),
            safe(&text(lang, &row.band.key(), &[])),
            safe(&cells::customer(lang, row)),
            safe(&cells::phone(lang, row)),
            safe(&cells::car(lang, row)),
            safe(&cells::why(lang, row)),
            safe(&cells::opening(lang, list, row)),
            safe(&cells::talk(list, lang, row)),
            quoted(&row.due_on.to_string()),
            safe(&cells::booking(lang, row)),
            quoted(&value),
            safe(&cells::channel(lang, row)),
            fill(),
            fill(),
            fill(),
            fill(),
            fill(),
            fill(),
        ];
        cells.extend(
            more::COLUMNS
                .iter()
                .map(|c| cell(&c.value(lang, list, row))),
        );
        cells.push(quoted(&row.task_id));
        push_line(&mut out, &cells);
    }
    out
}

/// A register as CSV, in the form of the list.
#[must_use]
pub fn register_csv(register: &Register, rows: &Table, lang: Lang) -> String {
    let mut out = String::new();
    if lang == Lang::Zh {
        out.push('\u{feff}');
    }
    let head: Vec<String> = register
        .columns
        .iter()
        .map(|c| quoted(&c.label(lang)))
        .collect();
    push_line(&mut out, &head);
    for row in rows.records() {
        let cells: Vec<String> = register
            .columns
            .iter()
            .map(|c| cell(&c.value(lang, &row)))
            .collect();
        push_line(&mut out, &cells);
    }
    out
}

/// A cell of a file that is to be read by a program and not to be looked at: quoted, on one line, as it stands.
#[must_use]
pub fn plain(cell: &str) -> String {
    quoted(&cell.replace(['\n', '\r'], " "))
}

fn cell(value: &More) -> String {
    match value {
        More::Text(text) => safe(text),
        other => quoted(&more::in_words(other)),
    }
}

fn push_line(out: &mut String, cells: &[String]) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{}\r\n", cells.join(","));
}

/// True for a text that some spreadsheet takes for a formula, in whatever width its sign is written.
#[must_use]
pub fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A text cell on one line; what would begin a formula in some spreadsheet is kept from doing so.
fn safe(cell: &str) -> String {
    let line = cell.replace('\n', " · ");
    if begins_formula(&line) {
        quoted(&format!("'{line}"))
    } else {
        quoted(&line)
    }
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_disarmed_and_quotes_are_doubled() {
        for hostile in ["=1+1", "+86 138", "-2", "@cmd", "\tx", "\rx", "＝1"] {
            assert!(safe(hostile).starts_with("\"'"), "{hostile}");
        }
        assert_eq!(safe("王伟 \"老王\"\n忠诚"), "\"王伟 \"\"老王\"\" · 忠诚\"");
        // Numbers stay numbers.
        assert_eq!(quoted("-2"), "\"-2\"");
    }
}
