//! Files that real businesses wrote: every line accounted for, scored, listed and reported.

use std::fs;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use retain::import::Source;

use super::support::{Run, Shop, retain, shared_data, skip};

/// Imports, scores, lists and reports a file of orders; returns the shop and the outcome of the import.
fn whole_job(file: &Path, mapping: &str) -> (Shop, serde_json::Value) {
    let shop = Shop::new();
    let mapping = shop.file("mapping.toml", mapping);
    let words = [
        "import".as_ref(),
        file.as_os_str(),
        "--mapping".as_ref(),
        mapping.as_os_str(),
        "--db".as_ref(),
        shop.db.as_os_str(),
        "--json".as_ref(),
    ];
    let run: Run = retain(words).succeeds();
    let outcome = run.json()["files"][0].clone();
    let n = |name: &str| outcome[name].as_u64().unwrap();
    assert_eq!(
        n("records"),
        n("loaded") + n("replaced") + n("unchanged") + n("duplicate") + n("rejected")
    );
    shop.score_quickly("");
    shop.retain("list --out lists").succeeds();
    shop.retain("report month --out reports").succeeds();
    for folder in ["lists", "reports"] {
        assert!(fs::read_dir(shop.path(folder)).unwrap().count() > 0);
    }
    (shop, outcome)
}

#[test]
fn cdnow_purchases_are_visits_of_customers_without_vehicles() {
    let Some(data) = shared_data() else {
        return skip("CDNOW", "no data beside the project");
    };
    let file = data.join("cdnow_sample_transactions.csv");
    let (shop, outcome) = whole_job(
        &file,
        "kind = 'work_orders'\n[columns]\ncustomer_no = 'master_id'\nin_at = 'date'\nreceived = 'dollars'\n",
    );
    assert_eq!(outcome["records"], 6919);
    assert_eq!(outcome["loaded"], 6919);
    assert_eq!(shop.one("select count(*) from vehicle_scores"), "2357");
    assert_eq!(
        shop.one("select max(as_of) from vehicle_scores"),
        "1998-06-30"
    );
    // Purchases of one customer on one day are one visit.
    let days = retain::store::Store::in_memory().unwrap();
    let expected = super::support::rows(
        &days,
        &format!(
            "select count(distinct (master_id, date)), sum(dollars::decimal(12, 2)) from read_csv('{}', all_varchar = true)",
            file.display()
        ),
    );
    assert_eq!(
        shop.ask(
            "select sum(visits)::bigint, (select sum(received) from orders) from vehicle_scores"
        ),
        expected
    );
}

#[test]
fn purchases_without_a_header_are_read_by_position() {
    let Some(data) = shared_data() else {
        return skip("yearly purchases", "no data beside the project");
    };
    let file = data.join("yearly_purchases/purchases_to_2014.tsv");
    let (shop, outcome) = whole_job(
        &file,
        "kind = 'work_orders'\nhas_header = false\ndelimiter = \"\\t\"\n[columns]\ncustomer_no = '#1'\nreceived = '#2'\nin_at = '#3'\n",
    );
    let lines = fs::read_to_string(&file).unwrap().lines().count();
    assert_eq!(outcome["records"].as_u64(), Some(lines as u64));
    assert_eq!(outcome["rejected"], 0);
    assert_eq!(
        shop.one("select count(*) from orders"),
        outcome["loaded"].to_string()
    );
}

#[test]
fn receipts_of_a_salon_are_orders_of_several_lines() {
    let Some(data) = shared_data() else {
        return skip("salon receipts", "no data beside the project");
    };
    let file = data.join("hair_salon/Receipt Transactions0.csv");
    let (shop, outcome) = whole_job(
        &file,
        "kind = 'work_orders'\ndate_order = 'mdy'\ngroup_by = ['ro_no']\nplaceholders = ['WALK_IN']\n\
         [columns]\nro_no = 'Receipt'\ncustomer_no = 'Client'\nin_at = 'Date'\nreceived = 'Amount'\nadvisor = 'Staff'\n",
    );
    assert_eq!(outcome["rejected"], 0, "{outcome}");
    assert_eq!(outcome["records"], 1934);
    let engine = retain::store::Store::in_memory().unwrap();
    let source = format!(
        "read_csv('{}', all_varchar = true, header = true)",
        file.display()
    );
    let expected = super::support::rows(
        &engine,
        &format!(
            "select count(distinct \"Receipt\"), sum(\"Amount\"::decimal(12, 2)) from {source}"
        ),
    );
    assert_eq!(
        shop.ask("select count(*), sum(received) from orders"),
        expected
    );
    // Receipts that several clients share go to the first of them, which is said.
    let shared = super::support::rows(
        &engine,
        &format!(
            "select count(*) from (select 1 from {source} group by \"Receipt\"
                 having count(distinct nullif(\"Client\", 'WALK_IN')) > 1)"
        ),
    );
    assert_eq!(outcome["mixed"].to_string(), shared[0]);
    assert_eq!(
        shop.one("select count(*) from customers where customer_no = 'WALK_IN'"),
        "0"
    );
}

#[test]
fn bookings_of_a_salon_are_appointments_in_its_future() {
    let Some(data) = shared_data() else {
        return skip("salon bookings", "no data beside the project");
    };
    let shop = Shop::new();
    let mapping = shop.file(
        "m.toml",
        "kind = 'appointments'\ndate_order = 'mdy'\n[columns]\ncustomer_no = 'Code'\nfor_at = 'Date'\nadvisor = 'Staff'\n",
    );
    let file = data.join("hair_salon/Future Bookings (All Clients)0.csv");
    let words = [
        "import".as_ref(),
        file.as_os_str(),
        "--mapping".as_ref(),
        mapping.as_os_str(),
        "--db".as_ref(),
        shop.db.as_os_str(),
        "--json".as_ref(),
    ];
    let outcome = retain(words).succeeds().json()["files"][0].clone();
    let n = |name: &str| outcome[name].as_u64().unwrap();
    assert_eq!(
        n("records"),
        n("loaded") + n("duplicate") + n("rejected"),
        "{outcome}"
    );
    assert!(n("loaded") > 100, "{outcome}");
}

#[test]
fn the_decoder_reads_the_spectrum_of_csv_as_others_do() {
    let Some(data) = shared_data() else {
        return skip("CSV spectrum", "no data beside the project");
    };
    let mut read = 0;
    for entry in fs::read_dir(data.join("csv_spectrum/csvs")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_stem()
            .is_some_and(|n| n == "location_coordinates")
        {
            // Its JSON has another phone number than its CSV.
            continue;
        }
        let json = data
            .join("csv_spectrum/json")
            .join(path.file_stem().unwrap())
            .with_extension("json");
        let expected: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
        let source = Source::open(&path, None, None).unwrap();
        let headers = source.header(None).unwrap().0;
        let (send, receive) = sync_channel(1000);
        source.read_text(1, &send).unwrap();
        drop(send);
        let mut found = Vec::new();
        for records in receive {
            for record in 0..records.len() {
                let row: serde_json::Map<String, serde_json::Value> = headers
                    .iter()
                    .enumerate()
                    .map(|(i, h)| (h.clone(), records.text(record, i).unwrap().into()))
                    .collect();
                found.push(serde_json::Value::Object(row));
            }
        }
        assert_eq!(
            serde_json::Value::Array(found),
            expected,
            "{}",
            path.display()
        );
        read += 1;
    }
    assert_eq!(read, 11);
}

#[test]
fn messy_files_of_portals_are_read_or_refused_and_never_crash() {
    let Some(data) = shared_data() else {
        return skip("portal files", "no data beside the project");
    };
    let shop = Shop::new();
    for entry in fs::read_dir(data.join("pollock_sample/csv")).unwrap() {
        let path = entry.unwrap().path();
        let words = [
            "import".as_ref(),
            path.as_os_str(),
            "--as".as_ref(),
            "work_orders".as_ref(),
            "--db".as_ref(),
            shop.db.as_os_str(),
            "--dry-run".as_ref(),
        ];
        let run = retain(words);
        assert!(
            run.status == 0 || run.status == 1,
            "{}: {run:?}",
            path.display()
        );
    }
}

/// Imports a file of customers' purchases and looks back from one date.
fn backtest_of(file: &Path, mapping: &str, flags: &str) -> serde_json::Value {
    let shop = Shop::new();
    shop.file("mapping.toml", mapping);
    shop.retain(&format!("import {} --mapping mapping.toml", file.display()))
        .succeeds();
    let found = shop
        .retain(&format!("backtest {flags} --json"))
        .succeeds()
        .json();
    // What is told is what is kept.
    let kept =
        "select auc::varchar from backtest_results where method = 'score' and units_of = 'all'";
    let told = figure(&found, "score", "auc");
    assert!((shop.one(kept).parse::<f64>().unwrap() - told).abs() < 1e-9);
    found
}

/// A figure of a method at the latest cutoff.
fn figure(found: &serde_json::Value, method: &str, name: &str) -> f64 {
    let methods = found["cutoffs"][0]["methods"].as_array().unwrap();
    let of = methods
        .iter()
        .find(|m| m["method"] == method && m["of"] == "all")
        .unwrap();
    of[name]["value"]
        .as_f64()
        .or_else(|| of[name].as_f64())
        .unwrap()
}

#[test]
fn yearly_purchases_are_foretold_better_than_by_rules_and_as_often_as_said() {
    let Some(data) = shared_data() else {
        return skip("yearly purchases", "no data beside the project");
    };
    let found = backtest_of(
        &data.join("yearly_purchases/purchases_to_2014.tsv"),
        "kind = 'work_orders'\nhas_header = false\ndelimiter = \"\\t\"\n[columns]\ncustomer_no = '#1'\nreceived = '#2'\nin_at = '#3'\n",
        "--cutoff 2013-12-31 --horizon-days 365",
    );
    // A plain recency rule reaches 0.862, a tuned logistic regression on four inputs 0.883.
    assert!(figure(&found, "score", "auc") > 0.883, "{found}");
    assert!(figure(&found, "score", "ece") < 0.02, "{found}");
    assert!((figure(&found, "hiatus", "auc") - 0.862).abs() < 0.002);
    // Every visit model can be fitted to these, and the regular ones foretell the number of visits better.
    let visits = found["cutoffs"][0]["visits"].as_array().unwrap();
    let error = |model: &str| {
        let of = visits.iter().find(|v| v["model"] == model).unwrap();
        let measures = &of["measures"];
        assert_eq!(measures["units"], 15_468, "{of}");
        measures["mean_absolute_error"].as_f64().unwrap()
    };
    assert!(error("mbg_cnbd_real_k") < error("mbg_nbd").min(error("bg_nbd")));
    assert!(error("pareto_nbd") < error("bg_nbd"));
}
