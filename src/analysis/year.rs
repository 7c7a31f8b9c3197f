//! What only the report of a year says, beside the [`Analysis`](super::Analysis) of its last month.

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    AdvisorRow, AwayRow, ClassPoint, CohortCell, Concentration, Curve, GroupRow, Kpi, Movement,
    OrderGaps, PoolRow, Split, StateRow,
};

/// Days of its first month in which a year's data may begin: shops close over the New Year.
const BEGINS_WITHIN: i64 = 10;

/// A year, as far as the scores go.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Year {
    /// First day.
    pub start: NaiveDate,
    /// Last day that is read.
    pub end: NaiveDate,
    /// False where the year is not over at the scored date.
    pub is_over: bool,
    /// First day in the data.
    pub data_from: NaiveDate,
    /// The same figures as of a month, over the year; `previous` is the year before.
    pub kpis: Vec<Kpi>,
    /// What its orders lack.
    pub orders: OrderGaps,
    /// Change of the revenue against the year before; `None` where that year is not known.
    pub bridge: Option<Bridge>,
    /// Classes of the year and of the year before.
    pub classes: Vec<ClassPoint>,
    /// Advisers over the year, most visits first.
    pub advisors: Vec<AdvisorRow>,
    /// Satisfaction by adviser.
    pub satisfaction: Vec<SatisfactionRow>,
    /// Follow-ups by who made them.
    pub callers: Vec<CallerRow>,
    /// Movement of the base over the year.
    pub movement: Vec<Movement>,
    /// States at its end.
    pub states: Vec<StateRow>,
    /// Vehicles by year of purchase.
    pub purchases: Vec<PurchaseRow>,
    /// Figures by class, adviser and district.
    pub splits: Vec<Split>,
    /// Vehicles by year of purchase and months after their first visit.
    pub cohorts: Vec<CohortCell>,
    /// Who stayed away, by age and warranty.
    pub away: Vec<AwayRow>,
    /// Cars sold here and cars that came.
    pub sold: Sold,
    /// Revenue by tenth of the customers, from those who spent most.
    pub tenths: Vec<TenthRow>,
    /// How unevenly customers bring it; `None` of few.
    pub concentration: Option<Concentration>,
    /// Those who spent most.
    pub top: Vec<TopRow>,
    /// Movement between loyalty tiers.
    pub tiers: Vec<TierMove>,
    /// Loyal customers lost, those who spent most first; at most ten.
    pub lost_loyal: Vec<LostLoyalRow>,
    /// Groups of customers; none where the scores are of another date.
    pub groups: Vec<GroupRow>,
    /// How long vehicles stay and how often they come; none where the scores are of another date.
    pub curves: Vec<Curve>,
    /// Reasons named for staying away.
    pub reasons: Vec<(String, i64)>,
    /// Policies that ended, renewed or not.
    pub renewals: Vec<RenewalRow>,
    /// Vehicles that could be insured here, and those won.
    pub pool: Vec<PoolRow>,
    /// Visits and revenue of January and February together, of this year and the one before; `None` where they are not
    /// both in the data, or in different fiscal years.
    pub spring: Option<[(f64, f64); 2]>,
    /// Campaigns begun in the year.
    pub campaigns: Vec<CampaignRow>,
    /// What the models expect of the year after; `None` where the scores are of another date.
    pub ahead: Option<Ahead>,
    /// Whether the targets agree with each other.
    pub checks: Vec<TargetCheck>,
}

/// Whether data that begin on a day are there from the beginning of a period: no shop opens on New Year's Day.
#[must_use]
pub fn begins_with(period: NaiveDate, data_from: NaiveDate) -> bool {
    data_from <= period + chrono::TimeDelta::days(BEGINS_WITHIN)
}

impl Year {
    /// Whether the year and the one before are both whole, so that they can be compared.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        let before = self.start - chrono::Months::new(12);
        self.is_over && begins_with(before, self.data_from)
    }

    /// The figure of that name.
    #[must_use]
    pub fn kpi(&self, id: &str) -> Option<&Kpi> {
        self.kpis.iter().find(|k| k.id == id)
    }

    /// Its value, where known.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<f64> {
        self.kpi(id)?.value
    }

    /// Movement of that subject.
    #[must_use]
    pub fn movement_of(&self, subject: &str) -> Option<&Movement> {
        self.movement.iter().find(|m| m.subject == subject)
    }
}

/// Revenue of the year before + volume + mix + price + other = revenue of the year, in whole fen. Split over the
/// classes with qualified visits; the other is what classes without any brought (washing, accessories, credits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bridge {
    /// Revenue of the year before, fen.
    pub before: i64,
    /// More or fewer visits at the mean revenue of the year before, fen.
    pub volume: i64,
    /// Visits of other classes than the year before, fen.
    pub mix: i64,
    /// More or less revenue per visit within the classes, fen.
    pub price: i64,
    /// Revenue of classes without a qualified visit, fen.
    pub other: i64,
    /// Revenue of the year, fen.
    pub now: i64,
}

/// Scores of one adviser, as shares of the scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SatisfactionRow {
    /// Name; `None` where the survey names nobody.
    pub advisor: Option<String>,
    /// Scores.
    pub n: i64,
    /// Mean.
    pub mean: f64,
    /// Half of the 95 % interval of the mean; `None` with one score.
    pub half: Option<f64>,
}

/// Follow-ups of one caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallerRow {
    /// Name; `None` where nobody is named.
    pub staff: Option<String>,
    /// Follow-ups.
    pub contacts: i64,
    /// Customers reached for.
    pub customers: i64,
    /// Customers who want no more calls.
    pub opt_outs: i64,
}

/// Vehicles of one year of purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PurchaseRow {
    /// Year; `None` where unknown.
    pub year: Option<i64>,
    /// Ever here by the end of the year.
    pub units: i64,
    /// Here in the year.
    pub came: i64,
    /// Here in the year before.
    pub came_before: i64,
    /// Here in both.
    pub kept: i64,
}

/// Cars sold here, and cars that came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sold {
    /// Sold here up to the end of the year.
    pub sold: i64,
    /// Of them, here in the year.
    pub sold_and_came: i64,
    /// Here in the year, and known who sold them.
    pub came: i64,
    /// Of them, sold here.
    pub came_and_sold: i64,
}

/// A tenth of the customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TenthRow {
    /// From 1, those who spent most.
    pub tenth: i64,
    /// Customers.
    pub customers: i64,
    /// Qualified visits.
    pub visits: i64,
    /// Revenue, yuan.
    pub revenue: f64,
}

/// One of those who spent most.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopRow {
    /// From 1.
    pub place: i64,
    /// Number in the shop's own files.
    pub customer_no: Option<String>,
    /// Qualified visits.
    pub visits: i64,
    /// Revenue, yuan.
    pub revenue: f64,
    /// Last visit.
    pub last_visit_on: Option<NaiveDate>,
    /// State at the end of the year.
    pub state: Option<String>,
}

/// Vehicles that were of one tier and are of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierMove {
    /// Tier at the end of the year before, or `none`.
    pub before: String,
    /// Tier at the end of the year, or `none`.
    pub now: String,
    /// Vehicles.
    pub units: i64,
    /// Of them lost.
    pub lost: i64,
}

/// A loyal customer whom the base lost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LostLoyalRow {
    /// From 1, those who had spent most.
    pub place: i64,
    /// Number in the shop's own files.
    pub customer_no: Option<String>,
    /// Last visit.
    pub last_visit_on: Option<NaiveDate>,
    /// Spent in the 12 months before the year, yuan.
    pub spend: f64,
    /// Reason that was told.
    pub reason: Option<String>,
}

/// Policies sold here that ended, of one kind and segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenewalRow {
    /// `first` (the first one here) or `again` (renewed before).
    pub segment: String,
    /// `commercial`, `compulsory` or as the file says; empty where it says nothing.
    pub kind: String,
    /// Ended in the year.
    pub ended: i64,
    /// Of them, renewed here by its end.
    pub renewed: i64,
}

/// A campaign and who came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CampaignRow {
    /// Name.
    pub campaign: String,
    /// First day.
    pub start_on: Option<NaiveDate>,
    /// Asked.
    pub members: i64,
    /// Were there.
    pub attended: i64,
    /// Came for a visit up to 30 days after its end.
    pub came: i64,
    /// Revenue of those visits, yuan.
    pub revenue: f64,
}

/// The 365 days after the scored date.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ahead {
    /// Units known.
    pub units: i64,
    /// Visits expected of them; new customers come on top.
    pub visits: Option<f64>,
    /// Revenue expected of them, yuan.
    pub spend: Option<f64>,
    /// Units here for the first time in the year.
    pub new_units: i64,
    /// Qualified visits of those in the year.
    pub new_visits: i64,
}

/// Two targets that say the same thing, or should.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetCheck {
    /// Message `year-check-<key>`.
    pub key: &'static str,
    /// What one target comes to.
    pub left: f64,
    /// What the other says.
    pub right: f64,
}

/// Difference of two targets up to which they agree.
const AGREES: f64 = 0.05;

impl TargetCheck {
    /// Whether they differ by no more than a twentieth.
    #[must_use]
    pub fn agrees(&self) -> bool {
        (self.left - self.right).abs() <= AGREES * self.right.abs()
    }
}
