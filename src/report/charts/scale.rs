//! From values to pixels: round ticks, labels that keep apart.

/// A linear scale from values to px.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linear {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Linear {
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        // A flat range would divide by zero.
        let high = if high > low { high } else { low + 1.0 };
        Self {
            low,
            high,
            from,
            to,
        }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// Lowest and highest of what is known; zero belongs to it where bars are drawn.
pub(super) fn range<'a>(values: impl Iterator<Item = &'a Option<f64>>, zero: bool) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in values.flatten().filter(|v| v.is_finite()) {
        low = low.min(*v);
        high = high.max(*v);
    }
    if low > high {
        return (0.0, 1.0);
    }
    if zero {
        (low.min(0.0), high.max(0.0))
    } else {
        (low, high)
    }
}

/// Round ticks that cover the range: about `count`, steps of 1, 2, 2.5 or 5 times a power of ten.
#[allow(clippy::cast_possible_truncation)] // a few ticks
pub(super) fn ticks(low: f64, high: f64, count: f64) -> Vec<f64> {
    let span = if high > low {
        high - low
    } else {
        high.abs().max(1.0)
    };
    let rough = span / count;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .iter()
        .map(|m| m * power)
        .find(|s| *s >= rough)
        .unwrap_or(10.0 * power);
    let first = (low / step).floor() as i64;
    let last = (high / step).ceil() as i64;
    #[allow(clippy::cast_precision_loss)]
    (first..=last.max(first + 1))
        .map(|i| i as f64 * step)
        .collect()
}

/// Moves labels apart so that neighbours keep `gap`, in their order, within `low..=high` where there is room.
pub(super) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let mut out = wanted.to_vec();
    let mut floor = low;
    for i in &order {
        out[*i] = out[*i].max(floor);
        floor = out[*i] + gap;
    }
    let mut ceiling = high;
    for i in order.iter().rev() {
        out[*i] = out[*i].min(ceiling);
        ceiling = out[*i] - gap;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(
            ticks(0.0, 680.0, 4.0),
            vec![0.0, 200.0, 400.0, 600.0, 800.0]
        );
        assert_eq!(ticks(-30.0, 45.0, 3.0), vec![-50.0, -25.0, 0.0, 25.0, 50.0]);
        assert_eq!(ticks(5.0, 5.0, 3.0).len(), 2);
    }

    #[test]
    fn labels_keep_apart_and_inside() {
        let out = spread(&[50.0, 51.0, 95.0, 99.0], 14.0, 10.0, 100.0);
        assert_eq!(out, vec![50.0, 64.0, 86.0, 100.0]);
    }
}
