//! The report commands as they are typed.

use serde_json::json;

use super::super::say::report as say;
use super::super::terminal::{Speak, context};
use super::{PeriodKind, Request, compare, figures, report};
use crate::cli::{Common, LangArg, ReportCommand};
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
            langs,
        } => {
            let formats = once_each(&format);
            let requests = languages(&langs, common).map(|asked| Request {
                kind: PeriodKind::Month,
                start: month,
                out: &out,
                lang: asked,
                formats: &formats,
                names_language: !langs.is_empty(),
            });
            let requests: Vec<Request<'_>> = requests.collect();
            let reported = report(&context(common, &db, lang)?, &requests)?;
            speak.result(&reported, |out| say::reported(out, lang, &reported))
        }
        ReportCommand::Year {
            db,
            year,
            out,
            format,
            langs,
        } => {
            let formats = once_each(&format);
            let requests = languages(&langs, common).map(|asked| Request {
                kind: PeriodKind::Year,
                start: year,
                out: &out,
                lang: asked,
                formats: &formats,
                names_language: !langs.is_empty(),
            });
            let requests: Vec<Request<'_>> = requests.collect();
            let reported = report(&context(common, &db, lang)?, &requests)?;
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

/// The languages that were asked for; one that the settings decide where none was.
fn languages(langs: &[LangArg], common: &Common) -> impl Iterator<Item = Option<Lang>> + use<> {
    let mut asked: Vec<Option<Lang>> = once_each(langs)
        .into_iter()
        .map(|lang| Some(lang.into()))
        .collect();
    if asked.is_empty() {
        asked.push(common.lang.map(Lang::from));
    }
    asked.into_iter()
}

/// What was asked for, in its order, each once.
fn once_each<T: Copy + PartialEq>(asked: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    for one in asked {
        if !once.contains(one) {
            once.push(*one);
        }
    }
    once
}
