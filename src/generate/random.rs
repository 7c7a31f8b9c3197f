//! Draws that are the same on every machine: one seed gives sub-seeds by a hashed label, every
//! distribution is an inverse CDF of our own, and `ln` and `exp` use no platform library.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;
use xxhash_rust::xxh3::xxh3_128;

/// A stream of draws that belongs to one label and index, whichever thread asks for it.
pub(super) struct Draws(Pcg64Mcg);

impl Draws {
    pub(super) fn new(seed: u64, label: &str, index: u64) -> Self {
        let mut key = Vec::with_capacity(16 + label.len());
        key.extend_from_slice(&seed.to_le_bytes());
        key.extend_from_slice(label.as_bytes());
        key.extend_from_slice(&index.to_le_bytes());
        Self(Pcg64Mcg::new(xxh3_128(&key)))
    }

    /// Uniform on the open interval (0, 1), 53 bits.
    pub(super) fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform on 0..n (0 where n is 0), by multiplication: the bias is below n / 2^64.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform on low..=high.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((i64::from(high) - i64::from(low) + 1).max(1) as u64) as i32
    }

    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// One of the items, in proportion to its weight.
    pub(super) fn weighted<T: Copy, const N: usize>(&mut self, items: &[(T, u32); N]) -> T {
        let total: u32 = items.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(u64::from(total)) as u32;
        for (item, weight) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        items[N - 1].0
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        normal_quantile(self.unit())
    }

    /// Log-normal of the given median; `spread` is the standard deviation of its logarithm.
    pub(super) fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        median * exp(spread * self.normal())
    }

    /// Exponential of the given mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ln(self.unit())
    }
}

/// `e^x` for |x| < 700, beyond that its limits: reduced to |r| ≤ ln 2 / 2, then Taylor to degree 12.
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let k = (x / std::f64::consts::LN_2 + 0.5).floor();
    // ln 2 in two parts, so that the reduction loses no digits.
    let r = (x - k * 6.931_471_803_691_238e-1) - k * 1.908_214_929_270_587_7e-10;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..13 {
        term *= r / f64::from(n);
        sum += term;
    }
    sum * f64::from_bits(((1023 + k as i64) as u64) << 52)
}

/// Natural logarithm of a positive normal number: 2 artanh((m − 1)/(m + 1)) of the mantissa.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let z2 = z * z;
    let mut sum = 0.0;
    for n in (0..11).rev() {
        sum = sum * z2 + 1.0 / f64::from(2 * n + 1);
    }
    2.0 * z * sum + exponent as f64 * std::f64::consts::LN_2
}

pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Normal quantile by Acklam's rational approximation (relative error below 1.2e-9).
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let horner = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, a| sum * x + a);
    let tail = |p: f64| {
        let q = (-2.0 * ln(p)).sqrt();
        horner(&C, q) / horner(&D, q)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        q * horner(&A, r) / horner(&B, r)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draws_never_change() {
        let mut draws = Draws::new(42, "golden", 7);
        let units: Vec<u64> = (0..4).map(|_| draws.unit().to_bits()).collect();
        let rest = [
            draws.below(1_000_000),
            draws.normal().to_bits(),
            draws.exponential(10.0).to_bits(),
            draws.log_normal(35.0, 0.5).to_bits(),
        ];
        assert_eq!(units, GOLDEN_UNITS, "{units:?}");
        assert_eq!(rest, GOLDEN_REST, "{rest:?}");
    }

    const GOLDEN_UNITS: [u64; 4] = [
        4_600_169_551_639_539_575,
        4_594_069_016_788_514_082,
        4_604_653_714_659_479_618,
        4_600_084_560_623_279_599,
    ];
    const GOLDEN_REST: [u64; 4] = [
        781_003,
        4_598_499_420_479_442_108,
        4_629_920_786_251_426_346,
        4_636_038_580_034_713_554,
    ];

    #[test]
    fn our_functions_agree_with_the_standard_library() {
        for i in 1..4000 {
            let x = f64::from(i) / 97.0;
            assert!(
                (ln(x) - x.ln()).abs() < 1e-14 * (1.0 + x.ln().abs()),
                "ln {x}"
            );
            let y = x - 20.0;
            assert!((exp(y) / y.exp() - 1.0).abs() < 1e-13, "exp {y}");
        }
    }

    #[test]
    fn normal_draws_have_mean_zero_and_unit_variance() {
        let mut draws = Draws::new(1, "normal", 0);
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..100_000 {
            let z = draws.normal();
            sum += z;
            squares += z * z;
        }
        assert!((sum / 1e5).abs() < 0.015);
        assert!((squares / 1e5 - 1.0).abs() < 0.02);
    }

    #[test]
    fn weights_are_kept() {
        let mut draws = Draws::new(1, "weights", 0);
        let hits = (0..10_000)
            .filter(|_| draws.weighted(&[('a', 1), ('b', 3)]) == 'b')
            .count();
        assert!((7300..7700).contains(&hits));
        assert_eq!(draws.below(0), 0);
    }
}
