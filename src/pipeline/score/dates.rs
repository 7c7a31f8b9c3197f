//! Features, rhythm and return shares as of any date: every date goes through the same functions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::array::{Int32Array, UInt64Array};
use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use crate::features::{
    KnownVisits, Replaced, UnitFacts, UnitFeatures, VisitHistory, VisitSequences, unit_features,
};
use crate::models::baselines::{ReturnShare, ReturnShareParams};
use crate::models::comparable;
use crate::models::visits::{Histories, History};
use crate::models::visits_bgcnbd::{Bgcnbd, BgcnbdParams, Dropout, Regularity};
use crate::rhythm::{Rhythm, is_person, rhythm};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::table::column;
use crate::types::{Error, Reason, Result, UnitId};

/// Histories that the visit model among the inputs of leaving is fitted to, at most.
const MOST_FORETOLD: usize = 20_000;

/// One date's features and rhythm.
pub struct Dated {
    /// Features of the units.
    pub features: UnitFeatures,
    /// Rhythm of the same units.
    pub rhythm: Rhythm,
    /// Visits as the visit models see them, per unit; `None` without a qualified visit.
    pub histories: Vec<Option<History>>,
    /// What a visit model that was fitted to these says, once it was asked.
    foretelling: OnceLock<Option<Bgcnbd>>,
}

impl Dated {
    /// The (M)BG/CNBD-k model of persons' comparable units at this date, fitted to a part of them where they are many;
    /// `None` where it cannot be trusted.
    #[must_use]
    pub fn foretelling(&self) -> Option<&Bgcnbd> {
        let fitted = || {
            let f = &self.features;
            let of: Vec<History> = (0..f.len())
                .filter(|&i| is_person(f, i) && comparable(f, i))
                .filter_map(|i| self.histories[i])
                .collect();
            let step = of.len().div_ceil(MOST_FORETOLD).max(1);
            let params = BgcnbdParams {
                dropout: Dropout::AfterFirst,
                regularity: Regularity::Free,
            };
            let part = Histories::new(of.into_iter().step_by(step).collect());
            let fit = params.fit(&part).ok()?;
            fit.estimated.refusal().is_none().then_some(fit.model)
        };
        self.foretelling.get_or_init(fitted).as_ref()
    }
}

/// What every date is computed from, read once: the visits as known at the date scored, what files state, and for
/// earlier dates what was known otherwise then.
pub struct Past {
    visits: VisitHistory,
    facts: UnitFacts,
    then: BTreeMap<NaiveDate, Then>,
    /// What it takes, where memory is limited.
    memory: Option<Memory>,
    /// The date that was asked for last by who may ask again.
    kept: Mutex<Option<Arc<Dated>>>,
}

/// What is to be made from the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Models, and the scores of a date.
    Scores,
    /// States of earlier dates alone.
    States,
}

/// Bytes that this process takes beside the engine, where a setting limits the memory; read off runs with 100,000
/// vehicles (from 4,500 to 6,000 a unit, as it happens what is in memory at the same time).
#[derive(Clone, Copy)]
struct Memory {
    /// With the visits alone.
    visits: u64,
    /// At most.
    most: u64,
}

impl Memory {
    fn of(work: Work, units: u64, visits: u64) -> Self {
        const BASE: u64 = 100 << 20;
        const VISIT: u64 = 130;
        let a_unit = match work {
            Work::Scores => 6_000,
            // The features, rhythm and states of one date.
            Work::States => 1_500,
        };
        Self {
            visits: BASE + visits * VISIT + units * 300,
            most: BASE + visits * VISIT + units * a_unit,
        }
    }
}

/// What was known otherwise at a date.
#[derive(Default)]
struct Then {
    /// Units whose visits were other ones; ascending.
    changed: Vec<UnitId>,
    /// The visits of these.
    visits: VisitHistory,
    /// Visits of which less was known.
    replaced: Replaced,
}

/// The one-row table of parameters that every script reads.
///
/// # Errors
/// When the engine refuses.
pub fn set_run(store: &Store, settings: &Settings, as_of: NaiveDate) -> Result<()> {
    let list = |words: &[String]| {
        words
            .iter()
            .map(|w| quote_text(w))
            .collect::<Vec<_>>()
            .join(", ")
    };
    store.run(&format!(
        "create or replace temp table run as select date '{as_of}' as as_of, {} as merge_gap_days, {} as max_stay_days, \
         [{}]::varchar[] as unqualified_classes, [{}]::varchar[] as maintenance_classes;",
        settings.visit.merge_gap_days,
        settings.visit.max_stay_days,
        list(&settings.visit.unqualified_classes),
        list(&settings.visit.maintenance_classes),
    ))
}

/// Reads the visits of the table `visits` and what files state about units.
///
/// # Errors
/// When a script fails.
pub fn read_past(store: &Store, settings: &Settings, work: Work) -> Result<Past> {
    for script in [
        "features/visits_now",
        "features/unit_visits",
        "features/vehicle_facts",
        "features/gone_news",
        "features/unit_signals",
    ] {
        store.run(scripts::text(script))?;
    }
    let rows = store.count("select count(*) from unit_visits")?;
    let memory = if store.is_limited() {
        let units = store.count(
            "select count(*) from (select unit_id from unit_visits union select unit_id from facts_of_vehicles)",
        )?;
        let memory = Memory::of(work, units, rows);
        // What cannot be done to its end is not begun.
        store.has_room(memory.most)?;
        store.leave_room(memory.visits)?;
        Some(memory)
    } else {
        None
    };
    let mut visits = VisitHistory::with_room_for(usize::try_from(rows).unwrap_or(0));
    store.stream(
        "from unit_visits order by unit_id, first_in, visit_id",
        |batch| visits.extend(&batch),
    )?;
    let mut facts = UnitFacts::new(
        store.day("select min(in_at)::date from orders")?,
        store.count("select coalesce(bool_or(has_class), false)::integer from orders")? > 0,
        settings.visit.max_stay_days,
    );
    store.stream("from facts_of_vehicles order by unit_id", |batch| {
        facts.extend_vehicles(&batch)
    })?;
    store.stream("from gone_news order by unit_id, gone_on", |batch| {
        facts.extend_news(&batch)
    })?;
    store.stream(
        "from unit_signals order by of_customer, party_id, known_on, told_at, signal, row_key",
        |batch| facts.signals.extend(&batch),
    )?;
    store.stream(
        "select customer_id, kind from customers_merged where kind <> 'person' order by customer_id",
        |batch| facts.extend_kinds(&batch),
    )?;
    store.stream(
        "select customer_id, person_id from customer_aliases order by customer_id",
        |batch| facts.extend_persons(&batch),
    )?;
    Ok(Past {
        visits,
        facts,
        memory,
        then: BTreeMap::new(),
        kept: Mutex::default(),
    })
}

impl Past {
    /// Finds out what was known otherwise at earlier dates than the one scored; all of them at once.
    ///
    /// # Errors
    /// When a script fails.
    pub fn look_back(&mut self, store: &Store, dates: &[NaiveDate]) -> Result<()> {
        let dates: Vec<NaiveDate> = dates
            .iter()
            .copied()
            .filter(|d| !self.then.contains_key(d))
            .collect();
        if dates.is_empty() {
            return Ok(());
        }
        let rows: Vec<String> = dates
            .iter()
            .enumerate()
            .map(|(no, date)| format!("({no}, date '{date}')"))
            .collect();
        store.run(&format!(
            "create or replace temp table earlier_dates as select * from (values {}) d(date_no, as_of)",
            rows.join(", ")
        ))?;
        for script in [
            "visits/changed_parties",
            "visits/orders_then",
            "visits/orders_known",
            "visits/orders_to_regroup",
            "visits/group_orders",
            "visits/visits_regrouped",
            "features/visits_then",
            "features/unit_visits",
        ] {
            store.run_as_written(scripts::text(script))?;
        }
        let mut then: Vec<Then> = dates.iter().map(|_| Then::default()).collect();
        store.stream(
            "select date_no, party from changed_parties order by date_no, party",
            |batch| {
                let parties = column::<UInt64Array>(&batch, "party")?;
                for (no, party) in column::<Int32Array>(&batch, "date_no")?
                    .values()
                    .iter()
                    .zip(parties.values())
                {
                    of_date(&mut then, *no)?.changed.push(UnitId(*party));
                }
                Ok(())
            },
        )?;
        for replaces in [false, true] {
            let rows = format!(
                "from unit_visits where replaces = {replaces} order by date_no, unit_id, first_in, visit_id"
            );
            store.stream(&rows, |batch| {
                let numbers = column::<Int32Array>(&batch, "date_no")?;
                let mut from = 0;
                for run in numbers.values().chunk_by(|a, b| a == b) {
                    let then = of_date(&mut then, run[0])?;
                    let part = batch.slice(from, run.len());
                    if replaces {
                        then.replaced.extend(&part)?;
                    } else {
                        then.visits.extend(&part)?;
                    }
                    from += run.len();
                }
                Ok(())
            })?;
        }
        // What was only needed to find out takes memory that the scoring needs.
        store.run(
            "drop table changed_visits; drop table changed_parties; drop view orders_dated; drop table orders_at_dates; drop table visits_regrouped;
             drop table orders_of_changed;",
        )?;
        self.then.extend(dates.into_iter().zip(then));
        Ok(())
    }

    /// From here on the engine has the rest of the memory that the scoring does not take; without a limit nothing changes.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn leave_room(&self, store: &Store) -> Result<()> {
        self.memory
            .map_or(Ok(()), |memory| store.leave_room(memory.most))
    }

    /// Features and rhythm as of a date: the one scored, or one that was looked back to.
    #[must_use]
    pub fn dated(&self, settings: &Settings, date: NaiveDate) -> Dated {
        let (features, sequences) = self.features(date);
        let rhythm = rhythm(&features, &sequences, &settings.rhythm, &settings.intervals);
        // Both hold the same units in the same order.
        let histories = sequences
            .starts
            .par_windows(2)
            .map(|of| History::of_days(&sequences.first_in[of[0]..of[1]], date))
            .collect();
        Dated {
            features,
            rhythm,
            histories,
            foretelling: OnceLock::new(),
        }
    }

    /// The same, kept until another date is asked for in this way: samples and shares of one date follow each other.
    #[must_use]
    pub fn dated_once(&self, settings: &Settings, date: NaiveDate) -> Arc<Dated> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(dated) if dated.features.as_of == date => Arc::clone(dated),
            _ => {
                // The former goes before the next one comes: each is large.
                *kept = None;
                let dated = Arc::new(self.dated(settings, date));
                *kept = Some(Arc::clone(&dated));
                dated
            }
        }
    }

    /// True where memory is limited: then one date is worked on at a time.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.memory.is_some()
    }

    /// Lets go of what was kept.
    pub fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Features as of such a date, and the visits behind them.
    #[must_use]
    pub fn features(&self, date: NaiveDate) -> (UnitFeatures, VisitSequences) {
        let nothing = Then::default();
        let then = self.then.get(&date).unwrap_or(&nothing);
        let known = KnownVisits {
            all: &self.visits,
            changed: &then.changed,
            then: &then.visits,
            replaced: &then.replaced,
            date,
        };
        unit_features(&self.facts, &known)
    }

    /// Days of a unit's qualified visits up to the date scored, ascending, each once.
    #[must_use]
    pub fn visit_days(&self, unit: UnitId, until: NaiveDate) -> Vec<NaiveDate> {
        self.visits.qualified_days(unit, until)
    }

    /// Paid on a unit's qualified visits after one day and not after another, yuan; `None` where a payment is unknown.
    #[must_use]
    pub fn paid_between(&self, unit: UnitId, after: NaiveDate, until: NaiveDate) -> Option<f64> {
        self.visits.paid_between(unit, after, until)
    }

    /// Qualified visits of each unit in the `days` after `from`; `None` where it is not comparable.
    pub fn visits_within(
        &self,
        from: NaiveDate,
        days: u32,
        features: &UnitFeatures,
    ) -> Vec<Option<u32>> {
        let until = from + Days::new(u64::from(days));
        (0..features.len())
            .map(|i| {
                comparable(features, i)
                    .then(|| self.visits.visits_between(features.unit_id[i], from, until))
            })
            .collect()
    }

    /// Whether each unit had a qualified visit in the `days` after `from`; `None` where it is not comparable.
    #[must_use]
    pub fn returned_within(
        &self,
        from: NaiveDate,
        days: u32,
        features: &UnitFeatures,
    ) -> Vec<Option<bool>> {
        let until = from + Days::new(u64::from(days));
        (0..features.len())
            .map(|i| {
                comparable(features, i)
                    .then(|| self.visits.came_between(features.unit_id[i], from, until))
            })
            .collect()
    }
}

fn of_date(then: &mut [Then], no: i32) -> Result<&mut Then> {
    usize::try_from(no)
        .ok()
        .and_then(|no| then.get_mut(no))
        .ok_or_else(|| Error::internal("a date that was not asked for"))
}

/// The earlier date whose horizon has just closed.
#[must_use]
pub fn cutoff_of(as_of: NaiveDate, horizon_days: u32) -> NaiveDate {
    as_of - Days::new(u64::from(horizon_days))
}

/// The share of comparable units that did not return, at the earlier date whose horizon has just closed.
///
/// # Errors
/// A reason where there is too little history.
pub fn return_share(
    settings: &Settings,
    as_of: NaiveDate,
    horizon_days: u32,
    now: &Dated,
    past: &Past,
) -> std::result::Result<ReturnShare, Reason> {
    let cutoff = cutoff_of(as_of, horizon_days);
    let history = now
        .features
        .history_from
        .map_or(0, |from| (as_of - from).num_days());
    let needed = i64::from(horizon_days + settings.churn.min_history_days);
    if history < needed {
        return Err(Reason::new("caveat-history-too-short")
            .with("days", history)
            .with("needed", needed));
    }
    let then = past.dated_once(settings, cutoff);
    let returned = past.returned_within(cutoff, horizon_days, &then.features);
    let median = then
        .rhythm
        .parameters
        .expected_interval_days
        .as_ref()
        .map_or(0.0, |m| m.value);
    let mut params = ReturnShareParams::new(horizon_days, &settings.churn);
    // Within less than one interval the recent visitor is the least likely to be back.
    params.monotone = f64::from(horizon_days) >= median;
    params.fit(&then.features, &returned)
}
