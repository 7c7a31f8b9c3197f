//! Refused rows into the table `rejects`: where they are and why, values masked.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray};

use super::load::Refused;
use crate::store::Store;
use crate::types::{Error, Result};

/// Appends refused rows and forgets them.
pub(super) fn note_refused(
    store: &Store,
    import_id: u64,
    file: &str,
    refused: &mut Vec<Refused>,
) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let n = refused.len();
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "import_id",
            Arc::new(Int32Array::from(vec![
                i32::try_from(import_id)
                    .unwrap_or(i32::MAX);
                n
            ])),
        ),
        ("file", Arc::new(StringArray::from(vec![file; n]))),
        (
            "line",
            Arc::new(
                refused
                    .iter()
                    .map(|r| i64::try_from(r.line).ok())
                    .collect::<Int64Array>(),
            ),
        ),
        (
            "column",
            Arc::new(
                refused
                    .iter()
                    .map(|r| r.column.as_deref())
                    .collect::<StringArray>(),
            ),
        ),
        (
            "reason",
            Arc::new(
                refused
                    .iter()
                    .map(|r| Some(r.reason.as_str()))
                    .collect::<StringArray>(),
            ),
        ),
        (
            "value_masked",
            Arc::new(
                refused
                    .iter()
                    .map(|r| r.value.as_deref())
                    .collect::<StringArray>(),
            ),
        ),
    ];
    let batch = arrow::record_batch::RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(n, a)| (n, a, true)),
    )
    .map_err(Error::internal)?;
    refused.clear();
    store.append("rejects", [batch])
}
