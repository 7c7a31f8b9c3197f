//! Whom to call today: the lists merged to one row a vehicle, without those who must not be called,
//! in the order in which a call is worth most.
//!
//! The queries of `rules` find candidates and details; everything here is values in, values out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use xxhash_rust::xxh3::xxh3_64;

use crate::i18n;
use crate::settings::Lists;
use crate::types::{CustomerId, Lang, Reason, UnitId};

pub mod calendar;
mod cells;
pub mod conditions;
pub mod csv;
pub mod detail;
pub mod holdout;
pub mod lost_reasons;
mod more;
mod order;
pub mod outcomes;
pub mod record;
pub mod rules;
pub mod tasks;
pub mod uplift;
mod why;
pub mod withheld;
pub mod workbook;
pub mod worth;

pub use calendar::WorkCalendar;
pub use csv::csv;
pub use detail::{Candidate, UnitDetail};
pub use rules::{Band, Deadline, LISTS, ListRule, Rules, Stake, Suppression};
pub use withheld::Withheld;
pub use workbook::workbook;
pub use worth::{Helps, Worth};

/// Says whether a customer (else a unit) is left uncalled by all marketing lists, to learn what a call is worth.
#[derive(Clone, Copy)]
pub struct HeldOut<'a>(pub &'a dyn Fn(Option<CustomerId>, UnitId) -> bool);

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
}

/// One row: a vehicle (or a customer without one) to call about today.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// Key of the task: list, unit and calling day, hashed.
    pub task_id: String,
    /// The list of the highest band that names the unit.
    pub rule: Arc<ListRule>,
    /// All lists that name it, the first one first.
    pub lists: Vec<Arc<ListRule>>,
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
    /// Yuan that the call is worth.
    pub priority: Option<f64>,
    /// The factors of the priority.
    pub worth: Worth,
    /// Yuan a year at stake.
    pub value_at_stake: Option<f64>,
    /// Left alone on purpose; set only until the day's places are shared out.
    pub held: bool,
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

    /// True where a call that is owed comes before everything else in a day's capacity.
    #[must_use]
    pub fn owed(&self) -> bool {
        self.lists
            .iter()
            .any(|l| l.suppression == Suppression::Service && l.bands.iter().any(|b| b.owed()))
    }
}

/// A unit that some list names and that is not called today.
#[derive(Clone, Debug, PartialEq)]
pub struct WithheldRow {
    /// Unit.
    pub unit_id: UnitId,
    /// Who would have called.
    pub caller: Option<String>,
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
    /// What may be offered, by list.
    pub offers: BTreeMap<String, String>,
    /// One sheet a caller and list instead of one a caller.
    pub by_list: bool,
    /// Units that the lists name: those listed, withheld, held out and over capacity together.
    pub candidates: usize,
    /// The rows, in the order of calling.
    pub rows: Vec<CallRow>,
    /// Rows left uncalled on purpose, to learn from; in no workbook.
    pub held_out: Vec<CallRow>,
    /// Those left out, by unit id.
    pub withheld: Vec<WithheldRow>,
    /// Rows beyond the day's capacity, by caller.
    pub over_capacity: BTreeMap<Option<String>, usize>,
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

/// What a list says of a unit.
type Named = (usize, Arc<ListRule>, Candidate);

/// Merges what the lists say to one row a unit, leaves out who must not be called, sorts and shares out.
/// A customer's vehicles stay together, where the best of them stands, with one caller.
#[must_use]
pub fn build(
    candidates: Vec<Candidate>,
    details: Vec<UnitDetail>,
    ctx: &ListContext<'_>,
) -> CallList {
    let mut details: BTreeMap<UnitId, UnitDetail> =
        details.into_iter().map(|d| (d.unit_id, d)).collect();
    let mut by_unit: BTreeMap<UnitId, Vec<Named>> = BTreeMap::new();
    for candidate in candidates {
        if let Some((at, rule)) = ctx.rules.find(&candidate.list) {
            by_unit
                .entry(candidate.unit_id)
                .or_default()
                .push((at, Arc::clone(rule), candidate));
        }
    }
    let mut list = CallList {
        as_of: ctx.as_of,
        calling_day: ctx.calling_day,
        department: ctx.department.to_owned(),
        lang: ctx.lang,
        offers: ctx.settings.offers.clone(),
        by_list: ctx.settings.sheets == "caller_and_list",
        candidates: by_unit.len(),
        rows: Vec::new(),
        held_out: Vec::new(),
        withheld: Vec::new(),
        over_capacity: BTreeMap::new(),
        plan: Vec::new(),
    };
    for (unit_id, named) in by_unit {
        let Some(detail) = details.remove(&unit_id) else {
            list.withheld.push(WithheldRow {
                unit_id,
                caller: None,
                why: Withheld::Unknown,
            });
            continue;
        };
        place(&mut list, named, detail, ctx);
    }
    order::arrange(&mut list.rows);
    order::share_out(&mut list, ctx);
    list
}

/// Puts one unit where it belongs: among the rows, those held out, or those withheld.
fn place(list: &mut CallList, mut named: Vec<Named>, detail: UnitDetail, ctx: &ListContext<'_>) {
    // Band first, then the order of the lists, which is the order of telling.
    named.sort_by_key(|(at, _, c)| (c.band, *at));
    let refusal = named
        .iter()
        .find_map(|(_, rule, _)| withheld::withheld(rule, &detail, ctx));
    named.retain(|(_, rule, _)| withheld::withheld(rule, &detail, ctx).is_none());
    let held = is_held_out(&detail, ctx) && named.iter().any(|(_, rule, _)| rule.is_marketing());
    let owed = |n: &Named| !n.1.is_marketing();
    let held = if held && named.iter().any(owed) {
        // What is owed is done for everybody; what is for sale is not mentioned.
        named.retain(owed);
        false
    } else {
        held
    };
    let caller = named.first().map_or_else(
        || usual_caller(&detail),
        |first| caller(first, &detail, ctx).0,
    );
    let unit_id = detail.unit_id;
    let why = match row(&named, detail, ctx) {
        // A call that costs more than it brings is not made, unless it is owed.
        Some(row)
            if row.priority.is_some_and(|p| p < 0.0)
                && row.lists.iter().all(|l| l.is_marketing()) =>
        {
            Withheld::NotWorth
        }
        Some(row) => {
            list.rows.push(CallRow { held, ..row });
            return;
        }
        None => refusal.unwrap_or(Withheld::Unknown),
    };
    list.withheld.push(WithheldRow {
        unit_id,
        caller,
        why,
    });
}

/// True where the lot keeps the customer out of marketing. A promise is kept all the same.
fn is_held_out(detail: &UnitDetail, ctx: &ListContext<'_>) -> bool {
    !withheld::promised_now(detail, ctx)
        && ctx
            .held_out
            .is_some_and(|held| held.0(detail.customer_id, detail.unit_id))
}

fn usual_caller(detail: &UnitDetail) -> Option<String> {
    detail.owner.clone().or_else(|| detail.last_advisor.clone())
}

/// Who calls, and whether the list itself says so.
fn caller(
    (_, rule, candidate): &Named,
    detail: &UnitDetail,
    ctx: &ListContext<'_>,
) -> (Option<String>, bool) {
    let named = |name: &str| Some(name.trim().to_owned()).filter(|n| !n.is_empty());
    let supervisor = named(&ctx.settings.supervisor);
    let by_list = match &*rule.id {
        // Whoever took the complaint answers for it, until its time is over.
        "unsolved" => {
            let late = candidate.due_on.is_some_and(|due| due < ctx.calling_day);
            supervisor
                .filter(|_| late)
                .or_else(|| named(candidate.about.split('|').nth(2).unwrap_or("")))
        }
        "low_csi" | "first_call" | "second_call" if detail.open_complaints > 0 => supervisor,
        "renewal" => named(&ctx.settings.renewal_caller),
        _ => None,
    };
    match by_list {
        Some(name) => (Some(name), true),
        None => (usual_caller(detail), false),
    }
}

/// The channel: the list's own, unless calling has been in vain or there is no number.
fn channel(rule: &ListRule, detail: &UnitDetail, settings: &Lists) -> String {
    let has_address = detail.address.is_some();
    if rule.channel == "phone" {
        let after = i64::from(settings.unreachable_after);
        if detail.phone().is_none() {
            if has_address {
                return "letter".to_owned();
            }
        } else if after > 0
            && detail.failed_in_row >= after
            && (settings.unreachable_channel != "letter" || has_address)
        {
            return settings.unreachable_channel.clone();
        }
    }
    rule.channel.clone().into_owned()
}

/// The row of a unit, from the candidates that may be called, best first.
fn row(named: &[Named], detail: UnitDetail, ctx: &ListContext<'_>) -> Option<CallRow> {
    let first = named.first()?;
    let (_, rule, best) = first;
    let due_on = if withheld::promised_now(&detail, ctx) {
        ctx.calling_day
    } else {
        named
            .iter()
            .map(|(_, rule, c)| due_on(rule, c, ctx))
            .min()?
    };
    let value = named
        .iter()
        .filter_map(|(_, rule, c)| c.value(rule.stake))
        .max_by(f64::total_cmp);
    let (leaves, leaves_by_rule) = worth::leaves(best.churn_probability, best.overdue_ratio);
    let (helps, helps_learned) = ctx.helps.of(best.band);
    let worth = Worth {
        leaves,
        leaves_by_rule,
        value,
        helps,
        helps_learned,
        urgency: worth::urgency(ctx.calling_day, due_on),
        cost: ctx.settings.cost_per_call,
    };
    let (caller, caller_by_list) = caller(first, &detail, ctx);
    let candidates: Vec<&Candidate> = named.iter().map(|(_, _, c)| c).collect();
    Some(CallRow {
        task_id: task_id(&rule.id, best.unit_id, ctx.calling_day),
        rule: Arc::clone(rule),
        lists: named.iter().map(|(_, r, _)| Arc::clone(r)).collect(),
        band: best.band,
        caller,
        caller_by_list,
        deputy: usual_caller(&detail).and_then(|owner| order::deputy(&owner, ctx.settings)),
        channel: channel(rule, &detail, ctx.settings),
        opened_on: best.open_on,
        due_on,
        about: best.about.clone(),
        about_on: best.about_on,
        priority: worth.yuan(),
        worth,
        value_at_stake: value,
        held: false,
        reasons: why::reasons(&candidates, &detail, ctx),
        detail,
    })
}

/// The day by which the call is in time: of a timer as it stands, else before the unit slips further, within the window.
fn due_on(rule: &ListRule, candidate: &Candidate, ctx: &ListContext<'_>) -> NaiveDate {
    match (rule.deadline, candidate.due_on) {
        (Deadline::Timer, Some(due)) => ctx.calendar.due(candidate.open_on.unwrap_or(due), due),
        (Deadline::Timer, None) => ctx.calling_day,
        (Deadline::Within(days), due) => {
            let last = ctx
                .calling_day
                .checked_add_days(Days::new(days))
                .unwrap_or(ctx.calling_day);
            let due = due.map_or(last, |day| day.clamp(ctx.calling_day, last));
            ctx.calendar.until(due).max(ctx.calling_day)
        }
    }
}

/// Key of a task: list, unit and the day on which it opens, hashed.
#[must_use]
pub fn task_id(list: &str, unit: UnitId, day: NaiveDate) -> String {
    format!(
        "{:016x}",
        xxh3_64(format!("{list}\u{1f}{}\u{1f}{day}", unit.0).as_bytes())
    )
}

/// One row of `follow_up_tasks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Key: list, unit and calling day, hashed.
    pub task_id: String,
    /// Id of the list.
    pub list: String,
    /// Customer.
    pub customer_id: Option<CustomerId>,
    /// Unit.
    pub unit_id: UnitId,
    /// The calling day.
    pub open_on: NaiveDate,
    /// Last day on which the call is in time.
    pub due_on: NaiveDate,
    /// Yuan that the call is worth.
    pub priority: Option<f64>,
    /// Why now, as sentences.
    pub reasons: Vec<String>,
    /// Who calls.
    pub owner_id: Option<String>,
    /// `open`, or `suppressed` where it is left alone on purpose.
    pub state: &'static str,
    /// Left alone on purpose, to learn what a call is worth.
    pub holdout: bool,
    /// Who takes over.
    pub deputy_id: Option<String>,
    /// Level.
    pub band: &'static str,
    /// How to reach out.
    pub channel: String,
    /// What it is about, such as the campaign.
    pub reference: Option<String>,
    /// The factors of the priority.
    pub worth: Worth,
}

/// The rows of `follow_up_tasks` that the list opens, in its order, then those left alone on purpose.
#[must_use]
pub fn tasks(list: &CallList) -> Vec<Task> {
    let task = |row: &CallRow, holdout: bool| Task {
        task_id: row.task_id.clone(),
        list: row.rule.id.clone().into_owned(),
        customer_id: row.detail.customer_id,
        unit_id: row.unit_id(),
        open_on: list.calling_day,
        due_on: row.due_on,
        priority: row.priority,
        reasons: row
            .reasons
            .iter()
            .map(|r| i18n::reason(list.lang, r))
            .collect(),
        owner_id: row.caller.clone(),
        state: if holdout { "suppressed" } else { "open" },
        holdout,
        deputy_id: row.deputy.clone(),
        band: row.band.as_str(),
        channel: row.channel.clone(),
        reference: match &*row.rule.id {
            "event_notice" | "event_letter" | "focus_campaign" => {
                row.about.split(" · ").next().map(str::to_owned)
            }
            _ => None,
        },
        worth: row.worth,
    };
    list.rows
        .iter()
        .map(|row| task(row, false))
        .chain(list.held_out.iter().map(|row| task(row, true)))
        .collect()
}

#[cfg(test)]
mod tests;
