//! Colours, letters and measures of the workbook: one quiet look, shades that survive a grey printer.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use unicode_width::UnicodeWidthStr;

use crate::follow_up::Band;
use crate::types::Lang;

const INK: Color = Color::RGB(0x001F_2933);
const MUTED: Color = Color::RGB(0x0052_606D);
const RULE: Color = Color::RGB(0x00D9_E2EC);
const HEAD: Color = Color::RGB(0x00EE_F2F6);
const HEAD_FILL: Color = Color::RGB(0x00F6_E3A1);
const FILL: Color = Color::RGB(0x00FF_F9DB);
/// Points; 12 px on screen.
const SIZE: f64 = 9.0;
/// Height of one line of text at that size, px.
const LINE_PX: u32 = 16;
/// Width of one half-width character at that size, px, generously.
const CHAR_PX: usize = 6;

/// All formats.
pub(super) struct Look {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) plain: Format,
    pub(super) note: Format,
    pub(super) head: Format,
    /// Beside a column of figures.
    pub(super) head_beside: Format,
    pub(super) head_number: Format,
    pub(super) head_fill: Format,
    /// Head of the columns to be looked up.
    pub(super) head_more: Format,
    pub(super) figure: Format,
    pub(super) share: Format,
    pub(super) date: Format,
    pub(super) text: Format,
    pub(super) strong: Format,
    /// A text on the first sheet, where rows have one line.
    pub(super) entry: Format,
    /// A text beside a column of figures.
    pub(super) beside: Format,
    pub(super) name: Format,
    pub(super) center: Format,
    pub(super) number: Format,
    pub(super) day: Format,
    pub(super) day_now: Format,
    pub(super) total_text: Format,
    pub(super) total_number: Format,
    pub(super) fill_text: Format,
    pub(super) fill_date: Format,
    bands: Vec<Format>,
}

impl Look {
    pub(super) fn new(lang: Lang) -> Self {
        // The faces that every office has; others are replaced by the system.
        let font = match lang {
            Lang::Zh => "Microsoft YaHei",
            Lang::En => "Arial",
        };
        let base = || {
            Format::new()
                .set_font_name(font)
                .set_font_size(SIZE)
                .set_font_color(INK)
        };
        let cell = || {
            base()
                .set_border(FormatBorder::Thin)
                .set_border_color(RULE)
                .set_align(FormatAlign::Top)
                .set_text_wrap()
        };
        let head = || {
            cell()
                .set_bold()
                .set_background_color(HEAD)
                .set_align(FormatAlign::VerticalCenter)
        };
        let fill = || cell().set_background_color(FILL).set_unlocked();
        // A dash for nothing keeps the figures in sight.
        let figures = "#,##0;-#,##0;\"–\"";
        let number = || {
            cell()
                .set_num_format(figures)
                .set_align(FormatAlign::Right)
                .set_align(FormatAlign::VerticalCenter)
        };
        let day = || {
            cell()
                .set_num_format("mm-dd")
                .set_align(FormatAlign::Center)
        };
        let total = || {
            cell()
                .set_bold()
                .set_border_top(FormatBorder::Medium)
                .set_align(FormatAlign::VerticalCenter)
        };
        let band = |shade: u32, ink: Color| {
            cell()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(shade))
                .set_font_color(ink)
        };
        Self {
            title: base().set_font_size(15).set_bold(),
            heading: base().set_font_size(11).set_bold(),
            plain: base(),
            note: base().set_font_color(MUTED),
            head: head(),
            head_beside: head().set_indent(1),
            head_number: head().set_align(FormatAlign::Right),
            head_fill: head().set_background_color(HEAD_FILL),
            head_more: head().set_font_color(MUTED),
            figure: cell().set_num_format("#,##0").set_align(FormatAlign::Right),
            share: cell().set_num_format("0.00").set_align(FormatAlign::Right),
            date: cell()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            text: cell(),
            strong: cell().set_bold(),
            entry: cell().set_align(FormatAlign::VerticalCenter),
            beside: cell().set_align(FormatAlign::VerticalCenter).set_indent(1),
            name: cell().set_bold().set_align(FormatAlign::VerticalCenter),
            center: cell().set_align(FormatAlign::Center),
            number: number(),
            day: day(),
            day_now: day().set_bold(),
            total_text: total(),
            total_number: total()
                .set_num_format(figures)
                .set_align(FormatAlign::Right),
            fill_text: fill(),
            fill_date: fill().set_num_format("yyyy-mm-dd"),
            // Darker is more urgent; the word is in the cell.
            bands: Band::ALL
                .iter()
                .map(|b| match b {
                    Band::Escalation => band(0x001F_2933, Color::White),
                    Band::LoyalSlipping => band(0x000B_4F6C, Color::White),
                    Band::Warning => band(0x003F_7A94, Color::White),
                    Band::AtRisk => band(0x008F_B6C8, INK),
                    Band::Care => band(0x00B4_CFDB, INK),
                    Band::Due => band(0x00D3_E3EA, INK),
                    Band::Offer => band(0x00EA_F2F5, INK),
                    Band::Lost | Band::File => band(0x00FF_FFFF, MUTED),
                })
                .collect(),
        }
    }

    pub(super) fn band(&self, band: Band) -> &Format {
        self.bands.get(band as usize).unwrap_or(&self.text)
    }
}

/// Lines that a text takes in a column of that many pixels.
pub(super) fn lines(text: &str, width_px: u16) -> u32 {
    let per_line = (usize::from(width_px).saturating_sub(8) / CHAR_PX).max(1);
    let count: usize = text
        .split('\n')
        .map(|line| line.width().div_ceil(per_line).max(1))
        .sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Height of a row of that many lines, px; Excel's limit is 546.
pub(super) fn height_px(lines: u32) -> u32 {
    (lines.min(30) * LINE_PX + 6).min(540)
}
