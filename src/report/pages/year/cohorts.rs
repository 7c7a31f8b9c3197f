//! Vehicles by year of purchase, and how many of them still come so many months after their first visit: a heat map.

use crate::analysis::CohortCell;
use crate::i18n::percent;
use crate::report::block::{Chart, Figure, Grid, GridCell, GridRow};
use crate::report::format::{self, number_of};
use crate::report::pages::{FULL, share};
use crate::report::words::Words;

/// Vehicles below which a share says nothing.
const LEAST: i64 = 10;
/// Years of purchase drawn at most, the latest; the table has all.
const ROWS: usize = 12;

#[allow(clippy::cast_precision_loss)] // counts
pub(super) fn figure(w: &Words<'_>, cells: &[CohortCell]) -> Figure {
    let said = |c: &&CohortCell| c.units >= LEAST;
    let mut months: Vec<i64> = cells.iter().filter(said).map(|c| c.months).collect();
    months.sort_unstable();
    months.dedup();
    let mut years: Vec<i64> = cells
        .iter()
        .filter(said)
        .filter_map(|c| c.purchase_year)
        .collect();
    years.sort_unstable();
    years.dedup();
    let years = &years[years.len().saturating_sub(ROWS)..];
    let sum = |months: i64| {
        let of = cells.iter().filter(|c| c.months == months);
        of.fold((0, 0), |sum, c| (sum.0 + c.units, sum.1 + c.came))
    };
    let cell = |units: i64, came: i64| {
        if units < LEAST {
            return GridCell::default();
        }
        GridCell {
            weight: Some(came as f64 / units as f64),
            text: share(came, units),
        }
    };
    let mut rows: Vec<GridRow> = years
        .iter()
        .rev()
        .map(|year| {
            let of: Vec<&CohortCell> = cells
                .iter()
                .filter(|c| c.purchase_year == Some(*year))
                .collect();
            GridRow {
                label: year.to_string(),
                note: n(of.iter().map(|c| c.units).max().unwrap_or(0)),
                cells: months
                    .iter()
                    .map(|m| {
                        let found = of.iter().find(|c| c.months == *m);
                        found.map_or_else(GridCell::default, |c| cell(c.units, c.came))
                    })
                    .collect(),
            }
        })
        .collect();
    let first = months.first().map(|m| sum(*m));
    rows.push(GridRow {
        label: w.t("cohorts-all"),
        note: n(first.map_or(0, |f| f.0)),
        cells: months
            .iter()
            .map(|m| sum(*m))
            .map(|(units, came)| cell(units, came))
            .collect(),
    });
    // From the lowest tenth to all, so that years differ to the eye.
    let lowest = rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter_map(|c| c.weight)
        .fold(0.9, f64::min);
    let shades = ((lowest * 10.0).floor() / 10.0, 1.0);
    let last = months.last().map(|m| (*m, sum(*m)));
    let title = match (first, last) {
        (Some((units, came)), Some((month, (later, still)))) if !years.is_empty() => w.ta(
            "cohorts-title",
            &[
                ("first", &share(came, units)),
                ("month", &month.to_string()),
                ("last", &share(still, later)),
            ],
        ),
        _ => w.t("cohorts-title-none"),
    };
    Figure {
        id: "cohorts",
        subtitle: w.t("cohorts-subtitle"),
        note: w.ta("cohorts-note", &[("n", &LEAST.to_string())]),
        width: FULL,
        chart: (!years.is_empty()).then(|| {
            Chart::Grid(Grid {
                x_title: w.t("cohorts-x"),
                y_title: w.t("column-purchase-year"),
                columns: months.iter().map(i64::to_string).collect(),
                rows,
                shades,
            })
        }),
        missing: w.t("cohorts-none"),
        table: w.table(
            &title,
            &[
                "column-purchase-year",
                "column-months-after>",
                "column-seen>",
                "column-still-came>",
                "column-share>",
            ],
            cells
                .iter()
                .map(|c| {
                    vec![
                        c.purchase_year
                            .map_or_else(|| w.t("purchase-unknown"), |y| y.to_string())
                            .into(),
                        number_of(c.months).into(),
                        number_of(c.units).into(),
                        number_of(c.came).into(),
                        if c.units < LEAST {
                            format::UNKNOWN.into()
                        } else {
                            percent(c.came as f64 / c.units as f64).into()
                        },
                    ]
                })
                .collect(),
        ),
        title,
    }
}

fn n(units: i64) -> String {
    format!("n = {}", number_of(units))
}
