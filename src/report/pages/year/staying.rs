//! Page 6: how long vehicles stay after their first visit, how often they come, and what groups of customers there are.

use super::of_year;
use crate::analysis::{Curve, CurveKind, CurveMonth, Year};
use crate::i18n::{number, percent};
use crate::report::block::{Block, Cell, Chart, CurveLine, Curves, Figure, Scale, Tick};
use crate::report::format::{self, number_of};
use crate::report::pages::FULL;
use crate::report::words::Words;

/// Lines that one chart tells apart.
const MOST_LINES: usize = 6;
/// Years of purchase beside all.
const YEARS_SHOWN: usize = 4;
/// Months at which the tables stand.
const MONTHS_TOLD: [usize; 4] = [0, 12, 24, 36];

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        vec![
            Block::Charts {
                figures: vec![
                    staying(w, year, "warranty", usize::MAX),
                    staying(w, year, "purchase_year", YEARS_SHOWN),
                ],
            },
            Block::Note {
                text: w.t("note-year-staying"),
            },
            Block::Heading {
                text: w.t("heading-year-groups"),
            },
            groups(w, year),
            Block::Note {
                text: w.t("note-year-groups"),
            },
            Block::Charts {
                figures: vec![visits(w, year)],
            },
            Block::Note {
                text: w.t("note-year-visits-curve"),
            },
        ]
    })
}

/// Curves of a kind: all units, then the last so many parts of a split.
fn chosen<'y>(year: &'y Year, kind: CurveKind, split: &str, most: usize) -> Vec<&'y Curve> {
    let of = |split: &str| -> Vec<&Curve> {
        let curves = year.curves.iter();
        curves
            .filter(|c| c.kind == kind && c.split_by == split)
            .collect()
    };
    let mut parts = of(split);
    if split == "segment" {
        // The largest groups.
        parts.sort_by_key(|c| c.months.first().map_or(0, |m| m.at_risk));
    }
    let most = most.min(MOST_LINES - 1);
    let mut found = of("all");
    found.extend(&parts[parts.len().saturating_sub(most)..]);
    found
}

fn name(w: &Words<'_>, curve: &Curve) -> String {
    match curve.split_by.as_str() {
        "segment" => w.common(&format!("segment-{}", curve.split_value)),
        "purchase_year" => curve.split_value.clone(),
        _ => w.t(&format!("curve-{}-{}", curve.split_by, curve.split_value)),
    }
}

/// How long vehicles stay, by a split.
fn staying(w: &Words<'_>, year: &Year, split: &str, most: usize) -> Figure {
    let curves = chosen(year, CurveKind::Staying, split, most);
    let (id, key) = if split == "warranty" {
        ("staying-warranty", "year-staying-warranty")
    } else {
        ("staying-purchase", "year-staying-purchase")
    };
    let year_on = curves.first().and_then(|all| all.months.get(12));
    let title = match year_on {
        Some(month) if split == "warranty" => {
            w.ta("year-staying-title", &[("share", &percent(month.estimate))])
        }
        _ => w.t(&format!("{key}-title")),
    };
    figure(w, &curves, id, title, w.t(&format!("{key}-subtitle")), 444)
}

/// How often the vehicles of each group have come.
fn visits(w: &Words<'_>, year: &Year) -> Figure {
    let curves = chosen(year, CurveKind::Visits, "segment", usize::MAX);
    figure(
        w,
        &curves,
        "visits-curve",
        w.t("year-visits-curve-title"),
        w.t("year-visits-curve-subtitle"),
        FULL,
    )
}

fn figure(
    w: &Words<'_>,
    curves: &[&Curve],
    id: &'static str,
    title: String,
    subtitle: String,
    width: u32,
) -> Figure {
    let units = curves
        .first()
        .and_then(|c| c.months.first())
        .map_or(0, |m| m.at_risk);
    let note = if curves.iter().any(|c| c.of_sample) {
        "year-curve-note-sampled"
    } else {
        "year-curve-note"
    };
    let mut columns = vec!["column-vehicles-of".to_owned(), "column-ever>".to_owned()];
    columns.extend(MONTHS_TOLD.map(|m| format!("column-month-{m}>")));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let rows = curves.iter().map(|curve| row(w, curve)).collect();
    Figure {
        id,
        subtitle,
        note: w.ta(note, &[("n", &number_of(units))]),
        width,
        chart: (!curves.is_empty()).then(|| Chart::Curves(drawn(w, curves))),
        missing: w.t("missing-year-curves"),
        table: w.table(&title, &columns, rows),
        title,
    }
}

fn drawn(w: &Words<'_>, curves: &[&Curve]) -> Curves {
    let last = curves.iter().map(|c| c.months.len()).max().unwrap_or(0);
    let step = if last > 37 { 12 } else { 6 };
    let share = curves.iter().all(|c| c.kind == CurveKind::Staying);
    Curves {
        ticks: (0..last)
            .map(|month| Tick {
                label: if month.is_multiple_of(step) {
                    month.to_string()
                } else {
                    String::new()
                },
                below: String::new(),
                faint: false,
            })
            .collect(),
        scale: if share { Scale::Share } else { Scale::Count },
        lines: curves
            .iter()
            .map(|curve| CurveLine {
                label: name(w, curve),
                values: (0..last)
                    .map(|m| curve.months.get(m).map(|m| m.estimate))
                    .collect(),
                band: (0..last)
                    .map(|m| curve.months.get(m).and_then(|m| m.band))
                    .collect(),
            })
            .collect(),
    }
}

/// A curve at some months, with its band.
fn row(w: &Words<'_>, curve: &Curve) -> Vec<Cell> {
    let said = |value: f64| match curve.kind {
        CurveKind::Staying => percent(value),
        CurveKind::Visits => number(value, 1),
    };
    let with_band = |month: &CurveMonth| match month.band {
        Some((low, high)) => format!("{} ({}–{})", said(month.estimate), said(low), said(high)),
        None => said(month.estimate),
    };
    let mut cells: Vec<Cell> = vec![
        name(w, curve).into(),
        number_of(curve.months.first().map_or(0, |m| m.at_risk)).into(),
    ];
    cells.extend(MONTHS_TOLD.map(|month| {
        curve
            .months
            .get(month)
            .map_or_else(|| format::UNKNOWN.to_owned(), with_band)
            .into()
    }));
    cells
}

fn groups(w: &Words<'_>, year: &Year) -> Block {
    let or_unknown = |value: Option<f64>, say: fn(f64) -> String| -> Cell {
        value.map_or_else(|| format::UNKNOWN.to_owned(), say).into()
    };
    let rows = year
        .groups
        .iter()
        .map(|g| {
            vec![
                w.common(&format!("segment-{}", g.segment)).into(),
                number_of(g.customers).into(),
                or_unknown(g.share, percent),
                or_unknown(g.visits_per_year, |v| number(v, 1)),
                or_unknown(g.overdue_ratio, |v| number(v, 2)),
                g.paid_per_visit
                    .map_or_else(|| format::UNKNOWN.to_owned(), |v| w.sum(v))
                    .into(),
                w.sum(g.spend_24m).into(),
                or_unknown(g.leaving, percent),
            ]
        })
        .collect();
    let mut table = w.table(
        &w.t("year-groups-caption"),
        &[
            "column-group",
            "column-customers>",
            "column-share>",
            "column-visits-a-year>",
            "column-overdue-ratio>",
            "column-paid-a-visit>",
            "column-spend-24m>",
            "column-leaving>",
        ],
        rows,
    );
    table.empty = w.t("year-groups-none");
    Block::Table(table)
}
