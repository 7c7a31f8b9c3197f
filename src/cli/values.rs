//! Dates, months, years and periods as they are written on the command line; an error is the form that was expected.

use chrono::NaiveDate;

use crate::analysis::year_number;

/// A date of the form 2025-12-31 that exists.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "YYYY-MM-DD".to_owned())
}

/// A month of the form 2025-12, as its first day.
pub(super) fn month(text: &str) -> Result<NaiveDate, String> {
    if text.len() != 7 {
        return Err("YYYY-MM".to_owned());
    }
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| "YYYY-MM".to_owned())
}

/// A year of the form 2025, or FY2025 as a fiscal year is called in files and tables, as the first day of that number.
pub(super) fn year(text: &str) -> Result<NaiveDate, String> {
    year_number(text)
        .and_then(|number| NaiveDate::from_ymd_opt(number, 1, 1))
        .ok_or_else(|| "YYYY".to_owned())
}

/// Months, with or without an m after the number.
pub(super) fn months(text: &str) -> Result<u32, String> {
    text.trim()
        .trim_end_matches(['m', 'M'])
        .parse()
        .map_err(|_| "60".to_owned())
}

/// A period of the form 2025-01-01..2025-12-31.
pub(super) fn period(text: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let (from, to) = text.split_once("..").ok_or("FROM..TO")?;
    let (from, to) = (date(from)?, date(to)?);
    if from > to {
        Err("FROM..TO".to_owned())
    } else {
        Ok((from, to))
    }
}
