//! Printed sheets, set by their own template.

use serde::Serialize;

use super::{Sheet, fonts, shown, tongue, typeset};
use crate::follow_up::paper::{Paper, Part, Turn};
use crate::i18n;
use crate::types::{Error, Result};

const TEMPLATE: &str = include_str!("paper.typ");

/// The paper as the template reads it; texts of several lines as lists of lines.
#[derive(Serialize)]
struct View<'a> {
    tongue: &'static str,
    region: &'static str,
    title: &'a str,
    department: &'a str,
    landscape: bool,
    page_word: String,
    remarks: Vec<String>,
    sheets: Vec<SheetView<'a>>,
}

#[derive(Serialize)]
struct SheetView<'a> {
    title: &'a str,
    lines: &'a [String],
    parts: Vec<PartView<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum PartView<'a> {
    Facts {
        facts: Vec<(&'a str, &'a str)>,
    },
    Table {
        title: &'a str,
        columns: Vec<ColumnView<'a>>,
        rows: Vec<Vec<Vec<&'a str>>>,
        empty: &'a str,
    },
    Note {
        text: &'a str,
    },
}

#[derive(Serialize)]
struct ColumnView<'a> {
    label: &'a str,
    width: f64,
    figures: bool,
}

/// The paper as PDF. `font` is the content of a font file for characters that the built-in one lacks.
///
/// # Errors
/// When the font file is none.
pub fn render_paper(paper: &Paper, font: Option<&[u8]>) -> Result<Vec<u8>> {
    let fonts = fonts(font)?;
    let (tongue, region) = tongue(paper.lang);
    let view = View {
        tongue,
        region,
        title: &paper.title,
        department: &paper.department,
        landscape: paper.turn == Turn::Landscape,
        page_word: i18n::text(paper.lang, "sheet-page", &[]),
        remarks: Vec::new(),
        sheets: paper
            .sheets
            .iter()
            .map(|sheet| SheetView {
                title: &sheet.title,
                lines: &sheet.lines,
                parts: sheet.parts.iter().map(part).collect(),
            })
            .collect(),
    };
    let data = shown(&view, paper.lang, &fonts)?;
    let named = format!("{} {}", paper.department, paper.title);
    let sheet = Sheet::new(TEMPLATE, data, fonts, None, paper.day)?;
    typeset(&sheet, named).map_err(Error::internal)
}

fn part(part: &Part) -> PartView<'_> {
    match part {
        Part::Facts(facts) => PartView::Facts {
            facts: facts
                .iter()
                .map(|(l, v)| (l.as_str(), v.as_str()))
                .collect(),
        },
        Part::Table(table) => PartView::Table {
            title: &table.title,
            columns: table
                .columns
                .iter()
                .map(|c| ColumnView {
                    label: &c.label,
                    width: c.width,
                    figures: c.figures,
                })
                .collect(),
            rows: table
                .rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.split('\n').collect()).collect())
                .collect(),
            empty: &table.empty,
        },
        Part::Note(text) => PartView::Note { text },
    }
}
