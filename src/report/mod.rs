//! Reports: an [`Analysis`] becomes a [`Document`], and a document becomes a file's text. Pure: values in, values out.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::types::Lang;

pub mod block;
pub mod charts;
pub mod font;
mod format;
mod html;
mod pages;
mod words;

pub use block::{Block, Document, Page};
pub use html::render_html;

use words::Words;

/// A page of the monthly report.
struct PageSpec {
    /// Anchor; message `page-<id>` is its title.
    id: &'static str,
    build: fn(&Words<'_>) -> Vec<Block>,
}

/// The pages in the order in which a manager asks.
const PAGES: &[PageSpec] = &[
    PageSpec {
        id: "summary",
        build: pages::summary::build,
    },
    PageSpec {
        id: "revenue",
        build: pages::revenue::build,
    },
    PageSpec {
        id: "base",
        build: pages::base::build,
    },
    PageSpec {
        id: "definitions",
        build: pages::definitions::build,
    },
];

/// Words of the frame around the pages.
const FRAME: &[&str] = &[
    "skip",
    "contents",
    "values",
    "good",
    "watch",
    "bad",
    "generated",
];

/// The monthly report (每月小结).
#[must_use]
pub fn month_report(analysis: &Analysis, lang: Lang) -> Document {
    let words = Words::new(analysis, lang);
    let meta = &analysis.meta;
    let department = if meta.department.is_empty() {
        words.t("department-none")
    } else {
        meta.department.clone()
    };
    let month = format::month_long(lang, meta.month_start);
    let mut about = vec![words.ta("meta-as-of", &[("date", &format::day(meta.as_of))])];
    if !meta.version.is_empty() {
        about.push(words.ta("meta-version", &[("version", &meta.version)]));
    }
    for (key, hash) in [
        ("meta-data", &meta.data_hash),
        ("meta-settings", &meta.settings_hash),
    ] {
        if !hash.is_empty() {
            let short: String = hash.chars().take(8).collect();
            about.push(words.ta(key, &[("hash", &short)]));
        }
    }
    Document {
        lang,
        title: words.ta("title", &[("month", &month)]),
        department,
        meta: about,
        pages: PAGES
            .iter()
            .map(|page| Page {
                id: page.id,
                title: words.t(&format!("page-{}", page.id)),
                blocks: (page.build)(&words),
            })
            .collect(),
        words: FRAME
            .iter()
            .map(|name| (*name, words.t(&format!("frame-{name}"))))
            .collect::<BTreeMap<_, _>>(),
    }
}

#[cfg(test)]
mod tests;
