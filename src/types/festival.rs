//! The Spring Festival, which moves through January and February.

use chrono::NaiveDate;

/// First days of the lunar years 2010 to 2035, as month and day.
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

/// First day of the lunar year that begins in a year of the calendar; `None` beyond the table (2010 to 2035).
#[must_use]
pub fn spring_festival(year: i32) -> Option<NaiveDate> {
    let (month, day) = *FIRST_DAYS.get(usize::try_from(year - FIRST_YEAR).ok()?)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_lunar_year_begins_on_a_new_moon_between_the_21st_of_january_and_the_20th_of_february()
    {
        for year in 2011..=2035 {
            let (now, before) = (
                spring_festival(year).unwrap(),
                spring_festival(year - 1).unwrap(),
            );
            assert!(now >= NaiveDate::from_ymd_opt(year, 1, 21).unwrap());
            assert!(now <= NaiveDate::from_ymd_opt(year, 2, 20).unwrap());
            // Twelve or thirteen moons of 29.53 days.
            let days = (now - before).num_days();
            assert!(
                (353..=355).contains(&days) || (383..=385).contains(&days),
                "{year}: {days}"
            );
        }
        assert_eq!((spring_festival(2009), spring_festival(2036)), (None, None));
    }
}
