//! Reports between the figures and the files: what each says, its forms, and where it is kept.

use std::path::PathBuf;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::super::files;
use super::asked::analysed;
use super::figures::write_kpis;
use super::forms::Dress;
use super::{Period, PeriodKind, Reported, Request, archive};
use crate::analysis::{Analysis, Difference, ReportVersion};
use crate::cli::ReportFormat;
use crate::report::{Document, changes_page, month_report, year_report};
use crate::settings::Settings;
use crate::store::Store;
use crate::types::{Error, Lang, Result};
use crate::{i18n, kpis};

/// Where what is handed out is kept.
#[derive(Clone, Copy)]
pub(super) enum Archive<'a> {
    /// In a database that may be written.
    Open(&'a Store, &'a Settings),
    /// Nowhere, for the reason of that error.
    Closed(&'static str),
}

impl Archive<'_> {
    /// Nowhere, where the database may not be written for a reason that keeps nobody from reading it.
    pub(super) fn closed_by(refusal: &Error) -> Option<Self> {
        ["database-busy", "folder-read-only", "network-drive"]
            .contains(&refusal.key)
            .then_some(Self::Closed(refusal.key))
    }
}

/// The periods that are asked for.
pub(super) fn wanted(requests: &[Request<'_>]) -> Vec<(PeriodKind, Option<NaiveDate>)> {
    requests.iter().map(|r| (r.kind, r.start)).collect()
}

/// Finds out what reports say.
pub(super) fn drafts<'a>(
    store: &Store,
    settings: &Settings,
    requests: &'a [Request<'a>],
) -> Result<Vec<Draft<'a>>> {
    // Files that the settings name are read before anything is asked.
    let dresses = requests
        .iter()
        .map(|r| Dress::read(settings, r.formats))
        .collect::<Result<Vec<_>>>()?;
    let analysed = analysed(store, settings, &wanted(requests))?;
    requests
        .iter()
        .zip(dresses)
        .zip(analysed)
        .map(|((request, dress), (period, analysis))| {
            Draft::new(store, settings, request, dress, period, analysis)
        })
        .collect()
}

/// Draws each report in its forms, in their order; one that will not be archived says so.
pub(super) fn draw(
    drafts: &[Draft<'_>],
    settings: &Settings,
    is_archived: bool,
) -> Result<Vec<Vec<Vec<u8>>>> {
    let documents: Vec<Document> = drafts.iter().map(|d| d.document(is_archived)).collect();
    // Nobody waits for another's form: each is a function of its document alone.
    let forms: Vec<(&Draft<'_>, &Document, ReportFormat)> = drafts
        .iter()
        .zip(&documents)
        .flat_map(|(draft, document)| {
            let formats = draft.request.formats.iter();
            formats.map(move |format| (draft, document, *format))
        })
        .collect();
    let mut drawn = forms
        .par_iter()
        .map(|(draft, document, format)| draft.dress.render(document, *format, settings))
        .collect::<Vec<_>>()
        .into_iter()
        // Where one cannot be drawn, none is handed out.
        .collect::<Result<Vec<_>>>()?
        .into_iter();
    let of_one = |d: &Draft<'_>| drawn.by_ref().take(d.request.formats.len()).collect();
    Ok(drafts.iter().map(of_one).collect())
}

/// Writes the files and keeps what they say in the archive.
pub(super) fn hand_out(
    drafts: &[Draft<'_>],
    forms: Vec<Vec<Vec<u8>>>,
    archive: Archive<'_>,
) -> Result<Vec<Reported>> {
    drafts
        .iter()
        .zip(forms)
        .map(|(draft, forms)| draft.hand_out(forms, archive))
        .collect()
}

/// A report that is put together and not yet drawn.
pub(super) struct Draft<'a> {
    request: &'a Request<'a>,
    dress: Dress,
    period: Period,
    analysis: Analysis,
    rows: Vec<kpis::KpiRow>,
    now: ReportVersion,
    changes: Option<Difference>,
    lang: Lang,
}

impl<'a> Draft<'a> {
    fn new(
        store: &Store,
        settings: &Settings,
        request: &'a Request<'a>,
        dress: Dress,
        period: Period,
        analysis: Analysis,
    ) -> Result<Self> {
        files::make_folder(request.out)?;
        let rows = kpis::rows(&analysis);
        let now = archive::current(store, settings, &period, &analysis, &rows)?;
        let changes = archive::since_last(store, &now)?;
        Ok(Self {
            request,
            dress,
            period,
            analysis,
            rows,
            now,
            changes,
            lang: request.lang.unwrap_or(settings.lang),
        })
    }

    fn document(&self, is_archived: bool) -> Document {
        let mut document = document_of(&self.period, &self.analysis, self.lang);
        if let Some(changes) = &self.changes {
            document.pages.push(changes_page(changes, self.lang));
        }
        if !is_archived {
            let note = i18n::text(self.lang, "report-meta-not-archived", &[]);
            document.meta.push(note);
        }
        self.dress.put_on(&mut document);
        document
    }

    /// Writes the files, their bytes in the order of the forms, and keeps in the archive what was handed out.
    fn hand_out(&self, forms: Vec<Vec<u8>>, archive: Archive<'_>) -> Result<Reported> {
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
        let (number, not_archived) = match archive {
            Archive::Open(store, settings) => {
                let names: Vec<(&str, String)> =
                    written.iter().map(|(f, n, _)| (*f, n.clone())).collect();
                let lang = short(self.lang);
                write_kpis(store, &self.rows, &self.analysis)?;
                let number = archive::keep(store, settings, &self.now, &self.rows, lang, &names)?;
                (Some(number), None)
            }
            Archive::Closed(why) => (None, Some(why)),
        };
        let files: Vec<PathBuf> = written.into_iter().map(|(_, _, path)| path).collect();
        Ok(Reported {
            report: files.first().cloned().unwrap_or_default(),
            files,
            kind: self.request.kind.as_str(),
            period: self.period.name(),
            number,
            not_archived,
            changes: self.changes.clone(),
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

/// The report of a kind of period.
fn document_of(period: &Period, analysis: &Analysis, lang: Lang) -> Document {
    match period.kind {
        PeriodKind::Month => month_report(analysis, lang),
        PeriodKind::Year => year_report(analysis, lang),
    }
}
