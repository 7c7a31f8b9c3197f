//! What files say of units between their visits, dated: surveys, complaints, bookings kept and missed, policies that we sold.
//! A kind of file that says nothing by a date leaves what it would tell unknown on that date, not zero.

use arrow::array::{BooleanArray, Date32Array, Float64Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::table::{column, day_at, day_of, text_at, value_at};
use crate::types::{CustomerId, Error, Result, UnitId};

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

    fn parse(name: Option<&str>) -> Result<Self> {
        let of = Self::ALL.iter().find(|(of, _)| Some(*of) == name);
        of.map(|(_, kind)| *kind)
            .ok_or_else(|| Error::internal("a kind of signal that has no name"))
    }
}

/// One thing that was said of a unit, or of a customer and so of whatever he holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// What.
    pub kind: SignalKind,
    /// Day from which it is known.
    pub known_on: NaiveDate,
    /// Day until which it holds: of the booked visit, of the policy's end.
    pub until_on: Option<NaiveDate>,
    /// A survey's share of the full marks, 0 to 1.
    pub figure: Option<f64>,
}

/// The signals of all units, and those of customers that name no vehicle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    units: Parties,
    customers: Parties,
    /// The first day of each kind.
    first: [Option<NaiveDate>; SignalKind::ALL.len()],
}

/// Signals by the id of whom they are of, and of each in the order in which they became known.
#[derive(Clone, Debug, Default, PartialEq)]
struct Parties {
    id: Vec<u64>,
    /// Where the signals of each end.
    ends: Vec<usize>,
    signals: Vec<Signal>,
}

impl Parties {
    fn push(&mut self, id: u64, signal: Signal) {
        self.signals.push(signal);
        match self.ends.last_mut() {
            Some(end) if self.id.last() == Some(&id) => *end = self.signals.len(),
            _ => {
                self.id.push(id);
                self.ends.push(self.signals.len());
            }
        }
    }

    fn at(&self, place: usize) -> &[Signal] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.signals[start..self.ends[place]]
    }
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
    /// A policy sold by us began in the last 24 months.
    pub(super) renewed: bool,
}

impl Signals {
    /// Adds the rows of a batch of `queries/features/unit_signals.sql`, which come by party and day.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        let parties = column::<UInt64Array>(batch, "party_id")?;
        let of_customer = column::<BooleanArray>(batch, "of_customer")?;
        let kinds = column::<StringArray>(batch, "signal")?;
        let known = column::<Date32Array>(batch, "known_on")?;
        let until = column::<Date32Array>(batch, "until_on")?;
        let figures = column::<Float64Array>(batch, "figure")?;
        for i in 0..batch.num_rows() {
            let signal = Signal {
                kind: SignalKind::parse(text_at(kinds, i))?,
                known_on: day_of(known.value(i)),
                until_on: day_at(until, i),
                figure: value_at(figures, i),
            };
            self.push(of_customer.value(i), parties.value(i), signal);
        }
        Ok(())
    }

    /// Takes note of the first day of each kind, of whatever unit: `signal` and `known_on`.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend_first(&mut self, batch: &RecordBatch) -> Result<()> {
        let kinds = column::<StringArray>(batch, "signal")?;
        let known = column::<Date32Array>(batch, "known_on")?;
        for i in 0..batch.num_rows() {
            self.is_told(
                SignalKind::parse(text_at(kinds, i))?,
                day_of(known.value(i)),
            );
        }
        Ok(())
    }

    fn is_told(&mut self, kind: SignalKind, known_on: NaiveDate) {
        let first = &mut self.first[kind as usize];
        *first = Some(first.map_or(known_on, |day| day.min(known_on)));
    }

    fn push(&mut self, of_customer: bool, id: u64, signal: Signal) {
        self.is_told(signal.kind, signal.known_on);
        let parties = if of_customer {
            &mut self.customers
        } else {
            &mut self.units
        };
        parties.push(id, signal);
    }

    /// The signals of units that are asked for in ascending order, from the unit at `next` on, which moves with them.
    pub(super) fn of(&self, unit: UnitId, next: &mut usize) -> &[Signal] {
        while self.units.id.get(*next).is_some_and(|of| *of < unit.0) {
            *next += 1;
        }
        if self.units.id.get(*next) == Some(&unit.0) {
            self.units.at(*next)
        } else {
            &[]
        }
    }

    /// The signals that name a customer and no vehicle.
    fn of_customer(&self, customer: CustomerId) -> &[Signal] {
        match self.customers.id.binary_search(&customer.0) {
            Ok(place) => self.customers.at(place),
            Err(_) => &[],
        }
    }

    /// Whether any row of a kind was known by a date: only then does the lack of one say anything.
    fn tells(&self, kind: SignalKind, by: NaiveDate) -> bool {
        self.first[kind as usize].is_some_and(|first| first <= by)
    }

    /// What the signals of a unit and of its holder amount to at a date. `since`: the day after which 24 months begin;
    /// `last_visit`: that of the last qualified visit.
    pub(super) fn heard(
        &self,
        of: &[Signal],
        holder: CustomerId,
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
        let known = |of| <[Signal]>::iter(of).take_while(|s| s.known_on <= date);
        let mut surveyed_on = since;
        for s in known(of).chain(known(self.of_customer(holder))) {
            match s.kind {
                SignalKind::Survey if s.known_on >= surveyed_on && s.known_on > since => {
                    surveyed_on = s.known_on;
                    heard.survey_score = s.figure.or(heard.survey_score);
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
                SignalKind::Policy => {
                    heard.policy_sold_end = heard.policy_sold_end.max(s.until_on);
                    heard.renewed |= s.known_on > since;
                }
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

    /// Unit, kind, known on, until, figure.
    type Told<'a> = (u64, SignalKind, &'a str, &'a str, f64);

    fn tell(all: &mut Signals, of_customer: bool, of: &[Told<'_>]) {
        for (id, kind, known_on, until_on, figure) in of {
            let signal = Signal {
                kind: *kind,
                known_on: day(known_on),
                until_on: until_on.parse().ok(),
                figure: Some(*figure),
            };
            all.push(of_customer, *id, signal);
        }
    }

    fn signals(of: &[Told<'_>]) -> Signals {
        let mut all = Signals::default();
        tell(&mut all, false, of);
        all
    }

    /// Of a unit whose holder has the unit's number and a hundred more.
    fn heard(all: &Signals, unit: u64, date: &str, last_visit: &str) -> Heard {
        let of = all.of(UnitId(unit), &mut 0);
        let since = day(date) - chrono::Months::new(24);
        let holder = CustomerId(unit + 100);
        all.heard(of, holder, day(date), since, last_visit.parse().ok())
    }

    #[test]
    fn what_names_the_holder_alone_is_of_what_he_holds() {
        use SignalKind::{Booked, Complaint, Survey};
        let mut all = signals(&[(3, Survey, "2024-06-01", "", 0.9)]);
        tell(
            &mut all,
            true,
            &[
                (103, Survey, "2024-05-01", "", 0.1),
                (103, Complaint, "2024-06-03", "", 0.0),
                (104, Complaint, "2024-05-01", "", 0.0),
                (104, Booked, "2024-06-03", "2024-07-01", 0.0),
            ],
        );
        let third = heard(&all, 3, "2024-06-30", "");
        assert_eq!(third.survey_score, Some(0.9), "the later of the two");
        assert_eq!(third.complaints_24m, Some(1));
        assert_eq!(third.booked_ahead, Some(false));
        assert_eq!(
            heard(&all, 3, "2024-06-02", "").complaints_24m,
            Some(0),
            "not yet"
        );
        let fourth = heard(&all, 4, "2024-06-30", "");
        assert_eq!(
            (fourth.complaints_24m, fourth.booked_ahead),
            (Some(1), Some(true))
        );
        assert_eq!(heard(&all, 5, "2024-06-30", "").complaints_24m, Some(0));
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
        assert_eq!(before.survey_score, Some(0.9));
        assert_eq!(before.complaints_24m, Some(1));
        assert_eq!(before.booked_ahead, Some(true));
        // No booking of anybody was missed yet: nobody knows whether the files say so.
        assert_eq!(before.missed_since_visit, None);
        assert_eq!(before.policy_sold_end, Some(day("2025-07-01")));
        assert!(before.renewed && !heard(&all, 3, "2024-06-30", "2024-05-01").renewed);
        let later = heard(&all, 3, "2026-07-01", "2024-05-01");
        assert!(!later.renewed && later.policy_sold_end == before.policy_sold_end);
        let on_the_day = heard(&all, 3, "2024-08-09", "2024-05-01");
        assert_eq!(on_the_day.booked_ahead, Some(false));
        assert_eq!(on_the_day.missed_since_visit, Some(1));
        let after = heard(&all, 3, "2024-10-01", "2024-09-30");
        assert_eq!(after.survey_score, Some(0.2));
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
