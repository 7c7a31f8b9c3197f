//! Who is not called today, and why: each refusal, booking or recent contact is counted, never silent.

use crate::follow_up::ListContext;
use crate::follow_up::facts::UnitFacts;
use crate::follow_up::rules::{ListRule, Suppression};
use crate::types::CustomerKind;

/// Why a unit that a list names is left out; declared in the order in which the reasons are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// Sold, scrapped or moved.
    Gone,
    /// Taxi or ride hailing.
    Taxi,
    /// The department's own.
    Internal,
    /// Refused marketing, or never agreed.
    OptedOut,
    /// A complaint is open: the supervisor calls.
    Complaint,
    /// In the shop, or there after the scores were made.
    Visited,
    /// An appointment is booked.
    Booked,
    /// Another day was agreed.
    Promised,
    /// Reached within the last days.
    Contacted,
    /// The call would cost more than it brings.
    NotWorth,
    /// Nothing but its scores is known: the details lack it.
    Unknown,
}

impl Withheld {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::Gone,
        Self::Taxi,
        Self::Internal,
        Self::OptedOut,
        Self::Complaint,
        Self::Visited,
        Self::Booked,
        Self::Promised,
        Self::Contacted,
        Self::NotWorth,
        Self::Unknown,
    ];

    /// Message key of its name; `<key>-next` says what happens instead.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Gone => "withheld-gone",
            Self::Taxi => "withheld-taxi",
            Self::Internal => "withheld-internal",
            Self::OptedOut => "withheld-opted_out",
            Self::Complaint => "withheld-complaint",
            Self::Visited => "withheld-visited",
            Self::Booked => "withheld-booked",
            Self::Promised => "withheld-promised",
            Self::Contacted => "withheld-contacted",
            Self::NotWorth => "withheld-not_worth",
            Self::Unknown => "withheld-unknown",
        }
    }
}

/// Why that list must leave the unit out today; `None`: it may be called.
#[must_use]
pub fn withheld(rule: &ListRule, facts: &UnitFacts, ctx: &ListContext<'_>) -> Option<Withheld> {
    if facts.gone {
        return Some(Withheld::Gone);
    }
    if facts.taxi || facts.customer_kind == Some(CustomerKind::Taxi) {
        return Some(Withheld::Taxi);
    }
    if facts.customer_kind == Some(CustomerKind::Internal) {
        return Some(Withheld::Internal);
    }
    match rule.suppression {
        // First and second calls and escalations are owed to the customer whatever follows.
        Suppression::Service => return None,
        // A refusal of marketing or a contact about something else does not complete the file; who comes by anyway does.
        Suppression::Repair if facts.in_shop => return Some(Withheld::Visited),
        Suppression::Repair => return facts.booked_for.map(|_| Withheld::Booked),
        Suppression::Refusal | Suppression::Marketing => {}
    }
    if facts.opted_out || facts.refuses_marketing {
        return Some(Withheld::OptedOut);
    }
    // A letter follows the call that it belongs to.
    if rule.suppression == Suppression::Refusal {
        return None;
    }
    if facts.open_complaints > 0 {
        return Some(Withheld::Complaint);
    }
    if facts.in_shop || facts.last_visit_on.is_some_and(|d| d > ctx.as_of) {
        return Some(Withheld::Visited);
    }
    if facts.booked_for.is_some() {
        return Some(Withheld::Booked);
    }
    if promised_now(facts, ctx) {
        return None;
    }
    if facts.contact_next_on.is_some_and(|d| d > ctx.calling_day) {
        return Some(Withheld::Promised);
    }
    let gap = i64::from(ctx.settings.contact_gap_days);
    if facts
        .reached_on
        .is_some_and(|d| (ctx.calling_day - d).num_days() <= gap)
    {
        return Some(Withheld::Contacted);
    }
    None
}

/// True where the customer was promised a call by the calling day, not so long ago that it is
/// forgotten, and has not come since.
#[must_use]
pub fn promised_now(facts: &UnitFacts, ctx: &ListContext<'_>) -> bool {
    let (Some(next), Some(made)) = (facts.contact_next_on, facts.promised_on) else {
        return false;
    };
    let late = (ctx.calling_day - next).num_days();
    (0..=i64::from(ctx.settings.contact_gap_days)).contains(&late)
        && facts.last_visit_on.is_none_or(|visit| visit <= made)
}
