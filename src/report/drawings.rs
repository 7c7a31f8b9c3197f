//! The drawings of a block, in the order of its cards or figures.

use super::block::{Block, Figure};
use super::charts;
use super::format::Writing;
use crate::types::Result;

/// One drawing a card or figure; empty where there is nothing to draw. `width` is the share of its width on a page
/// of 960 px that a figure is drawn at: letters keep their size, so that less is larger on paper.
///
/// # Errors
/// When a chart cannot be drawn.
pub(super) fn drawings(
    writing: Writing<'_>,
    place: &str,
    block: &Block,
    width: f64,
) -> Result<Vec<String>> {
    match block {
        Block::Kpis { cards } => cards
            .iter()
            .enumerate()
            .map(|(i, card)| {
                charts::sparkline(&card.trend, &format!("{place}-{i}"), &card.trend_text)
            })
            .collect(),
        Block::Charts { figures } => figures
            .iter()
            .map(|figure| chart(writing, figure, width))
            .collect(),
        _ => Ok(Vec::new()),
    }
}

fn chart(writing: Writing<'_>, figure: &Figure, width: f64) -> Result<String> {
    let Some(chart) = &figure.chart else {
        return Ok(String::new());
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred px
    let px = (f64::from(figure.width) * width).round() as u32;
    let (id, title) = (figure.id, figure.title.as_str());
    charts::svg(chart, writing, px, id, title, &figure.subtitle)
}
