//! What is said of customers that look like one person, on the terminal and as CSV.

use super::{Accepted, Listed, Pair, Side, Undone};
use crate::i18n;
use crate::pipeline::export::csv_field;
use crate::pipeline::say::{Out, filled, n};
use crate::types::Lang;

/// Pairs told on the terminal; a file holds all.
const MOST: usize = 40;

pub(super) fn listed(out: &mut Out, lang: Lang, found: &Listed) {
    let count = |pairs: &[Pair]| n(pairs.len() as u64);
    let args = [
        ("open", count(&found.proposals)),
        ("decided", count(&found.decided)),
    ];
    out.line(&filled(lang, "said-merge", &args));
    if let Some(path) = &found.file {
        let args = [("path", path.display().to_string())];
        out.line(&filled(lang, "said-merge-file", &args));
        return;
    }
    for pair in found.proposals.iter().take(MOST) {
        out.line(&line(lang, pair));
    }
    more(out, lang, found.proposals.len());
    if !found.decided.is_empty() {
        out.line(&i18n::text(lang, "said-merge-decided", &[]));
        for pair in found.decided.iter().take(MOST) {
            let day = pair
                .decided_on
                .map_or_else(String::new, |d| format!(" · {d}"));
            out.line(&format!("{}{day}", line(lang, pair)));
        }
        more(out, lang, found.decided.len());
    }
    if !found.proposals.is_empty() {
        out.line(&i18n::text(lang, "said-merge-next", &[]));
    }
}

fn more(out: &mut Out, lang: Lang, count: usize) {
    if let Some(rest) = count.checked_sub(MOST).filter(|rest| *rest > 0) {
        let args = [("count", n(rest as u64))];
        out.line(&filled(lang, "said-merge-more", &args));
    }
}

/// `3k9f2mx7qa  ●●●○  王** 138****0001 ← 王** 139****0002 · same phone 138****0001, same name`.
fn line(lang: Lang, pair: &Pair) -> String {
    let marks: String = (1..=4)
        .map(|i| if i <= pair.evidence { '●' } else { '○' })
        .collect();
    let why: Vec<String> = pair
        .why
        .iter()
        .map(|w| i18n::text(lang, &format!("merge-why-{w}"), &[]))
        .collect();
    let shared = if pair.shared.is_empty() {
        String::new()
    } else {
        format!(" ({})", i18n::listed(lang, &pair.shared))
    };
    format!(
        "  {}  {marks}  {} ← {} · {}{shared}",
        pair.id,
        side(&pair.keeps),
        side(&pair.merges),
        i18n::listed(lang, &why)
    )
}

fn side(side: &Side) -> String {
    let parts = [&side.name, &side.phone, &side.customer_no];
    let parts: Vec<&str> = parts
        .into_iter()
        // A short number is hidden whole.
        .filter(|p| p.chars().any(|c| c != '*'))
        .map(String::as_str)
        .collect();
    parts.join(" ")
}

/// All pairs as a table: proposals, then decisions.
pub(super) fn csv(found: &Listed) -> String {
    let mut text = String::from(
        "merge_id,state,evidence,why,shared,kept_name,kept_phone,kept_customer_no,kept_store,\
         merged_name,merged_phone,merged_customer_no,merged_store,decided_on\n",
    );
    let states = [("open", &found.proposals), ("accepted", &found.decided)];
    for (state, pair) in states
        .iter()
        .flat_map(|(s, pairs)| pairs.iter().map(move |p| (*s, p)))
    {
        let mut cells = vec![
            pair.id.clone(),
            state.to_owned(),
            pair.evidence.to_string(),
            pair.why.join(" "),
            pair.shared.join(" "),
        ];
        for side in [&pair.keeps, &pair.merges] {
            let parts = [&side.name, &side.phone, &side.customer_no, &side.store];
            cells.extend(parts.map(Clone::clone));
        }
        cells.push(pair.decided_on.map_or_else(String::new, |d| d.to_string()));
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            // The evidence is a number.
            csv_field(&mut text, cell, at != 2);
        }
        text.push('\n');
    }
    text
}

pub(super) fn accepted(out: &mut Out, lang: Lang, made: &Accepted) {
    let args = [
        ("count", n(made.accepted.len() as u64)),
        ("open", n(made.open)),
    ];
    out.line(&filled(lang, "said-merge-accepted", &args));
    for (key, ids) in [
        ("said-merge-known", &made.known),
        ("said-merge-left", &made.left),
    ] {
        if !ids.is_empty() {
            let args = [
                ("count", n(ids.len() as u64)),
                ("ids", i18n::listed(lang, &ids[..ids.len().min(10)])),
            ];
            out.line(&filled(lang, key, &args));
        }
    }
    if !made.accepted.is_empty() {
        out.line(&i18n::text(lang, "said-merge-score", &[]));
    }
}

pub(super) fn undone(out: &mut Out, lang: Lang, made: &Undone) {
    let args = [
        ("count", n(made.undone.len() as u64)),
        ("left", n(made.in_force)),
    ];
    out.line(&filled(lang, "said-merge-undone", &args));
    out.line(&i18n::text(lang, "said-merge-score", &[]));
}
