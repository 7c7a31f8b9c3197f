//! Days as numbers, the days on which the shop is closed, and when in the week, year and day people come.

use super::random::Draws;
use crate::types;

/// Days since 1970-01-01.
pub(super) type Day = i32;
/// Minutes since 1970-01-01 00:00, local time.
pub(super) type Minute = i64;
/// Later than anything that happens.
pub(super) const NEVER: Day = i32::MAX;

pub(super) const DAY_MINUTES: i64 = 1440;

/// Year, month, day of a day number (proleptic Gregorian).
pub(super) fn civil(day: Day) -> (i32, i32, i32) {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    let y = yoe + era * 400 + i64::from(m <= 2);
    (y as i32, m as i32, d as i32)
}

/// Day number of a date.
pub(super) fn day_of(year: i32, month: i32, day: i32) -> Day {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = i64::from((month + 9) % 12);
    let doy = (153 * mp + 2) / 5 + i64::from(day) - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    (era * 146_097 + doe - 719_468) as Day
}

/// 0 is Monday.
pub(super) fn weekday(day: Day) -> usize {
    (day + 3).rem_euclid(7) as usize
}

/// The same day of the month, months later, cut to the month's end.
pub(super) fn add_months(day: Day, months: i32) -> Day {
    let (y, m, d) = civil(day);
    let index = y * 12 + m - 1 + months;
    let (y, m) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let next = day_of(y + m / 12, m % 12 + 1, 1);
    (day_of(y, m, 1) + d - 1).min(next - 1)
}

/// First day of the lunar year that begins in the given year; 5 February where the table ends.
pub(super) fn spring_festival(year: i32) -> Day {
    types::spring_festival(year).map_or_else(|| day_of(year, 2, 5), |day| day.to_epoch_days())
}

/// Closed on New Year's Day, from the lunar New Year's Eve for six days, on Labour Day and for two days in October.
pub(super) fn is_closed(day: Day) -> bool {
    let (year, month, d) = civil(day);
    match (month, d) {
        (1 | 5 | 10, 1) | (10, 2) => true,
        (1 | 2, _) => (-1..5).contains(&(day - spring_festival(year))),
        _ => false,
    }
}

/// How full the shop is on that day, 1 being usual: long before the festival and in the summer holidays.
pub(super) fn load(day: Day) -> f64 {
    let (year, month, _) = civil(day);
    let to_festival = spring_festival(year) - day;
    let season = if (1..=25).contains(&to_festival) {
        1.45
    } else if matches!(month, 7 | 8) {
        1.2
    } else {
        1.0
    };
    season * [0.95, 0.92, 0.92, 0.97, 1.05, 1.3, 1.15][weekday(day)]
}

/// The open day on which somebody comes who wanted to come on `wish`, not before `earliest`.
pub(super) fn visit_day(draws: &mut Draws, wish: Day, earliest: Day) -> Day {
    let mut day = wish;
    let (year, month, _) = civil(day);
    let festival = spring_festival(year);
    if (festival - 1..festival + 22).contains(&day) && draws.chance(0.5) {
        // Before the journey home rather than after it.
        day = festival - draws.between(3, 20);
    } else if matches!(month, 8 | 9) && draws.chance(0.2) {
        day -= draws.between(10, 40);
    }
    // The week has its own pattern: the wished day moves within its week.
    let weekday_now = weekday(day) as i32;
    let chosen = draws.weighted(&[
        (0, 13),
        (1, 13),
        (2, 13),
        (3, 13),
        (4, 14),
        (5, 18),
        (6, 16),
    ]);
    day += chosen - weekday_now;
    open_day(day.max(earliest))
}

/// That day or the first open one after it.
pub(super) fn open_day(mut day: Day) -> Day {
    while is_closed(day) {
        day += 1;
    }
    day
}

/// A time of arrival on that day: most come between nine and eleven and after two.
pub(super) fn arrival(draws: &mut Draws, day: Day) -> Minute {
    let half_hour = draws.weighted(&[
        (17, 50),
        (18, 110),
        (19, 120),
        (20, 100),
        (21, 75),
        (22, 50),
        (23, 35),
        (24, 15),
        (25, 15),
        (26, 25),
        (27, 45),
        (28, 75),
        (29, 70),
        (30, 60),
        (31, 50),
        (32, 40),
        (33, 30),
        (34, 15),
    ]);
    i64::from(day) * DAY_MINUTES + half_hour * 30 + i64::from(draws.between(0, 29))
}

/// That moment if the shop is open, else some time in the next morning on which it is.
pub(super) fn in_hours(at: Minute, draws: &mut Draws) -> Minute {
    let day = at.div_euclid(DAY_MINUTES) as Day;
    let minute = at.rem_euclid(DAY_MINUTES);
    if !is_closed(day) && (8 * 60 + 30..18 * 60 + 30).contains(&minute) {
        return at;
    }
    let morning = if minute < 9 * 60 {
        open_day(day)
    } else {
        open_day(day + 1)
    };
    i64::from(morning) * DAY_MINUTES + 9 * 60 + i64::from(draws.between(0, 180))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for day in -20_000..40_000 {
            let (y, m, d) = civil(day);
            assert_eq!(day_of(y, m, d), day);
        }
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(weekday(day_of(2024, 2, 29)), 3);
    }

    #[test]
    fn months_are_cut_to_the_end() {
        assert_eq!(add_months(day_of(2024, 1, 31), 1), day_of(2024, 2, 29));
        assert_eq!(add_months(day_of(2023, 11, 30), 3), day_of(2024, 2, 29));
        assert_eq!(add_months(day_of(2024, 12, 15), 12), day_of(2025, 12, 15));
        assert_eq!(add_months(day_of(2024, 3, 31), -1), day_of(2024, 2, 29));
    }

    #[test]
    fn nobody_comes_on_a_closed_day() {
        let mut draws = Draws::new(3, "days", 0);
        for wish in day_of(2023, 1, 1)..day_of(2025, 1, 1) {
            let day = visit_day(&mut draws, wish, wish - 30);
            assert!(!is_closed(day));
            let at = arrival(&mut draws, day);
            let night = in_hours(at - 600, &mut draws).rem_euclid(DAY_MINUTES);
            assert!((510..1110).contains(&night));
            assert!(!is_closed(
                in_hours(at + 900, &mut draws).div_euclid(DAY_MINUTES) as Day
            ));
        }
        assert!(is_closed(day_of(2024, 2, 12)));
        assert!(!is_closed(day_of(2024, 2, 20)));
    }
}
