//! Groups and curves at the end of a year, from the answers.

use crate::analysis::{Curve, CurveKind, CurveMonth, GroupRow, Table};

pub(super) fn groups(table: &Table) -> Vec<GroupRow> {
    table
        .records()
        .filter_map(|row| {
            Some(GroupRow {
                segment: row.text("segment")?.to_owned(),
                customers: row.count("customers"),
                share: row.number("share"),
                visits_per_year: row.number("visits_per_year"),
                overdue_ratio: row.number("overdue_ratio"),
                paid_per_visit: row.number("paid_per_visit"),
                spend_24m: row.number("spend_24m").unwrap_or(0.0),
                leaving: row.number("churn_probability"),
            })
        })
        .collect()
}

/// The rows come curve by curve, month by month.
pub(super) fn curves(table: &Table) -> Vec<Curve> {
    let mut found: Vec<Curve> = Vec::new();
    for row in table.records() {
        let (Some(curve), Some(split_by), Some(split_value), Some(estimate)) = (
            row.text("curve"),
            row.text("split_by"),
            row.text("split_value"),
            row.number("estimate"),
        ) else {
            continue;
        };
        let kind = match curve {
            "staying" => CurveKind::Staying,
            "visits" => CurveKind::Visits,
            _ => continue,
        };
        let month = CurveMonth {
            at_risk: row.count("units_at_risk"),
            estimate,
            band: row.number("estimate_low").zip(row.number("estimate_high")),
        };
        match found.last_mut() {
            Some(last)
                if last.kind == kind
                    && last.split_by == split_by
                    && last.split_value == split_value =>
            {
                last.months.push(month);
            }
            _ => found.push(Curve {
                kind,
                split_by: split_by.to_owned(),
                split_value: split_value.to_owned(),
                of_sample: row.flag("of_sample"),
                months: vec![month],
            }),
        }
    }
    found
}
