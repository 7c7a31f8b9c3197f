//! Groups of customers, how long units stay and how often they come: what the page of a year says of them.

use serde::Serialize;

/// A group of customers that come and pay alike; medians of those of whom the figure is known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRow {
    /// Its name in the tables.
    pub segment: String,
    /// Customers.
    pub customers: i64,
    /// Share of all that have one.
    pub share: Option<f64>,
    /// Qualified visits a year and vehicle.
    pub visits_per_year: Option<f64>,
    /// Time since the last service over the expected interval.
    pub overdue_ratio: Option<f64>,
    /// Paid on a visit, yuan.
    pub paid_per_visit: Option<f64>,
    /// Paid in 24 months by all of them, yuan.
    pub spend_24m: f64,
    /// Probability of leaving.
    pub leaving: Option<f64>,
}

/// What a curve shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CurveKind {
    /// Share that has not left.
    Staying,
    /// Mean number of visits after the first.
    Visits,
}

/// One curve of some units by months since their first visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// What it shows.
    pub kind: CurveKind,
    /// `all`, `segment`, `purchase_year`, `warranty`.
    pub split_by: String,
    /// Which part.
    pub split_value: String,
    /// Counted on a part of the customers, since they are many.
    pub of_sample: bool,
    /// From month 0 on, one after the other.
    pub months: Vec<CurveMonth>,
}

/// A curve at the end of a month.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurveMonth {
    /// Units still in sight.
    pub at_risk: i64,
    /// The curve.
    pub estimate: f64,
    /// The 80 % band; `None` where nothing has happened yet.
    pub band: Option<(f64, f64)>,
}
