//! The Pareto/NBD model of visits (Schmittlein, Morrison and Colombo 1987): a unit comes at a rate of its own and may be
//! gone for good at any moment, whether it comes or not. No score rests on it; it stands beside the others in the
//! backtest, since other programs and papers give its figures.
//!
//! Its likelihood is usually written with a hypergeometric function that loses all digits for long histories. Here the
//! time of leaving is integrated out numerically, which cannot: with A = alpha + t_x, B = beta + t_x and
//! tau = T - t_x,
//!
//! ```text
//! alive = (1 + tau/A)^-(r+x) (1 + tau/B)^-s
//! gone  = s/B integral over 0 < d < tau of (1 + d/A)^-(r+x) (1 + d/B)^-(s+1)
//! LL    = lnG(r+x) - lnG(r) + r ln alpha - (r+x) ln A + s ln(beta/B) + ln(alive + gone)
//! ```
//!
//! Every term is positive. P(no visit in the next h weeks) is the same sum at T + h over that at T.

use std::sync::LazyLock;

use super::estimate::{Estimated, Observed, estimate};
use super::measures::sigmoid;
use super::numeric::minimise::Sloped;
use super::numeric::quadrature::{discounted, gauss_legendre};
use super::numeric::{digamma, ln_add_exp, ln_gamma_step};
use super::visits::{Histories, History, LEAST_REPEATERS, Row};
use crate::types::Reason;

/// Points of the integral over the time of leaving: errors of the log-likelihood below 1e-9.
const POINTS: usize = 24;

/// The integral ends where the integrand has fallen to e to the minus this.
const DEPTH: f64 = 45.0;

static NODES: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| gauss_legendre(POINTS));

/// Parameters of the model, by the paper's letters; time in weeks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParetoNbd {
    /// Shape of the rates of visits over units.
    pub r: f64,
    /// Scale of the rates of visits, weeks.
    pub alpha: f64,
    /// Shape of the rates of leaving over units.
    pub s: f64,
    /// Scale of the rates of leaving, weeks.
    pub beta: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct ParetoNbdFit {
    /// Parameters.
    pub model: ParetoNbd,
    /// Their errors, and whether they can be trusted.
    pub estimated: Estimated,
}

/// ln of both ways of being silent, and the derivatives of each in r, alpha, s, beta.
struct Silent {
    alive: f64,
    gone: f64,
    alive_slopes: [f64; 4],
    gone_slopes: [f64; 4],
}

impl ParetoNbdFit {
    /// Fits to histories.
    ///
    /// # Errors
    /// A reason where too few came more than once.
    pub fn of(histories: &Histories) -> Result<Self, Reason> {
        if histories.repeaters() < LEAST_REPEATERS {
            return Err(Reason::new("caveat-too-few-repeaters")
                .with("units", histories.repeaters())
                .with("needed", LEAST_REPEATERS));
        }
        let gap = histories.mean_gap();
        let start = ParetoNbd {
            r: 1.0,
            alpha: gap * 1.5,
            s: 1.0,
            beta: gap * 6.0,
        };
        let estimated = estimate(histories, &start.logs(), |part, logs| {
            ParetoNbd::from_logs(logs).mean_loss(part)
        });
        Ok(Self {
            model: ParetoNbd::from_logs(&estimated.logs),
            estimated,
        })
    }
}

impl ParetoNbd {
    /// Log-likelihood of one history.
    #[must_use]
    pub fn log_likelihood(&self, of: &History) -> f64 {
        self.row(of.repeats, of.last, of.hiatus())[0]
    }

    /// Probability of still being a customer.
    #[must_use]
    pub fn active(&self, of: &History) -> f64 {
        let silent = self.silent(of.repeats, of.last, of.hiatus());
        sigmoid(silent.alive - silent.gone)
    }

    /// Probability of at least one visit within so many weeks.
    #[must_use]
    pub fn visit_within(&self, of: &History, weeks: f64) -> f64 {
        let all = |hiatus| {
            let silent = self.silent(of.repeats, of.last, hiatus);
            ln_add_exp(silent.alive, silent.gone)
        };
        let later = all(of.hiatus() + weeks.max(0.0)) - all(of.hiatus());
        (-later.exp_m1()).clamp(0.0, 1.0)
    }

    /// Expected visits within so many weeks (Fader and Hardie 2005, equation 41).
    #[must_use]
    pub fn expected(&self, of: &History, weeks: f64) -> f64 {
        if weeks.is_nan() || weeks <= 0.0 {
            return 0.0;
        }
        let age = of.last + of.hiatus();
        let over = (weeks / (self.beta + age)).ln_1p();
        let power = self.s - 1.0;
        // At s = 1 the limit, which the quotient approaches from both sides.
        let years = if power.abs() < 1e-9 {
            over
        } else {
            -(-power * over).exp_m1() / power
        };
        self.active(of) * (self.r + f64::from(of.repeats)) * (self.beta + age) / (self.alpha + age)
            * years
    }

    /// Visits to come in all time, discounted at a rate per week (DERT): the rate times the integral of the discounted
    /// expected visits.
    #[must_use]
    pub fn discounted_visits(&self, of: &History, rate: f64) -> f64 {
        discounted(|s| self.expected(of, s / rate))
    }

    fn logs(&self) -> Vec<f64> {
        [self.r, self.alpha, self.s, self.beta]
            .map(f64::ln)
            .to_vec()
    }

    fn from_logs(logs: &[f64]) -> Self {
        Self {
            r: logs[0].exp(),
            alpha: logs[1].exp(),
            s: logs[2].exp(),
            beta: logs[3].exp(),
        }
    }

    /// Mean negative log-likelihood, and its gradient in the logarithms of r, alpha, s and beta.
    fn mean_loss(&self, histories: &Histories) -> Sloped {
        let sums = histories.sum(|row: &Row| self.row(row.repeats, row.last, row.age - row.last));
        let mean = sums.map(|sum| sum / histories.units());
        let slopes = [
            mean[1] * self.r,
            mean[2] * self.alpha,
            mean[3] * self.s,
            mean[4] * self.beta,
        ];
        (-mean[0], slopes.map(|slope| -slope).to_vec())
    }

    /// Log-likelihood and its derivatives in r, alpha, s, beta.
    fn row(&self, repeats: u32, last: f64, hiatus: f64) -> [f64; 5] {
        let x = f64::from(repeats);
        let (a, b) = (self.alpha + last, self.beta + last);
        let silent = self.silent(repeats, last, hiatus);
        let all = ln_add_exp(silent.alive, silent.gone);
        let (stays, left) = ((silent.alive - all).exp(), (silent.gone - all).exp());
        let slope = |i: usize| stays * silent.alive_slopes[i] + left * silent.gone_slopes[i];
        [
            ln_gamma_step(self.r, x) + self.r * self.alpha.ln() - (self.r + x) * a.ln()
                + self.s * (self.beta / b).ln()
                + all,
            digamma(self.r + x) - digamma(self.r) + (self.alpha / a).ln() + slope(0),
            self.r / self.alpha - (self.r + x) / a + slope(1),
            (self.beta / b).ln() + slope(2),
            self.s / self.beta - self.s / b + slope(3),
        ]
    }

    /// Both ways of not having come for `hiatus` weeks after the last visit.
    fn silent(&self, repeats: u32, last: f64, hiatus: f64) -> Silent {
        let (rx, s) = (self.r + f64::from(repeats), self.s);
        let (a, b) = (self.alpha + last, self.beta + last);
        let tau = hiatus.max(0.0);
        let (over_a, over_b) = ((tau / a).ln_1p(), (tau / b).ln_1p());
        // d = c (e^v - 1): the integrand falls like a power of the time since the last visit, evenly in v.
        let c = a.min(b);
        // It falls the slowest where v = 0.
        let slowest = if a < b {
            rx - 1.0 + (s + 1.0) * a / b
        } else {
            s + rx * b / a
        };
        let mut depth = (tau / c).ln_1p();
        if slowest > 0.0 {
            depth = depth.min(DEPTH / slowest);
        }
        let (mut sum, mut slopes) = (0.0, [0.0; 4]);
        for &(at, weight) in NODES.iter() {
            let v = at * depth;
            let d = c * v.exp_m1();
            let (da, db) = ((d / a).ln_1p(), (d / b).ln_1p());
            let term = weight * (v - rx * da - (s + 1.0) * db).exp();
            sum += term;
            slopes[0] -= term * da;
            slopes[1] += term * rx * d / (a * (a + d));
            slopes[2] -= term * db;
            slopes[3] += term * (s + 1.0) * d / (b * (b + d));
        }
        let of_sum = |slope: f64| if sum > 0.0 { slope / sum } else { 0.0 };
        Silent {
            alive: -rx * over_a - s * over_b,
            gone: s.ln() - b.ln() + c.ln() + depth.ln() + sum.ln(),
            alive_slopes: [
                -over_a,
                rx * tau / (a * (a + tau)),
                -over_b,
                s * tau / (b * (b + tau)),
            ],
            gone_slopes: [
                of_sum(slopes[0]),
                of_sum(slopes[1]),
                of_sum(slopes[2]) + 1.0 / s,
                of_sum(slopes[3]) - 1.0 / b,
            ],
        }
    }
}

#[cfg(test)]
mod tests;
