//! What explain says of a score is what made it: the parts add up.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::support::{MONEY, Shop, below, department, project_file, retain};

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

/// The orders of the sample department, which is large enough for a visit model; without some of their columns.
fn orders_without(columns: &[&str]) -> Shop {
    let file = project_file("data-samples/department/work_orders.csv");
    let text = fs::read_to_string(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let left_out = header.iter().filter(|h| columns.contains(h)).count();
    assert_eq!(left_out, columns.len(), "{header:?}");
    let kept = |row: &csv::StringRecord| -> csv::StringRecord {
        header
            .iter()
            .zip(row)
            .filter(|(name, _)| !columns.contains(name))
            .map(|(_, cell)| cell)
            .collect()
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&kept(&header)).unwrap();
    for row in reader.records() {
        out.write_record(&kept(&row.unwrap())).unwrap();
    }
    let shop = Shop::new();
    shop.import("work_orders.csv", out.into_inner().unwrap(), "")
        .succeeds();
    shop.score_quickly("--as-of 2025-12-31");
    shop
}

/// Plates of units that will come again by the visit model, some with few visits and some with many.
fn plates_to_come(shop: &Shop) -> Vec<String> {
    let plates = shop.ask(
        "select min(plate) from vehicle_scores where plate is not null and expected_visits_365 > 0.5
         group by least(visits, 6) order by 1",
    );
    assert!(plates.len() > 2, "{plates:?}");
    plates
}

/// The sentence of the discounted value: its key, the figures in it as they are printed, and the visits of the next year.
fn discounted(shop: &Shop, plate: &str, percent: &str) -> (String, BTreeMap<String, f64>, f64) {
    let config = format!("[score]\ndiscount_percent = {percent}\n");
    shop.file("discount.toml", config);
    let line = format!("explain {plate} --config discount.toml --lang en --json");
    let unit = shop.retain(&line).succeeds().json()["units"][0].clone();
    let path = unit["path"].as_array().unwrap();
    let outlook = path.iter().find(|s| s["step"] == "outlook").unwrap();
    let of = |key: &str| -> Vec<Value> {
        let said = outlook["said"].as_array().unwrap().iter();
        said.filter(|s| s["key"].as_str().unwrap().starts_with(key))
            .cloned()
            .collect()
    };
    let found = of("path-lifetime");
    assert_eq!(found.len(), 1, "{plate}: {outlook}");
    let text = found[0]["text"].as_str().unwrap();
    let mut figures: BTreeMap<String, f64> = BTreeMap::new();
    for (name, value) in found[0]["values"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        assert!(text.contains(value), "{plate}: {name} is not in {text}");
        figures.insert(name.clone(), value.replace(',', "").parse().unwrap());
    }
    assert_eq!(figures["percent"], percent.parse::<f64>().unwrap());
    let year = of("path-visits-to-come")[0]["values"]["visits"].clone();
    let year = year.as_str().unwrap().parse().unwrap();
    let key = found[0]["key"].as_str().unwrap().to_owned();
    (key, figures, year)
}

#[test]
fn the_value_of_all_visits_to_come_is_visits_times_a_visit_and_falls_with_the_discount() {
    let shop = orders_without(&[]);
    for plate in plates_to_come(&shop) {
        let mut fewer = f64::INFINITY;
        for percent in ["1.0", "10.0", "30.0"] {
            let (key, of, year) = discounted(&shop, &plate, percent);
            let what = format!("{plate}, {percent} %: {of:?}, {year} in a year");
            assert_eq!(key, "path-lifetime", "{what}");
            let (visits, a_visit, value) = (of["visits"], of["a_visit"], of["value"]);
            // Visits are printed to two digits, money to whole yuan.
            let rounding = 0.005 * a_visit + 0.5 * visits + 0.5 + 0.0025;
            assert!((visits * a_visit - value).abs() <= rounding, "{what}");
            assert!(a_visit > 0.0 && visits < fewer, "{what}");
            if percent == "1.0" {
                // Those of the next year are among them and lose a hundredth at most.
                assert!(visits > 0.98 * year, "{what}");
            }
            fewer = visits;
        }
    }
}

#[test]
fn where_nobody_says_what_was_paid_the_visits_to_come_have_no_value() {
    let shop = orders_without(&MONEY);
    for plate in plates_to_come(&shop) {
        let (key, of, _) = discounted(&shop, &plate, "10.0");
        assert_eq!(key, "path-lifetime-visits", "{plate}");
        let names: Vec<&str> = of.keys().map(String::as_str).collect();
        assert_eq!(names, ["percent", "visits"], "{plate}");
        assert!(of["visits"] > 0.0, "{plate}");
    }
}

#[test]
fn who_never_came_is_known_and_has_nothing_to_explain() {
    let shop = Shop::copy_of(department());
    let customers = "客户编号,客户名称,手机\nNEVER1,何敏敏,13900000077\n";
    shop.import("customers.csv", customers, "--as customers")
        .succeeds();
    let complaint = "投诉号,客户编号,日期,类别\nT1,NEVER1,2025-12-20,等待\n";
    shop.import("complaints.csv", complaint, "--as complaints")
        .succeeds();
    for key in ["NEVER1", "13900000077"] {
        let run = shop.retain(&format!("explain {key}")).ends_with(2);
        assert!(run.stderr.contains("without a visit"), "{}", run.stderr);
        shop.retain(&format!("register {key} --out {key} --format csv"))
            .succeeds();
        let files = below(&shop.path(key));
        let file = files
            .iter()
            .find(|f| f.display().to_string().contains("files-"));
        assert!(
            fs::read_to_string(file.unwrap())
                .unwrap()
                .contains("何敏敏")
        );
    }
    shop.retain("register NEVER2 --out registers --format csv")
        .ends_with(2);
    shop.retain("list --out lists --format csv --quiet")
        .succeeds();
    let unit = "(select customer_id from customers where customer_no = 'NEVER1')";
    assert_eq!(
        shop.ask(&format!(
            "select list || ' ' || state from follow_up_tasks where unit_id = {unit} and customer_id = unit_id"
        )),
        ["unsolved overdue"]
    );
}
