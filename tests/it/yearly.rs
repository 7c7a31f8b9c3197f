//! The yearly report: figures counted by hand, odd years, what was known at its end.

use std::fs;

use super::support::{Shop, department, small};

const HEADER: &str = "工单号,车牌号,进厂日期,结算日期,维修类型,应收金额,实收金额,服务顾问\n";

/// Day, plate, class, yuan.
type Order = (String, String, &'static str, i64);

/// A shop from orders alone, scored as of a day.
fn shop_of(orders: &[Order], as_of: &str) -> Shop {
    let shop = Shop::new();
    let mut text = HEADER.to_owned();
    for (i, (day, plate, class, yuan)) in orders.iter().enumerate() {
        text += &format!("O{i},{plate},{day},{day},{class},{yuan},{yuan},小李\n");
    }
    shop.import("orders.csv", text, "").succeeds();
    shop.score_quickly(&format!("--as-of {as_of}"));
    shop
}

fn kpi(shop: &Shop, period: &str, id: &str) -> String {
    shop.one(&format!(
        "select value from kpis where period = '{period}' and id = '{id}'"
    ))
}

#[track_caller]
fn assert_kpi(shop: &Shop, period: &str, id: &str, wanted: f64) {
    let value: f64 = kpi(shop, period, id)
        .parse()
        .unwrap_or_else(|_| panic!("{id} of {period} is unknown"));
    assert!(
        (value - wanted).abs() < 1e-6,
        "{id} of {period}: {value}, not {wanted}"
    );
}

/// A figure's table of one row a period, as `report figures` writes it.
fn figures(shop: &Shop, year: &str, name: &str, sql: &str) -> Vec<String> {
    shop.retain(&format!("report figures --year {year} --out f"))
        .succeeds();
    let file = shop.path(&format!("f/{year}-{name}.parquet"));
    shop.ask(&sql.replace("$file", &format!("'{}'", file.display())))
}

/// What a reader must never meet on a page.
#[track_caller]
pub fn assert_readable(page: &str) {
    for word in [
        "NaN",
        "inf %",
        "None",
        "Some(",
        "report-",
        "kpi-",
        "definition-",
        "class-",
    ] {
        let shown = page
            .split('>')
            .filter_map(|p| p.split('<').next())
            .find(|text| text.contains(word));
        assert_eq!(shown, None, "{word}");
    }
    assert!(!page.contains("<script"));
}

#[test]
fn the_years_of_the_small_sample_are_as_counted_by_hand() {
    let shop = Shop::copy_of(small());
    for year in ["2024", "2025"] {
        shop.retain(&format!("report year --year {year} --out r --lang en"))
            .succeeds();
        assert_readable(&fs::read_to_string(shop.path(&format!("r/{year}.html"))).unwrap());
    }
    // From data-samples/small/work_orders.csv, by the rules of its README: 40 qualified visits in all.
    assert_kpi(&shop, "2024", "visits", 16.0);
    assert_kpi(&shop, "2025", "visits", 24.0);
    // Receivable of every order that is not void; the credit of 1018 takes 200, that of 1017 all of 1016.
    assert_kpi(&shop, "2025", "revenue", 13_459.0);
    // Kept: the late one of 12 September and the one of 3 June; 粤A30003 did not show up.
    assert_kpi(&shop, "2025", "appointment_share", 2.0 / 24.0);
    assert_kpi(&shop, "2025", "show_rate", 2.0 / 3.0);
    // In 2024 visits count from 5 March on, the first appointment on file: 13 of the 16.
    assert_kpi(&shop, "2024", "appointment_share", 2.0 / 13.0);
    // Persons' vehicles: at the end of 2024 seven; AD12345, AB1111 and the customer C006 came anew, 粤A15151 was lost.
    let movement = figures(
        &shop,
        "2025",
        "movement",
        "select opening, new, won_back, lost, gone, closing from $file where subject = 'unit' and month = '2025-01-01'",
    );
    assert_eq!(movement, ["7|3|0|1|0|9"]);
    assert_kpi(&shop, "2025", "base_units", 9.0);
    // The credit against nothing is no visit; whoever came on a working day counts once a day.
    assert_eq!(kpi(&shop, "2025", "csi"), "-");
    assert_eq!(kpi(&shop, "2025", "lectures"), "-");
}

#[test]
fn the_change_of_revenue_is_split_to_the_fen() {
    let mut orders = Vec::new();
    let mut add = |year: i32, class: &'static str, each: i64, n: u32| {
        for i in 0..n {
            let day = format!("{year}-{:02}-{:02}", 1 + i % 12, 3 + i);
            let plate = format!("粤A{:05}", orders.len());
            orders.push((day, plate, class, each));
        }
    };
    add(2023, "保养", 500, 10);
    add(2023, "事故", 2_000, 2);
    add(2023, "洗车", 30, 1);
    add(2024, "保养", 550, 12);
    add(2024, "事故", 2_500, 1);
    add(2024, "洗车", 40, 3);
    orders.push(("2024-12-31".to_owned(), "粤A99999".to_owned(), "洗车", 0));
    let shop = shop_of(&orders, "2024-12-31");
    let said = shop
        .retain("report year --out r --lang en --json")
        .succeeds()
        .json();
    assert_eq!(
        (&said["kind"], &said["period"]),
        (&"year".into(), &"2024".into())
    );
    // 9,000 of 12 visits and 30 beside them before; 9,100 of 13 visits and 120 beside them now.
    assert_kpi(&shop, "2024", "revenue", 9_220.0);
    let page = fs::read_to_string(shop.path("r/2024.html")).unwrap();
    let table = page.split("id=\"figure-bridge\"").nth(1).unwrap();
    let table = table.split("</figure>").next().unwrap();
    // One visit more at 750; 12 x 50 and 1 x 500 more a visit; the rest of the 100 is the mix; 90 more beside visits.
    for cell in [
        "9,030.00",
        "750.00",
        "-1,750.00",
        "1,100.00",
        "90.00",
        "9,220.00",
    ] {
        assert!(table.contains(&format!(">{cell}<")), "{cell}: {table}");
    }
}

#[test]
fn the_base_and_its_money_add_up() {
    let shop = Shop::copy_of(department());
    shop.retain("report year --year 2025 --out r").succeeds();
    let off = figures(
        &shop,
        "2025",
        "movement",
        "from $file where opening + new + won_back - lost - gone <> closing or lost_loyal > lost or lost_spend > opening_spend",
    );
    assert!(off.is_empty(), "{off:?}");
    // From year to year: what one closes with the next opens with.
    let chained = figures(
        &shop,
        "2025",
        "movement",
        "select a.subject from $file a join $file b on b.subject = a.subject and b.month = '2025-01-01'
         where a.month = '2024-01-01' and a.closing <> b.opening",
    );
    assert!(chained.is_empty(), "{chained:?}");
    // Persons in the base, counted anew from the orders' visits.
    let base = shop.one(
        "select count(distinct v.unit_id) from visits v
         join (select unit_id, arg_max(customer_id, (first_in, visit_id)) as customer_id from visits where qualified group by 1) h using (unit_id)
         left join customers c on c.customer_id = h.customer_id
         where v.qualified and v.first_on > date '2024-12-31' and coalesce(c.kind, 'person') = 'person'
             and not exists (select 1 from vehicle_scores s where s.unit_id = v.unit_id and s.churn_state = 'gone')",
    );
    assert_kpi(&shop, "2025", "base_units", base.parse().unwrap());
    // Tenths, advisers and classes each hold all of the visits and the money that they are of.
    let visits: f64 = kpi(&shop, "2025", "visits").parse().unwrap();
    let revenue: f64 = kpi(&shop, "2025", "revenue").parse().unwrap();
    for name in ["classes", "advisors"] {
        let sums = figures(
            &shop,
            "2025",
            name,
            if name == "classes" {
                "select sum(visits)::bigint, round(sum(revenue), 2) from $file where month = '2025-01-01'"
            } else {
                "select sum(visits)::bigint, round(sum(revenue), 2) from $file"
            },
        );
        let (n, money) = sums[0].split_once('|').unwrap();
        assert_eq!(n.parse::<f64>().unwrap(), visits, "{name}");
        assert!(
            (money.parse::<f64>().unwrap() - revenue).abs() < 0.01,
            "{name}"
        );
    }
    let months = shop.one(
        "select count(*) || '|' || sum(receivable)::double from orders
         where in_at >= '2025-01-01' and in_at < '2026-01-01' and coalesce(status, '') <> 'void'",
    );
    assert!((months.split_once('|').unwrap().1.parse::<f64>().unwrap() - revenue).abs() < 0.01);
    let body: f64 = kpi(&shop, "2025", "revenue_body").parse().unwrap();
    let workshop: f64 = kpi(&shop, "2025", "revenue_workshop").parse().unwrap();
    assert!((body + workshop - revenue).abs() < 1e-6);
}

#[test]
fn a_renewal_counts_by_what_was_known_at_the_end_of_the_year() {
    let orders = [
        ("2023-01-05", "粤A10001"),
        ("2024-02-05", "粤A10002"),
        ("2025-12-31", "粤A10003"),
    ]
    .map(|(day, plate)| (day.to_owned(), plate.to_owned(), "保养", 500));
    let shop = shop_of(&orders, "2025-12-31");
    // Ends in 2024: one renewed on the day, one in time but only in the next year, one not. A policy of others is no renewal.
    let policies = "保单号,车牌号,险种,起保日,到期日,本店投保\n\
        P1,粤A10001,商业险,2023-06-01,2024-06-01,是\n\
        P2,粤A10001,商业险,2024-06-01,2025-06-01,是\n\
        P3,粤A10002,商业险,2023-12-20,2024-12-20,是\n\
        P4,粤A10002,商业险,2025-01-10,2026-01-10,是\n\
        P5,粤A10003,商业险,2023-03-01,2024-03-01,是\n\
        P6,粤A10003,商业险,2024-03-01,2025-03-01,否\n";
    shop.import("policies.csv", policies, "").succeeds();
    for year in ["2024", "2025"] {
        shop.retain(&format!("report year --year {year} --out r"))
            .succeeds();
    }
    assert_kpi(&shop, "2024", "renewal_rate", 1.0 / 3.0);
    // In 2025 the renewal of 2024 ended, and nothing followed.
    assert_kpi(&shop, "2025", "renewal_rate", 0.0);
}

#[test]
fn a_share_of_visits_by_appointment_is_never_above_the_whole() {
    let orders = [("2025-03-05", "粤A10001"), ("2025-12-31", "粤A10002")]
        .map(|(day, plate)| (day.to_owned(), plate.to_owned(), "保养", 500));
    let shop = shop_of(&orders, "2025-12-31");
    // Three appointments for one visit, and one that was kept without an order of that day.
    let rows = "预约号,车牌号,登记时间,预约时间,状态\n\
        A1,粤A10001,2025-03-01 09:00,2025-03-05 09:00,到店\n\
        A2,粤A10001,2025-03-01 09:00,2025-03-05 10:00,到店\n\
        A3,粤A10001,2025-03-01 09:00,2025-03-05 11:00,迟到\n\
        A4,粤A10002,2025-03-01 09:00,2025-05-05 11:00,到店\n";
    shop.import("a.csv", rows, "--as appointments").succeeds();
    shop.retain("report year --out r").succeeds();
    assert_kpi(&shop, "2025", "appointment_share", 0.5);
    assert_kpi(&shop, "2025", "show_rate", 1.0);
}

#[test]
fn a_past_year_has_the_states_of_its_own_end() {
    let shop = Shop::copy_of(department());
    shop.retain("report year --year 2024 --out r --lang zh")
        .succeeds();
    let states = figures(
        &shop,
        "2024",
        "states",
        "select churn_state, units from $file where month = '2024-01-01' and as_of = '2024-12-31' order by 1",
    );
    let scored = shop.ask(
        "select coalesce(h.churn_state, 'none') as s, count(*) filter (where coalesce(c.kind, 'person') = 'person')
         from score_history h left join customers c using (customer_id)
         where h.as_of = '2024-12-31' and coalesce(c.kind, 'person') <> 'internal' group by 1 order by 1",
    );
    assert!(states.len() > 5);
    assert_eq!(states, scored);
    // Nothing of the year after is in it: no visit, and no expectation from scores of another date.
    let page = fs::read_to_string(shop.path("r/2024.html")).unwrap();
    assert!(page.contains("评分日期不是年末"));
    assert!(!page.contains("2025-0"), "a day of the year after");
}

#[test]
fn without_a_year_the_last_one_that_ended_is_reported() {
    let orders = [("2023-02-01", "粤A10001"), ("2025-06-30", "粤A10002")]
        .map(|(day, plate)| (day.to_owned(), plate.to_owned(), "保养", 500));
    let shop = shop_of(&orders, "2025-06-30");
    let asked = |line: &str| shop.retain(line).succeeds().json();
    assert_eq!(asked("report year --out r --json")["period"], "2024");
    let said = shop
        .retain("report year --year 2025 --out r --lang en")
        .succeeds();
    assert!(said.stdout.starts_with("Yearly report "), "{}", said.stdout);
    let page = fs::read_to_string(shop.path("r/2025.html")).unwrap();
    assert!(page.contains("The year is not over: the figures are to 2025-06-30"));
    for year in ["2022", "2026"] {
        let error = shop
            .retain(&format!("report year --year {year} --out r --lang en"))
            .ends_with(2);
        assert!(error.stderr.contains("2023-02-01"), "{}", error.stderr);
    }
    shop.retain("report year --year 25 --out r").ends_with(2);
}

#[test]
fn odd_shops_have_a_readable_year() {
    let one = |day: &str| (day.to_owned(), "粤A10001".to_owned(), "保养", 500);
    let shops: [(&str, Vec<Order>, &str); 4] = [
        ("one order", vec![one("2025-12-31")], "2025-12-31"),
        (
            "one month",
            (1..=28).map(|d| one(&format!("2025-02-{d:02}"))).collect(),
            "2025-02-28",
        ),
        (
            "a leap day",
            vec![one("2023-02-28"), one("2024-02-29")],
            "2024-02-29",
        ),
        (
            "a year without orders",
            vec![one("2023-01-02"), one("2025-01-02"), one("2025-12-31")],
            "2025-12-31",
        ),
    ];
    for (name, orders, as_of) in shops {
        let shop = shop_of(&orders, as_of);
        for (lang, title) in [("zh", "售后年末总结"), ("en", "After-sales year")] {
            shop.retain(&format!(
                "report year --out {lang} --lang {lang} --format html,xlsx"
            ))
            .succeeds();
            let file = fs::read_dir(shop.path(lang))
                .unwrap()
                .map(|f| f.unwrap().path())
                .find(|f| f.extension().is_some_and(|e| e == "html"))
                .unwrap();
            let page = fs::read_to_string(file).unwrap();
            assert!(page.contains(title), "{name}");
            assert_readable(&page);
            // What is missing is said with the file that would bring it.
            for kind in ["targets", "surveys", "insurance_policies", "follow_ups"] {
                assert!(page.contains(kind), "{name}: {kind}");
            }
        }
    }
}

#[test]
fn names_are_shown_as_they_are_and_numbers_that_tell_of_people_are_not() {
    let shop = Shop::new();
    let long = "长".repeat(500);
    let rows = format!(
        "工单号,客户编号,客户名称,手机,车牌号,进厂日期,结算日期,维修类型,实收金额,服务顾问\n\
         1,K-1,\"<b>王</b>\"\"x\",13800000001,粤A10001,2025-03-01,2025-03-01,保养,900,\"<script>alert(1)</script>\"\n\
         2,13900000002,{long},13900000002,粤A10002,2025-04-01,2025-04-01,保养,800,😀 龘\n\
         3,粤A10003,张,,粤A10003,2025-12-31,2025-12-31,保养,700,\"=1+1\"\n"
    );
    shop.import("o.csv", rows, "").succeeds();
    shop.score_quickly("--as-of 2025-12-31");
    shop.retain("report year --out r --lang zh --format html,xlsx")
        .succeeds();
    let page = fs::read_to_string(shop.path("r/2025.html")).unwrap();
    assert_readable(&page);
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("😀 龘"));
    assert!(page.contains(">K-1<"));
    for hidden in ["13900000002", "粤A1000", "长长长", "13800000001"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    super::documents::assert_no_formulas(&shop.path("r/2025.xlsx"));
}

#[test]
fn the_main_job_writes_both_reports() {
    let shop = Shop::new();
    let mut text = HEADER.to_owned();
    for month in 1..=12 {
        text +=
            &format!("{month},粤A10001,2025-{month:02}-28,2025-{month:02}-28,保养,500,500,小李\n");
    }
    shop.file("o.csv", text);
    shop.file(
        "retain.toml",
        "[run]\nfiles = [{ path = 'o.csv' }]\nout = 'out'\n[score]\nhistory_months = 1\n",
    );
    let config = shop.path("retain.toml").display().to_string();
    let said = super::support::retain([
        "run",
        "--config",
        &config,
        "--today",
        "2026-01-01",
        "--as-of",
        "2025-12-31",
        "--json",
    ])
    .succeeds()
    .json();
    for (key, name) in [("report", "2025-12.html"), ("report_year", "2025.html")] {
        let path = said[key].as_str().unwrap();
        assert!(path.ends_with(name), "{path}");
        assert!(
            fs::metadata(shop.path("out/reports").join(name))
                .unwrap()
                .len()
                > 5_000
        );
    }
}

#[test]
fn a_fiscal_year_is_the_twelve_months_from_its_first_and_says_so() {
    let shop = Shop::new();
    let mut orders = HEADER.to_owned();
    // One order a month from January 2023 to September 2025, worth the month's ordinal.
    for n in 0..33 {
        let day = format!("{}-{:02}-31", 2023 + n / 12, 1 + n % 12);
        let day = day.replace("02-31", "02-28");
        let day = ["04", "06", "09", "11"].iter().fold(day, |d, m| {
            d.replace(&format!("-{m}-31"), &format!("-{m}-30"))
        });
        orders += &format!("O{n},粤A1{n:04},{day},{day},保养,{n},{n},小李\n");
    }
    shop.import("orders.csv", orders, "").succeeds();
    let targets = "年,月,指标,目标\n2024,,营业额,1200\n2025,,营业额,2400\n";
    shop.import("targets.csv", targets, "--as targets")
        .succeeds();
    shop.file(
        "fiscal.toml",
        "[report]\nfiscal_year_start = 4\n[score]\nhistory_months = 1\n",
    );
    shop.retain("score --config fiscal.toml --as-of 2025-09-30")
        .succeeds();

    // Asked for nothing, the last year that is over: April 2024 to March 2025, the months of ordinal 15 to 26.
    shop.retain("report year --out out --lang zh").succeeds();
    assert_kpi(
        &shop,
        "FY2024",
        "revenue",
        f64::from((15..=26).sum::<i32>()),
    );
    assert_kpi(&shop, "FY2024", "visits", 12.0);
    let row = "select target, previous from kpis where period = 'FY2024' and id = 'revenue'";
    assert_eq!(
        shop.ask(row),
        [format!("1200.0|{}.0", (3..=14).sum::<i32>())]
    );
    let page = fs::read_to_string(shop.path("out/FY2024.html")).unwrap();
    assert!(page.contains("2024财年（2024-04 至 2025-03）"));
    shop.retain("report year --year 2024 --out out --lang en")
        .succeeds();
    let page = fs::read_to_string(shop.path("out/FY2024.html")).unwrap();
    assert!(page.contains("fiscal year 2024 (Apr 2024 – Mar 2025)"));

    // The month's page: six of twelve months have passed, and the year's target is that of 2025.
    shop.retain("report month --month 2025-09 --out out --lang en")
        .succeeds();
    let page = fs::read_to_string(shop.path("out/2025-09.html")).unwrap();
    assert!(page.contains("50.0\u{a0}% of fiscal year 2025 (Apr 2025 – Mar 2026) has passed"));
    let target = "select target from kpis where period = '2025-09' and id = 'revenue'";
    assert_eq!(shop.one(target), "200.0");

    // In the archive it is found by its number, and the calendar year of the same number is another report.
    shop.retain("report diff 2024").succeeds();
    shop.file("calendar.toml", "[score]\nhistory_months = 1\n");
    let run = shop
        .retain("report diff FY2024 --config calendar.toml")
        .ends_with(2);
    for year in ["2024", "FY2024"] {
        assert!(run.stderr.contains(year), "{}", run.stderr);
    }
    shop.retain("report year --year 2024 --out out --config calendar.toml")
        .succeeds();
    assert_kpi(&shop, "2024", "revenue", f64::from((12..=23).sum::<i32>()));
}

#[test]
fn a_month_that_no_year_has_is_refused_by_the_name_of_its_setting() {
    let shop = Shop::new();
    for month in ["0", "13"] {
        shop.file(
            "bad.toml",
            format!("[report]\nfiscal_year_start = {month}\n"),
        );
        let run = shop.retain("report year --out out --config bad.toml");
        let run = run.ends_with(2);
        assert!(
            run.stderr.contains("report.fiscal_year_start"),
            "{}",
            run.stderr
        );
    }
}
