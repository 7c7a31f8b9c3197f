//! The year so far: how far its targets are met, what a month brings and would have to bring, where the year ends.

use chrono::Datelike;

use super::FULL;
use crate::analysis::{Forecast, Mark, Pace, Unit};
use crate::i18n::{number, percent};
use crate::report::block::{Block, Cell, Chart, CurveLine, Curves, Figure, Scale, Tick};
use crate::report::format::{self, UNKNOWN};
use crate::report::words::Words;

/// Heading, chart of the revenue, table of all figures that add up, and how it was reckoned.
pub(super) fn blocks(w: &Words<'_>) -> Vec<Block> {
    if w.a.pace.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading {
        text: w.t("heading-pace"),
    }];
    if let Some(revenue) = w.a.pace.iter().find(|p| p.id == "revenue")
        && !revenue.is_over()
    {
        blocks.push(Block::Charts {
            figures: vec![figure(w, revenue)],
        });
    }
    blocks.push(table(w));
    blocks.push(Block::Note {
        text: w.t("note-pace"),
    });
    blocks
}

/// Good where even the lower end meets the target, bad where not even the upper end does.
fn mark(pace: &Pace) -> Option<Mark> {
    let target = pace.target?;
    let Forecast { low, high, .. } = pace.forecast?;
    Some(if low >= target {
        Mark::Good
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
                let exact = |v: Option<f64>| format::exact(pace.unit, v);
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
                        text: forecast(pace),
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
                ("year", &w.a.meta.month_end.year().to_string()),
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
fn forecast(pace: &Pace) -> String {
    let exact = |v: f64| format::exact(pace.unit, Some(v));
    match pace.forecast {
        None => UNKNOWN.to_owned(),
        Some(Forecast { value, .. }) if pace.is_over() => exact(value),
        Some(Forecast { low, value, high }) => {
            format!("{} ({}–{})", exact(value), exact(low), exact(high))
        }
    }
}

/// Revenue summed up over the year: what came, what is expected with its interval, the year before, the target.
fn figure(w: &Words<'_>, pace: &Pace) -> Figure {
    let money = |v: f64| w.brief(Unit::Money, v);
    let title = match (pace.forecast, pace.target) {
        (Some(f), Some(target)) => w.ta(
            "pace-title-target",
            &[
                ("value", &money(f.value)),
                ("low", &money(f.low)),
                ("high", &money(f.high)),
                ("target", &money(target)),
            ],
        ),
        (Some(f), None) => w.ta(
            "pace-title",
            &[
                ("value", &money(f.value)),
                ("low", &money(f.low)),
                ("high", &money(f.high)),
            ],
        ),
        (None, _) => w.t("pace-title-none"),
    };
    let line = |label: String, values: Vec<Option<f64>>| CurveLine {
        label,
        band: vec![None; values.len()],
        values,
    };
    let path = &pace.path;
    let mut lines = vec![CurveLine {
        label: w.ta(
            "pace-line",
            &[("year", &w.a.meta.month_end.year().to_string())],
        ),
        values: path.iter().map(|p| p.sum).collect(),
        band: path
            .iter()
            .enumerate()
            .map(|(i, p)| {
                // The band opens where the sum is still known.
                let opens = path.get(i + 1).is_some_and(|next| next.range.is_some());
                let known = p.sum.filter(|_| opens).map(|sum| (sum, sum));
                p.range.or(known)
            })
            .collect(),
    }];
    let last_year: Vec<Option<f64>> = path.iter().map(|p| p.last_year).collect();
    let target: Vec<Option<f64>> = path.iter().map(|p| p.target).collect();
    for (key, values) in [("line-last-year", last_year), ("year-line-target", target)] {
        if values.iter().all(Option::is_some) {
            lines.push(line(w.t(key), values));
        }
    }
    let rows = path
        .iter()
        .map(|p| {
            let exact = |v: Option<f64>| format::exact(Unit::Money, v);
            vec![
                p.month.format("%Y-%m").to_string().into(),
                exact(p.sum).into(),
                exact(p.range.map(|r| r.0)).into(),
                exact(p.range.map(|r| r.1)).into(),
                exact(p.last_year).into(),
                exact(p.target).into(),
            ]
        })
        .collect();
    Figure {
        id: "pace",
        subtitle: w.t("pace-subtitle"),
        note: w.t("pace-figure-note"),
        width: FULL,
        chart: pace.forecast.map(|_| {
            Chart::Curves(Curves {
                ticks: path
                    .iter()
                    .map(|p| Tick {
                        label: format::month_short(w.lang, p.month),
                        below: String::new(),
                        faint: false,
                    })
                    .collect(),
                scale: Scale::Money,
                lines,
            })
        }),
        missing: w.t("pace-none"),
        table: w.table(
            &title,
            &[
                "column-month",
                "column-summed-up>",
                "column-low>",
                "column-high>",
                "column-summed-last-year>",
                "column-summed-target>",
            ],
            rows,
        ),
        title,
    }
}
