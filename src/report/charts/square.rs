//! Shares against shares in a square, with the line on which they are equal: concentration curves, calibration.

use super::canvas::{
    Anchor, Canvas, INK, LABEL, MUTED, PAPER, RULE, SERIES, SMALL, STRONG, draw as paint, tint,
};
use super::scale::Linear;
use crate::report::block::{Scale, Square, SquarePoint};
use crate::report::format::Writing;
use crate::types::Result;

const LEFT: f64 = 44.0;
const TOP: f64 = 24.0;
const FOOT: f64 = 44.0;
const HIGHEST: f64 = 300.0;
const MARKS: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

pub(super) fn draw(chart: &Square, writing: Writing<'_>, width: u32) -> Result<String> {
    let side = (f64::from(width) - LEFT - 20.0).max(60.0);
    let body = side.min(HIGHEST);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let height = (TOP + body + FOOT).round() as u32;
    paint(width, height, |canvas| {
        let (end, bottom) = (LEFT + side, TOP + body);
        let x = Linear::new(0.0, 1.0, LEFT, end);
        let y = Linear::new(0.0, 1.0, bottom, TOP);
        for mark in MARKS {
            let label = writing.axis(Scale::Share, mark);
            canvas.line(&[(LEFT, y.at(mark)), (end, y.at(mark))], RULE, 1)?;
            canvas.text((LEFT - 6.0, y.at(mark)), &label, SMALL, Anchor::End)?;
            canvas.text((x.at(mark), bottom + 11.0), &label, SMALL, Anchor::Middle)?;
        }
        canvas.text((0.0, 9.0), &chart.y_title, LABEL, Anchor::Start)?;
        canvas.text((end, bottom + 30.0), &chart.x_title, LABEL, Anchor::End)?;
        let points: Vec<&SquarePoint> = chart
            .points
            .iter()
            .filter(|p| p.x.is_finite() && p.y.is_finite())
            .collect();
        let at = |x_value: f64, y_value: f64| {
            (x.at(x_value.clamp(0.0, 1.0)), y.at(y_value.clamp(0.0, 1.0)))
        };
        let curve: Vec<(f64, f64)> = points.iter().map(|p| at(p.x, p.y)).collect();
        if chart.joined && curve.len() > 1 {
            // What lies between the curve and equality.
            canvas.polygon(&curve, tint(SERIES[0], 0.15))?;
        }
        canvas.dashed(&[at(0.0, 0.0), at(1.0, 1.0)], MUTED)?;
        // What the dashed line is, in the corner that curves and dots leave free.
        let (edge, low) = (x.at(0.98), y.at(0.06));
        let from = edge - canvas.width(&chart.equal, SMALL)? - 8.0;
        canvas.text((edge, low), &chart.equal, SMALL, Anchor::End)?;
        canvas.dashed(&[(from - 24.0, low), (from, low)], MUTED)?;
        if chart.joined {
            canvas.line(&curve, SERIES[0], 3)?;
        } else {
            for point in &points {
                whisker(canvas, point, &at)?;
            }
        }
        for point in chart
            .named
            .iter()
            .filter(|p| p.x.is_finite() && p.y.is_finite())
        {
            let (px, py) = at(point.x, point.y);
            canvas.line(&[(px, bottom), (px, py)], INK, 1)?;
            canvas.dot((px, py), 4, SERIES[0])?;
            let wide = canvas.width(&point.label, STRONG)?;
            let from = (px + 10.0).min(end - wide);
            let middle = py + 14.0;
            canvas.rect(
                (from - 2.0, middle - 8.0),
                (from + wide + 2.0, middle + 8.0),
                PAPER,
            )?;
            canvas.text((from, middle), &point.label, STRONG, Anchor::Start)?;
        }
        Ok(())
    })
}

fn whisker(
    canvas: &Canvas<'_>,
    point: &SquarePoint,
    at: &impl Fn(f64, f64) -> (f64, f64),
) -> Result<()> {
    if let Some((low, high)) = point.range
        && low.is_finite()
        && high.is_finite()
    {
        let (lower, upper) = (at(point.x, low), at(point.x, high));
        canvas.line(&[lower, upper], SERIES[0], 2)?;
        for end in [lower, upper] {
            canvas.line(&[(end.0 - 3.0, end.1), (end.0 + 3.0, end.1)], SERIES[0], 2)?;
        }
    }
    canvas.dot(at(point.x, point.y), 4, SERIES[0])
}
