//! Printed sheets: the form that only builds with the feature `pdf` have.

use super::report::forms::read_named;
use crate::follow_up::paper::Paper;
use crate::settings::Settings;
use crate::types::{Error, Result};

/// The paper as PDF.
///
/// # Errors
/// When the font of the settings cannot be read, or this build lacks the form.
pub(super) fn print(paper: &Paper, settings: &Settings) -> Result<Vec<u8>> {
    let path = &settings.report.font_path;
    let font = read_named(path, "report.font_path")?;
    set(paper, font.as_deref()).map_err(|e| match e.key {
        "font-unreadable" => e.with("path", path),
        _ => e,
    })
}

#[cfg(feature = "pdf")]
fn set(paper: &Paper, font: Option<&[u8]>) -> Result<Vec<u8>> {
    crate::report::render_paper(paper, font)
}

#[cfg(not(feature = "pdf"))]
fn set(_paper: &Paper, _font: Option<&[u8]>) -> Result<Vec<u8>> {
    Err(Error::usage("pdf-not-built"))
}

/// Says at once that this build lacks the form, before any work is done for it.
///
/// # Errors
/// When it does.
pub(super) fn printable() -> Result<()> {
    if cfg!(feature = "pdf") {
        Ok(())
    } else {
        Err(Error::usage("pdf-not-built"))
    }
}
