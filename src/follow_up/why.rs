//! Why now, in numbers: the reasons that a row shows, two at most, plain words in the catalogue.

use crate::follow_up::tasks::{BOOKED, PROMISED};
use crate::follow_up::withheld::promised_now;
use crate::follow_up::{Candidate, ListContext, UnitDetail, UnitFacts};
use crate::i18n::{number, text};
use crate::types::{Lang, Reason};

/// Days around the calling day in which an expiring policy, inspection or warranty is worth a word.
const EXPIRY_DAYS: i64 = 30;

/// The reasons of one unit, best first, told once each: the promise, then what each list says in the
/// order of the lists, then what expires; else why its scores are what they are.
#[must_use]
pub(super) fn reasons(
    candidates: &[&Candidate],
    facts: &UnitFacts,
    detail: &UnitDetail,
    ctx: &ListContext<'_>,
) -> Vec<Reason> {
    let mut all: Vec<Reason> = Vec::new();
    let booked = candidates
        .iter()
        .find(|c| &*c.list == PROMISED && &*c.about == BOOKED)
        .and_then(|c| c.about_on);
    if let Some(day) = booked {
        all.push(Reason::new("list-why-booked").with("date", day));
    } else if promised_now(facts, ctx)
        && let Some(day) = facts.contact_next_on
    {
        all.push(Reason::new("list-why-promised").with("date", day));
    }
    if let Some(day) = facts.wrong_number_on {
        all.push(Reason::new("list-why-wrong_number").with("date", day));
    }
    for candidate in candidates {
        match &*candidate.list {
            "loyal_slipping" => {
                all.extend(slipping(candidate, detail));
                all.extend(overdue(detail));
            }
            "lost" => all.extend(absent(detail, ctx)),
            // Told already, unless it is long ago.
            PROMISED if booked.is_some() || all.iter().any(|r| r.key == "list-why-promised") => {}
            PROMISED => all.extend(ending("list-why-promised", candidate)),
            "unsolved" => all.extend(unsolved(candidate, ctx)),
            "low_csi" => all.extend(low_survey(candidate)),
            "first_call" | "second_call" => all.extend(after_visit(candidate)),
            "first_maintenance" | "second_maintenance" => all.extend(new_car(candidate, ctx)),
            "renewal" => all.extend(ending("list-why-policy", candidate)),
            "warranty_ending" => all.extend(ending("list-why-warranty", candidate)),
            "event_notice" | "event_letter" | "focus_campaign" => all.extend(event(candidate)),
            "file_incomplete" => all.extend(gaps(candidate, ctx)),
            id if ctx.rules.find(id).is_some_and(|(_, r)| r.words.is_some()) => {
                all.extend(ctx.rules.find(id).map(|(_, rule)| {
                    Reason::new("list-why-own").with("name", rule.name(ctx.lang))
                }));
                all.extend(overdue(detail));
            }
            // Maintenance due and warning tell the same story at different lengths.
            _ => {
                all.extend(overdue(detail));
                all.extend(ratio(candidate));
            }
        }
    }
    all.extend(expiring(detail, ctx));
    // The scores tell the same story as of their own day, which would only confuse beside today's figures.
    if all.is_empty() {
        all.extend(detail.score_reasons.iter().cloned());
    }
    // Whoever is on a list is there for a reason, if only for being on it.
    if all.is_empty()
        && let Some((_, rule)) = candidates.first().and_then(|c| ctx.rules.find(&c.list))
    {
        all.push(Reason::new("list-why-own").with("name", rule.name(ctx.lang)));
    }
    let mut told: Vec<Reason> = Vec::new();
    for reason in all {
        if !told.iter().any(|t| t.key == reason.key) {
            told.push(reason);
        }
    }
    // After the best one, and before the others.
    let others = told.split_off(told.len().min(1));
    let (owed, others): (Vec<_>, Vec<_>) = others.into_iter().partition(must_be_told);
    told.extend(owed);
    told.extend(others);
    told
}

/// The campaign that a list has announced.
pub(super) fn announces(candidate: &Candidate) -> Option<String> {
    let is_one = ["event_notice", "event_letter", "focus_campaign"].contains(&&*candidate.list);
    let name = candidate.about.split(" · ").next();
    name.filter(|_| is_one).map(str::to_owned)
}

/// What a contact must say, since the plan counts it as said by it: a row shows it whatever else brought the unit up.
pub(super) fn must_be_told(reason: &Reason) -> bool {
    [
        "list-why-wrong_number",
        "list-why-delivered",
        "list-why-consulted",
        "list-why-second_call",
        "list-why-event_notice",
        "list-why-event_letter",
        "list-why-focus_campaign",
    ]
    .contains(&&*reason.key)
}

fn unsolved(candidate: &Candidate, ctx: &ListContext<'_>) -> Option<Reason> {
    let mut parts = candidate.about.split('|');
    let stage = parts.next().unwrap_or_default();
    let date = candidate.about_on?;
    let key = match stage {
        "tell" => "list-why-answer",
        "chase" => "list-why-chase",
        _ => "list-why-unsolved",
    };
    let days = (ctx.calling_day - date).num_days();
    let what = parts
        .next()
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .map_or_else(
            || text(ctx.lang, "list-complaint", &[]),
            |about| text(ctx.lang, "list-complaint-about", &[("about", about)]),
        );
    Some(
        Reason::new(key)
            .with("what", what)
            .with("date", date)
            .with("days", days),
    )
}

fn low_survey(candidate: &Candidate) -> Option<Reason> {
    let (score, scale) = candidate.about.split_once('/')?;
    let plain = |text: &str| {
        text.parse::<f64>()
            .map_or(text.to_owned(), |v| number(v, 0))
    };
    Some(
        Reason::new("list-why-low_csi")
            .with("score", plain(score))
            .with("scale", plain(scale))
            .with("date", candidate.about_on?),
    )
}

fn after_visit(candidate: &Candidate) -> Option<Reason> {
    let date = candidate.about_on?;
    Some(match (&*candidate.list, &*candidate.about) {
        ("second_call", _) => Reason::new("list-why-second_call").with("date", date),
        (_, "consultation") => Reason::new("list-why-consulted").with("date", date),
        _ => Reason::new("list-why-delivered").with("date", date),
    })
}

fn new_car(candidate: &Candidate, ctx: &ListContext<'_>) -> Option<Reason> {
    let date = candidate.about_on?;
    let days = (ctx.calling_day - date).num_days();
    let key = format!("list-why-{}", candidate.list);
    Some(if days > 0 {
        Reason::new(&format!("{key}-late"))
            .with("date", date)
            .with("days", days)
    } else {
        Reason::new(&key).with("date", date).with("days", -days)
    })
}

fn ending(key: &str, candidate: &Candidate) -> Option<Reason> {
    Some(Reason::new(key).with("date", candidate.about_on?))
}

fn event(candidate: &Candidate) -> Option<Reason> {
    Some(
        Reason::new(&format!("list-why-{}", candidate.list))
            .with("about", &candidate.about)
            .with("date", candidate.about_on?),
    )
}

/// The gaps of a file as one reason; their names are looked up where the reason is read.
fn gaps(candidate: &Candidate, ctx: &ListContext<'_>) -> Option<Reason> {
    let names: Vec<String> = candidate
        .about
        .split(',')
        .map(|gap| text(ctx.lang, &format!("list-gap-{gap}"), &[]))
        .collect();
    let between = if ctx.lang == Lang::Zh { "、" } else { ", " };
    Some(Reason::new("list-why-file_incomplete").with("gaps", names.join(between)))
}

fn slipping(candidate: &Candidate, detail: &UnitDetail) -> Option<Reason> {
    let ratio = number(candidate.overdue_ratio?, 1);
    Some(match &detail.frequency_class {
        Some(class) => Reason::new("list-why-loyal-class")
            .with("class", class)
            .with("ratio", ratio),
        None => Reason::new("list-why-loyal").with("ratio", ratio),
    })
}

fn overdue(detail: &UnitDetail) -> Option<Reason> {
    let days = detail.overdue_days?;
    let what = if detail.is_vehicle { "" } else { "-person" };
    Some(if days > 0 {
        match detail
            .odometer_now_km
            .filter(|km| detail.is_vehicle && *km > 0)
        {
            // To the nearest hundred: an estimate that shows single kilometres claims too much.
            Some(km) => Reason::new("list-why-overdue-km")
                .with("days", days)
                .with("km", thousands((km + 50) / 100 * 100)),
            None => Reason::new(&format!("list-why-overdue{what}")).with("days", days),
        }
    } else if days == 0 {
        Reason::new(&format!("list-why-due-today{what}"))
    } else {
        Reason::new(&format!("list-why-due{what}"))
            .with("days", -days)
            .with("date", detail.next_due_on?)
    })
}

fn ratio(candidate: &Candidate) -> Option<Reason> {
    let ratio = candidate.overdue_ratio?;
    (ratio >= 1.0).then(|| Reason::new("list-why-ratio").with("ratio", number(ratio, 1)))
}

fn absent(detail: &UnitDetail, ctx: &ListContext<'_>) -> Vec<Reason> {
    let mut out = Vec::new();
    if let Some(last) = detail.last_qualified_on.or(detail.last_visit_on) {
        let months = (ctx.calling_day - last).num_days() * 12 / 365;
        out.push(
            Reason::new("list-why-absent")
                .with("months", months)
                .with("date", last),
        );
    }
    if let Some(spend) = detail.spend_24m.filter(|s| *s >= 1.0) {
        out.push(
            Reason::new("list-why-spent")
                .with("amount", ctx.currency.plain(spend))
                .with("currency", ctx.currency.word(ctx.lang)),
        );
    }
    out
}

fn expiring(detail: &UnitDetail, ctx: &ListContext<'_>) -> Vec<Reason> {
    let dates = [
        ("list-why-policy", detail.policy_end),
        ("list-why-warranty", detail.warranty_end),
        ("list-why-inspection", detail.inspection_end),
    ];
    dates
        .into_iter()
        .filter_map(|(key, date)| Some((key, date?)))
        .filter(|(_, date)| (0..=EXPIRY_DAYS).contains(&(*date - ctx.calling_day).num_days()))
        .map(|(key, date)| Reason::new(key).with("date", date))
        .collect()
}

#[allow(clippy::cast_precision_loss, reason = "an odometer is far below 2^53")]
fn thousands(value: i64) -> String {
    number(value as f64, 0)
}
