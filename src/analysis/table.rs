//! Small query results, read by column name.

use chrono::NaiveDate;

/// One cell of a query's result.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL: unknown.
    Null,
    /// A whole number; booleans are 0 and 1.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A day.
    Date(NaiveDate),
}

/// A small query result, read by column name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Column names in order.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// The rows, to be read by column name.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.rows.iter().map(|row| Record {
            columns: &self.columns,
            row,
        })
    }
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    columns: &'a [String],
    row: &'a [Value],
}

impl<'a> Record<'a> {
    /// The cell of that column; NULL where there is no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &'a Value {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|i| self.row.get(i))
            .unwrap_or(&Value::Null)
    }

    /// The cell as a number.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<f64> {
        match self.get(column) {
            #[allow(clippy::cast_precision_loss)] // counts and yuan stay far below 2^53
            Value::Int(v) => Some(*v as f64),
            Value::Float(v) if v.is_finite() => Some(*v),
            _ => None,
        }
    }

    /// The cell as a count; 0 where it is NULL.
    #[must_use]
    pub fn count(&self, column: &str) -> i64 {
        match self.get(column) {
            Value::Int(v) => *v,
            #[allow(clippy::cast_possible_truncation)] // sums may come as wider numbers
            Value::Float(v) if v.is_finite() => v.round() as i64,
            _ => 0,
        }
    }

    /// The cell as text.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&'a str> {
        match self.get(column) {
            Value::Text(v) => Some(v),
            _ => None,
        }
    }

    /// The cell as a day.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<NaiveDate> {
        match self.get(column) {
            Value::Date(v) => Some(*v),
            _ => None,
        }
    }
}
