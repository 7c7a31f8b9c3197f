//! The report commands as they are typed.

use serde_json::json;

use super::super::say::report as say;
use super::super::terminal::{Speak, context};
use super::{PeriodKind, Request, compare, figures, report};
use crate::cli::{Common, ReportCommand, ReportFormat};
use crate::types::{Lang, Result};

/// Runs one of them.
///
/// # Errors
/// Those of the command.
pub(in crate::pipeline) fn dispatch(
    command: ReportCommand,
    common: &Common,
    speak: Speak,
) -> Result<()> {
    let lang = speak.lang;
    match command {
        ReportCommand::Month {
            db,
            month,
            out,
            format,
        } => {
            let request = Request {
                kind: PeriodKind::Month,
                start: month,
                out: &out,
                lang: common.lang.map(Lang::from),
                formats: &once_each(&format),
            };
            let reported = report(&context(common, &db, lang)?, &request)?;
            speak.result(&reported, |out| say::reported(out, lang, &reported))
        }
        ReportCommand::Year {
            db,
            year,
            out,
            format,
        } => {
            let request = Request {
                kind: PeriodKind::Year,
                start: year,
                out: &out,
                lang: common.lang.map(Lang::from),
                formats: &once_each(&format),
            };
            let reported = report(&context(common, &db, lang)?, &request)?;
            speak.result(&reported, |out| say::reported(out, lang, &reported))
        }
        ReportCommand::Diff { before, after, db } => {
            let found = compare(&context(common, &db, lang)?, &before, after.as_deref())?;
            speak.result(&found, |out| say::changed(out, lang, &found))
        }
        ReportCommand::Figures {
            db,
            month,
            year,
            out,
            format,
        } => {
            let context = context(common, &db, lang)?;
            let (kind, start) = match year {
                Some(year) => (PeriodKind::Year, Some(year)),
                None => (PeriodKind::Month, month),
            };
            let files = figures(&context, kind, start, &out, format)?;
            speak.result(&json!({ "files": files }), |out| {
                say::figures(out, lang, &files)
            })
        }
    }
}

/// The forms in the order in which they were asked for, each once.
fn once_each(formats: &[ReportFormat]) -> Vec<ReportFormat> {
    let mut once = Vec::new();
    for format in formats {
        if !once.contains(format) {
            once.push(*format);
        }
    }
    once
}
