//! A block of vehicles: the piece that one thread works on, and everything it brings back.

use super::bill::{Bill, Occasion};
use super::calendar::{Day, arrival, civil, is_closed};
use super::catalogue::MODELS;
use super::life::Life;
use super::order::{Order, number};
use super::people::{self, Owner};
use super::random::Draws;
use super::rows::Rows;
use super::words::{Class, Payer, source};
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
        block.sell_over_the_counter(world, index, end - first);
        block
    }

    /// Accessories sold to people without a car or a name, a few a year for every hundred vehicles.
    fn sell_over_the_counter(&mut self, world: &World, index: u64, vehicles: u64) {
        let mut d = Draws::new(world.seed, "counter", index);
        let sales = (vehicles as f64 * world.years * 0.006 + d.unit()) as u64;
        for sale in 0..sales {
            let day = d.between(world.start, world.end);
            if is_closed(day) {
                continue;
            }
            let at = arrival(&mut d, day);
            let store = d.below(world.stores.len() as u64) as usize;
            let occasion = Occasion {
                model: &MODELS[0],
                services: 0,
                prices: world.prices(day),
                again: None,
            };
            let bill = Bill::new(&mut d, Class::Accessory, &occasion);
            let out_at = at + i64::from(d.between(5, 30));
            let order = Order {
                number: number("RX", at, index * BLOCK_VEHICLES + sale, 0),
                class: Class::Accessory,
                payer: Payer::Customer,
                source: source::WALK_IN,
                in_at: at,
                out_at,
                settled_at: out_at,
                odometer: 0,
                store,
                adviser: d.below(world.stores[store].advisers.len() as u64) as usize,
                received: bill.receivable(),
                bill,
                comeback: false,
                void: false,
                credit: false,
                out_forgotten: false,
                left_open: false,
                next_due: None,
            };
            order.write(world, self, None, None, &mut d);
        }
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
