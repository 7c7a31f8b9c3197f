//! A thin layer over plotters: pixels, the tokens of the house style, text that is measured as it will be drawn.

use std::sync::OnceLock;

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::register_font;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::font;
use crate::types::{Error, Result};

/// A colour.
pub(super) type Rgb = RGBColor;

/// Text and lines that count.
pub(super) const INK: RGBColor = RGBColor(0x1f, 0x29, 0x33);
/// For what stands back.
pub(super) const MUTED: RGBColor = RGBColor(0x52, 0x60, 0x6d);
/// Lines of the grid.
pub(super) const RULE: RGBColor = RGBColor(0xd9, 0xe2, 0xec);
/// The page.
pub(super) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// Series in order: blue, orange, green, violet, red, grey.
pub(super) const SERIES: [RGBColor; 6] = [
    RGBColor(0x0b, 0x6e, 0x99),
    RGBColor(0xd9, 0x82, 0x2b),
    RGBColor(0x3d, 0x8b, 0x6d),
    RGBColor(0x8e, 0x5e, 0xa2),
    RGBColor(0xb2, 0x3a, 0x48),
    RGBColor(0x7b, 0x87, 0x94),
];
/// Last year, and the rest.
pub(super) const GREY: RGBColor = SERIES[5];
/// The darkest shade of heat maps.
pub(super) const DEEP: RGBColor = RGBColor(0x0b, 0x4f, 0x6c);

/// A colour mixed with paper: 1 is the colour, 0 is paper.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0..=255 by construction
pub(super) fn tint(color: RGBColor, share: f64) -> RGBColor {
    let share = share.clamp(0.0, 1.0);
    let mix = |c: u8, p: u8| (f64::from(p) + (f64::from(c) - f64::from(p)) * share).round() as u8;
    RGBColor(
        mix(color.0, PAPER.0),
        mix(color.1, PAPER.1),
        mix(color.2, PAPER.2),
    )
}

/// Where a text hangs on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The point is at its left.
    Start,
    /// The point is at its middle.
    Middle,
    /// The point is at its right.
    End,
}

/// Size and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Font size in px.
    pub(super) px: f64,
    /// Colour.
    pub(super) color: RGBColor,
    /// Bold.
    pub(super) bold: bool,
}

/// Labels of axes.
pub(super) const SMALL: Style = Style {
    px: 11.0,
    color: MUTED,
    bold: false,
};
/// Labels of values.
pub(super) const LABEL: Style = Style {
    px: 12.0,
    color: INK,
    bold: false,
};
/// The value that counts.
pub(super) const STRONG: Style = Style {
    px: 12.0,
    color: INK,
    bold: true,
};

impl Style {
    pub(super) const fn with(self, color: RGBColor) -> Self {
        Self { color, ..self }
    }

    pub(super) const fn sized(self, px: f64) -> Self {
        Self { px, ..self }
    }
}

/// Something to draw on, in px from the upper left.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Draws an SVG of that size.
///
/// # Errors
/// When the font cannot be read or plotters refuses.
pub(super) fn draw(
    width: u32,
    height: u32,
    paint: impl FnOnce(&Canvas<'_>) -> Result<()>,
) -> Result<String> {
    register()?;
    let mut out = String::new();
    {
        let canvas = Canvas {
            area: SVGBackend::with_string(&mut out, (width, height)).into_drawing_area(),
        };
        paint(&canvas)?;
        canvas.area.present().map_err(Error::internal)?;
    }
    Ok(out)
}

/// Registers the font once a process.
fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done =
        *DONE.get_or_init(|| register_font(font::FAMILY, FontStyle::Normal, font::REGULAR).is_ok());
    if done {
        Ok(())
    } else {
        Err(Error::internal("the built-in font cannot be read"))
    }
}

#[allow(clippy::cast_possible_truncation)] // saturates; charts are a few hundred px
fn px(v: f64) -> i32 {
    v.round() as i32
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (px(x), px(y))
}

impl Canvas<'_> {
    /// A filled rectangle.
    pub(super) fn rect(&self, from: (f64, f64), to: (f64, f64), color: RGBColor) -> Result<()> {
        self.area
            .draw(&Rectangle::new([point(from), point(to)], color.filled()))
            .map_err(Error::internal)
    }

    /// A line through the points.
    pub(super) fn line(&self, points: &[(f64, f64)], color: RGBColor, width: u32) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(point).collect();
        self.area
            .draw(&PathElement::new(points, color.stroke_width(width)))
            .map_err(Error::internal)
    }

    /// A dashed line through the points.
    pub(super) fn dashed(&self, points: &[(f64, f64)], color: RGBColor) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(point).collect();
        self.area
            .draw(&DashedPathElement::new(points, 4, 3, color.stroke_width(1)))
            .map_err(Error::internal)
    }

    /// A dot.
    pub(super) fn dot(&self, at: (f64, f64), radius: i32, color: RGBColor) -> Result<()> {
        self.area
            .draw(&Circle::new(point(at), radius, color.filled()))
            .map_err(Error::internal)
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, points: &[(f64, f64)], color: RGBColor) -> Result<()> {
        let points: Vec<_> = points.iter().copied().map(point).collect();
        self.area
            .draw(&Polygon::new(points, color.filled()))
            .map_err(Error::internal)
    }

    /// A text, vertically centred on its point.
    pub(super) fn text(
        &self,
        at: (f64, f64),
        text: &str,
        style: Style,
        anchor: Anchor,
    ) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // The backend divides sizes by 1.24 when it writes them.
        let font = FontDesc::new(
            FontFamily::Name(font::FAMILY),
            style.px * 1.24,
            if style.bold {
                FontStyle::Bold
            } else {
                FontStyle::Normal
            },
        );
        let style = TextStyle::from(font)
            .color(&style.color)
            .pos(Pos::new(h, VPos::Center));
        self.area
            .draw_text(text, &style, point(at))
            .map_err(Error::internal)
    }

    /// Width of a text in px.
    pub(super) fn width(&self, text: &str, style: Style) -> Result<f64> {
        // Glyphs are scaled by the height of the font, not by its em.
        let font = FontDesc::new(
            FontFamily::Name(font::FAMILY),
            style.px * font::HEIGHT_EM,
            FontStyle::Normal,
        );
        let size = self
            .area
            .estimate_text_size(text, &TextStyle::from(font))
            .map_err(Error::internal)?;
        // Bold is a little wider than the regular cut that is measured.
        Ok(f64::from(size.0) * if style.bold { 1.06 } else { 1.0 } + 1.0)
    }
}
