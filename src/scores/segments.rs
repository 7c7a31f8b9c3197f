//! Groups of customers that come and pay alike, with names that say where each group stands.
//!
//! Seven figures of each customer ([`INPUTS`]), made comparable over the private persons, k-means over a sample of them,
//! and for everybody the nearest centre. A group's name follows from its centre by a table of rules; the number of groups is
//! one whose groups all have names of their own, settled by the silhouette and by whether halves agree on them.

mod fit;
mod inputs;
mod names;
mod output;
mod standard;

use rayon::prelude::*;

pub use inputs::INPUTS;
pub use output::{segment_inputs_batch, segments_batch};

use self::fit::{Fitted, fit};
use self::inputs::{Raw, WIDTH, groups, raw};
use super::{CustomerScores, ScoringInput};
use crate::models::ModelCard;
use crate::rhythm::is_person;
use crate::rhythm::statistics::{mean, median};
use crate::types::{CustomerId, Reason, Segment};

/// The groups, and who is in which.
#[derive(Clone, Debug)]
pub struct Segmentation {
    /// Each customer's segment, in the order of customer id; `None` without a visit, with nothing but vehicles that left,
    /// and where there are no groups.
    pub segment: Vec<Option<Segment>>,
    customer_id: Vec<CustomerId>,
    rows: Vec<Option<Row>>,
    profiles: Vec<Profile>,
    fitted: Result<Fitted, Reason>,
}

/// One customer's figures and where they lie.
#[derive(Clone, Copy, Debug)]
struct Row {
    raw: Raw,
    near: Option<Near>,
}

/// The nearest centre and the nearest of another segment.
#[derive(Clone, Copy, Debug)]
struct Near {
    segment: Segment,
    distance: f64,
    other: Option<(Segment, f64)>,
}

/// What one segment is made of.
#[derive(Clone, Debug)]
struct Profile {
    segment: Segment,
    customers: u64,
    /// Medians of those of whom each figure is known.
    medians: [Option<f64>; WIDTH],
    spend_24m: f64,
    churn_probability: Option<f64>,
}

/// Looks for the groups and puts every customer into the nearest. The customers are those who hold the units.
#[must_use]
pub fn segments(input: &ScoringInput<'_>, customers: &CustomerScores) -> Segmentation {
    let members = groups(input.features);
    let raws: Vec<Option<Raw>> = members
        .par_iter()
        .with_min_len(1024)
        .map(|units| raw(input, units))
        .collect();
    let of_persons: Vec<(CustomerId, &Raw)> = members
        .iter()
        .zip(&raws)
        .zip(&customers.customer_id)
        .filter(|((units, _), _)| units.first().is_some_and(|&i| is_person(input.features, i)))
        .filter_map(|((_, raw), id)| Some((*id, raw.as_ref()?)))
        .collect();
    let fitted = fit(input, of_persons);
    let rows: Vec<Option<Row>> = raws
        .into_par_iter()
        .with_min_len(1024)
        .map(|raw| {
            let raw = raw?;
            let near = fitted.as_ref().ok().and_then(|f| f.near(&raw));
            Some(Row { raw, near })
        })
        .collect();
    let segment: Vec<Option<Segment>> = rows
        .iter()
        .map(|row| Some(row.as_ref()?.near?.segment))
        .collect();
    Segmentation {
        profiles: profiles(&rows, customers),
        customer_id: customers.customer_id.clone(),
        segment,
        rows,
        fitted,
    }
}

/// Medians of the figures; money added up in the order of the customers.
fn profiles(rows: &[Option<Row>], customers: &CustomerScores) -> Vec<Profile> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); Segment::ALL.len()];
    for (at, row) in rows.iter().enumerate() {
        if let Some(near) = row.as_ref().and_then(|row| row.near) {
            members[near.segment as usize].push(at);
        }
    }
    Segment::ALL
        .par_iter()
        .zip(members)
        .filter(|(_, members)| !members.is_empty())
        .map(|(&segment, members)| {
            let leaving: Vec<f64> = members
                .iter()
                .filter_map(|&at| Some(customers.churn_probability[at]?.value))
                .collect();
            Profile {
                segment,
                customers: members.len() as u64,
                medians: std::array::from_fn(|figure| {
                    let of = members.iter().filter_map(|&at| rows[at].as_ref());
                    median(of.map(|row| row.raw[figure]).collect())
                }),
                spend_24m: members.iter().map(|&at| customers.spend_24m[at]).sum(),
                churn_probability: mean(&leaving),
            }
        })
        .collect()
}

impl Segmentation {
    /// What the groups rest on, or why there are none.
    #[must_use]
    pub fn card(&self) -> ModelCard {
        let mut card = ModelCard {
            name: "segments".to_owned(),
            rows: 0,
            parameters: serde_json::Value::Null,
            log_likelihood: None,
            measures: serde_json::Value::Null,
            caveats: Vec::new(),
        };
        match &self.fitted {
            Err(reason) => card.caveats.push(reason.encode()),
            Ok(fitted) => fitted.tell(&mut card),
        }
        card.caveats.push("caveat-persons-only".to_owned());
        card
    }
}
