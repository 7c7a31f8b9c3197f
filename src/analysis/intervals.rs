//! Intervals of means and shares that rest on few.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// 97.5 % point of the normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// Quantile of Student's distribution with `n - 1` degrees of freedom (Student 1908): by how many standard errors the mean of
/// `n` values may be off with that probability on either side. `None` of fewer than two.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn student(n: i64, probability: f64) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let t = StudentsT::new(0.0, 1.0, (n - 1) as f64).ok()?;
    Some(t.inverse_cdf(probability))
}

/// Half of the 95 % interval of a mean, by Student's distribution, from the values' standard deviation.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn mean_half(n: i64, spread: f64) -> Option<f64> {
    Some(student(n, 0.975)? * spread / (n as f64).sqrt())
}

/// The 95 % interval of a share (Wilson 1927), which holds for few and for shares near nothing and all; `None` of nobody.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn share_range(part: i64, whole: i64) -> Option<(f64, f64)> {
    if whole <= 0 {
        return None;
    }
    let (n, z) = (whole as f64, NORMAL_975);
    let p = (part as f64 / n).clamp(0.0, 1.0);
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    Some((
        ((middle - half) / scale).clamp(0.0, p),
        ((middle + half) / scale).clamp(p, 1.0),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn few_have_wide_intervals_and_one_has_none() {
        // Student's table: 2.262 with nine degrees of freedom, 12.706 with one.
        assert!((student(10, 0.975).unwrap() - 2.262).abs() < 1e-3);
        assert!((student(2, 0.975).unwrap() - 12.706).abs() < 1e-3);
        assert_eq!(student(1, 0.975), None);
        assert!((mean_half(100, 10.0).unwrap() - 1.984).abs() < 1e-3);
    }

    #[test]
    fn the_interval_of_a_share_stays_within_nothing_and_all() {
        // Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611.
        let (low, high) = share_range(81, 263).unwrap();
        assert!((low - 0.2553).abs() < 1e-4 && (high - 0.3662).abs() < 1e-4);
        let (low, high) = share_range(0, 20).unwrap();
        assert!(low == 0.0 && (high - 0.1611).abs() < 1e-4);
        assert_eq!(share_range(7, 7).unwrap().1, 1.0);
        assert_eq!(share_range(0, 0), None);
    }
}
