//! Whoever left no trace for the retention period goes, exactly they; holds keep whom they name, whatever is asked.

use std::fs;

use super::support::Shop;

/// Five customers: two long gone (one of them with a car that a third bought), one on and off, one recent, one whose
/// only trace of late is a policy.
const ORDERS: &str = "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n\
    1,K1,夏侯鹂歌,13911112222,粤A12345,LGBH52E01JY100001,2019-01-05,2019-01-05,保养,500\n\
    2,K2,王伟,13922223333,粤B54321,LGBH52E01JY100002,2018-06-06,2018-06-06,保养,700\n\
    3,K3,李娜,13933334444,粤B54321,LGBH52E01JY100002,2025-06-06,2025-06-06,保养,650\n\
    4,K4,赵云,13944445555,粤C11111,LGBH52E01JY100003,2019-03-03,2019-03-03,保养,300\n\
    5,K5,钱多,13955556666,粤D22222,LGBH52E01JY100004,2019-03-04,2019-03-04,保养,310\n\
    6,K4,赵云,13944445555,粤C11111,LGBH52E01JY100003,2023-03-03,2023-03-03,保养,320\n";

fn shop() -> Shop {
    let shop = Shop::new();
    shop.import("orders.csv", ORDERS, "").succeeds();
    shop.import(
        "policies.csv",
        "保单号,车牌号,客户编号,起保日,到期日,险种\nP1,粤D22222,K5,2024-05-01,2025-05-01,商业险\n",
        "",
    )
    .succeeds();
    shop.import(
        "follow_ups.csv",
        "客户编号,日期,渠道,结果,备注\nK1,2019-01-09,电话,成功,夏侯鹂歌 is content\nK4,2022-03-09,电话,成功,old note\n",
        "",
    )
    .succeeds();
    shop.score_quickly("");
    shop
}

const NAMES: &str = "select customer_no from customers order by 1";
const MONEY: &str = "select sum(received)::varchar || ' ' || count(*) from orders";

#[test]
fn exactly_those_without_a_trace_go_and_what_they_paid_stays() {
    let shop = shop();
    let money = shop.ask(MONEY);
    let planned = shop
        .retain("purge --older-than 60m --dry-run --json")
        .succeeds()
        .json();
    // K1 and K2; K1's plate and VIN, while K2's car is K3's now.
    assert_eq!(
        (
            &planned["customers"],
            &planned["vehicles"],
            &planned["held"]
        ),
        (&2.into(), &2.into(), &0.into()),
        "{planned}"
    );
    assert_eq!(shop.ask(NAMES), ["K1", "K2", "K3", "K4", "K5"]);
    let purged = shop
        .retain("purge --older-than 60 --json")
        .succeeds()
        .json();
    assert_eq!(purged["rows"], planned["rows"]);
    assert_eq!(shop.ask(NAMES), ["K3", "K4", "K5"]);
    assert_eq!(shop.ask(MONEY), money);
    assert_eq!(
        shop.ask("select plate from vehicles order by 1"),
        ["粤B54321", "粤C11111", "粤D22222"]
    );
    // Not a byte of them is left in the file.
    let bytes = fs::read(&shop.db).unwrap();
    for word in ["夏侯鹂歌", "13911112222", "粤A12345", "王伟"] {
        assert!(
            !bytes.windows(word.len()).any(|w| w == word.as_bytes()),
            "{word}"
        );
    }
    // Again: nobody.
    let again = shop
        .retain("purge --older-than 60 --json")
        .succeeds()
        .json();
    assert_eq!(again["customers"], 0);
    // The longer nobody came, the more go.
    let sooner = shop
        .retain("purge --older-than 30 --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(sooner["customers"], 1);
    // It is noted, and nobody is named.
    let audit = fs::read_to_string(shop.db.with_extension("duckdb.audit")).unwrap();
    assert!(audit.contains("\"purge\"") && !audit.contains("K1"));
}

#[test]
fn a_hold_keeps_from_purge_and_from_erasure_until_it_is_lifted_or_over() {
    let shop = shop();
    let held = shop.retain("hold K1 --json").succeeds().json();
    assert_eq!(
        (&held["customers"], &held["on_hold"]),
        (&1.into(), &1.into())
    );
    let planned = shop
        .retain("purge --older-than 60 --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(
        (&planned["customers"], &planned["held"]),
        (&1.into(), &1.into())
    );
    let refused = shop.retain("erase 13911112222 --lang en").ends_with(2);
    assert!(refused.stderr.contains("--lift"), "{}", refused.stderr);
    shop.retain("purge --older-than 60").succeeds();
    assert_eq!(shop.ask(NAMES), ["K1", "K3", "K4", "K5"]);
    // A restored backup does not lose the hold that was made since.
    shop.retain("hold K1 --lift").succeeds();
    shop.retain("backup --out before.duckdb").succeeds();
    shop.retain("hold K1 --until 2026-12-31").succeeds();
    shop.retain("restore before.duckdb").succeeds();
    assert_eq!(shop.one("select until_day from holds"), "2026-12-31");
    shop.retain("hold K1 --until 2020-01-01").ends_with(2);
    shop.retain("hold K9").ends_with(2);
    shop.retain("hold K1 --lift").succeeds();
    shop.retain("hold K1 --lift").ends_with(2);
    shop.retain("erase 13911112222").succeeds();
    assert_eq!(shop.ask(NAMES), ["K3", "K4", "K5"]);
}

#[test]
fn periods_below_the_least_are_refused_and_texts_go_by_their_own_age() {
    let shop = shop();
    let refused = shop.retain("purge --older-than 12 --lang en").ends_with(2);
    assert!(refused.stderr.contains("24"), "{}", refused.stderr);
    shop.retain("purge --older-than soon").ends_with(2);
    shop.file("texts.toml", "[retention]\ntext_months = 36\n");
    let planned = shop
        .retain("purge --config texts.toml --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(planned["texts"], 2);
    shop.retain("purge --config texts.toml --older-than 1200")
        .succeeds();
    assert_eq!(
        shop.one("select count(note) || ' of ' || count(*) from follow_ups"),
        "0 of 2"
    );
    shop.file("bad.toml", "[retention]\nperson_months = 6\n");
    shop.retain("purge --config bad.toml").ends_with(2);
}
