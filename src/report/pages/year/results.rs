//! Page 7: appointments, renewal, satisfaction, claims, and why customers stay away.

use super::{KPI_COLUMNS, kpi_row, of_year, share};
use crate::analysis::Year;
use crate::i18n::{has, number};
use crate::report::block::{BarRow, Bars, Block, Chart, DataTable, Figure, Item};
use crate::report::format::{self, number_of};
use crate::report::pages::FULL;
use crate::report::words::Words;

/// A figure, and the kind of file that it waits for.
const RESULTS: [(&str, &str); 9] = [
    ("appointment_share", "appointments"),
    ("show_rate", "appointments"),
    ("renewal_rate", "insurance_policies"),
    ("csi", "surveys"),
    ("complaint_closure", "complaints"),
    ("comeback_rate", ""),
    ("on_time", ""),
    ("claims_accepted", "warranty_claims"),
    ("absorption", "finance_months"),
];

/// Reasons drawn at most; the table has all.
const REASONS: usize = 10;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    of_year(w, |year| {
        let rows = RESULTS
            .iter()
            .filter_map(|(id, _)| year.kpi(id))
            .filter(|kpi| kpi.value.is_some() || kpi.previous.is_some())
            .map(|kpi| kpi_row(w, year, kpi))
            .collect();
        let mut blocks = vec![Block::Table(w.table(
            &w.t("year-results-caption"),
            KPI_COLUMNS,
            rows,
        ))];
        let mut kinds: Vec<&str> = RESULTS
            .iter()
            .map(|(_, kind)| *kind)
            .filter(|kind| w.a.quality.missing_kinds.iter().any(|m| m == kind))
            .collect();
        kinds.dedup();
        if !kinds.is_empty() {
            blocks.push(Block::List {
                items: kinds
                    .into_iter()
                    .filter(|kind| has(w.lang, &format!("report-missing-kind-{kind}")))
                    .map(|kind| Item {
                        mark: None,
                        text: w.t(&format!("missing-kind-{kind}")),
                    })
                    .collect(),
            });
        }
        if !year.renewals.is_empty() {
            blocks.push(Block::Table(renewals(w, year)));
        }
        blocks.push(Block::Note {
            text: w.t("note-year-results"),
        });
        blocks.push(Block::Heading {
            text: w.t("heading-year-campaigns"),
        });
        blocks.push(campaigns(w, year));
        blocks.push(Block::Charts {
            figures: vec![reasons(w, year)],
        });
        blocks
    })
}

/// Policies that ended, by whether they were the first here, and by kind.
fn renewals(w: &Words<'_>, year: &Year) -> DataTable {
    let rows = year
        .renewals
        .iter()
        .map(|r| {
            let key = format!("policy-{}", r.kind);
            let kind = match r.kind.as_str() {
                "" => w.t("policy-unknown"),
                _ if has(w.lang, &format!("report-{key}")) => w.t(&key),
                kind => kind.to_owned(),
            };
            vec![
                w.t(&format!("renewal-{}", r.segment)).into(),
                kind.into(),
                number_of(r.ended).into(),
                number_of(r.renewed).into(),
                share(r.renewed, r.ended).into(),
            ]
        })
        .collect();
    w.table(
        &w.t("year-renewals-caption"),
        &[
            "column-policies",
            "column-policy-kind",
            "column-ended>",
            "column-renewed>",
            "column-share>",
        ],
        rows,
    )
}

fn campaigns(w: &Words<'_>, year: &Year) -> Block {
    if year.campaigns.is_empty() {
        return Block::Note {
            text: w.t("year-campaigns-none"),
        };
    }
    let rows = year
        .campaigns
        .iter()
        .map(|c| {
            vec![
                c.campaign.as_str().into(),
                c.start_on
                    .map_or_else(|| format::UNKNOWN.to_owned(), format::day)
                    .into(),
                number_of(c.members).into(),
                number_of(c.attended).into(),
                number_of(c.came).into(),
                share(c.came, c.members).into(),
                number(c.revenue, 0).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.t("year-campaigns-caption"),
        &[
            "column-campaign",
            "column-began",
            "column-asked>",
            "column-attended>",
            "column-came-after>",
            "column-share>",
            "column-revenue>",
        ],
        rows,
    ))
}

#[allow(clippy::cast_precision_loss)] // counts
fn reasons(w: &Words<'_>, year: &Year) -> Figure {
    let all: i64 = year.reasons.iter().map(|(_, n)| n).sum();
    let title = year.reasons.first().map_or_else(
        || w.t("reasons-title-none"),
        |(reason, n)| {
            w.ta(
                "reasons-title",
                &[("reason", reason), ("share", &share(*n, all))],
            )
        },
    );
    let bars: Vec<BarRow> = year
        .reasons
        .iter()
        .take(REASONS)
        .map(|(reason, n)| BarRow {
            label: reason.chars().take(20).collect(),
            value: *n as f64,
            text: format!("{} · {}", number_of(*n), share(*n, all)),
            mark: None,
        })
        .collect();
    let rows = year
        .reasons
        .iter()
        .map(|(reason, n)| {
            vec![
                reason.as_str().into(),
                number_of(*n).into(),
                share(*n, all).into(),
            ]
        })
        .collect();
    Figure {
        id: "year-reasons",
        subtitle: w.t("reasons-subtitle"),
        note: w.ta("reasons-note", &[("n", &number_of(all))]),
        width: FULL,
        chart: (!bars.is_empty()).then_some(Chart::Bars(Bars { rows: bars })),
        missing: w.t("reasons-title-none"),
        table: w.table(
            &title,
            &["column-reason", "column-answers>", "column-share>"],
            rows,
        ),
        title,
    }
}
