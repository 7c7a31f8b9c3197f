//! Going elsewhere, and coming back: decided service by service, from the warranty, the experiences and the owner.

use super::calendar::{Day, NEVER, visit_day};
use super::life::{Event, Life};
use super::people::Owner;
use super::random::logistic;
use super::words::{Cause, source};

impl Life<'_> {
    /// Whether the owner has decided, by the day of this service, to have it done elsewhere from now on.
    pub(super) fn quits(&mut self, day: Day) -> bool {
        let past = day - self.car.warranty_end;
        let mut inclination = -3.05 + 0.5 * self.owner.thrift + 0.35 * self.owner.distance
            - 0.6 * self.owner.attachment
            - 1.0 * self.mood;
        if past > 0 {
            inclination += 0.75;
        }
        // The warranty's end is when people look around.
        if (0..270).contains(&past) {
            inclination += 0.9;
        }
        if self.visits < 2 {
            inclination += if self.car.sold_here { 0.1 } else { 0.8 };
        }
        if self.returned {
            inclination += 0.7;
        }
        // Who comes every month has more occasions to decide, not more reasons.
        let turns = (self.car.interval_days(false) / 180.0).min(1.5);
        let limit = logistic(inclination) * turns;
        self.d.chance(limit)
    }

    pub(super) fn reason_to_leave(&mut self, day: Day) -> Cause {
        if let Some(cause) = self.grudge
            && self.mood < 0.0
            && self.d.chance(0.7)
        {
            return cause;
        }
        let price = if self.car.in_warranty(day) { 20 } else { 38 };
        let distance = if self.owner.distance > 0.9 { 30 } else { 8 };
        self.d.weighted(&[
            (Cause::Price, price),
            (Cause::Distance, distance),
            (Cause::Competitor, 26),
            (Cause::Waiting, 8),
            (Cause::Unknown, 16),
        ])
    }

    /// From that day on the owner no longer comes of his own accord.
    pub(super) fn leave(&mut self, day: Day, cause: Cause) {
        let was_away = self.away.is_some();
        if !was_away || cause == Cause::Sold {
            self.away = Some((day, cause));
        }
        for event in [Event::Service, Event::Wash, Event::Accessory] {
            self.set(event, NEVER);
        }
        if cause == Cause::Sold {
            for event in [Event::Repair, Event::Accident, Event::Comeback, Event::Move] {
                self.set(event, NEVER);
            }
            let back = if self.car.changes_plate && !self.car.second_owner {
                day + self.d.between(20, 260)
            } else {
                NEVER
            };
            self.set(Event::Return, back);
        } else if !was_away {
            self.miss_appointment(day);
            let chance = if cause == Cause::Moved { 0.05 } else { 0.24 };
            if self.d.chance(chance) {
                let days = self.d.log_normal(430.0, 0.5) as Day;
                self.set(Event::Return, day + days);
            }
        }
        if !was_away {
            self.call_after_leaving(day, cause);
        }
    }

    /// Won back, or the car's next owner.
    pub(super) fn come_back(&mut self, day: Day) {
        let Some((_, cause)) = self.away.take() else {
            return;
        };
        if cause == Cause::Sold {
            let mut owner = Owner::new(self.world, self.car.index, 1, true);
            owner.store = self.owner.store;
            owner.adviser %= self.world.stores[owner.store].advisers.len();
            if day <= self.world.end {
                owner.write(self.world, self.block, day);
            }
            self.owner = owner;
            self.car.second_owner = true;
            self.car.change_pace(day, self.d.log_normal(1.0, 0.4));
            self.visits = 0;
            self.opted_out = false;
            self.mood = 0.0;
            self.grudge = None;
            self.policy = None;
            self.plan_accident(day);
        } else {
            self.returned = true;
            self.mood = 0.1;
        }
        let source = if self.d.chance(0.4) {
            source::CALLED
        } else {
            source::WALK_IN
        };
        let comes = visit_day(&mut self.d, day, self.busy_until + 1);
        self.do_service(comes, source);
        self.plan_small(day);
        self.plan_repair(day);
    }
}
