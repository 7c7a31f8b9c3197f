//! Answers of a believable department of some 1,500 customers, for tests and for looking at the report.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::months_before;
use crate::analysis::{Analysis, AnalysisMeta, Table, Value};
use crate::settings::Settings;

/// Names that try to break out of a page.
pub(crate) const HOSTILE: &str = "<script>alert('x')</script>\" onload=\"y\u{2028}\u{202e}z";

pub(super) fn table(columns: &str, rows: Vec<Vec<Value>>) -> Table {
    let columns: Vec<String> = columns.split(' ').map(str::to_owned).collect();
    assert!(rows.iter().all(|r| r.len() == columns.len()));
    Table { columns, rows }
}

pub(super) fn int(v: i64) -> Value {
    Value::Int(v)
}

#[allow(clippy::cast_precision_loss)]
pub(super) fn float(v: i64) -> Value {
    Value::Float(v as f64)
}

pub(super) fn text(v: &str) -> Value {
    Value::Text(v.to_owned())
}

/// The month that is reported.
pub(crate) fn month() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 12, 1).unwrap_or_default()
}

/// A wobble that is the same everywhere, -1 to 1 in steps.
fn wobble(i: i64) -> i64 {
    (i * 7919 + 13) % 11 - 5
}

fn months() -> Table {
    let rows = (0..=24_u32)
        .rev()
        .map(|back| {
            let month = months_before(month(), back);
            let i = 24 - i64::from(back);
            // Chinese New Year empties the shop; before it and in autumn it is full.
            let season = match month.month() {
                1 => 60,
                2 => -150,
                9..=10 => 30,
                _ => 0,
            };
            let visits = 520 + 3 * i + season + 6 * wobble(i);
            let body = visits * 14 / 100 + wobble(i + 3);
            let revenue = (visits - body) * 690 + body * (1_650 + 8 * i);
            vec![
                Value::Date(month),
                int(visits),
                int(visits + 70),
                float(revenue + 70 * 60),
                float(revenue - 3_100),
                int(visits - 52),
                float(revenue),
                float(revenue),
                int(body),
                float(body * (1_650 + 8 * i)),
                float(revenue * 31 / 100),
                float(revenue),
                int(4 + wobble(i).abs()),
                int(visits - 40),
                int(27),
                int(visits * 62 / 100),
                float(body * (1_660 + 8 * i)),
                float(revenue / 24),
            ]
        })
        .collect();
    table(
        "month visits all_visits revenue received paying_visits paying_revenue qualified_revenue \
         body_visits body_revenue gross_profit costed_revenue comebacks units open_days \
         maint_visits body_all_revenue accessory_revenue",
        rows,
    )
}

fn classes() -> Table {
    let mut rows = Vec::new();
    for back in (0..=12_u32).rev() {
        let i = 12 - i64::from(back);
        for (class, share) in [
            ("maint", 34 - i / 4),
            ("repair", 29),
            ("body_accident", 18 + i / 2),
            ("warranty", 8),
            ("accessory_retail", 4),
            ("wash_beauty", 3),
            ("first_maint", 2),
            ("unknown", 2),
        ] {
            rows.push(vec![
                Value::Date(months_before(month(), back)),
                text(class),
                int(share * 6),
                int(share * 7),
                float(share * 4_900 + 700 * wobble(i + share)),
            ]);
        }
    }
    table("month class visits all_visits revenue", rows)
}

fn days() -> Table {
    let rows = (0..31_u64)
        .map(|d| {
            let day = month() + Days::new(d);
            let weekday = i64::from(day.weekday().num_days_from_monday());
            let visits = match weekday {
                5 => 27,
                6 => 14,
                _ => 19 + wobble(i64::try_from(d).unwrap_or(0)) / 2,
            };
            vec![Value::Date(day), int(visits), float(visits * 838)]
        })
        .collect();
    table("day visits revenue", rows)
}

fn advisors() -> Table {
    let row = |name: Value, visits: i64, per: i64, comebacks: i64| {
        vec![
            name,
            int(visits),
            float(visits * per),
            int(visits - 9),
            float(visits * per),
            // A spread of about 600 yuan.
            float(visits * (per * per + 360_000)),
            int(visits * 4 / 3),
            int(comebacks),
        ]
    };
    table(
        "advisor visits revenue paying_visits paying_revenue paying_squares all_visits comebacks",
        vec![
            row(text("陈志强"), 187, 861, 2),
            row(text("李敏"), 164, 802, 1),
            row(text("黄嘉欣"), 139, 915, 3),
            row(text("王磊"), 96, 744, 2),
            row(Value::Null, 19, 610, 0),
            vec![
                text("赵一"),
                int(7),
                float(9_800),
                int(6),
                float(9_800),
                float(18_000_000),
                int(9),
                int(0),
            ],
        ],
    )
}

fn movement() -> Table {
    let mut rows = Vec::new();
    let mut opening = 1_402;
    for back in (0..=12_u32).rev() {
        let i = 12 - i64::from(back);
        let (new, won, lost, gone) = (38 + wobble(i), 9 + wobble(i + 2) / 2, 31 + wobble(i + 5), 2);
        let closing = opening + new + won - lost - gone;
        for (subject, more) in [("company", -1_260), ("customer", 0), ("unit", 118)] {
            let own = more >= 0;
            let scaled = |n: i64| if own { n } else { 0 };
            let (from, to) = if own {
                (opening + more, closing + more)
            } else {
                (142, 142)
            };
            rows.push(vec![
                Value::Date(months_before(month(), back)),
                text(subject),
                int(from),
                int(scaled(new)),
                int(scaled(won)),
                int(scaled(lost)),
                int(scaled(4)),
                int(scaled(gone)),
                int(to),
                int(to * 27 / 10),
                float(from * 2_900),
                float(scaled(lost) * 1_750),
            ]);
        }
        opening = closing;
    }
    table(
        "month subject opening new won_back lost lost_loyal gone closing frequency_visits \
         opening_spend lost_spend",
        rows,
    )
}

fn states() -> Table {
    let mut rows = Vec::new();
    for back in [12_u32, 1, 0] {
        let date = months_before(month(), back);
        let shift = i64::from(back).min(3) * 4;
        for (state, units, loyal) in [
            ("active", 771, 188),
            ("at_risk", 74 - shift, 5),
            ("dead", 181, 0),
            ("due", 128, 9),
            ("gone", 41, 0),
            ("lost", 162, 0),
            ("new", 142, 0),
            ("never", 12, 0),
            ("none", 23, 0),
            ("warning", 96 - shift, 12),
            ("won_back", 37, 0),
        ] {
            rows.push(vec![
                Value::Date(date),
                Value::Date(date + Days::new(30)),
                text(state),
                int(units),
                int(units * 92 / 100),
                int(units / 14),
                int(loyal),
            ]);
        }
    }
    table(
        "month as_of churn_state units customers company_units loyal_units",
        rows,
    )
}

fn matrix() -> Table {
    let date = Value::Date(NaiveDate::from_ymd_opt(2025, 12, 31).unwrap_or_default());
    let row = |f: i64, q: i64, units: i64, slipping: i64| {
        vec![int(f), int(q), date.clone(), int(units), int(slipping)]
    };
    table(
        "frequency_third quality_third as_of units slipping",
        vec![
            row(1, 1, 318, 141),
            row(1, 2, 171, 62),
            row(1, 3, 96, 38),
            row(2, 1, 142, 21),
            row(2, 2, 203, 24),
            row(2, 3, 167, 16),
            row(3, 1, 88, 4),
            row(3, 2, 161, 7),
            row(3, 3, 214, 12),
        ],
    )
}

fn quality() -> [(&'static str, Table); 4] {
    let through = Value::Date(NaiveDate::from_ymd_opt(2025, 12, 31).unwrap_or_default());
    let import = |id: i64, file: &str, kind: &str, records: i64, rejected: i64| {
        vec![
            int(id),
            text(file),
            text(kind),
            int(records),
            int(records - rejected - 2),
            int(0),
            int(0),
            int(2),
            int(rejected),
            through.clone(),
        ]
    };
    [
        (
            "imports",
            table(
                "import_id file kind records loaded replaced unchanged duplicate rejected data_through",
                vec![
                    import(1, "维修工单_2023-2025.csv", "work_orders", 14_985, 3),
                    import(2, "客户档案.xlsx", "customers", 1_561, 0),
                    import(3, "车辆档案.xlsx", "vehicles", 1_704, 1),
                ],
            ),
        ),
        (
            "rejects",
            table(
                "reason column rows files",
                vec![
                    vec![text("bad-date"), text("进厂日期"), int(3), int(1)],
                    vec![text("no-key"), Value::Null, int(1), int(1)],
                ],
            ),
        ),
        (
            "quality",
            table(
                "orders without_vin without_vehicle without_odometer without_class without_advisor still_open",
                vec![vec![
                    int(681),
                    int(6),
                    int(2),
                    int(48),
                    int(11),
                    int(19),
                    int(3),
                ]],
            ),
        ),
        (
            "coverage",
            table(
                "kind rows",
                [
                    "appointments",
                    "complaints",
                    "insurance_policies",
                    "surveys",
                ]
                .iter()
                .map(|k| vec![text(k), int(0)])
                .collect(),
            ),
        ),
    ]
}

fn targets() -> Table {
    let row = |month: Value, metric: &str, value: i64| {
        vec![int(2025), month, text(metric), float(value), float(value)]
    };
    table(
        "year month metric total mean",
        vec![
            row(Value::Null, "营业额", 6_000_000),
            row(Value::Null, "基盘客户数", 1_500),
            row(Value::Null, "单车产值", 800),
            row(Value::Null, "返修率", 2),
            row(int(12), "进厂台次", 650),
            row(Value::Null, "进厂台次", 7_200),
        ],
    )
}

/// What the queries answer.
pub(crate) fn answers() -> BTreeMap<&'static str, Table> {
    let mut out = BTreeMap::from([
        ("months", months()),
        ("classes", classes()),
        ("days", days()),
        ("advisors", advisors()),
        ("movement", movement()),
        ("states", states()),
        ("matrix", matrix()),
        ("targets", targets()),
        (
            "lost",
            table(
                "month units loyal_units customers",
                vec![
                    vec![
                        Value::Date(months_before(month(), 1)),
                        int(27),
                        int(3),
                        int(24),
                    ],
                    vec![Value::Date(month()), int(31), int(4), int(28)],
                ],
            ),
        ),
        (
            "cohort",
            table(
                "month cohort not_back",
                vec![
                    vec![Value::Date(months_before(month(), 1)), int(431), int(96)],
                    vec![Value::Date(month()), int(448), int(103)],
                ],
            ),
        ),
    ]);
    out.extend(quality());
    out.extend(super::sample_compared::answers());
    out.extend(super::sample_year::beside(month()));
    out.extend(super::sample_year::care());
    out
}

/// What the report is about.
pub(crate) fn meta() -> AnalysisMeta {
    let end = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap_or_default();
    AnalysisMeta {
        department: "东风风行海珠店".to_owned(),
        month_start: month(),
        month_end: end,
        currency: crate::i18n::Currency::default(),
        fiscal: crate::analysis::FiscalYear::default(),
        tax_included: Some(true),
        as_of: end,
        version: "0.1.0".to_owned(),
        settings_hash: "3f9a1c77d2".to_owned(),
        data_hash: "b81e0042aa".to_owned(),
    }
}

/// The department in December.
pub(crate) fn analysis() -> Analysis {
    let mut analysis = super::analysis(&answers(), meta(), &Settings::default());
    analysis.quality.sheet = Some(super::sample_sheet::sheet());
    analysis
}

/// A department whose database is empty.
pub(crate) fn nothing() -> Analysis {
    let answers = BTreeMap::from([("month_due", Table::default())]);
    super::analysis(&answers, meta(), &Settings::default())
}
