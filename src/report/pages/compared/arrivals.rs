//! When vehicles arrive.

use crate::analysis::{ArrivalHour, Arrivals};
use crate::i18n::number;
use crate::report::block::{Chart, Figure, Grid, GridCell, GridRow};
use crate::report::format::number_of;
use crate::report::pages::FULL;
use crate::report::words::Words;

/// When vehicles arrive: what an open Monday between nine and ten brings, and so on.
pub(in crate::report::pages) fn arrivals(w: &Words<'_>, arrivals: &Arrivals) -> Figure {
    #[allow(clippy::cast_precision_loss)] // counts
    let mean = |h: &ArrivalHour| h.visits as f64 / h.open_days.max(1) as f64;
    let clock = |hour: i64| format!("{hour}:00–{}:00", hour + 1);
    let day = |weekday: i64| w.t(&format!("weekday-long-{weekday}"));
    // Of days without a time nothing is said of the hours.
    let known = arrivals.timed * 2 > arrivals.all;
    let hours = if known { &arrivals.hours[..] } else { &[] };
    let busiest = hours
        .iter()
        .rev()
        .max_by(|a, b| mean(a).total_cmp(&mean(b)));
    let title = busiest.map_or_else(
        || w.t("arrivals-title-none"),
        |h| {
            w.ta(
                "arrivals-title",
                &[
                    ("day", &day(h.weekday)),
                    ("hour", &clock(h.hour)),
                    ("mean", &number(mean(h), 1)),
                ],
            )
        },
    );
    let first = hours.iter().map(|h| h.hour).min().unwrap_or(0);
    let last = hours.iter().map(|h| h.hour).max().unwrap_or(0);
    let of = |weekday: i64, hour: i64| {
        hours
            .iter()
            .find(|h| h.weekday == weekday && h.hour == hour)
    };
    let row = |weekday: i64| {
        let of_day = hours.iter().filter(|h| h.weekday == weekday);
        let days = of_day.clone().map(|h| h.open_days).max().unwrap_or(0);
        let visits: i64 = of_day.map(|h| h.visits).sum();
        GridRow {
            label: w.t(&format!("weekday-{weekday}")),
            note: if days > 0 {
                #[allow(clippy::cast_precision_loss)] // counts
                let each = visits as f64 / days as f64;
                w.ta("arrivals-a-day", &[("mean", &number(each, 1))])
            } else {
                String::new()
            },
            cells: (first..=last)
                .map(|hour| {
                    of(weekday, hour).map_or_else(GridCell::default, |h| GridCell {
                        weight: Some(mean(h)),
                        text: number(mean(h), 1),
                    })
                })
                .collect(),
        }
    };
    let rows = hours
        .iter()
        .map(|h| {
            vec![
                w.t(&format!("weekday-{}", h.weekday)).into(),
                clock(h.hour).into(),
                number_of(h.visits).into(),
                number_of(h.open_days).into(),
                number(mean(h), 2).into(),
            ]
        })
        .collect();
    Figure {
        id: "arrivals",
        subtitle: w.t("arrivals-subtitle"),
        note: w.ta(
            "arrivals-note",
            &[
                ("timed", &number_of(arrivals.timed)),
                ("all", &number_of(arrivals.all)),
            ],
        ),
        width: FULL,
        chart: busiest.map(|most| {
            Chart::Grid(Grid {
                x_title: w.t("arrivals-x"),
                y_title: w.t("arrivals-y"),
                columns: (first..=last).map(|h| h.to_string()).collect(),
                rows: (1..=7).map(row).collect(),
                shades: (0.0, mean(most)),
            })
        }),
        missing: if arrivals.all > 0 {
            w.t("arrivals-none")
        } else {
            w.t("missing-visits")
        },
        table: w.table(
            &title,
            &[
                "column-weekday",
                "column-hour",
                "column-visits>",
                "column-open-days>",
                "column-a-day>",
            ],
            rows,
        ),
        title,
    }
}
