//! The undo-import command: the last import back out, as if it had never been.

use super::say::{self, Out, filled};
use super::{Context, audit};
use crate::i18n;
use crate::import::undo::{self, Undone};
use crate::store::Access;
use crate::types::{Lang, Result};

/// What was taken back.
#[derive(Debug, serde::Serialize)]
pub struct TakenBack {
    /// What was taken back.
    #[serde(flatten)]
    pub undone: Undone,
    /// True where nothing was changed.
    pub dry_run: bool,
}

/// Takes back the last run of the import command, all its files; with `dry_run`, only says what that would do.
///
/// # Errors
/// When there is none that can be taken back, or another process holds the database.
pub fn undo_import(context: &Context, dry_run: bool) -> Result<TakenBack> {
    let (store, _) = context.open(Access::Write)?;
    let undone = if dry_run {
        store.rehearse(undo::undo_last)?
    } else {
        let undone = store.transaction(undo::undo_last)?;
        store.checkpoint()?;
        let facts = serde_json::json!({ "files": undone.files.len(), "tables": undone.tables });
        audit::note(&context.database, "undo-import", facts)?;
        undone
    };
    Ok(TakenBack { undone, dry_run })
}

/// Says what was taken back.
pub(super) fn say(out: &mut Out, lang: Lang, taken: &TakenBack) {
    if taken.dry_run {
        out.line(&i18n::text(lang, "said-dry-run", &[]));
    }
    for file in &taken.undone.files {
        let args = [
            ("file", file.file.clone()),
            (
                "kind",
                i18n::text(lang, &format!("kind-{}", file.kind), &[]),
            ),
            ("id", file.import_id.to_string()),
            ("records", say::n(file.records)),
        ];
        out.line(&filled(lang, "said-undone", &args));
    }
    for table in &taken.undone.tables {
        let args = [
            ("table", table.table.clone()),
            ("removed", say::n(table.removed)),
            ("restored", say::n(table.restored)),
        ];
        out.line(&filled(lang, "said-undone-table", &args));
    }
    let left = [("left", say::n(taken.undone.left))];
    out.line(&filled(lang, "said-undone-left", &left));
    if !taken.dry_run {
        out.line(&i18n::text(lang, "said-undone-next", &[]));
    }
}
