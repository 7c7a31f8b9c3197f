//! Features, rhythm and return shares as of any date: every date goes through the same functions.

use std::collections::BTreeMap;

use arrow::array::{Array, Date32Array, Int32Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::{Days, NaiveDate, TimeDelta};

use crate::features::{
    KnownVisits, Replaced, UnitFacts, UnitFeatures, VisitHistory, unit_features,
};
use crate::models::baselines::{ReturnShare, ReturnShareParams};
use crate::models::comparable;
use crate::rhythm::{Rhythm, rhythm};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::types::{CustomerId, CustomerKind, Error, Reason, Result, UnitId};

/// One date's features and rhythm.
pub(super) struct Dated {
    pub(super) features: UnitFeatures,
    pub(super) rhythm: Rhythm,
}

/// What every date is computed from, read once: the visits as known at the date scored, what files state, and for
/// earlier dates what was known otherwise then.
pub(super) struct Past {
    visits: VisitHistory,
    facts: UnitFacts,
    then: BTreeMap<NaiveDate, Then>,
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
pub(super) fn set_run(store: &Store, settings: &Settings, as_of: NaiveDate) -> Result<()> {
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
pub(super) fn read_past(store: &Store, settings: &Settings) -> Result<Past> {
    for script in [
        "features/unit_visits",
        "features/vehicle_facts",
        "features/gone_news",
        "features/renewals",
    ] {
        store.run(scripts::text(script))?;
    }
    let rows = store.count("select count(*) from unit_visits")?;
    let mut visits = VisitHistory::with_room_for(usize::try_from(rows).unwrap_or(0));
    store.stream(
        "from unit_visits order by unit_id, first_in, visit_id",
        |batch| visits.extend(&batch),
    )?;
    let mut facts = UnitFacts {
        history_from: store.day("select min(in_at)::date from orders")?,
        has_class: store
            .count("select coalesce(bool_or(has_class), false)::integer from orders")?
            > 0,
        max_stay_days: i64::from(settings.visit.max_stay_days),
        ..UnitFacts::default()
    };
    store.stream("from facts_of_vehicles order by unit_id", |batch| {
        facts.extend_vehicles(&batch)
    })?;
    store.stream(
        "select unit_id, gone_on from gone_news order by unit_id, gone_on",
        |batch| {
            facts.news.extend(unit_days(&batch)?);
            Ok(())
        },
    )?;
    store.stream(
        "select unit_id, starts_on from renewals order by unit_id, starts_on",
        |batch| {
            facts.renewals.extend(unit_days(&batch)?);
            Ok(())
        },
    )?;
    store.stream(
        "select customer_id, kind from customers where kind <> 'person' order by customer_id",
        |batch| {
            let ids = column::<UInt64Array>(&batch, 0)?;
            let kinds = column::<StringArray>(&batch, 1)?;
            facts.kinds.extend(
                ids.values()
                    .iter()
                    .zip(kinds)
                    .filter_map(|(id, kind)| Some((CustomerId(*id), CustomerKind::parse(kind?)?))),
            );
            Ok(())
        },
    )?;
    Ok(Past {
        visits,
        facts,
        then: BTreeMap::new(),
    })
}

impl Past {
    /// Finds out what was known otherwise at earlier dates than the one scored; all of them at once.
    pub(super) fn look_back(&mut self, store: &Store, dates: &[NaiveDate]) -> Result<()> {
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
            "features/unit_visits_then",
        ] {
            store.run(scripts::text(script))?;
        }
        let mut then: Vec<Then> = dates.iter().map(|_| Then::default()).collect();
        store.stream(
            "select date_no, party from changed_parties order by date_no, party",
            |batch| {
                let parties = column::<UInt64Array>(&batch, 1)?;
                for (no, party) in column::<Int32Array>(&batch, 0)?
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
                "from unit_visits_then where replaces = {replaces} order by date_no, unit_id, first_in, visit_id"
            );
            store.stream(&rows, |batch| {
                let numbers = column::<Int32Array>(&batch, 0)?;
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
            "drop table changed_visits; drop table changed_parties; drop table visits_regrouped;
             drop table orders_of_changed;",
        )?;
        self.then.extend(dates.into_iter().zip(then));
        Ok(())
    }

    /// Features and rhythm as of a date: the one scored, or one that was looked back to.
    pub(super) fn dated(&self, settings: &Settings, date: NaiveDate) -> Dated {
        let nothing = Then::default();
        let then = self.then.get(&date).unwrap_or(&nothing);
        let known = KnownVisits {
            all: &self.visits,
            changed: &then.changed,
            then: &then.visits,
            replaced: &then.replaced,
            date,
        };
        let (features, sequences) = unit_features(&self.facts, &known);
        let rhythm = rhythm(&features, &sequences, &settings.rhythm, &settings.intervals);
        Dated { features, rhythm }
    }

    /// Whether each unit had a qualified visit in the `days` after `from`; `None` where it is not comparable.
    fn returned_within(
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

/// A column of a batch by its place.
pub(super) fn column<A: Array + 'static>(batch: &RecordBatch, at: usize) -> Result<&A> {
    batch
        .column(at)
        .as_any()
        .downcast_ref::<A>()
        .ok_or_else(|| Error::internal(format!("column {at} is of another type")))
}

fn unit_days(batch: &RecordBatch) -> Result<Vec<(UnitId, NaiveDate)>> {
    let days = column::<Date32Array>(batch, 1)?;
    Ok(column::<UInt64Array>(batch, 0)?
        .values()
        .iter()
        .zip(days.values())
        .map(|(unit, day)| {
            let day = NaiveDate::default() + TimeDelta::days(i64::from(*day));
            (UnitId(*unit), day)
        })
        .collect())
}

/// The earlier date whose horizon has just closed.
pub(super) fn cutoff_of(as_of: NaiveDate, horizon_days: u32) -> NaiveDate {
    as_of - Days::new(u64::from(horizon_days))
}

/// The share of comparable units that did not return, at the earlier date whose horizon has just closed.
pub(super) fn return_share(
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
    let then = past.dated(settings, cutoff);
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
