//! `Analysis`: the one value that reports read. Plain data, no database and no language;
//! money in yuan, shares from 0 to 1, unknown is `None`.

use chrono::NaiveDate;
use serde::Serialize;

mod care;
mod compared;
mod difference;
mod fiscal;
pub mod intervals;
mod pace;
mod sheet;
mod staying;
mod unit;
mod year;

use crate::i18n::Currency;
pub use crate::table::{Record, Table, Value};
pub use care::{
    AdvisorCalls, CallEffect, Care, DueRow, Festival, FestivalDays, LostCalls, MixMonth,
    MonthAhead, PoolRow, StayRow, TimerRow,
};
pub use compared::{
    ArrivalHour, Arrivals, AwayRow, CohortCell, Concentration, FrequencyRow, Split, Trust,
    TrustGroup,
};
pub use difference::{
    Cause, Difference, ImportedSince, MovedFigure, ReportVersion, ReportedFigure, difference,
};
pub use fiscal::{FiscalYear, year_number};
pub use pace::{Forecast, Pace};
pub use sheet::{QualitySheet, SheetColumn, SheetFault, SheetWords};
pub use staying::{Curve, CurveKind, CurveMonth, GroupRow};
pub use unit::Unit;
pub use year::{
    Ahead, Bridge, CallerRow, CampaignRow, LostLoyalRow, PurchaseRow, RenewalRow, SatisfactionRow,
    Sold, TargetCheck, TenthRow, TierMove, TopRow, Year, begins_with,
};

/// What a report is about and where it comes from; given by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AnalysisMeta {
    /// Name of the department; empty where none is set.
    pub department: String,
    /// First day of the month.
    pub month_start: NaiveDate,
    /// Last day of the month.
    pub month_end: NaiveDate,
    /// Nothing known later is read.
    pub as_of: NaiveDate,
    /// What money is called.
    pub currency: Currency,
    /// The year that the shop reckons by.
    pub fiscal: FiscalYear,
    /// Whether money includes tax; `None` where nobody has said.
    pub tax_included: Option<bool>,
    /// Version of the program.
    pub version: String,
    /// Hash of the settings in force, hexadecimal.
    pub settings_hash: String,
    /// Hash of the data read, hexadecimal.
    pub data_hash: String,
}

/// How long the period is that figures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Length {
    /// Name in the catalogues.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Length::Month => "month",
            Length::Year => "year",
        }
    }
}

/// One figure with what it is held against.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kpi {
    /// Name; message `kpi-<id>` is its label, `definition-<id>` its definition.
    pub id: &'static str,
    /// Short number of the definition, printed beside the figure.
    pub definition: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// True where more is better, false where less is; `None` where neither.
    pub more_is_better: Option<bool>,
    /// The reported month.
    pub value: Option<f64>,
    /// The month before.
    pub previous: Option<f64>,
    /// The same month last year.
    pub last_year: Option<f64>,
    /// Target of the month.
    pub target: Option<f64>,
    /// What the figure rests on (visits, units), where that says how far to trust it.
    pub n: Option<i64>,
    /// The 13 months up to the reported one, oldest first.
    pub trend: Vec<Option<f64>>,
}

/// Attainment from which a figure that misses its target is only to be watched.
const NEAR_TARGET: f64 = 0.95;

impl Kpi {
    /// How far the target is met: 1 is exactly. Where less is better, target over value.
    #[must_use]
    pub fn attainment(&self) -> Option<f64> {
        let (value, target) = (self.value?, self.target?);
        let (part, whole) = if self.more_is_better == Some(false) {
            (target, value)
        } else {
            (value, target)
        };
        (whole > 0.0).then(|| part / whole)
    }

    /// Good, near or missed, where there is a target.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        if self.more_is_better == Some(false) && self.value == Some(0.0) && self.target.is_some() {
            return Some(Mark::Good);
        }
        let met = self.attainment()?;
        Some(if met >= 1.0 {
            Mark::Good
        } else if met >= NEAR_TARGET {
            Mark::Watch
        } else {
            Mark::Bad
        })
    }
}

/// One month of visits and revenue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MonthPoint {
    /// First day of the month.
    pub month: NaiveDate,
    /// Qualified visits.
    pub visits: Option<f64>,
    /// Revenue, yuan.
    pub revenue: Option<f64>,
    /// Qualified visits of the same month last year.
    pub visits_last_year: Option<f64>,
    /// Revenue of the same month last year, yuan.
    pub revenue_last_year: Option<f64>,
    /// Target of visits.
    pub visits_target: Option<f64>,
    /// Target of revenue, yuan.
    pub revenue_target: Option<f64>,
}

/// Visits and revenue of one class in one month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassPoint {
    /// First day of the month.
    pub month: NaiveDate,
    /// Job class; message `class-<name>`.
    pub class: String,
    /// Qualified visits.
    pub visits: i64,
    /// Revenue, yuan; below zero where credits outweigh.
    pub revenue: f64,
}

/// One day of the month; `None` after the as-of date.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DayPoint {
    /// The day.
    pub day: NaiveDate,
    /// Qualified visits.
    pub visits: Option<f64>,
    /// Revenue, yuan.
    pub revenue: Option<f64>,
}

/// One adviser's month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdvisorRow {
    /// Name; `None` where the orders name nobody.
    pub advisor: Option<String>,
    /// Qualified visits.
    pub visits: i64,
    /// Revenue, yuan.
    pub revenue: f64,
    /// Revenue per paying visit, yuan.
    pub per_visit: Option<f64>,
    /// Paying visits.
    pub paying: i64,
    /// Half of the 95 % interval of the revenue per paying visit, yuan; `None` of fewer than two.
    pub half: Option<f64>,
    /// Visits, qualified or not: what comebacks are a share of.
    pub all_visits: i64,
    /// Flagged comebacks.
    pub comebacks: i64,
}

/// One cell of the loyalty matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct MatrixCell {
    /// Units in the cell.
    pub units: i64,
    /// Share of all units in the matrix.
    pub share: f64,
    /// Of them in warning or worse.
    pub slipping: i64,
}

/// Units by third of frequency and third of quality.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoyaltyMatrix {
    /// Date of the scores.
    pub as_of: NaiveDate,
    /// `cells[quality][frequency]`, both from the lowest third to the highest.
    pub cells: [[MatrixCell; 3]; 3],
}

impl LoyaltyMatrix {
    /// All units in the matrix.
    #[must_use]
    pub fn units(&self) -> i64 {
        self.cells.iter().flatten().map(|c| c.units).sum()
    }
}

/// The base by churn state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateRow {
    /// Churn state, or `none`; message `state-<name>`.
    pub state: String,
    /// Units of persons.
    pub units: i64,
    /// Share of all units of persons here, without those gone and those without history.
    pub share: Option<f64>,
    /// Customers (persons).
    pub customers: i64,
    /// Units of companies and taxis.
    pub company_units: i64,
    /// Loyal units of persons among `units`.
    pub loyal_units: i64,
}

/// Movement of the base in the month: opening + new + won back − lost − gone = closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// `unit`, `customer` (persons) or `company` (units of companies and taxis).
    pub subject: String,
    /// In the base at the end of the month before.
    pub opening: i64,
    /// In the base for the first time ever.
    pub new: i64,
    /// In the base again.
    pub won_back: i64,
    /// Last visit passed twelve months.
    pub lost: i64,
    /// Known to be sold, scrapped or moved.
    pub gone: i64,
    /// In the base at the end of the month.
    pub closing: i64,
}

/// What one import brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// File name.
    pub file: String,
    /// Kind of file.
    pub kind: String,
    /// Records in the file.
    pub records: i64,
    /// Loaded, replaced and unchanged.
    pub kept: i64,
    /// Earlier rows of the same key in the file.
    pub duplicate: i64,
    /// Rejected.
    pub rejected: i64,
    /// Last day in the file.
    pub data_through: Option<NaiveDate>,
}

/// Rejected rows of one reason and column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectRow {
    /// Reason, as the import names it.
    pub reason: String,
    /// Column.
    pub column: Option<String>,
    /// Rows.
    pub rows: i64,
}

/// What the orders of the month lack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OrderGaps {
    /// Orders of the month.
    pub orders: i64,
    /// Without VIN.
    pub without_vin: i64,
    /// Without VIN and without plate.
    pub without_vehicle: i64,
    /// Without odometer reading.
    pub without_odometer: i64,
    /// Without a class, or with one that is not recognised.
    pub without_class: i64,
    /// Without adviser.
    pub without_advisor: i64,
    /// Neither settled nor out.
    pub still_open: i64,
}

/// How good the data are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DataQuality {
    /// Imports in order.
    pub imports: Vec<ImportRow>,
    /// Rejected rows, most first.
    pub rejects: Vec<RejectRow>,
    /// The month's orders.
    pub orders: OrderGaps,
    /// Kinds of file of which nothing was imported.
    pub missing_kinds: Vec<String>,
    /// All that was imported; `None` where it was not measured.
    pub sheet: Option<QualitySheet>,
}

/// A number as a sentence needs it; formatted where the language is known.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// A count.
    Count(f64),
    /// Yuan.
    Money(f64),
    /// A share, without sign.
    Share(f64),
    /// A change as a share, with its sign.
    Change(f64),
    /// The message of that id.
    Word(String),
}

/// How a finding is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Good.
    Good,
    /// To be watched.
    Watch,
    /// Bad.
    Bad,
}

/// One sentence with its numbers: message `finding-<key>`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Message key.
    pub key: &'static str,
    /// How it is meant; `None` for what is merely said.
    pub mark: Option<Mark>,
    /// Named values.
    pub values: Vec<(&'static str, Figure)>,
}

/// A setting as it was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingRow {
    /// Name in `retain.toml`.
    pub name: &'static str,
    /// Value.
    pub value: String,
}

/// Everything that a report says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// What it is about.
    pub meta: AnalysisMeta,
    /// Judgements in force.
    pub settings: Vec<SettingRow>,
    /// Figures, in the order of `kpis::SPECS`.
    pub kpis: Vec<Kpi>,
    /// Thirteen months, oldest first.
    pub months: Vec<MonthPoint>,
    /// Classes of those months.
    pub classes: Vec<ClassPoint>,
    /// Days of the month.
    pub days: Vec<DayPoint>,
    /// Advisers, most visits first.
    pub advisors: Vec<AdvisorRow>,
    /// Loyalty matrix, where units are scored.
    pub matrix: Option<LoyaltyMatrix>,
    /// Base by churn state, best first; empty where nothing is scored.
    pub states: Vec<StateRow>,
    /// Date of the states.
    pub states_as_of: Option<NaiveDate>,
    /// Movement of units, customers and company units.
    pub movement: Vec<Movement>,
    /// Vehicles by how often they come.
    pub frequency: Vec<FrequencyRow>,
    /// Figures by class, adviser and district.
    pub splits: Vec<Split>,
    /// How far the year of the month has come, figure by figure.
    pub pace: Vec<Pace>,
    /// How far the probabilities of leaving can be trusted; `None` where none could be judged.
    pub trust: Option<Trust>,
    /// Data quality.
    pub quality: DataQuality,
    /// What matters, most urgent first.
    pub findings: Vec<Finding>,
    /// How customers were looked after; only where a month is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub care: Option<Care>,
    /// The year that ends with this month; only where a year is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<Year>,
}

impl Analysis {
    /// How long the reported period is.
    #[must_use]
    pub const fn length(&self) -> Length {
        match self.year {
            Some(_) => Length::Year,
            None => Length::Month,
        }
    }

    /// The figure of that name.
    #[must_use]
    pub fn kpi(&self, id: &str) -> Option<&Kpi> {
        self.kpis.iter().find(|k| k.id == id)
    }

    /// Movement of that subject.
    #[must_use]
    pub fn movement_of(&self, subject: &str) -> Option<&Movement> {
        self.movement.iter().find(|m| m.subject == subject)
    }
}
