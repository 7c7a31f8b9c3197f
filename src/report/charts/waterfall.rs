//! From an opening to a closing count by steps. The axis shows the change since the opening, so that it may begin
//! at zero and steps of a few in a base of thousands still be seen.

use super::canvas::{Anchor, GREY, INK, LABEL, MUTED, RULE, SERIES, SMALL, STRONG, draw as paint};
use super::scale::{Linear, range};
use crate::report::block::Waterfall;
use crate::types::Result;

const TOP: f64 = 44.0;
const BODY: f64 = 200.0;
const FOOT: f64 = 26.0;

pub(super) fn draw(chart: &Waterfall, width: u32) -> Result<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // constants
    let height = (TOP + BODY + FOOT) as u32;
    paint(width, height, |canvas| {
        let mut level = 0.0;
        let mut levels = vec![Some(0.0)];
        for step in &chart.steps {
            level += step.change;
            levels.push(Some(level));
        }
        let (low, high) = range(levels.iter(), true);
        let (low, high) = if low < high { (low, high) } else { (-1.0, 1.0) };
        let y = Linear::new(low, high, TOP + BODY - 14.0, TOP + 14.0);
        #[allow(clippy::cast_precision_loss)] // a few columns
        let step = f64::from(width) / (chart.steps.len() as f64 + 2.0);
        let half = step * 0.3;
        #[allow(clippy::cast_precision_loss)]
        let centre = |i: usize| step * (i as f64 + 0.5);
        let zero = y.at(0.0);
        canvas.line(&[(0.0, zero), (f64::from(width), zero)], RULE, 1)?;

        let foot = TOP + BODY + 12.0;
        let last = chart.steps.len() + 1;
        for (i, (label, value), at) in [
            (0, &chart.opening, zero),
            (last, &chart.closing, y.at(level)),
        ] {
            let x = centre(i);
            canvas.text((x, 12.0), value, STRONG.sized(18.0), Anchor::Middle)?;
            canvas.text((x, foot), label, LABEL, Anchor::Middle)?;
            canvas.line(&[(x - half, at), (x + half, at)], INK, 3)?;
            canvas.line(&[(x, 26.0), (x, at - 3.0)], RULE, 1)?;
        }
        let mut from = 0.0;
        for (i, one) in chart.steps.iter().enumerate() {
            let x = centre(i + 1);
            let to = from + one.change;
            let (a, b) = (y.at(from), y.at(to));
            let (upper, lower) = (a.min(b), a.max(b).max(a.min(b) + 2.0));
            let color = if one.change < 0.0 {
                SERIES[1]
            } else if one.change > 0.0 {
                SERIES[0]
            } else {
                GREY
            };
            canvas.rect((x - half, upper), (x + half, lower), color)?;
            // A thread from each step to the next.
            canvas.line(&[(x + half, b), (x + step - half, b)], MUTED, 1)?;
            if i == 0 {
                canvas.line(&[(x - step + half, a), (x - half, a)], MUTED, 1)?;
            }
            let beside = if one.change < 0.0 {
                lower + 9.0
            } else {
                upper - 9.0
            };
            canvas.text((x, beside), &one.text, STRONG, Anchor::Middle)?;
            canvas.text((x, foot), &one.label, SMALL.with(INK), Anchor::Middle)?;
            from = to;
        }
        Ok(())
    })
}
