//! The last page: how good the data are, what each figure means, which judgements were in force.

use crate::i18n::{has, percent};
use crate::report::block::{Block, Cell, Item};
use crate::report::format::{self, number_of};
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading {
            text: w.of_period("heading-quality"),
        },
        gaps(w),
        Block::Heading {
            text: w.t("heading-imports"),
        },
        imports(w),
        rejects(w),
    ];
    if !w.a.quality.missing_kinds.is_empty() {
        blocks.push(Block::Heading {
            text: w.t("heading-missing"),
        });
        blocks.push(missing(w));
    }
    blocks.extend([
        Block::Heading {
            text: w.t("heading-definitions"),
        },
        definitions(w),
        Block::Heading {
            text: w.t("heading-settings"),
        },
        settings(w),
        Block::Note {
            text: w.t("note-settings"),
        },
    ]);
    blocks
}

/// What the month's orders lack, and what follows for the figures.
fn gaps(w: &Words<'_>) -> Block {
    let (orders, period) = match &w.a.year {
        Some(year) => (year.orders, format::year(w.lang, year.start)),
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
            &[("month", &period), ("n", &number_of(orders.orders))],
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

fn definitions(w: &Words<'_>) -> Block {
    let rows =
        w.a.kpis
            .iter()
            .map(|kpi| {
                vec![
                    Cell::from(kpi.definition),
                    w.label(kpi.id).into(),
                    w.definition(kpi.id).into(),
                ]
            })
            .collect();
    Block::Table(w.table(
        &w.t("definitions-caption"),
        &["column-definition", "column-figure", "column-meaning"],
        rows,
    ))
}

fn settings(w: &Words<'_>) -> Block {
    let rows =
        w.a.settings
            .iter()
            .map(|s| {
                let key = format!("setting-{}", s.name.replace('.', "-"));
                vec![Cell::from(s.name), s.value.clone().into(), w.t(&key).into()]
            })
            .collect();
    Block::Table(w.table(
        &w.t("settings-caption"),
        &["column-setting", "column-value", "column-meaning"],
        rows,
    ))
}
