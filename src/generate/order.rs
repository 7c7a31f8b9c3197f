//! An order, and its rows as the exports show it on their last day.

use super::bill::Bill;
use super::block::Block;
use super::calendar::{DAY_MINUTES, Day, Minute, civil};
use super::car::Car;
use super::people::Owner;
use super::random::Draws;
use super::words::{Class, NO, Payer, Word, YES, status};
use super::world::World;

/// One order with all that becomes of it, whether or not the exports know it yet.
pub(super) struct Order {
    pub(super) number: String,
    pub(super) class: Class,
    pub(super) payer: Payer,
    pub(super) source: Word,
    pub(super) in_at: Minute,
    pub(super) out_at: Minute,
    pub(super) settled_at: Minute,
    pub(super) odometer: i64,
    pub(super) store: usize,
    pub(super) adviser: usize,
    pub(super) bill: Bill,
    pub(super) received: i64,
    pub(super) comeback: bool,
    pub(super) void: bool,
    pub(super) credit: bool,
    /// The out-date was never typed.
    pub(super) out_forgotten: bool,
    /// Nobody ever closed the order.
    pub(super) left_open: bool,
    pub(super) next_due: Option<(Day, i64)>,
}

const COUNTER: Word = Word::new("散客", "WALK_IN");

/// `RO`, the day, the vehicle and its running number.
pub(super) fn number(prefix: &str, at: Minute, vehicle: u64, running: u32) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY_MINUTES) as Day);
    format!(
        "{prefix}{:02}{month:02}{day:02}{vehicle:05}{:02}",
        year % 100,
        running % 100
    )
}

impl Order {
    /// Whether it can make a qualified visit, once all is known.
    pub(super) fn qualifies(&self) -> bool {
        self.class.qualifies() && !self.comeback && self.counts() && !self.left_open
    }

    /// Neither void nor a credit note.
    pub(super) fn counts(&self) -> bool {
        !self.void && !self.credit
    }

    /// Writes the order, its lines and its claim, as known at the closing of the exports.
    pub(super) fn write(
        &self,
        world: &World,
        block: &mut Block,
        owner: Option<&Owner>,
        car: Option<&Car>,
        d: &mut Draws,
    ) {
        let closing = world.closing();
        if self.in_at >= closing {
            return;
        }
        let blank_vin = d.chance(0.05);
        let blank_plate = d.chance(0.006);
        let mileage = d.below(1000);
        let hurried = d.chance(0.03);
        let technician = d.below(9);
        let accepted = d.chance(0.962);
        let lang = world.lang;
        let out = Some(self.out_at).filter(|&at| at < closing && !self.left_open);
        let settled = Some(self.settled_at).filter(|&at| at < closing && !self.left_open);
        let state = if self.void {
            status::VOID
        } else if settled.is_some() {
            status::SETTLED
        } else if out.is_some() {
            status::DELIVERED
        } else {
            status::OPEN
        };
        // A house order belongs to nobody; a visit to another store is known there by phone alone.
        let customer = owner.filter(|owner| owner.store == self.store);
        let plate = car
            .filter(|_| self.class != Class::Pdi)
            .map_or("", Car::plate);
        let no_vin = blank_vin && !plate.is_empty() && car.is_none_or(|car| !car.changes_plate);
        let vin = car.filter(|_| !no_vin).map_or("", |car| &car.vin);
        let store = &world.stores[self.store];
        let rows = &mut block.work_orders;
        rows.text(&store.name).text(&self.number);
        match owner {
            Some(owner) => {
                rows.text(customer.map_or("", |owner| &owner.number));
                if hurried {
                    rows.text(&owner.placeholder(d));
                } else {
                    rows.text(&owner.name);
                }
                rows.text(&owner.phone);
            }
            None if car.is_none() => {
                // Sold over the counter, to nobody known.
                rows.text(COUNTER.text(lang))
                    .text(COUNTER.text(lang))
                    .empty();
            }
            None => {
                rows.empty().empty().empty();
            }
        }
        rows.text(if blank_plate && !no_vin { "" } else { plate })
            .text(vin)
            .stamp(self.in_at)
            .maybe_stamp(out.filter(|_| !self.out_forgotten))
            .maybe_stamp(settled.filter(|_| !self.void))
            .maybe_int(match mileage {
                _ if car.is_none() => None,
                0..32 => None,
                32..50 => Some(0),
                50..62 => Some(1),
                // A digit lost in typing.
                62..64 => Some(self.odometer / 10),
                _ => Some(self.odometer),
            })
            .text(self.class.word().text(lang))
            .text(self.payer.word().text(lang))
            .hundredths(self.bill.labour)
            .hundredths(self.bill.parts)
            .hundredths(self.bill.discount)
            .hundredths(self.bill.receivable())
            .hundredths(if settled.is_some() && !self.void {
                self.received
            } else {
                0
            })
            .hundredths(self.bill.cost)
            .text(&store.advisers[self.adviser].name)
            .text(self.source.text(lang))
            .text(state.text(lang))
            .text(if self.comeback { YES } else { NO }.text(lang))
            .maybe_day(self.next_due.map(|(day, _)| day))
            .maybe_int(self.next_due.map(|(_, km)| km))
            .end(self.in_at);
        if self.void {
            return;
        }
        self.write_lines(world, block, technician);
        if let Some(at) = settled {
            let day = at.div_euclid(DAY_MINUTES) as Day;
            block.book(world, day, self);
            if self.payer == Payer::Maker && !self.credit {
                self.write_claim(world, block, day, accepted);
            }
        }
    }

    fn write_lines(&self, world: &World, block: &mut Block, technician: u64) {
        let labour = Word::new("工时", "labour").text(world.lang);
        let part = Word::new("配件", "part").text(world.lang);
        let store = &world.stores[self.store];
        let rows = &mut block.work_order_lines;
        for (place, line) in self.bill.lines.iter().enumerate() {
            rows.text(&self.number)
                .int(place as i64 + 1)
                .text(if line.hours.is_some() { labour } else { part })
                .text(line.code)
                .text(line.name);
            match line.hours {
                Some(hours) => rows.empty().hundredths(hours),
                None => rows.int(line.quantity).empty(),
            };
            rows.hundredths(line.unit_price)
                .hundredths(line.amount)
                .hundredths(line.cost);
            if line.hours.is_some() {
                rows.text(&store.technicians[technician as usize % store.technicians.len()]);
            } else {
                rows.empty();
            }
            if world.many_stores() {
                rows.text(&store.name);
            }
            rows.end(self.in_at);
        }
    }

    fn write_claim(&self, world: &World, block: &mut Block, settled: Day, accepted: bool) {
        let submitted = settled + 1 + (self.odometer % 6) as Day;
        if submitted > world.end {
            return;
        }
        let state = if submitted + 20 > world.end {
            Word::new("待审", "submitted")
        } else if accepted {
            Word::new("通过", "accepted")
        } else {
            Word::new("拒绝", "rejected")
        };
        let rows = &mut block.warranty_claims;
        rows.text(&self.number)
            .hundredths(self.bill.receivable())
            .day(submitted)
            .text(state.text(world.lang));
        if world.many_stores() {
            rows.text(&world.stores[self.store].name);
        }
        rows.end(i64::from(submitted));
    }
}
