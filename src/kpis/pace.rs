//! How far a year has come and where it ends, with an interval, from the months that are over.

use chrono::{Days, Months, NaiveDate};

use super::series::Series;
use super::specs::{SPECS, Span, Spec};
use super::targets::Targets;
use crate::analysis::intervals::student;
use crate::analysis::{FiscalYear, Forecast, Pace};

/// Whole months without which nothing is foretold.
const LEAST: usize = 3;
/// Probability below the upper end of an 80 % interval.
const UPPER: f64 = 0.9;
/// Said without a target.
const ALWAYS: [&str; 2] = ["revenue", "visits"];

/// Figures that add up over the fiscal year of `end`: those with a target, revenue and visits first of all. `end` is the
/// last day that is read.
pub(super) fn of(
    series: &Series,
    targets: &Targets,
    fiscal: FiscalYear,
    end: NaiveDate,
) -> Vec<Pace> {
    let start = fiscal.start_of(end);
    SPECS
        .iter()
        .filter(|spec| spec.span == Span::Flow && spec.more_is_better == Some(true))
        .filter_map(|spec| one(spec, series, targets, start, end))
        .collect()
}

/// A month of the year: what it was, what it was a year before, and what part of it has been.
struct Month {
    value: Option<f64>,
    before: Option<f64>,
    passed: f64,
}

fn one(
    spec: &Spec,
    series: &Series,
    targets: &Targets,
    start: NaiveDate,
    end: NaiveDate,
) -> Option<Pace> {
    let target = targets.of_year(spec, start);
    if target.is_none() && !ALWAYS.contains(&spec.id) {
        return None;
    }
    let months: Vec<Month> = (0..12)
        .filter_map(|m| start.checked_add_months(Months::new(m)))
        .map(|first| Month {
            value: series.value(spec.id, first),
            before: series.value(spec.id, first - Months::new(12)),
            passed: passed(first, end),
        })
        .collect();
    // A month that has begun and is not known leaves the sum unknown.
    let so_far = months
        .iter()
        .filter(|m| m.passed > 0.0)
        .map(|m| m.value)
        .sum::<Option<f64>>()?;
    let passed: f64 = months.iter().map(|m| m.passed).sum();
    let forecast = forecast(&months, so_far);
    Some(Pace {
        id: spec.id,
        definition: spec.definition,
        unit: spec.unit,
        months: passed,
        so_far,
        target,
        forecast,
    })
}

/// What has come and what the months to come bring; never less than what has come.
fn forecast(months: &[Month], so_far: f64) -> Option<Forecast> {
    let ahead: Vec<&Month> = months.iter().filter(|m| m.passed < 1.0).collect();
    if ahead.is_empty() {
        return Some(Forecast {
            low: so_far,
            value: so_far,
            high: so_far,
        });
    }
    let model = Model::of(months)?;
    let sizes: f64 = ahead.iter().map(|m| model.size(m)).sum();
    let count: f64 = ahead.iter().map(|m| 1.0 - m.passed).sum();
    let value = so_far + model.ratio * sizes;
    let half = model.half(sizes, count);
    Some(Forecast {
        low: (value - half).max(so_far),
        value,
        high: value + half,
    })
}

/// What part of a month lies before the end of that day.
fn passed(first: NaiveDate, end: NaiveDate) -> f64 {
    let next = first + Months::new(1);
    let days = |n: i64| f64::from(i32::try_from(n).unwrap_or(0));
    let seen = ((end + Days::new(1)).min(next) - first).num_days().max(0);
    days(seen) / days((next - first).num_days())
}

/// The ratio of each month of the year to its size (the same month a year before, where all twelve are known; else all are
/// alike), and how far the months that are over lie from it.
///
/// A sum of m months to come, of sizes S, is ratio · S. Its variance is that of the months themselves, s² · m, and that of
/// the ratio, s² · n · S² / (sum of the sizes of the n months)², with s² the months' mean squared distance from the ratio
/// on n − 1 degrees of freedom (ratio estimator, Cochran 1977, ch. 6); the interval is Student's.
struct Model {
    by_last_year: bool,
    ratio: f64,
    spread: f64,
    n: f64,
    sizes: f64,
    quantile: f64,
}

impl Model {
    #[allow(clippy::cast_precision_loss)] // twelve at most
    fn of(months: &[Month]) -> Option<Self> {
        let by_last_year = months.iter().all(|m| m.before.is_some_and(|b| b > 0.0));
        let size = |m: &Month| {
            if by_last_year {
                m.before.unwrap_or(0.0)
            } else {
                1.0
            }
        };
        let over: Vec<(f64, f64)> = months
            .iter()
            .filter(|m| m.passed >= 1.0)
            .filter_map(|m| Some((size(m), m.value?)))
            .collect();
        if over.len() < LEAST {
            return None;
        }
        let sizes: f64 = over.iter().map(|(s, _)| s).sum();
        let ratio = over.iter().map(|(_, v)| v).sum::<f64>() / sizes;
        let n = over.len() as f64;
        let squares: f64 = over.iter().map(|(s, v)| (v - ratio * s).powi(2)).sum();
        Some(Self {
            by_last_year,
            ratio,
            spread: (squares / (n - 1.0)).sqrt(),
            n,
            sizes,
            quantile: student(i64::try_from(over.len()).ok()?, UPPER)?,
        })
    }

    /// Size of what is left of a month.
    fn size(&self, month: &Month) -> f64 {
        let whole = if self.by_last_year {
            month.before.unwrap_or(0.0)
        } else {
            1.0
        };
        whole * (1.0 - month.passed)
    }

    /// Half of the interval of that many months to come, of those sizes together.
    fn half(&self, sizes: f64, months: f64) -> f64 {
        let of_ratio = self.n * (sizes / self.sizes).powi(2);
        self.quantile * self.spread * (months + of_ratio).sqrt()
    }
}
