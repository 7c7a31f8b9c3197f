//! The pages of the yearly report, one concept a file; each reads the year of the analysis and nothing else.

pub(in crate::report) mod ahead;
pub(in crate::report) mod base;
mod cohorts;
mod concentration;
pub(in crate::report) mod loyalty;
pub(in crate::report) mod money;
pub(in crate::report) mod people;
pub(in crate::report) mod plan;
pub(in crate::report) mod results;
pub(in crate::report) mod staying;
mod targets;

use crate::analysis::{Kpi, Year};
use crate::i18n::percent;
use crate::report::block::{Block, Cell};
use crate::report::format;
use crate::report::words::Words;

use super::{count, share};

/// The pages' blocks, where the analysis is of a year.
fn of_year(w: &Words<'_>, build: impl Fn(&Year) -> Vec<Block>) -> Vec<Block> {
    w.a.year.as_ref().map_or_else(Vec::new, build)
}

/// One line of a table of figures: definition, name, value, unit, the year before, change, target, how far it is met.
fn kpi_row(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Vec<Cell> {
    let exact = |v| w.exact(kpi.unit, v);
    let moved = if year.is_comparable() {
        format::moved(w.lang, kpi.unit, kpi.value, kpi.previous)
    } else {
        format::UNKNOWN.to_owned()
    };
    vec![
        kpi.definition.into(),
        w.label(kpi.id).into(),
        exact(kpi.value).into(),
        w.writing().unit(kpi.unit).into(),
        kpi.n.map_or_else(String::new, format::number_of).into(),
        exact(kpi.previous).into(),
        moved.into(),
        kpi.target
            .map_or_else(String::new, |t| exact(Some(t)))
            .into(),
        Cell {
            text: match kpi.more_is_better {
                Some(false) => w.met(kpi),
                _ => kpi.attainment().map_or_else(String::new, percent),
            },
            mark: kpi.mark(),
        },
    ]
}

/// Headers of [`kpi_row`].
const KPI_COLUMNS: &[&str] = &[
    "column-definition",
    "column-figure",
    "column-value>",
    "column-unit",
    "column-n>",
    "column-year-before>",
    "column-change>",
    "column-target>",
    "column-met>",
];
