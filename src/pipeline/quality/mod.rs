//! The quality command: the data-quality sheet of what came in.

mod calendar;
mod figures;
mod measure;

use std::collections::BTreeMap;

use super::Context;
use super::say::{Out, filled, n};
use crate::analysis::{QualitySheet, SheetColumn, SheetFault, SheetWords};
use crate::columns::Kind;
use crate::i18n;
use crate::settings::Settings;
use crate::store::{Access, Store};
use crate::types::{Lang, Result};

pub use figures::{Fault, Quality};

/// Measures the quality of what the database holds.
///
/// # Errors
/// When there is no database.
pub fn quality(context: &Context) -> Result<Quality> {
    let (store, settings) = context.open(Access::Read)?;
    measure::quality(&store, &settings)
}

/// The sheet as a report shows it: nothing that anybody typed is in it.
///
/// # Errors
/// When the engine refuses.
pub(super) fn sheet(store: &Store, settings: &Settings) -> Result<QualitySheet> {
    let found = measure::quality(store, settings)?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut words: BTreeMap<(&str, &str), SheetWords> = BTreeMap::new();
    for word in &found.unrecognised {
        let header = Kind::named(&word.kind)
            .and_then(|kind| kind.column(&word.column))
            .map_or(word.column.as_str(), |(_, column)| column.zh);
        let of_column = words.entry((&word.kind, &word.column)).or_default();
        of_column.column.clone_from(&word.column);
        header.clone_into(&mut of_column.header);
        of_column.words += 1;
        of_column.times += count(word.times);
    }
    let records = &found.records;
    Ok(QualitySheet {
        read: count(records.read),
        kept: count(records.loaded + records.replaced + records.unchanged),
        duplicate: count(records.duplicate),
        rejected: count(records.rejected),
        faults: found
            .faults
            .iter()
            .map(|f| SheetFault {
                fault: f.fault.clone(),
                records: count(f.records),
                of_records: count(f.of_records),
                units: f.units.map(count),
                of_units: f.of_units.map(count),
            })
            .collect(),
        columns: found
            .columns
            .iter()
            .map(|c| SheetColumn {
                kind: c.kind,
                column: c.column,
                header: c.header,
                filled: count(c.filled),
                rows: count(c.rows),
            })
            .collect(),
        words: words.into_values().collect(),
    })
}

/// Refusals that are listed on the terminal.
const LISTED: usize = 12;

/// Prints the sheet.
pub(super) fn say(out: &mut Out, lang: Lang, found: &Quality) {
    let title = |out: &mut Out, key: &str| {
        out.line("");
        out.line(&i18n::text(lang, key, &[]));
    };
    let r = &found.records;
    let args = [
        ("imports", n(r.imports)),
        ("read", n(r.read)),
        ("loaded", n(r.loaded)),
        ("replaced", n(r.replaced)),
        ("unchanged", n(r.unchanged)),
        ("duplicate", n(r.duplicate)),
        ("rejected", n(r.rejected)),
    ];
    out.line(&filled(lang, "said-quality-records", &args));
    title(out, "said-quality-faults");
    if found.faults.is_empty() {
        out.line(&i18n::text(lang, "said-quality-no-faults", &[]));
    }
    for fault in &found.faults {
        fault_line(out, lang, fault);
    }
    title(out, "said-quality-columns");
    columns(out, lang, found);
    title(out, "said-quality-identity");
    let v = &found.vehicles;
    let args = [
        ("vehicles", n(v.vehicles)),
        ("vins", n(v.with_vin)),
        ("formed", n(v.well_formed)),
        ("holds", n(v.check_holds)),
        ("plates", n(v.with_plate)),
        ("several", n(v.plates_of_several)),
        ("changed", n(v.vins_of_several)),
    ];
    out.line(&filled(lang, "said-quality-vehicles", &args));
    let o = &found.odometer;
    let args = [
        ("readings", n(o.readings)),
        ("placeholder", n(o.placeholder)),
        ("falls", n(o.falls)),
        ("leaps", n(o.leaps)),
    ];
    out.line(&filled(lang, "said-quality-odometer", &args));
    if let Some(calendar) = &found.calendar {
        title(out, "said-quality-calendar");
        of_calendar(out, lang, calendar);
    }
    if !found.unrecognised.is_empty() {
        title(out, "said-quality-words");
        for word in found.unrecognised.iter().take(LISTED) {
            let args = [
                ("column", word.column.clone()),
                ("word", word.word.clone()),
                ("times", n(word.times)),
            ];
            out.line(&filled(lang, "said-unrecognised", &args));
        }
    }
    if !found.contradicted.is_empty() {
        title(out, "said-quality-contradicted");
        for row in found.contradicted.iter().take(LISTED) {
            let args = [
                ("file", row.file.clone()),
                ("line", row.line.to_string()),
                ("kept", row.kept_line.to_string()),
            ];
            out.line(&filled(lang, "said-quality-contradiction", &args));
        }
    }
    if !found.rejected.is_empty() {
        title(out, "said-quality-rejected");
        for refused in found.rejected.iter().take(LISTED) {
            let args = [
                ("count", n(refused.records)),
                (
                    "reason",
                    i18n::text(lang, &format!("reject-{}", refused.reason), &[]),
                ),
                (
                    "column",
                    refused.column.clone().unwrap_or_else(|| "-".to_owned()),
                ),
                ("file", refused.file.clone()),
                (
                    "line",
                    refused
                        .line
                        .map_or_else(|| "-".to_owned(), |l| l.to_string()),
                ),
            ];
            out.line(&filled(lang, "said-quality-reject", &args));
        }
    }
}

/// What is wrong, how much of it, and what it costs.
fn fault_line(out: &mut Out, lang: Lang, fault: &Fault) {
    let of_units = fault
        .units
        .zip(fault.of_units)
        .filter(|(units, of)| *units > 0 && *of > 0 && *of != fault.of_records);
    let mut args = vec![
        ("records", n(fault.records)),
        ("of", n(fault.of_records)),
        ("share", percent(fault.share())),
    ];
    let what = i18n::text(lang, &format!("quality-fault-{}", fault.fault), &[]);
    args.push(("what", what));
    let key = match of_units {
        Some((units, of)) => {
            args.extend([("units", n(units)), ("of_units", n(of))]);
            "said-quality-fault-units"
        }
        None => "said-quality-fault",
    };
    out.line(&filled(lang, key, &args));
    let cost = i18n::text(lang, &format!("quality-cost-{}", fault.fault), &[]);
    out.line(&format!("      {cost}"));
}

/// Columns by kind of file: whole ones by name, the others with their share, blank ones by name.
fn columns(out: &mut Out, lang: Lang, found: &Quality) {
    let mut kinds: BTreeMap<usize, Vec<&figures::Completeness>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for column in &found.columns {
        let at = order
            .iter()
            .position(|k| *k == column.kind)
            .unwrap_or_else(|| {
                order.push(column.kind);
                order.len() - 1
            });
        kinds.entry(at).or_default().push(column);
    }
    for of_kind in kinds.values() {
        let Some(first) = of_kind.first() else {
            continue;
        };
        let kind = i18n::text(lang, &format!("kind-{}", first.kind), &[]);
        let named = |c: &figures::Completeness| match lang {
            Lang::Zh => c.header.to_owned(),
            Lang::En => c.column.to_owned(),
        };
        let list = |keep: &dyn Fn(&figures::Completeness) -> bool| -> Vec<String> {
            of_kind
                .iter()
                .filter(|c| keep(c))
                .map(|c| named(c))
                .collect()
        };
        let partly: Vec<String> = of_kind
            .iter()
            .filter(|c| c.filled > 0 && c.filled < c.rows)
            .map(|c| format!("{} {}", named(c), percent(share(c.filled, c.rows))))
            .collect();
        out.line(&format!("  {kind} · {}", n(first.rows)));
        for (key, names) in [
            ("said-quality-whole", list(&|c| c.filled == c.rows)),
            ("said-quality-partly", partly),
            ("said-quality-blank", list(&|c| c.filled == 0)),
        ] {
            if !names.is_empty() {
                out.line(&filled(
                    lang,
                    key,
                    &[("columns", i18n::listed(lang, &names))],
                ));
            }
        }
    }
}

fn of_calendar(out: &mut Out, lang: Lang, calendar: &figures::Calendar) {
    let args = [
        ("from", calendar.from.to_string()),
        ("to", calendar.to.to_string()),
        ("orders", n(calendar.orders)),
        ("days", n(calendar.days)),
        ("with_orders", n(calendar.days_with_orders)),
    ];
    out.line(&filled(lang, "said-quality-days", &args));
    let means: Vec<String> = calendar
        .by_weekday
        .iter()
        .map(|m| i18n::number(*m, 1))
        .collect();
    out.line(&filled(
        lang,
        "said-quality-weekdays",
        &[("means", means.join(" · "))],
    ));
    for gap in &calendar.gaps {
        let args = [
            ("from", gap.from.to_string()),
            ("to", gap.to.to_string()),
            ("expected", i18n::number(gap.expected, 0)),
        ];
        out.line(&filled(lang, "said-quality-gap", &args));
    }
    for peak in &calendar.peaks {
        let args = [
            ("on", peak.on.to_string()),
            ("orders", n(peak.orders)),
            ("expected", i18n::number(peak.expected, 1)),
        ];
        out.line(&filled(lang, "said-quality-peak", &args));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// A share that is never rounded to none or all where it is neither.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        return "< 0.1 %".to_owned();
    }
    if percent < 100.0 && percent > 99.9 {
        return "> 99.9 %".to_owned();
    }
    format!("{} %", i18n::number(percent, 1))
}
