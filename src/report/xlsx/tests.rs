#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::super::{Document, month_report};
use super::*;
use crate::kpis::sample;
use crate::types::Lang;

fn opened(document: &Document) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(render_xlsx(document).unwrap())).unwrap()
}

fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Data> {
    let range = book.worksheet_range(sheet).unwrap();
    range
        .cells()
        .map(|(_, _, cell)| cell.clone())
        .filter(|c| *c != Data::Empty)
        .collect()
}

#[test]
fn a_sheet_a_page_and_one_for_the_charts_and_the_same_bytes_each_time() {
    for lang in [Lang::Zh, Lang::En] {
        let document = month_report(&sample::analysis(), lang);
        let book = opened(&document);
        assert_eq!(book.sheet_names().len(), document.pages.len() + 1);
        let again = document.clone();
        let two = std::thread::spawn(move || render_xlsx(&again).unwrap());
        assert!(render_xlsx(&document).unwrap() == two.join().unwrap());
    }
}

#[test]
fn figures_are_numbers_as_shown() {
    let document = month_report(&sample::analysis(), Lang::Zh);
    let mut book = opened(&document);
    let Some(Block::Table(table)) = document.pages[0]
        .blocks
        .iter()
        .find(|b| matches!(b, Block::Table(_)))
    else {
        panic!("no table on the first page");
    };
    let shown: Vec<f64> = table
        .rows
        .iter()
        .flat_map(|r| r.iter().zip(&table.columns))
        .filter(|(_, column)| column.number)
        .filter_map(|(cell, _)| number(&cell.text))
        .map(|n| n.value)
        .collect();
    assert!(shown.len() > 50, "{}", shown.len());
    let first = book.sheet_names()[0].clone();
    let there = cells(&mut book, &first);
    for value in shown {
        assert!(
            there
                .iter()
                .any(|c| matches!(c, Data::Float(v) if *v == value)
                    || matches!(c, Data::Int(v) if *v as f64 == value)),
            "{value}"
        );
    }
}

#[test]
fn nothing_becomes_a_formula_and_every_text_arrives() {
    let mut analysis = sample::analysis();
    for text in [
        "=1+1",
        "=HYPERLINK(\"http://x\")",
        "+1+1",
        "@SUM(1)",
        "-1+1",
        sample::HOSTILE,
    ] {
        analysis.meta.department = text.to_owned();
        analysis.advisors[0].advisor = Some(text.to_owned());
        analysis.classes[0].class = text.to_owned();
        let mut book = opened(&month_report(&analysis, Lang::En));
        let mut found = 0;
        for sheet in book.sheet_names() {
            let formulas = book.worksheet_formula(&sheet).unwrap();
            assert!(
                formulas.used_cells().all(|(_, _, f)| f.is_empty()),
                "{sheet}"
            );
            let wanted = clean(text);
            found += cells(&mut book, &sheet)
                .iter()
                .filter(|c| matches!(c, Data::String(s) if s.contains(&wanted)))
                .count();
        }
        assert!(found >= 2, "{text}: {found}");
    }
}

#[test]
fn without_data_there_are_pages_all_the_same() {
    for lang in [Lang::Zh, Lang::En] {
        let document = month_report(&sample::nothing(), lang);
        assert_eq!(
            opened(&document).sheet_names().len(),
            document.pages.len() + 1
        );
    }
}

#[test]
fn headers_of_a_table_are_never_twice_or_empty() {
    let mut table = DataTable::default();
    for label in ["Change", "change", "", "", "x"] {
        table.columns.push(super::super::block::Column {
            label: label.to_owned(),
            number: false,
        });
    }
    assert_eq!(headers(&table), ["Change", "change 2", "–", "– 2", "x"]);
}

#[test]
fn sheet_names_are_ones_that_excel_takes() {
    assert_eq!(sheet_name(1, "[王]:*?/\\'"), "1 王");
    assert!(sheet_name(12, &"🚗".repeat(40)).encode_utf16().count() <= 31);
}

/// A part of the workbook's archive.
fn part(document: &Document, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(render_xlsx(document).unwrap())).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    text
}

#[test]
fn a_heat_map_is_cells_in_the_colours_of_the_drawing_with_numbers_as_numbers() {
    let document = month_report(&sample::analysis(), Lang::En);
    let styles = part(&document, "xl/styles.xml");
    // The darkest and the lightest step, and light ink on the dark.
    for color in ["FF0B4F6C", "FFFFFFFF"] {
        assert!(styles.contains(&format!("rgb=\"{color}\"")), "{color}");
    }
    let figures: Vec<_> = document
        .pages
        .iter()
        .zip(1..)
        .flat_map(|(page, sheet)| page.blocks.iter().map(move |block| (sheet, block)))
        .filter_map(|(sheet, block)| match block {
            Block::Charts { figures } => Some((sheet, figures)),
            _ => None,
        })
        .flat_map(|(sheet, figures)| figures.iter().map(move |f| (sheet, f)))
        .collect();
    let mut book = opened(&document);
    let mut maps = 0;
    for (sheet, figure) in figures {
        let Some(crate::report::block::Chart::Grid(grid)) = &figure.chart else {
            continue;
        };
        maps += 1;
        let name = book.sheet_names()[sheet - 1].clone();
        let range = book.worksheet_range(&name).unwrap();
        let label = &grid.rows[0].label;
        let row = range
            .rows()
            .find(|r| r[0].to_string() == *label && r.len() > grid.columns.len())
            .unwrap();
        for (cell, there) in grid.rows[0].cells.iter().zip(&row[1..]) {
            if let Some(shown) = number(&cell.text) {
                assert_eq!(there.to_string().parse(), Ok(shown.value), "{}", figure.id);
            }
        }
    }
    assert!(maps > 0);
}
