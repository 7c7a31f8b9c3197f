//! What is to come: visits and spend in 365 days, taken apart into what they are made of.

use super::Read;
use super::said::{Said, Step, day, figure, percent};
use crate::i18n;
use crate::models::spend_gamma_gamma::{GammaGamma, Paying, Payments};
use crate::types::{Reason, Result};

pub(super) fn step(read: &Read<'_>) -> Result<Step> {
    let mut said = Vec::new();
    match read.number("expected_visits_365") {
        Some(visits) => said.push(
            read.words.say(
                "path-visits-to-come",
                &[
                    ("visits", figure(Some(visits), 2)),
                    ("low", figure(read.number("expected_visits_365_low"), 0)),
                    ("high", figure(read.number("expected_visits_365_high"), 0)),
                    (
                        "active",
                        read.number("probability_active")
                            .map_or_else(|| "-".to_owned(), percent),
                    ),
                ],
            ),
        ),
        None => said.push(read.words.say(
            "path-visits-to-come-none",
            &[("reason", why_not(read, "visits")?)],
        )),
    }
    said.extend(next_visit(read));
    match (spend(read)?, read.number("expected_visits_365")) {
        (Some(parts), _) => said.extend(parts),
        (None, Some(_)) => said.push(read.words.say(
            "path-spend-to-come-none",
            &[("reason", why_not(read, "spend")?)],
        )),
        (None, None) => {}
    }
    Ok(Step {
        step: "outlook",
        said,
    })
}

/// When the next visit is expected; nothing where there is no model, or the unit is here or gone.
fn next_visit(read: &Read<'_>) -> Option<Said> {
    let low = read.date("next_visit_on_low")?;
    // What lies beyond ten years is not told.
    let key = match (read.date("next_visit_on"), read.date("next_visit_on_high")) {
        (Some(_), Some(_)) => "path-next-visit",
        (Some(_), None) => "path-next-visit-open",
        _ => "path-next-visit-far",
    };
    Some(read.words.say(
        key,
        &[
            ("on", day(read.date("next_visit_on"))),
            ("low", low.to_string()),
            ("high", day(read.date("next_visit_on_high"))),
        ],
    ))
}

/// Spend as visits x share that pays x payment.
fn spend(read: &Read<'_>) -> Result<Option<Vec<Said>>> {
    let (Some(spend), Some(card)) = (read.number("expected_spend_365"), read.card("spend")?) else {
        return Ok(None);
    };
    let parameter = |name: &str| card[name].as_f64();
    let (Some(p), Some(q), Some(v), Some(share), Some(strength)) = (
        parameter("p"),
        parameter("q"),
        parameter("v"),
        parameter("paying_share"),
        parameter("paying_strength"),
    ) else {
        return Ok(None);
    };
    let count = |name: &str| read.number(name).map_or(0, |n| n as u32);
    let payments = Payments {
        count: count("paying_visits"),
        mean: read.number("paid_on_visits").unwrap_or(0.0)
            / f64::from(count("paying_visits").max(1)),
    };
    let model = GammaGamma { p, q, v };
    let paying = Paying { share, strength }.of(count("priced_visits"), payments.count);
    let words = read.words;
    Ok(Some(vec![
        words.say(
            "path-payment",
            &[
                ("payment", figure(Some(model.mean_payment(&payments)), 0)),
                (
                    "own",
                    figure((payments.count > 0).then_some(payments.mean), 0),
                ),
                ("count", payments.count.to_string()),
                (
                    "all",
                    figure(Some(model.mean_payment(&Payments::default())), 0),
                ),
            ],
        ),
        words.say(
            "path-spend-to-come",
            &[
                ("visits", figure(read.number("expected_visits_365"), 2)),
                ("paying", percent(paying)),
                ("payment", figure(Some(model.mean_payment(&payments)), 0)),
                ("spend", figure(Some(spend), 0)),
                ("low", figure(read.number("expected_spend_365_low"), 0)),
                ("high", figure(read.number("expected_spend_365_high"), 0)),
            ],
        ),
    ]))
}

/// The first caveat of a card whose model is not there or not used.
fn why_not(read: &Read<'_>, name: &str) -> Result<String> {
    let unknown = || i18n::text(read.words.lang, "path-unit-without-outlook", &[]);
    let Some(as_of) = read.as_of() else {
        return Ok(unknown());
    };
    let found = read.store.table(&format!(
        "select parameters, caveats from model_cards where as_of = date '{as_of}' and name = '{name}'"
    ))?;
    let Some(row) = found.first() else {
        return Ok(unknown());
    };
    let caveats: Vec<String> = row
        .text("caveats")?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let is_missing = row.text("parameters")?.as_deref() == Some("null");
    let reason = caveats
        .iter()
        .map(|code| Reason::decode(code))
        .find(|reason| is_missing || reason.key == "caveat-spend-no-better");
    // Where there is a model, a unit without an estimate never came or has left.
    Ok(reason.map_or_else(unknown, |reason| i18n::reason(read.words.lang, &reason)))
}
