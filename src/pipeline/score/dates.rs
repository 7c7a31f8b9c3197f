//! Features, rhythm and return shares as of any date: every date goes through the same functions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use super::reading::Memory;
use crate::features::{
    KnownVisits, Replaced, UnitFacts, UnitFeatures, VisitHistory, VisitSequences, unit_features,
};
use crate::models::baselines::{ReturnShare, ReturnShareParams};
use crate::models::comparable;
use crate::models::visits::{Histories, History};
use crate::models::visits_bgcnbd::{Bgcnbd, BgcnbdParams, Dropout, Regularity};
use crate::rhythm::{Rhythm, RhythmParameters, is_person, rhythm, rhythm_with};
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::types::{Reason, Result, UnitId};

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

    /// The same date with a model that was fitted before, to other units.
    #[must_use]
    pub fn foretold_by(mut self, model: Option<Bgcnbd>) -> Self {
        self.foretelling = OnceLock::from(model);
        self
    }
}

/// What every date is computed from, read once: the visits as known at the date scored, what files state, and for
/// earlier dates what was known otherwise then; of all units or of a part of them.
pub struct Past {
    pub(super) visits: VisitHistory,
    pub(super) facts: UnitFacts,
    pub(super) then: BTreeMap<NaiveDate, Then>,
    /// What it takes, where memory is limited.
    pub(super) memory: Option<Memory>,
    /// The date that was asked for last by who may ask again.
    kept: Mutex<Option<Arc<Dated>>>,
}

/// What was known otherwise at a date.
#[derive(Default)]
pub(super) struct Then {
    /// Units whose visits were other ones; ascending.
    pub(super) changed: Vec<UnitId>,
    /// The visits of these.
    pub(super) visits: VisitHistory,
    /// Visits of which less was known.
    pub(super) replaced: Replaced,
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

impl Past {
    /// Nothing read yet but what is stated whatever the unit.
    pub(super) fn new(common: UnitFacts) -> Self {
        Self {
            visits: VisitHistory::default(),
            facts: common,
            then: BTreeMap::new(),
            memory: None,
            kept: Mutex::default(),
        }
    }

    /// Units with a visit.
    pub(super) const fn units(&self) -> usize {
        self.visits.unit_id.len()
    }

    /// Features and rhythm as of a date: the one scored, or one that was looked back to.
    #[must_use]
    pub fn dated(&self, settings: &Settings, date: NaiveDate) -> Dated {
        self.dated_by(date, |features, sequences| {
            rhythm(features, sequences, &settings.rhythm, &settings.intervals)
        })
    }

    /// The same of a part of the units, with the medians that were found before.
    #[must_use]
    pub fn dated_with(
        &self,
        settings: &Settings,
        date: NaiveDate,
        parameters: &RhythmParameters,
    ) -> Dated {
        self.dated_by(date, |features, sequences| {
            rhythm_with(
                parameters,
                features,
                sequences,
                &settings.rhythm,
                &settings.intervals,
            )
        })
    }

    fn dated_by(
        &self,
        date: NaiveDate,
        rhythm: impl FnOnce(&UnitFeatures, &VisitSequences) -> Rhythm,
    ) -> Dated {
        let (features, sequences) = self.features(date);
        let rhythm = rhythm(&features, &sequences);
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
            .into_par_iter()
            .with_min_len(4096)
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
            .into_par_iter()
            .with_min_len(4096)
            .map(|i| {
                comparable(features, i)
                    .then(|| self.visits.came_between(features.unit_id[i], from, until))
            })
            .collect()
    }
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
