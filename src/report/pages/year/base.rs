//! Page 4: how the base moved over the year, who came back by year of purchase, cars sold here and cars that came.

use super::{cohorts, count, of_year, share};
use crate::analysis::{Figure as Number, Movement, Year};
use crate::i18n::percent;
use crate::report::block::{BarRow, Bars, Block, Chart, DataTable, Figure, Item, Step, Waterfall};
use crate::report::format::{number_of, signed_count};
use crate::report::pages::compared;
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let mut blocks = vec![
            Block::Charts {
                figures: vec![movement_figure(w, year), purchases_figure(w, year)],
            },
            Block::Note {
                text: w.t("note-year-movement"),
            },
            value_lost(w, year),
            Block::Charts {
                figures: vec![
                    compared::away(w, &year.away, "age"),
                    compared::away(w, &year.away, "warranty"),
                ],
            },
            Block::Heading {
                text: w.t("heading-year-purchases"),
            },
            Block::Charts {
                figures: vec![cohorts::figure(w, &year.cohorts)],
            },
            Block::Note {
                text: w.t("note-year-cohorts"),
            },
            Block::Table(purchases_table(w, year)),
            Block::Note {
                text: w.t("note-year-purchases"),
            },
            Block::Heading {
                text: w.t("heading-year-sold"),
            },
        ];
        blocks.push(sold(w, year));
        blocks
    })
}

fn movement_figure(w: &Words<'_>, year: &Year) -> Figure {
    let movement = year.movement_of("customer");
    let title = movement.map_or_else(
        || w.t("movement-title-none"),
        |m| {
            w.phrase(
                "year-movement-title",
                &[("opening", count(m.opening)), ("closing", count(m.closing))],
            )
        },
    );
    let steps = |m: &Movement| {
        [
            ("step-new", m.new),
            ("step-won-back", m.won_back),
            ("step-lost", -m.lost),
            ("step-gone", -m.gone),
        ]
        .map(|(key, change)| {
            #[allow(clippy::cast_precision_loss)] // counts
            let change = change as f64;
            Step {
                label: w.t(key),
                change,
                text: signed_count(change),
            }
        })
        .to_vec()
    };
    let rows = year
        .movement
        .iter()
        .map(|m| {
            std::iter::once(w.t(&format!("subject-{}", m.subject)))
                .chain([m.opening, m.new, m.won_back, m.lost, m.gone, m.closing].map(number_of))
                .map(Into::into)
                .collect()
        })
        .collect();
    Figure {
        id: "year-movement",
        subtitle: w.t("year-movement-subtitle"),
        note: w.t("year-movement-note"),
        width: 444,
        chart: movement.map(|m| {
            Chart::Waterfall(Waterfall {
                opening: (w.t("year-step-opening"), number_of(m.opening)),
                steps: steps(m),
                closing: (w.t("year-step-closing"), number_of(m.closing)),
            })
        }),
        missing: w.t("missing-visits"),
        table: w.table(
            &title,
            &[
                "column-subject",
                "year-step-opening>",
                "step-new>",
                "step-won-back>",
                "step-lost>",
                "step-gone>",
                "year-step-closing>",
            ],
            rows,
        ),
        title,
    }
}

/// What those who were lost had spent: churn by value beside churn by count.
fn value_lost(w: &Words<'_>, year: &Year) -> Block {
    let text = match (
        year.value("base_lost_value"),
        year.value("base_lost_value_rate"),
        year.value("base_lost_rate"),
    ) {
        (Some(value), Some(by_value), Some(by_count)) => w.phrase(
            "year-value-lost",
            &[
                ("value", Number::Money(value)),
                ("by_value", Number::Share(by_value)),
                ("by_count", Number::Share(by_count)),
            ],
        ),
        _ => w.t("year-value-lost-none"),
    };
    Block::Text { text }
}

/// Cars of a purchase year below which a share says nothing.
const COHORT_MIN: i64 = 10;

#[allow(clippy::cast_precision_loss)] // counts
fn purchases_figure(w: &Words<'_>, year: &Year) -> Figure {
    let (before, kept) = year
        .purchases
        .iter()
        .fold((0, 0), |sum, p| (sum.0 + p.came_before, sum.1 + p.kept));
    let title = if before > 0 {
        w.phrase(
            "purchases-title",
            &[
                ("before", count(before)),
                ("kept", count(kept)),
                ("share", Number::Share(kept as f64 / before as f64)),
            ],
        )
    } else {
        w.t("purchases-title-none")
    };
    let rows: Vec<BarRow> = year
        .purchases
        .iter()
        .filter(|p| p.came_before >= COHORT_MIN)
        .filter_map(|p| {
            let share = p.kept as f64 / p.came_before as f64;
            Some(BarRow {
                label: p.year?.to_string(),
                value: share,
                text: format!("{} · n = {}", percent(share), number_of(p.came_before)),
                whole: None,
                mark: None,
            })
        })
        .collect();
    let mut table = purchases_table(w, year);
    table.caption.clone_from(&title);
    Figure {
        id: "purchases",
        title,
        subtitle: w.t("purchases-subtitle"),
        note: w.ta("purchases-note", &[("least", &COHORT_MIN.to_string())]),
        width: 444,
        chart: (!rows.is_empty()).then_some(Chart::Bars(Bars { rows })),
        missing: w.t("purchases-title-none"),
        table,
    }
}

fn purchases_table(w: &Words<'_>, year: &Year) -> DataTable {
    let rows = year
        .purchases
        .iter()
        .map(|p| {
            vec![
                p.year
                    .map_or_else(|| w.t("purchase-unknown"), |y| y.to_string())
                    .into(),
                number_of(p.units).into(),
                number_of(p.came_before).into(),
                number_of(p.came).into(),
                number_of(p.kept).into(),
                share(p.kept, p.came_before).into(),
                share(p.came, p.units).into(),
            ]
        })
        .collect();
    w.table(
        &w.t("purchases-caption"),
        &[
            "column-purchase-year",
            "column-ever>",
            "column-came-before>",
            "column-came>",
            "column-kept-units>",
            "column-kept-share>",
            "column-came-share>",
        ],
        rows,
    )
}

/// Sold and serviced, serviced and sold: two shares with different wholes.
fn sold(w: &Words<'_>, year: &Year) -> Block {
    let s = year.sold;
    if s.sold == 0 {
        return Block::Note {
            text: w.t("missing-sold"),
        };
    }
    let line = |key: &str, part: i64, whole: i64| Item {
        mark: None,
        text: w.phrase_with(
            key,
            &[("part", count(part)), ("whole", count(whole))],
            &[("share", &share(part, whole))],
        ),
    };
    Block::List {
        items: vec![
            line("year-sose", s.sold_and_came, s.sold),
            line("year-seso", s.came_and_sold, s.came),
        ],
    }
}
