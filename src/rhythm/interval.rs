//! The expected interval: the first source that knows one, in a fixed order.

use chrono::NaiveDate;

use super::{DAYS_PER_MONTH, Gaps, Own, RhythmParameters, days_between};
use crate::features::UnitFeatures;
use crate::settings;

/// Where an expected interval comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalSource {
    /// Interval of the vehicles file.
    VehiclesFile,
    /// The settings table by brand, series and fuel.
    Settings,
    /// Next due date or odometer of the last maintenance order.
    Order,
    /// Median of the unit's own maintenance gaps.
    Own,
    /// Median of the store.
    Store,
    /// Default of the settings.
    Default,
    /// From the purchase, before the first visit.
    First,
    /// Customer without vehicle: median of the own gaps between visits.
    CustomerOwn,
    /// Customer without vehicle: median gap of the store.
    CustomerStore,
    /// Customer without vehicle: default of the settings.
    CustomerDefault,
}

impl IntervalSource {
    /// The name used in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VehiclesFile => "vehicles_file",
            Self::Settings => "settings",
            Self::Order => "order",
            Self::Own => "own",
            Self::Store => "store",
            Self::Default => "default",
            Self::First => "first",
            Self::CustomerOwn => "customer_own",
            Self::CustomerStore => "customer_store",
            Self::CustomerDefault => "customer_default",
        }
    }

    /// True where the unit's own habit is the source, so that "its usual interval" is the right word.
    #[must_use]
    pub const fn is_habit(self) -> bool {
        matches!(self, Self::Own | Self::CustomerOwn)
    }
}

/// Everything that the choice reads.
pub(super) struct Sources<'a> {
    pub(super) features: &'a UnitFeatures,
    pub(super) own: &'a Own,
    pub(super) rate: Option<f64>,
    pub(super) parameters: &'a RhythmParameters,
    pub(super) settings: &'a settings::Rhythm,
    pub(super) intervals: &'a [settings::Interval],
}

/// Median of own gaps where there are enough to be trusted.
pub(super) fn own_median(gaps: Gaps, settings: &settings::Rhythm) -> Option<f64> {
    if gaps.count < settings.own_gaps.max(1) as usize {
        return None;
    }
    gaps.median
}

/// Expected interval in days from `from`, within the limits of the settings, and its source.
pub(super) fn expected(s: &Sources<'_>, i: usize, from: NaiveDate) -> (f64, IntervalSource) {
    let (days, source) = if s.features.is_vehicle[i] {
        vehicle(s, i, from)
    } else {
        customer(s, i)
    };
    // Never zero, whatever the settings say: it divides.
    let days = days
        .max(s.settings.interval_min_days)
        .min(s.settings.interval_max_days)
        .max(1.0);
    (days, source)
}

fn vehicle(s: &Sources<'_>, i: usize, from: NaiveDate) -> (f64, IntervalSource) {
    let f = s.features;
    if f.last_visit_on[i].is_none() && f.last_maintenance_on[i].is_none() {
        let days = s.settings.first_interval_months * DAYS_PER_MONTH;
        return (days, IntervalSource::First);
    }
    let file = shorter(
        f.interval_months[i].map(f64::from),
        f.interval_km[i].map(f64::from),
        s.rate,
    );
    if let Some(days) = file {
        return (days, IntervalSource::VehiclesFile);
    }
    if let Some(days) = table(s, i) {
        return (days, IntervalSource::Settings);
    }
    if let Some(days) = order(s, i, from) {
        return (days, IntervalSource::Order);
    }
    if let Some(days) = own_median(s.own.maintenance_gaps, s.settings) {
        return (days, IntervalSource::Own);
    }
    if let Some(days) = s.parameters.maintenance_gap(&f.store_id[i]) {
        return (days, IntervalSource::Store);
    }
    let days = s.settings.default_interval_months * DAYS_PER_MONTH;
    (days, IntervalSource::Default)
}

fn customer(s: &Sources<'_>, i: usize) -> (f64, IntervalSource) {
    if let Some(days) = own_median(s.own.gaps, s.settings) {
        return (days, IntervalSource::CustomerOwn);
    }
    if let Some(days) = s.parameters.visit_gap(&s.features.store_id[i]) {
        return (days, IntervalSource::CustomerStore);
    }
    let days = s.settings.default_customer_interval_days;
    (days, IntervalSource::CustomerDefault)
}

/// min(months x 30.4375, km / km per day), of what is known and positive.
fn shorter(months: Option<f64>, km: Option<f64>, rate: Option<f64>) -> Option<f64> {
    let by_time = months.filter(|&m| m > 0.0).map(|m| m * DAYS_PER_MONTH);
    let by_km = km
        .filter(|&km| km > 0.0)
        .zip(rate.filter(|&r| r > 0.0))
        .map(|(km, rate)| km / rate);
    least(by_time, by_km)
}

fn least(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The entry of the settings table that names most of what the vehicle is; the earlier one among equals.
fn table(s: &Sources<'_>, i: usize) -> Option<f64> {
    let f = s.features;
    // How many fields an entry names, or `None` where one of them differs.
    let fit = |entry: &settings::Interval| -> Option<usize> {
        let fields = [
            (&entry.brand, &f.brand[i]),
            (&entry.series, &f.series[i]),
            (&entry.fuel, &f.fuel[i]),
        ];
        let mut named = 0;
        for (wanted, known) in fields {
            let wanted = wanted.trim().to_lowercase();
            if wanted.is_empty() {
                continue;
            }
            let known = known.as_deref().unwrap_or_default().trim().to_lowercase();
            if known != wanted {
                return None;
            }
            named += 1;
        }
        Some(named)
    };
    let mut best: Option<(usize, f64)> = None;
    for entry in s.intervals {
        let days = shorter(entry.months.map(f64::from), entry.km.map(f64::from), s.rate);
        if let (Some(named), Some(days)) = (fit(entry), days)
            && best.is_none_or(|(most, _)| named > most)
        {
            best = Some((named, days));
        }
    }
    best.map(|(_, days)| days)
}

/// Next due date and odometer of the last maintenance order, where later than that order.
fn order(s: &Sources<'_>, i: usize, from: NaiveDate) -> Option<f64> {
    let f = s.features;
    f.last_maintenance_on[i]?;
    let by_date = f.order_next_due_date[i]
        .map(|due| days_between(from, due))
        .filter(|&days| days > 0.0);
    let by_km = f.order_next_due_km[i].zip(s.rate).and_then(|(due, rate)| {
        let at_order = match s.own.maintenance_reading {
            Some(reading) => f64::from(reading.km),
            None => s.own.last_reading?.projected(from, rate),
        };
        let left = f64::from(due) - at_order;
        (left > 0.0 && rate > 0.0).then(|| left / rate)
    });
    least(by_date, by_km)
}
