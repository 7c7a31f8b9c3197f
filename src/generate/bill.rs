//! What is on an order: the lines and the money, in hundredths of a yuan.

use super::catalogue::{
    ACCESSORIES, BATTERY_EXTRAS, BATTERY_SERVICE, BEAUTY, BODY, CAMPAIGN_WORK, Fuel, Job, Model,
    OIL_SERVICE, PRE_DELIVERY, REPAIRS, SERVICE_EXTRAS, WASH,
};
use super::random::Draws;
use super::words::Class;

/// One line: hours at a rate, or parts at a price.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Hundredths of an hour; `None` for parts.
    pub(super) hours: Option<i64>,
    pub(super) quantity: i64,
    pub(super) unit_price: i64,
    pub(super) amount: i64,
    pub(super) cost: i64,
}

/// The lines of an order and their sums.
#[derive(Default)]
pub(super) struct Bill {
    pub(super) lines: Vec<Line>,
    pub(super) labour: i64,
    pub(super) parts: i64,
    pub(super) discount: i64,
    pub(super) cost: i64,
    pub(super) parts_cost: i64,
    /// The repair that a comeback would be about.
    pub(super) last_job: Option<&'static Job>,
}

/// What the bill depends on beside the class.
pub(super) struct Occasion<'a> {
    pub(super) model: &'a Model,
    /// Services done before this one.
    pub(super) services: u32,
    /// Price level of the day.
    pub(super) prices: f64,
    /// For a comeback: what has to be done again.
    pub(super) again: Option<&'static Job>,
}

impl Bill {
    pub(super) fn new(d: &mut Draws, class: Class, occasion: &Occasion<'_>) -> Self {
        let mut bill = Self::default();
        let electric = occasion.model.fuel == Fuel::Battery;
        let repairs = if electric {
            &REPAIRS[..12]
        } else {
            &REPAIRS[..]
        };
        match class {
            Class::FirstMaintenance | Class::Maintenance => {
                bill.service(d, class, electric, occasion);
            }
            Class::Repair | Class::Warranty => {
                if let Some(job) = occasion.again {
                    bill.job(job, occasion, 1.0);
                    bill.add_up();
                    return bill;
                }
                let count = 1 + usize::from(d.chance(0.3));
                for _ in 0..count {
                    let noise = d.log_normal(1.0, 0.15);
                    bill.job(d.pick(repairs), occasion, noise);
                }
            }
            Class::Body => {
                let noise = d.log_normal(0.9, 0.15);
                bill.job(d.pick(&BODY), occasion, noise);
            }
            Class::Accident => {
                let heavy = if d.chance(0.04) { 4.0 } else { 1.0 };
                let first = d.below(BODY.len() as u64) as usize;
                let panels = d.weighted(&[(1, 25), (2, 40), (3, 25), (4, 10)]);
                for place in 0..panels {
                    let noise = heavy * d.log_normal(1.0, 0.25);
                    bill.job(&BODY[(first + place) % BODY.len()], occasion, noise);
                }
            }
            Class::Comeback => {
                let job = occasion.again.unwrap_or(&REPAIRS[10]);
                // Free for the customer; the hours cost the shop all the same.
                bill.lines.push(Line {
                    code: job.code,
                    name: job.name,
                    hours: Some(job.hours),
                    quantity: 0,
                    unit_price: 0,
                    amount: 0,
                    cost: job.hours * 45,
                });
                bill.last_job = Some(job);
            }
            Class::Recall => bill.job(&CAMPAIGN_WORK[0], occasion, 1.0),
            Class::Wash => bill.job(d.pick(&WASH), occasion, 1.0),
            Class::Beauty => bill.job(d.pick(&BEAUTY), occasion, 1.0),
            Class::Accessory => bill.job(d.pick(&ACCESSORIES), occasion, 1.0),
            Class::Pdi => bill.job(&PRE_DELIVERY[0], occasion, 1.0),
            Class::Internal => bill.job(d.pick(&BEAUTY), occasion, 0.5),
        }
        bill.add_up();
        bill
    }

    fn service(&mut self, d: &mut Draws, class: Class, electric: bool, occasion: &Occasion<'_>) {
        let basic = if electric {
            &BATTERY_SERVICE
        } else {
            &OIL_SERVICE
        };
        for job in basic {
            self.job(job, occasion, 1.0);
        }
        if class == Class::FirstMaintenance {
            return;
        }
        let extras = if electric {
            &BATTERY_EXTRAS[..]
        } else {
            &SERVICE_EXTRAS[..]
        };
        let turn = occasion.services as usize;
        if turn % 2 == 1 {
            self.job(&extras[0], occasion, 1.0);
            self.job(&extras[1], occasion, 1.0);
        }
        if turn % 4 == 3 {
            let large = &extras[2 + (turn / 4) % (extras.len() - 2)];
            self.job(large, occasion, 1.0);
        }
        if d.chance(0.26) {
            let wear = d.pick(&REPAIRS[..12]);
            self.job(wear, occasion, d.log_normal(0.9, 0.1));
        }
    }

    fn job(&mut self, job: &'static Job, occasion: &Occasion<'_>, factor: f64) {
        if job.hours > 0 {
            // Heavy work takes more tenths of an hour, at the rate of the brand and the year.
            let hours = ((job.hours as f64 * factor / 10.0) as i64).max(1) * 10;
            let rate = (occasion.model.hour as f64 * occasion.prices / 100.0) as i64 * 100;
            let amount = hours * rate / 100;
            self.lines.push(Line {
                code: job.code,
                name: job.name,
                hours: Some(hours),
                quantity: 0,
                unit_price: rate,
                amount,
                cost: amount * 38 / 100,
            });
        }
        if job.quantity > 0 {
            let price = job.part_price * occasion.model.price * occasion.prices * factor;
            let unit_price = (price as i64).max(1) * 100;
            let amount = unit_price * job.quantity;
            self.lines.push(Line {
                code: job.part_code,
                name: job.part,
                hours: None,
                quantity: job.quantity,
                unit_price,
                amount,
                cost: amount * 70 / 100,
            });
        }
        self.last_job = Some(job);
    }

    fn add_up(&mut self) {
        for line in &self.lines {
            self.cost += line.cost;
            if line.hours.is_some() {
                self.labour += line.amount;
            } else {
                self.parts += line.amount;
                self.parts_cost += line.cost;
            }
        }
    }

    pub(super) fn gross(&self) -> i64 {
        self.labour + self.parts
    }

    pub(super) fn receivable(&self) -> i64 {
        self.gross() - self.discount
    }

    /// Takes a share off, in whole yuan.
    pub(super) fn discount(&mut self, share: f64) {
        self.discount = ((self.gross() as f64 * share / 100.0) as i64 * 100).clamp(0, self.gross());
    }

    /// The same bill taken back: what a credit note says.
    pub(super) fn reversed(&self) -> Self {
        Self {
            lines: self
                .lines
                .iter()
                .map(|line| Line {
                    hours: line.hours.map(|hours| -hours),
                    quantity: -line.quantity,
                    amount: -line.amount,
                    cost: -line.cost,
                    ..*line
                })
                .collect(),
            labour: -self.labour,
            parts: -self.parts,
            discount: -self.discount,
            cost: -self.cost,
            parts_cost: -self.parts_cost,
            last_job: self.last_job,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::catalogue::MODELS;

    #[test]
    fn lines_add_up_and_a_credit_note_cancels() {
        let mut d = Draws::new(5, "bill", 0);
        for class in [
            Class::Maintenance,
            Class::Repair,
            Class::Accident,
            Class::Comeback,
            Class::Wash,
        ] {
            for services in 0..200 {
                let occasion = Occasion {
                    model: d.pick(&MODELS),
                    services,
                    prices: 1.07,
                    again: None,
                };
                let mut bill = Bill::new(&mut d, class, &occasion);
                bill.discount(0.1);
                let sum: i64 = bill.lines.iter().map(|l| l.amount).sum();
                assert_eq!(sum, bill.gross());
                assert!(bill.receivable() >= 0);
                for line in &bill.lines {
                    let units = line.hours.unwrap_or(line.quantity * 100);
                    assert_eq!(units * line.unit_price / 100, line.amount);
                }
                assert_eq!(bill.reversed().receivable(), -bill.receivable());
            }
        }
    }
}
