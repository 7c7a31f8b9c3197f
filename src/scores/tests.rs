#![allow(clippy::unwrap_used)]

mod customers;
mod laws;
mod loyalty;
mod reasons;
mod segments;
mod states;

use super::*;
use crate::rhythm::rhythm;
use crate::rhythm::samples::{Unit, features, sequences, service, unit};

const AS_OF: &str = "2025-06-30";
const HISTORY: &str = "2021-01-01";

/// Units scored on 30 June 2025 with their rhythm.
struct Scored {
    features: UnitFeatures,
    rhythm: Rhythm,
    settings: Settings,
    scores: UnitScores,
}

impl Scored {
    fn input(&self) -> ScoringInput<'_> {
        ScoringInput {
            features: &self.features,
            rhythm: &self.rhythm,
            estimates: Estimates::default(),
            settings: &self.settings,
        }
    }
}

fn scored(units: &[Unit]) -> Scored {
    scored_since(HISTORY, units)
}

fn scored_since(history: &str, units: &[Unit]) -> Scored {
    let settings = Settings::default();
    let features = features(AS_OF, history, units);
    let rhythm = rhythm(&features, &sequences(units), &settings.rhythm, &[]);
    let mut out = Scored {
        scores: UnitScores::default(),
        features,
        rhythm,
        settings,
    };
    out.scores = score_units(&out.input());
    out
}

/// A car ahead of others on both axes, so that a unit beside it is not in the top third for being alone.
fn peer() -> Unit {
    let days = ["2024-02-01", "2024-08-01", "2025-02-01", "2025-06-20"];
    let mut u = unit(u64::MAX, days.map(service).to_vec());
    u.interval_months = Some(36);
    u.spend = 1e9;
    u.kinds = Some(4);
    u
}

fn estimate(value: f64) -> Option<Estimate> {
    Some(Estimate {
        value,
        low: value / 2.0,
        high: (1.0 + value) / 2.0,
    })
}
