//! Answers behind the charts that compare: arrivals, who stayed away, cohorts, concentration, probabilities.

use chrono::NaiveDate;

use super::months_before;
use super::sample::{float, int, month, table, text};
use crate::analysis::{Table, Value};

/// Of a month; the same of a year, where a year is asked.
pub(super) fn answers() -> [(&'static str, Table); 8] {
    [
        ("month_arrivals", arrivals()),
        (
            "month_festival",
            table("part opens closes began visits revenue", Vec::new()),
        ),
        ("month_mix", mix()),
        ("month_stays", stays()),
        ("presets", presets(month())),
        ("probabilities", probabilities()),
        ("splits", splits(month(), 1)),
        ("stayed_away", away()),
    ]
}

/// Of a year alone.
pub(super) fn of_year(start: NaiveDate) -> [(&'static str, Table); 4] {
    [
        ("presets", presets(start)),
        ("splits", splits(start, 12)),
        ("year_cohorts", cohorts()),
        ("year_concentration", concentration()),
    ]
}

fn presets(start: NaiveDate) -> Table {
    table(
        "month tier_12_24 tier_over_24 cohort cohort_since here here_twice class_a class_b class_c class_d",
        vec![vec![
            Value::Date(start),
            int(262),
            int(148),
            int(431),
            int(366),
            int(1_575),
            int(1_004),
            int(212),
            int(792),
            int(571),
            int(410),
        ]],
    )
}

/// Two districts, one of them new; a class and an adviser.
fn splits(start: NaiveDate, months: u32) -> Table {
    let row = |back, by: &str, value: &str, visits: i64| {
        vec![
            Value::Date(months_before(start, back)),
            text(by),
            text(value),
            int(visits + 6),
            int(visits),
            float(visits * 820),
            int(visits - 4),
            float(visits * 815),
            int(2),
        ]
    };
    let mut rows = Vec::new();
    for (by, value, visits) in [
        ("advisor", "陈志强", 187),
        ("class", "maint", 340),
        ("district", "", 31),
        ("district", "海珠区", 402),
    ] {
        rows.push(row(0, by, value, visits));
        rows.push(row(months, by, value, visits - 11));
        if months < 12 {
            rows.push(row(12, by, value, visits - 25));
        }
    }
    rows.push(row(0, "district", "番禺区", 88));
    table(
        "month split_by split_value all_visits visits revenue paying_visits paying_revenue comebacks",
        rows,
    )
}

/// Labour grows a little dearer; the first month of the thirteen tells nothing.
fn mix() -> Table {
    let rows = (0..=12_u32)
        .rev()
        .map(|back| {
            let known = back < 12;
            let money = |v: i64| if known { float(v) } else { Value::Null };
            vec![
                Value::Date(months_before(month(), back)),
                money(160_000 - 900 * i64::from(back)),
                money(230_000 + 400 * i64::from(back)),
                int(if known { 540 } else { 0 }),
            ]
        })
        .collect();
    table("month labour parts visits", rows)
}

/// Those who come in the afternoon wait for the next day.
fn stays() -> Table {
    let row = |back, part: &str, value: &str, visits: i64, median, most, same_day| {
        vec![
            Value::Date(months_before(month(), back)),
            text(part),
            text(value),
            int(visits + 20),
            int(visits),
            Value::Float(median),
            Value::Float(most),
            int(same_day),
        ]
    };
    table(
        "month part value all_visits visits median_hours most_hours same_day",
        vec![
            row(0, "all", "", 542, 2.6, 27.5, 461),
            row(0, "arrival", "before_10", 181, 2.1, 8.0, 172),
            row(0, "arrival", "from_10", 154, 2.4, 9.5, 141),
            row(0, "arrival", "from_12", 98, 2.9, 24.0, 84),
            row(0, "arrival", "from_15", 109, 15.2, 44.0, 64),
            row(0, "class", "body_accident", 44, 52.0, 121.0, 4),
            row(0, "class", "maint", 331, 1.8, 4.4, 330),
            row(0, "class", "warranty", 6, 1.1, 2.0, 6),
            row(1, "all", "", 520, 2.4, 25.0, 450),
            row(12, "all", "", 498, 2.9, 30.0, 401),
        ],
    )
}

/// Full in the morning and on Saturdays.
fn arrivals() -> Table {
    let mut rows = Vec::new();
    for weekday in 1..=7_i64 {
        let days = if weekday == 7 { 12 } else { 13 };
        for (hour, usual) in (8..=17_i64).zip([14, 41, 36, 22, 9, 17, 27, 21, 12, 4]) {
            let visits = match weekday {
                6 => usual * 14 / 10,
                7 => usual * 7 / 10,
                day => usual - day,
            };
            rows.push(vec![
                int(weekday),
                int(hour),
                int(visits.max(1)),
                int(days),
                int(1_512),
                int(1_498),
            ]);
        }
    }
    table(
        "weekday hour visits open_days all_visits timed_visits",
        rows,
    )
}

fn away() -> Table {
    let row =
        |by: &str, value: &str, units, away| vec![text(by), text(value), int(units), int(away)];
    table(
        "split_by split_value units stayed_away",
        vec![
            row("age", "0", 182, 14),
            row("age", "1", 240, 27),
            row("age", "2", 262, 48),
            row("age", "3", 231, 61),
            row("age", "4", 166, 52),
            row("age", "8", 7, 3),
            row("age", "unknown", 41, 12),
            row("warranty", "inside", 684, 89),
            row("warranty", "outside", 404, 116),
            row("warranty", "unknown", 41, 12),
        ],
    )
}

fn cohorts() -> Table {
    let mut rows = Vec::new();
    for (year, units) in [
        (2020, 160_i64),
        (2021, 205),
        (2022, 240),
        (2023, 340),
        (2024, 96),
    ] {
        for (months, share) in [(12, 88), (18, 83), (24, 74), (30, 66), (36, 58)] {
            // The younger, the shorter seen.
            let seen = (2_025 - year) * 12 + 6;
            if months <= seen {
                let units = units - months;
                rows.push(vec![
                    int(year),
                    int(months),
                    int(units),
                    int(units * (share + 2_020 - year) / 100),
                ]);
            }
        }
    }
    rows.push(vec![Value::Null, int(12), int(8), int(5)]);
    table("purchase_year months units came", rows)
}

/// The first bring most: the share of p per cent is p (200 − p) in ten thousandths.
fn concentration() -> Table {
    let rows = (1..=100_i64)
        .map(|percent| {
            vec![
                int(percent),
                int(percent * 14),
                float(percent * (200 - percent) * 500),
                float(5_000_000),
                int(1_400),
                Value::Float(0.333),
            ]
        })
        .collect();
    table(
        "percent customers revenue all_revenue all_customers gini",
        rows,
    )
}

fn probabilities() -> Table {
    let rows = [
        (0.08, 0.10),
        (0.15, 0.13),
        (0.21, 0.24),
        (0.28, 0.26),
        (0.36, 0.38),
        (0.45, 0.44),
        (0.54, 0.57),
        (0.63, 0.60),
        (0.74, 0.77),
        (0.88, 0.86),
    ]
    .into_iter()
    .zip(1_i64..)
    .map(|((said, came), bin)| {
        vec![
            int(bin),
            text("logistic"),
            int(120),
            Value::Float(said),
            Value::Float(came),
        ]
    })
    .collect();
    table("bin method units said came", rows)
}
