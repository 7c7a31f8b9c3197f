//! Unit features as the scoring reads them: one entry per unit and as-of date, in columns.
//! SQL brings the visits and what files state, once; [`unit_features`] counts them as of any date.

mod at;
mod counted;
mod facts;
mod output;
mod signals;
mod visits;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::types::{CustomerId, CustomerKind, UnitId};

pub use at::unit_features;
pub use facts::{UnitFacts, Vehicle};
pub use output::features_batch;
pub use signals::{Signal, SignalKind, Signals};
pub use visits::{Cents, KnownVisits, Reading, Replaced, Visit, VisitHistory, believed, business};

/// Features of the units at one as-of date, in columns of equal length, ordered by unit id.
/// All counts and dates concern qualified visits unless said otherwise; money in yuan.
/// `None` is unknown, never zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitFeatures {
    /// The date that nothing here reads beyond.
    pub as_of: NaiveDate,
    /// First in-date imported (of any order), where the history begins.
    pub history_from: Option<NaiveDate>,
    /// Unit.
    pub unit_id: Vec<UnitId>,
    /// Customer who holds the unit at the as-of date.
    pub customer_id: Vec<CustomerId>,
    /// Store of the last qualified visit, else of the first file.
    pub store_id: Vec<Arc<str>>,
    /// True for a vehicle, false for a customer without vehicle.
    pub is_vehicle: Vec<bool>,
    /// Kind of the customer.
    pub customer_kind: Vec<CustomerKind>,
    /// Brand.
    pub brand: Vec<Option<Arc<str>>>,
    /// Series.
    pub series: Vec<Option<Arc<str>>>,
    /// Model.
    pub model: Vec<Option<Arc<str>>>,
    /// `ice`, `hev`, `phev`, `bev`.
    pub fuel: Vec<Option<Arc<str>>>,
    /// Purchase date of the vehicle.
    pub purchase_date: Vec<Option<NaiveDate>>,
    /// Bought here.
    pub sold_by_us: Vec<Option<bool>>,
    /// End of the warranty.
    pub warranty_end: Vec<Option<NaiveDate>>,
    /// Maintenance interval of the vehicles file, km.
    pub interval_km: Vec<Option<i32>>,
    /// Maintenance interval of the vehicles file, months.
    pub interval_months: Vec<Option<i32>>,
    /// Next maintenance of the last maintenance order, where later than that order.
    pub order_next_due_date: Vec<Option<NaiveDate>>,
    /// Odometer of the next maintenance of the last maintenance order, km.
    pub order_next_due_km: Vec<Option<i32>>,
    /// Day of news that the vehicle is sold, scrapped or moved.
    pub gone_on: Vec<Option<NaiveDate>>,
    /// An order is open at the as-of date: the vehicle is in the shop.
    pub open_order: Vec<bool>,
    /// Qualified visits ever.
    pub visits: Vec<i32>,
    /// First qualified visit.
    pub first_visit_on: Vec<Option<NaiveDate>>,
    /// Last qualified visit.
    pub last_visit_on: Vec<Option<NaiveDate>>,
    /// The qualified visit before the last.
    pub previous_visit_on: Vec<Option<NaiveDate>>,
    /// Last maintenance visit.
    pub last_maintenance_on: Vec<Option<NaiveDate>>,
    /// Maintenance visits ever.
    pub maintenance_visits: Vec<i32>,
    /// Qualified visits in the last 12 months.
    pub visits_12m: Vec<i32>,
    /// Qualified visits in the 12 months before those.
    pub visits_previous_12m: Vec<i32>,
    /// Qualified visits in the last 24 months.
    pub visits_24m: Vec<i32>,
    /// Last visit of any kind, also one that does not count as a return (a wash, an accessory).
    pub last_seen_on: Vec<Option<NaiveDate>>,
    /// Visits in the last 12 months that neither count as a return nor had to mend an earlier one.
    pub other_visits_12m: Vec<i32>,
    /// Visits in the last 24 months that had to mend an earlier one.
    pub comebacks_24m: Vec<i32>,
    /// Paid on the last maintenance, over the mean paid on those before; of maintenance on which something was paid.
    pub maintenance_price_ratio: Vec<Option<f64>>,
    /// Qualified visits in the last 24 months whose classes are only warranty, recall or accident.
    pub visits_warranty_accident_24m: Vec<i32>,
    /// Qualified visits ever whose payment is known.
    pub priced_visits: Vec<i32>,
    /// Those of them on which something was paid.
    pub paying_visits: Vec<i32>,
    /// Paid on these.
    pub paid_on_visits: Vec<f64>,
    /// Paid in the last 12 months, all visits.
    pub spend_12m: Vec<f64>,
    /// Paid in the last 24 months, all visits.
    pub spend_24m: Vec<f64>,
    /// Gross profit of the last 24 months over the orders with known cost.
    pub gross_profit_24m: Vec<Option<f64>>,
    /// Orders of the last 24 months.
    pub orders_24m: Vec<i32>,
    /// Orders of the last 24 months with known cost.
    pub orders_with_cost_24m: Vec<i32>,
    /// Receivable of the last 24 months.
    pub receivable_24m: Vec<Option<f64>>,
    /// Owing of the last 24 months.
    pub owing_24m: Vec<Option<f64>>,
    /// Discounts of the last 24 months.
    pub discount_24m: Vec<Option<f64>>,
    /// Distinct kinds of business of the last 24 months (maintenance, repair, body, renewal, accessories).
    /// `None` where no class is mapped at all.
    pub kinds_24m: Vec<Option<i32>>,
    /// Last survey of 24 months, as a share of the full marks.
    pub survey_score: Vec<Option<f64>>,
    /// Complaints of the last 24 months; `None` before any complaint of anybody is known.
    pub complaints_24m: Vec<Option<i32>>,
    /// Bookings missed since the last qualified visit; `None` before any missed booking is known.
    pub missed_since_visit: Vec<Option<i32>>,
    /// A visit is booked for a later day; `None` before any booking is known.
    pub booked_ahead: Vec<Option<bool>>,
    /// End of the last policy that we sold.
    pub policy_sold_end: Vec<Option<NaiveDate>>,
}

impl UnitFeatures {
    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unit_id.len()
    }

    /// True without units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit_id.is_empty()
    }
}

/// The visits of all units in the order of unit id and date, in columns: what needs sequences reads this.
/// Only qualified visits; odometer readings only where believed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisitSequences {
    /// Unit of each entry of `starts`; ascending.
    pub unit_id: Vec<UnitId>,
    /// Where each unit's visits begin in the columns below; one longer than `unit_id`.
    pub starts: Vec<usize>,
    /// Day of the visit.
    pub first_in: Vec<NaiveDate>,
    /// A maintenance visit (where no class is mapped, every qualified visit).
    pub is_maintenance: Vec<bool>,
    /// Odometer, km, where it was read and believed.
    pub odometer_km: Vec<Option<i32>>,
}
