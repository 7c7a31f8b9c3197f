//! From the text of a cell to a value: strict, since a number that was guessed is worse than none.
//! Every function is pure; what it cannot read it refuses with a reason.

mod dates;
#[cfg(test)]
mod laws;
mod names;
mod numbers;
#[cfg(test)]
mod tests;

pub use dates::DateOrder;
pub(super) use dates::{is_no_date, timestamp};
pub use names::{is_vin, phones, plate, vin, vin_check_digit_holds};
pub(super) use numbers::{count, decimal, kilometres, money};

/// What stands for a formula whose result the file does not hold: no program has calculated it yet.
pub(super) const NOT_CALCULATED: &str = "#FORMULA!";

/// What a spreadsheet writes for a value that is not there.
pub(super) fn is_not_available(text: &str) -> bool {
    text == "#N/A"
}

/// What a spreadsheet writes for a formula that failed. A plate or a number of that name would be everybody's.
pub(super) fn has_no_result(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'#') => matches!(
            text,
            NOT_CALCULATED
                | "#REF!"
                | "#VALUE!"
                | "#NAME?"
                | "#DIV/0!"
                | "#NUM!"
                | "#NULL!"
                | "#DATA!"
                | "#GETTING_DATA"
                | "#SPILL!"
                | "#CALC!"
        ),
        // So numbers LibreOffice its errors.
        Some(b'E') => text
            .strip_prefix("Err:")
            .is_some_and(|number| number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit())),
        _ => false,
    }
}

/// Why a cell cannot be read; the suffix of the message key `reject-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Neither a unit key nor a placeholder.
    MissingKey,
    /// A required column is blank.
    MissingValue,
    /// Not a date, or one that does not exist.
    BadDate,
    /// Later than the day of import allows.
    FutureDate,
    /// Before 1990 or more than 15 years ahead.
    DateOutOfRange,
    /// Not a number.
    BadNumber,
    /// A number below zero where there is none.
    Negative,
    /// A number too large to be true.
    TooLarge,
    /// More or fewer fields than the header.
    Width,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A formula that was never calculated, or failed.
    NoResult,
    /// A row of sums.
    Total,
    /// The header once more.
    HeaderAgain,
    /// A text below or between the rows.
    Note,
}

impl Refusal {
    /// Message key without its prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingKey => "missing-key",
            Self::MissingValue => "missing-value",
            Self::BadDate => "bad-date",
            Self::FutureDate => "future-date",
            Self::DateOutOfRange => "date-out-of-range",
            Self::BadNumber => "bad-number",
            Self::Negative => "negative",
            Self::TooLarge => "too-large",
            Self::Width => "width",
            Self::NotUtf8 => "not-utf8",
            Self::NoResult => "no-result",
            Self::Total => "total",
            Self::HeaderAgain => "header-again",
            Self::Note => "note",
        }
    }

    /// True for a row that is no record at all.
    #[must_use]
    pub const fn is_aside(self) -> bool {
        matches!(self, Self::Total | Self::HeaderAgain | Self::Note)
    }
}
