//! P(call helps), learned: of those who would not come by themselves, the share that a call brings. Each band's own
//! figure is drawn towards that of all bands, the more the less is known of it.

use super::{Effect, Interval, Scope};

/// Rows held out and assigned before anything is learned.
const LEAST_HELD_OUT: usize = 100;
/// Rows assigned before anything is learned.
const LEAST_ASSIGNED: usize = 300;
/// Half width of the interval of all rows above which nothing is learned.
const WIDEST: f64 = 0.25;

/// P(call helps) of one band.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// Band.
    pub band: String,
    /// Between 0 and 1.
    pub p_call_helps: f64,
}

/// What was learned, by band; nothing where there is not enough to learn from, or calling is not seen to help at all.
///
/// The bands' effects are shrunk by the moment estimate of how much they truly differ (DerSimonian and Laird 1986),
/// with the standard errors that their intervals imply; a band without an interval takes the common figure.
#[must_use]
pub fn learned(effects: &[Effect]) -> Vec<Learned> {
    let Some(all) = effects.iter().find(|e| e.scope == Scope::All) else {
        return Vec::new();
    };
    let (Some(common), Some(stay_away)) = (all.return_per_call, all.returned_held_out) else {
        return Vec::new();
    };
    let enough = all.held_out >= LEAST_HELD_OUT
        && all.assigned >= LEAST_ASSIGNED
        && common.high - common.low <= 2.0 * WIDEST
        && common.value > 0.0;
    if !enough || stay_away >= 1.0 {
        return Vec::new();
    }
    let bands: Vec<(&str, &Effect)> = effects
        .iter()
        .filter_map(|e| match &e.scope {
            Scope::Band(name) => Some((name.as_str(), e)),
            _ => None,
        })
        .collect();
    let seen: Vec<(f64, f64)> = bands.iter().filter_map(|(_, e)| said(e)).collect();
    let between = between(&seen);
    bands
        .into_iter()
        .map(|(band, e)| {
            let effect = match said(e) {
                Some((value, variance)) if between > 0.0 => {
                    let own = between / (between + variance);
                    own * value + (1.0 - own) * common.value
                }
                _ => common.value,
            };
            // Those held out of a small band are few: their return is drawn to the common one by 20 rows' worth.
            let rows = e.held_out as f64;
            let without = e
                .returned_held_out
                .map_or(stay_away, |w| (w * rows + stay_away * 20.0) / (rows + 20.0));
            Learned {
                band: band.to_owned(),
                p_call_helps: (effect / (1.0 - without).max(0.05)).clamp(0.01, 1.0),
            }
        })
        .collect()
}

/// What a band says of a call, and with which variance: the wider of what both intervals imply. Where everybody or
/// nobody of a few rows returned, the ratio's own interval has no width and would be believed without limit; that of
/// the difference of shares keeps one (Wilson).
fn said(e: &Effect) -> Option<(f64, f64)> {
    let call = e.return_per_call?;
    let more_reached = e.reached_assigned? - e.reached_held_out?;
    let of_shares = spread(&e.return_difference?) / more_reached.powi(2);
    let variance = spread(&call).max(of_shares);
    (variance.is_finite() && variance > 0.0).then_some((call.value, variance))
}

/// Variance that the wider side of an interval implies: near nothing and all the other side is cut short.
fn spread(interval: &Interval) -> f64 {
    let side = (interval.high - interval.value).max(interval.value - interval.low);
    (side / 1.959_964).powi(2)
}

/// Variance between the true effects of the bands, by the method of moments; 0 where they differ no more than by chance.
fn between(seen: &[(f64, f64)]) -> f64 {
    if seen.len() < 2 {
        return 0.0;
    }
    let weight = |v: f64| 1.0 / v;
    let sum: f64 = seen.iter().map(|(_, v)| weight(*v)).sum();
    let squares: f64 = seen.iter().map(|(_, v)| weight(*v).powi(2)).sum();
    let middle = seen.iter().map(|(x, v)| x * weight(*v)).sum::<f64>() / sum;
    let q: f64 = seen
        .iter()
        .map(|(x, v)| weight(*v) * (x - middle).powi(2))
        .sum();
    let scale = sum - squares / sum;
    if scale <= 0.0 {
        return 0.0;
    }
    ((q - (seen.len() as f64 - 1.0)) / scale).max(0.0)
}
