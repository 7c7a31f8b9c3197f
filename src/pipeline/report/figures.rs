//! The figures of a report as tables: `kpis` in the database, and files for other programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::super::{Context, Reach, export, files, score};
use super::asked::Asker;
use super::{PeriodKind, analysed_one};
use crate::analysis::{Analysis, Split};
use crate::cli::FiguresFormat;
use crate::kpis;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Result};

/// Writes the figures of a report as tables for other programs: `kpis`, and the answer to each question behind a page.
///
/// # Errors
/// When the period has no data or the folder cannot be written.
pub fn figures(
    context: &Context,
    kind: PeriodKind,
    start: Option<NaiveDate>,
    out: &Path,
    format: FiguresFormat,
) -> Result<Vec<PathBuf>> {
    let within = out.join("figures");
    let (store, settings) = context.open_reaching(Access::Read, Reach::FolderOf(&within))?;
    score::keep_history_private(&store)?;
    let (period, analysis) = analysed_one(&store, &settings, kind, start)?;
    store.run("create or replace temp table kpis as from main.kpis limit 0")?;
    append_kpis(&store, "temp.kpis", &kpis::rows(&analysis))?;
    store.run("create or replace temp table kpi_splits as from main.kpi_splits limit 0")?;
    append_splits(&store, "temp.kpi_splits", &analysis)?;
    files::make_folder(out)?;
    let mut written = Vec::new();
    let own: &[_] = match kind {
        PeriodKind::Month => kpis::month_queries(),
        PeriodKind::Year => kpis::year_queries(),
    };
    let questions = [
        ("kpis", "from temp.kpis"),
        ("kpi_splits", "from temp.kpi_splits"),
    ]
    .into_iter()
    .chain(kpis::queries().iter().copied())
    .chain(own.iter().copied());
    let mut asker = Asker::new(&store, &settings, analysis.meta.as_of);
    for (name, sql) in questions {
        asker.prepare(&period, sql)?;
        let path = out.join(format!("{}-{name}.{}", period.name(), format.as_str()));
        export::answer(&store, sql, format, &path)?;
        written.push(path);
    }
    Ok(written)
}

/// Writes the figures of a period into the table `kpis`, in place of what it held of it.
pub(super) fn write_kpis(store: &Store, rows: &[kpis::KpiRow], analysis: &Analysis) -> Result<()> {
    let (period, _) = kpis::split_rows(analysis);
    let period = quote_text(&period);
    store.run(&format!(
        "delete from kpis where period = {period}; delete from kpi_splits where period = {period}"
    ))?;
    append_kpis(store, "kpis", rows)?;
    append_splits(store, "kpi_splits", analysis)?;
    // Rows from before money had the unit of its currency call it yuan whatever it was.
    let money = analysis.meta.currency.table_name();
    if money != "yuan" {
        let money = quote_text(money);
        store.run(&format!(
            "update kpis set unit = {money} where unit = 'yuan'; update kpi_splits set unit = {money} where unit = 'yuan';"
        ))?;
    }
    Ok(())
}

fn append_splits(store: &Store, table: &str, analysis: &Analysis) -> Result<()> {
    let (period, rows) = kpis::split_rows(analysis);
    let spec = |id: &str| kpis::SPECS.iter().find(|s| s.id == id);
    let text = |of: &dyn Fn(&Split) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&Split) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Float64Array>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("period", text(&|_| period.clone())),
        ("id", text(&|r| r.id.to_owned())),
        ("split_by", text(&|r| r.split_by.clone())),
        ("split_value", text(&|r| r.split_value.clone())),
        (
            "unit",
            text(&|r| {
                spec(r.id).map_or_else(String::new, |s| s.unit.name(&analysis.meta.currency))
            }),
        ),
        ("value", number(&|r| r.value)),
        ("previous", number(&|r| r.previous)),
        ("last_year", number(&|r| r.last_year)),
        (
            "n",
            Arc::new(rows.iter().map(|r| r.n).collect::<Int64Array>()),
        ),
        (
            "definition",
            text(&|r| spec(r.id).map_or("", |s| s.definition).to_owned()),
        ),
    ];
    store.append(table, [batch(columns)?])
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .map_err(Error::internal)
}

fn append_kpis(store: &Store, table: &str, rows: &[kpis::KpiRow]) -> Result<()> {
    let text = |of: &dyn Fn(&kpis::KpiRow) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("period", text(&|r| r.period.clone())),
        ("id", text(&|r| r.id.to_owned())),
        ("label_zh", text(&|r| r.label_zh.clone())),
        ("label_en", text(&|r| r.label_en.clone())),
        ("unit", text(&|r| r.unit.clone())),
        (
            "value",
            Arc::new(rows.iter().map(|r| r.value).collect::<Float64Array>()),
        ),
        (
            "target",
            Arc::new(rows.iter().map(|r| r.target).collect::<Float64Array>()),
        ),
        ("definition", text(&|r| r.definition.to_owned())),
        (
            "previous",
            Arc::new(rows.iter().map(|r| r.previous).collect::<Float64Array>()),
        ),
        (
            "last_year",
            Arc::new(rows.iter().map(|r| r.last_year).collect::<Float64Array>()),
        ),
        (
            "n",
            Arc::new(rows.iter().map(|r| r.n).collect::<Int64Array>()),
        ),
    ];
    store.append(table, [batch(columns)?])
}
