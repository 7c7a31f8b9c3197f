//! From orders to visits, features and rhythm.

use super::Read;
use super::said::{Step, day, figure};
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
    let theirs = names_of(read)?;
    let mut said = Vec::new();
    for row in found.iter().take(MOST) {
        let no = row.text("ro_no")?.unwrap_or_default();
        let no = if !reveal && tells_who(&no, &theirs) {
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
    let files = read.store.count(&format!(
        "select count(*) from vehicle_scores s join customers_merged m on m.person_id = s.customer_id where s.unit_id = {}",
        read.unit
    ))?;
    if files > 1 {
        let args = [("count", files.to_string())];
        said.push(read.words.say("path-merged", &args));
    }
    Ok(Step {
        step: "orders",
        said,
    })
}

/// What names the unit or its customer, as letters and digits.
fn names_of(read: &Read<'_>) -> Result<Vec<String>> {
    let found = read.store.table(&format!(
        "select unnest([v.plate, v.vin, c.name] || coalesce(c.phones, [])) as name
         from vehicle_scores s left join vehicles v on v.unit_id = s.unit_id
         left join customers_merged m on m.person_id = s.customer_id
         left join customers c on c.customer_id = m.customer_id where s.unit_id = {} order by all",
        read.unit
    ))?;
    let mut names = Vec::new();
    for row in found.iter() {
        names.extend(row.text("name")?.map(|name| bare(&name)));
    }
    names.retain(|name| name.chars().count() > 1);
    Ok(names)
}

fn bare(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_uppercase).collect()
}

/// Some shops number orders by plate, VIN or phone: this unit's, or what looks like anybody's mobile number or plate.
fn tells_who(no: &str, theirs: &[String]) -> bool {
    let no = bare(no);
    let chars: Vec<char> = no.chars().collect();
    let is_mobile = chars
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        .any(|run| run.len() == 11 && run[0] == '1' && ('3'..='9').contains(&run[1]));
    let is_plate = matches!(chars.len(), 7 | 8)
        && ('\u{4e00}'..='\u{9fff}').contains(&chars[0])
        && chars[1].is_ascii_uppercase();
    is_mobile || is_plate || theirs.iter().any(|name| no.contains(name.as_str()))
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

#[cfg(test)]
mod tests {
    use super::{bare, tells_who};

    #[test]
    fn an_order_number_is_hidden_only_where_it_tells_who() {
        let theirs = ["粤A·12345", "LFV2A21K6A3012345", "13800138000"].map(bare);
        for no in [
            "RO20250101-001",
            "WX1001",
            "2025010112345678",
            "12345",
            "保养单1001",
        ] {
            assert!(!tells_who(no, &theirs), "{no}");
        }
        for no in [
            "粤A12345-2",
            "粤b88888",
            "WX13912345678",
            "13800138000",
            "lfv2a21k6a3012345/1",
        ] {
            assert!(tells_who(no, &theirs), "{no}");
        }
    }
}
