//! Parquet through the engine's own reader, every column as text, so that it is read by the same rules as CSV.

use std::path::Path;
use std::sync::mpsc::SyncSender;

use arrow::array::{Array, Int64Array, StringArray};

use super::source::{Records, Source};
use crate::store::{Store, quote_identifier, quote_text};
use crate::types::{Error, Result};

/// Records in one batch.
const BATCH: usize = 8192;

/// A column of a file.
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// What it holds where that is no single value that a person could have typed.
    pub(super) shape: Option<&'static str>,
}

impl Column {
    /// The column as messages name it. A name with its shape is no header that anything is looked for under.
    pub(super) fn header(&self) -> String {
        match self.shape {
            Some(shape) => format!("{}: {shape}", self.name),
            None => self.name.clone(),
        }
    }
}

/// The columns.
///
/// # Errors
/// When the file is not valid Parquet.
pub(super) fn columns(store: &Store, source: &Source) -> Result<Vec<Column>> {
    let table = store
        .table(&format!(
            "select column_name as name, column_type as type from (describe select * from {})",
            reader(source)
        ))
        .map_err(|e| unreadable(source, &e))?;
    table
        .iter()
        .map(|r| {
            Ok(Column {
                name: r.text("name")?.unwrap_or_default(),
                shape: shape(&r.text("type")?.unwrap_or_default()),
            })
        })
        .collect()
}

/// What a type is where its values are several, or bytes: as text they would pass for a plate or a phone.
fn shape(of: &str) -> Option<&'static str> {
    if of.ends_with(']') {
        return Some("LIST");
    }
    [
        "STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT", "GEOMETRY",
    ]
    .into_iter()
    .find(|shape| of.split('(').next() == Some(shape))
}

/// Sends all records to the end; the line is the row's number in the file, from 1.
/// `store` is a connection of its own, since the other one is busy taking rows in.
///
/// # Errors
/// When the file is not valid Parquet.
pub(super) fn read(store: &Store, source: &Source, to: &SyncSender<Records>) -> Result<()> {
    let columns: Vec<String> = columns(store, source)?
        .iter()
        .enumerate()
        .map(|(i, column)| match column.shape {
            Some(_) => format!("null::varchar as c{i}"),
            None => format!("{}::varchar as c{i}", quote_identifier(&column.name)),
        })
        .collect();
    let sql = format!(
        "select file_row_number + 1 as line, {} from read_parquet({}, file_row_number = true) order by line",
        columns.join(", "),
        place(source)
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
    format!("read_parquet({})", place(source))
}

/// The file as the engine is told of it: where it really lies, and no pattern.
fn place(source: &Source) -> String {
    let real = source.path.canonicalize();
    quote_text(&no_pattern(real.as_deref().unwrap_or(&source.path)))
}

/// A path as the engine takes it for no pattern, whatever its name (`orders [1].parquet` would be read from
/// `orders 1.parquet`).
pub(super) fn no_pattern(path: &Path) -> String {
    let path = path.display().to_string();
    if !path.contains(['*', '?', '[']) {
        return path;
    }
    let mut exact = String::with_capacity(path.len() + 8);
    for c in path.chars() {
        match c {
            '*' | '?' | '[' => exact.extend(['[', c, ']']),
            '\\' => exact.push_str("\\\\"),
            c => exact.push(c),
        }
    }
    exact
}

/// What the engine says of a broken file may quote its content, so only the fact is passed on.
fn unreadable(source: &Source, error: &Error) -> Error {
    if error.exit == crate::types::Exit::Interrupted {
        return Error::new(error.exit, error.key);
    }
    Error::data("parquet-unreadable").with("file", &source.name)
}
