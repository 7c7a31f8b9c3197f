//! The last page: what each figure means, which judgements were in force.

use crate::report::block::{Block, Cell};
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    vec![
        Block::Heading {
            text: w.t("heading-definitions"),
        },
        definitions(w),
        Block::Heading {
            text: w.t("heading-settings"),
        },
        settings(w),
        Block::Note {
            text: w.t("note-settings"),
        },
    ]
}

fn definitions(w: &Words<'_>) -> Block {
    let rows =
        w.a.kpis
            .iter()
            .map(|kpi| {
                vec![
                    Cell::from(kpi.definition),
                    w.label(kpi.id).into(),
                    w.definition(kpi.id).into(),
                ]
            })
            .collect();
    Block::Table(w.table(
        &w.t("definitions-caption"),
        &["column-definition", "column-figure", "column-meaning"],
        rows,
    ))
}

fn settings(w: &Words<'_>) -> Block {
    let rows =
        w.a.settings
            .iter()
            .map(|s| {
                let key = format!("setting-{}", s.name.replace('.', "-"));
                vec![Cell::from(s.name), s.value.clone().into(), w.t(&key).into()]
            })
            .collect();
    Block::Table(w.table(
        &w.t("settings-caption"),
        &["column-setting", "column-value", "column-meaning"],
        rows,
    ))
}
