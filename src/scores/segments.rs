//! Groups of customers that come and pay alike, with names that say where each group stands.
//!
//! Seven figures of each customer ([`INPUTS`]), made comparable over the private persons, k-means over a sample of them,
//! and for everybody the nearest centre. The number of groups is the largest whose silhouette is as good as the best,
//! among those whose groups have names of their own; a group's name follows from its centre by a table of rules.

mod inputs;
mod names;
mod output;
mod standard;

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64_with_seed;

pub use inputs::INPUTS;
pub use output::{segment_inputs_batch, segments_batch};

use self::inputs::{Raw, WIDTH, groups, raw};
use self::names::{Centre, name};
use self::standard::Standard;
use super::{CustomerScores, ScoringInput};
use crate::models::ModelCard;
use crate::models::segments_kmeans::{
    Clusters, Points, agreement_of_halves, silhouette, squared_distance,
};
use crate::rhythm::is_person;
use crate::types::{CustomerId, Reason, Segment};

/// Customers that groups are looked for in, at most; the others go to the nearest.
const MOST_FITTED: usize = 8_000;
/// Rows of a silhouette, which compares each with each.
const MOST_COMPARED: usize = 1_000;
/// Rows of the two halves.
const MOST_HALVED: usize = 3_000;
/// Cuts into halves.
const CUTS: u64 = 8;
/// Numbers of groups that are tried: as many as people keep apart.
const COUNTS: std::ops::RangeInclusive<usize> = 4..=7;
/// Customers for each group, at least, on average.
const LEAST_EACH: usize = 15;
/// Silhouettes that differ by less are taken as equal: as much as chance moves one of a thousand rows.
const AS_GOOD: f64 = 0.02;
/// Below this silhouette nothing stands apart (Kaufman and Rousseeuw 1990).
const NO_STRUCTURE: f64 = 0.25;
/// Below this index two halves do not give the same groups.
const UNSTABLE: f64 = 0.6;

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
    /// Means over those of whom each figure is known.
    means: [Option<f64>; WIDTH],
    spend_24m: f64,
    churn_probability: Option<f64>,
}

#[derive(Clone, Debug)]
struct Fitted {
    standards: [Standard; WIDTH],
    clusters: Clusters<WIDTH>,
    /// Name of each centre.
    names: Vec<Segment>,
    /// Customers that the centres were looked for in.
    customers: usize,
    silhouette: f64,
    /// Silhouette by the number of groups tried.
    tried: Vec<(usize, f64)>,
    halves: Option<f64>,
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

/// The customers of a sample that is the same whatever the order: those whose hashed ids are lowest.
fn sampled(mut all: Vec<(CustomerId, &Raw)>, seed: u64) -> Vec<Raw> {
    if all.len() > MOST_FITTED {
        let hash = |id: CustomerId| xxh3_64_with_seed(&id.0.to_le_bytes(), seed);
        all.select_nth_unstable_by_key(MOST_FITTED, |(id, _)| (hash(*id), *id));
        all.truncate(MOST_FITTED);
    }
    all.into_iter().map(|(_, raw)| *raw).collect()
}

fn fit(input: &ScoringInput<'_>, persons: Vec<(CustomerId, &Raw)>) -> Result<Fitted, Reason> {
    let settings = &input.settings.segments;
    let needed = settings.min_customers.max(2) as usize;
    if persons.len() < needed {
        return Err(Reason::new("caveat-segments-too-few")
            .with("customers", persons.len())
            .with("needed", needed));
    }
    let seed = input.settings.score.seed;
    let raws = sampled(persons, seed);
    let standards: [Standard; WIDTH] =
        std::array::from_fn(|at| Standard::of(at, raws.iter().map(|raw| raw[at]).collect()));
    let points = Points::new(raws.iter().map(|raw| placed(&standards, raw)).collect());
    let mut counts: Vec<usize> = match settings.count as usize {
        0 => COUNTS.collect(),
        count => vec![count],
    };
    let most = (raws.len() / LEAST_EACH).min(points.different());
    counts.retain(|count| *count <= most.max(2));
    let compared = points.thinned(MOST_COMPARED);
    let mut found: Vec<(Clusters<WIDTH>, f64)> = counts
        .par_iter()
        .filter_map(|&count| {
            let clusters = Clusters::fit(&points, count, seed)?;
            let silhouette = silhouette(compared.rows(), &clusters.labels(compared.rows()))?;
            Some((clusters, silhouette))
        })
        .collect();
    let tried: Vec<(usize, f64)> = found.iter().map(|(c, s)| (c.centres.len(), *s)).collect();
    let best = tried.iter().map(|t| t.1).fold(f64::NEG_INFINITY, f64::max);
    // The finest of those as good as the best; after them the others, the best first.
    found.sort_by(|a, b| {
        let rank = |s: f64| if s >= best - AS_GOOD { best } else { s };
        rank(b.1)
            .total_cmp(&rank(a.1))
            .then(b.0.centres.len().cmp(&a.0.centres.len()))
    });
    let names_of = |clusters: &Clusters<WIDTH>| -> Vec<Segment> {
        let centres = clusters.centres.iter();
        centres
            .map(|z| name(&Centre::of(&standards, z), &input.settings.churn))
            .collect()
    };
    let apart = |names: &[Segment]| names.iter().collect::<BTreeSet<_>>().len() == names.len();
    let at = found
        .iter()
        .position(|(clusters, _)| apart(&names_of(clusters)))
        // Centres of one name are one group.
        .unwrap_or(0);
    if found.is_empty() {
        return Err(Reason::new("caveat-segments-alike"));
    }
    let (clusters, silhouette) = found.swap_remove(at);
    let halves = agreement_of_halves(
        &points.thinned(MOST_HALVED),
        clusters.centres.len(),
        CUTS,
        seed,
    );
    Ok(Fitted {
        names: names_of(&clusters),
        customers: raws.len(),
        standards,
        clusters,
        silhouette,
        tried,
        halves,
    })
}

/// A customer's figures made comparable.
fn placed(standards: &[Standard; WIDTH], raw: &Raw) -> [f64; WIDTH] {
    std::array::from_fn(|at| standards[at].place(raw[at]))
}

impl Fitted {
    fn near(&self, raw: &Raw) -> Option<Near> {
        let place = placed(&self.standards, raw);
        let (at, squared) = self.clusters.nearest(&place);
        let segment = *self.names.get(at)?;
        let mut other: Option<(Segment, f64)> = None;
        for (name, centre) in self.names.iter().zip(&self.clusters.centres) {
            let far = squared_distance(&place, centre);
            if *name != segment && other.is_none_or(|(_, least)| far < least) {
                other = Some((*name, far));
            }
        }
        Some(Near {
            segment,
            distance: squared.sqrt(),
            other: other.map(|(name, far)| (name, far.sqrt())),
        })
    }
}

/// Sums in the order of the customers.
fn profiles(rows: &[Option<Row>], customers: &CustomerScores) -> Vec<Profile> {
    #[derive(Clone, Copy, Default)]
    struct Sum(f64, u64);
    impl Sum {
        fn add(&mut self, value: f64) {
            if value.is_finite() {
                *self = Self(self.0 + value, self.1 + 1);
            }
        }
        fn mean(self) -> Option<f64> {
            (self.1 > 0).then(|| self.0 / self.1 as f64)
        }
    }
    let mut sums = vec![(0u64, [Sum::default(); WIDTH], 0.0, Sum::default()); Segment::ALL.len()];
    for (at, row) in rows.iter().enumerate() {
        let Some((raw, near)) = row.as_ref().and_then(|r| Some((r.raw, r.near?))) else {
            continue;
        };
        let sum = &mut sums[near.segment as usize];
        sum.0 += 1;
        for (sum, value) in sum.1.iter_mut().zip(raw) {
            sum.add(value);
        }
        sum.2 += customers.spend_24m[at];
        if let Some(estimate) = customers.churn_probability[at] {
            sum.3.add(estimate.value);
        }
    }
    Segment::ALL
        .iter()
        .zip(sums)
        .filter(|(_, sum)| sum.0 > 0)
        .map(|(&segment, sum)| Profile {
            segment,
            customers: sum.0,
            means: sum.1.map(Sum::mean),
            spend_24m: sum.2,
            churn_probability: sum.3.mean(),
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

impl Fitted {
    fn tell(&self, card: &mut ModelCard) {
        card.rows = self.customers as u64;
        let by_name = |values: &[f64; WIDTH]| -> serde_json::Map<String, serde_json::Value> {
            INPUTS
                .iter()
                .zip(values)
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect()
        };
        let inputs: Vec<_> = INPUTS
            .iter()
            .zip(&self.standards)
            .map(|(name, standard)| standard.to_json(name))
            .collect();
        let centres: Vec<_> = self
            .clusters
            .centres
            .iter()
            .zip(&self.names)
            .map(|(z, name)| {
                json!({
                    "segment": name,
                    "standardised": by_name(z),
                    "stands_at": by_name(&Centre::of(&self.standards, z).values),
                })
            })
            .collect();
        card.parameters = json!({ "model": "k_means", "inputs": inputs, "centres": centres });
        let tried: serde_json::Map<String, serde_json::Value> = self
            .tried
            .iter()
            .map(|(count, silhouette)| (count.to_string(), json!(silhouette)))
            .collect();
        card.measures = json!({
            "n": self.customers,
            "silhouette": self.silhouette,
            "silhouette_by_count": tried,
            "adjusted_rand_of_halves": self.halves,
        });
        if self.silhouette < NO_STRUCTURE {
            card.caveats.push(
                Reason::new("caveat-segments-weak")
                    .with("silhouette", format!("{:.2}", self.silhouette))
                    .encode(),
            );
        }
        if let Some(halves) = self.halves.filter(|h| *h < UNSTABLE) {
            card.caveats.push(
                Reason::new("caveat-segments-unstable")
                    .with("agreement", format!("{halves:.2}"))
                    .encode(),
            );
        }
        if self.names.iter().collect::<BTreeSet<_>>().len() < self.names.len() {
            card.caveats.push("caveat-segments-joined".to_owned());
        }
        for (name, standard) in INPUTS.iter().zip(&self.standards) {
            if !standard.is_used() {
                card.caveats.push(
                    Reason::new("caveat-segments-input")
                        .with("input", name)
                        .encode(),
                );
            }
        }
    }
}
