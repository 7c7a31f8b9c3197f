//! Panels under one another over common categories: bars from zero, or a line; last year and target beside them.

use super::axis::{FOOT, feet};
use super::canvas::{
    Anchor, Canvas, GREY, INK, LABEL, PAPER, RULE, SERIES, SMALL, STRONG, draw as paint, tint,
};
use super::scale::{Linear, range, spread, ticks};
use crate::report::block::{Line, Panel, Panels};
use crate::report::format::Writing;
use crate::types::Result;

const PANEL_BARS: f64 = 150.0;
const PANEL_LINE: f64 = 96.0;
const HEAD: f64 = 24.0;
const GAP: f64 = 10.0;

/// Where the columns stand.
struct Frame {
    left: f64,
    right: f64,
    step: f64,
}

impl Frame {
    #[allow(clippy::cast_precision_loss)] // a few columns
    fn centre(&self, i: usize) -> f64 {
        self.left + self.step * (i as f64 + 0.5)
    }
}

pub(super) fn draw(chart: &Panels, writing: Writing<'_>, width: u32) -> Result<String> {
    let body: f64 = chart.panels.iter().map(|p| HEAD + height(p) + GAP).sum();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let total = (body + FOOT).round() as u32;
    paint(width, total, |canvas| {
        let frame = frame(canvas, chart, writing, f64::from(width))?;
        let mut top = 0.0;
        for panel in &chart.panels {
            one(canvas, chart, panel, writing, &frame, top + HEAD)?;
            canvas.text((0.0, top + 9.0), &panel.title, LABEL, Anchor::Start)?;
            top += HEAD + height(panel) + GAP;
        }
        feet(canvas, &chart.ticks, |i| frame.centre(i), top - GAP)
    })
}

fn height(panel: &Panel) -> f64 {
    if panel.bars { PANEL_BARS } else { PANEL_LINE }
}

fn bounds(panel: &Panel) -> (f64, f64, Vec<f64>) {
    let lines = [&panel.compare, &panel.target];
    let values = panel
        .values
        .iter()
        .chain(lines.into_iter().flatten().flat_map(|l| &l.values));
    let (low, high) = range(values, panel.bars);
    let marks = ticks(low, high, if panel.bars { 4.0 } else { 2.0 });
    let (first, last) = (marks[0], marks[marks.len() - 1]);
    (first, last, marks)
}

/// Room for the labels at both sides, as wide as the widest.
fn frame(canvas: &Canvas<'_>, chart: &Panels, writing: Writing<'_>, width: f64) -> Result<Frame> {
    let (mut left, mut right) = (24.0_f64, 8.0_f64);
    for panel in &chart.panels {
        for tick in bounds(panel).2 {
            left = left.max(canvas.width(&writing.axis(panel.scale, tick), SMALL)? + 8.0);
        }
        for line in [&panel.compare, &panel.target].into_iter().flatten() {
            right = right.max(canvas.width(&line.label, SMALL)? + 10.0);
        }
        if !panel.bars {
            right = right.max(canvas.width(&panel.last_label, STRONG)? + 12.0);
        }
    }
    #[allow(clippy::cast_precision_loss)] // a few columns
    let columns = chart.ticks.len().max(1) as f64;
    let right = width - right;
    Ok(Frame {
        left,
        right,
        step: (right - left) / columns,
    })
}

fn one(
    canvas: &Canvas<'_>,
    chart: &Panels,
    panel: &Panel,
    writing: Writing<'_>,
    frame: &Frame,
    top: f64,
) -> Result<()> {
    let bottom = top + height(panel);
    let (low, high, marks) = bounds(panel);
    let y = Linear::new(low, high, bottom, top);
    for mark in &marks {
        let at = y.at(*mark);
        canvas.line(&[(frame.left, at), (frame.right, at)], RULE, 1)?;
        let label = writing.axis(panel.scale, *mark);
        canvas.text((frame.left - 6.0, at), &label, SMALL, Anchor::End)?;
    }
    if panel.bars {
        bars(canvas, chart, panel, frame, &y)?;
    }
    if let Some(line) = &panel.compare {
        polyline(canvas, &line.values, frame, &y, |c, points| {
            c.line(points, GREY, 1)
        })?;
    }
    if let Some(line) = &panel.target {
        dashes(canvas, line, frame, &y)?;
    }
    if !panel.bars {
        polyline(canvas, &panel.values, frame, &y, |c, points| {
            c.line(points, SERIES[0], 2)
        })?;
    }
    ends(canvas, panel, frame, &y, (top, bottom))?;
    if low < 0.0 {
        let zero = y.at(0.0);
        canvas.line(&[(frame.left, zero), (frame.right, zero)], INK, 1)?;
    }
    Ok(())
}

fn bars(
    canvas: &Canvas<'_>,
    chart: &Panels,
    panel: &Panel,
    frame: &Frame,
    y: &Linear,
) -> Result<()> {
    let half = (frame.step * 0.34).max(1.0);
    let last = panel.values.len().saturating_sub(1);
    for (i, value) in panel.values.iter().enumerate() {
        let Some(value) = value.filter(|v| v.is_finite()) else {
            continue;
        };
        let pale = if chart.emphasise_last {
            i != last
        } else {
            chart.ticks.get(i).is_some_and(|t| t.faint)
        };
        let color = if pale {
            tint(SERIES[0], 0.45)
        } else {
            SERIES[0]
        };
        let (x, zero, end) = (frame.centre(i), y.at(0.0), y.at(value));
        canvas.rect((x - half, zero.min(end)), (x + half, zero.max(end)), color)?;
        if i == last && chart.emphasise_last {
            let above = zero.min(end) - 8.0;
            halo(canvas, (x, above), &panel.last_label)?;
        }
    }
    Ok(())
}

/// A label on a piece of paper, so that lines do not run through it.
fn halo(canvas: &Canvas<'_>, at: (f64, f64), text: &str) -> Result<()> {
    let half = canvas.width(text, STRONG)? / 2.0 + 2.0;
    canvas.rect((at.0 - half, at.1 - 7.0), (at.0 + half, at.1 + 7.0), PAPER)?;
    canvas.text(at, text, STRONG, Anchor::Middle)
}

/// Unknown months break the line; a lone point is a dot.
fn polyline(
    canvas: &Canvas<'_>,
    values: &[Option<f64>],
    frame: &Frame,
    y: &Linear,
    stroke: impl Fn(&Canvas<'_>, &[(f64, f64)]) -> Result<()>,
) -> Result<()> {
    let mut run: Vec<(f64, f64)> = Vec::new();
    for (i, value) in values.iter().chain(std::iter::once(&None)).enumerate() {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            run.push((frame.centre(i), y.at(value)));
            continue;
        }
        match run.as_slice() {
            [] => {}
            [only] => canvas.dot(*only, 2, GREY)?,
            points => stroke(canvas, points)?,
        }
        run.clear();
    }
    Ok(())
}

/// A target is a level for each column, so it runs from edge to edge.
fn dashes(canvas: &Canvas<'_>, line: &Line, frame: &Frame, y: &Linear) -> Result<()> {
    let mut run: Vec<(f64, f64)> = Vec::new();
    for (i, value) in line.values.iter().chain(std::iter::once(&None)).enumerate() {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            let (x, at) = (frame.centre(i), y.at(value));
            run.push((x - frame.step / 2.0, at));
            run.push((x + frame.step / 2.0, at));
            continue;
        }
        if run.len() > 1 {
            canvas.dashed(&run, INK)?;
        }
        run.clear();
    }
    Ok(())
}

/// Labels at the ends of the lines, kept apart.
fn ends(
    canvas: &Canvas<'_>,
    panel: &Panel,
    frame: &Frame,
    y: &Linear,
    (top, bottom): (f64, f64),
) -> Result<()> {
    let last = |values: &[Option<f64>]| values.last().copied().flatten();
    let mut labels = Vec::new();
    if let Some(line) = &panel.target {
        labels.extend(last(&line.values).map(|v| (y.at(v), line.label.as_str(), SMALL.with(INK))));
    }
    if let Some(line) = &panel.compare {
        labels.extend(last(&line.values).map(|v| (y.at(v), line.label.as_str(), SMALL)));
    }
    if !panel.bars
        && let Some(value) = last(&panel.values)
    {
        let at = y.at(value);
        let x = frame.centre(panel.values.len() - 1);
        canvas.dot((x, at), 3, SERIES[0])?;
        labels.push((at, panel.last_label.as_str(), STRONG));
    }
    let wanted: Vec<f64> = labels.iter().map(|l| l.0).collect();
    let placed = spread(&wanted, 14.0, top + 4.0, bottom - 2.0);
    for ((_, text, style), at) in labels.iter().zip(placed) {
        canvas.text((frame.right + 6.0, at), text, *style, Anchor::Start)?;
    }
    Ok(())
}
