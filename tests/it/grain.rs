//! Tables have one row per what their header says, counts add up, and nothing in the file is a key or an index.

use std::path::Path;

use retain::store::{Access, Engine, Store};

use super::support::{ask, department, project_file, rows, small};

/// A table, the columns of which it has one row each, and how many rows at least.
const GRAINS: &[(&str, &str)] = &[
    ("visits", "visit_id"),
    ("orders", "order_id"),
    ("customers", "customer_id"),
    ("customers_merged", "customer_id"),
    ("vehicles", "unit_id"),
    ("unit_keys", "key, valid_from"),
    ("unit_aliases", "old_id, unit_id"),
    ("vehicle_pairs", "vin_key, plate_key"),
    ("vehicle_facts", "vehicle_key"),
    ("features_scored", "unit_id"),
    ("vehicle_scores", "unit_id"),
    ("customer_scores", "customer_id"),
    ("score_history", "as_of, unit_id"),
    ("segments", "segment"),
    ("segment_inputs", "customer_id"),
    ("survival", "curve, split_by, split_value, months"),
    ("imports", "import_id"),
    ("kpi_splits", "period, id, split_by, split_value"),
    ("model_cards", "as_of, name"),
];

fn both() -> [(&'static str, &'static Path); 2] {
    [("small", small()), ("department", department())]
}

#[test]
fn every_table_has_one_row_per_key() {
    for (name, db) in both() {
        for (table, key) in GRAINS {
            let twice = ask(
                db,
                &format!(
                    "select {key}, count(*) as n from {table} group by {key} having n > 1 limit 3"
                ),
            );
            assert!(
                twice.is_empty(),
                "{name}: {table} has more than one row for {key} = {twice:?}"
            );
        }
    }
}

#[test]
fn the_tables_of_the_department_are_not_empty() {
    for (table, _) in GRAINS
        .iter()
        .filter(|(t, _)| !["unit_aliases", "kpi_splits"].contains(t))
    {
        assert_ne!(
            ask(department(), &format!("select count(*) from {table}")),
            ["0"],
            "{table}"
        );
    }
}

#[test]
fn every_imported_record_is_accounted_for() {
    for (name, db) in both() {
        let off = ask(
            db,
            "select * from imports where records <> loaded + replaced + unchanged + duplicate + rejected",
        );
        assert!(off.is_empty(), "{name}: {off:?}");
    }
}

#[test]
fn what_was_loaded_is_in_its_table() {
    for (name, db) in both() {
        for table in [
            "work_orders",
            "appointments",
            "insurance_policies",
            "surveys",
            "complaints",
            "follow_ups",
            "work_order_lines",
        ] {
            let held = ask(db, &format!("select count(*) from {table}"));
            let loaded = ask(
                db,
                &format!(
                    "select coalesce(sum(loaded), 0)::bigint from imports where kind = '{table}'"
                ),
            );
            assert_eq!(held, loaded, "{name}: {table}");
        }
        assert_eq!(
            ask(db, "select count(*) from rejects"),
            ask(db, "select sum(rejected)::bigint from imports")
        );
    }
}

#[test]
fn every_order_that_counts_is_in_exactly_one_visit() {
    for (name, db) in both() {
        assert_eq!(
            ask(db, "select sum(orders)::bigint from visits"),
            ask(
                db,
                "select count(*) from orders where status is distinct from 'void'
                 and coalesce(receivable, received, 0) >= 0 and in_at < (select max(as_of) from vehicle_scores) + 1"
            ),
            "{name}"
        );
    }
}

#[test]
fn money_of_all_visits_is_the_money_of_all_orders() {
    for (name, db) in both() {
        assert_eq!(
            ask(db, "select sum(paid_amount) from visits"),
            ask(
                db,
                "select sum(case when not has_settlement or status in ('settled', 'delivered') or settled_at is not null or out_at is not null
                     then coalesce(received, receivable) else received end)::decimal(14, 2)
                 from orders o, (select max(as_of) as d from vehicle_scores)
                 where status is distinct from 'void' and in_at < d + 1
                     and coalesce(settled_at, out_at, in_at) < d + 1"
            ),
            "{name}"
        );
    }
}

#[test]
fn scores_stay_within_their_ranges() {
    for (name, db) in both() {
        let off = ask(
            db,
            "select unit_id from vehicle_scores where not coalesce(loyalty_score between 0 and 100, true)
             or not coalesce(frequency_score between 0 and 100, true) or not coalesce(quality_score between 0 and 100, true)
             or not coalesce(churn_probability between 0 and 1, true)
             or not coalesce(churn_probability between churn_probability_low and churn_probability_high, true)
             or not coalesce(churn_probability_180 between churn_probability_180_low and churn_probability_180_high, true)
             or overdue_ratio < 0 or isnan(coalesce(overdue_ratio, 0)) or isinf(coalesce(overdue_ratio, 0))
             or last_visit_on > as_of or visits_12m > visits_24m or visits_24m > visits",
        );
        assert!(off.is_empty(), "{name}: {off:?}");
    }
}

#[test]
fn customers_add_up_to_their_units() {
    for (name, db) in both() {
        let off = ask(
            db,
            "select c.customer_id, c.visits_24m, u.visits_24m from customer_scores c
             join (select customer_id, sum(visits_24m)::integer as visits_24m, max(last_visit_on) as last_visit_on
                   from vehicle_scores group by 1) u using (customer_id)
             where c.visits_24m <> u.visits_24m or c.last_visit_on is distinct from u.last_visit_on",
        );
        assert!(off.is_empty(), "{name}: {off:?}");
        assert_eq!(
            ask(
                db,
                "select count(distinct customer_id) from vehicle_scores where customer_id not in (select customer_id from customer_scores)"
            ),
            ["0"],
            "{name}"
        );
    }
}

#[test]
fn nothing_in_the_file_is_a_key_or_an_index() {
    for (name, db) in both() {
        assert_eq!(
            ask(db, "select count(*) from duckdb_indexes()"),
            ["0"],
            "{name}"
        );
        assert_eq!(
            ask(
                db,
                "select count(*) from duckdb_constraints() where not (database_name in ('system', 'temp'))"
            ),
            ["0"],
            "{name}"
        );
    }
}

/// A month of the sample, over which the questions of the report are asked.
const RUN: &str =
    "create or replace temp table run as select date '2025-12-28' as as_of, date '2025-11-01' as month_start,
    date '2025-11-30' as month_end, 1 as step_months, 12 as span_months, 0.667::double as top_quantile, 30::integer as store_units,
    null::date as festival, null::date as festival_before";

#[test]
fn every_question_of_the_report_answers_with_the_grain_that_it_declares() {
    let of_year = RUN
        .replace("2025-11-01", "2025-01-01")
        .replace("2025-11-30", "2025-12-28")
        .replace("1 as step_months", "12 as step_months");
    let months = retain::kpis::queries()
        .iter()
        .chain(retain::kpis::month_queries())
        .map(|q| (RUN, q));
    let years = retain::kpis::queries()
        .iter()
        .chain(retain::kpis::year_queries())
        .map(|q| (of_year.as_str(), q));
    let questions: Vec<_> = months.chain(years).collect();
    for (name, db) in both() {
        let store = Store::open(db, Access::Read, &Engine::default()).unwrap();
        for (run, (question, sql)) in &questions {
            store.run(run).unwrap();
            for script in [
                "contacts/says_reached",
                "contacts/contacts_of_units",
                "contacts/calls_after_visits",
            ] {
                store.run(retain::scripts::text(script)).unwrap();
            }
            // What the program counts by itself; `base.rs` holds that against these questions.
            for (table, oracle) in [("base_moves", "movement"), ("base_habits", "presets")] {
                if sql.contains(table) {
                    let asked = project_file(&format!("tests/it/oracles/{oracle}.sql"));
                    let asked = std::fs::read_to_string(asked).unwrap();
                    store
                        .run(&format!("create or replace temp table {table} as {asked}"))
                        .unwrap();
                }
            }
            let grain = sql
                .lines()
                .find_map(|l| l.strip_prefix("-- grain: "))
                .unwrap();
            let sql = sql.trim().trim_end_matches(';');
            let twice = if grain == "one row" {
                format!("select n from (select count(*) as n from ({sql})) where n <> 1")
            } else {
                let key = grain
                    .split(", ")
                    .map(|c| format!("\"{c}\""))
                    .collect::<Vec<_>>()
                    .join(", ");
                format!("select {key}, count(*) from ({sql}) group by {key} having count(*) > 1")
            };
            let off = rows(&store, &twice);
            assert!(
                off.is_empty(),
                "{name}: {question} is not one row per {grain}: {off:?}"
            );
        }
    }
}
