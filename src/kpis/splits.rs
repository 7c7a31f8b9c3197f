//! Figures by class, adviser and district, from the answers.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::analysis::{Record, Split, Table};

/// A figure and what it rests on.
type Measured = (Option<f64>, Option<i64>);

/// A name, and how its figure is read.
type Figure = (&'static str, fn(&Record<'_>) -> Measured);

/// The figures that make sense of a part: visits, revenue, revenue per paying visit, comebacks.
const FIGURES: [Figure; 4] = [
    ("visits", |row| (row.number("visits"), None)),
    ("revenue", |row| (row.number("revenue"), None)),
    ("revenue_per_visit", |row| {
        let n = row.count("paying_visits");
        (share(row.number("paying_revenue"), n), Some(n))
    }),
    ("comeback_rate", |row| {
        let n = row.count("all_visits");
        (share(row.number("comebacks"), n), Some(n))
    }),
];

/// Parts of the period that begins on that day and is so many months long. A part that was not there before has no figure
/// of then: unknown, not zero.
pub(super) fn of(table: &Table, start: NaiveDate, months: u32) -> Vec<Split> {
    let mut rows: BTreeMap<(NaiveDate, &str, &str), Record<'_>> = BTreeMap::new();
    for row in table.records() {
        if let (Some(month), Some(by), Some(value)) = (
            row.date("month"),
            row.text("split_by"),
            row.text("split_value"),
        ) {
            rows.insert((month, by, value), row);
        }
    }
    let (before, year_before) = (start - Months::new(months), start - Months::new(12));
    rows.keys()
        .filter(|(month, _, _)| *month == start)
        .flat_map(|(_, by, value)| {
            let at = |month, figure: fn(&Record<'_>) -> Measured| {
                rows.get(&(month, *by, *value)).map_or((None, None), figure)
            };
            FIGURES.map(|(id, figure)| {
                let (now, n) = at(start, figure);
                Split {
                    id,
                    split_by: (*by).to_owned(),
                    split_value: (*value).to_owned(),
                    value: now,
                    previous: at(before, figure).0,
                    last_year: at(year_before, figure).0,
                    n,
                }
            })
        })
        .collect()
}

#[allow(clippy::cast_precision_loss)] // counts
fn share(part: Option<f64>, whole: i64) -> Option<f64> {
    part.filter(|_| whole > 0).map(|part| part / whole as f64)
}
