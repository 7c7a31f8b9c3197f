//! Whom to call today: the lists merged to one row a vehicle, without those who must not be called,
//! in the order in which a call is worth most.
//!
//! The queries of `rules` find candidates, what decides who of them has a place, and what is told of those who have one;
//! everything here is values in, values out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::i18n::Currency;
use crate::settings::Lists;
use crate::types::{CustomerId, Lang, Reason, UnitId};

mod build;
pub mod calendar;
mod call_sheet;
pub mod campaigns;
pub mod candidate;
mod cells;
pub mod conditions;
pub mod csv;
pub mod detail;
mod draft;
pub mod facts;
pub mod holdout;
pub mod lost_reasons;
mod more;
mod names;
mod opened;
mod order;
pub mod outcomes;
pub mod paper;
mod reassigned;
pub mod record;
pub mod registers;
pub mod rules;
pub mod tasks;
pub mod uplift;
mod why;
pub mod withheld;
pub mod workbook;
pub mod worth;

pub use build::draft;
pub use calendar::WorkCalendar;
pub use call_sheet::call_sheet;
pub use candidate::Candidate;
pub use csv::csv;
pub use detail::UnitDetail;
pub use draft::Drafted;
pub use facts::UnitFacts;
pub use opened::{Task, task_id, tasks};
pub use reassigned::{Reassignment, Reassignments};
pub use rules::{Band, Deadline, LISTS, ListRule, Rules, Stake, Suppression};
pub use withheld::Withheld;
pub use workbook::workbook;
pub use worth::{Helps, Worth};

/// Says whether a customer (else a unit) is left uncalled by all marketing lists, to learn what a call is worth.
#[derive(Clone, Copy)]
pub struct HeldOut<'a>(pub &'a (dyn Fn(Option<CustomerId>, UnitId) -> bool + Sync));

impl fmt::Debug for HeldOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeldOut")
    }
}

/// What a list is made for.
#[derive(Clone, Copy, Debug)]
pub struct ListContext<'a> {
    /// The date of the scores.
    pub as_of: NaiveDate,
    /// The day on which the calls are made.
    pub calling_day: NaiveDate,
    /// Rows of the day; 0: no limit.
    pub capacity: usize,
    /// Rows of the day and caller; 0: no limit.
    pub capacity_per_caller: usize,
    /// Language of the reasons kept with the tasks.
    pub lang: Lang,
    /// What money is called.
    pub currency: &'a Currency,
    /// Windows and gaps.
    pub settings: &'a Lists,
    /// Name of the department; may be empty.
    pub department: &'a str,
    /// The lists in force.
    pub rules: &'a Rules,
    /// The days on which calls are made.
    pub calendar: &'a WorkCalendar,
    /// P(call helps) by level.
    pub helps: &'a Helps,
    /// Who is left uncalled to learn from; `None`: nobody.
    pub held_out: Option<HeldOut<'a>>,
    /// Whose calls are in whose hands.
    pub reassigned: &'a Reassignments,
}

/// One row: a vehicle (or a customer without one) to call about today.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// Key of the task: list, unit and calling day, hashed.
    pub task_id: String,
    /// The list that leads: one that owes the call, else of the highest band.
    pub rule: Arc<ListRule>,
    /// All lists that name it, the first one first.
    pub lists: Vec<Arc<ListRule>>,
    /// The last day in time of each of them.
    pub dues: Vec<NaiveDate>,
    /// Highest band.
    pub band: Band,
    /// Who calls; `None`: nobody is assigned.
    pub caller: Option<String>,
    /// The list itself says who calls (a complaint's owner, the supervisor, whoever renews).
    pub caller_by_list: bool,
    /// Who takes over.
    pub deputy: Option<String>,
    /// How to reach out: `phone`, `wechat`, `sms`, `letter`, `visit`.
    pub channel: String,
    /// The day on which the window opened; `None`: it has no beginning.
    pub opened_on: Option<NaiveDate>,
    /// Last day on which the call is in time; before the calling day where a timer of the plan has run out.
    pub due_on: NaiveDate,
    /// What the first list is about: an event, an insurer, the gaps of a file; may be empty.
    pub about: String,
    /// The day that it is about.
    pub about_on: Option<NaiveDate>,
    /// The campaign that the contact announces, whichever list comes first.
    pub event: Option<String>,
    /// Yuan that the call is worth.
    pub priority: Option<f64>,
    /// The factors of the priority.
    pub worth: Worth,
    /// Yuan a year at stake.
    pub value_at_stake: Option<f64>,
    /// Why now, best first; a row shows two.
    pub reasons: Vec<Reason>,
    /// Everything else that is known.
    pub detail: UnitDetail,
}

impl CallRow {
    /// Unit.
    #[must_use]
    pub fn unit_id(&self) -> UnitId {
        self.detail.unit_id
    }
}

/// A unit that some list names and that is not called today.
#[derive(Clone, Debug, PartialEq)]
pub struct WithheldRow {
    /// Unit.
    pub unit_id: UnitId,
    /// Who would have called.
    pub caller: Option<Arc<str>>,
    /// Why not.
    pub why: Withheld,
}

/// The calls of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct CallList {
    /// The date of the scores.
    pub as_of: NaiveDate,
    /// The day on which the calls are made.
    pub calling_day: NaiveDate,
    /// Name of the department; may be empty.
    pub department: String,
    /// Language of the reasons kept with the tasks.
    pub lang: Lang,
    /// What money is called.
    pub currency: Currency,
    /// What may be offered, by list.
    pub offers: BTreeMap<String, String>,
    /// One sheet a caller and list instead of one a caller.
    pub by_list: bool,
    /// Calls that the lists name: those listed, withheld, held out and over capacity together. A unit counts twice where the
    /// lot leaves an offer undone and the call for its file is made.
    pub candidates: usize,
    /// The rows, in the order of calling.
    pub rows: Vec<CallRow>,
    /// Rows left uncalled on purpose, to learn from; in no workbook.
    pub held_out: Vec<CallRow>,
    /// Those left out, by unit id.
    pub withheld: Vec<WithheldRow>,
    /// Rows beyond the day's capacity, by caller.
    pub over_capacity: BTreeMap<Option<Arc<str>>, usize>,
    /// The days of a plan, this one among them; empty where one day was asked for.
    pub plan: Vec<PlanDay>,
}

/// One day of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanDay {
    /// The calling day.
    pub day: NaiveDate,
    /// Rows by caller.
    pub rows: BTreeMap<Option<String>, usize>,
    /// Rows whose time is up.
    pub must: usize,
    /// Rows that found no place.
    pub over: usize,
    /// Yuan a year at stake.
    pub value: f64,
}

impl CallList {
    /// Rows whose time is up on the calling day.
    #[must_use]
    pub fn must(&self) -> usize {
        let up = |r: &&CallRow| r.due_on <= self.calling_day;
        self.rows.iter().filter(up).count()
    }

    /// The day in short.
    #[must_use]
    pub fn planned(&self) -> PlanDay {
        let mut rows = BTreeMap::new();
        for row in &self.rows {
            *rows.entry(row.caller.clone()).or_insert(0) += 1;
        }
        PlanDay {
            day: self.calling_day,
            rows,
            must: self.must(),
            over: self.over_capacity.values().sum(),
            value: self.rows.iter().filter_map(|r| r.value_at_stake).sum(),
        }
    }

    /// How many are left out, by reason, in the order of the reasons.
    #[must_use]
    pub fn withheld_counts(&self) -> BTreeMap<Withheld, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.withheld {
            *counts.entry(row.why).or_insert(0) += 1;
        }
        counts
    }

    /// Everyone with a row, a withheld unit or a unit over capacity; nobody assigned comes last.
    #[must_use]
    pub fn callers(&self) -> Vec<Option<&str>> {
        let mut names: Vec<Option<&str>> = self
            .rows
            .iter()
            .map(|r| r.caller.as_deref())
            .chain(self.withheld.iter().map(|w| w.caller.as_deref()))
            .chain(self.over_capacity.keys().map(Option::as_deref))
            .collect();
        names.sort_by_key(|name| (name.is_none(), *name));
        names.dedup();
        names
    }

    /// Days between the scores and the calls.
    #[must_use]
    pub fn age_days(&self) -> i64 {
        (self.calling_day - self.as_of).num_days()
    }
}

#[cfg(test)]
mod tests;
