//! What is to come: visits and spend in 365 days, taken apart into what they are made of.

use serde_json::Value;

use super::Read;
use super::said::{Said, Step, day, figure, percent};
use crate::i18n;
use crate::models::spend_gamma_gamma::{GammaGamma, Paying, Payments};
use crate::models::visits::History;
use crate::models::visits_bgcnbd::{Bgcnbd, Dropout};
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
        (Some((parts, a_visit)), _) => {
            said.extend(parts);
            said.extend(lifetime(read, Some(a_visit))?);
        }
        (None, Some(_)) => {
            said.push(read.words.say(
                "path-spend-to-come-none",
                &[("reason", why_not(read, "spend")?)],
            ));
            said.extend(lifetime(read, None)?);
        }
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

/// Spend as visits x share that pays x payment, and what a visit brings on average.
fn spend(read: &Read<'_>) -> Result<Option<(Vec<Said>, f64)>> {
    let (Some(spend), Some(card)) = (read.number("expected_spend_365"), read.card("spend")?) else {
        return Ok(None);
    };
    let names = ["p", "q", "v", "paying_share", "paying_strength"];
    let Some([p, q, v, share, strength]) = parameters(&card, names) else {
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
    let said = vec![
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
    ];
    Ok(Some((said, paying * model.mean_payment(&payments))))
}

/// All visits to come, each counted for less the later it comes, and what they are worth where it is known what a visit
/// brings (discounted expected residual transactions: Fader, Hardie and Lee 2005).
fn lifetime(read: &Read<'_>, a_visit: Option<f64>) -> Result<Option<Said>> {
    let (Some(card), Some(as_of), Some(first), Some(last)) = (
        read.card("visits")?,
        read.as_of(),
        read.date("first_visit_on"),
        read.date("last_visit_on"),
    ) else {
        return Ok(None);
    };
    let Some([r, alpha, a, b, k]) = parameters(&card, ["r", "alpha", "a", "b", "k"]) else {
        return Ok(None);
    };
    // Scoring chooses among the models in which a unit may leave after its first visit already.
    let model = Bgcnbd {
        dropout: Dropout::AfterFirst,
        k,
        r,
        alpha,
        a,
        b,
    };
    let weeks = |to: chrono::NaiveDate| (to - first).num_days() as f64 / 7.0;
    let of = History {
        repeats: read
            .number("visits")
            .map_or(0, |n| (n - 1.0).max(0.0) as u32),
        last: weeks(last),
        age: weeks(as_of),
        log_gaps: 0.0,
    };
    let percent = read.settings.score.discount_percent;
    let rate = (percent / 100.0).ln_1p() / (365.25 / 7.0);
    let visits = model.discounted_visits(&of, rate);
    let mut args = vec![
        ("percent", figure(Some(percent), 1)),
        ("visits", figure(Some(visits), 2)),
    ];
    let key = match a_visit {
        Some(a_visit) => {
            args.push(("a_visit", figure(Some(a_visit), 0)));
            args.push(("value", figure(Some(visits * a_visit), 0)));
            "path-lifetime"
        }
        None => "path-lifetime-visits",
    };
    Ok(Some(read.words.say(key, &args)))
}

/// The parameters of a card by their names, where it has them all.
fn parameters<const N: usize>(card: &Value, names: [&str; N]) -> Option<[f64; N]> {
    let mut all = [0.0; N];
    for (parameter, name) in all.iter_mut().zip(names) {
        *parameter = card[name].as_f64()?;
    }
    Some(all)
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
