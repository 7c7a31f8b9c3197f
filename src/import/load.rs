//! From records of text to typed columns: every row loaded, or refused with line, column and reason.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow::record_batch::RecordBatch;
use chrono::{Days, Months, NaiveDate, NaiveDateTime};

use super::asides::{aside, is_total};
use super::bare::{bare, meant};
use super::columns_out::Columns;
use super::evidence::identifies;
use super::mapping::Layout;
use super::records::{Records, Texts};
use super::row::{Cell, Identity, Pairs};
use super::value::{self, Refusal};
use super::words::{OwnWords, Words};
use crate::columns::ValueType;
use crate::types::Result;

/// What reading a row needs to know besides the row.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The columns of the file.
    pub layout: Layout,
    /// Store where the file names none.
    pub store: String,
    /// Customer numbers are the same in every store.
    pub shared_numbers: bool,
    /// The day of import.
    pub today: NaiveDate,
    /// Minutes east of UTC of local time.
    pub zone_minutes: i32,
    /// The shop's own words for classes, payers, sources and the like.
    pub words: OwnWords,
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Record within the batch.
    pub record: usize,
    /// Line in the file.
    pub line: u64,
    /// Header of the column at fault, where it is one.
    pub column: Option<String>,
    /// Why.
    pub reason: Refusal,
    /// The value, masked.
    pub value: Option<String>,
}

/// A batch of records, read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Typed rows in the shape of the staging table.
    pub rows: Option<RecordBatch>,
    /// People named on orders.
    pub people: Option<RecordBatch>,
    /// Plates and VINs.
    pub vehicles: Option<RecordBatch>,
    /// Rows that were refused.
    pub refused: Vec<Refused>,
    /// Words that no synonym table knows: (column, word) and how often.
    pub unrecognised: BTreeMap<(String, String), u64>,
    /// Number of records read.
    pub records: u64,
}

impl Reading {
    /// Reads a batch. `pairs` is what other batches of the file said about vehicles.
    ///
    /// # Errors
    /// When Arrow refuses, which is a slip of ours.
    pub(super) fn load(&self, records: &Records, pairs: &Pairs) -> Result<Loaded> {
        let kind = self.layout.kind;
        let mut out = Columns::new(kind, records.len());
        let mut loaded = Loaded {
            records: records.len() as u64,
            ..Loaded::default()
        };
        let mut words = Words::default();
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(kind.columns.len());
        let texts = records.texts();
        for record in 0..records.len() {
            let line = records.lines[record];
            match self.read_row(
                &texts,
                record,
                &mut cells,
                &mut words,
                &mut loaded.unrecognised,
            ) {
                Ok(identity) => self.put(line, &identity, &cells, &mut out, pairs),
                Err((column, reason)) => {
                    let fields: Vec<&str> = (0..texts.width(record))
                        .map(|f| texts.field(record, f).unwrap_or_default())
                        .collect();
                    let (column, reason) = match aside(&fields, &self.layout.headers) {
                        Some(aside) => (None, aside),
                        None => (column, reason),
                    };
                    let value = column
                        .and_then(|c| self.layout.positions[c])
                        .map(|p| mask(&String::from_utf8_lossy(records.bytes(record, p))));
                    let column = column
                        .and_then(|c| self.layout.positions[c])
                        .map(|p| self.layout.headers[p].clone());
                    loaded.refused.push(Refused {
                        record,
                        line,
                        column,
                        reason,
                        value,
                    });
                }
            }
        }
        let (rows, people, vehicles) = out.finish()?;
        loaded.rows = rows;
        loaded.people = people;
        loaded.vehicles = vehicles;
        Ok(loaded)
    }

    fn read_row<'a>(
        &'a self,
        records: &Texts<'a>,
        record: usize,
        cells: &mut Vec<Cell<'a>>,
        known: &mut Words<'a>,
        unrecognised: &mut BTreeMap<(String, String), u64>,
    ) -> std::result::Result<Identity<'a>, (Option<usize>, Refusal)> {
        let layout = &self.layout;
        self.check_width(records, record)?;
        cells.clear();
        let mut identity = Identity {
            store: Cow::Borrowed(&self.store),
            ..Identity::default()
        };
        let mut words: Vec<(usize, String)> = Vec::new();
        for (i, column) in layout.kind.columns.iter().enumerate() {
            let Some(position) = layout.positions[i] else {
                cells.push(Cell::Nothing);
                continue;
            };
            let text = records
                .field(record, position)
                .map_err(|_| (Some(i), Refusal::NotUtf8))?;
            let text = bare(text);
            if text.is_empty() || value::is_not_available(text) {
                cells.push(Cell::Nothing);
                continue;
            }
            if value::has_no_result(text) {
                return Err((Some(i), Refusal::NoResult));
            }
            let cell = self
                .read_cell(i, text, &mut identity, known, &mut words)
                .map_err(|reason| (Some(i), reason))?;
            if (column.past_only
                || matches!(
                    column.value,
                    ValueType::Timestamp | ValueType::Date | ValueType::Month
                ))
                && let Cell::At(at) = &cell
            {
                self.check_day(at.date(), column.past_only)
                    .map_err(|reason| (Some(i), reason))?;
            }
            cells.push(cell);
        }
        self.check_required(cells, &identity)?;
        self.settle_keys(&mut identity);
        for (i, word) in words {
            *unrecognised
                .entry((layout.kind.columns[i].name.to_owned(), word))
                .or_default() += 1;
        }
        Ok(identity)
    }

    fn read_cell<'a>(
        &'a self,
        i: usize,
        text: &'a str,
        identity: &mut Identity<'a>,
        known: &mut Words<'a>,
        unrecognised: &mut Vec<(usize, String)>,
    ) -> std::result::Result<Cell<'a>, Refusal> {
        let number = |value: std::result::Result<Option<i128>, Refusal>, digits: u32| {
            value.and_then(|v| match v {
                Some(v) if v.unsigned_abs() >= 10u128.pow(digits) => Err(Refusal::TooLarge),
                Some(v) => Ok(Cell::Decimal(v)),
                None => Ok(Cell::Nothing),
            })
        };
        let whole = |value: std::result::Result<Option<i32>, Refusal>| {
            value.map(|v| v.map_or(Cell::Nothing, Cell::Int))
        };
        Ok(match self.layout.kind.columns[i].value {
            ValueType::Text => Cell::Text(match self.words.meaning(i, text) {
                Some(name) => Cow::Borrowed(name),
                None => clean(text),
            }),
            ValueType::Store => {
                identity.store = clean(text);
                Cell::Nothing
            }
            ValueType::CustomerNo => {
                if Words::is_placeholder(&self.layout.placeholders, text) {
                    identity.placeholder = true;
                } else {
                    identity.customer_no = Some(clean(text));
                }
                Cell::Nothing
            }
            ValueType::Phone => {
                identity.phones = value::phones(text);
                Cell::Nothing
            }
            ValueType::Plate => {
                identity.plate = value::plate(text);
                Cell::Nothing
            }
            ValueType::Vin => {
                identity.vin = value::vin(text);
                Cell::Nothing
            }
            ValueType::Timestamp | ValueType::Date | ValueType::Month
                if value::is_no_date(text) =>
            {
                Cell::Nothing
            }
            ValueType::Timestamp | ValueType::Date => Cell::At(value::timestamp(
                text,
                self.layout.date_order,
                self.zone_minutes,
            )?),
            ValueType::Month => Cell::At(month(text, self.layout.date_order)?),
            ValueType::Count => whole(value::count(text))?,
            ValueType::Km => whole(value::kilometres(text, self.layout.units[i]))?,
            ValueType::Money => number(value::money(text, self.layout.units[i]), 14)?,
            ValueType::Quantity => number(value::decimal(text, 3), 12)?,
            ValueType::Small => number(value::decimal(text, 2), 8)?,
            ValueType::Figure => number(value::decimal(text, 4), 18)?,
            ValueType::Flag => match known.flag(i, &self.words, text) {
                Some(yes) => Cell::Flag(yes),
                None => {
                    unrecognised.push((i, shown(text)));
                    Cell::Nothing
                }
            },
            ValueType::Word(words) => match known.meaning(i, words, &self.words, text) {
                Some(name) => Cell::Text(Cow::Borrowed(name)),
                None => {
                    unrecognised.push((i, shown(text)));
                    Cell::Text(Cow::Borrowed("unknown"))
                }
            },
        })
    }

    /// As many fields as the header has, but for blank ones at the end; and no row of sums.
    fn check_width(
        &self,
        records: &Texts<'_>,
        record: usize,
    ) -> std::result::Result<(), (Option<usize>, Refusal)> {
        let headers = &self.layout.headers;
        let width = records.width(record);
        let blank = |f: usize| records.field(record, f).is_ok_and(|t| t.trim().is_empty());
        let fits = if width < headers.len() {
            headers[width..].iter().all(String::is_empty)
        } else {
            (headers.len()..width).all(blank)
        };
        if !fits {
            return Err((None, Refusal::Width));
        }
        let first = (0..width).find(|f| !blank(*f));
        match first.map(|f| records.field(record, f)) {
            Some(Ok(text)) if is_total(bare(text)) => Err((None, Refusal::Total)),
            _ => Ok(()),
        }
    }

    /// A slip of the keyboard, or a date that cannot have happened yet.
    fn check_day(&self, day: NaiveDate, past_only: bool) -> std::result::Result<(), Refusal> {
        let earliest = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap_or_default();
        if past_only && day > self.today + Days::new(1) {
            return Err(Refusal::FutureDate);
        }
        if day < earliest || day > self.today + Months::new(15 * 12) {
            return Err(Refusal::DateOutOfRange);
        }
        Ok(())
    }

    fn check_required(
        &self,
        cells: &[Cell<'_>],
        identity: &Identity<'_>,
    ) -> std::result::Result<(), (Option<usize>, Refusal)> {
        for group in self.layout.kind.required {
            let filled = group.iter().any(|name| match *name {
                "vin" => identity.vin.is_some(),
                "plate" => identity.plate.is_some(),
                "customer_no" => {
                    identity.customer_no.is_some()
                        || identity.placeholder
                        || !identity.phones.is_empty()
                }
                "phone" => !identity.phones.is_empty(),
                other => self
                    .layout
                    .kind
                    .column(other)
                    .is_some_and(|(i, _)| !matches!(cells[i], Cell::Nothing)),
            });
            if !filled {
                let column = group
                    .iter()
                    .filter_map(|n| self.layout.kind.column(n))
                    .map(|(i, _)| i);
                let column = column
                    .into_iter()
                    .find(|i| self.layout.positions[*i].is_some());
                let reason = if group.contains(&"customer_no") {
                    Refusal::MissingKey
                } else {
                    Refusal::MissingValue
                };
                return Err((column, reason));
            }
        }
        Ok(())
    }
}

/// A month as its first day: `2025-10`, `2025年10月`, or any date in it.
fn month(text: &str, order: value::DateOrder) -> std::result::Result<NaiveDateTime, Refusal> {
    let at = value::timestamp(text, order, 0).or_else(|_| {
        let text = text.trim_end_matches('月').replace(['年', '/', '.'], "-");
        value::timestamp(&format!("{text}-01"), order, 0)
    })?;
    let day = at.date();
    Ok(day.with_day0_of_month().and_time(at.time()))
}

/// The first day of a date's month.
trait FirstDay {
    fn with_day0_of_month(self) -> NaiveDate;
}

impl FirstDay for NaiveDate {
    fn with_day0_of_month(self) -> NaiveDate {
        chrono::Datelike::with_day(&self, 1).unwrap_or(self)
    }
}

/// Text without characters that no system should show.
fn clean(text: &str) -> Cow<'_, str> {
    // Control characters are the bytes below the blank, DEL, and two-byte characters that begin with C2.
    let plain = |b: u8| b >= b' ' && b != 0x7f && b != 0xc2;
    if text.bytes().all(plain) || !text.contains(char::is_control) {
        Cow::Borrowed(text)
    } else {
        let text = meant(text);
        Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
    }
}

/// A number, or a date with or without its time of day; no phone, whatever stands between its digits.
fn is_figure(chars: &[char]) -> bool {
    let digits: String = chars.iter().filter(|c| c.is_ascii_digit()).collect();
    let plain = |c: &char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | ' ' | ',');
    let is_date = digits.len() <= 14 && (digits.starts_with("19") || digits.starts_with("20"));
    let is_number =
        digits.len() <= 10 && !chars.iter().skip(1).any(|c| matches!(c, '-' | '/' | ' '));
    chars.len() <= 24 && chars.iter().all(plain) && digits.len() != 11 && (is_date || is_number)
}

/// First and last character of a value, so that a person finds the cell without its content being repeated.
#[must_use]
pub fn mask(value: &str) -> String {
    let chars: Vec<char> = value.trim().chars().filter(|c| !c.is_control()).collect();
    match chars.as_slice() {
        [] => String::new(),
        // Dates and numbers are what is mostly refused and tell nothing about a person.
        all if is_figure(all) => all.iter().collect(),
        [_] => "*".to_owned(),
        [first, rest @ ..] => format!("{first}{}", "*".repeat(rest.len().min(8))),
    }
}

/// A word without a meaning as it is kept and shown: in full, so that it can be given one, but for a plate, a VIN or a
/// phone that shifted columns put in its place.
fn shown(text: &str) -> String {
    let text = clean(text);
    if identifies(&text) {
        mask(&text)
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{mask, shown};

    #[test]
    fn words_are_shown_and_what_identifies_is_not() {
        for text in ["特种作业", "A类", "10200345", "保养 5000", "GOLD CARD"] {
            assert_eq!(shown(text), text);
        }
        for text in [
            "13812345678",
            "+86 138-1234-5678",
            "粤A8X8Y8",
            "粤a·8x8y8",
            "LSVAU033572012345",
            "lsvau 033572 012345",
        ] {
            assert!(shown(text).ends_with("****"), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn figures_are_shown_and_phones_are_not() {
        for text in [
            "2025-02-30",
            "20250230092511",
            "1,234.50",
            "-3",
            "2025/1/2 9:00",
        ] {
            assert_eq!(mask(text), text);
        }
        for text in [
            "13800000103",
            "13800000103/020-80000103",
            "138 0000 0103",
            "020-80000103",
            "0755-8000010",
            "粤B12345",
        ] {
            assert!(mask(text).ends_with("****"), "{text}: {}", mask(text));
        }
    }
}
