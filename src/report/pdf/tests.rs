#![allow(clippy::unwrap_used)]

use super::super::block::{Cell, Column, DataTable, Page};
use super::super::{Logo, month_report, year_report};
use super::*;
use crate::kpis::{sample, sample_year};

/// What typst would run or fetch if a text were read as markup.
const MARKUP: &str = "#panic(\"ran\") $x^2$ *b* _i_ `r` @label <label> = h - l + e / t \\u{41} #image(\"/etc/passwd\") [c] \"q\" ${}";

fn with_text(text: &str) -> Document {
    let mut document = month_report(&sample::analysis(), Lang::Zh);
    document.department = text.to_owned();
    document.title = text.to_owned();
    document.meta = vec![text.to_owned()];
    document.pages = vec![Page {
        id: "only",
        title: text.to_owned(),
        blocks: vec![
            Block::Heading {
                text: text.to_owned(),
            },
            Block::Text {
                text: text.to_owned(),
            },
            Block::Note {
                text: text.to_owned(),
            },
            Block::Table(DataTable {
                caption: text.to_owned(),
                columns: vec![Column {
                    label: text.to_owned(),
                    number: false,
                }],
                rows: vec![vec![Cell::from(text)]],
                empty: String::new(),
            }),
        ],
    }];
    document
}

/// The data file as the template reads it.
fn read(document: &Document) -> serde_json::Value {
    serde_json::from_slice(&data(document, &fonts(None).unwrap()).unwrap()).unwrap()
}

#[test]
fn a_report_is_a_pdf_and_the_same_bytes_each_time() {
    for document in [
        month_report(&sample::analysis(), Lang::Zh),
        month_report(&sample::analysis(), Lang::En),
        year_report(&sample_year::year_analysis(), Lang::Zh),
        year_report(&sample_year::year_analysis(), Lang::En),
    ] {
        let one = render_pdf(&document, None).unwrap();
        assert!(one.starts_with(b"%PDF-1.7") && one.len() > 50_000);
        let two = std::thread::spawn(move || render_pdf(&document, None).unwrap());
        assert!(one == two.join().unwrap());
    }
}

#[test]
fn a_report_without_data_has_pages_all_the_same() {
    let document = month_report(&sample::nothing(), Lang::En);
    assert!(render_pdf(&document, None).unwrap().len() > 10_000);
}

#[test]
fn texts_are_shown_and_never_run() {
    for text in [
        MARKUP,
        sample::HOSTILE,
        "",
        "\u{0}",
        "长".repeat(500).as_str(),
        "x".repeat(500).as_str(),
    ] {
        assert!(!render_pdf(&with_text(text), None).unwrap().is_empty());
    }
    assert_eq!(
        read(&with_text(MARKUP))["pages"][0]["blocks"][0]["text"],
        breakable(MARKUP)
    );
}

#[test]
fn a_character_that_no_font_has_is_a_box_and_a_remark() {
    let data = read(&with_text("䶮先生🚗👨\u{200d}👩"));
    assert_eq!(data["department"], "□先生□□□");
    let remark = data["remarks"][0].as_str().unwrap();
    for code in ["U+4DAE", "U+1F697", "report.font_path"] {
        assert!(remark.contains(code), "{remark}");
    }
    assert_eq!(read(&with_text("龙先生"))["remarks"], serde_json::json!([]));
    let mut document = month_report(&sample::analysis(), Lang::Zh);
    if let Some(Block::Kpis { cards }) = document.pages[0].blocks.first_mut() {
        cards[0].trend_text = "䶮".to_owned();
    }
    assert_eq!(read(&document)["remarks"].as_array().unwrap().len(), 1);
}

#[test]
fn a_font_that_is_none_is_refused() {
    let document = with_text("x");
    assert_eq!(
        render_pdf(&document, Some(b"no font")).unwrap_err().key,
        "font-unreadable"
    );
    assert!(render_pdf(&document, Some(font::REGULAR)).is_ok());
}

#[test]
fn a_logo_is_drawn_or_refused_and_asks_for_nothing() {
    let mut document = with_text("x");
    let svg = |inner: &str| {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"40\" height=\"10\">{inner}</svg>"
        );
        Some(Logo::new(svg.into_bytes()).unwrap())
    };
    document.logo = svg("<rect width=\"40\" height=\"10\" fill=\"#0B6E99\"/>");
    assert!(render_pdf(&document, None).is_ok());
    document.logo = svg("<script>alert(1)</script><rect width=\"40\" height=\"10\"/>");
    assert!(render_pdf(&document, None).is_ok());
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR....IEND....";
    document.logo = Some(Logo::new(png.to_vec()).unwrap());
    assert_eq!(render_pdf(&document, None).unwrap_err().key, "logo-unknown");
}

#[test]
fn long_words_get_places_to_break() {
    assert_eq!(breakable("a b"), "a b");
    let long = breakable(&"x".repeat(50));
    assert_eq!(long.matches('\u{200b}').count(), 2);
    assert_eq!(breakable(&"长".repeat(50)), "长".repeat(50));
}

#[test]
fn printed_sheets_take_any_text_as_text_and_are_the_same_file_each_time() {
    use crate::follow_up::paper::{Paper, PaperColumn, PaperSheet, PaperTable, Part, Turn};
    let hostile = [
        "#panic(1) $x$ *b* _i_ `c` @label <label> \\ // /* ",
        "",
        "𠮷野家 🚗 \u{202e}evil",
        "A".repeat(300).as_str(),
    ]
    .map(str::to_owned);
    let paper = |turn| Paper {
        lang: Lang::Zh,
        title: hostile[0].clone(),
        department: String::new(),
        day: chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
        turn,
        sheets: (0..2)
            .map(|_| PaperSheet {
                title: String::new(),
                lines: hostile.to_vec(),
                parts: vec![
                    Part::Facts(hostile.iter().map(|t| (t.clone(), t.clone())).collect()),
                    Part::Note(hostile[2].clone()),
                    Part::Table(PaperTable {
                        title: "表".to_owned(),
                        columns: vec![
                            PaperColumn::words("甲".to_owned(), 2.0),
                            PaperColumn::figures("乙".to_owned(), 1.0),
                        ],
                        rows: (0..80)
                            .map(|i| vec![format!("一\n{}", hostile[i % 4]), i.to_string()])
                            .collect(),
                        empty: String::new(),
                    }),
                    Part::Table(PaperTable {
                        empty: "无".to_owned(),
                        ..PaperTable::default()
                    }),
                ],
            })
            .collect(),
    };
    for turn in [Turn::Portrait, Turn::Landscape] {
        let bytes = render_paper(&paper(turn), None).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(bytes, render_paper(&paper(turn), None).unwrap());
    }
}
