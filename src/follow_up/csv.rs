//! The list as CSV, for those who load it elsewhere. The workbook is the default: Excel shows a phone
//! number in a CSV as it pleases.

use std::borrow::Cow;
use std::fmt::Write;

use crate::follow_up::more::{self, More};
use crate::follow_up::record::fields::DAY_COLUMN;
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
/// [disarmed], numbers untouched. Chinese files begin with a byte order mark,
/// without which Excel reads them as GBK. After the columns of the workbook's caller come those that it
/// shows on the right, then the key of the task, the day of the list and the day up to which the data go.
#[must_use]
pub fn csv(list: &CallList, lang: Lang) -> String {
    let mut out = String::new();
    if lang == Lang::Zh {
        out.push('\u{feff}');
    }
    let mut head: Vec<String> = COLUMNS
        .iter()
        .copied()
        .chain(more_columns().map(|c| c.key))
        .map(|c| quoted(&cells::header(list, lang, c)))
        .collect();
    head.extend(["task_id", DAY_COLUMN, "data_until"].map(quoted));
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
        cells.extend(more_columns().map(|c| cell(&c.value(lang, list, row))));
        cells.push(quoted(&row.task_id));
        cells.push(quoted(&list.calling_day.to_string()));
        cells.push(quoted(&list.as_of.to_string()));
        push_line(&mut out, &cells);
    }
    out
}

/// What the workbook shows on the right, but for what stands among its first columns already.
fn more_columns() -> impl Iterator<Item = &'static more::Column> {
    more::COLUMNS.iter().filter(|c| !COLUMNS.contains(&c.key))
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
    text.starts_with(SIGNS)
}

/// Signs that begin a formula.
const SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// Where a program with other separators than ours begins a new cell: a semicolon, as in most of Europe, a tab, a line
/// end. Our quotes do not keep it from that, since where it looks for them there are none.
const BREAKS: [char; 3] = [';', '\t', '\n'];

/// A text with an apostrophe before all that some spreadsheet would take for the beginning of a formula: at its own
/// beginning, and where it would be cut in two, with or without a quote there.
#[must_use]
pub fn disarmed(text: &str) -> Cow<'_, str> {
    if !begins_formula(text) && !text.contains(BREAKS) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    let (mut at_start, mut after_break) = (true, false);
    for c in text.chars() {
        if (at_start || after_break) && SIGNS.contains(&c) {
            out.push('\'');
        }
        out.push(c);
        after_break = BREAKS.contains(&c) || (after_break && c == '"');
        at_start = false;
    }
    Cow::Owned(out)
}

/// A text cell on one line; what would begin a formula in some spreadsheet is kept from doing so.
fn safe(cell: &str) -> String {
    quoted(&disarmed(&cell.replace('\n', " · ")))
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of a customer is whole in a cell of ours, and two cells for a program that cuts at semicolons.
    #[test]
    fn what_other_separators_would_make_a_formula_is_disarmed_too() {
        for (name, shown) in [
            (";=1+1", ";'=1+1"),
            ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
            ("x;\"=1+1\"", "x;\"'=1+1\""),
            ("=1;+2\t-3\n@4", "'=1;'+2\t'-3\n'@4"),
            (";;＝1", ";;'＝1"),
        ] {
            assert_eq!(disarmed(name), shown);
        }
        // What nobody cuts, or takes for a formula, stays as it is.
        for text in ["a-b; c=d", "1,-", "x\"=1", "王伟；=1", "a;b;1-2", ""] {
            assert_eq!(disarmed(text), text);
        }
    }

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
