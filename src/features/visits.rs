//! The visits of all units as the scoring reads them: loaded once, read as of many dates.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    BooleanArray, Date32Array, Decimal128Array, Int32Array, StringArray, UInt8Array, UInt64Array,
};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::table::{column, day_at, day_of, flag_at, text_at, value_at};
use crate::types::{CustomerId, Error, Result, UnitId};

/// An amount in hundredths of a yuan, or unknown. Whole numbers, so that no sum depends on its order;
/// without the room that an `Option` takes, since there are millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cents(i64);

impl Cents {
    /// Not known.
    pub const UNKNOWN: Self = Self(i64::MIN);

    /// The amount, where it is known.
    #[must_use]
    pub const fn known(self) -> Option<i64> {
        if self.0 == Self::UNKNOWN.0 {
            None
        } else {
            Some(self.0)
        }
    }
}

impl From<Option<i64>> for Cents {
    fn from(cents: Option<i64>) -> Self {
        cents.map_or(Self::UNKNOWN, Self)
    }
}

/// Kinds of business, as bits.
pub mod business {
    /// Maintenance.
    pub const MAINTENANCE: u8 = 1;
    /// Repair.
    pub const REPAIR: u8 = 2;
    /// Body and accident.
    pub const BODY: u8 = 4;
    /// Accessories.
    pub const ACCESSORIES: u8 = 8;
}

/// One visit of a unit, by the definitions of `queries/visits/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Day on which it begins.
    pub on: NaiveDate,
    /// Counts as a return.
    pub qualified: bool,
    /// A maintenance visit (where no class is mapped, every qualified visit).
    pub is_maintenance: bool,
    /// It had to mend an earlier one.
    pub is_comeback: bool,
    /// Its classes are only warranty, recall or accident.
    pub only_warranty_accident: bool,
    /// Kinds of business, bits of [`business`].
    pub business: u8,
    /// Store, by its place in [`VisitHistory::stores`].
    pub store: Option<u16>,
    /// Orders.
    pub orders: i32,
    /// Orders with known cost.
    pub orders_with_cost: i32,
    /// Day since which an order of it is open.
    pub open_since: Option<NaiveDate>,
    /// Customer whom its orders name.
    pub customer_id: Option<CustomerId>,
    /// Paid.
    pub paid: Cents,
    /// Receivable.
    pub receivable: Cents,
    /// Owing.
    pub owing: Cents,
    /// Discount.
    pub discount: Cents,
    /// Gross profit.
    pub gross_profit: Cents,
    /// Odometer, km, where it was read and believed.
    pub odometer_km: Option<i32>,
    /// Next maintenance that it planned.
    pub next_due_date: Option<NaiveDate>,
    /// Odometer of the next maintenance that it planned, km.
    pub next_due_km: Option<i32>,
}

/// The visits of units, by unit id and within a unit in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisitHistory {
    /// Units with a visit; ascending.
    pub unit_id: Vec<UnitId>,
    /// Where each unit's visits begin; one longer than `unit_id`.
    pub starts: Vec<usize>,
    /// The visits.
    pub visits: Vec<Visit>,
    /// Ids of the visits.
    pub ids: Vec<u64>,
    /// Names of the stores.
    pub stores: Vec<Arc<str>>,
    /// The last reading of the last unit, believed or not.
    pub last_reading: Option<Reading>,
}

/// An odometer reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Day of the reading.
    pub on: NaiveDate,
    /// Kilometres.
    pub km: i32,
}

/// More than a car drives in a day, km.
const MOST_KM_A_DAY: i64 = 1000;

/// A reading, where it can be believed after the one before: it is set aside where it is a placeholder (0 or 1),
/// lower than that, or more than 1,000 km a day above it. `last` becomes the reading, believed or not.
#[must_use]
pub fn believed(reading: Reading, last: &mut Option<Reading>) -> Option<i32> {
    if reading.km <= 1 {
        return None;
    }
    let before = last.replace(reading);
    let driven = |b: Reading| i64::from(reading.km) - i64::from(b.km);
    let possible = |b: Reading| MOST_KM_A_DAY * (reading.on - b.on).num_days().max(1);
    before
        .is_none_or(|b| (0..=possible(b)).contains(&driven(b)))
        .then_some(reading.km)
}

impl VisitHistory {
    /// Makes room for so many: growing by doubling would take twice the memory.
    pub fn make_room(&mut self, visits: usize) {
        self.visits.reserve_exact(visits);
        self.ids.reserve_exact(visits);
    }

    /// Adds the visits of a batch of `queries/features/unit_visits.sql`, which come in the order of unit and time.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        let units = column::<UInt64Array>(batch, "unit_id")?;
        self.ids
            .extend(column::<UInt64Array>(batch, "visit_id")?.values());
        let date = |name| column::<Date32Array>(batch, name);
        let flag = |name| column::<BooleanArray>(batch, name);
        let int = |name| column::<Int32Array>(batch, name);
        let money = |name| column::<Decimal128Array>(batch, name);
        let (on, open_since, next_due_date) = (
            date("first_on")?,
            date("open_since")?,
            date("next_due_date")?,
        );
        let (qualified, is_maintenance, is_comeback, only) = (
            flag("qualified")?,
            flag("is_maint")?,
            flag("is_comeback")?,
            flag("only_warranty_accident")?,
        );
        let business = column::<UInt8Array>(batch, "business")?;
        let (orders, orders_with_cost) = (int("orders")?, int("orders_with_cost")?);
        let (odometer, next_due_km) = (int("odometer_km")?, int("next_due_km")?);
        let store = column::<StringArray>(batch, "store_id")?;
        let customer = column::<UInt64Array>(batch, "customer_id")?;
        let (paid, receivable, owing, discount, gross_profit) = (
            money("paid_amount")?,
            money("receivable")?,
            money("owing")?,
            money("discount")?,
            money("gross_profit")?,
        );
        let yes = |column, i| flag_at(column, i).unwrap_or(false);
        // DECIMAL(14, 2) fits 64 bits by far.
        let cents_at = |a: &Decimal128Array, i: usize| {
            Cents::from(value_at(a, i).and_then(|cents| i64::try_from(cents).ok()))
        };
        for i in 0..batch.num_rows() {
            self.count(UnitId(units.value(i)));
            let on = day_of(on.value(i));
            let odometer_km = value_at(odometer, i)
                .and_then(|km| believed(Reading { on, km }, &mut self.last_reading));
            let store = text_at(store, i).map(|name| self.store(name)).transpose()?;
            self.visits.push(Visit {
                on,
                qualified: yes(qualified, i),
                is_maintenance: yes(is_maintenance, i),
                is_comeback: yes(is_comeback, i),
                only_warranty_accident: yes(only, i),
                business: business.value(i),
                store,
                orders: value_at(orders, i).unwrap_or_default(),
                orders_with_cost: value_at(orders_with_cost, i).unwrap_or_default(),
                open_since: day_at(open_since, i),
                customer_id: value_at(customer, i).map(CustomerId),
                paid: cents_at(paid, i),
                receivable: cents_at(receivable, i),
                owing: cents_at(owing, i),
                discount: cents_at(discount, i),
                gross_profit: cents_at(gross_profit, i),
                odometer_km,
                next_due_date: day_at(next_due_date, i),
                next_due_km: value_at(next_due_km, i),
            });
        }
        Ok(())
    }

    /// Takes note of one more visit of a unit that is not before the last one.
    fn count(&mut self, unit: UnitId) {
        if self.unit_id.last() != Some(&unit) {
            self.unit_id.push(unit);
            self.last_reading = None;
            let start = self.starts.pop().unwrap_or(0);
            self.starts.extend([start, start]);
        }
        if let Some(end) = self.starts.last_mut() {
            *end += 1;
        }
    }

    fn store(&mut self, name: &str) -> Result<u16> {
        // Visits of one store come in runs, and there are few stores.
        let at = match self.stores.iter().rposition(|s| &**s == name) {
            Some(at) => at,
            None => {
                self.stores.push(name.into());
                self.stores.len() - 1
            }
        };
        u16::try_from(at).map_err(|_| Error::internal("more than 65,535 stores"))
    }

    /// The visits of the unit at a place of `unit_id`.
    #[must_use]
    pub fn of(&self, at: usize) -> &[Visit] {
        &self.visits[self.range(at)]
    }

    fn range(&self, at: usize) -> Range<usize> {
        self.starts[at]..self.starts[at + 1]
    }

    /// Whether the unit had a qualified visit after one day and not after another.
    #[must_use]
    pub fn came_between(&self, unit: UnitId, after: NaiveDate, until: NaiveDate) -> bool {
        self.unit_id.binary_search(&unit).is_ok_and(|at| {
            self.of(at)
                .iter()
                .any(|v| v.qualified && v.on > after && v.on <= until)
        })
    }
}

impl VisitHistory {
    /// The unit's days with a qualified visit up to a day, ascending, each once.
    #[must_use]
    pub fn qualified_days(&self, unit: UnitId, until: NaiveDate) -> Vec<NaiveDate> {
        let Ok(at) = self.unit_id.binary_search(&unit) else {
            return Vec::new();
        };
        let visits = self.of(at).iter();
        let mut days: Vec<NaiveDate> = visits
            .filter(|v| v.qualified && v.on <= until)
            .map(|v| v.on)
            .collect();
        days.dedup();
        days
    }

    /// The unit's days with a qualified visit after one day and not after another.
    #[must_use]
    pub fn visits_between(&self, unit: UnitId, after: NaiveDate, until: NaiveDate) -> u32 {
        let Ok(at) = self.unit_id.binary_search(&unit) else {
            return 0;
        };
        let (mut days, mut last) = (0, after);
        for v in self.of(at).iter().filter(|v| v.qualified) {
            if v.on > last && v.on <= until {
                (days, last) = (days + 1, v.on);
            }
        }
        days
    }
}

impl VisitHistory {
    /// Paid on the unit's qualified visits after one day and not after another, yuan; `None` where a payment is unknown.
    #[must_use]
    pub fn paid_between(&self, unit: UnitId, after: NaiveDate, until: NaiveDate) -> Option<f64> {
        let Ok(at) = self.unit_id.binary_search(&unit) else {
            return Some(0.0);
        };
        let cents = self
            .of(at)
            .iter()
            .filter(|v| v.qualified && v.on > after && v.on <= until)
            .try_fold(0, |sum, v| Some(sum + v.paid.known()?))?;
        Some(cents as f64 / 100.0)
    }
}

/// Visits that replace others: less was known of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replaced {
    visits: VisitHistory,
}

impl Replaced {
    /// Adds the visits of a batch of `queries/features/unit_visits.sql` that replace others.
    ///
    /// # Errors
    /// When the batch lacks a column or has another type.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<()> {
        self.visits.extend(batch)
    }

    /// The visits of a unit with those put in that replace others; `None` where none does.
    fn put_into(&self, unit: UnitId, ids: &[u64], visits: &[Visit]) -> Option<Vec<Visit>> {
        let at = self.visits.unit_id.binary_search(&unit).ok()?;
        let mut visits = visits.to_vec();
        for i in self.visits.range(at) {
            let id = self.visits.ids[i];
            let place = ids.iter().position(|other| *other == id);
            if let Some(visit) = place.and_then(|at| visits.get_mut(at)) {
                // Its store and reading are what they are, whatever else was known of it.
                *visit = Visit {
                    store: visit.store,
                    odometer_km: visit.odometer_km,
                    ..self.visits.visits[i]
                };
            }
        }
        Some(visits)
    }
}

/// What was known of the visits at one date: those up to it, but for the units about whose visits something became
/// known later; these have them as they were known then.
#[derive(Clone, Copy, Debug)]
pub struct KnownVisits<'a> {
    /// All visits.
    pub all: &'a VisitHistory,
    /// Units about whose visits something became known later; ascending.
    pub changed: &'a [UnitId],
    /// Visits of these as they were known then.
    pub then: &'a VisitHistory,
    /// Single visits of other units of which less was known.
    pub replaced: &'a Replaced,
    /// The date.
    pub date: NaiveDate,
}

impl<'a> KnownVisits<'a> {
    /// Each unit with a visit, by id, its visits and the history that they are of.
    #[must_use]
    pub fn units(&self) -> Vec<(UnitId, &'a VisitHistory, Cow<'a, [Visit]>)> {
        let mut out = Vec::with_capacity(self.all.unit_id.len());
        let (mut mine, mut theirs) = (0, 0);
        loop {
            let own = self.all.unit_id.get(mine);
            let other = self.then.unit_id.get(theirs);
            match (own, other) {
                (None, None) => return out,
                (Some(unit), _) if self.changed.binary_search(unit).is_ok() => mine += 1,
                (Some(unit), other) if other.is_none_or(|o| unit < o) => {
                    out.extend(self.up_to_date(self.all, mine));
                    mine += 1;
                }
                _ => {
                    out.extend(self.up_to_date(self.then, theirs));
                    theirs += 1;
                }
            }
        }
    }

    /// One unit's visits up to the date; a unit without any is not known by its visits.
    fn up_to_date(
        &self,
        of: &'a VisitHistory,
        at: usize,
    ) -> Option<(UnitId, &'a VisitHistory, Cow<'a, [Visit]>)> {
        let visits = of.of(at);
        let visits = &visits[..visits.partition_point(|v| v.on <= self.date)];
        if visits.is_empty() {
            return None;
        }
        let unit = of.unit_id[at];
        let visits = self
            .replaced
            .put_into(unit, &of.ids[of.range(at)], visits)
            .map_or(Cow::Borrowed(visits), Cow::Owned);
        Some((unit, of, visits))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn believed_of(readings: &[(&str, i32)]) -> Vec<Option<i32>> {
        let mut last = None;
        readings
            .iter()
            .map(|(on, km)| {
                let on = on.parse().unwrap();
                believed(Reading { on, km: *km }, &mut last)
            })
            .collect()
    }

    #[test]
    fn readings_are_believed_unless_they_fall_or_leap() {
        assert_eq!(
            believed_of(&[
                ("2025-01-01", 10_000),
                ("2025-01-02", 11_000),
                ("2025-01-03", 12_001),
                ("2025-01-04", 12_000),
                ("2025-01-04", 13_000),
            ]),
            [Some(10_000), Some(11_000), None, None, Some(13_000)]
        );
    }

    #[test]
    fn placeholders_are_no_readings_and_nothing_is_held_against_them() {
        assert_eq!(
            believed_of(&[
                ("2025-01-01", 0),
                ("2025-01-02", 1),
                ("2025-01-03", 90_000),
                ("2025-01-04", 0),
                ("2025-01-05", 90_500),
            ]),
            [None, None, Some(90_000), None, Some(90_500)]
        );
    }
}
