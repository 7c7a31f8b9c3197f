//! Advisers side by side, with intervals: few visits or scores have wide ones, and none of fewer than ten.

use super::{SAID_FROM, short, side};
use crate::analysis::{AdvisorRow, Mark, SatisfactionRow};
use crate::i18n::percent;
use crate::report::block::{Chart, Figure, RangeRow, Ranges, Scale};
use crate::report::format::{self, number_of};
use crate::report::words::Words;

/// Advisers drawn at most; the table has all.
const DRAWN: usize = 20;

/// What a chart of people says in its title: how many differ from the whole beyond chance.
fn people_title(w: &Words<'_>, key: &str, rows: &[RangeRow]) -> String {
    let count = |mark| rows.iter().filter(|r| r.mark == Some(mark)).count();
    let (above, below) = (count(Mark::Good), count(Mark::Bad));
    if rows.len() < 2 {
        return w.t(&format!("{key}-title-none"));
    }
    if above + below == 0 {
        return w.t(&format!("{key}-title-alike"));
    }
    w.ta(
        &format!("{key}-title"),
        &[
            ("good", &above.to_string()),
            ("bad", &below.to_string()),
            ("all", &rows.len().to_string()),
        ],
    )
}

fn named(w: &Words<'_>, advisor: Option<&String>) -> String {
    advisor.map_or_else(|| w.t("advisor-none"), |name| short(name))
}

/// The busiest advisers, the highest value first.
fn drawn(mut rows: Vec<(i64, RangeRow)>) -> Vec<RangeRow> {
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.label.cmp(&b.1.label)));
    rows.truncate(DRAWN);
    let mut rows: Vec<RangeRow> = rows.into_iter().map(|(_, row)| row).collect();
    rows.sort_by(|a, b| {
        b.value
            .total_cmp(&a.value)
            .then_with(|| a.label.cmp(&b.label))
    });
    rows
}

/// Advisers by revenue per paying visit, against that of all.
#[allow(clippy::cast_precision_loss)] // counts
pub(in crate::report::pages) fn advisors_revenue(
    w: &Words<'_>,
    advisors: &[AdvisorRow],
    width: u32,
) -> Figure {
    let paying = || {
        let of = |a: &AdvisorRow| Some((a.paying, a.per_visit?));
        advisors.iter().filter_map(of)
    };
    let visits: i64 = paying().map(|(n, _)| n).sum();
    let all = paying().map(|(n, mean)| n as f64 * mean).sum::<f64>() / visits.max(1) as f64;
    let rows = drawn(
        advisors
            .iter()
            .filter(|a| a.paying >= SAID_FROM && a.advisor.is_some())
            .filter_map(|a| {
                let value = a.per_visit?;
                let range = a.half.map(|half| (value - half, value + half));
                let row = RangeRow {
                    label: named(w, a.advisor.as_ref()),
                    value,
                    range,
                    text: w.ta(
                        "range-n",
                        &[("value", &w.sum(value)), ("n", &number_of(a.paying))],
                    ),
                    mark: side(range, all, true),
                };
                Some((a.paying, row))
            })
            .collect(),
    );
    let title = people_title(w, "advisors-revenue", &rows);
    let lines = advisors
        .iter()
        .map(|a| {
            let money = |v: Option<f64>| {
                v.filter(|_| a.paying >= SAID_FROM)
                    .map_or_else(|| format::UNKNOWN.to_owned(), |v| w.sum(v))
            };
            let end = |sign: f64| a.per_visit.zip(a.half).map(|(v, half)| v + sign * half);
            vec![
                a.advisor
                    .clone()
                    .unwrap_or_else(|| w.t("advisor-none"))
                    .into(),
                number_of(a.paying).into(),
                money(a.per_visit).into(),
                money(end(-1.0)).into(),
                money(end(1.0)).into(),
            ]
        })
        .collect();
    Figure {
        id: "advisors-revenue",
        subtitle: w.t("advisors-revenue-subtitle"),
        note: people_note(w),
        width,
        chart: (rows.len() > 1).then(|| {
            Chart::Ranges(Ranges {
                scale: Scale::Count,
                reference: Some((all, w.ta("line-all", &[("value", &w.sum(all))]))),
                rows,
            })
        }),
        missing: w.t("advisors-revenue-none"),
        table: w.table(
            &title,
            &[
                "column-advisor",
                "column-paying>",
                "column-per-visit>",
                "column-low>",
                "column-high>",
            ],
            lines,
        ),
        title,
    }
}

fn people_note(w: &Words<'_>) -> String {
    w.ta(
        "people-note",
        &[("n", &SAID_FROM.to_string()), ("most", &DRAWN.to_string())],
    )
}

/// Advisers by satisfaction, against that of all.
#[allow(clippy::cast_precision_loss)] // counts
pub(in crate::report::pages) fn advisors_satisfaction(
    w: &Words<'_>,
    scores: &[SatisfactionRow],
    width: u32,
) -> Figure {
    let n: i64 = scores.iter().map(|s| s.n).sum();
    let all = scores.iter().map(|s| s.n as f64 * s.mean).sum::<f64>() / n.max(1) as f64;
    let rows = drawn(
        scores
            .iter()
            .filter(|s| s.n >= SAID_FROM && s.advisor.is_some())
            .map(|s| {
                let range = s
                    .half
                    .map(|half| ((s.mean - half).max(0.0), (s.mean + half).min(1.0)));
                let row = RangeRow {
                    label: named(w, s.advisor.as_ref()),
                    value: s.mean,
                    range,
                    text: w.ta(
                        "range-n",
                        &[("value", &percent(s.mean)), ("n", &number_of(s.n))],
                    ),
                    mark: side(range, all, true),
                };
                (s.n, row)
            })
            .collect(),
    );
    let title = people_title(w, "advisors-satisfaction", &rows);
    let lines = scores
        .iter()
        .map(|s| {
            let said = |v: Option<f64>| {
                v.filter(|_| s.n >= SAID_FROM)
                    .map_or_else(|| format::UNKNOWN.to_owned(), percent)
            };
            vec![
                s.advisor
                    .clone()
                    .unwrap_or_else(|| w.t("advisor-none"))
                    .into(),
                number_of(s.n).into(),
                said(Some(s.mean)).into(),
                said(s.half.map(|half| (s.mean - half).max(0.0))).into(),
                said(s.half.map(|half| (s.mean + half).min(1.0))).into(),
            ]
        })
        .collect();
    Figure {
        id: "advisors-satisfaction",
        subtitle: w.t("advisors-satisfaction-subtitle"),
        note: people_note(w),
        width,
        chart: (rows.len() > 1).then(|| {
            Chart::Ranges(Ranges {
                scale: Scale::Share,
                reference: Some((all, w.ta("line-all", &[("value", &percent(all))]))),
                rows,
            })
        }),
        missing: if scores.is_empty() {
            w.t("missing-kind-surveys")
        } else {
            w.t("advisors-satisfaction-none")
        },
        table: w.table(
            &title,
            &[
                "column-advisor",
                "column-scores>",
                "column-satisfaction>",
                "column-low>",
                "column-high>",
            ],
            lines,
        ),
        title,
    }
}
