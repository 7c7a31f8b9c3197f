//! Points and weights for integrals.

/// Gauss-Legendre points and weights on [0, 1], by Newton's method on the polynomial (Press et al. 2007, 4.6).
#[must_use]
pub fn gauss_legendre(points: usize) -> Vec<(f64, f64)> {
    let n = points as f64;
    let mut out = Vec::with_capacity(points);
    for i in 0..points {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..50 {
            let (mut before, mut here) = (1.0, x);
            for k in 2..=points {
                let k = k as f64;
                (before, here) = (here, ((2.0 * k - 1.0) * x * here - (k - 1.0) * before) / k);
            }
            if points == 1 {
                (before, here) = (1.0, x);
            }
            slope = n * (x * here - before) / (x * x - 1.0);
            let step = here / slope;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        out.push(((1.0 - x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope)));
    }
    out
}

/// Integral of e^-s f(s) over s > 0, for a smooth f that grows no faster than a power: the trapezoidal rule after
/// s = exp(t - exp(-t)) (Takahasi and Mori 1974).
#[must_use]
pub fn discounted(f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 16.0;
    (-64..=64)
        .map(|i| {
            let t = f64::from(i) * STEP;
            let s = (t - (-t).exp()).exp();
            let width = s * (1.0 + (-t).exp());
            let weight = width * (-s).exp();
            if weight < 1e-25 { 0.0 } else { weight * f(s) }
        })
        .sum::<f64>()
        * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_and_discounted_powers_are_integrated_exactly() {
        for points in [1, 2, 5, 16, 24] {
            let nodes = gauss_legendre(points);
            for power in 0..2 * points {
                let sum: f64 = nodes.iter().map(|(x, w)| w * x.powi(power as i32)).sum();
                assert!(
                    (sum - 1.0 / (power as f64 + 1.0)).abs() < 1e-13,
                    "{points} {power}"
                );
            }
        }
        // Gamma(1), Gamma(2), Gamma(3.5), and e E1(1).
        assert!((discounted(|_| 1.0) - 1.0).abs() < 1e-10);
        assert!((discounted(|s| s) - 1.0).abs() < 1e-10);
        assert!((discounted(|s| s.powf(2.5)) - 3.323_350_970_447_843).abs() < 1e-9);
        assert!((discounted(|s| 1.0 / (1.0 + s)) - 0.596_347_362_323_194).abs() < 1e-10);
    }
}
