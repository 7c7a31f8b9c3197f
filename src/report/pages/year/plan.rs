//! Page 1: the year against its plan, in cards, sentences and one table.

use chrono::{Months, NaiveDate};

use super::{KPI_COLUMNS, count, kpi_row, of_year, targets};
use crate::analysis::{Figure as Number, Kpi, Mark, Year};
use crate::report::block::{Block, Card, Item};
use crate::report::format;
use crate::report::pages::pace;
use crate::report::words::Words;

/// The plan's own lines first (revenue, gross profit, revenue per visit, visits, of them maintenance), then what the
/// year was worth to the customers.
const CARDS: [&str; 10] = [
    "revenue",
    "gross_profit",
    "revenue_per_visit",
    "visits",
    "visits_maintenance",
    "base_customers",
    "base_lost_rate",
    "renewal_rate",
    "csi",
    "comeback_rate",
];

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let mut blocks = vec![
            Block::Kpis {
                cards: CARDS
                    .iter()
                    .filter_map(|id| year.kpi(id))
                    .map(|kpi| card(w, year, kpi))
                    .collect(),
            },
            Block::Heading {
                text: w.t("heading-year-findings"),
            },
            findings(w, year),
            Block::Heading {
                text: w.t("heading-year-targets"),
            },
        ];
        blocks.extend(targets::build(w, year));
        if !year.is_over {
            blocks.extend(pace::blocks(w));
        }
        blocks.push(Block::Heading {
            text: w.t("heading-year-plan"),
        });
        blocks.push(Block::Table(w.table(
            &w.t("year-plan-caption"),
            KPI_COLUMNS,
            year.kpis.iter().map(|kpi| kpi_row(w, year, kpi)).collect(),
        )));
        blocks.push(Block::Note {
            text: w.t("note-year-plan"),
        });
        blocks
    })
}

fn card(w: &Words<'_>, year: &Year, kpi: &Kpi) -> Card {
    let (value, unit) = match kpi.value {
        Some(value) => w.parts(kpi.unit, value),
        None => (format::UNKNOWN.to_owned(), String::new()),
    };
    let label = w.label(kpi.id);
    let mut lines = Vec::new();
    if let (Some(target), Some(_)) = (kpi.target, kpi.value) {
        lines.push(w.ta(
            "card-target",
            &[("target", &w.plain(kpi.unit, target)), ("met", &w.met(kpi))],
        ));
    }
    if let Some(then) = kpi.previous
        && year.is_comparable()
    {
        let moved = format::moved(w.lang, kpi.unit, kpi.value, Some(then));
        let then = w.plain(kpi.unit, then);
        lines.push(w.ta("card-year-before", &[("then", &then), ("moved", &moved)]));
    }
    let of_months = w.a.kpi(kpi.id).map(|k| k.trend.clone());
    Card {
        value,
        unit,
        mark: kpi.mark(),
        lines,
        note: w.note(kpi),
        trend_text: w.ta("spark-title", &[("label", &label)]),
        label,
        trend: of_months.unwrap_or_default(),
    }
}

/// What moved and by how much, each sentence from figures that stand in a table of the report.
fn findings(w: &Words<'_>, year: &Year) -> Block {
    let name = format::year_long(w.lang, w.a.meta.fiscal, year.start);
    let mut items = Vec::new();
    let mut say = |mark: Option<Mark>, text: String| items.push(Item { mark, text });
    if !year.is_over {
        say(
            Some(Mark::Watch),
            w.ta("year-finding-open", &[("date", &format::day(year.end))]),
        );
        if let Some(revenue) = year.value("revenue") {
            let days_to = |day: NaiveDate| i32::try_from((day - year.start).num_days()).ok();
            let days = days_to(year.end).map_or(1.0, |d| f64::from(d + 1));
            let all = days_to(year.start + Months::new(12)).map_or(365.0, f64::from);
            say(
                None,
                w.phrase(
                    "year-finding-pace",
                    &[
                        ("value", Number::Money(revenue)),
                        ("pace", Number::Money(revenue / days * all)),
                    ],
                ),
            );
        }
    }
    if let Some(kpi) = year.kpi("revenue")
        && let (Some(value), Some(target), Some(met)) = (kpi.value, kpi.target, kpi.attainment())
    {
        say(
            kpi.mark(),
            w.phrase_with(
                "year-finding-revenue-target",
                &[
                    ("value", Number::Money(value)),
                    ("target", Number::Money(target)),
                    ("met", Number::Share(met)),
                ],
                &[("year", &name)],
            ),
        );
    }
    if let Some(bridge) = year.bridge {
        let mark = if bridge.now >= bridge.before {
            Mark::Good
        } else {
            Mark::Watch
        };
        let money = |fen| super::money::signed(w, fen);
        say(
            Some(mark),
            w.ta(
                "year-finding-bridge",
                &[
                    ("change", &money(bridge.now - bridge.before)),
                    ("volume", &money(bridge.volume)),
                    ("mix", &money(bridge.mix)),
                    ("price", &money(bridge.price)),
                    ("other", &money(bridge.other)),
                ],
            ),
        );
    } else if year.is_over {
        say(
            None,
            w.ta(
                "year-finding-first",
                &[("date", &format::day(year.data_from))],
            ),
        );
    }
    if let Some(m) = year.movement_of("customer") {
        let mark = if m.closing >= m.opening {
            Mark::Good
        } else {
            Mark::Watch
        };
        say(
            Some(mark),
            w.phrase(
                "year-finding-base",
                &[
                    ("opening", count(m.opening)),
                    ("new", count(m.new)),
                    ("back", count(m.won_back)),
                    ("lost", count(m.lost)),
                    ("gone", count(m.gone)),
                    ("closing", count(m.closing)),
                ],
            ),
        );
    }
    if let Some(lost) = year.value("base_lost_loyal").filter(|n| *n > 0.0) {
        say(
            Some(Mark::Bad),
            w.phrase("year-finding-loyal-lost", &[("lost", Number::Count(lost))]),
        );
    }
    if let Some(first) = year.tenths.first() {
        let all: f64 = year.tenths.iter().map(|t| t.revenue).sum();
        if all > 0.0 {
            say(
                None,
                w.phrase(
                    "year-finding-tenth",
                    &[
                        ("customers", count(first.customers)),
                        ("share", Number::Share(first.revenue / all)),
                    ],
                ),
            );
        }
    }
    for id in ["renewal_rate", "csi", "comeback_rate"] {
        if let Some(kpi) = year.kpi(id)
            && let (Some(_), Some(target)) = (kpi.value, kpi.target)
        {
            let text = w.ta(
                "year-finding-rate",
                &[
                    ("label", &w.label(id)),
                    ("value", &w.exact(kpi.unit, kpi.value)),
                    ("target", &w.exact(kpi.unit, Some(target))),
                    ("n", &kpi.n.map_or_else(String::new, format::number_of)),
                ],
            );
            say(kpi.mark(), text);
        }
    }
    Block::List { items }
}
