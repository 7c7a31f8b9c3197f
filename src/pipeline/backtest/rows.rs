//! What a backtest learned from and was judged on, row by row, for whoever wants to try a model of their own on it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::models::churn::{Sample, design::INPUTS};
use crate::pipeline::export;
use crate::store::Store;
use crate::table::BatchColumns;
use crate::types::Result;

/// The rows of one cutoff.
#[derive(Debug)]
pub(super) struct Rows {
    /// Nothing that became known after this date was learned from.
    pub(super) cutoff: NaiveDate,
    /// Units at earlier dates, with what came by the cutoff.
    pub(super) learned: Sample,
    /// Units at the cutoff, with what came.
    pub(super) judged: Sample,
    /// What the score command would have said of those judged; `None` where it says nothing.
    pub(super) score: Vec<Option<f64>>,
}

/// Writes the rows of all cutoffs as Parquet: `cutoff`, `part` (`learned` or `judged`), `customer` (a number within the
/// file, so that rows of one can be kept together), the inputs by name (NULL: unknown), `left`, `return_share` and, where judged, `score`.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(store: &Store, all: &[Rows], path: &Path) -> Result<u64> {
    let mut numbers: BTreeMap<u64, u64> = BTreeMap::new();
    for sample in all.iter().flat_map(|r| [&r.learned, &r.judged]) {
        for customer in &sample.customer {
            let next = numbers.len() as u64;
            numbers.entry(*customer).or_insert(next);
        }
    }
    let inputs: Vec<String> = INPUTS
        .iter()
        .map(|input| format!("{} double", input.name))
        .collect();
    store.run(&format!(
        "create or replace temp table backtest_rows (row_no ubigint, cutoff date, part varchar, customer ubigint, {},
             \"left\" boolean, return_share double, score double)",
        inputs.join(", ")
    ))?;
    let mut row_no = 0;
    for rows in all {
        for (part, sample, score) in [
            ("learned", &rows.learned, None),
            ("judged", &rows.judged, Some(&rows.score)),
        ] {
            let places: Vec<usize> = (0..sample.len()).collect();
            let mut columns = BatchColumns::by_key(&places);
            columns.ids("row_no", |i| row_no + i as u64);
            columns.same_date("cutoff", rows.cutoff);
            columns.texts("part", |_| Some(part));
            columns.ids("customer", |i| numbers[&sample.customer[i]]);
            for (at, input) in INPUTS.iter().enumerate() {
                columns.floats(input.name, |i| Some(sample.design.row(i)[at]));
            }
            columns.flags("left", |i| Some(sample.left[i]));
            columns.floats("return_share", |i| sample.baseline.get(i).copied());
            columns.floats("score", |i| score.and_then(|s| s[i]));
            store.append("temp.backtest_rows", [columns.batch()?])?;
            row_no += sample.len() as u64;
        }
    }
    export::parquet(
        store,
        "select * exclude (row_no) from backtest_rows order by row_no",
        path,
    )
}
