//! What files state about units besides their visits: vehicles, news of cars that are gone, kinds of customers.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{BooleanArray, Date32Array, Int32Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::Signals;
use crate::table::{column, day_at, day_of, flag_at, text_at, value_at};
use crate::types::{CustomerId, CustomerKind, Result, UnitId};

/// What is stated about one vehicle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vehicle {
    /// Unit.
    pub unit_id: UnitId,
    /// Store whose file states it.
    pub store_id: Option<Arc<str>>,
    /// Holder.
    pub customer_id: Option<CustomerId>,
    /// Brand.
    pub brand: Option<Arc<str>>,
    /// Series.
    pub series: Option<Arc<str>>,
    /// Model.
    pub model: Option<Arc<str>>,
    /// `ice`, `hev`, `phev`, `bev`.
    pub fuel: Option<Arc<str>>,
    /// Purchase date.
    pub purchase_date: Option<NaiveDate>,
    /// Bought here.
    pub sold_by_us: Option<bool>,
    /// End of the warranty.
    pub warranty_end: Option<NaiveDate>,
    /// Maintenance interval, km.
    pub interval_km: Option<i32>,
    /// Maintenance interval, months.
    pub interval_months: Option<i32>,
    /// Sold, scrapped or moved, as the file says.
    pub is_gone: bool,
    /// Day from which the file's statements count as known; `None`: known from orders alone.
    pub known_from: Option<NaiveDate>,
}

/// Everything stated about units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitFacts {
    /// Vehicles by unit id.
    pub vehicles: Vec<Vehicle>,
    /// Days on which a call found the vehicle sold, scrapped or moved away: unit and day, ascending.
    pub news: Vec<(UnitId, NaiveDate)>,
    /// What is said of units between their visits.
    pub signals: Signals,
    /// Customers who are not persons.
    pub kinds: HashMap<CustomerId, CustomerKind>,
    /// Customers who count as another one.
    pub persons: HashMap<CustomerId, CustomerId>,
    /// First in-date of any order.
    pub history_from: Option<NaiveDate>,
    /// Some file has a class column.
    pub has_class: bool,
    /// Days after which an order that is still open is no visit in the shop any more.
    pub max_stay_days: i64,
    words: HashMap<String, Arc<str>>,
}

impl UnitFacts {
    /// Nothing stated yet.
    #[must_use]
    pub fn new(history_from: Option<NaiveDate>, has_class: bool, max_stay_days: u32) -> Self {
        Self {
            history_from,
            has_class,
            max_stay_days: i64::from(max_stay_days),
            ..Self::default()
        }
    }

    /// Adds the vehicles of a batch of `queries/features/vehicle_facts.sql`, which come by unit id.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend_vehicles(&mut self, batch: &RecordBatch) -> Result<()> {
        let unit = column::<UInt64Array>(batch, "unit_id")?;
        let customer = column::<UInt64Array>(batch, "customer_id")?;
        let text = |name| column::<StringArray>(batch, name);
        let (store, brand, series) = (text("store_id")?, text("brand")?, text("series")?);
        let (model, fuel) = (text("model")?, text("fuel")?);
        let date = |name| column::<Date32Array>(batch, name);
        let (bought, warranty, known) = (
            date("purchase_date")?,
            date("warranty_end")?,
            date("known_from")?,
        );
        let sold_by_us = column::<BooleanArray>(batch, "sold_by_us")?;
        let is_gone = column::<BooleanArray>(batch, "is_gone")?;
        let interval_km = column::<Int32Array>(batch, "interval_km")?;
        let interval_months = column::<Int32Array>(batch, "interval_months")?;
        for i in 0..batch.num_rows() {
            let mut word = |column| text_at(column, i).map(|text| self.word(text));
            let vehicle = Vehicle {
                unit_id: UnitId(unit.value(i)),
                store_id: word(store),
                customer_id: value_at(customer, i).map(CustomerId),
                brand: word(brand),
                series: word(series),
                model: word(model),
                fuel: word(fuel),
                purchase_date: day_at(bought, i),
                sold_by_us: flag_at(sold_by_us, i),
                warranty_end: day_at(warranty, i),
                interval_km: value_at(interval_km, i),
                interval_months: value_at(interval_months, i),
                is_gone: flag_at(is_gone, i).unwrap_or(false),
                known_from: day_at(known, i),
            };
            self.vehicles.push(vehicle);
        }
        Ok(())
    }

    /// Adds the news of a batch of `queries/features/gone_news.sql`, which come by unit and day.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend_news(&mut self, batch: &RecordBatch) -> Result<()> {
        self.news.extend(unit_days(batch, "gone_on")?);
        Ok(())
    }

    /// Adds customers who are not persons: `customer_id` and `kind`.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend_kinds(&mut self, batch: &RecordBatch) -> Result<()> {
        let ids = column::<UInt64Array>(batch, "customer_id")?;
        let kinds = column::<StringArray>(batch, "kind")?;
        let known = ids.values().iter().zip(kinds);
        self.kinds.extend(
            known.filter_map(|(id, kind)| Some((CustomerId(*id), CustomerKind::parse(kind?)?))),
        );
        Ok(())
    }

    /// Adds customers who count as another one: `customer_id` and `person_id`.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend_persons(&mut self, batch: &RecordBatch) -> Result<()> {
        let ids = column::<UInt64Array>(batch, "customer_id")?.values();
        let persons = column::<UInt64Array>(batch, "person_id")?.values();
        let pairs = ids.iter().zip(persons);
        self.persons
            .extend(pairs.map(|(id, person)| (CustomerId(*id), CustomerId(*person))));
        Ok(())
    }

    /// The customer as whom a customer counts: somebody may have decided that they are one person.
    pub(super) fn person(&self, customer: CustomerId) -> CustomerId {
        self.persons.get(&customer).copied().unwrap_or(customer)
    }

    /// The same few names come again and again: one copy of each.
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return word.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(text.to_owned(), word.clone());
        word
    }

    /// The last day before the end of `date` on which a call found the vehicle gone.
    pub(super) fn news_of(&self, unit: UnitId, date: NaiveDate) -> Option<NaiveDate> {
        let end = self.news.partition_point(|n| *n <= (unit, date));
        self.news[..end]
            .last()
            .filter(|(u, _)| *u == unit)
            .map(|(_, on)| *on)
    }
}

/// Units and a day of each.
fn unit_days(batch: &RecordBatch, name: &str) -> Result<Vec<(UnitId, NaiveDate)>> {
    let units = column::<UInt64Array>(batch, "unit_id")?;
    let days = column::<Date32Array>(batch, name)?;
    let pairs = units.values().iter().zip(days.values());
    Ok(pairs.map(|(u, d)| (UnitId(*u), day_of(*d))).collect())
}
