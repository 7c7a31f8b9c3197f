//! Page 2: visits day by day, what the revenue is made of, who brought it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

use super::{FULL, compared, pace, parts};
use crate::analysis::{Figure as Number, Unit};
use crate::i18n::{number, percent};
use crate::report::block::{
    Block, Chart, Figure, Line, Panel, Panels, Scale, ShareSeries, Shares, Tick,
};
use crate::report::format;
use crate::report::words::{Words, cell};

/// Series beside which the rest is one.
const SERIES_MAX: usize = 5;

/// Visits below which a mean says nothing about an adviser.
const RANKED_FROM: i64 = 10;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Charts {
        figures: vec![days_figure(w)],
    }];
    if let Some(care) = &w.a.care {
        blocks.push(Block::Charts {
            figures: vec![compared::arrivals(w, &care.arrivals)],
        });
    }
    if let Some(care) = &w.a.care {
        blocks.push(Block::Charts {
            figures: vec![parts::stays(w, care)],
        });
        blocks.push(parts::on_time(w));
    }
    blocks.push(Block::Charts {
        figures: vec![classes_figure(w)],
    });
    if let Some(care) = &w.a.care {
        blocks.push(Block::Charts {
            figures: vec![parts::mix(w, care)],
        });
    }
    blocks.extend(pace::blocks(w));
    blocks.extend([
        Block::Heading {
            text: w.t("heading-advisors"),
        },
        Block::Charts {
            figures: vec![compared::advisors_revenue(w, &w.a.advisors, FULL)],
        },
        advisors(w),
        Block::Note {
            text: w.ta("note-advisors", &[("least", &RANKED_FROM.to_string())]),
        },
    ]);
    blocks.extend(parts::districts(w));
    blocks
}

/// The month's visits against their target, else last year, else the month before.
pub(super) fn visits_title(w: &Words<'_>) -> String {
    let month = w.month();
    let Some(kpi) = w.a.kpi("visits") else {
        return w.label("visits");
    };
    let Some(value) = kpi.value else {
        return w.label("visits");
    };
    let value_text = w.exact(Unit::Visits, Some(value));
    let args = |extra: (&'static str, String)| {
        let pairs = [
            ("month", month.as_str()),
            ("value", value_text.as_str()),
            (extra.0, extra.1.as_str()),
        ];
        pairs.map(|(n, v)| (n, v.to_owned()))
    };
    let say = |key: &str, extra: (&'static str, String)| {
        let owned = args(extra);
        let pairs: Vec<(&str, &str)> = owned.iter().map(|(n, v)| (*n, v.as_str())).collect();
        w.ta(key, &pairs)
    };
    if let Some(target) = kpi.target {
        let gap = w.exact(Unit::Visits, Some((target - value).abs().round()));
        return match (target - value).round() {
            0.0 => say("visits-title-on-target", ("gap", gap)),
            d if d > 0.0 => say("visits-title-below", ("gap", gap)),
            _ => say("visits-title-above", ("gap", gap)),
        };
    }
    let moved = |then| format::moved(w.lang, Unit::Visits, Some(value), then);
    if kpi.last_year.is_some_and(|v| v > 0.0) {
        say("visits-title-last-year", ("moved", moved(kpi.last_year)))
    } else if kpi.previous.is_some_and(|v| v > 0.0) {
        say("visits-title-previous", ("moved", moved(kpi.previous)))
    } else {
        say("visits-title", ("gap", String::new()))
    }
}

fn days_figure(w: &Words<'_>) -> Figure {
    let days = &w.a.days;
    let known: Vec<(NaiveDate, f64)> = days
        .iter()
        .filter_map(|d| d.visits.map(|v| (d.day, v)))
        .collect();
    let total: f64 = known.iter().map(|(_, v)| v).sum();
    #[allow(clippy::cast_precision_loss)] // days of a month
    let open = known.iter().filter(|(_, v)| *v > 0.0).count().max(1) as f64;
    let mean = total / open;
    let best = known
        .iter()
        .rev()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, v)| *v > 0.0);
    let title = match best {
        Some((day, most)) => w.phrase_with(
            "days-title",
            &[
                ("mean", Number::Count(mean.round())),
                ("most", Number::Count(*most)),
            ],
            &[
                ("mean_exact", &number(mean, 1)),
                ("day", &format::day_of_month(w.lang, *day)),
            ],
        ),
        None => w.t("days-title-none"),
    };
    let chart = best.map(|_| {
        Chart::Panels(Panels {
            ticks: days.iter().map(|d| day_tick(w, d.day)).collect(),
            emphasise_last: false,
            panels: vec![Panel {
                title: String::new(),
                scale: Scale::Count,
                bars: true,
                values: days.iter().map(|d| d.visits).collect(),
                last_label: String::new(),
                compare: None,
                target: Some(Line {
                    label: w.ta("line-mean", &[("value", &number(mean, 1))]),
                    values: days.iter().map(|d| d.visits.map(|_| mean)).collect(),
                }),
            }],
        })
    });
    let rows = days
        .iter()
        .map(|d| {
            vec![
                format::day(d.day).into(),
                weekday(w, d.day).into(),
                cell(d.visits, |v| number(v, 0)),
                cell(d.revenue, |v| w.sum(v)),
            ]
        })
        .collect();
    Figure {
        id: "days",
        subtitle: w.t("days-subtitle"),
        note: w.ta("days-note", &[("n", &number(total, 0))]),
        width: FULL,
        chart,
        missing: w.t("missing-visits"),
        table: w.table(
            &title,
            &[
                "column-day",
                "column-weekday",
                "column-visits>",
                "column-revenue>",
            ],
            rows,
        ),
        title,
    }
}

fn weekday(w: &Words<'_>, day: NaiveDate) -> String {
    w.t(&format!("weekday-{}", day.weekday().number_from_monday()))
}

fn day_tick(w: &Words<'_>, day: NaiveDate) -> Tick {
    Tick {
        label: day.day().to_string(),
        below: weekday(w, day),
        faint: matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
    }
}

/// Shares of revenue by class: the largest of the thirteen months by name, the rest together.
fn classes_figure(w: &Words<'_>) -> Figure {
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    let mut by_month: BTreeMap<(NaiveDate, &str), f64> = BTreeMap::new();
    for c in &w.a.classes {
        // Credits may outweigh: a share below zero cannot be drawn, and the table shows it.
        let revenue = c.revenue.max(0.0);
        *totals.entry(&c.class).or_default() += revenue;
        *by_month.entry((c.month, &c.class)).or_default() += revenue;
    }
    let mut names: Vec<&str> = totals.keys().copied().filter(|n| totals[n] > 0.0).collect();
    names.sort_by(|a, b| totals[b].total_cmp(&totals[a]).then(a.cmp(b)));
    let named: Vec<&str> = names.iter().copied().take(SERIES_MAX).collect();
    let month_total = |month: NaiveDate| -> f64 {
        names
            .iter()
            .filter_map(|n| by_month.get(&(month, *n)))
            .sum()
    };
    let share = |month: NaiveDate, class: &str| {
        let total = month_total(month);
        (total > 0.0).then(|| by_month.get(&(month, class)).copied().unwrap_or(0.0) / total)
    };
    let now = w.a.meta.month_start;
    let mut series: Vec<ShareSeries> = named
        .iter()
        .map(|class| {
            let label = w.common(&format!("class-{class}"));
            let last = share(now, class).unwrap_or(0.0);
            ShareSeries {
                label: format!("{label} {}", percent(last)),
                rest: false,
                values: w.a.months.iter().map(|m| share(m.month, class)).collect(),
            }
        })
        .collect();
    if names.len() > named.len() {
        let values: Vec<Option<f64>> =
            w.a.months
                .iter()
                .map(|m| {
                    let named: f64 = named.iter().filter_map(|c| share(m.month, c)).sum();
                    (month_total(m.month) > 0.0).then(|| (1.0 - named).max(0.0))
                })
                .collect();
        let last = values.last().copied().flatten().unwrap_or(0.0);
        series.push(ShareSeries {
            label: format!("{} {}", w.t("series-rest"), percent(last)),
            rest: true,
            values,
        });
    }
    let top = named
        .iter()
        .filter_map(|class| share(now, class).map(|s| (class, s)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let title = match top {
        Some((class, share)) => w.ta(
            "classes-title",
            &[
                ("month", &w.month()),
                ("class", &w.common(&format!("class-{class}"))),
                ("share", &percent(share)),
            ],
        ),
        None => w.t("classes-title-none"),
    };
    let (from, to) = w.window();
    Figure {
        id: "classes",
        subtitle: w.ta("classes-subtitle", &[("from", &from), ("to", &to)]),
        note: w.t("classes-note"),
        width: FULL,
        chart: top.map(|_| {
            Chart::Shares(Shares {
                ticks: w.month_ticks(),
                series,
            })
        }),
        missing: w.t("missing-classes"),
        table: classes_table(w, &title),
        title,
    }
}

fn classes_table(w: &Words<'_>, title: &str) -> crate::report::block::DataTable {
    let rows =
        w.a.classes
            .iter()
            .rev()
            .filter(|c| c.month == w.a.meta.month_start)
            .chain(
                w.a.classes
                    .iter()
                    .rev()
                    .filter(|c| c.month != w.a.meta.month_start),
            )
            .map(|c| {
                vec![
                    c.month.format("%Y-%m").to_string().into(),
                    w.common(&format!("class-{}", c.class)).into(),
                    format::number_of(c.visits).into(),
                    w.sum(c.revenue).into(),
                ]
            })
            .collect();
    w.table(
        title,
        &[
            "column-month",
            "column-class",
            "column-visits>",
            "column-revenue>",
        ],
        rows,
    )
}

fn advisors(w: &Words<'_>) -> Block {
    let rows =
        w.a.advisors
            .iter()
            .map(|row| {
                let name = row.advisor.clone().unwrap_or_else(|| w.t("advisor-none"));
                let per_visit = if row.visits < RANKED_FROM {
                    w.ta("too-few", &[("n", &row.visits.to_string())])
                } else {
                    row.per_visit
                        .map_or_else(|| format::UNKNOWN.to_owned(), |v| w.sum(v))
                };
                vec![
                    name.into(),
                    format::number_of(row.visits).into(),
                    w.sum(row.revenue).into(),
                    per_visit.into(),
                    format::number_of(row.comebacks).into(),
                ]
            })
            .collect();
    Block::Table(w.table(
        &w.ta("advisors-caption", &[("month", &w.month())]),
        &[
            "column-advisor",
            "column-visits>",
            "column-revenue>",
            "column-per-visit>",
            "column-comebacks>",
        ],
        rows,
    ))
}
