//! The targets of the plan: how far each is met, what is missing, and why as far as the figures tell.

use crate::analysis::{Figure as Number, Kpi, Mark, Unit, Year};
use crate::i18n::number;
use crate::report::block::{Block, Cell, Item};
use crate::report::format;
use crate::report::words::Words;

pub(super) fn build(w: &Words<'_>, year: &Year) -> Vec<Block> {
    let planned: Vec<&Kpi> = year.kpis.iter().filter(|k| k.target.is_some()).collect();
    if planned.is_empty() {
        return vec![Block::Note {
            text: w.t("missing-kind-targets"),
        }];
    }
    let rows = planned.iter().map(|kpi| row(w, kpi)).collect();
    let mut blocks = vec![Block::Table(w.table(
        &w.t("year-targets-caption"),
        &[
            "column-definition",
            "column-figure",
            "column-value>",
            "column-target>",
            "column-short-by>",
            "column-unit",
            "column-met>",
        ],
        rows,
    ))];
    let reasons = reasons(w, year);
    if !reasons.is_empty() {
        blocks.push(Block::List { items: reasons });
    }
    blocks
}

fn row(w: &Words<'_>, kpi: &Kpi) -> Vec<Cell> {
    let exact = |v| w.exact(kpi.unit, v);
    vec![
        kpi.definition.into(),
        w.label(kpi.id).into(),
        exact(kpi.value).into(),
        exact(kpi.target).into(),
        gap(w, kpi).into(),
        w.writing().unit(kpi.unit).into(),
        Cell {
            text: w.met(kpi),
            mark: kpi.mark(),
        },
    ]
}

/// Value less target, with its sign.
fn gap(w: &Words<'_>, kpi: &Kpi) -> String {
    let (Some(value), Some(target)) = (kpi.value, kpi.target) else {
        return format::UNKNOWN.to_owned();
    };
    match kpi.unit {
        Unit::Share => format::moved(w.lang, kpi.unit, Some(value), Some(target)),
        unit => {
            let text = w.exact(unit, Some((value - target).abs()));
            match value - target {
                d if d > 0.0 => format!("+{text}"),
                d if d < 0.0 => format!("−{text}"),
                _ => text,
            }
        }
    }
}

/// Why targets are missed, each from figures that stand in a table of the report.
fn reasons(w: &Words<'_>, year: &Year) -> Vec<Item> {
    let missed = |id: &str| {
        year.kpi(id)
            .filter(|k| matches!(k.mark(), Some(Mark::Watch | Mark::Bad)))
    };
    [
        missed("revenue").and_then(|k| of_revenue(w, year, k)),
        missed("revenue_body").and_then(|k| of_body(w, year, k)),
        missed("visits").and_then(|k| of_visits(w, year, k)),
        missed("revenue_per_visit_workshop").and_then(|k| of_workshop(w, year, k)),
        missed("base_customers").and_then(|k| of_base(w, year, k)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Money missing for want of visits, and within the visits.
fn of_revenue(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Option<Item> {
    let (value, target) = (kpi.value?, kpi.target?);
    let visits = year.kpi("visits")?;
    let (came, wanted) = (visits.value?, visits.target.filter(|t| *t > 0.0)?);
    let volume = (came - wanted) * target / wanted;
    let price = value - target - volume;
    let money = |yuan: f64| {
        let text = w.money(yuan.abs());
        if yuan < 0.0 {
            format!("−{text}")
        } else {
            format!("+{text}")
        }
    };
    Some(Item {
        mark: kpi.mark(),
        text: w.ta(
            "year-reason-revenue",
            &[
                ("gap", &money(value - target)),
                ("volume", &money(volume)),
                ("price", &money(price)),
            ],
        ),
    })
}

/// How many visits for body and accident the money would have taken.
fn of_body(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Option<Item> {
    let (value, target) = (kpi.value?, kpi.target?);
    let each = year.kpi("revenue_per_visit_body")?;
    let wanted = each.target.filter(|t| *t > 0.0)?;
    Some(Item {
        mark: kpi.mark(),
        text: w.phrase(
            "year-reason-body",
            &[
                ("gap", Number::Money(target - value)),
                ("each", Number::Money(wanted)),
                ("must", Number::Count((target / wanted).ceil())),
                ("came", super::count(each.n?)),
                ("mean", Number::Money(each.value?)),
            ],
        ),
    })
}

/// How often those of the base came, and how often they would have had to.
fn of_visits(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Option<Item> {
    let (value, target) = (kpi.value?, kpi.target?);
    let base = year.value("base_customers").filter(|b| *b > 0.0)?;
    Some(Item {
        mark: kpi.mark(),
        text: w.phrase_with(
            "year-reason-visits",
            &[
                ("gap", Number::Count(target - value)),
                ("base", Number::Count(base)),
                ("needed", Number::Count((base * target / value).ceil())),
            ],
            &[
                ("came", &number(value / base, 2)),
                ("must", &number(target / base, 2)),
            ],
        ),
    })
}

/// The class that makes most of the workshop's visits, and what it brings.
fn of_workshop(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Option<Item> {
    let largest = year
        .classes
        .iter()
        .filter(|c| c.month == year.start && c.class != "body_accident" && c.visits > 0)
        .max_by_key(|c| c.visits)?;
    #[allow(clippy::cast_precision_loss)] // counts
    let mean = largest.revenue / largest.visits as f64;
    Some(Item {
        mark: kpi.mark(),
        text: w.phrase_with(
            "year-reason-workshop",
            &[
                ("value", Number::Money(kpi.value?)),
                ("target", Number::Money(kpi.target?)),
                ("visits", super::count(largest.visits)),
                ("mean", Number::Money(mean)),
            ],
            &[("class", &w.common(&format!("class-{}", largest.class)))],
        ),
    })
}

/// Who left against who came.
fn of_base(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Option<Item> {
    let m = year.movement_of("customer")?;
    Some(Item {
        mark: kpi.mark(),
        text: w.phrase(
            "year-reason-base",
            &[
                ("gap", Number::Count(kpi.target? - kpi.value?)),
                ("came", super::count(m.new + m.won_back)),
                ("left", super::count(m.lost + m.gone)),
            ],
        ),
    })
}
