//! What the tests of models share.

use super::visits::History;

/// Equal up to a share of what is expected.
#[track_caller]
pub(super) fn near(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found} is not {expected}"
    );
}

/// The slopes that a loss gives at a point are those of its differences (by five points, exact to the fourth power of
/// their distance).
#[track_caller]
pub(super) fn slopes_agree(at: &[f64], loss: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
    const STEP: f64 = 1e-4;
    let (_, slopes) = loss(at);
    assert_eq!(slopes.len(), at.len());
    for (i, found) in slopes.iter().enumerate() {
        let moved = |steps: f64| {
            let mut to = at.to_vec();
            to[i] += steps * STEP;
            loss(&to).0
        };
        let slope =
            (moved(-2.0) - 8.0 * moved(-1.0) + 8.0 * moved(1.0) - moved(2.0)) / (12.0 * STEP);
        assert!(
            (found - slope).abs() < 2e-6 * (1.0 + slope.abs()),
            "{i} at {at:?}: {found} {slope}"
        );
    }
}

/// A history of visits: repeats, weeks to the last of them, weeks to the date. Its gaps are not told apart.
pub(super) fn history(repeats: u32, last: f64, age: f64) -> History {
    History {
        repeats,
        last,
        age,
        log_gaps: 0.0,
    }
}
