#![allow(clippy::unwrap_used)]

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, UInt64Type};

use super::*;
use crate::features::UnitFeatures;
use crate::rhythm::rhythm;
use crate::rhythm::samples::{Unit, features, sequences, service, unit};
use crate::scores::{
    Estimates, SegmentTotals, loyalty_components_batch, roll_up, score_units, segment_inputs_batch,
    segments, segments_batch,
};
use crate::settings::Settings;

const SCHEMA: &str = concat!(
    include_str!("../../../queries/schema.sql"),
    include_str!("../../../queries/scores/evidence.sql"),
    include_str!("../../../queries/scores/segments.sql")
);

/// Columns of a table as the schema script states them.
fn declared(table: &str) -> Vec<(String, String)> {
    let head = format!("create table if not exists {table} (");
    let body = SCHEMA.split_once(&head).unwrap().1;
    let body = body.split_once(");").unwrap().0;
    body.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("--"))
        .map(|line| {
            let (name, kind) = line.trim_end_matches(',').split_once(' ').unwrap();
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

fn built(batch: &RecordBatch) -> Vec<(String, String)> {
    let kind = |data_type: &DataType| match data_type {
        DataType::Date32 => "date",
        DataType::UInt64 => "ubigint",
        DataType::Int32 => "integer",
        DataType::Int64 => "bigint",
        DataType::Float64 => "double",
        DataType::Boolean => "boolean",
        DataType::Utf8 => "varchar",
        DataType::List(_) => "varchar[]",
        other => panic!("unexpected {other}"),
    };
    batch
        .schema()
        .fields()
        .iter()
        .map(|f| (f.name().clone(), kind(f.data_type()).to_owned()))
        .collect()
}

/// Does something with the scores of some units.
fn scored<T>(
    f: &UnitFeatures,
    units: &[Unit],
    work: impl FnOnce(&ScoringInput<'_>, &UnitScores) -> T,
) -> T {
    let settings = Settings::default();
    let rhythm = rhythm(f, &sequences(units), &settings.rhythm, &[]);
    let input = ScoringInput {
        features: f,
        rhythm: &rhythm,
        estimates: Estimates::default(),
        settings: &settings,
    };
    work(&input, &score_units(&input))
}

fn unnamed(units: usize) -> VehicleNames {
    VehicleNames {
        vin: vec![None; units],
        plate: vec![None; units],
    }
}

fn batches(f: &UnitFeatures, units: &[Unit]) -> [RecordBatch; 6] {
    scored(f, units, |input, scores| {
        let customers = roll_up(input, scores, &[]);
        let (model, groups) = segments(input, &customers);
        let mut totals = SegmentTotals::default();
        totals.add(&groups, &customers);
        let mut by_id: Vec<usize> = (0..f.len()).collect();
        by_id.sort_by_key(|&i| f.unit_id[i]);
        let all: Vec<usize> = (0..customers.len()).collect();
        [
            vehicle_scores_batch(input, scores, &by_id, unnamed(f.len()), Lang::Zh).unwrap(),
            customer_scores_batch(input, scores, &customers, &all, Lang::En).unwrap(),
            score_history_batch(input, &scores.states()).unwrap(),
            loyalty_components_batch(input, &scores.parameters).unwrap(),
            segment_inputs_batch(f.as_of, &groups).unwrap(),
            segments_batch(f.as_of, &model, &totals).unwrap(),
        ]
    })
}

#[test]
fn batches_have_the_columns_of_the_schema_in_its_order() {
    for units in [vec![], vec![unit(1, vec![service("2025-06-01")])]] {
        let f = features("2025-06-30", "2021-01-01", &units);
        let tables = [
            "vehicle_scores",
            "customer_scores",
            "score_history",
            "loyalty_components",
            "segment_inputs",
            "segments",
        ];
        for (table, batch) in tables.iter().zip(batches(&f, &units)) {
            assert_eq!(built(&batch), declared(table), "{table}");
            // So few have no groups.
            let rows = if *table == "segments" { 0 } else { units.len() };
            assert_eq!(batch.num_rows(), rows, "{table}");
        }
    }
    let card = ModelCard {
        name: "m".to_owned(),
        rows: 3,
        parameters: serde_json::json!({"r": 0.5}),
        log_likelihood: Some(f64::NAN),
        measures: serde_json::Value::Null,
        caveats: vec!["caveat-persons-only".to_owned()],
    };
    let batch = model_cards_batch("2025-06-30".parse().unwrap(), &[card]).unwrap();
    assert_eq!(built(&batch), declared("model_cards"));
    // What is not a number is NULL.
    assert_eq!(batch["log_likelihood"].null_count(), 1);
    let caveats = batch["caveats"].as_string::<i32>().value(0).to_owned();
    assert_eq!(caveats, r#"["caveat-persons-only"]"#);
}

#[test]
fn parts_are_the_whole_whatever_their_size() {
    let units: Vec<Unit> = (1..=5)
        .map(|id| unit(id, vec![service("2024-12-01"), service("2025-01-01")]))
        .collect();
    let f = features("2025-06-30", "2021-01-01", &units);
    let named = |rows: &[usize]| VehicleNames {
        vin: rows.iter().map(|i| Some(format!("V{i}"))).collect(),
        plate: rows
            .iter()
            .map(|i| (i % 2 == 0).then(|| format!("P{i}")))
            .collect(),
    };
    let all: Vec<usize> = (0..f.len()).collect();
    scored(&f, &units, |input, scores| {
        let in_parts = |size: usize| {
            let parts: Vec<RecordBatch> = all
                .chunks(size)
                .map(|rows| {
                    vehicle_scores_batch(input, scores, rows, named(rows), Lang::Zh).unwrap()
                })
                .collect();
            arrow::compute::concat_batches(&parts[0].schema(), &parts).unwrap()
        };
        let whole = in_parts(5);
        assert_eq!(whole.num_rows(), 5);
        for size in [1, 2, 4] {
            assert_eq!(in_parts(size), whole, "{size}");
        }
    });
}

#[test]
fn rows_come_by_id_and_reasons_read_back() {
    let units = [
        unit(9, vec![service("2025-06-01")]),
        unit(2, vec![service("2024-12-01"), service("2025-01-01")]),
    ];
    let f = features("2025-06-30", "2021-01-01", &units);
    let [vehicles, customers, ..] = batches(&f, &units);
    let ids = vehicles["unit_id"].as_primitive::<UInt64Type>();
    assert_eq!(ids.values(), &[2, 9]);
    let first = |batch: &RecordBatch, name: &str| {
        let list = batch[name].as_list::<i32>().value(1);
        list.as_string::<i32>().value(0).to_owned()
    };
    assert_eq!(first(&vehicles, "reasons"), "只来过一次（2025-06-01）");
    assert_eq!(
        first(&customers, "reasons"),
        "One visit so far (2025-06-01)"
    );
    let code = first(&vehicles, "reason_codes");
    assert_eq!(code, "reason-first-visit-only|date=2025-06-01");
    assert_eq!(Reason::decode(&code).key, "reason-first-visit-only");
}

#[test]
fn columns_of_different_length_are_an_error() {
    let units = [unit(9, vec![service("2025-06-01")])];
    let f = features("2025-06-30", "2021-01-01", &units);
    let refused = scored(&f, &units, |input, scores| {
        vehicle_scores_batch(input, scores, &[0], unnamed(2), Lang::Zh).is_err()
    });
    assert!(refused);
}
