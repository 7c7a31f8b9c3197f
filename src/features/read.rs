//! From Arrow batches of the feature queries to columns, by name: a query that lacks a column fails at once.

use arrow::array::{
    Array, BooleanArray, Date32Array, Float64Array, Int32Array, StringArray, UInt64Array,
};
use arrow::record_batch::RecordBatch;
use chrono::{NaiveDate, TimeDelta};

use super::{UnitFeatures, VisitSequences};
use crate::types::{CustomerId, CustomerKind, Error, Result, UnitId};

/// A column of a batch under its name and type.
fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| Error::internal(format!("no column {name}")))?;
    column
        .as_any()
        .downcast_ref::<A>()
        .ok_or_else(|| Error::internal(format!("column {name} is {}", column.data_type())))
}

fn day(days: i32) -> NaiveDate {
    NaiveDate::default() + TimeDelta::days(i64::from(days))
}

fn days(batch: &RecordBatch, name: &str) -> Result<Vec<Option<NaiveDate>>> {
    Ok(column::<Date32Array>(batch, name)?
        .iter()
        .map(|d| d.map(day))
        .collect())
}

fn texts(batch: &RecordBatch, name: &str) -> Result<Vec<Option<String>>> {
    Ok(column::<StringArray>(batch, name)?
        .iter()
        .map(|t| t.map(str::to_owned))
        .collect())
}

fn counts(batch: &RecordBatch, name: &str) -> Result<Vec<i32>> {
    Ok(column::<Int32Array>(batch, name)?
        .iter()
        .map(Option::unwrap_or_default)
        .collect())
}

fn flags(batch: &RecordBatch, name: &str) -> Result<Vec<bool>> {
    Ok(column::<BooleanArray>(batch, name)?
        .iter()
        .map(Option::unwrap_or_default)
        .collect())
}

macro_rules! extend {
    ($self:ident, $batch:ident, $($read:expr => $($field:ident),+);+ $(;)?) => {
        $($($self.$field.extend($read($batch, stringify!($field))?);)+)+
    };
}

impl UnitFeatures {
    /// Adds the units of a batch of `queries/features/unit_features.sql`.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type: a slip between the query and the struct.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        self.unit_id.extend(
            column::<UInt64Array>(batch, "unit_id")?
                .values()
                .iter()
                .map(|v| UnitId(*v)),
        );
        self.customer_id.extend(
            column::<UInt64Array>(batch, "customer_id")?
                .values()
                .iter()
                .map(|v| CustomerId(*v)),
        );
        self.customer_kind.extend(
            column::<StringArray>(batch, "customer_kind")?
                .iter()
                .map(|k| {
                    k.and_then(CustomerKind::parse)
                        .unwrap_or(CustomerKind::Person)
                }),
        );
        self.store_id.extend(
            texts(batch, "store_id")?
                .into_iter()
                .map(Option::unwrap_or_default),
        );
        let optional_counts = |b: &RecordBatch, name: &str| {
            Ok::<_, Error>(column::<Int32Array>(b, name)?.iter().collect::<Vec<_>>())
        };
        let amounts = |b: &RecordBatch, name: &str| {
            Ok::<_, Error>(
                column::<Float64Array>(b, name)?
                    .iter()
                    .map(Option::unwrap_or_default)
                    .collect::<Vec<_>>(),
            )
        };
        let optional_amounts = |b: &RecordBatch, name: &str| {
            Ok::<_, Error>(column::<Float64Array>(b, name)?.iter().collect::<Vec<_>>())
        };
        let optional_flags = |b: &RecordBatch, name: &str| {
            Ok::<_, Error>(column::<BooleanArray>(b, name)?.iter().collect::<Vec<_>>())
        };
        extend!(self, batch,
            texts => brand, series, model, fuel;
            days => purchase_date, warranty_end, order_next_due_date, gone_on, first_visit_on, last_visit_on,
                previous_visit_on, last_maintenance_on;
            flags => is_vehicle, open_order;
            optional_flags => sold_by_us;
            counts => visits, maintenance_visits, visits_12m, visits_previous_12m, visits_24m,
                visits_warranty_accident_24m, orders_24m, orders_with_cost_24m;
            optional_counts => interval_km, interval_months, order_next_due_km, kinds_24m;
            amounts => spend_12m, spend_24m;
            optional_amounts => gross_profit_24m, receivable_24m, owing_24m, discount_24m;
        );
        Ok(())
    }
}

impl VisitSequences {
    /// Adds the visits of a batch of `queries/features/visit_sequences.sql`, which come in the order of unit and time.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        let units = column::<UInt64Array>(batch, "unit_id")?;
        for unit in units.values().iter().map(|v| UnitId(*v)) {
            if self.unit_id.last() != Some(&unit) {
                self.unit_id.push(unit);
                let start = self.starts.pop().unwrap_or(0);
                self.starts.extend([start, start]);
            }
            if let Some(end) = self.starts.last_mut() {
                *end += 1;
            }
        }
        self.first_in.extend(
            column::<Date32Array>(batch, "first_on")?
                .values()
                .iter()
                .map(|d| day(*d)),
        );
        self.is_maintenance.extend(flags(batch, "is_maint")?);
        self.odometer_km
            .extend(column::<Int32Array>(batch, "believed_km")?.iter());
        Ok(())
    }
}
