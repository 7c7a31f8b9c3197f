//! What came of a returned list, in words.

use super::Recorded;
use crate::i18n;
use crate::pipeline::say::{Out, filled, n};
use crate::types::Lang;

/// What came of it, in words.
pub(in crate::pipeline) fn say(out: &mut Out, lang: Lang, said: &Recorded) {
    let rows = |count: usize| n(count as u64);
    let line = filled(
        lang,
        "said-record",
        &[
            ("file", said.file.clone()),
            ("rows", rows(said.rows)),
            ("filled", rows(said.filled)),
            ("recorded", rows(said.recorded)),
            ("unchanged", rows(said.unchanged)),
            ("completed", rows(said.completed)),
            ("replaced", rows(said.replaced)),
            ("refused", rows(said.refused)),
        ],
    );
    out.line(&line);
    let line = filled(
        lang,
        "said-record-effects",
        &[
            ("opt_outs", rows(said.opt_outs)),
            ("promises", rows(said.promises)),
            ("wrong_numbers", rows(said.wrong_numbers)),
            ("done", n(said.done)),
        ],
    );
    out.line(&line);
    for slip in &said.slips {
        let args = [
            ("sheet", slip.sheet.clone()),
            ("row", slip.row.to_string()),
            ("column", slip.column.clone()),
            ("value", slip.value.clone()),
            (
                "reason",
                i18n::text(lang, &format!("record-slip-{}", slip.reason), &[]),
            ),
        ];
        out.line(&filled(lang, "said-record-slip", &args));
    }
    for conflict in &said.conflicts {
        let args = [
            ("sheet", conflict.sheet.clone()),
            ("row", conflict.row.to_string()),
            ("before", conflict.was.in_short(lang)),
            ("now", conflict.is.in_short(lang)),
        ];
        out.line(&filled(lang, "said-record-conflict", &args));
    }
}
