//! Page 9: the year after: whether the targets agree, what the base is expected to bring, where the risks are.

use super::{count, of_year};
use crate::analysis::{Ahead, Figure as Number, Mark, Year};
use crate::i18n::{number, percent};
use crate::report::block::{Block, Cell, Item};
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let mut blocks = vec![
            Block::Heading {
                text: w.t("heading-year-expected"),
            },
            expected(w, year),
        ];
        blocks.extend(proposal(w, year));
        blocks.extend([
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
        ]);
        blocks
    })
}

/// Visits to plan for: of the units known, by the models, and of new ones, as many as this year.
#[allow(clippy::cast_precision_loss)] // counts
fn planned_visits(ahead: &Ahead) -> Option<f64> {
    Some(ahead.visits? + ahead.new_visits as f64)
}

fn expected(w: &Words<'_>, year: &Year) -> Block {
    let Some((ahead, visits)) = year.ahead.and_then(|a| Some((a, a.visits?))) else {
        return Block::Note {
            text: w.t("year-ahead-none"),
        };
    };
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
    let mut items = vec![
        w.phrase(key, &values),
        w.phrase(
            "year-ahead-new",
            &[
                ("new", count(ahead.new_units)),
                ("visits", count(ahead.new_visits)),
            ],
        ),
    ];
    // Named advisers who carried the year, at the load that they carried.
    let people: Vec<i64> = year
        .advisors
        .iter()
        .filter(|a| a.advisor.is_some() && a.visits > 0)
        .map(|a| a.visits)
        .collect();
    let all: i64 = people.iter().sum();
    if year.is_over
        && !people.is_empty()
        && let Some(planned) = planned_visits(&ahead)
    {
        #[allow(clippy::cast_precision_loss)] // counts
        let load = all as f64 / people.len() as f64;
        items.push(w.ta(
            "year-ahead-staff",
            &[
                ("advisors", &people.len().to_string()),
                ("load", &number(load, 0)),
                ("visits", &number(planned, 0)),
                ("needed", &number(planned / load, 1)),
            ],
        ));
    }
    Block::List {
        items: items
            .into_iter()
            .map(|text| Item { mark: None, text })
            .collect(),
    }
}

/// Targets for the year after that agree with each other, by rules that stand below the table.
fn proposal(w: &Words<'_>, year: &Year) -> Vec<Block> {
    let Some(visits) = year.ahead.as_ref().and_then(planned_visits) else {
        return Vec::new();
    };
    if !year.is_over {
        return Vec::new();
    }
    let per_visit = year.value("revenue_per_visit_all");
    #[allow(clippy::cast_precision_loss)] // a count
    let open_days = year
        .kpi("visits_per_day")
        .and_then(|k| k.n)
        .map(|n| n as f64);
    #[allow(clippy::cast_precision_loss)] // counts
    let base = year
        .movement_of("customer")
        .map(|m| (2 * m.closing - m.opening).max(0) as f64);
    let rows = [
        ("visits", Some(visits)),
        ("visits_per_day", open_days.map(|days| visits / days)),
        ("revenue_per_visit_all", per_visit),
        ("revenue", per_visit.map(|mean| mean * visits)),
        ("base_customers", base),
    ]
    .into_iter()
    .filter_map(|(id, proposed)| {
        let kpi = year.kpi(id)?;
        let exact = |v| w.exact(kpi.unit, v);
        Some(vec![
            kpi.definition.into(),
            w.label(id).into(),
            exact(kpi.value).into(),
            kpi.target
                .map_or_else(String::new, |t| exact(Some(t)))
                .into(),
            exact(Some(proposed?)).into(),
            w.writing().unit(kpi.unit).into(),
            w.t(&format!("year-proposal-{id}")).into(),
        ])
    })
    .collect();
    vec![
        Block::Heading {
            text: w.t("heading-year-proposal"),
        },
        Block::Table(w.table(
            &w.t("year-proposal-caption"),
            &[
                "column-definition",
                "column-figure",
                "column-value>",
                "column-target>",
                "column-proposed>",
                "column-unit",
                "column-rule",
            ],
            rows,
        )),
        Block::Note {
            text: w.t("note-year-proposal"),
        },
    ]
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
            &[("value", &w.exact(kpi.unit, Some(value)))],
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
