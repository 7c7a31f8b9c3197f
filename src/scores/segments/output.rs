//! The groups as tables: one row a segment, and the figures of each customer that it rests on.

use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::inputs::INPUTS;
use super::{Row, Segmentation};
use crate::table::BatchColumns;
use crate::types::Result;

/// One row per segment that has customers.
///
/// # Errors
/// When a column differs in length from the others.
pub fn segments_batch(as_of: NaiveDate, of: &Segmentation) -> Result<RecordBatch> {
    let p = &of.profiles;
    let all: u64 = p.iter().map(|p| p.customers).sum();
    let order: Vec<usize> = (0..p.len()).collect();
    let mut c = BatchColumns::by_key(&order);
    c.same_date("as_of", as_of);
    c.texts("segment", |i| Some(p[i].segment.as_str()));
    c.ints("customers", |i| {
        Some(i32::try_from(p[i].customers).unwrap_or(i32::MAX))
    });
    c.floats("share", |i| Some(p[i].customers as f64 / all as f64));
    for (at, name) in INPUTS.iter().enumerate() {
        c.floats(name, |i| p[i].medians[at]);
    }
    c.floats("spend_24m", |i| Some(p[i].spend_24m));
    c.floats("churn_probability", |i| p[i].churn_probability);
    c.batch()
}

/// One row per customer with a vehicle that has come and not left.
///
/// # Errors
/// When a column differs in length from the others.
pub fn segment_inputs_batch(as_of: NaiveDate, of: &Segmentation) -> Result<RecordBatch> {
    let rows: Vec<(u64, &Row)> = of
        .customer_id
        .iter()
        .zip(&of.rows)
        .filter_map(|(id, row)| Some((id.0, row.as_ref()?)))
        .collect();
    let ids: Vec<u64> = rows.iter().map(|(id, _)| *id).collect();
    let other = |i: usize| rows[i].1.near?.other;
    let mut c = BatchColumns::by_key(&ids);
    c.same_date("as_of", as_of);
    c.ids("customer_id", |i| ids[i]);
    for (at, name) in INPUTS.iter().enumerate() {
        c.floats(name, |i| Some(rows[i].1.raw[at]));
    }
    c.texts("segment", |i| Some(rows[i].1.near?.segment.as_str()));
    c.floats("distance", |i| Some(rows[i].1.near?.distance));
    c.texts("next_segment", |i| Some(other(i)?.0.as_str()));
    c.floats("next_distance", |i| Some(other(i)?.1));
    c.batch()
}
