//! Who stayed away, by age and warranty.

use super::{HALF, SAID_FROM, side};
use crate::analysis::AwayRow;
use crate::analysis::intervals::share_range;
use crate::i18n::percent;
use crate::report::block::{Chart, Figure, RangeRow, Ranges, Scale};
use crate::report::format::{self, number_of};
use crate::report::pages::share;
use crate::report::words::Words;

/// Share of vehicles that stayed away, by age or by warranty.
#[allow(clippy::cast_precision_loss)] // counts
pub(in crate::report::pages) fn away(w: &Words<'_>, away: &[AwayRow], split: &str) -> Figure {
    let (id, key) = if split == "age" {
        ("away-age", "away-age")
    } else {
        ("away-warranty", "away-warranty")
    };
    let name = |row: &AwayRow| match row.split_value.as_str() {
        "unknown" => w.t("away-unknown"),
        value if split == "age" => {
            let form = match value {
                "0" => "away-under",
                "1" => "away-one",
                "8" => "away-old",
                _ => "away-years",
            };
            w.ta(form, &[("years", value)])
        }
        value => w.t(&format!("away-warranty-{value}")),
    };
    let of: Vec<&AwayRow> = away.iter().filter(|r| r.split_by == split).collect();
    let units: i64 = of.iter().map(|r| r.units).sum();
    let left: i64 = of.iter().map(|r| r.stayed_away).sum();
    let all = left as f64 / units.max(1) as f64;
    let rows: Vec<RangeRow> = of
        .iter()
        .filter(|r| r.units >= SAID_FROM)
        .map(|r| {
            let range = share_range(r.stayed_away, r.units);
            RangeRow {
                label: name(r),
                value: r.stayed_away as f64 / r.units as f64,
                range,
                text: w.ta(
                    "range-n",
                    &[
                        ("value", &share(r.stayed_away, r.units)),
                        ("n", &number_of(r.units)),
                    ],
                ),
                mark: side(range, all, false),
            }
        })
        .collect();
    let most = of
        .iter()
        .filter(|r| r.units >= SAID_FROM && r.split_value != "unknown")
        .max_by(|a, b| {
            let value = |r: &AwayRow| r.stayed_away as f64 / r.units as f64;
            value(a).total_cmp(&value(b))
        });
    let title = most.map_or_else(
        || w.t(&format!("{key}-title-none")),
        |r| {
            w.ta(
                &format!("{key}-title"),
                &[
                    ("group", &name(r)),
                    ("share", &share(r.stayed_away, r.units)),
                    ("all", &share(left, units)),
                ],
            )
        },
    );
    let lines = of
        .iter()
        .map(|r| {
            let range = share_range(r.stayed_away, r.units);
            let said = |v: Option<f64>| v.map_or_else(|| format::UNKNOWN.to_owned(), percent);
            vec![
                name(r).into(),
                number_of(r.units).into(),
                number_of(r.stayed_away).into(),
                share(r.stayed_away, r.units).into(),
                said(range.map(|r| r.0)).into(),
                said(range.map(|r| r.1)).into(),
            ]
        })
        .collect();
    Figure {
        id,
        subtitle: w.t("away-subtitle"),
        note: w.ta("away-note", &[("n", &number_of(units))]),
        width: HALF,
        chart: most.map(|_| {
            Chart::Ranges(Ranges {
                scale: Scale::Share,
                reference: Some((all, w.ta("line-all", &[("value", &percent(all))]))),
                rows,
            })
        }),
        missing: w.t(&format!("{key}-none")),
        table: w.table(
            &title,
            &[
                &format!("column-{key}"),
                "column-here-before>",
                "column-stayed-away>",
                "column-share>",
                "column-low>",
                "column-high>",
            ],
            lines,
        ),
        title,
    }
}
