//! Page 8: advisers and callers over the year, with what their figures rest on.

use super::of_year;
use crate::analysis::{SatisfactionRow, Year};
use crate::i18n::{number, percent};
use crate::report::block::Block;
use crate::report::format::{self, number_of};
use crate::report::pages::compared;
use crate::report::pages::outcomes::callers;
use crate::report::words::Words;

/// Visits or scores below which nothing is said of a person.
pub(in crate::report::pages) const SAID_FROM: i64 = 10;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let mut blocks = vec![
            Block::Heading {
                text: w.t("heading-advisors"),
            },
            Block::Charts {
                figures: vec![
                    compared::advisors_revenue(w, &year.advisors, compared::HALF),
                    compared::advisors_satisfaction(w, &year.satisfaction, compared::HALF),
                ],
            },
            advisors(w, year),
            Block::Note {
                text: w.ta("note-year-advisors", &[("least", &SAID_FROM.to_string())]),
            },
        ];
        blocks.push(Block::Heading {
            text: w.t("heading-year-callers"),
        });
        blocks.push(callers(w, &year.callers));
        if year.callers.is_empty() {
            blocks.push(Block::Note {
                text: w.t("missing-kind-follow_ups"),
            });
        }
        blocks
    })
}

/// A mean as a share with half of its interval, where there are enough scores.
pub(in crate::report::pages) fn mean(w: &Words<'_>, row: &SatisfactionRow) -> String {
    if row.n < SAID_FROM {
        return w.ta("too-few", &[("n", &row.n.to_string())]);
    }
    match row.half {
        Some(half) => format!("{} ± {}", percent(row.mean), number(half * 100.0, 1)),
        None => percent(row.mean),
    }
}

fn advisors(w: &Words<'_>, year: &Year) -> Block {
    let rows = year
        .advisors
        .iter()
        .map(|row| {
            let few = |n: i64| w.ta("too-few", &[("n", &n.to_string())]);
            let per_visit = if row.visits < SAID_FROM {
                few(row.visits)
            } else {
                row.per_visit
                    .map_or_else(|| format::UNKNOWN.to_owned(), |v| w.sum(v))
            };
            #[allow(clippy::cast_precision_loss)] // counts
            let comebacks = if row.all_visits < SAID_FROM {
                few(row.all_visits)
            } else {
                percent(row.comebacks as f64 / row.all_visits as f64)
            };
            let scores = year.satisfaction.iter().find(|s| s.advisor == row.advisor);
            vec![
                row.advisor
                    .clone()
                    .unwrap_or_else(|| w.t("advisor-none"))
                    .into(),
                number_of(row.visits).into(),
                w.sum(row.revenue).into(),
                per_visit.into(),
                number_of(row.comebacks).into(),
                comebacks.into(),
                scores
                    .map_or_else(|| format::UNKNOWN.to_owned(), |s| mean(w, s))
                    .into(),
                scores.map_or_else(String::new, |s| number_of(s.n)).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("year-advisors-caption"),
        &[
            "column-advisor",
            "column-visits>",
            "column-revenue>",
            "column-per-visit>",
            "column-comebacks>",
            "column-comeback-share>",
            "column-satisfaction>",
            "column-scores>",
        ],
        rows,
    ))
}
