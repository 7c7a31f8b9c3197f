//! Targets: what the targets file says, under any of a figure's names.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::specs::{Span, Spec};
use crate::analysis::{FiscalYear, Table, Unit};
use crate::settings::Settings;

/// Targets by year, month (none: of the year) and metric as the file names it.
#[derive(Debug)]
pub(super) struct Targets {
    values: BTreeMap<(i64, Option<i64>, String), (f64, f64)>,
    visits_per_month: u32,
    fiscal: FiscalYear,
}

impl Targets {
    pub(super) fn new(table: &Table, settings: &Settings) -> Self {
        let mut values = BTreeMap::new();
        for row in table.records() {
            if let (Some(metric), Some(total), Some(mean)) =
                (row.text("metric"), row.number("total"), row.number("mean"))
            {
                let month = row.number("month").map(|_| row.count("month"));
                values.insert(
                    (row.count("year"), month, metric.trim().to_lowercase()),
                    (total, mean),
                );
            }
        }
        Self {
            values,
            visits_per_month: settings.report.visits_per_month,
            fiscal: FiscalYear::beginning(settings.report.fiscal_year_start),
        }
    }

    /// Target of the figure in that year: its own, else what those of its months add up to (all twelve of them).
    pub(super) fn of_year(&self, spec: &Spec, start: NaiveDate) -> Option<f64> {
        if spec.span != Span::Flow {
            return self.value(spec, start);
        }
        let months: Vec<f64> = (0..12)
            .filter_map(|m| start.checked_add_months(chrono::Months::new(m)))
            .filter_map(|month| self.value(spec, month))
            .collect();
        // Twelve twelfths are the whole again.
        let sum: f64 = months.iter().sum();
        (months.len() == 12).then(|| (sum * 1e6).round() / 1e6)
    }

    /// Target of the figure in that month: the month's own, else what the year's comes to. A month's own stands under its
    /// calendar year, the year's under the number of the fiscal year.
    pub(super) fn value(&self, spec: &Spec, month: NaiveDate) -> Option<f64> {
        let find = |of: Option<i64>| {
            let year = match of {
                Some(_) => i64::from(month.year()),
                None => i64::from(self.fiscal.number(month)),
            };
            spec.target_names.iter().find_map(|name| {
                let values = self.values.get(&(year, of, (*name).to_owned()))?;
                Some((*name, *values))
            })
        };
        let pick = |(total, mean): (f64, f64)| match spec.span {
            Span::Flow | Span::Stock => total,
            Span::Ratio => mean,
        };
        let own = find(Some(i64::from(month.month()))).map(|(_, values)| pick(values));
        let found = own.or_else(|| {
            let (name, values) = find(None)?;
            // A plan of the year may name a month's worth ("650 a month"): that is not cut in twelve.
            let of_year = spec.span == Span::Flow && !names_a_month(name);
            Some(pick(values) / if of_year { 12.0 } else { 1.0 })
        });
        let found = found.or_else(|| {
            (spec.id == "visits" && self.visits_per_month > 0)
                .then(|| f64::from(self.visits_per_month))
        });
        // People write 2 as well as 0.02 for two per cent.
        found.map(|v| {
            if spec.unit == Unit::Share && v >= 1.0 {
                v / 100.0
            } else {
                v
            }
        })
    }
}

/// True for a metric whose figure is a month's, whatever row it stands in.
fn names_a_month(metric: &str) -> bool {
    metric.starts_with('月') || metric.ends_with("per_month") || metric.ends_with("per month")
}
