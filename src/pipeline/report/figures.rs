//! The figures of a report as tables: `kpis` in the database, and files for other programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::super::{Context, Reach, export, files, score};
use super::{PeriodKind, analysed_one};
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
    files::make_folder(out)?;
    let mut written = Vec::new();
    let own: &[_] = match kind {
        PeriodKind::Month => kpis::month_queries(),
        PeriodKind::Year => kpis::year_queries(),
    };
    let questions = std::iter::once(("kpis", "from temp.kpis"))
        .chain(kpis::queries().iter().copied())
        .chain(own.iter().copied());
    for (name, sql) in questions {
        let path = out.join(format!("{}-{name}.{}", period.name(), format.as_str()));
        export::answer(&store, sql, format, &path)?;
        written.push(path);
    }
    Ok(written)
}

/// Writes the figures of a period into the table `kpis`, in place of what it held of it.
pub(super) fn write_kpis(store: &Store, rows: &[kpis::KpiRow]) -> Result<()> {
    let Some(period) = rows.first().map(|r| r.period.clone()) else {
        return Ok(());
    };
    store.run(&format!(
        "delete from kpis where period = {}",
        quote_text(&period)
    ))?;
    append_kpis(store, "kpis", rows)
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
    store.append(table, [batch])
}
