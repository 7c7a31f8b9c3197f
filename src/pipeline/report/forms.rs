//! The forms of a report: one document, one file each.

use std::fs;

use crate::cli::ReportFormat;
use crate::report::{Document, Logo, render_html, render_xlsx};
use crate::settings::Settings;
use crate::types::{Error, Result};

impl ReportFormat {
    /// Ending of the file, and name in the table `reports`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReportFormat::Html => "html",
            ReportFormat::Pdf => "pdf",
            ReportFormat::Xlsx => "xlsx",
        }
    }
}

/// What a document looks like beyond its words.
pub(super) struct Dress {
    logo: Option<Logo>,
    font: Option<Vec<u8>>,
}

impl Dress {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// When one is missing, or the picture is none.
    pub(super) fn read(settings: &Settings, formats: &[ReportFormat]) -> Result<Self> {
        let report = &settings.report;
        let logo = read_named(&report.logo_path, "report.logo_path")?
            .map(Logo::new)
            .transpose()
            .map_err(|e| e.with("path", &report.logo_path))?;
        // Only this form is set with fonts of our own.
        let font = if formats.contains(&ReportFormat::Pdf) {
            read_named(&report.font_path, "report.font_path")?
        } else {
            None
        };
        Ok(Self { logo, font })
    }

    /// Gives a document the logo.
    pub(super) fn put_on(&self, document: &mut Document) {
        document.logo.clone_from(&self.logo);
    }

    /// The document in a form.
    ///
    /// # Errors
    /// When it cannot be drawn, or this build lacks the form.
    pub(super) fn render(
        &self,
        document: &Document,
        format: ReportFormat,
        settings: &Settings,
    ) -> Result<Vec<u8>> {
        match format {
            ReportFormat::Html => render_html(document).map(String::into_bytes),
            ReportFormat::Xlsx => render_xlsx(document),
            ReportFormat::Pdf => pdf(document, self.font.as_deref()),
        }
        .map_err(|e| match e.key {
            "font-unreadable" => e.with("path", &settings.report.font_path),
            "logo-unknown" => e.with("path", &settings.report.logo_path),
            _ => e,
        })
    }
}

/// The file that a setting names; `None` where it names none.
///
/// # Errors
/// When it cannot be read.
pub(in crate::pipeline) fn read_named(path: &str, name: &'static str) -> Result<Option<Vec<u8>>> {
    if path.is_empty() {
        return Ok(None);
    }
    fs::read(path).map(Some).map_err(|e| {
        Error::usage("report-file-missing")
            .with("path", path)
            .with("name", name)
            .because(e.kind())
    })
}

#[cfg(feature = "pdf")]
fn pdf(document: &Document, font: Option<&[u8]>) -> Result<Vec<u8>> {
    crate::report::render_pdf(document, font)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_document: &Document, _font: Option<&[u8]>) -> Result<Vec<u8>> {
    Err(Error::usage("pdf-not-built"))
}
