//! From what the lists name to the calls of a day: one row a unit, who must not be called left out, who calls, by when.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::opened::task_id;
use super::{
    CallList, CallRow, Candidate, Deadline, ListContext, ListRule, UnitDetail, Withheld,
    WithheldRow, Worth, order, why, withheld, worth,
};
use crate::settings::Lists;
use crate::types::UnitId;
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
        currency: ctx.currency.clone(),
        offers: ctx.settings.offers.clone(),
        by_list: ctx.settings.sheets == "caller_and_list",
        candidates: by_unit.len(),
        rows: Vec::new(),
        held_out: Vec::new(),
        withheld: Vec::new(),
        over_capacity: BTreeMap::new(),
        plan: Vec::new(),
    };
    let mut told: BTreeMap<UnitId, Vec<Candidate>> = BTreeMap::new();
    for (unit_id, named) in by_unit {
        let Some(detail) = details.remove(&unit_id) else {
            list.withheld.push(WithheldRow {
                unit_id,
                caller: None,
                why: Withheld::Unknown,
            });
            continue;
        };
        if let Some(candidates) = place(&mut list, named, detail, ctx) {
            told.insert(unit_id, candidates);
        }
    }
    order::arrange(&mut list.rows);
    order::share_out(&mut list, ctx);
    // Only for those who found a place: many do not.
    for row in list.rows.iter_mut().chain(&mut list.held_out) {
        if let Some(candidates) = told.get(&row.unit_id()) {
            row.reasons = why::reasons(candidates, &row.detail, ctx);
        }
    }
    list
}

/// Puts one unit where it belongs: among the rows or those withheld. Of a row, what the lists say that may be called.
fn place(
    list: &mut CallList,
    mut named: Vec<Named>,
    detail: UnitDetail,
    ctx: &ListContext<'_>,
) -> Option<Vec<Candidate>> {
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
        || usual_caller(&detail).map(|name| taken_over(name, "", ctx)),
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
            return Some(named.into_iter().map(|(_, _, c)| c).collect());
        }
        None => refusal.unwrap_or(Withheld::Unknown),
    };
    list.withheld.push(WithheldRow {
        unit_id,
        caller,
        why,
    });
    None
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
        Some(name) => (Some(taken_over(name, &rule.id, ctx)), true),
        None => (
            usual_caller(detail).map(|name| taken_over(name, &rule.id, ctx)),
            false,
        ),
    }
}

/// Whoever makes the calls of that name on the day.
fn taken_over(name: String, list: &str, ctx: &ListContext<'_>) -> String {
    let taker = ctx.reassigned.taker(&name, list, ctx.calling_day);
    if taker == name {
        name
    } else {
        taker.to_owned()
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

/// The row of a unit, from the candidates that may be called, best first; its reasons are told when it has a place.
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
        reasons: Vec::new(),
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
