//! Parquet through the engine's own reader, in a process of its own, every column as text, so that it is read by the same rules as CSV.

use std::path::Path;
use std::sync::mpsc::SyncSender;

use super::apart::parquet::{self as apart, Fault};
use super::records::Records;
use super::source::Source;
use crate::types::{Error, Result};

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
pub(super) fn columns(source: &Source) -> Result<Vec<Column>> {
    let found = apart::columns(&source.path, source.limits.max_parse_memory_mb)
        .map_err(|fault| refusal(source, fault))?;
    source.check_columns(found.len())?;
    let column = |(name, kind): (String, String)| Column {
        shape: shape(&kind),
        name,
    };
    Ok(found.into_iter().map(column).collect())
}

/// What a type is where its values are several, or bytes: as text they would pass for a plate or a phone.
pub(super) fn shape(of: &str) -> Option<&'static str> {
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
///
/// # Errors
/// When the file is not valid Parquet, or holds more than the settings allow.
pub(super) fn read(source: &Source, to: &SyncSender<Records>) -> Result<()> {
    let mut refused = Ok(());
    let read = apart::rows(&source.path, source.limits.max_parse_memory_mb, |records| {
        refused = (0..records.len()).try_for_each(|record| {
            let longest = (0..records.width(record)).map(|f| records.bytes(record, f).len());
            source.check_cell(records.lines[record], longest.max().unwrap_or(0))
        });
        // Where nobody takes them, the receiver failed; its error is the one to tell.
        refused.is_ok() && to.send(records).is_ok()
    });
    refused?;
    read.map_err(|fault| refusal(source, fault))
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

fn refusal(source: &Source, fault: Fault) -> Error {
    match fault {
        Fault::Unreadable => Error::data("parquet-unreadable").with("file", &source.name),
        Fault::TooMuch => Error::data("parquet-limits")
            .with("file", &source.name)
            .with("mb", source.limits.max_parse_memory_mb),
    }
}
