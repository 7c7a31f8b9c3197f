//! The Spring Festival, which moves through January and February and takes visits with it.

use chrono::{Datelike, Months, NaiveDate};

use crate::analysis::{Festival, FestivalDays, MonthPoint, Table};

/// First days of the lunar years 2010 to 2035, as month and day (calendar of the Purple Mountain Observatory).
const FIRST_DAYS: [(u32, u32); 26] = [
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
];

/// The year of the first of them.
const FIRST_YEAR: i32 = 2010;

fn first_day(year: i32) -> Option<NaiveDate> {
    let (month, day) = *FIRST_DAYS.get(usize::try_from(year - FIRST_YEAR).ok()?)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The festivals of the year of a January or February and of the year before; `None` for other months, in which it moves
/// nothing, and beyond the table.
#[must_use]
pub fn spring_festivals(month: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    if month.month() > 2 {
        return None;
    }
    Some((first_day(month.year())?, first_day(month.year() - 1)?))
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
    let is_whole = end == month + Months::new(1) - chrono::TimeDelta::days(1);
    Some(Festival {
        day,
        day_before,
        now: days("now")?,
        before: days("before")?,
        together: (month.month() == 2 && is_whole)
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

    #[test]
    fn every_lunar_year_begins_on_a_new_moon_between_the_21st_of_january_and_the_20th_of_february()
    {
        for year in 2011..=2035 {
            let (now, before) =
                spring_festivals(NaiveDate::from_ymd_opt(year, 1, 1).unwrap()).unwrap();
            assert!(now >= NaiveDate::from_ymd_opt(year, 1, 21).unwrap());
            assert!(now <= NaiveDate::from_ymd_opt(year, 2, 20).unwrap());
            // Twelve or thirteen moons of 29.53 days.
            let days = (now - before).num_days();
            assert!(
                (353..=355).contains(&days) || (383..=385).contains(&days),
                "{year}: {days}"
            );
        }
    }
}
