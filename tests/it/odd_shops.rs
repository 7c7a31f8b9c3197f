//! Shops that a model is easily wrong about: a handful of customers, a single month, everybody gone, nobody gone.
//! Each is scored, listed and reported; what cannot be known is said and left empty.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use super::support::Shop;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Orders of so many customers who come every so many days, each from a day of their own on, until a day.
fn orders(customers: u64, from: &str, until: &str, every: u64) -> String {
    let mut text =
        "工单号,车牌号,客户编号,进厂日期,结算日期,维修类型,行驶里程,实收金额\n".to_owned();
    for customer in 0..customers {
        // Spread over the first interval, and a few days early or late, the same in every run.
        let mut on = day(from) + Days::new(customer * every / customers);
        let mut number = 0;
        while on <= day(until) {
            let (km, paid) = (
                3_000 + number * every * 40,
                300 + (customer * 37 + number * 11) % 400,
            );
            writeln!(
                text,
                "R{customer}-{number},粤A{:05},C{customer},{on},{on},保养,{km},{paid}",
                10_000 + customer
            )
            .unwrap();
            number += 1;
            on = on + Days::new(every - 5 + (customer * 7 + number * 3) % 11);
        }
    }
    text
}

/// Scored as of a day, listed and reported; every step succeeds.
fn worked_through(orders: &str, as_of: &str) -> Shop {
    let shop = Shop::new();
    shop.import("orders.csv", orders, "").succeeds();
    shop.retain(&format!("score --as-of {as_of}")).succeeds();
    shop.retain("list --out lists").succeeds();
    shop.retain("report month --out reports").succeeds();
    shop.retain("report year --out reports").succeeds();
    shop
}

fn probabilities(shop: &Shop) -> String {
    shop.one("select count(churn_probability) from vehicle_scores")
}

#[test]
fn forty_customers_have_a_rule_and_no_probability_and_are_told_why() {
    let shop = worked_through(&orders(40, "2021-01-01", "2025-12-20", 150), "2025-12-20");
    assert_eq!(probabilities(&shop), "0");
    let caveats = "select caveats::varchar from model_cards where name = 'churn_probability'";
    assert!(shop.one(caveats).contains("100"), "{}", shop.one(caveats));
    // The rule still says whom to call first.
    assert_ne!(shop.one("select count(priority) from vehicle_scores"), "0");
    let refused = shop.retain("backtest --lang en").ends_with(1);
    assert!(
        refused.stderr.contains("40") && refused.stderr.contains("100"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_single_month_gives_customers_and_no_probability() {
    let shop = worked_through(&orders(300, "2025-12-01", "2025-12-31", 31), "2025-12-31");
    assert_eq!(probabilities(&shop), "0");
    assert_eq!(
        shop.one("select count(*) from vehicle_scores where churn_state not in ('new', 'active')"),
        "0"
    );
    shop.retain("backtest").ends_with(1);
}

#[test]
fn where_everybody_left_nobody_is_expected_back() {
    let mut orders = orders(600, "2021-01-01", "2023-06-30", 150);
    orders.push_str("R-last,粤A99999,C-last,2025-12-31,2025-12-31,保养,1000,300\n");
    let shop = worked_through(&orders, "2025-12-31");
    let states =
        "select count(*) from vehicle_scores where churn_state not in ('lost', 'dead', 'new')";
    assert_eq!(shop.one(states), "0");
    let said = "select coalesce(min(churn_probability) filter (churn_state <> 'new') >= 0.95, true) from vehicle_scores";
    assert_eq!(shop.one(said), "true");
}

#[test]
fn where_nobody_left_nobody_is_called_lost() {
    let shop = worked_through(&orders(600, "2021-01-01", "2025-12-31", 120), "2025-12-31");
    let states = "select count(*) from vehicle_scores where churn_state in ('lost', 'dead', 'at_risk', 'gone')";
    assert_eq!(shop.one(states), "0");
    let said = "select coalesce(max(churn_probability) <= 0.05, true) from vehicle_scores";
    assert_eq!(shop.one(said), "true");
    let sure = "select count(*) from vehicle_scores where churn_probability is not null and not churn_probability between 0 and 1";
    assert_eq!(shop.one(sure), "0");
}
