//! A vehicle: what it is, how it came to the shop, how far it has run.

use super::calendar::{Day, add_months};
use super::catalogue::{Fuel, MODELS, Model};
use super::identity;
use super::people::{self, Owner};
use super::random::Draws;
use super::world::World;

/// How the shop came to know a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Known before the first day of the exports.
    Pool,
    /// In the files from before, but no longer coming.
    Forgotten,
    /// Sold here during the period.
    Sold,
    /// Sold here during the period, and never seen again.
    NeverSeen,
    /// Bought elsewhere; comes during the period.
    Arrival,
}

/// One vehicle.
pub(super) struct Car {
    pub(super) index: u64,
    pub(super) model: &'static Model,
    pub(super) vin: String,
    first_plate: String,
    second_plate: String,
    /// Whether it will be on its second plate some day: its orders then always carry the VIN.
    pub(super) changes_plate: bool,
    pub(super) second_owner: bool,
    pub(super) origin: Origin,
    pub(super) purchase: Day,
    pub(super) joined: Day,
    pub(super) sold_here: bool,
    pub(super) warranty_end: Day,
    odometer: f64,
    odometer_on: Day,
    /// Kilometres a day.
    pub(super) pace: f64,
}

impl Car {
    pub(super) fn new(world: &World, owner: &Owner, index: u64, d: &mut Draws) -> Self {
        // A base that neither grows nor shrinks: those who leave within the period are replaced.
        let pool = 1.0 / (1.0 + 0.2 * world.years);
        let origin = if d.chance(pool) {
            if d.chance(0.03) {
                Origin::Forgotten
            } else {
                Origin::Pool
            }
        } else if d.chance(0.62) {
            if d.chance(0.05) {
                Origin::NeverSeen
            } else {
                Origin::Sold
            }
        } else {
            Origin::Arrival
        };
        let joined = match origin {
            Origin::Pool | Origin::Forgotten => world.start,
            _ => people::joining_day(d, world.start, world.end),
        };
        let purchase = match origin {
            Origin::Sold | Origin::NeverSeen => joined,
            Origin::Arrival => joined - d.between(200, 2900),
            _ => joined - people::pool_age(d),
        };
        let place = d.weighted(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|i| (i, MODELS[i].weight)));
        let model = &MODELS[place];
        let pace = people::pace(d, owner.kind);
        let age = f64::from(joined - purchase);
        let battery = model.fuel == Fuel::Battery;
        let green = model.fuel.green_plate();
        Self {
            index,
            model,
            vin: identity::vin(model.maker, place, purchase, index),
            first_plate: identity::plate(d, index, green, battery, false),
            second_plate: identity::plate(d, index, green, battery, true),
            changes_plate: false,
            second_owner: false,
            origin,
            purchase,
            joined,
            sold_here: match origin {
                Origin::Sold | Origin::NeverSeen => true,
                Origin::Arrival => false,
                _ => d.chance(0.68),
            },
            warranty_end: add_months(purchase, 36),
            odometer: 12.0 + age * pace * d.log_normal(1.0, 0.12),
            odometer_on: joined,
            pace,
        }
    }

    pub(super) fn plate(&self) -> &str {
        if self.second_owner {
            &self.second_plate
        } else {
            &self.first_plate
        }
    }

    pub(super) fn in_warranty(&self, day: Day) -> bool {
        day <= self.warranty_end
    }

    /// Age in years.
    pub(super) fn age(&self, day: Day) -> f64 {
        f64::from(day - self.purchase) / 365.25
    }

    /// Reading of the odometer.
    pub(super) fn odometer(&self, day: Day) -> i64 {
        (self.odometer + f64::from((day - self.odometer_on).max(0)) * self.pace) as i64
    }

    /// From that day on it is driven more or less than before.
    pub(super) fn change_pace(&mut self, day: Day, factor: f64) {
        self.odometer = self.odometer(day) as f64;
        self.odometer_on = day.max(self.odometer_on);
        self.pace = (self.pace * factor).clamp(3.0, 420.0);
    }

    /// Days after which the next service is due: by kilometres or by months, whichever is first.
    pub(super) fn interval_days(&self, first: bool) -> f64 {
        // The first service of a new car: 5,000 km or three months, twice that for the longer intervals.
        let (km, months) = if first {
            (
                5000.0,
                if self.model.interval_months > 6 {
                    6.0
                } else {
                    3.0
                },
            )
        } else {
            (
                f64::from(self.model.interval_km),
                f64::from(self.model.interval_months),
            )
        };
        (km / self.pace).min(months * 30.4375).max(12.0)
    }

    /// End of the current inspection: every second year until the tenth, then every year.
    pub(super) fn inspection_end(&self, day: Day) -> Day {
        let mut years = 2;
        loop {
            let end = add_months(self.purchase, years * 12);
            if end > day || years > 60 {
                return end;
            }
            years += if years < 10 { 2 } else { 1 };
        }
    }
}
