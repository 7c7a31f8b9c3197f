//! Charts as SVG. The only place that knows plotters; everything else holds numbers and words.

use super::block::Chart;
use super::format::Writing;
use crate::i18n::is_invisible;
use crate::types::Result;

mod axis;
mod bars;
mod canvas;
mod curves;
mod grid;
mod matrix;
mod panels;
mod ranges;
mod scale;
mod shade;
mod shares;
mod spark;
mod square;
mod waterfall;

pub use shade::{Shade, shade};

/// Draws a chart `width` px wide; `id` makes the ids of its title and description.
///
/// # Errors
/// When the built-in font cannot be read.
pub(super) fn svg(
    chart: &Chart,
    writing: Writing<'_>,
    width: u32,
    id: &str,
    title: &str,
    description: &str,
) -> Result<String> {
    let drawing = match chart {
        Chart::Panels(c) => panels::draw(c, writing, width)?,
        Chart::Shares(c) => shares::draw(c, width)?,
        Chart::Matrix(c) => matrix::draw(c, width)?,
        Chart::Bars(c) => bars::draw(c, width)?,
        Chart::Waterfall(c) => waterfall::draw(c, width)?,
        Chart::Curves(c) => curves::draw(c, writing, width)?,
        Chart::Grid(c) => grid::draw(c, width)?,
        Chart::Ranges(c) => ranges::draw(c, writing, width)?,
        Chart::Square(c) => square::draw(c, writing, width)?,
    };
    Ok(named(&drawing, id, title, description))
}

/// Draws the small line of a figure's trend.
///
/// # Errors
/// When the built-in font cannot be read.
pub fn sparkline(values: &[Option<f64>], id: &str, description: &str) -> Result<String> {
    Ok(named(&spark::draw(values)?, id, description, ""))
}

/// Gives the drawing a name and a description that screen readers speak.
fn named(drawing: &str, id: &str, title: &str, description: &str) -> String {
    let id = escape(id);
    let mut labels = format!("{id}-title");
    let mut inner = format!("<title id=\"{id}-title\">{}</title>\n", escape(title));
    if !description.is_empty() {
        labels.push_str(&format!(" {id}-desc"));
        inner.push_str(&format!(
            "<desc id=\"{id}-desc\">{}</desc>\n",
            escape(description)
        ));
    }
    let opening = format!("<svg role=\"img\" aria-labelledby=\"{labels}\" ");
    let drawing = drawing.replacen("<svg ", &opening, 1);
    drawing.replacen(">\n", &format!(">\n{inner}"), 1)
}

/// Text for XML: markup escaped, characters that XML forbids left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_invisible(c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
