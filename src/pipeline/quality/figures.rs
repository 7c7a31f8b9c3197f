//! The data-quality sheet as values: counts alone, nobody is named.

use chrono::NaiveDate;
use serde::Serialize;

/// The data-quality sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// Records that were read, by what became of them.
    pub records: Records,
    /// How many rows of each table have each column filled.
    pub columns: Vec<Completeness>,
    /// Vehicle identification numbers and plates.
    pub vehicles: Vehicles,
    /// Odometer readings.
    pub odometer: Odometer,
    /// Words that no synonym table knows, the most frequent first.
    pub unrecognised: Vec<Word>,
    /// Orders by the calendar.
    pub calendar: Option<Calendar>,
    /// Refused rows by reason and column.
    pub rejected: Vec<Rejected>,
    /// Rows that a later one of the same number took the place of though it says something else; of each import the first
    /// thousand.
    pub contradicted: Vec<Contradicted>,
    /// What the data lack or have wrong and what it concerns, where it concerns anything.
    pub faults: Vec<Fault>,
}

/// What became of all records that were ever read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Records {
    /// Imports.
    pub imports: u64,
    /// Records read.
    pub read: u64,
    /// New ones.
    pub loaded: u64,
    /// In place of earlier ones.
    pub replaced: u64,
    /// Known already.
    pub unchanged: u64,
    /// Earlier rows of a key in the same file.
    pub duplicate: u64,
    /// Refused.
    pub rejected: u64,
}

/// How complete a column is.
#[derive(Clone, Debug, Serialize)]
pub struct Completeness {
    /// The kind of file.
    pub kind: &'static str,
    /// Canonical name.
    pub column: &'static str,
    /// Canonical Chinese header.
    pub header: &'static str,
    /// Rows with a value; a word without a meaning is none.
    pub filled: u64,
    /// All rows.
    pub rows: u64,
}

/// What identifies vehicles.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Vehicles {
    /// Vehicles.
    pub vehicles: u64,
    /// With a VIN.
    pub with_vin: u64,
    /// With a VIN of 17 letters and figures, I, O and Q not among them.
    pub well_formed: u64,
    /// With a check digit that holds (ISO 3779; makers outside China and North America need not write one).
    pub check_holds: u64,
    /// With a plate.
    pub with_plate: u64,
    /// Plates seen with several VINs.
    pub plates_of_several: u64,
    /// VINs seen with several plates.
    pub vins_of_several: u64,
}

/// Odometer readings, one a vehicle and day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Odometer {
    /// Readings.
    pub readings: u64,
    /// 0 or 1: nobody looked.
    pub placeholder: u64,
    /// Lower than the one before.
    pub falls: u64,
    /// More than 1,000 km a day above the one before.
    pub leaps: u64,
}

/// A word without a meaning.
#[derive(Clone, Debug, Serialize)]
pub struct Word {
    /// The kind of file.
    pub kind: String,
    /// The column.
    pub column: String,
    /// The word.
    pub word: String,
    /// How often it came.
    pub times: u64,
}

/// Orders by the calendar.
#[derive(Clone, Debug, Serialize)]
pub struct Calendar {
    /// First day with an order.
    pub from: NaiveDate,
    /// Last day with an order.
    pub to: NaiveDate,
    /// Days between, both included.
    pub days: u64,
    /// Days with an order.
    pub days_with_orders: u64,
    /// Orders.
    pub orders: u64,
    /// Orders on a Monday, Tuesday, … on average.
    pub by_weekday: [f64; 7],
    /// Stretches without any order in which the shop's usual weeks would have had some ten.
    pub gaps: Vec<Gap>,
    /// Days with so many orders that they were hardly all of that day.
    pub peaks: Vec<Peak>,
}

/// Days without orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// First of them.
    pub from: NaiveDate,
    /// Last of them.
    pub to: NaiveDate,
    /// How many orders such days usually have.
    pub expected: f64,
}

/// A day with many orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peak {
    /// The day.
    pub on: NaiveDate,
    /// Its orders.
    pub orders: u64,
    /// What its day of the week usually has.
    pub expected: f64,
}

/// Refused rows.
#[derive(Clone, Debug, Serialize)]
pub struct Rejected {
    /// Why.
    pub reason: String,
    /// Header of the column at fault, where it is one.
    pub column: Option<String>,
    /// How many.
    pub records: u64,
    /// In how many files.
    pub files: u64,
    /// A file with one of them, and its line there.
    pub file: String,
    /// The line.
    pub line: Option<i64>,
}

/// A row that a later one of the same number in the same file took the place of though it says something else.
#[derive(Clone, Debug, Serialize)]
pub struct Contradicted {
    /// The file.
    pub file: String,
    /// Its kind.
    pub kind: String,
    /// The line of the row that was passed over.
    pub line: u64,
    /// The line of the row that stayed.
    pub kept_line: u64,
}

/// Something that the data lack or have wrong. What it costs is said by the message `quality-cost-<name>`.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// Its name.
    pub fault: String,
    /// Records that have it.
    pub records: u64,
    /// Of so many.
    pub of_records: u64,
    /// Units that it concerns, where it concerns units.
    pub units: Option<u64>,
    /// Of so many.
    pub of_units: Option<u64>,
}

impl Fault {
    /// The share that has it: of units, else of records.
    #[must_use]
    pub fn share(&self) -> f64 {
        let (part, whole) = match (self.units, self.of_units) {
            (Some(units), Some(of)) if units > 0 && of > 0 => (units, of),
            _ => (self.records, self.of_records),
        };
        if whole == 0 {
            0.0
        } else {
            to_float(part) / to_float(whole)
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and days")]
pub(super) fn to_float(n: u64) -> f64 {
    n as f64
}
