//! What decides whether and by whom a unit may be called: the little that is read of every candidate, where everything
//! else is read of those who find a place.

use std::sync::Arc;

use arrow::array::{BooleanArray, Date32Array, Int64Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::names::Names;
use crate::table::{column, day_at, flag_at, text_at, value_at};
use crate::types::{CustomerId, CustomerKind, Result, UnitId};

/// One row of `list_facts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitFacts {
    /// Unit.
    pub unit_id: UnitId,
    /// Customer who holds it.
    pub customer_id: Option<CustomerId>,
    /// Kind of the customer; unknown counts as a person.
    pub customer_kind: Option<CustomerKind>,
    /// There is a number to dial.
    pub has_phone: bool,
    /// There is another number beside the first.
    pub has_other_phone: bool,
    /// When a caller found the number to be somebody else's; nobody was reached since.
    pub wrong_number_on: Option<NaiveDate>,
    /// There is an address to write to.
    pub has_address: bool,
    /// The customer file says no to marketing.
    pub refuses_marketing: bool,
    /// Who looks after the customer.
    pub owner: Option<Arc<str>>,
    /// The last adviser that is named at all.
    pub last_advisor: Option<Arc<str>>,
    /// Sold, scrapped or moved, and not seen since.
    pub gone: bool,
    /// A caller was told that it is a taxi.
    pub taxi: bool,
    /// Last visit of any kind before the calling day.
    pub last_visit_on: Option<NaiveDate>,
    /// An order is open.
    pub in_shop: bool,
    /// Complaints not yet solved.
    pub open_complaints: i64,
    /// When the customer is to be called again.
    pub contact_next_on: Option<NaiveDate>,
    /// When that was agreed.
    pub promised_on: Option<NaiveDate>,
    /// It was agreed about this unit, not about another one of the same customer.
    pub promise_is_own: bool,
    /// Last contact in which somebody was reached.
    pub reached_on: Option<NaiveDate>,
    /// Attempts since then that reached nobody.
    pub failed_in_row: i64,
    /// Next booked appointment of the unit.
    pub booked_for: Option<NaiveDate>,
    /// The customer refused marketing to a caller.
    pub opted_out: bool,
}

/// The columns of `list_facts` in the types that are read.
pub const FACTS_READ: &str = "select * replace (open_complaints::bigint as open_complaints, failed_in_row::bigint as failed_in_row) from list_facts";

impl UnitFacts {
    /// Reads a batch of [`FACTS_READ`].
    ///
    /// # Errors
    /// When the batch does not fit the declared output.
    pub fn read(batch: &RecordBatch) -> Result<Vec<Self>> {
        let ids = |name| column::<UInt64Array>(batch, name);
        let texts = |name| column::<StringArray>(batch, name);
        let flags = |name| column::<BooleanArray>(batch, name);
        let days = |name| column::<Date32Array>(batch, name);
        let counts = |name| column::<Int64Array>(batch, name);
        let (unit_id, customer_id) = (ids("unit_id")?, ids("customer_id")?);
        let (kind, owner, last_advisor) = (
            texts("customer_kind")?,
            texts("owner")?,
            texts("last_advisor")?,
        );
        let (has_phone, has_other_phone, has_address, refuses) = (
            flags("has_phone")?,
            flags("has_other_phone")?,
            flags("has_address")?,
            flags("refuses_marketing")?,
        );
        let (gone, taxi, in_shop, opted_out) = (
            flags("gone")?,
            flags("taxi")?,
            flags("in_shop")?,
            flags("opted_out")?,
        );
        let (last_visit_on, contact_next_on, promised_on, reached_on, booked_for) = (
            days("last_visit_on")?,
            days("contact_next_on")?,
            days("promised_on")?,
            days("reached_on")?,
            days("booked_for")?,
        );
        let wrong_number_on = days("wrong_number_on")?;
        let promise_is_own = flags("promise_is_own")?;
        let (open_complaints, failed_in_row) =
            (counts("open_complaints")?, counts("failed_in_row")?);
        let yes = |of, i| flag_at(of, i).unwrap_or(false);
        let count = |of, i| value_at(of, i).unwrap_or(0);
        let (mut owners, mut advisors) = (Names::default(), Names::default());
        Ok((0..batch.num_rows())
            .map(|i| Self {
                unit_id: UnitId(unit_id.value(i)),
                customer_id: value_at(customer_id, i).map(CustomerId),
                customer_kind: filled(kind, i).and_then(CustomerKind::parse),
                has_phone: yes(has_phone, i),
                has_other_phone: yes(has_other_phone, i),
                wrong_number_on: day_at(wrong_number_on, i),
                has_address: yes(has_address, i),
                refuses_marketing: yes(refuses, i),
                owner: filled(owner, i).map(|name| owners.shared(name)),
                last_advisor: filled(last_advisor, i).map(|name| advisors.shared(name)),
                gone: yes(gone, i),
                taxi: yes(taxi, i),
                last_visit_on: day_at(last_visit_on, i),
                in_shop: yes(in_shop, i),
                open_complaints: count(open_complaints, i),
                contact_next_on: day_at(contact_next_on, i),
                promised_on: day_at(promised_on, i),
                promise_is_own: yes(promise_is_own, i),
                reached_on: day_at(reached_on, i),
                failed_in_row: count(failed_in_row, i),
                booked_for: day_at(booked_for, i),
                opted_out: yes(opted_out, i),
            })
            .collect())
    }
}

/// A text; one of blanks alone is unknown.
pub(super) fn filled(texts: &StringArray, i: usize) -> Option<&str> {
    text_at(texts, i).filter(|text| !text.trim().is_empty())
}
