//! Answers about groups of customers and curves of staying, as a department of that size might have them.

use super::sample::{float, int, table, text};
use crate::analysis::{Table, Value};

pub(super) fn groups() -> Table {
    let row = |segment: &str, customers, visits, paid, leaving| {
        vec![
            text(segment),
            int(customers),
            Value::Float(customers as f64 / 1_410.0),
            Value::Float(visits),
            Value::Float(0.9),
            float(paid),
            float(customers * paid * 3),
            leaving,
        ]
    };
    table(
        "segment customers share visits_per_year overdue_ratio paid_per_visit spend_24m churn_probability",
        vec![
            row("steady_high", 520, 2.4, 1_310, Value::Float(0.18)),
            row("new_mid", 430, 1.6, 640, Value::Float(0.31)),
            row("slipping_low", 460, 0.7, 520, Value::Null),
        ],
    )
}

pub(super) fn curves() -> Table {
    let mut rows = Vec::new();
    for (curve, split, value, units, a_month) in [
        ("staying", "all", "all", 2_200, 0.985),
        ("staying", "purchase_year", "2024", 380, 0.97),
        ("staying", "warranty", "inside", 1_300, 0.992),
        ("staying", "warranty", "outside", 700, 0.96),
        ("visits", "all", "all", 2_200, 0.16),
        ("visits", "segment", "slipping_low", 900, 0.08),
        ("visits", "segment", "steady_high", 1_300, 0.22),
    ] {
        for months in 0..14 {
            let m = f64::from(months);
            let (estimate, wide) = if curve == "staying" {
                (0.9 * f64::powf(a_month, m), 0.02)
            } else {
                (a_month * m, 0.05)
            };
            let estimate = (estimate * 1e3).round() / 1e3;
            let known = curve == "staying" || months > 0;
            let end = |off: f64| {
                if known {
                    Value::Float(((estimate + off) * 1e3).round() / 1e3)
                } else {
                    Value::Null
                }
            };
            rows.push(vec![
                text(curve),
                text(split),
                text(value),
                int(i64::from(months)),
                int(units - i64::from(months) * units / 40),
                Value::Float(estimate),
                end(-wide),
                end(wide),
            ]);
        }
    }
    table(
        "curve split_by split_value months units_at_risk estimate estimate_low estimate_high",
        rows,
    )
}
