//! How many visits are to come. For whole k exactly: N further stages in the time since the last visit and the horizon
//! together are negative binomial; each of them lies in the time since with the same chance, and fewer than k may have,
//! since no visit came. All terms are positive. For other k between the whole ones around it, each with the same
//! distribution of mean gaps over the units, and with the exact chance of at least one visit.

use super::Bgcnbd;
use crate::models::numeric::ln_add_exp;
use crate::models::visits::History;

/// Probabilities of numbers of visits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// P(at least 1), P(at least 2), …, until it is next to nothing.
    at_least: Vec<f64>,
}

/// Numbers from low to high, and the probability of one of them: what is whole rarely has just the chance asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountInterval {
    /// Smallest number.
    pub low: u32,
    /// Largest number.
    pub high: u32,
    /// Probability of a number from low to high.
    pub promised: f64,
}

impl CountInterval {
    /// Whether a number lies within.
    #[must_use]
    pub fn holds(&self, n: u32) -> bool {
        (self.low..=self.high).contains(&n)
    }
}

impl Counts {
    /// From P(at least 1), P(at least 2), …, never rising.
    #[must_use]
    pub fn of(at_least: Vec<f64>) -> Self {
        Self { at_least }
    }

    /// Expected visits.
    #[must_use]
    pub fn mean(&self) -> f64 {
        // From the smallest, so that nothing is lost.
        self.at_least.iter().rev().sum()
    }

    /// Expected squared visits.
    #[must_use]
    pub fn mean_of_squares(&self) -> f64 {
        let terms = self.at_least.iter().enumerate();
        terms.rev().map(|(i, p)| (2.0 * i as f64 + 1.0) * p).sum()
    }

    /// P(at least n).
    #[must_use]
    pub fn at_least(&self, n: usize) -> f64 {
        if n == 0 {
            1.0
        } else {
            self.at_least.get(n - 1).copied().unwrap_or(0.0)
        }
    }

    /// P(exactly n).
    #[must_use]
    pub fn exactly(&self, n: usize) -> f64 {
        (self.at_least(n) - self.at_least(n + 1)).max(0.0)
    }

    /// The smallest number that is not exceeded with this probability.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> u32 {
        let beyond = self
            .at_least
            .iter()
            .take_while(|p| **p > 1.0 - probability + 1e-12)
            .count();
        u32::try_from(beyond).unwrap_or(u32::MAX)
    }

    /// From the 10 % quantile to that of 90 %: with at least 80 %.
    #[must_use]
    pub fn interval_80(&self) -> CountInterval {
        let (low, high) = (self.quantile(0.1), self.quantile(0.9));
        CountInterval {
            low,
            high,
            promised: self.at_least(low as usize) - self.at_least(high as usize + 1),
        }
    }
}

impl Bgcnbd {
    /// Visits within so many weeks.
    #[must_use]
    pub fn counts(&self, of: &History, weeks: f64) -> Counts {
        if weeks.is_nan() || weeks <= 0.0 {
            return Counts::default();
        }
        let (quiet, later, gone) = self.quiet_now_and_then(of, weeks);
        let stays = (quiet - ln_add_exp(quiet, gone)).exp();
        // At least one visit, given that the unit is still a customer.
        let one = -(later - quiet).exp_m1();
        let mut at_least = if self.is_whole() {
            self.stages(self.k, of, weeks)
        } else {
            let low = self.k.floor().max(1.0);
            let part = (self.k - low).max(0.0);
            let mut below = self.stages(low, of, weeks);
            if part > 0.0 {
                let above = self.stages(low + 1.0, of, weeks);
                below.resize(below.len().max(above.len()), 0.0);
                for (i, v) in below.iter_mut().enumerate() {
                    *v += part * (above.get(i).copied().unwrap_or(0.0) - *v);
                }
            }
            below
        };
        if let Some(first) = at_least.first().copied().filter(|v| *v > 0.0) {
            let exact = if self.is_whole() { 1.0 } else { one / first };
            let mut survived = stays;
            let stayed = self.b + f64::from(of.repeats) + self.dropout.d();
            let mut ceiling = one;
            for (i, v) in at_least.iter_mut().enumerate() {
                // To come i + 1 times a unit has to stay after each of the i before.
                if i > 0 {
                    let stayed = stayed + i as f64 - 1.0;
                    survived *= stayed / (self.a + stayed);
                }
                ceiling = (*v * exact).min(ceiling);
                *v = survived * ceiling;
            }
        }
        Counts { at_least }
    }

    /// P(at least 1), P(at least 2), … visits of a unit that is still a customer and never leaves, with k stages a visit.
    fn stages(&self, k: f64, of: &History, weeks: f64) -> Vec<f64> {
        let alpha = self.alpha * self.k / k;
        let a = self.r + k * f64::from(of.repeats);
        let since = of.hiatus();
        let both = since + weeks;
        let ratio = both / (alpha + of.last + both);
        let share = since / both;
        let k = k as usize;
        let per_visit = k as f64;
        let last = per_visit - 1.0;
        // P(fewer than k of N stages lie in the time since), and P(exactly k - 1 of them do).
        let (mut fewer, mut edge) = (1.0, if k == 1 { 1.0 } else { 0.0 });
        // The product of all factors but `fewer`; with `edge` in place of it.
        let (mut term, mut edged) = (1.0, if k == 1 { 1.0 } else { 0.0 });
        let odds = (1.0 - share) / share;
        let (mut sums, mut here, mut total, mut in_visit) = (Vec::new(), 0.0, 0.0, 0);
        let mut n = 0.0;
        loop {
            let direct = fewer > 1e-3 || edge == 0.0;
            let value = if direct {
                term * fewer
            } else {
                // Fewer than k, from the edge downwards: each next smaller number against the one before.
                let (mut sum, mut factor, mut j) = (1.0, 1.0, last);
                while j > 0.0 {
                    factor *= j / (n - j + 1.0) * odds;
                    sum += factor;
                    j -= 1.0;
                }
                edged * sum
            };
            here += value;
            total += value;
            in_visit += 1;
            if in_visit == k {
                sums.push(here);
                (here, in_visit) = (0.0, 0);
            }
            // Each further stage.
            let growth = (a + n) / (n + 1.0) * ratio;
            let thinned = if share > 0.0 && direct {
                growth
            } else {
                growth * (1.0 - share)
            };
            if thinned < 1.0 && value <= 1e-13 * total * (1.0 - thinned) {
                break;
            }
            n += 1.0;
            if n > 4e6 {
                break;
            }
            fewer = f64::max(fewer - share * edge, 0.0);
            term *= growth;
            if n == last && k > 1 {
                edge = share.powi(k as i32 - 1);
                edged = term * edge;
            } else if n > last {
                let kept = n / (n - last) * (1.0 - share);
                edge *= kept;
                edged *= growth * kept;
            }
            if term > 1e250 || edged > 1e250 || total > 1e250 {
                for v in [&mut term, &mut edged, &mut here, &mut total] {
                    *v *= 1e-250;
                }
                sums.iter_mut().for_each(|v: &mut f64| *v *= 1e-250);
            }
        }
        sums.push(here);
        if total.is_nan() || total <= 0.0 {
            return Vec::new();
        }
        // Tails, without the stages of the visit that is under way.
        let mut tail = 0.0;
        for v in sums.iter_mut().rev() {
            tail += *v;
            *v = (tail / total).min(1.0);
        }
        sums.remove(0);
        sums
    }

    /// Expected visits of one that comes for the first time now.
    #[must_use]
    pub fn expected_of_new(&self, weeks: f64) -> f64 {
        self.counts(&History::default(), weeks).mean()
    }
}
