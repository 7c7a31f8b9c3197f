//! What the visit and spend models compute with: functions of the gamma family where the libraries' lose digits or
//! derivatives, a small dense minimiser, and sums over chunks that are the same on any number of threads.
//!
//! `ln_gamma` and `digamma` of statrs are good to 14 digits and are used as they are. Its regularised incomplete beta
//! function is not: it underflows where only the logarithm is needed, and has no derivatives; see [`beta`].

pub mod beta;
pub mod minimise;
pub mod quadrature;

pub use statrs::function::gamma::{digamma, ln_gamma};

/// Rows of one chunk of a sum. Chunks are summed apart and added in their order.
pub const CHUNK: usize = 2048;

/// ln(e^a + e^b) without overflow; minus infinity is nothing.
#[must_use]
pub fn ln_add_exp(a: f64, b: f64) -> f64 {
    let (high, low) = if a >= b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY {
        high
    } else {
        high + (low - high).exp().ln_1p()
    }
}

/// A fixed, even spread of a key (the finaliser of SplitMix64, Steele et al. 2014).
#[must_use]
pub fn mixed(key: u64, salt: u64) -> u64 {
    let mut z = key ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What Stirling's formula leaves out of ln Gamma(x), for x of at least 10 (Abramowitz and Stegun 6.1.41).
fn stirling_rest(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
}

/// ln Gamma(x + step) - ln Gamma(x), for positive arguments, without the cancellation of two large numbers.
#[must_use]
pub fn ln_gamma_step(x: f64, step: f64) -> f64 {
    if x < 10.0 {
        return ln_gamma(x + step) - ln_gamma(x);
    }
    let to = x + step;
    (x - 0.5) * (step / x).ln_1p() + step * (to.ln() - 1.0) + stirling_rest(to) - stirling_rest(x)
}

/// ln B(a, b) for positive arguments, to 12 digits also where one of them is large.
#[must_use]
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a <= b { (a, b) } else { (b, a) };
    ln_gamma(small) - ln_gamma_step(large, small)
}

/// The standard normal quantile (Acklam 2003: relative error below 1.2e-9).
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let polynomial = |of: &[f64], x: f64| of.iter().fold(0.0, |sum, c| sum * x + c);
    let p = p.clamp(1e-300, 1.0 - 1e-16);
    let tail = |q: f64| polynomial(&C, q) / (polynomial(&D, q) * q + 1.0);
    if p < 0.024_25 {
        tail((-2.0 * p.ln()).sqrt())
    } else if p > 1.0 - 0.024_25 {
        -tail((-2.0 * (-p).ln_1p()).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beta_function_agrees_with_its_closed_forms() {
        // B(1, b) = 1 / b; B(a, b) of whole numbers by factorials; large arguments by B(a + 1, b) = B(a, b) a / (a + b).
        assert!((ln_beta(1.0, 7.5) + 7.5f64.ln()).abs() < 1e-13);
        assert!((ln_beta(3.0, 4.0) - (1.0f64 / 60.0).ln()).abs() < 1e-13);
        for (a, b) in [(1e5, 2.5), (3e8, 0.3), (1e6, 40.0)] {
            let step = ln_beta(a + 1.0, b) - ln_beta(a, b);
            let by_hand = (a / (a + b)).ln();
            assert!(
                (step - by_hand).abs() < 1e-9 * (1.0 + by_hand.abs()),
                "{a} {b}"
            );
        }
        // ln Gamma(x + 1) - ln Gamma(x) = ln x, on both sides of the switch.
        for x in [0.01, 1.0, 9.99, 10.0, 1e4, 1e12] {
            assert!((ln_gamma_step(x, 1.0) - x.ln()).abs() < 1e-12 * (1.0 + x.ln().abs()));
        }
    }

    #[test]
    fn sums_of_exponents_do_not_overflow() {
        assert!((ln_add_exp(-1000.0, -1000.0) - (2.0f64.ln() - 1000.0)).abs() < 1e-12);
        assert!((ln_add_exp(f64::NEG_INFINITY, -3.0) + 3.0).abs() < 1e-15);
        assert_eq!(
            ln_add_exp(f64::NEG_INFINITY, f64::NEG_INFINITY),
            f64::NEG_INFINITY
        );
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        assert!(normal_quantile(0.5).abs() < 1e-12);
        assert!((normal_quantile(0.9) - 1.281_551_565_5).abs() < 1e-8);
        assert!((normal_quantile(0.001) + 3.090_232_306_2).abs() < 1e-7);
    }
}
