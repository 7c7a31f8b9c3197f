//! Page 8: the year after: whether the targets agree, what the base is expected to bring, where the risks are.

use super::{count, of_year};
use crate::analysis::{Figure as Number, Mark, Year};
use crate::i18n::{number, percent};
use crate::report::block::{Block, Cell, Item};
use crate::report::format;
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        vec![
            Block::Heading {
                text: w.t("heading-year-expected"),
            },
            expected(w, year),
            Block::Heading {
                text: w.t("heading-year-checks"),
            },
            checks(w, year),
            Block::Note {
                text: w.t("note-year-checks"),
            },
            Block::Heading {
                text: w.t("heading-year-risks"),
            },
            risks(w, year),
        ]
    })
}

fn expected(w: &Words<'_>, year: &Year) -> Block {
    let Some(ahead) = year.ahead else {
        return Block::Note {
            text: w.t("year-ahead-none"),
        };
    };
    let mut items = Vec::new();
    if let Some(visits) = ahead.visits {
        let mut values = vec![
            ("units", count(ahead.units)),
            ("visits", Number::Count(visits.round())),
        ];
        let key = match ahead.spend {
            Some(spend) => {
                values.push(("spend", Number::Money(spend)));
                "year-ahead-visits-spend"
            }
            None => "year-ahead-visits",
        };
        items.push(w.phrase(key, &values));
        // Named advisers who carried the year, at the load that they carried.
        let people: Vec<i64> = year
            .advisors
            .iter()
            .filter(|a| a.advisor.is_some() && a.visits > 0)
            .map(|a| a.visits)
            .collect();
        let all: i64 = people.iter().sum();
        if year.is_over && !people.is_empty() {
            #[allow(clippy::cast_precision_loss)] // counts
            let load = all as f64 / people.len() as f64;
            items.push(w.ta(
                "year-ahead-staff",
                &[
                    ("advisors", &people.len().to_string()),
                    ("load", &number(load, 0)),
                    ("needed", &number(visits / load, 1)),
                ],
            ));
        }
    }
    if let Some(m) = year.movement_of("customer") {
        items.push(w.phrase("year-ahead-new", &[("new", count(m.new))]));
    }
    if items.is_empty() {
        return Block::Note {
            text: w.t("year-ahead-none"),
        };
    }
    Block::List {
        items: items
            .into_iter()
            .map(|text| Item { mark: None, text })
            .collect(),
    }
}

fn checks(w: &Words<'_>, year: &Year) -> Block {
    let rows = year
        .checks
        .iter()
        .map(|check| {
            let mark = if check.agrees() {
                Mark::Good
            } else {
                Mark::Bad
            };
            vec![
                w.t(&format!("year-check-{}", check.key)).into(),
                number(check.left, 0).into(),
                number(check.right, 0).into(),
                Cell {
                    text: percent(check.left / check.right),
                    mark: Some(mark),
                },
            ]
        })
        .collect();
    let mut table = w.table(
        &w.t("year-checks-caption"),
        &[
            "column-check",
            "column-comes-to>",
            "column-target>",
            "column-ratio>",
        ],
        rows,
    );
    table.empty = w.t("year-checks-none");
    Block::Table(table)
}

fn risks(w: &Words<'_>, year: &Year) -> Block {
    let items: Vec<Item> = [
        ("loyal_slipping", Mark::Bad),
        ("at_risk", Mark::Bad),
        ("warning", Mark::Watch),
        ("without_vin", Mark::Watch),
    ]
    .into_iter()
    .filter_map(|(id, mark)| {
        let kpi = year.kpi(id)?;
        let value = kpi.value.filter(|v| *v > 0.0)?;
        let text = w.ta(
            &format!("year-risk-{id}"),
            &[("value", &format::exact(kpi.unit, Some(value)))],
        );
        Some(Item {
            mark: Some(mark),
            text,
        })
    })
    .collect();
    if items.is_empty() {
        return Block::Note {
            text: w.t("year-risks-none"),
        };
    }
    Block::List { items }
}
