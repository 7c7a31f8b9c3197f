//! Labels under columns.

use super::canvas::{Anchor, Canvas, SMALL};
use crate::report::block::Tick;
use crate::types::Result;

/// Room that the labels need, px.
pub(super) const FOOT: f64 = 36.0;

/// Least distance between two labels, px.
const APART: f64 = 4.0;

/// Writes the labels under their columns. Where there is no room for each, some are left out;
/// second lines (years) that would touch are moved to the left.
pub(super) fn feet(
    canvas: &Canvas<'_>,
    ticks: &[Tick],
    centre: impl Fn(usize) -> f64,
    bottom: f64,
) -> Result<()> {
    let mut free = f64::NEG_INFINITY;
    let mut below: Vec<(f64, f64, &str)> = Vec::new();
    for (i, tick) in ticks.iter().enumerate() {
        let x = centre(i);
        let half = canvas.width(&tick.label, SMALL)? / 2.0;
        if x - half >= free {
            canvas.text((x, bottom + 11.0), &tick.label, SMALL, Anchor::Middle)?;
            free = x + half + APART;
        }
        if !tick.below.is_empty() {
            below.push((x, canvas.width(&tick.below, SMALL)? / 2.0, &tick.below));
        }
    }
    let mut limit = f64::INFINITY;
    for (x, half, text) in below.iter().rev() {
        let x = x.min(limit - half);
        canvas.text((x, bottom + 26.0), text, SMALL, Anchor::Middle)?;
        limit = x - half - APART;
    }
    Ok(())
}
