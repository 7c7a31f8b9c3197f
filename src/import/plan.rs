//! A file before it is read: its container, its table, its columns.

use chrono::NaiveDate;

use super::load::Reading;
use super::mapping::{Layout, Mapping};
use super::no_data::{self, Skipped};
use super::source::{Container, Source};
use super::unpack::{self, Part};
use super::words::OwnWords;
use super::workbook::{self, Sheet};
use super::{Request, heading, parquet};
use crate::columns::fold;
use crate::settings::Settings;
use crate::types::{Error, Result};

/// A table found in a file, before anything is known of its columns.
pub(super) struct Table {
    pub(super) source: Source,
    /// Headers; names of positions where there are none.
    pub(super) headers: Vec<String>,
    /// Records of a text that are no rows: its header and what stands above.
    pub(super) skip: usize,
    /// The table in a workbook.
    pub(super) sheet: Option<Sheet>,
    /// Columns that hold no single values: position, name, what they hold.
    pub(super) shapes: Vec<(usize, String, &'static str)>,
    /// The first rows below the header.
    pub(super) sample: Vec<Vec<String>>,
    /// What is read: the file, or what was unpacked from it.
    pub(super) part: Part,
}

impl Table {
    /// Recognises the columns.
    ///
    /// # Errors
    /// Those of [`Layout::recognise`], and where the mapping names a column that holds no single values.
    pub(super) fn layout(
        &self,
        kind: Option<&str>,
        mapping: &Mapping,
        placeholders: &[String],
    ) -> Result<Layout> {
        for header in mapping.columns.values() {
            let is_meant = |(position, name, _): &&(usize, String, &'static str)| {
                fold(header) == fold(name) || *header == format!("#{}", position + 1)
            };
            if let Some((_, name, shape)) = self.shapes.iter().find(is_meant) {
                return Err(Error::usage("mapping-shape")
                    .with("file", &self.source.name)
                    .with("header", name)
                    .with("shape", shape));
            }
        }
        Layout::recognise_by(
            &self.source.name,
            self.headers.clone(),
            kind,
            mapping,
            placeholders,
            &self.sample,
        )
    }
}

/// A file recognised, ready to be read.
pub(super) struct Plan {
    pub(super) table: Table,
    pub(super) reading: Reading,
}

/// The tables of a file: one, or one for each file in an archive.
///
/// # Errors
/// When it is not what is read.
pub(super) fn tables(request: &Request, settings: &Settings) -> Result<Vec<Table>> {
    Ok(tables_and_skipped(request, settings)?.0)
}

/// The tables of a file, and what was passed over where nobody named it.
fn tables_and_skipped(
    request: &Request,
    settings: &Settings,
) -> Result<(Vec<Table>, Vec<Skipped>)> {
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    let name = request.path.file_name().map(|n| n.to_string_lossy());
    if let Some((name, why)) = name
        .filter(|_| request.in_folder)
        .and_then(|name| no_data::by_name(&name).map(|why| (name, why)))
    {
        let file = name.into_owned();
        return Ok((found, vec![Skipped { file, why }]));
    }
    for part in unpack::parts(&request.path, &settings.import)? {
        let (file, in_archive) = (part.name.clone(), part.in_archive);
        if let Some(why) = no_data::by_name(&file).filter(|_| in_archive) {
            skipped.push(Skipped { file, why });
            continue;
        }
        let read = table(part, request, settings);
        if (in_archive || request.in_folder)
            && no_data::is_note(&file, request.mapping.as_ref(), &read)
        {
            let why = "no-table";
            skipped.push(Skipped { file, why });
            continue;
        }
        found.push(read?);
    }
    if found.is_empty() && !request.in_folder {
        let names: Vec<&str> = skipped.iter().take(5).map(|s| s.file.as_str()).collect();
        return Err(Error::data("archive-no-data")
            .with("file", request.path.display())
            .with("names", names.join(", ")));
    }
    Ok((found, skipped))
}

fn table(part: Part, request: &Request, settings: &Settings) -> Result<Table> {
    let mapping = request.mapping.clone().unwrap_or_default();
    let mut source = Source::open_within(
        &part.path,
        mapping.delimiter.as_deref(),
        request.encoding.as_deref().or(mapping.encoding.as_deref()),
        &settings.import,
    )
    .map_err(|error| part.named(error))?;
    source.name.clone_from(&part.name);
    let (mut sheet, mut skip, mut sample, mut shapes) = (None, 0, Vec::new(), Vec::new());
    let first = match source.container {
        Container::Text if mapping.has_header => {
            let header;
            (header, skip) = source.header(Some(&mapping))?;
            sample = source.first_rows(heading::ROWS + skip)?;
            sample.drain(..skip.min(sample.len()));
            header
        }
        Container::Text => source.header(None)?.0,
        Container::Parquet => {
            let columns = parquet::columns(&source)?;
            let shaped = columns.iter().enumerate();
            shapes.extend(shaped.filter_map(|(i, c)| Some((i, c.name.clone(), c.shape?))));
            columns.iter().map(parquet::Column::header).collect()
        }
        Container::Workbook | Container::OtherWorkbook | Container::Page => {
            let wanted = request.sheet.as_deref().or(mapping.sheet.as_deref());
            let found = workbook::find(&mut source, &mapping, wanted, &settings.import)?;
            sample.clone_from(&found.sample);
            sheet.insert(found).headers.clone()
        }
    };
    let named = mapping.has_header || source.container != Container::Text;
    let headers = if named {
        first
    } else {
        (1..=first.len()).map(|n| format!("#{n}")).collect()
    };
    Ok(Table {
        source,
        headers,
        skip,
        sheet,
        shapes,
        sample,
        part,
    })
}

/// Looks at a file: what it is in, where its tables are, which columns they have; and what of it is plainly no data.
///
/// # Errors
/// When it is not what is read, or its columns cannot be told.
pub(super) fn plans(
    request: &Request,
    settings: &Settings,
    today: NaiveDate,
) -> Result<(Vec<Plan>, Vec<Skipped>)> {
    let mapping = request.mapping.clone().unwrap_or_default();
    let plan = |table: Table| {
        let layout = table.layout(
            request.kind.as_deref(),
            &mapping,
            &settings.import.placeholders,
        )?;
        let reading = Reading {
            words: OwnWords::of(&settings.words, layout.kind)?,
            layout,
            store: request
                .store
                .clone()
                .unwrap_or_else(|| settings.import.store.clone()),
            shared_numbers: settings.customers.shared_numbers,
            today,
            zone_minutes: settings.time_zone.minutes()?,
        };
        Ok(Plan { table, reading })
    };
    let (tables, skipped) = tables_and_skipped(request, settings)?;
    let plans = tables.into_iter().map(plan).collect::<Result<_>>()?;
    Ok((plans, skipped))
}
