//! Charts that compare: arrivals by weekday and hour, advisers, who stayed away, renewals, what probabilities said.

mod arrivals;
mod away;
mod people;
mod renewed;
mod trust;

pub(super) use arrivals::arrivals;
pub(super) use away::away;
pub(super) use people::{advisors_revenue, advisors_satisfaction};
pub(super) use renewed::renewals;
pub(super) use trust::trust;

use crate::analysis::Mark;

/// Values of fewer say nothing of a person or a group.
const SAID_FROM: i64 = 10;
/// Half of the width of the page.
pub(super) const HALF: u32 = 444;
/// Letters of a name that a chart has room for.
const NAME: usize = 16;

/// A name as a chart has room for it.
fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let kept: String = name.chars().take(NAME - 1).collect();
    format!("{kept}…")
}

/// On which side of a value an interval lies.
fn side(range: Option<(f64, f64)>, of: f64, more_is_better: bool) -> Option<Mark> {
    let (low, high) = range?;
    match (low > of, high < of) {
        (true, _) if more_is_better => Some(Mark::Good),
        (_, true) if !more_is_better => Some(Mark::Good),
        (true, _) | (_, true) => Some(Mark::Bad),
        _ => None,
    }
}
