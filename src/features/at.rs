//! What is known of each unit at a date, from its visits and from what files state. Every date goes through this one
//! function.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::counted::{Counted, Windows};
use super::signals::Heard;
use super::visits::{KnownVisits, Visit, VisitHistory};
use super::{Signal, UnitFacts, UnitFeatures, Vehicle, VisitSequences};
use crate::types::{CustomerId, CustomerKind, UnitId};

/// One unit's features: a row of [`UnitFeatures`].
struct Row {
    unit_id: UnitId,
    customer_id: CustomerId,
    customer_kind: CustomerKind,
    store_id: Arc<str>,
    gone_on: Option<NaiveDate>,
    kinds_24m: Option<i32>,
    heard: Heard,
    counted: Counted,
}

/// Units whose rows are in memory beside the columns that they go into.
const AT_ONCE: usize = 32_768;

/// Features of all units that are known at a date, and the sequences of their qualified visits; both by unit id.
#[must_use]
pub fn unit_features(facts: &UnitFacts, known: &KnownVisits<'_>) -> (UnitFeatures, VisitSequences) {
    let windows = Windows::new(known.date, facts.max_stay_days);
    let units = units_at(facts, known);
    let mut features = UnitFeatures {
        as_of: known.date,
        history_from: facts.history_from,
        ..UnitFeatures::default()
    };
    let mut sequences = VisitSequences {
        starts: vec![0],
        ..VisitSequences::default()
    };
    for some in units.chunks(AT_ONCE) {
        let rows: Vec<Row> = some
            .par_iter()
            .with_min_len(1024)
            .map(|unit| row(facts, &windows, unit))
            .collect();
        for (unit, row) in some.iter().zip(rows) {
            features.push(row, unit.vehicle);
            sequences.push(unit.id, &unit.visits);
        }
    }
    (features, sequences)
}

/// A unit that is known at the date: by its visits, by what a file states, or by both.
struct Unit<'a> {
    id: UnitId,
    vehicle: Option<&'a Vehicle>,
    visits: Cow<'a, [Visit]>,
    history: Option<&'a VisitHistory>,
    signals: &'a [Signal],
}

/// Units with a visit, and vehicles that a file states and that were bought by then. A vehicle known from
/// orders alone exists from its first order on.
fn units_at<'a>(facts: &'a UnitFacts, known: &KnownVisits<'a>) -> Vec<Unit<'a>> {
    let mut vehicles = facts.vehicles.iter().peekable();
    let mut units = Vec::with_capacity(facts.vehicles.len());
    let stated = |vehicle: &'a Vehicle| {
        let exists = vehicle.known_from.is_some()
            && vehicle.purchase_date.is_none_or(|day| day <= known.date);
        exists.then_some(Unit {
            id: vehicle.unit_id,
            vehicle: Some(vehicle),
            visits: Cow::Borrowed(&[]),
            history: None,
            signals: &[],
        })
    };
    for (id, history, visits) in known.units() {
        while let Some(vehicle) = vehicles.next_if(|v| v.unit_id < id) {
            units.extend(stated(vehicle));
        }
        units.push(Unit {
            id,
            vehicle: vehicles.next_if(|v| v.unit_id == id),
            visits,
            history: Some(history),
            signals: &[],
        });
    }
    units.extend(vehicles.filter_map(stated));
    let mut next = 0;
    for unit in &mut units {
        unit.signals = facts.signals.of(unit.id, &mut next);
    }
    units
}

fn row(facts: &UnitFacts, windows: &Windows, unit: &Unit<'_>) -> Row {
    let counted = Counted::of(windows, &unit.visits);
    let stated = unit
        .vehicle
        .filter(|v| v.known_from.is_some_and(|from| from <= windows.as_of));
    // The unnamed customer of a unit has the unit's own id.
    let unnamed = CustomerId(unit.id.0);
    let holder = counted
        .last_customer
        .or_else(|| stated.and_then(|v| v.customer_id))
        .or_else(|| Some(facts.person(unnamed)).filter(|person| *person != unnamed));
    let store = |at: Option<u16>| {
        let stores = &unit.history?.stores;
        stores.get(usize::from(at?)).cloned()
    };
    let sold = stated.filter(|v| v.is_gone).and_then(|v| v.known_from);
    let customer_id = holder.unwrap_or(unnamed);
    let heard = facts.signals.heard(
        unit.signals,
        facts.person(customer_id),
        windows.as_of,
        windows.month_24,
        counted.last_visit_on,
    );
    let kinds_24m = facts
        .has_class
        .then(|| counted.business.count_ones() as i32 + i32::from(heard.renewed));
    Row {
        unit_id: unit.id,
        customer_id,
        customer_kind: holder
            .and_then(|c| facts.kinds.get(&c).copied())
            .unwrap_or(CustomerKind::Person),
        store_id: store(counted.last_store)
            .or_else(|| unit.vehicle.and_then(|v| v.store_id.clone()))
            .or_else(|| store(counted.first_store))
            .unwrap_or_else(|| "".into()),
        gone_on: facts.news_of(unit.id, windows.as_of).max(sold),
        kinds_24m,
        heard,
        counted,
    }
}

impl UnitFeatures {
    fn push(&mut self, row: Row, vehicle: Option<&Vehicle>) {
        let c = row.counted;
        let word = |of: fn(&Vehicle) -> &Option<Arc<str>>| vehicle.and_then(|v| of(v).clone());
        self.unit_id.push(row.unit_id);
        self.customer_id.push(row.customer_id);
        self.store_id.push(row.store_id);
        self.is_vehicle.push(vehicle.is_some());
        self.customer_kind.push(row.customer_kind);
        self.brand.push(word(|v| &v.brand));
        self.series.push(word(|v| &v.series));
        self.model.push(word(|v| &v.model));
        self.fuel.push(word(|v| &v.fuel));
        self.purchase_date
            .push(vehicle.and_then(|v| v.purchase_date));
        self.sold_by_us.push(vehicle.and_then(|v| v.sold_by_us));
        self.warranty_end.push(vehicle.and_then(|v| v.warranty_end));
        self.interval_km.push(vehicle.and_then(|v| v.interval_km));
        self.interval_months
            .push(vehicle.and_then(|v| v.interval_months));
        self.order_next_due_date.push(c.next_due_date);
        self.order_next_due_km.push(c.next_due_km);
        self.gone_on.push(row.gone_on);
        self.open_order.push(c.open_order);
        self.visits.push(c.visits);
        self.first_visit_on.push(c.first_visit_on);
        self.last_visit_on.push(c.last_visit_on);
        self.previous_visit_on.push(c.previous_visit_on);
        self.last_maintenance_on.push(c.last_maintenance_on);
        self.maintenance_visits.push(c.maintenance_visits);
        self.visits_12m.push(c.visits_12m);
        self.visits_previous_12m.push(c.visits_24m - c.visits_12m);
        self.visits_24m.push(c.visits_24m);
        self.last_seen_on.push(c.last_seen_on);
        self.other_visits_12m.push(c.other_visits_12m);
        self.comebacks_24m.push(c.comebacks_24m);
        self.maintenance_price_ratio.push(c.maintenance.ratio());
        self.visits_warranty_accident_24m
            .push(c.visits_warranty_accident_24m);
        self.priced_visits.push(c.priced_visits);
        self.paying_visits.push(c.paying_visits);
        self.paid_on_visits
            .push(c.paid_on_visits.yuan().unwrap_or(0.0));
        self.spend_12m.push(c.spend_12m.yuan().unwrap_or(0.0));
        self.spend_24m.push(c.spend_24m.yuan().unwrap_or(0.0));
        self.gross_profit_24m.push(c.gross_profit_24m.yuan());
        self.orders_24m.push(c.orders_24m);
        self.orders_with_cost_24m.push(c.orders_with_cost_24m);
        self.receivable_24m.push(c.receivable_24m.yuan());
        self.owing_24m.push(c.owing_24m.yuan());
        self.discount_24m.push(c.discount_24m.yuan());
        self.kinds_24m.push(row.kinds_24m);
        self.survey_score.push(row.heard.survey_score);
        self.complaints_24m.push(row.heard.complaints_24m);
        self.missed_since_visit.push(row.heard.missed_since_visit);
        self.booked_ahead.push(row.heard.booked_ahead);
        self.policy_sold_end.push(row.heard.policy_sold_end);
    }
}

impl VisitSequences {
    /// Adds a unit with its qualified visits.
    fn push(&mut self, unit: UnitId, visits: &[Visit]) {
        for v in visits.iter().filter(|v| v.qualified) {
            self.first_in.push(v.on);
            self.is_maintenance.push(v.is_maintenance);
            self.odometer_km.push(v.odometer_km);
        }
        self.unit_id.push(unit);
        self.starts.push(self.first_in.len());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::features::{Cents, Replaced};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn visit(on: &str) -> Visit {
        Visit {
            on: day(on),
            qualified: true,
            is_maintenance: true,
            is_comeback: false,
            only_warranty_accident: false,
            business: 1,
            store: Some(0),
            orders: 1,
            orders_with_cost: 1,
            open_since: None,
            customer_id: None,
            paid: Cents::from(Some(10_050)),
            receivable: Cents::UNKNOWN,
            owing: Cents::UNKNOWN,
            discount: Cents::UNKNOWN,
            gross_profit: Cents::UNKNOWN,
            odometer_km: None,
            next_due_date: None,
            next_due_km: None,
        }
    }

    fn wash_on(on: &str) -> Visit {
        Visit {
            qualified: false,
            is_maintenance: false,
            ..visit(on)
        }
    }

    fn history(units: &[(u64, Vec<Visit>)]) -> VisitHistory {
        let mut out = VisitHistory {
            starts: vec![0],
            stores: vec!["north".into()],
            ..VisitHistory::default()
        };
        for (unit, visits) in units {
            out.unit_id.push(UnitId(*unit));
            out.visits.extend(visits);
            out.ids.resize(out.visits.len(), 0);
            out.starts.push(out.visits.len());
        }
        out
    }

    fn at(date: &str, facts: &UnitFacts, all: &VisitHistory) -> UnitFeatures {
        let known = KnownVisits {
            all,
            changed: &[],
            then: &VisitHistory::default(),
            replaced: &Replaced::default(),
            date: day(date),
        };
        unit_features(facts, &known).0
    }

    #[test]
    fn windows_begin_after_the_same_day_so_many_months_ago() {
        let visits = vec![
            visit("2022-06-30"),
            visit("2023-07-01"),
            visit("2024-06-30"),
            visit("2024-07-01"),
            visit("2025-07-01"),
        ];
        let f = at(
            "2025-06-30",
            &UnitFacts::default(),
            &history(&[(7, visits)]),
        );
        assert_eq!((f.visits[0], f.visits_24m[0], f.visits_12m[0]), (4, 3, 1));
        assert_eq!(f.visits_previous_12m[0], 2);
        assert_eq!((f.spend_12m[0], f.spend_24m[0]), (100.5, 301.5));
        assert_eq!(f.last_visit_on[0], Some(day("2024-07-01")));
        assert_eq!(f.previous_visit_on[0], Some(day("2024-06-30")));
        assert_eq!(&*f.store_id[0], "north");
    }

    #[test]
    fn money_back_and_a_car_in_the_shop_are_no_visits_of_another_kind() {
        let wash = wash_on("2025-02-01");
        let refund = Visit {
            orders: 0,
            ..wash_on("2025-05-01")
        };
        let in_the_shop = Visit {
            open_since: Some(day("2025-06-01")),
            ..wash_on("2025-06-01")
        };
        let counts = |visits: Vec<Visit>| {
            let f = at(
                "2025-06-02",
                &UnitFacts::default(),
                &history(&[(7, visits)]),
            );
            (f.last_seen_on[0], f.other_visits_12m[0], f.comebacks_24m[0])
        };
        let last = visit("2025-01-01");
        assert_eq!(
            counts(vec![last, wash, refund]),
            (Some(day("2025-02-01")), 1, 0)
        );
        assert_eq!(
            counts(vec![last, in_the_shop]),
            (Some(day("2025-06-01")), 0, 0)
        );
        let comeback = Visit {
            is_comeback: true,
            ..wash
        };
        assert_eq!(
            counts(vec![last, comeback]),
            (Some(day("2025-02-01")), 0, 1)
        );
    }

    #[test]
    fn what_no_visit_tells_is_unknown_and_not_zero() {
        let f = at(
            "2025-01-31",
            &UnitFacts::default(),
            &history(&[(7, vec![visit("2025-01-01")])]),
        );
        assert_eq!((f.receivable_24m[0], f.gross_profit_24m[0]), (None, None));
        // Without any class in the files, kinds of business are not counted.
        assert_eq!(f.kinds_24m[0], None);
        // The unnamed customer of a unit has its id.
        assert_eq!(f.customer_id[0], CustomerId(7));
    }

    #[test]
    fn a_vehicle_is_known_by_its_visits_or_from_the_day_that_it_was_bought() {
        let vehicle = |id, bought: &str| Vehicle {
            unit_id: UnitId(id),
            purchase_date: Some(day(bought)),
            known_from: Some(day("2025-12-31")),
            is_gone: true,
            ..Vehicle::default()
        };
        let mut facts = UnitFacts::default();
        facts.vehicles = vec![
            vehicle(1, "2024-01-01"),
            vehicle(2, "2025-09-01"),
            vehicle(3, "2025-09-01"),
        ];
        let all = history(&[
            (3, vec![visit("2025-03-01")]),
            (4, vec![visit("2025-05-01")]),
        ]);
        let then = at("2025-03-31", &facts, &all);
        assert_eq!(then.unit_id, [UnitId(1), UnitId(3)]);
        assert_eq!(then.is_vehicle, [true, true]);
        // What the file says of a sale counts from the day on which the file was known.
        assert_eq!(then.gone_on[0], None);
        let now = at("2025-12-31", &facts, &all);
        assert_eq!(now.unit_id, [1, 2, 3, 4].map(UnitId));
        assert_eq!(now.gone_on[0], Some(day("2025-12-31")));
        assert!(!now.is_vehicle[3]);
    }

    #[test]
    fn units_that_changed_since_have_the_visits_known_then() {
        let all = history(&[
            (1, vec![visit("2025-01-01"), visit("2025-02-01")]),
            (2, vec![visit("2025-01-05")]),
        ]);
        let then = history(&[
            (1, vec![visit("2025-01-01")]),
            (3, vec![visit("2025-01-09")]),
        ]);
        let known = KnownVisits {
            all: &all,
            changed: &[UnitId(1), UnitId(3)],
            then: &then,
            replaced: &Replaced::default(),
            date: day("2025-02-28"),
        };
        let (f, sequences) = unit_features(&UnitFacts::default(), &known);
        assert_eq!(f.unit_id, [1, 2, 3].map(UnitId));
        assert_eq!(f.visits, [1, 1, 1]);
        assert_eq!(sequences.starts, [0, 1, 2, 3]);
    }
}
