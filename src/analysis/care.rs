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
    /// Vehicles that could be insured here, and those won.
    pub pool: Vec<PoolRow>,
    /// Labour and parts of thirteen months, oldest first.
    pub mix: Vec<MixMonth>,
    /// How long vehicles wait.
    pub stays: Vec<StayRow>,
    /// The month beside the same distance from the festival a year before; only of a January or February.
    pub festival: Option<Festival>,
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

/// Labour and parts of a month, over the visits whose orders tell both; `None` where none does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MixMonth {
    /// First day of the month.
    pub month: NaiveDate,
    /// Labour, yuan.
    pub labour: Option<f64>,
    /// Parts, yuan.
    pub parts: Option<f64>,
    /// Visits that tell both.
    pub visits: i64,
}

/// Hours from coming in to going out, of a part of a month's qualified visits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StayRow {
    /// First day of the month: the reported one, the one before, or the same a year before.
    pub month: NaiveDate,
    /// `all`, `class` or `arrival`.
    pub part: String,
    /// Job class, or `before_10`, `from_10`, `from_12`, `from_15`; empty for all.
    pub value: String,
    /// Qualified visits.
    pub all_visits: i64,
    /// Of them with both times known.
    pub visits: i64,
    /// Half of those were out after so many hours.
    pub median: Option<f64>,
    /// Nine of ten were out after so many hours.
    pub most: Option<f64>,
    /// Out on the day on which they came.
    pub same_day: i64,
}

/// Vehicles that could be insured here when the period opened and were not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolRow {
    /// `serviced` (comes here, never insured here), `recent`, `lapsed` or `long` (insured here until under one, one to
    /// three, over three years before).
    pub segment: String,
    /// Vehicles.
    pub units: i64,
    /// Of them insured here in the period.
    pub won: i64,
}

/// A month beside the days of the year before that lie as far from their Spring Festival.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Festival {
    /// First day of the lunar year.
    pub day: NaiveDate,
    /// That of the year before.
    pub day_before: NaiveDate,
    /// The days of the month.
    pub now: FestivalDays,
    /// Those of the year before.
    pub before: FestivalDays,
    /// The month is over: else it is no match for a whole one.
    pub is_whole: bool,
    /// Visits and revenue of January and February together, of this year and the one before; only of a whole February
    /// whose year before is whole, too.
    pub together: Option<[(f64, f64); 2]>,
}

/// Visits and revenue of some days; `None` where the data begins later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FestivalDays {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Qualified visits.
    pub visits: Option<f64>,
    /// Revenue, yuan.
    pub revenue: Option<f64>,
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
