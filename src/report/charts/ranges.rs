//! Values with their intervals, one a row, against a common line. The axis need not begin at zero: dots, not bars.

use super::bars::{colour, shape};
use super::canvas::{Anchor, Canvas, INK, LABEL, MUTED, RULE, SERIES, SMALL, draw as paint};
use super::scale::{Linear, range, ticks};
use crate::report::block::{RangeRow, Ranges};
use crate::report::format::Writing;
use crate::types::Result;

const ROW: f64 = 24.0;
const HEAD: f64 = 22.0;
const FOOT: f64 = 24.0;

pub(super) fn draw(chart: &Ranges, writing: Writing<'_>, width: u32) -> Result<String> {
    #[allow(clippy::cast_precision_loss)] // a few rows
    let body = ROW * chart.rows.len().max(1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let height = (HEAD + body + FOOT).round() as u32;
    paint(width, height, |canvas| {
        let (mut left, mut right) = (0.0_f64, 0.0_f64);
        for row in &chart.rows {
            left = left.max(canvas.width(&row.label, LABEL)?);
            right = right.max(canvas.width(&row.text, LABEL)?);
        }
        let left = (left + 22.0).min(f64::from(width) * 0.4);
        let end = (f64::from(width) - right - 16.0).max(left + 40.0);
        let marks = marks(chart);
        let x = Linear::new(marks[0], marks[marks.len() - 1], left, end);
        let bottom = HEAD + body;
        let mut free = f64::NEG_INFINITY;
        for mark in &marks {
            let at = x.at(*mark);
            canvas.line(&[(at, HEAD), (at, bottom)], RULE, 1)?;
            let label = writing.axis(chart.scale, *mark);
            let half = canvas.width(&label, SMALL)? / 2.0;
            if at - half >= free {
                canvas.text((at, bottom + 11.0), &label, SMALL, Anchor::Middle)?;
                free = at + half + 4.0;
            }
        }
        if let Some((value, label)) = &chart.reference
            && value.is_finite()
        {
            let at = x.at(*value);
            canvas.dashed(&[(at, HEAD - 4.0), (at, bottom)], INK)?;
            let half = canvas.width(label, SMALL)? / 2.0;
            let place = at.clamp(half, (f64::from(width) - half).max(half));
            canvas.text((place, 8.0), label, SMALL.with(INK), Anchor::Middle)?;
        }
        for (i, row) in chart.rows.iter().enumerate() {
            #[allow(clippy::cast_precision_loss)] // a few rows
            let y = HEAD + ROW * (i as f64 + 0.5);
            canvas.text((0.0, y), &row.label, LABEL, Anchor::Start)?;
            canvas.text((f64::from(width), y), &row.text, LABEL, Anchor::End)?;
            one(canvas, row, &x, y)?;
        }
        Ok(())
    })
}

fn marks(chart: &Ranges) -> Vec<f64> {
    let mut values: Vec<Option<f64>> = Vec::new();
    for row in &chart.rows {
        values.push(Some(row.value));
        values.extend(row.range.map(|(low, _)| Some(low)));
        values.extend(row.range.map(|(_, high)| Some(high)));
    }
    values.extend(chart.reference.as_ref().map(|(value, _)| Some(*value)));
    let (low, high) = range(values.iter(), false);
    ticks(low, high, 4.0)
}

/// Whisker and dot; a shape where the interval lies on one side of the line.
fn one(canvas: &Canvas<'_>, row: &RangeRow, x: &Linear, y: f64) -> Result<()> {
    if !row.value.is_finite() {
        return Ok(());
    }
    let color = match row.mark {
        Some(_) => colour(row.mark),
        None => MUTED,
    };
    if let Some((low, high)) = row.range
        && low.is_finite()
        && high.is_finite()
    {
        let (low, high) = (x.at(low), x.at(high));
        canvas.line(&[(low, y), (high, y)], color, 2)?;
        for end in [low, high] {
            canvas.line(&[(end, y - 4.0), (end, y + 4.0)], color, 2)?;
        }
    }
    let at = (x.at(row.value), y);
    match row.mark {
        Some(_) => shape(canvas, row.mark, at, color),
        None => canvas.dot(at, 4, SERIES[5]),
    }
}
