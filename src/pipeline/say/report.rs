//! What the report commands found, in words.

use std::path::PathBuf;

use super::{Out, filled};
use crate::analysis::Difference;
use crate::i18n;
use crate::pipeline::report::Reported;
use crate::report::{causes, changes_title, moved};
use crate::types::Lang;

pub(in crate::pipeline) fn reported(out: &mut Out, lang: Lang, reported: &Reported) {
    for path in &reported.files {
        let args = [("path", path.display().to_string())];
        let key = match reported.kind {
            "year" => "said-report-year",
            _ => "said-report",
        };
        out.line(&filled(lang, key, &args));
    }
    if let Some(why) = reported.not_archived {
        let args = [("why", i18n::text(lang, &format!("said-why-{why}"), &[]))];
        out.line(&filled(lang, "said-not-archived", &args));
    }
    if let Some(changes) = &reported.changes {
        changed(out, lang, changes);
    }
}

/// What moved, and why.
pub(in crate::pipeline) fn changed(out: &mut Out, lang: Lang, difference: &Difference) {
    out.line(&changes_title(difference, lang));
    for row in moved(difference, lang).rows {
        let cells: Vec<&str> = row.iter().map(|c| c.text.as_str()).collect();
        if let [label, before, after, by] = cells[..] {
            out.line(&format!("  {label}  {before} → {after}  ({by})"));
        }
    }
    for cause in causes(difference, lang) {
        out.line(&format!("  • {cause}"));
    }
}

pub(in crate::pipeline) fn figures(out: &mut Out, lang: Lang, files: &[PathBuf]) {
    for path in files {
        let args = [("path", path.display().to_string())];
        out.line(&filled(lang, "said-figures", &args));
    }
}
