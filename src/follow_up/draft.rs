//! A row before its day is settled: only what decides its place, since most that a list names find none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::build::due_on;
use super::opened::task_id;
use super::rules::Suppression;
use super::withheld::promised_now;
use super::{
    Band, CallList, CallRow, Candidate, ListContext, ListRule, UnitDetail, UnitFacts, Withheld,
    WithheldRow, Worth, why,
};
use crate::settings::Lists;
use crate::types::UnitId;

/// What a list says of a unit, and where the list stands in the order of telling.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Place of the list among the rules.
    pub at: usize,
    /// The list.
    pub rule: Arc<ListRule>,
    /// What it says.
    pub candidate: Candidate,
}

impl Named {
    /// True for a call that the plan owes to the customer.
    pub(super) fn is_owed(&self) -> bool {
        self.rule.suppression == Suppression::Service && self.candidate.band.owed()
    }
}

/// A unit that may be called.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What is known of it.
    pub(super) facts: UnitFacts,
    /// What the lists say that may call it, what is owed first, then by band; never empty.
    pub named: Vec<Named>,
    /// Highest band.
    pub band: Band,
    /// Who calls; `None`: nobody is assigned.
    pub caller: Option<Arc<str>>,
    /// The list itself says who calls.
    pub caller_by_list: bool,
    /// Who takes over.
    pub deputy: Option<Arc<str>>,
    /// Last day on which the call is in time.
    pub due_on: NaiveDate,
    /// The factors of the priority.
    pub worth: Worth,
    /// Yuan that the call is worth.
    pub priority: Option<f64>,
    /// Left alone on purpose.
    pub held: bool,
}

/// Drafts are large, most that a list names find no place, and all change theirs more than once.
pub(super) type BoxedDraft = Box<Draft>;

impl Draft {
    /// True where a call that is owed comes before everything else in a day's capacity.
    pub(super) fn owed(&self) -> bool {
        self.named.first().is_some_and(Named::is_owed)
    }

    /// The row, with everything that a caller needs to know.
    fn told(self, mut detail: UnitDetail, ctx: &ListContext<'_>) -> Option<CallRow> {
        let said: Vec<&Candidate> = self.named.iter().map(|n| &n.candidate).collect();
        let reasons = why::reasons(&said, &self.facts, &detail, ctx);
        // A day that has passed and binds nobody any more is not shown as one to keep.
        let holds = promised_now(&self.facts, ctx);
        detail.contact_next_on = detail
            .contact_next_on
            .filter(|day| holds || *day > ctx.calling_day);
        let first = self.named.first()?;
        let (rule, best) = (&first.rule, &first.candidate);
        Some(CallRow {
            task_id: task_id(&rule.id, best.unit_id, ctx.calling_day),
            rule: Arc::clone(rule),
            lists: self.named.iter().map(|n| Arc::clone(&n.rule)).collect(),
            dues: self
                .named
                .iter()
                .map(|n| due_on(&n.rule, &n.candidate, ctx))
                .collect(),
            band: self.band,
            channel: channel(rule, &self.facts, ctx.settings),
            opened_on: best.open_on,
            due_on: self.due_on,
            about: best.about.to_string(),
            about_on: best.about_on,
            event: said.iter().find_map(|c| why::announces(c)),
            priority: self.priority,
            worth: self.worth,
            value_at_stake: self.worth.value,
            reasons,
            detail,
            caller: self.caller.as_deref().map(str::to_owned),
            caller_by_list: self.caller_by_list,
            // Who took over already is nobody's deputy.
            deputy: self
                .deputy
                .filter(|deputy| self.caller.as_ref() != Some(deputy))
                .as_deref()
                .map(str::to_owned),
        })
    }
}

/// The channel: the list's own, unless calling has been in vain or there is no number.
fn channel(rule: &ListRule, facts: &UnitFacts, settings: &Lists) -> String {
    if rule.channel == "phone" {
        let after = i64::from(settings.unreachable_after);
        let nobody_there = facts.wrong_number_on.is_some() && !facts.has_other_phone;
        if !facts.has_phone || nobody_there {
            if facts.has_address {
                return "letter".to_owned();
            }
        } else if after > 0
            && facts.failed_in_row >= after
            && (settings.unreachable_channel != "letter" || facts.has_address)
        {
            return settings.unreachable_channel.clone();
        }
    }
    rule.channel.clone().into_owned()
}

/// A day whose places are given, before its rows are told.
#[derive(Clone, Debug)]
pub struct Drafted {
    pub(super) candidates: usize,
    pub(super) rows: Vec<BoxedDraft>,
    pub(super) held_out: Vec<BoxedDraft>,
    pub(super) withheld: Vec<WithheldRow>,
    pub(super) over_capacity: BTreeMap<Option<Arc<str>>, usize>,
}

impl Drafted {
    /// The units of which more must be known: those with a place, and those left alone on purpose.
    pub fn units(&self) -> impl Iterator<Item = UnitId> {
        let drafts = self.rows.iter().chain(&self.held_out);
        let units: BTreeSet<UnitId> = drafts.map(|d| d.facts.unit_id).collect();
        units.into_iter()
    }

    /// The list of the day, its rows told from what is known of each of [`Drafted::units`].
    #[must_use]
    pub fn told(mut self, details: Vec<UnitDetail>, ctx: &ListContext<'_>) -> CallList {
        let details: BTreeMap<UnitId, UnitDetail> =
            details.into_iter().map(|d| (d.unit_id, d)).collect();
        let withheld = &mut self.withheld;
        let mut tell = |drafts: Vec<BoxedDraft>| {
            let mut rows = Vec::with_capacity(drafts.len());
            for draft in drafts {
                let (unit_id, caller) = (draft.facts.unit_id, draft.caller.clone());
                let detail = details.get(&unit_id).cloned();
                match detail.and_then(|detail| draft.told(detail, ctx)) {
                    Some(row) => rows.push(row),
                    None => withheld.push(WithheldRow {
                        unit_id,
                        caller,
                        why: Withheld::Unknown,
                    }),
                }
            }
            rows
        };
        let (rows, held_out) = (tell(self.rows), tell(self.held_out));
        CallList {
            as_of: ctx.as_of,
            calling_day: ctx.calling_day,
            department: ctx.department.to_owned(),
            lang: ctx.lang,
            currency: ctx.currency.clone(),
            offers: ctx.settings.offers.clone(),
            by_list: ctx.settings.sheets == "caller_and_list",
            candidates: self.candidates,
            rows,
            held_out,
            withheld: self.withheld,
            over_capacity: self.over_capacity,
            plan: Vec::new(),
        }
    }
}
