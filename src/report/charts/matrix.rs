//! Three by three cells, shaded by weight in seven steps.

use super::canvas::{Anchor, LABEL, SMALL, STRONG, draw as paint};
use super::shade::shaded_cell;
use crate::report::block::Matrix;
use crate::types::Result;

const CELL: f64 = 78.0;
const GAP: f64 = 3.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 22.0;
const FOOT: f64 = 38.0;

pub(super) fn draw(chart: &Matrix, width: u32) -> Result<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // constants
    let height = (TOP + 3.0 * CELL + 2.0 * GAP + FOOT) as u32;
    let wide = (f64::from(width) - LEFT - 2.0 * GAP) / 3.0;
    let heaviest = chart
        .cells
        .iter()
        .flatten()
        .map(|c| c.weight)
        .fold(0.0, f64::max);
    paint(width, height, |canvas| {
        canvas.text((0.0, 9.0), &chart.y_title, LABEL, Anchor::Start)?;
        for row in 0..3_usize {
            for column in 0..3_usize {
                // The best stands at the upper right.
                let cell = &chart.cells[2 - row][column];
                #[allow(clippy::cast_precision_loss)]
                let (x, y) = (
                    LEFT + column as f64 * (wide + GAP),
                    TOP + row as f64 * (CELL + GAP),
                );
                let to = (x + wide, y + CELL);
                let color = shaded_cell(canvas, (0.0, heaviest), cell.weight, (x, y), to)?;
                let middle = x + wide / 2.0;
                let up = if cell.alert.is_empty() { 10.0 } else { 0.0 };
                canvas.text(
                    (middle, y + 19.0 + up),
                    &cell.value,
                    STRONG.sized(17.0).with(color),
                    Anchor::Middle,
                )?;
                canvas.text(
                    (middle, y + 39.0 + up),
                    &cell.share,
                    SMALL.with(color),
                    Anchor::Middle,
                )?;
                canvas.text(
                    (middle, y + 59.0),
                    &cell.alert,
                    SMALL.with(color),
                    Anchor::Middle,
                )?;
            }
            #[allow(clippy::cast_precision_loss)]
            let offset = row as f64;
            let y = TOP + offset * (CELL + GAP) + CELL / 2.0;
            canvas.text((LEFT - 8.0, y), &chart.levels[2 - row], SMALL, Anchor::End)?;
            let x = LEFT + offset * (wide + GAP) + wide / 2.0;
            let foot = TOP + 3.0 * CELL + 2.0 * GAP + 11.0;
            canvas.text((x, foot), &chart.levels[row], SMALL, Anchor::Middle)?;
        }
        let foot = TOP + 3.0 * CELL + 2.0 * GAP + 28.0;
        canvas.text((f64::from(width), foot), &chart.x_title, LABEL, Anchor::End)
    })
}
