//! The group of the customer who holds the unit: how near its centre is, and what the group is made of.

use super::Read;
use super::said::{Said, Step, figure, percent};
use crate::i18n;
use crate::scores::SEGMENT_INPUTS;
use crate::types::{Reason, Result};

pub(super) fn step(read: &Read<'_>) -> Result<Step> {
    Ok(Step {
        step: "segment",
        said: said(read)?,
    })
}

fn said(read: &Read<'_>) -> Result<Vec<Said>> {
    // A file that an earlier version scored has no groups.
    if !read.has_table("segment_inputs")? || !read.has_table("segments")? {
        return Ok(Vec::new());
    }
    let customer = read
        .scores
        .first()
        .map(|r| r.id("customer_id"))
        .transpose()?;
    let Some(customer) = customer.flatten() else {
        return Ok(Vec::new());
    };
    let own = read.store.table(&format!(
        "select * from segment_inputs where customer_id = {customer}"
    ))?;
    let Some(own) = own.first() else {
        return Ok(vec![none(read, "path-customer-without-segment")]);
    };
    let Some(segment) = own.text("segment")? else {
        return Ok(vec![why_not(read)?]);
    };
    let group = read.store.table(&format!(
        "select s.*, (select count(distinct segment) from segments) as segments from segments s where segment = '{segment}'"
    ))?;
    let Some(group) = group.first() else {
        return Ok(Vec::new());
    };
    let mut said = vec![
        read.words.say(
            "path-segment",
            &[
                ("segment", segment),
                (
                    "segments",
                    figure(group.int("segments")?.map(|n| n as f64), 0),
                ),
                (
                    "customers",
                    figure(group.int("customers")?.map(|n| n as f64), 0),
                ),
                (
                    "share",
                    group
                        .float("share")?
                        .map_or_else(|| "-".to_owned(), percent),
                ),
                ("distance", figure(own.float("distance")?, 2)),
            ],
        ),
    ];
    if let Some(next) = own.text("next_segment")? {
        let name = i18n::text(read.words.lang, &format!("segment-{next}"), &[]);
        said.push(read.words.say(
            "path-segment-next",
            &[
                ("next", name),
                ("distance", figure(own.float("next_distance")?, 2)),
            ],
        ));
    }
    let all: Vec<String> = SEGMENT_INPUTS
        .iter()
        .map(|n| format!("median({n}) as {n}"))
        .collect();
    let all = read
        .store
        .table(&format!("select {} from segment_inputs", all.join(", ")))?;
    for name in SEGMENT_INPUTS {
        let decimals = if name == "paid_per_visit" { 0 } else { 2 };
        said.push(read.words.say(
            "path-segment-input",
            &[
                ("input", name.to_owned()),
                ("value", figure(own.float(name)?, decimals)),
                ("median", figure(group.float(name)?, decimals)),
                (
                    "all",
                    figure(
                        all.first().map(|r| r.float(name)).transpose()?.flatten(),
                        decimals,
                    ),
                ),
            ],
        ));
    }
    Ok(said)
}

/// What the card says of groups that are not there.
fn why_not(read: &Read<'_>) -> Result<Said> {
    let found = match read.as_of() {
        Some(as_of) => read.store.table(&format!(
            "select caveats from model_cards where as_of = date '{as_of}' and name = 'segments'"
        ))?,
        None => return Ok(none(read, "path-customer-without-segment")),
    };
    let caveats: Vec<String> = found
        .first()
        .map(|r| r.text("caveats"))
        .transpose()?
        .flatten()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    Ok(match caveats.first() {
        Some(code) => read.words.say(
            "path-segment-none",
            &[(
                "reason",
                i18n::reason(read.words.lang, &Reason::decode(code)),
            )],
        ),
        None => none(read, "path-customer-without-segment"),
    })
}

fn none(read: &Read<'_>, key: &str) -> Said {
    let reason = i18n::text(read.words.lang, key, &[]);
    read.words.say("path-segment-none", &[("reason", reason)])
}
