//! When each unit is expected again: mileage rate, gaps between visits, expected interval, next due date
//! and overdue ratio. Pure: the same features, visits and settings give the same columns, on any number of threads.
//!
//! Two passes: what a unit says about itself, then what it borrows from the medians of its model and store
//! ([`RhythmParameters`]), which are computed once and over private persons alone.

mod interval;
mod mileage;
mod parameters;
pub mod statistics;

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use rayon::prelude::*;

use crate::features::{UnitFeatures, VisitSequences};
use crate::settings;
use crate::types::CustomerKind;

pub use interval::IntervalSource;
pub use mileage::RateSource;
pub use parameters::{Median, RhythmParameters};

/// Mean length of a month of the Gregorian calendar, days.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Mean length of a year of the Gregorian calendar, days.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// Expected rhythm of the units, in columns aligned with the features they were computed from.
/// `None` is unknown, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rhythm {
    /// Distance driven per day, km; own readings shrunk towards the median of the model, then of the store.
    pub km_per_day: Vec<Option<f64>>,
    /// Where the rate comes from.
    pub km_per_day_source: Vec<RateSource>,
    /// Odometer estimated at the as-of date, km: the last believed reading and the rate since.
    pub odometer_now_km: Vec<Option<i32>>,
    /// Gaps between qualified visits, count.
    pub gaps: Vec<u32>,
    /// Mean gap between qualified visits, days.
    pub gap_mean_days: Vec<Option<f64>>,
    /// Median gap between qualified visits, days.
    pub gap_median_days: Vec<Option<f64>>,
    /// Sample standard deviation of the gaps over their mean; needs three gaps.
    pub gap_cv: Vec<Option<f64>>,
    /// Median gap between maintenance visits, days; needs `rhythm.own_gaps` gaps.
    pub maintenance_gap_days: Vec<Option<f64>>,
    /// From when the expected interval runs: last maintenance, else last qualified visit, else purchase.
    pub due_from: Vec<Option<NaiveDate>>,
    /// Expected interval, days, within the limits of the settings.
    pub expected_interval_days: Vec<Option<f64>>,
    /// Where the interval comes from.
    pub interval_source: Vec<Option<IntervalSource>>,
    /// `due_from` and the expected interval, to the nearest day.
    pub next_due_on: Vec<Option<NaiveDate>>,
    /// Days since `due_from` over the expected interval.
    pub overdue_ratio: Vec<Option<f64>>,
    /// Days between the last qualified visit and the one before.
    pub gap_before_last_days: Vec<Option<i32>>,
    /// The medians borrowed from.
    pub parameters: RhythmParameters,
}

impl Rhythm {
    /// Days over which leaving is predicted: the setting, else max(180, 1.5 x the median expected interval).
    #[must_use]
    pub fn horizon_days(&self, settings: &settings::Churn) -> u32 {
        if settings.horizon_days > 0 {
            return settings.horizon_days;
        }
        let interval = self
            .parameters
            .expected_interval_days
            .as_ref()
            .map_or(0.0, |m| m.value);
        // The longest interval of the settings bounds it; the cast saturates anyway.
        ((1.5 * interval).round() as u32).max(180)
    }
}

/// What one unit says about itself, before anything is borrowed.
#[derive(Clone, Debug, Default)]
struct Own {
    rate: Option<mileage::OwnRate>,
    last_reading: Option<mileage::Reading>,
    /// Reading on the day of the last maintenance.
    maintenance_reading: Option<mileage::Reading>,
    gaps: Gaps,
    maintenance_gaps: Gaps,
}

/// Gaps between one unit's visits.
#[derive(Clone, Copy, Debug, Default)]
struct Gaps {
    count: usize,
    mean: Option<f64>,
    median: Option<f64>,
    /// Coefficient of variation; needs three gaps.
    cv: Option<f64>,
}

impl Gaps {
    /// Of days in order, each once; `gaps` is room to work in.
    fn between(days: &[NaiveDate], gaps: &mut Vec<f64>) -> Self {
        gaps.clear();
        gaps.extend(days.windows(2).map(|pair| days_between(pair[0], pair[1])));
        let mean = statistics::mean(gaps);
        let cv = if gaps.len() >= 3 {
            statistics::deviation(gaps)
                .zip(mean.filter(|&m| m > 0.0))
                .map(|(sd, mean)| sd / mean)
        } else {
            None
        };
        gaps.sort_unstable_by(f64::total_cmp);
        Self {
            count: gaps.len(),
            mean,
            cv,
            median: statistics::quantile(gaps, 0.5),
        }
    }
}

/// One row of [`Rhythm`].
#[derive(Clone, Debug, Default)]
struct Row {
    rate: Option<f64>,
    rate_source: RateSource,
    odometer_now: Option<i32>,
    due_from: Option<NaiveDate>,
    interval: Option<(f64, IntervalSource)>,
    next_due_on: Option<NaiveDate>,
    overdue_ratio: Option<f64>,
    gap_before_last: Option<i32>,
}

/// The rhythm of all units, with parameters computed from the same units.
#[must_use]
pub fn rhythm(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
) -> Rhythm {
    let own = own(features, sequences, settings);
    let models = parameters::model_names(features);
    let mut parameters = parameters::fit(features, &own, &models, settings);
    let rows = rows(features, &own, &models, &parameters, settings, intervals);
    let expected = (0..features.len())
        .filter(|&i| is_person(features, i) && features.visits[i] > 0)
        .filter_map(|i| rows[i].interval.map(|(days, _)| days))
        .collect();
    parameters.expected_interval_days = Median::of(expected);
    columns(own, rows, parameters, settings)
}

/// The rhythm of some units with parameters computed before, so that data can be cut in parts.
#[must_use]
pub fn rhythm_with(
    parameters: &RhythmParameters,
    features: &UnitFeatures,
    sequences: &VisitSequences,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
) -> Rhythm {
    let own = own(features, sequences, settings);
    let models = parameters::model_names(features);
    let rows = rows(features, &own, &models, parameters, settings, intervals);
    columns(own, rows, parameters.clone(), settings)
}

/// The day `months` calendar months earlier, cut to the month's end: 31 August less six months is 28 February.
#[must_use]
pub fn months_before(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(months))
        .unwrap_or(NaiveDate::MIN)
}

/// Whole calendar months from `from` to `to`; 0 where `to` is earlier.
#[must_use]
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    use chrono::Datelike;
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    let months = u32::try_from(months).unwrap_or(0);
    // The last month counts only when it is complete, by the same cut to the month's end.
    if months > 0 && from > months_before(to, months) {
        months - 1
    } else {
        months
    }
}

/// True for a private person: medians, quantiles and shares are over these alone.
#[must_use]
pub fn is_person(features: &UnitFeatures, i: usize) -> bool {
    features.customer_kind[i] == CustomerKind::Person
}

/// True where news known at the as-of date says that the unit has left, and no qualified visit came after it.
#[must_use]
pub fn is_gone(features: &UnitFeatures, i: usize) -> bool {
    features.gone_on[i].is_some_and(|news| {
        news <= features.as_of && features.last_visit_on[i].is_none_or(|last| last <= news)
    })
}

/// Purchase date, where it is not after the as-of date.
pub(crate) fn purchased(features: &UnitFeatures, i: usize) -> Option<NaiveDate> {
    features.purchase_date[i].filter(|&d| d <= features.as_of)
}

fn days_between(from: NaiveDate, to: NaiveDate) -> f64 {
    (to - from).num_days() as f64
}

fn own(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    settings: &settings::Rhythm,
) -> Vec<Own> {
    (0..features.len())
        .into_par_iter()
        .map_init(Room::default, |room, i| {
            own_of(features, sequences, settings, room, i)
        })
        .collect()
}

/// Room to work in, used again for each unit.
#[derive(Default)]
struct Room {
    days: Vec<NaiveDate>,
    maintenance: Vec<NaiveDate>,
    readings: Vec<mileage::Reading>,
    kept: Vec<mileage::Reading>,
    gaps: Vec<f64>,
}

fn own_of(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    settings: &settings::Rhythm,
    room: &mut Room,
    i: usize,
) -> Own {
    let Room {
        days,
        maintenance,
        readings,
        kept,
        gaps,
    } = room;
    days.clear();
    maintenance.clear();
    readings.clear();
    // One entry a day: several visits of one day have no gap between them.
    for v in visits_of(features, sequences, i) {
        let day = sequences.first_in[v];
        if days.last().is_none_or(|&last| last < day) {
            days.push(day);
        }
        if sequences.is_maintenance[v] && maintenance.last().is_none_or(|&last| last < day) {
            maintenance.push(day);
        }
        if let Some(km) = sequences.odometer_km[v] {
            readings.push(mileage::Reading { day, km });
        }
    }
    let rate = if features.is_vehicle[i] {
        mileage::own_rate(readings, purchased(features, i), settings, kept)
    } else {
        None
    };
    let maintenance_reading = features.last_maintenance_on[i]
        .and_then(|day| readings.iter().rev().find(|r| r.day == day).copied());
    Own {
        rate,
        last_reading: readings.last().copied(),
        maintenance_reading,
        gaps: Gaps::between(days, gaps),
        maintenance_gaps: Gaps::between(maintenance, gaps),
    }
}

/// Where the unit's visits lie in the sequences; nothing dated after the as-of date is read.
fn visits_of(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    i: usize,
) -> std::ops::Range<usize> {
    let unit = &features.unit_id[i];
    // Mostly both hold the same units in the same order.
    let at = if sequences.unit_id.get(i) == Some(unit) {
        i
    } else if let Ok(at) = sequences.unit_id.binary_search(unit) {
        at
    } else {
        return 0..0;
    };
    let (Some(&start), Some(&end)) = (sequences.starts.get(at), sequences.starts.get(at + 1))
    else {
        return 0..0;
    };
    let end = end.min(sequences.first_in.len());
    let start = start.min(end);
    let known = sequences.first_in[start..end].partition_point(|&d| d <= features.as_of);
    start..start + known
}

fn rows(
    features: &UnitFeatures,
    own: &[Own],
    models: &[Option<Arc<str>>],
    parameters: &RhythmParameters,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
) -> Vec<Row> {
    own.par_iter()
        .enumerate()
        .map(|(i, own)| {
            let prior = parameters.rate_prior(models[i].as_deref(), &features.store_id[i]);
            row(features, own, prior, parameters, settings, intervals, i)
        })
        .collect()
}

fn row(
    features: &UnitFeatures,
    own: &Own,
    prior: Option<(f64, RateSource)>,
    parameters: &RhythmParameters,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
    i: usize,
) -> Row {
    let (rate, rate_source) = if features.is_vehicle[i] {
        mileage::shrunk(own.rate, prior, settings)
    } else {
        (None, RateSource::None)
    };
    let odometer_now = rate
        .zip(own.last_reading)
        .map(|(rate, reading)| reading.projected(features.as_of, rate).round() as i32);
    let due_from = features.last_maintenance_on[i]
        .or(features.last_visit_on[i])
        .or_else(|| purchased(features, i))
        .filter(|&d| d <= features.as_of);
    let interval = due_from.map(|from| {
        let sources = interval::Sources {
            features,
            own,
            rate,
            parameters,
            settings,
            intervals,
        };
        interval::expected(&sources, i, from)
    });
    let next_due_on = due_from
        .zip(interval)
        .and_then(|(from, (days, _))| from.checked_add_days(Days::new(days.round() as u64)));
    let overdue_ratio = due_from
        .zip(interval)
        .map(|(from, (days, _))| days_between(from, features.as_of) / days)
        .filter(|q| q.is_finite());
    let gap_before_last = features.last_visit_on[i]
        .zip(features.previous_visit_on[i])
        .map(|(last, previous)| i32::try_from((last - previous).num_days()).unwrap_or(i32::MAX));
    Row {
        rate,
        rate_source,
        odometer_now,
        due_from,
        interval,
        next_due_on,
        overdue_ratio,
        gap_before_last,
    }
}

fn columns(
    own: Vec<Own>,
    rows: Vec<Row>,
    parameters: RhythmParameters,
    settings: &settings::Rhythm,
) -> Rhythm {
    let mut out = Rhythm {
        parameters,
        ..Rhythm::default()
    };
    for (own, row) in own.into_iter().zip(rows) {
        out.km_per_day.push(row.rate);
        out.km_per_day_source.push(row.rate_source);
        out.odometer_now_km.push(row.odometer_now);
        out.gaps
            .push(u32::try_from(own.gaps.count).unwrap_or(u32::MAX));
        out.gap_mean_days.push(own.gaps.mean);
        out.gap_median_days.push(own.gaps.median);
        out.gap_cv.push(own.gaps.cv);
        out.maintenance_gap_days
            .push(interval::own_median(own.maintenance_gaps, settings));
        out.due_from.push(row.due_from);
        out.expected_interval_days
            .push(row.interval.map(|(days, _)| days));
        out.interval_source
            .push(row.interval.map(|(_, source)| source));
        out.next_due_on.push(row.next_due_on);
        out.overdue_ratio.push(row.overdue_ratio);
        out.gap_before_last_days.push(row.gap_before_last);
    }
    out
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
