//! Whom to call today: the lists merged to one row a vehicle, without those who must not be called,
//! in the order in which a call is worth most.
//!
//! The queries of `rules` find candidates and details; everything here is values in, values out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use xxhash_rust::xxh3::xxh3_64;

use crate::settings::Lists;
use crate::types::{CustomerId, Lang, Reason, UnitId};

mod cells;
pub mod csv;
pub mod detail;
pub mod holdout;
pub mod lost_reasons;
pub mod outcomes;
pub mod record;
pub mod rules;
pub mod tasks;
mod why;
pub mod withheld;
pub mod workbook;

pub use csv::csv;
pub use detail::{Candidate, UnitDetail};
pub use rules::{Band, LISTS, ListRule};
pub use tasks::{Task, tasks};
pub use withheld::Withheld;
pub use workbook::workbook;

/// What a list is made for.
#[derive(Clone, Copy, Debug)]
pub struct ListContext<'a> {
    /// The date of the scores.
    pub as_of: NaiveDate,
    /// The day on which the calls are made.
    pub calling_day: NaiveDate,
    /// Rows of the day; 0: no limit.
    pub capacity: usize,
    /// Language of the reasons kept with the tasks.
    pub lang: Lang,
    /// Windows and gaps.
    pub settings: &'a Lists,
    /// Seed of the lots that hold customers out.
    pub seed: u64,
    /// Name of the department; may be empty.
    pub department: &'a str,
}

/// One row: a vehicle (or a customer without one) to call about today.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// Key of the task: list, unit and calling day, hashed.
    pub task_id: String,
    /// The list of the highest band that names the unit.
    pub rule: &'static ListRule,
    /// Ids of all lists that name it, the first one first.
    pub lists: Vec<&'static str>,
    /// Highest band.
    pub band: Band,
    /// Who calls; `None`: nobody is assigned.
    pub caller: Option<String>,
    /// Last day on which the call is in time; never before the calling day.
    pub due_on: NaiveDate,
    /// Yuan that a call protects.
    pub priority: Option<f64>,
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
    /// Units that the lists name: those listed, withheld and over capacity together.
    pub candidates: usize,
    /// The rows, in the order of calling.
    pub rows: Vec<CallRow>,
    /// Those left out, by unit id.
    pub withheld: Vec<WithheldRow>,
    /// Of these, those whom the lot held out of marketing, as the rows that they would have been.
    pub held_out: Vec<CallRow>,
    /// Rows beyond the day's capacity, by caller.
    pub over_capacity: BTreeMap<Option<String>, usize>,
}

impl CallList {
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

/// Merges what the lists say to one row a unit, leaves out who must not be called, sorts and cuts.
/// A customer's vehicles stay together, where the best of them stands, with one caller.
#[must_use]
pub fn build(
    candidates: Vec<Candidate>,
    details: Vec<UnitDetail>,
    ctx: &ListContext<'_>,
) -> CallList {
    let mut details: BTreeMap<UnitId, UnitDetail> =
        details.into_iter().map(|d| (d.unit_id, d)).collect();
    let mut by_unit: BTreeMap<UnitId, Vec<(&'static ListRule, Candidate)>> = BTreeMap::new();
    for candidate in candidates {
        if let Some(rule) = rules::rule(&candidate.list) {
            by_unit
                .entry(candidate.unit_id)
                .or_default()
                .push((rule, candidate));
        }
    }
    let mut list = CallList {
        as_of: ctx.as_of,
        calling_day: ctx.calling_day,
        department: ctx.department.to_owned(),
        lang: ctx.lang,
        candidates: by_unit.len(),
        rows: Vec::new(),
        withheld: Vec::new(),
        held_out: Vec::new(),
        over_capacity: BTreeMap::new(),
    };
    let mut lots: BTreeSet<UnitId> = BTreeSet::new();
    for (unit_id, mut named) in by_unit {
        let Some(detail) = details.remove(&unit_id) else {
            list.withheld.push(WithheldRow {
                unit_id,
                caller: None,
                why: Withheld::Unknown,
            });
            continue;
        };
        // Band first, then the order of the lists, which is the order of telling.
        named.sort_by_key(|(rule, c)| (c.band, LISTS.iter().position(|l| l.id == rule.id)));
        let refusal = named
            .iter()
            .find_map(|(rule, _)| withheld::withheld(rule, &detail, ctx));
        named.retain(|(rule, _)| withheld::withheld(rule, &detail, ctx).is_none());
        let held = is_held_out(&detail, ctx) && named.iter().any(|(rule, _)| rule.marketing);
        if held && named.iter().any(|(rule, _)| !rule.marketing) {
            // Service duties are owed to everybody; what is for sale is not mentioned.
            named.retain(|(rule, _)| !rule.marketing);
        } else if held {
            lots.insert(unit_id);
        }
        match (named.first(), refusal) {
            (Some(_), _) => list.rows.extend(row(&named, detail, ctx)),
            (None, why) => list.withheld.push(WithheldRow {
                unit_id,
                caller: caller(&detail),
                why: why.unwrap_or(Withheld::Unknown),
            }),
        }
    }
    arrange(&mut list.rows);
    // Those held out stand where they would have been called, so that they are like those who are.
    let mut called = 0;
    for row in std::mem::take(&mut list.rows) {
        if ctx.capacity > 0 && called == ctx.capacity {
            *list.over_capacity.entry(row.caller).or_insert(0) += 1;
        } else if lots.contains(&row.unit_id()) {
            list.withheld.push(WithheldRow {
                unit_id: row.unit_id(),
                caller: row.caller.clone(),
                why: Withheld::HeldOut,
            });
            list.held_out.push(row);
        } else {
            called += 1;
            list.rows.push(row);
        }
    }
    list.withheld.sort_by_key(|w| w.unit_id);
    list
}

/// True where the lot keeps the customer out of marketing in this half year. A promise is kept all the same.
fn is_held_out(detail: &UnitDetail, ctx: &ListContext<'_>) -> bool {
    let customer = detail.customer_id.map_or(detail.unit_id.0, |c| c.0);
    !withheld::promised_now(detail, ctx)
        && holdout::held_out(
            ctx.seed,
            customer,
            ctx.calling_day,
            ctx.settings.holdout_share,
        )
}

fn caller(detail: &UnitDetail) -> Option<String> {
    detail.owner.clone().or_else(|| detail.last_advisor.clone())
}

/// The row of a unit, from the candidates that may be called, best first.
fn row(
    named: &[(&'static ListRule, Candidate)],
    detail: UnitDetail,
    ctx: &ListContext<'_>,
) -> Option<CallRow> {
    let (rule, best) = named.first()?;
    let due_on = if withheld::promised_now(&detail, ctx) {
        ctx.calling_day
    } else {
        named.iter().map(|(rule, c)| due_on(rule, c, ctx)).min()?
    };
    let candidates: Vec<&Candidate> = named.iter().map(|(_, c)| c).collect();
    Some(CallRow {
        task_id: task_id(rule.id, best.unit_id, ctx.calling_day),
        rule,
        lists: named.iter().map(|(r, _)| r.id).collect(),
        band: best.band,
        caller: caller(&detail),
        due_on,
        priority: candidates
            .iter()
            .filter_map(|c| c.priority)
            .max_by(f64::total_cmp),
        value_at_stake: candidates
            .iter()
            .filter_map(|c| c.value_at_stake)
            .max_by(f64::total_cmp),
        reasons: why::reasons(&candidates, &detail, ctx),
        detail,
    })
}

/// The day on which the unit slips further, but within the list's window.
fn due_on(rule: &ListRule, candidate: &Candidate, ctx: &ListContext<'_>) -> NaiveDate {
    let last = ctx
        .calling_day
        .checked_add_days(Days::new(rule.window_days))
        .unwrap_or(ctx.calling_day);
    candidate
        .act_by
        .map_or(last, |day| day.clamp(ctx.calling_day, last))
}

/// Key of a task: list, unit and the day on which it opens, hashed.
#[must_use]
pub fn task_id(list: &str, unit: UnitId, day: NaiveDate) -> String {
    format!(
        "{:016x}",
        xxh3_64(format!("{list}\u{1f}{}\u{1f}{day}", unit.0).as_bytes())
    )
}

/// Sorts by band, priority and unit, keeping each customer's rows together and with one caller.
fn arrange(rows: &mut [CallRow]) {
    rows.sort_by(by_worth);
    // Where each customer's best row stands, and who calls: the owner, else whoever saw the customer last.
    let mut position: BTreeMap<CustomerId, usize> = BTreeMap::new();
    let mut callers: BTreeMap<CustomerId, (bool, Option<NaiveDate>, Option<String>)> =
        BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let Some(customer) = row.detail.customer_id else {
            continue;
        };
        position.entry(customer).or_insert(i);
        if row.caller.is_some() {
            let found = (row.detail.owner.is_some(), row.detail.last_visit_on);
            let known = callers.entry(customer).or_insert((false, None, None));
            if known.2.is_none() || found > (known.0, known.1) {
                *known = (found.0, found.1, row.caller.clone());
            }
        }
    }
    for row in rows.iter_mut() {
        if let Some((_, _, name)) = row.detail.customer_id.and_then(|c| callers.get(&c)) {
            row.caller.clone_from(name);
        }
    }
    let mut order: Vec<(usize, usize)> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            (
                row.detail
                    .customer_id
                    .and_then(|c| position.get(&c).copied())
                    .unwrap_or(i),
                i,
            )
        })
        .collect();
    order.sort_unstable();
    let mut sorted: Vec<CallRow> = order.iter().map(|(_, i)| rows[*i].clone()).collect();
    rows.swap_with_slice(&mut sorted);
}

fn by_worth(a: &CallRow, b: &CallRow) -> Ordering {
    let worth = |row: &CallRow| row.priority.unwrap_or(f64::NEG_INFINITY);
    a.band
        .cmp(&b.band)
        .then_with(|| worth(b).total_cmp(&worth(a)))
        .then_with(|| a.unit_id().cmp(&b.unit_id()))
}

#[cfg(test)]
mod tests;
