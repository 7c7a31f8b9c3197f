//! The files that are about the department, not about one vehicle: campaigns, targets, months of finance.

use super::block::MonthSum;
use super::calendar::civil;
use super::random::Draws;
use super::rows::Rows;
use super::words::PLAN;
use super::world::{World, months};

/// Rows of the campaigns whose notices had gone out.
pub(super) fn campaigns(world: &World) -> Rows {
    let mut rows = Rows::default();
    for store in &world.stores {
        for campaign in world.campaigns.iter().filter(|c| c.notice <= world.end) {
            rows.text(&campaign.name)
                .text(campaign.kind.text(world.lang))
                .day(campaign.start)
                .day(campaign.end)
                .text(campaign.place)
                .text(campaign.offer);
            if world.many_stores() {
                rows.text(&store.name);
            }
            rows.end(0);
        }
    }
    rows
}

/// The plan's targets for every year. Its proportions are kept, its size is that of the department:
/// what grows with it is scaled to a little above the yearly turnover, and rises by 3 % a year.
pub(super) fn targets(world: &World, sums: &[Vec<MonthSum>]) -> Rows {
    let mut rows = Rows::default();
    let calendar: Vec<(i32, i32)> = months(world.start, world.end).collect();
    let mut years: Vec<i32> = calendar.iter().map(|(year, _)| *year).collect();
    years.dedup();
    let middle = world.start + (world.end - world.start) / 2;
    let middle_year = civil(middle).0;
    for (store, place) in world.stores.iter().enumerate() {
        let turnover: i64 = sums
            .get(store)
            .into_iter()
            .flatten()
            .map(|month| month.revenue)
            .sum();
        let size = turnover as f64 / 100.0 / world.years / PLAN[0].1;
        for &year in &years {
            let growth = 1.02 + 0.03 * f64::from(year - middle_year);
            for (metric, value, grows) in PLAN {
                let target = if grows {
                    round(value * size * growth)
                } else {
                    value
                };
                rows.int(i64::from(year))
                    .empty()
                    .text(metric.text(world.lang))
                    .text(&target.to_string());
                if world.many_stores() {
                    rows.text(&place.name);
                }
                rows.end(0);
            }
        }
    }
    rows
}

/// To three digits, as targets are set.
fn round(value: f64) -> f64 {
    let mut unit = 1.0;
    while value / unit >= 1000.0 {
        unit *= 10.0;
    }
    ((value / unit + 0.5).floor() * unit).max(1.0)
}

/// One row a month, from the orders settled in it.
pub(super) fn finance_months(world: &World, sums: &[Vec<MonthSum>]) -> Rows {
    let mut rows = Rows::default();
    let calendar: Vec<(i32, i32)> = months(world.start, world.end).collect();
    for (store, place) in world.stores.iter().enumerate() {
        let mut d = Draws::new(world.seed, "finance", store as u64);
        let sum = |month: usize| {
            sums.get(store)
                .and_then(|months| months.get(month))
                .copied()
                .unwrap_or_default()
        };
        let typical = (0..calendar.len()).map(|m| sum(m).revenue).sum::<i64>()
            / (calendar.len().max(1) as i64);
        // Rent, wages and the like: a little above what the workshop earns in a usual month.
        let fixed = typical * 46 / 100;
        let staff = 9 + (typical / 2_800_000).max(4);
        for (month, (year, number)) in calendar.iter().enumerate() {
            let MonthSum {
                revenue,
                cost,
                parts_cost,
            } = sum(month);
            let noise = f64::from(d.between(96, 104)) / 100.0;
            let bought = (parts_cost as f64 * f64::from(d.between(92, 110)) / 100.0) as i64;
            let stock = (typical as f64 * 0.3 * noise) as i64;
            rows.text(&format!("{year}-{number:02}"))
                .hundredths(revenue)
                .hundredths(revenue - cost)
                .hundredths((fixed as f64 * noise) as i64)
                .hundredths(stock)
                .hundredths(bought)
                .int(staff + i64::from(d.between(-1, 1)));
            if world.many_stores() {
                rows.text(&place.name);
            }
            rows.end(0);
        }
    }
    rows
}
