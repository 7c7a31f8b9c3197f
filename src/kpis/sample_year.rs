//! Answers about a believable year of the same department, and those about files beside its orders.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::sample::{answers, float, int, meta, month, table, text};
use super::{YearSpan, months_before};
use crate::analysis::{Analysis, Table, Value};
use crate::settings::Settings;

/// What files beside the orders say of a month or year.
pub(super) fn beside(start: NaiveDate) -> [(&'static str, Table); 2] {
    let share = |id: &str, top: i64, bottom: i64| {
        vec![
            Value::Date(start),
            text(id),
            float(top),
            float(bottom),
            int(bottom),
        ]
    };
    let line = |id: &str, value: i64| vec![Value::Date(start), text(id), float(value)];
    [
        (
            "services",
            table(
                "month id top bottom n",
                vec![
                    share("appointment_share", 268, 594),
                    share("show_rate", 268, 301),
                    share("renewal_rate", 41, 88),
                ],
            ),
        ),
        (
            "plan_lines",
            table(
                "month id value",
                vec![
                    line("lectures", 1),
                    line("parts_purchased", 61_500),
                    line("parts_stock", 98_200),
                ],
            ),
        ),
    ]
}

fn year(before: u32) -> NaiveDate {
    months_before(month(), 12 * before)
        .with_month(1)
        .unwrap_or_default()
}

fn years() -> Table {
    let rows = [
        (2_u32, 6_010_i64, 4_690_000_i64),
        (1, 6_420, 5_020_000),
        (0, 6_890, 5_460_000),
    ]
    .into_iter()
    .map(|(before, visits, revenue)| {
        let body = visits * 14 / 100;
        vec![
            Value::Date(year(before)),
            int(visits),
            int(visits + 840),
            float(revenue),
            float(revenue - 41_000),
            int(visits - 610),
            float(revenue - 30_000),
            float(revenue - 30_000),
            int(body),
            float(body * 1_720),
            float(revenue * 31 / 100),
            float(revenue),
            int(71),
            int(2_310),
            int(348),
            int(visits * 61 / 100),
            float(body * 1_730),
            float(revenue * 4 / 100),
        ]
    })
    .collect();
    table(
        "month visits all_visits revenue received paying_visits paying_revenue qualified_revenue \
         body_visits body_revenue gross_profit costed_revenue comebacks units open_days maint_visits \
         body_all_revenue accessory_revenue",
        rows,
    )
}

fn classes() -> Table {
    let row = |before, class: &str, visits, revenue| {
        vec![
            Value::Date(year(before)),
            text(class),
            int(visits),
            int(visits + 40),
            float(revenue),
        ]
    };
    table(
        "month class visits all_visits revenue",
        vec![
            row(1, "body_accident", 880, 1_520_000),
            row(1, "maint", 3_900, 2_240_000),
            row(1, "repair", 1_640, 1_180_000),
            row(1, "wash_beauty", 0, 80_000),
            row(0, "body_accident", 905, 1_640_000),
            row(0, "maint", 4_205, 2_490_000),
            row(0, "repair", 1_780, 1_235_000),
            row(0, "wash_beauty", 0, 95_000),
        ],
    )
}

fn movement() -> Table {
    let mut rows = Vec::new();
    for (subject, opening, new, back, lost, gone) in [
        ("company", 138, 9, 2, 7, 0),
        ("customer", 1_361, 402, 118, 371, 24),
        ("unit", 1_470, 431, 126, 398, 26),
    ] {
        let closing = opening + new + back - lost - gone;
        rows.push(vec![
            Value::Date(year(0)),
            text(subject),
            int(opening),
            int(new),
            int(back),
            int(lost),
            int(62),
            int(gone),
            int(closing),
            int(closing * 27 / 10),
            float(opening * 2_900),
            float(lost * 1_750),
        ]);
    }
    table(
        "month subject opening new won_back lost lost_loyal gone closing frequency_visits \
         opening_spend lost_spend",
        rows,
    )
}

/// What the queries of a year alone answer.
fn own() -> [(&'static str, Table); 15] {
    let day = |m, d| Value::Date(NaiveDate::from_ymd_opt(2025, m, d).unwrap_or_default());
    [
        (
            "year_ahead",
            table(
                "units visits spend new_units new_visits",
                vec![vec![
                    int(2_520),
                    Value::Float(6_120.4),
                    Value::Null,
                    int(431),
                    int(640),
                ]],
            ),
        ),
        (
            "callers",
            table(
                "staff contacts opt_outs customers",
                vec![
                    vec![text("王芳"), int(812), int(6), int(540)],
                    vec![Value::Null, int(31), int(0), int(30)],
                ],
            ),
        ),
        (
            "campaigns",
            table(
                "campaign kind start_on members attended came revenue",
                vec![vec![
                    text("2025年金秋保养券"),
                    text("保养券"),
                    day(10, 11),
                    int(70),
                    int(17),
                    int(29),
                    float(26_222),
                ]],
            ),
        ),
        (
            "year_lost_loyal",
            table(
                "place customer_no last_visit_on spend reason customers",
                vec![
                    vec![
                        int(1),
                        text("K0000293"),
                        day(1, 4),
                        float(7_767),
                        Value::Null,
                        int(62),
                    ],
                    vec![
                        int(2),
                        Value::Null,
                        day(2, 9),
                        float(6_625),
                        text("车辆已售"),
                        int(62),
                    ],
                ],
            ),
        ),
        (
            "renewals",
            table(
                "segment kind ended renewed",
                vec![
                    vec![text("again"), text("commercial"), int(313), int(185)],
                    vec![text("first"), text("compulsory"), int(193), int(62)],
                    vec![text("first"), text(""), int(8), int(1)],
                ],
            ),
        ),
        (
            "renewal_pool",
            table(
                "segment units won",
                vec![
                    vec![text("lapsed"), int(121), int(4)],
                    vec![text("recent"), int(95), int(11)],
                    vec![text("serviced"), int(684), int(16)],
                ],
            ),
        ),
        ("year_curves", super::sample_curves::curves()),
        ("year_groups", super::sample_curves::groups()),
        (
            "year_customers",
            table(
                "tenth customers visits revenue",
                (1..=10)
                    .map(|t| {
                        vec![
                            int(t),
                            int(141),
                            int(900 - 60 * t),
                            float(1_900_000 / (t * t)),
                        ]
                    })
                    .collect(),
            ),
        ),
        (
            "year_purchases",
            table(
                "purchase_year units came came_before kept",
                vec![
                    vec![int(2019), int(211), int(130), int(151), int(112)],
                    vec![int(2023), int(340), int(301), int(311), int(281)],
                    vec![int(2025), int(96), int(96), int(0), int(0)],
                    vec![Value::Null, int(40), int(21), int(24), int(15)],
                ],
            ),
        ),
        (
            "reasons",
            table(
                "reason answers",
                vec![
                    vec![text("价格"), int(31)],
                    vec![text("距离"), int(18)],
                    vec![text("等待"), int(7)],
                ],
            ),
        ),
        (
            "satisfaction",
            table(
                "advisor n mean spread",
                vec![
                    vec![
                        text("陈志强"),
                        int(210),
                        Value::Float(0.951),
                        Value::Float(0.061),
                    ],
                    vec![text("李敏"), int(4), Value::Float(0.8), Value::Float(0.1)],
                    vec![Value::Null, int(1), Value::Float(0.9), Value::Null],
                ],
            ),
        ),
        (
            "year_sold",
            table(
                "sold sold_and_came came came_and_sold",
                vec![vec![int(1_502), int(1_010), int(2_310), int(1_010)]],
            ),
        ),
        (
            "year_tiers",
            table(
                "tier_before tier_now units lost",
                vec![
                    vec![text("loyal"), text("loyal"), int(160), int(0)],
                    vec![text("loyal"), text("weak"), int(28), int(22)],
                    vec![text("none"), text("new"), int(90), int(0)],
                ],
            ),
        ),
        (
            "year_top",
            table(
                "place customer_no visits revenue last_visit_on churn_state",
                vec![
                    vec![
                        int(1),
                        text("K0000354"),
                        int(50),
                        float(40_769),
                        day(12, 27),
                        text("active"),
                    ],
                    vec![
                        int(2),
                        Value::Null,
                        int(12),
                        float(23_730),
                        day(3, 2),
                        text("at_risk"),
                    ],
                ],
            ),
        ),
    ]
}

/// What the queries answer over a year.
pub(crate) fn year_answers() -> BTreeMap<&'static str, Table> {
    let mut out = answers();
    for name in ["days", "matrix", "states", "lost", "cohort"] {
        out.remove(name);
    }
    out.retain(|name, _| !name.starts_with("month_"));
    out.extend([
        ("months", years()),
        ("classes", classes()),
        ("movement", movement()),
    ]);
    out.extend(beside(year(0)));
    out.extend(super::sample_compared::of_year(year(0)));
    out.extend(own());
    out
}

/// The year that ends with the sample's month.
pub(crate) fn span() -> YearSpan {
    YearSpan {
        start: year(0),
        end: meta().month_end,
        data_from: year(2),
    }
}

/// The department in that year.
pub(crate) fn year_analysis() -> Analysis {
    let settings = Settings::default();
    let mut analysis = super::sample::analysis();
    analysis.care = None;
    analysis.year = Some(super::year(&year_answers(), span(), &settings));
    analysis
}

/// A department whose database is empty, asked for a year.
pub(crate) fn no_year() -> Analysis {
    let settings = Settings::default();
    let mut analysis = super::sample::nothing();
    analysis.care = None;
    analysis.year = Some(super::year(&BTreeMap::new(), span(), &settings));
    analysis
}

/// What only a month is asked: how customers were looked after.
pub(super) fn care() -> [(&'static str, Table); 12] {
    let of_year: BTreeMap<&'static str, Table> = BTreeMap::from(own());
    let same = |name: &'static str| (name, of_year.get(name).cloned().unwrap_or_default());
    [
        same("callers"),
        same("campaigns"),
        same("reasons"),
        same("renewal_pool"),
        same("renewals"),
        same("satisfaction"),
        (
            "month_advisor_calls",
            table(
                "advisor due on_time",
                vec![
                    vec![text("李工"), int(142), int(121)],
                    vec![text("黄工"), int(9), int(9)],
                    vec![Value::Null, int(12), int(2)],
                ],
            ),
        ),
        (
            "month_ahead",
            table(
                "starts_on units due overdue visits_year_before",
                vec![vec![
                    Value::Date(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()),
                    int(2_520),
                    int(188),
                    int(274),
                    int(531),
                ]],
            ),
        ),
        (
            "month_due",
            table(
                "stage due reached booked came",
                vec![
                    vec![text("first"), int(21), int(18), int(12), int(15)],
                    vec![text("further"), int(163), int(94), int(41), int(66)],
                    vec![text("second"), int(17), int(11), int(7), int(9)],
                ],
            ),
        ),
        (
            "month_effect",
            table(
                "as_of window_days assigned held_out returned_assigned returned_held_out return_difference \
                 return_difference_low return_difference_high revenue_difference revenue_difference_low \
                 revenue_difference_high more_rows",
                vec![vec![
                    Value::Date(NaiveDate::from_ymd_opt(2025, 12, 31).unwrap_or_default()),
                    int(60),
                    int(1_240),
                    int(112),
                    Value::Float(0.324),
                    Value::Float(0.262),
                    Value::Float(0.056),
                    Value::Float(-0.028),
                    Value::Float(0.14),
                    Value::Float(61.2),
                    Value::Float(-40.0),
                    Value::Float(162.4),
                    int(410),
                ]],
            ),
        ),
        (
            "month_lost",
            table(
                "churn_state units called reached came came_reached",
                vec![
                    vec![text("at_risk"), int(205), int(61), int(44), int(19), int(9)],
                    vec![text("dead"), int(402), int(4), int(1), int(3), int(0)],
                    vec![text("lost"), int(377), int(40), int(22), int(11), int(5)],
                    vec![
                        text("warning"),
                        int(188),
                        int(90),
                        int(71),
                        int(40),
                        int(24),
                    ],
                ],
            ),
        ),
        (
            "month_timers",
            table(
                "timer due on_time late missed",
                vec![
                    vec![text("escalation"), int(11), int(9), int(1), int(1)],
                    vec![text("file"), int(64), int(60), int(3), int(1)],
                    vec![text("first_call"), int(163), int(132), int(11), int(20)],
                    vec![text("letter"), int(28), int(28), int(0), int(0)],
                    vec![text("second_call"), int(120), int(61), int(20), int(39)],
                ],
            ),
        ),
    ]
}
