//! How far the probabilities of leaving can be trusted: what they said on a date that they had not seen.

use super::HALF;
use crate::analysis::TrustGroup;
use crate::analysis::intervals::share_range;
use crate::i18n::{number, percent};
use crate::report::block::{BarRow, Bars, Chart, Figure, Square, SquarePoint};
use crate::report::format::number_of;
use crate::report::words::Words;

/// What the probabilities of leaving said on a date that they had not seen, against what came: by groups, and by tenths.
#[allow(clippy::cast_precision_loss)] // counts
pub(in crate::report::pages) fn trust(w: &Words<'_>) -> Vec<Figure> {
    let groups = w.a.trust.as_ref().map_or(&[][..], |t| &t.groups[..]);
    let units: i64 = groups.iter().map(|g| g.units).sum();
    let left: i64 = groups.iter().map(TrustGroup::left).sum();
    let base = left as f64 / units.max(1) as f64;
    // The mean distance of said and came, weighted by units.
    let off = groups
        .iter()
        .map(|g| (g.said - g.came).abs() * g.units as f64)
        .sum::<f64>()
        / units.max(1) as f64;
    let method =
        w.a.trust
            .as_ref()
            .map_or_else(String::new, |t| w.common(&format!("method-{}", t.method)));
    let note = w.ta(
        "trust-note",
        &[("method", &method), ("n", &number_of(units))],
    );
    let rows: Vec<_> = groups
        .iter()
        .zip(1..)
        .map(|(g, tenth)| {
            vec![
                number_of(tenth).into(),
                number_of(g.units).into(),
                percent(g.said).into(),
                percent(g.came).into(),
                number_of(g.left()).into(),
            ]
        })
        .collect();
    let columns = [
        "column-group-of-ten>",
        "column-units>",
        "column-said>",
        "column-came-true>",
        "column-left>",
    ];
    let known = !groups.is_empty();
    let said_title = if known {
        w.ta("trust-title", &[("off", &number(off * 100.0, 1))])
    } else {
        w.t("trust-title-none")
    };
    let riskiest = groups.last();
    let lift_title = match riskiest {
        Some(g) => w.ta(
            "lift-title",
            &[("share", &percent(g.came)), ("all", &percent(base))],
        ),
        None => w.t("trust-title-none"),
    };
    let points: Vec<SquarePoint> = groups
        .iter()
        .map(|g| SquarePoint {
            x: g.said,
            y: g.came,
            range: share_range(g.left(), g.units),
        })
        .collect();
    let count = groups.len();
    let bars = groups
        .iter()
        .rev()
        .enumerate()
        .map(|(i, g)| BarRow {
            label: if i == 0 {
                w.t("lift-first")
            } else if i + 1 == count {
                w.t("lift-last")
            } else {
                w.ta("tenth", &[("n", &(i + 1).to_string())])
            },
            value: g.came,
            whole: None,
            text: if base > 0.0 {
                w.ta(
                    "lift-text",
                    &[
                        ("share", &percent(g.came)),
                        ("times", &number(g.came / base, 1)),
                    ],
                )
            } else {
                percent(g.came)
            },
            mark: None,
        })
        .collect();
    vec![
        Figure {
            id: "calibration",
            subtitle: w.t("trust-subtitle"),
            note: note.clone(),
            width: HALF,
            chart: known.then(|| {
                Chart::Square(Square {
                    x_title: w.t("trust-x"),
                    y_title: w.t("trust-y"),
                    equal: w.t("trust-equal"),
                    joined: false,
                    points,
                    named: Vec::new(),
                })
            }),
            missing: w.t("trust-none"),
            table: w.table(&said_title, &columns, rows.clone()),
            title: said_title,
        },
        Figure {
            id: "lift",
            subtitle: w.t("lift-subtitle"),
            note,
            width: HALF,
            chart: known.then_some(Chart::Bars(Bars { rows: bars })),
            missing: w.t("trust-none"),
            table: w.table(&lift_title, &columns, rows),
            title: lift_title,
        },
    ]
}
