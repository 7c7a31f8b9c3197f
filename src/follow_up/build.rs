//! From what the lists name to the calls of a day: one row a unit, who must not be called left out, who calls, by when.

use std::collections::BTreeMap;
use std::iter::once;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use super::draft::{BoxedDraft, Draft, Drafted, Named};
use super::tasks::{BOOKED, PROMISED};
use super::{
    Band, Candidate, Deadline, ListContext, ListRule, UnitFacts, Withheld, WithheldRow, Worth,
    order, withheld, worth,
};
use crate::types::UnitId;

/// Merges what the lists say to one row a unit, leaves out who must not be called, sorts and shares out.
/// A customer's vehicles stay together, where the best of them stands, with one caller.
#[must_use]
pub fn draft(
    candidates: Vec<Candidate>,
    mut facts: Vec<UnitFacts>,
    ctx: &ListContext<'_>,
) -> Drafted {
    // One row a unit: whatever thread sorts, they stand in the same order.
    facts.par_sort_unstable_by_key(|f| f.unit_id);
    let mut facts = facts.into_iter().peekable();
    let mut named = by_unit(candidates, ctx).into_iter().peekable();
    let mut units = Vec::with_capacity(facts.len());
    while let Some(first) = named.next() {
        let unit_id = first.candidate.unit_id;
        let mut of_unit = vec![first];
        while let Some(next) = named.next_if(|n| n.candidate.unit_id == unit_id) {
            of_unit.push(next);
        }
        while facts.next_if(|f| f.unit_id < unit_id).is_some() {}
        units.push((of_unit, facts.next_if(|f| f.unit_id == unit_id)));
    }
    // Each unit by itself; they come back in their order.
    let placed: Vec<(Call, Option<Call>)> = units
        .into_par_iter()
        .map(|(named, facts)| place(named, facts, ctx))
        .collect();
    let mut drafted = Drafted {
        candidates: 0,
        rows: Vec::with_capacity(placed.len()),
        held_out: Vec::new(),
        withheld: Vec::new(),
        over_capacity: BTreeMap::new(),
    };
    for call in placed
        .into_iter()
        .flat_map(|(call, beside)| once(call).chain(beside))
    {
        drafted.candidates += 1;
        match call {
            Ok(draft) => drafted.rows.push(draft),
            Err(row) => drafted.withheld.push(row),
        }
    }
    order::arrange(&mut drafted.rows);
    order::share_out(&mut drafted, ctx);
    drafted
}

/// What the lists in force say, by unit; of a unit by band, then in the order of the lists, which is the order of telling.
fn by_unit(candidates: Vec<Candidate>, ctx: &ListContext<'_>) -> Vec<Named> {
    // The keys are sorted, not the candidates: those are large, and moved once.
    let mut order: Vec<(UnitId, Band, usize, usize)> = candidates
        .par_iter()
        .enumerate()
        .filter_map(|(i, c)| Some((c.unit_id, c.band, ctx.rules.find(&c.list)?.0, i)))
        .collect();
    order.par_sort_unstable();
    let mut candidates: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|(_, _, at, i)| {
            Some(Named {
                at,
                rule: Arc::clone(ctx.rules.at(at)?),
                candidate: candidates[i].take()?,
            })
        })
        .collect()
}

/// A call to be made, or why not.
type Call = Result<BoxedDraft, WithheldRow>;

/// The call of a unit, or why it is withheld, and beside it what the lot leaves undone.
fn place(
    mut named: Vec<Named>,
    facts: Option<UnitFacts>,
    ctx: &ListContext<'_>,
) -> (Call, Option<Call>) {
    let unit_id = named[0].candidate.unit_id;
    let left_out = |caller, why| {
        let row = WithheldRow {
            unit_id,
            caller,
            why,
        };
        (Err(row), None)
    };
    let Some(facts) = facts else {
        return left_out(None, Withheld::Unknown);
    };
    let refusal = named
        .iter()
        .find_map(|n| withheld::withheld(&n.rule, &facts, ctx));
    named.retain(|n| withheld::withheld(&n.rule, &facts, ctx).is_none());
    keep_promise(&mut named, &facts, ctx);
    // What is owed leads: the caller begins with it, and its timer runs with the task.
    named.sort_by_key(|n| (!n.is_owed(), n.candidate.band, n.at));
    let Some(first) = named.first() else {
        let usual = usual_caller(&facts).map(|name| taken_over(name, "", ctx));
        return left_out(usual, refusal.unwrap_or(Withheld::Unknown));
    };
    let is_owed = first.is_owed();
    if !is_held_out(&facts, ctx) {
        return (drafted(named, facts, false, ctx), None);
    }
    let (sold, done): (Vec<Named>, Vec<Named>) =
        named.into_iter().partition(|n| n.rule.is_marketing());
    // What is owed, and what the file lacks, is done for everybody. Where a call is owed, the task of those who are called is
    // one of the service too: both sides of the comparison lack the same units.
    let left = (!is_owed && !sold.is_empty()).then(|| drafted(sold, facts.clone(), true, ctx));
    let made = (!done.is_empty()).then(|| drafted(done, facts, false, ctx));
    match (left, made) {
        (Some(left), made) => (left, made),
        (None, Some(made)) => (made, None),
        (None, None) => left_out(None, Withheld::Unknown),
    }
}

/// Adds the call that was promised for a day that has come, where no task says so: a date that another system noted. Whoever
/// says so, the day is the one that was agreed.
fn keep_promise(named: &mut Vec<Named>, facts: &UnitFacts, ctx: &ListContext<'_>) {
    let Some(day) = facts
        .contact_next_on
        .filter(|_| withheld::promised_now(facts, ctx))
    else {
        return;
    };
    let known = named.iter().position(|n| n.rule.id == PROMISED);
    let at = known.or_else(|| {
        let (at, rule) = ctx.rules.find(PROMISED).filter(|_| facts.promise_is_own)?;
        let best = named.iter().find(|n| n.rule.is_marketing())?;
        let candidate = Candidate {
            list: PROMISED.into(),
            band: Band::Care,
            about: "".into(),
            ..best.candidate.clone()
        };
        named.push(Named {
            at,
            rule: Arc::clone(rule),
            candidate,
        });
        Some(named.len() - 1)
    });
    if let Some(at) = at {
        let promise = &mut named[at].candidate;
        (promise.open_on, promise.due_on) = (Some(day), Some(day));
        if &*promise.about != BOOKED {
            promise.about_on = Some(day);
        }
    }
}

/// The row of what the lists say together; what leads is first.
fn drafted(named: Vec<Named>, facts: UnitFacts, held: bool, ctx: &ListContext<'_>) -> Call {
    let (first, band) = (&named[0], highest_band(&named));
    let (caller, caller_by_list) = caller(first, &facts, ctx);
    let (due_on, worth) = due_and_worth(&named, band, ctx);
    let priority = worth.yuan();
    // A call that costs more than it brings is not made, unless it is owed.
    if priority.is_some_and(|p| p < 0.0) && named.iter().all(|n| n.rule.is_marketing()) {
        return Err(WithheldRow {
            unit_id: facts.unit_id,
            caller,
            why: Withheld::NotWorth,
        });
    }
    let deputy = usual_caller(&facts).and_then(|owner| order::deputy(owner, ctx.settings));
    Ok(Box::new(Draft {
        facts,
        named,
        band,
        caller,
        caller_by_list,
        deputy,
        due_on,
        worth,
        priority,
        held,
    }))
}

fn highest_band(named: &[Named]) -> Band {
    let bands = named.iter().map(|n| n.candidate.band);
    bands.min().unwrap_or(Band::File)
}

/// By when the call is wanted, and what it is worth. The day is that of the list that leads, or the first of those that sell:
/// what is for sale shortens no timer of the plan, and a gap in the file makes no offer late.
fn due_and_worth(named: &[Named], band: Band, ctx: &ListContext<'_>) -> (NaiveDate, Worth) {
    let first = &named[0];
    let due_on = named
        .iter()
        .filter(|n| first.rule.is_marketing() && n.rule.is_marketing())
        .map(|n| due_on(&n.rule, &n.candidate, ctx))
        .fold(due_on(&first.rule, &first.candidate, ctx), NaiveDate::min);
    let value = named
        .iter()
        .filter_map(|n| n.candidate.value(n.rule.stake))
        .max_by(f64::total_cmp);
    let said = &first.candidate;
    let (leaves, leaves_by_rule) = worth::leaves(said.churn_probability, said.overdue_ratio);
    let (helps, helps_learned) = ctx.helps.of(band);
    let worth = Worth {
        leaves,
        leaves_by_rule,
        value,
        helps,
        helps_learned,
        urgency: worth::urgency(ctx.calling_day, due_on),
        cost: ctx.settings.cost_per_call,
    };
    (due_on, worth)
}

/// True where the lot keeps the customer out of marketing.
fn is_held_out(facts: &UnitFacts, ctx: &ListContext<'_>) -> bool {
    ctx.held_out
        .is_some_and(|held| held.0(facts.customer_id, facts.unit_id))
}

pub(super) fn usual_caller(facts: &UnitFacts) -> Option<&Arc<str>> {
    facts.owner.as_ref().or(facts.last_advisor.as_ref())
}

/// Who calls, and whether the list itself says so.
fn caller(
    Named {
        rule, candidate, ..
    }: &Named,
    facts: &UnitFacts,
    ctx: &ListContext<'_>,
) -> (Option<Arc<str>>, bool) {
    let named = |name: &str| Some(name.trim()).filter(|n| !n.is_empty()).map(Arc::from);
    let supervisor = || named(&ctx.settings.supervisor);
    let by_list = match &*rule.id {
        // Whoever took the complaint answers for it, until its time is over.
        "unsolved" => {
            let late = candidate.due_on.is_some_and(|due| due < ctx.calling_day);
            supervisor()
                .filter(|_| late)
                .or_else(|| named(candidate.about.split('|').nth(2).unwrap_or("")))
        }
        "low_csi" | "first_call" | "second_call" if facts.open_complaints > 0 => supervisor(),
        // What stayed undone too long is the supervisor's.
        "low_csi" | "first_call" | "second_call" | PROMISED if is_escalated(candidate, ctx) => {
            supervisor()
        }
        "renewal" => named(&ctx.settings.renewal_caller),
        _ => None,
    };
    match by_list {
        Some(name) => (Some(taken_over(&name, &rule.id, ctx)), true),
        None => (
            usual_caller(facts).map(|name| taken_over(name, &rule.id, ctx)),
            false,
        ),
    }
}

/// True where the last day of a timer lies as many days back as the settings give before somebody else takes over.
fn is_escalated(candidate: &Candidate, ctx: &ListContext<'_>) -> bool {
    let late = candidate
        .due_on
        .map(|due| (ctx.calling_day - due).num_days());
    late.is_some_and(|days| days > i64::from(ctx.settings.escalate_after_days))
}

/// Whoever makes the calls of that name on the day.
fn taken_over(name: &Arc<str>, list: &str, ctx: &ListContext<'_>) -> Arc<str> {
    match ctx.reassigned.taker(name, list, ctx.calling_day) {
        same if same == &**name => Arc::clone(name),
        other => other.into(),
    }
}

/// The day by which the call is in time: of a timer as it stands, else before the unit slips further, within the window.
pub(super) fn due_on(rule: &ListRule, candidate: &Candidate, ctx: &ListContext<'_>) -> NaiveDate {
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
