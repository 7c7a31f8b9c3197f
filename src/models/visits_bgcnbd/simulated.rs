//! Units that behave as the model says: to see whether parameters are found again.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::{Bgcnbd, Dropout};
use crate::models::numeric::normal_quantile;
use crate::models::visits::History;

/// Random numbers from a seed.
#[derive(Debug)]
pub struct Source(Pcg64);

impl Source {
    /// The same numbers for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Evenly in (0, 1).
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Gamma of a shape and scale 1 (Marsaglia and Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = normal_quantile(self.uniform());
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }
}

/// One unit's history of `age` weeks from its first visit, and its visits in the `later` weeks.
#[must_use]
pub fn run(model: &Bgcnbd, age: f64, later: f64, source: &mut Source) -> (History, u32) {
    let rate = source.gamma(model.r) / model.alpha;
    let (leaves, stays) = (source.gamma(model.a), source.gamma(model.b));
    let chance = leaves / (leaves + stays);
    let mut history = History {
        age,
        ..History::default()
    };
    let (mut at, mut then) = (0.0, 0);
    if model.dropout == Dropout::AfterFirst && source.uniform() < chance {
        return (history, 0);
    }
    loop {
        let gap = source.gamma(model.k) / rate;
        at += gap;
        if at <= age {
            history.repeats += 1;
            history.log_gaps += gap.max(1e-300).ln();
            history.last = at;
        } else if at <= age + later {
            then += 1;
        } else {
            return (history, then);
        }
        if source.uniform() < chance {
            return (history, then);
        }
    }
}
