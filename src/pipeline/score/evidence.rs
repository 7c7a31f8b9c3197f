//! What stands behind the scores, kept so that every one of them can be asked why: the parts of loyalty with their
//! weights, the groups of customers, and the inputs of the models as they were read.

use chrono::NaiveDate;

use super::dates::Dated;
use super::learning::Learned;
use crate::models::churn::design::INPUTS;
use crate::rhythm::is_gone;
use crate::scores::{self, LoyaltyParameters, ScoringInput, Segmentation};
use crate::settings::Settings;
use crate::store::Store;
use crate::table::BatchColumns;
use crate::types::Result;

/// Rows of inputs in memory at once.
const ROWS_AT_ONCE: usize = 65_536;

/// Clears what another date left, and writes what each part of loyalty weighs.
pub(super) fn clear(store: &Store, settings: &Settings, as_of: NaiveDate) -> Result<()> {
    // Its columns are the inputs of this version.
    let columns: Vec<String> = INPUTS
        .iter()
        .map(|i| format!("{} double", i.name))
        .collect();
    let rows: Vec<String> = scores::loyalty_weights(&settings.loyalty)
        .iter()
        .map(|(axis, part, weight)| format!("(date '{as_of}', '{axis}', '{part}', {weight:e})"))
        .collect();
    store.run(&format!(
        "delete from loyalty_components; delete from loyalty_weights; delete from segments; delete from segment_inputs;
         insert into loyalty_weights values {};
         create or replace table churn_inputs (as_of date, unit_id ubigint, {})",
        rows.join(", "),
        columns.join(", ")
    ))
}

/// Writes the parts of loyalty of units.
pub(super) fn write_loyalty(
    store: &Store,
    input: &ScoringInput<'_>,
    parameters: &LoyaltyParameters,
) -> Result<()> {
    let batch = scores::loyalty_components_batch(input, parameters)?;
    store.append("loyalty_components", [batch])
}

/// Writes what the segments of customers rest on.
pub(super) fn write_segment_inputs(
    store: &Store,
    as_of: NaiveDate,
    segments: &Segmentation,
) -> Result<()> {
    let inputs = scores::segment_inputs_batch(as_of, segments)?;
    store.append("segment_inputs", [inputs])
}

/// Writes what the models read of units that have a probability.
pub(super) fn write_inputs(store: &Store, now: &Dated, learned: &Learned) -> Result<()> {
    let f = &now.features;
    let rows: Vec<usize> = (0..f.len())
        .filter(|&i| f.visits[i] > 0 && !is_gone(f, i))
        .collect();
    for some in rows.chunks(ROWS_AT_ONCE) {
        let design = learned.design(now, some);
        let ids: Vec<u64> = some.iter().map(|&i| f.unit_id[i].0).collect();
        let mut c = BatchColumns::by_key(&ids);
        c.same_date("as_of", f.as_of);
        c.ids("unit_id", |k| ids[k]);
        for (at, input) in INPUTS.iter().enumerate() {
            c.floats(input.name, |k| Some(design.row(k)[at]));
        }
        store.append("churn_inputs", [c.batch()?])?;
    }
    Ok(())
}
