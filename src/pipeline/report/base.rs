//! Reads what the base of dates is counted from, and puts the counts where the questions read them.

use arrow::array::{BooleanArray, Date32Array, Decimal128Array, StringArray, UInt64Array};

use super::Period;
use crate::kpis::{Base, BaseVisit};
use crate::scripts;
use crate::store::Store;
use crate::table::{column, day_at, day_of, text_at, value_at};
use crate::types::{CustomerId, CustomerKind, Error, Result, UnitId};

/// Tables that questions read, made by [`count_base`].
pub(super) const BASE_TABLES: [&str; 2] = ["base_moves", "base_habits"];

/// Counts the base of a period and of those before it; the table `run` is of the period.
///
/// # Errors
/// When the engine refuses.
pub(super) fn count_base(
    store: &Store,
    period: &Period,
    as_of: chrono::NaiveDate,
    span_months: u32,
) -> Result<()> {
    store.run(scripts::text("units/base_visits"))?;
    let mut base = Base::new(as_of, period.start, period.kind.months(), span_months);
    store.stream(
        "select customer_id, kind from customers_merged where kind <> 'person'",
        |batch| {
            let ids = column::<UInt64Array>(&batch, "customer_id")?;
            let kinds = column::<StringArray>(&batch, "kind")?;
            for (row, id) in ids.values().iter().enumerate() {
                if let Some(kind) = text_at(kinds, row).and_then(CustomerKind::parse) {
                    base.is_of_kind(CustomerId(*id), kind);
                }
            }
            Ok(())
        },
    )?;
    store.stream("from base_marks", |batch| {
        let dates = column::<Date32Array>(&batch, "as_of")?;
        let units = column::<UInt64Array>(&batch, "unit_id")?;
        let customers = column::<UInt64Array>(&batch, "customer_id")?;
        let gone = column::<BooleanArray>(&batch, "is_gone")?;
        let loyal = column::<BooleanArray>(&batch, "is_loyal")?;
        for row in 0..batch.num_rows() {
            let (unit, at) = (UnitId(units.value(row)), day_of(dates.value(row)));
            if gone.value(row) {
                base.is_gone(unit, at);
            }
            if loyal.value(row) {
                base.is_loyal(unit, value_at(customers, row).map(CustomerId), at);
            }
        }
        Ok(())
    })?;
    let mut unit = None;
    let mut visits = Vec::new();
    store.stream(
        "select unit_id, customer_id, first_on, known_on, revenue from base_visits order by unit_id, first_in, visit_id",
        |batch| {
            let units = column::<UInt64Array>(&batch, "unit_id")?;
            let customers = column::<UInt64Array>(&batch, "customer_id")?;
            let on = column::<Date32Array>(&batch, "first_on")?;
            let known_on = column::<Date32Array>(&batch, "known_on")?;
            let revenue = column::<Decimal128Array>(&batch, "revenue")?;
            for row in 0..batch.num_rows() {
                let this = UnitId(units.value(row));
                if let Some(last) = unit.filter(|last| *last != this) {
                    base.add(last, &visits);
                    visits.clear();
                }
                unit = Some(this);
                visits.push(BaseVisit {
                    on: day_of(on.value(row)),
                    known_on: day_at(known_on, row)
                        .ok_or_else(|| Error::internal("a visit that nobody knows"))?,
                    customer_id: value_at(customers, row).map(CustomerId),
                    revenue: i64::try_from(revenue.value(row)).map_err(Error::internal)?,
                });
            }
            Ok(())
        },
    )?;
    if let Some(last) = unit {
        base.add(last, &visits);
    }
    write(store, &base)
}

fn write(store: &Store, base: &Base) -> Result<()> {
    let yuan = |cents: i64| format!("{:e}::double", cents as f64 / 100.0);
    let moves: Vec<String> = base
        .moves()
        .into_iter()
        .map(|(month, subject, m)| {
            format!(
                "(date '{month}', '{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
                subject.as_str(),
                m.opening,
                m.new,
                m.won_back,
                m.lost,
                m.lost_loyal,
                m.gone,
                m.closing,
                m.frequency_visits,
                yuan(m.opening_spend),
                yuan(m.lost_spend),
            )
        })
        .collect();
    let known = |n: Option<i64>| n.map_or_else(|| "null".to_owned(), |n| n.to_string());
    let habits: Vec<String> = base
        .habits()
        .into_iter()
        .map(|(month, h)| {
            let [a, b, c, d] = h.classes;
            format!(
                "(date '{month}', {}, {}, {}, {}, {}, {}, {a}, {b}, {c}, {d})",
                known(h.tier_12_24),
                known(h.tier_over_24),
                h.cohort,
                h.cohort_since,
                h.here,
                known(h.here_twice),
            )
        })
        .collect();
    let insert = |table: &str, rows: &[String]| {
        if rows.is_empty() {
            String::new()
        } else {
            format!("insert into {table} values {};", rows.join(", "))
        }
    };
    store.run(&format!(
        "create or replace temp table base_moves (
             month date, subject varchar, opening bigint, new bigint, won_back bigint, lost bigint, lost_loyal bigint,
             gone bigint, closing bigint, frequency_visits bigint, opening_spend double, lost_spend double
         );
         create or replace temp table base_habits (
             month date, tier_12_24 bigint, tier_over_24 bigint, cohort bigint, cohort_since bigint, here bigint,
             here_twice bigint, class_a bigint, class_b bigint, class_c bigint, class_d bigint
         );
         {}{}",
        insert("base_moves", &moves),
        insert("base_habits", &habits),
    ))
}
