//! When things happen next: services by the interval and the owner's habit, failures by age and kilometres.

use super::calendar::{Day, visit_day};
use super::catalogue::Fuel;
use super::life::{Event, Life};
use super::random::{exp, ln};

impl Life<'_> {
    /// Plans the next service after one on `last`: due by the interval, done when the owner gets round to it.
    pub(super) fn plan_service(&mut self, last: Day, first: bool) {
        let interval = self.car.interval_days(first);
        self.due = last + interval as Day;
        // A free first service is not put off as long as others.
        let habit = if first { 0.5 } else { 1.0 };
        let ratio = exp(habit * ln(self.owner.lateness)
            + habit * self.owner.unevenness * self.d.normal()
            - 0.12 * self.mood);
        let wish = last + (interval * ratio.clamp(0.4, 6.0)) as Day;
        let earliest = (last + 7).max(self.busy_until + 1).max(self.car.joined);
        let day = visit_day(&mut self.d, wish.max(earliest), earliest);
        self.set(Event::Service, day);
    }

    /// Failures: more of them as the car ages and the further it runs, fewer in battery cars.
    pub(super) fn plan_repair(&mut self, from: Day) {
        let electric = if self.car.model.fuel == Fuel::Battery {
            0.65
        } else {
            1.0
        };
        let yearly =
            0.3 * (1.0 + 0.13 * self.car.age(from)) * (self.car.pace / 36.0).sqrt() * electric;
        let wish = from + 1 + self.d.exponential(365.25 / yearly) as Day;
        let day = visit_day(&mut self.d, wish, from + 1);
        self.set(Event::Repair, day);
    }

    pub(super) fn plan_accident(&mut self, from: Day) {
        let yearly = 0.34 * (self.car.pace / 36.0).sqrt();
        let wish = from + 1 + self.d.exponential(365.25 / yearly) as Day;
        let day = visit_day(&mut self.d, wish, from + 1);
        self.set(Event::Accident, day);
    }

    pub(super) fn plan_pace(&mut self, from: Day) {
        let days = self.d.exponential(4.0 * 365.25) as Day;
        self.set(Event::Pace, from + 30 + days);
    }

    pub(super) fn plan_small(&mut self, from: Day) {
        if self.owner.washes > 0.0 {
            let wish = from + self.d.exponential(365.25 / self.owner.washes) as Day;
            let day = visit_day(&mut self.d, wish, from + 1);
            self.set(Event::Wash, day);
        }
        let days = self.d.exponential(11.0 * 365.25) as Day;
        self.set(Event::Accessory, from + 1 + days);
    }
}
