//! The stretch of time that a report is about: which one is meant, and which dates it looks at.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use crate::analysis::{FiscalYear, year_number};
use crate::types::{Error, Result};

/// How long a report looks back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// A calendar month (每月小结).
    Month,
    /// A fiscal year, the calendar's unless the settings say otherwise (年末总结).
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
    fn begin(self, date: NaiveDate, fiscal: FiscalYear) -> NaiveDate {
        match self {
            PeriodKind::Month => date.with_day(1).unwrap_or(date),
            PeriodKind::Year => fiscal.start_of(date),
        }
    }

    /// The kind of a period by its name, and a day as [`Period::wanted`] takes it.
    #[must_use]
    pub fn named(name: &str) -> Option<(Self, NaiveDate)> {
        if let Some(number) = year_number(name) {
            return Some((PeriodKind::Year, NaiveDate::from_ymd_opt(number, 1, 1)?));
        }
        if name.len() != 7 {
            return None;
        }
        let first = NaiveDate::parse_from_str(&format!("{name}-01"), "%Y-%m-%d").ok()?;
        Some((PeriodKind::Month, first))
    }

    /// What its period of that first day is called.
    fn name(self, start: NaiveDate, fiscal: FiscalYear) -> String {
        match self {
            PeriodKind::Month => start.format("%Y-%m").to_string(),
            PeriodKind::Year => fiscal.name(start),
        }
    }
}

/// One period, as far as the scores go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// What kind.
    pub kind: PeriodKind,
    /// The year that the shop reckons by.
    pub fiscal: FiscalYear,
    /// First day.
    pub start: NaiveDate,
    /// Last day that is read: the last of the period, or the scored date where that comes first.
    pub end: NaiveDate,
}

impl Period {
    /// The month that begins on the wanted day, or the fiscal year of the number of its year; without one the last
    /// period that is over, or, where the data begins after that, the one that is not over yet.
    ///
    /// # Errors
    /// When the data does not reach into it.
    pub fn wanted(
        kind: PeriodKind,
        fiscal: FiscalYear,
        start: Option<NaiveDate>,
        as_of: NaiveDate,
        first: NaiveDate,
    ) -> Result<Self> {
        let named = |day: NaiveDate| match kind {
            PeriodKind::Month => day,
            PeriodKind::Year => fiscal.start(day.year()).unwrap_or(day),
        };
        let start = start.map_or_else(|| default_start(kind, fiscal, as_of, first), named);
        let end = last_day(kind, start);
        if start > as_of || end < first {
            return Err(Error::usage("month-unknown")
                .with("month", kind.name(start, fiscal))
                .with("first", first)
                .with("last", as_of));
        }
        let end = end.min(as_of);
        Ok(Self {
            kind,
            fiscal,
            start,
            end,
        })
    }

    /// `2025-12`, as in the tables `kpis` and `reports` and in file names.
    #[must_use]
    pub fn name(&self) -> String {
        self.kind.name(self.start, self.fiscal)
    }

    /// The month that the period ends with: itself, or the last of the year.
    #[must_use]
    pub fn last_month(&self) -> Self {
        Self {
            kind: PeriodKind::Month,
            fiscal: self.fiscal,
            start: PeriodKind::Month.begin(self.end, self.fiscal),
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

fn default_start(
    kind: PeriodKind,
    fiscal: FiscalYear,
    as_of: NaiveDate,
    first: NaiveDate,
) -> NaiveDate {
    let full = last_full(kind, fiscal, as_of);
    if last_day(kind, full) < first {
        kind.begin(as_of, fiscal)
    } else {
        full
    }
}

/// First day of the last period that ended on or before a date.
fn last_full(kind: PeriodKind, fiscal: FiscalYear, date: NaiveDate) -> NaiveDate {
    let start = kind.begin(date, fiscal);
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

    const CALENDAR: FiscalYear = FiscalYear::beginning(1);

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    #[test]
    fn the_last_full_month_includes_a_month_that_ends_today() {
        let last = |date: &str| last_full(PeriodKind::Month, CALENDAR, day(date));
        assert_eq!(last("2025-12-31"), day("2025-12-01"));
        assert_eq!(last("2025-12-30"), day("2025-11-01"));
        assert_eq!(last("2024-02-29"), day("2024-02-01"));
        assert_eq!(last("2024-02-28"), day("2024-01-01"));
    }

    #[test]
    fn a_year_ends_with_its_last_month_and_is_named_by_its_number() {
        let year = |as_of| {
            let first = day("2023-01-02");
            Period::wanted(PeriodKind::Year, CALENDAR, None, day(as_of), first)
        };
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
            CALENDAR,
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
    fn a_fiscal_year_is_asked_for_by_the_year_in_which_it_begins() {
        let april = FiscalYear::beginning(4);
        let year = |named: Option<&str>, as_of| {
            let start = named.and_then(PeriodKind::named).map(|(_, start)| start);
            Period::wanted(
                PeriodKind::Year,
                april,
                start,
                day(as_of),
                day("2022-01-02"),
            )
        };
        let asked = year(Some("2024"), "2025-12-31").unwrap();
        assert_eq!(
            (asked.name(), asked.start, asked.end),
            ("FY2024".to_owned(), day("2024-04-01"), day("2025-03-31"))
        );
        assert_eq!(asked.last_month().name(), "2025-03");
        // Where a year is not asked for, it is the last that is over: at the end of March the one that ends.
        assert_eq!(year(None, "2025-12-31").unwrap(), asked);
        assert_eq!(year(None, "2025-03-31").unwrap(), asked);
        assert_eq!(year(None, "2025-03-30").unwrap().name(), "FY2023");
        let begun = year(Some("FY2025"), "2025-12-31").unwrap();
        assert_eq!(
            (begun.start, begun.end),
            (day("2025-04-01"), day("2025-12-31"))
        );
        assert!(year(Some("2026"), "2025-12-31").is_err());
    }

    #[test]
    fn a_month_that_is_not_over_is_read_as_far_as_the_scores_go() {
        let wanted = |start, as_of: &str, first: &str| {
            Period::wanted(PeriodKind::Month, CALENDAR, start, day(as_of), day(first))
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
