//! From the sheets of a workbook to answers: finds the tables, reads each row, gathers what cannot be understood.

use chrono::{Days, NaiveDate};

use super::Answer;
use super::fields::{FILLED_IN, Field, columns};
use crate::columns::{Synonyms, flag};
use crate::follow_up::lost_reasons::lost_reason_code;
use crate::follow_up::outcomes::{outcome_code, result_code};
use crate::follow_up::workbook::MARK;
use crate::import::{FilledBook, FilledSheet, day};
use crate::types::{Error, Result};

/// Rows in which a header may stand: titles and blank rows may be above it.
const HEADER_ROWS: usize = 30;
/// Days ahead that a promise may lie.
const PROMISE_DAYS: u64 = 366;
/// Characters of a word that a slip shows.
const SHOWN: usize = 30;

/// How a customer was reached, as the list and people name it.
static CHANNELS: Synonyms = Synonyms(&[
    ("phone", &["电话", "来电", "call"]),
    ("wechat", &["微信", "企业微信", "WeChat", "企微"]),
    ("sms", &["短信"]),
    ("letter", &["信函", "信件", "邮寄"]),
    ("visit", &["上门", "到店", "面谈"]),
]);

/// A row with something filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Sheet on which it stands.
    pub sheet: String,
    /// Row number, from 1.
    pub row: u64,
    /// The task that it answers; `None`: a row that somebody added.
    pub task_id: Option<String>,
    /// First line of the vehicle's cell, by which an added row is told.
    pub car: Option<String>,
    /// Number of an added row.
    pub phone: Option<String>,
    /// The day that its list was made for: files of several days are put together.
    pub calling_day: Option<NaiveDate>,
    /// What was filled in. Where the row has a slip, the refusal of marketing alone.
    pub answer: Answer,
    /// The number is somebody else's.
    pub wrong_number: bool,
    /// False where something in the row was not understood: then it waits to be mended and sent again.
    pub understood: bool,
}

/// Something that cannot be understood, or not be done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Slip {
    /// Sheet.
    pub sheet: String,
    /// Row number, from 1.
    pub row: u64,
    /// Header of the column.
    pub column: String,
    /// What is wrong: the suffix of the message `record-slip-…`.
    pub reason: &'static str,
    /// The words at fault, short; none where they name a person.
    pub value: String,
}

/// What a workbook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The day that the list was made for, where the workbook still says it.
    pub calling_day: Option<NaiveDate>,
    /// Rows of tasks, filled in or not.
    pub rows: usize,
    /// Rows of tasks with nothing filled in.
    pub blank: usize,
    /// Rows with something filled in, in the order of the sheets.
    pub filled: Vec<Row>,
    /// What cannot be understood.
    pub slips: Vec<Slip>,
}

/// Reads a returned list. `today` is the day of recording, which no contact lies after; without it every order of days
/// is taken.
///
/// # Errors
/// When no sheet is one that a list was sent out on, or the list was made by a later version.
pub fn read(book: &FilledBook, today: Option<NaiveDate>) -> Result<Filled> {
    let mut out = Filled::default();
    let first_cell = |sheet: &FilledSheet| sheet.rows.first().and_then(|(_, c)| c.first().cloned());
    for sheet in &book.sheets {
        let Some(mark) = first_cell(sheet).filter(|c| c.starts_with("retain-call-list-")) else {
            continue;
        };
        if mark.trim() != MARK {
            return Err(Error::data("record-newer").with("file", &book.file));
        }
        out.calling_day = sheet
            .rows
            .get(1)
            .and_then(|(_, cells)| cells.first())
            .and_then(|cell| day(cell).ok().flatten());
    }
    let mut tables = 0;
    for sheet in &book.sheets {
        let header = sheet.rows.iter().take(HEADER_ROWS).position(|(_, cells)| {
            let found = columns(cells);
            let has = |field: &Field| found.iter().any(|(f, ..)| f == field);
            has(&Field::Task) && FILLED_IN.iter().any(has)
        });
        if let Some(at) = header {
            tables += 1;
            let columns = columns(&sheet.rows[at].1);
            if out.calling_day.is_none() {
                let said = columns.iter().find(|(f, ..)| *f == Field::ListDay);
                out.calling_day = said.and_then(|(_, column, _)| {
                    let mut rows = sheet.rows[at + 1..].iter();
                    rows.find_map(|(_, cells)| day(cells.get(*column)?).ok().flatten())
                });
            }
            let table = Table {
                sheet: &sheet.name,
                columns,
                calling_day: out.calling_day,
                today,
            };
            for (number, cells) in &sheet.rows[at + 1..] {
                table.row(*number, cells, &mut out);
            }
        }
    }
    if tables == 0 {
        return Err(Error::data("record-foreign").with("file", &book.file));
    }
    Ok(out)
}

/// A list that named nobody: it has our mark, and beside the marked sheet, which holds the answers to choose from, no
/// column that could have been filled in.
#[must_use]
pub fn named_nobody(book: &FilledBook) -> bool {
    let is_marked = |sheet: &FilledSheet| {
        let first = sheet.rows.first().and_then(|(_, cells)| cells.first());
        first.is_some_and(|cell| cell.trim() == MARK)
    };
    let asks = |sheet: &FilledSheet| {
        sheet.rows.iter().take(HEADER_ROWS).any(|(_, cells)| {
            let found = columns(cells);
            FILLED_IN.iter().any(|f| found.iter().any(|(g, ..)| f == g))
        })
    };
    let (marked, others): (Vec<_>, Vec<_>) = book.sheets.iter().partition(|s| is_marked(s));
    !marked.is_empty() && !others.into_iter().any(asks)
}

/// A table on a sheet.
struct Table<'a> {
    sheet: &'a str,
    columns: Vec<(Field, usize, String)>,
    /// The day that the list was made for, where the row does not say.
    calling_day: Option<NaiveDate>,
    today: Option<NaiveDate>,
}

impl Table<'_> {
    fn cell(&self, cells: &[String], field: Field) -> Option<(String, &str)> {
        let (_, at, header) = self.columns.iter().find(|(f, ..)| *f == field)?;
        let text = clean(cells.get(*at)?);
        (!text.is_empty()).then_some((text, header.as_str()))
    }

    fn row(&self, number: u64, cells: &[String], out: &mut Filled) {
        let text = |field| self.cell(cells, field).map(|(t, _)| t);
        let task_id = text(Field::Task).map(|t| t.trim_start_matches('\'').to_lowercase());
        let filled_in = FILLED_IN.iter().any(|f| text(*f).is_some());
        if task_id.is_some() {
            out.rows += 1;
            if !filled_in {
                out.blank += 1;
            }
        }
        if !filled_in {
            return;
        }
        let mut slips = Vec::new();
        let mut slip = |column: &str, reason: &'static str, value: &str| {
            slips.push(Slip {
                sheet: self.sheet.to_owned(),
                row: number,
                column: column.to_owned(),
                reason,
                value: value.chars().take(SHOWN).collect(),
            });
        };
        let mut answer = Answer {
            note: text(Field::Note),
            staff: text(Field::Staff),
            ..Answer::default()
        };
        if let Some((word, header)) = self.cell(cells, Field::ContactedOn) {
            match day(&word) {
                Ok(on) if on.zip(self.today).is_none_or(|(on, today)| on <= today) => {
                    answer.contacted_on = on;
                }
                Ok(_) => slip(header, "contact-ahead", &word),
                Err(_) => slip(header, "date", &word),
            }
        }
        let said = text(Field::ListDay).and_then(|word| day(&word).ok().flatten());
        let calling_day = said.or(self.calling_day);
        let contacted = self.today.map(|today| {
            let asked = calling_day.unwrap_or(today).min(today);
            answer.contacted_on.unwrap_or(asked)
        });
        if let Some((word, header)) = self.cell(cells, Field::Promise) {
            let last = contacted.and_then(|day| day.checked_add_days(Days::new(PROMISE_DAYS)));
            match day(&word) {
                Ok(None) => {}
                Ok(Some(on)) if contacted.is_some_and(|day| on < day) => {
                    slip(header, "promise-past", &word)
                }
                Ok(Some(on)) if last.is_some_and(|last| on > last) => {
                    slip(header, "promise-far", &word);
                }
                Ok(on) => answer.next_on = on,
                Err(_) => slip(header, "date", &word),
            }
        }
        let mut result = None;
        if let Some((word, header)) = self.cell(cells, Field::Result) {
            result = result_code(&word);
            if result.is_none() {
                slip(header, "result", &word);
            }
        }
        if let Some((word, header)) = self.cell(cells, Field::Outcome) {
            match outcome_code(&word) {
                None => slip(header, "outcome", &word),
                Some((l1, _)) if result.is_some_and(|r| r != l1) => slip(header, "disagree", &word),
                Some((l1, l2)) => {
                    result = Some(l1);
                    answer.result_l2 = Some(l2.to_owned());
                }
            }
        }
        answer.result_l1 = result.map(str::to_owned);
        if let Some((word, header)) = self.cell(cells, Field::LostReason) {
            match lost_reason_code(&word) {
                Some(code) => answer.lost_reason = Some(code.to_owned()),
                None => slip(header, "lost-reason", &word),
            }
        }
        if let Some((word, header)) = self.cell(cells, Field::Channel) {
            match CHANNELS.meaning(&word) {
                Some(code) => answer.channel = Some(code.to_owned()),
                None => slip(header, "channel", &word),
            }
        }
        let mut yes = |field| {
            let (word, header) = self.cell(cells, field)?;
            let said = flag(&word);
            if said.is_none() {
                slip(header, "yes-no", &word);
            }
            // Only a clear no is none: whoever writes anything else there means yes.
            Some((said != Some(false), said.is_some()))
        };
        answer.opt_out = yes(Field::OptOut).is_some_and(|(yes, _)| yes);
        let wrong_number = yes(Field::WrongNumber) == Some((true, true));
        let car_sold = yes(Field::CarSold) == Some((true, true));
        if wrong_number && answer.result_l1.is_none() {
            (answer.result_l1, answer.result_l2) =
                (Some("failed".to_owned()), Some("wrong_number".to_owned()));
        }
        if car_sold && answer.result_l1.is_none() {
            (answer.result_l1, answer.result_l2) = (
                Some("invalid".to_owned()),
                Some("car_transferred".to_owned()),
            );
        }
        if car_sold && answer.lost_reason.is_none() {
            answer.lost_reason = Some("car_sold".to_owned());
        }
        let understood = slips.is_empty();
        out.slips.append(&mut slips);
        if !understood {
            answer = Answer {
                opt_out: answer.opt_out,
                ..Answer::default()
            };
        }
        let wrong_number =
            understood && (wrong_number || answer.result_l2.as_deref() == Some("wrong_number"));
        if understood && answer.is_blank() {
            // A clear no in a yes-or-no column alone.
            if task_id.is_some() {
                out.blank += 1;
            }
            return;
        }
        out.filled.push(Row {
            sheet: self.sheet.to_owned(),
            row: number,
            task_id,
            car: text(Field::Car).map(|t| t.split(' ').next().unwrap_or_default().to_owned()),
            phone: text(Field::Phone),
            calling_day,
            answer,
            wrong_number,
            understood,
        });
    }
}

/// One line without control characters; what is typed for nothing counts as nothing.
fn clean(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = line.trim();
    if matches!(line, "-" | "--" | "—" | "/") {
        String::new()
    } else {
        line.to_owned()
    }
}
