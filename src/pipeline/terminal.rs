//! The terminal: runs what was asked and says what was found. Data go to standard output, everything else to
//! standard error.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::process::{self, language_of_machine, printable};
use super::say::{self, Out};
use super::{
    Context, backtest, demo, desk, explain, export, files, generate, import, itself, keeping,
    machine_date, merge, profile, quality, report, score, status, undo_import,
};
use crate::cli::{Cli, Command, Common, ExportFormat};
use crate::generate::GenerateParams;
use crate::i18n;
use crate::import::Request;
use crate::settings::Settings;
use crate::store::Engine;
use crate::types::{Error, Lang, Result};

/// Runs the command and gives its exit status.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let lang = cli.common.lang.map_or_else(language_of_machine, Lang::from);
    let json = cli.common.json;
    process::ended(process::begin().and_then(|()| dispatch(cli)), lang, json)
}

pub(super) fn context(common: &Common, database: &Path, lang: Lang) -> Result<Context> {
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
        database: itself(database),
        settings,
        lang: common.lang.map(|_| lang),
        engine: Engine {
            threads,
            memory_limit: common.memory_limit.clone(),
            network_drive: common.network_drive,
        },
        today: common.today.unwrap_or_else(machine_date),
        is_last: true,
        lock_timeout: std::time::Duration::from_secs(common.lock_timeout),
        progress: progress(common),
    })
}

fn read_settings(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path)
        .map_err(|_| Error::usage("config-missing").with("path", path.display()))?;
    let mut settings = Settings::parse(&text, &path.display().to_string())?;
    settings.relative_to(path.parent().unwrap_or(Path::new("")))?;
    Ok(settings)
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
            write_mapping,
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
                    in_folder: false,
                })
                .collect();
            if let (Some(to), Some(first)) = (&write_mapping, requests.first()) {
                let settings = context.settings.clone().unwrap_or_default();
                profile::profile(first, &settings, Some(to))?;
            }
            let imported = import::import(&context, &requests, dry_run)?;
            speak.result(&imported, |out| say::imported(out, lang, &imported))
        }
        Command::UndoImport { db, dry_run } => {
            let undone = undo_import::undo_import(&context(&common, &db, lang)?, dry_run)?;
            speak.result(&undone, |out| undo_import::say(out, lang, &undone))
        }
        Command::Merge(command) => merge::dispatch(command, &common, speak),
        Command::Quality { db } => {
            let found = quality::quality(&context(&common, &db, lang)?)?;
            speak.result(&found, |out| quality::say(out, lang, &found))
        }
        Command::Profile {
            file,
            kind,
            mapping,
            encoding,
            sheet,
            write_mapping,
        } => {
            let settings = common.config.as_deref().map(read_settings).transpose()?;
            let request = Request {
                path: file,
                kind,
                mapping: mapping.as_deref().map(demo::read_mapping).transpose()?,
                encoding,
                sheet,
                ..Request::default()
            };
            let settings = settings.unwrap_or_default();
            let profiled = profile::profile(&request, &settings, write_mapping.as_deref())?;
            speak.result(&profiled, |out| profile::say(out, lang, &profiled))
        }
        Command::Score { db, as_of } => {
            let scored = score::score(&context(&common, &db, lang)?, as_of)?;
            speak.result(&scored, |out| say::scored(out, lang, &scored))
        }
        Command::List(_)
        | Command::Record { .. }
        | Command::Task(_)
        | Command::Register(_)
        | Command::Campaign(_)
        | Command::Uplift { .. } => desk::dispatch(cli.command, &common, speak),
        Command::Report(command) => report::dispatch(command, &common, speak),
        Command::Explain { key, db, reveal } => {
            let context = context(&common, &db, lang)?;
            let explained = explain::explain(&context, &key, lang, reveal)?;
            speak.result(&json!({ "units": explained }), |out| {
                say::explain::explained(out, lang, &explained)
            })
        }
        Command::Export {
            table,
            db,
            format,
            out,
            reveal,
            for_analysis,
            purpose,
        } => {
            let context = context(&common, &db, lang)?;
            let reveal = match (reveal, for_analysis) {
                (true, _) => export::Reveal::Full,
                (_, true) => export::Reveal::Analysis(purpose),
                _ => export::Reveal::Masked,
            };
            if common.json && out.is_none() {
                let mut rows = Vec::new();
                export::export(
                    &context,
                    &table,
                    ExportFormat::Json,
                    None,
                    &reveal,
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
                &reveal,
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
        Command::Backtest {
            db,
            cutoff,
            horizon_days,
            rows,
        } => {
            let context = context(&common, &db, lang)?;
            let found = backtest::backtest(&context, cutoff, horizon_days, rows.as_deref())?;
            speak.result(&found, |out| {
                say::backtest::backtested(out, lang, &found, rows.as_deref());
            })
        }
        Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Compact { .. }
        | Command::Erase { .. }
        | Command::Purge { .. }
        | Command::Hold { .. }
        | Command::Subject { .. }
        | Command::Doctor { .. }
        | Command::Inventory { .. }
        | Command::Audit(_) => keeping::dispatch(cli.command, &common, speak),
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
pub(super) struct Speak {
    pub(super) lang: Lang,
    json: bool,
    quiet: bool,
}

impl Speak {
    pub(super) fn result(
        self,
        value: &impl serde::Serialize,
        text: impl FnOnce(&mut Out),
    ) -> Result<()> {
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
