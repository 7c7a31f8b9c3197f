//! Which column of a file is which of ours: by the dictionary, or by a mapping file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evidence::{self, Looks};
use super::garbled;
use super::value::DateOrder;
use crate::columns::{Header, KINDS, Kind, Unit, fold, unit};
use crate::types::{Error, Result};

/// A mapping file: what the dictionary cannot know about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Kind of file; found by the headers where absent.
    pub kind: Option<String>,
    /// False: the first line is data already, and columns are named by position, `#1`, `#2`, …
    pub has_header: bool,
    /// Character between fields; found by looking where absent.
    pub delimiter: Option<String>,
    /// Encoding such as `gb18030`, `big5`, `utf-16le`; found by looking where absent.
    pub encoding: Option<String>,
    /// Sheet of a workbook; the one whose header is known best where absent.
    pub sheet: Option<String>,
    /// Order of day, month and year where the year stands last.
    pub date_order: DateOrder,
    /// Canonical columns whose equal values make several lines one order; amounts add up.
    pub group_by: Vec<String>,
    /// Keys that are nobody, besides those of the settings.
    pub placeholders: Vec<String>,
    /// Canonical column to header, or to `#n`.
    pub columns: BTreeMap<String, String>,
}

impl Default for Mapping {
    fn default() -> Self {
        Self {
            kind: None,
            has_header: true,
            delimiter: None,
            encoding: None,
            sheet: None,
            date_order: DateOrder::Ymd,
            group_by: Vec::new(),
            placeholders: Vec::new(),
            columns: BTreeMap::new(),
        }
    }
}

impl Mapping {
    /// Reads a mapping file's text.
    ///
    /// # Errors
    /// When it is not TOML or has unknown entries.
    pub fn parse(text: &str, path: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text).map_err(|e| {
            Error::usage("bad-mapping")
                .with("path", path)
                .because(e.message())
        })?;
        if mapping.delimiter.as_ref().is_some_and(|d| d.len() != 1) {
            return Err(Error::usage("bad-mapping")
                .with("path", path)
                .because("delimiter: one ASCII character"));
        }
        Ok(mapping)
    }
}

/// The columns of one file, recognised.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What kind of file it is.
    pub kind: &'static Kind,
    /// For each column of the kind, the position in the file.
    pub positions: Vec<Option<usize>>,
    /// Headers as the file has them; `#n` for a file without.
    pub headers: Vec<String>,
    /// Headers that nothing uses.
    pub unused: Vec<String>,
    /// Canonical columns that group lines to orders; empty: each line is a row.
    pub group_by: Vec<usize>,
    /// Order of dates.
    pub date_order: DateOrder,
    /// What the figures of each of the kind's columns are counted in.
    pub units: Vec<Unit>,
    /// Keys that are nobody, folded.
    pub placeholders: Vec<String>,
    /// Columns of the kind that no header names but the values show.
    pub by_values: Vec<usize>,
}

impl Layout {
    /// True where the file has the column.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.kind
            .column(name)
            .is_some_and(|(i, _)| self.positions[i].is_some())
    }

    /// Recognises the columns.
    ///
    /// # Errors
    /// When the kind cannot be told, a required column is missing, headers repeat, or the mapping names
    /// what is not there.
    pub fn recognise(
        file: &str,
        headers: Vec<String>,
        kind: Option<&str>,
        mapping: &Mapping,
        placeholders: &[String],
    ) -> Result<Self> {
        Self::recognise_by(file, headers, kind, mapping, placeholders, &[])
    }

    /// The same with some rows to look at: a column of plates or VINs is that, where no header names one
    /// and it is the only such column.
    ///
    /// # Errors
    /// Those of [`Layout::recognise`].
    pub fn recognise_by(
        file: &str,
        headers: Vec<String>,
        kind: Option<&str>,
        mapping: &Mapping,
        placeholders: &[String],
        sample: &[Vec<String>],
    ) -> Result<Self> {
        if mapping.has_header
            && mapping.columns.is_empty()
            && let Some(encoding) = garbled::taken_for(&headers)
        {
            return Err(Error::data("headers-garbled")
                .with("file", file)
                .with("encoding", encoding)
                .with("found", shown_headers(&headers)));
        }
        let kind = match kind.or(mapping.kind.as_deref()) {
            Some(name) => Kind::named(name).ok_or_else(|| unknown_kind(name))?,
            None if mapping.has_header => detect(file, &headers)?,
            None => {
                return Err(Error::usage("kind-needed")
                    .with("file", file)
                    .with("kinds", kind_names()));
            }
        };
        let mut positions = place(file, kind, &headers, mapping)?;
        let by_values = if mapping.has_header {
            place_by_values(kind, headers.len(), sample, &mut positions)
        } else {
            Vec::new()
        };
        for group in kind.required {
            if !group.iter().any(|name| {
                kind.column(name)
                    .is_some_and(|(i, _)| positions[i].is_some())
            }) {
                let wanted = group
                    .iter()
                    .filter_map(|n| kind.column(n))
                    .map(|(_, c)| c.zh)
                    .collect::<Vec<_>>();
                return Err(Error::data(if group.contains(&"in_at") {
                    "no-date-column"
                } else {
                    "no-key-column"
                })
                .with("file", file)
                .with("kind", kind.name)
                .with("wanted", wanted.join(" / "))
                .with("found", shown_headers(&headers)));
            }
        }
        let mut group_by = Vec::new();
        for name in &mapping.group_by {
            let (i, _) = kind
                .column(name)
                .filter(|(i, _)| positions[*i].is_some())
                .ok_or_else(|| {
                    Error::usage("mapping-column")
                        .with("file", file)
                        .with("column", name)
                        .with("kind", kind.name)
                })?;
            group_by.push(i);
        }
        if !group_by.is_empty() && kind.name != "work_orders" {
            return Err(Error::usage("mapping-group")
                .with("file", file)
                .with("kind", kind.name));
        }
        let unused = headers
            .iter()
            .enumerate()
            .filter(|(i, _)| !positions.contains(&Some(*i)))
            .map(|(_, h)| h.clone())
            .collect();
        let placeholders = placeholders
            .iter()
            .chain(&mapping.placeholders)
            .map(|p| fold(p))
            .collect();
        let units = positions
            .iter()
            .map(|p| p.map_or(Unit::One, |p| unit(&headers[p])))
            .collect();
        Ok(Self {
            kind,
            units,
            positions,
            headers,
            unused,
            group_by,
            date_order: mapping.date_order,
            placeholders,
            by_values,
        })
    }
}

/// Places plates and VINs that no header names; returns which columns of the kind that were.
fn place_by_values(
    kind: &'static Kind,
    width: usize,
    sample: &[Vec<String>],
    positions: &mut [Option<usize>],
) -> Vec<usize> {
    let evidence = evidence::of_rows(sample, width);
    let mut found = Vec::new();
    for (name, looks) in [("plate", Looks::Plates), ("vin", Looks::Vins)] {
        let Some((i, _)) = kind.column(name).filter(|(i, _)| positions[*i].is_none()) else {
            continue;
        };
        let mut fit = (0..width)
            .filter(|p| evidence[*p].surely() == Some(looks) && !positions.contains(&Some(*p)));
        if let (Some(only), None) = (fit.next(), fit.next()) {
            positions[i] = Some(only);
            found.push(i);
        }
    }
    found
}

/// The kind that knows most headers, if any does.
pub(super) fn best_kind(headers: &[String]) -> Option<&'static Kind> {
    let headers: Vec<Header> = headers.iter().map(|h| Header::of(h)).collect();
    let known = |kind: &&Kind| headers.iter().filter(|h| kind.called(h).is_some()).count();
    KINDS
        .iter()
        .rev()
        .max_by_key(known)
        .filter(|k| known(k) > 0)
}

/// The position of each of the kind's columns: what the mapping names first, then the dictionary.
fn place(
    file: &str,
    kind: &'static Kind,
    headers: &[String],
    mapping: &Mapping,
) -> Result<Vec<Option<usize>>> {
    let mut positions: Vec<Option<usize>> = vec![None; kind.columns.len()];
    for (name, header) in &mapping.columns {
        let (i, _) = kind.column(name).ok_or_else(|| {
            Error::usage("mapping-column")
                .with("file", file)
                .with("column", name)
                .with("kind", kind.name)
        })?;
        let position = match header.strip_prefix('#').map(str::parse::<usize>) {
            Some(Ok(n)) => n.checked_sub(1).filter(|n| *n < headers.len()),
            _ => headers.iter().position(|h| fold(h) == fold(header)),
        };
        positions[i] = Some(position.ok_or_else(|| {
            Error::usage("mapping-header")
                .with("file", file)
                .with("header", header)
                .with("found", shown_headers(headers))
        })?);
    }
    if !mapping.has_header {
        return Ok(positions);
    }
    let folded: Vec<Header> = headers.iter().map(|h| Header::of(h)).collect();
    for (i, column) in kind.columns.iter().enumerate() {
        if positions[i].is_some() {
            continue;
        }
        let called = |column_of: &dyn Fn(&Header) -> Option<usize>| -> Vec<usize> {
            (0..headers.len())
                .filter(|p| column_of(&folded[*p]) == Some(i) && !positions.contains(&Some(*p)))
                .collect()
        };
        let mut matches = called(&|h| kind.exactly_called(h));
        if matches.is_empty() {
            matches = called(&|h| kind.called(h));
        }
        positions[i] = matches.first().copied();
        if let [first, second, ..] = matches.as_slice() {
            return Err(Error::data("header-twice")
                .with("file", file)
                .with("first", &headers[*first])
                .with("second", &headers[*second])
                .with("column", column.zh));
        }
    }
    Ok(positions)
}

/// How many of a row's texts are headers: of the kind that knows most, or named by the mapping.
pub(super) fn known_headers(texts: &[String], mapping: &Mapping) -> usize {
    let by_mapping: Vec<String> = mapping.columns.values().map(|h| fold(h)).collect();
    let texts: Vec<(Header, bool)> = texts
        .iter()
        .filter(|t| !t.is_empty())
        .map(|t| (Header::of(t), by_mapping.contains(&fold(t))))
        .collect();
    let known = |kind: &Kind| {
        texts
            .iter()
            .filter(|(t, mapped)| *mapped || kind.called(t).is_some())
            .count()
    };
    KINDS.iter().map(known).max().unwrap_or(0)
}

/// True for a name that some kind of file has for a column.
pub(super) fn is_known(text: &str) -> bool {
    let header = Header::of(text);
    KINDS.iter().any(|kind| kind.called(&header).is_some())
}

/// The kind that knows the most headers; among equals the one whose required columns are all there.
fn detect(file: &str, headers: &[String]) -> Result<&'static Kind> {
    let folded: Vec<Header> = headers.iter().map(|h| Header::of(h)).collect();
    let scored = KINDS.iter().map(|kind| {
        let known = folded.iter().filter(|h| kind.called(h).is_some()).count();
        (known, has_required(kind, &folded), kind)
    });
    let best = scored.clone().map(|(known, whole, _)| (known, whole)).max();
    let candidates: Vec<&'static Kind> = scored
        .filter(|(known, whole, _)| Some((*known, *whole)) == best)
        .map(|(_, _, kind)| kind)
        .collect();
    match (best, candidates.as_slice()) {
        (None | Some((0, _)), _) => Err(Error::data("kind-unknown")
            .with("file", file)
            .with("found", shown_headers(headers))
            .with("kinds", kind_names())),
        (Some((_, true)), [first, second, ..]) => Err(Error::data("kind-ambiguous")
            .with("file", file)
            .with("first", first.name)
            .with("second", second.name)),
        // What is missing is said when the layout is recognised, for the kind that it looks most like.
        (_, kinds) => Ok(kinds.first().copied().unwrap_or(&KINDS[0])),
    }
}

/// Of each group of required columns the headers have one.
fn has_required(kind: &'static Kind, headers: &[Header]) -> bool {
    let there: Vec<usize> = headers.iter().filter_map(|h| kind.called(h)).collect();
    kind.required.iter().all(|group| {
        group
            .iter()
            .filter_map(|name| kind.column(name))
            .any(|(i, _)| there.contains(&i))
    })
}

fn unknown_kind(name: &str) -> Error {
    Error::usage("kind-name")
        .with("kind", name)
        .with("kinds", kind_names())
}

/// The names of all kinds, for messages.
#[must_use]
pub fn kind_names() -> String {
    KINDS.iter().map(|k| k.name).collect::<Vec<_>>().join(", ")
}

/// The first headers, cut short: they are names of columns, not data, but a file of noise has anything.
fn shown_headers(headers: &[String]) -> String {
    let mut shown: Vec<String> = headers
        .iter()
        .take(12)
        .map(|h| h.chars().filter(|c| !c.is_control()).take(20).collect())
        .collect();
    if headers.len() > 12 {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn each_canonical_layout_is_recognised_as_its_own_kind() {
        for kind in KINDS {
            let names: Vec<String> = kind.columns.iter().map(|c| c.zh.to_owned()).collect();
            let layout = Layout::recognise("f.csv", names, None, &Mapping::default(), &[]).unwrap();
            assert_eq!(layout.kind.name, kind.name);
            assert!(
                layout.positions.iter().all(Option::is_some),
                "{}",
                kind.name
            );
        }
    }

    #[test]
    fn a_file_without_unit_key_or_date_says_so() {
        let error = Layout::recognise(
            "f.csv",
            headers(&["进厂日期", "实收金额"]),
            None,
            &Mapping::default(),
            &[],
        )
        .unwrap_err();
        assert_eq!(error.key, "no-key-column");
        let error = Layout::recognise(
            "f.csv",
            headers(&["车牌号", "实收金额", "行驶里程"]),
            Some("work_orders"),
            &Mapping::default(),
            &[],
        )
        .unwrap_err();
        assert_eq!(error.key, "no-date-column");
    }

    #[test]
    fn a_mapping_names_columns_by_header_or_position() {
        let mapping = Mapping::parse(
            "kind = 'work_orders'\nhas_header = false\n[columns]\ncustomer_no = '#1'\nin_at = '#3'",
            "m",
        )
        .unwrap();
        let layout =
            Layout::recognise("f.tsv", headers(&["#1", "#2", "#3"]), None, &mapping, &[]).unwrap();
        assert!(layout.has("customer_no") && layout.has("in_at") && !layout.has("received"));
        assert_eq!(layout.unused, vec!["#2"]);
    }
}
