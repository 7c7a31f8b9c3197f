//! A report whose names were written to do harm, in a browser: nothing of them runs, nothing is asked for.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use retain::store::{Access, Engine, Store, quote_text};

use super::documents::{chromium, headless, within_into};
use super::support::{Shop, department, rows, skip};

/// What runs in a page that takes any of these for more than text marks the page, and calls this port.
fn names(port: u16) -> Vec<String> {
    let does = format!(
        "document.documentElement.setAttribute('data-ran',6*7);new Image().src='http://127.0.0.1:{port}/x'"
    );
    vec![
        format!("<script>{does}</script>"),
        format!("</script><script>{does}</script>"),
        format!("</style></title></svg><script>{does}</script>"),
        format!("\" onload=\"{does}\" onmouseover=\"{does}"),
        format!("' onerror='{does}"),
        format!("<img src=x onerror=\"{does}\">"),
        format!("<svg onload=\"{does}\">"),
        format!("<iframe src=\"javascript:parent.{does}\"></iframe>"),
        format!("javascript:{does}"),
        format!("<a href=\"javascript:{does}\" autofocus onfocus=\"{does}\">x</a>"),
        format!("<meta http-equiv=\"refresh\" content=\"0;url=http://127.0.0.1:{port}/x\">"),
        format!("<link rel=stylesheet href=http://127.0.0.1:{port}/x>"),
        format!("<style>@import 'http://127.0.0.1:{port}/x'</style>"),
        format!("url(http://127.0.0.1:{port}/x)"),
        format!("\u{2028}\u{2029}-->]]><script>{does}</script>"),
        "{{ 6*7 }}{% raw %}&lt;script&gt;&#60;b&#62;\\u003cscript\\u003e".to_owned(),
    ]
}

/// Columns whose texts a report shows.
const SHOWN: &[&str] = &[
    "advisor",
    "staff",
    "technician",
    "owner",
    "district",
    "brand",
    "series",
    "model",
    "insurer",
    "category",
    "campaign",
    "place",
    "offer",
    "name",
    "store_id",
    "text",
    "note",
    "verbatim",
    "item_name",
    "plate",
    "file",
    "department",
    "label_zh",
    "label_en",
];

/// Which of so many names each value is given, by columns of values: in a column those that it has least of, so that one
/// with as many values as there are names has them all. Columns of fewer values begin where the one before ended, the
/// first with the name `first`.
fn given(columns: &[Vec<String>], names: usize, first: usize) -> BTreeMap<String, usize> {
    let mut by_size: Vec<&Vec<String>> = columns.iter().collect();
    by_size.sort_by_key(|values| values.len());
    // The same value is given the same name everywhere, so that rows still belong together.
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    let mut with_all = 0;
    for values in by_size {
        let mut times = vec![0; names];
        for at in values.iter().filter_map(|v| given.get(v)) {
            times[*at] += 1;
        }
        let begin = first + given.len();
        for value in values {
            if given.contains_key(value) {
                continue;
            }
            let order = (begin..begin + names).map(|k| k % names);
            let at = order.min_by_key(|at| times[*at]).unwrap();
            times[at] += 1;
            given.insert(value.clone(), at);
        }
        if values.len() >= names {
            assert!(times.iter().all(|n| *n > 0), "{times:?}: {values:?}");
            with_all += 1;
        }
    }
    // Customers and plates at least.
    assert!(with_all >= 4, "{with_all}");
    given
}

/// A department whose people, places and things are all called so, beginning with the name `first`.
fn shop(names: &[String], first: usize) -> Shop {
    let shop = Shop::copy_of(department());
    let store = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    let columns = rows(
        &store,
        &format!(
            "select table_name, column_name from duckdb_columns() c
             where not internal and data_type = 'VARCHAR' and column_name in ('{}')
                 and table_name in (select table_name from duckdb_tables())
                 and table_name not like 'undo_%' order by all",
            SHOWN.join("', '")
        ),
    );
    assert!(columns.len() > 20);
    let columns: Vec<(&str, &str)> = columns.iter().map(|c| c.split_once('|').unwrap()).collect();
    let values: Vec<Vec<String>> = columns
        .iter()
        .map(|(table, column)| {
            let sql = format!(
                "select distinct \"{column}\" from \"{table}\" where \"{column}\" <> '' order by 1"
            );
            rows(&store, &sql)
        })
        .collect();
    let disguises: Vec<String> = given(&values, names.len(), first)
        .iter()
        .map(|(value, at)| {
            let shown = format!("{}{value}", names[*at]);
            format!("({}, {})", quote_text(value), quote_text(&shown))
        })
        .collect();
    store
        .run(&format!(
            "create temp table disguises (value varchar, shown varchar);
             insert into disguises values {};",
            disguises.join(", ")
        ))
        .unwrap();
    for (table, column) in columns {
        store
            .run(&format!(
                "update \"{table}\" set \"{column}\" = d.shown from disguises d where \"{table}\".\"{column}\" = d.value"
            ))
            .unwrap();
    }
    drop(store);
    let department = serde_json::to_string(&names.concat()).unwrap();
    shop.file("hostile.toml", format!("department = {department}\n"));
    shop
}

/// The page as the browser has it after it has run; `None` where the browser did not end.
fn opened(shop: &Shop, browser: &Path, page: &Path) -> Option<String> {
    let mut command = headless(browser, shop);
    command
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", page.display()));
    let dom = shop.path("dom.html");
    let file = Stdio::from(fs::File::create(&dom).unwrap());
    within_into(command, file, Duration::from_secs(90))?;
    fs::read_to_string(dom).ok()
}

#[test]
fn names_that_would_do_harm_are_only_shown() {
    let name = "hostile names in a browser";
    let Some(browser) = chromium() else {
        return skip(name, "no Chromium");
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let names = names(listener.local_addr().unwrap().port());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        // Whoever calls is hung up on.
        for _ in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });

    // The names do harm where they are taken for what they are not: else this test would see nothing.
    let harm: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|n| !n.contains("refresh"))
        .collect();
    let plain = Shop::new();
    let bare = plain.file(
        "bare.html",
        format!("<html><body>{}</body></html>", harm.concat()),
    );
    let Some(dom) = opened(&plain, &browser, &bare) else {
        return skip(name, "Chromium did not end");
    };
    assert!(dom.contains("data-ran=\"42\""), "{dom}");
    assert!(calls.swap(0, Ordering::SeqCst) > 0, "no call was seen");

    // A column of few values has other names in the one language than in the other.
    for (lang, first) in [("zh", 0), ("en", names.len() / 2)] {
        let shop = shop(&names, first);
        for report in ["month --month 2025-11", "year --year 2025"] {
            shop.retain(&format!(
                "report {report} --out {lang} --lang {lang} --config hostile.toml"
            ))
            .succeeds();
        }
        for file in ["2025-11.html", "2025.html"] {
            let path = shop.path(lang).join(file);
            let page = fs::read_to_string(&path).unwrap();
            let shown = page.matches("&lt;script&gt;").count();
            assert!(shown > 3, "{lang} {file}: the names are not there");
            // As it is, and without the policy that forbids scripts: the names are text in any case.
            let (before, policy) = page
                .split_once("<meta http-equiv=\"Content-Security-Policy\"")
                .unwrap();
            let after = policy.split_once('>').unwrap().1;
            let open = shop.file("open.html", format!("{before}{after}"));
            for path in [path, open] {
                let Some(dom) = opened(&shop, &browser, &path) else {
                    return skip(name, "Chromium did not end");
                };
                assert!(
                    dom.contains("</html>") && !dom.contains("data-ran=\"42\""),
                    "{lang} {file}"
                );
                let scripts = [
                    "<script",
                    "<iframe",
                    "<img src=\"x\"",
                    "<link",
                    "<meta http-equiv=\"refresh\"",
                ];
                for made in scripts {
                    assert!(!dom.contains(made), "{lang} {file}: the page has {made}");
                }
                assert_eq!(
                    calls.load(Ordering::SeqCst),
                    0,
                    "{lang} {file}: the page called"
                );
            }
        }
    }
}
