//! The data-quality sheet as a report shows it: of all that was imported, not of the period alone. Counts; nobody is named.

use serde::Serialize;

/// What `retain quality` measures, as far as a report says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QualitySheet {
    /// Records read.
    pub read: i64,
    /// Of these new, or in place of earlier ones, or known already.
    pub kept: i64,
    /// Of these earlier rows of a key in the same file.
    pub duplicate: i64,
    /// Of these refused.
    pub rejected: i64,
    /// What is missing or wrong, what concerns most first.
    pub faults: Vec<SheetFault>,
    /// How complete the columns are.
    pub columns: Vec<SheetColumn>,
    /// Words without a meaning, by column.
    pub words: Vec<SheetWords>,
}

/// Something that the data lack or have wrong; message `quality-fault-<fault>`, what it costs `quality-cost-<fault>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SheetFault {
    /// Its name.
    pub fault: String,
    /// Records that have it.
    pub records: i64,
    /// Of so many.
    pub of_records: i64,
    /// Units that it concerns, where it concerns units.
    pub units: Option<i64>,
    /// Of so many.
    pub of_units: Option<i64>,
}

impl SheetFault {
    /// What it concerns and out of how many: units where it concerns units, else records.
    #[must_use]
    pub fn concerned(&self) -> (i64, i64) {
        match (self.units, self.of_units) {
            (Some(units), Some(of)) if units > 0 && of > 0 => (units, of),
            _ => (self.records, self.of_records),
        }
    }
}

/// How complete a column is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SheetColumn {
    /// The kind of file.
    pub kind: &'static str,
    /// Canonical name.
    pub column: &'static str,
    /// Canonical Chinese header.
    pub header: &'static str,
    /// Rows with a value.
    pub filled: i64,
    /// All rows.
    pub rows: i64,
}

/// Words of a column that no synonym table knows. The words themselves stay out of reports: a cell may hold anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SheetWords {
    /// Canonical name of the column.
    pub column: String,
    /// Canonical Chinese header.
    pub header: String,
    /// Different words.
    pub words: i64,
    /// How often they came.
    pub times: i64,
}
