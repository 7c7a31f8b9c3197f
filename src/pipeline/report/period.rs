//! The stretch of time that a report is about: which one is meant, and which dates it looks at.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use crate::types::{Error, Result};

/// How long a report looks back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// A calendar month (每月小结).
    Month,
    /// A calendar year (年末总结).
    Year,
}

impl PeriodKind {
    /// Name in the table `reports`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PeriodKind::Month => "month",
            PeriodKind::Year => "year",
        }
    }

    /// Length in months.
    pub(super) const fn months(self) -> u32 {
        match self {
            PeriodKind::Month => 1,
            PeriodKind::Year => 12,
        }
    }

    /// First day of the period that a date lies in.
    fn begin(self, date: NaiveDate) -> NaiveDate {
        match self {
            PeriodKind::Month => date.with_day(1).unwrap_or(date),
            PeriodKind::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1).unwrap_or(date),
        }
    }

    /// The kind and first day of a period by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<(Self, NaiveDate)> {
        let (kind, day) = match name.len() {
            4 => (PeriodKind::Year, format!("{name}-01-01")),
            7 => (PeriodKind::Month, format!("{name}-01")),
            _ => return None,
        };
        let first = NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok()?;
        Some((kind, first))
    }

    /// How its periods are named, for chrono.
    const fn pattern(self) -> &'static str {
        match self {
            PeriodKind::Month => "%Y-%m",
            PeriodKind::Year => "%Y",
        }
    }
}

/// One period, as far as the scores go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// What kind.
    pub kind: PeriodKind,
    /// First day.
    pub start: NaiveDate,
    /// Last day that is read: the last of the period, or the scored date where that comes first.
    pub end: NaiveDate,
}

impl Period {
    /// The period that begins on the wanted day; without one the last that is over, or, where the data begins after
    /// that, the one that is not over yet.
    ///
    /// # Errors
    /// When the data does not reach into it.
    pub fn wanted(
        kind: PeriodKind,
        start: Option<NaiveDate>,
        as_of: NaiveDate,
        first: NaiveDate,
    ) -> Result<Self> {
        let start = start.unwrap_or_else(|| default_start(kind, as_of, first));
        let end = last_day(kind, start);
        if start > as_of || end < first {
            return Err(Error::usage("month-unknown")
                .with("month", start.format(kind.pattern()))
                .with("first", first)
                .with("last", as_of));
        }
        let end = end.min(as_of);
        Ok(Self { kind, start, end })
    }

    /// `2025-12`, as in the tables `kpis` and `reports` and in file names.
    #[must_use]
    pub fn name(&self) -> String {
        self.start.format(self.kind.pattern()).to_string()
    }

    /// The month that the period ends with: itself, or the last of the year.
    #[must_use]
    pub fn last_month(&self) -> Self {
        Self {
            kind: PeriodKind::Month,
            start: PeriodKind::Month.begin(self.end),
            end: self.end,
        }
    }

    /// The dates whose states the report compares: its end, the end before, and both a year before; for a year those
    /// of its last month as well.
    #[must_use]
    pub fn compared_dates(&self, first: NaiveDate) -> Vec<NaiveDate> {
        let of_month = match self.kind {
            PeriodKind::Month => Vec::new(),
            PeriodKind::Year => self.last_month().own_dates(first),
        };
        let mut dates = Vec::new();
        for date in self.own_dates(first).into_iter().chain(of_month) {
            if !dates.contains(&date) {
                dates.push(date);
            }
        }
        dates
    }

    fn own_dates(&self, first: NaiveDate) -> Vec<NaiveDate> {
        let year_before = self.start - Months::new(12);
        [
            self.end,
            self.start - TimeDelta::days(1),
            last_day(self.kind, year_before),
            year_before - TimeDelta::days(1),
        ]
        .into_iter()
        .filter(|d| *d >= first)
        .collect()
    }
}

fn last_day(kind: PeriodKind, start: NaiveDate) -> NaiveDate {
    start + Months::new(kind.months()) - TimeDelta::days(1)
}

fn default_start(kind: PeriodKind, as_of: NaiveDate, first: NaiveDate) -> NaiveDate {
    let full = last_full(kind, as_of);
    if last_day(kind, full) < first {
        kind.begin(as_of)
    } else {
        full
    }
}

/// First day of the last period that ended on or before a date.
fn last_full(kind: PeriodKind, date: NaiveDate) -> NaiveDate {
    let start = kind.begin(date);
    if last_day(kind, start) == date {
        start
    } else {
        start - Months::new(kind.months())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    #[test]
    fn the_last_full_month_includes_a_month_that_ends_today() {
        let last = |date: &str| last_full(PeriodKind::Month, day(date));
        assert_eq!(last("2025-12-31"), day("2025-12-01"));
        assert_eq!(last("2025-12-30"), day("2025-11-01"));
        assert_eq!(last("2024-02-29"), day("2024-02-01"));
        assert_eq!(last("2024-02-28"), day("2024-01-01"));
    }

    #[test]
    fn a_year_ends_with_its_last_month_and_is_named_by_its_number() {
        let year = |as_of| Period::wanted(PeriodKind::Year, None, day(as_of), day("2023-01-02"));
        let whole = year("2025-12-31").unwrap();
        assert_eq!(
            (whole.name(), whole.end),
            ("2025".to_owned(), day("2025-12-31"))
        );
        assert_eq!(whole.last_month().name(), "2025-12");
        assert_eq!(year("2025-12-30").unwrap().name(), "2024");
        let named = PeriodKind::named("2024");
        assert_eq!(named, Some((PeriodKind::Year, day("2024-01-01"))));
        let begun = Period::wanted(
            PeriodKind::Year,
            named.map(|(_, start)| start),
            day("2024-02-29"),
            day("2023-01-02"),
        );
        let begun = begun.unwrap();
        assert_eq!(
            (begun.last_month().start, begun.end),
            (day("2024-02-01"), day("2024-02-29"))
        );
        assert_eq!(
            begun.compared_dates(day("2023-06-01")),
            [day("2024-02-29"), day("2023-12-31"), day("2024-01-31")]
        );
    }

    #[test]
    fn a_month_that_is_not_over_is_read_as_far_as_the_scores_go() {
        let wanted = |start, as_of: &str, first: &str| {
            Period::wanted(PeriodKind::Month, start, day(as_of), day(first))
        };
        let begun = wanted(None, "2025-03-10", "2025-03-02").unwrap();
        assert_eq!(
            (begun.start, begun.end),
            (day("2025-03-01"), day("2025-03-10"))
        );
        assert!(wanted(Some(day("2025-04-01")), "2025-03-10", "2025-03-02").is_err());
        let before = wanted(None, "2025-03-10", "2025-01-02").unwrap();
        assert_eq!(before.name(), "2025-02");
        let named = PeriodKind::named("2025-02");
        assert_eq!(named, Some((PeriodKind::Month, before.start)));
        assert_eq!(PeriodKind::named("2025-2"), None);
        assert_eq!(PeriodKind::named("2025-13"), None);
        assert_eq!(
            before.compared_dates(day("2025-01-02")),
            [day("2025-02-28"), day("2025-01-31")]
        );
    }
}
