//! The parts of the analysis that are tables rather than figures.

use chrono::NaiveDate;

use crate::analysis::intervals::mean_half;
use crate::analysis::{
    AdvisorRow, ClassPoint, DataQuality, DayPoint, ImportRow, LoyaltyMatrix, MatrixCell, Movement,
    OrderGaps, RejectRow, SettingRow, StateRow, Table,
};
use crate::settings::Settings;

/// Order in which states are shown: from healthy to lost, then those outside the count.
const STATES: [&str; 11] = [
    "active", "won_back", "new", "due", "warning", "at_risk", "lost", "dead", "never", "gone",
    "none",
];

pub(super) fn classes(table: &Table) -> Vec<ClassPoint> {
    table
        .records()
        .filter_map(|row| {
            Some(ClassPoint {
                month: row.date("month")?,
                class: row.text("class")?.to_owned(),
                visits: row.count("visits"),
                revenue: row.number("revenue").unwrap_or(0.0),
            })
        })
        .collect()
}

pub(super) fn days(table: &Table) -> Vec<DayPoint> {
    table
        .records()
        .filter_map(|row| {
            Some(DayPoint {
                day: row.date("day")?,
                visits: row.number("visits"),
                revenue: row.number("revenue"),
            })
        })
        .collect()
}

pub(super) fn advisors(table: &Table) -> Vec<AdvisorRow> {
    table
        .records()
        .map(|row| {
            let paying = row.number("paying_visits").filter(|n| *n > 0.0);
            let (n, money) = (row.count("paying_visits"), row.number("paying_revenue"));
            AdvisorRow {
                advisor: row.text("advisor").map(str::to_owned),
                visits: row.count("visits"),
                revenue: row.number("revenue").unwrap_or(0.0),
                per_visit: paying.and_then(|n| money.map(|money| money / n)),
                paying: n,
                half: money
                    .zip(row.number("paying_squares"))
                    .and_then(|(sum, squares)| mean_half(n, spread(n, sum, squares)?)),
                all_visits: row.count("all_visits"),
                comebacks: row.count("comebacks"),
            }
        })
        .collect()
}

pub(super) fn matrix(table: &Table) -> Option<LoyaltyMatrix> {
    let as_of = table.records().filter_map(|r| r.date("as_of")).max()?;
    let total: i64 = table.records().map(|r| r.count("units")).sum();
    let mut cells = [[MatrixCell::default(); 3]; 3];
    for row in table.records() {
        let third = |column| usize::try_from(row.count(column) - 1).ok();
        if let (Some(f), Some(q)) = (third("frequency_third"), third("quality_third"))
            && let Some(cell) = cells.get_mut(q).and_then(|line| line.get_mut(f))
        {
            let units = row.count("units");
            *cell = MatrixCell {
                units,
                share: share(units, total).unwrap_or(0.0),
                slipping: row.count("slipping"),
            };
        }
    }
    (total > 0).then_some(LoyaltyMatrix { as_of, cells })
}

pub(super) fn states(table: &Table, month: NaiveDate) -> (Vec<StateRow>, Option<NaiveDate>) {
    let of_month: Vec<_> = table
        .records()
        .filter(|r| r.date("month") == Some(month))
        .collect();
    let counted: i64 = of_month
        .iter()
        .filter(|r| !matches!(r.text("churn_state"), Some("gone" | "none")))
        .map(|r| r.count("units"))
        .sum();
    let rows = STATES
        .iter()
        .filter_map(|state| {
            let row = of_month
                .iter()
                .find(|r| r.text("churn_state") == Some(state))?;
            let units = row.count("units");
            let outside = matches!(*state, "gone" | "none");
            Some(StateRow {
                state: (*state).to_owned(),
                units,
                share: if outside { None } else { share(units, counted) },
                customers: row.count("customers"),
                company_units: row.count("company_units"),
                loyal_units: row.count("loyal_units"),
            })
        })
        .collect();
    (rows, of_month.iter().filter_map(|r| r.date("as_of")).max())
}

pub(super) fn movement(table: &Table, month: NaiveDate) -> Vec<Movement> {
    ["unit", "customer", "company"]
        .iter()
        .filter_map(|subject| {
            let row = table
                .records()
                .find(|r| r.date("month") == Some(month) && r.text("subject") == Some(subject))?;
            Some(Movement {
                subject: (*subject).to_owned(),
                opening: row.count("opening"),
                new: row.count("new"),
                won_back: row.count("won_back"),
                lost: row.count("lost"),
                gone: row.count("gone"),
                closing: row.count("closing"),
            })
        })
        .collect()
}

pub(super) fn quality(
    imports: &Table,
    rejects: &Table,
    orders: &Table,
    coverage: &Table,
) -> DataQuality {
    DataQuality {
        imports: imports
            .records()
            .map(|row| ImportRow {
                file: row.text("file").unwrap_or_default().to_owned(),
                kind: row.text("kind").unwrap_or_default().to_owned(),
                records: row.count("records"),
                kept: row.count("loaded") + row.count("replaced") + row.count("unchanged"),
                duplicate: row.count("duplicate"),
                rejected: row.count("rejected"),
                data_through: row.date("data_through"),
            })
            .collect(),
        rejects: rejects
            .records()
            .map(|row| RejectRow {
                reason: row.text("reason").unwrap_or_default().to_owned(),
                column: row.text("column").map(str::to_owned),
                rows: row.count("rows"),
            })
            .collect(),
        orders: gaps(orders),
        missing_kinds: coverage
            .records()
            .filter(|row| row.count("rows") == 0)
            .filter_map(|row| row.text("kind").map(str::to_owned))
            .collect(),
        sheet: None,
    }
}

/// What the orders of the period lack.
pub(super) fn gaps(orders: &Table) -> OrderGaps {
    orders
        .records()
        .next()
        .map(|row| OrderGaps {
            orders: row.count("orders"),
            without_vin: row.count("without_vin"),
            without_vehicle: row.count("without_vehicle"),
            without_odometer: row.count("without_odometer"),
            without_class: row.count("without_class"),
            without_advisor: row.count("without_advisor"),
            still_open: row.count("still_open"),
        })
        .unwrap_or_default()
}

/// The judgements that the figures rest on, as they were in force.
pub(super) fn settings(settings: &Settings) -> Vec<SettingRow> {
    let (visit, loyalty, churn) = (&settings.visit, &settings.loyalty, &settings.churn);
    let row = |name, value: String| SettingRow { name, value };
    vec![
        row("visit.merge_gap_days", visit.merge_gap_days.to_string()),
        row("visit.max_stay_days", visit.max_stay_days.to_string()),
        row(
            "visit.unqualified_classes",
            visit.unqualified_classes.join(", "),
        ),
        row(
            "loyalty.weight_frequency",
            loyalty.weight_frequency.to_string(),
        ),
        row("loyalty.weight_quality", loyalty.weight_quality.to_string()),
        row(
            "loyalty.top_quantile",
            format!("{:.3}", loyalty.top_quantile),
        ),
        row(
            "loyalty.cost_known_share",
            loyalty.cost_known_share.to_string(),
        ),
        row("churn.due_ratio", churn.due_ratio.to_string()),
        row("churn.warning_ratio", churn.warning_ratio.to_string()),
        row(
            "churn.loyal_warning_ratio",
            churn.loyal_warning_ratio.to_string(),
        ),
        row("churn.at_risk_ratio", churn.at_risk_ratio.to_string()),
        row("churn.lost_months", churn.lost_months.to_string()),
        row("churn.lost_ratio", churn.lost_ratio.to_string()),
        row("churn.dead_months", churn.dead_months.to_string()),
        row("churn.dead_ratio", churn.dead_ratio.to_string()),
        row("churn.won_back_months", churn.won_back_months.to_string()),
        row(
            "report.visits_per_month",
            settings.report.visits_per_month.to_string(),
        ),
    ]
}

/// Standard deviation from the sums of values and of their squares; `None` of fewer than two.
#[allow(clippy::cast_precision_loss)] // counts
fn spread(n: i64, sum: f64, squares: f64) -> Option<f64> {
    let count = n as f64;
    (n > 1).then(|| ((squares - sum * sum / count).max(0.0) / (count - 1.0)).sqrt())
}

#[allow(clippy::cast_precision_loss)] // counts
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
