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

/// Average precision: the mean, over the true outcomes, of the share of true ones among all that rank as high or
/// higher; ties rank together. `None` without a true outcome.
#[must_use]
pub fn average_precision(pairs: &[(f64, bool)]) -> Option<f64> {
    let positives = pairs.iter().filter(|(_, y)| *y).count() as f64;
    if positives == 0.0 {
        return None;
    }
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut found, mut sum) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let here = tied.iter().filter(|(_, y)| *y).count() as f64;
        seen += tied.len() as f64;
        found += here;
        sum += here * found / seen;
    }
    Some(sum / positives)
}

/// Share of true outcomes among the `k` with the highest probability; those tied at the edge count in proportion.
/// `None` where there are fewer.
#[must_use]
pub fn precision_at(pairs: &[(f64, bool)], k: usize) -> Option<f64> {
    if k == 0 || pairs.len() < k {
        return None;
    }
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut left, mut found) = (k as f64, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let n = tied.len() as f64;
        let here = tied.iter().filter(|(_, y)| *y).count() as f64;
        let taken = n.min(left);
        found += here * taken / n;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    Some(found / k as f64)
}

/// How many times more true outcomes the top share holds than a random list of its size.
#[must_use]
pub fn lift_at(pairs: &[(f64, bool)], share: f64) -> Option<f64> {
    let k = ((pairs.len() as f64 * share).round() as usize).max(1);
    let base = base_rate(pairs).filter(|b| *b > 0.0)?;
    Some(precision_at(pairs, k)? / base)
}

/// Slope and intercept of the outcomes' log-odds on the predicted log-odds (Cox 1958): 1 and 0 where probabilities
/// are right as often as they say; a slope below 1 is over-confident. `None` where all outcomes are alike.
#[must_use]
pub fn calibration(pairs: &[(f64, bool)]) -> Option<(f64, f64)> {
    let rows: Vec<(f64, bool)> = pairs.iter().map(|&(p, y)| (logit(p), y)).collect();
    line_of_logits(&rows)
}

/// Maximum likelihood of P(y) = sigmoid(slope x z + intercept) by Newton's method with step halving.
/// `None` where all outcomes are alike or the z do not differ.
#[must_use]
pub fn line_of_logits(rows: &[(f64, bool)]) -> Option<(f64, f64)> {
    let events = rows.iter().filter(|(_, y)| *y).count();
    if events == 0 || events == rows.len() {
        return None;
    }
    let n = rows.len() as f64;
    let mean = rows.iter().map(|r| r.0).sum::<f64>() / n;
    let spread = (rows.iter().map(|r| (r.0 - mean).powi(2)).sum::<f64>() / n).sqrt();
    if spread < 1e-9 {
        return None;
    }
    // Centred and scaled, so that the two parameters do not fight; a whisper of a prior keeps separation finite.
    let z: Vec<(f64, f64)> = rows
        .iter()
        .map(|&(x, y)| ((x - mean) / spread, f64::from(u8::from(y))))
        .collect();
    let ridge = 1e-6;
    let cost = |a: f64, b: f64| {
        z.iter()
            .map(|&(x, y)| {
                let eta = a * x + b;
                eta.max(0.0) + (-eta.abs()).exp().ln_1p() - y * eta
            })
            .sum::<f64>()
            + ridge * (a * a + b * b)
    };
    let share = events as f64 / n;
    let (mut a, mut b) = (0.0, (share / (1.0 - share)).ln());
    let mut best = cost(a, b);
    for _ in 0..100 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (
            2.0 * ridge * a,
            2.0 * ridge * b,
            2.0 * ridge,
            0.0,
            2.0 * ridge,
        );
        for &(x, y) in &z {
            let p = sigmoid(a * x + b);
            let w = p * (1.0 - p);
            ga += (p - y) * x;
            gb += p - y;
            haa += w * x * x;
            hab += w * x;
            hbb += w;
        }
        let det = haa * hbb - hab * hab;
        if det <= 0.0 || !det.is_finite() {
            break;
        }
        let (da, db) = ((hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det);
        let mut step = 1.0;
        let (mut to, mut next) = ((a - da, b - db), cost(a - da, b - db));
        while next > best && step > 1e-6 {
            step /= 2.0;
            to = (a - step * da, b - step * db);
            next = cost(to.0, to.1);
        }
        let gain = best - next;
        if gain < 0.0 {
            break;
        }
        (a, b) = to;
        best = next;
        if gain < 1e-10 * n {
            break;
        }
    }
    Some((a / spread, b - a * mean / spread))
}

/// Expected calibration error: over ten bins of equal count, the mean distance between what was said and what came.
/// It is noise on small data: about .028 for a perfect model at 1,500 outcomes, .007 at 20,000.
#[must_use]
pub fn ece(pairs: &[(f64, bool)]) -> Option<f64> {
    let bins = bins(pairs, 10);
    let n = pairs.len() as f64;
    (!bins.is_empty()).then(|| {
        bins.iter()
            .map(|b| b.count as f64 / n * (b.said - b.came).abs())
            .sum()
    })
}

/// One bin of a calibration curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Bin {
    /// Outcomes in it.
    pub count: usize,
    /// Mean probability.
    pub said: f64,
    /// Share of true outcomes.
    pub came: f64,
}

/// Bins of equal count, from the lowest probability to the highest. Those with the same probability share what came
/// among them, wherever a bin ends.
#[must_use]
pub fn bins(pairs: &[(f64, bool)], count: usize) -> Vec<Bin> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut came = Vec::with_capacity(sorted.len());
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let share = base_rate(tied).unwrap_or_default();
        came.extend(tied.iter().map(|(p, _)| (*p, share)));
    }
    let n = came.len();
    (0..count)
        .map(|k| &came[k * n / count..(k + 1) * n / count])
        .filter(|part| !part.is_empty())
        .map(|part| Bin {
            count: part.len(),
            said: part.iter().map(|p| p.0).sum::<f64>() / part.len() as f64,
            came: part.iter().map(|p| p.1).sum::<f64>() / part.len() as f64,
        })
        .collect()
}

/// Correlation of ranks (Spearman 1904), equal values sharing their mean rank. `None` where one side does not differ.
#[must_use]
pub fn rank_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (ranks(a), ranks(b));
    let middle = (a.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| {
        x.iter()
            .zip(y)
            .map(|(x, y)| (x - middle) * (y - middle))
            .sum::<f64>()
    };
    let spread = (product(&a, &a) * product(&b, &b)).sqrt();
    (spread > 0.0).then(|| product(&a, &b) / spread)
}

/// Rank of each value, from 0.
fn ranks(of: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..of.len()).collect();
    order.sort_by(|&i, &j| of[i].total_cmp(&of[j]));
    let mut ranks = vec![0.0; of.len()];
    let mut before = 0;
    for same in order.chunk_by(|&i, &j| of[i] == of[j]) {
        let mean = before as f64 + (same.len() as f64 - 1.0) / 2.0;
        same.iter().for_each(|&i| ranks[i] = mean);
        before += same.len();
    }
    ranks
}

/// Log-odds of a probability, kept finite.
#[must_use]
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(LEAST, 1.0 - LEAST);
    (p / (1.0 - p)).ln()
}

/// Probability of log-odds.
#[must_use]
pub fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + (-z).exp())
    } else {
        let e = z.exp();
        e / (1.0 + e)
    }
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
    fn average_precision_and_lists_agree_with_a_hand_count() {
        let pairs = [(0.9, true), (0.8, false), (0.3, true), (0.1, false)];
        // The true ones rank first and third: (1/1 + 2/3) / 2.
        assert!((average_precision(&pairs).unwrap() - 5.0 / 6.0).abs() < 1e-12);
        assert_eq!(precision_at(&pairs, 2), Some(0.5));
        assert_eq!(lift_at(&pairs, 0.25), Some(2.0));
        // Two tied at the edge of a list of one: half of what is true among them.
        assert_eq!(precision_at(&[(0.5, true), (0.5, false)], 1), Some(0.5));
        assert_eq!(average_precision(&[(0.5, false)]), None);
    }

    #[test]
    fn calibration_finds_the_line_that_outcomes_were_drawn_from() {
        // Exact counts: of 1000 at each log-odds z, sigmoid(0.5 z - 0.3) come.
        let mut pairs = Vec::new();
        for z in [-2.0, -1.0, 0.0, 1.0, 2.0] {
            let come = (sigmoid(0.5 * z - 0.3) * 100_000.0).round() as usize;
            pairs.extend((0..100_000).map(|i| (sigmoid(z), i < come)));
        }
        let (slope, intercept) = calibration(&pairs).unwrap();
        assert!(
            (slope - 0.5).abs() < 1e-4 && (intercept + 0.3).abs() < 1e-4,
            "{slope} {intercept}"
        );
        assert!(calibration(&[(0.4, true), (0.5, true)]).is_none());
        assert!(calibration(&[(0.4, true), (0.4, false)]).is_none());
    }

    #[test]
    fn separated_outcomes_have_a_finite_line() {
        let pairs: Vec<(f64, bool)> = (1..100).map(|i| (f64::from(i) / 100.0, i > 50)).collect();
        assert!(calibration(&pairs).is_some_and(|(a, b)| a.is_finite() && b.is_finite()));
    }

    #[test]
    fn probabilities_that_hold_have_no_calibration_error() {
        let pairs: Vec<(f64, bool)> = (0..1000).map(|i| (0.25, i % 4 == 0)).collect();
        assert!(ece(&pairs).unwrap() < 1e-12);
        let two: Vec<(f64, bool)> = (0..1000)
            .map(|i| {
                (
                    if i < 500 { 0.2 } else { 0.6 },
                    i % 500 < if i < 500 { 100 } else { 300 },
                )
            })
            .collect();
        let came: Vec<f64> = bins(&two, 2).iter().map(|b| b.came).collect();
        assert!((came[0] - 0.2).abs() < 1e-9 && (came[1] - 0.6).abs() < 1e-9);
    }

    #[test]
    fn certainty_that_is_wrong_costs_much_but_not_everything() {
        assert!(log_loss(&[(0.0, true)]).unwrap().is_finite());
    }

    #[test]
    fn ranks_correlate_as_by_hand() {
        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 x 5).
        let found = rank_correlation(&[1.0, 5.0, 5.0, 9.0], &[0.1, 0.2, 0.3, 0.4]).unwrap();
        assert!((found - 0.948_683_298).abs() < 1e-9);
        assert_eq!(
            rank_correlation(&[3.0, 2.0, 1.0], &[1.0, 2.0, 3.0]),
            Some(-1.0)
        );
        assert_eq!(rank_correlation(&[3.0, 3.0], &[1.0, 2.0]), None);
        assert_eq!(rank_correlation(&[], &[]), None);
    }
}
