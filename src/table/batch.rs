//! Columns of values under construction, to be appended to a table as one Arrow record batch.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, Date32Array, Float64Array, Int32Array,
    PrimitiveArray, StringArray, UInt64Array,
};
use arrow::record_batch::RecordBatch;
use chrono::{NaiveDate, TimeDelta};

use crate::types::{Error, Estimate, Result};

/// Columns under construction, and the order in which rows are taken.
pub struct BatchColumns {
    order: Vec<usize>,
    columns: Vec<(String, ArrayRef)>,
}

impl BatchColumns {
    /// Rows are taken in the order of these keys.
    #[must_use]
    pub fn by_key<K: Ord>(keys: &[K]) -> Self {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
        Self {
            order,
            columns: Vec::new(),
        }
    }

    /// These rows, in this order.
    #[must_use]
    pub const fn of_rows(order: Vec<usize>) -> Self {
        Self {
            order,
            columns: Vec::new(),
        }
    }

    /// The rows in the order in which they are taken.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// A column that is ready.
    pub fn add(&mut self, name: &str, array: ArrayRef) {
        self.columns.push((name.to_owned(), array));
    }

    /// One value a row, in the order of the rows.
    #[must_use]
    pub fn take<T>(&self, of: impl Fn(usize) -> T) -> Vec<T> {
        self.order.iter().map(|&i| of(i)).collect()
    }

    /// The same day in every row.
    pub fn same_date(&mut self, name: &str, date: NaiveDate) {
        let array = Date32Array::from(vec![days(date); self.order.len()]);
        self.add(name, Arc::new(array));
    }

    /// Days, from a column.
    pub fn dates(&mut self, name: &str, values: &[Option<NaiveDate>]) {
        self.days(name, |i| values[i]);
    }

    /// Days.
    pub fn days(&mut self, name: &str, of: impl Fn(usize) -> Option<NaiveDate>) {
        let array = Date32Array::from(self.take(|i| of(i).map(days)));
        self.add(name, Arc::new(array));
    }

    /// Surrogate ids.
    pub fn ids(&mut self, name: &str, of: impl Fn(usize) -> u64) {
        let array = UInt64Array::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    /// Counts.
    pub fn ints(&mut self, name: &str, of: impl Fn(usize) -> Option<i32>) {
        let array = Int32Array::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    /// What is not a number is unknown.
    pub fn floats(&mut self, name: &str, of: impl Fn(usize) -> Option<f64>) {
        let array = Float64Array::from(self.take(|i| of(i).filter(|v| v.is_finite())));
        self.add(name, Arc::new(array));
    }

    /// Yes or no.
    pub fn flags(&mut self, name: &str, of: impl Fn(usize) -> Option<bool>) {
        let array = BooleanArray::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    /// Texts.
    pub fn texts<'t>(&mut self, name: &str, of: impl Fn(usize) -> Option<&'t str>) {
        let array = StringArray::from(self.take(of));
        self.add(name, Arc::new(array));
    }

    /// An estimate, with its interval in the columns `_low` and `_high`.
    pub fn estimates(&mut self, name: &str, values: &[Option<Estimate>]) {
        self.floats(name, |i| values[i].map(|e| e.value));
        self.floats(&format!("{name}_low"), |i| values[i].map(|e| e.low));
        self.floats(&format!("{name}_high"), |i| values[i].map(|e| e.high));
    }

    /// The record batch; every column may be unknown.
    ///
    /// # Errors
    /// When a column differs in length from the others.
    pub fn batch(self) -> Result<RecordBatch> {
        RecordBatch::try_from_iter_with_nullable(
            self.columns
                .into_iter()
                .map(|(name, array)| (name, array, true)),
        )
        .map_err(Error::internal)
    }
}

/// A column of a batch under its name and type.
///
/// # Errors
/// When there is none of that name, or it has another type: a slip between a query and its reader.
pub fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| Error::internal(format!("no column {name}")))?;
    column
        .as_any()
        .downcast_ref::<A>()
        .ok_or_else(|| Error::internal(format!("column {name} is {}", column.data_type())))
}

/// The value of a row; `None` where NULL.
#[must_use]
pub fn value_at<T: ArrowPrimitiveType>(
    column: &PrimitiveArray<T>,
    row: usize,
) -> Option<T::Native> {
    column.is_valid(row).then(|| column.value(row))
}

/// The day of a row; `None` where NULL.
#[must_use]
pub fn day_at(column: &Date32Array, row: usize) -> Option<NaiveDate> {
    value_at(column, row).map(day_of)
}

/// The text of a row; `None` where NULL.
#[must_use]
pub fn text_at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// Whether a row says yes; `None` where NULL.
#[must_use]
pub fn flag_at(column: &BooleanArray, row: usize) -> Option<bool> {
    column.is_valid(row).then(|| column.value(row))
}

/// The day that Arrow counts from 1970-01-01.
#[must_use]
pub fn day_of(days: i32) -> NaiveDate {
    NaiveDate::default() + TimeDelta::days(i64::from(days))
}

/// Days since 1970-01-01, as Arrow counts them.
fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}
