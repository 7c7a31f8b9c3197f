//! Page 1: the month in five figures, what matters, thirteen months, who is loyal.

use super::base::matrix_figure;
use super::festival;
use super::revenue::visits_title;
use crate::analysis::{Kpi, MonthPoint, Unit};
use crate::i18n::percent;
use crate::report::block::{Block, Card, Cell, Chart, Figure, Item, Line, Panel, Panels, Scale};
use crate::report::format;
use crate::report::words::{Words, cell};

/// Figures on cards.
const CARDS: [&str; 5] = [
    "revenue",
    "visits",
    "revenue_per_visit",
    "base_customers",
    "base_lost",
];

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Kpis {
            cards: CARDS
                .iter()
                .filter_map(|id| w.a.kpi(id))
                .map(|kpi| card(w, kpi))
                .collect(),
        },
        Block::Heading {
            text: w.t("heading-findings"),
        },
        findings(w),
    ];
    blocks.extend(festival::of_month(w));
    blocks.extend([
        Block::Charts {
            figures: vec![months_figure(w), matrix_figure(w, 328)],
        },
        Block::Heading {
            text: w.t("heading-figures"),
        },
        figures(w),
        Block::Note {
            text: w.t("note-figures"),
        },
    ]);
    blocks
}

fn findings(w: &Words<'_>) -> Block {
    if w.a.findings.is_empty() {
        return Block::Note {
            text: w.t("findings-none"),
        };
    }
    Block::List {
        items: w
            .a
            .findings
            .iter()
            .map(|f| Item {
                mark: f.mark,
                text: w.finding(f),
            })
            .collect(),
    }
}

fn card(w: &Words<'_>, kpi: &Kpi) -> Card {
    let (value, unit) = match kpi.value {
        Some(value) => w.parts(kpi.unit, value),
        None => (format::UNKNOWN.to_owned(), String::new()),
    };
    let label = w.label(kpi.id);
    Card {
        value,
        unit,
        mark: kpi.mark(),
        lines: card_lines(w, kpi),
        note: w.note(kpi),
        trend_text: w.ta("spark-title", &[("label", &label)]),
        label,
        trend: kpi.trend.clone(),
    }
}

/// What the figure is held against: its target, last year (else the month before), its parts.
fn card_lines(w: &Words<'_>, kpi: &Kpi) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(target), Some(_)) = (kpi.target, kpi.value) {
        lines.push(w.ta(
            "card-target",
            &[("target", &w.plain(kpi.unit, target)), ("met", &w.met(kpi))],
        ));
    }
    let against = |key: &str, then: Option<f64>| {
        then.map(|then| {
            let moved = format::moved(w.lang, kpi.unit, kpi.value, Some(then));
            let then = w.plain(kpi.unit, then);
            w.ta(key, &[("then", &then), ("moved", &moved)])
        })
    };
    lines.extend(
        against("card-last-year", kpi.last_year).or_else(|| against("card-previous", kpi.previous)),
    );
    let value = |id: &str| w.a.kpi(id).and_then(|k| k.value);
    match kpi.id {
        "revenue_per_visit" => {
            if let (Some(workshop), Some(body)) = (
                value("revenue_per_visit_workshop"),
                value("revenue_per_visit_body"),
            ) {
                lines.push(w.ta(
                    "card-per-visit-parts",
                    &[
                        ("workshop", &w.brief(Unit::Money, workshop)),
                        ("body", &w.brief(Unit::Money, body)),
                    ],
                ));
            }
        }
        "base_lost" => {
            if let (Some(rate), Some(loyal)) = (value("base_lost_rate"), value("base_lost_loyal")) {
                lines.push(w.ta(
                    "card-lost-parts",
                    &[
                        ("rate", &percent(rate)),
                        ("loyal", &w.exact(Unit::Customers, Some(loyal))),
                    ],
                ));
            }
        }
        "base_customers" => {
            if let Some(units) = value("base_units") {
                lines.push(w.ta(
                    "card-base-units",
                    &[("units", &w.exact(Unit::Units, Some(units)))],
                ));
            }
        }
        _ => {}
    }
    lines
}

/// Visits as bars, revenue as an index below them: two scales, two panels, one axis of months.
fn months_figure(w: &Words<'_>) -> Figure {
    let months = &w.a.months;
    let pick = |of: fn(&MonthPoint) -> Option<f64>| months.iter().map(of).collect::<Vec<_>>();
    let known = |values: &[Option<f64>]| values.iter().any(Option::is_some);
    let visits = pick(|m| m.visits);
    let revenue = pick(|m| m.revenue);
    let mean = {
        let known: Vec<f64> = revenue.iter().flatten().copied().collect();
        #[allow(clippy::cast_precision_loss)] // 13
        let n = known.len().max(1) as f64;
        known.iter().sum::<f64>() / n
    };
    let index = |values: Vec<Option<f64>>| -> Vec<Option<f64>> {
        values
            .into_iter()
            .map(|v| v.filter(|_| mean > 0.0).map(|v| v / mean * 100.0))
            .collect()
    };
    let line =
        |label: String, values: Vec<Option<f64>>| known(&values).then_some(Line { label, values });
    let last = |values: &[Option<f64>], scale| {
        values
            .last()
            .copied()
            .flatten()
            .map_or_else(String::new, |v| w.writing().axis(scale, v))
    };
    let target_label = |values: &[Option<f64>]| {
        let value = last(values, Scale::Count);
        w.ta("line-target", &[("value", &value)])
    };
    let visits_target = pick(|m| m.visits_target);
    let revenue_index = index(revenue.clone());
    let revenue_target = index(pick(|m| m.revenue_target));
    let rounded = |values: &[Option<f64>]| -> Vec<Option<f64>> {
        values.iter().map(|v| v.map(f64::round)).collect()
    };
    let chart = known(&visits).then(|| {
        Chart::Panels(Panels {
            ticks: w.month_ticks(),
            emphasise_last: true,
            panels: vec![
                Panel {
                    title: w.t("panel-visits"),
                    scale: Scale::Count,
                    bars: true,
                    last_label: last(&visits, Scale::Count),
                    compare: line(w.t("line-last-year"), pick(|m| m.visits_last_year)),
                    target: line(
                        target_label(&rounded(&visits_target)),
                        visits_target.clone(),
                    ),
                    values: visits.clone(),
                },
                Panel {
                    title: w.t("panel-revenue-index"),
                    scale: Scale::Count,
                    bars: false,
                    last_label: last(&rounded(&revenue_index), Scale::Count),
                    compare: line(w.t("line-last-year"), index(pick(|m| m.revenue_last_year))),
                    target: line(target_label(&rounded(&revenue_target)), revenue_target),
                    values: revenue_index,
                },
            ],
        })
    });
    let (from, to) = w.window();
    let rows = months
        .iter()
        .map(|m| {
            let count = |v| w.exact(Unit::Visits, Some(v));
            let money = |v| w.exact(Unit::Money, Some(v));
            vec![
                m.month.format("%Y-%m").to_string().into(),
                cell(m.visits, count),
                cell(m.visits_last_year, count),
                cell(m.visits_target, count),
                cell(m.revenue, money),
                cell(m.revenue_last_year, money),
                cell(m.revenue_target, money),
            ]
        })
        .collect();
    let title = visits_title(w);
    Figure {
        id: "months",
        subtitle: w.ta("months-subtitle", &[("from", &from), ("to", &to)]),
        note: w.t("months-note"),
        width: 560,
        chart,
        missing: w.t("missing-visits"),
        table: w.table(
            &title,
            &[
                "column-month",
                "column-visits>",
                "column-visits-last-year>",
                "column-visits-target>",
                "column-revenue>",
                "column-revenue-last-year>",
                "column-revenue-target>",
            ],
            rows,
        ),
        title,
    }
}

/// Every figure against the month before, last year and its target.
fn figures(w: &Words<'_>) -> Block {
    let rows =
        w.a.kpis
            .iter()
            .map(|kpi| {
                let exact = |v| w.exact(kpi.unit, v);
                let unit = w.writing().unit(kpi.unit);
                let label = w.label(kpi.id);
                vec![
                    Cell::from(kpi.definition),
                    label.into(),
                    exact(kpi.value).into(),
                    unit.into(),
                    exact(kpi.previous).into(),
                    format::moved(w.lang, kpi.unit, kpi.value, kpi.previous).into(),
                    exact(kpi.last_year).into(),
                    format::moved(w.lang, kpi.unit, kpi.value, kpi.last_year).into(),
                    kpi.target
                        .map_or_else(String::new, |t| exact(Some(t)))
                        .into(),
                    Cell {
                        text: match kpi.more_is_better {
                            Some(false) => w.met(kpi),
                            _ => kpi.attainment().map_or_else(String::new, percent),
                        },
                        mark: kpi.mark(),
                    },
                ]
            })
            .collect();
    Block::Table(w.table(
        &w.t("figures-caption"),
        &[
            "column-definition",
            "column-figure",
            "column-value>",
            "column-unit",
            "column-previous>",
            "column-change>",
            "column-last-year>",
            "column-change>",
            "column-target>",
            "column-met>",
        ],
        rows,
    ))
}
