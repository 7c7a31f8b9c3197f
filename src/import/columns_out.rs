//! The typed columns that rows are collected in, and the staging tables of the same shape.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder,
    StringBuilder, TimestampMicrosecondBuilder, UInt64Builder,
};
use arrow::record_batch::RecordBatch;
use chrono::{NaiveDate, NaiveDateTime};

use super::people::People;
use crate::columns::{Kind, ValueType};
use crate::types::{Error, Result};

/// A column under construction.
pub(super) enum Builder {
    Text(StringBuilder),
    At(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Int(Int32Builder),
    Decimal(Decimal128Builder),
    Flag(BooleanBuilder),
}

impl Builder {
    /// The builder and SQL type of a column's values; `None` for identities, which become keys.
    fn of(value: ValueType, capacity: usize) -> Option<(Self, &'static str)> {
        let decimal = |precision, scale| {
            let builder = Decimal128Builder::with_capacity(capacity);
            // The precisions are constants of ours, all within the type's limits.
            Builder::Decimal(
                builder
                    .with_precision_and_scale(precision, scale)
                    .unwrap_or_default(),
            )
        };
        Some(match value {
            ValueType::Text | ValueType::Word(_) => (
                Self::Text(StringBuilder::with_capacity(capacity, capacity * 8)),
                "varchar",
            ),
            ValueType::Timestamp => (
                Self::At(TimestampMicrosecondBuilder::with_capacity(capacity)),
                "timestamp",
            ),
            ValueType::Date | ValueType::Month => {
                (Self::Day(Date32Builder::with_capacity(capacity)), "date")
            }
            ValueType::Count | ValueType::Km => {
                (Self::Int(Int32Builder::with_capacity(capacity)), "integer")
            }
            ValueType::Money => (decimal(14, 2), "decimal(14, 2)"),
            ValueType::Quantity => (decimal(12, 3), "decimal(12, 3)"),
            ValueType::Small => (decimal(8, 2), "decimal(8, 2)"),
            ValueType::Figure => (decimal(18, 4), "decimal(18, 4)"),
            ValueType::Flag => (
                Self::Flag(BooleanBuilder::with_capacity(capacity)),
                "boolean",
            ),
            ValueType::Store
            | ValueType::CustomerNo
            | ValueType::Phone
            | ValueType::Plate
            | ValueType::Vin => return None,
        })
    }

    pub(super) fn null(&mut self) {
        match self {
            Self::Text(b) => b.append_null(),
            Self::At(b) => b.append_null(),
            Self::Day(b) => b.append_null(),
            Self::Int(b) => b.append_null(),
            Self::Decimal(b) => b.append_null(),
            Self::Flag(b) => b.append_null(),
        }
    }

    pub(super) fn text(&mut self, value: &str) {
        if let Self::Text(b) = self {
            b.append_value(value);
        }
    }

    pub(super) fn at(&mut self, value: NaiveDateTime) {
        match self {
            Self::At(b) => b.append_value(value.and_utc().timestamp_micros()),
            Self::Day(b) => {
                let days = value
                    .date()
                    .signed_duration_since(NaiveDate::default())
                    .num_days();
                b.append_value(i32::try_from(days).unwrap_or_default());
            }
            _ => {}
        }
    }

    pub(super) fn decimal(&mut self, value: i128) {
        if let Self::Decimal(b) = self {
            b.append_value(value);
        }
    }

    pub(super) fn int(&mut self, value: i32) {
        if let Self::Int(b) = self {
            b.append_value(value);
        }
    }

    pub(super) fn flag(&mut self, value: bool) {
        if let Self::Flag(b) = self {
            b.append_value(value);
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(b) => Arc::new(b.finish()),
            Self::At(b) => Arc::new(b.finish()),
            Self::Day(b) => Arc::new(b.finish()),
            Self::Int(b) => Arc::new(b.finish()),
            Self::Decimal(b) => Arc::new(b.finish()),
            Self::Flag(b) => Arc::new(b.finish()),
        }
    }
}

/// The value columns of a kind's staging table, in order, with their SQL types.
pub(super) fn value_columns(kind: &Kind) -> Vec<(&'static str, &'static str)> {
    let mut columns = vec![("store_id", "varchar")];
    if kind.name == "customers" {
        columns.extend([("customer_no", "varchar"), ("phones_text", "varchar")]);
    }
    for column in kind.columns {
        // The names of people on orders live in `customers` alone.
        if kind.name == "work_orders" && column.name == "name" {
            continue;
        }
        if let Some((_, sql)) = Builder::of(column.value, 0) {
            columns.push((column.name, sql));
        }
    }
    columns
}

/// Typed rows under construction, with the people and vehicles that they name.
pub(super) struct Columns {
    line: Int64Builder,
    row_key: UInt64Builder,
    numberless: BooleanBuilder,
    lines: Int32Builder,
    content: UInt64Builder,
    vin_key: UInt64Builder,
    plate_key: UInt64Builder,
    customer_key: UInt64Builder,
    names: Vec<&'static str>,
    values: Vec<Builder>,
    /// For each column of the kind, where its builder is.
    places: Vec<Option<usize>>,
    /// People whom the rows name.
    pub(super) people: People,
    vehicles: (
        UInt64Builder,
        UInt64Builder,
        [StringBuilder; 3],
        BooleanBuilder,
    ),
}

impl Columns {
    pub(super) fn new(kind: &Kind, capacity: usize) -> Self {
        let mut values = Vec::new();
        let mut names = Vec::new();
        for (name, _) in value_columns(kind) {
            let value = kind.column(name).map_or(ValueType::Text, |(_, c)| c.value);
            let (builder, _) = Builder::of(value, capacity).unwrap_or_else(|| {
                (
                    Builder::Text(StringBuilder::with_capacity(capacity, capacity * 8)),
                    "varchar",
                )
            });
            names.push(name);
            values.push(builder);
        }
        let places = kind
            .columns
            .iter()
            .map(|c| names.iter().position(|n| *n == c.name))
            .map(|place| place.filter(|i| !matches!(names[*i], "store_id" | "customer_no")))
            .collect();
        Self {
            line: Int64Builder::with_capacity(capacity),
            row_key: UInt64Builder::with_capacity(capacity),
            numberless: BooleanBuilder::with_capacity(capacity),
            lines: Int32Builder::with_capacity(capacity),
            content: UInt64Builder::with_capacity(capacity),
            vin_key: UInt64Builder::with_capacity(capacity),
            plate_key: UInt64Builder::with_capacity(capacity),
            customer_key: UInt64Builder::with_capacity(capacity),
            names,
            values,
            places,
            people: People::default(),
            vehicles: (
                UInt64Builder::new(),
                UInt64Builder::new(),
                std::array::from_fn(|_| StringBuilder::new()),
                BooleanBuilder::new(),
            ),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the key columns of one row, each of its own meaning"
    )]
    pub(super) fn begin(
        &mut self,
        line: u64,
        row_key: u64,
        numberless: bool,
        content: u64,
        vin_key: Option<u64>,
        plate_key: Option<u64>,
        customer_key: Option<u64>,
    ) {
        self.line
            .append_value(i64::try_from(line).unwrap_or(i64::MAX));
        self.row_key.append_value(row_key);
        self.numberless.append_value(numberless);
        self.lines.append_value(1);
        self.content.append_value(content);
        self.vin_key.append_option(vin_key);
        self.plate_key.append_option(plate_key);
        self.customer_key.append_option(customer_key);
    }

    /// The builder of a column of the kind; `None` where the kind keeps no such column.
    pub(super) fn value(&mut self, column: usize) -> Option<&mut Builder> {
        let place = self.places[column]?;
        self.values.get_mut(place)
    }

    /// Puts the text of a column that every row has, by name.
    pub(super) fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(place) = self.names.iter().position(|n| *n == name) {
            match value {
                Some(text) => self.values[place].text(text),
                None => self.values[place].null(),
            }
        }
    }

    pub(super) fn vehicle(
        &mut self,
        vin_key: Option<u64>,
        plate_key: Option<u64>,
        vin: Option<&str>,
        plate: Option<&str>,
        vin_valid: Option<bool>,
        store: &str,
    ) {
        self.vehicles.0.append_option(vin_key);
        self.vehicles.1.append_option(plate_key);
        for (builder, text) in self.vehicles.2.iter_mut().zip([vin, plate, Some(store)]) {
            builder.append_option(text);
        }
        self.vehicles.3.append_option(vin_valid);
    }

    /// The batches of rows, people and vehicles; `None` where empty.
    pub(super) fn finish(
        mut self,
    ) -> Result<(
        Option<RecordBatch>,
        Option<RecordBatch>,
        Option<RecordBatch>,
    )> {
        let mut rows: Vec<(&str, ArrayRef)> = vec![
            ("line", Arc::new(self.line.finish())),
            ("row_key", Arc::new(self.row_key.finish())),
            ("numberless", Arc::new(self.numberless.finish())),
            ("lines", Arc::new(self.lines.finish())),
            ("content_hash", Arc::new(self.content.finish())),
            ("vin_key", Arc::new(self.vin_key.finish())),
            ("plate_key", Arc::new(self.plate_key.finish())),
            ("customer_key", Arc::new(self.customer_key.finish())),
        ];
        for (name, builder) in self.names.iter().zip(&mut self.values) {
            rows.push((name, builder.finish()));
        }
        let people = self.people.finish()?;
        let (vin_key, plate_key, mut texts, valid) = self.vehicles;
        let vehicles = vehicles_batch(vin_key, plate_key, &mut texts, valid)?;
        Ok((some(batch(rows)?), some(people), some(vehicles)))
    }
}

/// The staging table of plates and VINs.
pub(super) const VEHICLES_TABLE: &str = "create or replace temp table staged_vehicles (vin_key ubigint, plate_key ubigint, \
     vin varchar, plate varchar, store_id varchar, vin_valid boolean)";

fn vehicles_batch(
    mut vin_key: UInt64Builder,
    mut plate_key: UInt64Builder,
    texts: &mut [StringBuilder; 3],
    mut valid: BooleanBuilder,
) -> Result<RecordBatch> {
    let [vin, plate, store] = texts;
    batch(vec![
        ("vin_key", Arc::new(vin_key.finish())),
        ("plate_key", Arc::new(plate_key.finish())),
        ("vin", Arc::new(vin.finish())),
        ("plate", Arc::new(plate.finish())),
        ("store_id", Arc::new(store.finish())),
        ("vin_valid", Arc::new(valid.finish())),
    ])
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .map_err(Error::internal)
}

fn some(batch: RecordBatch) -> Option<RecordBatch> {
    Some(batch).filter(|b| b.num_rows() > 0)
}
