//! What charts compare: arrivals by hour, who stayed away, cohorts, concentration, what probabilities said.

use serde::Serialize;

/// When vehicles arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// Visits of the window.
    pub all: i64,
    /// Of them with a time of day.
    pub timed: i64,
    /// By weekday and hour.
    pub hours: Vec<ArrivalHour>,
}

/// Arrivals on one weekday in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ArrivalHour {
    /// 1 is Monday.
    pub weekday: i64,
    /// From 0 to 23.
    pub hour: i64,
    /// Visits that began in it.
    pub visits: i64,
    /// Such weekdays on which anybody came.
    pub open_days: i64,
}

/// Vehicles that were here two years ago to one, and those of them not here since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwayRow {
    /// `age` or `warranty`.
    pub split_by: String,
    /// Whole years (8: and more), `inside`, `outside` or `unknown`.
    pub split_value: String,
    /// Here a year ago.
    pub units: i64,
    /// Not here since.
    pub stayed_away: i64,
}

/// Vehicles of one year of purchase, so many months after their first visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CohortCell {
    /// `None` where it is not known.
    pub purchase_year: Option<i64>,
    /// Months after the first visit.
    pub months: i64,
    /// Seen that long.
    pub units: i64,
    /// Here in the 12 months up to then.
    pub came: i64,
}

/// How unevenly customers bring revenue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Concentration {
    /// All customers.
    pub customers: i64,
    /// What they brought, yuan.
    pub revenue: f64,
    /// Gini coefficient; `None` where nothing was brought.
    pub gini: Option<f64>,
    /// From those who spent most: customers, and what they brought together.
    pub points: Vec<(i64, f64)>,
}

impl Concentration {
    /// Share of the revenue that the first so many hundredths of the customers bring.
    #[must_use]
    pub fn share_of_first(&self, percent: usize) -> Option<f64> {
        let (_, revenue) = self.points.get(percent.checked_sub(1)?)?;
        (self.revenue > 0.0).then(|| revenue / self.revenue)
    }
}

/// What probabilities of leaving said on a date that they had not seen, against what came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trust {
    /// Method in use.
    pub method: String,
    /// Groups of equal count, from the least likely to leave.
    pub groups: Vec<TrustGroup>,
}

/// One group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrustGroup {
    /// Units.
    pub units: i64,
    /// Mean probability.
    pub said: f64,
    /// Share that did not come back.
    pub came: f64,
}

impl TrustGroup {
    /// Units that did not come back.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // counts
    pub fn left(&self) -> i64 {
        (self.came * self.units as f64).round() as i64
    }
}

/// A figure of one part of the department.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Split {
    /// Name of the figure.
    pub id: &'static str,
    /// `class`, `advisor` or `district`.
    pub split_by: String,
    /// Which; empty where it is not known.
    pub split_value: String,
    /// The period.
    pub value: Option<f64>,
    /// The period before.
    pub previous: Option<f64>,
    /// The same period a year before.
    pub last_year: Option<f64>,
    /// Visits that the figure rests on.
    pub n: Option<i64>,
}
