//! Districts, labour against parts, hours in the shop, who could be insured here, and the Spring Festival: against
//! shops small enough to be counted by hand.

use std::fs;

use super::support::Shop;

/// A shop of those orders (in, out, plate, class, labour, parts), scored as of a day.
fn shop_of(orders: &[[&str; 6]], as_of: &str) -> Shop {
    let shop = Shop::new();
    let mut text =
        "工单号,车牌号,客户编号,进厂日期,出厂日期,结算日期,维修类型,工时费,配件费,应收金额\n"
            .to_owned();
    for (n, [came, out, plate, class, labour, parts]) in orders.iter().enumerate() {
        let sum = |a: &str, b: &str| -> f64 {
            a.parse::<f64>().unwrap_or(0.0) + b.parse::<f64>().unwrap_or(0.0)
        };
        let settled = &out[..10];
        let due = sum(labour, parts);
        text += &format!(
            "O{n},{plate},C{plate},{came},{out},{settled},{class},{labour},{parts},{due}\n"
        );
    }
    shop.import("orders.csv", text, "").succeeds();
    shop.score_quickly(&format!("--as-of {as_of}"));
    shop
}

/// Answer to a question behind the month's report.
fn figures(shop: &Shop, month: &str, name: &str, sql: &str) -> Vec<String> {
    shop.retain(&format!("report figures --month {month} --out f"))
        .succeeds();
    let file = shop.path(&format!("f/{month}-{name}.parquet"));
    shop.ask(&sql.replace("$file", &format!("'{}'", file.display())))
}

fn page(shop: &Shop, month: &str, lang: &str) -> String {
    shop.retain(&format!(
        "report month --month {month} --out {lang} --lang {lang}"
    ))
    .succeeds();
    fs::read_to_string(shop.path(&format!("{lang}/{month}.html"))).unwrap()
}

#[test]
fn hours_in_the_shop_and_labour_against_parts_are_as_counted_by_hand() {
    let mut orders: Vec<[&str; 6]> = Vec::new();
    // Ten visits of two hours in the morning, one of thirty hours in the afternoon, one without times.
    let plates: Vec<String> = (0..12).map(|n| format!("粤A100{n:02}")).collect();
    for plate in plates.iter().take(10) {
        orders.push([
            "2025-03-04 09:00",
            "2025-03-04 11:00",
            plate,
            "保养",
            "100",
            "150",
        ]);
    }
    orders.push([
        "2025-03-05 16:00",
        "2025-03-06 22:00",
        &plates[10],
        "事故",
        "200",
        "300",
    ]);
    orders.push(["2025-03-07", "2025-03-07", &plates[11], "保养", "", ""]);
    let shop = shop_of(&orders, "2025-03-31");
    let stays = figures(
        &shop,
        "2025-03",
        "month_stays",
        "select part, value, all_visits, visits, median_hours, round(most_hours, 1), same_day from $file where month = '2025-03-01' and part <> 'class' order by part, value",
    );
    assert_eq!(
        stays,
        [
            "all||12|11|2.0|2.0|10",
            "arrival|before_10|11|10|2.0|2.0|10",
            "arrival|from_15|1|1|30.0|30.0|0",
        ]
    );
    let mix = figures(
        &shop,
        "2025-03",
        "month_mix",
        "select labour, parts, visits from $file where month = '2025-03-01'",
    );
    assert_eq!(mix, ["1200.0|1800.0|11"]);
    let english = page(&shop, "2025-03", "en");
    assert!(english.contains("March: 1.50 of parts to each 1 of labour"));
    assert!(english.contains("Half of the vehicles are out within 2.0 hours"));
    assert!(english.contains("No district was ever imported"));
    assert!(page(&shop, "2025-03", "zh").contains("工时与配件之比为 1 : 1.50"));
}

/// Who is still here when the month ends is no short stay, and no long one when the end is known later.
#[test]
fn a_stay_that_is_not_over_with_the_month_is_not_timed_in_any_month() {
    let shop = shop_of(
        &[
            [
                "2025-02-27 09:00",
                "2025-03-20 09:00",
                "粤A10001",
                "事故",
                "1",
                "1",
            ],
            [
                "2025-02-03 09:00",
                "2025-02-03 12:00",
                "粤A10002",
                "保养",
                "1",
                "1",
            ],
            [
                "2025-03-28 09:00",
                "2025-04-15 09:00",
                "粤A10003",
                "事故",
                "1",
                "1",
            ],
            [
                "2025-03-03 09:00",
                "2025-03-03 12:00",
                "粤A10004",
                "保养",
                "1",
                "1",
            ],
        ],
        "2025-04-30",
    );
    let stays = figures(
        &shop,
        "2025-03",
        "month_stays",
        "select month, all_visits, visits, most_hours from $file where part = 'all' order by month",
    );
    assert_eq!(stays, ["2025-02-01|2|1|3.0", "2025-03-01|2|1|3.0"]);
}

/// A credit whose order is not in the file takes its money away and is no visit; a customer without a car is no vehicle.
#[test]
fn what_is_no_visit_and_no_vehicle_is_not_counted_as_one() {
    let shop = shop_of(
        &[
            ["2025-03-04", "2025-03-04", "粤A10001", "保养", "100", "200"],
            ["2025-03-20", "2025-03-20", "粤A10002", "保养", "-50", "-50"],
            ["2025-03-05", "2025-03-05", "", "保养", "10", "10"],
        ],
        "2025-03-31",
    );
    let policy =
        "保单号,车牌号,险种,起保日,到期日,本店投保\nP1,粤A19999,商业险,2020-06-01,2021-05-31,是\n";
    shop.import("policies.csv", policy, "--as insurance_policies")
        .succeeds();
    shop.score_quickly("--as-of 2025-03-31");
    let mix = "select labour, parts, visits from $file where month = '2025-03-01'";
    assert_eq!(
        figures(&shop, "2025-03", "month_mix", mix),
        ["60.0|160.0|2"]
    );
    let pool = "select units from $file where segment = 'serviced'";
    assert_eq!(figures(&shop, "2025-03", "renewal_pool", pool), ["1"]);
    // Three visits in each part are no stay to draw: a chart without rows is none.
    assert!(page(&shop, "2025-03", "en").contains("Hours in the shop are unknown"));
}

#[test]
fn districts_are_on_the_page_once_a_file_tells_them() {
    let orders = [
        ["2025-03-04", "2025-03-04", "粤A10001", "保养", "100", "200"],
        ["2025-03-05", "2025-03-05", "粤A10002", "保养", "50", "50"],
        ["2025-03-05", "2025-03-05", "粤A10003", "保养", "0", "600"],
    ];
    let shop = shop_of(&orders, "2025-03-31");
    let customers =
        "客户编号,客户名称,区域\nC粤A10001,王一,海珠区\nC粤A10002,李二,番禺区\nC粤A10003,陈三,\n";
    shop.import("customers.csv", customers, "").succeeds();
    shop.score_quickly("--as-of 2025-03-31");
    let english = page(&shop, "2025-03", "en");
    // Six tenths come from customers of whom no district is known: of these nothing is said.
    assert!(
        english.contains(
            "Of those with a known district, customers of 海珠区 bring most: 75.0\u{a0}%"
        )
    );
    assert!(!english.contains("No district was ever imported"));
    let rows = shop.ask(
        "select split_value, value from kpi_splits where period = '2025-03' and split_by = 'district' and id = 'revenue' order by all",
    );
    assert_eq!(rows, ["|600.0", "海珠区|300.0", "番禺区|100.0"]);
}

#[test]
fn those_who_could_be_insured_here_are_told_apart_and_counted_when_won() {
    let visit = |plate| ["2025-02-04", "2025-02-04", plate, "保养", "100", "200"];
    let plates = ["粤A10001", "粤A10002", "粤A10003", "粤A10004"];
    let shop = shop_of(&plates.map(visit), "2025-03-31");
    let policies = "保单号,车牌号,保险公司,险种,起保日,到期日,本店投保\n\
        P1,粤A10002,平安,商业险,2024-06-01,2025-05-31,是\n\
        P2,粤A10003,平安,商业险,2022-06-01,2023-05-31,是\n\
        P3,粤A10005,平安,商业险,2020-06-01,2021-05-31,是\n\
        P4,粤A10004,平安,商业险,2025-03-10,2026-03-09,是\n\
        P5,粤A10001,平安,商业险,2024-03-10,2025-03-09,否\n\
        P6,粤A10006,平安,商业险,2023-12-01,2024-11-30,是\n\
        P7,粤A10006,平安,商业险,2025-03-20,2026-03-19,是\n";
    shop.import("policies.csv", policies, "--as insurance_policies")
        .succeeds();
    shop.score_quickly("--as-of 2025-03-31");
    let pool = figures(
        &shop,
        "2025-03",
        "renewal_pool",
        "select segment, units, won from $file order by segment",
    );
    // 10001 and 10004 come here and never were insured here, 10002 is insured, 10003 lapsed two years ago, 10005 four.
    assert_eq!(
        pool,
        ["lapsed|1|0", "long|1|0", "recent|1|1", "serviced|2|1"]
    );
    let english = page(&shop, "2025-03", "en");
    assert!(english.contains("Serviced here, not insured here before"));
    assert!(page(&shop, "2025-03", "zh").contains("在修不在保"));
}

#[test]
fn a_january_is_held_against_the_days_as_far_from_the_festival() {
    // The festival was on 10 February 2024 and on 29 January 2025: January 2025 lies as far from it as the days from
    // 13 January to 12 February 2024.
    let orders = [
        ["2023-12-01", "2023-12-01", "粤A10001", "保养", "100", "0"],
        ["2024-01-12", "2024-01-12", "粤A10002", "保养", "100", "0"],
        ["2024-01-13", "2024-01-13", "粤A10003", "保养", "100", "0"],
        ["2024-02-12", "2024-02-12", "粤A10004", "保养", "300", "0"],
        ["2024-02-13", "2024-02-13", "粤A10005", "保养", "100", "0"],
        ["2025-01-02", "2025-01-02", "粤A10003", "保养", "100", "0"],
        ["2025-01-20", "2025-01-20", "粤A10004", "保养", "100", "0"],
        ["2025-01-21", "2025-01-21", "粤A10005", "保养", "100", "0"],
        ["2025-02-21", "2025-02-21", "粤A10001", "保养", "100", "0"],
    ];
    let shop = shop_of(&orders, "2025-02-28");
    let days = figures(
        &shop,
        "2025-01",
        "month_festival",
        "select part, opens, closes, visits, revenue from $file order by part desc",
    );
    assert_eq!(
        days,
        [
            "now|2025-01-01|2025-01-31|3|300.0",
            "before|2024-01-13|2024-02-12|2|400.0",
        ]
    );
    let english = page(&shop, "2025-01", "en");
    assert!(english.contains("visits +50.0\u{a0}%, revenue −25.0\u{a0}%; by the calendar it is visits +50.0\u{a0}%, revenue +50.0\u{a0}%"));
    assert!(!english.contains("January and February together"));
    let english = page(&shop, "2025-02", "en");
    assert!(english.contains("January and February together, which the Spring Festival does not move apart: 4 visits, 0.0\u{a0}% on the year before"));
    assert!(page(&shop, "2025-02", "zh").contains("一、二月合计"));
    let none = figures(
        &shop,
        "2024-12",
        "month_festival",
        "select count(*) from $file",
    );
    assert_eq!(none, ["0"]);
    // While January is not over it is held against as many days, and not against the whole one.
    shop.score_quickly("--as-of 2025-01-20");
    let english = page(&shop, "2025-01", "en");
    assert!(english.contains(
        "So far, against the days that lie as far from it (2024-01-13 to 2024-02-01): visits"
    ));
    assert!(!english.contains("by the calendar it is"));
    // A year before the data begins is not zero but unknown.
    let english = page(&shop, "2024-01", "en");
    assert!(english.contains("there are no data for the days that lie as far from it"));
}
