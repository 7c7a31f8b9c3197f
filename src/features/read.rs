//! From Arrow batches of the feature queries to columns, by name: a query that lacks a column fails at once.

use arrow::array::Array;
use arrow::record_batch::RecordBatch;
use chrono::{NaiveDate, TimeDelta};

use crate::types::{Error, Result};

/// A column of a batch under its name and type.
pub(super) fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| Error::internal(format!("no column {name}")))?;
    column
        .as_any()
        .downcast_ref::<A>()
        .ok_or_else(|| Error::internal(format!("column {name} is {}", column.data_type())))
}

/// The day that Arrow counts from 1970.
pub(super) fn day(days: i32) -> NaiveDate {
    NaiveDate::default() + TimeDelta::days(i64::from(days))
}
