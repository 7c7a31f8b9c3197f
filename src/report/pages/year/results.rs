//! Page 6: appointments, renewal, satisfaction, claims, and why customers stay away.

use super::{KPI_COLUMNS, kpi_row, of_year, share};
use crate::analysis::Year;
use crate::i18n::has;
use crate::report::block::{BarRow, Bars, Block, Chart, Figure, Item};
use crate::report::format::number_of;
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
        blocks.push(Block::Charts {
            figures: vec![reasons(w, year)],
        });
        blocks.push(Block::Note {
            text: w.t("note-year-results"),
        });
        blocks
    })
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
