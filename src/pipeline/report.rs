//! The report command: figures from one snapshot of the database into one document, and that into one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

mod archive;
mod command;
mod forms;
mod period;

pub(super) use command::dispatch;
pub use period::{Period, PeriodKind};

use super::{Context, Reach, export, files, score, settings_hash};
use crate::analysis::{Analysis, AnalysisMeta, Difference, ReportVersion, Table, difference};
use crate::cli::{FiguresFormat, ReportFormat};
use crate::report::{Document, changes_page, month_report, year_report};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Lang, Result};
use crate::{i18n, kpis};
use forms::Dress;

/// Which report is wanted, and where it goes.
pub struct Request<'a> {
    /// What kind of period.
    pub kind: PeriodKind,
    /// Its first day; without one the last period that is over.
    pub start: Option<NaiveDate>,
    /// Folder.
    pub out: &'a Path,
    /// Language; without one that of the settings.
    pub lang: Option<Lang>,
    /// Forms, one file each.
    pub formats: &'a [ReportFormat],
}

/// What was written.
#[derive(Debug, serde::Serialize)]
pub struct Reported {
    /// The file that people open first.
    pub report: PathBuf,
    /// All files.
    pub files: Vec<PathBuf>,
    /// `2025-12`.
    pub period: String,
    /// Number in the archive; `None` where it was not archived.
    pub number: Option<i64>,
    /// Why it was not archived: the key of an error.
    pub not_archived: Option<&'static str>,
    /// What it changes against the last version of the same period that said something else.
    pub changes: Option<Difference>,
}

/// Writes a report from the database of the context, scored first where it is not. Where the database can be read but
/// not written, the report is written all the same and not archived.
///
/// # Errors
/// When there is no database, the period has no data, or the folder cannot be written.
pub fn report(context: &Context, request: &Request<'_>) -> Result<Reported> {
    match context.open(Access::Write) {
        Ok((store, settings)) => {
            if store.count("select count(*) from vehicle_scores")? == 0 {
                score::score_in(&store, &settings, None, &*context.progress)?;
            }
            report_in(&store, &settings, request)
        }
        Err(refusal) if matches!(refusal.key, "database-busy" | "folder-read-only") => {
            let why = refusal.key;
            // Who may not even read is told why he may not write.
            let (store, settings) = context.open(Access::Read).map_err(|_| refusal)?;
            score::keep_history_private(&store)?;
            write_report(&store, &settings, request, Keeping::Not(why))
        }
        Err(refusal) => Err(refusal),
    }
}

/// The same on an open, scored database that may be written.
///
/// # Errors
/// As [`report`].
pub fn report_in(store: &Store, settings: &Settings, request: &Request<'_>) -> Result<Reported> {
    write_report(store, settings, request, Keeping::Archive)
}

/// Whether a report goes into the archive.
#[derive(Clone, Copy)]
enum Keeping {
    Archive,
    /// Not, for the reason of that error.
    Not(&'static str),
}

fn write_report(
    store: &Store,
    settings: &Settings,
    request: &Request<'_>,
    keeping: Keeping,
) -> Result<Reported> {
    let lang = request.lang.unwrap_or(settings.lang);
    let dress = Dress::read(settings, request.formats)?;
    let (period, analysis) = analysed(store, settings, request.kind, request.start)?;
    files::make_folder(request.out)?;
    let rows = kpis::rows(&analysis);
    let mut now = archive::current(store, settings, &period, &analysis, &rows)?;
    let changes = archive::since_last(store, &now)?;
    let mut document = document_of(&period, &analysis, lang);
    if let Some(changes) = &changes {
        document.pages.push(changes_page(changes, lang));
    }
    if let Keeping::Not(_) = keeping {
        let note = i18n::text(lang, "report-meta-not-archived", &[]);
        document.meta.push(note);
    }
    let mut written = Vec::new();
    for format in request.formats {
        let bytes = dress.render(&mut document, *format, settings)?;
        let name = format!("{}.{}", period.name(), format.as_str());
        let path = request.out.join(&name);
        files::write(&path, &bytes)?;
        written.push((format.as_str(), name, path));
    }
    if let Keeping::Archive = keeping {
        let names: Vec<(&str, String)> = written.iter().map(|(f, n, _)| (*f, n.clone())).collect();
        let lang = if lang == Lang::Zh { "zh" } else { "en" };
        now.number = store.transaction(|store| {
            write_kpis(store, &rows)?;
            archive::keep(store, settings, &now, &rows, lang, &names).map(Some)
        })?;
        store.checkpoint()?;
    }
    let files: Vec<PathBuf> = written.into_iter().map(|(_, _, path)| path).collect();
    Ok(Reported {
        report: files.first().cloned().unwrap_or_default(),
        files,
        period: period.name(),
        number: now.number,
        not_archived: match keeping {
            Keeping::Archive => None,
            Keeping::Not(why) => Some(why),
        },
        changes,
    })
}

/// The period that is meant and its figures, with the states of the dates that it compares.
fn analysed(
    store: &Store,
    settings: &Settings,
    kind: PeriodKind,
    start: Option<NaiveDate>,
) -> Result<(Period, Analysis)> {
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored"))?;
    let first = store
        .day("select min(in_at)::date from orders")?
        .unwrap_or(as_of);
    let period = Period::wanted(kind, start, as_of, first)?;
    score::ensure_history(store, settings, &period.compared_dates(first))?;
    let analysis = analysis_of(store, settings, &period, as_of, first)?;
    Ok((period, analysis))
}

/// What two versions of reports differ in. `before` and `after` are numbers in the archive, or periods, of which the
/// last version is meant; without `after` a period is held against what the data say now, a number against the last
/// version of its period.
///
/// # Errors
/// When there is no such version.
pub fn compare(context: &Context, before: &str, after: Option<&str>) -> Result<Difference> {
    let (store, settings) = context.open(Access::Read)?;
    let earlier = named_version(&store, before)?;
    let later = match after {
        Some(after) => named_version(&store, after)?,
        None if before.parse::<i64>().is_ok_and(|n| !is_year(n)) => {
            archive::versions(&store, &earlier.kind, &earlier.period)?
                .pop()
                .ok_or_else(|| unknown_version(before))?
        }
        None => {
            score::keep_history_private(&store)?;
            let (kind, start) =
                PeriodKind::named(&earlier.period).ok_or_else(|| unknown_version(before))?;
            let (period, analysis) = analysed(&store, &settings, kind, Some(start))?;
            let rows = kpis::rows(&analysis);
            archive::current(&store, &settings, &period, &analysis, &rows)?
        }
    };
    let imports = archive::imports_since(&store, earlier.last_import)?;
    Ok(difference(&earlier, &later, &imports))
}

/// Numbers in the archive are small; a year is a period.
const fn is_year(number: i64) -> bool {
    number >= 1990
}

fn named_version(store: &Store, name: &str) -> Result<ReportVersion> {
    let found = match name.parse::<i64>() {
        Ok(number) if !is_year(number) => archive::version(store, number)?,
        _ => match PeriodKind::named(name) {
            Some((kind, _)) => archive::versions(store, kind.as_str(), name)?.pop(),
            None => None,
        },
    };
    found.ok_or_else(|| unknown_version(name))
}

fn unknown_version(name: &str) -> Error {
    Error::usage("report-unknown").with("name", name)
}

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
    let (period, analysis) = analysed(&store, &settings, kind, start)?;
    store.run("create or replace temp table kpis as from main.kpis limit 0")?;
    append_kpis(&store, "temp.kpis", &kpis::rows(&analysis))?;
    files::make_folder(out)?;
    let mut written = Vec::new();
    let own: &[_] = match kind {
        PeriodKind::Month => &[],
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

/// The figures of a period, from the tables.
fn analysis_of(
    store: &Store,
    settings: &Settings,
    period: &Period,
    as_of: NaiveDate,
    first: NaiveDate,
) -> Result<Analysis> {
    let meta = AnalysisMeta {
        department: settings.department.clone(),
        month_start: period.last_month().start,
        month_end: period.end,
        as_of,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings_hash: settings_hash(settings)?,
        data_hash: data_hash(store)?,
    };
    let month = period.last_month();
    let results = answers(store, settings, &month, as_of, &[])?;
    let mut analysis = kpis::analysis(&results, meta, settings);
    if period.kind == PeriodKind::Year {
        let results = answers(store, settings, period, as_of, kpis::year_queries())?;
        let span = kpis::YearSpan {
            start: period.start,
            end: period.end,
            data_from: first,
        };
        analysis.year = Some(kpis::year(&results, span, settings));
    }
    Ok(analysis)
}

/// The answers to the questions about a period, and to more that only some are asked.
fn answers(
    store: &Store,
    settings: &Settings,
    period: &Period,
    as_of: NaiveDate,
    more: &[(&'static str, &'static str)],
) -> Result<BTreeMap<&'static str, Table>> {
    store.run(&format!(
        "create or replace temp table run as select date '{as_of}' as as_of, date '{}' as month_start, date '{}' as month_end, \
         {} as step_months, {}::double as top_quantile, {}::integer as store_units",
        period.start,
        period.end,
        period.kind.months(),
        settings.loyalty.top_quantile,
        settings.loyalty.store_units
    ))?;
    let mut results = BTreeMap::new();
    for (name, sql) in kpis::queries().iter().chain(more) {
        results.insert(*name, store.table(sql)?);
    }
    Ok(results)
}

/// The report of a kind of period.
fn document_of(period: &Period, analysis: &Analysis, lang: Lang) -> Document {
    match period.kind {
        PeriodKind::Month => month_report(analysis, lang),
        PeriodKind::Year => year_report(analysis, lang),
    }
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
