//! Features as an Arrow record batch: columns named, typed and ordered as in `queries/features/features_scored.sql`.

use arrow::record_batch::RecordBatch;

use super::UnitFeatures;
use crate::table::BatchColumns;
use crate::types::Result;

/// One row per unit, by unit id.
///
/// # Errors
/// When a column differs in length from the others.
pub fn features_batch(f: &UnitFeatures) -> Result<RecordBatch> {
    let mut c = BatchColumns::by_key(&f.unit_id);
    c.ids("unit_id", |i| f.unit_id[i].0);
    c.ids("customer_id", |i| f.customer_id[i].0);
    c.texts("store_id", |i| Some(&*f.store_id[i]));
    c.flags("is_vehicle", |i| Some(f.is_vehicle[i]));
    c.texts("customer_kind", |i| Some(f.customer_kind[i].as_str()));
    c.texts("brand", |i| f.brand[i].as_deref());
    c.texts("series", |i| f.series[i].as_deref());
    c.texts("model", |i| f.model[i].as_deref());
    c.texts("fuel", |i| f.fuel[i].as_deref());
    c.dates("purchase_date", &f.purchase_date);
    c.flags("sold_by_us", |i| f.sold_by_us[i]);
    c.dates("warranty_end", &f.warranty_end);
    c.ints("interval_km", |i| f.interval_km[i]);
    c.ints("interval_months", |i| f.interval_months[i]);
    c.dates("order_next_due_date", &f.order_next_due_date);
    c.ints("order_next_due_km", |i| f.order_next_due_km[i]);
    c.dates("gone_on", &f.gone_on);
    c.flags("open_order", |i| Some(f.open_order[i]));
    c.ints("visits", |i| Some(f.visits[i]));
    c.dates("first_visit_on", &f.first_visit_on);
    c.dates("last_visit_on", &f.last_visit_on);
    c.dates("previous_visit_on", &f.previous_visit_on);
    c.dates("last_maintenance_on", &f.last_maintenance_on);
    c.ints("maintenance_visits", |i| Some(f.maintenance_visits[i]));
    c.ints("visits_12m", |i| Some(f.visits_12m[i]));
    c.ints("visits_previous_12m", |i| Some(f.visits_previous_12m[i]));
    c.ints("visits_24m", |i| Some(f.visits_24m[i]));
    c.dates("last_seen_on", &f.last_seen_on);
    c.ints("other_visits_12m", |i| Some(f.other_visits_12m[i]));
    c.ints("comebacks_24m", |i| Some(f.comebacks_24m[i]));
    c.floats("maintenance_price_ratio", |i| f.maintenance_price_ratio[i]);
    c.ints("visits_warranty_accident_24m", |i| {
        Some(f.visits_warranty_accident_24m[i])
    });
    c.ints("priced_visits", |i| Some(f.priced_visits[i]));
    c.ints("paying_visits", |i| Some(f.paying_visits[i]));
    c.floats("paid_on_visits", |i| Some(f.paid_on_visits[i]));
    c.floats("spend_12m", |i| Some(f.spend_12m[i]));
    c.floats("spend_24m", |i| Some(f.spend_24m[i]));
    c.floats("gross_profit_24m", |i| f.gross_profit_24m[i]);
    c.ints("orders_24m", |i| Some(f.orders_24m[i]));
    c.ints("orders_with_cost_24m", |i| Some(f.orders_with_cost_24m[i]));
    c.floats("receivable_24m", |i| f.receivable_24m[i]);
    c.floats("owing_24m", |i| f.owing_24m[i]);
    c.floats("discount_24m", |i| f.discount_24m[i]);
    c.ints("kinds_24m", |i| f.kinds_24m[i]);
    c.floats("survey_score", |i| f.survey_score[i]);
    c.ints("complaints_24m", |i| f.complaints_24m[i]);
    c.ints("missed_since_visit", |i| f.missed_since_visit[i]);
    c.flags("booked_ahead", |i| f.booked_ahead[i]);
    c.dates("policy_sold_end", &f.policy_sold_end);
    c.batch()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scripts;
    use crate::store::Store;

    #[test]
    fn the_table_has_the_columns_of_the_batch_in_their_order() {
        let store = Store::in_memory().unwrap();
        store
            .run(scripts::text("features/features_scored"))
            .unwrap();
        let table = store.table("from features_scored").unwrap();
        let batch = features_batch(&UnitFeatures::default()).unwrap();
        let schema = batch.schema();
        let columns: Vec<&String> = schema.fields().iter().map(|f| f.name()).collect();
        assert_eq!(table.columns.iter().collect::<Vec<_>>(), columns);
        store.append("features_scored", [batch]).unwrap();
    }
}
