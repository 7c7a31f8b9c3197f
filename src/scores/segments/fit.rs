//! The centres, how many there are, and what they are called.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::inputs::{INPUTS, Raw, WIDTH};
use super::names::{Centre, name};
use super::standard::Standard;
use super::{Near, ScoringInput};
use crate::models::ModelCard;
use crate::models::segments_kmeans::{
    Clusters, Points, agreement_of_halves, silhouette, squared_distance,
};
use crate::types::{CustomerId, Reason, Segment};

/// Customers that groups are looked for in, at most; the others go to the nearest.
const MOST_FITTED: usize = 8_000;
/// Rows of a silhouette, which compares each with each.
const MOST_COMPARED: usize = 1_000;
/// Rows of the two halves.
const MOST_HALVED: usize = 1_500;
/// Cuts into halves.
const CUTS: u64 = 5;
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

/// Centres with their names, and what they rest on.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    standards: [Standard; WIDTH],
    chosen: Candidate,
    /// Customers that the centres were looked for in.
    customers: usize,
    tried: Vec<Tried>,
}

/// So many centres.
#[derive(Clone, Debug)]
struct Candidate {
    clusters: Clusters<WIDTH>,
    /// Name of each centre.
    names: Vec<Segment>,
    silhouette: f64,
    halves: Option<f64>,
}

/// A number of groups that was tried.
#[derive(Clone, Copy, Debug)]
struct Tried {
    count: usize,
    silhouette: f64,
    /// Agreement of halves, where it was looked at.
    halves: Option<f64>,
}

impl Candidate {
    fn count(&self) -> usize {
        self.names.len()
    }

    /// No two centres have the same name.
    fn is_told_apart(&self) -> bool {
        self.names.iter().collect::<BTreeSet<_>>().len() == self.count()
    }
}

/// Looks for groups among private persons.
pub(super) fn fit(
    input: &ScoringInput<'_>,
    persons: Vec<(CustomerId, &Raw)>,
) -> Result<Fitted, Reason> {
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
    let compared = points.thinned(MOST_COMPARED);
    let counts = counts(settings.count as usize, raws.len(), points.different());
    let candidates: Vec<Candidate> = counts
        .par_iter()
        .filter_map(|&count| {
            let clusters = Clusters::fit(&points, count, seed)?;
            let silhouette = silhouette(compared.rows(), &clusters.labels(compared.rows()))?;
            let centres = clusters.centres.iter();
            let names = centres
                .map(|z| name(&Centre::of(&standards, z), &input.settings.churn))
                .collect();
            Some(Candidate {
                clusters,
                names,
                silhouette,
                halves: None,
            })
        })
        .collect();
    let halved = points.thinned(MOST_HALVED);
    let halves = |count: usize| agreement_of_halves(&halved, count, CUTS, seed);
    let (chosen, tried) =
        choose(candidates, halves).ok_or_else(|| Reason::new("caveat-segments-alike"))?;
    Ok(Fitted {
        customers: raws.len(),
        standards,
        chosen,
        tried,
    })
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

/// The numbers of groups to try: the one that is set, else those that leave enough customers for each.
fn counts(set: usize, customers: usize, different: usize) -> Vec<usize> {
    if different < 2 {
        return Vec::new();
    }
    if set > 0 {
        return vec![set.min(different)];
    }
    let most = (customers / LEAST_EACH).clamp(2, different);
    let counts: Vec<usize> = COUNTS.filter(|count| *count <= most).collect();
    if counts.is_empty() {
        vec![most]
    } else {
        counts
    }
}

/// Of the numbers whose groups all have names of their own (of all, where there is none), those whose silhouette is as
/// good as the best; of these the largest that two halves agree on, else the one they agree on most. `None` of none.
fn choose(
    mut candidates: Vec<Candidate>,
    halves: impl Fn(usize) -> Option<f64>,
) -> Option<(Candidate, Vec<Tried>)> {
    let any_apart = candidates.iter().any(Candidate::is_told_apart);
    let able = |c: &Candidate| !any_apart || c.is_told_apart();
    let best = candidates
        .iter()
        .filter(|c| able(c))
        .map(|c| c.silhouette)
        .fold(f64::NEG_INFINITY, f64::max);
    let good = |c: &Candidate| able(c) && c.silhouette >= best - AS_GOOD;
    for c in candidates.iter_mut().filter(|c| good(c)) {
        c.halves = halves(c.count());
    }
    let tried = candidates
        .iter()
        .map(|c| Tried {
            count: c.count(),
            silhouette: c.silhouette,
            halves: c.halves,
        })
        .collect();
    let chosen = candidates.into_iter().filter(good).max_by(|a, b| {
        // What is stable enough is equally so.
        let rank = |c: &Candidate| c.halves.map_or(0.0, |h| h.min(UNSTABLE));
        rank(a).total_cmp(&rank(b)).then(a.count().cmp(&b.count()))
    })?;
    Some((chosen, tried))
}

/// A customer's figures made comparable.
fn placed(standards: &[Standard; WIDTH], raw: &Raw) -> [f64; WIDTH] {
    std::array::from_fn(|at| standards[at].place(raw[at]))
}

impl Fitted {
    /// Where a customer stands.
    pub(super) fn near(&self, raw: &Raw) -> Option<Near> {
        let Candidate {
            clusters, names, ..
        } = &self.chosen;
        let place = placed(&self.standards, raw);
        let (at, squared) = clusters.nearest(&place);
        let segment = *names.get(at)?;
        let mut other: Option<(Segment, f64)> = None;
        for (name, centre) in names.iter().zip(&clusters.centres) {
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

    /// Tells what the groups rest on.
    pub(super) fn tell(&self, card: &mut ModelCard) {
        let chosen = &self.chosen;
        card.rows = self.customers as u64;
        card.parameters = self.parameters();
        let by_count = |of: fn(&Tried) -> Option<f64>| -> Map<String, Value> {
            let tried = self.tried.iter();
            tried
                .filter_map(|t| Some((t.count.to_string(), json!(of(t)?))))
                .collect()
        };
        card.measures = json!({
            "n": self.customers,
            "silhouette": chosen.silhouette,
            "silhouette_by_count": by_count(|t| Some(t.silhouette)),
            "adjusted_rand_of_halves": chosen.halves,
            "adjusted_rand_of_halves_by_count": by_count(|t| t.halves),
        });
        let mut caveat = |reason: Reason| card.caveats.push(reason.encode());
        if chosen.silhouette < NO_STRUCTURE {
            let silhouette = format!("{:.2}", chosen.silhouette);
            caveat(Reason::new("caveat-segments-weak").with("silhouette", silhouette));
        }
        if let Some(halves) = chosen.halves.filter(|h| *h < UNSTABLE) {
            let agreement = format!("{halves:.2}");
            caveat(Reason::new("caveat-segments-unstable").with("agreement", agreement));
        }
        if !chosen.is_told_apart() {
            caveat(Reason::new("caveat-segments-joined"));
        }
        for (name, standard) in INPUTS.iter().zip(&self.standards) {
            if !standard.is_used() {
                caveat(Reason::new("caveat-segments-input").with("input", name));
            }
        }
    }

    fn parameters(&self) -> Value {
        let by_name = |values: &[f64; WIDTH]| -> Map<String, Value> {
            let named = INPUTS.iter().zip(values);
            named
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect()
        };
        let inputs: Vec<Value> = INPUTS
            .iter()
            .zip(&self.standards)
            .map(|(name, standard)| standard.to_json(name))
            .collect();
        let centres: Vec<Value> = self
            .chosen
            .clusters
            .centres
            .iter()
            .zip(&self.chosen.names)
            .map(|(z, name)| {
                json!({
                    "segment": name,
                    "standardised": by_name(z),
                    "stands_at": by_name(&Centre::of(&self.standards, z).values),
                })
            })
            .collect();
        json!({ "model": "k_means", "inputs": inputs, "centres": centres })
    }
}
