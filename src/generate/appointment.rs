//! Booking before coming, and not coming.

use super::calendar::{DAY_MINUTES, Day, Minute, is_closed};
use super::life::Life;
use super::order::number;
use super::words::{Class, Word, booking, channel};

impl Life<'_> {
    /// Whether the visit was booked; returns the arrival, which follows the booking.
    pub(super) fn appointment(
        &mut self,
        at: Minute,
        class: Class,
        order: &str,
        store: usize,
        adviser: usize,
    ) -> Minute {
        let willing = match class {
            Class::FirstMaintenance | Class::Maintenance | Class::Recall => 1.0,
            Class::Repair | Class::Warranty | Class::Body => 0.55,
            Class::Accident | Class::Beauty => 0.3,
            _ => 0.0,
        };
        let books = willing * self.owner.books;
        if !self.d.chance(books) {
            return at;
        }
        // On the half hour.
        let wanted = at / 30 * 30;
        if self.d.chance(0.13) {
            // Booked for an earlier day and did not come, or called it off.
            let earlier = wanted - i64::from(self.d.between(1, 12)) * DAY_MINUTES;
            let state = if self.d.chance(0.62) {
                booking::NO_SHOW
            } else {
                booking::CANCELLED
            };
            self.write_appointment(earlier, state, "", store, adviser);
        }
        let late = self.d.chance(0.09);
        let state = if late { booking::LATE } else { booking::SHOWN };
        self.write_appointment(wanted, state, order, store, adviser);
        if late {
            wanted + i64::from(self.d.between(20, 75))
        } else {
            wanted + i64::from(self.d.between(-12, 9))
        }
    }

    /// Who is about to leave now and then lets a last appointment pass.
    pub(super) fn miss_appointment(&mut self, day: Day) {
        if self.d.chance(0.12 * self.owner.books) && !is_closed(day) {
            let at = i64::from(day) * DAY_MINUTES + i64::from(self.d.between(18, 32)) * 30;
            let state = if self.d.chance(0.75) {
                booking::NO_SHOW
            } else {
                booking::CANCELLED
            };
            let (store, adviser) = (self.owner.store, self.owner.adviser);
            self.write_appointment(at, state, "", store, adviser);
        }
    }

    fn write_appointment(
        &mut self,
        at: Minute,
        state: Word,
        order: &str,
        store: usize,
        adviser: usize,
    ) {
        let ahead = self.d.log_normal(2500.0, 0.9) as Minute + 60;
        let booked_at = super::calendar::in_hours(at - ahead, &mut self.d).min(at - 20);
        let channel = self.d.weighted(&[
            (channel::PHONE, 50),
            (channel::WECHAT, 22),
            (channel::APP, 22),
            (channel::COUNTER, 6),
        ]);
        let closing = self.world.closing();
        let start = i64::from(self.world.start) * DAY_MINUTES;
        if booked_at >= closing || booked_at < start {
            return;
        }
        self.running += 1;
        let lang = self.world.lang;
        let ahead = at >= closing;
        let place = &self.world.stores[store];
        let home = store == self.owner.store;
        let rows = &mut self.block.appointments;
        rows.text(&number("YY", booked_at, self.car.index, self.running))
            .text(self.car.plate())
            .text(&self.car.vin)
            .text(if home { &self.owner.number } else { "" })
            .stamp(booked_at)
            .stamp(at)
            .text(channel.text(lang))
            .text(if ahead { booking::BOOKED } else { state }.text(lang))
            .text(if ahead { "" } else { order })
            .text(&place.advisers[adviser].name);
        if self.world.many_stores() {
            rows.text(&place.name);
        }
        rows.end(booked_at);
    }
}
