//! A document as one self-contained HTML file: styles and charts inline, no script, nothing fetched.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::block::{Block, Document};
use super::drawings::drawings;
use super::shown::clean;
use crate::i18n::is_invisible;
use crate::types::{Error, Lang, Result};

const TEMPLATE: &str = include_str!("template.html");
const STYLE: &str = include_str!("template.css");

/// Inline charts need no namespace, and a file without addresses is easily seen to fetch nothing.
const NAMESPACE: &str = " xmlns=\"http://www.w3.org/2000/svg\"";

/// The document as the template reads it: charts drawn.
#[derive(Serialize)]
struct View<'a> {
    lang: &'static str,
    style: &'static str,
    doc: &'a Document,
    /// The logo as an address that holds it; empty where there is none.
    logo: String,
    pages: Vec<PageView<'a>>,
}

#[derive(Serialize)]
struct PageView<'a> {
    id: &'a str,
    title: &'a str,
    blocks: Vec<BlockView<'a>>,
}

#[derive(Serialize)]
struct BlockView<'a> {
    block: &'a Block,
    /// One drawing a card or figure, in order; empty where there is nothing to draw.
    drawings: Vec<String>,
}

/// The document as HTML.
///
/// # Errors
/// When a chart cannot be drawn or the template is broken.
pub fn render_html(document: &Document) -> Result<String> {
    let mut pages = Vec::new();
    for page in &document.pages {
        let mut blocks = Vec::new();
        for (i, block) in page.blocks.iter().enumerate() {
            let place = format!("{}-{i}", page.id);
            let drawings = drawings(document.writing(), &place, block, 1.0)?
                .into_iter()
                .map(|svg| inline(&svg))
                .collect();
            blocks.push(BlockView { block, drawings });
        }
        pages.push(PageView {
            id: page.id,
            title: &page.title,
            blocks,
        });
    }
    let view = View {
        lang: match document.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        },
        style: STYLE,
        doc: document,
        logo: document
            .logo
            .as_ref()
            .map_or_else(String::new, |l| l.data_address()),
        pages,
    };
    environment()?
        .get_template("report.html")
        .and_then(|t| t.render(Value::from(Serde(&view))))
        .map_err(Error::internal)
}

fn environment() -> Result<&'static Environment<'static>> {
    static ENVIRONMENT: OnceLock<Option<Environment<'static>>> = OnceLock::new();
    ENVIRONMENT
        .get_or_init(|| {
            let mut env = Environment::new();
            env.set_auto_escape_callback(|_| AutoEscape::Html);
            env.set_undefined_behavior(UndefinedBehavior::Strict);
            let syntax = SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .ok()?;
            env.set_syntax(syntax);
            env.add_filter("clean", |text: String| -> String { clean(&text) });
            env.add_template("report.html", TEMPLATE).ok()?;
            Some(env)
        })
        .as_ref()
        .ok_or_else(|| Error::internal("the report template cannot be read"))
}

/// A drawing as part of a page.
fn inline(svg: &str) -> String {
    svg.replacen(NAMESPACE, "", 1)
        .chars()
        .filter(|c| *c == '\n' || !is_invisible(*c))
        .collect()
}
