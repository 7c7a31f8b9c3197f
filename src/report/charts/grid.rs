//! Rows and columns of cells, shaded by weight in seven steps, the number in each.

use super::canvas::{Anchor, LABEL, SMALL, draw as paint};
use super::shade::shaded_cell;
use crate::report::block::Grid;
use crate::types::Result;

const ROW: f64 = 24.0;
const GAP: f64 = 2.0;
const HEAD: f64 = 24.0;
const FOOT: f64 = 44.0;

pub(super) fn draw(chart: &Grid, width: u32) -> Result<String> {
    #[allow(clippy::cast_precision_loss)] // a few rows
    let body = ROW * chart.rows.len().max(1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let height = (HEAD + body + FOOT).round() as u32;
    paint(width, height, |canvas| {
        let (mut left, mut right) = (0.0_f64, 0.0_f64);
        for row in &chart.rows {
            left = left.max(canvas.width(&row.label, LABEL)?);
            right = right.max(canvas.width(&row.note, SMALL)?);
        }
        let left = left + 10.0;
        let end = f64::from(width) - if right > 0.0 { right + 10.0 } else { 0.0 };
        #[allow(clippy::cast_precision_loss)] // a few columns
        let step = (end - left) / chart.columns.len().max(1) as f64;
        canvas.text((0.0, 9.0), &chart.y_title, LABEL, Anchor::Start)?;
        #[allow(clippy::cast_precision_loss)] // a few rows and columns
        for (i, row) in chart.rows.iter().enumerate() {
            let top = HEAD + ROW * i as f64;
            let middle = top + ROW / 2.0;
            canvas.text((left - 8.0, middle), &row.label, LABEL, Anchor::End)?;
            canvas.text((end + 8.0, middle), &row.note, SMALL, Anchor::Start)?;
            for (j, cell) in row.cells.iter().enumerate() {
                let from = (left + step * j as f64, top);
                let to = (from.0 + step - GAP, top + ROW - GAP);
                let style = match cell.weight.filter(|w| w.is_finite()) {
                    Some(weight) => {
                        SMALL.with(shaded_cell(canvas, chart.shades, weight, from, to)?)
                    }
                    None => SMALL,
                };
                let at = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
                canvas.text(at, &cell.text, style, Anchor::Middle)?;
            }
        }
        let foot = HEAD + body + 11.0;
        let mut free = f64::NEG_INFINITY;
        for (j, label) in chart.columns.iter().enumerate() {
            #[allow(clippy::cast_precision_loss)] // a few columns
            let x = left + step * j as f64 + (step - GAP) / 2.0;
            let half = canvas.width(label, SMALL)? / 2.0;
            if x - half >= free {
                canvas.text((x, foot), label, SMALL, Anchor::Middle)?;
                free = x + half + 4.0;
            }
        }
        canvas.text((end, foot + 19.0), &chart.x_title, LABEL, Anchor::End)
    })
}
