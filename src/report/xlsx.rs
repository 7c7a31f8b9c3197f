//! A document as a workbook: a sheet a page, tables as native tables with numbers as numbers, charts as native charts
//! over cells of the last sheet. Nothing from the data becomes a formula. The same document gives the same bytes.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Image, ObjectMovement, Sparkline, Table, TableColumn, TableStyle,
    Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::block::{Block, Card, DataTable, Document, Figure, Page};
use super::logo::LogoKind;
use super::shown::{clean, number};
use crate::analysis::Mark;
use crate::i18n;
use crate::types::{Error, Result};

mod heat;
mod look;
mod native;

use look::Look;
use native::ChartData;

type Written<T = ()> = std::result::Result<T, XlsxError>;

/// Columns that a page has at least.
const COLUMNS: u16 = 11;
/// Narrowest and widest column, px.
const NARROW: u32 = 76;
const WIDE: u32 = 400;
/// Width of one half-width character, px, generously.
const CHAR: usize = 7;
/// Height of one line, px.
const LINE: u32 = 18;
/// Most characters that a cell holds.
const CELL: usize = 32_767;
/// First column of a card's lines.
const LINES: u16 = 5;

/// The document as a workbook.
///
/// # Errors
/// When a page has more rows than a sheet, or the logo cannot be read.
pub fn render_xlsx(document: &Document) -> Result<Vec<u8>> {
    write(document).map_err(|e| match e {
        XlsxError::UnknownImageType | XlsxError::ImageDimensionError => {
            Error::usage("logo-unknown").because(e)
        }
        other => Error::internal(other),
    })
}

fn write(document: &Document) -> Written<Vec<u8>> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&document.as_of.to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(clean(&document.title))
            .set_company(clean(&document.department))
            .set_creation_datetime(&created),
    );
    let look = Look::new(document.lang);
    let mut data = ChartData::new(i18n::text(document.lang, "report-sheet-data", &[]));
    for (i, page) in document.pages.iter().enumerate() {
        let mut place = Place {
            sheet: book.add_worksheet(),
            widths: widths(page),
            row: 0,
            look: &look,
            document,
            data: &mut data,
        };
        place.sheet.set_name(sheet_name(i + 1, &page.title))?;
        place.frame()?;
        place.head(page, i == 0)?;
        for block in &page.blocks {
            place.block(block)?;
        }
    }
    data.write(book.add_worksheet(), &look)?;
    book.save_to_buffer()
}

/// A name that Excel takes, unlike all others by its number.
fn sheet_name(n: usize, title: &str) -> String {
    let plain: String = clean(title)
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .collect();
    let mut name = format!("{n} {plain}");
    while name.encode_utf16().count() > 31 {
        name.pop();
    }
    name.trim_end().to_owned()
}

/// Width of each column in px, by what its tables hold.
fn widths(page: &Page) -> Vec<u32> {
    let tables = page.blocks.iter().flat_map(|block| match block {
        Block::Table(table) => vec![table],
        Block::Charts { figures } => figures.iter().map(|f| &f.table).collect(),
        _ => Vec::new(),
    });
    let mut widths = vec![NARROW; usize::from(COLUMNS)];
    widths[0] = NARROW * 3 / 2;
    for table in tables {
        if widths.len() < table.columns.len() {
            widths.resize(table.columns.len(), NARROW);
        }
        for (i, column) in table.columns.iter().enumerate() {
            // The sign of the filter stands beside a header.
            let cells = table.rows.iter().filter_map(|r| r.get(i));
            let longest = cells
                .map(|c| c.text.width())
                .chain([column.label.width() + 3])
                .max()
                .unwrap_or(0);
            let wanted = u32::try_from(longest * CHAR + 12).unwrap_or(WIDE).min(WIDE);
            widths[i] = widths[i].max(wanted);
        }
    }
    widths
}

/// A text that a cell takes.
fn cell_text(text: &str) -> String {
    clean(text).chars().take(CELL).collect()
}

/// Headers, none twice and none empty: native tables need that.
fn headers(table: &DataTable) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for column in &table.columns {
        let label: String = cell_text(&column.label).chars().take(200).collect();
        let label = if label.trim().is_empty() {
            "–".to_owned()
        } else {
            label
        };
        let free = (1..)
            .map(|n| {
                if n == 1 {
                    label.clone()
                } else {
                    format!("{label} {n}")
                }
            })
            .find(|l| !taken.iter().any(|t| t.to_lowercase() == l.to_lowercase()));
        taken.push(free.unwrap_or_default());
    }
    taken
}

/// Where the next block goes.
struct Place<'a> {
    sheet: &'a mut Worksheet,
    widths: Vec<u32>,
    row: u32,
    look: &'a Look,
    document: &'a Document,
    data: &'a mut ChartData,
}

impl Place<'_> {
    fn last_column(&self) -> u16 {
        u16::try_from(self.widths.len() - 1).unwrap_or(COLUMNS - 1)
    }

    /// Paper, widths, footer.
    fn frame(&mut self) -> Written {
        for (i, width) in (0u16..).zip(&self.widths) {
            self.sheet.set_column_width_pixels(i, *width)?;
        }
        let wide = self.widths.iter().sum::<u32>() > 1100;
        if wide {
            self.sheet.set_landscape();
        }
        self.sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
        self.sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.25, 0.25);
        self.sheet.set_screen_gridlines(false);
        let title: String = clean(&self.document.title).chars().take(80).collect();
        self.sheet
            .set_footer(format!("&L&8{}&R&8&P / &N", title.replace('&', "&&")));
        Ok(())
    }

    fn head(&mut self, page: &Page, first: bool) -> Written {
        let document = self.document;
        if let Some(logo) = document.logo.as_ref().filter(|_| first)
            && logo.kind() == LogoKind::Png
        {
            let mut image = Image::new_from_buffer(logo.bytes())?;
            let scale = 44.0 / image.height().max(1.0);
            image = image
                .set_scale_height(scale)
                .set_scale_width(scale)
                .set_alt_text(
                    clean(&document.department)
                        .chars()
                        .take(255)
                        .collect::<String>(),
                )
                .set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
            self.sheet.set_row_height_pixels(self.row, 52)?;
            self.sheet
                .insert_image_with_offset(self.row, 0, &image, 4, 4)?;
            self.row += 1;
        }
        if first {
            let about = format!("{} · {}", document.department, document.meta.join(" · "));
            self.line(&document.title, &self.look.title.clone(), 26)?;
            self.line(&about, &self.look.note.clone(), LINE)?;
            self.row += 1;
        }
        self.line(&page.title, &self.look.page.clone(), 24)?;
        self.row += 1;
        Ok(())
    }

    /// One line that may run over the columns to its right.
    fn line(&mut self, text: &str, format: &rust_xlsxwriter::Format, height: u32) -> Written {
        self.sheet
            .write_string_with_format(self.row, 0, cell_text(text), format)?;
        self.sheet.set_row_height_pixels(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    /// A text that wraps over the whole width.
    fn wrapped(&mut self, text: &str, format: &rust_xlsxwriter::Format) -> Written {
        let text = cell_text(text);
        let width: u32 = self.widths.iter().sum();
        let height = height(&[(text.as_str(), width)]);
        let last = self.last_column();
        self.sheet
            .merge_range(self.row, 0, self.row, last, &text, format)?;
        self.sheet.set_row_height_pixels(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Written {
        let look = self.look;
        match block {
            Block::Heading { text } => {
                self.row += 1;
                self.line(text, &look.heading, 22)
            }
            Block::Text { text } => self.wrapped(text, &look.text),
            Block::Note { text } => self.wrapped(text, &look.note),
            Block::List { items } => {
                for (i, item) in items.iter().enumerate() {
                    let mark = item.mark.map_or("", look::shape);
                    let gap = if mark.is_empty() { "" } else { " " };
                    let text = format!("{}. {mark}{gap}{}", i + 1, item.text);
                    self.wrapped(&text, &look.marked(item.mark))?;
                }
                Ok(())
            }
            Block::Kpis { cards } => self.cards(cards),
            Block::Table(table) => self.table(table),
            Block::Charts { figures } => {
                for figure in figures {
                    self.figure(figure)?;
                }
                Ok(())
            }
        }
    }

    /// A row a card: what, how much, its trend, what it is held against.
    fn cards(&mut self, cards: &[Card]) -> Written {
        let last = self.last_column();
        for card in cards {
            let row = self.row;
            self.sheet
                .write_string_with_format(row, 0, cell_text(&card.label), &self.look.cell)?;
            self.value(row, 1, &card.value, card.mark, Figures::Strong)?;
            self.sheet
                .write_string_with_format(row, 2, cell_text(&card.unit), &self.look.cell)?;
            self.sheet
                .write_string_with_format(row, 3, cell_text(&card.note), &self.look.cell)?;
            self.sheet.write_blank(row, 4, &self.look.cell)?;
            if card.trend.iter().flatten().count() > 1 {
                let range = self.data.row(&card.label, &card.trend);
                self.sheet.add_sparkline(
                    row,
                    4,
                    &Sparkline::new()
                        .set_range(&range)
                        .set_sparkline_color(look::BLUE)
                        .show_last_point(true),
                )?;
            }
            let lines = cell_text(&card.lines.join(" · "));
            let width = self.widths[usize::from(LINES)..].iter().sum();
            self.sheet
                .merge_range(row, LINES, row, last, &lines, &self.look.cell)?;
            let height = height(&[(&lines, width), (&card.note, self.widths[3])]).max(28);
            self.sheet.set_row_height_pixels(row, height)?;
            self.row += 1;
        }
        Ok(())
    }

    fn table(&mut self, table: &DataTable) -> Written {
        let look = self.look;
        self.line(&table.caption, &look.note, LINE)?;
        if table.rows.is_empty() || table.columns.is_empty() {
            self.line(&table.empty, &look.text, LINE)?;
            self.row += 1;
            return Ok(());
        }
        let header = self.row;
        let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
        let columns: Vec<TableColumn> = headers(table)
            .into_iter()
            .zip(&table.columns)
            .map(|(label, column)| {
                let format = if column.number {
                    &look.head_number
                } else {
                    &look.head
                };
                TableColumn::new()
                    .set_header(label)
                    .set_header_format(format)
            })
            .collect();
        let last = u16::try_from(columns.len() - 1).unwrap_or(u16::MAX);
        let native = Table::new()
            .set_columns(&columns)
            .set_style(TableStyle::None)
            .set_banded_rows(false);
        self.sheet
            .add_table(header, 0, header + rows, last, &native)?;
        self.row += 1;
        for row in &table.rows {
            let mut texts = Vec::new();
            for (i, (cell, column)) in (0u16..).zip(row.iter().zip(&table.columns)) {
                if column.number {
                    self.value(self.row, i, &cell.text, cell.mark, Figures::Plain)?;
                } else {
                    let mark = cell
                        .mark
                        .map_or_else(String::new, |m| format!(" {}", look::shape(m)));
                    let text = cell_text(&format!("{}{mark}", cell.text));
                    self.sheet
                        .write_string_with_format(self.row, i, text, &look.cell)?;
                    texts.push((cell.text.as_str(), self.widths[usize::from(i)]));
                }
            }
            self.sheet.set_row_height_pixels(self.row, height(&texts))?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    /// A number as a number with its mark behind it, anything else as text at the right.
    fn value(
        &mut self,
        row: u32,
        column: u16,
        text: &str,
        mark: Option<Mark>,
        kind: Figures,
    ) -> Written {
        match number(text) {
            Some(shown) => {
                let format = self.look.number(shown, mark, kind == Figures::Strong);
                self.sheet
                    .write_number_with_format(row, column, shown.value, &format)?;
            }
            None => {
                let mark = mark.map_or_else(String::new, |m| format!(" {}", look::shape(m)));
                let text = cell_text(&format!("{text}{mark}"));
                self.sheet
                    .write_string_with_format(row, column, text, &self.look.right)?;
            }
        }
        Ok(())
    }

    /// The finding, native charts where Excel has that kind, and the exact values.
    fn figure(&mut self, figure: &Figure) -> Written {
        let look = self.look;
        self.row += 1;
        self.line(&figure.title, &look.heading, 22)?;
        let Some(chart) = &figure.chart else {
            return self.wrapped(&figure.missing, &look.text);
        };
        self.line(&figure.subtitle, &look.note, LINE)?;
        self.heat(chart)?;
        for mut chart in native::charts(chart, self.document.writing(), self.data) {
            let about: String = clean(&format!("{}; {}", figure.title, figure.subtitle))
                .chars()
                .take(255)
                .collect();
            chart
                .set_width(760)
                .set_height(native::HEIGHT)
                .set_alt_text(about);
            self.sheet
                .insert_chart_with_offset(self.row, 0, &chart, 2, 2)?;
            for _ in 0..native::HEIGHT.div_ceil(20) + 1 {
                self.sheet.set_row_height_pixels(self.row, 20)?;
                self.row += 1;
            }
        }
        self.wrapped(&figure.note, &look.note)?;
        self.table(&figure.table)
    }
}

/// How a figure stands among others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figures {
    Plain,
    Strong,
}

/// Height of a row in which these texts wrap in columns of these widths, px; Excel's limit is 546.
fn height(texts: &[(&str, u32)]) -> u32 {
    let lines = texts
        .iter()
        .map(|(text, width)| {
            let per_line = (*width as usize).saturating_sub(10) / CHAR;
            text.width().div_ceil(per_line.max(1)).max(1)
        })
        .max()
        .unwrap_or(1);
    (u32::try_from(lines).unwrap_or(30).min(30) * (LINE - 3) + 4).min(540)
}

#[cfg(test)]
mod tests;
