//! The data-quality sheet: what is wrong with a file that is known to the last cell.

use super::support::{Shop, small};

const ORDERS: &str = "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,行驶里程,维修类型,实收金额,工单状态\n\
    1,C1,王伟,13800000001,粤A10001,1M8GDM9AXKP042788,2025-01-05,2025-01-05,10000,保养,100,已结算\n\
    2,C1,王伟,13800000001,粤A10001,1M8GDM9AXKP042788,2025-02-05,2025-02-05,9000,保养,100,已结算\n\
    3,C1,王伟,13800000001,粤A10001,1M8GDM9AXKP042788,2025-03-05,2025-03-05,99000,特种,100,已结算\n\
    4,C2,李娜,13800000001,粤A10002,1M8GDM9A1KP042788,2025-03-06,2025-03-06,0,保养,,已结算\n\
    5,C3,张敏,,粤A10003,,2025-03-07,2025-03-07,,保养,300,已结算\n\
    6,C3,张敏,,粤A10003,,2025-03-07,2025-03-07,,保养,300,已结算\n\
    7,C4,刘洋,,,,2025-03-08,2025-03-08,,保养,50,已结算\n\
    8,C3,张敏,,粤A10003,,2025-03-09,2025-03-09,5,保养,70,作废\n\
    9,C3,张敏,,粤A10003,,2025-03-32,2025-03-09,5,保养,70,已结算\n\
    10,,,,,,2025-03-09,2025-03-09,5,保养,70,已结算\n";

fn sheet(shop: &Shop) -> serde_json::Value {
    shop.retain("quality --json").succeeds().json()
}

#[track_caller]
fn fault(sheet: &serde_json::Value, name: &str) -> (u64, u64) {
    let faults = sheet["faults"].as_array().unwrap();
    let of = faults.iter().find(|f| f["fault"] == name);
    let of = of.unwrap_or_else(|| panic!("{name} is not among {faults:?}"));
    (
        of["records"].as_u64().unwrap(),
        of["of_records"].as_u64().unwrap(),
    )
}

#[test]
fn what_is_wrong_with_a_file_is_counted_to_the_cell() {
    let shop = Shop::new();
    shop.import("o.csv", ORDERS, "").succeeds();
    let found = sheet(&shop);
    let n = |group: &str, name: &str| found[group][name].as_u64().unwrap();
    assert_eq!(
        (
            n("records", "read"),
            n("records", "loaded"),
            n("records", "rejected")
        ),
        (10, 8, 2)
    );
    // A void order counts in no fault.
    assert_eq!(fault(&found, "order-no-class"), (1, 7));
    assert_eq!(fault(&found, "order-no-money"), (1, 7));
    assert_eq!(fault(&found, "orders-alike"), (2, 7));
    assert_eq!(fault(&found, "order-no-vehicle"), (1, 7));
    assert_eq!(fault(&found, "order-no-odometer"), (2, 7));
    // Readings 10,000, then 9,000, then 99,000 within a month; and a nought.
    assert_eq!(
        (
            n("odometer", "readings"),
            n("odometer", "falls"),
            n("odometer", "leaps"),
            n("odometer", "placeholder")
        ),
        (4, 1, 1, 1)
    );
    assert_eq!(fault(&found, "odometer-aside"), (3, 4));
    assert_eq!(
        (
            n("vehicles", "vehicles"),
            n("vehicles", "with_vin"),
            n("vehicles", "well_formed"),
            n("vehicles", "check_holds")
        ),
        (3, 2, 2, 1)
    );
    assert_eq!(fault(&found, "vin-check"), (1, 3));
    assert_eq!(fault(&found, "people-alike"), (2, 4));
    assert_eq!(fault(&found, "vehicle-no-phone"), (1, 3));
    assert_eq!(fault(&found, "rejected"), (2, 10));
    assert_eq!(fault(&found, "word-unknown"), (1, 10));
    assert_eq!(found["unrecognised"][0]["word"], "特种");
    let reasons: Vec<&str> = found["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["bad-date", "missing-key"]);
    let column = |name: &str| {
        let columns = found["columns"].as_array().unwrap();
        let of = columns
            .iter()
            .find(|c| c["kind"] == "work_orders" && c["column"] == name)
            .unwrap();
        (of["filled"].as_u64().unwrap(), of["rows"].as_u64().unwrap())
    };
    assert_eq!(column("vin"), (4, 8));
    assert_eq!(column("job_class"), (7, 8));
    assert_eq!(column("received"), (7, 8));
    assert_eq!(column("cost"), (0, 8));
    assert_eq!(n("calendar", "days"), 63);
    assert_eq!(n("calendar", "days_with_orders"), 6);
}

#[test]
fn the_sheet_names_nobody_and_speaks_both_languages() {
    for lang in ["zh", "en"] {
        let run = super::support::retain([
            "quality",
            "--db",
            &small().display().to_string(),
            "--lang",
            lang,
        ])
        .succeeds();
        for name in ["said-", "quality-", "reject-", "kind-"] {
            assert!(!run.stdout.contains(name), "{}", run.stdout);
        }
        assert!(run.stdout.contains("%"), "{}", run.stdout);
    }
    let shop = Shop::new();
    shop.import("o.csv", ORDERS, "").succeeds();
    let said = shop.retain("quality").succeeds().stdout;
    for secret in ["王伟", "13800000001", "粤A10001", "1M8GDM9AXKP042788"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn the_report_has_the_sheet_on_a_page_in_both_languages_and_nothing_that_somebody_typed() {
    let shop = Shop::new();
    let orders: String = ORDERS
        .lines()
        .map(|l| l.replace("特种", "找王伟的表哥") + "\n")
        .collect();
    shop.import("o.csv", orders, "").succeeds();
    shop.score_quickly("");
    let found = sheet(&shop);
    assert_eq!(fault(&found, "order-no-class"), (1, 7));
    for (lang, says) in [
        (
            "zh",
            [
                "数据质量",
                "没有可识别维修类型的工单",
                "拒收的行，按原因",
                "行驶里程",
            ],
        ),
        (
            "en",
            [
                "Data quality",
                "Orders without a known job class",
                "maintenance is not told from repair",
                "odometer km",
            ],
        ),
    ] {
        for (what, name) in [("month --month", "2025-03"), ("year --year", "2025")] {
            shop.retain(&format!("report {what} {name} --out r --lang {lang}"))
                .succeeds();
            let html = std::fs::read_to_string(shop.path(&format!("r/{name}.html"))).unwrap();
            for text in says {
                assert!(html.contains(text), "{lang} {name}: {text}");
            }
            for typed in ["表哥", "王伟", "13800000001", "1M8GDM9AXKP042788"] {
                assert!(!html.contains(typed), "{lang} {name}: {typed}");
            }
        }
    }
}

#[test]
fn days_that_a_missing_file_leaves_empty_are_named() {
    let shop = Shop::new();
    let mut text = String::from("工单号,车牌号,进厂日期\n");
    for day in 1..=28 {
        for n in (0..6).filter(|_| !(11..=17).contains(&day)) {
            text.push_str(&format!("{day}-{n},粤A1{n}0{day:02},2025-02-{day:02}\n"));
        }
    }
    shop.import("o.csv", text, "").succeeds();
    let found = sheet(&shop);
    assert_eq!(found["calendar"]["gaps"][0]["from"], "2025-02-11");
    assert_eq!(found["calendar"]["gaps"][0]["to"], "2025-02-17");
    assert_eq!(fault(&found, "days-missing"), (7, 28));
}

#[test]
fn refused_rows_come_in_once_they_are_mended_in_their_own_file() {
    let shop = Shop::new();
    shop.import("o.csv", ORDERS, "").succeeds();
    let folder = shop.path("shop.duckdb.rejects");
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mended = std::fs::read_to_string(&file)
        .unwrap()
        .replace("2025-03-32", "2025-03-30")
        .replace("\"10\",\"\"", "\"10\",\"C9\"");
    let said = shop.import("mended.csv", mended, "").succeeds().json();
    assert_eq!(
        (&said["files"][0]["loaded"], &said["files"][0]["rejected"]),
        (&2.into(), &0.into())
    );
    assert_eq!(shop.one("select count(*) from orders"), "10");
}

#[test]
fn an_order_that_comes_twice_in_a_file_is_counted_and_its_last_row_holds() {
    const HEADER: &str = "工单号,车牌号,进厂日期,结算日期,实收金额\n";
    let (first, other, last) = (
        "1,粤A10001,2025-03-09,2025-03-09,100\n",
        "2,粤A10002,2025-03-10,2025-03-10,300\n",
        "1,粤A10001,2025-03-09,2025-03-09,250\n",
    );
    for (rows, received) in [([first, other, last], "250"), ([last, first, other], "100")] {
        let shop = Shop::new();
        shop.import("o.csv", format!("{HEADER}{}", rows.concat()), "")
            .succeeds();
        let records = &sheet(&shop)["records"];
        let n = |name: &str| records[name].as_u64().unwrap();
        assert_eq!(
            (n("read"), n("loaded"), n("duplicate"), n("rejected")),
            (3, 2, 1, 0)
        );
        let said = shop.retain("quality").succeeds().stdout;
        assert!(said.contains("1 duplicate"), "{said}");
        assert_eq!(
            shop.one("select received::integer from orders where ro_no = '1'"),
            received
        );
    }
}

/// The last row of a number wins. Where the one before says something else, it is counted, listed by its line, and what it
/// may mean is said; where it says the same, nothing is lost and nothing said.
#[test]
fn rows_that_gave_way_to_another_content_are_listed_by_their_lines() {
    let content = "工单号,车牌号,进厂日期,实收金额\n\
                   R1,粤A10001,2025-03-01,100\n\
                   R2,粤A10002,2025-03-02,200\n\
                   ,粤A10004,2025-03-02,50\n\
                   R1,粤A10001,2025-03-01,150\n\
                   R2,粤A10002,2025-03-02,200\n\
                   R3,粤A10003,2025-02-31,300\n\
                   R1,粤A10001,2025-03-01,175\n";
    let expected = serde_json::json!([
        { "file": "o.csv", "kind": "work_orders", "line": 2, "kept_line": 8 },
        { "file": "o.csv", "kind": "work_orders", "line": 5, "kept_line": 8 },
    ]);
    // Straight into an empty table, and by way of a staging table.
    for before in [
        None,
        Some("工单号,车牌号,进厂日期\nR9,粤A10009,2025-01-01\n"),
    ] {
        let shop = Shop::new();
        if let Some(before) = before {
            shop.import("before.csv", before, "").succeeds();
        }
        let run = shop.import("o.csv", content, "").succeeds().json();
        let n = |name: &str| run["files"][0][name].as_u64().unwrap();
        assert_eq!(
            (
                n("loaded"),
                n("duplicate"),
                n("contradicted"),
                n("rejected")
            ),
            (3, 3, 2, 1)
        );
        assert_eq!(
            shop.one("select received from orders where ro_no = 'R1'"),
            "175.00"
        );
        let found = shop.retain("quality --json").succeeds().json();
        assert_eq!(found["contradicted"], expected);
        assert_eq!(fault(&found, "rows-contradicted").0, 2);
        let said = shop.retain("quality").succeeds().stdout;
        assert!(said.contains("o.csv: line 2 gave way to line 8"), "{said}");
        // The same file again is no event, and taking it back takes its list back.
        shop.retain("import o.csv").succeeds();
        assert_eq!(
            shop.one("select count(*), sum(records)::bigint from duplicates"),
            "1|2"
        );
        shop.retain("undo-import").succeeds();
        assert_eq!(shop.one("select count(*) from duplicates"), "0");
        let said = shop.retain("import o.csv").succeeds().stdout;
        assert!(
            said.contains("2 of the duplicate rows say something else"),
            "{said}"
        );
    }
}
