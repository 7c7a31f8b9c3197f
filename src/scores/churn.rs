//! What to do about a unit: the first row of the table that holds. Thresholds are settings; months are calendar
//! months, cut to the month's end.

use super::ScoringInput;
use crate::rhythm::{is_gone, months_before, purchased};
use crate::types::{ChurnState, LoyaltyTier};

/// Months of imported history without which nobody can be called lost.
const LOST_HISTORY_MONTHS: u32 = 12;
/// Months of imported history without which nobody can be called dead.
const DEAD_HISTORY_MONTHS: u32 = 24;

/// The state of unit `i`. `None` where it has no history: no qualified visit and not a car of our own
/// sold since the history began.
#[must_use]
pub fn state(input: &ScoringInput<'_>, tier: Option<LoyaltyTier>, i: usize) -> Option<ChurnState> {
    let f = input.features;
    let s = &input.settings.churn;
    let last = f.last_visit_on[i];
    let ago = |months: u32| months_before(f.as_of, months);
    let absent = |months: u32| last.is_some_and(|day| day <= ago(months));
    let history = |months: u32| f.history_from.is_some_and(|from| from <= ago(months));
    // A ratio that is not known passes no threshold.
    let q = input.rhythm.overdue_ratio[i].unwrap_or(0.0);

    if is_gone(f, i) {
        return Some(ChurnState::Gone);
    }
    if f.open_order[i] {
        return Some(ChurnState::Active);
    }
    let sold_since = sold_since_history(input, i);
    if f.visits[i] <= 0 && sold_since.is_none() {
        return None;
    }
    if sold_since.is_some_and(|bought| bought <= ago(s.never_months))
        && f.last_maintenance_on[i].is_none()
        && last.is_none_or(|day| day <= ago(12))
    {
        return Some(ChurnState::Never);
    }
    if absent(s.dead_months) && q >= s.dead_ratio && history(DEAD_HISTORY_MONTHS) {
        return Some(ChurnState::Dead);
    }
    if absent(s.lost_months) && q >= s.lost_ratio && history(LOST_HISTORY_MONTHS) {
        return Some(ChurnState::Lost);
    }
    if won_back(input, i) {
        return Some(ChurnState::WonBack);
    }
    let loyal = tier == Some(LoyaltyTier::Loyal);
    Some(if q >= s.at_risk_ratio {
        ChurnState::AtRisk
    } else if q >= s.warning_ratio || loyal && q >= s.loyal_warning_ratio {
        ChurnState::Warning
    } else if q >= s.due_ratio {
        ChurnState::Due
    } else if f.visits[i] <= 1 {
        ChurnState::New
    } else {
        ChurnState::Active
    })
}

/// Purchase date of a car that we sold on or after the first imported in-date.
pub(super) fn sold_since_history(input: &ScoringInput<'_>, i: usize) -> Option<chrono::NaiveDate> {
    let f = input.features;
    if f.sold_by_us[i] != Some(true) {
        return None;
    }
    let from = f.history_from?;
    purchased(f, i).filter(|&bought| bought >= from)
}

/// The gap before the last visit was long, in months and in intervals, and that visit is recent.
fn won_back(input: &ScoringInput<'_>, i: usize) -> bool {
    let f = input.features;
    let s = &input.settings.churn;
    let (Some(last), Some(previous), Some(interval)) = (
        f.last_visit_on[i],
        f.previous_visit_on[i],
        input.rhythm.expected_interval_days[i],
    ) else {
        return false;
    };
    let gap = (last - previous).num_days() as f64;
    previous <= months_before(last, s.won_back_months)
        && gap >= s.won_back_ratio * interval
        && (f.as_of - last).num_days() as f64 <= interval
}
