//! The probability of leaving: which method gave it, what each input adds to its log-odds, and what simpler rules say.

use super::Read;
use super::said::{Said, Step, figure, percent};
use crate::models::churn::{Baselines, Model, design::INPUTS};
use crate::models::measures::{logit, sigmoid};
use crate::types::Result;

/// Parts below this round to nothing; their sum is said in one line, and JSON has each.
const LEAST_SHOWN: f64 = 0.0005;

/// What each input adds to the log-odds of leaving; `start` and all parts together are `log_odds`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Contributions {
    /// The method that gave the probability.
    pub method: String,
    /// Log-odds of a unit of which nothing particular is known.
    pub start: f64,
    /// Each input, the largest part first.
    pub parts: Vec<Part>,
    /// Their sum.
    pub log_odds: f64,
    /// The probability that this is.
    pub probability: f64,
}

/// One input's part.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Part {
    /// Name of the input.
    pub input: &'static str,
    /// Its value; none where unknown.
    pub value: Option<f64>,
    /// What it adds.
    pub log_odds: f64,
}

/// Values of the inputs as they were scored; `None` where the file has none for the unit.
pub(super) fn inputs(read: &Read<'_>) -> Result<Option<Vec<(String, f64)>>> {
    if !read.has_table("churn_inputs")? {
        return Ok(None);
    }
    let found = read.store.table(&format!(
        "select * exclude (as_of, unit_id) from churn_inputs where unit_id = {}",
        read.unit
    ))?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    found
        .columns
        .iter()
        .map(|name| Ok((name.clone(), row.float(name)?.unwrap_or(f64::NAN))))
        .collect::<Result<Vec<_>>>()
        .map(Some)
}

pub(super) fn steps(read: &Read<'_>) -> Result<(Vec<Step>, Option<Contributions>)> {
    let card = read.card("churn_probability")?;
    let inputs = inputs(read)?;
    let probability = read.number("churn_probability");
    let mut said = Vec::new();
    let mut contributions = None;
    if let (Some(card), Some(inputs), Some(p)) = (&card, &inputs, probability) {
        if let Some(found) = contributed(card, inputs) {
            said.extend(told(read, &found, p));
            contributions = Some(found);
        } else if let Some(share) = of_units_alike(read, card) {
            said.push(share);
        }
    }
    let words = read.words;
    match probability {
        Some(p) => {
            said.push(words.say(
                "path-probability",
                &[
                    (
                        "days",
                        figure(card.as_ref().and_then(|c| c["horizon_days"].as_f64()), 0),
                    ),
                    ("probability", percent(p)),
                    ("low", bound(read, "churn_probability_low")),
                    ("high", bound(read, "churn_probability_high")),
                    ("p180", bound(read, "churn_probability_180")),
                ],
            ));
        }
        None => said.push(words.say("path-probability-none", &[])),
    }
    if let (Some(card), Some(inputs)) = (&card, &inputs) {
        said.extend(beside(read, card, inputs));
    }
    let step = Step {
        step: "probability",
        said,
    };
    Ok((vec![step], contributions))
}

fn bound(read: &Read<'_>, name: &str) -> String {
    read.number(name).map_or_else(|| "-".to_owned(), percent)
}

/// The parts of the model on the card; `None` where no model of these inputs gave the probability.
fn contributed(card: &serde_json::Value, inputs: &[(String, f64)]) -> Option<Contributions> {
    let names: Vec<&str> = card["inputs"]
        .as_array()?
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect();
    // A file scored by another version has other inputs: its model cannot be read with these.
    if !names.iter().copied().eq(INPUTS.iter().map(|i| i.name))
        || !inputs
            .iter()
            .map(|(n, _)| n.as_str())
            .eq(names.iter().copied())
    {
        return None;
    }
    let model: Model = serde_json::from_value(card["model"].clone()).ok()?;
    let row: Vec<f64> = inputs.iter().map(|(_, v)| *v).collect();
    let (start, parts) = model.contributions(&row);
    let mut parts: Vec<Part> = INPUTS
        .iter()
        .zip(parts)
        .zip(&row)
        .map(|((input, log_odds), value)| Part {
            input: input.name,
            value: (!value.is_nan()).then_some(*value),
            log_odds,
        })
        .collect();
    parts.sort_by(|a, b| {
        b.log_odds
            .abs()
            .total_cmp(&a.log_odds.abs())
            .then(a.input.cmp(b.input))
    });
    let log_odds = model.logit(&row);
    Some(Contributions {
        method: card["method"].as_str().unwrap_or_default().to_owned(),
        start,
        parts,
        log_odds,
        probability: sigmoid(log_odds),
    })
}

fn told(read: &Read<'_>, found: &Contributions, given: f64) -> Vec<Said> {
    let words = read.words;
    let signed = |v: f64| format!("{v:+.3}");
    let mut said = vec![words.say(
        "path-start",
        &[
            ("method", found.method.clone()),
            ("start", signed(found.start)),
            ("probability", percent(sigmoid(found.start))),
        ],
    )];
    let (worth_a_line, rest): (Vec<&Part>, Vec<&Part>) = found
        .parts
        .iter()
        .partition(|p| p.log_odds.abs() >= LEAST_SHOWN);
    for part in worth_a_line {
        said.push(words.say(
            "path-contribution",
            &[
                ("input", part.input.to_owned()),
                ("value", value_of(part)),
                ("points", signed(part.log_odds)),
                ("times", format!("{:.2}", part.log_odds.exp())),
            ],
        ));
    }
    if !rest.is_empty() {
        let sum: f64 = rest.iter().map(|p| p.log_odds).sum();
        said.push(words.say(
            "path-rest",
            &[("count", rest.len().to_string()), ("points", signed(sum))],
        ));
    }
    said.push(words.say(
        "path-sum",
        &[
            ("sum", signed(found.log_odds)),
            ("probability", percent(found.probability)),
        ],
    ));
    // Never likelier over the longer time than over 180 days.
    if (found.probability - given).abs() > 1e-6 {
        said.push(words.say("path-capped", &[("probability", percent(given))]));
    }
    said
}

fn value_of(part: &Part) -> String {
    match part.value {
        None => "?".to_owned(),
        Some(v) if v.abs() >= 100.0 || v.fract() == 0.0 => figure(Some(v), 0),
        Some(v) => figure(Some(v), 2),
    }
}

/// The cell of the table of shares that the unit falls in.
fn of_units_alike(read: &Read<'_>, card: &serde_json::Value) -> Option<Said> {
    let from = card["hiatus_from_days"].as_array()?;
    let days = read.days_since(read.date("last_visit_on"))?;
    let row = from
        .iter()
        .rposition(|f| f.as_i64().is_some_and(|f| f <= days))
        .unwrap_or(0);
    let visits = read.number("visits_24m")?;
    let columns = card["visits_24m_from"].as_array()?;
    let column = columns
        .iter()
        .rposition(|f| f.as_f64().is_some_and(|f| f <= visits))
        .unwrap_or(0);
    let share = card["share_not_returned"][row][column].as_f64()?;
    Some(
        read.words.say(
            "path-share",
            &[
                ("from", from[row].to_string()),
                (
                    "to",
                    from.get(row + 1)
                        .map_or_else(|| "∞".to_owned(), ToString::to_string),
                ),
                ("visits", figure(Some(visits), 0)),
                ("share", percent(share)),
                (
                    "overall",
                    card["overall"]
                        .as_f64()
                        .map_or_else(|| "-".to_owned(), percent),
                ),
            ],
        ),
    )
}

/// What the simplest rules say of the same unit, and how right the champion and they were on the date held out.
fn beside(read: &Read<'_>, card: &serde_json::Value, inputs: &[(String, f64)]) -> Vec<Said> {
    let Ok(lines) = serde_json::from_value::<Baselines>(card["baselines"].clone()) else {
        return Vec::new();
    };
    let of = |name: &str| {
        let found = inputs.iter().find(|(n, _)| n == name);
        found.map_or(f64::NAN, |(_, v)| *v)
    };
    vec![read.words.say(
        "path-beside",
        &[
            ("base", percent(lines.base_rate)),
            (
                "hiatus",
                percent(lines.hiatus.probability(of("hiatus_days"))),
            ),
            (
                "overdue",
                percent(lines.overdue_ratio.probability(of("overdue_ratio"))),
            ),
            ("base_log_odds", format!("{:+.3}", logit(lines.base_rate))),
        ],
    )]
}
