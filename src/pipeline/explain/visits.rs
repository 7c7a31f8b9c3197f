//! From orders to visits, features and rhythm.

use super::Read;
use super::said::{Step, day, figure};
use crate::import;
use crate::scripts;
use crate::table::{Row, Value};
use crate::types::Result;

/// Orders and visits told, the latest.
const MOST: usize = 24;

pub(super) fn steps(read: &Read<'_>, reveal: bool) -> Result<Vec<Step>> {
    Ok(vec![
        orders(read, reveal)?,
        visits(read)?,
        features(read),
        rhythm(read)?,
    ])
}

fn orders(read: &Read<'_>, reveal: bool) -> Result<Step> {
    read.store.run(&format!(
        "create or replace temp table asked as select {}::ubigint as unit_id",
        read.unit
    ))?;
    read.store.run(scripts::text("explain/orders_of_unit"))?;
    let found = read
        .store
        .table("from orders_of_unit order by in_on desc, order_id desc")?;
    let mut said = Vec::new();
    for row in found.iter().take(MOST) {
        let no = row.text("ro_no")?.unwrap_or_default();
        // An order's number may be a plate or a phone where a shop numbers so.
        let no = if !reveal && (import::plate(&no).is_some() || !import::phones(&no).is_empty()) {
            "***".to_owned()
        } else {
            no
        };
        let fate = row.text("fate")?.unwrap_or_default();
        said.push(read.words.say(
            if fate == "qualified" {
                "path-order"
            } else {
                "path-order-not"
            },
            &[
                ("day", day(row.date("in_on")?)),
                ("no", if no.is_empty() { "-".to_owned() } else { no }),
                ("class", row.text("class")?.unwrap_or_default()),
                ("paid", amount(&row, "paid")),
                ("fate", fate),
            ],
        ));
    }
    said.extend(more(read, found.rows.len()));
    Ok(Step {
        step: "orders",
        said,
    })
}

fn more(read: &Read<'_>, count: usize) -> Option<super::Said> {
    let rest = count.checked_sub(MOST).filter(|rest| *rest > 0)?;
    Some(read.words.say("path-more", &[("count", rest.to_string())]))
}

/// Money as it is told; a dash where it is unknown.
fn amount(row: &Row<'_>, column: &str) -> String {
    match row.get(column) {
        Ok(Value::Float(v)) => figure(Some(*v), 2),
        Ok(Value::Int(v)) => figure(Some(*v as f64), 2),
        Ok(Value::Text(v)) => v.clone(),
        _ => "-".to_owned(),
    }
}

fn visits(read: &Read<'_>) -> Result<Step> {
    let found = read.store.table(&format!(
        "with fates as (
             select visit_id, string_agg(distinct fate, ',' order by fate) as fates from orders_of_unit
             where fate not in ('void', 'credit') group by visit_id
         )
         select v.first_on, v.orders, v.main_class, v.paid_amount::double as paid, v.odometer_km, v.qualified, v.is_maint,
             case when v.qualified then case when v.is_maint then 'maintenance' else 'qualified' end
                  when v.orders = 0 then 'credit' else coalesce(f.fates, 'class') end as fate
         from visits v left join fates f using (visit_id)
         where v.unit_id = {} order by v.first_in desc, v.visit_id",
        read.unit
    ))?;
    let mut said = Vec::new();
    for row in found.iter().take(MOST) {
        let fate = row.text("fate")?.unwrap_or_default();
        // Several orders may fail for several reasons: the first that a person can check.
        let fate = fate.split(',').next().unwrap_or_default().to_owned();
        said.push(read.words.say(
            if row.bool("qualified")? == Some(true) {
                "path-visit"
            } else {
                "path-visit-not"
            },
            &[
                ("day", day(row.date("first_on")?)),
                ("orders", row.int("orders")?.unwrap_or(0).to_string()),
                ("class", row.text("main_class")?.unwrap_or_default()),
                ("paid", amount(&row, "paid")),
                ("km", figure(row.int("odometer_km")?.map(|km| km as f64), 0)),
                ("fate", fate),
            ],
        ));
    }
    said.extend(more(read, found.rows.len()));
    Ok(Step {
        step: "visits",
        said,
    })
}

fn features(read: &Read<'_>) -> Step {
    let count = |name: &str| figure(read.number(name), 0);
    let words = read.words;
    let said = vec![
        words.say(
            "path-counts",
            &[
                ("visits", count("visits")),
                ("maintenance", count("maintenance_visits")),
                ("now", count("visits_12m")),
                ("before", count("visits_previous_12m")),
                ("first", day(read.date("first_visit_on"))),
                ("last", day(read.date("last_visit_on"))),
            ],
        ),
        words.say(
            "path-money",
            &[
                ("spend_12m", count("spend_12m")),
                ("spend_24m", count("spend_24m")),
                ("profit", count("gross_profit_24m")),
                ("owing", count("owing_24m")),
                ("discount", count("discount_24m")),
                ("kinds", count("kinds_24m")),
            ],
        ),
    ];
    Step {
        step: "features",
        said,
    }
}

/// Both clocks: since the last visit of any kind, and since the last maintenance.
fn rhythm(read: &Read<'_>) -> Result<Step> {
    let words = read.words;
    let mut said = Vec::new();
    let inputs = super::probability::inputs(read)?;
    let input = |name: &str| {
        let inputs = inputs.as_ref()?;
        inputs.iter().find(|(n, _)| n == name).map(|(_, v)| *v)
    };
    if let Some(days) = read.days_since(read.date("last_visit_on")) {
        said.push(words.say(
            "path-clock-visit",
            &[
                ("days", days.to_string()),
                ("gap", figure(input("gap_mean_days"), 0)),
                ("ratio", figure(input("hiatus_to_gap"), 2)),
                ("cv", figure(input("gap_cv"), 2)),
            ],
        ));
    }
    if let (Some(ratio), Some(interval)) = (
        read.number("overdue_ratio"),
        read.number("expected_interval_days"),
    ) {
        let from = read
            .date("last_maintenance_on")
            .or_else(|| read.date("last_visit_on"))
            .or_else(|| read.date("purchase_date"));
        said.push(words.say(
            "path-clock-maintenance",
            &[
                ("from", day(from)),
                ("days", figure(read.days_since(from).map(|d| d as f64), 0)),
                ("interval", figure(Some(interval), 0)),
                (
                    "interval_from",
                    read.text("interval_source").unwrap_or_default(),
                ),
                ("due", day(read.date("next_due_on"))),
                ("ratio", figure(Some(ratio), 2)),
            ],
        ));
    }
    if let Some(rate) = read.number("km_per_day") {
        said.push(words.say(
            "path-clock-km",
            &[
                ("rate", figure(Some(rate), 1)),
                (
                    "rate_from",
                    read.text("km_per_day_source").unwrap_or_default(),
                ),
                ("km", figure(read.number("odometer_now_km"), 0)),
                ("interval_km", figure(read.number("interval_km"), 0)),
            ],
        ));
    }
    Ok(Step {
        step: "rhythm",
        said,
    })
}
