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
use crate::rhythm::statistics::median;
use crate::types::{CustomerId, Reason, Segment};

/// The groups as they were found among some customers: everybody goes to the nearest of them.
#[derive(Clone, Debug)]
pub struct SegmentModel {
    fitted: Result<Fitted, Reason>,
    /// Medians of the figures in each segment, over those customers of whom each is known.
    medians: Vec<[Option<f64>; WIDTH]>,
}

/// Who is in which group.
#[derive(Clone, Debug)]
pub struct Segmentation {
    /// Each customer's segment, in the order of customer id; `None` without a visit, with nothing but vehicles that left,
    /// and where there are no groups.
    pub segment: Vec<Option<Segment>>,
    customer_id: Vec<CustomerId>,
    rows: Vec<Option<Row>>,
}

/// What the segments amount to, over customers that are added part by part, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SegmentTotals {
    of: Vec<Total>,
}

/// Whole numbers, so that no sum depends on the order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Total {
    customers: u64,
    /// Hundredths of a yuan.
    spend_24m: i128,
    /// Customers with a probability.
    leaving: u64,
    /// Their probabilities, in units of [`PROBABILITY`].
    probability: i128,
}

/// Parts of a probability that are told apart in sums.
const PROBABILITY: f64 = 1e15;

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

/// Looks for the groups and puts every customer into the nearest. The customers are those who hold the units.
#[must_use]
pub fn segments(
    input: &ScoringInput<'_>,
    customers: &CustomerScores,
) -> (SegmentModel, Segmentation) {
    let members = groups(input.features);
    let raws = raws(input, &members);
    let of_persons: Vec<(CustomerId, &Raw)> = members
        .iter()
        .zip(&raws)
        .zip(&customers.customer_id)
        .filter(|((units, _), _)| units.first().is_some_and(|&i| is_person(input.features, i)))
        .filter_map(|((_, raw), id)| Some((*id, raw.as_ref()?)))
        .collect();
    let fitted = fit(input, of_persons);
    let placed = placed(fitted.as_ref().ok(), raws, customers);
    let model = SegmentModel {
        medians: medians(&placed.rows),
        fitted,
    };
    (model, placed)
}

/// Puts every customer into the nearest of groups that were found before.
#[must_use]
pub fn segments_with(
    model: &SegmentModel,
    input: &ScoringInput<'_>,
    customers: &CustomerScores,
) -> Segmentation {
    let raws = raws(input, &groups(input.features));
    placed(model.fitted.as_ref().ok(), raws, customers)
}

fn raws(input: &ScoringInput<'_>, members: &[Vec<usize>]) -> Vec<Option<Raw>> {
    members
        .par_iter()
        .with_min_len(1024)
        .map(|units| raw(input, units))
        .collect()
}

fn placed(
    fitted: Option<&Fitted>,
    raws: Vec<Option<Raw>>,
    customers: &CustomerScores,
) -> Segmentation {
    let rows: Vec<Option<Row>> = raws
        .into_par_iter()
        .with_min_len(1024)
        .map(|raw| {
            let raw = raw?;
            let near = fitted.and_then(|f| f.near(&raw));
            Some(Row { raw, near })
        })
        .collect();
    let segment: Vec<Option<Segment>> = rows
        .iter()
        .map(|row| Some(row.as_ref()?.near?.segment))
        .collect();
    Segmentation {
        customer_id: customers.customer_id.clone(),
        segment,
        rows,
    }
}

/// Medians of the figures in each segment.
fn medians(rows: &[Option<Row>]) -> Vec<[Option<f64>; WIDTH]> {
    let mut members: Vec<Vec<&Raw>> = vec![Vec::new(); Segment::ALL.len()];
    for row in rows.iter().flatten() {
        if let Some(near) = row.near {
            members[near.segment as usize].push(&row.raw);
        }
    }
    members
        .par_iter()
        .map(|raws| {
            std::array::from_fn(|figure| median(raws.iter().map(|raw| raw[figure]).collect()))
        })
        .collect()
}

impl SegmentTotals {
    /// Adds customers and the segments that they are in.
    pub fn add(&mut self, of: &Segmentation, customers: &CustomerScores) {
        self.of.resize(Segment::ALL.len(), Total::default());
        for (at, segment) in of.segment.iter().enumerate() {
            let Some(segment) = segment else { continue };
            let total = &mut self.of[*segment as usize];
            total.customers += 1;
            total.spend_24m += (customers.spend_24m[at] * 100.0).round() as i128;
            if let Some(leaving) = customers.churn_probability[at] {
                total.leaving += 1;
                total.probability += (leaving.value * PROBABILITY).round() as i128;
            }
        }
    }
}

impl SegmentModel {
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
