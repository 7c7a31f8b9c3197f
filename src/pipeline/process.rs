//! The process around a command: the language before anything is parsed, signals, and how errors end it with a
//! message, a next step and an exit status.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, Ordering};

use clap::ValueEnum;
use serde_json::json;

use super::say::Out;
use super::{copies, files, system};
use crate::cli::LangArg;
use crate::i18n;
use crate::types::{Error, Exit, Lang, Result};

/// The signal that asked us to stop; 0: none.
static STOPPED_BY: AtomicI32 = AtomicI32::new(0);

/// The language of help and of errors in the command line itself: `--lang` where it stands, else the
/// environment, else Chinese.
pub fn language_before_parsing(args: impl Iterator<Item = OsString>) -> Lang {
    let args: Vec<String> = args.map(|a| a.to_string_lossy().into_owned()).collect();
    let said = args
        .iter()
        .enumerate()
        .find_map(|(i, a)| match a.strip_prefix("--lang=") {
            Some(value) => Some(value.to_owned()),
            None if a == "--lang" => args.get(i + 1).cloned(),
            None => None,
        });
    match said.and_then(|s| LangArg::from_str(&s, true).ok()) {
        Some(lang) => lang.into(),
        None => language_of_machine(),
    }
}

/// Parses a file where this process was started for that alone, by another one of its kind.
pub fn parse_file(mut args: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let job = crate::import::Job::named(&args.nth(1)?)?;
    let (Some(path), Some(memory)) = (args.next(), args.next()) else {
        return Some(ExitCode::from(Exit::Usage as u8));
    };
    let memory = memory.to_string_lossy().parse().unwrap_or(0);
    let out = std::io::stdout().lock();
    let parsed = begin().is_ok()
        && job
            .run_here(std::path::Path::new(&path), memory, out)
            .is_ok();
    Some(ExitCode::from(u8::from(!parsed)))
}

/// `LC_ALL`, `LC_MESSAGES` or `LANG` of the machine: English where it names English, else Chinese.
pub(super) fn language_of_machine() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    match set {
        Some(value) if value.starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// Help and version go to standard output with status 0; what clap refuses is wrong use.
#[must_use]
pub fn wrong_use(error: &clap::Error, lang: Lang) -> ExitCode {
    use clap::error::ErrorKind;
    let mut out = Out::stdout();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            out.raw(&error.render().to_string());
            ExitCode::SUCCESS
        }
        _ => {
            let json = std::env::args_os().any(|a| a == "--json");
            if let Some(error) = no_such_day(error) {
                return fail(&error, lang, json);
            }
            let rendered = error.render().to_string();
            if json {
                let first = rendered.lines().next().unwrap_or_default();
                let text = first.trim_start_matches("error: ");
                return fail(&Error::usage("usage").with("text", text), lang, json);
            }
            let text = printable(rendered.trim_end());
            let mut err = Out::stderr();
            if lang == Lang::Zh {
                err.line(&i18n::text(lang, "wrong-use", &[]));
            }
            err.line(&text);
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

/// The refusal of a date or a month, in words of our own: clap's would quote the form for a day that no calendar has.
fn no_such_day(error: &clap::Error) -> Option<Error> {
    use clap::error::{ContextKind, ContextValue};
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let form = std::error::Error::source(error)?.to_string();
    if !form.starts_with("YYYY") {
        return None;
    }
    let value = text(ContextKind::InvalidValue)?;
    let has_form = value.len() == form.len()
        && value.bytes().zip(form.bytes()).all(|(v, f)| {
            if f == b'-' {
                v == b'-'
            } else {
                v.is_ascii_digit()
            }
        });
    let key = if has_form { "no-such-day" } else { "bad-day" };
    let option = text(ContextKind::InvalidArg)?;
    let option = option.split(' ').next().unwrap_or_default();
    Some(
        Error::usage(key)
            .with("option", option)
            .with("value", value)
            .with("form", form),
    )
}

/// What every run begins with: files for their owner alone, no picture of memory left behind, signals heard.
pub(super) fn begin() -> Result<()> {
    system::be_private();
    listen_for_signals()
}

/// The status that the run ends with.
pub(super) fn ended(result: Result<()>, lang: Lang, json: bool) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match STOPPED_BY.load(Ordering::SeqCst) {
            0 => fail(&error, lang, json),
            signal => {
                fail(&Error::new(Exit::Interrupted, "interrupted"), lang, json);
                ExitCode::from(u8::try_from(128 + signal).unwrap_or(130))
            }
        },
    }
}

/// The first signal ends the run: what was begun is never committed, so the file stays as it was.
fn listen_for_signals() -> Result<()> {
    system::on_signal(|signal| {
        STOPPED_BY.store(signal, Ordering::SeqCst);
        super::stop_running_query();
        // A query stops at once; where none runs, a moment later the process ends all the same.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        signal_hook::low_level::exit(128 + signal);
    })
}

/// An error with what its next step can name: the backup of a damaged database, the room that a full disk lacks.
fn with_next_step(error: &Error) -> Error {
    let error = error.clone();
    let Some((_, path)) = error.args.iter().find(|(name, _)| *name == "path") else {
        return error;
    };
    let path = PathBuf::from(path);
    match error.key {
        "database-corrupt" | "database-wal" => match copies::backups(&path).pop() {
            Some(backup) => error.with("backup", backup.display()),
            None => error,
        },
        "disk-full" => {
            let free = system::free_space(files::folder_of(&path));
            let size = std::fs::metadata(&path).map(|found| found.len());
            match (free, size) {
                (Some(free), Ok(size)) => error
                    .with("free", free >> 20)
                    .with("size", size.div_ceil(1 << 20)),
                _ => error,
            }
        }
        _ => error,
    }
}

fn fail(error: &Error, lang: Lang, json: bool) -> ExitCode {
    let error = &with_next_step(error);
    let (message, hint) = i18n::error(lang, error);
    let mut err = Out::stderr();
    if json {
        let args: serde_json::Map<String, serde_json::Value> = error
            .args
            .iter()
            .map(|(n, v)| ((*n).to_owned(), json!(v)))
            .collect();
        err.line(
            &json!({ "code": error.key, "message": message, "hint": hint, "args": args })
                .to_string(),
        );
    } else {
        err.line(&format!(
            "{}: {}",
            i18n::text(lang, "word-error", &[]),
            printable(&message)
        ));
        if let Some(hint) = hint {
            err.line(&format!("  → {}", printable(&hint)));
        }
    }
    ExitCode::from(error.exit as u8)
}

/// Text without control and direction characters, which could rewrite the terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !i18n::is_invisible(*c))
        .collect()
}
