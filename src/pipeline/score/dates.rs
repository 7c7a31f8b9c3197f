//! Features, rhythm and return shares as of any date: every date goes through the same functions.

use arrow::array::UInt64Array;
use chrono::{Days, NaiveDate};

use crate::features::{UnitFeatures, VisitSequences};
use crate::models::baselines::{ReturnShare, ReturnShareParams};
use crate::models::comparable;
use crate::rhythm::{Rhythm, rhythm};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::types::{Reason, Result, UnitId};

/// One date's features and rhythm.
pub(super) struct Dated {
    pub(super) features: UnitFeatures,
    pub(super) rhythm: Rhythm,
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

/// Every unit's visits as of the date that `visits` was made for, read once for all earlier dates.
pub(super) fn all_sequences(store: &Store) -> Result<VisitSequences> {
    store.run(scripts::text("features/visit_sequences"))?;
    let mut sequences = VisitSequences::default();
    store.stream("from visit_sequences order by unit_id, visit_no", |batch| {
        sequences.extend(&batch)
    })?;
    Ok(sequences)
}

/// Features and rhythm as of a date on or before the one that `visits` was made for.
pub(super) fn dated(
    store: &Store,
    settings: &Settings,
    date: NaiveDate,
    all: &VisitSequences,
) -> Result<Dated> {
    store.run(&format!("update run set as_of = date '{date}'"))?;
    for script in [
        "visits/changed_parties",
        "visits/group_orders",
        "visits/visits_regrouped",
        "visits/visits_at",
        "features/unit_features",
        "features/regrouped_sequences",
    ] {
        store.run(scripts::text(script))?;
    }
    let mut changed: Vec<UnitId> = Vec::new();
    store.stream(
        "select party from changed_parties order by party",
        |batch| {
            if let Some(ids) = batch.column(0).as_any().downcast_ref::<UInt64Array>() {
                changed.extend(ids.values().iter().map(|v| UnitId(*v)));
            }
            Ok(())
        },
    )?;
    let mut regrouped = VisitSequences::default();
    store.stream(
        "from regrouped_sequences order by unit_id, visit_no",
        |batch| regrouped.extend(&batch),
    )?;
    let sequences = all.known_at(date, &changed, &regrouped);
    let history_from = store.day("select min(in_at)::date from orders")?;
    let mut features = UnitFeatures {
        as_of: date,
        history_from,
        ..UnitFeatures::default()
    };
    store.stream("from unit_features order by unit_id", |batch| {
        features.extend(&batch)
    })?;
    let rhythm = rhythm(&features, &sequences, &settings.rhythm, &settings.intervals);
    Ok(Dated { features, rhythm })
}

/// The share of comparable units that did not return, at the earlier date whose horizon has just closed.
pub(super) fn return_share(
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    horizon_days: u32,
    now: &Dated,
    all: &VisitSequences,
) -> Result<std::result::Result<ReturnShare, Reason>> {
    let cutoff = as_of - Days::new(u64::from(horizon_days));
    let history = now
        .features
        .history_from
        .map_or(0, |from| (as_of - from).num_days());
    let needed = i64::from(horizon_days + settings.churn.min_history_days);
    if history < needed {
        return Ok(Err(Reason::new("caveat-history-too-short")
            .with("days", history)
            .with("needed", needed)));
    }
    let then = dated(store, settings, cutoff, all)?;
    let returned = returned_within(store, cutoff, horizon_days, &then.features)?;
    let median = then
        .rhythm
        .parameters
        .expected_interval_days
        .as_ref()
        .map_or(0.0, |m| m.value);
    let mut params = ReturnShareParams::new(horizon_days, &settings.churn);
    // Within less than one interval the recent visitor is the least likely to be back.
    params.monotone = f64::from(horizon_days) >= median;
    Ok(params.fit(&then.features, &returned))
}

/// Whether each unit had a qualified visit in the `days` after `from`; `None` where it is not comparable.
fn returned_within(
    store: &Store,
    from: NaiveDate,
    days: u32,
    features: &UnitFeatures,
) -> Result<Vec<Option<bool>>> {
    let until = from + Days::new(u64::from(days));
    let mut came: Vec<UnitId> = Vec::new();
    store.stream(
        &format!(
            "select distinct unit_id from visits where qualified and unit_id is not null \
             and first_on > date '{from}' and first_on <= date '{until}' order by unit_id"
        ),
        |batch| {
            if let Some(ids) = batch.column(0).as_any().downcast_ref::<UInt64Array>() {
                came.extend(ids.values().iter().map(|v| UnitId(*v)));
            }
            Ok(())
        },
    )?;
    Ok((0..features.len())
        .map(|i| comparable(features, i).then(|| came.binary_search(&features.unit_id[i]).is_ok()))
        .collect())
}
