//! What makes a visit and what qualifies it: a handful of orders given, the visits expected.

use super::support::{QUICK, Shop};

/// Imports orders and scores them; the flags of the import come last.
fn given(orders: &str) -> Shop {
    given_with(orders, "")
}

fn given_with(orders: &str, flags: &str) -> Shop {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    let flags = format!("{flags} --config quick.toml");
    shop.import("orders.csv", orders, &flags).succeeds();
    shop.retain("score --as-of 2025-12-31").succeeds();
    shop
}

/// First day, orders, paid amount, qualified, maintenance; one line a visit.
fn visits(shop: &Shop) -> Vec<String> {
    shop.ask("select first_on, orders, paid_amount, qualified, is_maint from visits order by first_in, visit_id")
}

const FULL: &str = "工单号,客户编号,车牌号,VIN,进厂日期,出厂日期,结算日期,维修类型,应收金额,实收金额,工单状态,返修,原工单号\n";

fn orders(lines: &[&str]) -> String {
    format!("{FULL}{}\n", lines.join("\n"))
}

#[test]
fn a_single_order_is_a_visit() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 11:00,2025-03-01,保养,100,100,已结算,,",
    ]));
    assert_eq!(visits(&shop), ["2025-03-01|1|100.00|true|true"]);
}

#[test]
fn orders_of_two_days_are_two_visits() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 11:00,2025-03-01,保养,100,100,已结算,,",
        "2,C1,粤A10001,,2025-03-02 09:00,2025-03-02 11:00,2025-03-02,维修,200,200,已结算,,",
    ]));
    assert_eq!(
        visits(&shop),
        [
            "2025-03-01|1|100.00|true|true",
            "2025-03-02|1|200.00|true|false"
        ]
    );
}

#[test]
fn a_chain_of_overlapping_stays_is_one_visit() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-04 11:00,2025-03-04,维修,100,100,已结算,,",
        "2,C1,粤A10001,,2025-03-03 09:00,2025-03-08 11:00,2025-03-08,维修,200,200,已结算,,",
        "3,C1,粤A10001,,2025-03-07 09:00,2025-03-07 11:00,2025-03-07,保养,300,300,已结算,,",
    ]));
    assert_eq!(visits(&shop), ["2025-03-01|3|600.00|true|true"]);
}

#[test]
fn orders_of_two_vehicles_never_share_a_visit() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-04 11:00,2025-03-04,维修,100,100,已结算,,",
        "2,C1,粤A10002,,2025-03-01 09:00,2025-03-04 11:00,2025-03-04,维修,200,200,已结算,,",
    ]));
    assert_eq!(visits(&shop).len(), 2);
}

#[test]
fn a_wash_with_a_service_qualifies_and_a_wash_alone_does_not() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,洗车,30,30,已结算,,",
        "2,C1,粤A10001,,2025-03-01 10:00,2025-03-01 11:00,2025-03-01,保养,100,100,已结算,,",
        "3,C1,粤A10001,,2025-05-01 10:00,2025-05-01 11:00,2025-05-01,洗车,30,30,已结算,,",
    ]));
    assert_eq!(
        visits(&shop),
        [
            "2025-03-01|2|130.00|true|true",
            "2025-05-01|1|30.00|false|false"
        ]
    );
}

#[test]
fn without_status_settled_and_out_columns_every_order_counts_as_settled() {
    let shop = given("车牌号,进厂日期,维修类型,实收金额\n粤A10001,2025-03-01,保养,100\n");
    assert_eq!(visits(&shop), ["2025-03-01|1|100.00|true|true"]);
}

#[test]
fn without_a_class_column_every_visit_is_qualified_maintenance() {
    let shop = given("车牌号,进厂日期,结算日期,实收金额\n粤A10001,2025-03-01,2025-03-01,100\n");
    assert_eq!(visits(&shop), ["2025-03-01|1|100.00|true|true"]);
}

#[test]
fn an_order_neither_settled_nor_out_does_not_qualify_where_the_file_could_say_so() {
    let shop = given(
        "车牌号,进厂日期,结算日期,实收金额\n粤A10001,2025-03-01,,100\n粤A10002,2025-03-01,2025-03-02,50\n",
    );
    assert_eq!(
        shop.ask("select paid_amount, qualified from visits order by 1"),
        ["50.00|true", "100.00|false"]
    );
}

#[test]
fn void_orders_are_never_visits() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,保养,30,30,作废,,",
        "2,C1,粤A10001,,2025-04-01 09:00,2025-04-01 10:00,2025-04-01,保养,40,40,已结算,,",
    ]));
    assert_eq!(visits(&shop), ["2025-04-01|1|40.00|true|true"]);
}

#[test]
fn nobodys_orders_are_revenue_and_visits_of_their_own() {
    let shop = given(&orders(&[
        "1,散客,,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,30,30,已结算,,",
        "2,散客,,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,40,40,已结算,,",
        "3,C1,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,50,50,已结算,,",
    ]));
    assert_eq!(visits(&shop).len(), 3);
    assert_eq!(
        shop.one("select count(*), sum(paid_amount) from visits where unit_id is null"),
        "2|70.00"
    );
    assert_eq!(shop.one("select count(*) from vehicle_scores"), "1");
    assert_eq!(shop.one("select count(*) from customer_scores"), "1");
}

#[test]
fn nobody_in_a_known_vehicle_is_that_vehicle() {
    let shop = given(&orders(&[
        "1,散客,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,30,30,已结算,,",
    ]));
    assert_eq!(
        shop.one("select count(*), max(plate) from vehicle_scores"),
        "1|粤A10001"
    );
}

#[test]
fn a_customer_without_vehicle_is_a_unit() {
    let shop = given(&orders(&[
        "1,C1,,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,30,30,已结算,,",
        "2,C1,,,2025-06-01 09:00,2025-06-01 10:00,2025-06-01,维修,40,40,已结算,,",
    ]));
    assert_eq!(
        shop.one("select count(*), max(visits), max(plate) from vehicle_scores"),
        "1|2|-"
    );
}

#[test]
fn an_order_without_vehicle_of_a_customer_with_one_counts_for_his_spend_alone() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,30,30,已结算,,",
        "2,C1,,,2025-06-01 09:00,2025-06-01 10:00,2025-06-01,精品,500,500,已结算,,",
    ]));
    assert_eq!(
        shop.one("select count(*), sum(spend_12m) from vehicle_scores"),
        "1|30.0"
    );
    assert_eq!(
        shop.one("select visits_12m, spend_12m from customer_scores"),
        "1|530.0"
    );
}

#[test]
fn a_plate_seen_later_with_a_vin_is_the_vehicle_of_that_vin() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2024-03-01 09:00,2024-03-01 10:00,2024-03-01,维修,30,30,已结算,,",
        "2,C1,粤A10001,LGG8D2D19PZ100001,2025-06-01 09:00,2025-06-01 10:00,2025-06-01,保养,50,50,已结算,,",
    ]));
    assert_eq!(
        shop.one("select count(*), max(visits) from vehicle_scores"),
        "1|2"
    );
}

#[test]
fn a_plate_that_moves_to_another_vehicle_moves_with_its_later_orders() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,LGG8D2D19PZ100001,2024-03-01 09:00,2024-03-01 10:00,2024-03-01,维修,30,30,已结算,,",
        "2,C1,粤A10001,,2024-05-01 09:00,2024-05-01 10:00,2024-05-01,维修,30,30,已结算,,",
        "3,C1,粤A10001,LGG8D2D16MZ100002,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,维修,30,30,已结算,,",
        "4,C1,粤A10001,,2025-05-01 09:00,2025-05-01 10:00,2025-05-01,维修,30,30,已结算,,",
        "5,C1,粤A10001,,2025-07-01 09:00,2025-07-01 10:00,2025-07-01,维修,30,30,已结算,,",
    ]));
    assert_eq!(
        shop.ask("select vin, visits from vehicle_scores order by vin"),
        ["LGG8D2D16MZ100002|3", "LGG8D2D19PZ100001|2"]
    );
}

#[test]
fn a_stay_of_years_does_not_swallow_the_visits_after_sixty_days() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2024-01-01 09:00,2025-11-01 10:00,2025-11-01,维修,30,30,已结算,,",
        "2,C1,粤A10001,,2024-02-01 09:00,2024-02-01 10:00,2024-02-01,保养,40,40,已结算,,",
        "3,C1,粤A10001,,2024-06-01 09:00,2024-06-01 10:00,2024-06-01,保养,50,50,已结算,,",
    ]));
    assert_eq!(
        visits(&shop),
        [
            "2024-01-01|2|70.00|true|true",
            "2024-06-01|1|50.00|true|true"
        ]
    );
}

#[test]
fn a_credit_in_part_lowers_the_visit_that_it_belongs_to() {
    let shop = given(&orders(&[
        "1,C1,粤A10001,,2025-03-01 09:00,2025-03-01 10:00,2025-03-01,保养,300,300,已结算,,",
        "2,C1,粤A10001,,2025-04-10 09:00,2025-04-10 09:00,2025-04-10,保养,-100,-100,已结算,,",
    ]));
    assert_eq!(visits(&shop), ["2025-03-01|1|200.00|true|true"]);
}

#[test]
fn the_same_numbers_in_two_stores_are_two_people() {
    let shop = given(
        "门店,工单号,客户编号,进厂日期,实收金额\n东店,1,C1,2025-03-01,10\n西店,1,C1,2025-03-02,20\n",
    );
    assert_eq!(shop.one("select count(*) from customer_scores"), "2");
    let shop = Shop::new();
    shop.file("s.toml", "[customers]\nshared_numbers = true\n");
    shop.import(
        "o.csv",
        "门店,工单号,客户编号,进厂日期,实收金额\n东店,1,C1,2025-03-01,10\n西店,1,C1,2025-03-02,20\n",
        "--config s.toml",
    )
    .succeeds();
    shop.retain("score").succeeds();
    assert_eq!(
        shop.one("select count(*), sum(visits_12m) from customer_scores"),
        "1|2"
    );
}

#[test]
fn a_store_named_on_the_command_line_stands_in_for_the_column() {
    let shop = given_with(
        "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n",
        "--store 海珠店",
    );
    assert_eq!(shop.one("select store_id from vehicle_scores"), "海珠店");
}

#[test]
fn a_gap_of_one_day_is_one_visit_where_the_settings_say_so() {
    let shop = Shop::new();
    shop.file("s.toml", "[visit]\nmerge_gap_days = 1\n");
    let lines = "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n粤A10001,2025-03-02,50\n粤A10001,2025-03-04,25\n";
    shop.import("o.csv", lines, "--config s.toml").succeeds();
    shop.retain("score --as-of 2025-12-31").succeeds();
    assert_eq!(
        visits(&shop),
        [
            "2025-03-01|2|150.00|true|true",
            "2025-03-04|1|25.00|true|true"
        ]
    );
}

#[test]
fn nothing_is_scored_before_the_first_order_and_a_single_order_is_enough() {
    let shop = given("车牌号,进厂日期\n粤A10001,2025-03-01\n");
    assert_eq!(
        shop.one("select churn_state, loyalty_tier from vehicle_scores")
            .split('|')
            .count(),
        2
    );
    let early = shop.retain("score --as-of 2020-01-01").ends_with(2);
    assert!(early.stderr.contains("2025-03-01"), "{}", early.stderr);
}
