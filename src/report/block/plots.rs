//! Shapes of charts that compare many values at once: heat maps, values with intervals, shares against shares.

use serde::Serialize;

use super::Scale;
use crate::analysis::Mark;

/// Rows and columns of shaded cells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grid {
    /// Name of the horizontal axis.
    pub x_title: String,
    /// Name of the vertical axis.
    pub y_title: String,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Rows from top to bottom.
    pub rows: Vec<GridRow>,
    /// The weights that have the lightest and the darkest shade.
    pub shades: (f64, f64),
}

/// One row of a grid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GridRow {
    /// Label at the left.
    pub label: String,
    /// Label at the right: what the row rests on.
    pub note: String,
    /// One a column.
    pub cells: Vec<GridCell>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GridCell {
    /// Decides the shade; `None` where nothing is known, which is drawn as nothing.
    pub weight: Option<f64>,
    /// Written in it.
    pub text: String,
}

/// Values with their intervals, one a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranges {
    /// How its numbers are written.
    pub scale: Scale,
    /// Rows from top to bottom.
    pub rows: Vec<RangeRow>,
    /// A value that all are held against, with its label.
    pub reference: Option<(f64, String)>,
}

/// One value with its interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RangeRow {
    /// Label at the left.
    pub label: String,
    /// The dot.
    pub value: f64,
    /// The whisker.
    pub range: Option<(f64, f64)>,
    /// Label at the right.
    pub text: String,
    /// Colour and shape; `None` where the interval reaches what it is held against.
    pub mark: Option<Mark>,
}

/// Shares against shares, both from nothing to all, and the line on which they are equal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Square {
    /// Name of the horizontal axis.
    pub x_title: String,
    /// Name of the vertical axis.
    pub y_title: String,
    /// Label of the line of equality.
    pub equal: String,
    /// A curve through the points, else a dot each.
    pub joined: bool,
    /// From left to right.
    pub points: Vec<SquarePoint>,
    /// Points that are named.
    pub named: Vec<NamedPoint>,
}

/// A point of a square.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SquarePoint {
    /// From left.
    pub x: f64,
    /// From below.
    pub y: f64,
    /// The interval of `y`.
    pub range: Option<(f64, f64)>,
}

/// A point with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedPoint {
    /// From left.
    pub x: f64,
    /// From below.
    pub y: f64,
    /// Name.
    pub label: String,
}
