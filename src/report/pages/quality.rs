//! How good the data are: what the period's orders lack, what is missing or wrong in all that was imported and what that
//! costs the scores, how complete the columns are that the scores rest on, what was refused and why.

use super::compared;
use crate::analysis::{QualitySheet, SheetColumn};
use crate::i18n::{has, percent};
use crate::report::block::{Block, Item};
use crate::report::format::{self, number_of};
use crate::report::words::Words;
use crate::types::Lang;

/// Columns that scores, lists and figures rest on.
const KEY_COLUMNS: &[(&str, &[&str])] = &[
    (
        "work_orders",
        &[
            "vin",
            "plate",
            "customer_no",
            "settled_at",
            "odometer_km",
            "job_class",
            "received",
            "cost",
            "advisor",
        ],
    ),
    ("customers", &["name", "phone", "consent_marketing"]),
    ("vehicles", &["series", "purchase_date", "interval_months"]),
];

/// Faults that are listed; `retain quality` says all.
const FAULTS: usize = 12;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading {
            text: w.of_period("heading-quality"),
        },
        gaps(w),
    ];
    if let Some(sheet) = &w.a.quality.sheet {
        blocks.extend(whole(w, sheet));
    }
    blocks.extend([
        Block::Heading {
            text: w.t("heading-trust"),
        },
        Block::Charts {
            figures: compared::trust(w),
        },
        Block::Heading {
            text: w.t("heading-imports"),
        },
        imports(w),
        rejects(w),
    ]);
    if !w.a.quality.missing_kinds.is_empty() {
        blocks.push(Block::Heading {
            text: w.t("heading-missing"),
        });
        blocks.push(missing(w));
    }
    blocks
}

/// The sheet of all that was imported.
fn whole(w: &Words<'_>, sheet: &QualitySheet) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading {
            text: w.t("heading-faults"),
        },
        Block::Text {
            text: w.ta(
                "sheet-records",
                &[
                    ("read", &number_of(sheet.read)),
                    ("kept", &number_of(sheet.kept)),
                    ("duplicate", &number_of(sheet.duplicate)),
                    ("rejected", &number_of(sheet.rejected)),
                ],
            ),
        },
        faults(w, sheet),
    ];
    if let Some(more) = sheet.faults.len().checked_sub(FAULTS).filter(|n| *n > 0) {
        let more = more.to_string();
        blocks.push(Block::Note {
            text: w.ta("faults-more", &[("count", &more)]),
        });
    }
    blocks.push(Block::Heading {
        text: w.t("heading-complete"),
    });
    blocks.push(complete(w, sheet));
    if !sheet.words.is_empty() {
        blocks.push(words(w, sheet));
    }
    blocks
}

fn faults(w: &Words<'_>, sheet: &QualitySheet) -> Block {
    let rows = sheet
        .faults
        .iter()
        .take(FAULTS)
        .map(|fault| {
            let (part, of) = fault.concerned();
            let of_what = if (part, of) == (fault.records, fault.of_records) {
                "of-so-many"
            } else {
                "of-so-many-units"
            };
            vec![
                sentence(&w.common(&format!("quality-fault-{}", fault.fault))).into(),
                w.ta(
                    of_what,
                    &[("part", &number_of(part)), ("of", &number_of(of))],
                )
                .into(),
                share(part, of).into(),
                sentence(&w.common(&format!("quality-cost-{}", fault.fault))).into(),
            ]
        })
        .collect();
    let mut table = w.table(
        &w.t("faults-caption"),
        &[
            "column-fault",
            "column-concerned>",
            "column-share>",
            "column-cost-of",
        ],
        rows,
    );
    table.empty = w.t("faults-none");
    Block::Table(table)
}

/// The columns that something rests on, by file in the order of the kinds.
fn complete(w: &Words<'_>, sheet: &QualitySheet) -> Block {
    let of = |kind: &str, name: &str| -> Option<&SheetColumn> {
        let mut columns = sheet.columns.iter();
        columns.find(|c| c.kind == kind && c.column == name)
    };
    let rows = KEY_COLUMNS
        .iter()
        .flat_map(|(kind, names)| names.iter().filter_map(move |name| of(kind, name)))
        .filter(|c| c.rows > 0)
        .map(|c| {
            vec![
                kind(w, c.kind).into(),
                named(w, c.header, c.column).into(),
                number_of(c.filled).into(),
                number_of(c.rows).into(),
                share(c.filled, c.rows).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("complete-caption"),
        &[
            "column-kind",
            "column-column",
            "column-filled>",
            "column-rows>",
            "column-share>",
        ],
        rows,
    ))
}

fn words(w: &Words<'_>, sheet: &QualitySheet) -> Block {
    let rows = sheet
        .words
        .iter()
        .map(|found| {
            vec![
                named(w, &found.header, &found.column).into(),
                number_of(found.words).into(),
                number_of(found.times).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("words-caption"),
        &["column-column", "column-words>", "column-rows>"],
        rows,
    ))
}

/// What the terminal says within a line begins a cell here.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + chars.as_str()
}

/// A column by its header in Chinese, by its canonical name in English.
fn named(w: &Words<'_>, header: &str, column: &str) -> String {
    match w.lang {
        Lang::Zh => header.to_owned(),
        Lang::En => column.replace('_', " "),
    }
}

/// A share that is never rounded to none or all where it is neither.
fn share(part: i64, of: i64) -> String {
    #[allow(clippy::cast_precision_loss)] // counts
    let share = part as f64 / of.max(1) as f64;
    let shown = percent(share);
    if part > 0 && shown == percent(0.0) {
        return format!("< {}", percent(0.001));
    }
    if part < of && shown == percent(1.0) {
        return format!("> {}", percent(0.999));
    }
    shown
}

/// What the month's orders lack, and what follows for the figures.
fn gaps(w: &Words<'_>) -> Block {
    let (orders, period) = match &w.a.year {
        Some(year) => (
            year.orders,
            format::year_long(w.lang, w.a.meta.fiscal, year.start),
        ),
        None => (w.a.quality.orders, w.month()),
    };
    let rows = [
        ("vin", orders.without_vin),
        ("vehicle", orders.without_vehicle),
        ("odometer", orders.without_odometer),
        ("class", orders.without_class),
        ("advisor", orders.without_advisor),
        ("open", orders.still_open),
    ]
    .into_iter()
    .filter(|_| orders.orders > 0)
    .map(|(key, n)| {
        #[allow(clippy::cast_precision_loss)] // counts
        let share = percent(n as f64 / orders.orders as f64);
        vec![
            w.t(&format!("gap-{key}")).into(),
            number_of(n).into(),
            share.into(),
            w.t(&format!("gap-{key}-effect")).into(),
        ]
    })
    .collect();
    Block::Table(w.table(
        &w.ta(
            "gaps-caption",
            &[("month", &period), ("orders", &number_of(orders.orders))],
        ),
        &[
            "column-gap",
            "column-orders>",
            "column-share>",
            "column-effect",
        ],
        rows,
    ))
}

fn imports(w: &Words<'_>) -> Block {
    let rows =
        w.a.quality
            .imports
            .iter()
            .map(|i| {
                vec![
                    i.file.clone().into(),
                    kind(w, &i.kind).into(),
                    number_of(i.records).into(),
                    number_of(i.kept).into(),
                    number_of(i.duplicate).into(),
                    number_of(i.rejected).into(),
                    i.data_through.map_or_else(String::new, format::day).into(),
                ]
            })
            .collect();
    Block::Table(w.table(
        &w.t("imports-caption"),
        &[
            "column-file",
            "column-kind",
            "column-records>",
            "column-kept>",
            "column-duplicate>",
            "column-rejected>",
            "column-through",
        ],
        rows,
    ))
}

fn kind(w: &Words<'_>, kind: &str) -> String {
    let key = format!("report-kind-{kind}");
    if has(w.lang, &key) {
        w.common(&key)
    } else {
        kind.to_owned()
    }
}

fn rejects(w: &Words<'_>) -> Block {
    let rows =
        w.a.quality
            .rejects
            .iter()
            .map(|r| {
                // Reasons are message keys of the import; an unknown one is shown as it is.
                let reason = [format!("reject-{}", r.reason), r.reason.clone()]
                    .iter()
                    .find(|key| has(w.lang, key))
                    .map_or_else(|| r.reason.clone(), |key| w.common(key));
                vec![
                    reason.into(),
                    r.column.clone().unwrap_or_default().into(),
                    number_of(r.rows).into(),
                ]
            })
            .collect();
    let mut table = w.table(
        &w.t("rejects-caption"),
        &["column-reason", "column-column", "column-rows>"],
        rows,
    );
    table.empty = w.t("rejects-none");
    Block::Table(table)
}

/// Files that would bring what the report cannot say.
fn missing(w: &Words<'_>) -> Block {
    Block::List {
        items: w
            .a
            .quality
            .missing_kinds
            .iter()
            .filter(|name| has(w.lang, &format!("report-missing-kind-{name}")))
            .map(|name| Item {
                mark: None,
                text: w.t(&format!("missing-kind-{name}")),
            })
            .collect(),
    }
}
