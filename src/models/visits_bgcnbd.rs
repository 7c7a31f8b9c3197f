//! The (M)BG/CNBD-k models of visits (Platzer and Reutterer 2016; Reutterer, Platzer and Schroeder 2021): a unit comes
//! at gaps of Erlang or, for k that is no whole number, gamma shape k and a rate of its own, and after each visit may be
//! gone for good with a chance of its own. With k = 1 they are BG/NBD (Fader, Hardie and Lee 2005) and MBG/NBD (Batislam,
//! Denizel and Filiztekin 2007). The larger k, the more regular.
//!
//! Everything follows from I = P(no visit since the last | still a customer), a regularised incomplete beta function, and
//! D, the odds of having left after the last visit, in a form that cannot overflow:
//!
//! ```text
//! A = r + k x;  z = (alpha + t_x) / (alpha + T);  I = I_z(A, k);  D = a / (b + x - 1 + d)
//! LL = (k-1) litt - x lnG(k) + lnB(a, b+x+d) - lnB(a, b) + lnG(A) - lnG(r) + r ln alpha - A ln(alpha + t_x) + ln(D + I)
//! ```
//!
//! d is 1 where a unit may leave after its first visit already (MBG), else 0, and then D is 0 without repeats.

mod counts;
mod likelihood;
mod next_visit;

use serde_json::Value;

pub use counts::{CountInterval, Counts};
pub use next_visit::NextVisits;

use super::ModelCard;
use super::estimate::{Estimated, Observed, estimate};
use super::numeric::beta::{LnBeta, Shape};
use super::numeric::ln_add_exp;
use super::visits::{Histories, History, LEAST_REPEATERS};
use crate::types::{Estimate, Reason};

/// When a unit may leave for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropout {
    /// After the first visit already (the modified models, MBG).
    AfterFirst,
    /// After the first repeat (BG).
    AfterRepeat,
}

impl Dropout {
    fn d(self) -> f64 {
        f64::from(u8::from(self == Self::AfterFirst))
    }
}

/// How regular visits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regularity {
    /// A given k; 1 is no rhythm at all.
    Whole(u32),
    /// Any k, estimated with the rest.
    Free,
}

/// What is to be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BgcnbdParams {
    /// When a unit may leave.
    pub dropout: Dropout,
    /// How regular visits are.
    pub regularity: Regularity,
}

/// Parameters of the model, by the papers' letters; time in weeks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bgcnbd {
    /// When a unit may leave.
    pub dropout: Dropout,
    /// Shape of the gaps.
    pub k: f64,
    /// Shape of the rates over units.
    pub r: f64,
    /// Scale of the rates, weeks.
    pub alpha: f64,
    /// Shape of the chances of leaving.
    pub a: f64,
    /// Shape of the chances of staying.
    pub b: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct BgcnbdFit {
    /// Parameters.
    pub model: Bgcnbd,
    /// Their errors, and whether they can be trusted.
    pub estimated: Estimated,
    free: bool,
    units: f64,
}

impl BgcnbdParams {
    /// Fits to histories.
    ///
    /// # Errors
    /// A reason where too few came more than once.
    pub fn fit(&self, histories: &Histories) -> Result<BgcnbdFit, Reason> {
        self.fit_from(histories, None)
    }

    /// The same, looked for from where an earlier fit ended: the end is the same, the way to it shorter.
    ///
    /// # Errors
    /// Those of [`BgcnbdParams::fit`].
    pub fn fit_from(
        &self,
        histories: &Histories,
        earlier: Option<&BgcnbdFit>,
    ) -> Result<BgcnbdFit, Reason> {
        if histories.repeaters() < LEAST_REPEATERS {
            return Err(Reason::new("caveat-too-few-repeaters")
                .with("units", histories.repeaters())
                .with("needed", LEAST_REPEATERS));
        }
        let (k, free) = match self.regularity {
            Regularity::Whole(k) => (f64::from(k.max(1)), false),
            Regularity::Free => (1.0, true),
        };
        let start = Bgcnbd {
            dropout: self.dropout,
            k,
            r: 1.0,
            // The mean gap of a unit of average rate is k alpha / r.
            alpha: histories.mean_gap() * 1.5 / k,
            a: 1.0,
            b: 3.0,
        };
        let earlier = earlier
            .filter(|fit| fit.free == free && (free || fit.model.k == k))
            .map(|fit| fit.estimated.logs.clone());
        let from = earlier.unwrap_or_else(|| start.logs(free));
        let estimated = estimate(histories, &from, |part, logs| {
            start.moved_to(logs).mean_loss(part, free)
        });
        Ok(BgcnbdFit {
            model: start.moved_to(&estimated.logs),
            units: histories.units(),
            estimated,
            free,
        })
    }
}

impl BgcnbdFit {
    /// The whole k next to the one that was fitted; a reason where that is 1, which is no rhythm.
    ///
    /// # Errors
    /// That reason.
    pub fn next_whole(&self) -> Result<Regularity, Reason> {
        if self.model.k >= 1.5 {
            Ok(Regularity::Whole(self.model.k.round() as u32))
        } else {
            Err(Reason::new("caveat-visits-no-rhythm"))
        }
    }

    /// Name among the models.
    #[must_use]
    pub fn name(&self) -> String {
        let family = match self.model.dropout {
            Dropout::AfterFirst => "mbg",
            Dropout::AfterRepeat => "bg",
        };
        if self.free {
            format!("{family}_cnbd_real_k")
        } else if self.model.k > 1.0 {
            format!("{family}_cnbd_{}", self.model.k)
        } else {
            format!("{family}_nbd")
        }
    }

    /// What the fit rests on; a fit that is not to be trusted says so.
    #[must_use]
    pub fn card(&self) -> ModelCard {
        let letters = ["r", "alpha", "a", "b", "k"];
        let mut parameters = self
            .estimated
            .to_json(&letters[..self.estimated.logs.len()]);
        if let Some(map) = parameters.as_object_mut() {
            map.insert("time_unit".to_owned(), "week".into());
            map.insert("k".to_owned(), self.model.k.into());
            map.insert("model".to_owned(), self.name().into());
        }
        let mut caveats = vec!["caveat-first-visits-unknown".to_owned()];
        caveats.extend(self.estimated.refusal().map(|r| r.encode()));
        if self.free {
            caveats.push("caveat-counts-between-whole-k".to_owned());
        }
        if self.model.k < 0.9 {
            caveats.push("caveat-visits-clumped".to_owned());
        }
        ModelCard {
            name: self.name(),
            rows: self.units as u64,
            parameters,
            log_likelihood: Some(self.estimated.log_likelihood),
            measures: Value::Null,
            caveats,
        }
    }

    /// Probability of still being a customer, with the 80 % interval that the errors of the parameters leave.
    #[must_use]
    pub fn active(&self, of: &History) -> Estimate {
        use super::measures::sigmoid;
        let (log_odds, slopes) = self.model.active_with_slopes(of);
        if log_odds.is_infinite() {
            return Estimate {
                value: 1.0,
                low: 1.0,
                high: 1.0,
            };
        }
        let wide = 1.281_551_565_545
            * self
                .estimated
                .deviation(&slopes[..self.estimated.logs.len()]);
        Estimate {
            value: sigmoid(log_odds),
            low: sigmoid(log_odds - wide),
            high: sigmoid(log_odds + wide),
        }
    }
}

impl Bgcnbd {
    /// A = r + k x.
    fn shape_of(&self, repeats: u32) -> f64 {
        self.r + self.k * f64::from(repeats)
    }

    /// ln D; minus infinity where the unit cannot have left.
    fn ln_gone(&self, repeats: u32) -> f64 {
        match (self.dropout, repeats) {
            (Dropout::AfterRepeat, 0) => f64::NEG_INFINITY,
            _ => self.a.ln() - (self.b + f64::from(repeats) - 1.0 + self.dropout.d()).ln(),
        }
    }

    fn is_whole(&self) -> bool {
        self.k.fract() == 0.0 && self.k <= 60.0
    }

    /// ln I for no visit until so many weeks after the last.
    fn ln_quiet(&self, of: &History, hiatus: f64) -> f64 {
        let shape = Shape::plain(self.shape_of(of.repeats), self.k);
        let from = self.alpha + of.last;
        let (ln_z, rest) = (-(hiatus / from).ln_1p(), hiatus / (from + hiatus));
        if self.is_whole() {
            shape.ln_whole(ln_z, rest)
        } else {
            shape.ln(ln_z, rest)
        }
    }

    /// ln I since the last visit, with its slopes, from what depends on the repeats alone.
    fn quiet_with_slopes(&self, shape: &Shape, last: f64, hiatus: f64, free: bool) -> LnBeta {
        let from = self.alpha + last;
        let (ln_z, rest) = (-(hiatus / from).ln_1p(), hiatus / (from + hiatus));
        if !free && self.is_whole() {
            shape.ln_whole_with_slopes(ln_z, rest)
        } else {
            shape.ln_with_slopes(ln_z, rest)
        }
    }

    /// Log-odds of still being a customer; infinite where the unit cannot have left.
    #[must_use]
    pub fn active_log_odds(&self, of: &History) -> f64 {
        self.ln_quiet(of, of.hiatus()) - self.ln_gone(of.repeats)
    }

    /// Probability of still being a customer.
    #[must_use]
    pub fn active(&self, of: &History) -> f64 {
        super::measures::sigmoid(self.active_log_odds(of))
    }

    /// Log-odds of still being a customer, and their derivatives in the logarithms of r, alpha, a, b and k.
    fn active_with_slopes(&self, of: &History) -> (f64, [f64; 5]) {
        let shape = Shape::new(self.shape_of(of.repeats), self.k);
        let quiet = self.quiet_with_slopes(&shape, of.last, of.hiatus(), !self.is_whole());
        let x = f64::from(of.repeats);
        let age = self.alpha + of.last + of.hiatus();
        (
            quiet.ln - self.ln_gone(of.repeats),
            [
                self.r * quiet.by_a,
                self.alpha * quiet.by_z * of.hiatus() / (age * age),
                -1.0,
                self.b / (self.b + x - 1.0 + self.dropout.d()).max(f64::MIN_POSITIVE),
                self.k * (x * quiet.by_a + quiet.by_b),
            ],
        )
    }

    /// Probability of at least one visit within so many weeks.
    #[must_use]
    pub fn visit_within(&self, of: &History, weeks: f64) -> f64 {
        let (quiet, later, gone) = self.quiet_now_and_then(of, weeks);
        let all = ln_add_exp(quiet, gone);
        ((quiet - all).exp() - (later - all).exp()).clamp(0.0, 1.0)
    }

    /// Log-odds of no visit within so many weeks, kept within 50.
    #[must_use]
    pub fn no_visit_log_odds(&self, of: &History, weeks: f64) -> f64 {
        let (quiet, later, gone) = self.quiet_now_and_then(of, weeks);
        // ln(I - I_h), which is nothing at horizon 0.
        let visit = quiet + (-(later - quiet).exp_m1()).ln();
        let odds = ln_add_exp(later, gone) - visit;
        if odds.is_nan() {
            50.0
        } else {
            odds.clamp(-50.0, 50.0)
        }
    }

    /// ln I now and after so many weeks, and ln D.
    fn quiet_now_and_then(&self, of: &History, weeks: f64) -> (f64, f64, f64) {
        let quiet = self.ln_quiet(of, of.hiatus());
        let later = self.ln_quiet(of, of.hiatus() + weeks.max(0.0)).min(quiet);
        (quiet, later, self.ln_gone(of.repeats))
    }

    /// Weeks from now until the next visit with this probability, of those that are still customers; `None` beyond a
    /// hundred years.
    #[must_use]
    pub fn next_visit(&self, of: &History, probability: f64) -> Option<f64> {
        const FARTHEST: f64 = 5200.0;
        let quiet = self.ln_quiet(of, of.hiatus());
        let target = quiet + (-probability.clamp(0.0, 1.0 - 1e-12)).ln_1p();
        let beyond = |weeks: f64| self.ln_quiet(of, of.hiatus() + weeks) > target;
        if beyond(FARTHEST) {
            return None;
        }
        let (mut low, mut high) = (0.0, 1.0);
        while beyond(high) {
            (low, high) = (high, high * 2.0);
        }
        // To a hundredth of a day.
        while high - low > 0.0014 {
            let middle = (low + high) / 2.0;
            if beyond(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some((low + high) / 2.0)
    }

    /// Visits to come in all time, discounted at a rate per week (DERT): the rate times the integral of the discounted
    /// expected visits.
    #[must_use]
    pub fn discounted_visits(&self, of: &History, rate: f64) -> f64 {
        super::numeric::quadrature::discounted(|s| self.counts(of, s / rate).mean())
    }

    fn logs(&self, free: bool) -> Vec<f64> {
        let mut logs = [self.r, self.alpha, self.a, self.b].map(f64::ln).to_vec();
        if free {
            logs.push(self.k.ln());
        }
        logs
    }

    fn moved_to(&self, logs: &[f64]) -> Self {
        Self {
            r: logs[0].exp(),
            alpha: logs[1].exp(),
            a: logs[2].exp(),
            b: logs[3].exp(),
            k: logs.get(4).map_or(self.k, |v| v.exp()),
            ..*self
        }
    }
}

pub mod simulated;
#[cfg(test)]
mod tests;
