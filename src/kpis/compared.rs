//! What charts compare, from the answers.

use crate::analysis::{
    ArrivalHour, Arrivals, AwayRow, CohortCell, Concentration, Table, Trust, TrustGroup,
};

pub(super) fn arrivals(table: &Table) -> Arrivals {
    let first = table.records().next();
    let of_all = |column| first.as_ref().map_or(0, |row| row.count(column));
    Arrivals {
        all: of_all("all_visits"),
        timed: of_all("timed_visits"),
        hours: table
            .records()
            .map(|row| ArrivalHour {
                weekday: row.count("weekday"),
                hour: row.count("hour"),
                visits: row.count("visits"),
                open_days: row.count("open_days"),
            })
            .collect(),
    }
}

/// Ages from the youngest, then those of unknown age; warranty as it ends.
pub(super) fn away(table: &Table) -> Vec<AwayRow> {
    table
        .records()
        .filter_map(|row| {
            Some(AwayRow {
                split_by: row.text("split_by")?.to_owned(),
                split_value: row.text("split_value")?.to_owned(),
                units: row.count("units"),
                stayed_away: row.count("stayed_away"),
            })
        })
        .collect()
}

pub(super) fn cohorts(table: &Table) -> Vec<CohortCell> {
    table
        .records()
        .map(|row| CohortCell {
            purchase_year: row
                .number("purchase_year")
                .map(|_| row.count("purchase_year")),
            months: row.count("months"),
            units: row.count("units"),
            came: row.count("came"),
        })
        .collect()
}

pub(super) fn concentration(table: &Table) -> Option<Concentration> {
    let last = table.records().last()?;
    Some(Concentration {
        customers: last.count("all_customers"),
        revenue: last.number("all_revenue")?,
        gini: last.number("gini"),
        points: table
            .records()
            .map(|row| (row.count("customers"), row.number("revenue").unwrap_or(0.0)))
            .collect(),
    })
}

pub(super) fn trust(table: &Table) -> Option<Trust> {
    let method = table.records().next()?.text("method")?.to_owned();
    let groups = table
        .records()
        .filter_map(|row| {
            Some(TrustGroup {
                units: row.count("units"),
                said: row.number("said")?,
                came: row.number("came")?,
            })
        })
        .collect();
    Some(Trust { method, groups })
}
