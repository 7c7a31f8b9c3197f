//! Parts of page 2: where the customers live, labour against parts, how long vehicles wait.

use super::FULL;
use crate::analysis::{Care, Split, StayRow, Unit};
use crate::i18n::{number, percent};
use crate::report::block::{
    BarRow, Bars, Block, Chart, DataTable, Figure, RangeRow, Ranges, Scale, ShareSeries, Shares,
};
use crate::report::format::{self, UNKNOWN, number_of};
use crate::report::words::{Words, cell};

/// Districts drawn by name; the rest is one bar, and the table has all.
const DRAWN: usize = 8;
/// Visits of which fewer say nothing of how long they take.
const SAID_FROM: i64 = 10;

/// Visits and revenue by district of the customers; what brings it where no file tells one.
pub(super) fn districts(w: &Words<'_>) -> Vec<Block> {
    let of = |id: &str| -> Vec<&Split> {
        let splits = w.a.splits.iter();
        splits
            .filter(|s| s.split_by == "district" && s.id == id)
            .collect()
    };
    let (revenue, visits, mean) = (of("revenue"), of("visits"), of("revenue_per_visit"));
    if revenue.is_empty() {
        return Vec::new();
    }
    let heading = Block::Heading {
        text: w.t("heading-districts"),
    };
    if revenue.iter().all(|s| s.split_value.is_empty()) {
        let text = w.t("missing-districts");
        return vec![heading, Block::Note { text }];
    }
    let money = |s: &Split| s.value.unwrap_or(0.0);
    let mut order: Vec<usize> = (0..revenue.len()).collect();
    // Customers of no known district stand last, whatever they bring.
    order.sort_by(|&a, &b| {
        let (a, b) = (revenue[a], revenue[b]);
        let unknown = |s: &Split| s.split_value.is_empty();
        unknown(a)
            .cmp(&unknown(b))
            .then(money(b).total_cmp(&money(a)))
            .then_with(|| a.split_value.cmp(&b.split_value))
    });
    let all: f64 = revenue.iter().map(|s| money(s)).sum();
    let name = |s: &Split| match s.split_value.as_str() {
        "" => w.t("district-unknown"),
        known => known.to_owned(),
    };
    let part = |v: f64| {
        if all > 0.0 {
            percent(v / all)
        } else {
            UNKNOWN.to_owned()
        }
    };
    let count = |s: Option<&&Split>| s.and_then(|s| s.value);
    let rows = order
        .iter()
        .map(|&i| {
            let r = revenue[i];
            let same = |splits: &[&Split]| -> Option<usize> {
                splits.iter().position(|s| s.split_value == r.split_value)
            };
            let came = same(&visits).map(|at| visits[at]);
            vec![
                name(r).into(),
                w.exact(Unit::Visits, came.and_then(|s| s.value)).into(),
                w.exact(Unit::Visits, came.and_then(|s| s.last_year)).into(),
                w.sum(money(r)).into(),
                part(money(r)).into(),
                format::moved(w.lang, Unit::Money, r.value, r.last_year).into(),
                cell(same(&mean).and_then(|at| count(mean.get(at))), |v| w.sum(v)),
            ]
        })
        .collect();
    let known: Vec<usize> = order
        .iter()
        .copied()
        .filter(|&i| !revenue[i].split_value.is_empty())
        .collect();
    let of_known: f64 = known.iter().map(|&i| money(revenue[i])).sum();
    let title = match known.first() {
        Some(&i) if of_known > 0.0 => w.ta(
            "districts-title",
            &[
                ("district", &name(revenue[i])),
                ("share", &percent(money(revenue[i]) / of_known)),
            ],
        ),
        _ => w.t("districts-title-none"),
    };
    vec![
        heading,
        Block::Charts {
            figures: vec![Figure {
                id: "districts",
                subtitle: w.t("districts-subtitle"),
                note: w.t("districts-note"),
                width: FULL,
                chart: Some(Chart::Bars(Bars {
                    rows: bars(w, &revenue, &order, name, part),
                })),
                missing: w.t("missing-districts"),
                table: w.table(
                    &title,
                    &[
                        "column-district",
                        "column-visits>",
                        "column-last-year>",
                        "column-revenue>",
                        "column-share>",
                        "column-change>",
                        "column-per-visit>",
                    ],
                    rows,
                ),
                title,
            }],
        },
    ]
}

fn bars(
    w: &Words<'_>,
    revenue: &[&Split],
    order: &[usize],
    name: impl Fn(&Split) -> String,
    part: impl Fn(f64) -> String,
) -> Vec<BarRow> {
    let money = |i: usize| revenue[i].value.unwrap_or(0.0);
    let bar = |label: String, value: f64| BarRow {
        label,
        value: value.max(0.0),
        whole: None,
        text: format!("{} · {}", w.money(value), part(value)),
        mark: None,
    };
    let mut rows: Vec<BarRow> = order
        .iter()
        .take(DRAWN)
        .map(|&i| bar(name(revenue[i]), money(i)))
        .collect();
    if order.len() > DRAWN {
        let rest = order.iter().skip(DRAWN).map(|&i| money(i)).sum();
        rows.push(bar(w.t("series-rest"), rest));
    }
    rows
}

/// Shares of labour and parts over thirteen months.
pub(super) fn mix(w: &Words<'_>, care: &Care) -> Figure {
    let months = &w.a.months;
    let of = |month| {
        let m = care.mix.iter().find(|m| m.month == month)?;
        let (labour, parts) = (m.labour?, m.parts?);
        (labour >= 0.0 && parts >= 0.0 && labour + parts > 0.0).then_some((labour, parts))
    };
    let share = |parts: bool| -> Vec<Option<f64>> {
        months
            .iter()
            .map(|m| {
                let (l, p) = of(m.month)?;
                Some(if parts { p } else { l } / (l + p))
            })
            .collect()
    };
    let now = of(w.a.meta.month_start);
    let ratio = |(labour, parts): (f64, f64)| {
        if labour > 0.0 {
            number(parts / labour, 2)
        } else {
            UNKNOWN.to_owned()
        }
    };
    let title = match now {
        Some(both) => w.ta(
            "mix-title",
            &[
                ("month", &w.month()),
                ("ratio", &ratio(both)),
                ("share", &percent(both.0 / (both.0 + both.1))),
            ],
        ),
        None => w.t("mix-title-none"),
    };
    let series = |key: &str, values: Vec<Option<f64>>| {
        let last = values.last().copied().flatten();
        let last = last.map_or_else(String::new, |v| format!(" {}", percent(v)));
        ShareSeries {
            label: format!("{}{last}", w.t(key)),
            rest: false,
            values,
        }
    };
    let any = months.iter().any(|m| of(m.month).is_some());
    let rows = care
        .mix
        .iter()
        .rev()
        .map(|m| {
            vec![
                m.month.format("%Y-%m").to_string().into(),
                cell(m.labour, |v| w.sum(v)),
                cell(m.parts, |v| w.sum(v)),
                of(m.month).map_or_else(|| UNKNOWN.to_owned(), ratio).into(),
                number_of(m.visits).into(),
            ]
        })
        .collect();
    let visits = care
        .mix
        .iter()
        .find(|m| m.month == w.a.meta.month_start)
        .map_or(0, |m| m.visits);
    Figure {
        id: "mix",
        subtitle: w.t("mix-subtitle"),
        note: w.ta("mix-note", &[("visits", &number_of(visits))]),
        width: FULL,
        chart: any.then(|| {
            Chart::Shares(Shares {
                ticks: w.month_ticks(),
                series: vec![
                    series("mix-labour", share(false)),
                    series("mix-parts", share(true)),
                ],
            })
        }),
        missing: w.t("missing-mix"),
        table: w.table(
            &title,
            &[
                "column-month",
                "column-labour>",
                "column-parts>",
                "column-parts-per-labour>",
                "column-visits>",
            ],
            rows,
        ),
        title,
    }
}

/// Hours in the shop by class and by when vehicles came: half are out by the dot, nine of ten by the whisker's end.
pub(super) fn stays(w: &Words<'_>, care: &Care) -> Figure {
    let now = w.a.meta.month_start;
    let of = |month, part: &str| -> Vec<&StayRow> {
        let all = care.stays.iter();
        all.filter(|s| s.month == month && s.part == part).collect()
    };
    let hours = |v: f64| number(v, 1);
    let all = of(now, "all").first().copied();
    let said = all.filter(|s| s.visits >= SAID_FROM);
    let title = match said.and_then(|s| Some((s, s.median?, s.most?))) {
        Some((s, median, most)) => w.ta(
            "stays-title",
            &[
                ("median", &hours(median)),
                ("most", &hours(most)),
                ("share", &super::share(s.same_day, s.visits)),
            ],
        ),
        None => w.t("stays-title-none"),
    };
    let mut classes = of(now, "class");
    classes.sort_by(|a, b| b.visits.cmp(&a.visits).then_with(|| a.value.cmp(&b.value)));
    let mut arrivals = of(now, "arrival");
    arrivals.sort_by_key(|s| (s.value != "before_10", s.value.clone()));
    let label = |s: &StayRow| match s.part.as_str() {
        "class" => w.common(&format!("class-{}", s.value)),
        "arrival" => w.t(&format!("stay-{}", s.value.replace('_', "-"))),
        _ => w.t("stay-all"),
    };
    let rows: Vec<RangeRow> = arrivals
        .iter()
        .chain(&classes)
        .filter(|s| s.visits >= SAID_FROM)
        .filter_map(|s| {
            let (median, most) = (s.median?, s.most?);
            Some(RangeRow {
                label: label(s),
                value: median,
                range: Some((median, most)),
                text: w.ta(
                    "range-n",
                    &[("value", &hours(median)), ("n", &number_of(s.visits))],
                ),
                mark: None,
            })
        })
        .collect();
    let timed = said.and_then(|s| s.median).filter(|_| !rows.is_empty());
    let then = |back: u32| {
        let month = now - chrono::Months::new(back);
        let row = of(month, "all").first().copied()?;
        row.median.filter(|_| row.visits >= SAID_FROM)
    };
    let note = w.ta(
        "stays-note",
        &[
            ("n", &number_of(all.map_or(0, |s| s.visits))),
            ("all", &number_of(all.map_or(0, |s| s.all_visits))),
            (
                "previous",
                &then(1).map_or_else(|| UNKNOWN.to_owned(), hours),
            ),
            (
                "last_year",
                &then(12).map_or_else(|| UNKNOWN.to_owned(), hours),
            ),
        ],
    );
    let lines = all
        .into_iter()
        .chain(arrivals.iter().copied())
        .chain(classes);
    Figure {
        id: "stays",
        subtitle: w.t("stays-subtitle"),
        note,
        width: FULL,
        chart: timed.map(|all| {
            Chart::Ranges(Ranges {
                scale: Scale::Count,
                rows,
                reference: Some((all, w.ta("line-all", &[("value", &hours(all))]))),
            })
        }),
        missing: w.t("missing-stays"),
        table: stays_table(w, &title, lines, label),
        title,
    }
}

fn stays_table<'a>(
    w: &Words<'_>,
    title: &str,
    rows: impl Iterator<Item = &'a StayRow>,
    label: impl Fn(&StayRow) -> String,
) -> DataTable {
    let lines = rows
        .map(|s| {
            let said = |v: Option<f64>| cell(v.filter(|_| s.visits >= SAID_FROM), |v| number(v, 1));
            vec![
                label(s).into(),
                number_of(s.all_visits).into(),
                number_of(s.visits).into(),
                said(s.median),
                said(s.most),
                super::share(s.same_day, s.visits).into(),
            ]
        })
        .collect();
    w.table(
        title,
        &[
            "column-stay",
            "column-visits>",
            "column-timed>",
            "column-median-hours>",
            "column-most-hours>",
            "column-same-day>",
        ],
        lines,
    )
}

/// Whether vehicles were ready when promised, as one sentence, or what would tell it.
pub(super) fn on_time(w: &Words<'_>) -> Block {
    let kpi = w.a.kpi("on_time");
    let text = match kpi.and_then(|k| Some((k.value?, k.n?))) {
        Some((share, orders)) => w.ta(
            "note-on-time",
            &[("share", &percent(share)), ("orders", &number_of(orders))],
        ),
        None => w.t("missing-on-time"),
    };
    Block::Note { text }
}
