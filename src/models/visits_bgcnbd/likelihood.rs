//! The likelihood and its gradient. What depends on the number of repeats alone is worked out once per number.

use super::Bgcnbd;
use crate::models::estimate::Observed;
use crate::models::numeric::beta::Shape;
use crate::models::numeric::minimise::Sloped;
use crate::models::numeric::{digamma, ln_add_exp, ln_beta, ln_gamma, ln_gamma_step};
use crate::models::visits::{Histories, Row};

/// Numbers of repeats that are worked out beforehand.
const KEPT: u32 = 4000;

/// What of the likelihood depends on the number of repeats alone.
struct OfRepeats {
    shape: Shape,
    /// A = r + k x.
    a: f64,
    ln_gone: f64,
    value: f64,
    /// Derivatives of `value` in r, k, a, b.
    by_r: f64,
    by_k: f64,
    by_a: f64,
    by_b: f64,
    /// b + x - 1 + d.
    stayed: f64,
}

impl Bgcnbd {
    /// Log-likelihood of one history.
    #[must_use]
    pub fn log_likelihood(&self, of: &crate::models::visits::History) -> f64 {
        let row = Row {
            repeats: of.repeats,
            count: 1.0,
            last: of.last,
            age: of.age,
        };
        self.row(&self.of_repeats(of.repeats), &row, true)[0] + (self.k - 1.0) * of.log_gaps
    }

    /// Mean negative log-likelihood, and its gradient in the logarithms of r, alpha, a, b and, where it is free, k.
    pub(super) fn mean_loss(&self, histories: &Histories, free: bool) -> Sloped {
        let table: Vec<OfRepeats> = (0..=histories.most_repeats().min(KEPT))
            .map(|x| self.of_repeats(x))
            .collect();
        let sums = histories.sum(|row| match table.get(row.repeats as usize) {
            Some(of) => self.row(of, row, free),
            None => self.row(&self.of_repeats(row.repeats), row, free),
        });
        let n = histories.units();
        let mean = sums.map(|s| s / n);
        let gaps = histories.mean_log_gaps();
        let mut gradient = vec![
            -mean[1] * self.r,
            -mean[2] * self.alpha,
            -mean[3] * self.a,
            -mean[4] * self.b,
        ];
        if free {
            gradient.push(-(mean[5] + gaps) * self.k);
        }
        (-(mean[0] + (self.k - 1.0) * gaps), gradient)
    }

    fn of_repeats(&self, repeats: u32) -> OfRepeats {
        let x = f64::from(repeats);
        let a = self.shape_of(repeats);
        let stays = self.b + x + self.dropout.d();
        let (both, both_later) = (digamma(self.a + self.b), digamma(self.a + stays));
        OfRepeats {
            shape: Shape::new(a, self.k),
            a,
            ln_gone: self.ln_gone(repeats),
            value: -x * ln_gamma(self.k) + ln_beta(self.a, stays) - ln_beta(self.a, self.b)
                + ln_gamma_step(self.r, self.k * x)
                + self.r * self.alpha.ln(),
            by_r: digamma(a) - digamma(self.r) + self.alpha.ln(),
            by_k: x * (digamma(a) - digamma(self.k)),
            by_a: both - both_later,
            by_b: digamma(stays) - digamma(self.b) + both - both_later,
            stayed: stays - 1.0,
        }
    }

    /// Log-likelihood without the sum of log gaps, and its derivatives in r, alpha, a, b, k.
    fn row(&self, of: &OfRepeats, row: &Row, free: bool) -> [f64; 6] {
        let hiatus = row.age - row.last;
        let quiet = self.quiet_with_slopes(&of.shape, row.last, hiatus, free);
        let all = ln_add_exp(of.ln_gone, quiet.ln);
        // Shares of having stayed and of having left.
        let (stays, left) = ((quiet.ln - all).exp(), (of.ln_gone - all).exp());
        let from = self.alpha + row.last;
        let ln_from = from.ln();
        let age = self.alpha + row.age;
        let x = f64::from(row.repeats);
        let by_b = if left > 0.0 { left / of.stayed } else { 0.0 };
        [
            of.value - of.a * ln_from + all,
            of.by_r - ln_from + stays * quiet.by_a,
            self.r / self.alpha - of.a / from + stays * quiet.by_z * hiatus / (age * age),
            of.by_a + left / self.a,
            of.by_b - by_b,
            of.by_k - x * ln_from + stays * (x * quiet.by_a + quiet.by_b),
        ]
    }
}
