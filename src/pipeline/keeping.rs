//! The commands that look after the file and the people in it, and what they say.

use super::say::{self, Out, filled};
use super::terminal::{Speak, context};
use super::{audit, copies, key};
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
                let key = key::path_of(&db);
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
        Command::Audit(AuditCommand::Verify { db }) => {
            let verified = audit::verify(&db)?;
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
