//! Units written by hand for tests: visits in, feature columns out, by the same definitions as the SQL.

#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;

use super::months_before;
use crate::features::{UnitFeatures, VisitSequences};
use crate::types::{CustomerId, CustomerKind, UnitId};

/// A day, `2024-05-01`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// One qualified visit.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) on: NaiveDate,
    pub(crate) maintenance: bool,
    pub(crate) km: Option<i32>,
}

/// A maintenance visit.
pub(crate) fn service(on: &str) -> Visit {
    Visit {
        on: day(on),
        maintenance: true,
        km: None,
    }
}

/// A visit that is no maintenance.
pub(crate) fn repair(on: &str) -> Visit {
    Visit {
        maintenance: false,
        ..service(on)
    }
}

impl Visit {
    /// With an odometer reading.
    pub(crate) fn at(mut self, km: i32) -> Self {
        self.km = Some(km);
        self
    }
}

/// One unit; what is left at its default is unknown.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) id: u64,
    pub(crate) customer: u64,
    pub(crate) store: &'static str,
    pub(crate) vehicle: bool,
    pub(crate) kind: CustomerKind,
    pub(crate) brand: Option<&'static str>,
    pub(crate) series: Option<&'static str>,
    pub(crate) fuel: Option<&'static str>,
    pub(crate) purchased: Option<NaiveDate>,
    pub(crate) sold_by_us: Option<bool>,
    pub(crate) warranty_end: Option<NaiveDate>,
    pub(crate) interval_km: Option<i32>,
    pub(crate) interval_months: Option<i32>,
    pub(crate) due_date: Option<NaiveDate>,
    pub(crate) due_km: Option<i32>,
    pub(crate) gone_on: Option<NaiveDate>,
    pub(crate) open: bool,
    pub(crate) visits: Vec<Visit>,
    pub(crate) warranty_visits: i32,
    pub(crate) spend: f64,
    pub(crate) profit: Option<f64>,
    pub(crate) receivable: Option<f64>,
    pub(crate) owing: Option<f64>,
    pub(crate) discount: Option<f64>,
    pub(crate) kinds: Option<i32>,
}

/// A vehicle of a private person with these visits, holder of the same number.
pub(crate) fn unit(id: u64, visits: Vec<Visit>) -> Unit {
    Unit {
        id,
        customer: id,
        store: "main",
        vehicle: true,
        kind: CustomerKind::Person,
        brand: None,
        series: None,
        fuel: None,
        purchased: None,
        sold_by_us: None,
        warranty_end: None,
        interval_km: None,
        interval_months: None,
        due_date: None,
        due_km: None,
        gone_on: None,
        open: false,
        visits,
        warranty_visits: 0,
        spend: 0.0,
        profit: None,
        receivable: None,
        owing: None,
        discount: None,
        kinds: None,
    }
}

/// Feature columns of the units at a date, in the order given.
pub(crate) fn features(as_of: &str, history_from: &str, units: &[Unit]) -> UnitFeatures {
    let as_of = day(as_of);
    let (year, two) = (months_before(as_of, 12), months_before(as_of, 24));
    let mut f = UnitFeatures {
        as_of,
        history_from: Some(day(history_from)),
        ..UnitFeatures::default()
    };
    for u in units {
        let days: Vec<NaiveDate> = u.visits.iter().map(|v| v.on).collect();
        let after = |limit: NaiveDate| days.iter().filter(|&&d| d > limit).count() as i32;
        let services = || u.visits.iter().filter(|v| v.maintenance);
        f.unit_id.push(UnitId(u.id));
        f.customer_id.push(CustomerId(u.customer));
        f.store_id.push(u.store.into());
        f.is_vehicle.push(u.vehicle);
        f.customer_kind.push(u.kind);
        f.brand.push(u.brand.map(Into::into));
        f.series.push(u.series.map(Into::into));
        f.model.push(None);
        f.fuel.push(u.fuel.map(Into::into));
        f.purchase_date.push(u.purchased);
        f.sold_by_us.push(u.sold_by_us);
        f.warranty_end.push(u.warranty_end);
        f.interval_km.push(u.interval_km);
        f.interval_months.push(u.interval_months);
        f.order_next_due_date.push(u.due_date);
        f.order_next_due_km.push(u.due_km);
        f.gone_on.push(u.gone_on);
        f.open_order.push(u.open);
        f.visits.push(days.len() as i32);
        f.first_visit_on.push(days.first().copied());
        f.last_visit_on.push(days.last().copied());
        f.previous_visit_on.push(days.iter().rev().nth(1).copied());
        f.last_maintenance_on
            .push(services().next_back().map(|v| v.on));
        f.maintenance_visits.push(services().count() as i32);
        f.visits_12m.push(after(year));
        f.visits_previous_12m.push(after(two) - after(year));
        f.visits_24m.push(after(two));
        f.last_seen_on.push(days.last().copied());
        f.other_visits_12m.push(0);
        f.comebacks_24m.push(0);
        f.maintenance_price_ratio.push(None);
        f.visits_warranty_accident_24m.push(u.warranty_visits);
        f.priced_visits.push(days.len() as i32);
        f.paying_visits
            .push(if u.spend > 0.0 { days.len() as i32 } else { 0 });
        f.paid_on_visits.push(u.spend);
        f.spend_12m.push(u.spend / 2.0);
        f.spend_24m.push(u.spend);
        f.gross_profit_24m.push(u.profit);
        f.orders_24m.push(after(two));
        f.orders_with_cost_24m
            .push(u.profit.map_or(0, |_| after(two)));
        f.receivable_24m.push(u.receivable);
        f.owing_24m.push(u.owing);
        f.discount_24m.push(u.discount);
        f.kinds_24m.push(u.kinds);
        f.survey_score.push(None);
        f.complaints_24m.push(None);
        f.missed_since_visit.push(None);
        f.booked_ahead.push(None);
        f.policy_sold_end.push(None);
    }
    f
}

/// Visit sequences of the units, by id.
pub(crate) fn sequences(units: &[Unit]) -> VisitSequences {
    let mut sorted: Vec<&Unit> = units.iter().filter(|u| !u.visits.is_empty()).collect();
    sorted.sort_by_key(|u| u.id);
    let mut out = VisitSequences {
        starts: vec![0],
        ..VisitSequences::default()
    };
    for u in sorted {
        out.unit_id.push(UnitId(u.id));
        for v in &u.visits {
            out.first_in.push(v.on);
            out.is_maintenance.push(v.maintenance);
            out.odometer_km.push(v.km);
        }
        out.starts.push(out.first_in.len());
    }
    out
}
