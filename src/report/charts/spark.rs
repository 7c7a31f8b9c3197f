//! The small line of a figure's trend: shape only, the last point marked.

use super::canvas::{GREY, RULE, SERIES, draw as paint};
use super::scale::{Linear, range};
use crate::types::Result;

const WIDTH: u32 = 144;
const HEIGHT: u32 = 30;

pub(super) fn draw(values: &[Option<f64>]) -> Result<String> {
    let (low, high) = range(values.iter(), false);
    let (low, high) = if high > low {
        (low, high)
    } else {
        (low - 1.0, high + 1.0)
    };
    paint(WIDTH, HEIGHT, |canvas| {
        let y = Linear::new(low, high, f64::from(HEIGHT) - 5.0, 5.0);
        #[allow(clippy::cast_precision_loss)] // a few points
        let step = (f64::from(WIDTH) - 10.0) / (values.len().max(2) - 1) as f64;
        let foot = f64::from(HEIGHT) - 1.0;
        canvas.line(&[(0.0, foot), (f64::from(WIDTH), foot)], RULE, 1)?;
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (i, value) in values.iter().chain(std::iter::once(&None)).enumerate() {
            if let Some(value) = value.filter(|v| v.is_finite()) {
                #[allow(clippy::cast_precision_loss)]
                run.push((5.0 + step * i as f64, y.at(value)));
                continue;
            }
            match run.as_slice() {
                [] => {}
                [only] => canvas.dot(*only, 2, GREY)?,
                points => canvas.line(points, SERIES[0], 2)?,
            }
            if i == values.len()
                && let Some(end) = run.last()
            {
                canvas.dot(*end, 3, SERIES[0])?;
            }
            run.clear();
        }
        Ok(())
    })
}
