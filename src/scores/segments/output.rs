//! The groups as tables: one row a segment, and the figures of each customer that it rests on.

use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::inputs::INPUTS;
use super::{PROBABILITY, Row, SegmentModel, SegmentTotals, Segmentation};
use crate::table::BatchColumns;
use crate::types::{Result, Segment};

/// One row per segment that has customers.
///
/// # Errors
/// When a column differs in length from the others.
pub fn segments_batch(
    as_of: NaiveDate,
    model: &SegmentModel,
    totals: &SegmentTotals,
) -> Result<RecordBatch> {
    let found: Vec<_> = Segment::ALL
        .iter()
        .zip(&totals.of)
        .zip(&model.medians)
        .filter(|((_, total), _)| total.customers > 0)
        .collect();
    let total = |i: usize| found[i].0.1;
    let all: u64 = (0..found.len()).map(|i| total(i).customers).sum();
    let order: Vec<usize> = (0..found.len()).collect();
    let mut c = BatchColumns::by_key(&order);
    c.same_date("as_of", as_of);
    c.texts("segment", |i| Some(found[i].0.0.as_str()));
    c.ints("customers", |i| {
        Some(i32::try_from(total(i).customers).unwrap_or(i32::MAX))
    });
    c.floats("share", |i| Some(total(i).customers as f64 / all as f64));
    for (at, name) in INPUTS.iter().enumerate() {
        c.floats(name, |i| found[i].1[at]);
    }
    c.floats("spend_24m", |i| Some(total(i).spend_24m as f64 / 100.0));
    c.floats("churn_probability", |i| {
        let n = total(i).leaving;
        (n > 0).then(|| total(i).probability as f64 / PROBABILITY / n as f64)
    });
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
