//! Distance per day: least squares over readings far enough apart, clamped, and shrunk towards the median of
//! the same model, then of the store: rate = (w x median + n x own) / (w + n).

use chrono::NaiveDate;

use super::days_between;
use crate::settings;

/// Where a mileage rate comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RateSource {
    /// Own readings alone, since no median is known.
    Own,
    /// Own readings, shrunk towards a median.
    Shrunk,
    /// The median of the same model.
    Model,
    /// The median of the store, or of the whole file where the store is small.
    Store,
    /// Unknown.
    #[default]
    None,
}

impl RateSource {
    /// The name used in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shrunk => "shrunk",
            Self::Model => "model",
            Self::Store => "store",
            Self::None => "none",
        }
    }
}

/// A believed odometer reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) day: NaiveDate,
    pub(super) km: i32,
}

impl Reading {
    /// The odometer on another day at `rate` km per day, never below zero.
    pub(super) fn projected(self, day: NaiveDate, rate: f64) -> f64 {
        (f64::from(self.km) + rate * days_between(self.day, day)).max(0.0)
    }
}

/// A unit's own rate, clamped, and how many readings stand behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OwnRate {
    pub(super) km_per_day: f64,
    pub(super) readings: usize,
}

/// Slope over readings far enough apart; with one such reading, odometer over days since purchase.
/// `kept` is room to work in.
pub(super) fn own_rate(
    readings: &[Reading],
    purchased: Option<NaiveDate>,
    settings: &settings::Rhythm,
    kept: &mut Vec<Reading>,
) -> Option<OwnRate> {
    let apart = f64::from(settings.km_min_days_apart.max(1));
    // From the last reading backwards, since the last one says most about today.
    kept.clear();
    for &reading in readings.iter().rev() {
        if kept
            .last()
            .is_none_or(|later| days_between(reading.day, later.day) >= apart)
        {
            kept.push(reading);
        }
    }
    let slope = if kept.len() >= 2 {
        slope(kept)
    } else {
        let only = *kept.first()?;
        let days = days_between(purchased?, only.day);
        (days >= apart).then(|| f64::from(only.km) / days)
    }?;
    slope.is_finite().then(|| OwnRate {
        km_per_day: clamped(slope, settings),
        readings: kept.len(),
    })
}

fn slope(readings: &[Reading]) -> Option<f64> {
    let origin = readings.last()?.day;
    let n = readings.len() as f64;
    let day_of = |reading: &Reading| days_between(origin, reading.day);
    let mean_day = readings.iter().map(day_of).sum::<f64>() / n;
    let mean_km = readings.iter().map(|r| f64::from(r.km)).sum::<f64>() / n;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for reading in readings {
        let day = day_of(reading);
        covariance += (day - mean_day) * (f64::from(reading.km) - mean_km);
        variance += (day - mean_day).powi(2);
    }
    (variance > 0.0).then(|| covariance / variance)
}

fn clamped(rate: f64, settings: &settings::Rhythm) -> f64 {
    // Not `clamp`, which panics on limits in the wrong order.
    rate.max(settings.km_per_day_min)
        .min(settings.km_per_day_max)
}

/// The rate in use: own and prior weighted by readings.
pub(super) fn shrunk(
    own: Option<OwnRate>,
    prior: Option<(f64, RateSource)>,
    settings: &settings::Rhythm,
) -> (Option<f64>, RateSource) {
    match (own, prior) {
        (Some(own), Some((prior, _))) => {
            let w = settings.km_prior_weight.max(0.0);
            let n = own.readings as f64;
            (
                Some((w * prior + n * own.km_per_day) / (w + n)),
                RateSource::Shrunk,
            )
        }
        (Some(own), None) => (Some(own.km_per_day), RateSource::Own),
        (None, Some((prior, source))) => (Some(prior), source),
        (None, None) => (None, RateSource::None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn reading(day: &str, km: i32) -> Reading {
        Reading {
            day: day.parse().unwrap(),
            km,
        }
    }

    #[test]
    fn the_slope_is_least_squares_over_readings_a_month_apart() {
        let settings = settings::Rhythm::default();
        // Days 0, 100, 200 and 1,000, 5,000, 7,000 km: slope 30; the reading ten days before the last is skipped.
        let readings = [
            reading("2024-01-01", 1_000),
            reading("2024-04-10", 5_000),
            reading("2024-07-09", 90_000),
            reading("2024-07-19", 7_000),
        ];
        let own = own_rate(&readings, None, &settings, &mut Vec::new()).unwrap();
        assert!((own.km_per_day - 30.0).abs() < 1e-9);
        assert_eq!(own.readings, 3);
    }

    #[test]
    fn rates_are_clamped_to_what_is_believable() {
        let settings = settings::Rhythm::default();
        let still = [reading("2024-01-01", 1_000), reading("2024-06-01", 1_000)];
        assert_eq!(
            own_rate(&still, None, &settings, &mut Vec::new())
                .unwrap()
                .km_per_day,
            3.0
        );
        let racing = [
            reading("2024-01-01", 0),
            reading("2024-06-01", 2_000_000_000),
        ];
        assert_eq!(
            own_rate(&racing, None, &settings, &mut Vec::new())
                .unwrap()
                .km_per_day,
            300.0
        );
    }

    #[test]
    fn one_reading_is_held_against_the_purchase_date() {
        let settings = settings::Rhythm::default();
        let one = [reading("2024-04-10", 5_000)];
        let bought = "2024-01-01".parse().ok();
        let own = own_rate(&one, bought, &settings, &mut Vec::new()).unwrap();
        assert_eq!((own.km_per_day, own.readings), (50.0, 1));
        assert_eq!(own_rate(&one, None, &settings, &mut Vec::new()), None);
        // Twenty-nine days of driving say too little.
        let soon = [reading("2024-01-30", 5_000)];
        assert_eq!(own_rate(&soon, bought, &settings, &mut Vec::new()), None);
        assert_eq!(own_rate(&[], bought, &settings, &mut Vec::new()), None);
    }

    #[test]
    fn own_readings_are_shrunk_by_their_number() {
        let settings = settings::Rhythm::default();
        let own = OwnRate {
            km_per_day: 60.0,
            readings: 3,
        };
        // (2 x 40 + 3 x 60) / 5 = 52.
        let (rate, source) = shrunk(Some(own), Some((40.0, RateSource::Model)), &settings);
        assert_eq!((rate, source), (Some(52.0), RateSource::Shrunk));
        assert_eq!(
            shrunk(None, Some((40.0, RateSource::Store)), &settings),
            (Some(40.0), RateSource::Store)
        );
        assert_eq!(
            shrunk(Some(own), None, &settings),
            (Some(60.0), RateSource::Own)
        );
        assert_eq!(shrunk(None, None, &settings), (None, RateSource::None));
    }
}
