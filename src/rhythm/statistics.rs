//! Order statistics over small and large samples, the same everywhere.

/// Sorts in place and drops what is not finite, so that no unknown hides in an order statistic.
#[must_use]
pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    values
}

/// Quantile of sorted values with linear interpolation between neighbours (type 7 of Hyndman and Fan 1996,
/// the default of R, NumPy and DuckDB's `quantile_cont`). `None` of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = p.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    // Not `low + t * (high - low)`: the difference of huge values overflows.
    let t = position - below as f64;
    Some(low * (1.0 - t) + high * t)
}

/// Median of values in any order. `None` of nothing.
#[must_use]
pub fn median(values: Vec<f64>) -> Option<f64> {
    quantile(&sorted(values), 0.5)
}

/// Mean in the order given. `None` of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    Some(values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation (n - 1). `None` of fewer than two values.
#[must_use]
pub fn deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Some(2.5));
        assert_eq!(quantile(&values, 2.0 / 3.0), Some(3.0));
        assert_eq!(quantile(&values, 1.0), Some(4.0));
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&[], 0.3), None);
    }

    #[test]
    fn a_median_ignores_what_is_not_a_number() {
        assert_eq!(median(vec![f64::NAN, 3.0, 1.0, f64::INFINITY]), Some(2.0));
    }

    #[test]
    fn the_deviation_divides_by_one_less() {
        // 2, 4, 9: mean 5, squares 9 + 1 + 16 = 26, / 2 = 13.
        assert!((deviation(&[2.0, 4.0, 9.0]).unwrap() - 13f64.sqrt()).abs() < 1e-12);
        assert_eq!(deviation(&[2.0]), None);
    }
}
