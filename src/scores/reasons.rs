//! Why a unit is where it is: up to three reasons with their numbers, the one for its state first.

use chrono::NaiveDate;

use super::{ScoringInput, churn, loyalty};
use crate::i18n::number;
use crate::rhythm::{IntervalSource, months_before, whole_months};
use crate::types::{ChurnState, FrequencyClass, LoyaltyTier, Reason};

/// Reasons kept per unit.
const MOST: usize = 3;
/// Days ahead within which the end of a warranty is a reason to call.
const WARRANTY_AHEAD_DAYS: i64 = 90;
/// Months after which the end of a warranty is no news.
const WARRANTY_NEWS_MONTHS: u32 = 12;

/// The reasons of unit `i`, the most telling first.
pub(super) fn reasons(
    input: &ScoringInput<'_>,
    tier: Option<LoyaltyTier>,
    state: Option<ChurnState>,
    i: usize,
) -> Vec<Reason> {
    let unit = Unit { input, i };
    let Some(state) = state else {
        return vec![Reason::new("reason-no-visit")];
    };
    let mut out = unit.of_state(state);
    if matches!(state, ChurnState::Gone) || input.features.open_order[i] {
        return out;
    }
    let slipping = matches!(
        state,
        ChurnState::Due | ChurnState::Warning | ChurnState::AtRisk
    );
    out.extend(unit.interval_ratio(tier, slipping));
    out.extend(unit.fallen());
    out.extend(unit.no_maintenance(state));
    out.extend(unit.warranty_or_accident(state));
    out.extend(unit.warranty());
    out.truncate(MOST);
    out
}

struct Unit<'a, 'b> {
    input: &'b ScoringInput<'a>,
    i: usize,
}

impl Unit<'_, '_> {
    fn as_of(&self) -> NaiveDate {
        self.input.features.as_of
    }

    fn is_vehicle(&self) -> bool {
        self.input.features.is_vehicle[self.i]
    }

    fn of_state(&self, state: ChurnState) -> Vec<Reason> {
        let f = self.input.features;
        let last = f.last_visit_on[self.i];
        let reason = match state {
            ChurnState::Gone => dated("reason-gone", f.gone_on[self.i]),
            ChurnState::Active if f.open_order[self.i] => Some(Reason::new("reason-in-shop")),
            ChurnState::Never => self.never(),
            ChurnState::Dead | ChurnState::Lost => self.absent(),
            ChurnState::WonBack => self.won_back(),
            ChurnState::Due | ChurnState::Warning | ChurnState::AtRisk => self.overdue(),
            ChurnState::New if last.is_some() => dated("reason-first-visit-only", last),
            ChurnState::New => dated("reason-first-service-ahead", self.next_due()),
            ChurnState::Active => self.ahead(),
        };
        let mut out: Vec<Reason> = reason.into_iter().collect();
        // Long absent and not yet beyond the limits of lost: the absence says more than the ratio.
        let slipping = matches!(
            state,
            ChurnState::Due | ChurnState::Warning | ChurnState::AtRisk
        );
        let year_ago = months_before(self.as_of(), 12);
        if slipping && last.is_some_and(|day| day <= year_ago) {
            out.extend(self.absent());
        }
        out
    }

    fn next_due(&self) -> Option<NaiveDate> {
        self.input.rhythm.next_due_on[self.i]
    }

    fn never(&self) -> Option<Reason> {
        let bought = churn::sold_since_history(self.input, self.i)?;
        let months = whole_months(bought, self.as_of());
        Some(Reason::new("reason-never-serviced").with("months", months))
    }

    fn absent(&self) -> Option<Reason> {
        let last = self.input.features.last_visit_on[self.i]?;
        dated("reason-absent", Some(last))
            .map(|r| r.with("months", whole_months(last, self.as_of())))
    }

    fn won_back(&self) -> Option<Reason> {
        let f = self.input.features;
        let (last, previous) = (f.last_visit_on[self.i]?, f.previous_visit_on[self.i]?);
        dated("reason-won-back", Some(last)).map(|r| r.with("months", whole_months(previous, last)))
    }

    /// Days past the due date, and the odometer estimated for today.
    fn overdue(&self) -> Option<Reason> {
        let days = (self.as_of() - self.next_due()?).num_days();
        let source = self.input.rhythm.interval_source[self.i]?;
        if days <= 0 {
            let key = if self.is_vehicle() {
                "reason-due-now"
            } else {
                "reason-visit-due-now"
            };
            return Some(Reason::new(key));
        }
        let reason = |key: &str| Reason::new(key).with("days", number(days as f64, 0));
        if !self.is_vehicle() {
            return Some(reason("reason-visit-overdue"));
        }
        if source == IntervalSource::First {
            return Some(reason("reason-first-service-overdue"));
        }
        Some(match self.input.rhythm.odometer_now_km[self.i] {
            Some(km) => reason("reason-overdue").with("km", hundreds(km)),
            None => reason("reason-overdue-no-km"),
        })
    }

    fn ahead(&self) -> Option<Reason> {
        let key = if self.is_vehicle() {
            "reason-on-schedule"
        } else {
            "reason-visit-on-schedule"
        };
        dated(key, self.next_due())
    }

    /// How many times the usual interval has passed; said to the loyal earlier, with their class.
    fn interval_ratio(&self, tier: Option<LoyaltyTier>, slipping: bool) -> Option<Reason> {
        let churn = &self.input.settings.churn;
        let ratio = self.input.rhythm.overdue_ratio[self.i]?;
        let source = self.input.rhythm.interval_source[self.i]?;
        if !slipping || source == IntervalSource::First {
            return None;
        }
        let text = number(ratio, 1);
        if tier == Some(LoyaltyTier::Loyal) && ratio >= churn.loyal_warning_ratio {
            let class = self.class();
            return Some(
                Reason::new("reason-loyal-slipping")
                    .with("class", class)
                    .with("ratio", text),
            );
        }
        if ratio < churn.warning_ratio {
            return None;
        }
        let key = if source.is_habit() {
            "reason-interval-ratio"
        } else {
            "reason-interval-ratio-expected"
        };
        Some(Reason::new(key).with("ratio", text))
    }

    fn class(&self) -> FrequencyClass {
        let visits = f64::from(self.input.features.visits_12m[self.i].max(0));
        super::customers::frequency_class(visits, 1, &self.input.settings.loyalty)
    }

    fn fallen(&self) -> Option<Reason> {
        let f = self.input.features;
        loyalty::has_fallen(self.input, self.i).then(|| {
            Reason::new("reason-visits-fell")
                .with("before", f.visits_previous_12m[self.i])
                .with("now", f.visits_12m[self.i])
        })
    }

    fn no_maintenance(&self, state: ChurnState) -> Option<Reason> {
        let f = self.input.features;
        // Said once there were several chances.
        (self.is_vehicle()
            && state != ChurnState::Never
            && f.visits[self.i] >= 2
            && f.last_maintenance_on[self.i].is_none())
        .then(|| Reason::new("reason-no-maintenance").with("visits", f.visits[self.i]))
    }

    fn warranty_or_accident(&self, state: ChurnState) -> Option<Reason> {
        (!matches!(state, ChurnState::New)
            && loyalty::only_warranty_and_accidents(self.input, self.i))
        .then(|| Reason::new("reason-warranty-accident-only"))
    }

    /// The warranty ends soon, or ended within the last year.
    fn warranty(&self) -> Option<Reason> {
        let end = self.input.features.warranty_end[self.i]?;
        let days = (end - self.as_of()).num_days();
        if (0..=WARRANTY_AHEAD_DAYS).contains(&days) {
            return dated("reason-warranty-ending", Some(end)).map(|r| r.with("days", days));
        }
        let is_news = days < 0 && end > months_before(self.as_of(), WARRANTY_NEWS_MONTHS);
        is_news.then(|| dated("reason-warranty-ended", Some(end)))?
    }
}

fn dated(key: &str, date: Option<NaiveDate>) -> Option<Reason> {
    date.map(|date| Reason::new(key).with("date", date.format("%Y-%m-%d")))
}

/// An estimated odometer promises no more than hundreds.
fn hundreds(km: i32) -> String {
    number((f64::from(km) / 100.0).round() * 100.0, 0)
}
