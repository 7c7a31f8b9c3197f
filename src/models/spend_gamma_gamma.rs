//! The Gamma-Gamma model of what a visit brings (Fader, Hardie and Lee 2005, "RFM and CLV"; Fader and Hardie 2013, note
//! 025): the payments of a unit are gamma of shape p and a rate of its own, the rates are gamma of shape q and rate v over
//! the units. With x payments of mean m:
//!
//! ```text
//! LL = lnG(px+q) - lnG(px) - lnG(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(v+mx)
//! E[M] = p (v+mx) / (px+q-1)
//! ```
//!
//! A mean needs q > 1, so ln(q - 1) is what is estimated. Money is taken in mean payments, so that nothing depends on the
//! currency. How many visits come is not its matter, and it takes the two as independent: the card says how they go
//! together. Visits on which nothing was paid (warranty, goodwill) are no payments: their share is [`Paying`]'s.

mod paying;
mod predictive;

use rayon::prelude::*;
use serde_json::{Value, json};

pub use paying::Paying;
pub use predictive::{Outlook, Outlooks};

use super::estimate::{Estimated, Observed, estimate};
use super::numeric::minimise::Sloped;
use super::numeric::{CHUNK, digamma, ln_gamma, ln_gamma_step};
use crate::types::Reason;

/// One unit's payments.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Payments {
    /// How many (x).
    pub count: u32,
    /// Their mean (m), yuan; nothing where there are none.
    pub mean: f64,
}

impl Payments {
    fn total(&self) -> f64 {
        f64::from(self.count) * self.mean
    }
}

/// Payments of units as the likelihood reads them: in a fixed order, whatever order they came in.
#[derive(Clone, Debug, Default, PartialEq)]
struct Observations {
    /// Number of payments, and their mean over the mean of all.
    rows: Vec<(u32, f64)>,
}

impl Observed for Observations {
    fn units(&self) -> f64 {
        self.rows.len() as f64
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Every so many rows in the order of number and mean: a sample that has each kind in its share.
    fn sample(&self, most: usize) -> Option<Self> {
        if self.rows.len() <= most {
            return None;
        }
        let step = self.rows.len() as f64 / most as f64;
        let rows = (0..most)
            .map(|i| self.rows[((i as f64 + 0.5) * step) as usize])
            .collect();
        Some(Self { rows })
    }
}

/// Parameters of the model, by the papers' letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaGamma {
    /// Shape of the payments of a unit.
    pub p: f64,
    /// Shape of the rates over units; above 1.
    pub q: f64,
    /// Rate of the rates over units, yuan.
    pub v: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaGammaFit {
    /// Parameters.
    pub model: GammaGamma,
    /// Their errors in ln p, ln(q - 1) and ln v, and whether they can be trusted.
    pub estimated: Estimated,
    /// Log-likelihood of the payments in yuan.
    pub log_likelihood: f64,
    /// Correlation of the number of payments and their mean.
    pub correlation: f64,
    units: f64,
}

/// Units with a payment that a fit needs.
const LEAST_PAYERS: usize = 50;
/// Units with at least two that it needs: one payment does not tell how a unit's own differ.
const LEAST_REPEATED: usize = 20;
/// A correlation of number and mean beyond which the two are not independent.
const CLOSE_TOGETHER: f64 = 0.3;

impl GammaGamma {
    /// Fits to the payments of units; those without any are passed over.
    ///
    /// # Errors
    /// A reason where there are too few, or where they do not tell the parameters.
    pub fn fit(of: &[Payments]) -> Result<GammaGammaFit, Reason> {
        let mut known: Vec<Payments> = of
            .iter()
            .copied()
            .filter(|p| p.count > 0 && p.mean.is_finite() && p.mean > 0.0)
            .collect();
        let repeated = known.iter().filter(|p| p.count > 1).count();
        if known.len() < LEAST_PAYERS || repeated < LEAST_REPEATED {
            return Err(Reason::new("caveat-too-few-payers")
                .with("units", known.len())
                .with("repeated", repeated)
                .with("needed", LEAST_PAYERS)
                .with("needed_repeated", LEAST_REPEATED));
        }
        known.par_sort_unstable_by(|a, b| a.count.cmp(&b.count).then(a.mean.total_cmp(&b.mean)));
        let n = known.len() as f64;
        let unit = known.iter().map(|p| p.mean).sum::<f64>() / n;
        let observations = Observations {
            rows: known.iter().map(|p| (p.count, p.mean / unit)).collect(),
        };
        // A mean payment is p v / (q - 1); payments of a workshop differ about as much as they are large.
        let start = Self {
            p: 2.0,
            q: 3.0,
            v: 1.0,
        };
        let estimated = estimate(&observations, &start.logs(), |part, logs| {
            Self::of_logs(logs).mean_loss(part)
        });
        let scaled = Self::of_logs(&estimated.logs);
        let fit = GammaGammaFit {
            model: Self {
                v: scaled.v * unit,
                ..scaled
            },
            // The density of m in yuan is that of m / unit over the unit.
            log_likelihood: estimated.log_likelihood - n * unit.ln(),
            correlation: correlation(&known),
            estimated,
            units: n,
        };
        fit.refusal().map_or(Ok(fit), Err)
    }

    fn logs(&self) -> [f64; 3] {
        [self.p.ln(), (self.q - 1.0).ln(), self.v.ln()]
    }

    fn of_logs(logs: &[f64]) -> Self {
        Self {
            p: logs[0].exp(),
            q: 1.0 + logs[1].exp(),
            v: logs[2].exp(),
        }
    }

    /// Log-likelihood of one unit's mean payment; nothing without payments.
    #[must_use]
    pub fn log_likelihood(&self, of: &Payments) -> f64 {
        if of.count == 0 {
            0.0
        } else {
            self.row(&self.of_count(of.count), of.count, of.mean)[0]
        }
    }

    /// Expected payment on a visit on which something is paid.
    #[must_use]
    pub fn mean_payment(&self, of: &Payments) -> f64 {
        let px = self.p * f64::from(of.count);
        self.p * (self.v + of.total()) / (px + self.q - 1.0)
    }

    /// Mean negative log-likelihood, and its gradient in ln p, ln(q - 1) and ln v.
    fn mean_loss(&self, of: &Observations) -> Sloped {
        let sums = of
            .rows
            .par_chunks(CHUNK)
            .map(|rows| {
                let mut sum = [0.0; 4];
                // Rows come by their number of payments.
                for same in rows.chunk_by(|a, b| a.0 == b.0) {
                    let of_count = self.of_count(same[0].0);
                    for (count, mean) in same {
                        for (sum, v) in sum.iter_mut().zip(self.row(&of_count, *count, *mean)) {
                            *sum += v;
                        }
                    }
                }
                sum
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold([0.0; 4], |mut all, part| {
                all.iter_mut().zip(part).for_each(|(a, b)| *a += b);
                all
            });
        let n = of.units().max(1.0);
        let [value, by_p, by_q, by_v] = sums.map(|s| s / n);
        (
            -value,
            vec![-by_p * self.p, -by_q * (self.q - 1.0), -by_v * self.v],
        )
    }

    fn of_count(&self, count: u32) -> OfCount {
        let x = f64::from(count);
        let (px, all) = (self.p * x, self.p * x + self.q);
        OfCount {
            value: ln_gamma_step(px, self.q) - ln_gamma(self.q)
                + self.q * self.v.ln()
                + px * x.ln(),
            by_p: x * (digamma(all) - digamma(px) + x.ln()),
            by_q: digamma(all) - digamma(self.q) + self.v.ln(),
        }
    }

    /// Log-likelihood of a mean payment and its derivatives in p, q and v.
    fn row(&self, of: &OfCount, count: u32, mean: f64) -> [f64; 4] {
        let x = f64::from(count);
        let px = self.p * x;
        let all = self.v + mean * x;
        let (ln_mean, ln_all) = (mean.ln(), all.ln());
        [
            of.value + (px - 1.0) * ln_mean - (px + self.q) * ln_all,
            of.by_p + x * (ln_mean - ln_all),
            of.by_q - ln_all,
            self.q / self.v - (px + self.q) / all,
        ]
    }
}

/// What depends on the number of payments alone.
struct OfCount {
    value: f64,
    by_p: f64,
    by_q: f64,
}

impl GammaGammaFit {
    /// Standard errors of p, q and v.
    #[must_use]
    pub fn errors(&self) -> [f64; 3] {
        let sd = |i: usize| {
            let variance = self.estimated.covariance.get(i).map_or(f64::NAN, |r| r[i]);
            variance.sqrt()
        };
        let m = &self.model;
        [m.p * sd(0), (m.q - 1.0) * sd(1), m.v * sd(2)]
    }

    fn refusal(&self) -> Option<Reason> {
        if !self.estimated.converged {
            Some(Reason::new("caveat-spend-not-converged"))
        } else if self.estimated.ridge {
            Some(Reason::new("caveat-spend-ridge"))
        } else {
            None
        }
    }

    /// Units with a payment that it was fitted to.
    #[must_use]
    pub fn payers(&self) -> f64 {
        self.units
    }

    /// Parameters and errors, for a card.
    #[must_use]
    pub fn parameters(&self) -> Value {
        let [p, q, v] = self.errors();
        json!({
            "p": self.model.p,
            "q": self.model.q,
            "v": self.model.v,
            "standard_errors": { "p": p, "q": q, "v": v },
            "condition": self.estimated.condition,
            "converged": self.estimated.converged,
            "ridge": self.estimated.ridge,
            "money_unit": "yuan",
            "mean_payment": self.model.mean_payment(&Payments::default()),
            "correlation_of_count_and_mean": self.correlation,
        })
    }

    /// What to keep in mind, encoded.
    #[must_use]
    pub fn caveats(&self) -> Vec<String> {
        let together = self.correlation.abs() > CLOSE_TOGETHER;
        together
            .then(|| {
                Reason::new("caveat-spend-not-independent")
                    .with("correlation", format!("{:.2}", self.correlation))
                    .encode()
            })
            .into_iter()
            .collect()
    }
}

/// Pearson's correlation of the number of payments and their mean; nothing where one does not differ.
fn correlation(of: &[Payments]) -> f64 {
    let n = of.len() as f64;
    let mean = |f: &dyn Fn(&Payments) -> f64| of.iter().map(f).sum::<f64>() / n;
    let (x, m) = (mean(&|p| f64::from(p.count)), mean(&|p| p.mean));
    let (dx, dm) = (
        |p: &Payments| f64::from(p.count) - x,
        |p: &Payments| p.mean - m,
    );
    let both = mean(&|p| dx(p) * dm(p));
    let spread = (mean(&|p| dx(p).powi(2)) * mean(&|p| dm(p).powi(2))).sqrt();
    if spread > 0.0 { both / spread } else { 0.0 }
}

#[cfg(test)]
mod tests;
