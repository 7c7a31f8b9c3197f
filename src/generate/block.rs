//! A block of vehicles: the piece that one thread works on, and everything it brings back.

use super::calendar::{Day, civil};
use super::life::Life;
use super::order::Order;
use super::people::{self, Owner};
use super::rows::Rows;
use super::words::Payer;
use super::world::World;

/// Vehicles of one block. Part of what a seed means: another size gives other fleets and another order of rows.
pub(super) const BLOCK_VEHICLES: u64 = 2048;

/// What a month brought in, in hundredths of a yuan.
#[derive(Clone, Copy, Default)]
pub(super) struct MonthSum {
    pub(super) revenue: i64,
    pub(super) cost: i64,
    pub(super) parts_cost: i64,
}

/// The rows of one block.
#[derive(Default)]
pub(super) struct Block {
    pub(super) work_orders: Rows,
    pub(super) customers: Rows,
    pub(super) vehicles: Rows,
    pub(super) work_order_lines: Rows,
    pub(super) appointments: Rows,
    pub(super) insurance_policies: Rows,
    pub(super) surveys: Rows,
    pub(super) complaints: Rows,
    pub(super) follow_ups: Rows,
    pub(super) campaign_members: Rows,
    pub(super) warranty_claims: Rows,
    pub(super) truth: Rows,
    /// By store, then month of the period.
    pub(super) months: Vec<Vec<MonthSum>>,
}

impl Block {
    /// Lives through the block of that index.
    pub(super) fn live(world: &World, index: u64) -> Self {
        let mut block = Self::default();
        let first = index * BLOCK_VEHICLES;
        let end = (first + BLOCK_VEHICLES).min(world.vehicles);
        let mut next = first;
        while next < end {
            let size = people::household_size(world, next, end - next);
            let owner = Owner::new(world, next, size, false);
            let opened = (next..next + size)
                .map(|vehicle| Life::live(world, &mut block, owner.clone(), vehicle))
                .min();
            if let Some(opened) = opened {
                owner.write(world, &mut block, opened);
            }
            next += size;
        }
        block
    }

    /// Adds a settled order to the sums of its month.
    pub(super) fn book(&mut self, world: &World, settled: Day, order: &Order) {
        if order.payer == Payer::House {
            return;
        }
        let month = month_index(world, settled);
        if self.months.len() <= order.store {
            self.months.resize(order.store + 1, Vec::new());
        }
        let sums = &mut self.months[order.store];
        if sums.len() <= month {
            sums.resize(month + 1, MonthSum::default());
        }
        sums[month].revenue += order.bill.receivable();
        sums[month].cost += order.bill.cost;
        sums[month].parts_cost += order.bill.parts_cost;
    }
}

/// Months since the first of the period.
fn month_index(world: &World, day: Day) -> usize {
    let (year, month, _) = civil(day);
    let (first_year, first_month, _) = civil(world.start);
    usize::try_from((year - first_year) * 12 + month - first_month).unwrap_or(0)
}
