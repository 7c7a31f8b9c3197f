//! Bars that lie, one a row, with a shape beside the colour.

use super::canvas::{Anchor, Canvas, LABEL, RULE, Rgb, SERIES, draw as paint, tint};
use super::scale::{Linear, range};
use crate::analysis::Mark;
use crate::report::block::Bars;
use crate::types::Result;

const ROW: f64 = 25.0;
const TOP: f64 = 6.0;

pub(super) fn draw(chart: &Bars, width: u32) -> Result<String> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )] // a few rows
    let height = (TOP + ROW * chart.rows.len().max(1) as f64 + 4.0) as u32;
    paint(width, height, |canvas| {
        let (mut left, mut right) = (0.0_f64, 0.0_f64);
        for row in &chart.rows {
            left = left.max(canvas.width(&row.label, LABEL)?);
            right = right.max(canvas.width(&row.text, LABEL)?);
        }
        let left = left + 26.0;
        let right = f64::from(width) - right - 8.0;
        let lengths = chart.rows.iter().flat_map(|r| [Some(r.value), r.whole]);
        let values: Vec<Option<f64>> = lengths.collect();
        let (low, high) = range(values.iter(), true);
        let x = Linear::new(low, high, left, right.max(left + 1.0));
        for (i, row) in chart.rows.iter().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            let y = TOP + ROW * (i as f64 + 0.5);
            canvas.text((0.0, y), &row.label, LABEL, Anchor::Start)?;
            let color = colour(row.mark);
            shape(canvas, row.mark, (left - 12.0, y), color)?;
            let (from, to) = (x.at(0.0), x.at(row.value));
            let mut end = from.max(to);
            if let Some(whole) = row.whole.filter(|w| w.is_finite()) {
                let whole = x.at(whole);
                end = end.max(whole);
                canvas.rect((from.min(whole), y - 8.0), (from.max(whole), y + 8.0), RULE)?;
            }
            canvas.rect((from.min(to), y - 8.0), (from.max(to), y + 8.0), color)?;
            canvas.text((end + 6.0, y), &row.text, LABEL, Anchor::Start)?;
        }
        Ok(())
    })
}

/// Blue is good, orange to be watched, red bad, grey neither.
pub(super) fn colour(mark: Option<Mark>) -> Rgb {
    match mark {
        Some(Mark::Good) => SERIES[0],
        Some(Mark::Watch) => SERIES[1],
        Some(Mark::Bad) => SERIES[4],
        None => tint(SERIES[5], 0.7),
    }
}

/// ● ▲ ■, drawn rather than written: fonts differ in their size.
pub(super) fn shape(
    canvas: &Canvas<'_>,
    mark: Option<Mark>,
    (x, y): (f64, f64),
    color: Rgb,
) -> Result<()> {
    match mark {
        Some(Mark::Good) => canvas.dot((x, y), 4, color),
        Some(Mark::Watch) => canvas.polygon(
            &[(x - 5.0, y + 4.0), (x + 5.0, y + 4.0), (x, y - 5.0)],
            color,
        ),
        Some(Mark::Bad) => canvas.rect((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), color),
        None => Ok(()),
    }
}
