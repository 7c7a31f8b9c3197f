//! How customers were looked after in a month, from the answers.

use std::collections::BTreeMap;

use super::compared;
use super::year::{callers, campaigns, reasons, renewals, satisfaction};
use crate::analysis::{
    AdvisorCalls, CallEffect, Care, DueRow, LostCalls, MixMonth, MonthAhead, PoolRow, Record,
    StayRow, Table, TimerRow,
};

/// Stages, timers and states in the order in which they are told.
const STAGES: [&str; 3] = ["first", "second", "further"];
const TIMERS: [&str; 6] = [
    "file",
    "first_call",
    "second_call",
    "escalation",
    "answer",
    "letter",
];
const POOL: [&str; 4] = ["serviced", "recent", "lapsed", "long"];
const STATES: [&str; 4] = ["warning", "at_risk", "lost", "dead"];

/// `None` where the month was not asked.
pub(super) fn of(results: &BTreeMap<&'static str, Table>) -> Option<Care> {
    results.get("month_due")?;
    let nothing = Table::default();
    let table = |name: &str| results.get(name).unwrap_or(&nothing);
    Some(Care {
        arrivals: compared::arrivals(table("month_arrivals")),
        away: compared::away(table("stayed_away")),
        due: in_order(table("month_due"), "stage", &STAGES, |stage, row| DueRow {
            stage,
            due: row.count("due"),
            reached: row.count("reached"),
            booked: row.count("booked"),
            came: row.count("came"),
        }),
        renewals: renewals(table("renewals")),
        pool: pool(table("renewal_pool")),
        mix: table("month_mix")
            .records()
            .filter_map(|row| {
                Some(MixMonth {
                    month: row.date("month")?,
                    labour: row.number("labour"),
                    parts: row.number("parts"),
                    visits: row.count("visits"),
                })
            })
            .collect(),
        stays: stays(table("month_stays")),
        festival: None,
        campaigns: campaigns(table("campaigns")),
        callers: callers(table("callers")),
        timers: in_order(table("month_timers"), "timer", &TIMERS, |timer, row| {
            TimerRow {
                timer,
                due: row.count("due"),
                on_time: row.count("on_time"),
                late: row.count("late"),
                missed: row.count("missed"),
            }
        }),
        advisor_calls: table("month_advisor_calls")
            .records()
            .map(|row| AdvisorCalls {
                advisor: row.text("advisor").map(str::to_owned),
                due: row.count("due"),
                on_time: row.count("on_time"),
            })
            .collect(),
        satisfaction: satisfaction(table("satisfaction")),
        effect: table("month_effect")
            .records()
            .next()
            .and_then(|r| effect(&r)),
        reasons: reasons(table("reasons")),
        lost: in_order(table("month_lost"), "churn_state", &STATES, |state, row| {
            LostCalls {
                state,
                units: row.count("units"),
                called: row.count("called"),
                reached: row.count("reached"),
                came: row.count("came"),
                came_reached: row.count("came_reached"),
            }
        }),
        ahead: table("month_ahead")
            .records()
            .next()
            .filter(|row| row.count("units") > 0)
            .and_then(|row| {
                Some(MonthAhead {
                    month: row.date("starts_on")?,
                    due: row.count("due"),
                    overdue: row.count("overdue"),
                    visits_year_before: row.count("visits_year_before"),
                })
            }),
    })
}

/// Vehicles that could be insured here, in the order in which they are told.
pub(super) fn pool(table: &Table) -> Vec<PoolRow> {
    in_order(table, "segment", &POOL, |segment, row| PoolRow {
        segment,
        units: row.count("units"),
        won: row.count("won"),
    })
}

fn stays(table: &Table) -> Vec<StayRow> {
    table
        .records()
        .filter_map(|row| {
            Some(StayRow {
                month: row.date("month")?,
                part: row.text("part")?.to_owned(),
                value: row.text("value").unwrap_or_default().to_owned(),
                all_visits: row.count("all_visits"),
                visits: row.count("visits"),
                median: row.number("median_hours"),
                most: row.number("most_hours"),
                same_day: row.count("same_day"),
            })
        })
        .collect()
}

/// Rows by the name in a column, in a given order.
fn in_order<T>(
    table: &Table,
    column: &str,
    names: &[&str],
    read: impl Fn(String, &Record<'_>) -> T,
) -> Vec<T> {
    names
        .iter()
        .filter_map(|name| {
            let row = table.records().find(|r| r.text(column) == Some(name))?;
            Some(read((*name).to_owned(), &row))
        })
        .collect()
}

fn effect(row: &Record<'_>) -> Option<CallEffect> {
    let three = |name: &str| {
        Some([
            row.number(name)?,
            row.number(&format!("{name}_low"))?,
            row.number(&format!("{name}_high"))?,
        ])
    };
    Some(CallEffect {
        as_of: row.date("as_of")?,
        window_days: row.count("window_days"),
        assigned: row.count("assigned"),
        held_out: row.count("held_out"),
        with: row.number("returned_assigned"),
        without: row.number("returned_held_out"),
        difference: three("return_difference"),
        revenue: three("revenue_difference"),
        more_rows: row.number("more_rows").map(|_| row.count("more_rows")),
    })
}
