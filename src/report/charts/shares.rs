//! Columns of shares that add up to one, named at the last column.

use super::axis::{FOOT, feet};
use super::canvas::{Anchor, GREY, INK, LABEL, PAPER, RULE, SERIES, SMALL, draw as paint, tint};
use super::scale::{Linear, spread};
use crate::report::block::Shares;
use crate::types::Result;

const TOP: f64 = 8.0;
const BODY: f64 = 200.0;
/// Shares from which a segment has room for its number.
const ROOM: f64 = 0.075;

pub(super) fn draw(chart: &Shares, width: u32) -> Result<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // constants
    let height = (TOP + BODY + FOOT) as u32;
    paint(width, height, |canvas| {
        let mut right = 0.0_f64;
        for series in &chart.series {
            right = right.max(canvas.width(&series.label, LABEL)?);
        }
        let (left, right) = (40.0, f64::from(width) - right - 14.0);
        let bottom = TOP + BODY;
        let y = Linear::new(0.0, 1.0, bottom, TOP);
        for mark in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let at = y.at(mark);
            canvas.line(&[(left, at), (right, at)], RULE, 1)?;
            let label = format!("{:.0} %", mark * 100.0);
            canvas.text((left - 6.0, at), &label, SMALL, Anchor::End)?;
        }
        #[allow(clippy::cast_precision_loss)] // a few columns
        let step = (right - left) / chart.ticks.len().max(1) as f64;
        let half = step * 0.38;
        let mut names = Vec::new();
        for column in 0..chart.ticks.len() {
            #[allow(clippy::cast_precision_loss)] // a few columns
            let x = left + step * (column as f64 + 0.5);
            let mut base = 0.0;
            for (i, series) in chart.series.iter().enumerate() {
                let share = series.values.get(column).copied().flatten().unwrap_or(0.0);
                let color = if series.rest {
                    tint(GREY, 0.6)
                } else {
                    SERIES[i % (SERIES.len() - 1)]
                };
                let (from, to) = (y.at(base), y.at(base + share));
                if share > 0.0 {
                    canvas.rect((x - half, to), (x + half, from), color)?;
                    // A seam of paper, so that neighbours differ in grey as well.
                    canvas.line(&[(x - half, to), (x + half, to)], PAPER, 1)?;
                }
                if share >= ROOM {
                    let text = format!("{:.0}", share * 100.0);
                    let style = SMALL.with(if series.rest { INK } else { PAPER });
                    canvas.text((x, f64::midpoint(from, to)), &text, style, Anchor::Middle)?;
                }
                if column + 1 == chart.ticks.len() && share > 0.0 {
                    names.push((f64::midpoint(from, to), series.label.as_str(), color));
                }
                base += share;
            }
        }
        #[allow(clippy::cast_precision_loss)] // a few columns
        feet(
            canvas,
            &chart.ticks,
            |i| left + step * (i as f64 + 0.5),
            bottom,
        )?;
        let wanted: Vec<f64> = names.iter().map(|n| n.0).collect();
        let placed = spread(&wanted, 15.0, TOP + 4.0, bottom - 4.0);
        for ((from, text, color), at) in names.iter().zip(placed) {
            let edge = right - step / 2.0 + half;
            canvas.line(&[(edge + 2.0, *from), (right + 8.0, at)], *color, 1)?;
            canvas.text((right + 12.0, at), text, LABEL, Anchor::Start)?;
        }
        Ok(())
    })
}
