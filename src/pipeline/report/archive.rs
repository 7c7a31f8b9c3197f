//! The archive of reports: what was handed out, what it was made from, and what a later version changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use sha2::{Digest, Sha256};

use super::Period;
use crate::analysis::{
    Analysis, Difference, ImportedSince, ReportVersion, ReportedFigure, difference,
};
use crate::i18n::Currency;
use crate::kpis::{self, KpiRow};
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::table::Row;
use crate::types::{Error, Result};

/// The version that the data give now.
pub(super) fn current(
    store: &Store,
    settings: &Settings,
    period: &Period,
    analysis: &Analysis,
    rows: &[KpiRow],
) -> Result<ReportVersion> {
    let meta = &analysis.meta;
    let orders = store.count(&format!(
        "select count(*) from orders where coalesce(settled_at, out_at, in_at)::date between date '{}' and date '{}'",
        period.start, period.end
    ))?;
    let last_import = store.count("select coalesce(max(import_id), 0) from imports")?;
    let figures = own(rows, &period.name())
        .map(|row| {
            let figure = ReportedFigure {
                label_zh: row.label_zh.clone(),
                label_en: row.label_en.clone(),
                unit: row.unit.clone(),
                value: row.value,
                target: row.target,
            };
            (row.id.to_owned(), figure)
        })
        .collect();
    Ok(ReportVersion {
        number: None,
        kind: period.kind.as_str().to_owned(),
        period: period.name(),
        as_of: meta.as_of,
        data_hash: meta.data_hash.clone(),
        settings_hash: meta.settings_hash.clone(),
        definitions: definitions(),
        program: meta.version.clone(),
        settings: named(&settings.that_decide_figures().to_toml()?)?,
        last_import: i64::try_from(last_import).map_err(Error::internal)?,
        orders: i64::try_from(orders).map_err(Error::internal)?,
        figures,
    })
}

/// Rows of the reported period itself.
fn own<'a>(rows: &'a [KpiRow], period: &'a str) -> impl Iterator<Item = &'a KpiRow> {
    rows.iter().filter(move |r| r.period == period)
}

/// Hash of the questions that the figures answer, and of what counts for them: where it is the same, a figure means the same.
fn definitions() -> String {
    let mut hash = Sha256::new();
    let of_spans = kpis::month_queries().iter().chain(kpis::year_queries());
    for (name, sql) in kpis::queries().iter().chain(of_spans) {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(sql.as_bytes());
        hash.update([0]);
    }
    for text in kpis::counted() {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(6)
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Settings by their names, `section.name`.
fn named(toml: &str) -> Result<BTreeMap<String, String>> {
    fn add(found: &mut BTreeMap<String, String>, name: String, value: &toml::Value) {
        if let toml::Value::Table(table) = value {
            for (inner, value) in table {
                let name = if name.is_empty() {
                    inner.clone()
                } else {
                    format!("{name}.{inner}")
                };
                add(found, name, value);
            }
        } else {
            found.insert(name, value.to_string());
        }
    }
    let table: toml::Table = toml::from_str(toml).map_err(Error::internal)?;
    let mut found = BTreeMap::new();
    add(&mut found, String::new(), &toml::Value::Table(table));
    Ok(found)
}

const VERSIONS: &str = "select report_no, kind, period, any_value(as_of) as as_of, any_value(data_hash) as data_hash,
        any_value(settings_hash) as settings_hash, any_value(definitions) as definitions, any_value(program) as program,
        any_value(settings) as settings, any_value(last_import) as last_import, any_value(orders) as orders
    from reports where report_no is not null";

fn version_of(store: &Store, row: &Row<'_>) -> Result<ReportVersion> {
    let text = |name: &str| -> Result<String> { Ok(row.text(name)?.unwrap_or_default()) };
    let number = row.int("report_no")?.unwrap_or_default();
    let settings = named(&text("settings")?)?;
    // Versions from before money had the unit of its currency call it yuan whatever it was.
    let money = settings.get("report.currency").map(|name| {
        Currency::new(name.trim_matches(['"', '\'']), 0)
            .table_name()
            .to_owned()
    });
    let unit_of = |unit: String| match &money {
        Some(money) if unit == "yuan" => money.clone(),
        _ => unit,
    };
    let mut figures = BTreeMap::new();
    let table = store.table(&format!(
        "select id, label_zh, label_en, unit, value, target from report_figures where report_no = {number} order by id"
    ))?;
    for figure in table.iter() {
        let text = |name: &str| -> Result<String> { Ok(figure.text(name)?.unwrap_or_default()) };
        figures.insert(
            text("id")?,
            ReportedFigure {
                label_zh: text("label_zh")?,
                label_en: text("label_en")?,
                unit: unit_of(text("unit")?),
                value: figure.float("value")?,
                target: figure.float("target")?,
            },
        );
    }
    Ok(ReportVersion {
        number: Some(number),
        kind: text("kind")?,
        period: text("period")?,
        as_of: row.date("as_of")?.unwrap_or_default(),
        data_hash: text("data_hash")?,
        settings_hash: text("settings_hash")?,
        definitions: text("definitions")?,
        program: text("program")?,
        settings,
        last_import: row.int("last_import")?.unwrap_or_default(),
        orders: row.int("orders")?.unwrap_or_default(),
        figures,
    })
}

/// The archived versions of a period, oldest first; none in a file that an earlier version of the program made.
pub(super) fn versions(store: &Store, kind: &str, period: &str) -> Result<Vec<ReportVersion>> {
    if !has_archive(store)? {
        return Ok(Vec::new());
    }
    let table = store.table(&format!(
        "{VERSIONS} and kind = {} and period = {} group by report_no, kind, period order by report_no",
        quote_text(kind),
        quote_text(period)
    ))?;
    table.iter().map(|row| version_of(store, &row)).collect()
}

/// The version of that number.
pub(super) fn version(store: &Store, number: i64) -> Result<Option<ReportVersion>> {
    if !has_archive(store)? {
        return Ok(None);
    }
    let table = store.table(&format!(
        "{VERSIONS} and report_no = {number} group by report_no, kind, period"
    ))?;
    table
        .iter()
        .map(|row| version_of(store, &row))
        .next()
        .transpose()
}

fn has_archive(store: &Store) -> Result<bool> {
    Ok(store.count(
        "select count(*) from duckdb_tables() where table_name = 'report_figures' and not temporary and database_name = current_database()",
    )? > 0)
}

/// The imports after a version, in order.
pub(super) fn imports_since(store: &Store, last: i64) -> Result<Vec<ImportedSince>> {
    let table = store.table(&format!(
        "select import_id, file, loaded, replaced from imports where import_id > {last} order by import_id"
    ))?;
    table
        .iter()
        .map(|row| {
            Ok(ImportedSince {
                import_id: row.int("import_id")?.unwrap_or_default(),
                file: row.text("file")?.unwrap_or_default(),
                loaded: row.int("loaded")?.unwrap_or_default(),
                replaced: row.int("replaced")?.unwrap_or_default(),
            })
        })
        .collect()
}

/// What this version changes against the last one that was made otherwise; `None` for the first. Says the same before
/// this version is in the archive and after.
pub(super) fn since_last(store: &Store, now: &ReportVersion) -> Result<Option<Difference>> {
    let mut earlier = versions(store, &now.kind, &now.period)?;
    if earlier.last().is_some_and(|last| last.is_made_as(now)) {
        earlier.pop();
    }
    let Some(before) = earlier.pop() else {
        return Ok(None);
    };
    let imports = imports_since(store, before.last_import)?;
    Ok(Some(difference(&before, now, &imports)))
}

/// Puts a version into the archive, or its files to those of the same version; returns its number.
pub(super) fn keep(
    store: &Store,
    settings: &Settings,
    now: &ReportVersion,
    rows: &[KpiRow],
    lang: &str,
    files: &[(&str, String)],
) -> Result<i64> {
    let known = versions(store, &now.kind, &now.period)?;
    let same = known.last().filter(|last| last.is_made_as(now));
    let number = match same.and_then(|v| v.number) {
        Some(number) => number,
        None => {
            let last = store.count("select coalesce(max(report_no), 0) from reports")?;
            let number = i64::try_from(last).map_err(Error::internal)? + 1;
            let rows: Vec<&KpiRow> = own(rows, &now.period).collect();
            keep_figures(store, number, &now.kind, &rows)?;
            number
        }
    };
    let toml = settings.that_decide_figures().to_toml()?;
    for (format, file) in files {
        store.run(&format!(
            "delete from reports where report_no = {number} and lang = '{lang}' and format = '{format}';
             insert into reports (kind, period, lang, format, data_hash, settings_hash, file, as_of, report_no, program, definitions, settings, last_import, orders)
             values ({}, {}, '{lang}', '{format}', {}, {}, {}, date '{}', {number}, {}, {}, {}, {}, {})",
            quote_text(&now.kind),
            quote_text(&now.period),
            quote_text(&now.data_hash),
            quote_text(&now.settings_hash),
            quote_text(file),
            now.as_of,
            quote_text(&now.program),
            quote_text(&now.definitions),
            quote_text(&toml),
            now.last_import,
            now.orders,
        ))?;
    }
    Ok(number)
}

fn keep_figures(store: &Store, number: i64, kind: &str, rows: &[&KpiRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let text = |of: &dyn Fn(&KpiRow) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>())
    };
    let float = |of: &dyn Fn(&KpiRow) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(|r| of(r)).collect::<Float64Array>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "report_no",
            Arc::new(rows.iter().map(|_| Some(number)).collect::<Int64Array>()),
        ),
        ("kind", text(&|_| kind.to_owned())),
        ("period", text(&|r| r.period.clone())),
        ("id", text(&|r| r.id.to_owned())),
        ("label_zh", text(&|r| r.label_zh.clone())),
        ("label_en", text(&|r| r.label_en.clone())),
        ("unit", text(&|r| r.unit.clone())),
        ("value", float(&|r| r.value)),
        ("target", float(&|r| r.target)),
        ("definition", text(&|r| r.definition.to_owned())),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
            .map_err(Error::internal)?;
    store.append("report_figures", [batch])
}
