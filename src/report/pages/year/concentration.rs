//! How unevenly customers bring the revenue: the curve of Lorenz (1905), from those who spent most, with one sentence.

use crate::analysis::Concentration;
use crate::i18n::{number, percent};
use crate::report::block::{Block, Chart, Figure, NamedPoint, Square, SquarePoint};
use crate::report::format::number_of;
use crate::report::words::Words;

/// The share of customers that is named, per cent.
const NAMED: usize = 20;
/// Rows of the table, per cent.
const STEP: usize = 5;

/// What a fifth of the customers brings.
fn named_share(of: &Concentration) -> Option<f64> {
    of.share_of_first(NAMED)
}

#[allow(clippy::cast_precision_loss)] // counts
pub(super) fn figure(w: &Words<'_>, of: Option<&Concentration>) -> Figure {
    let known = of.and_then(|c| Some((c, named_share(c)?)));
    let title = known.map_or_else(
        || w.t("lorenz-title-none"),
        |(_, share)| {
            w.ta(
                "lorenz-title",
                &[("percent", &NAMED.to_string()), ("share", &percent(share))],
            )
        },
    );
    let chart = known.map(|(c, share)| {
        let mut points = vec![SquarePoint {
            x: 0.0,
            y: 0.0,
            range: None,
        }];
        points.extend(c.points.iter().map(|(customers, revenue)| SquarePoint {
            x: *customers as f64 / c.customers.max(1) as f64,
            y: revenue / c.revenue,
            range: None,
        }));
        let x = c.points[NAMED - 1].0 as f64 / c.customers.max(1) as f64;
        Chart::Square(Square {
            x_title: w.t("lorenz-x"),
            y_title: w.t("lorenz-y"),
            equal: w.t("lorenz-equal"),
            joined: true,
            points,
            named: vec![NamedPoint {
                x,
                y: share,
                label: w.ta(
                    "lorenz-named",
                    &[("percent", &NAMED.to_string()), ("share", &percent(share))],
                ),
            }],
        })
    });
    let rows = of.map_or_else(Vec::new, |c| {
        c.points
            .iter()
            .enumerate()
            .filter(|(i, _)| (i + 1).is_multiple_of(STEP))
            .map(|(i, (customers, revenue))| {
                vec![
                    percent((i + 1) as f64 / 100.0).into(),
                    number_of(*customers).into(),
                    w.sum(*revenue).into(),
                    percent(if c.revenue > 0.0 {
                        revenue / c.revenue
                    } else {
                        0.0
                    })
                    .into(),
                ]
            })
            .collect()
    });
    Figure {
        id: "lorenz",
        subtitle: w.t("lorenz-subtitle"),
        note: w.ta(
            "lorenz-note",
            &[("n", &number_of(of.map_or(0, |c| c.customers)))],
        ),
        width: 444,
        chart,
        missing: w.t("lorenz-none"),
        table: w.table(
            &title,
            &[
                "column-of-customers>",
                "column-customers>",
                "column-revenue>",
                "column-running>",
            ],
            rows,
        ),
        title,
    }
}

/// The curve in one sentence, and the Gini coefficient with what it does not say.
pub(super) fn sentence(w: &Words<'_>, of: Option<&Concentration>) -> Option<Block> {
    let c = of?;
    let (share, gini) = (named_share(c)?, c.gini?);
    Some(Block::Text {
        text: w.ta(
            "lorenz-sentence",
            &[
                ("percent", &NAMED.to_string()),
                ("customers", &number_of(c.points[NAMED - 1].0)),
                ("share", &percent(share)),
                ("gini", &number(gini, 2)),
            ],
        ),
    })
}
