//! What money is called: one setting, and every output that people look at says it.

use std::fs;

use retain::store::{Access, Engine, Store};

use super::support::{QUICK, Shop, department};

/// The sample department, whose money is said to be euros.
fn in_euros() -> Shop {
    let shop = Shop::copy_of(department());
    let setting = "[report]\ncurrency = 'EUR'\ncurrency_digits = 2\n";
    shop.file("euro.toml", format!("{QUICK}{setting}"));
    shop
}

#[test]
fn no_output_says_yuan_where_the_money_is_another() {
    let shop = in_euros();
    for lang in ["zh", "en"] {
        for period in ["month", "year"] {
            let line = format!("report {period} --out {lang} --lang {lang} --config euro.toml");
            shop.retain(&line).succeeds();
        }
        for name in ["2025-12.html", "2025.html"] {
            let page = fs::read_to_string(shop.path(&format!("{lang}/{name}"))).unwrap();
            assert!(page.contains('€'), "{lang} {name}");
            for yuan in ["¥", "（元）", " 元", "万元", "yuan", "€51.3 万"] {
                let at = page
                    .find(yuan)
                    .map(|i| page[i..].chars().take(40).collect::<String>());
                assert_eq!(at, None, "{lang} {name}: {yuan}");
            }
        }
        let line = format!("list --out {lang} --lang {lang} --format csv --config euro.toml");
        let said = shop.retain(&line).succeeds();
        let list = fs::read_dir(shop.path(lang))
            .unwrap()
            .map(|f| f.unwrap().path())
            .find(|p| p.extension().is_some_and(|e| e == "csv"));
        let list = fs::read_to_string(list.unwrap()).unwrap();
        assert!(list.contains("EUR"), "{lang}");
        for yuan in ["¥", "（元", " 元", "yuan"] {
            assert!(
                !list.contains(yuan) && !said.stdout.contains(yuan),
                "{lang}: {yuan}"
            );
        }
    }
}

/// Archives and figures from before money had a unit of its own call it yuan.
#[test]
fn a_version_from_before_is_read_in_the_money_of_its_settings() {
    let shop = in_euros();
    shop.retain("report month --out out --config euro.toml")
        .succeeds();
    let units = "select distinct unit from kpis where id = 'revenue' union all
         select distinct unit from kpi_splits where id = 'revenue'";
    assert_eq!(shop.ask(units), ["EUR", "EUR"]);
    Store::open(&shop.db, Access::Write, &Engine::default())
        .unwrap()
        .run(
            "update report_figures set unit = 'yuan', value = value - 1.5 where id = 'revenue';
             update reports set program = '0';
             update kpis set unit = 'yuan' where unit = 'EUR';
             update kpi_splits set unit = 'yuan' where unit = 'EUR';",
        )
        .unwrap();
    let said = shop
        .retain("report month --out out --config euro.toml --lang en")
        .succeeds();
    assert!(said.stdout.contains("(+€1.50)"), "{}", said.stdout);
    assert!(!said.stdout.contains('¥'), "{}", said.stdout);
    assert_eq!(shop.ask(units), ["EUR", "EUR"]);
}

#[test]
fn amounts_in_tables_have_the_digits_asked_for() {
    let shop = in_euros();
    shop.retain("report month --out out --lang en --config euro.toml")
        .succeeds();
    let page = fs::read_to_string(shop.path("out/2025-12.html")).unwrap();
    let value: f64 = shop
        .one("select value from kpis where period = '2025-12' and id = 'revenue'")
        .parse()
        .unwrap();
    let cents = format!("{value:.2}");
    let (whole, cents) = cents.split_once('.').unwrap();
    let shown = format!(
        "{},{}.{cents}",
        &whole[..whole.len() - 3],
        &whole[whole.len() - 3..]
    );
    assert!(page.contains(&shown), "{shown}");
}

#[test]
fn a_currency_that_no_cell_could_show_is_refused_by_the_name_of_its_setting() {
    let shop = Shop::new();
    for (value, name) in [
        ("currency = ''", "report.currency"),
        ("currency = 'ren min bi'", "report.currency"),
        ("currency = '\"x'", "report.currency"),
        ("currency_digits = 4", "report.currency_digits"),
    ] {
        shop.file("bad.toml", format!("[report]\n{value}\n"));
        let run = shop
            .retain("report month --out out --config bad.toml")
            .ends_with(2);
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
}
