//! The terminal: runs what was asked, says what was found, and turns errors into a message, a next step and
//! an exit status. Data go to standard output, everything else to standard error.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, Ordering};

use clap::ValueEnum;
use serde_json::json;

use super::say::{self, Out};
use super::{
    Context, demo, explain, export, files, generate, import, lists, machine_date, report, score,
    status,
};
use crate::cli::{Cli, Command, Common, ExportFormat, LangArg, ReportCommand};
use crate::generate::GenerateParams;
use crate::i18n;
use crate::import::Request;
use crate::settings::Settings;
use crate::store::Engine;
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

/// `LC_ALL`, `LC_MESSAGES` or `LANG` of the machine: English where it names English, else Chinese.
fn language_of_machine() -> Lang {
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
            let rendered = error.render().to_string();
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

/// Runs the command and gives its exit status.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    // Everything that is written is for its owner alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let lang = cli.common.lang.map_or_else(language_of_machine, Lang::from);
    let json = cli.common.json;
    if let Err(error) = listen_for_signals() {
        return fail(&error, lang, json);
    }
    match dispatch(cli) {
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
    let mut signals = signal_hook::iterator::Signals::new([
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
    ])
    .map_err(Error::internal)?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            STOPPED_BY.store(signal, Ordering::SeqCst);
            super::stop_running_query();
            // A query stops at once; where none runs, a moment later the process ends all the same.
            std::thread::sleep(std::time::Duration::from_millis(1500));
            signal_hook::low_level::exit(128 + signal);
        }
    });
    Ok(())
}

fn fail(error: &Error, lang: Lang, json: bool) -> ExitCode {
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
        .filter(|c| {
            (!c.is_control() || *c == '\n')
                && !matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
        })
        .collect()
}

fn context(common: &Common, database: &Path, lang: Lang) -> Result<Context> {
    let threads = common.threads.map(usize::from);
    if let Some(threads) = threads {
        // A second call in one process keeps the first pool; results do not depend on it.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }
    let mut settings = common.config.as_deref().map(read_settings).transpose()?;
    if let (Some(settings), Some(lang)) = (settings.as_mut(), common.lang) {
        settings.lang = lang.into();
    }
    Ok(Context {
        database: database.to_owned(),
        settings,
        lang: common.lang.map(|_| lang),
        engine: Engine {
            threads,
            memory_limit: common.memory_limit.clone(),
        },
        today: common.today.unwrap_or_else(machine_date),
        progress: progress(common),
    })
}

fn read_settings(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path)
        .map_err(|_| Error::usage("config-missing").with("path", path.display()))?;
    Settings::parse(&text, &path.display().to_string())
}

/// A moving line on a terminal, nothing elsewhere.
fn progress(common: &Common) -> Box<dyn Fn(&str) + Send + Sync> {
    if common.quiet || common.json || !std::io::stderr().is_terminal() {
        return Box::new(|_| {});
    }
    let bar = indicatif::ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    Box::new(move |step| bar.set_message(printable(step)))
}

fn dispatch(cli: Cli) -> Result<()> {
    let common = cli.common;
    let lang = common.lang.map_or_else(language_of_machine, Lang::from);
    let speak = Speak {
        lang,
        json: common.json,
        quiet: common.quiet,
    };
    match cli.command {
        Command::Demo { out } => {
            let mut context = context(&common, &out.join("retain.duckdb"), lang)?;
            let settings = context.settings.get_or_insert_with(Settings::default);
            settings.lang = lang;
            if settings.department.is_empty() {
                settings.department = i18n::text(lang, "demo-department", &[]);
            }
            if common.today.is_none() {
                // The sample ends on a fixed day: the same bytes whenever the demo is run.
                context.today = demo::SAMPLE_TODAY;
            }
            files::make_folder(&out)?;
            let made = demo::demo(&context, &out, lang)?;
            speak.result(&made, |out| say::made(out, lang, &made))
        }
        Command::Init { file, force } => init(&file, force, speak),
        Command::Run { as_of } => {
            let config = common
                .config
                .clone()
                .ok_or_else(|| Error::usage("config-needed"))?;
            let mut settings = read_settings(&config)?;
            if common.lang.is_some() {
                settings.lang = lang;
            }
            let base = config.parent().map_or_else(PathBuf::new, Path::to_path_buf);
            let context = context(&common, &base.join(&settings.run.database), lang)?;
            let made = demo::run(&context, &config, &settings, as_of)?;
            speak.result(&made, |out| say::made(out, lang, &made))
        }
        Command::Import {
            files,
            db,
            kind,
            mapping,
            store,
            encoding,
            sheet,
            dry_run,
            complete,
        } => {
            let context = context(&common, &db, lang)?;
            let mapping = mapping.as_deref().map(demo::read_mapping).transpose()?;
            let requests: Vec<Request> = files
                .into_iter()
                .map(|path| Request {
                    path,
                    kind: kind.clone(),
                    mapping: mapping.clone(),
                    store: store.clone(),
                    encoding: encoding.clone(),
                    sheet: sheet.clone(),
                    complete,
                })
                .collect();
            let imported = import::import(&context, &requests, dry_run)?;
            speak.result(&imported, |out| say::imported(out, lang, &imported))
        }
        Command::Score { db, as_of } => {
            let scored = score::score(&context(&common, &db, lang)?, as_of)?;
            speak.result(&scored, |out| say::scored(out, lang, &scored))
        }
        Command::List {
            db,
            out,
            day,
            capacity,
            format,
        } => {
            let context = context(&common, &db, lang)?;
            let listed = lists::list(
                &context,
                &out,
                day,
                capacity,
                format,
                common.lang.map(Lang::from),
            )?;
            speak.result(&say::listed_json(&listed), |out| {
                say::listed(out, lang, &listed)
            })
        }
        Command::Report(ReportCommand::Month { db, month, out }) => {
            let context = context(&common, &db, lang)?;
            let path = report::month(&context, month, &out, common.lang.map(Lang::from))?;
            speak.result(&json!({ "report": path }), |out| {
                out.line(&i18n::text(
                    lang,
                    "said-report",
                    &[("path", &path.display().to_string())],
                ));
            })
        }
        Command::Explain { key, db, reveal } => {
            let context = context(&common, &db, lang)?;
            let explained = explain::explain(&context, &key, reveal)?;
            speak.result(&json!({ "units": explained }), |out| {
                say::explained(out, lang, &explained)
            })
        }
        Command::Export {
            table,
            db,
            format,
            out,
            reveal,
        } => {
            let context = context(&common, &db, lang)?;
            if common.json && out.is_none() {
                let mut rows = Vec::new();
                export::export(
                    &context,
                    &table,
                    ExportFormat::Json,
                    None,
                    reveal,
                    &mut rows,
                )?;
                let rows: Vec<serde_json::Value> = serde_json::Deserializer::from_slice(&rows)
                    .into_iter()
                    .collect::<std::result::Result<_, _>>()
                    .map_err(Error::internal)?;
                return speak.result(&json!({ "table": table, "rows": rows }), |_| {});
            }
            let mut stdout = Out::stdout();
            let rows = export::export(
                &context,
                &table,
                format,
                out.as_deref(),
                reveal,
                &mut stdout,
            )?;
            match out {
                None => Ok(()),
                Some(path) => speak.result(
                    &json!({ "table": table, "rows": rows, "file": path }),
                    |out| {
                        let args = [
                            ("rows", i18n::number(to_float(rows), 0)),
                            ("path", path.display().to_string()),
                        ];
                        out.line(&say::filled(lang, "said-export", &args));
                    },
                ),
            }
        }
        Command::Generate {
            vehicles,
            seed,
            out,
            from,
            to,
            stores,
            truth,
        } => {
            if let Some(threads) = common.threads {
                let _ = rayon::ThreadPoolBuilder::new()
                    .num_threads(usize::from(threads))
                    .build_global();
            }
            let params = GenerateParams {
                vehicles,
                seed,
                start: from,
                end: to,
                truth,
                stores,
                lang,
            };
            let said = progress(&common);
            let summary = generate::generate(&params, &out, &|n| said(&n.to_string()))?;
            let files: Vec<_> = summary
                .files
                .iter()
                .map(|f| json!({ "file": f.file, "rows": f.rows, "bytes": f.bytes }))
                .collect();
            speak.result(&json!({ "out": out, "files": files }), |say| {
                say::generated(say, lang, &summary, &out)
            })
        }
        Command::Status { db } => {
            let status = status::status(&context(&common, &db, lang)?)?;
            speak.result(&status, |out| say::status(out, lang, &status))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count for the eye")]
fn to_float(n: u64) -> f64 {
    n as f64
}

/// How results are told.
#[derive(Clone, Copy)]
struct Speak {
    lang: Lang,
    json: bool,
    quiet: bool,
}

impl Speak {
    fn result(self, value: &impl serde::Serialize, text: impl FnOnce(&mut Out)) -> Result<()> {
        let mut out = Out::stdout();
        if self.json {
            out.line(&serde_json::to_string(value).map_err(Error::internal)?);
        } else if !self.quiet {
            text(&mut out);
        }
        Ok(())
    }
}

fn init(file: &Path, force: bool, speak: Speak) -> Result<()> {
    if file.exists() && !force {
        return Err(Error::usage("file-exists").with("path", file.display()));
    }
    files::write(file, say::settings_template(speak.lang).as_bytes())?;
    speak.result(&json!({ "file": file }), |out| {
        out.line(&i18n::text(
            speak.lang,
            "said-init",
            &[("path", &file.display().to_string())],
        ));
    })
}
