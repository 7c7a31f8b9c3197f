//! A document as PDF, set by typst. The template is ours and fixed; the document reaches it as a data file, so that a
//! text is never more than a text. Fonts are given by hand, nothing is looked up on the machine or fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::block::{Block, Document};
use super::drawings::drawings;
use super::font;
use super::shown::clean;
use crate::i18n::{self, is_invisible};
use crate::types::{Error, Lang, Result};

mod paper;

pub use paper::render_paper;

const TEMPLATE: &str = include_str!("pdf/template.typ");
const MAIN: &str = "main.typ";
const DATA: &str = "document.json";
const LOGO: &str = "logo";

/// Charts are drawn narrower than on the screen, so that their letters stay legible on paper.
const CHART_WIDTH: f64 = 0.84;
/// Stands for a character that no font has.
const BOX: char = '□';
/// A word without a place to break gets one after so many characters.
const LONGEST_WORD: usize = 24;

/// The document as the template reads it.
#[derive(Serialize)]
struct View<'a> {
    tongue: &'static str,
    region: &'static str,
    department: &'a str,
    title: &'a str,
    meta: &'a [String],
    words: &'a BTreeMap<&'static str, String>,
    logo: bool,
    remarks: Vec<String>,
    pages: Vec<PageView<'a>>,
}

#[derive(Serialize)]
struct PageView<'a> {
    id: &'a str,
    title: &'a str,
    blocks: &'a [Block],
    /// One list a block, one drawing a card or figure.
    drawings: Vec<Vec<String>>,
}

/// The document as PDF. `font` is the content of a font file for characters that the built-in one lacks.
///
/// # Errors
/// When the font file is none, the logo cannot be drawn, or a chart cannot be drawn.
pub fn render_pdf(document: &Document, font: Option<&[u8]>) -> Result<Vec<u8>> {
    let fonts = fonts(font)?;
    let data = data(document, &fonts)?;
    let logo = document
        .logo
        .as_ref()
        .map(|logo| Bytes::new(logo.bytes().to_vec()));
    let named = format!("{} {}", document.department, document.title);
    let sheet = Sheet::new(TEMPLATE, data, fonts, logo, document.as_of)?;
    typeset(&sheet, named).map_err(|message| refused(document, message))
}

/// Sets what the sheet holds; the name and the day go into the file's properties.
///
/// # Errors
/// What the typesetter refuses, in its words.
fn typeset(sheet: &Sheet, named: String) -> std::result::Result<Vec<u8>, String> {
    let first = |message: Option<&str>| message.unwrap_or_default().to_owned();
    let pages = typst::compile::<PagedDocument>(sheet)
        .output
        .map_err(|e| first(e.first().map(|e| e.message.as_str())))?;
    let day = day(sheet.as_of).ok_or_else(|| format!("no date for a file: {}", sheet.as_of))?;
    let options = PdfOptions {
        // The same document is the same file, whenever and wherever it is made.
        ident: Smart::Custom(named),
        creator: Smart::Custom(Some(format!("retain {}", env!("CARGO_PKG_VERSION")))),
        timestamp: Some(Timestamp::new_utc(day)),
        standards: PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| e.message().to_string())?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&pages, &options).map_err(|e| first(e.first().map(|e| e.message.as_str())))
}

/// What a refusal means: the template is ours, so that with a logo it is the logo.
fn refused(document: &Document, message: String) -> Error {
    if document.logo.is_some() && (message.contains("image") || message.contains("SVG")) {
        return Error::usage("logo-unknown").because(message);
    }
    Error::internal(message)
}

/// The built-in fonts, and the one that was given.
fn fonts(given: Option<&[u8]>) -> Result<Vec<Font>> {
    static BUILT_IN: OnceLock<Vec<Font>> = OnceLock::new();
    let mut fonts = BUILT_IN
        .get_or_init(|| {
            [font::REGULAR, font::BOLD]
                .into_iter()
                .flat_map(|bytes| Font::iter(Bytes::new(bytes)))
                .collect()
        })
        .clone();
    if let Some(bytes) = given {
        let before = fonts.len();
        fonts.extend(Font::iter(Bytes::new(bytes.to_vec())));
        if fonts.len() == before {
            return Err(Error::usage("font-unreadable"));
        }
    }
    Ok(fonts)
}

/// The data file: every text cleaned, with boxes for what no font has and a remark that says so.
fn data(document: &Document, fonts: &[Font]) -> Result<Vec<u8>> {
    let (tongue, region) = tongue(document.lang);
    let pages = document
        .pages
        .iter()
        .map(|page| {
            let drawings = page
                .blocks
                .iter()
                .enumerate()
                .map(|(i, block)| {
                    let place = format!("{}-{i}", page.id);
                    drawings(document.writing(), &place, block, CHART_WIDTH)
                })
                .collect::<Result<_>>()?;
            Ok(PageView {
                id: page.id,
                title: &page.title,
                blocks: &page.blocks,
                drawings,
            })
        })
        .collect::<Result<_>>()?;
    let view = View {
        tongue,
        region,
        department: &document.department,
        title: &document.title,
        meta: &document.meta,
        words: &document.words,
        logo: document.logo.is_some(),
        remarks: Vec::new(),
        pages,
    };
    shown(&view, document.lang, fonts)
}

/// A view as the data file of a template: every text cleaned, and a remark where a font lacks characters.
fn shown(view: &impl Serialize, lang: Lang, fonts: &[Font]) -> Result<Vec<u8>> {
    let mut value = serde_json::to_value(view).map_err(Error::internal)?;
    let mut lacking = BTreeSet::new();
    rewrite(&mut value, &mut |text| {
        let drawing = text.starts_with("<svg ");
        let text = boxed(text, fonts, &mut lacking);
        if drawing {
            text
        } else {
            breakable(&clean(&text))
        }
    });
    if !lacking.is_empty() {
        value["remarks"] = serde_json::json!([remark(lang, &lacking)]);
    }
    serde_json::to_vec(&value).map_err(Error::internal)
}

/// What a template is told of a language: its tag, and the region whose forms of letters are meant.
fn tongue(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::Zh => ("zh", "CN"),
        Lang::En => ("en", "GB"),
    }
}

/// Characters named in the remark.
const NAMED: usize = 40;

/// Which characters were replaced, and what to do about it.
fn remark(lang: Lang, lacking: &BTreeSet<char>) -> String {
    let mut codes: Vec<String> = lacking
        .iter()
        .take(NAMED)
        .map(|c| format!("U+{:04X}", u32::from(*c)))
        .collect();
    if lacking.len() > NAMED {
        codes.push("…".to_owned());
    }
    let codes = codes.join(" ");
    let n = lacking.len().to_string();
    i18n::text(lang, "report-lacking", &[("n", &n), ("codes", &codes)])
}

/// Puts every text of a value through `change`; names of fields stay.
fn rewrite(value: &mut serde_json::Value, change: &mut impl FnMut(&str) -> String) {
    match value {
        serde_json::Value::String(text) => *text = change(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| rewrite(v, change)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|v| rewrite(v, change)),
        _ => {}
    }
}

/// The text with a box for each character that no font has.
fn boxed(text: &str, fonts: &[Font], lacking: &mut BTreeSet<char>) -> String {
    text.chars()
        .filter_map(|c| {
            let known = c.is_ascii()
                || c.is_whitespace()
                || is_invisible(c)
                || fonts
                    .iter()
                    .any(|f| f.info().coverage.contains(u32::from(c)));
            if known {
                Some(c)
            } else if is_joiner(c) {
                None
            } else {
                lacking.insert(c);
                Some(BOX)
            }
        })
        .collect()
}

/// Marks that only join or vary their neighbours, and have no picture of their own.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// The text with places to break in words that are longer than a column.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars() {
        // Between characters beyond Latin a line breaks anyway.
        run = if c.is_whitespace() || c >= '\u{2e80}' {
            0
        } else {
            run + 1
        };
        if run > LONGEST_WORD {
            out.push('\u{200b}');
            run = 1;
        }
        out.push(c);
    }
    out
}

fn file(name: &str) -> Result<FileId> {
    let path = VirtualPath::new(name).map_err(|e| Error::internal(format!("{e:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

fn day(date: NaiveDate) -> Option<Datetime> {
    let part = |n: u32| u8::try_from(n).ok();
    Datetime::from_ymd_hms(date.year(), part(date.month())?, part(date.day())?, 0, 0, 0)
}

/// All that typesetting can see.
struct Sheet {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: Bytes,
    logo: Option<Bytes>,
    as_of: NaiveDate,
}

impl Sheet {
    fn new(
        template: &str,
        data: Vec<u8>,
        fonts: Vec<Font>,
        logo: Option<Bytes>,
        as_of: NaiveDate,
    ) -> Result<Self> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(file(MAIN)?, template.to_owned()),
            data: Bytes::new(data),
            logo,
            as_of,
        })
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.get().vpath().get_without_slash() {
            DATA => Ok(self.data.clone()),
            LOGO => self.logo.clone().ok_or(FileError::AccessDenied),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        day(self.as_of)
    }
}

#[cfg(test)]
mod tests;
