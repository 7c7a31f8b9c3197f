//! Parquet through the engine's own reader, every column as text, so that it is read by the same rules as CSV.

use std::sync::mpsc::SyncSender;

use arrow::array::{Array, Int64Array, StringArray};

use super::source::{Records, Source};
use crate::store::{Store, quote_identifier, quote_text};
use crate::types::{Error, Result};

/// Records in one batch.
const BATCH: usize = 8192;

/// The column names.
///
/// # Errors
/// When the file is not valid Parquet.
pub(super) fn headers(store: &Store, source: &Source) -> Result<Vec<String>> {
    let table = store
        .table(&format!(
            "select column_name as name from (describe select * from {})",
            reader(source)
        ))
        .map_err(|e| unreadable(source, &e))?;
    table
        .iter()
        .map(|r| Ok(r.text("name")?.unwrap_or_default()))
        .collect()
}

/// Sends all records to the end; the line is the row's number in the file, from 1.
/// `store` is a connection of its own, since the other one is busy taking rows in.
///
/// # Errors
/// When the file is not valid Parquet.
pub(super) fn read(
    store: &Store,
    source: &Source,
    headers: &[String],
    to: &SyncSender<Records>,
) -> Result<()> {
    let columns: Vec<String> = headers
        .iter()
        .enumerate()
        .map(|(i, h)| format!("{}::varchar as c{i}", quote_identifier(h)))
        .collect();
    let sql = format!(
        "select file_row_number + 1 as line, {} from read_parquet({}, file_row_number = true) order by line",
        columns.join(", "),
        quote_text(&source.path.display().to_string())
    );
    let mut current = Records::new();
    store
        .stream(&sql, |batch| {
            let lines = batch.column(0).as_any().downcast_ref::<Int64Array>();
            let lines = lines.ok_or_else(|| Error::internal("row numbers are BIGINT"))?;
            let texts: Vec<&StringArray> = batch.columns()[1..]
                .iter()
                .filter_map(|c| c.as_any().downcast_ref::<StringArray>())
                .collect();
            for row in 0..batch.num_rows() {
                let fields = texts.iter().map(|t| {
                    if t.is_null(row) {
                        &[]
                    } else {
                        t.value(row).as_bytes()
                    }
                });
                current.push(u64::try_from(lines.value(row)).unwrap_or(0), fields);
                if current.len() == BATCH
                    && to
                        .send(std::mem::replace(&mut current, Records::new()))
                        .is_err()
                {
                    // The receiver failed; its error is the one to tell.
                    return Err(Error::internal("nobody takes the rows"));
                }
            }
            Ok(())
        })
        .map_err(|e| unreadable(source, &e))?;
    if !current.is_empty() {
        let _ = to.send(current);
    }
    Ok(())
}

fn reader(source: &Source) -> String {
    format!(
        "read_parquet({})",
        quote_text(&source.path.display().to_string())
    )
}

/// What the engine says of a broken file may quote its content, so only the fact is passed on.
fn unreadable(source: &Source, error: &Error) -> Error {
    if error.exit == crate::types::Exit::Interrupted {
        return Error::new(error.exit, error.key);
    }
    Error::data("parquet-unreadable").with("file", &source.name)
}
