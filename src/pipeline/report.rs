//! The report command: figures from one snapshot of the database into one document, and that into one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};

use super::{Context, files, score, settings_hash};
use crate::analysis::AnalysisMeta;
use crate::kpis;
use crate::report::{month_report, render_html};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Lang, Result};

/// Writes the monthly report; default: the last month that ended on or before the scored date, or the month
/// of that date where the data begins in it.
///
/// # Errors
/// When there is no database, the month has no data, or the folder cannot be written.
pub fn month(
    context: &Context,
    month: Option<NaiveDate>,
    out: &Path,
    lang: Option<Lang>,
) -> Result<PathBuf> {
    let (store, settings) = context.open(Access::Write)?;
    if store.count("select count(*) from vehicle_scores")? == 0 {
        score::score_in(&store, &settings, None, &*context.progress)?;
    }
    month_in(&store, &settings, month, out, lang.unwrap_or(settings.lang))
}

/// The same on an open, scored database.
///
/// # Errors
/// As [`month`].
pub fn month_in(
    store: &Store,
    settings: &Settings,
    month: Option<NaiveDate>,
    out: &Path,
    lang: Lang,
) -> Result<PathBuf> {
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored"))?;
    let first = store
        .day("select min(in_at)::date from orders")?
        .unwrap_or(as_of);
    let start = month.unwrap_or_else(|| default_month(as_of, first));
    let end = last_day(start);
    if start > as_of || end < first {
        return Err(Error::usage("month-unknown")
            .with("month", start.format("%Y-%m"))
            .with("first", first)
            .with("last", as_of));
    }
    // A month that is not over yet is read as far as the scores go.
    let end = end.min(as_of);
    files::make_folder(out)?;
    score::ensure_history(store, settings, &history_dates(start, end, first))?;
    let meta = AnalysisMeta {
        department: settings.department.clone(),
        month_start: start,
        month_end: end,
        as_of,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings_hash: settings_hash(settings)?,
        data_hash: data_hash(store)?,
    };
    store.run(&format!(
        "create or replace temp table run as select date '{as_of}' as as_of, date '{start}' as month_start, date '{end}' as month_end, \
         {}::double as top_quantile, {}::integer as store_units",
        settings.loyalty.top_quantile, settings.loyalty.store_units
    ))?;
    let mut results = BTreeMap::new();
    for (name, sql) in kpis::queries() {
        results.insert(*name, store.table(sql)?);
    }
    let analysis = kpis::analysis(&results, meta, settings);
    let rows = kpis::rows(&analysis);
    let page = render_html(&month_report(&analysis, lang))?;
    let path = out.join(format!("{}.html", start.format("%Y-%m")));
    files::write(&path, page.as_bytes())?;
    store.transaction(|store| {
        write_kpis(store, &rows)?;
        archive(store, settings, &analysis.meta, lang, &path)
    })?;
    store.checkpoint()?;
    Ok(path)
}

fn last_day(start: NaiveDate) -> NaiveDate {
    start + Months::new(1) - TimeDelta::days(1)
}

/// The last month that is over; where the data begins after it, the month that is not over yet.
fn default_month(as_of: NaiveDate, first: NaiveDate) -> NaiveDate {
    let full = last_full_month(as_of);
    if last_day(full) < first {
        as_of.with_day(1).unwrap_or(as_of)
    } else {
        full
    }
}

/// The first day of the last month that ended on or before a date.
fn last_full_month(date: NaiveDate) -> NaiveDate {
    let first = date.with_day(1).unwrap_or(date);
    if last_day(first) == date {
        first
    } else {
        first - Months::new(1)
    }
}

/// The dates whose states the report compares: this month's end, the one before, and a year before.
fn history_dates(start: NaiveDate, end: NaiveDate, first: NaiveDate) -> Vec<NaiveDate> {
    let before = start - TimeDelta::days(1);
    [
        end,
        before,
        last_day(start - Months::new(12)),
        start - Months::new(12) - TimeDelta::days(1),
    ]
    .into_iter()
    .filter(|d| *d >= first)
    .collect()
}

/// Hash of all that was imported, by which a report can be held against the data.
fn data_hash(store: &Store) -> Result<String> {
    let table = store.table(
        "select coalesce(string_agg(sha256, ',' order by import_id), '') as all_files from imports",
    )?;
    let text = table
        .first()
        .map(|r| r.text("all_files"))
        .transpose()?
        .flatten()
        .unwrap_or_default();
    Ok(Sha256::digest(text.as_bytes())
        .iter()
        .take(6)
        .map(|b| format!("{b:02x}"))
        .collect())
}

fn write_kpis(store: &Store, rows: &[kpis::KpiRow]) -> Result<()> {
    let Some(period) = rows.first().map(|r| r.period.clone()) else {
        return Ok(());
    };
    store.run(&format!(
        "delete from kpis where period = {}",
        quote_text(&period)
    ))?;
    let text = |of: &dyn Fn(&kpis::KpiRow) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("period", text(&|r| r.period.clone())),
        ("id", text(&|r| r.id.to_owned())),
        ("label_zh", text(&|r| r.label_zh.clone())),
        ("label_en", text(&|r| r.label_en.clone())),
        ("unit", text(&|r| r.unit.to_owned())),
        (
            "value",
            Arc::new(rows.iter().map(|r| r.value).collect::<Float64Array>()),
        ),
        (
            "target",
            Arc::new(rows.iter().map(|r| r.target).collect::<Float64Array>()),
        ),
        ("definition", text(&|r| r.definition.to_owned())),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
            .map_err(Error::internal)?;
    store.append("kpis", [batch])
}

fn archive(
    store: &Store,
    settings: &Settings,
    meta: &AnalysisMeta,
    lang: Lang,
    path: &Path,
) -> Result<()> {
    let lang = if lang == Lang::Zh { "zh" } else { "en" };
    let period = meta.month_start.format("%Y-%m").to_string();
    let file = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    store.run(&format!(
        "delete from reports where kind = 'month' and period = {p} and lang = '{lang}' and format = 'html' and data_hash = {h};
         insert into reports values ('month', {p}, '{lang}', 'html', {h}, {}, {}, date '{}')",
        quote_text(&settings_hash(settings)?),
        quote_text(&file),
        meta.as_of,
        p = quote_text(&period),
        h = quote_text(&meta.data_hash),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_full_month_includes_a_month_that_ends_today() {
        let day = |t: &str| NaiveDate::parse_from_str(t, "%Y-%m-%d").unwrap();
        assert_eq!(last_full_month(day("2025-12-31")), day("2025-12-01"));
        assert_eq!(last_full_month(day("2025-12-30")), day("2025-11-01"));
    }
}
