//! The year that a shop reckons by: the calendar's, or one that begins with another month.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use serde::Serialize;

/// Which month a year begins with. A fiscal year is named by the calendar year in which it begins: that of 2025 with an
/// April start is April 2025 to March 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FiscalYear {
    first_month: u32,
}

impl Default for FiscalYear {
    fn default() -> Self {
        Self { first_month: 1 }
    }
}

impl FiscalYear {
    /// The year that begins with that month, 1 to 12; the calendar's for any other number.
    #[must_use]
    pub const fn beginning(month: u32) -> Self {
        match month {
            2..=12 => Self { first_month: month },
            _ => Self { first_month: 1 },
        }
    }

    /// True where it is the calendar's.
    #[must_use]
    pub const fn is_calendar(self) -> bool {
        self.first_month == 1
    }

    /// First day of the year of that number.
    #[must_use]
    pub fn start(self, number: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(number, self.first_month, 1)
    }

    /// Number of the year that a day lies in.
    #[must_use]
    pub fn number(self, day: NaiveDate) -> i32 {
        if day.month() < self.first_month {
            day.year() - 1
        } else {
            day.year()
        }
    }

    /// First day of the year that a day lies in.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        self.start(self.number(day)).unwrap_or(day)
    }

    /// Last day of the year that a day lies in.
    #[must_use]
    pub fn end_of(self, day: NaiveDate) -> NaiveDate {
        self.start_of(day) + Months::new(12) - TimeDelta::days(1)
    }

    /// Name of the year that a day lies in, as in the table `kpis` and in file names: `2025`, or `FY2025` where it is not
    /// the calendar's, so that the two are never taken for each other.
    #[must_use]
    pub fn name(self, day: NaiveDate) -> String {
        let number = self.number(day);
        if self.is_calendar() {
            format!("{number:04}")
        } else {
            format!("{FISCAL}{number:04}")
        }
    }
}

/// Stands before the number of a year that is not the calendar's.
const FISCAL: &str = "FY";

/// The number of a year by its name, `2025` or `FY2025`.
#[must_use]
pub fn year_number(name: &str) -> Option<i32> {
    let digits = name.strip_prefix(FISCAL).unwrap_or(name);
    let all_digits = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_from_april_has_january_in_the_year_before() {
        let year = FiscalYear::beginning(4);
        assert_eq!(year.number(day("2026-03-31")), 2025);
        assert_eq!(year.number(day("2026-04-01")), 2026);
        assert_eq!(year.start_of(day("2026-01-15")), day("2025-04-01"));
        assert_eq!(year.end_of(day("2025-04-01")), day("2026-03-31"));
        assert_eq!(year.name(day("2026-01-15")), "FY2025");
    }

    #[test]
    fn the_calendar_year_is_named_as_ever() {
        let year = FiscalYear::default();
        assert_eq!(year.name(day("2025-12-31")), "2025");
        assert_eq!(year.end_of(day("2024-02-29")), day("2024-12-31"));
        assert_eq!(FiscalYear::beginning(13), year);
    }

    #[test]
    fn a_name_is_read_back_and_nothing_else() {
        assert_eq!(year_number("FY2025"), Some(2025));
        assert_eq!(year_number("2025"), Some(2025));
        for other in ["25", "FY25", "2025-1", "+025", "fy2025", "FYFY2025"] {
            assert_eq!(year_number(other), None, "{other}");
        }
    }
}
