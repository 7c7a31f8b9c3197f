//! What files say of units between their visits, dated: surveys, complaints, bookings kept and missed, policies that we sold.
//! A kind of file that says nothing by a date leaves what it would tell unknown on that date, not zero.

use arrow::array::{Date32Array, Float64Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::table::{column, day_at, day_of, text_at, value_at};
use crate::types::{Error, Result, UnitId};

/// Kinds of signals, by their names in `queries/features/unit_signals.sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// A survey was answered.
    Survey,
    /// A complaint was made.
    Complaint,
    /// A booked visit did not take place.
    Missed,
    /// A visit was booked.
    Booked,
    /// A policy sold by us began.
    Policy,
}

impl SignalKind {
    const ALL: [(&'static str, Self); 5] = [
        ("survey", Self::Survey),
        ("complaint", Self::Complaint),
        ("missed", Self::Missed),
        ("booked", Self::Booked),
        ("policy", Self::Policy),
    ];
}

/// One thing that was said of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// What.
    pub kind: SignalKind,
    /// Day from which it is known.
    pub known_on: NaiveDate,
    /// Day until which it holds: of the booked visit, of the policy's end.
    pub until_on: Option<NaiveDate>,
    /// A survey's share of the full marks, 0 to 1.
    pub figure: Option<f32>,
}

/// The signals of all units, by unit id and within a unit in the order in which they became known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    unit_id: Vec<UnitId>,
    starts: Vec<usize>,
    signals: Vec<Signal>,
    /// The first day of each kind, in the order of [`SignalKind::ALL`].
    first: [Option<NaiveDate>; 5],
}

/// What the signals of one unit amount to at a date; `None` is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Heard {
    /// The last survey of 24 months, as a share of the full marks.
    pub(super) survey_score: Option<f64>,
    /// Complaints of the last 24 months.
    pub(super) complaints_24m: Option<i32>,
    /// Bookings missed since the last qualified visit.
    pub(super) missed_since_visit: Option<i32>,
    /// A visit is booked for a later day.
    pub(super) booked_ahead: Option<bool>,
    /// End of the last policy sold by us.
    pub(super) policy_sold_end: Option<NaiveDate>,
}

impl Signals {
    /// Adds the rows of a batch of `queries/features/unit_signals.sql`, which come by unit and day.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        let units = column::<UInt64Array>(batch, "unit_id")?;
        let kinds = column::<StringArray>(batch, "signal")?;
        let known = column::<Date32Array>(batch, "known_on")?;
        let until = column::<Date32Array>(batch, "until_on")?;
        let figures = column::<Float64Array>(batch, "figure")?;
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for i in 0..batch.num_rows() {
            let name = text_at(kinds, i).unwrap_or_default();
            let Some(at) = SignalKind::ALL.iter().position(|(of, _)| *of == name) else {
                return Err(Error::internal("a kind of signal that has no name"));
            };
            let signal = Signal {
                kind: SignalKind::ALL[at].1,
                known_on: day_of(known.value(i)),
                until_on: day_at(until, i),
                figure: value_at(figures, i).map(|v| v as f32),
            };
            let first = &mut self.first[at];
            *first = Some(first.map_or(signal.known_on, |day| day.min(signal.known_on)));
            self.push(UnitId(units.value(i)), signal);
        }
        Ok(())
    }

    fn push(&mut self, unit: UnitId, signal: Signal) {
        if self.unit_id.last() != Some(&unit) {
            self.unit_id.push(unit);
            self.starts.push(self.signals.len());
        }
        self.signals.push(signal);
        if let Some(end) = self.starts.last_mut() {
            *end += 1;
        }
    }

    /// The signals of units that are asked for in ascending order, from the unit at `next` on, which moves with them.
    pub(super) fn of(&self, unit: UnitId, next: &mut usize) -> &[Signal] {
        while self.unit_id.get(*next).is_some_and(|of| *of < unit) {
            *next += 1;
        }
        if self.unit_id.get(*next) == Some(&unit) {
            &self.signals[self.starts[*next]..self.starts[*next + 1]]
        } else {
            &[]
        }
    }

    /// Whether any row of a kind was known by a date: only then does the lack of one say anything.
    fn tells(&self, kind: SignalKind, by: NaiveDate) -> bool {
        SignalKind::ALL
            .iter()
            .position(|(_, of)| *of == kind)
            .and_then(|at| self.first[at])
            .is_some_and(|first| first <= by)
    }

    /// What a unit's signals amount to at a date. `since`: the day after which 24 months begin; `last_visit`: that of the
    /// last qualified visit.
    pub(super) fn heard(
        &self,
        of: &[Signal],
        date: NaiveDate,
        since: NaiveDate,
        last_visit: Option<NaiveDate>,
    ) -> Heard {
        let mut heard = Heard {
            complaints_24m: self.tells(SignalKind::Complaint, date).then_some(0),
            missed_since_visit: self.tells(SignalKind::Missed, date).then_some(0),
            booked_ahead: self.tells(SignalKind::Booked, date).then_some(false),
            ..Heard::default()
        };
        let one_more = |count: &mut Option<i32>| {
            if let Some(n) = count {
                *n += 1;
            }
        };
        for s in of.iter().take_while(|s| s.known_on <= date) {
            match s.kind {
                SignalKind::Survey if s.known_on > since => {
                    heard.survey_score = s.figure.map(f64::from).or(heard.survey_score);
                }
                SignalKind::Complaint if s.known_on > since => {
                    one_more(&mut heard.complaints_24m);
                }
                SignalKind::Missed if last_visit.is_none_or(|day| s.known_on > day) => {
                    one_more(&mut heard.missed_since_visit);
                }
                SignalKind::Booked if s.until_on.is_some_and(|day| day > date) => {
                    heard.booked_ahead = Some(true);
                }
                SignalKind::Policy => heard.policy_sold_end = heard.policy_sold_end.max(s.until_on),
                _ => {}
            }
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn signals(of: &[(u64, SignalKind, &str, &str, f32)]) -> Signals {
        let mut all = Signals {
            starts: vec![0],
            ..Signals::default()
        };
        for (unit, kind, known_on, until_on, figure) in of {
            let at = SignalKind::ALL.iter().position(|(_, k)| k == kind).unwrap();
            let known_on = day(known_on);
            all.first[at] = all.first[at].or(Some(known_on)).min(Some(known_on));
            let signal = Signal {
                kind: *kind,
                known_on,
                until_on: until_on.parse().ok(),
                figure: Some(*figure),
            };
            all.push(UnitId(*unit), signal);
        }
        all
    }

    fn heard(all: &Signals, unit: u64, date: &str, last_visit: &str) -> Heard {
        let of = all.of(UnitId(unit), &mut 0);
        let since = day(date) - chrono::Months::new(24);
        all.heard(of, day(date), since, last_visit.parse().ok())
    }

    #[test]
    fn nothing_is_read_that_became_known_later() {
        use SignalKind::{Booked, Complaint, Missed, Policy, Survey};
        let all = signals(&[
            (3, Survey, "2024-05-01", "", 0.9),
            (3, Complaint, "2024-06-01", "", 0.0),
            (3, Policy, "2024-07-01", "2025-07-01", 0.0),
            (3, Booked, "2024-08-01", "2024-08-09", 0.0),
            (3, Missed, "2024-08-09", "", 0.0),
            (3, Survey, "2024-09-01", "", 0.2),
            (9, Survey, "2023-01-01", "", 1.0),
        ]);
        assert_eq!(heard(&all, 3, "2022-12-31", "2022-01-01"), Heard::default());
        let before = heard(&all, 3, "2024-08-08", "2024-05-01");
        assert_eq!(before.survey_score, Some(f64::from(0.9f32)));
        assert_eq!(before.complaints_24m, Some(1));
        assert_eq!(before.booked_ahead, Some(true));
        // No booking of anybody was missed yet: nobody knows whether the files say so.
        assert_eq!(before.missed_since_visit, None);
        assert_eq!(before.policy_sold_end, Some(day("2025-07-01")));
        let on_the_day = heard(&all, 3, "2024-08-09", "2024-05-01");
        assert_eq!(on_the_day.booked_ahead, Some(false));
        assert_eq!(on_the_day.missed_since_visit, Some(1));
        let after = heard(&all, 3, "2024-10-01", "2024-09-30");
        assert_eq!(after.survey_score, Some(f64::from(0.2f32)));
        assert_eq!(after.missed_since_visit, Some(0), "he has come since");
        // Another unit has complained of nothing; its survey is older than 24 months.
        let other = heard(&all, 9, "2025-02-01", "2024-01-01");
        assert_eq!((other.survey_score, other.complaints_24m), (None, Some(0)));
        assert_eq!(other.policy_sold_end, None);
    }

    #[test]
    fn units_are_found_in_ascending_order_whatever_lies_between() {
        let kind = SignalKind::Complaint;
        let all = signals(&[
            (2, kind, "2024-01-01", "", 0.0),
            (5, kind, "2024-01-01", "", 0.0),
            (5, kind, "2024-02-01", "", 0.0),
        ]);
        let mut next = 0;
        let counts: Vec<usize> = [1, 2, 4, 5, 7]
            .map(|unit| all.of(UnitId(unit), &mut next).len())
            .to_vec();
        assert_eq!(counts, [0, 1, 0, 2, 0]);
        assert!(Signals::default().of(UnitId(1), &mut 0).is_empty());
    }
}
