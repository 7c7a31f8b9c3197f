//! The report command: figures from one snapshot of the database into one document, and that into one file.

use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

mod archive;
mod asked;
mod base;
mod command;
mod figures;
pub(super) mod forms;
mod period;

use asked::{analysed, analysed_one};
pub(super) use command::dispatch;
pub use figures::figures;
use figures::write_kpis;
pub use period::{Period, PeriodKind};

use super::{Context, files, score};
use crate::analysis::{Analysis, Difference, FiscalYear, ReportVersion, difference};
use crate::cli::ReportFormat;
use crate::report::{Document, changes_page, month_report, year_report};
use crate::settings::Settings;
use crate::store::{Access, Store};
use crate::types::{Error, Lang, Result};
use crate::{i18n, kpis};
use forms::Dress;

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

/// Writes a report, in each language that is asked for, from the database of the context, scored first where it is not. Where the database can be read but
/// not written, the report is written all the same and not archived.
///
/// # Errors
/// When there is no database, the period has no data, or the folder cannot be written.
pub fn report(context: &Context, languages: &[Request<'_>]) -> Result<Reported> {
    match context.open(Access::Write) {
        Ok((store, settings)) => {
            if store.count("select count(*) from vehicle_scores")? == 0 {
                score::score_in(&store, &settings, None, &*context.progress)?;
            }
            in_one(reports_in(&store, &settings, languages)?)
        }
        Err(refusal) if matches!(refusal.key, "database-busy" | "folder-read-only") => {
            let why = refusal.key;
            // Who may not even read is told why he may not write.
            let (store, settings) = context.open(Access::Read).map_err(|_| refusal)?;
            score::keep_history_private(&store)?;
            let keeping = Keeping::Not(why);
            in_one(write_reports(&store, &settings, languages, keeping)?)
        }
        Err(refusal) => Err(refusal),
    }
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
        store.transaction(|store| write_reports(store, settings, requests, Keeping::Archive))
    })?;
    store.checkpoint()?;
    Ok(reported)
}

/// Whether a report goes into the archive.
#[derive(Clone, Copy)]
enum Keeping {
    Archive,
    /// Not, for the reason of that error.
    Not(&'static str),
}

fn write_reports(
    store: &Store,
    settings: &Settings,
    requests: &[Request<'_>],
    keeping: Keeping,
) -> Result<Vec<Reported>> {
    let wanted: Vec<_> = requests.iter().map(|r| (r.kind, r.start)).collect();
    // Files that the settings name are read before anything is written.
    let dresses = requests
        .iter()
        .map(|r| Dress::read(settings, r.formats))
        .collect::<Result<Vec<_>>>()?;
    let analysed = analysed(store, settings, &wanted)?;
    let mut drafts = Vec::new();
    for ((request, dress), (period, analysis)) in requests.iter().zip(&dresses).zip(&analysed) {
        let mut draft = Draft::new(store, settings, request, period, analysis, keeping)?;
        dress.put_on(&mut draft.document);
        drafts.push(draft);
    }
    // Nobody waits for another's form: each is a function of its document alone.
    let forms: Vec<(usize, &Dress, ReportFormat)> = requests
        .iter()
        .zip(&dresses)
        .enumerate()
        .flat_map(|(i, (request, dress))| request.formats.iter().map(move |f| (i, dress, *f)))
        .collect();
    let mut rendered = forms
        .par_iter()
        .map(|(i, dress, format)| dress.render(&drafts[*i].document, *format, settings))
        .collect::<Vec<_>>()
        .into_iter()
        // Where one cannot be drawn, none is handed out.
        .collect::<Result<Vec<_>>>()?
        .into_iter();
    drafts
        .into_iter()
        .map(|draft| {
            let forms = rendered.by_ref().take(draft.request.formats.len());
            draft.hand_out(store, settings, forms, keeping)
        })
        .collect()
}

/// A report that is put together and not yet written.
struct Draft<'a> {
    request: &'a Request<'a>,
    period: &'a Period,
    analysis: &'a Analysis,
    rows: Vec<kpis::KpiRow>,
    now: ReportVersion,
    changes: Option<Difference>,
    document: Document,
    lang: Lang,
}

impl<'a> Draft<'a> {
    fn new(
        store: &Store,
        settings: &Settings,
        request: &'a Request<'a>,
        period: &'a Period,
        analysis: &'a Analysis,
        keeping: Keeping,
    ) -> Result<Self> {
        let lang = request.lang.unwrap_or(settings.lang);
        files::make_folder(request.out)?;
        let rows = kpis::rows(analysis);
        let now = archive::current(store, settings, period, analysis, &rows)?;
        let changes = archive::since_last(store, &now)?;
        let mut document = document_of(period, analysis, lang);
        if let Some(changes) = &changes {
            document.pages.push(changes_page(changes, lang));
        }
        if let Keeping::Not(_) = keeping {
            let note = i18n::text(lang, "report-meta-not-archived", &[]);
            document.meta.push(note);
        }
        Ok(Self {
            request,
            period,
            analysis,
            rows,
            now,
            changes,
            document,
            lang,
        })
    }

    /// Writes the files, their bytes in the order of the forms, and keeps in the archive what was handed out.
    fn hand_out(
        mut self,
        store: &Store,
        settings: &Settings,
        forms: impl Iterator<Item = Vec<u8>>,
        keeping: Keeping,
    ) -> Result<Reported> {
        let mut written = Vec::new();
        for (format, bytes) in self.request.formats.iter().zip(forms) {
            let lang = if self.request.names_language {
                format!(".{}", short(self.lang))
            } else {
                String::new()
            };
            let name = format!("{}{lang}.{}", self.period.name(), format.as_str());
            let path = self.request.out.join(&name);
            files::write(&path, &bytes)?;
            written.push((format.as_str(), name, path));
        }
        if let Keeping::Archive = keeping {
            let names: Vec<(&str, String)> =
                written.iter().map(|(f, n, _)| (*f, n.clone())).collect();
            let lang = short(self.lang);
            write_kpis(store, &self.rows, self.analysis)?;
            self.now.number =
                archive::keep(store, settings, &self.now, &self.rows, lang, &names).map(Some)?;
        }
        let files: Vec<PathBuf> = written.into_iter().map(|(_, _, path)| path).collect();
        Ok(Reported {
            report: files.first().cloned().unwrap_or_default(),
            files,
            kind: self.request.kind.as_str(),
            period: self.period.name(),
            number: self.now.number,
            not_archived: match keeping {
                Keeping::Archive => None,
                Keeping::Not(why) => Some(why),
            },
            changes: self.changes,
        })
    }
}

/// What a language is called in the archive and in names of files.
const fn short(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
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

/// The report of a kind of period.
fn document_of(period: &Period, analysis: &Analysis, lang: Lang) -> Document {
    match period.kind {
        PeriodKind::Month => month_report(analysis, lang),
        PeriodKind::Year => year_report(analysis, lang),
    }
}
