//! The pages, one file each.

use crate::analysis::{Care, Figure as Number};
use crate::i18n::percent;
use crate::report::block::Block;
use crate::report::format;
use crate::report::words::Words;

pub(super) mod base;
mod compared;
pub(super) mod definitions;
pub(super) mod discipline;
mod festival;
pub(super) mod lost;
mod outcomes;
mod pace;
mod parts;
pub(super) mod quality;
pub(super) mod revenue;
pub(super) mod service;
pub(super) mod summary;
pub(super) mod year;

/// Width of a figure that stands alone, px.
const FULL: u32 = 912;

#[allow(clippy::cast_precision_loss)] // counts
fn count(n: i64) -> Number {
    Number::Count(n as f64)
}

/// A share of counts in words, or the sign of the unknown.
#[allow(clippy::cast_precision_loss)] // counts
fn share(part: i64, whole: i64) -> String {
    if whole > 0 {
        percent(part as f64 / whole as f64)
    } else {
        format::UNKNOWN.to_owned()
    }
}

/// The pages' blocks, where the analysis is of a month.
fn of_month(w: &Words<'_>, build: impl Fn(&Care) -> Vec<Block>) -> Vec<Block> {
    w.a.care.as_ref().map_or_else(Vec::new, build)
}

/// A note with what file would bring the figures, where nothing of the kind was ever imported.
fn missing(w: &Words<'_>, kind: &str) -> Option<Block> {
    w.a.quality
        .missing_kinds
        .iter()
        .any(|m| m == kind)
        .then(|| Block::Note {
            text: w.t(&format!("missing-kind-{kind}")),
        })
}
