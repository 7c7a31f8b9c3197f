//! Who calls whom in which order, and how much of it in one day: a customer's vehicles together, the day's places shared
//! out in order of worth, what is owed first, the lost capped.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::ListContext;
use super::build::usual_caller;
use super::draft::{BoxedDraft, Draft, Drafted};
use super::rules::Band;
use crate::settings::{Lists, days_of};
use crate::types::{CustomerId, UnitId};

/// Sorts by band, worth, day and unit, keeping each customer's rows together and with one caller.
pub(super) fn arrange(rows: &mut Vec<BoxedDraft>) {
    let worth = |row: &Draft| row.priority.unwrap_or(f64::NEG_INFINITY);
    let key = |row: &BoxedDraft| (row.band, worth(row), row.due_on, row.facts.unit_id);
    let mut by_value: Vec<((Band, f64, NaiveDate, UnitId), usize)> =
        rows.iter().map(key).zip(0..).collect();
    by_value.sort_unstable_by(|(a, _), (b, _)| {
        let by_worth = || b.1.total_cmp(&a.1);
        let then = (a.2, a.3).cmp(&(b.2, b.3));
        a.0.cmp(&b.0).then_with(by_worth).then(then)
    });
    // Of each customer: the place of the best row, and which row says who calls: one of a list that names somebody, else of
    // an owner, else of whoever saw the customer last; of equals the best.
    let mut of_customers: Vec<(CustomerId, usize, usize)> = by_value
        .iter()
        .zip(0..)
        .filter_map(|(&(_, i), place)| Some((rows[i].facts.customer_id?, place, i)))
        .collect();
    of_customers.sort_unstable();
    let mut order: Vec<(usize, usize, usize)> = by_value
        .iter()
        .zip(0..)
        .map(|(&(_, i), place)| (place, place, i))
        .collect();
    for of_one in of_customers
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|c| c.len() > 1)
    {
        let says = |i: usize| {
            let facts = &rows[i].facts;
            (
                rows[i].caller_by_list,
                facts.owner.is_some(),
                facts.last_visit_on,
            )
        };
        let mut said_by: Option<usize> = None;
        for &(_, place, i) in of_one {
            order[place].0 = of_one[0].1;
            if rows[i].caller.is_some() && said_by.is_none_or(|known| says(i) > says(known)) {
                said_by = Some(i);
            }
        }
        if let Some(caller) = said_by.and_then(|i| rows[i].caller.clone()) {
            for &(_, _, i) in of_one {
                rows[i].caller = Some(caller.clone());
            }
        }
    }
    order.sort_unstable();
    let mut places: Vec<Option<BoxedDraft>> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.extend(order.into_iter().filter_map(|(_, _, i)| places[i].take()));
}

/// A letter is written whoever rings how many: it takes no place of a call.
fn takes_a_place(row: &Draft) -> bool {
    row.named.first().is_none_or(|n| n.rule.channel != "letter")
}

/// Who takes over from a caller, where the settings say so.
pub(super) fn deputy(caller: &str, settings: &Lists) -> Option<Arc<str>> {
    settings
        .callers
        .iter()
        .find(|c| c.name.trim() == caller)
        .map(|c| c.deputy.trim())
        .filter(|d| !d.is_empty() && *d != caller)
        .map(Arc::from)
}

/// How many by caller; those whom nobody calls by themselves.
#[derive(Default)]
struct Counts {
    callers: BTreeMap<Arc<str>, usize>,
    nobody: usize,
}

impl Counts {
    fn of(&self, caller: Option<&str>) -> usize {
        match caller {
            Some(name) => self.callers.get(name).copied().unwrap_or(0),
            None => self.nobody,
        }
    }

    fn add(&mut self, caller: Option<&Arc<str>>, rows: usize) {
        match caller {
            Some(name) => *self.callers.entry(Arc::clone(name)).or_insert(0) += rows,
            None => self.nobody += rows,
        }
    }
}

/// Places that are taken on one day.
struct Day<'a> {
    settings: &'a Lists,
    takes_over: &'a dyn Fn(&str) -> bool,
    per_caller: usize,
    in_all: usize,
    away: Vec<&'a str>,
    taken: Counts,
    lost: Counts,
    total: usize,
}

impl Day<'_> {
    fn works(&self, name: &str) -> bool {
        !self.away.contains(&name)
    }

    fn known(&self, name: &str) -> bool {
        self.settings.callers.is_empty()
            || name == self.settings.supervisor
            || name == self.settings.renewal_caller
            || (self.takes_over)(name)
            || self
                .settings
                .callers
                .iter()
                .any(|c| [c.name.trim(), c.deputy.trim()].contains(&name))
    }

    /// Places left with a caller for a group of rows; `usize::MAX`: no limit.
    fn room(&self, caller: Option<&str>) -> usize {
        let own = self
            .settings
            .callers
            .iter()
            .find(|c| Some(c.name.trim()) == caller)
            .and_then(|c| c.capacity)
            .map_or(self.per_caller, |n| n as usize);
        if own == 0 {
            return usize::MAX;
        }
        own.saturating_sub(self.taken.of(caller))
    }

    fn lost_room(&self, caller: Option<&str>) -> usize {
        match self.settings.lost_per_caller as usize {
            0 => usize::MAX,
            cap => cap.saturating_sub(self.lost.of(caller)),
        }
    }

    fn fits(&self, caller: Option<&str>, rows: usize, lost: usize) -> bool {
        rows <= self.room(caller) && lost <= self.lost_room(caller)
    }

    /// Who takes a group: whoever it belongs to, else the deputy, else the one of those who call with most room.
    fn taker(
        &self,
        usual: Option<&Arc<str>>,
        deputy: Option<&Arc<str>>,
        rows: usize,
        lost: usize,
    ) -> Option<Option<Arc<str>>> {
        let mine = usual.filter(|name| self.works(name) && self.known(name));
        let nobody_calls = self.settings.callers.is_empty();
        if (mine.is_some() || (usual.is_none() && nobody_calls))
            && self.fits(mine.map(|name| &**name), rows, lost)
        {
            return Some(mine.cloned());
        }
        if let Some(name) = deputy
            && self.works(name)
            && self.known(name)
            && self.fits(Some(name), rows, lost)
        {
            return Some(Some(Arc::clone(name)));
        }
        self.settings
            .callers
            .iter()
            .map(|c| c.name.trim())
            .filter(|name| self.works(name) && self.fits(Some(name), rows, lost))
            .min_by_key(|name| (self.taken.of(Some(name)), *name))
            .map(|name| Some(name.into()))
    }

    /// Counts the rows that somebody is given; those held out take no place.
    fn take(&mut self, rows: &[BoxedDraft], taker: Option<&Arc<str>>, lost: usize) {
        let called = || rows.iter().filter(|row| !row.held);
        if called().next().is_some() {
            let calls = called().filter(|row| takes_a_place(row)).count();
            self.total += calls;
            self.taken.add(taker, calls);
            self.lost.add(taker, lost);
        }
    }
}

/// Keeps what the day has room for: groups of one customer, those with a call that is owed first, then in order.
/// What finds no place is counted with whom it belongs to.
pub(super) fn share_out(list: &mut Drafted, ctx: &ListContext<'_>) {
    let rows = std::mem::take(&mut list.rows);
    let groups = by_customer(&rows);
    let away = ctx
        .settings
        .callers
        .iter()
        .filter(|c| days_of(&c.away).contains(&ctx.calling_day))
        .map(|c| c.name.trim())
        .collect();
    let takes_over = |name: &str| ctx.reassigned.takes(name, ctx.calling_day);
    let mut day = Day {
        settings: ctx.settings,
        takes_over: &takes_over,
        per_caller: ctx.capacity_per_caller,
        in_all: ctx.capacity,
        away,
        taken: Counts::default(),
        lost: Counts::default(),
        total: 0,
    };
    let owes = |group: &Range<usize>| rows[group.clone()].iter().any(|row| row.owed());
    // Within both halves the order of calling stays.
    let (owed, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(owes);
    // Where rows find a place, and with whom.
    let mut places: Vec<(Range<usize>, Option<Arc<str>>)> = Vec::new();
    for group in owed.into_iter().chain(others) {
        let usual = rows[group.clone()].iter().find_map(|r| r.caller.as_ref());
        let (kept, taker) = place(&rows[group.clone()], usual, &mut day);
        let left = group.len() - kept;
        if left > 0 {
            *list.over_capacity.entry(usual.cloned()).or_insert(0) += left;
        }
        if kept > 0 {
            places.push((group.start..group.start + kept, taker));
        }
    }
    let mut rows: Vec<Option<BoxedDraft>> = rows.into_iter().map(Some).collect();
    let mut called = Vec::new();
    for (group, taker) in places {
        for i in group {
            let Some(mut row) = rows[i].take() else {
                continue;
            };
            row.caller.clone_from(&taker);
            // Those held out are like those who are called, since they stand where they would have been.
            if row.held {
                list.held_out.push(row);
            } else {
                called.push((i, row));
            }
        }
    }
    called.sort_unstable_by_key(|(i, _)| *i);
    list.rows = called.into_iter().map(|(_, row)| row).collect();
    // Most found no place, and are large: all threads give them back.
    rows.into_par_iter().for_each(drop);
}

/// The rows that stand together since they are of one customer.
fn by_customer(rows: &[BoxedDraft]) -> Vec<Range<usize>> {
    let same = |a: &BoxedDraft, b: &BoxedDraft| {
        a.facts.customer_id.is_some() && a.facts.customer_id == b.facts.customer_id
    };
    let mut start = 0;
    rows.chunk_by(same)
        .map(|group| {
            start += group.len();
            start - group.len()..start
        })
        .collect()
}

/// How many of a group's rows find a place, the first ones, and with whom.
fn place(
    group: &[BoxedDraft],
    usual: Option<&Arc<str>>,
    day: &mut Day<'_>,
) -> (usize, Option<Arc<str>>) {
    let settings = day.settings;
    let named = group.iter().find_map(|r| r.deputy.clone());
    let deputy = named.or_else(|| deputy(usual?, settings));
    let is_lost = |row: &BoxedDraft| usize::from(row.band == Band::Lost);
    let is_call = |row: &BoxedDraft| usize::from(takes_a_place(row));
    let mut lost: usize = group.iter().map(is_lost).sum();
    let mut calls: usize = group.iter().map(is_call).sum();
    let owed = group.iter().position(|row| row.owed());
    // A fleet larger than a day begins with its best rows.
    for kept in (1..=group.len()).rev() {
        let rows = &group[..kept];
        if day.in_all == 0 || day.total + calls <= day.in_all {
            // What is owed and finds no place with the supervisor stays with whoever looks after the customer.
            let owed = owed.and_then(|i| rows.get(i));
            let owner = owed.and_then(|row| usual_caller(&row.facts));
            let taker = day
                .taker(usual, deputy.as_ref(), calls, lost)
                .or_else(|| day.taker(Some(owner?), None, calls, lost));
            if let Some(taker) = taker {
                day.take(rows, taker.as_ref(), lost);
                return (kept, taker);
            }
        }
        lost -= is_lost(&group[kept - 1]);
        calls -= is_call(&group[kept - 1]);
    }
    (0, None)
}
