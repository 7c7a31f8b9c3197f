//! The logarithm of the regularised incomplete beta function and its derivatives in both parameters, by the continued
//! fraction of Didonato and Morris (1992, as in Press et al. 2007, 6.4), differentiated term by term (as Boik and
//! Robison-Cox 1998 do with theirs). For a whole second parameter a finite sum is faster and as exact.

use super::{digamma, ln_beta};

/// Steps of the fraction; it takes about the square root of the larger parameter.
const MOST_STEPS: usize = 3000;
/// Where the fraction is close enough: some units in the last place, which is what its parts are rounded to where the
/// parameters are large.
const CLOSE: f64 = 4e-15;

/// ln I_z(a, b) with its derivatives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LnBeta {
    /// ln I_z(a, b).
    pub ln: f64,
    /// Its derivative in a.
    pub by_a: f64,
    /// Its derivative in b.
    pub by_b: f64,
    /// Its derivative in z.
    pub by_z: f64,
}

/// What does not depend on z.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    a: f64,
    b: f64,
    ln_beta: f64,
    /// Derivatives of ln B(a, b).
    beta_by_a: f64,
    beta_by_b: f64,
}

impl Shape {
    /// Of positive parameters.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        let both = digamma(a + b);
        Self {
            a,
            b,
            ln_beta: ln_beta(a, b),
            beta_by_a: digamma(a) - both,
            beta_by_b: digamma(b) - both,
        }
    }

    /// The same without the derivatives.
    #[must_use]
    pub fn plain(a: f64, b: f64) -> Self {
        Self {
            a,
            b,
            ln_beta: ln_beta(a, b),
            ..Self::default()
        }
    }

    /// ln I_z(a, b) and its derivatives, where `ln_z` = ln z and `rest` = 1 - z, both known by themselves, since one
    /// follows from the other only with a loss of digits.
    #[must_use]
    pub fn ln_with_slopes(&self, ln_z: f64, rest: f64) -> LnBeta {
        if rest <= 0.0 {
            return LnBeta::default();
        }
        let (z, ln_rest) = (ln_z.exp(), rest.ln());
        let ln_front = self.a * ln_z + self.b * ln_rest - self.ln_beta;
        let from_below = z < (self.a + 1.0) / (self.a + self.b + 2.0);
        let (ln, by_a, by_b) = if from_below {
            let f = fraction_with_slopes(self.a, self.b, z);
            (
                ln_front - self.a.ln() + f.value.ln(),
                ln_z - self.beta_by_a - 1.0 / self.a + f.by_a / f.value,
                ln_rest - self.beta_by_b + f.by_b / f.value,
            )
        } else {
            let f = fraction_with_slopes(self.b, self.a, rest);
            let above = (ln_front - self.b.ln() + f.value.ln()).exp().min(1.0);
            let ln = (-above).ln_1p();
            // I = 1 - above: d ln I = - above / I x d ln above.
            let odds = -above / (1.0 - above).max(f64::MIN_POSITIVE);
            (
                ln,
                odds * (ln_z - self.beta_by_a + f.by_b / f.value),
                odds * (ln_rest - self.beta_by_b - 1.0 / self.b + f.by_a / f.value),
            )
        };
        LnBeta {
            ln,
            by_a,
            by_b,
            by_z: (ln_front - ln_z - ln_rest - ln).exp(),
        }
    }

    /// ln I_z(a, b).
    #[must_use]
    pub fn ln(&self, ln_z: f64, rest: f64) -> f64 {
        if rest <= 0.0 {
            return 0.0;
        }
        let (z, ln_rest) = (ln_z.exp(), rest.ln());
        let ln_front = self.a * ln_z + self.b * ln_rest - self.ln_beta;
        if z < (self.a + 1.0) / (self.a + self.b + 2.0) {
            ln_front - self.a.ln() + fraction(self.a, self.b, z).ln()
        } else {
            let above = ln_front - self.b.ln() + fraction(self.b, self.a, rest).ln();
            (-above.exp().min(1.0)).ln_1p()
        }
    }

    /// The same for a whole second parameter `b`, by its finite sum of positive terms.
    #[must_use]
    pub fn ln_whole_with_slopes(&self, ln_z: f64, rest: f64) -> LnBeta {
        if rest <= 0.0 {
            return LnBeta::default();
        }
        let (mut term, mut slope) = (1.0, 0.0);
        let (mut sum, mut sum_slope) = (1.0, 0.0);
        let mut shift = 0.0;
        for j in 1..self.b as u32 {
            let j = f64::from(j);
            let at = self.a + j - 1.0;
            term *= at / j * rest;
            slope += 1.0 / at;
            sum += term;
            sum_slope += term * slope;
            if sum > 1e200 {
                (term, sum, sum_slope) = (term * 1e-200, sum * 1e-200, sum_slope * 1e-200);
                shift += 200.0 * std::f64::consts::LN_10;
            }
        }
        let ln = (self.a * ln_z + sum.ln() + shift).min(0.0);
        let ln_front = (self.a - 1.0) * ln_z + (self.b - 1.0) * rest.ln() - self.ln_beta;
        LnBeta {
            ln,
            by_a: ln_z + sum_slope / sum,
            by_b: 0.0,
            by_z: (ln_front - ln).exp(),
        }
    }

    /// ln I_z(a, b) for a whole `b`.
    #[must_use]
    pub fn ln_whole(&self, ln_z: f64, rest: f64) -> f64 {
        if rest <= 0.0 {
            return 0.0;
        }
        let (mut term, mut sum, mut shift) = (1.0, 1.0, 0.0);
        for j in 1..self.b as u32 {
            let j = f64::from(j);
            term *= (self.a + j - 1.0) / j * rest;
            sum += term;
            if sum > 1e200 {
                (term, sum) = (term * 1e-200, sum * 1e-200);
                shift += 200.0 * std::f64::consts::LN_10;
            }
        }
        (self.a * ln_z + sum.ln() + shift).min(0.0)
    }
}

/// I_x(a, b) for x in [0, 1] and positive parameters.
#[must_use]
pub fn regularised(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    Shape::plain(a, b).ln(x.ln(), 1.0 - x).exp()
}

/// Successive convergents of the fraction are quotients whose parts follow one linear rule (Wallis and Euler, as in Press
/// et al. 2007, 5.2): no step waits for a division, which Lentz's method has two of. The parts are brought back to this
/// side of so large a number.
const LARGEST: f64 = 1e100;

/// The coefficients of the steps 2m and 2m + 1, with what they share.
#[inline]
fn coefficients(a: f64, b: f64, x: f64, m: f64) -> (f64, f64, [f64; 3]) {
    let (low, middle, high) = (a + 2.0 * m - 1.0, a + 2.0 * m, a + 2.0 * m + 1.0);
    let whole = 1.0 / (low * middle * high);
    let parts = [
        whole * middle * high,
        whole * low * high,
        whole * low * middle,
    ];
    let even = m * (b - m) * x * parts[0] * parts[1];
    let odd = -(a + m) * (a + b + m) * x * parts[1] * parts[2];
    (even, odd, parts)
}

/// The fraction.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let (mut above, mut below) = ((1.0, 1.0), (1.0, 1.0 - (a + b) * x / (a + 1.0)));
    for m in 1..MOST_STEPS {
        let (even, odd, _) = coefficients(a, b, x, m as f64);
        let between = (above.1 + even * above.0, below.1 + even * below.0);
        let next = (between.0 + odd * above.1, between.1 + odd * below.1);
        (above, below) = ((between.0, next.0), (between.1, next.1));
        if is_close(next.0 * between.1, between.0 * next.1) {
            break;
        }
        if !(1.0 / LARGEST..=LARGEST).contains(&next.1.abs()) {
            let scale = 1.0 / next.1;
            above = (above.0 * scale, above.1 * scale);
            below = (below.0 * scale, below.1 * scale);
        }
    }
    above.1 / below.1
}

/// Whether two convergents are the same, told without dividing.
fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() <= CLOSE * one.abs()
}

/// A value with its derivatives in both parameters.
#[derive(Clone, Copy)]
struct Sloped {
    value: f64,
    by_a: f64,
    by_b: f64,
}

impl Sloped {
    /// What does not depend on the parameters.
    const ONE: Self = Self {
        value: 1.0,
        by_a: 0.0,
        by_b: 0.0,
    };

    /// The part that follows `self` and `before` with a coefficient.
    #[inline]
    fn next(self, coefficient: Self, before: Self) -> Self {
        let Self { value, by_a, by_b } = coefficient;
        Self {
            value: self.value + value * before.value,
            by_a: self.by_a + by_a * before.value + value * before.by_a,
            by_b: self.by_b + by_b * before.value + value * before.by_b,
        }
    }

    fn times(self, scale: f64) -> Self {
        Self {
            value: self.value * scale,
            by_a: self.by_a * scale,
            by_b: self.by_b * scale,
        }
    }

    /// Derivatives of the logarithm of self / below.
    fn slopes_over(self, below: Self) -> (f64, f64) {
        let (above, under) = (1.0 / self.value, 1.0 / below.value);
        (
            self.by_a * above - below.by_a * under,
            self.by_b * above - below.by_b * under,
        )
    }
}

/// The fraction with its derivatives.
fn fraction_with_slopes(a: f64, b: f64, x: f64) -> Sloped {
    let first = -(a + b) * x / (a + 1.0);
    let (mut above, mut below) = (
        (Sloped::ONE, Sloped::ONE),
        (
            Sloped::ONE,
            Sloped {
                value: 1.0 + first,
                by_a: -(x + first) / (a + 1.0),
                by_b: -x / (a + 1.0),
            },
        ),
    );
    let mut settled = None;
    for m in 1..MOST_STEPS {
        let m = m as f64;
        let (even, odd, [low, middle, high]) = coefficients(a, b, x, m);
        let even = Sloped {
            value: even,
            by_a: -even * (low + middle),
            by_b: m * x * low * middle,
        };
        let odd = Sloped {
            value: odd,
            by_a: -(2.0 * (a + m) + b) * x * middle * high - odd * (middle + high),
            by_b: -(a + m) * x * middle * high,
        };
        let between = (above.1.next(even, above.0), below.1.next(even, below.0));
        let next = (between.0.next(odd, above.1), between.1.next(odd, below.1));
        (above, below) = ((between.0, next.0), (between.1, next.1));
        if is_close(
            next.0.value * between.1.value,
            between.0.value * next.1.value,
        ) {
            // The slopes settle a little later.
            let before = between.0.slopes_over(between.1);
            let slopes = next.0.slopes_over(next.1);
            let near = |now: f64, then: f64| (now - then).abs() <= 1e-13 * (1.0 + now.abs());
            if near(slopes.0, before.0) && near(slopes.1, before.1) {
                settled = Some(slopes);
                break;
            }
        }
        let size = next.1.value.abs();
        if !(1.0 / LARGEST..=LARGEST).contains(&size) {
            let scale = 1.0 / next.1.value;
            above = (above.0.times(scale), above.1.times(scale));
            below = (below.0.times(scale), below.1.times(scale));
        }
    }
    let value = above.1.value / below.1.value;
    let slopes = settled.unwrap_or_else(|| above.1.slopes_over(below.1));
    Sloped {
        value,
        by_a: value * slopes.0,
        by_b: value * slopes.1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(a: f64, b: f64, z: f64) -> LnBeta {
        Shape::new(a, b).ln_with_slopes(z.ln(), 1.0 - z)
    }

    #[test]
    fn closed_forms_are_met() {
        // I_z(A, 1) = z^A; I_z(1, k) = 1 - (1 - z)^k.
        for z in [0.01, 0.3, 0.9, 0.999] {
            assert!((at(7.3, 1.0, z).ln - 7.3 * z.ln()).abs() < 1e-12);
            let by_hand = (1.0 - (1.0f64 - z).powf(2.5)).ln();
            assert!((at(1.0, 2.5, z).ln - by_hand).abs() < 1e-12, "{z}");
        }
    }

    #[test]
    fn it_agrees_with_the_library_where_that_does_not_underflow() {
        for a in [0.2, 1.0, 5.5, 60.0, 800.0] {
            for b in [0.3, 1.0, 2.7, 12.0, 90.0] {
                for z in [0.05, 0.4, 0.77, 0.95, 0.999] {
                    let library = statrs::function::beta::checked_beta_reg(a, b, z).unwrap();
                    if library > 1e-250 {
                        let ours = at(a, b, z).ln;
                        assert!((ours - library.ln()).abs() < 1e-9, "{a} {b} {z}");
                        let plain = Shape::plain(a, b).ln(z.ln(), 1.0 - z);
                        assert!((ours - plain).abs() < 1e-11, "{a} {b} {z}");
                    }
                }
            }
        }
    }

    #[test]
    fn slopes_agree_with_differences() {
        for (a, b, z) in [
            (0.4, 0.7, 0.3),
            (3.2, 1.4, 0.95),
            (40.0, 5.5, 0.7),
            (40.0, 5.5, 0.97),
            (600.0, 2.2, 0.999),
            (2000.0, 8.3, 0.98),
        ] {
            let found = at(a, b, z);
            let slope = |f: &dyn Fn(f64) -> f64, x: f64| {
                let h = 1e-5 * x;
                (f(x - 2.0 * h) - 8.0 * f(x - h) + 8.0 * f(x + h) - f(x + 2.0 * h)) / (12.0 * h)
            };
            let near = |ours: f64, theirs: f64| (ours - theirs).abs() < 1e-6 * (1.0 + theirs.abs());
            assert!(
                near(found.by_a, slope(&|v| at(v, b, z).ln, a)),
                "{a} {b} {z}"
            );
            assert!(
                near(found.by_b, slope(&|v| at(a, v, z).ln, b)),
                "{a} {b} {z}"
            );
            let h = 1e-6 * (1.0 - z);
            let by_z = (at(a, b, z + h).ln - at(a, b, z - h).ln) / (2.0 * h);
            assert!((found.by_z - by_z).abs() < 1e-4 * by_z.abs(), "{a} {b} {z}");
        }
    }

    #[test]
    fn a_whole_parameter_has_the_same_values_by_its_sum() {
        for (a, b, z) in [(0.6, 1.0, 0.5), (12.0, 4.0, 0.8), (900.0, 30.0, 0.95)] {
            let (sum, fraction) = (
                Shape::new(a, b).ln_whole_with_slopes(f64::ln(z), 1.0 - z),
                at(a, b, z),
            );
            assert!((sum.ln - fraction.ln).abs() < 1e-9, "{a} {b} {z}");
            assert!((sum.by_a - fraction.by_a).abs() < 1e-8, "{a} {b} {z}");
            assert!((sum.by_z - fraction.by_z).abs() < 1e-8 * fraction.by_z.abs().max(1.0));
            let plain = Shape::plain(a, b).ln_whole(f64::ln(z), 1.0 - z);
            assert!((plain - sum.ln).abs() < 1e-12);
        }
    }

    /// As the minimiser's edge may ask for: rounding is all that moves there, and there are slopes all the same.
    #[test]
    fn parameters_of_any_size_have_slopes() {
        for (a, b, z) in [
            (8.886e6, 3.35e-4, 0.999_999_887_327_099_2),
            (8.0e6, 2.0, 0.999_999_9),
            (1e-7, 8.0e6, 1e-7),
            (5.0e5, 5.0e5, 0.5),
        ] {
            let found = at(a, b, z);
            assert!(
                found.by_a.abs() > 0.0 && found.by_b.abs() > 0.0,
                "{a} {b} {z}: {found:?}"
            );
            assert!(found.ln.is_finite() && found.by_a.is_finite() && found.by_b.is_finite());
        }
    }

    #[test]
    fn what_underflows_keeps_its_logarithm() {
        let deep = at(20_000.0, 3.0, 0.5);
        assert!(deep.ln < -13_000.0 && deep.ln.is_finite() && deep.by_a.is_finite());
        assert!(regularised(3.0, 2.0, 0.0).abs() < 1e-300 && regularised(3.0, 2.0, 1.0) >= 1.0);
    }
}
