//! What explain says of a score is what made it: the parts add up.

use serde_json::Value;

use super::support::{Shop, department, retain};

const STEPS: [&str; 11] = [
    "orders",
    "visits",
    "features",
    "rhythm",
    "loyalty",
    "tier",
    "state",
    "probability",
    "outlook",
    "segment",
    "priority",
];

/// Plates of units in every state, some with one visit and some with many.
fn plates(shop: &Shop) -> Vec<String> {
    shop.ask(
        "select min(plate) from vehicle_scores where plate is not null
         group by churn_state, least(visits, 3) order by 1",
    )
}

fn explained(shop: &Shop, plate: &str) -> Value {
    shop.retain(&format!("explain {plate} --json"))
        .succeeds()
        .json()["units"][0]
        .clone()
}

fn score(unit: &Value, name: &str) -> Option<f64> {
    let cells = unit["scores"].as_array().unwrap();
    let cell = cells.iter().find(|c| c[0] == name);
    cell.unwrap_or_else(|| panic!("{name} in {unit}"))[1].as_f64()
}

#[test]
fn every_step_from_orders_to_priority_is_told_in_order() {
    let shop = Shop::copy_of(department());
    let plates = plates(&shop);
    assert!(plates.len() > 6, "{plates:?}");
    for plate in plates {
        let unit = explained(&shop, &plate);
        let steps: Vec<&str> = unit["path"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["step"].as_str().unwrap())
            .collect();
        assert_eq!(steps, STEPS, "{plate}");
        let visits = shop.one(&format!(
            "select count(*) from visits v join vehicle_scores s on s.unit_id = v.unit_id
             where s.plate = '{plate}' and v.orders > 0 and v.qualified"
        ));
        let told = unit["path"][1]["said"].as_array().unwrap();
        let qualified = told.iter().filter(|s| s["key"] == "path-visit").count();
        // Of more than can be read, the latest are told.
        if !told.iter().any(|s| s["key"] == "path-more") {
            assert_eq!(qualified.to_string(), visits, "{plate}");
        }
        for said in unit["path"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|s| s["said"].as_array().unwrap())
        {
            let text = said["text"].as_str().unwrap();
            assert!(!text.contains("***"), "an order number is hidden: {text}");
            assert!(!text.contains('{'), "{text}");
        }
    }
}

#[test]
fn contributions_add_up_to_the_log_odds_and_these_give_the_probability() {
    // Large enough for a model of all inputs to win.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    retain(["demo", "--out", out.as_str(), "--quiet"]).succeeds();
    let shop = Shop::copy_of(&folder.path().join("retain.duckdb"));
    let mut seen = 0;
    for plate in plates(&shop) {
        let unit = explained(&shop, &plate);
        let Some(probability) = score(&unit, "churn_probability") else {
            assert!(unit["contributions"].is_null(), "{plate}");
            continue;
        };
        let found = &unit["contributions"];
        let parts = found["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|p| p["log_odds"].as_f64().unwrap()).sum();
        let log_odds = found["log_odds"].as_f64().unwrap();
        let gap = found["start"].as_f64().unwrap() + sum - log_odds;
        assert!(gap.abs() < 1e-9, "{plate}: {gap}");
        // The longer time is never likelier than the shorter.
        let said = (1.0 / (1.0 + (-log_odds).exp()))
            .min(score(&unit, "churn_probability_180").unwrap_or(1.0));
        assert!(
            (said - probability).abs() < 1e-9,
            "{plate}: {said} {probability}"
        );
        seen += 1;
    }
    assert!(seen > 3, "{seen}");
}

#[test]
fn the_parts_and_weights_in_the_tables_give_each_axis_and_loyalty() {
    let shop = Shop::copy_of(department());
    let wrong = shop.one(
        "with parts as (
             unpivot (select unit_id, visits, regularity, tenure, money, payment, breadth from loyalty_components)
             on visits, regularity, tenure, money, payment, breadth into name part value value
         ),
         axes as (
             select p.unit_id, w.axis, 100 * sum(p.value * w.weight) / sum(w.weight) as score
             from parts p join loyalty_weights w on w.part = p.part and w.axis <> 'loyalty' group by all
         ),
         wide as (
             select unit_id, max(score) filter (axis = 'frequency') as frequency, max(score) filter (axis = 'quality') as quality
             from axes group by all
         )
         select count(*) from vehicle_scores s left join wide w on w.unit_id = s.unit_id
         where abs(s.frequency_score - w.frequency) > 1e-6 or abs(s.quality_score - w.quality) > 1e-6
             or (s.frequency_score is not null and w.frequency is null)",
    );
    assert_eq!(wrong, "0");
    assert_ne!(
        shop.one("select count(*) from loyalty_components where regularity is not null"),
        "0"
    );
}

#[test]
fn movement_between_tiers_counts_every_unit_once_a_month() {
    let shop = Shop::copy_of(department());
    let wrong = shop.one(
        "select count(*) from (
             select month_end, sum(units) as units from tier_movement where to_tier is not null group by all) m
         join (select as_of, count(*) as units from score_history where loyalty_tier is not null group by all) h
             on h.as_of = m.month_end
         where m.units <> h.units",
    );
    assert_eq!(wrong, "0");
    let months = shop.one("select count(distinct month_end) from tier_movement");
    assert!(months.parse::<u32>().unwrap() >= 11, "{months}");
}
