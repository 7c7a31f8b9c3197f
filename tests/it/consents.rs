//! Whoever refused marketing is on no list, whatever files come later or came before, until a yes with a later date.

use super::support::Shop;

/// Consent and its date, as the customer counts.
fn consent(shop: &Shop) -> String {
    shop.one("select consent_marketing, consent_at from customers_merged")
}

fn import(shop: &Shop, name: &str, text: &str) {
    shop.import(&format!("{name}.csv"), text, "--as customers")
        .succeeds();
}

#[test]
fn a_refusal_outlives_files_that_are_silent_and_a_yes_without_a_date() {
    let shop = Shop::new();
    for (name, text, expected) in [
        ("no", "客户编号,客户姓名,营销同意\nK1,王伟,否\n", "no|-"),
        (
            "silent",
            "客户编号,客户姓名,地址\nK1,王伟,人民路1号\n",
            "no|-",
        ),
        ("empty", "客户编号,客户姓名,营销同意\nK1,王大伟,\n", "no|-"),
        (
            "unknown",
            "客户编号,客户姓名,营销同意\nK1,王大伟,未征询\n",
            "no|-",
        ),
        ("yes", "客户编号,客户姓名,营销同意\nK1,王大伟,是\n", "no|-"),
        // The refusal came in on 2 January 2026 and says no day of its own.
        (
            "before",
            "客户编号,营销同意,营销同意日期\nK1,是,2026-01-02\n",
            "no|-",
        ),
        (
            "after",
            "客户编号,营销同意,营销同意日期\nK1,是,2026-01-03\n",
            "yes|2026-01-03",
        ),
        // The file of the refusal once more: it came in today, and may be of today.
        (
            "again",
            "客户编号,客户姓名,营销同意\nK1,王伟,否\n",
            "yes|2026-01-03",
        ),
        (
            "later",
            "客户编号,营销同意,consent_at\nK1,否,2026-01-03\n",
            "no|2026-01-03",
        ),
    ] {
        import(&shop, name, text);
        assert_eq!(consent(&shop), expected, "{name}");
        // The same file twice changes nothing.
        let before = shop.contents();
        import(&shop, name, text);
        assert!(before == shop.contents(), "{name} changed something");
    }
}

/// An old list after a new one says the same as a new one after an old one.
#[test]
fn answers_with_dates_count_by_their_dates_and_not_by_the_order_of_their_files() {
    let answers = [
        ("否", "2024-05-01"),
        ("是", "2025-02-01"),
        ("是", "2023-01-01"),
        ("", ""),
    ];
    let sides: [(&[usize], &str); 3] = [
        (&[0, 1, 2, 3], "yes|2025-02-01"),
        (&[0, 2, 3], "no|2024-05-01"),
        (&[1, 2, 3], "yes|2025-02-01"),
    ];
    for (of, expected) in sides {
        for turn in 0..of.len() {
            let mut order = of.to_vec();
            order.rotate_left(turn);
            if turn % 2 == 1 {
                order.reverse();
            }
            let shop = Shop::new();
            for i in &order {
                let (answer, day) = answers[*i];
                let text =
                    format!("客户编号,客户名称,营销同意,营销同意日期\nK1,王伟{i},{answer},{day}\n");
                import(&shop, &format!("file{i}"), &text);
            }
            assert_eq!(consent(&shop), expected, "{order:?}");
        }
    }
}

#[test]
fn of_several_rows_of_a_customer_the_refusal_counts_wherever_it_stands() {
    const HEADER: &str = "客户编号,手机,营销同意,营销同意日期\n";
    let shop = Shop::new();
    import(
        &shop,
        "one",
        &format!("{HEADER}K1,13800000001,否,\nK1,13800000001,是,\n"),
    );
    assert_eq!(consent(&shop), "no|-");
    let shop = Shop::new();
    import(&shop, "yes", &format!("{HEADER}K1,13800000001,是,\n"));
    assert_eq!(consent(&shop), "yes|-");
    // The last row is the one that is known already.
    import(
        &shop,
        "both",
        &format!("{HEADER}K1,13800000001,否,2025-03-01\nK1,13800000001,是,\n"),
    );
    assert_eq!(consent(&shop), "no|2025-03-01");
}

#[test]
fn taking_an_import_back_takes_its_answer_back() {
    let shop = Shop::new();
    import(&shop, "yes", "客户编号,营销同意\nK1,是\n");
    import(&shop, "no", "客户编号,营销同意\nK1,否\n");
    assert_eq!(consent(&shop), "no|-");
    shop.retain("undo-import").succeeds();
    assert_eq!(consent(&shop), "yes|-");
}

/// A refusal in a file of an earlier version has no day: it counts from that of the import that brought it.
#[test]
fn a_refusal_that_an_earlier_version_took_in_counts_from_the_day_of_its_import() {
    let shop = Shop::new();
    import(&shop, "no", "客户编号,营销同意\nK1,否\n");
    {
        use retain::store::{Access, Engine, Store};
        let store = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
        store
            .run("update customers set refusal_known_on = null; update imports set today = '2025-10-01'")
            .unwrap();
    }
    for (day, expected) in [("2025-10-01", "no|-"), ("2025-10-02", "yes|2025-10-02")] {
        import(
            &shop,
            day,
            &format!("客户编号,营销同意,营销同意日期\nK1,是,{day}\n"),
        );
        assert_eq!(consent(&shop), expected);
        if expected == "no|-" {
            shop.retain("undo-import").succeeds();
        }
    }
}

#[test]
fn whoever_refused_is_withheld_and_counted_whichever_file_came_last() {
    const OLD: &str = "客户编号,手机,营销同意\nC1,13800000001,是\nC2,13800000002,是\n";
    const NEW: &str = "客户编号,手机,营销同意\nC1,13800000001,否\n";
    let mut orders = "工单号,客户编号,客户名称,手机,车牌号,进厂日期,维修类型,实收金额\n".to_owned();
    for (i, month) in [(1, "03"), (2, "06"), (3, "09"), (4, "12")] {
        for c in [1, 2] {
            orders +=
                &format!("{i}{c},C{c},顾客{c},1380000000{c},粤A1000{c},2024-{month}-01,保养,500\n");
        }
    }
    let mut said = Vec::new();
    for files in [[OLD, NEW], [NEW, OLD]] {
        let shop = Shop::new();
        shop.import("orders.csv", &orders, "").succeeds();
        shop.score_quickly("");
        for (name, text) in ["first", "second"].into_iter().zip(files) {
            import(&shop, name, text);
        }
        let made = shop
            .retain("list --out lists --for 2026-01-05 --format csv --json")
            .succeeds()
            .json();
        let list = std::fs::read_to_string(shop.path("lists/2026-01-05.csv")).unwrap();
        assert!(
            !list.contains("粤A10001") && list.contains("粤A10002"),
            "{list}"
        );
        said.push((made["rows"].clone(), made["withheld"].clone()));
    }
    assert_eq!(said[0], said[1]);
    assert!(said[0].1.as_u64().unwrap() > 0, "{said:?}");
}
