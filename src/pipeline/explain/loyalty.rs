//! The two axes of loyalty, part by part.

use super::Read;
use super::said::{Said, Step, figure};
use crate::types::Result;

pub(super) fn steps(read: &Read<'_>) -> Result<Vec<Step>> {
    let mut said = Vec::new();
    // A file that an earlier version scored has the scores without their parts.
    let has_parts = read.has_table("loyalty_components")? && read.has_table("loyalty_weights")?;
    for axis in ["frequency", "quality"] {
        if has_parts {
            said.extend(parts(read, axis)?);
        }
        said.extend(total(read, axis)?);
    }
    if has_parts && read.number("loyalty_score").is_some() {
        let weights = weights(read, "loyalty")?;
        let of = |axis: &str| weights.iter().find(|(part, _)| part == axis).map(|w| w.1);
        said.push(read.words.say(
            "path-loyalty",
            &[
                ("score", figure(read.number("loyalty_score"), 1)),
                ("frequency", figure(read.number("frequency_score"), 1)),
                ("quality", figure(read.number("quality_score"), 1)),
                ("weight_frequency", figure(of("frequency"), 2)),
                ("weight_quality", figure(of("quality"), 2)),
            ],
        ));
    }
    Ok(vec![Step {
        step: "loyalty",
        said,
    }])
}

/// The parts of an axis and their weights, as they were when it was scored.
fn weights(read: &Read<'_>, axis: &str) -> Result<Vec<(String, f64)>> {
    let found = read.store.table(&format!(
        "select part, weight from loyalty_weights where axis = '{axis}' order by weight desc, part"
    ))?;
    found
        .iter()
        .map(|row| {
            Ok((
                row.text("part")?.unwrap_or_default(),
                row.float("weight")?.unwrap_or_default(),
            ))
        })
        .collect()
}

/// Each part of an axis: its value, its weight, and the points that it gives.
fn parts(read: &Read<'_>, axis: &str) -> Result<Vec<Said>> {
    let found = read.store.table(&format!(
        "select * from loyalty_components where unit_id = {}",
        read.unit
    ))?;
    let Some(row) = found.first() else {
        return Ok(Vec::new());
    };
    let weights = weights(read, axis)?;
    let mut known = 0.0;
    for (part, weight) in &weights {
        if row.float(part)?.is_some() {
            known += weight;
        }
    }
    let mut said = Vec::new();
    for (part, weight) in weights {
        let mut values = vec![("part", part.clone()), ("weight", figure(Some(weight), 2))];
        let Some(value) = row.float(&part)? else {
            said.push(read.words.say("path-part-unknown", &values));
            continue;
        };
        // A weight of nothing gives nothing, also where no other part is known.
        let points = if known > 0.0 {
            100.0 * value * weight / known
        } else {
            0.0
        };
        values.push(("value", figure(Some(value), 3)));
        values.push(("points", figure(Some(points), 1)));
        if part == "visits" {
            values.push(("came", figure(read.number("visits_24m"), 0)));
            values.push(("expected", figure(row.float("expected_visits_24m")?, 1)));
            said.push(read.words.say("path-part-visits", &values));
        } else {
            said.push(read.words.say("path-part", &values));
        }
    }
    Ok(said)
}

/// An axis and its place among all units that have one.
fn total(read: &Read<'_>, axis: &'static str) -> Result<Option<Said>> {
    let column = format!("{axis}_score");
    let Some(score) = read.number(&column) else {
        return Ok(None);
    };
    let place = read.store.table(&format!(
        "select (count(*) filter ({column} < {score:e}) + count(*) filter ({column} = {score:e}) / 2.0) * 100.0
             / count({column}) as percentile, count({column}) as units from vehicle_scores"
    ))?;
    let place = place.first();
    let percentile = place.as_ref().map(|r| r.float("percentile")).transpose()?;
    let units = place.as_ref().map(|r| r.int("units")).transpose()?;
    Ok(Some(read.words.say(
        "path-axis",
        &[
            ("axis", axis.to_owned()),
            ("score", figure(Some(score), 1)),
            ("percentile", figure(percentile.flatten(), 0)),
            ("units", figure(units.flatten().map(|n| n as f64), 0)),
        ],
    )))
}
