//! The base of a department, counted unit by unit, against the same asked of the engine as one question.

use retain::store::{Access, Engine, Store};

use super::support::{Shop, department, difference, project_file, rows, small};

/// What the engine answers, for periods of so many months up to the one that begins on `start`.
fn asked(shop: &Shop, name: &str, start: &str, step: u32) -> Vec<String> {
    let store = Store::open(&shop.db, Access::Read, &Engine::default()).unwrap();
    store
        .run(&format!(
            "create temp table run as
             select (select max(as_of) from vehicle_scores) as as_of, date '{start}' as month_start, {step} as step_months, 12 as span_months"
        ))
        .unwrap();
    let question = project_file(&format!("tests/it/oracles/{name}.sql"));
    let question = std::fs::read_to_string(question).unwrap();
    rows(&store, question.trim_end().trim_end_matches(';'))
}

fn counted(shop: &Shop, name: &str, period: &str, flag: &str) -> Vec<String> {
    shop.retain(&format!("report figures {flag} {period} --out f"))
        .succeeds();
    let file = shop.path(&format!("f/{period}-{name}.parquet"));
    shop.ask(&format!("from '{}'", file.display()))
}

#[test]
fn the_base_is_what_one_question_to_the_engine_says() {
    let department = Shop::copy_of(department());
    // Vehicles that left, companies, internal cars, customers with several cars and cars that changed hands.
    department.retain("score --as-of 2025-09-17").succeeds();
    let small = Shop::copy_of(small());
    let months = ["2025-09", "2025-06", "2024-12"];
    for (shop, name, periods) in [
        (&department, "department", &months[..]),
        (&small, "small", &["2025-03", "2025-01"][..]),
    ] {
        // The states that the figures compare are kept with a report; those of later periods reach back further.
        for month in periods.iter().rev() {
            shop.retain(&format!("report month --month {month} --out r"))
                .succeeds();
        }
        shop.retain("report year --year 2025 --out r").succeeds();
        for table in ["movement", "presets"] {
            for month in periods {
                let said = counted(shop, table, month, "--month");
                let oracle = asked(shop, table, &format!("{month}-01"), 1);
                assert!(
                    said == oracle,
                    "{name} {table} {month}: {}",
                    difference(&said, &oracle)
                );
                assert!(
                    name == "small" || said.len() > 12,
                    "{name} {table} {month}: {said:?}"
                );
            }
            let said = counted(shop, table, "2025", "--year");
            let oracle = asked(shop, table, "2025-01-01", 12);
            assert!(
                said == oracle,
                "{name} {table} 2025: {}",
                difference(&said, &oracle)
            );
        }
    }
}
