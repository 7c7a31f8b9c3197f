//! A file described before it is taken in: what it is in, where its table is, what each column is called, looks like
//! and becomes, and a mapping file to start from.

use std::collections::HashSet;
use std::sync::mpsc::sync_channel;

use xxhash_rust::xxh3::xxh3_64;

use super::evidence::{Evidence, Looks};
use super::load::mask;
use super::mapping::{Layout, Mapping, best_kind};
use super::plan::{Table, tables};
use super::records::Records;
use super::source::Container;
use super::value::{self, DateOrder};
use super::{READ_AHEAD, Request, hand_out};
use crate::columns::{Header, Kind, ValueType};
use crate::settings::Settings;
use crate::types::{Error, Result};

/// A file, described.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Profile {
    /// Its name.
    pub file: String,
    /// What it is in: text, workbook, page, parquet.
    pub container: &'static str,
    /// Its size in bytes, unpacked.
    pub bytes: u64,
    /// Encoding of a text.
    pub encoding: String,
    /// Character between the fields of a text.
    pub delimiter: Option<String>,
    /// The sheet looked at.
    pub sheet: Option<String>,
    /// Rows below the header.
    pub rows: u64,
    /// The kind that its headers name.
    pub kind: Option<String>,
    /// What keeps it from being imported as it is: the key of a message, and what it names.
    pub problem: Option<(String, Vec<(String, String)>)>,
    /// Its columns, in order.
    pub columns: Vec<ColumnProfile>,
    /// A mapping file to edit and to import with.
    pub mapping: String,
}

/// One column.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ColumnProfile {
    /// Header in the file.
    pub header: String,
    /// Canonical name; `None`: not used.
    pub becomes: Option<String>,
    /// How that is known: dictionary, mapping or values.
    pub how: Option<&'static str>,
    /// What the column could be by its values, where nothing says what it is.
    pub could_be: Vec<String>,
    /// What its values look like.
    pub looks: Looks,
    /// Values that are not blank.
    pub filled: u64,
    /// Different values; more than the limit are not counted.
    pub distinct: u64,
    /// Values that cannot be read as what the column becomes.
    pub unreadable: u64,
    /// A few values, masked.
    pub samples: Vec<String>,
}

/// Different values of a column that are counted.
const MAX_DISTINCT: usize = 100_000;
/// Values of a column that are shown.
const SAMPLES: usize = 3;

/// Describes a file and what it is packed with.
///
/// # Errors
/// When it cannot be read as a table.
pub fn profile(request: &Request, settings: &Settings) -> Result<Vec<Profile>> {
    tables(request, settings)?
        .into_iter()
        .map(|table| describe(table, request, settings))
        .collect()
}

fn describe(table: Table, request: &Request, settings: &Settings) -> Result<Profile> {
    let mapping = request.mapping.clone().unwrap_or_default();
    let named = request.kind.as_deref().or(mapping.kind.as_deref());
    let placeholders = &settings.import.placeholders;
    let recognised = table.layout(named, &mapping, placeholders);
    let kind = match (&recognised, named) {
        (Ok(layout), _) => Some(layout.kind),
        (_, Some(name)) => Kind::named(name),
        _ => best_kind(&table.headers),
    };
    let width = table.headers.len();
    let mut seen: Vec<Seen> = (0..width).map(|_| Seen::default()).collect();
    let types: Vec<Option<ValueType>> = (0..width)
        .map(|p| {
            let layout = recognised.as_ref().ok()?;
            let i = layout.positions.iter().position(|q| *q == Some(p))?;
            Some(layout.kind.columns[i].value)
        })
        .collect();
    let mut rows = 0;
    std::thread::scope(|scope| {
        let (send, read) = sync_channel::<Records>(READ_AHEAD);
        let table = &table;
        let reader = scope.spawn(move || hand_out(table, &send));
        for records in &read {
            rows += records.len() as u64;
            for record in 0..records.len() {
                for (p, seen) in seen.iter_mut().enumerate() {
                    let text = String::from_utf8_lossy(records.bytes(record, p));
                    seen.add(&text, types[p], mapping.date_order);
                }
            }
        }
        let ended = reader.join();
        ended.map_err(|_| Error::internal("the reading thread stopped"))?
    })?;
    let columns: Vec<ColumnProfile> = (0..width)
        .map(|p| {
            column(
                p,
                &table,
                recognised.as_ref().ok(),
                kind,
                &mapping,
                &seen[p],
            )
        })
        .collect();
    let problem = recognised.as_ref().err().map(|e| {
        let args = e.args.iter().map(|(n, v)| ((*n).to_owned(), v.clone()));
        (e.key.to_owned(), args.collect())
    });
    let source = &table.source;
    let is_text = source.container == Container::Text;
    Ok(Profile {
        file: source.name.clone(),
        container: match source.container {
            Container::Text => "text",
            Container::Parquet => "parquet",
            Container::Workbook | Container::OtherWorkbook => "workbook",
            Container::Page => "page",
        },
        bytes: source.size,
        encoding: source.encoding.name().to_owned(),
        delimiter: is_text.then(|| char::from(source.delimiter).to_string()),
        sheet: table.sheet.as_ref().map(|s| s.name.clone()),
        rows,
        kind: recognised
            .is_ok()
            .then_some(kind)
            .flatten()
            .map(|k| k.name.to_owned()),
        problem,
        mapping: mapping_text(&columns, kind, &mapping)?,
        columns,
    })
}

/// What a column had.
#[derive(Default)]
struct Seen {
    evidence: Evidence,
    distinct: HashSet<u64>,
    unreadable: u64,
    samples: Vec<String>,
}

impl Seen {
    fn add(&mut self, text: &str, as_what: Option<ValueType>, order: DateOrder) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.evidence.add(text);
        if self.distinct.len() < MAX_DISTINCT
            && self.distinct.insert(xxh3_64(text.as_bytes()))
            && self.samples.len() < SAMPLES
        {
            self.samples.push(match as_what {
                // A number in a column of phones is a phone, however short.
                Some(ValueType::Phone) => mask(&format!("{text}*")),
                _ => mask(text),
            });
        }
        let readable = match as_what {
            Some(ValueType::Timestamp | ValueType::Date) => {
                value::is_no_date(text) || value::timestamp(text, order, 0).is_ok()
            }
            Some(ValueType::Money | ValueType::Quantity | ValueType::Small | ValueType::Figure) => {
                value::decimal(text, 2).is_ok()
            }
            Some(ValueType::Km) => value::kilometres(text, crate::columns::Unit::One).is_ok(),
            Some(ValueType::Count) => value::count(text).is_ok(),
            _ => true,
        };
        self.unreadable += u64::from(!readable);
    }
}

fn column(
    p: usize,
    table: &Table,
    layout: Option<&Layout>,
    kind: Option<&'static Kind>,
    mapping: &Mapping,
    seen: &Seen,
) -> ColumnProfile {
    let header = &table.headers[p];
    let by_layout = layout.and_then(|l| l.positions.iter().position(|q| *q == Some(p)));
    // Where the file as a whole cannot be placed yet, each header is still looked up.
    let at = by_layout.or_else(|| {
        let kind = kind.filter(|_| layout.is_none())?;
        kind.called(&Header::of(header))
    });
    let found = at.zip(kind).map(|(i, k)| (i, &k.columns[i]));
    let how = found.map(|(i, c)| {
        if mapping.columns.contains_key(c.name) {
            "mapping"
        } else if layout.is_some_and(|l| l.by_values.contains(&i)) {
            "values"
        } else {
            "dictionary"
        }
    });
    let looks = seen.evidence.looks();
    let could_be = match (found, seen.evidence.surely(), kind) {
        (None, Some(looks), Some(kind)) => {
            let free = |c: &&crate::columns::Column| {
                kind.column(c.name).is_some_and(|(i, _)| {
                    layout.is_none_or(|l| l.positions[i].is_none()) && fits(looks, c.value)
                })
            };
            let names = kind.columns.iter().filter(free).map(|c| c.name.to_owned());
            names.collect()
        }
        _ => Vec::new(),
    };
    ColumnProfile {
        header: header.clone(),
        becomes: found.map(|(_, c)| c.name.to_owned()),
        how,
        could_be,
        looks,
        filled: seen.evidence.filled,
        distinct: seen.distinct.len() as u64,
        unreadable: seen.unreadable,
        samples: seen.samples.clone(),
    }
}

/// Whether values that look so can be what a column holds.
fn fits(looks: Looks, value: ValueType) -> bool {
    match looks {
        Looks::Plates => value == ValueType::Plate,
        Looks::Vins => value == ValueType::Vin,
        Looks::Phones => value == ValueType::Phone,
        Looks::Dates => matches!(value, ValueType::Timestamp | ValueType::Date),
        Looks::Numbers => matches!(value, ValueType::Money | ValueType::Km),
        Looks::Empty | Looks::Texts => false,
    }
}

/// A mapping file: what is known as it is, what could be as remarks, to be edited.
fn mapping_text(
    columns: &[ColumnProfile],
    kind: Option<&'static Kind>,
    given: &Mapping,
) -> Result<String> {
    let mut mapping = given.clone();
    mapping.kind = kind.map(|k| k.name.to_owned());
    mapping.columns.clear();
    for (p, column) in columns.iter().enumerate() {
        if let Some(name) = &column.becomes {
            let repeated = columns.iter().filter(|c| c.header == column.header).count() > 1;
            let header = if repeated || column.header.is_empty() {
                format!("#{}", p + 1)
            } else {
                column.header.clone()
            };
            mapping.columns.entry(name.clone()).or_insert(header);
        }
    }
    // The table of columns stands last, so what is added after it belongs to it.
    let mut text = toml::to_string(&mapping).map_err(Error::internal)?;
    if mapping.columns.is_empty() && !text.contains("[columns]") {
        text.push_str("\n[columns]\n");
    }
    for column in columns.iter().filter(|c| c.becomes.is_none()) {
        let header = toml::Value::String(column.header.clone());
        let could_be = if column.could_be.is_empty() {
            "?".to_owned()
        } else {
            column.could_be.join(" | ")
        };
        // One line each, whatever the header holds.
        let line = format!("# {could_be} = {header}").replace(['\n', '\r'], " ");
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}
