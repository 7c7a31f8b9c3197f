//! Heat maps as cells: the rows and columns of the drawing, shaded by the same rule, with numbers as numbers.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::look::RULE;
use super::{Place, Written, cell_text};
use crate::report::block::{Chart, Grid, Matrix};
use crate::report::charts::{Shade, shade};
use crate::report::shown::number;

/// Height of a cell of a matrix, px: three lines.
const THREE_LINES: u32 = 52;

impl Place<'_> {
    /// The cells of a heat map, where the chart is one.
    pub(super) fn heat(&mut self, chart: &Chart) -> Written {
        match chart {
            Chart::Grid(grid) => self.grid(grid),
            Chart::Matrix(matrix) => self.matrix(matrix),
            _ => Ok(()),
        }
    }

    fn grid(&mut self, grid: &Grid) -> Written {
        let head = self.look.head_number.clone().set_align(FormatAlign::Center);
        self.cell_of(0, &grid.y_title, &self.look.head.clone())?;
        for (column, label) in (1u16..).zip(&grid.columns) {
            self.cell_of(column, label, &head)?;
        }
        self.row += 1;
        for row in &grid.rows {
            self.cell_of(0, &row.label, &self.look.cell.clone())?;
            for (column, cell) in (1u16..).zip(&row.cells) {
                let Some(weight) = cell.weight.filter(|w| w.is_finite()) else {
                    continue;
                };
                let shade = shade(grid.shades, weight);
                match number(&cell.text) {
                    Some(shown) => {
                        let format = shaded(&self.look.number(shown, None, false), shade);
                        self.sheet.write_number_with_format(
                            self.row,
                            column,
                            shown.value,
                            &format,
                        )?;
                    }
                    None => self.cell_of(column, &cell.text, &shaded(&self.look.cell, shade))?,
                }
            }
            let note = u16::try_from(grid.columns.len() + 1).unwrap_or(u16::MAX);
            self.cell_of(note, &row.note, &self.look.note.clone())?;
            self.row += 1;
        }
        let last = u16::try_from(grid.columns.len()).unwrap_or(u16::MAX);
        let under = self.look.note.clone().set_align(FormatAlign::Right);
        self.cell_of(last, &grid.x_title, &under)?;
        self.row += 2;
        Ok(())
    }

    fn matrix(&mut self, matrix: &Matrix) -> Written {
        let weights = matrix.cells.iter().flatten().map(|c| c.weight);
        let heaviest = weights.fold(0.0, f64::max);
        self.cell_of(0, &matrix.y_title, &self.look.head.clone())?;
        let head = self.look.head_number.clone().set_align(FormatAlign::Center);
        for (column, level) in (1u16..).zip(&matrix.levels) {
            self.cell_of(column, level, &head)?;
        }
        self.row += 1;
        // The best stands at the upper right.
        for (level, cells) in matrix.levels.iter().zip(&matrix.cells).rev() {
            self.cell_of(0, level, &self.look.cell.clone())?;
            for (column, cell) in (1u16..).zip(cells) {
                let lines = [&cell.value, &cell.share, &cell.alert].map(|l| cell_text(l));
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                let text = lines.join("\n");
                let format = shaded(&self.look.cell, shade((0.0, heaviest), cell.weight));
                self.sheet
                    .write_string_with_format(self.row, column, text.trim_end(), &format)?;
            }
            self.sheet.set_row_height_pixels(self.row, THREE_LINES)?;
            self.row += 1;
        }
        let under = self.look.note.clone().set_align(FormatAlign::Right);
        self.cell_of(3, &matrix.x_title, &under)?;
        self.row += 2;
        Ok(())
    }

    fn cell_of(&mut self, column: u16, text: &str, format: &Format) -> Written {
        if !text.is_empty() {
            self.sheet
                .write_string_with_format(self.row, column, cell_text(text), format)?;
        }
        Ok(())
    }
}

/// A format on the ground of its shade.
fn shaded(format: &Format, shade: Shade) -> Format {
    let ink = if shade.is_dark {
        Color::White
    } else {
        super::look::INK
    };
    format
        .clone()
        .set_background_color(Color::RGB(shade.rgb))
        .set_font_color(ink)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_border_color(RULE)
}
