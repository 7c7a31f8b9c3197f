//! Imports that are taken back: the tables are as they were before, row for row.

use super::support::{Shop, assert_same_contents, files_below};

const CONFIG: &str = "[import]\nundo_depth = 20\n";

/// Imports with the settings of these tests.
#[track_caller]
fn import(shop: &Shop, files: &[(&str, &str)], flags: &str) {
    for (name, content) in files {
        shop.file(name, content);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    shop.retain(&format!(
        "import {} --config undo.toml {flags}",
        names.join(" ")
    ))
    .succeeds();
}

/// Runs of the import command one after the other: files and flags.
const RUNS: &[(&[(&str, &str)], &str)] = &[
    (
        &[(
            "orders-1.csv",
            "工单号,客户编号,客户名称,手机,车牌号,进厂日期,结算日期,维修类型,实收金额\n\
             1,C1,王伟,13800000001,粤A10001,2025-01-05,2025-01-05,保养,100\n\
             2,C2,李娜,,粤A10002,2025-01-06,2025-01-06,维修,200\n\
             ,C3,张敏,13800000003,粤A10003,2025-01-07,2025-01-07,保养,300\n\
             3,C4,刘洋,13800000004,粤A10004,2025-01-08,2025-01-08,保养,400\n",
        )],
        "",
    ),
    // Known orders corrected, a person named anew, a refused row, orders without number, all in two files that overlap.
    (
        &[
            (
                "orders-2.csv",
                "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n\
                 2,C2,李娜娜,13800000002,粤A10002,LSVAA4187E2100002,2025-01-06,2025-01-06,维修,222\n\
                 4,C5,陈静,13800000005,粤A10005,,2025-02-01,2025-02-01,保养,500\n\
                 ,C3,张敏,13800000003,粤A10003,,2025-01-07,2025-01-07,保养,300\n\
                 ,C3,张敏,13800000003,粤A10003,,2025-01-07,2025-01-07,保养,300\n\
                 5,C5,陈静,13800000005,粤A10005,,2025-02-30,2025-02-01,保养,500\n",
            ),
            (
                "orders-3.csv",
                "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n\
                 2,C2,李娜,13900000002,粤A10002,LSVAA4187E2100002,2025-01-06,2025-01-06,事故,250\n\
                 4,C5,陈静,13800000005,粤A10005,LSVAA4187E2100005,2025-02-01,2025-02-01,保养,510\n",
            ),
        ],
        "",
    ),
    // Files of other kinds: people and vehicles that orders had named.
    (
        &[
            (
                "customers.csv",
                "客户编号,客户名称,手机,地址,营销同意\nC1,王伟,13800000011,某路 1 号,否\nC9,赵磊,13800000009,某路 9 号,是\n",
            ),
            (
                "vehicles.csv",
                "VIN,车牌号,客户编号,品牌,购车日期\nLSVAA4187E2100001,粤A10001,C1,云鹿,2020-05-01\nLSVAA4187E2100009,粤A10009,C9,云鹿,2021-05-01\n",
            ),
            (
                "surveys.csv",
                "工单号,车牌号,日期,得分,满分\n1,粤A10001,2025-01-09,7,10\n2,粤A10002,2025-01-10,9,10\n",
            ),
        ],
        "",
    ),
    (
        &[
            (
                "customers-2.csv",
                "客户编号,客户名称,手机,地址,营销同意\nC1,王伟,13800000011,某路 2 号,是\n",
            ),
            (
                "vehicles-2.csv",
                "VIN,车牌号,客户编号,品牌,购车日期\nLSVAA4187E2100001,粤A10001,C1,云鹿二代,2020-05-02\n",
            ),
            (
                "surveys-2.csv",
                "工单号,车牌号,日期,得分,满分\n1,粤A10001,2025-01-09,3,10\n3,粤A10004,2025-01-11,10,10\n",
            ),
            (
                "complaints.csv",
                "投诉号,车牌号,日期,类别\nT1,粤A10001,2025-01-10,价格\n",
            ),
        ],
        "",
    ),
    // All there is of January: order 3 goes.
    (
        &[(
            "january.csv",
            "工单号,客户编号,客户名称,手机,车牌号,进厂日期,结算日期,维修类型,实收金额\n\
             1,C1,王伟,13800000001,粤A10001,2025-01-05,2025-01-05,保养,101\n\
             2,C2,李娜,,粤A10002,2025-01-06,2025-01-06,维修,200\n",
        )],
        "--complete 2025-01-01..2025-01-31",
    ),
];

#[test]
fn imports_are_taken_back_one_after_the_other_until_nothing_is_left() {
    let shop = Shop::new();
    shop.file("undo.toml", CONFIG);
    let mut before = Vec::new();
    for (files, flags) in RUNS {
        import(&shop, files, flags);
        before.push(shop.contents());
    }
    assert_eq!(
        shop.one("select count(*) from orders where ro_no = '3'"),
        "0"
    );
    assert_ne!(shop.one("select count(*) from unit_aliases"), "0");
    // What is found in between does not stand in the way.
    for at in (0..RUNS.len() - 1).rev() {
        let planned = shop
            .retain("undo-import --dry-run --json")
            .succeeds()
            .json();
        let undone = shop.retain("undo-import --json").succeeds().json();
        assert_eq!(planned["tables"], undone["tables"]);
        let files = undone["files"].as_array().unwrap();
        assert_eq!(files.len(), RUNS[at + 1].0.len());
        assert_same_contents(&before[at], &shop.contents());
        shop.retain("doctor").succeeds();
    }
    // The same again gives the same again.
    for (at, (files, flags)) in RUNS.iter().enumerate().skip(1) {
        import(&shop, files, flags);
        assert_same_contents(&before[at], &shop.contents());
    }
    for _ in RUNS {
        shop.retain("undo-import").succeeds();
    }
    for (table, rows) in shop.contents() {
        // The settings of the schema stay.
        assert!(
            rows.is_empty() || table == "retain_meta",
            "{table}: {rows:?}"
        );
    }
    let run = shop.retain("undo-import").ends_with(2);
    assert!(run.stderr.contains("undo_depth"), "{}", run.stderr);
}

#[test]
fn the_sample_is_as_it_was_after_a_later_export_is_taken_back() {
    let shop = Shop::new();
    shop.import_files(&files_below("data-samples/small", ".csv"))
        .succeeds();
    let before = shop.contents();
    let orders = std::fs::read_to_string(
        files_below("data-samples/small", "work_orders.csv")
            .first()
            .unwrap(),
    )
    .unwrap();
    // Every amount another one, half of the orders new.
    let mut changed = String::new();
    for (at, line) in orders.lines().enumerate() {
        let line = line.replace(",已结算,", ",已作废,");
        if at > 0 && at % 2 == 0 {
            changed.push('N');
        }
        changed.push_str(&line);
        changed.push('\n');
    }
    shop.import("later.csv", changed, "").succeeds();
    shop.score_quickly("");
    assert_ne!(before["orders"], shop.contents()["orders"]);
    let said = shop.retain("undo-import").succeeds();
    assert!(
        said.stdout.contains("Taken back: import"),
        "{}",
        said.stdout
    );
    let after = shop.contents();
    for table in [
        "orders",
        "customers",
        "vehicles",
        "vehicle_facts",
        "vehicle_pairs",
        "unit_keys",
        "unit_aliases",
        "imports",
        "rejects",
    ] {
        assert_eq!(before[table], after[table], "{table}");
    }
}

#[test]
fn only_as_many_imports_are_kept_as_the_settings_say() {
    let shop = Shop::new();
    shop.file("undo.toml", "[import]\nundo_depth = 1\n");
    for (files, flags) in &RUNS[..3] {
        import(&shop, files, flags);
    }
    assert_eq!(shop.one("select count(*) from undo_imports"), "1");
    let undone = shop.retain("undo-import --json").succeeds().json();
    assert_eq!(undone["left"], 0);
    shop.retain("undo-import").ends_with(2);
}

#[test]
fn a_file_that_brings_nothing_new_is_no_import_to_take_back() {
    let shop = Shop::new();
    shop.file("undo.toml", CONFIG);
    let (files, flags) = RUNS[1];
    import(&shop, files, flags);
    let before = shop.contents();
    // An earlier state of the same orders is a change; the last state once more is none.
    import(&shop, &files[1..], flags);
    assert_same_contents(&before, &shop.contents());
    let undone = shop.retain("undo-import --json").succeeds().json();
    assert_eq!(undone["files"].as_array().unwrap().len(), 2);
}

#[test]
fn whoever_was_erased_does_not_come_back_with_what_an_import_had_replaced() {
    let shop = Shop::new();
    shop.file("undo.toml", CONFIG);
    for (files, flags) in &RUNS[..2] {
        import(&shop, files, flags);
    }
    shop.retain("erase C2").succeeds();
    let run = shop.retain("undo-import").ends_with(2);
    assert!(run.stderr.contains("erased"), "{}", run.stderr);
    let bytes = std::fs::read(&shop.db).unwrap();
    let name = "李娜".as_bytes();
    assert!(!bytes.windows(name.len()).any(|w| w == name));
    // Nobody that the replaced rows name: the import can still be taken back, and the erased stay away.
    let shop = Shop::new();
    shop.file("undo.toml", CONFIG);
    for (files, flags) in &RUNS[..2] {
        import(&shop, files, flags);
    }
    shop.retain("erase C4").succeeds();
    shop.retain("undo-import").succeeds();
    assert_eq!(
        shop.one("select count(*), count(customer_key) from orders where ro_no in ('1', '2', '3')"),
        "3|2"
    );
}

#[test]
fn rows_that_come_twice_in_a_file_are_one_in_every_kind_of_file() {
    // A column may be called as anything that our own queries use.
    let shop = Shop::new();
    let text = "活动名称,类型,开始,结束,地点,优惠\n春检,服务,2025-03-01,2025-03-31,店内,免检\n春检,服务,2025-03-01,2025-03-31,店外,九折\n";
    let said = shop.import("campaigns.csv", text, "").succeeds().json();
    assert_eq!(
        (&said["files"][0]["loaded"], &said["files"][0]["duplicate"]),
        (&1.into(), &1.into())
    );
    assert_eq!(shop.one("select place from campaigns"), "店外");
}
