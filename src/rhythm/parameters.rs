//! Medians that a unit borrows from: computed once per scoring, over private persons alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use super::{Own, RateSource, is_person, statistics};
use crate::features::UnitFeatures;
use crate::settings;

/// A median and the units behind it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Median {
    /// The median.
    pub value: f64,
    /// Units behind it.
    pub units: usize,
}

impl Median {
    /// Median of one value per unit; `None` of nothing.
    #[must_use]
    pub fn of(values: Vec<f64>) -> Option<Self> {
        let values = statistics::sorted(values);
        statistics::quantile(&values, 0.5).map(|value| Self {
            value,
            units: values.len(),
        })
    }
}

/// What is fitted before any unit's rhythm is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RhythmParameters {
    /// km per day by brand, series and model.
    pub km_per_day_model: BTreeMap<String, Median>,
    /// km per day by store.
    pub km_per_day_store: BTreeMap<String, Median>,
    /// km per day of the whole file, for what has no larger group.
    pub km_per_day_all: Option<Median>,
    /// Median over the units of their median gap between maintenance visits, days, by store.
    pub maintenance_gap_store: BTreeMap<String, Median>,
    /// Median over the units of their median gap between qualified visits, days, by store.
    pub visit_gap_store: BTreeMap<String, Median>,
    /// Median expected interval of the units with a qualified visit, days; sets the horizon of the predictions.
    pub expected_interval_days: Option<Median>,
    /// Units that a group needs before its median is used.
    pub group_units: usize,
}

/// Name of each unit's model: brand, series and model, as far as they are known. `None` where only the brand is.
pub(super) fn model_names(features: &UnitFeatures) -> Vec<Option<Arc<str>>> {
    // There are far fewer models than units, and units of a model share its words: each is folded once, and told by where
    // its words lie.
    let mut known = HashMap::new();
    (0..features.len())
        .map(|i| {
            let words = [&features.brand[i], &features.series[i], &features.model[i]];
            let place = |word: &Option<Arc<str>>| word.as_ref().map(|w| w.as_ptr() as usize);
            known
                .entry(words.map(place))
                .or_insert_with(|| model_name(words.map(Option::as_deref)))
                .clone()
        })
        .collect()
}

fn model_name(parts: [Option<&str>; 3]) -> Option<Arc<str>> {
    let parts = parts.map(|part| part.unwrap_or_default().trim().to_lowercase());
    if parts[1].is_empty() && parts[2].is_empty() {
        return None;
    }
    Some(parts.join("/").into())
}

fn medians(groups: BTreeMap<&str, Vec<f64>>) -> BTreeMap<String, Median> {
    groups
        .into_iter()
        .filter_map(|(name, values)| Median::of(values).map(|median| (name.to_owned(), median)))
        .collect()
}

pub(super) fn fit(
    features: &UnitFeatures,
    own: &[Own],
    models: &[Option<Arc<str>>],
    settings: &settings::Rhythm,
) -> RhythmParameters {
    let mut rate_model: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut rate_store: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut rate_all = Vec::new();
    let mut maintenance_store: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut visit_store: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (i, own) in own.iter().enumerate() {
        if !is_person(features, i) {
            continue;
        }
        let store = &*features.store_id[i];
        if let Some(rate) = own.rate.map(|r| r.km_per_day) {
            if let Some(name) = models[i].as_deref() {
                rate_model.entry(name).or_default().push(rate);
            }
            rate_store.entry(store).or_default().push(rate);
            rate_all.push(rate);
        }
        if let Some(gap) = own.maintenance_gaps.median {
            maintenance_store.entry(store).or_default().push(gap);
        }
        if let Some(gap) = own.gaps.median {
            visit_store.entry(store).or_default().push(gap);
        }
    }
    RhythmParameters {
        km_per_day_model: medians(rate_model),
        km_per_day_store: medians(rate_store),
        km_per_day_all: Median::of(rate_all),
        maintenance_gap_store: medians(maintenance_store),
        visit_gap_store: medians(visit_store),
        expected_interval_days: None,
        group_units: settings.store_units as usize,
    }
}

impl RhythmParameters {
    fn trusted<'a>(&self, group: Option<&'a Median>) -> Option<&'a Median> {
        group.filter(|m| m.units >= self.group_units)
    }

    /// The rate that own readings are shrunk to: of the model, else of the store, else of the whole file.
    pub(super) fn rate_prior(&self, model: Option<&str>, store: &str) -> Option<(f64, RateSource)> {
        let model = model.and_then(|name| self.trusted(self.km_per_day_model.get(name)));
        if let Some(median) = model {
            return Some((median.value, RateSource::Model));
        }
        self.trusted(self.km_per_day_store.get(store))
            .or(self.km_per_day_all.as_ref())
            .map(|median| (median.value, RateSource::Store))
    }

    /// Median maintenance interval of the unit's store, where enough units stand behind it.
    pub(super) fn maintenance_gap(&self, store: &str) -> Option<f64> {
        self.trusted(self.maintenance_gap_store.get(store))
            .map(|m| m.value)
    }

    /// Median gap between visits of the unit's store, where enough units stand behind it.
    pub(super) fn visit_gap(&self, store: &str) -> Option<f64> {
        self.trusted(self.visit_gap_store.get(store))
            .map(|m| m.value)
    }
}
