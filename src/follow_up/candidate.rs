//! What a list says of a unit.

use std::sync::Arc;

use arrow::array::{Date32Array, Float64Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::facts::filled;
use super::names::Names;
use super::rules::{Band, Stake};
use crate::table::{column, day_at, value_at};
use crate::types::{CustomerId, Error, LoyaltyTier, Result, UnitId};

/// One row of `list_candidates`: a list names a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Id of the list.
    pub list: Arc<str>,
    /// Unit.
    pub unit_id: UnitId,
    /// Customer who holds it, where known.
    pub customer_id: Option<CustomerId>,
    /// How high on the page.
    pub band: Band,
    /// The day on which the window opened.
    pub open_on: Option<NaiveDate>,
    /// The last day on which a call is in time; `None`: the list's own window.
    pub due_on: Option<NaiveDate>,
    /// The day that the list is about: a delivery, the end of a policy, an event.
    pub about_on: Option<NaiveDate>,
    /// What the list is about; may be empty.
    pub about: Arc<str>,
    /// Tier at the scored date.
    pub loyalty_tier: Option<LoyaltyTier>,
    /// P(no visit within the shop's horizon), at the scored date.
    pub churn_probability: Option<f64>,
    /// Time since the last maintenance in expected intervals, at the scored date.
    pub overdue_ratio: Option<f64>,
    /// Yuan a year that are at stake: spend expected of one who stays, else the past year's or a year's mean of two.
    pub value_year: Option<f64>,
    /// Spend of both past years, yuan.
    pub value_two_years: Option<f64>,
}

/// The columns of `list_candidates` in the types that are read.
pub const CANDIDATES_READ: &str = "select * replace (value_year::double as value_year, value_two_years::double as value_two_years) from list_candidates";

impl Candidate {
    /// Reads a batch of [`CANDIDATES_READ`].
    ///
    /// # Errors
    /// When the batch does not fit the declared output.
    pub fn read(batch: &RecordBatch) -> Result<Vec<Self>> {
        let ids = |name| column::<UInt64Array>(batch, name);
        let texts = |name| column::<StringArray>(batch, name);
        let days = |name| column::<Date32Array>(batch, name);
        let numbers = |name| column::<Float64Array>(batch, name);
        let (unit_id, customer_id) = (ids("unit_id")?, ids("customer_id")?);
        let (list, band, about, tier) = (
            texts("list")?,
            texts("band")?,
            texts("about")?,
            texts("loyalty_tier")?,
        );
        let (open_on, due_on, about_on) = (days("open_on")?, days("due_on")?, days("about_on")?);
        let (leaves, overdue) = (numbers("churn_probability")?, numbers("overdue_ratio")?);
        let (year, two_years) = (numbers("value_year")?, numbers("value_two_years")?);
        let (mut lists, mut abouts) = (Names::default(), Names::default());
        (0..batch.num_rows())
            .map(|i| {
                Ok(Self {
                    list: lists.shared(filled(list, i).unwrap_or_default()),
                    unit_id: UnitId(unit_id.value(i)),
                    customer_id: value_at(customer_id, i).map(CustomerId),
                    band: filled(band, i)
                        .and_then(Band::parse)
                        .ok_or_else(|| Error::internal("a list gives an unknown band"))?,
                    open_on: day_at(open_on, i),
                    due_on: day_at(due_on, i),
                    about_on: day_at(about_on, i),
                    about: abouts.shared(filled(about, i).unwrap_or_default()),
                    loyalty_tier: filled(tier, i).and_then(LoyaltyTier::parse),
                    churn_probability: value_at(leaves, i),
                    overdue_ratio: value_at(overdue, i),
                    value_year: value_at(year, i),
                    value_two_years: value_at(two_years, i),
                })
            })
            .collect()
    }

    /// Yuan that a call protects, as the list counts it.
    #[must_use]
    pub fn value(&self, stake: Stake) -> Option<f64> {
        match stake {
            Stake::Year => self.value_year,
            Stake::TwoYears => self.value_two_years,
        }
    }
}
