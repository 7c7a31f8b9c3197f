//! A small result of a query, by column name: what lists, reports and `explain` read.
//! Large results travel as Arrow batches instead.

mod batch;

use chrono::NaiveDate;

use crate::types::{Error, Result};

pub use batch::{BatchColumns, column, day_at, day_of, flag_at, text_at, value_at};

/// One cell.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Unknown.
    Null,
    /// A count.
    Int(i64),
    /// A surrogate id.
    Id(u64),
    /// A measure.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// Text; timestamps come as `YYYY-MM-DD HH:MM:SS`.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A list of text.
    Texts(Vec<String>),
}

/// Rows of cells under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// One row of a [`Table`], read by column name.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Value],
}

impl Table {
    /// The rows, to be read by name.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row {
            columns: &self.columns,
            cells,
        })
    }

    /// The first row.
    #[must_use]
    pub fn first(&self) -> Option<Row<'_>> {
        self.rows.first().map(|cells| Row {
            columns: &self.columns,
            cells,
        })
    }
}

/// One row of a [`Table`] whose columns may be missing: a question that was not asked has no answer.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a>(Row<'a>);

impl Table {
    /// The rows, to be read by name where a missing column counts as unknown.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.iter().map(Record)
    }
}

impl<'a> Record<'a> {
    /// The cell as a number; `None` where unknown.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        self.0
            .float(column)
            .ok()
            .flatten()
            .filter(|v| v.is_finite())
    }

    /// The cell as a count; 0 where unknown.
    #[must_use]
    pub fn count(&self, column: &str) -> i64 {
        self.0.int(column).ok().flatten().unwrap_or(0)
    }

    /// The cell as text; `None` where unknown.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&'a str> {
        match self.0.get(column) {
            Ok(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The cell as a day; `None` where unknown.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<NaiveDate> {
        self.0.date(column).ok().flatten()
    }

    /// The cell as an id; `None` where unknown.
    #[must_use]
    pub fn id(&self, column: &str) -> Option<u64> {
        self.0.id(column).ok().flatten()
    }

    /// True where the cell says yes.
    #[must_use]
    pub fn flag(&self, column: &str) -> bool {
        self.0.bool(column).ok().flatten().unwrap_or(false)
    }
}

impl<'a> Row<'a> {
    /// The cell of a column.
    ///
    /// # Errors
    /// When the query has no such column, which is a slip of ours.
    pub fn get(&self, column: &str) -> Result<&'a Value> {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|i| self.cells.get(i))
            .ok_or_else(|| Error::internal(format!("no column {column}")))
    }

    /// A count; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn int(&self, column: &str) -> Result<Option<i64>> {
        Ok(match self.get(column)? {
            Value::Int(v) => Some(*v),
            Value::Id(v) => i64::try_from(*v).ok(),
            Value::Bool(v) => Some(i64::from(*v)),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole numbers that came as DECIMAL or HUGEINT"
            )]
            Value::Float(v) => Some(*v as i64),
            _ => None,
        })
    }

    /// An id; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn id(&self, column: &str) -> Result<Option<u64>> {
        Ok(match self.get(column)? {
            Value::Id(v) => Some(*v),
            Value::Int(v) => u64::try_from(*v).ok(),
            _ => None,
        })
    }

    /// A measure; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn float(&self, column: &str) -> Result<Option<f64>> {
        Ok(match self.get(column)? {
            Value::Float(v) => Some(*v),
            #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
            Value::Int(v) => Some(*v as f64),
            _ => None,
        })
    }

    /// Yes or no; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn bool(&self, column: &str) -> Result<Option<bool>> {
        Ok(match self.get(column)? {
            Value::Bool(v) => Some(*v),
            _ => None,
        })
    }

    /// Text; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn text(&self, column: &str) -> Result<Option<String>> {
        Ok(match self.get(column)? {
            Value::Text(v) => Some(v.clone()),
            _ => None,
        })
    }

    /// A day; `None` where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn date(&self, column: &str) -> Result<Option<NaiveDate>> {
        Ok(match self.get(column)? {
            Value::Date(v) => Some(*v),
            _ => None,
        })
    }

    /// A list of text; empty where NULL.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn texts(&self, column: &str) -> Result<Vec<String>> {
        Ok(match self.get(column)? {
            Value::Texts(v) => v.clone(),
            _ => Vec::new(),
        })
    }
}
