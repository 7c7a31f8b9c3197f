//! When each unit is expected again: mileage rate, gaps between visits, expected interval, next due date
//! and overdue ratio. Pure: the same features, visits and settings give the same columns, on any number of threads.
//!
//! Two passes: what a unit says about itself, then what it borrows from the medians of its model and store
//! ([`RhythmParameters`]), which are computed once and over private persons alone.

mod interval;
mod mileage;
mod parameters;
pub mod statistics;

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
    gaps: Vec<f64>,
    maintenance_gaps: Vec<f64>,
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
    let mut parameters = parameters::fit(features, &own, settings);
    let rows = rows(features, &own, &parameters, settings, intervals);
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
    let rows = rows(features, &own, parameters, settings, intervals);
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
        .map(|i| own_of(features, sequences, settings, i))
        .collect()
}

fn own_of(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    settings: &settings::Rhythm,
    i: usize,
) -> Own {
    let range = visits_of(features, sequences, i);
    // One entry a day: several visits of one day have no gap between them.
    let mut days: Vec<NaiveDate> = Vec::with_capacity(range.len());
    let mut maintenance: Vec<NaiveDate> = Vec::new();
    let mut readings: Vec<mileage::Reading> = Vec::new();
    for v in range {
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
    let gaps = |days: &[NaiveDate]| -> Vec<f64> {
        days.windows(2)
            .map(|pair| days_between(pair[0], pair[1]))
            .collect()
    };
    let rate = if features.is_vehicle[i] {
        mileage::own_rate(&readings, purchased(features, i), settings)
    } else {
        None
    };
    let maintenance_reading = features.last_maintenance_on[i]
        .and_then(|day| readings.iter().rev().find(|r| r.day == day).copied());
    Own {
        rate,
        last_reading: readings.last().copied(),
        maintenance_reading,
        gaps: gaps(&days),
        maintenance_gaps: gaps(&maintenance),
    }
}

/// Where the unit's visits lie in the sequences; nothing dated after the as-of date is read.
fn visits_of(
    features: &UnitFeatures,
    sequences: &VisitSequences,
    i: usize,
) -> std::ops::Range<usize> {
    let Ok(at) = sequences.unit_id.binary_search(&features.unit_id[i]) else {
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
    parameters: &RhythmParameters,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
) -> Vec<Row> {
    own.par_iter()
        .enumerate()
        .map(|(i, own)| row(features, own, parameters, settings, intervals, i))
        .collect()
}

fn row(
    features: &UnitFeatures,
    own: &Own,
    parameters: &RhythmParameters,
    settings: &settings::Rhythm,
    intervals: &[settings::Interval],
    i: usize,
) -> Row {
    let (rate, rate_source) = if features.is_vehicle[i] {
        mileage::shrunk(own.rate, parameters.rate_prior(features, i), settings)
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
        let mean = statistics::mean(&own.gaps);
        let cv = if own.gaps.len() >= 3 {
            statistics::deviation(&own.gaps)
                .zip(mean.filter(|&m| m > 0.0))
                .map(|(sd, mean)| sd / mean)
        } else {
            None
        };
        out.km_per_day.push(row.rate);
        out.km_per_day_source.push(row.rate_source);
        out.odometer_now_km.push(row.odometer_now);
        out.gaps
            .push(u32::try_from(own.gaps.len()).unwrap_or(u32::MAX));
        out.gap_mean_days.push(mean);
        out.gap_median_days.push(statistics::median(own.gaps));
        out.gap_cv.push(cv);
        out.maintenance_gap_days
            .push(interval::own_median(&own.maintenance_gaps, settings));
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
