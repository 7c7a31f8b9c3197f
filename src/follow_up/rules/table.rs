//! The built-in lists: one row each.

use std::borrow::Cow;

use super::{Band, Deadline, ListRule, Stake, Suppression};

const fn list(
    id: &'static str,
    query: &'static str,
    bands: &'static [Band],
    purpose: &'static str,
    suppression: Suppression,
    deadline: Deadline,
) -> ListRule {
    special(
        (id, query),
        bands,
        purpose,
        suppression,
        deadline,
        "phone",
        Stake::Year,
    )
}

/// A list by another channel or with another stake.
const fn special(
    (id, query): (&'static str, &'static str),
    bands: &'static [Band],
    purpose: &'static str,
    suppression: Suppression,
    deadline: Deadline,
    channel: &'static str,
    stake: Stake,
) -> ListRule {
    ListRule {
        id: Cow::Borrowed(id),
        query: Cow::Borrowed(query),
        bands,
        purpose,
        channel: Cow::Borrowed(channel),
        suppression,
        deadline,
        stake,
        words: None,
    }
}

/// The lists, in the order in which a unit's reasons are told.
pub const LISTS: &[ListRule] = &[
    list(
        "unsolved",
        include_str!("../../../queries/lists/unsolved.sql"),
        &[Band::Escalation],
        "list-purpose-solve",
        Suppression::Service,
        Deadline::Timer,
    ),
    list(
        "low_csi",
        include_str!("../../../queries/lists/low_csi.sql"),
        &[Band::Escalation],
        "list-purpose-solve",
        Suppression::Service,
        Deadline::Timer,
    ),
    list(
        "promised",
        include_str!("../../../queries/lists/promised.sql"),
        &[Band::Care],
        "list-purpose-promised",
        Suppression::Service,
        Deadline::Timer,
    ),
    list(
        "loyal_slipping",
        include_str!("../../../queries/lists/loyal_slipping.sql"),
        &[Band::LoyalSlipping],
        "list-purpose-keep",
        Suppression::Marketing,
        Deadline::Within(2),
    ),
    list(
        "warning",
        include_str!("../../../queries/lists/warning.sql"),
        &[Band::Warning, Band::AtRisk],
        "list-purpose-keep",
        Suppression::Marketing,
        Deadline::Within(5),
    ),
    list(
        "first_call",
        include_str!("../../../queries/lists/first_call.sql"),
        &[Band::Care],
        "list-purpose-care",
        Suppression::Service,
        Deadline::Timer,
    ),
    list(
        "second_call",
        include_str!("../../../queries/lists/second_call.sql"),
        &[Band::Care],
        "list-purpose-care",
        Suppression::Service,
        Deadline::Timer,
    ),
    list(
        "first_maintenance",
        include_str!("../../../queries/lists/first_maintenance.sql"),
        &[Band::Due],
        "list-purpose-remind",
        Suppression::Marketing,
        Deadline::Within(7),
    ),
    list(
        "second_maintenance",
        include_str!("../../../queries/lists/second_maintenance.sql"),
        &[Band::Due],
        "list-purpose-remind",
        Suppression::Marketing,
        Deadline::Within(7),
    ),
    list(
        "maintenance_due",
        include_str!("../../../queries/lists/maintenance_due.sql"),
        &[Band::Due],
        "list-purpose-remind",
        Suppression::Marketing,
        Deadline::Within(7),
    ),
    list(
        "renewal",
        include_str!("../../../queries/lists/renewal.sql"),
        &[Band::Offer],
        "list-purpose-renew",
        Suppression::Marketing,
        Deadline::Timer,
    ),
    list(
        "event_notice",
        include_str!("../../../queries/lists/event_notice.sql"),
        &[Band::Offer],
        "list-purpose-invite",
        Suppression::Marketing,
        Deadline::Timer,
    ),
    special(
        (
            "event_letter",
            include_str!("../../../queries/lists/event_letter.sql"),
        ),
        &[Band::Offer],
        "list-purpose-invite",
        Suppression::Refusal,
        Deadline::Timer,
        "letter",
        Stake::Year,
    ),
    list(
        "focus_campaign",
        include_str!("../../../queries/lists/focus_campaign.sql"),
        &[Band::Offer],
        "list-purpose-invite",
        Suppression::Marketing,
        Deadline::Within(7),
    ),
    list(
        "warranty_ending",
        include_str!("../../../queries/lists/warranty_ending.sql"),
        &[Band::Offer],
        "list-purpose-remind",
        Suppression::Marketing,
        Deadline::Within(14),
    ),
    special(
        ("lost", include_str!("../../../queries/lists/lost.sql")),
        &[Band::Lost],
        "list-purpose-win_back",
        Suppression::Marketing,
        Deadline::Within(14),
        "phone",
        Stake::TwoYears,
    ),
    list(
        "file_incomplete",
        include_str!("../../../queries/lists/file_incomplete.sql"),
        &[Band::File],
        "list-purpose-complete",
        Suppression::Repair,
        Deadline::Timer,
    ),
];
