//! Pages 2 and 3: the twelve months, and what the revenue is made of and why it moved.

use std::collections::BTreeMap;

use chrono::Months;

use super::of_year;
use crate::analysis::{MonthPoint, Unit, Year};
use crate::i18n::{number, percent};
use crate::report::block::{
    Block, Chart, DataTable, Figure, Line, Panel, Panels, Scale, Step, Waterfall,
};
use crate::report::format;
use crate::report::pages::{FULL, festival};
use crate::report::words::{Words, cell};

/// Page 2.
pub(in crate::report) fn months(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        vec![
            Block::Charts {
                figures: vec![months_figure(w, year)],
            },
            Block::Table(months_table(w, year)),
            Block::Note {
                text: match year.spring {
                    Some(both) => festival::together(w, both),
                    None => w.t("note-year-months"),
                },
            },
        ]
    })
}

/// Page 3.
pub(in crate::report) fn revenue(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        vec![
            Block::Charts {
                figures: vec![bridge_figure(w, year)],
            },
            Block::Note {
                text: w.t("note-year-bridge"),
            },
            Block::Heading {
                text: w.t("heading-year-classes"),
            },
            Block::Table(classes_table(w, year)),
            Block::Note {
                text: w.t("note-year-classes"),
            },
        ]
    })
}

/// Fen with sign, short.
#[allow(clippy::cast_precision_loss)] // far below 2^53 fen
pub(super) fn signed(w: &Words<'_>, fen: i64) -> String {
    let text = w.money(fen.abs() as f64 / 100.0);
    match fen.signum() {
        1 => format!("+{text}"),
        -1 => format!("−{text}"),
        _ => text,
    }
}

fn own_months<'a>(w: &'a Words<'_>, year: &Year) -> Vec<&'a MonthPoint> {
    w.a.months
        .iter()
        .filter(|m| m.month >= year.start)
        .collect()
}

fn months_figure(w: &Words<'_>, year: &Year) -> Figure {
    let months = own_months(w, year);
    let pick =
        |of: fn(&MonthPoint) -> Option<f64>| months.iter().map(|m| of(m)).collect::<Vec<_>>();
    let known = |values: &[Option<f64>]| values.iter().any(Option::is_some);
    let line = |label: &str, values: Vec<Option<f64>>| {
        known(&values).then(|| Line {
            label: w.t(label),
            values,
        })
    };
    let last = |values: &[Option<f64>], scale| {
        values
            .last()
            .copied()
            .flatten()
            .map_or_else(String::new, |v| w.writing().axis(scale, v))
    };
    let (visits, revenue) = (pick(|m| m.visits), pick(|m| m.revenue));
    let by = |a: &&&MonthPoint, b: &&&MonthPoint| {
        a.revenue
            .unwrap_or(0.0)
            .total_cmp(&b.revenue.unwrap_or(0.0))
            .then(b.month.cmp(&a.month))
    };
    let with_revenue: Vec<&MonthPoint> = months
        .iter()
        .copied()
        .filter(|m| m.revenue.is_some())
        .collect();
    let title = match (
        with_revenue.iter().max_by(by),
        with_revenue.iter().min_by(by),
    ) {
        (Some(best), Some(worst)) => {
            let money = |m: &MonthPoint| w.money(m.revenue.unwrap_or(0.0));
            w.ta(
                "year-months-title",
                &[
                    ("best", &format::month_name(w.lang, best.month)),
                    ("most", &money(best)),
                    ("worst", &format::month_name(w.lang, worst.month)),
                    ("least", &money(worst)),
                ],
            )
        }
        _ => w.t("missing-visits"),
    };
    let chart = known(&visits).then(|| {
        Chart::Panels(Panels {
            ticks: w.ticks(months.iter().map(|m| m.month)),
            emphasise_last: false,
            panels: vec![
                Panel {
                    title: w.t("panel-visits"),
                    scale: Scale::Count,
                    bars: true,
                    last_label: last(&visits, Scale::Count),
                    compare: line("line-last-year", pick(|m| m.visits_last_year)),
                    target: line("year-line-target", pick(|m| m.visits_target)),
                    values: visits.clone(),
                },
                Panel {
                    title: w.t("panel-year-revenue"),
                    scale: Scale::Money,
                    bars: true,
                    last_label: last(&revenue, Scale::Money),
                    compare: line("line-last-year", pick(|m| m.revenue_last_year)),
                    target: line("year-line-target", pick(|m| m.revenue_target)),
                    values: revenue.clone(),
                },
            ],
        })
    });
    let mut table = months_table(w, year);
    table.caption.clone_from(&title);
    Figure {
        id: "twelve-months",
        title,
        subtitle: w.t("year-months-subtitle"),
        note: w.t("months-note"),
        width: FULL,
        chart,
        missing: w.t("missing-visits"),
        table,
    }
}

fn months_table(w: &Words<'_>, year: &Year) -> DataTable {
    let count = |v| w.exact(Unit::Visits, Some(v));
    let money = |v| w.exact(Unit::Money, Some(v));
    let rows = own_months(w, year)
        .into_iter()
        .map(|m| {
            let moved = |unit, now, then| format::moved(w.lang, unit, now, then);
            vec![
                m.month.format("%Y-%m").to_string().into(),
                cell(m.visits, count),
                cell(m.visits_last_year, count),
                moved(Unit::Visits, m.visits, m.visits_last_year).into(),
                cell(m.revenue, money),
                cell(m.revenue_last_year, money),
                moved(Unit::Money, m.revenue, m.revenue_last_year).into(),
            ]
        })
        .collect();
    w.table(
        &w.t("year-months-caption"),
        &[
            "column-month",
            "column-visits>",
            "column-visits-last-year>",
            "column-change>",
            "column-revenue>",
            "column-revenue-last-year>",
            "column-change>",
        ],
        rows,
    )
}

#[allow(clippy::cast_precision_loss)] // far below 2^53 fen
fn bridge_figure(w: &Words<'_>, year: &Year) -> Figure {
    let brief = |fen: i64| w.money(fen as f64 / 100.0);
    let parts = year.bridge.map(|b| {
        [
            ("bridge-volume", b.volume),
            ("bridge-mix", b.mix),
            ("bridge-price", b.price),
            ("bridge-other", b.other),
        ]
    });
    let title = match (year.bridge, parts) {
        (Some(b), Some(parts)) => {
            let largest = parts
                .iter()
                .rev()
                .max_by_key(|(_, fen)| fen.abs())
                .map_or_else(String::new, |(key, fen)| {
                    format!("{} {}", w.t(key), signed(w, *fen))
                });
            w.ta(
                "bridge-title",
                &[
                    ("before", &brief(b.before)),
                    ("now", &brief(b.now)),
                    ("change", &signed(w, b.now - b.before)),
                    ("largest", &largest),
                ],
            )
        }
        _ => w.t("bridge-title-none"),
    };
    let mut rows = Vec::new();
    if let (Some(b), Some(parts)) = (year.bridge, parts) {
        let exact = |fen: i64| number(fen as f64 / 100.0, 2);
        rows.push(vec![w.t("bridge-before").into(), exact(b.before).into()]);
        for (key, fen) in parts {
            rows.push(vec![w.t(key).into(), exact(fen).into()]);
        }
        rows.push(vec![w.t("bridge-now").into(), exact(b.now).into()]);
    }
    Figure {
        id: "bridge",
        subtitle: w.t("bridge-subtitle"),
        note: w.t("bridge-note"),
        width: FULL,
        chart: year.bridge.zip(parts).map(|(b, parts)| {
            Chart::Waterfall(Waterfall {
                opening: (w.t("bridge-before"), brief(b.before)),
                steps: parts
                    .iter()
                    .map(|(key, fen)| Step {
                        label: w.t(key),
                        change: *fen as f64 / 100.0,
                        text: signed(w, *fen),
                    })
                    .collect(),
                closing: (w.t("bridge-now"), brief(b.now)),
            })
        }),
        missing: w.t("bridge-title-none"),
        table: w.table(&title, &["column-part", "column-revenue>"], rows),
        title,
    }
}

fn classes_table(w: &Words<'_>, year: &Year) -> DataTable {
    let before = year.start - Months::new(12);
    let of = |start| -> BTreeMap<&str, (i64, f64)> {
        year.classes
            .iter()
            .filter(|c| c.month == start)
            .map(|c| (c.class.as_str(), (c.visits, c.revenue)))
            .collect()
    };
    let (now, then) = (of(year.start), of(before));
    let all: f64 = now.values().map(|(_, revenue)| revenue).sum();
    let mut names: Vec<&str> = now.keys().chain(then.keys()).copied().collect();
    names.sort_by(|a, b| {
        let revenue = |n: &str| now.get(n).map_or(0.0, |(_, r)| *r);
        revenue(b).total_cmp(&revenue(a)).then(a.cmp(b))
    });
    names.dedup();
    #[allow(clippy::cast_precision_loss)] // counts
    let rows = names
        .into_iter()
        .map(|class| {
            let (visits, revenue) = now.get(class).copied().unwrap_or_default();
            let earlier = then.get(class).copied();
            let moved = if year.is_comparable() {
                format::moved(w.lang, Unit::Money, Some(revenue), earlier.map(|(_, r)| r))
            } else {
                format::UNKNOWN.to_owned()
            };
            let per_visit = (visits > 0).then(|| revenue / visits as f64);
            vec![
                w.common(&format!("class-{class}")).into(),
                format::number_of(visits).into(),
                cell(earlier.map(|(v, _)| v as f64), |v| number(v, 0)),
                w.sum(revenue).into(),
                cell((all > 0.0).then(|| revenue / all), percent),
                cell(earlier.map(|(_, r)| r), |v| w.sum(v)),
                moved.into(),
                cell(per_visit, |v| w.sum(v)),
            ]
        })
        .collect();
    w.table(
        &w.t("year-classes-caption"),
        &[
            "column-class",
            "column-visits>",
            "column-visits-last-year>",
            "column-revenue>",
            "column-share>",
            "column-revenue-last-year>",
            "column-change>",
            "column-per-visit>",
        ],
        rows,
    )
}
