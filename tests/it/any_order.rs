//! Files whose orders are other ones give the same tables in whatever order they come in; where orders come again, the
//! later import wins.

use super::support::{Shop, difference};

const HEADER: &str =
    "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n";

/// Disjoint orders. C1 is named differently in each file and twice on one day; C2 loses the phone in the latest one; the
/// file of January has the latest order of C3; a car without a customer number has a name of its own.
const FILES: &[(&str, &str)] = &[
    (
        "january.csv",
        "1,C1,王伟,13800000001,粤A10001,LSVAA4187E2100001,2025-01-05 09:00,2025-01-05,保养,100\n\
         2,C2,李娜,13800000002,粤A10002,,2025-01-06,2025-01-06,维修,200\n\
         3,C3,张敏敏,13800000003,粤A10003,,2025-06-20,2025-06-20,保养,300\n\
         4,,陈先生,,粤A10004,,2025-01-09,2025-01-09,保养,400\n",
    ),
    (
        "march.csv",
        "11,C1,王伟民,13800000011,粤A10001,LSVAA4187E2100001,2025-03-05 10:00,2025-03-05,保养,110\n\
         12,C1,王 伟,,粤A10001,LSVAA4187E2100001,2025-03-04 10:00,2025-03-05,保养,110\n\
         13,C2,李娜,,粤A10002,LSVAA4187E2100002,2025-03-06,2025-03-06,维修,210\n\
         14,,陈静,,粤A10004,,2025-03-05,2025-03-05,维修,410\n\
         15,C3,张敏敏,13800000003,粤A10003,,2025-03-08,2025-03-08,保养,310\n",
    ),
    (
        "may.csv",
        "21,C1,王伟,13800000001,粤A10001,LSVAA4187E2100001,2025-05-05 08:00,2025-05-05,保养,120\n\
         22,C3,张敏,13800000033,粤A10003,,2025-05-06,2025-05-06,维修,320\n\
         23,C5,赵磊,13800000005,粤A10005,,2025-05-07,2025-05-07,维修,500\n\
         24,C5,赵大磊,13800000005,粤A10005,,2025-05-07,2025-05-07,维修,510\n\
         25,C1,王伟,13800000001,粤A10001,LSVAA4187E2100001,2025-02-05 08:00,2025-02-05,保养,90\n",
    ),
];

/// Knows a district and no name of one, a name and no phone of the other.
const CUSTOMERS: &str = "客户编号,客户名称,手机,区域\nC2,,13800000022,东区\nC5,赵 磊,,西区\n";

/// What the files say, without the numbers of imports and what depends on the last in-date by its definition.
const TABLES: &[&str] = &[
    "select * exclude (import_id) from orders order by all",
    "select * exclude (import_id, known_from) from customers order by all",
    "select * exclude (import_id) from vehicle_pairs order by all",
    "select * from vehicles order by all",
    "select * from unit_keys order by all",
];

fn tables(shop: &Shop) -> Vec<String> {
    TABLES.iter().flat_map(|sql| shop.ask(sql)).collect()
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in of.iter().enumerate() {
        let rest = [&of[..at], &of[at + 1..]].concat();
        for tail in permutations(&rest) {
            all.push([&[*first], tail.as_slice()].concat());
        }
    }
    all
}

#[test]
fn files_of_disjoint_orders_give_the_same_tables_in_any_order_one_by_one_or_at_once() {
    let mut first: Option<Vec<String>> = None;
    for (number, order) in permutations(&[0, 1, 2]).into_iter().enumerate() {
        let shop = Shop::new();
        let mut names: Vec<&str> = order.iter().map(|i| FILES[*i].0).collect();
        // The customers' file comes first, last, or in between.
        names.insert(number % 4, "customers.csv");
        for (name, rows) in FILES {
            shop.file(name, [HEADER, rows].concat());
        }
        shop.file("customers.csv", CUSTOMERS);
        for name in &names {
            shop.retain(&format!("import {name}")).succeeds();
        }
        let found = tables(&shop);
        let expected = first.get_or_insert_with(|| found.clone());
        assert!(
            *expected == found,
            "{names:?}: {}",
            difference(expected, &found)
        );
        let at_once = Shop::new();
        for (name, rows) in FILES {
            at_once.file(name, [HEADER, rows].concat());
        }
        at_once.file("customers.csv", CUSTOMERS);
        at_once
            .retain(&format!("import {}", names.join(" ")))
            .succeeds();
        let found = tables(&at_once);
        assert!(
            *expected == found,
            "at once {names:?}: {}",
            difference(expected, &found)
        );
    }
}

#[test]
fn a_person_known_from_orders_has_the_name_and_phone_of_the_latest_order_that_says_them() {
    let shop = Shop::new();
    for (name, rows) in FILES {
        shop.import(name, [HEADER, rows].concat(), "").succeeds();
    }
    let named = |shop: &Shop| {
        shop.ask(
            "select customer_no, name, phone_primary from customers where customer_no is not null order by 1",
        )
    };
    assert_eq!(
        named(&shop)[..3],
        [
            "C1|王伟|13800000001",
            "C2|李娜|13800000002",
            "C3|张敏敏|13800000003",
        ]
    );
    assert_eq!(
        shop.ask("select name, phone_primary from customers where customer_no is null"),
        ["陈静|-"]
    );
    // The same order corrected: what it says now counts, whichever name it had.
    let corrected = "21,C1,王小伟,13800000009,粤A10001,LSVAA4187E2100001,2025-05-05 08:00,2025-05-05,保养,121\n";
    shop.import("may-2.csv", [HEADER, corrected].concat(), "")
        .succeeds();
    assert_eq!(named(&shop)[0], "C1|王小伟|13800000009");
    // An older file that comes in late changes nobody's name.
    let late =
        "99,C1,王老伟,13800000099,粤A10001,LSVAA4187E2100001,2024-05-05 08:00,2024-05-05,保养,80\n";
    shop.import("late.csv", [HEADER, late].concat(), "")
        .succeeds();
    assert_eq!(named(&shop)[0], "C1|王小伟|13800000009");
    // What a customer file says stands, whatever orders say later.
    shop.import("customers.csv", "客户编号,客户名称\nC1,王伟国\n", "")
        .succeeds();
    let later =
        "98,C1,王某,13800000098,粤A10001,LSVAA4187E2100001,2025-07-05 08:00,2025-07-05,保养,80\n";
    shop.import("july.csv", [HEADER, later].concat(), "")
        .succeeds();
    assert_eq!(named(&shop)[0], "C1|王伟国|13800000098");
}
