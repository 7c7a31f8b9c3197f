//! Cells shaded by weight, in seven steps that stay apart in print.

use plotters::style::RGBColor;

use super::canvas::{Canvas, DEEP, INK, PAPER, RULE, tint};
use crate::types::Result;

const STEPS: f64 = 7.0;
/// From this step on text is paper on colour.
const FLIP: f64 = 5.0;

/// Shades a cell by where its weight lies between the lightest and the darkest; the colour of text on that shade.
pub(super) fn shaded_cell(
    canvas: &Canvas<'_>,
    (lightest, darkest): (f64, f64),
    weight: f64,
    from: (f64, f64),
    to: (f64, f64),
) -> Result<RGBColor> {
    let step = if darkest > lightest {
        ((weight - lightest) / (darkest - lightest) * (STEPS - 1.0))
            .round()
            .clamp(0.0, STEPS - 1.0)
            + 1.0
    } else {
        1.0
    };
    canvas.rect(from, to, tint(DEEP, (step - 1.0) / (STEPS - 1.0)))?;
    let edge = [from, (to.0, from.1), to, (from.0, to.1), from];
    canvas.line(&edge, RULE, 1)?;
    Ok(if step >= FLIP { PAPER } else { INK })
}
