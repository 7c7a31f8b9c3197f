//! What is read of a unit that has a place on the list.

use chrono::NaiveDate;

use crate::table::{Row, Table};
use crate::types::{CustomerId, CustomerKind, Error, LoyaltyTier, Reason, Result, UnitId};

/// One row of `queries/lists/details.sql`: what a caller needs to know of a unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitDetail {
    /// Unit.
    pub unit_id: UnitId,
    /// Customer who holds it.
    pub customer_id: Option<CustomerId>,
    /// False for a customer without vehicle.
    pub is_vehicle: bool,
    /// Name as the file has it.
    pub customer_name: Option<String>,
    /// Kind of the customer; unknown counts as a person.
    pub customer_kind: Option<CustomerKind>,
    /// Number to dial.
    pub phone_primary: Option<String>,
    /// All numbers.
    pub phones: Vec<String>,
    /// `yes`, `no` or `unknown`.
    pub consent_marketing: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Who looks after the customer.
    pub owner: Option<String>,
    /// Plate.
    pub plate: Option<String>,
    /// VIN.
    pub vin: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Series.
    pub series: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Purchase date.
    pub purchase_date: Option<NaiveDate>,
    /// End of the warranty.
    pub warranty_end: Option<NaiveDate>,
    /// End of the insurance.
    pub policy_end: Option<NaiveDate>,
    /// End of the inspection.
    pub inspection_end: Option<NaiveDate>,
    /// Sold, scrapped or moved, and not seen since.
    pub gone: bool,
    /// A caller was told that it is a taxi.
    pub taxi: bool,
    /// Last visit of any kind before the calling day.
    pub last_visit_on: Option<NaiveDate>,
    /// Its main class.
    pub last_visit_class: Option<String>,
    /// Paid then, yuan.
    pub last_visit_amount: Option<f64>,
    /// Adviser then.
    pub last_visit_advisor: Option<String>,
    /// Odometer then, km.
    pub last_visit_odometer_km: Option<i64>,
    /// The last adviser that is named at all.
    pub last_advisor: Option<String>,
    /// An order is open.
    pub in_shop: bool,
    /// Last visit for work that had to be done again.
    pub comeback_on: Option<NaiveDate>,
    /// Last qualified visit, at the scored date.
    pub last_qualified_on: Option<NaiveDate>,
    /// Qualified visits in 12 months, at the scored date.
    pub visits_12m: Option<i64>,
    /// Qualified visits in 24 months, at the scored date.
    pub visits_24m: Option<i64>,
    /// Spend of 12 months, yuan.
    pub spend_12m: Option<f64>,
    /// Spend of 24 months, yuan.
    pub spend_24m: Option<f64>,
    /// Tier of the unit.
    pub loyalty_tier: Option<LoyaltyTier>,
    /// When the next maintenance is expected.
    pub next_due_on: Option<NaiveDate>,
    /// Days from then to the calling day; negative: still ahead.
    pub overdue_days: Option<i64>,
    /// Estimated odometer at the scored date, km.
    pub odometer_now_km: Option<i64>,
    /// Kilometres a day.
    pub km_per_day: Option<f64>,
    /// Class of the customer: A, B, C, D.
    pub frequency_class: Option<String>,
    /// Why its scores are what they are.
    pub score_reasons: Vec<Reason>,
    /// Complaints not yet solved.
    pub open_complaints: i64,
    /// Last survey.
    pub survey_on: Option<NaiveDate>,
    /// Its score.
    pub survey_score: Option<f64>,
    /// Its full mark.
    pub survey_scale: Option<f64>,
    /// Last attempt to reach the customer.
    pub contact_on: Option<NaiveDate>,
    /// Its channel.
    pub contact_channel: Option<String>,
    /// Its purpose.
    pub contact_purpose: Option<String>,
    /// Its result, first level.
    pub contact_result_l1: Option<String>,
    /// Its result, second level.
    pub contact_result_l2: Option<String>,
    /// What was said.
    pub contact_note: Option<String>,
    /// When the customer is to be called again.
    pub contact_next_on: Option<NaiveDate>,
    /// When that was agreed.
    pub promised_on: Option<NaiveDate>,
    /// Last contact in which somebody was reached.
    pub reached_on: Option<NaiveDate>,
    /// Attempts since then that reached nobody.
    pub failed_in_row: i64,
    /// Next booked appointment of the unit.
    pub booked_for: Option<NaiveDate>,
    /// Next booked appointment of another unit of the same customer.
    pub other_booked_for: Option<NaiveDate>,
    /// Appointment after the last visit at which the customer did not show.
    pub missed_on: Option<NaiveDate>,
    /// The customer refused marketing.
    pub opted_out: bool,
}

impl UnitDetail {
    /// Reads one row of the detail query.
    ///
    /// # Errors
    /// When the row does not fit the query's declared output.
    pub fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            unit_id: UnitId(required(row.id("unit_id")?, "unit_id")?),
            customer_id: row.id("customer_id")?.map(CustomerId),
            is_vehicle: row.bool("is_vehicle")?.unwrap_or(false),
            customer_name: filled(row, "customer_name")?,
            customer_kind: filled(row, "customer_kind")?.and_then(|k| CustomerKind::parse(&k)),
            phone_primary: filled(row, "phone_primary")?,
            phones: row.texts("phones")?,
            consent_marketing: filled(row, "consent_marketing")?,
            address: filled(row, "address")?,
            owner: filled(row, "owner")?,
            plate: filled(row, "plate")?,
            vin: filled(row, "vin")?,
            brand: filled(row, "brand")?,
            series: filled(row, "series")?,
            model: filled(row, "model")?,
            purchase_date: row.date("purchase_date")?,
            warranty_end: row.date("warranty_end")?,
            policy_end: row.date("policy_end")?,
            inspection_end: row.date("inspection_end")?,
            gone: row.bool("gone")?.unwrap_or(false),
            taxi: row.bool("taxi")?.unwrap_or(false),
            last_visit_on: row.date("last_visit_on")?,
            last_visit_class: filled(row, "last_visit_class")?,
            last_visit_amount: row.float("last_visit_amount")?,
            last_visit_advisor: filled(row, "last_visit_advisor")?,
            last_visit_odometer_km: row.int("last_visit_odometer_km")?,
            last_advisor: filled(row, "last_advisor")?,
            in_shop: row.bool("in_shop")?.unwrap_or(false),
            comeback_on: row.date("comeback_on")?,
            last_qualified_on: row.date("last_qualified_on")?,
            visits_12m: row.int("visits_12m")?,
            visits_24m: row.int("visits_24m")?,
            spend_12m: row.float("spend_12m")?,
            spend_24m: row.float("spend_24m")?,
            loyalty_tier: filled(row, "loyalty_tier")?.and_then(|t| LoyaltyTier::parse(&t)),
            next_due_on: row.date("next_due_on")?,
            overdue_days: row.int("overdue_days")?,
            odometer_now_km: row.int("odometer_now_km")?,
            km_per_day: row.float("km_per_day")?,
            frequency_class: filled(row, "frequency_class")?,
            score_reasons: row
                .texts("reason_codes")?
                .iter()
                .map(|code| Reason::decode(code))
                .collect(),
            open_complaints: row.int("open_complaints")?.unwrap_or(0),
            survey_on: row.date("survey_on")?,
            survey_score: row.float("survey_score")?,
            survey_scale: row.float("survey_scale")?,
            contact_on: row.date("contact_on")?,
            contact_channel: filled(row, "contact_channel")?,
            contact_purpose: filled(row, "contact_purpose")?,
            contact_result_l1: filled(row, "contact_result_l1")?,
            contact_result_l2: filled(row, "contact_result_l2")?,
            contact_note: filled(row, "contact_note")?,
            contact_next_on: row.date("contact_next_on")?,
            promised_on: row.date("promised_on")?,
            reached_on: row.date("reached_on")?,
            failed_in_row: row.int("failed_in_row")?.unwrap_or(0),
            booked_for: row.date("booked_for")?,
            other_booked_for: row.date("other_booked_for")?,
            missed_on: row.date("missed_on")?,
            opted_out: row.bool("opted_out")?.unwrap_or(false),
        })
    }

    /// Reads the whole answer of the detail query.
    ///
    /// # Errors
    /// When a row does not fit the query's declared output.
    pub fn from_table(table: &Table) -> Result<Vec<Self>> {
        table.iter().map(|row| Self::from_row(&row)).collect()
    }

    /// The number to dial, else the first of the others.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.phone_primary
            .as_deref()
            .or_else(|| self.phones.first().map(String::as_str))
            .filter(|p| !p.trim().is_empty())
    }
}

fn required<T>(value: Option<T>, column: &str) -> Result<T> {
    value.ok_or_else(|| Error::internal(format!("column {column} is empty or unknown")))
}

/// A text; one of blanks alone is unknown.
fn filled(row: &Row<'_>, column: &str) -> Result<Option<String>> {
    Ok(row.text(column)?.filter(|text| !text.trim().is_empty()))
}
