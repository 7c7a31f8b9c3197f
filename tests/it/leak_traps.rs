//! Single orders that came later and must not be seen by a score of an earlier day: one trap a test.
//! What was known is imported and scored; then what came later is imported too and the same day is scored again.

use super::support::{QUICK, Shop, difference};

const DAY: &str = "2025-04-15";
const HEADER: &str = "工单号,客户编号,车牌号,VIN,进厂日期,出厂日期,结算日期,行驶里程,维修类型,应收金额,实收金额,工单状态,返修,原工单号,下次保养日期\n";

/// A vehicle with a history of its own, so that there is something to score besides the trap.
const BASE: &[&str] = &[
    "b1,K1,粤B20001,,2024-03-01 09:00,2024-03-01 11:00,2024-03-01,10000,保养,500,500,已结算,,,",
    "b2,K1,粤B20001,,2024-09-01 09:00,2024-09-01 11:00,2024-09-01,15000,保养,500,500,已结算,,,",
    "b3,K1,粤B20001,,2025-02-01 09:00,2025-02-01 11:00,2025-02-01,20000,保养,500,500,已结算,,,",
];

fn orders(lines: &[&str]) -> String {
    let lines: Vec<&str> = BASE.iter().chain(lines).copied().collect();
    format!("{HEADER}{}\n", lines.join("\n"))
}

/// What a score of the day says of each unit, without the ids, which are of all data.
fn scored(shop: &Shop) -> Vec<String> {
    shop.retain(&format!("score --as-of {DAY}")).succeeds();
    shop.ask(
        "select s.* exclude (unit_id, customer_id, vin, plate), c.vehicles, c.visits_24m, c.spend_24m, c.loyalty_tier, c.churn_state
         from vehicle_scores s left join customer_scores c using (customer_id) order by all",
    )
}

/// The later orders change nothing of what the day knew.
#[track_caller]
fn later_orders_are_unseen(known: &[&str], later: &[&str], other: &[(&str, &str)]) {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    for (name, text) in other {
        shop.file(name, text);
    }
    let names: Vec<&str> = other.iter().map(|(n, _)| *n).collect();
    shop.import(
        "known.csv",
        orders(known),
        &format!("{} --config quick.toml", names.join(" ")),
    )
    .succeeds();
    let before = scored(&shop);
    shop.import("later.csv", orders(later), "").succeeds();
    let after = scored(&shop);
    assert!(
        before == after,
        "known then (-), read with what came later (+): {}",
        difference(&before, &after)
    );
}

#[test]
fn a_later_order_of_the_same_vehicle() {
    later_orders_are_unseen(
        &[],
        &[
            "t1,K1,粤B20001,,2025-04-16 09:00,2025-04-16 11:00,2025-04-16,21000,保养,900,900,已结算,,,2025-10-01",
        ],
        &[],
    );
}

#[test]
fn a_later_order_that_overlaps_a_stay_begun_before() {
    let open = "t1,K1,粤B20001,,2025-04-14 09:00,,,21000,维修,,,在修,,,";
    let closed =
        "t1,K1,粤B20001,,2025-04-14 09:00,2025-04-20 09:00,2025-04-20,21000,维修,700,700,已结算,,,";
    let within =
        "t2,K1,粤B20001,,2025-04-17 09:00,2025-04-17 11:00,2025-04-17,21001,保养,300,300,已结算,,,";
    later_orders_are_unseen(&[open], &[closed, within], &[]);
}

#[test]
fn an_order_that_is_voided_later() {
    let open = "t1,K1,粤B20001,,2025-04-10 09:00,,,21000,维修,,,在修,,,";
    let void = "t1,K1,粤B20001,,2025-04-10 09:00,,2025-05-02,21000,维修,700,0,作废,,,";
    later_orders_are_unseen(&[open], &[void], &[]);
}

#[test]
fn an_order_that_is_credited_later() {
    let order =
        "t1,K1,粤B20001,,2025-04-10 09:00,2025-04-10 11:00,2025-04-10,21000,维修,700,700,已结算,,,";
    let credit =
        "t2,K1,粤B20001,,2025-04-20 09:00,2025-04-20 09:00,2025-04-20,,维修,-700,-700,已结算,,t1,";
    later_orders_are_unseen(&[order], &[order, credit], &[]);
}

#[test]
fn an_order_that_is_delivered_before_and_settled_later() {
    let out = "t1,K1,粤B20001,,2025-04-10 09:00,2025-04-12 11:00,,21000,维修,,,已完工,,,";
    let settled =
        "t1,K1,粤B20001,,2025-04-10 09:00,2025-04-12 11:00,2025-04-25,21000,维修,700,650,已结算,,,";
    later_orders_are_unseen(&[out], &[settled], &[]);
}

#[test]
fn a_customer_who_buys_a_vehicle_later() {
    let alone = "t1,K2,,,2025-03-10 09:00,2025-03-10 11:00,2025-03-10,,维修,300,300,已结算,,,";
    let with =
        "t2,K2,粤B30001,,2025-06-10 09:00,2025-06-10 11:00,2025-06-10,100,保养,500,500,已结算,,,";
    later_orders_are_unseen(&[alone], &[alone, with], &[]);
}

#[test]
fn a_vehicle_whose_vin_is_learned_later() {
    let plate =
        "t1,K2,粤B30001,,2025-03-10 09:00,2025-03-10 11:00,2025-03-10,9000,维修,300,300,已结算,,,";
    let vin = "t2,K2,粤B30001,LGG8D2D19PZ100001,2025-06-10 09:00,2025-06-10 11:00,2025-06-10,12000,保养,500,500,已结算,,,";
    later_orders_are_unseen(&[plate], &[plate, vin], &[]);
}

#[test]
fn a_plate_that_goes_to_another_vehicle_later() {
    let first = "t1,K2,粤B30001,LGG8D2D19PZ100001,2025-03-10 09:00,2025-03-10 11:00,2025-03-10,9000,维修,300,300,已结算,,,";
    let alone =
        "t2,K2,粤B30001,,2025-04-10 09:00,2025-04-10 11:00,2025-04-10,9500,维修,300,300,已结算,,,";
    let second = "t3,K3,粤B30001,LGG8D2D16MZ100002,2025-06-10 09:00,2025-06-10 11:00,2025-06-10,50,保养,500,500,已结算,,,";
    later_orders_are_unseen(&[first, alone], &[first, alone, second], &[]);
}

#[test]
fn a_vehicle_that_was_never_here_and_comes_later_with_another_owner() {
    let vehicles = (
        "vehicles.csv",
        "VIN,车牌号,客户编号,品牌,购车日期,本店购车\nLGG8D2D19PZ100001,粤B30001,K2,东风,2023-06-01,是\n",
    );
    let later = "t1,K9,粤B30001,LGG8D2D19PZ100001,2025-06-10 09:00,2025-06-10 11:00,2025-06-10,22000,保养,500,500,已结算,,,";
    later_orders_are_unseen(&[], &[later], &[vehicles]);
}

#[test]
fn a_vehicle_that_is_sold_on_to_another_customer_later() {
    let mine =
        "t1,K2,粤B30001,,2025-03-10 09:00,2025-03-10 11:00,2025-03-10,9000,保养,300,300,已结算,,,";
    let theirs =
        "t2,K3,粤B30001,,2025-06-10 09:00,2025-06-10 11:00,2025-06-10,12000,保养,500,500,已结算,,,";
    later_orders_are_unseen(&[mine], &[mine, theirs], &[]);
}

#[test]
fn a_call_that_finds_the_car_sold_later() {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    shop.import("known.csv", orders(&[]), "--config quick.toml")
        .succeeds();
    let before = scored(&shop);
    shop.import(
        "calls.csv",
        "任务号,车牌号,日期,结果,细分,拒绝营销\nc1,粤B20001,2025-04-16 10:00,失败,车辆已卖,是\n",
        "",
    )
    .succeeds();
    assert_eq!(before, scored(&shop));
}

#[test]
fn a_policy_survey_booking_or_complaint_of_a_later_day() {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    shop.import("known.csv", orders(&[]), "--config quick.toml")
        .succeeds();
    let before = scored(&shop);
    for (name, text) in [
        (
            "p.csv",
            "保单号,车牌号,险种,起保日,到期日,保费,本店投保\np1,粤B20001,商业险,2025-04-16,2026-04-16,3000,是\n",
        ),
        (
            "s.csv",
            "工单号,车牌号,日期,得分,满分\nb3,粤B20001,2025-04-16,1,10\n",
        ),
        (
            "a.csv",
            "预约号,车牌号,登记时间,预约时间,状态\na1,粤B20001,2025-04-16 09:00,2025-04-18 09:00,到店\n",
        ),
        (
            "c.csv",
            "投诉号,工单号,车牌号,日期,类别,内容\nc1,b3,粤B20001,2025-04-16 09:00,质量,漏油\n",
        ),
    ] {
        shop.import(name, text, "").succeeds();
        assert_eq!(before, scored(&shop), "{name}");
    }
}

#[test]
fn what_a_later_vehicles_file_says_without_a_date() {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    let late =
        "z1,K7,粤B70001,,2025-06-01 09:00,2025-06-01 11:00,2025-06-01,100,保养,100,100,已结算,,,";
    shop.import("all.csv", orders(&[late]), "--config quick.toml")
        .succeeds();
    let before = scored(&shop);
    shop.import(
        "vehicles.csv",
        "车牌号,客户编号,下次保养日期,保险到期日,年审到期日,车辆状态\n粤B20001,K8,2025-05-01,2025-05-02,2025-05-03,过户\n",
        "",
    )
    .succeeds();
    assert_eq!(before, scored(&shop));
}
