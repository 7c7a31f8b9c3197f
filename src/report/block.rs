//! A report as data: pages of blocks, words already chosen, charts as numbers. Every output reads this.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

mod plots;

pub use plots::{Grid, GridCell, GridRow, NamedPoint, RangeRow, Ranges, Square, SquarePoint};

use super::format::Writing;
use super::logo::Logo;
use crate::analysis::Mark;
use crate::i18n::Currency;
use crate::types::Lang;

/// A whole report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// Language of every word in it.
    pub lang: Lang,
    /// What its money is.
    #[serde(skip)]
    pub currency: Currency,
    /// Department.
    pub department: String,
    /// Title with period.
    pub title: String,
    /// Where it comes from: as-of date, definitions, hashes.
    pub meta: Vec<String>,
    /// Pages in order.
    pub pages: Vec<Page>,
    /// Words of the frame around the pages (contents, skip link …), by name.
    pub words: BTreeMap<&'static str, String>,
    /// The date that files give as the day they were made.
    #[serde(skip)]
    pub as_of: NaiveDate,
    /// The department's sign, above the first page.
    #[serde(skip)]
    pub logo: Option<Logo>,
}

impl Document {
    /// How its numbers are written.
    pub(super) fn writing(&self) -> Writing<'_> {
        Writing {
            lang: self.lang,
            currency: &self.currency,
        }
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page {
    /// Anchor.
    pub id: &'static str,
    /// Title.
    pub title: String,
    /// Content.
    pub blocks: Vec<Block>,
}

/// One piece of a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading within the page.
    Heading {
        /// Text.
        text: String,
    },
    /// A paragraph.
    Text {
        /// Text.
        text: String,
    },
    /// Numbered sentences.
    List {
        /// Sentences.
        items: Vec<Item>,
    },
    /// Figures in a row.
    Kpis {
        /// Cards.
        cards: Vec<Card>,
    },
    /// A table.
    Table(DataTable),
    /// Charts side by side, or one alone.
    Charts {
        /// From left to right.
        figures: Vec<Figure>,
    },
    /// A remark in small type.
    Note {
        /// Text.
        text: String,
    },
}

/// One sentence of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// How it is meant.
    pub mark: Option<Mark>,
    /// Text.
    pub text: String,
}

/// One figure with its trend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// What it is.
    pub label: String,
    /// Value, without unit.
    pub value: String,
    /// Unit.
    pub unit: String,
    /// How it stands against its target.
    pub mark: Option<Mark>,
    /// What it is held against, one line each.
    pub lines: Vec<String>,
    /// Definition id and n.
    pub note: String,
    /// Thirteen months.
    pub trend: Vec<Option<f64>>,
    /// The trend in words, for those who cannot see it.
    pub trend_text: String,
}

/// A table of words; numbers are formatted already.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DataTable {
    /// Caption.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there are no rows.
    pub empty: String,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Header.
    pub label: String,
    /// Numbers stand at the right.
    pub number: bool,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// Text; `–` where unknown.
    pub text: String,
    /// How it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, mark: None }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A chart with everything that stands around it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Anchor, unique in the document.
    pub id: &'static str,
    /// The finding.
    pub title: String,
    /// What is shown, window, unit.
    pub subtitle: String,
    /// Definition id and n.
    pub note: String,
    /// Width in px; height follows from the kind.
    pub width: u32,
    /// What to draw; `None` where there is no data.
    pub chart: Option<Chart>,
    /// What is said in the chart's place where there is no data.
    pub missing: String,
    /// The exact values.
    pub table: DataTable,
}

/// How numbers on an axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Whole numbers.
    Count,
    /// Yuan, short.
    Money,
    /// Shares as percentages.
    Share,
}

/// What to draw, as numbers and words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "chart", rename_all = "snake_case")]
pub enum Chart {
    /// Panels under one another over common categories.
    Panels(Panels),
    /// Columns of shares that add up to one.
    Shares(Shares),
    /// Three by three cells.
    Matrix(Box<Matrix>),
    /// Bars that lie, one a row.
    Bars(Bars),
    /// From an opening to a closing count by steps.
    Waterfall(Waterfall),
    /// Curves over common months.
    Curves(Curves),
    /// Rows and columns of shaded cells.
    Grid(Grid),
    /// Values with their intervals, one a row.
    Ranges(Ranges),
    /// Shares against shares.
    Square(Square),
}

/// A tick of the common axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// Label.
    pub label: String,
    /// Second line, where it begins something (a year, a week).
    pub below: String,
    /// Drawn paler: a weekend.
    pub faint: bool,
}

/// Panels under one another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Panels {
    /// Common axis.
    pub ticks: Vec<Tick>,
    /// From top to bottom.
    pub panels: Vec<Panel>,
    /// Only the last value is emphasised (months); else all are alike (days).
    pub emphasise_last: bool,
}

/// One panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// How its numbers are written.
    pub scale: Scale,
    /// Bars (from zero) or a line.
    pub bars: bool,
    /// Values.
    pub values: Vec<Option<f64>>,
    /// Label of the last value.
    pub last_label: String,
    /// Last year: a thin grey line.
    pub compare: Option<Line>,
    /// Target or mean: a dashed line.
    pub target: Option<Line>,
}

/// A line with its label at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Label.
    pub label: String,
    /// Values.
    pub values: Vec<Option<f64>>,
}

/// Columns of shares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shares {
    /// Common axis.
    pub ticks: Vec<Tick>,
    /// From bottom to top; at most six and the rest.
    pub series: Vec<ShareSeries>,
}

/// One part of the whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShareSeries {
    /// Label.
    pub label: String,
    /// True for the rest, in grey.
    pub rest: bool,
    /// Share of each column, from 0 to 1.
    pub values: Vec<Option<f64>>,
}

/// Three by three cells; `cells[row][column]`, from the lowest to the highest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matrix {
    /// Name of the horizontal axis.
    pub x_title: String,
    /// Name of the vertical axis.
    pub y_title: String,
    /// Low, middle, high.
    pub levels: [String; 3],
    /// Cells.
    pub cells: [[MatrixText; 3]; 3],
}

/// One cell of a matrix.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MatrixText {
    /// Decides the shade, from 0 to 1.
    pub weight: f64,
    /// Large.
    pub value: String,
    /// Small.
    pub share: String,
    /// Warning; empty where there is none.
    pub alert: String,
}

/// Bars that lie.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bars {
    /// Rows from top to bottom.
    pub rows: Vec<BarRow>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BarRow {
    /// Label at the left.
    pub label: String,
    /// Length.
    pub value: f64,
    /// What it is a part of, drawn pale behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<f64>,
    /// Label at the end.
    pub text: String,
    /// Colour and shape.
    pub mark: Option<Mark>,
}

/// From an opening to a closing count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Waterfall {
    /// Label and value at the beginning.
    pub opening: (String, String),
    /// Steps with their change.
    pub steps: Vec<Step>,
    /// Label and value at the end.
    pub closing: (String, String),
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Label.
    pub label: String,
    /// Change.
    pub change: f64,
    /// The change in words.
    pub text: String,
}

/// Curves over common months, at most six.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curves {
    /// Common axis.
    pub ticks: Vec<Tick>,
    /// How its numbers are written; shares run from nothing to all.
    pub scale: Scale,
    /// The first is emphasised.
    pub lines: Vec<CurveLine>,
}

/// One curve with its name at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurveLine {
    /// Name.
    pub label: String,
    /// Values.
    pub values: Vec<Option<f64>>,
    /// Lower and upper end of the band.
    pub band: Vec<Option<(f64, f64)>>,
}
