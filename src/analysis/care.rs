//! What only the report of a month says: how customers were looked after, beside the [`Analysis`](super::Analysis) of the
//! same month. Counts are of units unless said otherwise.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Arrivals, AwayRow, CallerRow, CampaignRow, RenewalRow, SatisfactionRow};

/// How customers were looked after in a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Care {
    /// When vehicles arrive, over three months.
    pub arrivals: Arrivals,
    /// Who stayed away, by age and warranty.
    pub away: Vec<AwayRow>,
    /// Maintenance that fell due, by stage.
    pub due: Vec<DueRow>,
    /// Policies that ended, renewed or not.
    pub renewals: Vec<RenewalRow>,
    /// Campaigns begun in the month.
    pub campaigns: Vec<CampaignRow>,
    /// Follow-ups by who made them.
    pub callers: Vec<CallerRow>,
    /// The plan's timers.
    pub timers: Vec<TimerRow>,
    /// First calls after visits, by adviser.
    pub advisor_calls: Vec<AdvisorCalls>,
    /// Satisfaction by adviser.
    pub satisfaction: Vec<SatisfactionRow>,
    /// What calling does, as measured last.
    pub effect: Option<CallEffect>,
    /// Reasons named for staying away, and how often.
    pub reasons: Vec<(String, i64)>,
    /// Calls to those who were slipping or lost.
    pub lost: Vec<LostCalls>,
    /// The month after; `None` where the scores are of another date.
    pub ahead: Option<MonthAhead>,
}

/// Maintenance that fell due in the month, of one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueRow {
    /// `first`, `second` or `further`.
    pub stage: String,
    /// Fell due.
    pub due: i64,
    /// Of them spoken with in the month.
    pub reached: i64,
    /// Of them booked for it.
    pub booked: i64,
    /// Of them here for maintenance.
    pub came: i64,
}

/// One of the plan's timers: what was due in the month. `due` = on time + late + missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimerRow {
    /// `file`, `first_call`, `second_call`, `escalation`, `answer` or `letter`.
    pub timer: String,
    /// Due in the month.
    pub due: i64,
    /// Done by then.
    pub on_time: i64,
    /// Done later.
    pub late: i64,
    /// Not done as far as is known.
    pub missed: i64,
}

/// First calls after visits of one adviser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdvisorCalls {
    /// Name; `None` where the orders name nobody.
    pub advisor: Option<String>,
    /// Calls due in the month.
    pub due: i64,
    /// Customers spoken with in time.
    pub on_time: i64,
}

/// What being called adds, against those left uncalled by lot; differences with their 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallEffect {
    /// Windows that ended by then are in it.
    pub as_of: NaiveDate,
    /// Days after the opening in which a return counts.
    pub window_days: i64,
    /// Rows assigned to a call.
    pub assigned: i64,
    /// Rows held out.
    pub held_out: i64,
    /// Share of the assigned who came.
    pub with: Option<f64>,
    /// Share of those held out who came.
    pub without: Option<f64>,
    /// Difference of the shares: value, low, high.
    pub difference: Option<[f64; 3]>,
    /// Yuan a row: value, low, high.
    pub revenue: Option<[f64; 3]>,
    /// Rows until an effect of 5 points would show.
    pub more_rows: Option<i64>,
}

/// Calls to units of one state on the eve of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostCalls {
    /// Churn state.
    pub state: String,
    /// Units.
    pub units: i64,
    /// Of them with an attempt in the month.
    pub called: i64,
    /// Of them spoken with.
    pub reached: i64,
    /// Of all of them, here in the month.
    pub came: i64,
    /// Of those spoken with, here in the month.
    pub came_reached: i64,
}

/// The month after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MonthAhead {
    /// Its first day.
    pub month: NaiveDate,
    /// Maintenance that falls due in it.
    pub due: i64,
    /// Overdue already, and not lost.
    pub overdue: i64,
    /// Qualified visits in the same month a year before.
    pub visits_year_before: i64,
}
