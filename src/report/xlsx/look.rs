//! Colours, letters and number formats of the workbook.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::analysis::Mark;
use crate::report::shown::ShownNumber;
use crate::types::Lang;

pub(super) const INK: Color = Color::RGB(0x001F_2933);
const MUTED: Color = Color::RGB(0x0052_606D);
pub(super) const RULE: Color = Color::RGB(0x00D9_E2EC);
pub(super) const BLUE: Color = Color::RGB(0x000B_6E99);
pub(super) const ORANGE: Color = Color::RGB(0x00D9_822B);
pub(super) const RED: Color = Color::RGB(0x00B2_3A48);
pub(super) const GREY: Color = Color::RGB(0x007B_8794);
/// Series in order.
pub(super) const SERIES: [Color; 6] = [
    BLUE,
    ORANGE,
    Color::RGB(0x003D_8B6D),
    Color::RGB(0x008E_5EA2),
    RED,
    GREY,
];

/// Shape of a mark, which a printer without colour shows too.
pub(super) const fn shape(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "●",
        Mark::Watch => "▲",
        Mark::Bad => "■",
    }
}

/// All formats.
pub(super) struct Look {
    base: Format,
    pub(super) title: Format,
    pub(super) page: Format,
    pub(super) heading: Format,
    pub(super) text: Format,
    pub(super) note: Format,
    pub(super) head: Format,
    pub(super) head_number: Format,
    pub(super) cell: Format,
    pub(super) right: Format,
}

impl Look {
    pub(super) fn new(lang: Lang) -> Self {
        // The faces that every office has; others are replaced by the system.
        let font = match lang {
            Lang::Zh => "Microsoft YaHei",
            Lang::En => "Arial",
        };
        let base = Format::new()
            .set_font_name(font)
            .set_font_size(9)
            .set_font_color(INK);
        let wrapped = base.clone().set_text_wrap().set_align(FormatAlign::Top);
        let cell = wrapped
            .clone()
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(RULE);
        let head = base
            .clone()
            .set_bold()
            .set_align(FormatAlign::Bottom)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(INK);
        Self {
            title: base.clone().set_font_size(15).set_bold(),
            page: base
                .clone()
                .set_font_size(13)
                .set_bold()
                .set_font_color(BLUE),
            heading: base.clone().set_font_size(11).set_bold(),
            note: wrapped.clone().set_font_size(8.5).set_font_color(MUTED),
            text: wrapped,
            head_number: head.clone().set_align(FormatAlign::Right),
            head,
            right: cell.clone().set_align(FormatAlign::Right),
            cell,
            base,
        }
    }

    /// A wrapped text in the colour of its mark where that calls for a look.
    pub(super) fn marked(&self, mark: Option<Mark>) -> Format {
        match mark {
            Some(Mark::Bad) => self.text.clone().set_font_color(RED),
            _ => self.text.clone(),
        }
    }

    /// A number with as many decimals as are shown elsewhere.
    pub(super) fn number(&self, shown: ShownNumber, mark: Option<Mark>, strong: bool) -> Format {
        let format = self
            .base
            .clone()
            .set_align(FormatAlign::Right)
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(RULE)
            .set_num_format(num_format(shown, mark));
        if strong {
            format.set_bold().set_font_size(12)
        } else {
            format
        }
    }
}

/// The number format of Excel for a shown number; its mark stands behind it.
fn num_format(shown: ShownNumber, mark: Option<Mark>) -> String {
    let mut body = "#,##0".to_owned();
    if shown.decimals > 0 {
        body.push('.');
        body.push_str(&"0".repeat(shown.decimals));
    }
    if shown.percent {
        body.push_str(" %");
    }
    let tail = mark.map_or_else(String::new, |m| format!("\" {}\"", shape(m)));
    if shown.signed {
        format!("+{body}{tail};−{body}{tail};{body}{tail}")
    } else {
        format!("{body}{tail};-{body}{tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::shown::number;

    #[test]
    fn formats_show_what_the_page_shows() {
        let of = |text: &str, mark| number(text).map(|n| num_format(n, mark));
        assert_eq!(of("1,234", None).as_deref(), Some("#,##0;-#,##0"));
        assert_eq!(
            of("+5.2 %", None).as_deref(),
            Some("+#,##0.0 %;−#,##0.0 %;#,##0.0 %")
        );
        assert_eq!(
            of("97.1 %", Some(Mark::Watch)).as_deref(),
            Some("#,##0.0 %\" ▲\";-#,##0.0 %\" ▲\"")
        );
    }
}
