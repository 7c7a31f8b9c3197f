//! What a group is called, from where its centre stands: a table of rules, so that the name means the same next month.

use super::inputs::{OVERDUE_RATIO, PAID_PER_VISIT, TENURE_YEARS, VISITS_PER_YEAR, WIDTH};
use super::standard::Standard;
use crate::settings;
use crate::types::Segment;

/// Years since the first visit below which a group is new.
const NEW_YEARS: f64 = 1.0;
/// Shares of the customers below whom a visit brings little, and above whom it brings much.
const PAID: (f64, f64) = (0.4, 0.6);

/// Where a centre stands.
pub(super) struct Centre {
    /// The figures as they are read.
    pub(super) values: [f64; WIDTH],
    /// Comes at least as often as the customers do on average.
    is_frequent: bool,
}

impl Centre {
    pub(super) fn of(standards: &[Standard; WIDTH], place: &[f64; WIDTH]) -> Self {
        Self {
            values: std::array::from_fn(|at| standards[at].stands_at(place[at])),
            is_frequent: place[VISITS_PER_YEAR] >= 0.0,
        }
    }
}

/// The first that holds: as late as the lost, new, late, often, seldom; in each what a visit brings.
pub(super) fn name(centre: &Centre, churn: &settings::Churn) -> Segment {
    use Segment::*;
    let v = &centre.values;
    let stage = if v[OVERDUE_RATIO] >= churn.lost_ratio {
        [DormantLow, DormantMid, DormantHigh]
    } else if v[TENURE_YEARS] < NEW_YEARS {
        [NewLow, NewMid, NewHigh]
    } else if v[OVERDUE_RATIO] >= churn.due_ratio {
        [SlippingLow, SlippingMid, SlippingHigh]
    } else if centre.is_frequent {
        [SteadyLow, SteadyMid, SteadyHigh]
    } else {
        [OccasionalLow, OccasionalMid, OccasionalHigh]
    };
    let paid = v[PAID_PER_VISIT];
    // What is unknown is neither much nor little.
    if paid <= PAID.0 {
        stage[0]
    } else if paid >= PAID.1 {
        stage[2]
    } else {
        stage[1]
    }
}
