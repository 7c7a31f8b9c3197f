//! The list that comes back: which rows answer which task, with what, and what cannot be understood. Values in,
//! values out; rows may be sorted anew, columns moved, sheets copied, saved by any program. A blank never says anything.

pub mod fields;
mod reading;
mod settling;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};

use crate::follow_up::lost_reasons::lost_reason_label;
use crate::follow_up::outcomes;
use crate::types::Lang;

pub use reading::{Filled, Row, Slip, named_nobody, read};
pub use settling::{Fate, Known, Repeated, settle};

/// What was filled in about one contact; what was left blank is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// First level of the outcome, a code.
    pub result_l1: Option<String>,
    /// Second level, a code.
    pub result_l2: Option<String>,
    /// What was said.
    pub note: Option<String>,
    /// Why the customer went elsewhere, a code.
    pub lost_reason: Option<String>,
    /// A day that was agreed.
    pub next_on: Option<NaiveDate>,
    /// The customer refuses marketing.
    pub opt_out: bool,
    /// How the customer was reached, a code.
    pub channel: Option<String>,
    /// Who called, where the sheet says it.
    pub staff: Option<String>,
    /// When, where the sheet says it.
    pub contacted_on: Option<NaiveDate>,
}

impl Answer {
    /// True where nothing was filled in: who, when and how alone are no answer.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.result_l1.is_none()
            && self.result_l2.is_none()
            && self.note.is_none()
            && self.lost_reason.is_none()
            && self.next_on.is_none()
            && !self.opt_out
    }

    /// True where everything that `other` says is said here too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        fn says<T: PartialEq>(here: Option<&T>, there: Option<&T>) -> bool {
            there.is_none() || here == there
        }
        says(self.result_l1.as_ref(), other.result_l1.as_ref())
            && says(self.result_l2.as_ref(), other.result_l2.as_ref())
            && says(self.note.as_ref(), other.note.as_ref())
            && says(self.lost_reason.as_ref(), other.lost_reason.as_ref())
            && says(self.next_on.as_ref(), other.next_on.as_ref())
            && (self.opt_out || !other.opt_out)
    }

    /// What is said here, and where nothing is said, what was said before.
    #[must_use]
    pub fn over(self, before: &Self) -> Self {
        Self {
            result_l1: self.result_l1.or_else(|| before.result_l1.clone()),
            result_l2: self.result_l2.or_else(|| before.result_l2.clone()),
            note: self.note.or_else(|| before.note.clone()),
            lost_reason: self.lost_reason.or_else(|| before.lost_reason.clone()),
            next_on: self.next_on.or(before.next_on),
            opt_out: self.opt_out || before.opt_out,
            channel: self.channel.or_else(|| before.channel.clone()),
            staff: self.staff.or_else(|| before.staff.clone()),
            contacted_on: self.contacted_on.or(before.contacted_on),
        }
    }

    /// True where the day that was agreed is one on which the customer comes.
    #[must_use]
    pub fn has_booked(&self) -> bool {
        self.result_l2.as_deref() == Some("booked")
    }

    /// The day of the next call: the agreed one; after a booking the day after it, on which it is asked after only whether
    /// the customer came.
    #[must_use]
    pub fn call_on(&self) -> Option<NaiveDate> {
        let days = u64::from(self.has_booked());
        self.next_on?.checked_add_days(Days::new(days))
    }

    /// True where nobody was reached.
    #[must_use]
    pub fn is_attempt(&self) -> bool {
        self.result_l1.as_deref() == Some("failed")
    }

    /// What it says in short, in that language: result, detail, reason, day, note.
    #[must_use]
    pub fn in_short(&self, lang: Lang) -> String {
        let label = |code: &Option<String>, of: fn(Lang, &str) -> String| {
            code.as_deref().map(|code| of(lang, code))
        };
        let parts = [
            label(&self.result_l1, outcomes::result_label),
            label(&self.result_l2, outcomes::outcome_label),
            label(&self.lost_reason, lost_reason_label),
            self.next_on.map(|day| day.to_string()),
            self.note.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" · ")
    }

    /// True where somebody was spoken to; an attempt that reached nobody leaves the task open.
    #[must_use]
    pub fn reached(&self) -> bool {
        match self.result_l1.as_deref() {
            Some("failed") => false,
            Some(_) => true,
            None => self.next_on.is_some() || self.opt_out || self.lost_reason.is_some(),
        }
    }
}
