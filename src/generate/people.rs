//! Owners: who they are, how they keep to their rhythm, what they mind.

use super::block::Block;
use super::calendar::{Day, NEVER, civil};
use super::identity;
use super::random::{Draws, exp};
use super::words::{NO, Word, YES};
use super::world::World;

/// What kind of customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Company,
    Taxi,
}

impl Kind {
    const fn word(self) -> Word {
        match self {
            Self::Person => Word::new("个人", "person"),
            Self::Company => Word::new("单位", "company"),
            Self::Taxi => Word::new("出租车", "taxi"),
        }
    }
}

/// An owner, with what decides how he or she behaves. Traits without a unit are standard normal.
#[derive(Clone)]
pub(super) struct Owner {
    pub(super) number: String,
    pub(super) name: String,
    pub(super) surname: &'static str,
    pub(super) kind: Kind,
    pub(super) phone: String,
    pub(super) address: String,
    pub(super) district: &'static str,
    pub(super) store: usize,
    pub(super) adviser: usize,
    pub(super) consent: Option<bool>,
    /// Median of (interval kept / interval due).
    pub(super) lateness: f64,
    /// Spread of the logarithm of that ratio from one service to the next.
    pub(super) unevenness: f64,
    /// How much prices matter.
    pub(super) thrift: f64,
    /// How far away, from the district.
    pub(super) distance: f64,
    /// What keeps people without a reason that one could see.
    pub(super) attachment: f64,
    /// Probability of booking before coming.
    pub(super) books: f64,
    /// Probability of answering a call.
    pub(super) answers: f64,
    /// Washes wanted a year.
    pub(super) washes: f64,
    /// Day on which the owner moves away or the company's contract ends.
    pub(super) moves_on: Day,
}

impl Owner {
    /// The owner of the vehicles from `index` on; `second` for who bought the vehicle from its first owner.
    pub(super) fn new(world: &World, index: u64, cars: u64, second: bool) -> Self {
        let label = if second { "second owner" } else { "owner" };
        let mut draws = Draws::new(world.seed, label, index);
        let d = &mut draws;
        let kind = match cars {
            1 if d.chance(0.965) => Kind::Person,
            2 if d.chance(0.93) => Kind::Person,
            3 if d.chance(0.7) => Kind::Person,
            n if n >= 5 && d.chance(0.3) => Kind::Taxi,
            _ => Kind::Company,
        };
        let surname = identity::surname(d);
        let name = match kind {
            Kind::Person => identity::person(d, surname),
            Kind::Company => identity::company(d, false),
            Kind::Taxi => identity::company(d, true),
        };
        let place = d.weighted(&[0, 1, 2, 3, 4, 5, 6, 7].map(|i| (i, identity::DISTRICTS[i].1)));
        let district = identity::DISTRICTS[place].0;
        // Four ways to keep to a rhythm: careful, usual, careless, and those who wait for the warning lamp.
        let (lateness, unevenness) = match (kind, d.weighted(&[(0, 25), (1, 45), (2, 20), (3, 10)]))
        {
            (Kind::Taxi, _) => (d.log_normal(1.02, 0.06), 0.08),
            (Kind::Company, _) => (d.log_normal(1.05, 0.1), 0.12),
            (_, 0) => (d.log_normal(0.95, 0.07), d.log_normal(0.09, 0.3)),
            (_, 1) => (d.log_normal(1.08, 0.12), d.log_normal(0.17, 0.3)),
            (_, 2) => (d.log_normal(1.4, 0.2), d.log_normal(0.32, 0.25)),
            _ => (d.log_normal(2.1, 0.25), d.log_normal(0.45, 0.25)),
        };
        let store = d.below(world.stores.len() as u64) as usize;
        let adviser = d.below(world.stores[store].advisers.len() as u64) as usize;
        let yearly_end = if kind == Kind::Person { 0.018 } else { 0.06 };
        let stays = d.exponential(365.25 / yearly_end);
        let washes = if kind != Kind::Person || d.chance(0.55) {
            0.0
        } else {
            d.log_normal(1.25, 0.6)
        };
        Self {
            number: format!("{}{index:07}", if second { 'E' } else { 'K' }),
            name,
            surname,
            kind,
            phone: phone(d, if second { 500_000_000 + index } else { index }),
            address: if d.chance(0.08) {
                String::new()
            } else {
                identity::address(d, district)
            },
            district,
            store,
            adviser,
            consent: [Some(true), Some(false), None][d.weighted(&[(0usize, 70), (1, 8), (2, 22)])],
            lateness,
            unevenness,
            thrift: d.normal(),
            distance: (place as f64 - 2.0) / 2.0,
            attachment: d.normal(),
            books: if kind == Kind::Person {
                0.2 + 0.6 * d.unit()
            } else {
                0.7
            },
            answers: 0.55 + 0.4 * d.unit(),
            washes,
            moves_on: if stays < 20_000.0 {
                world.start + stays as Day
            } else {
                NEVER
            },
        }
    }

    /// "王先生": how a name is written by somebody in a hurry.
    pub(super) fn placeholder(&self, d: &mut Draws) -> String {
        let form = if d.chance(0.7) { "先生" } else { "女士" };
        format!("{}{form}", self.surname)
    }

    /// Chance that a scheduled call reaches the owner at all.
    pub(super) fn reachable(&self) -> f64 {
        if self.phone.len() == 11 {
            self.answers
        } else {
            0.0
        }
    }

    /// Row of the customer file, opened on that day (or, for those known before, on an earlier one).
    pub(super) fn write(&self, world: &World, block: &mut Block, opened: Day) {
        // The file is opened at intake or within two days of it, seldom later.
        let lang = world.lang;
        let rows = &mut block.customers;
        rows.text(&self.number)
            .text(&self.name)
            .text(self.kind.word().text(lang))
            .text(&self.phone)
            .text(&self.address)
            .text(self.district)
            .text(&world.stores[self.store].advisers[self.adviser].name)
            .day(opened)
            .text(match self.consent {
                Some(true) => YES.text(lang),
                Some(false) => NO.text(lang),
                None => "",
            });
        if world.many_stores() {
            rows.text(&world.stores[self.store].name);
        }
        rows.end(0);
    }
}

/// The phone as it was typed: one in a hundred is missing, some lack a digit.
fn phone(d: &mut Draws, index: u64) -> String {
    let mut phone = identity::phone(index);
    match d.below(400) {
        0..4 => String::new(),
        4..7 => {
            phone.pop();
            phone
        }
        _ => phone,
    }
}

/// How many of the vehicles from `index` on belong to one owner, at most `left`.
pub(super) fn household_size(world: &World, index: u64, left: u64) -> u64 {
    let mut d = Draws::new(world.seed, "household", index);
    let size = match d.below(1000) {
        0..900 => 1,
        900..975 => 2,
        975..990 => 3,
        // Fleets: mostly a handful, a few above twenty.
        990..996 => d.between(4, 6),
        996..999 => d.between(7, 14),
        _ => d.between(16, 32),
    };
    (size as u64).min(left).max(1)
}

/// Kilometres a day of one vehicle: log-normal, by who drives it.
pub(super) fn pace(d: &mut Draws, kind: Kind) -> f64 {
    let (median, spread) = match kind {
        Kind::Person => (32.0, 0.42),
        Kind::Company => (55.0, 0.4),
        Kind::Taxi => (230.0, 0.2),
    };
    d.log_normal(median, spread).clamp(5.0, 420.0)
}

/// Day on which the owner sells a car bought on `purchase`, drawn year by year: new cars are kept,
/// after the warranty they change hands.
pub(super) fn sale_day(d: &mut Draws, purchase: Day, from: Day, until: Day) -> Day {
    let mut day = from;
    while day < until {
        let age = f64::from(day - purchase) / 365.25;
        let yearly = match age {
            a if a < 2.0 => 0.015,
            a if a < 3.0 => 0.035,
            a if a < 6.0 => 0.06,
            _ => 0.085,
        };
        if d.chance(yearly) {
            return day + d.between(0, 364);
        }
        day += 365;
    }
    NEVER
}

/// Age of a car in days at which it is first known, for the pool of the first day: younger ones are commoner.
pub(super) fn pool_age(d: &mut Draws) -> Day {
    let u = d.unit();
    30 + (exp(1.5 * super::random::ln(u)) * 9.0 * 365.25) as Day
}

/// Days on which new vehicles come, more at the turn of the year and in autumn than in spring.
pub(super) fn joining_day(d: &mut Draws, start: Day, end: Day) -> Day {
    for _ in 0..8 {
        let day = d.between(start, end);
        let weight = match civil(day).1 {
            1 | 12 => 1.0,
            9..=11 => 0.9,
            2 => 0.5,
            _ => 0.7,
        };
        if d.chance(weight) {
            return day;
        }
    }
    d.between(start, end)
}
