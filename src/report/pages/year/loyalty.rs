//! Page 5: who brings the revenue, who moved between tiers, which loyal customers were lost.

use super::{concentration, of_year, share};
use crate::analysis::{Figure as Number, Year};
use crate::follow_up::lost_reasons::{lost_reason_code, lost_reason_label};
use crate::i18n::percent;
use crate::report::block::{BarRow, Bars, Block, Chart, Figure};
use crate::report::format::{self, number_of};
use crate::report::words::Words;

/// Tiers from best to worst; `none` is a vehicle without enough history.
const TIERS: [&str; 6] = ["loyal", "stable", "drifting", "weak", "new", "none"];

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let mut blocks = vec![Block::Charts {
            figures: vec![
                concentration::figure(w, year.concentration.as_ref()),
                tenths_figure(w, year),
            ],
        }];
        blocks.extend(concentration::sentence(w, year.concentration.as_ref()));
        blocks.extend([
            Block::Heading {
                text: w.t("heading-year-top"),
            },
            top(w, year),
            Block::Note {
                text: w.t("note-year-top"),
            },
            Block::Heading {
                text: w.t("heading-year-tiers"),
            },
            tiers(w, year),
            Block::Note {
                text: w.t("note-year-tiers"),
            },
            Block::Heading {
                text: w.t("heading-year-lost-loyal"),
            },
            lost_loyal(w, year),
            Block::Note {
                text: w.t("note-year-lost-loyal"),
            },
        ]);
        blocks
    })
}

fn tenths_figure(w: &Words<'_>, year: &Year) -> Figure {
    let all: f64 = year.tenths.iter().map(|t| t.revenue).sum();
    let part = |revenue: f64| if all > 0.0 { revenue / all } else { 0.0 };
    let first = year.tenths.first().map_or(0.0, |t| t.revenue);
    let title = if all > 0.0 {
        w.ta("tenths-title", &[("share", &percent(part(first)))])
    } else {
        w.t("missing-visits")
    };
    let mut sum = 0.0;
    let rows = year
        .tenths
        .iter()
        .map(|t| {
            sum += t.revenue;
            vec![
                number_of(t.tenth).into(),
                number_of(t.customers).into(),
                number_of(t.visits).into(),
                w.sum(t.revenue).into(),
                percent(part(t.revenue)).into(),
                percent(part(sum)).into(),
            ]
        })
        .collect();
    let bars = year
        .tenths
        .iter()
        .map(|t| BarRow {
            label: w.ta("tenth", &[("n", &t.tenth.to_string())]),
            value: t.revenue.max(0.0),
            text: percent(part(t.revenue)),
            whole: None,
            mark: None,
        })
        .collect();
    Figure {
        id: "tenths",
        subtitle: w.t("tenths-subtitle"),
        note: w.t("tenths-note"),
        width: 444,
        chart: (all > 0.0).then_some(Chart::Bars(Bars { rows: bars })),
        missing: w.t("missing-visits"),
        table: w.table(
            &title,
            &[
                "column-tenth>",
                "column-customers>",
                "column-visits>",
                "column-revenue>",
                "column-share>",
                "column-running>",
            ],
            rows,
        ),
        title,
    }
}

fn top(w: &Words<'_>, year: &Year) -> Block {
    let rows = year
        .top
        .iter()
        .map(|t| {
            let no = t.customer_no.clone();
            vec![
                number_of(t.place).into(),
                no.unwrap_or_else(|| format::UNKNOWN.to_owned()).into(),
                number_of(t.visits).into(),
                w.sum(t.revenue).into(),
                t.last_visit_on
                    .map_or_else(|| format::UNKNOWN.to_owned(), format::day)
                    .into(),
                t.state
                    .as_ref()
                    .map_or_else(
                        || format::UNKNOWN.to_owned(),
                        |s| w.common(&format!("state-{s}")),
                    )
                    .into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("year-top-caption"),
        &[
            "column-place>",
            "column-customer-no",
            "column-visits>",
            "column-revenue>",
            "column-last-visit",
            "column-state",
        ],
        rows,
    ))
}

/// Loyal customers lost, and why as far as somebody asked.
fn lost_loyal(w: &Words<'_>, year: &Year) -> Block {
    let rows = year
        .lost_loyal
        .iter()
        .map(|l| {
            let or_unknown = |text: Option<String>| text.unwrap_or_else(|| format::UNKNOWN.into());
            vec![
                number_of(l.place).into(),
                or_unknown(l.customer_no.clone()).into(),
                or_unknown(l.last_visit_on.map(format::day)).into(),
                w.sum(l.spend).into(),
                l.reason
                    .as_deref()
                    .map(|said| lost_reason_label(w.lang, lost_reason_code(said).unwrap_or(said)))
                    .unwrap_or_else(|| w.t("lost-reason-none"))
                    .into(),
            ]
        })
        .collect();
    let all = year.value("base_lost_loyal").unwrap_or(0.0);
    let mut table = w.table(
        &w.phrase("year-lost-loyal-caption", &[("all", Number::Count(all))]),
        &[
            "column-place>",
            "column-customer-no",
            "column-last-visit",
            "column-spent-before>",
            "column-reason",
        ],
        rows,
    );
    table.empty = w.t("year-lost-loyal-none");
    Block::Table(table)
}

/// From (rows) to (columns), with how many were lost.
fn tiers(w: &Words<'_>, year: &Year) -> Block {
    let name = |tier: &str| {
        if tier == "none" {
            w.t("tier-none")
        } else {
            w.common(&format!("tier-{tier}"))
        }
    };
    let rows = TIERS
        .iter()
        .filter_map(|before| {
            let of: Vec<_> = year.tiers.iter().filter(|t| t.before == *before).collect();
            let all: i64 = of.iter().map(|t| t.units).sum();
            let lost: i64 = of.iter().map(|t| t.lost).sum();
            (all > 0).then(|| {
                let mut row = vec![name(before).into(), number_of(all).into()];
                row.extend(TIERS.iter().map(|now| {
                    let units = of.iter().find(|t| t.now == *now).map_or(0, |t| t.units);
                    number_of(units).into()
                }));
                row.push(number_of(lost).into());
                row.push(share(lost, all).into());
                row
            })
        })
        .collect();
    let mut table = w.table(
        &w.t("year-tiers-caption"),
        &["column-tier-before", "column-units>"],
        rows,
    );
    let number = true;
    for tier in TIERS {
        table.columns.push(crate::report::block::Column {
            label: format!("→ {}", name(tier)),
            number,
        });
    }
    for key in ["column-lost", "column-share"] {
        table.columns.push(crate::report::block::Column {
            label: w.t(key),
            number,
        });
    }
    Block::Table(table)
}
