//! What is printed to be written on or filed: sheets of facts, tables and lines, without a word on how they are set.

use chrono::NaiveDate;

use crate::types::Lang;

/// Which way round the paper lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Upright.
    Portrait,
    /// On its side.
    Landscape,
}

/// A printed document.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// Its language.
    pub lang: Lang,
    /// Title in its properties and at the foot of each page.
    pub title: String,
    /// The department; may be empty.
    pub department: String,
    /// The day that it is dated, in its properties alone.
    pub day: NaiveDate,
    /// How it lies.
    pub turn: Turn,
    /// Each begins a page.
    pub sheets: Vec<PaperSheet>,
}

/// What begins on a page of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperSheet {
    /// Heading.
    pub title: String,
    /// Lines below it.
    pub lines: Vec<String>,
    /// What follows.
    pub parts: Vec<Part>,
}

/// A part of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Labels with their values, two a line; an empty value is a line to write on.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(PaperTable),
    /// A sentence.
    Note(String),
}

/// A table on paper. A row never breaks over two pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaperTable {
    /// Heading; may be empty.
    pub title: String,
    /// Columns.
    pub columns: Vec<PaperColumn>,
    /// One cell a column; lines are parted by line feeds.
    pub rows: Vec<Vec<String>>,
    /// What stands there without rows.
    pub empty: String,
}

/// A column of such a table.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperColumn {
    /// Header.
    pub label: String,
    /// Its share of the width.
    pub width: f64,
    /// Figures stand on the right.
    pub figures: bool,
}

impl PaperColumn {
    /// A column of words.
    #[must_use]
    pub fn words(label: String, width: f64) -> Self {
        Self {
            label,
            width,
            figures: false,
        }
    }

    /// A column of figures.
    #[must_use]
    pub fn figures(label: String, width: f64) -> Self {
        Self {
            figures: true,
            ..Self::words(label, width)
        }
    }
}
