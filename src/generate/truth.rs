//! What the exports cannot know: who had left by their last day, and who came in the year after.

use super::calendar::{Day, add_months};
use super::life::Life;
use super::words::{Cause, NO, YES};

/// A stay after the last day of the exports.
#[derive(Clone, Copy)]
pub(super) struct Stay {
    pub(super) first: Day,
    pub(super) last: Day,
    pub(super) qualified: bool,
}

/// The vehicle on the last day of the exports.
pub(super) struct Snapshot {
    plate: String,
    customer: String,
    store: usize,
    away: Option<(Day, Cause)>,
    next_due: Option<Day>,
    policy_end: Option<Day>,
}

impl Life<'_> {
    pub(super) fn take_snapshot(&mut self) {
        let months = self.car.model.interval_months;
        self.snapshot = Some(Snapshot {
            plate: self.car.plate().to_owned(),
            customer: self.owner.number.clone(),
            store: self.owner.store,
            away: self.away,
            next_due: self.serviced_here.map(|day| add_months(day, months)),
            policy_end: self.policy.as_ref().and_then(|policy| policy.known_end),
        });
    }

    /// Rows of the vehicle file and, if asked for, of the truth.
    pub(super) fn write_vehicle(&mut self) {
        let Some(snapshot) = self.snapshot.take() else {
            return;
        };
        let world = self.world;
        let (lang, car) = (world.lang, &self.car);
        let rows = &mut self.block.vehicles;
        rows.text(&car.vin)
            .text(&snapshot.plate)
            .text(&snapshot.customer)
            .text(car.model.brand)
            .text(car.model.series)
            .text(car.model.name)
            .text(car.model.fuel.word().text(lang))
            .day(car.purchase)
            .text(if car.sold_here { YES } else { NO }.text(lang))
            .day(car.warranty_end)
            .int(i64::from(car.model.interval_km))
            .int(i64::from(car.model.interval_months))
            .maybe_day(snapshot.next_due)
            .maybe_day(snapshot.policy_end)
            .day(car.inspection_end(world.end));
        if world.many_stores() {
            rows.text(&world.stores[snapshot.store].name);
        }
        rows.end(0);
        if !world.truth {
            return;
        }
        let (year, half) = count_visits(&mut self.ahead, world.end);
        let rows = &mut self.block.truth;
        rows.text(&car.vin)
            .text(&snapshot.plate)
            .text(if snapshot.away.is_some() { YES } else { NO }.text(lang))
            .maybe_day(snapshot.away.map(|(day, _)| day))
            .text(
                snapshot
                    .away
                    .map_or("", |(_, cause)| cause.word().text(lang)),
            )
            .int(year)
            .int(half)
            .hundredths(self.ahead_spend)
            .end(0);
    }
}

/// Qualified visits in the 365 and the 180 days after `end`: stays that overlap or begin on one day are one visit.
fn count_visits(stays: &mut [Stay], end: Day) -> (i64, i64) {
    stays.sort_unstable_by_key(|stay| (stay.first, stay.last, stay.qualified));
    let (mut year, mut half) = (0, 0);
    let mut visit: Option<Stay> = None;
    let mut close = |visit: Option<Stay>| {
        if let Some(stay) = visit
            && stay.qualified
            && stay.first > end
        {
            year += i64::from(stay.first <= end + 365);
            half += i64::from(stay.first <= end + 180);
        }
    };
    for stay in stays.iter() {
        match &mut visit {
            Some(open) if stay.first <= open.last => {
                open.last = open.last.max(stay.last);
                open.qualified |= stay.qualified;
            }
            _ => {
                close(visit);
                visit = Some(*stay);
            }
        }
    }
    close(visit);
    (year, half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_stays_are_one_visit_dated_by_its_first_day() {
        let stay = |first, last, qualified| Stay {
            first,
            last,
            qualified,
        };
        let mut stays = [
            stay(98, 103, true),
            stay(102, 102, true),
            stay(110, 110, false),
            stay(110, 112, true),
            stay(290, 290, true),
            stay(400, 400, false),
        ];
        assert_eq!(count_visits(&mut stays, 100), (2, 1));
    }
}
