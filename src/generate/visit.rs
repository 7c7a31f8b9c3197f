//! What happens when a vehicle comes: reception, orders, what the owner thinks of it.

use super::bill::{Bill, Occasion};
use super::calendar::{
    DAY_MINUTES, Day, Minute, add_months, arrival, civil, day_of, in_hours, load,
};
use super::life::{Event, Life};
use super::order::{Order, number};
use super::people::Kind;
use super::truth::Stay;
use super::words::{Cause, Class, Payer, Word, source};

impl Life<'_> {
    /// One visit on that day: its order, now and then a second one, a void one or a credit note.
    pub(super) fn visit(&mut self, day: Day, class: Class, source: Word) {
        let (store, adviser) = self.reception();
        self.running += 1;
        let at = arrival(&mut self.d, day);
        let number = number("RO", at, self.car.index, self.running);
        let at = self.appointment(at, class, &number, store, adviser);
        if self.d.chance(0.015) {
            self.void_twin(at, class, source, store, adviser);
        }
        let order = self.order(number, at, class, source, store, adviser, false);
        self.after_visit(&order);
        self.close(order);
        if class.is_maintenance() {
            let roll = self.d.unit();
            if roll < 0.07 {
                self.second_order(Class::Wash);
            } else if roll < 0.1 {
                self.second_order(Class::Accessory);
            } else if roll < 0.13 {
                self.second_order(Class::Repair);
            }
        } else if class == Class::Repair && self.d.chance(0.03) {
            // A car kept overnight was given back clean, at the shop's expense.
            self.second_order(Class::Internal);
        }
    }

    /// Another order of the same stay, opened a little later.
    pub(super) fn second_order(&mut self, class: Class) {
        let Some(day) = self.last_visit else {
            return;
        };
        let (store, adviser) = self.reception();
        self.running += 1;
        let at = i64::from(day) * DAY_MINUTES + i64::from(self.d.between(10 * 60, 17 * 60));
        let number = number("RO", at, self.car.index, self.running);
        let order = self.order(number, at, class, source::WALK_IN, store, adviser, false);
        self.close(order);
    }

    /// The repair is not right: back again, free of charge, or as a new order that hides it.
    pub(super) fn comeback(&mut self, day: Day) {
        let (store, adviser) = self.reception();
        self.running += 1;
        let at = arrival(&mut self.d, day);
        let number = number("RO", at, self.car.index, self.running);
        let flagged = self.d.chance(0.75);
        let class = if flagged && self.d.chance(0.7) {
            Class::Comeback
        } else {
            Class::Repair
        };
        let mut order = self.order(number, at, class, source::WALK_IN, store, adviser, flagged);
        if flagged {
            order.bill.discount(1.0);
            order.received = 0;
        }
        self.after_visit(&order);
        self.close(order);
    }

    /// The check of a new car before it is handed over; belongs to the house.
    pub(super) fn pre_delivery(&mut self, day: Day) {
        self.running += 1;
        let at = i64::from(day) * DAY_MINUTES + i64::from(self.d.between(9 * 60, 11 * 60));
        let number = number("RO", at, self.car.index, self.running);
        let (store, adviser) = (self.owner.store, self.owner.adviser);
        let order = self.order(
            number,
            at,
            Class::Pdi,
            source::WALK_IN,
            store,
            adviser,
            false,
        );
        order.write(self.world, self.block, None, Some(&self.car), &mut self.d);
    }

    /// Mostly the owner's own adviser, in his own store.
    fn reception(&mut self) -> (usize, usize) {
        let stores = self.world.stores.len();
        if stores > 1 && self.d.chance(0.02) {
            let store = self.d.below(stores as u64) as usize;
            let adviser = self.d.below(self.world.stores[store].advisers.len() as u64);
            return (store, adviser as usize);
        }
        let advisers = self.world.stores[self.owner.store].advisers.len();
        let adviser = if self.d.chance(0.7) {
            self.owner.adviser
        } else {
            self.d.below(advisers as u64) as usize
        };
        (self.owner.store, adviser)
    }

    #[expect(clippy::too_many_arguments, reason = "each is a column of the order")]
    fn order(
        &mut self,
        number: String,
        at: Minute,
        class: Class,
        source: Word,
        store: usize,
        adviser: usize,
        comeback: bool,
    ) -> Order {
        let day = at.div_euclid(DAY_MINUTES) as Day;
        let occasion = Occasion {
            model: self.car.model,
            services: self.services,
            prices: self.world.prices(day),
            again: self
                .last_job
                .filter(|_| comeback || class == Class::Comeback),
        };
        let mut bill = Bill::new(&mut self.d, class, &occasion);
        let payer = self.payer(class);
        self.give_discount(&mut bill, class, payer, source);
        let out_at = self.ready(at, class);
        let settled_at = self.settled(out_at, payer);
        let received = self.received(&bill, payer);
        let odometer = self.car.odometer(day);
        let next_due = (class.is_maintenance() && self.d.chance(0.85)).then(|| {
            let km = odometer + i64::from(self.car.model.interval_km);
            (
                add_months(day, self.car.model.interval_months),
                km / 100 * 100,
            )
        });
        Order {
            number,
            class,
            payer,
            source,
            in_at: at,
            out_at,
            settled_at,
            odometer,
            store,
            adviser,
            bill,
            received,
            comeback,
            void: false,
            credit: false,
            out_forgotten: self.d.chance(0.04),
            left_open: self.d.chance(0.003),
            next_due,
        }
    }

    fn payer(&mut self, class: Class) -> Payer {
        match class {
            Class::FirstMaintenance | Class::Warranty | Class::Recall => Payer::Maker,
            Class::Pdi | Class::Internal => Payer::House,
            Class::Accident if self.d.chance(0.86) => Payer::Insurer,
            Class::Comeback | Class::Wash | Class::Accident => Payer::Customer,
            _ if self.owner.kind != Kind::Person && self.d.chance(0.7) => Payer::Contract,
            _ => Payer::Customer,
        }
    }

    fn give_discount(&mut self, bill: &mut Bill, class: Class, payer: Payer, source: Word) {
        match payer {
            Payer::Contract => bill.discount(0.08),
            Payer::Customer if class == Class::Wash && self.d.chance(0.3) => bill.discount(1.0),
            Payer::Customer if source == source::EVENT => bill.discount(0.1),
            Payer::Customer if self.d.chance(0.14) => {
                let share = 0.03 + 0.09 * self.d.unit();
                bill.discount(share);
            }
            _ => {}
        }
    }

    /// When the car is given back.
    fn ready(&mut self, at: Minute, class: Class) -> Minute {
        let crowd = load(at.div_euclid(DAY_MINUTES) as Day);
        let hours =
            |life: &mut Self, low, high| (f64::from(life.d.between(low, high)) * crowd) as Minute;
        let minutes = match class {
            Class::Wash | Class::Accessory | Class::Pdi => hours(self, 25, 70),
            Class::FirstMaintenance
            | Class::Maintenance
            | Class::Recall
            | Class::Beauty
            | Class::Internal => hours(self, 60, 150),
            Class::Accident => (self.d.log_normal(4.5, 0.7) * 1440.0) as Minute + 600,
            Class::Body => i64::from(self.d.between(1, 3)) * 1440 + 120,
            Class::Repair | Class::Warranty | Class::Comeback => {
                if self.d.chance(0.8) {
                    hours(self, 80, 330)
                } else {
                    i64::from(self.d.between(1, 4)) * 1440 + 60
                }
            }
        };
        in_hours(at + minutes.min(55 * 1440), &mut self.d)
    }

    fn settled(&mut self, out_at: Minute, payer: Payer) -> Minute {
        match payer {
            // Companies settle once a month.
            Payer::Contract => {
                let (year, month, _) = civil(out_at.div_euclid(DAY_MINUTES) as Day);
                let next = add_months(day_of(year, month, 1), 1) + self.d.between(0, 6);
                in_hours(i64::from(next) * DAY_MINUTES + 10 * 60, &mut self.d)
            }
            Payer::Insurer if self.d.chance(0.3) => {
                let later = i64::from(self.d.between(1, 6)) * DAY_MINUTES;
                in_hours(out_at + later, &mut self.d)
            }
            _ => out_at,
        }
    }

    fn received(&mut self, bill: &Bill, payer: Payer) -> i64 {
        let due = bill.receivable();
        match payer {
            Payer::Contract if self.d.chance(0.12) => due * i64::from(self.d.between(0, 6)) / 10,
            Payer::Insurer if self.d.chance(0.06) => due * 95 / 100,
            Payer::Customer if self.d.chance(0.006) => due / 2,
            // The odd yuan are let go.
            Payer::Customer if self.d.chance(0.08) => due / 1000 * 1000,
            _ => due,
        }
    }

    /// An order opened by mistake, voided, and opened again.
    fn void_twin(&mut self, at: Minute, class: Class, source: Word, store: usize, adviser: usize) {
        self.running += 1;
        let at = at - i64::from(self.d.between(2, 15));
        let number = number("RO", at, self.car.index, self.running);
        let mut order = self.order(number, at, class, source, store, adviser, false);
        order.void = true;
        order.out_forgotten = true;
        order.next_due = None;
        order.write(
            self.world,
            self.block,
            Some(&self.owner),
            Some(&self.car),
            &mut self.d,
        );
    }

    /// Writes an order, remembers its stay for the truth, and now and then takes the money back.
    fn close(&mut self, order: Order) {
        let first = order.in_at.div_euclid(DAY_MINUTES) as Day;
        let last = order.out_at.div_euclid(DAY_MINUTES) as Day;
        self.last_visit = Some(first);
        self.busy_until = self.busy_until.max(last);
        self.remember(&order, first, last);
        order.write(
            self.world,
            self.block,
            Some(&self.owner),
            Some(&self.car),
            &mut self.d,
        );
        if order.bill.receivable() > 0 && order.payer != Payer::Maker && self.d.chance(0.006) {
            let later = i64::from(self.d.between(1, 25)) * DAY_MINUTES;
            let at = in_hours(order.settled_at + later, &mut self.d);
            self.running += 1;
            let credit = Order {
                number: number("CN", at, self.car.index, self.running),
                in_at: at,
                out_at: at,
                settled_at: at,
                bill: order.bill.reversed(),
                received: -order.received,
                credit: true,
                next_due: None,
                left_open: false,
                out_forgotten: false,
                ..order
            };
            let day = at.div_euclid(DAY_MINUTES) as Day;
            self.remember(&credit, day, day);
            credit.write(
                self.world,
                self.block,
                Some(&self.owner),
                Some(&self.car),
                &mut self.d,
            );
        }
    }

    fn remember(&mut self, order: &Order, first: Day, last: Day) {
        let end = self.world.end;
        if !self.world.truth || last <= end {
            return;
        }
        // A stay without an out-date ends on its first day.
        let known_last = if order.left_open || order.out_forgotten {
            first
        } else {
            last
        };
        if order.counts() {
            self.ahead.push(Stay {
                first,
                last: known_last,
                qualified: order.qualifies(),
            });
        }
        if (end + 1..=end + 365).contains(&first) && !order.left_open {
            self.ahead_spend += order.received;
        }
    }

    /// What the owner makes of it, and what follows: a comeback, a survey, a complaint, calls.
    fn after_visit(&mut self, order: &Order) {
        let day = order.in_at.div_euclid(DAY_MINUTES) as Day;
        let adviser = &self.world.stores[order.store].advisers[order.adviser];
        let crowd = (load(day) - 1.0).max(0.0);
        let dear = order.payer == Payer::Customer
            && order.bill.receivable() > 180_000
            && self.owner.thrift > 0.3;
        let again = order.comeback || order.class == Class::Comeback;
        let feeling = 0.2 + adviser.warmth + 0.4 * self.d.normal()
            - 0.6 * crowd
            - if dear { 0.35 } else { 0.0 }
            - if again { 1.1 } else { 0.0 };
        let fault = match order.class {
            Class::Repair | Class::Warranty | Class::Body => 0.065,
            Class::Maintenance | Class::FirstMaintenance => 0.013,
            Class::Accident => 0.03,
            _ => 0.0,
        } * adviser.comebacks;
        let cold = adviser.warmth < -0.15;
        self.mood = (0.82 * self.mood + 0.3 * feeling).clamp(-2.5, 1.0);
        if order.class.qualifies() {
            self.visits += 1;
        }
        if fault > 0.0 {
            self.last_job = order.bill.last_job;
        }
        if !again && self.d.chance(fault) {
            let out = order.out_at.div_euclid(DAY_MINUTES) as Day;
            let back = super::calendar::open_day(out + self.d.between(2, 25));
            self.set(Event::Comeback, back);
        }
        if matches!(order.class, Class::Wash | Class::Beauty | Class::Accessory) {
            return;
        }
        if feeling < -0.45 {
            self.grudge = Some(if again {
                Cause::Quality
            } else if crowd > 0.1 {
                Cause::Waiting
            } else if dear {
                Cause::Price
            } else if cold {
                Cause::Attitude
            } else {
                Cause::Quality
            });
        }
        self.survey(order, feeling);
        self.complain(order, feeling);
        self.follow_up(order, feeling);
    }
}
