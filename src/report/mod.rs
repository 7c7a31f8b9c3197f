//! Reports: an [`Analysis`] becomes a [`Document`], and a document becomes a file's text. Pure: values in, values out.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::types::Lang;

pub mod block;
mod changes;
pub mod charts;
mod drawings;
pub mod font;
mod format;
mod html;
mod logo;
mod pages;
#[cfg(feature = "pdf")]
mod pdf;
mod shown;
mod words;
mod xlsx;

pub use block::{Block, Document, Page};
pub use changes::{causes, changes_page, changes_title, moved};
pub use html::render_html;
pub use logo::Logo;
#[cfg(feature = "pdf")]
pub use pdf::{render_paper, render_pdf};
pub use xlsx::render_xlsx;

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
        id: "service",
        build: pages::service::build,
    },
    PageSpec {
        id: "discipline",
        build: pages::discipline::build,
    },
    PageSpec {
        id: "lost",
        build: pages::lost::build,
    },
    PageSpec {
        id: "quality",
        build: pages::quality::build,
    },
    PageSpec {
        id: "definitions",
        build: pages::definitions::build,
    },
];

/// Those of the yearly report.
const YEAR_PAGES: &[PageSpec] = &[
    PageSpec {
        id: "year-plan",
        build: pages::year::plan::build,
    },
    PageSpec {
        id: "year-months",
        build: pages::year::money::months,
    },
    PageSpec {
        id: "year-revenue",
        build: pages::year::money::revenue,
    },
    PageSpec {
        id: "year-base",
        build: pages::year::base::build,
    },
    PageSpec {
        id: "year-loyalty",
        build: pages::year::loyalty::build,
    },
    PageSpec {
        id: "year-staying",
        build: pages::year::staying::build,
    },
    PageSpec {
        id: "year-results",
        build: pages::year::results::build,
    },
    PageSpec {
        id: "year-people",
        build: pages::year::people::build,
    },
    PageSpec {
        id: "year-ahead",
        build: pages::year::ahead::build,
    },
    PageSpec {
        id: "quality",
        build: pages::quality::build,
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
    let month = format::month_long(lang, analysis.meta.month_start);
    let title = words.ta("title", &[("month", &month)]);
    document(&words, title, PAGES)
}

/// The yearly report (年末总结), of the year of the analysis.
#[must_use]
pub fn year_report(analysis: &Analysis, lang: Lang) -> Document {
    let words = Words::new(analysis, lang);
    let start = analysis
        .year
        .as_ref()
        .map_or(analysis.meta.month_start, |year| year.start);
    let year = format::year_long(lang, analysis.meta.fiscal, start);
    let title = words.ta("year-title", &[("year", &year)]);
    document(&words, title, YEAR_PAGES)
}

/// Pages with what stands around them.
fn document(words: &Words<'_>, title: String, pages: &[PageSpec]) -> Document {
    let meta = &words.a.meta;
    let department = if meta.department.is_empty() {
        words.t("department-none")
    } else {
        meta.department.clone()
    };
    let mut about = vec![words.ta("meta-as-of", &[("date", &format::day(meta.as_of))])];
    match meta.tax_included {
        Some(true) => about.push(words.t("meta-tax-included")),
        Some(false) => about.push(words.t("meta-tax-excluded")),
        None => {}
    }
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
        lang: words.lang,
        currency: meta.currency.clone(),
        title,
        department,
        meta: about,
        pages: pages
            .iter()
            .map(|page| Page {
                id: page.id,
                title: words.t(&format!("page-{}", page.id)),
                blocks: (page.build)(words),
            })
            .collect(),
        words: FRAME
            .iter()
            .map(|name| (*name, words.t(&format!("frame-{name}"))))
            .collect::<BTreeMap<_, _>>(),
        as_of: meta.as_of,
        logo: None,
    }
}

#[cfg(test)]
mod tests;
