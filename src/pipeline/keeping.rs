//! The commands that look after the file and the people in it, and what they say.

use super::say::{self, Out, filled};
use super::terminal::{Speak, context};
use super::{audit, copies, doctor, erase, inventory, itself, key, purge, subject};
use serde_json::json;

use crate::cli::{AuditCommand, Command, Common};
use crate::i18n;
use crate::types::{Error, Lang, Result};

/// Runs one of these commands.
pub(super) fn dispatch(command: Command, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    match command {
        Command::Backup { db, out } => {
            let made = copies::backup(&context(common, &db, lang)?, out.as_deref())?;
            speak.result(&made, |out| {
                backed_up(out, lang, &made);
                let key = key::path_of(&itself(&db));
                if key.exists() {
                    out.line(&filled(
                        lang,
                        "said-backup-key",
                        &[("path", key.display().to_string())],
                    ));
                }
            })
        }
        Command::Restore { backup, db } => {
            let made = copies::restore(&context(common, &db, lang)?, &backup)?;
            speak.result(&made, |out| restored(out, lang, &made))
        }
        Command::Compact { db } => {
            let made = copies::compact(&context(common, &db, lang)?)?;
            speak.result(&made, |out| {
                let args = [
                    ("before", megabytes(made.before)),
                    ("after", megabytes(made.after)),
                ];
                out.line(&filled(lang, "said-compacted", &args));
            })
        }
        Command::Erase {
            key,
            db,
            lift: true,
            ..
        } => {
            let lifted = erase::lift(&context(common, &db, lang)?, &key)?;
            speak.result(&json!({ "lifted": lifted }), |out| {
                out.line(&i18n::text(lang, "said-erase-lifted", &[]));
            })
        }
        Command::Erase {
            key,
            db,
            all,
            dry_run,
            ..
        } => {
            let made = erase::erase(&context(common, &db, lang)?, &key, all, dry_run)?;
            speak.result(&made, |out| erased(out, lang, &made))
        }
        Command::Purge {
            db,
            older_than,
            dry_run,
        } => {
            let made = purge::purge(&context(common, &db, lang)?, older_than, dry_run)?;
            speak.result(&made, |out| purge::say_purged(out, lang, &made))
        }
        Command::Hold {
            key,
            db,
            until,
            lift,
        } => {
            let made = purge::hold(&context(common, &db, lang)?, key.as_deref(), until, lift)?;
            speak.result(&made, |out| purge::say_held(out, lang, &made))
        }
        Command::Subject { key, db } => {
            let found = subject::subject(&context(common, &db, lang)?, &key, lang)?;
            speak.result(&found, |out| held(out, lang, &found))
        }
        Command::Doctor { db } => {
            let found = doctor::doctor(&context(common, &db, lang)?)?;
            speak.result(&found, |out| examined(out, lang, &found))?;
            match found.state {
                doctor::State::Bad => Err(Error::data("doctor-found").with("path", db.display())),
                _ => Ok(()),
            }
        }
        Command::Inventory { db } => {
            let found = inventory::inventory(&context(common, &db, lang)?)?;
            speak.result(&found, |out| inventory::say(out, lang, &found))
        }
        Command::Audit(AuditCommand::Verify { db }) => {
            let verified = audit::verify(&itself(&db))?;
            speak.result(&verified, |out| audited(out, lang, &verified))?;
            if verified.faults.is_empty() {
                Ok(())
            } else {
                Err(Error::data("audit-broken").with("faults", verified.faults.len()))
            }
        }
        _ => Err(Error::internal("not a command of this kind")),
    }
}

fn examined(out: &mut Out, lang: Lang, found: &doctor::Examined) {
    for check in &found.checks {
        let mark = match check.state {
            doctor::State::Good => "●",
            doctor::State::Watch => "▲",
            doctor::State::Bad => "■",
        };
        out.line(&format!("{mark} {}", i18n::reason(lang, &check.seen)));
    }
}

fn backed_up(out: &mut Out, lang: Lang, made: &copies::BackedUp) {
    let path = ("path", made.file.display().to_string());
    if made.unchanged {
        out.line(&filled(lang, "said-backup-unchanged", &[path]));
        return;
    }
    let rows: u64 = made.manifest.tables.iter().map(|t| t.rows).sum();
    let args = [
        path,
        ("mb", megabytes(made.manifest.bytes)),
        ("rows", say::n(rows)),
        ("tables", say::n(made.manifest.tables.len() as u64)),
    ];
    out.line(&filled(lang, "said-backup", &args));
}

fn restored(out: &mut Out, lang: Lang, made: &copies::Restored) {
    let args = [
        ("path", made.from.display().to_string()),
        ("imports", say::n(made.imports)),
    ];
    out.line(&filled(lang, "said-restored", &args));
    if let Some(kept) = &made.replaced {
        out.line(&filled(
            lang,
            "said-restored-kept",
            &[("path", kept.display().to_string())],
        ));
    }
    if !made.is_proven {
        out.line(&i18n::text(lang, "said-restored-unproven", &[]));
    }
    if made.unread {
        out.line(&i18n::text(lang, "said-restored-unread", &[]));
    }
}

fn erased(out: &mut Out, lang: Lang, made: &erase::Erased) {
    let args = [
        ("customers", made.customers.to_string()),
        ("vehicles", made.vehicles.to_string()),
        ("code", made.code.chars().take(16).collect()),
        ("on", made.on.to_string()),
    ];
    let key = if made.dry_run {
        "said-erase-dry-run"
    } else {
        "said-erased"
    };
    out.line(&filled(lang, key, &args));
    for (table, rows) in &made.rows {
        out.line(&format!("  {table}: {}", say::n(*rows)));
    }
    if made.refused_rows > 0 {
        out.line(&filled(
            lang,
            "said-erased-refused",
            &[("rows", say::n(made.refused_rows))],
        ));
    }
    for path in &made.elsewhere {
        out.line(&filled(
            lang,
            "said-erased-elsewhere",
            &[("path", path.display().to_string())],
        ));
    }
    if made.other_names > 0 {
        let args = [("count", say::n(made.other_names))];
        out.line(&filled(lang, "said-erased-names", &args));
    }
    if !made.dry_run {
        out.line(&i18n::text(lang, "said-erased-next", &[]));
    }
}

fn held(out: &mut Out, lang: Lang, found: &subject::Subject) {
    for (table, rows) in &found.held {
        for row in rows.as_array().into_iter().flatten() {
            let cells: Vec<String> = row
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(_, v)| !v.is_null())
                .map(|(n, v)| match v {
                    serde_json::Value::String(text) => format!("{n} {text}"),
                    other => format!("{n} {other}"),
                })
                .collect();
            out.line(&format!("{table}: {}", cells.join(" · ")));
        }
    }
    say::explain::explained(out, lang, &found.explained);
}

fn audited(out: &mut Out, lang: Lang, verified: &audit::Verified) {
    let args = [
        ("entries", say::n(verified.entries)),
        ("torn", say::n(verified.torn)),
        ("unchained", say::n(verified.unchained)),
    ];
    out.line(&filled(lang, "said-audit", &args));
    for (line, fault) in &verified.faults {
        out.line(&filled(
            lang,
            &format!("said-audit-{fault}"),
            &[("line", line.to_string())],
        ));
    }
}

/// Bytes as megabytes, for the eye.
#[expect(clippy::cast_precision_loss, reason = "a size for the eye")]
fn megabytes(bytes: u64) -> String {
    i18n::number(bytes as f64 / f64::from(1 << 20), 1)
}
