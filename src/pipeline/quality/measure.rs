//! The quality of what came in: how complete each column is, what cannot be right, what is missing from the calendar,
//! and what that costs the scores. Counts alone; nobody is named.

use super::calendar::{calendar, of_calendar};
use super::figures::{
    Completeness, Contradicted, Fault, Odometer, Quality, Records, Rejected, Vehicles, Word,
};
use crate::columns::{KINDS, Kind, ValueType};
use crate::pipeline::merge;
use crate::scripts;
use crate::settings::Settings;
use crate::store::Store;
use crate::table::Row;
use crate::types::Result;

/// Words that are listed.
const WORDS: usize = 50;

/// Measures the quality of what is in the database. Nothing of it is written there.
///
/// # Errors
/// When the engine refuses.
pub(super) fn quality(store: &Store, settings: &Settings) -> Result<Quality> {
    for table in ["unrecognised", "duplicates"] {
        let there = format!("select count(*) from duckdb_tables() where table_name = '{table}'");
        if store.count(&there)? == 0 {
            // A file of an earlier version, not yet written to by this one.
            let script = scripts::text(&format!("import/{table}"));
            store.run(&script.replace("create table", "create temp table"))?;
        }
    }
    for script in ["quality/quality_orders", "quality/quality_readings"] {
        store.run(scripts::text(script))?;
    }
    let mut faults = store
        .table(scripts::text("quality/quality_faults"))?
        .iter()
        .map(|r| {
            Ok(Fault {
                fault: r.text("fault")?.unwrap_or_default(),
                records: count(&r, "records")?,
                of_records: count(&r, "of_records")?,
                units: r.int("units")?.map(|n| u64::try_from(n).unwrap_or(0)),
                of_units: r.int("of_units")?.map(|n| u64::try_from(n).unwrap_or(0)),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    faults.push(Fault {
        fault: "people-proposed".to_owned(),
        records: merge::open_count(store, settings)?,
        of_records: store.count("select count(*) from customers")?,
        units: None,
        of_units: None,
    });
    let calendar = calendar(store)?;
    faults.extend(calendar.iter().flat_map(of_calendar));
    faults.retain(|f| f.records > 0);
    // What concerns most comes first.
    faults.sort_by(|a, b| {
        b.share()
            .total_cmp(&a.share())
            .then_with(|| a.fault.cmp(&b.fault))
    });
    let quality = Quality {
        records: records(store)?,
        columns: completeness(store)?,
        vehicles: vehicles(store)?,
        odometer: odometer(store)?,
        unrecognised: unrecognised(store)?,
        calendar,
        rejected: rejected(store)?,
        contradicted: contradicted(store)?,
        faults,
    };
    store.run("drop table quality_orders; drop table quality_readings;")?;
    Ok(quality)
}

pub(super) fn count(row: &Row<'_>, name: &str) -> Result<u64> {
    Ok(row
        .int(name)?
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0))
}

fn records(store: &Store) -> Result<Records> {
    let table = store.table(
        "select count(*) as imports, coalesce(sum(records), 0)::bigint as read, coalesce(sum(loaded), 0)::bigint as loaded,
             coalesce(sum(replaced), 0)::bigint as replaced, coalesce(sum(unchanged), 0)::bigint as unchanged,
             coalesce(sum(duplicate), 0)::bigint as duplicate, coalesce(sum(rejected), 0)::bigint as rejected
         from imports",
    )?;
    let Some(row) = table.first() else {
        return Ok(Records::default());
    };
    Ok(Records {
        imports: count(&row, "imports")?,
        read: count(&row, "read")?,
        loaded: count(&row, "loaded")?,
        replaced: count(&row, "replaced")?,
        unchanged: count(&row, "unchanged")?,
        duplicate: count(&row, "duplicate")?,
        rejected: count(&row, "rejected")?,
    })
}

/// Where the value of a kind's column is kept, as an SQL expression; `None` where it is not kept by itself.
fn kept_in(kind: &Kind, column: &str, value: ValueType, has: &[String]) -> Option<String> {
    let name = match value {
        ValueType::Store => return None,
        ValueType::CustomerNo if kind.name != "customers" => "customer_key",
        ValueType::Phone if kind.name == "customers" => "phone_primary",
        ValueType::Plate => "plate_key",
        ValueType::Vin => "vin_key",
        _ => column,
    };
    has.iter().any(|h| h == name).then(|| match value {
        ValueType::Word(_) => format!("nullif({name}, 'unknown')"),
        _ => format!("\"{name}\""),
    })
}

fn completeness(store: &Store) -> Result<Vec<Completeness>> {
    let mut all = Vec::new();
    for kind in KINDS {
        let rows = store.count(&format!("select count(*) from {}", kind.table))?;
        if rows == 0 {
            continue;
        }
        let has = store.columns_of(kind.table)?;
        let kept: Vec<_> = kind
            .columns
            .iter()
            .filter_map(|c| Some((c, kept_in(kind, c.name, c.value, &has)?)))
            .collect();
        let counts: Vec<String> = kept
            .iter()
            .enumerate()
            .map(|(i, (_, sql))| format!("count({sql}) as c{i}"))
            .collect();
        let table = store.table(&format!("select {} from {}", counts.join(", "), kind.table))?;
        let Some(row) = table.first() else { continue };
        for (i, (column, _)) in kept.iter().enumerate() {
            all.push(Completeness {
                kind: kind.name,
                column: column.name,
                header: column.zh,
                filled: count(&row, &format!("c{i}"))?,
                rows,
            });
        }
    }
    Ok(all)
}

fn vehicles(store: &Store) -> Result<Vehicles> {
    let several = |one: &str, other: &str| {
        store.count(&format!(
            "select count(*) from (select {one} from vehicle_pairs where {one} is not null and {other} is not null
                 group by {one} having count(distinct {other}) > 1)"
        ))
    };
    let table = store.table(
        "select count(*) as vehicles, count(vin) as with_vin, count(plate) as with_plate,
             count(*) filter (where regexp_full_match(vin, '[A-HJ-NPR-Z0-9]{17}')) as well_formed,
             count(*) filter (where vin_valid) as check_holds
         from vehicles",
    )?;
    let Some(row) = table.first() else {
        return Ok(Vehicles::default());
    };
    Ok(Vehicles {
        vehicles: count(&row, "vehicles")?,
        with_vin: count(&row, "with_vin")?,
        well_formed: count(&row, "well_formed")?,
        check_holds: count(&row, "check_holds")?,
        with_plate: count(&row, "with_plate")?,
        plates_of_several: several("plate_key", "vin_key")?,
        vins_of_several: several("vin_key", "plate_key")?,
    })
}

fn odometer(store: &Store) -> Result<Odometer> {
    let table = store.table(
        "select count(*) as readings, count(*) filter (where fault = 'placeholder') as placeholder,
             count(*) filter (where fault = 'falls') as falls, count(*) filter (where fault = 'leaps') as leaps
         from quality_readings",
    )?;
    let Some(row) = table.first() else {
        return Ok(Odometer::default());
    };
    Ok(Odometer {
        readings: count(&row, "readings")?,
        placeholder: count(&row, "placeholder")?,
        falls: count(&row, "falls")?,
        leaps: count(&row, "leaps")?,
    })
}

fn unrecognised(store: &Store) -> Result<Vec<Word>> {
    store
        .table(&format!(
            "select kind, \"column\" as of_column, word, sum(times)::bigint as times from unrecognised
             group by all order by times desc, kind, of_column, word limit {WORDS}"
        ))?
        .iter()
        .map(|r| {
            Ok(Word {
                kind: r.text("kind")?.unwrap_or_default(),
                column: r.text("of_column")?.unwrap_or_default(),
                word: r.text("word")?.unwrap_or_default(),
                times: count(&r, "times")?,
            })
        })
        .collect()
}

fn contradicted(store: &Store) -> Result<Vec<Contradicted>> {
    store
        .table(
            "select file, kind, unnest(lines) as line, unnest(kept_lines) as kept_line
             from duplicates order by import_id, line",
        )?
        .iter()
        .map(|r| {
            Ok(Contradicted {
                file: r.text("file")?.unwrap_or_default(),
                kind: r.text("kind")?.unwrap_or_default(),
                line: count(&r, "line")?,
                kept_line: count(&r, "kept_line")?,
            })
        })
        .collect()
}

fn rejected(store: &Store) -> Result<Vec<Rejected>> {
    store
        .table(scripts::text("quality/quality_rejects"))?
        .iter()
        .map(|r| {
            Ok(Rejected {
                reason: r.text("reason")?.unwrap_or_default(),
                column: r.text("column_name")?,
                records: count(&r, "records")?,
                files: count(&r, "files")?,
                file: r.text("file")?.unwrap_or_default(),
                line: r.int("line")?,
            })
        })
        .collect()
}
