//! What is counted and summed from the visits of one unit, in the windows that end at a date.
//!
//! "In the last n months" is after the same day n calendar months ago. Visits are qualified visits, but for what counts
//! others (when it was last seen, comebacks, washes and the like); money is of all visits.

use chrono::{Days, Months, NaiveDate};

use super::visits::{Cents, Visit};
use crate::types::CustomerId;

/// What is counted from the visits of one unit.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) visits: i32,
    pub(super) first_visit_on: Option<NaiveDate>,
    pub(super) last_visit_on: Option<NaiveDate>,
    pub(super) previous_visit_on: Option<NaiveDate>,
    pub(super) last_maintenance_on: Option<NaiveDate>,
    pub(super) maintenance_visits: i32,
    pub(super) visits_12m: i32,
    pub(super) visits_24m: i32,
    pub(super) visits_warranty_accident_24m: i32,
    pub(super) last_seen_on: Option<NaiveDate>,
    pub(super) other_visits_12m: i32,
    pub(super) comebacks_24m: i32,
    pub(super) maintenance: Prices,
    pub(super) priced_visits: i32,
    pub(super) paying_visits: i32,
    pub(super) paid_on_visits: Sum,
    pub(super) spend_12m: Sum,
    pub(super) spend_24m: Sum,
    pub(super) gross_profit_24m: Sum,
    pub(super) orders_24m: i32,
    pub(super) orders_with_cost_24m: i32,
    pub(super) receivable_24m: Sum,
    pub(super) owing_24m: Sum,
    pub(super) discount_24m: Sum,
    pub(super) business: u8,
    pub(super) open_order: bool,
    pub(super) last_store: Option<u16>,
    pub(super) first_store: Option<u16>,
    pub(super) last_customer: Option<CustomerId>,
    pub(super) next_due_date: Option<NaiveDate>,
    pub(super) next_due_km: Option<i32>,
}

impl Counted {
    /// Counts and sums the visits of a unit, which are in the order of their days.
    pub(super) fn of(windows: &Windows, visits: &[Visit]) -> Self {
        let mut c = Self::default();
        for v in visits {
            c.last_customer = v.customer_id.or(c.last_customer);
            c.first_store = c.first_store.or(v.store);
            c.open_order |= v.open_since.is_some_and(|day| day >= windows.open_from);
            let (in_12m, in_24m) = (v.on > windows.month_12, v.on > windows.month_24);
            // Money that went back without an order is no visit.
            if v.orders > 0 {
                c.last_seen_on = Some(v.on);
                c.comebacks_24m += i32::from(in_24m && v.is_comeback);
                // What stands in the shop may yet become a qualified visit.
                let other = !v.qualified && !v.is_comeback && v.open_since.is_none();
                c.other_visits_12m += i32::from(in_12m && other);
            }
            if v.qualified {
                c.visits += 1;
                c.first_visit_on = c.first_visit_on.or(Some(v.on));
                c.previous_visit_on = c.last_visit_on;
                c.last_visit_on = Some(v.on);
                c.last_store = v.store.or(c.last_store);
                c.visits_12m += i32::from(in_12m);
                c.visits_24m += i32::from(in_24m);
                c.visits_warranty_accident_24m += i32::from(in_24m && v.only_warranty_accident);
                let paid = v.paid.known();
                c.priced_visits += i32::from(paid.is_some());
                if paid.is_some_and(|cents| cents > 0) {
                    c.paying_visits += 1;
                    c.paid_on_visits.add(v.paid);
                }
            }
            if v.is_maintenance {
                c.maintenance_visits += 1;
                c.maintenance.add(v.paid);
                c.last_maintenance_on = Some(v.on);
                // What the last maintenance planned; nothing where it planned nothing.
                c.next_due_date = v.next_due_date;
                c.next_due_km = v.next_due_km;
            }
            if in_12m {
                c.spend_12m.add(v.paid);
            }
            if in_24m {
                c.spend_24m.add(v.paid);
                c.gross_profit_24m.add(v.gross_profit);
                c.receivable_24m.add(v.receivable);
                c.owing_24m.add(v.owing);
                c.discount_24m.add(v.discount);
                c.orders_24m += v.orders;
                c.orders_with_cost_24m += v.orders_with_cost;
                c.business |= v.business;
            }
        }
        // The plan of the last maintenance holds only where it lies after it.
        c.next_due_date = c
            .next_due_date
            .filter(|day| Some(*day) > c.last_maintenance_on);
        c
    }
}

/// A sum of amounts; unknown until one of them is known.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum(Option<i64>);

impl Sum {
    fn add(&mut self, amount: Cents) {
        if let Some(cents) = amount.known() {
            self.0 = Some(self.0.unwrap_or(0) + cents);
        }
    }

    pub(super) fn yuan(self) -> Option<f64> {
        self.0.map(|cents| cents as f64 / 100.0)
    }
}

/// What was paid on the last of some visits, and on those before.
#[derive(Clone, Copy, Default)]
pub(super) struct Prices {
    last: i64,
    earlier: i64,
    earlier_visits: i64,
}

impl Prices {
    fn add(&mut self, paid: Cents) {
        let Some(cents) = paid.known().filter(|cents| *cents > 0) else {
            return;
        };
        if self.last > 0 {
            self.earlier += self.last;
            self.earlier_visits += 1;
        }
        self.last = cents;
    }

    /// The last over the mean of those before.
    pub(super) fn ratio(self) -> Option<f64> {
        (self.earlier_visits > 0)
            .then(|| self.last as f64 * self.earlier_visits as f64 / self.earlier as f64)
    }
}

/// The windows that end at a date.
pub(super) struct Windows {
    pub(super) as_of: NaiveDate,
    month_12: NaiveDate,
    pub(super) month_24: NaiveDate,
    open_from: NaiveDate,
}

impl Windows {
    pub(super) fn new(as_of: NaiveDate, max_stay_days: i64) -> Self {
        let before = |months| {
            as_of
                .checked_sub_months(Months::new(months))
                .unwrap_or(NaiveDate::MIN)
        };
        Self {
            as_of,
            month_12: before(12),
            month_24: before(24),
            open_from: as_of
                .checked_sub_days(Days::new(u64::try_from(max_stay_days).unwrap_or(0)))
                .unwrap_or(NaiveDate::MIN),
        }
    }
}
