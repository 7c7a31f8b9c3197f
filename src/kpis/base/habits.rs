//! How often and how lately those came who are there when a period closes.

use chrono::{Datelike, NaiveDate};

use super::{Base, BaseVisit, Mark, months_before};

/// Habits of the persons' units that are not gone when a period closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// Last seen 12 to 24 months ago; `None` where the history is too short to tell.
    pub tier_12_24: Option<i64>,
    /// Last seen over 24 months ago; `None` where the history is too short to tell.
    pub tier_over_24: Option<i64>,
    /// Here in the calendar month 13 months before.
    pub cohort: i64,
    /// Those of them that have been here since.
    pub cohort_since: i64,
    /// Here in the last 12 months.
    pub here: i64,
    /// Those of them that were here twice or more; `None` where the history is too short to tell.
    pub here_twice: Option<i64>,
    /// Units by visits in the last 12 months: four or more, two or three, one, none.
    pub classes: [i64; 4],
}

impl Base {
    pub(super) fn habits_of(&mut self, visits: &[BaseVisit], gone: u64) {
        for (span, habits) in self.spans.iter().zip(&mut self.habits) {
            if gone >> span.closes & 1 == 1 {
                continue;
            }
            let Mark { on, after } = self.marks[span.closes];
            // The calendar month that begins 13 months before the one of the closing.
            let month = on.with_day(1).unwrap_or(on);
            let (from, to) = (months_before(month, 13), months_before(month, 12));
            let (mut last, mut recent, mut in_cohort, mut since) = (None, 0, false, false);
            for visit in visits.iter().filter(|v| v.on <= on && v.known_on <= on) {
                last = last.max(Some(visit.on));
                recent += usize::from(visit.on > after);
                in_cohort |= visit.on >= from && visit.on < to;
                since |= visit.on >= to;
            }
            let Some(last) = last else { continue };
            let long_ago = months_before(on, 24);
            let one_more = |count: &mut Option<i64>, holds: bool| {
                *count = Some(count.unwrap_or(0) + i64::from(holds));
            };
            one_more(&mut habits.tier_12_24, last <= after && last > long_ago);
            one_more(&mut habits.tier_over_24, last <= long_ago);
            one_more(&mut habits.here_twice, recent > 1);
            habits.cohort += i64::from(in_cohort);
            habits.cohort_since += i64::from(in_cohort && since);
            habits.here += i64::from(recent > 0);
            let class = match recent {
                4.. => 0,
                2 | 3 => 1,
                1 => 2,
                0 => 3,
            };
            habits.classes[class] += 1;
        }
    }

    /// Habits of the persons' units when each period closes; without periods by which none was known.
    #[must_use]
    pub fn habits(&self) -> Vec<(NaiveDate, Habits)> {
        let covers = |day: NaiveDate| self.began.is_some_and(|began| began <= day);
        self.spans
            .iter()
            .zip(&self.habits)
            .filter(|(_, habits)| habits.classes.iter().sum::<i64>() > 0)
            .map(|(span, habits)| {
                let closes = self.marks[span.closes];
                let a_year = covers(closes.after);
                let habits = Habits {
                    tier_12_24: habits.tier_12_24.filter(|_| a_year),
                    tier_over_24: habits
                        .tier_over_24
                        .filter(|_| covers(months_before(closes.on, 24))),
                    here_twice: habits.here_twice.filter(|_| a_year),
                    ..*habits
                };
                (span.month, habits)
            })
            .collect()
    }
}
