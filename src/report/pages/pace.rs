//! The year so far: how far its targets are met, what a month brings and would have to bring, where the year ends.

use super::FULL;
use crate::analysis::{Forecast, Mark, Pace};
use crate::i18n::{number, percent};
use crate::report::block::{Block, Cell, Chart, Figure, RangeRow, Ranges, Scale};
use crate::report::format::{self, UNKNOWN};
use crate::report::words::Words;

/// Heading, chart of the year ends against their targets, table of all figures that add up, and how it was reckoned.
pub(super) fn blocks(w: &Words<'_>) -> Vec<Block> {
    if w.a.pace.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading {
        text: w.t("heading-pace"),
    }];
    if w.a.pace.iter().any(|p| p.target.is_some() && !p.is_over()) {
        let planned: Vec<(&Pace, f64, Forecast)> =
            w.a.pace
                .iter()
                .filter_map(|p| Some((p, p.target.filter(|t| *t > 0.0)?, p.forecast?)))
                .collect();
        blocks.push(Block::Charts {
            figures: vec![figure(w, &planned)],
        });
    }
    blocks.push(table(w));
    blocks.push(Block::Note {
        text: w.t("note-pace"),
    });
    blocks
}

/// Times its target beyond which a forecast is drawn at the edge.
const MOST: f64 = 1.5;
/// Share of a target from which a year that is over has only just missed it.
const NEARLY: f64 = 0.95;

/// Good where even the lower end meets the target, bad where not even the upper end does.
fn mark(pace: &Pace) -> Option<Mark> {
    let target = pace.target?;
    let Forecast { low, high, .. } = pace.forecast?;
    Some(if low >= target {
        Mark::Good
    } else if pace.is_over() && high >= NEARLY * target {
        Mark::Watch
    } else if high < target {
        Mark::Bad
    } else {
        Mark::Watch
    })
}

fn table(w: &Words<'_>) -> Block {
    let rows =
        w.a.pace
            .iter()
            .map(|pace| {
                let exact = |v: Option<f64>| w.exact(pace.unit, v);
                // Of what happens a few times a year, a month has a part.
                let a_month = |v: Option<f64>| match v {
                    Some(few) if few.abs() < 10.0 && few.fract() != 0.0 => number(few, 1),
                    v => exact(v),
                };
                vec![
                    pace.definition.into(),
                    w.label(pace.id).into(),
                    exact(Some(pace.so_far)).into(),
                    exact(pace.target).into(),
                    pace.progress()
                        .map_or_else(|| UNKNOWN.to_owned(), percent)
                        .into(),
                    a_month(pace.per_month()).into(),
                    a_month(pace.needed_per_month()).into(),
                    Cell {
                        text: forecast(w, pace),
                        mark: mark(pace),
                    },
                ]
            })
            .collect();
    let months = w.a.pace.first().map_or(0.0, |p| p.months);
    Block::Table(w.table(
        &w.ta(
            "pace-caption",
            &[
                (
                    "year",
                    &format::year_long(w.lang, w.a.meta.fiscal, w.a.meta.month_end),
                ),
                ("date", &format::day(w.a.meta.month_end)),
                ("share", &percent(months / 12.0)),
            ],
        ),
        &[
            "column-definition",
            "column-figure",
            "column-so-far>",
            "column-target>",
            "column-met>",
            "column-a-month>",
            "column-needed>",
            "column-forecast>",
        ],
        rows,
    ))
}

/// `5,460,000 (5,310,000–5,610,000)`.
fn forecast(w: &Words<'_>, pace: &Pace) -> String {
    let exact = |v: f64| w.exact(pace.unit, Some(v));
    match pace.forecast {
        None => UNKNOWN.to_owned(),
        Some(Forecast { value, .. }) if pace.is_over() => exact(value),
        Some(Forecast { low, value, high }) => {
            format!("{} ({}–{})", exact(value), exact(low), exact(high))
        }
    }
}

/// Year ends as shares of their targets, with their intervals.
fn figure(w: &Words<'_>, planned: &[(&Pace, f64, Forecast)]) -> Figure {
    let revenue = planned.iter().find(|(pace, ..)| pace.id == "revenue");
    let title = revenue.map_or_else(
        || w.t("pace-title-none"),
        |(pace, target, f)| {
            let money = |v: f64| w.brief(pace.unit, v);
            w.ta(
                "pace-title",
                &[
                    ("value", &money(f.value)),
                    ("low", &money(f.low)),
                    ("high", &money(f.high)),
                    ("target", &money(*target)),
                ],
            )
        },
    );
    let rows = planned
        .iter()
        .map(|(pace, target, f)| RangeRow {
            label: w.label(pace.id),
            // What is far beyond its target is drawn at the edge; its label says how far.
            value: (f.value / target).min(MOST),
            range: Some(((f.low / target).min(MOST), (f.high / target).min(MOST))),
            text: w.ta(
                "pace-bar",
                &[
                    ("end", &percent(f.value / target)),
                    ("now", &percent(pace.so_far / target)),
                ],
            ),
            mark: mark(pace),
        })
        .collect();
    let lines = planned
        .iter()
        .map(|(pace, target, f)| {
            let share = |v: f64| percent(v / target);
            vec![
                w.label(pace.id).into(),
                share(pace.so_far).into(),
                share(f.value).into(),
                share(f.low).into(),
                share(f.high).into(),
            ]
        })
        .collect();
    Figure {
        id: "pace",
        subtitle: w.t("pace-subtitle"),
        note: w.t("pace-figure-note"),
        width: FULL,
        chart: (!planned.is_empty()).then(|| {
            Chart::Ranges(Ranges {
                scale: Scale::Share,
                rows,
                reference: Some((1.0, w.t("pace-target"))),
            })
        }),
        missing: w.t("pace-none"),
        table: w.table(
            &title,
            &[
                "column-figure",
                "column-so-far>",
                "column-forecast>",
                "column-low>",
                "column-high>",
            ],
            lines,
        ),
        title,
    }
}
