//! On which days calls are made: weekdays, holidays, and rest days worked in exchange. Timers run in calendar days, as the
//! plan counts them; where one ends on a day without calls, it ends on the last working day before, so that a holiday never
//! makes a call late, or on the first after it opened, where the whole window is a holiday.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::settings::{Lists, days_of};

/// Longest stretch without calls that is believed, days; beyond it every day counts as one with calls.
const LONGEST_REST: usize = 400;

/// The days on which calls are made.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    weekdays: Vec<u32>,
    off: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
}

impl WorkCalendar {
    /// The calendar of the settings.
    #[must_use]
    pub fn new(settings: &Lists) -> Self {
        Self {
            weekdays: settings.working_days.clone(),
            off: days_of(&settings.days_off).into_iter().collect(),
            worked: days_of(&settings.days_worked).into_iter().collect(),
        }
    }

    /// True where calls are made on that day; a day that is named as worked is so whatever else holds.
    #[must_use]
    pub fn works(&self, day: NaiveDate) -> bool {
        self.worked.contains(&day)
            || (!self.off.contains(&day)
                && self.weekdays.contains(&day.weekday().number_from_monday()))
    }

    /// The first working day on or after that day.
    #[must_use]
    pub fn from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days()
            .take(LONGEST_REST)
            .find(|d| self.works(*d))
            .unwrap_or(day)
    }

    /// The first working day after that day.
    #[must_use]
    pub fn next(&self, day: NaiveDate) -> NaiveDate {
        self.from(day.succ_opt().unwrap_or(day))
    }

    /// The last working day on or before that day.
    #[must_use]
    pub fn until(&self, day: NaiveDate) -> NaiveDate {
        std::iter::successors(Some(day), NaiveDate::pred_opt)
            .take(LONGEST_REST)
            .find(|d| self.works(*d))
            .unwrap_or(day)
    }

    /// The working day by which a timer that opens and ends on these days is kept.
    #[must_use]
    pub fn due(&self, opens: NaiveDate, ends: NaiveDate) -> NaiveDate {
        let last = self.until(ends);
        if last < opens { self.from(opens) } else { last }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Monday to Saturday, a week off in October, a Sunday worked for it.
    fn calendar() -> WorkCalendar {
        WorkCalendar::new(&Lists {
            days_off: vec!["2026-10-01..2026-10-07".to_owned()],
            days_worked: vec!["2026-09-20".to_owned(), "2026-10-10".to_owned()],
            ..Lists::default()
        })
    }

    #[test]
    fn holidays_rest_and_days_worked_in_exchange_work() {
        let c = calendar();
        assert!(c.works(day("2026-09-30")) && !c.works(day("2026-10-01")));
        assert!(!c.works(day("2026-09-27")), "a Sunday");
        assert!(c.works(day("2026-09-20")), "a Sunday worked in exchange");
        assert_eq!(c.next(day("2026-09-30")), day("2026-10-08"));
        assert_eq!(c.until(day("2026-10-05")), day("2026-09-30"));
    }

    #[test]
    fn a_timer_ends_on_a_working_day_within_its_window_where_there_is_one() {
        let c = calendar();
        for (opens, ends, due) in [
            // Within the week.
            ("2026-11-03", "2026-11-07", "2026-11-07"),
            // Ends on a Sunday: the Saturday before.
            ("2026-11-04", "2026-11-08", "2026-11-07"),
            // Over a month's end into the holiday: the eve.
            ("2026-09-28", "2026-10-02", "2026-09-30"),
            // All of it a holiday: the first day after.
            ("2026-10-02", "2026-10-06", "2026-10-08"),
            // Over the end of a February.
            ("2028-02-27", "2028-03-02", "2028-03-02"),
        ] {
            assert_eq!(c.due(day(opens), day(ends)), day(due), "{opens}..{ends}");
        }
    }

    #[test]
    fn a_calendar_without_a_working_day_does_not_run_for_ever() {
        let c = WorkCalendar::new(&Lists {
            days_off: vec!["2026-01-01..2028-12-31".to_owned()],
            ..Lists::default()
        });
        assert_eq!(c.from(day("2026-06-01")), day("2026-06-01"));
    }
}
