//! Curves for reading, not for scoring: how many are still there so long after they began (Kaplan and Meier 1958), and
//! how often they have come by then (the mean cumulative function of Nelson 1988), with 80 % bands. Units that are only
//! known for a part of the time count for that part.
//!
//! Time is in whole days since each unit's beginning; what happens on a day comes before who leaves the sight on it.

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::numeric::{CHUNK, normal_quantile};

/// A curve at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Days since the beginning.
    pub day: u32,
    /// Units in sight on that day, or until it.
    pub at_risk: u32,
    /// What has happened up to and on that day: units that left, or visits.
    pub events: u64,
    /// The curve.
    pub estimate: f64,
    /// Lower end of the 80 % band; `None` where nothing has happened yet, or nothing is left to happen.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// One unit from its beginning until it left, or until nothing more is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Days.
    pub days: u32,
    /// Left at the end; else it was still there when last seen.
    pub left: bool,
}

/// One unit's visits after its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed<'a> {
    /// Days for which its visits are known.
    pub days: u32,
    /// Days of its visits, ascending; those after the days known are not read.
    pub visits: &'a [u32],
}

/// Half the width of an 80 % interval in standard errors.
fn wide() -> f64 {
    normal_quantile(0.9)
}

/// Units in sight on each day up to the last one asked for: all, less those that were seen for fewer days.
fn in_sight(days: impl Iterator<Item = u32>, last: u32) -> Vec<u32> {
    let mut at_risk = vec![0u32; last as usize + 1];
    for day in days {
        at_risk[day.min(last) as usize] += 1;
    }
    for day in (0..at_risk.len().saturating_sub(1)).rev() {
        at_risk[day] += at_risk[day + 1];
    }
    at_risk
}

/// The share that is still there on each of some days, ascending: the product over the days with leavers of 1 - leavers /
/// units in sight. Bands by Greenwood's variance on the scale of log(-log S) (Kalbfleisch and Prentice 1980), which keeps
/// them within 0 and 1.
#[must_use]
pub fn kaplan_meier(spells: &[Spell], days: &[u32]) -> Vec<Point> {
    still_there(spells, days, wide())
}

fn still_there(spells: &[Spell], days: &[u32], wide: f64) -> Vec<Point> {
    let Some(&last) = days.last() else {
        return Vec::new();
    };
    let at_risk = in_sight(spells.iter().map(|s| s.days), last);
    let mut left = vec![0u32; at_risk.len()];
    for spell in spells.iter().filter(|s| s.left && s.days <= last) {
        left[spell.days as usize] += 1;
    }
    let (mut estimate, mut greenwood, mut events) = (1.0, 0.0, 0);
    let mut points = Vec::with_capacity(days.len());
    let mut next = 0;
    for &day in days {
        while next <= day as usize {
            if left[next] > 0 {
                let (n, d) = (f64::from(at_risk[next]), f64::from(left[next]));
                estimate *= (n - d) / n;
                greenwood += d / (n * (n - d));
                events += u64::from(left[next]);
            }
            next += 1;
        }
        // Without a leaver, and with nobody left, the variance says nothing.
        let band = (estimate > 0.0 && estimate < 1.0).then(|| {
            let log: f64 = -f64::ln(estimate);
            let far = wide * greenwood.sqrt() / log;
            ((-log * far.exp()).exp(), (-log * (-far).exp()).exp())
        });
        points.push(Point {
            day,
            at_risk: at_risk[day as usize],
            events,
            estimate,
            low: band.map(|b| b.0),
            high: band.map(|b| b.1),
        });
    }
    points
}

/// Mean number of visits of a unit by each of some days, ascending: the sum over the days with visits of visits / units
/// in sight. Bands by the variance of Lawless and Nadeau (1995), which takes the units as independent and their visits as
/// they come, on the logarithmic scale, which keeps them above 0.
#[must_use]
pub fn mean_cumulative(units: &[Followed<'_>], days: &[u32]) -> Vec<Point> {
    let Some(&last) = days.last() else {
        return Vec::new();
    };
    let at_risk = in_sight(units.iter().map(|u| u.days), last);
    let mut came = vec![0u32; at_risk.len()];
    for unit in units {
        let end = unit.days.min(last);
        for &day in unit.visits.iter().take_while(|day| **day <= end) {
            came[day as usize] += 1;
        }
    }
    // Up to and on each day: visits / units in sight, and the same over units in sight once more.
    let (mut mean, mut expected) = (vec![0.0; came.len()], vec![0.0; came.len()]);
    let (mut sum, mut again) = (0.0, 0.0);
    for day in 0..came.len() {
        if came[day] > 0 {
            let n = f64::from(at_risk[day]);
            sum += f64::from(came[day]) / n;
            again += f64::from(came[day]) / (n * n);
        }
        (mean[day], expected[day]) = (sum, again);
    }
    let variance = variance(units, days, &at_risk, &expected);
    let (mut events, mut next) = (0u64, 0);
    days.iter()
        .zip(variance)
        .map(|(&day, variance)| {
            while next <= day as usize {
                events += u64::from(came[next]);
                next += 1;
            }
            let estimate = mean[day as usize];
            let band = (estimate > 0.0).then(|| {
                let far = (wide() * variance.sqrt() / estimate).exp();
                (estimate / far, estimate * far)
            });
            Point {
                day,
                at_risk: at_risk[day as usize],
                events,
                estimate,
                low: band.map(|b| b.0),
                high: band.map(|b| b.1),
            }
        })
        .collect()
}

/// For each of some days, the sum over the units of the squares of (its visits up to then, each over the units in sight)
/// less (what was to be expected of it while it was in sight). Added up in chunks, and these in their order.
fn variance(units: &[Followed<'_>], days: &[u32], at_risk: &[u32], expected: &[f64]) -> Vec<f64> {
    let chunks: Vec<Vec<f64>> = units
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut squares = vec![0.0; days.len()];
            for unit in chunk {
                let (mut visits, mut sum) = (unit.visits.iter().peekable(), 0.0);
                for (square, &day) in squares.iter_mut().zip(days) {
                    let end = day.min(unit.days);
                    while let Some(&on) = visits.next_if(|on| **on <= end) {
                        sum += 1.0 / f64::from(at_risk[on as usize]);
                    }
                    let off: f64 = sum - expected[end as usize];
                    *square += off * off;
                }
            }
            squares
        })
        .collect();
    let mut total = vec![0.0; days.len()];
    for chunk in chunks {
        for (total, square) in total.iter_mut().zip(chunk) {
            *total += square;
        }
    }
    total
}
