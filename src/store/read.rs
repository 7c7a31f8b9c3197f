//! Reading out: Arrow batches for what is large, a [`Table`] for what is small.

use arrow::array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, ListArray, StringArray, TimestampMicrosecondArray,
    UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate};

use super::{Store, quote_identifier};
use crate::table::{Table, Value, day_of};
use crate::types::{Error, Result};

impl Store {
    /// Hands each batch of a query's result to `each`, in order, without holding the whole.
    ///
    /// # Errors
    /// Those of the query or of `each`.
    pub fn stream(&self, sql: &str, mut each: impl FnMut(RecordBatch) -> Result<()>) -> Result<()> {
        let mut statement = self
            .connection
            .prepare(sql)
            .map_err(|e| self.failure(&e, sql))?;
        let batches = statement
            .stream_arrow([])
            .map_err(|e| self.failure(&e, sql))?;
        for batch in batches {
            each(batch.map_err(|e| self.failure(&e, sql))?)?;
        }
        Ok(())
    }

    /// A small result as a table. DECIMAL becomes a float, timestamps text.
    ///
    /// # Errors
    /// Those of the query; a column type that has no place in a table.
    pub fn table(&self, sql: &str) -> Result<Table> {
        let mut statement = self
            .connection
            .prepare(sql)
            .map_err(|e| self.failure(&e, sql))?;
        let batches = statement
            .stream_arrow([])
            .map_err(|e| self.failure(&e, sql))?;
        let columns = batches
            .get_schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .collect::<Vec<_>>();
        let mut table = Table {
            columns,
            rows: Vec::new(),
        };
        for batch in batches {
            let batch = batch.map_err(|e| self.failure(&e, sql))?;
            for row in 0..batch.num_rows() {
                let cells = batch
                    .columns()
                    .iter()
                    .map(|c| cell(c.as_ref(), row))
                    .collect::<Result<Vec<_>>>()?;
                table.rows.push(cells);
            }
        }
        Ok(table)
    }

    /// The columns of a table, in their order.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn columns_of(&self, table: &str) -> Result<Vec<String>> {
        let none = format!("from {} limit 0", quote_identifier(table));
        Ok(self.table(&none)?.columns)
    }

    /// One whole number, such as a count.
    ///
    /// # Errors
    /// When the query does not give one.
    pub fn count(&self, sql: &str) -> Result<u64> {
        match self.table(sql)?.rows.first().and_then(|r| r.first()) {
            Some(Value::Int(v)) => Ok(u64::try_from(*v).unwrap_or(0)),
            Some(Value::Id(v)) => Ok(*v),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a HUGEINT sum of counts"
            )]
            Some(Value::Float(v)) => Ok(*v as u64),
            Some(Value::Null) => Ok(0),
            _ => Err(Error::internal("not a count")),
        }
    }

    /// One day, or none.
    ///
    /// # Errors
    /// Those of the query.
    pub fn day(&self, sql: &str) -> Result<Option<NaiveDate>> {
        Ok(
            match self.table(sql)?.rows.first().and_then(|r| r.first()) {
                Some(Value::Date(v)) => Some(*v),
                _ => None,
            },
        )
    }
}

/// One cell of an Arrow column.
fn cell(column: &dyn Array, row: usize) -> Result<Value> {
    if column.is_null(row) || column.data_type() == &DataType::Null {
        return Ok(Value::Null);
    }
    macro_rules! get {
        ($array:ty) => {
            column
                .as_any()
                .downcast_ref::<$array>()
                .ok_or_else(|| Error::internal(format!("column of {}", column.data_type())))?
                .value(row)
        };
    }
    Ok(match column.data_type() {
        DataType::Boolean => Value::Bool(get!(BooleanArray)),
        DataType::Int8 => Value::Int(get!(Int8Array).into()),
        DataType::Int16 => Value::Int(get!(Int16Array).into()),
        DataType::Int32 => Value::Int(get!(Int32Array).into()),
        DataType::Int64 => Value::Int(get!(Int64Array)),
        DataType::UInt8 => Value::Int(get!(UInt8Array).into()),
        DataType::UInt16 => Value::Int(get!(UInt16Array).into()),
        DataType::UInt32 => Value::Int(get!(UInt32Array).into()),
        DataType::UInt64 => Value::Id(get!(UInt64Array)),
        DataType::Float32 => Value::Float(get!(Float32Array).into()),
        DataType::Float64 => Value::Float(get!(Float64Array)),
        DataType::Decimal128(_, scale) => {
            #[expect(
                clippy::cast_precision_loss,
                reason = "money and counts stay far below 2^53 cents"
            )]
            let value = get!(Decimal128Array) as f64;
            Value::Float(value / 10f64.powi(i32::from(*scale)))
        }
        DataType::Utf8 => Value::Text(get!(StringArray).to_owned()),
        DataType::Date32 => Value::Date(day_of(get!(Date32Array))),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            let at = DateTime::from_timestamp_micros(get!(TimestampMicrosecondArray))
                .unwrap_or_default();
            Value::Text(at.naive_utc().format("%Y-%m-%d %H:%M:%S").to_string())
        }
        DataType::List(_) => {
            let list = get!(ListArray);
            let texts = list
                .as_any()
                .downcast_ref::<StringArray>()
                .ok_or_else(|| Error::internal("only lists of text are read"))?;
            Value::Texts(texts.iter().flatten().map(str::to_owned).collect())
        }
        other => return Err(Error::internal(format!("column of {other}"))),
    })
}
