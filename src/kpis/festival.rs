//! The Spring Festival, which moves through January and February and takes visits with it.

use chrono::{Datelike, Months, NaiveDate};

use crate::analysis::{Festival, FestivalDays, MonthPoint, Table, begins_with};
use crate::types::spring_festival;

/// The festivals of the year of a January or February and of the year before; `None` for other months, in which it moves
/// nothing, and beyond the table.
#[must_use]
pub fn spring_festivals(month: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    if month.month() > 2 {
        return None;
    }
    Some((
        spring_festival(month.year())?,
        spring_festival(month.year() - 1)?,
    ))
}

/// The month beside the days of the year before that lie as far from their festival; for a whole February January and
/// February together as well.
pub(super) fn of(
    table: &Table,
    months: &[MonthPoint],
    month: NaiveDate,
    end: NaiveDate,
) -> Option<Festival> {
    let (day, day_before) = spring_festivals(month)?;
    let days = |part: &str| {
        let row = table.records().find(|r| r.text("part") == Some(part))?;
        Some(FestivalDays {
            from: row.date("opens")?,
            to: row.date("closes")?,
            visits: row.number("visits"),
            revenue: row.number("revenue"),
        })
    };
    let began = table.records().find_map(|r| r.date("began"));
    let january_before = NaiveDate::from_ymd_opt(month.year() - 1, 1, 1)?;
    let knows_both = began.is_some_and(|day| begins_with(january_before, day));
    let is_whole = end == month + Months::new(1) - chrono::TimeDelta::days(1);
    Some(Festival {
        day,
        day_before,
        now: days("now")?,
        before: days("before")?,
        is_whole,
        together: (month.month() == 2 && is_whole && knows_both)
            .then(|| together(months, month.year()))
            .flatten(),
    })
}

/// Visits of January and February together, of that year and the one before, with their revenue.
pub(super) fn together(months: &[MonthPoint], year: i32) -> Option<[(f64, f64); 2]> {
    let both: Vec<&MonthPoint> = (1..=2)
        .filter_map(|m| NaiveDate::from_ymd_opt(year, m, 1))
        .filter_map(|first| months.iter().find(|m| m.month == first))
        .collect();
    if both.len() < 2 {
        return None;
    }
    let sum = |of: fn(&MonthPoint) -> Option<f64>| both.iter().map(|m| of(m)).sum::<Option<f64>>();
    Some([
        (sum(|m| m.visits)?, sum(|m| m.revenue)?),
        (sum(|m| m.visits_last_year)?, sum(|m| m.revenue_last_year)?),
    ])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_festival_moves_and_only_two_months_know_it() {
        let (now, before) = spring_festivals(day("2025-02-01")).unwrap();
        assert_eq!((now, before), (day("2025-01-29"), day("2024-02-10")));
        assert!(spring_festivals(day("2025-03-01")).is_none());
        assert!(spring_festivals(day("2010-01-01")).is_none());
        assert!(spring_festivals(day("2036-01-01")).is_none());
    }
}
