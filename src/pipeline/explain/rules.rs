//! Which rule gave the tier and which the state, with the figures that it was read from, and the priority.

use serde_json::Value;

use super::Read;
use super::said::{Said, Step, day, figure, percent};
use crate::types::Result;

/// Tier and state.
pub(super) fn steps(read: &Read<'_>) -> Result<Vec<Step>> {
    Ok(vec![
        Step {
            step: "tier",
            said: tier(read)?.into_iter().collect(),
        },
        Step {
            step: "state",
            said: vec![state(read)],
        },
    ])
}

/// What is at stake, which rests on the probability.
pub(super) fn last_step(read: &Read<'_>) -> Step {
    Step {
        step: "priority",
        said: priority(read).into_iter().collect(),
    }
}

/// The first rule that held, in the order of the tiers.
fn tier(read: &Read<'_>) -> Result<Option<Said>> {
    let Some(tier) = read.text("loyalty_tier") else {
        return Ok(None);
    };
    let cuts = read.card("loyalty")?.unwrap_or_default();
    let store = read.text("store_id").unwrap_or_default();
    let cut = |name: &str| {
        let table = match &cuts["cuts"]["stores"][&store] {
            Value::Null => &cuts["cuts"]["all"],
            table => table,
        };
        table[name].as_f64()
    };
    let l = &read.settings.loyalty;
    let (frequency, quality) = (read.number("frequency_score"), read.number("quality_score"));
    let reaches =
        |score: Option<f64>, cut: Option<f64>| score.zip(cut).is_some_and(|(s, c)| s >= c);
    let key = match tier.as_str() {
        "loyal"
            if reaches(frequency, cut("frequency_top")) && reaches(quality, cut("quality_top")) =>
        {
            "path-tier-loyal-top"
        }
        "loyal" => "path-tier-loyal-class",
        "drifting" => "path-tier-drifting",
        "stable" => "path-tier-stable",
        "new" => "path-tier-new",
        _ => "path-tier-weak",
    };
    Ok(Some(read.words.say(
        key,
        &[
            ("tier", tier),
            ("frequency", figure(frequency, 1)),
            ("frequency_cut", figure(cut("frequency_top"), 1)),
            ("quality", figure(quality, 1)),
            ("quality_cut", figure(cut("quality_top"), 1)),
            ("loyalty", figure(read.number("loyalty_score"), 1)),
            ("loyalty_cut", figure(cut("loyalty_median"), 1)),
            ("visits", figure(read.number("visits_12m"), 0)),
            ("before", figure(read.number("visits_previous_12m"), 0)),
            ("class_a", l.class_a.to_string()),
            ("kinds", figure(read.number("kinds_24m"), 0)),
            ("fall", figure(Some(l.drifting_fall * 100.0), 0)),
            ("ratio", figure(read.number("overdue_ratio"), 2)),
        ],
    )))
}

/// The first row of the table of states that held.
fn state(read: &Read<'_>) -> Said {
    let c = &read.settings.churn;
    let state = read.text("churn_state");
    let ratio = read.number("overdue_ratio");
    let open = read
        .features
        .first()
        .and_then(|r| r.bool("open_order").ok().flatten());
    let (key, limit, months) = match state.as_deref() {
        Some("gone") => ("path-state-gone", None, None),
        Some("active") if open == Some(true) => ("path-state-in-shop", None, None),
        Some("never") => ("path-state-never", None, Some(c.never_months)),
        Some("dead") => ("path-state-absent", Some(c.dead_ratio), Some(c.dead_months)),
        Some("lost") => ("path-state-absent", Some(c.lost_ratio), Some(c.lost_months)),
        Some("won_back") => (
            "path-state-won-back",
            Some(c.won_back_ratio),
            Some(c.won_back_months),
        ),
        Some("at_risk") => ("path-state-ratio", Some(c.at_risk_ratio), None),
        Some("warning") if ratio.is_some_and(|q| q < c.warning_ratio) => {
            ("path-state-ratio-loyal", Some(c.loyal_warning_ratio), None)
        }
        Some("warning") => ("path-state-ratio", Some(c.warning_ratio), None),
        Some("due") => ("path-state-ratio", Some(c.due_ratio), None),
        Some("new") => ("path-state-new", None, None),
        Some(_) => ("path-state-active", Some(c.due_ratio), None),
        None => ("path-state-none", None, None),
    };
    let months = months.map_or_else(|| "-".to_owned(), |m| m.to_string());
    read.words.say(
        key,
        &[
            ("state", state.unwrap_or_else(|| "none".to_owned())),
            ("ratio", figure(ratio, 2)),
            ("limit", figure(limit, 2)),
            ("months", months),
            ("last", day(read.date("last_visit_on"))),
            ("previous", day(read.date("previous_visit_on"))),
            ("purchase", day(read.date("purchase_date"))),
            ("gone", day(read.date("gone_on"))),
        ],
    )
}

fn priority(read: &Read<'_>) -> Option<Said> {
    let priority = read.number("priority")?;
    let is_rule = read
        .scores
        .first()
        .and_then(|r| r.bool("priority_is_rule").ok().flatten());
    let key = if is_rule == Some(true) {
        "path-priority-rule"
    } else {
        "path-priority"
    };
    Some(
        read.words.say(
            key,
            &[
                ("priority", figure(Some(priority), 0)),
                ("spend", figure(read.number("spend_24m"), 0)),
                (
                    "probability",
                    read.number("churn_probability")
                        .map_or_else(|| "-".to_owned(), percent),
                ),
                ("ratio", figure(read.number("overdue_ratio"), 2)),
            ],
        ),
    )
}
