//! Cells shaded by weight, in seven steps that stay apart in print.

use plotters::style::RGBColor;

use super::canvas::{Canvas, DEEP, INK, PAPER, RULE, tint};
use crate::types::Result;

const STEPS: f64 = 7.0;
/// From this step on text is paper on colour.
const FLIP: f64 = 5.0;

/// The ground of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shade {
    /// Its colour, `0xRRGGBB`.
    pub rgb: u32,
    /// Whether text on it is light.
    pub is_dark: bool,
}

/// The shade of a weight by where it lies between the lightest and the darkest.
#[must_use]
pub fn shade((lightest, darkest): (f64, f64), weight: f64) -> Shade {
    let step = if darkest > lightest {
        ((weight - lightest) / (darkest - lightest) * (STEPS - 1.0))
            .round()
            .clamp(0.0, STEPS - 1.0)
            + 1.0
    } else {
        1.0
    };
    let RGBColor(r, g, b) = tint(DEEP, (step - 1.0) / (STEPS - 1.0));
    Shade {
        rgb: u32::from_be_bytes([0, r, g, b]),
        is_dark: step >= FLIP,
    }
}

/// Shades a cell by its weight; the colour of text on that shade.
pub(super) fn shaded_cell(
    canvas: &Canvas<'_>,
    between: (f64, f64),
    weight: f64,
    from: (f64, f64),
    to: (f64, f64),
) -> Result<RGBColor> {
    let shade = shade(between, weight);
    let [_, r, g, b] = shade.rgb.to_be_bytes();
    canvas.rect(from, to, RGBColor(r, g, b))?;
    let edge = [from, (to.0, from.1), to, (from.0, to.1), from];
    canvas.line(&edge, RULE, 1)?;
    Ok(if shade.is_dark { PAPER } else { INK })
}
