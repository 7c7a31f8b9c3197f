//! Page 7: appointments, renewal, satisfaction, claims, and why customers stay away.

use super::{KPI_COLUMNS, kpi_row, of_year};
use crate::i18n::has;
use crate::report::block::{Block, Item};
use crate::report::pages::compared;
use crate::report::pages::outcomes::{campaigns, pool, reasons, renewals};
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
            blocks.push(Block::Charts {
                figures: vec![compared::renewals(w, &year.renewals)],
            });
            blocks.push(Block::Table(renewals(w, &year.renewals)));
        }
        blocks.push(Block::Note {
            text: w.t("note-year-results"),
        });
        blocks.extend(pool(w, &year.pool));
        blocks.push(Block::Heading {
            text: w.t("heading-year-campaigns"),
        });
        blocks.push(campaigns(w, &year.campaigns));
        blocks.push(Block::Charts {
            figures: vec![reasons(w, &year.reasons, "year-reasons")],
        });
        blocks
    })
}
