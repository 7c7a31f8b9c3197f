//! The calendar of orders: stretches without any that usual weeks would have filled, and days with too many.

use chrono::NaiveDate;

use super::figures::{Calendar, Fault, Gap, Peak, to_float};
use super::measure::count;
use crate::scripts;
use crate::store::Store;
use crate::types::Result;

/// Orders that usual weeks would have had before a stretch without any counts as a gap: by chance alone one in
/// 22,000 such stretches is empty (Poisson, exp(-10)).
const MISSED: f64 = 10.0;
/// Times the usual orders of its day of the week that make a day a peak, and the least that it must have.
const PEAK: (f64, u64) = (5.0, 20);
/// A day with its orders; Monday is 0.
struct Day {
    on: NaiveDate,
    weekday: usize,
    orders: u64,
}

pub(super) fn calendar(store: &Store) -> Result<Option<Calendar>> {
    let days = store
        .table(scripts::text("quality/quality_days"))?
        .iter()
        .map(|r| {
            let weekday = r.int("weekday")?.unwrap_or(1);
            Ok(Day {
                on: r.date("on_day")?.unwrap_or_default(),
                weekday: usize::try_from(weekday - 1).unwrap_or(0).min(6),
                orders: count(&r, "orders")?,
            })
        })
        .collect::<Result<Vec<Day>>>()?;
    Ok(of_days(&days))
}

fn of_days(days: &[Day]) -> Option<Calendar> {
    let (first, last) = (days.first()?, days.last()?);
    let mut by_weekday = [0.0; 7];
    for (weekday, mean) in by_weekday.iter_mut().enumerate() {
        let of: Vec<u64> = days
            .iter()
            .filter(|d| d.weekday == weekday)
            .map(|d| d.orders)
            .collect();
        if !of.is_empty() {
            *mean = to_float(of.iter().sum()) / to_float(of.len() as u64);
        }
    }
    let gaps = days
        .chunk_by(|a, b| a.orders == 0 && b.orders == 0)
        .filter(|run| run[0].orders == 0)
        .map(|run| Gap {
            from: run[0].on,
            to: run[run.len() - 1].on,
            expected: run.iter().map(|d| by_weekday[d.weekday]).sum(),
        })
        .filter(|gap| gap.expected >= MISSED)
        .collect();
    let (times, least) = PEAK;
    let peaks = days
        .iter()
        .filter(|d| d.orders >= least && to_float(d.orders) >= times * by_weekday[d.weekday])
        .map(|d| Peak {
            on: d.on,
            orders: d.orders,
            expected: by_weekday[d.weekday],
        })
        .collect();
    Some(Calendar {
        from: first.on,
        to: last.on,
        days: days.len() as u64,
        days_with_orders: days.iter().filter(|d| d.orders > 0).count() as u64,
        orders: days.iter().map(|d| d.orders).sum(),
        by_weekday,
        gaps,
        peaks,
    })
}

/// What the calendar costs: days without orders that should have some, days with too many.
pub(super) fn of_calendar(calendar: &Calendar) -> [Fault; 2] {
    let fault = |name: &str, records: u64, of_records: u64| Fault {
        fault: name.to_owned(),
        records,
        of_records,
        units: None,
        of_units: None,
    };
    let days = |gap: &Gap| u64::try_from((gap.to - gap.from).num_days() + 1).unwrap_or(0);
    [
        fault(
            "days-missing",
            calendar.gaps.iter().map(days).sum(),
            calendar.days,
        ),
        fault(
            "days-crowded",
            calendar.peaks.iter().map(|p| p.orders).sum(),
            calendar.orders,
        ),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::Datelike;

    use super::*;

    /// So many orders on each day from a Monday on.
    fn days(orders: &[u64]) -> Vec<Day> {
        let monday = NaiveDate::from_ymd_opt(2025, 3, 3).unwrap();
        orders
            .iter()
            .zip(monday.iter_days())
            .map(|(n, on)| Day {
                on,
                weekday: on.weekday().num_days_from_monday() as usize,
                orders: *n,
            })
            .collect()
    }

    #[test]
    fn a_gap_is_what_usual_weeks_would_have_filled() {
        // Eight weeks of 10 orders a working day; one week is missing, Sundays are closed.
        let mut orders = [10, 10, 10, 10, 10, 10, 0].repeat(8);
        orders[14..21].fill(0);
        let found = of_days(&days(&orders)).unwrap();
        assert_eq!(found.days_with_orders, 42);
        // The Sunday before belongs to the stretch and adds nothing to what it would have had.
        assert_eq!(found.gaps.len(), 1);
        assert_eq!(found.gaps[0].from.to_string(), "2025-03-16");
        assert_eq!(found.gaps[0].to.to_string(), "2025-03-23");
        assert!((found.gaps[0].expected - 6.0 * 8.75).abs() < 1e-9);
        assert!(found.peaks.is_empty());
        // A quiet shop: an empty week is no sign of anything.
        let quiet = [1, 0, 0, 1, 0, 0, 0].repeat(8);
        assert!(of_days(&days(&quiet)).unwrap().gaps.is_empty());
    }

    #[test]
    fn a_peak_is_a_day_that_hardly_had_all_these_orders() {
        let mut orders = vec![4; 70];
        orders[33] = 200;
        let found = of_days(&days(&orders)).unwrap();
        assert_eq!(found.peaks.len(), 1);
        assert_eq!(found.peaks[0].orders, 200);
        assert!(of_days(&[]).is_none());
    }
}
