//! Page 5: how the plan's timers were kept, who called whom, what customers said of it, whether calling helps.

use super::outcomes::callers;
use super::year::people::{SAID_FROM, mean};
use super::{FULL, compared, count, missing, of_month, share};
use crate::analysis::{CallEffect, Care, Figure as Number, Mark, TimerRow};
use crate::i18n::{number, percent};
use crate::report::block::{BarRow, Bars, Block, Cell, Chart, Figure};
use crate::report::format::{self, number_of};
use crate::report::words::Words;

/// Figures of satisfaction that the page repeats in one table.
const FIGURES: [&str; 4] = ["csi", "complaint_closure", "comeback_rate", "on_time"];

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_month(w, |care| {
        let mut blocks = vec![
            Block::Charts {
                figures: vec![timers_figure(w, care)],
            },
            Block::Note {
                text: w.t("note-timers"),
            },
            Block::Heading {
                text: w.t("heading-effect"),
            },
            effect(w, care.effect.as_ref()),
            Block::Heading {
                text: w.t("heading-year-callers"),
            },
        ];
        match missing(w, "follow_ups") {
            Some(note) => blocks.push(note),
            None => blocks.push(callers(w, &care.callers)),
        }
        blocks.extend([
            Block::Heading {
                text: w.t("heading-satisfaction"),
            },
            Block::Charts {
                figures: vec![compared::advisors_satisfaction(w, &care.satisfaction, FULL)],
            },
            advisors(w, care),
            Block::Note {
                text: w.ta("note-advisor-care", &[("n", &SAID_FROM.to_string())]),
            },
        ]);
        blocks.push(figures(w));
        blocks
    })
}

/// Share in time from which a timer is well kept, and from which it is to be watched.
const KEPT: f64 = 0.9;
const NEARLY: f64 = 0.7;

#[allow(clippy::cast_precision_loss)] // counts
fn kept(row: &TimerRow) -> Option<f64> {
    (row.due > 0).then(|| row.on_time as f64 / row.due as f64)
}

fn mark(row: &TimerRow) -> Option<Mark> {
    Some(match kept(row)? {
        s if s >= KEPT => Mark::Good,
        s if s >= NEARLY => Mark::Watch,
        _ => Mark::Bad,
    })
}

fn timers_figure(w: &Words<'_>, care: &Care) -> Figure {
    let name = |row: &TimerRow| w.t(&format!("timer-{}", row.timer));
    let worst = care
        .timers
        .iter()
        .filter_map(|row| Some((kept(row)?, row)))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let title = match worst {
        Some((share, row)) if share < KEPT => w.phrase_with(
            "timers-title",
            &[
                ("share", Number::Share(share)),
                ("missed", count(row.missed)),
            ],
            &[("timer", &name(row))],
        ),
        Some(_) => w.t("timers-title-good"),
        None => w.t("timers-title-none"),
    };
    let bars: Vec<BarRow> = care
        .timers
        .iter()
        .filter_map(|row| {
            Some(BarRow {
                label: name(row),
                value: kept(row)?,
                text: format!(
                    "{} · n = {}",
                    share(row.on_time, row.due),
                    number_of(row.due)
                ),
                whole: None,
                mark: mark(row),
            })
        })
        .collect();
    let rows = care
        .timers
        .iter()
        .map(|row| {
            vec![
                name(row).into(),
                w.t(&format!("timer-rule-{}", row.timer)).into(),
                number_of(row.due).into(),
                number_of(row.on_time).into(),
                number_of(row.late).into(),
                number_of(row.missed).into(),
                Cell {
                    text: share(row.on_time, row.due),
                    mark: mark(row),
                },
            ]
        })
        .collect();
    Figure {
        id: "timers",
        subtitle: w.t("timers-subtitle"),
        note: w.t("timers-figure-note"),
        width: FULL,
        chart: (!bars.is_empty()).then_some(Chart::Bars(Bars { rows: bars })),
        missing: w.t("timers-title-none"),
        table: w.table(
            &title,
            &[
                "column-timer",
                "column-rule",
                "column-fell-due>",
                "column-in-time>",
                "column-late>",
                "column-not-done>",
                "column-share>",
            ],
            rows,
        ),
        title,
    }
}

/// Whether calling helps, against those left uncalled by lot.
fn effect(w: &Words<'_>, effect: Option<&CallEffect>) -> Block {
    let Some(e) = effect.filter(|e| e.assigned > 0) else {
        return Block::Note {
            text: w.t("effect-none"),
        };
    };
    let points = |v: f64| number(100.0 * v, 1);
    let shares = [e.with, e.without].map(|s| s.map_or_else(|| format::UNKNOWN.to_owned(), percent));
    let mut text = w.phrase_with(
        "effect-shares",
        &[
            ("assigned", count(e.assigned)),
            ("held_out", count(e.held_out)),
        ],
        &[
            ("date", &format::day(e.as_of)),
            ("days", &e.window_days.to_string()),
            ("with", &shares[0]),
            ("without", &shares[1]),
        ],
    );
    if let Some([value, low, high]) = e.difference {
        let key = if low > 0.0 {
            "effect-helps"
        } else if high < 0.0 {
            "effect-harms"
        } else {
            "effect-open"
        };
        text.push(' ');
        text.push_str(&w.ta(
            key,
            &[
                ("value", &points(value)),
                ("low", &points(low)),
                ("high", &points(high)),
            ],
        ));
        if key == "effect-open"
            && let Some(more) = e.more_rows.filter(|n| *n > 0)
        {
            text.push(' ');
            text.push_str(&w.phrase("effect-more", &[("rows", count(more))]));
        }
    }
    Block::Text { text }
}

/// Satisfaction and first calls by adviser.
fn advisors(w: &Words<'_>, care: &Care) -> Block {
    let mut names: Vec<&Option<String>> = care
        .advisor_calls
        .iter()
        .map(|c| &c.advisor)
        .chain(care.satisfaction.iter().map(|s| &s.advisor))
        .collect();
    names.sort_by_key(|n| (n.is_none(), (*n).clone()));
    names.dedup();
    let rows = names
        .into_iter()
        .map(|name| {
            let scores = care.satisfaction.iter().find(|s| s.advisor == *name);
            let calls = care.advisor_calls.iter().find(|c| c.advisor == *name);
            let unknown = || format::UNKNOWN.to_owned();
            vec![
                name.clone().unwrap_or_else(|| w.t("advisor-none")).into(),
                scores.map_or_else(unknown, |s| mean(w, s)).into(),
                scores.map_or_else(unknown, |s| number_of(s.n)).into(),
                calls.map_or_else(unknown, |c| number_of(c.due)).into(),
                calls.map_or_else(unknown, |c| number_of(c.on_time)).into(),
                calls
                    .map_or_else(unknown, |c| {
                        if c.due < SAID_FROM {
                            w.ta("too-few", &[("n", &c.due.to_string())])
                        } else {
                            share(c.on_time, c.due)
                        }
                    })
                    .into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("advisor-care-caption"),
        &[
            "column-advisor",
            "column-satisfaction>",
            "column-scores>",
            "column-calls-due>",
            "column-in-time>",
            "column-share>",
        ],
        rows,
    ))
}

/// Satisfaction, complaints, comebacks and delivery beside the month before and a year before.
fn figures(w: &Words<'_>) -> Block {
    let rows = FIGURES
        .iter()
        .filter_map(|id| w.a.kpi(id))
        .filter(|kpi| kpi.value.is_some())
        .map(|kpi| {
            let exact = |v| w.exact(kpi.unit, v);
            vec![
                kpi.definition.into(),
                w.label(kpi.id).into(),
                Cell {
                    text: exact(kpi.value),
                    mark: kpi.mark(),
                },
                kpi.n.map_or_else(String::new, number_of).into(),
                exact(kpi.previous).into(),
                exact(kpi.last_year).into(),
                kpi.target
                    .map_or_else(String::new, |t| exact(Some(t)))
                    .into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("care-figures-caption"),
        &[
            "column-definition",
            "column-figure",
            "column-value>",
            "column-n>",
            "column-previous>",
            "column-last-year>",
            "column-target>",
        ],
        rows,
    ))
}
