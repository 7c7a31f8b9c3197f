//! Rows as a query hands them over, read by column name. Knows no database: the store fills it,
//! those who need more than numbers in columns (lists, reports) read it.

use chrono::NaiveDate;

use crate::types::{Error, Result};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Unknown.
    Null,
    /// A whole number, signed.
    Int(i64),
    /// A surrogate key, unsigned 64 bits.
    Id(u64),
    /// A number; money too, converted from DECIMAL at the very end.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(String),
    /// A calendar day.
    Date(NaiveDate),
    /// A list of texts.
    Texts(Vec<String>),
}

/// The answer of a query: named columns, rows in the query's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows; each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// One row with its column names.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    values: &'a [Value],
}

impl Table {
    /// The rows, each able to be read by column name.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row {
            columns: &self.columns,
            values,
        })
    }
}

impl<'a> Row<'a> {
    /// The cell of that column.
    ///
    /// # Errors
    /// When the query has no such column.
    pub fn value(&self, column: &str) -> Result<&'a Value> {
        self.columns
            .iter()
            .position(|c| c == column)
            .and_then(|i| self.values.get(i))
            .ok_or_else(|| Error::internal(format!("no column {column}")))
    }

    /// A text; empty text is unknown.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn text(&self, column: &str) -> Result<Option<String>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(t) if t.trim().is_empty() => Ok(None),
            Value::Text(t) => Ok(Some(t.clone())),
            other => Err(mismatch(column, "text", other)),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn int(&self, column: &str) -> Result<Option<i64>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(i) => Ok(Some(*i)),
            Value::Id(i) => i64::try_from(*i).map(Some).map_err(Error::internal),
            other => Err(mismatch(column, "int", other)),
        }
    }

    /// A surrogate key.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn id(&self, column: &str) -> Result<Option<u64>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Id(i) => Ok(Some(*i)),
            Value::Int(i) => u64::try_from(*i).map(Some).map_err(Error::internal),
            other => Err(mismatch(column, "id", other)),
        }
    }

    /// A number; what is not finite is unknown.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn float(&self, column: &str) -> Result<Option<f64>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Float(f) => Ok(Some(*f).filter(|f| f.is_finite())),
            #[allow(
                clippy::cast_precision_loss,
                reason = "counts and yuan are far below 2^53"
            )]
            Value::Int(i) => Ok(Some(*i as f64)),
            other => Err(mismatch(column, "float", other)),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn bool(&self, column: &str) -> Result<Option<bool>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bool(b) => Ok(Some(*b)),
            other => Err(mismatch(column, "bool", other)),
        }
    }

    /// A calendar day.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn date(&self, column: &str) -> Result<Option<NaiveDate>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Date(d) => Ok(Some(*d)),
            other => Err(mismatch(column, "date", other)),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// When the column is missing or holds another type: the query and its reader disagree.
    pub fn texts(&self, column: &str) -> Result<Option<Vec<String>>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Texts(t) => Ok(Some(t.clone())),
            other => Err(mismatch(column, "texts", other)),
        }
    }
}

fn mismatch(column: &str, wanted: &str, found: &Value) -> Error {
    // Only the kind is named: the cell itself may be personal.
    let found = match found {
        Value::Null => "null",
        Value::Int(_) => "int",
        Value::Id(_) => "id",
        Value::Float(_) => "float",
        Value::Bool(_) => "bool",
        Value::Text(_) => "text",
        Value::Date(_) => "date",
        Value::Texts(_) => "texts",
    };
    Error::internal(format!(
        "column {column}: {found} where {wanted} was wanted"
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cells_are_read_by_name_and_a_wrong_type_is_an_error_without_the_value() {
        let table = Table {
            columns: vec!["name".into(), "visits".into()],
            rows: vec![vec![Value::Text("王伟".into()), Value::Int(3)]],
        };
        let row = table.rows().next().unwrap();
        assert_eq!(row.text("name").unwrap().as_deref(), Some("王伟"));
        assert_eq!(row.float("visits").unwrap(), Some(3.0));
        let wrong = row.int("name").unwrap_err().to_string();
        assert!(wrong.contains("column name") && !wrong.contains('王'));
        assert!(row.int("nothing").is_err());
    }
}
