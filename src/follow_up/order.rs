//! Who calls whom in which order, and how much of it in one day: a customer's vehicles together, the day's places shared
//! out in order of worth, what is owed first, the lost capped.

use std::collections::BTreeMap;

use super::ListContext;
use super::build::usual_caller;
use super::draft::{Draft, Drafted};
use super::rules::Band;
use crate::settings::{Lists, days_of};
use crate::types::{CustomerId, UnitId};

/// Sorts by band, worth and unit, keeping each customer's rows together and with one caller.
pub(super) fn arrange(rows: &mut Vec<Draft>) {
    let worth = |row: &Draft| row.priority.unwrap_or(f64::NEG_INFINITY);
    let key = |row: &Draft| (row.band, worth(row), row.facts.unit_id);
    // The keys are sorted, not the rows: those are large, and moved once.
    let mut by_value: Vec<((Band, f64, UnitId), usize)> = rows.iter().map(key).zip(0..).collect();
    by_value.sort_unstable_by(|(a, _), (b, _)| {
        let by_worth = || b.1.total_cmp(&a.1);
        a.0.cmp(&b.0).then_with(by_worth).then(a.2.cmp(&b.2))
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
    let mut places: Vec<Option<Draft>> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.extend(order.into_iter().filter_map(|(_, _, i)| places[i].take()));
}

/// A letter is written whoever rings how many: it takes no place of a call.
fn takes_a_place(row: &Draft) -> bool {
    row.named.first().is_none_or(|n| n.rule.channel != "letter")
}

/// Who takes over from a caller, where the settings say so.
pub(super) fn deputy(caller: &str, settings: &Lists) -> Option<String> {
    settings
        .callers
        .iter()
        .find(|c| c.name.trim() == caller)
        .map(|c| c.deputy.trim().to_owned())
        .filter(|d| !d.is_empty())
}

/// Places that are taken on one day.
struct Day<'a> {
    settings: &'a Lists,
    takes_over: &'a dyn Fn(&str) -> bool,
    per_caller: usize,
    in_all: usize,
    away: Vec<&'a str>,
    taken: BTreeMap<Option<String>, usize>,
    lost: BTreeMap<Option<String>, usize>,
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
            || self.settings.callers.iter().any(|c| c.name.trim() == name)
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
        let taken = self.taken.get(&caller.map(str::to_owned)).copied();
        own.saturating_sub(taken.unwrap_or(0))
    }

    fn lost_room(&self, caller: Option<&str>) -> usize {
        match self.settings.lost_per_caller as usize {
            0 => usize::MAX,
            cap => {
                let taken = self.lost.get(&caller.map(str::to_owned)).copied();
                cap.saturating_sub(taken.unwrap_or(0))
            }
        }
    }

    fn fits(&self, caller: Option<&str>, rows: usize, lost: usize) -> bool {
        rows <= self.room(caller) && lost <= self.lost_room(caller)
    }

    /// Who takes a group: whoever it belongs to, else the deputy, else the one of those who call with most room.
    fn taker(
        &self,
        usual: Option<&str>,
        deputy: Option<&str>,
        rows: usize,
        lost: usize,
    ) -> Option<Option<String>> {
        let mine = usual.filter(|name| self.works(name) && self.known(name));
        let nobody_calls = self.settings.callers.is_empty();
        if (mine.is_some() || (usual.is_none() && nobody_calls)) && self.fits(mine, rows, lost) {
            return Some(mine.map(str::to_owned));
        }
        if let Some(name) = deputy
            && self.works(name)
            && self.known(name)
            && self.fits(Some(name), rows, lost)
        {
            return Some(Some(name.to_owned()));
        }
        self.settings
            .callers
            .iter()
            .map(|c| c.name.trim())
            .filter(|name| self.works(name) && self.fits(Some(name), rows, lost))
            .min_by_key(|name| {
                (
                    self.taken
                        .get(&Some((*name).to_owned()))
                        .copied()
                        .unwrap_or(0),
                    *name,
                )
            })
            .map(|name| Some(name.to_owned()))
    }
}

/// Keeps what the day has room for: groups of one customer, those with a call that is owed first, then in order.
/// What finds no place is counted with whom it belongs to.
pub(super) fn share_out(list: &mut Drafted, ctx: &ListContext<'_>) {
    let rows = std::mem::take(&mut list.rows);
    let mut groups: Vec<Vec<Draft>> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some(group)
                if row.facts.customer_id.is_some()
                    && group
                        .last()
                        .is_some_and(|r| r.facts.customer_id == row.facts.customer_id) =>
            {
                group.push(row);
            }
            _ => groups.push(vec![row]),
        }
    }
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
        taken: BTreeMap::new(),
        lost: BTreeMap::new(),
        total: 0,
    };
    let mut turn: Vec<usize> = (0..groups.len()).collect();
    // Stable: within both halves the order of calling stays.
    turn.sort_by_key(|i| !groups[*i].iter().any(Draft::owed));
    let mut kept: Vec<Option<Vec<Draft>>> = vec![None; groups.len()];
    for i in turn {
        let mut group = std::mem::take(&mut groups[i]);
        let usual = group.iter().find_map(|r| r.caller.clone());
        let deputy = group
            .iter()
            .find_map(|r| r.deputy.clone())
            .or_else(|| usual.as_deref().and_then(|u| deputy(u, ctx.settings)));
        // A fleet larger than a day begins with its best rows.
        let mut over = Vec::new();
        let taker = loop {
            let lost = group.iter().filter(|r| r.band == Band::Lost).count();
            let calls = group.iter().filter(|r| takes_a_place(r)).count();
            let within = day.in_all == 0 || day.total + calls <= day.in_all;
            // What is owed and finds no place with the supervisor stays with whoever looks after the customer.
            let owner = group
                .iter()
                .find(|r| r.owed())
                .and_then(|r| usual_caller(&r.facts));
            let found = within
                .then(|| {
                    day.taker(usual.as_deref(), deputy.as_deref(), calls, lost)
                        .or_else(|| day.taker(Some(owner?), None, calls, lost))
                })
                .flatten();
            match found {
                Some(taker) => break Some((taker, lost)),
                None if group.len() > 1 => over.extend(group.pop()),
                None => break None,
            }
        };
        let left = over.len() + if taker.is_none() { group.len() } else { 0 };
        if left > 0 {
            *list.over_capacity.entry(usual).or_insert(0) += left;
        }
        if let Some((taker, lost)) = taker {
            for row in &mut group {
                row.caller.clone_from(&taker);
            }
            // Those held out are like those who are called, since they stand where they would have been; they take no place.
            let (held, called): (Vec<Draft>, Vec<Draft>) = group.into_iter().partition(|r| r.held);
            if !called.is_empty() {
                let calls = called.iter().filter(|r| takes_a_place(r)).count();
                day.total += calls;
                *day.taken.entry(taker.clone()).or_insert(0) += calls;
                *day.lost.entry(taker).or_insert(0) += lost;
                kept[i] = Some(called);
            }
            list.held_out.extend(held);
        }
    }
    list.rows = kept.into_iter().flatten().flatten().collect();
}
