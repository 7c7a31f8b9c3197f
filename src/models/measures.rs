//! How good probabilities are, against what came. Each takes pairs of (probability, outcome) and weighs them alike.

/// Probabilities are kept this far from 0 and 1 before a logarithm is taken.
const LEAST: f64 = 1e-12;

/// Mean negative log-likelihood. `None` of nothing.
#[must_use]
pub fn log_loss(pairs: &[(f64, bool)]) -> Option<f64> {
    mean(pairs, |p, y| {
        let p = p.clamp(LEAST, 1.0 - LEAST);
        if y { -p.ln() } else { -(1.0 - p).ln() }
    })
}

/// Mean squared error (Brier 1950). `None` of nothing.
#[must_use]
pub fn brier(pairs: &[(f64, bool)]) -> Option<f64> {
    mean(pairs, |p, y| (p - f64::from(u8::from(y))).powi(2))
}

/// Share of the outcomes that are true. `None` of nothing.
#[must_use]
pub fn base_rate(pairs: &[(f64, bool)]) -> Option<f64> {
    mean(pairs, |_, y| f64::from(u8::from(y)))
}

/// Area under the ROC curve: the chance that a true outcome has the higher probability, ties counting half.
/// `None` where all outcomes are alike.
#[must_use]
pub fn auc(pairs: &[(f64, bool)]) -> Option<f64> {
    let positives = pairs.iter().filter(|(_, y)| *y).count();
    let negatives = pairs.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Sum of the mean ranks of the true outcomes (Mann and Whitney 1947).
    let mut ranks = 0.0;
    for (at, tied) in tied_runs(&sorted) {
        let mean_rank = at as f64 + (tied.len() as f64 + 1.0) / 2.0;
        ranks += mean_rank * tied.iter().filter(|(_, y)| *y).count() as f64;
    }
    let p = positives as f64;
    Some((ranks - p * (p + 1.0) / 2.0) / (p * negatives as f64))
}

/// Runs of equal probability, each with the count of pairs before it.
fn tied_runs(sorted: &[(f64, bool)]) -> impl Iterator<Item = (usize, &[(f64, bool)])> {
    sorted
        .chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq())
        .scan(0, |before, run| {
            let at = *before;
            *before += run.len();
            Some((at, run))
        })
}

fn mean(pairs: &[(f64, bool)], of: impl Fn(f64, bool) -> f64) -> Option<f64> {
    if pairs.is_empty() {
        return None;
    }
    Some(pairs.iter().map(|&(p, y)| of(p, y)).sum::<f64>() / pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn measures_agree_with_a_hand_count() {
        let pairs = [(0.9, true), (0.8, false), (0.3, true), (0.1, false)];
        // Pairs true above false: .9 beats both, .3 beats .1 alone: 3 of 4.
        assert_eq!(auc(&pairs), Some(0.75));
        let brier_by_hand = (0.01 + 0.64 + 0.49 + 0.01) / 4.0;
        assert!((brier(&pairs).unwrap() - brier_by_hand).abs() < 1e-12);
        let loss = -(0.9f64.ln() + 0.2f64.ln() + 0.3f64.ln() + 0.9f64.ln()) / 4.0;
        assert!((log_loss(&pairs).unwrap() - loss).abs() < 1e-12);
        assert_eq!(base_rate(&pairs), Some(0.5));
    }

    #[test]
    fn ties_count_half_and_one_sided_outcomes_have_no_area() {
        assert_eq!(auc(&[(0.5, true), (0.5, false)]), Some(0.5));
        assert_eq!(auc(&[(0.5, true), (0.7, true)]), None);
        assert_eq!(auc(&[]), None);
        assert_eq!(log_loss(&[]), None);
    }

    #[test]
    fn certainty_that_is_wrong_costs_much_but_not_everything() {
        assert!(log_loss(&[(0.0, true)]).unwrap().is_finite());
    }
}
