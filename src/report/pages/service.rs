//! Page 4: what fell due: first, second and further maintenance; renewals; campaigns.

use super::outcomes::{campaigns, pool, renewals};
use super::{FULL, compared, count, missing, of_month, share};
use crate::analysis::{Care, DueRow};
use crate::report::block::{BarRow, Bars, Block, Chart, DataTable, Figure};
use crate::report::format::number_of;
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_month(w, |care| {
        let mut blocks = vec![
            Block::Charts {
                figures: vec![due_figure(w, care)],
            },
            Block::Table(due_table(w, &care.due, &w.t("due-caption"))),
            Block::Note {
                text: w.t("note-due"),
            },
            Block::Heading {
                text: w.t("heading-renewals"),
            },
        ];
        match missing(w, "insurance_policies") {
            Some(note) => blocks.push(note),
            None => {
                blocks.extend([
                    Block::Charts {
                        figures: vec![compared::renewals(w, &care.renewals)],
                    },
                    Block::Table(renewals(w, &care.renewals)),
                    Block::Note {
                        text: w.t("note-renewals"),
                    },
                ]);
                blocks.extend(pool(w, &care.pool));
            }
        }
        blocks.push(Block::Heading {
            text: w.t("heading-year-campaigns"),
        });
        blocks.push(campaigns(w, &care.campaigns));
        blocks
    })
}

/// All stages together.
fn sum(rows: &[DueRow]) -> DueRow {
    rows.iter().fold(
        DueRow {
            stage: "all".to_owned(),
            due: 0,
            reached: 0,
            booked: 0,
            came: 0,
        },
        |all, row| DueRow {
            due: all.due + row.due,
            reached: all.reached + row.reached,
            booked: all.booked + row.booked,
            came: all.came + row.came,
            ..all
        },
    )
}

/// Due, reached, booked, came: each a part of the first.
fn due_figure(w: &Words<'_>, care: &Care) -> Figure {
    let all = sum(&care.due);
    let title = if all.due > 0 {
        w.phrase_with(
            "due-title",
            &[("due", count(all.due)), ("came", count(all.came))],
            &[("share", &share(all.came, all.due))],
        )
    } else {
        w.t("due-title-none")
    };
    let bar = |key: &str, n: i64| {
        #[allow(clippy::cast_precision_loss)] // counts
        let value = n as f64;
        BarRow {
            label: w.t(key),
            value,
            text: format!("{} · {}", number_of(n), share(n, all.due)),
            #[allow(clippy::cast_precision_loss)] // counts
            whole: Some(all.due as f64),
            mark: None,
        }
    };
    Figure {
        id: "due",
        subtitle: w.t("due-subtitle"),
        note: w.t("due-figure-note"),
        width: FULL,
        chart: (all.due > 0).then(|| {
            Chart::Bars(Bars {
                rows: vec![
                    bar("column-fell-due", all.due),
                    bar("column-reached", all.reached),
                    bar("column-booked", all.booked),
                    bar("column-came-for-it", all.came),
                ],
            })
        }),
        missing: w.t("due-title-none"),
        table: due_table(w, &care.due, &title),
        title,
    }
}

fn due_table(w: &Words<'_>, rows: &[DueRow], caption: &str) -> DataTable {
    let line = |row: &DueRow| {
        vec![
            w.t(&format!("stage-{}", row.stage)).into(),
            number_of(row.due).into(),
            number_of(row.reached).into(),
            number_of(row.booked).into(),
            number_of(row.came).into(),
            share(row.came, row.due).into(),
        ]
    };
    let mut lines: Vec<_> = rows.iter().map(line).collect();
    if rows.len() > 1 {
        lines.push(line(&sum(rows)));
    }
    w.table(
        caption,
        &[
            "column-stage",
            "column-fell-due>",
            "column-reached>",
            "column-booked>",
            "column-came-for-it>",
            "column-share>",
        ],
        lines,
    )
}
