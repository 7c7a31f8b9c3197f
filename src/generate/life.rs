//! The life of one vehicle with the shop, event after event: services when they fall due and the
//! owner gets round to them, repairs as the car ages, and the day on which somebody decides to go elsewhere.
//!
//! Nothing here is drawn from the models that the scores are fitted with: gaps between services come
//! from intervals and habits, and leaving depends on the warranty, on what went wrong and on the owner.

use super::block::Block;
use super::calendar::{Day, NEVER, is_closed, open_day, visit_day};
use super::car::{Car, Origin};
use super::catalogue::Job;
use super::people::{self, Kind, Owner};
use super::policy::Policy;
use super::random::{Draws, exp};
use super::truth::{Snapshot, Stay};
use super::words::{Cause, Class, source};
use super::world::World;

/// What can happen next; each has its day in [`Life::next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Service,
    Repair,
    Accident,
    Wash,
    Accessory,
    Comeback,
    Recall,
    Renewal,
    Campaign,
    Pace,
    Sale,
    Move,
    Return,
}

const EVENTS: [Event; 13] = [
    Event::Service,
    Event::Repair,
    Event::Accident,
    Event::Wash,
    Event::Accessory,
    Event::Comeback,
    Event::Recall,
    Event::Renewal,
    Event::Campaign,
    Event::Pace,
    Event::Sale,
    Event::Move,
    Event::Return,
];

/// One vehicle with its owner, as it stands on a day.
pub(super) struct Life<'a> {
    pub(super) world: &'a World,
    pub(super) block: &'a mut Block,
    pub(super) d: Draws,
    pub(super) owner: Owner,
    pub(super) car: Car,
    next: [Day; EVENTS.len()],
    /// Day on which the next service is due.
    pub(super) due: Day,
    /// Services so far, anywhere.
    pub(super) services: u32,
    /// The last service that the shop did.
    pub(super) serviced_here: Option<Day>,
    /// What the owner feels about the shop; 0 is neither well nor ill.
    pub(super) mood: f64,
    /// What last went wrong, as the owner would say it.
    pub(super) grudge: Option<Cause>,
    /// Visits so far.
    pub(super) visits: u32,
    /// Day of the last visit.
    pub(super) last_visit: Option<Day>,
    /// Since when and why the owner no longer comes.
    pub(super) away: Option<(Day, Cause)>,
    /// Came back once after having left.
    pub(super) returned: bool,
    pub(super) opted_out: bool,
    /// In the shop until that day.
    pub(super) busy_until: Day,
    pub(super) last_job: Option<&'static Job>,
    pub(super) policy: Option<Policy>,
    pub(super) campaign: usize,
    /// Last day on which a service is one that a coupon brought about.
    pub(super) coupon_until: Day,
    /// Running number for orders and contacts.
    pub(super) running: u32,
    pub(super) snapshot: Option<Snapshot>,
    /// Stays after the last day of the exports.
    pub(super) ahead: Vec<Stay>,
    pub(super) ahead_spend: i64,
}

impl<'a> Life<'a> {
    /// Lives through one vehicle; returns the day on which its owner's file was opened.
    pub(super) fn live(world: &'a World, block: &'a mut Block, owner: Owner, index: u64) -> Day {
        let mut d = Draws::new(world.seed, "vehicle", index);
        let car = Car::new(world, &owner, index, &mut d);
        let mut life = Self {
            world,
            block,
            d,
            next: [NEVER; EVENTS.len()],
            due: NEVER,
            services: 0,
            serviced_here: None,
            mood: 0.0,
            grudge: None,
            visits: 0,
            last_visit: None,
            away: None,
            returned: false,
            opted_out: owner.consent == Some(false) && index.is_multiple_of(3),
            busy_until: car.joined - 1,
            last_job: None,
            policy: None,
            campaign: 0,
            coupon_until: car.joined - 1,
            running: 0,
            snapshot: None,
            ahead: Vec::new(),
            ahead_spend: 0,
            owner,
            car,
        };
        let opened = life.begin();
        while let Some((event, day)) = life.earliest() {
            if day > world.end && life.snapshot.is_none() {
                life.take_snapshot();
            }
            life.set(event, NEVER);
            life.happen(event, day);
        }
        if life.snapshot.is_none() {
            life.take_snapshot();
        }
        life.write_vehicle();
        opened
    }

    /// The first appointments with fate, by how the vehicle came to the shop.
    fn begin(&mut self) -> Day {
        let (start, joined) = (self.world.start, self.car.joined);
        let sale = people::sale_day(&mut self.d, self.car.purchase, joined, self.world.horizon);
        self.set(Event::Sale, sale);
        self.set(
            Event::Move,
            if self.owner.moves_on > joined {
                self.owner.moves_on
            } else {
                NEVER
            },
        );
        // Who buys the car comes here too, or nobody does.
        self.car.changes_plate = sale != NEVER && self.d.chance(0.25);
        self.plan_accident(joined);
        self.plan_pace(joined);
        self.begin_policy();
        self.begin_campaigns();
        if let Some(day) = self.world.recall_of(self.car.model.series)
            && day > joined
            && self.d.chance(0.6)
        {
            let comes = day + self.d.between(10, 160);
            self.set(Event::Recall, comes);
        }
        match self.car.origin {
            Origin::Forgotten | Origin::NeverSeen => {
                let cause = if self.owner.distance > 1.0 {
                    Cause::Distance
                } else {
                    Cause::Unknown
                };
                self.away = Some((joined, cause));
                self.set(Event::Recall, NEVER);
            }
            Origin::Pool => {
                // Those still there on the first day are those whom something keeps.
                self.owner.attachment += 0.3;
                self.visits = 2;
                let interval = self.car.interval_days(false);
                self.services = 1 + (f64::from(joined - self.car.purchase) / interval) as u32;
                let since = (interval * self.d.unit()) as Day;
                self.plan_service(joined - since, false);
                self.plan_small(joined);
                self.plan_repair(joined);
            }
            Origin::Sold => {
                self.pre_delivery(joined);
                self.plan_service(joined, true);
                self.plan_small(joined);
                self.plan_repair(joined);
                if self.d.chance(0.35) {
                    let day = joined + self.d.between(0, 30);
                    self.set(Event::Accessory, day);
                }
            }
            Origin::Arrival => {
                self.services = (self.car.age(joined) * 1.5) as u32;
                let first = self.d.weighted(&[
                    (Event::Service, 62),
                    (Event::Repair, 22),
                    (Event::Accident, 9),
                    (Event::Wash, 7),
                ]);
                self.plan_service(joined, false);
                self.plan_small(joined);
                self.plan_repair(joined);
                self.set(first, joined);
                self.due = self.due.max(joined);
            }
        }
        match self.car.origin {
            Origin::Arrival => joined,
            Origin::Sold | Origin::NeverSeen => joined + self.d.between(0, 2),
            _ if self.car.sold_here => self.car.purchase,
            _ => start - self.d.between(30, (start - self.car.purchase).max(31)),
        }
        .min(self.world.end)
    }

    pub(super) fn set(&mut self, event: Event, day: Day) {
        self.next[event as usize] = day;
    }

    pub(super) fn planned(&self, event: Event) -> Day {
        self.next[event as usize]
    }

    fn earliest(&self) -> Option<(Event, Day)> {
        let mut best = (Event::Service, NEVER);
        for event in EVENTS {
            let day = self.next[event as usize];
            if day < best.1 {
                best = (event, day);
            }
        }
        (best.1 <= self.world.horizon).then_some(best)
    }

    fn happen(&mut self, event: Event, day: Day) {
        let needs_car = !matches!(
            event,
            Event::Renewal | Event::Campaign | Event::Pace | Event::Sale | Event::Move
        );
        if needs_car && (day <= self.busy_until || is_closed(day)) {
            let later = day.max(self.busy_until + self.d.between(1, 9));
            self.set(event, open_day(later));
            return;
        }
        match event {
            Event::Service => self.service(day),
            Event::Repair => self.repair(day),
            Event::Accident => self.accident(day),
            Event::Wash => self.wash(day),
            Event::Accessory => {
                if self.away.is_none() {
                    self.visit(day, Class::Accessory, source::WALK_IN);
                }
                let days = self.d.exponential(11.0 * 365.25) as Day;
                self.set(event, day + 1 + days);
            }
            Event::Comeback => self.comeback(day),
            Event::Recall => {
                if self.away.is_none_or(|(_, cause)| cause != Cause::Sold) && self.d.chance(0.7) {
                    self.visit(day, Class::Recall, source::CALLED);
                }
            }
            Event::Renewal => self.renew(day),
            Event::Campaign => self.campaign(),
            Event::Pace => {
                let factor = self.d.log_normal(0.97, 0.35);
                self.car.change_pace(day, factor);
                self.plan_pace(day);
            }
            Event::Sale => self.leave(day, Cause::Sold),
            Event::Move => {
                if self.away.is_none() {
                    let cause = if self.owner.kind == Kind::Person {
                        Cause::Moved
                    } else {
                        Cause::Price
                    };
                    self.leave(day, cause);
                }
            }
            Event::Return => self.come_back(day),
        }
    }

    /// The day on which the owner means to have the service done: here, or no longer.
    fn service(&mut self, day: Day) {
        if self.away.is_some() {
            return;
        }
        if self.quits(day) {
            let cause = self.reason_to_leave(day);
            self.leave(day, cause);
            return;
        }
        let reminded = self.remind(day);
        let elsewhere = 0.05
            + 0.03 * self.owner.thrift.max(0.0)
            + if self.car.in_warranty(day) { 0.0 } else { 0.05 };
        if self.services > 0 && self.d.chance(elsewhere) {
            self.services += 1;
            self.mood -= 0.05;
            self.plan_service(day, false);
            return;
        }
        // Company cars come when they come; only people book by the reminder.
        let source = if day <= self.coupon_until {
            source::EVENT
        } else if reminded {
            source::CALLED
        } else if self.owner.kind != Kind::Person {
            source::CONTRACT
        } else if self.visits == 0 && self.d.chance(0.3) {
            source::REFERRAL
        } else {
            source::WALK_IN
        };
        self.do_service(day, source);
    }

    pub(super) fn do_service(&mut self, day: Day, source: super::words::Word) {
        let first = self.services == 0;
        let class = if first && self.car.in_warranty(day) {
            Class::FirstMaintenance
        } else {
            Class::Maintenance
        };
        self.services += 1;
        self.serviced_here = Some(day);
        self.visit(day, class, source);
        self.plan_service(day, false);
    }

    fn repair(&mut self, day: Day) {
        self.plan_repair(day);
        let covered = self.car.in_warranty(day);
        let (claim, comes) = match self.away {
            // Whoever left still has the warranty done where it is free.
            Some(_) => (covered, if covered { 0.35 } else { 0.05 }),
            None => (
                covered && self.d.chance(0.35),
                0.84 - 0.07 * self.owner.thrift + 0.05 * self.mood,
            ),
        };
        if !self.d.chance(comes) {
            return;
        }
        if claim {
            self.visit(day, Class::Warranty, source::WALK_IN);
        } else if self.d.chance(0.15) {
            self.visit(day, Class::Body, source::WALK_IN);
        } else if self.away.is_none() && self.due - day < 20 && self.d.chance(0.5) {
            // As the car has to go there anyway, the service is done with it.
            self.visit(day, Class::Repair, source::WALK_IN);
            self.set(Event::Service, NEVER);
            self.second_order(Class::Maintenance);
            self.services += 1;
            self.serviced_here = Some(day);
            self.plan_service(day, false);
        } else {
            self.visit(day, Class::Repair, source::WALK_IN);
        }
    }

    fn accident(&mut self, day: Day) {
        self.plan_accident(day);
        let insured_here = self.policy.as_ref().is_some_and(|policy| policy.ours);
        let comes = if insured_here { 0.85 } else { 0.5 };
        let comes = if self.away.is_some() {
            comes * 0.3
        } else {
            comes
        };
        if self.d.chance(comes) {
            let source = if insured_here || self.d.chance(0.3) {
                source::INSURER
            } else {
                source::WALK_IN
            };
            self.visit(day, Class::Accident, source);
        }
    }

    fn wash(&mut self, day: Day) {
        if self.away.is_none() {
            let class = if self.d.chance(0.8) {
                Class::Wash
            } else {
                Class::Beauty
            };
            self.visit(day, class, source::WALK_IN);
        }
        if self.owner.washes <= 0.0 {
            return;
        }
        let days = 365.25 / self.owner.washes * exp(-0.3 * self.mood);
        let wish = day + 5 + self.d.exponential(days) as Day;
        let comes = visit_day(&mut self.d, wish, day + 1);
        self.set(Event::Wash, comes);
    }
}
