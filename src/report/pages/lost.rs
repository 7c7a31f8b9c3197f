//! Page 6: why customers stay away, who of them was called and came back, what to do, what the next month brings.

use super::outcomes::reasons;
use super::{count, missing, of_month, share};
use crate::analysis::{Care, Figure as Number, MonthAhead};
use crate::follow_up::lost_reasons::LOST_REASONS;
use crate::follow_up::lost_reasons::lost_reason_label;
use crate::report::block::{Block, Item};
use crate::report::format::{self, number_of};
use crate::report::words::Words;

/// Reasons for which something is proposed, the most frequent first.
const ACTIONS: usize = 5;
/// Standard normal quantile of the 80 % interval.
const Z: f64 = 1.281_552;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_month(w, |care| {
        let mut blocks = vec![Block::Charts {
            figures: vec![reasons(w, &care.reasons, "reasons")],
        }];
        blocks.extend(missing(w, "follow_ups"));
        blocks.extend([
            Block::Heading {
                text: w.t("heading-lost-calls"),
            },
            calls(w, care),
            Block::Note {
                text: w.t("note-lost-calls"),
            },
            Block::Heading {
                text: w.t("heading-actions"),
            },
            actions(w, care),
            Block::Heading {
                text: w.t("heading-ahead"),
            },
            ahead(w, care),
        ]);
        blocks
    })
}

fn calls(w: &Words<'_>, care: &Care) -> Block {
    let rows = care
        .lost
        .iter()
        .map(|row| {
            vec![
                w.common(&format!("state-{}", row.state)).into(),
                number_of(row.units).into(),
                number_of(row.called).into(),
                number_of(row.reached).into(),
                number_of(row.came_reached).into(),
                number_of(row.came).into(),
                share(row.came, row.units).into(),
            ]
        })
        .collect();
    let mut table = w.table(
        &w.t("lost-calls-caption"),
        &[
            "column-state",
            "column-units>",
            "column-called>",
            "column-reached>",
            "column-back-after-call>",
            "column-back>",
            "column-share>",
        ],
        rows,
    );
    table.empty = w.t("lost-calls-none");
    Block::Table(table)
}

/// What to do about the most frequent reasons, with room for who and until when.
fn actions(w: &Words<'_>, care: &Care) -> Block {
    let rows: Vec<_> = care
        .reasons
        .iter()
        .filter(|(reason, _)| LOST_REASONS.contains(&reason.as_str()) && reason != "unknown")
        .take(ACTIONS)
        .map(|(reason, n)| {
            vec![
                lost_reason_label(w.lang, reason).into(),
                number_of(*n).into(),
                w.t(&format!("action-{reason}")).into(),
                w.t("action-owner").into(),
                w.t("action-until").into(),
            ]
        })
        .collect();
    let mut table = w.table(
        &w.t("actions-caption"),
        &[
            "column-reason",
            "column-answers>",
            "column-action",
            "column-owner",
            "column-until",
        ],
        rows,
    );
    table.empty = w.t("actions-none");
    Block::Table(table)
}

/// Due and overdue, and how many visits that is likely to be, from the share that came this month.
fn ahead(w: &Words<'_>, care: &Care) -> Block {
    let Some(next) = care.ahead else {
        return Block::Note {
            text: w.t("ahead-none"),
        };
    };
    let month = format::month_name(w.lang, next.month);
    let mut items = vec![w.phrase_with(
        "ahead-due",
        &[("due", count(next.due)), ("overdue", count(next.overdue))],
        &[("month", &month)],
    )];
    if let Some((low, value, high)) = expected(care, next) {
        items.push(w.phrase_with(
            "ahead-expected",
            &[
                ("value", Number::Count(value.round())),
                ("low", Number::Count(low.floor())),
                ("high", Number::Count(high.ceil())),
            ],
            &[("month", &month)],
        ));
    }
    if next.visits_year_before > 0 {
        items.push(w.phrase_with(
            "ahead-year-before",
            &[("visits", count(next.visits_year_before))],
            &[("month", &month)],
        ));
    }
    Block::List {
        items: items
            .into_iter()
            .map(|text| Item { mark: None, text })
            .collect(),
    }
}

/// Of those that fall due, how many come: the share of this month on those of the next, with the spread of both (the
/// share's, by Wilson 1927, and that of as many independent vehicles); low, value and high at 80 %.
#[allow(clippy::cast_precision_loss)] // counts
fn expected(care: &Care, next: MonthAhead) -> Option<(f64, f64, f64)> {
    let due: i64 = care.due.iter().map(|r| r.due).sum();
    let came: i64 = care.due.iter().map(|r| r.came).sum();
    // A share of fewer says nothing of the next month.
    if due < 20 || next.due == 0 {
        return None;
    }
    let (n, m) = (due as f64, next.due as f64);
    let p = came as f64 / n;
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (middle * (1.0 - middle) * (1.0 / n + 1.0 / m)).sqrt();
    let bounded = |share: f64| (share * m).clamp(0.0, m);
    let value = p * m;
    Some((
        bounded(middle - half).min(value),
        value,
        bounded(middle + half).max(value),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::analysis::DueRow;

    fn care(due: i64, came: i64) -> Care {
        Care {
            due: vec![DueRow {
                stage: "further".to_owned(),
                due,
                reached: 0,
                booked: 0,
                came,
            }],
            ..Care::default()
        }
    }

    fn next(due: i64) -> MonthAhead {
        MonthAhead {
            month: chrono::NaiveDate::default(),
            due,
            overdue: 0,
            visits_year_before: 0,
        }
    }

    #[test]
    fn what_is_expected_lies_within_its_interval_and_never_beyond_what_is_due() {
        for (due, came, ahead) in [(100, 40, 80), (20, 0, 5), (20, 20, 500), (1_000, 999, 1)] {
            let (low, value, high) = expected(&care(due, came), next(ahead)).unwrap();
            #[allow(clippy::cast_precision_loss)]
            let most = ahead as f64;
            assert!(0.0 <= low && low <= value && value <= high && high <= most);
        }
        // 40 of 100 came; of 100 due: 40, give or take 1.28 · √(0.4 · 0.6 · 2 / 100) · 100 = 8.9.
        let (low, value, high) = expected(&care(100, 40), next(100)).unwrap();
        assert!((value - 40.0).abs() < 1e-9);
        assert!(
            (low - 31.3).abs() < 0.3 && (high - 49.1).abs() < 0.3,
            "{low} {high}"
        );
    }

    #[test]
    fn a_share_of_few_promises_nothing() {
        assert_eq!(expected(&care(19, 10), next(50)), None);
        assert_eq!(expected(&care(100, 10), next(0)), None);
    }
}
