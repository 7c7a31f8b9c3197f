//! The quality of what came in: how complete each column is, what cannot be right, what is missing from the calendar,
//! and what that costs the scores. Counts alone; nobody is named.

use chrono::NaiveDate;
use serde::Serialize;

use crate::columns::{KINDS, Kind, ValueType};
use crate::scripts;
use crate::store::{Store, quote_text};
use crate::table::Row;
use crate::types::Result;

/// The data-quality sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// Records that were read, by what became of them.
    pub records: Records,
    /// How many rows of each table have each column filled.
    pub columns: Vec<Completeness>,
    /// Vehicle identification numbers and plates.
    pub vehicles: Vehicles,
    /// Odometer readings.
    pub odometer: Odometer,
    /// Words that no synonym table knows, the most frequent first.
    pub unrecognised: Vec<Word>,
    /// Orders by the calendar.
    pub calendar: Option<Calendar>,
    /// Refused rows by reason and column.
    pub rejected: Vec<Rejected>,
    /// What the data lack or have wrong and what it concerns, where it concerns anything.
    pub faults: Vec<Fault>,
}

/// What became of all records that were ever read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Records {
    /// Imports.
    pub imports: u64,
    /// Records read.
    pub read: u64,
    /// New ones.
    pub loaded: u64,
    /// In place of earlier ones.
    pub replaced: u64,
    /// Known already.
    pub unchanged: u64,
    /// Earlier rows of a key in the same file.
    pub duplicate: u64,
    /// Refused.
    pub rejected: u64,
}

/// How complete a column is.
#[derive(Clone, Debug, Serialize)]
pub struct Completeness {
    /// The kind of file.
    pub kind: &'static str,
    /// Canonical name.
    pub column: &'static str,
    /// Canonical Chinese header.
    pub header: &'static str,
    /// Rows with a value; a word without a meaning is none.
    pub filled: u64,
    /// All rows.
    pub rows: u64,
}

/// What identifies vehicles.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Vehicles {
    /// Vehicles.
    pub vehicles: u64,
    /// With a VIN.
    pub with_vin: u64,
    /// With a VIN of 17 letters and figures, I, O and Q not among them.
    pub well_formed: u64,
    /// With a check digit that holds (ISO 3779; makers outside China and North America need not write one).
    pub check_holds: u64,
    /// With a plate.
    pub with_plate: u64,
    /// Plates seen with several VINs.
    pub plates_of_several: u64,
    /// VINs seen with several plates.
    pub vins_of_several: u64,
}

/// Odometer readings, one a vehicle and day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Odometer {
    /// Readings.
    pub readings: u64,
    /// 0 or 1: nobody looked.
    pub placeholder: u64,
    /// Lower than the one before.
    pub falls: u64,
    /// More than 1,000 km a day above the one before.
    pub leaps: u64,
}

/// A word without a meaning.
#[derive(Clone, Debug, Serialize)]
pub struct Word {
    /// The kind of file.
    pub kind: String,
    /// The column.
    pub column: String,
    /// The word.
    pub word: String,
    /// How often it came.
    pub times: u64,
}

/// Orders by the calendar.
#[derive(Clone, Debug, Serialize)]
pub struct Calendar {
    /// First day with an order.
    pub from: NaiveDate,
    /// Last day with an order.
    pub to: NaiveDate,
    /// Days between, both included.
    pub days: u64,
    /// Days with an order.
    pub days_with_orders: u64,
    /// Orders.
    pub orders: u64,
    /// Orders on a Monday, Tuesday, … on average.
    pub by_weekday: [f64; 7],
    /// Stretches without any order in which the shop's usual weeks would have had some ten.
    pub gaps: Vec<Gap>,
    /// Days with so many orders that they were hardly all of that day.
    pub peaks: Vec<Peak>,
}

/// Days without orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// First of them.
    pub from: NaiveDate,
    /// Last of them.
    pub to: NaiveDate,
    /// How many orders such days usually have.
    pub expected: f64,
}

/// A day with many orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peak {
    /// The day.
    pub on: NaiveDate,
    /// Its orders.
    pub orders: u64,
    /// What its day of the week usually has.
    pub expected: f64,
}

/// Refused rows.
#[derive(Clone, Debug, Serialize)]
pub struct Rejected {
    /// Why.
    pub reason: String,
    /// Header of the column at fault, where it is one.
    pub column: Option<String>,
    /// How many.
    pub records: u64,
    /// In how many files.
    pub files: u64,
    /// A file with one of them, and its line there.
    pub file: String,
    /// The line.
    pub line: Option<i64>,
}

/// Something that the data lack or have wrong. What it costs is said by the message `quality-cost-<name>`.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// Its name.
    pub fault: String,
    /// Records that have it.
    pub records: u64,
    /// Of so many.
    pub of_records: u64,
    /// Units that it concerns, where it concerns units.
    pub units: Option<u64>,
    /// Of so many.
    pub of_units: Option<u64>,
}

impl Fault {
    /// The share that has it: of units, else of records.
    #[must_use]
    pub fn share(&self) -> f64 {
        let (part, whole) = match (self.units, self.of_units) {
            (Some(units), Some(of)) if units > 0 && of > 0 => (units, of),
            _ => (self.records, self.of_records),
        };
        if whole == 0 {
            0.0
        } else {
            to_float(part) / to_float(whole)
        }
    }
}

/// Orders that usual weeks would have had before a stretch without any counts as a gap: by chance alone one in
/// 22,000 such stretches is empty (Poisson, exp(-10)).
const MISSED: f64 = 10.0;
/// Times the usual orders of its day of the week that make a day a peak, and the least that it must have.
const PEAK: (f64, u64) = (5.0, 20);
/// Words that are listed.
const WORDS: usize = 50;

/// Measures the quality of what is in the database. Nothing of it is written there.
///
/// # Errors
/// When the engine refuses.
pub(super) fn quality(store: &Store) -> Result<Quality> {
    if store.count("select count(*) from duckdb_tables() where table_name = 'unrecognised'")? == 0 {
        // A file of an earlier version, not yet written to by this one.
        let table = scripts::text("import/unrecognised");
        store.run(&table.replace("create table", "create temp table"))?;
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
        faults,
    };
    store.run("drop table quality_orders; drop table quality_readings;")?;
    Ok(quality)
}

fn count(row: &Row<'_>, name: &str) -> Result<u64> {
    Ok(row
        .int(name)?
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and days")]
fn to_float(n: u64) -> f64 {
    n as f64
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
        let has = store
            .table(&format!(
                "select column_name as name from duckdb_columns() where table_name = {} and not internal
                     and database_name = current_database() order by column_index",
                quote_text(kind.table)
            ))?
            .iter()
            .map(|r| Ok(r.text("name")?.unwrap_or_default()))
            .collect::<Result<Vec<String>>>()?;
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

/// A day with its orders; Monday is 0.
struct Day {
    on: NaiveDate,
    weekday: usize,
    orders: u64,
}

fn calendar(store: &Store) -> Result<Option<Calendar>> {
    let days = store
        .table(scripts::text("quality/quality_days"))?
        .iter()
        .map(|r| {
            let weekday = r.int("weekday")?.unwrap_or(1);
            Ok(Day {
                on: r.date("on_day")?.unwrap_or_default(),
                weekday: usize::try_from(weekday - 1).unwrap_or(0).min(6),
                orders: count(&r, "orders")?,
            })
        })
        .collect::<Result<Vec<Day>>>()?;
    Ok(of_days(&days))
}

fn of_days(days: &[Day]) -> Option<Calendar> {
    let (first, last) = (days.first()?, days.last()?);
    let mut by_weekday = [0.0; 7];
    for (weekday, mean) in by_weekday.iter_mut().enumerate() {
        let of: Vec<u64> = days
            .iter()
            .filter(|d| d.weekday == weekday)
            .map(|d| d.orders)
            .collect();
        if !of.is_empty() {
            *mean = to_float(of.iter().sum()) / to_float(of.len() as u64);
        }
    }
    let gaps = days
        .chunk_by(|a, b| a.orders == 0 && b.orders == 0)
        .filter(|run| run[0].orders == 0)
        .map(|run| Gap {
            from: run[0].on,
            to: run[run.len() - 1].on,
            expected: run.iter().map(|d| by_weekday[d.weekday]).sum(),
        })
        .filter(|gap| gap.expected >= MISSED)
        .collect();
    let (times, least) = PEAK;
    let peaks = days
        .iter()
        .filter(|d| d.orders >= least && to_float(d.orders) >= times * by_weekday[d.weekday])
        .map(|d| Peak {
            on: d.on,
            orders: d.orders,
            expected: by_weekday[d.weekday],
        })
        .collect();
    Some(Calendar {
        from: first.on,
        to: last.on,
        days: days.len() as u64,
        days_with_orders: days.iter().filter(|d| d.orders > 0).count() as u64,
        orders: days.iter().map(|d| d.orders).sum(),
        by_weekday,
        gaps,
        peaks,
    })
}

/// What the calendar costs: days without orders that should have some, days with too many.
fn of_calendar(calendar: &Calendar) -> [Fault; 2] {
    let fault = |name: &str, records: u64, of_records: u64| Fault {
        fault: name.to_owned(),
        records,
        of_records,
        units: None,
        of_units: None,
    };
    let days = |gap: &Gap| u64::try_from((gap.to - gap.from).num_days() + 1).unwrap_or(0);
    [
        fault(
            "days-missing",
            calendar.gaps.iter().map(days).sum(),
            calendar.days,
        ),
        fault(
            "days-crowded",
            calendar.peaks.iter().map(|p| p.orders).sum(),
            calendar.orders,
        ),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::Datelike;

    use super::*;

    /// So many orders on each day from a Monday on.
    fn days(orders: &[u64]) -> Vec<Day> {
        let monday = NaiveDate::from_ymd_opt(2025, 3, 3).unwrap();
        orders
            .iter()
            .zip(monday.iter_days())
            .map(|(n, on)| Day {
                on,
                weekday: on.weekday().num_days_from_monday() as usize,
                orders: *n,
            })
            .collect()
    }

    #[test]
    fn a_gap_is_what_usual_weeks_would_have_filled() {
        // Eight weeks of 10 orders a working day; one week is missing, Sundays are closed.
        let mut orders = [10, 10, 10, 10, 10, 10, 0].repeat(8);
        orders[14..21].fill(0);
        let found = of_days(&days(&orders)).unwrap();
        assert_eq!(found.days_with_orders, 42);
        // The Sunday before belongs to the stretch and adds nothing to what it would have had.
        assert_eq!(found.gaps.len(), 1);
        assert_eq!(found.gaps[0].from.to_string(), "2025-03-16");
        assert_eq!(found.gaps[0].to.to_string(), "2025-03-23");
        assert!((found.gaps[0].expected - 6.0 * 8.75).abs() < 1e-9);
        assert!(found.peaks.is_empty());
        // A quiet shop: an empty week is no sign of anything.
        let quiet = [1, 0, 0, 1, 0, 0, 0].repeat(8);
        assert!(of_days(&days(&quiet)).unwrap().gaps.is_empty());
    }

    #[test]
    fn a_peak_is_a_day_that_hardly_had_all_these_orders() {
        let mut orders = vec![4; 70];
        orders[33] = 200;
        let found = of_days(&days(&orders)).unwrap();
        assert_eq!(found.peaks.len(), 1);
        assert_eq!(found.peaks[0].orders, 200);
        assert!(of_days(&[]).is_none());
    }
}
