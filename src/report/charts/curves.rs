//! Curves over common months: one line each with its name at its end, and the band of the first.

use super::axis::{FOOT, feet};
use super::canvas::{Anchor, Canvas, INK, RULE, SERIES, SMALL, STRONG, Style, draw as paint, tint};
use super::scale::{Linear, range, spread, ticks};
use crate::report::block::{CurveLine, Curves, Scale};
use crate::report::format::Writing;
use crate::types::Result;

const HEIGHT: f64 = 200.0;
const HEAD: f64 = 10.0;

pub(super) fn draw(chart: &Curves, writing: Writing<'_>, width: u32) -> Result<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let total = (HEAD + HEIGHT + FOOT).round() as u32;
    paint(width, total, |canvas| {
        let marks = marks(chart);
        let (mut left, mut right) = (24.0_f64, 8.0_f64);
        for mark in &marks {
            left = left.max(canvas.width(&writing.axis(chart.scale, *mark), SMALL)? + 8.0);
        }
        for line in &chart.lines {
            right = right.max(canvas.width(&line.label, STRONG)? + 24.0);
        }
        let (top, bottom) = (HEAD, HEAD + HEIGHT);
        let y = Linear::new(marks[0], marks[marks.len() - 1], bottom, top);
        #[allow(clippy::cast_precision_loss)] // a few months
        let x = Linear::new(
            0.0,
            (chart.ticks.len().max(2) - 1) as f64,
            left,
            f64::from(width) - right,
        );
        let end = f64::from(width) - right;
        for mark in &marks {
            let at = y.at(*mark);
            canvas.line(&[(left, at), (end, at)], RULE, 1)?;
            let label = writing.axis(chart.scale, *mark);
            canvas.text((left - 6.0, at), &label, SMALL, Anchor::End)?;
        }
        #[allow(clippy::cast_precision_loss)] // a few months
        let column = |i: usize| x.at(i as f64);
        if let Some(first) = chart.lines.first() {
            band(canvas, first, &column, &y)?;
        }
        // The first lies above the others.
        for (i, line) in chart.lines.iter().enumerate().rev() {
            let points: Vec<(f64, f64)> = known(&line.values)
                .map(|(month, value)| (column(month), y.at(value)))
                .collect();
            let width = if i == 0 { 3 } else { 2 };
            canvas.line(&points, SERIES[i % SERIES.len()], width)?;
        }
        names(canvas, chart, &column, &y, (top, bottom))?;
        feet(canvas, &chart.ticks, column, bottom)
    })
}

/// Values with their places; what is not a number is not drawn.
fn known(values: &[Option<f64>]) -> impl Iterator<Item = (usize, f64)> + '_ {
    let numbered = values.iter().enumerate();
    numbered.filter_map(|(i, v)| Some((i, v.filter(|v| v.is_finite())?)))
}

/// Shares from nothing to all, counts from nothing to the highest.
fn marks(chart: &Curves) -> Vec<f64> {
    match chart.scale {
        Scale::Share => vec![0.0, 0.25, 0.5, 0.75, 1.0],
        Scale::Count | Scale::Money => {
            let (low, high) = range(chart.lines.iter().flat_map(|l| &l.values), true);
            ticks(low, high, 4.0)
        }
    }
}

fn band(
    canvas: &Canvas<'_>,
    line: &CurveLine,
    column: &impl Fn(usize) -> f64,
    y: &Linear,
) -> Result<()> {
    let ends: Vec<(usize, (f64, f64))> = line
        .band
        .iter()
        .enumerate()
        .filter_map(|(i, band)| {
            let (low, high) = (*band)?;
            (low.is_finite() && high.is_finite()).then_some((i, (low, high)))
        })
        .collect();
    if ends.len() < 2 {
        return Ok(());
    }
    let upper = ends.iter().map(|(i, (_, high))| (column(*i), y.at(*high)));
    let lower = ends
        .iter()
        .rev()
        .map(|(i, (low, _))| (column(*i), y.at(*low)));
    canvas.polygon(
        &upper.chain(lower).collect::<Vec<_>>(),
        tint(SERIES[0], 0.25),
    )
}

/// Each line's name at its end, kept apart.
fn names(
    canvas: &Canvas<'_>,
    chart: &Curves,
    column: &impl Fn(usize) -> f64,
    y: &Linear,
    (top, bottom): (f64, f64),
) -> Result<()> {
    let mut labels: Vec<(f64, f64, usize, Style)> = Vec::new();
    for (i, line) in chart.lines.iter().enumerate() {
        if let Some((month, value)) = known(&line.values).last() {
            let (at, end) = (y.at(value), column(month));
            canvas.dot((end, at), 3, SERIES[i % SERIES.len()])?;
            let style = if i == 0 { STRONG } else { SMALL.with(INK) };
            labels.push((at, end, i, style));
        }
    }
    let wanted: Vec<f64> = labels.iter().map(|l| l.0).collect();
    let placed = spread(&wanted, 14.0, top + 4.0, bottom - 2.0);
    // All names stand in one column, right of the longest line.
    let edge = labels.iter().map(|l| l.1).fold(0.0, f64::max);
    for ((_, _, i, style), at) in labels.iter().zip(placed) {
        canvas.dot((edge + 12.0, at), 4, SERIES[*i % SERIES.len()])?;
        canvas.text(
            (edge + 20.0, at),
            &chart.lines[*i].label,
            *style,
            Anchor::Start,
        )?;
    }
    Ok(())
}
