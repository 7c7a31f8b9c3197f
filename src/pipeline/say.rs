//! What results look like in words: one function a result, nothing computed here.

pub(super) mod backtest;
pub(super) mod explain;
pub(super) mod report;

use std::io::{IsTerminal, Write};
use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::demo::Made;
use super::import::Imported;
use super::lists::Listed;
use super::process::printable;
use super::score::Scored;
use super::status::Status;
use crate::generate::GenerateSummary;
use crate::i18n;
use crate::types::{ChurnState, Lang, LoyaltyTier, Reason};

/// Days without an order that holidays explain.
const A_WEEK: i64 = 7;

/// Standard output or error; a closed pipe ends quietly.
pub(super) struct Out {
    to: Box<dyn Write>,
    is_terminal: bool,
}

impl Out {
    pub(super) fn stdout() -> Self {
        Self {
            is_terminal: std::io::stdout().is_terminal(),
            to: Box::new(std::io::stdout().lock()),
        }
    }

    pub(super) fn stderr() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
            to: Box::new(std::io::stderr()),
        }
    }

    /// One line, without characters that could rewrite the terminal.
    pub(super) fn line(&mut self, text: &str) {
        // Nobody is left to be told that nobody listens.
        let _ = writeln!(self.to, "{}", printable(text));
    }

    /// Text as it is, colours included.
    pub(super) fn raw(&mut self, text: &str) {
        let _ = self.to.write_all(text.as_bytes());
    }
}

impl Write for Out {
    /// Data, as they are: but to a terminal without what could rewrite it. They come in whole lines.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = if self.is_terminal {
            let shown = printable(&String::from_utf8_lossy(bytes));
            self.to.write_all(shown.as_bytes()).map(|()| bytes.len())
        } else {
            self.to.write(bytes)
        };
        match written {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.to.flush() {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// A message with values that were made here.
pub(super) fn filled(lang: Lang, id: &str, args: &[(&str, String)]) -> String {
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    i18n::text(lang, id, &args)
}

/// A count with thousands separators.
#[expect(clippy::cast_precision_loss, reason = "a count for the eye")]
pub(super) fn n(count: u64) -> String {
    i18n::number(count as f64, 0)
}

pub(super) fn imported(out: &mut Out, lang: Lang, imported: &Imported) {
    if imported.dry_run {
        out.line(&i18n::text(lang, "said-dry-run", &[]));
    }
    for file in &imported.files {
        let f = &file.fates;
        let key = if file.changes_nothing() && file.rejected == 0 {
            "said-import-nothing-new"
        } else {
            "said-import"
        };
        out.line(&filled(
            lang,
            key,
            &[
                ("file", file.file.clone()),
                (
                    "kind",
                    i18n::text(lang, &format!("kind-{}", file.kind), &[]),
                ),
                ("records", n(file.records)),
                ("loaded", n(f.loaded)),
                ("replaced", n(f.replaced)),
                ("unchanged", n(f.unchanged)),
                ("duplicate", n(f.duplicate)),
                ("rejected", n(file.rejected)),
            ],
        ));
        for (header, column) in &file.by_values {
            let args = [("header", header.clone()), ("column", column.clone())];
            out.line(&filled(lang, "said-by-values", &args));
        }
        if let Some(sheet) = &file.sheet {
            let args = [("sheet", sheet.clone())];
            out.line(&filled(lang, "said-sheet", &args));
        }
        if file.encoding != "UTF-8" {
            let args = [("encoding", file.encoding.clone())];
            out.line(&filled(lang, "said-encoding", &args));
        }
        if file.lost_characters > 0 {
            let args = [("count", n(file.lost_characters))];
            out.line(&filled(lang, "said-lost-characters", &args));
        }
        // Of a file that brought nothing new no list is kept.
        if f.mixed > 0 && !file.changes_nothing() {
            let args = [("count", n(f.mixed))];
            out.line(&filled(lang, "said-mixed", &args));
        }
        if f.contradicted > 0 && !file.changes_nothing() {
            let args = [("count", n(f.contradicted))];
            out.line(&filled(lang, "said-contradicted", &args));
            if file.kind == "work_orders" {
                out.line(&i18n::text(lang, "said-contradicted-lines", &[]));
            }
        }
        if f.removed > 0 {
            out.line(&filled(lang, "said-removed", &[("removed", n(f.removed))]));
        }
        // What is no record needs no mending, but is said.
        let asides = ["total", "header-again", "note"];
        let asides = file
            .rejected_by
            .iter()
            .filter(|(r, _)| asides.contains(&r.as_str()));
        for (reason, count) in asides {
            let args = [
                ("count", n(*count)),
                ("reason", i18n::text(lang, &format!("reject-{reason}"), &[])),
            ];
            out.line(&filled(lang, "said-rejected-by", &args));
        }
        for (line, column, reason, value) in &file.examples {
            let args = [
                ("line", line.to_string()),
                ("column", column.clone().unwrap_or_else(|| "-".to_owned())),
                ("reason", i18n::text(lang, &format!("reject-{reason}"), &[])),
                ("value", value.clone().unwrap_or_default()),
            ];
            out.line(&filled(lang, "said-reject", &args));
        }
        for (column, word, times) in file.unrecognised.iter().take(5) {
            let args = [
                ("column", column.clone()),
                ("word", word.clone()),
                ("times", n(*times)),
            ];
            out.line(&filled(lang, "said-unrecognised", &args));
        }
        if imported.dry_run {
            for (header, name) in &file.columns {
                out.line(&format!("  {header} → {name}"));
            }
        }
        if !file.unused.is_empty() {
            out.line(&filled(
                lang,
                "said-unused",
                &[("columns", i18n::listed(lang, &file.unused))],
            ));
        }
    }
    for skipped in &imported.skipped {
        let args = [
            ("file", skipped.file.clone()),
            (
                "why",
                i18n::text(lang, &format!("skipped-{}", skipped.why), &[]),
            ),
        ];
        out.line(&filled(lang, "said-skipped", &args));
    }
    for path in &imported.reject_files {
        out.line(&filled(
            lang,
            "said-reject-file",
            &[("path", path.display().to_string())],
        ));
    }
}

pub(super) fn scored(out: &mut Out, lang: Lang, scored: &Scored) {
    out.line(&filled(
        lang,
        "said-score",
        &[
            ("customers", n(scored.customers)),
            ("units", n(scored.units)),
            ("visits", n(scored.visits)),
            ("as_of", scored.as_of.to_string()),
        ],
    ));
    let count = |map: &std::collections::BTreeMap<String, u64>, name: &str| {
        map.get(name).copied().unwrap_or(0)
    };
    let tiers: Vec<String> = LoyaltyTier::ALL
        .iter()
        .map(|t| {
            format!(
                "{} {}",
                i18n::text(lang, &format!("tier-{t}"), &[]),
                n(count(&scored.tiers, t.as_str()))
            )
        })
        .collect();
    let states: Vec<String> = ChurnState::ALL
        .iter()
        .filter(|s| count(&scored.states, s.as_str()) > 0)
        .map(|s| {
            format!(
                "{} {}",
                i18n::text(lang, &format!("state-{s}"), &[]),
                n(count(&scored.states, s.as_str()))
            )
        })
        .collect();
    // The reports count persons' vehicles; here it is customers, companies among them, and the line says so.
    let of = i18n::text(lang, "said-customers", &[]);
    let (tiers, states) = (tiers.join(" · "), states.join(" · "));
    out.line(&format!("{of}  {tiers} │ {states}"));
    if let Some(reason) = &scored.no_probability {
        let why = i18n::reason(lang, &Reason::decode(reason));
        out.line(&filled(lang, "said-no-probability", &[("why", why)]));
    }
    if scored.empty_days > A_WEEK {
        out.line(&filled(
            lang,
            "said-empty-days",
            &[("days", scored.empty_days.to_string())],
        ));
    }
    if scored.unread_days > 0 {
        out.line(&filled(
            lang,
            "said-unread",
            &[("days", scored.unread_days.to_string())],
        ));
    }
}

pub(super) fn listed(out: &mut Out, lang: Lang, listed: &Listed) {
    out.line(&filled(
        lang,
        "said-list",
        &[
            ("path", listed.path.display().to_string()),
            ("rows", n(listed.list.rows.len() as u64)),
            ("withheld", n(listed.list.withheld.len() as u64)),
            ("as_of", listed.list.as_of.to_string()),
            ("day", listed.list.calling_day.to_string()),
        ],
    ));
    if listed.is_day_off {
        let day = listed.list.calling_day.to_string();
        out.line(&filled(lang, "said-list-day-off", &[("day", day)]));
    }
    for day in &listed.plan {
        out.line(&filled(
            lang,
            "said-list-day",
            &[
                ("path", day.file.display().to_string()),
                ("rows", n(day.rows as u64)),
                ("must", n(day.must as u64)),
                ("over", n(day.over as u64)),
            ],
        ));
    }
}

pub(super) fn listed_json(listed: &Listed) -> serde_json::Value {
    let why: serde_json::Map<String, serde_json::Value> = listed
        .list
        .withheld_counts()
        .into_iter()
        .map(|(why, units)| (why.key().replace("withheld-", ""), units.into()))
        .collect();
    serde_json::json!({
        "file": listed.path,
        "as_of": listed.list.as_of,
        "calling_day": listed.list.calling_day,
        "candidates": listed.list.candidates,
        "rows": listed.list.rows.len(),
        "held_out": listed.list.held_out.len(),
        "withheld": listed.list.withheld.len(),
        "withheld_why": why,
        "over_capacity": listed.list.over_capacity.values().sum::<usize>(),
        "plan": listed.plan,
    })
}

pub(super) fn made(out: &mut Out, lang: Lang, made: &Made) {
    let records: u64 = made.imported.files.iter().map(|f| f.records).sum();
    let rejected: u64 = made.imported.files.iter().map(|f| f.rejected).sum();
    out.line(&filled(
        lang,
        "said-imported-all",
        &[
            ("files", n(made.imported.files.len() as u64)),
            ("records", n(records)),
            ("rejected", n(rejected)),
        ],
    ));
    scored(out, lang, &made.scored);
    out.line("");
    let heading = if made.first_calls.is_empty() {
        "said-no-calls"
    } else {
        "said-first-calls"
    };
    out.line(&i18n::text(lang, heading, &[]));
    for (i, call) in made.first_calls.iter().enumerate() {
        // Less than a yuan is nothing that anybody calls for.
        let value = call.value.filter(|v| *v >= 0.5);
        let value = value.map_or_else(String::new, |v| {
            format!(
                " · {}",
                filled(
                    lang,
                    "said-at-stake",
                    &[
                        ("value", made.currency.plain(v)),
                        ("currency", made.currency.word(lang).to_owned()),
                    ]
                )
            )
        });
        out.line(&format!(
            "  {}  {}  {}  {}{value}",
            i + 1,
            pad(&call.name, 8),
            pad(&call.plate, 10),
            call.why
        ));
    }
    out.line("");
    for (key, path) in [
        ("said-where-list", &made.list),
        ("said-where-report", &made.report),
        ("said-where-report-year", &made.report_year),
        ("said-where-database", &made.database),
    ] {
        out.line(&filled(
            lang,
            key,
            &[
                ("path", path.display().to_string()),
                ("rows", n(made.list_rows as u64)),
                ("withheld", n(made.withheld as u64)),
            ],
        ));
    }
}

/// Pads to a width in terminal cells: a Chinese character takes two.
fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

pub(super) fn generated(out: &mut Out, lang: Lang, summary: &GenerateSummary, folder: &Path) {
    for file in &summary.files {
        out.line(&format!("{} {}", pad(file.file, 26), n(file.rows)));
    }
    out.line(&filled(
        lang,
        "said-generated",
        &[("path", folder.display().to_string())],
    ));
}

pub(super) fn status(out: &mut Out, lang: Lang, status: &Status) {
    for (kind, rows) in &status.rows {
        out.line(&format!(
            "{} {}",
            pad(&i18n::text(lang, &format!("kind-{kind}"), &[]), 18),
            n(*rows)
        ));
    }
    if let (Some(from), Some(to)) = (&status.orders_from, &status.orders_to) {
        out.line(&filled(
            lang,
            "said-period",
            &[
                ("from", from.clone()),
                ("to", to.clone()),
                ("vehicles", n(status.vehicles)),
            ],
        ));
    }
    for import in &status.imports {
        let removed = import.removed.filter(|n| *n > 0);
        let key = if removed.is_some() {
            "said-ledger-removed"
        } else {
            "said-ledger"
        };
        out.line(&filled(
            lang,
            key,
            &[
                ("id", import.import_id.to_string()),
                ("day", import.today.clone()),
                ("file", import.file.clone()),
                ("records", import.records.to_string()),
                ("loaded", import.loaded.to_string()),
                ("replaced", import.replaced.to_string()),
                ("unchanged", import.unchanged.to_string()),
                ("duplicate", import.duplicate.to_string()),
                ("rejected", import.rejected.to_string()),
                ("removed", removed.unwrap_or(0).to_string()),
            ],
        ));
    }
    match &status.as_of {
        Some(as_of) => out.line(&filled(
            lang,
            "said-scored-on",
            &[
                ("as_of", as_of.clone()),
                ("customers", n(status.customers_scored)),
                ("units", n(status.units_scored)),
                ("tasks", n(status.open_tasks)),
            ],
        )),
        None => out.line(&i18n::text(lang, "said-not-scored", &[])),
    }
}

/// The commented settings file that `init` writes: every setting with its default.
pub(super) fn settings_template(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => include_str!("../../assets/retain.zh.toml"),
        Lang::En => include_str!("../../assets/retain.en.toml"),
    }
}
