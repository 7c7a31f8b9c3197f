//! Survival views, for reading and not for scoring: Kaplan-Meier curves and mean cumulative counts, with bands.
//!
//! Times are whole numbers in whatever unit the caller counts in. Bands are 95 %.

/// Half-width of a 95 % band in standard errors.
const Z_95: f64 = 1.959_963_984_540_054;

/// One unit's time until the event, or until it was last seen without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Time of the event or of the last look.
    pub time: u32,
    /// The event came.
    pub is_event: bool,
}

/// One step of a curve, at a time with events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Time.
    pub time: u32,
    /// Units watched just before.
    pub at_risk: usize,
    /// Events at this time.
    pub events: usize,
    /// The estimate from this time on.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
}

/// Share that the event has not come to (Kaplan and Meier 1958), with Greenwood's (1926) standard error and bands on
/// the scale of log(-log S) (Kalbfleisch and Prentice 1980), which stay within 0 and 1.
#[must_use]
pub fn kaplan_meier(lives: &[Lifetime]) -> Vec<Point> {
    let mut sorted = lives.to_vec();
    // At the same time events come before the last look.
    sorted.sort_unstable_by_key(|l| (l.time, !l.is_event));
    let mut points = Vec::new();
    let (mut share, mut greenwood, mut before) = (1.0, 0.0, 0);
    for same in sorted.chunk_by(|a, b| a.time == b.time) {
        let at_risk = sorted.len() - before;
        let events = same.iter().filter(|l| l.is_event).count();
        before += same.len();
        if events == 0 {
            continue;
        }
        let (n, d) = (at_risk as f64, events as f64);
        share *= 1.0 - d / n;
        greenwood += if n > d { d / (n * (n - d)) } else { 0.0 };
        let error = share * greenwood.sqrt();
        let (low, high) = log_log_band(share, greenwood);
        points.push(Point {
            time: same[0].time,
            at_risk,
            events,
            value: share,
            error,
            low,
            high,
        });
    }
    points
}

/// S^exp(-+ z x se(log(-log S))); a curve that has fallen to nothing has no band beyond it.
fn log_log_band(share: f64, greenwood: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 {
        return (share, share);
    }
    let spread = (Z_95 * greenwood.sqrt() / share.ln().abs()).exp();
    (share.powf(spread), share.powf(1.0 / spread))
}

/// One unit's events and until when it was watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurrence {
    /// Times of the events, ascending, none after `end`.
    pub events: Vec<u32>,
    /// Until when the unit was watched.
    pub end: u32,
}

/// Mean number of events so far per unit watched (Nelson 1988), with the standard error that lets the events of one
/// unit depend on each other in any way (Lawless and Nadeau 1995), and bands on the scale of the logarithm.
#[must_use]
pub fn mean_cumulative(units: &[Recurrence]) -> Vec<Point> {
    let mut times: Vec<u32> = units
        .iter()
        .flat_map(|u| u.events.iter().copied().filter(|t| *t <= u.end))
        .collect();
    times.sort_unstable();
    times.dedup();
    let mut ends: Vec<u32> = units.iter().map(|u| u.end).collect();
    ends.sort_unstable();
    let at_risk: Vec<usize> = times
        .iter()
        .map(|t| units.len() - ends.partition_point(|end| end < t))
        .collect();
    let mut events = vec![0usize; times.len()];
    for unit in units {
        for t in unit.events.iter().filter(|t| **t <= unit.end) {
            if let Ok(at) = times.binary_search(t) {
                events[at] += 1;
            }
        }
    }
    // What a unit adds to the error: its own events less those expected of it, each over the number watched.
    let mut squares = vec![0.0; times.len()];
    for unit in units {
        let (mut own, mut next) = (0.0, 0);
        for (at, time) in times.iter().enumerate() {
            if *time <= unit.end {
                let n = at_risk[at] as f64;
                let mut count = 0.0;
                while unit.events.get(next).is_some_and(|t| t <= time) {
                    count += 1.0;
                    next += 1;
                }
                own += (count - events[at] as f64 / n) / n;
            }
            squares[at] += own * own;
        }
    }
    let mut mean = 0.0;
    times
        .iter()
        .enumerate()
        .map(|(at, &time)| {
            mean += events[at] as f64 / at_risk[at] as f64;
            let error = squares[at].sqrt();
            let spread = if mean > 0.0 { (Z_95 * error / mean).exp() } else { 1.0 };
            Point {
                time,
                at_risk: at_risk[at],
                events: events[at],
                value: mean,
                error,
                low: mean / spread,
                high: mean * spread,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lives(text: &str) -> Vec<Lifetime> {
        text.split(' ')
            .map(|word| Lifetime {
                time: word.trim_end_matches('+').parse().unwrap(),
                is_event: !word.ends_with('+'),
            })
            .collect()
    }

    /// Survival in acute myelogenous leukaemia (Miller 1997; data set `aml` of R's package survival), in weeks, and what
    /// `summary(survfit(Surv(time, status) ~ x, data = aml, conf.type = "log-log"))` prints of it.
    #[test]
    fn leukaemia_has_the_curves_that_are_printed() {
        let maintained = kaplan_meier(&lives("9 13 13+ 18 23 28+ 31 34 45+ 48 161+"));
        let printed = [
            (9, 11, 0.909, 0.0867, 0.5081, 0.987),
            (13, 10, 0.818, 0.1163, 0.4474, 0.951),
            (18, 8, 0.716, 0.1397, 0.3502, 0.899),
            (23, 7, 0.614, 0.1526, 0.2658, 0.835),
            (31, 5, 0.491, 0.1642, 0.1673, 0.753),
            (34, 4, 0.368, 0.1627, 0.0928, 0.657),
            (48, 2, 0.184, 0.1535, 0.0117, 0.525),
        ];
        assert_eq!(maintained.len(), printed.len());
        for (found, (time, at_risk, value, error, low, high)) in maintained.iter().zip(printed) {
            assert_eq!((found.time, found.at_risk), (time, at_risk));
            for (found, printed, digits) in [
                (found.value, value, 5e-4),
                (found.error, error, 5e-5),
                (found.low, low, 5e-5),
                (found.high, high, 5e-4),
            ] {
                assert!((found - printed).abs() <= digits * 1.01, "{time}: {found} {printed}");
            }
        }
        let other = kaplan_meier(&lives("5 5 8 8 12 16+ 23 27 30 33 43 45"));
        let values = [
            0.8333, 0.6667, 0.5833, 0.4861, 0.3889, 0.2917, 0.1944, 0.0972, 0.0,
        ];
        let errors = [
            0.1076, 0.1361, 0.1423, 0.1481, 0.1470, 0.1387, 0.1219, 0.0919,
        ];
        assert_eq!(other.len(), values.len());
        for (found, value) in other.iter().zip(values) {
            assert!((found.value - value).abs() < 5.1e-5, "{found:?}");
        }
        for (found, error) in other.iter().zip(errors) {
            assert!((found.error - error).abs() < 5.1e-5, "{found:?}");
        }
    }

    fn repeated(events: &[u32], end: u32) -> Recurrence {
        Recurrence {
            events: events.to_vec(),
            end,
        }
    }

    #[test]
    fn where_all_are_watched_as_long_it_is_the_mean_of_counts_and_its_error() {
        let units = [
            repeated(&[1, 2, 5], 9),
            repeated(&[], 9),
            repeated(&[4], 9),
            repeated(&[2, 3], 9),
        ];
        let last = *mean_cumulative(&units).last().unwrap();
        assert!((last.value - 6.0 / 4.0).abs() < 1e-12);
        // Counts 3, 0, 1, 2: squared distances from 1.5 sum to 5.
        assert!((last.error - 5.0f64.sqrt() / 4.0).abs() < 1e-12);
    }

    #[test]
    fn units_that_are_no_longer_watched_leave_the_mean() {
        let units = [repeated(&[1, 6], 8), repeated(&[2], 3), repeated(&[6], 7)];
        let found = mean_cumulative(&units);
        let values: Vec<f64> = found.iter().map(|p| p.value).collect();
        // 1 of 3, 1 of 3, 2 of the two still watched.
        for (value, expected) in values.iter().zip([1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0 + 1.0]) {
            assert!((value - expected).abs() < 1e-12);
        }
        // By hand at the first time: one third of 1 - 1/3, and twice one third of -1/3.
        let error = (4.0f64 / 81.0 + 2.0 / 81.0).sqrt();
        assert!((found[0].error - error).abs() < 1e-12);
        assert!(found.iter().all(|p| p.low <= p.value && p.value <= p.high));
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(kaplan_meier(&[]).is_empty());
        assert!(kaplan_meier(&lives("4+ 7+")).is_empty());
        assert!(mean_cumulative(&[repeated(&[], 5)]).is_empty());
    }
}
