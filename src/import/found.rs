//! The table of a file as it stands there, before anything is known of what its columns mean.

use std::sync::mpsc::sync_channel;

use super::asides::aside;
use super::bare::{bare, meant};
use super::plan::{Table, tables};
use super::records::Records;
use super::value::Refusal;
use super::{READ_AHEAD, Request, hand_out};
use crate::columns::fold;
use crate::settings::Settings;
use crate::types::{Error, Result};

/// The table of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTable {
    /// Its names of columns; `#1`, `#2`, … where it has none.
    pub headers: Vec<String>,
    /// Its rows with their lines in the file, cells without blanks around them.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// The tables of a file: one, or one for each file in an archive. A header that is repeated is no row, nor is a title
/// above it or above the header of a further table.
///
/// # Errors
/// When it cannot be read as a table.
pub fn found_tables(request: &Request, settings: &Settings) -> Result<Vec<FoundTable>> {
    tables(request, settings)?
        .into_iter()
        .map(|table| found(&table))
        .collect()
}

fn found(table: &Table) -> Result<FoundTable> {
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    std::thread::scope(|scope| {
        let (send, read) = sync_channel::<Records>(READ_AHEAD);
        let reader = scope.spawn(move || hand_out(table, &send));
        for records in &read {
            for record in 0..records.len() {
                let cells: Vec<String> = (0..records.width(record))
                    .map(|f| {
                        meant(bare(&String::from_utf8_lossy(records.bytes(record, f)))).into_owned()
                    })
                    .collect();
                let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
                let is_header_again = aside(&texts, &table.headers) == Some(Refusal::HeaderAgain);
                if is_header_again || is_next_header(&cells, &table.headers) {
                    while rows.last().is_some_and(|(_, row)| is_title(row)) {
                        rows.pop();
                    }
                }
                if !is_header_again && cells.iter().any(|c| !c.is_empty()) {
                    rows.push((records.lines[record], cells));
                }
            }
        }
        let ended = reader.join();
        ended.map_err(|_| Error::internal("the reading thread stopped"))?
    })?;
    Ok(FoundTable {
        headers: table.headers.clone(),
        rows,
    })
}

/// A text alone in the first column.
fn is_title(row: &[String]) -> bool {
    row.len() > 1
        && row
            .iter()
            .enumerate()
            .all(|(at, c)| c.is_empty() != (at == 0))
}

/// True for the header of a further table below: it begins as the first one did, and no cell begins with a figure.
fn is_next_header(row: &[String], headers: &[String]) -> bool {
    let plain = |text: &str| -> String {
        let folded = fold(text);
        folded.trim_end_matches('s').to_owned()
    };
    let begins_alike = match (row.first(), headers.first()) {
        (Some(cell), Some(header)) => !cell.is_empty() && plain(cell) == plain(header),
        _ => false,
    };
    begins_alike
        && row.iter().filter(|c| !c.is_empty()).count() > 1
        && !row
            .iter()
            .any(|c| c.starts_with(|c: char| c.is_ascii_digit()))
}
