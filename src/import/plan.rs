//! A file before it is read: its container, its table, its columns.

use chrono::NaiveDate;

use super::load::Reading;
use super::mapping::Layout;
use super::source::{Container, Source};
use super::unpack::Part;
use super::workbook::{self, Sheet};
use super::{Request, parquet};
use crate::settings::Settings;
use crate::store::Store;
use crate::types::Result;

/// A file recognised, ready to be read.
pub(super) struct Plan {
    pub(super) source: Source,
    pub(super) reading: Reading,
    /// Records of a text that are no rows: its header and what stands above.
    pub(super) skip: usize,
    /// The table in a workbook.
    pub(super) sheet: Option<Sheet>,
    /// What is read: the file, or what was unpacked from it.
    pub(super) part: Part,
}

/// Looks at a file: what it is in, where its table is, which columns it has.
///
/// # Errors
/// When it is not what is read, or its columns cannot be told.
pub(super) fn plan(
    store: &Store,
    part: Part,
    request: &Request,
    settings: &Settings,
    today: NaiveDate,
) -> Result<Plan> {
    let mapping = request.mapping.clone().unwrap_or_default();
    let mut source = Source::open(
        &part.path,
        mapping.delimiter.as_deref(),
        request.encoding.as_deref().or(mapping.encoding.as_deref()),
    )
    .map_err(|error| part.named(error))?;
    source.name.clone_from(&part.name);
    let (mut sheet, mut skip) = (None, 0);
    let first = match source.container {
        Container::Text if mapping.has_header => {
            let (header, records) = source.header(Some(&mapping))?;
            skip = records;
            header
        }
        Container::Text => source.header(None)?.0,
        Container::Parquet => parquet::headers(store, &source)?,
        Container::Workbook | Container::OtherWorkbook | Container::Page => {
            let wanted = request.sheet.as_deref().or(mapping.sheet.as_deref());
            let found = sheet.insert(workbook::find(
                &mut source,
                &mapping,
                wanted,
                &settings.import,
            )?);
            found.headers.clone()
        }
    };
    let named = mapping.has_header || source.container != Container::Text;
    let headers = if named {
        first
    } else {
        (1..=first.len()).map(|n| format!("#{n}")).collect()
    };
    let layout = Layout::recognise(
        &source.name,
        headers,
        request.kind.as_deref(),
        &mapping,
        &settings.import.placeholders,
    )?;
    let reading = Reading {
        layout,
        store: request
            .store
            .clone()
            .unwrap_or_else(|| settings.import.store.clone()),
        shared_numbers: settings.customers.shared_numbers,
        today,
        zone_minutes: settings.time_zone.minutes()?,
    };
    Ok(Plan {
        source,
        reading,
        skip,
        sheet,
        part,
    })
}
