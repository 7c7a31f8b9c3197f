//! The report command: figures from one snapshot of the database into one document, and that into one file.

use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

mod archive;
mod asked;
mod base;
mod command;
mod draft;
mod figures;
pub(super) mod forms;
mod period;

use asked::{analysed_one, lacks_states};
pub(super) use command::dispatch;
use draft::{Archive, Draft, drafts, draw, hand_out, wanted};
pub use figures::figures;
pub use period::{Period, PeriodKind};

use super::{Context, score, upgrade};
use crate::analysis::{Difference, FiscalYear, ReportVersion, difference};
use crate::cli::ReportFormat;
use crate::kpis;
use crate::settings::Settings;
use crate::store::{Access, Stamp, Store};
use crate::types::{Error, Lang, Result};

/// A report in one language, and where it goes.
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
    /// The language stands in the names of the files.
    pub names_language: bool,
}

/// What was written.
#[derive(Debug, serde::Serialize)]
pub struct Reported {
    /// The file that people open first.
    pub report: PathBuf,
    /// All files.
    pub files: Vec<PathBuf>,
    /// `month` or `year`.
    pub kind: &'static str,
    /// `2025-12`.
    pub period: String,
    /// Number in the archive; `None` where it was not archived.
    pub number: Option<i64>,
    /// Why it was not archived: the key of an error.
    pub not_archived: Option<&'static str>,
    /// What it changes against the last version of the same period that said something else.
    pub changes: Option<Difference>,
}

/// Writes a report, in each language that is asked for, from the database of the context, scored first where it is not.
/// The figures come from a database that is only read, so that others may read it too; the lock of the one who writes is
/// taken for the archive alone. Where it cannot be had, the report is written all the same and not archived.
///
/// # Errors
/// When there is no database, the period has no data, or the folder cannot be written.
pub fn report(context: &Context, languages: &[Request<'_>]) -> Result<Reported> {
    in_one(match read(context, languages)? {
        Some(found) => archived(context, languages, &found)?,
        None => computed(context, languages)?,
    })
}

/// What was found out from a database that is only read.
struct Found<'a> {
    settings: Settings,
    drafts: Vec<Draft<'a>>,
    /// What the file was before it was opened.
    stamp: Stamp,
}

/// The reports from a database that is only read; `None` where something must be computed first that is kept in it.
fn read<'a>(context: &Context, languages: &'a [Request<'a>]) -> Result<Option<Found<'a>>> {
    let stamp = Stamp::of(&context.database);
    let (store, settings) = context.open(Access::Read)?;
    if !upgrade::is_current(&store)? || lacks_states(&store, &settings, &wanted(languages))? {
        return Ok(None);
    }
    let drafts = store.asking_first(|store| drafts(store, &settings, languages))?;
    Ok(Some(Found {
        settings,
        drafts,
        stamp,
    }))
}

/// Hands out what was found and keeps it in the archive; where somebody wrote meanwhile, finds it out once more.
fn archived(
    context: &Context,
    languages: &[Request<'_>],
    found: &Found<'_>,
) -> Result<Vec<Reported>> {
    let Found {
        settings,
        drafts,
        stamp,
    } = found;
    // Drawn before the lock is asked for: who else wants it does not wait for pictures.
    let forms = draw(drafts, settings, true)?;
    match context.open(Access::Write) {
        Ok((store, _)) if Stamp::of(&context.database) == *stamp => {
            let keep = |store: &Store| hand_out(drafts, forms, Archive::Open(store, settings));
            let reported = store.transaction(keep)?;
            store.checkpoint()?;
            Ok(reported)
        }
        Ok((store, settings)) => scored_and_reported(context, &store, &settings, languages),
        Err(refusal) => match Archive::closed_by(&refusal) {
            Some(closed) => hand_out(drafts, draw(drafts, settings, false)?, closed),
            None => Err(refusal),
        },
    }
}

/// The reports of a database in which something is computed first: kept, where it may be written.
fn computed(context: &Context, languages: &[Request<'_>]) -> Result<Vec<Reported>> {
    match context.open(Access::Write) {
        Ok((store, settings)) => scored_and_reported(context, &store, &settings, languages),
        Err(refusal) => {
            let Some(closed) = Archive::closed_by(&refusal) else {
                return Err(refusal);
            };
            // Who may not even read is told why he may not write.
            let (store, settings) = context.open(Access::Read).map_err(|_| refusal)?;
            score::keep_history_private(&store)?;
            let drafts = drafts(&store, &settings, languages)?;
            drop(store);
            hand_out(&drafts, draw(&drafts, &settings, false)?, closed)
        }
    }
}

fn scored_and_reported(
    context: &Context,
    store: &Store,
    settings: &Settings,
    languages: &[Request<'_>],
) -> Result<Vec<Reported>> {
    if store.count("select count(*) from vehicle_scores")? == 0 {
        score::score_in(store, settings, None, &*context.progress)?;
    }
    reports_in(store, settings, languages)
}

/// The languages of one report together: they say the same.
fn in_one(reported: Vec<Reported>) -> Result<Reported> {
    let none = || Error::internal("no report was asked for");
    let mut all = reported.into_iter();
    let mut first = all.next().ok_or_else(none)?;
    first.files.extend(all.flat_map(|other| other.files));
    Ok(first)
}

/// Several on an open, scored database that may be written; what they share is asked once.
///
/// # Errors
/// As [`report`].
pub fn reports_in(
    store: &Store,
    settings: &Settings,
    requests: &[Request<'_>],
) -> Result<Vec<Reported>> {
    let reported = store.asking_first(|store| {
        store.transaction(|store| {
            let drafts = drafts(store, settings, requests)?;
            let forms = draw(&drafts, settings, true)?;
            hand_out(&drafts, forms, Archive::Open(store, settings))
        })
    })?;
    store.checkpoint()?;
    Ok(reported)
}

/// What two versions of reports differ in. `before` and `after` are numbers in the archive, or periods, of which the
/// last version is meant; without `after` a period is held against what the data say now, a number against the last
/// version of its period.
///
/// # Errors
/// When there is no such version.
pub fn compare(context: &Context, before: &str, after: Option<&str>) -> Result<Difference> {
    let (store, settings) = context.open(Access::Read)?;
    let fiscal = FiscalYear::beginning(settings.report.fiscal_year_start);
    let earlier = named_version(&store, fiscal, before)?;
    let later = match after {
        Some(after) => named_version(&store, fiscal, after)?,
        None if before.parse::<i64>().is_ok_and(|n| !is_year(n)) => {
            archive::versions(&store, &earlier.kind, &earlier.period)?
                .pop()
                .ok_or_else(|| unknown_version(before))?
        }
        None => {
            score::keep_history_private(&store)?;
            let (kind, start) =
                PeriodKind::named(&earlier.period).ok_or_else(|| unknown_version(before))?;
            let (period, analysis) = analysed_one(&store, &settings, kind, Some(start))?;
            if period.name() != earlier.period {
                return Err(Error::usage("report-other-year")
                    .with("name", &earlier.period)
                    .with("now", period.name()));
            }
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

/// A year is meant by its number alone, too, where it is not the calendar's.
fn named_version(store: &Store, fiscal: FiscalYear, name: &str) -> Result<ReportVersion> {
    let found = match name.parse::<i64>() {
        Ok(number) if !is_year(number) => archive::version(store, number)?,
        _ => match PeriodKind::named(name) {
            Some((kind, start)) => {
                let last = |name: &str| Ok(archive::versions(store, kind.as_str(), name)?.pop());
                let of_number = fiscal.start(start.year()).map(|day| fiscal.name(day));
                match (last(name)?, of_number) {
                    (None, Some(other))
                        if name.parse::<i32>().is_ok() && kind == PeriodKind::Year =>
                    {
                        last(&other)?
                    }
                    (found, _) => found,
                }
            }
            None => None,
        },
    };
    found.ok_or_else(|| unknown_version(name))
}

fn unknown_version(name: &str) -> Error {
    Error::usage("report-unknown").with("name", name)
}
