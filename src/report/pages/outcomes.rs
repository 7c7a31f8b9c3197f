//! Tables that the month and the year share: renewals, campaigns, callers, reasons for staying away.

use super::share;
use crate::analysis::{CallerRow, CampaignRow, PoolRow, RenewalRow};
use crate::follow_up::lost_reasons::lost_reason_label;
use crate::i18n::has;
use crate::report::block::{BarRow, Bars, Block, Chart, DataTable, Figure};
use crate::report::format::{self, number_of};
use crate::report::pages::FULL;
use crate::report::words::Words;

/// Reasons drawn at most; the table has all.
const REASONS: usize = 10;

/// A kind of policy in words, or as the file names it.
pub(super) fn policy_kind(w: &Words<'_>, kind: &str) -> String {
    let key = format!("policy-{kind}");
    match kind {
        "" => w.t("policy-unknown"),
        _ if has(w.lang, &format!("report-{key}")) => w.t(&key),
        kind => kind.to_owned(),
    }
}

/// Policies that ended, by whether they were the first here, and by kind.
pub(super) fn renewals(w: &Words<'_>, renewals: &[RenewalRow]) -> DataTable {
    let rows = renewals
        .iter()
        .map(|r| {
            vec![
                w.t(&format!("renewal-{}", r.segment)).into(),
                policy_kind(w, &r.kind).into(),
                number_of(r.ended).into(),
                number_of(r.renewed).into(),
                share(r.renewed, r.ended).into(),
            ]
        })
        .collect();
    w.table(
        &w.of_period("renewals-caption"),
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

/// Vehicles that could be insured here when the period opened, and those of them won; nothing where there are none.
pub(super) fn pool(w: &Words<'_>, pool: &[PoolRow]) -> Vec<Block> {
    if pool.is_empty() {
        return Vec::new();
    }
    let rows = pool
        .iter()
        .map(|r| {
            vec![
                w.t(&format!("pool-{}", r.segment)).into(),
                number_of(r.units).into(),
                number_of(r.won).into(),
                share(r.won, r.units).into(),
            ]
        })
        .collect();
    let columns = [
        "column-pool",
        "column-units>",
        "column-won>",
        "column-share>",
    ];
    vec![
        Block::Table(w.table(&w.of_period("pool-caption"), &columns, rows)),
        Block::Note {
            text: w.of_period("note-pool"),
        },
    ]
}

/// Campaigns begun in the period, and who came.
pub(super) fn campaigns(w: &Words<'_>, campaigns: &[CampaignRow]) -> Block {
    if campaigns.is_empty() {
        return Block::Note {
            text: w.of_period("campaigns-none"),
        };
    }
    let rows = campaigns
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
                w.sum(c.revenue).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.of_period("campaigns-caption"),
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

/// Why customers stay away, as they said.
#[allow(clippy::cast_precision_loss)] // counts
pub(super) fn reasons(w: &Words<'_>, reasons: &[(String, i64)], id: &'static str) -> Figure {
    let all: i64 = reasons.iter().map(|(_, n)| n).sum();
    let named = |reason: &str| lost_reason_label(w.lang, reason);
    let title = reasons.first().map_or_else(
        || w.t("reasons-title-none"),
        |(reason, n)| {
            w.ta(
                "reasons-title",
                &[("reason", &named(reason)), ("share", &share(*n, all))],
            )
        },
    );
    // Shares add up from the most frequent on (Pareto), so that the few that matter are seen.
    let mut so_far = 0;
    let running: Vec<String> = reasons
        .iter()
        .map(|(_, n)| {
            so_far += n;
            share(so_far, all)
        })
        .collect();
    let bars: Vec<BarRow> = reasons
        .iter()
        .zip(&running)
        .take(REASONS)
        .map(|((reason, n), running)| BarRow {
            label: named(reason).chars().take(20).collect(),
            value: *n as f64,
            whole: None,
            text: w.ta(
                "share-of-reasons",
                &[
                    ("n", &number_of(*n)),
                    ("share", &share(*n, all)),
                    ("running", running),
                ],
            ),
            mark: None,
        })
        .collect();
    let rows = reasons
        .iter()
        .zip(&running)
        .map(|((reason, n), running)| {
            vec![
                named(reason).into(),
                number_of(*n).into(),
                share(*n, all).into(),
                running.as_str().into(),
            ]
        })
        .collect();
    Figure {
        id,
        subtitle: w.of_period("reasons-subtitle"),
        note: w.ta("reasons-note", &[("answers", &number_of(all))]),
        width: FULL,
        chart: (!bars.is_empty()).then_some(Chart::Bars(Bars { rows: bars })),
        missing: w.t("reasons-title-none"),
        table: w.table(
            &title,
            &[
                "column-reason",
                "column-answers>",
                "column-share>",
                "column-running>",
            ],
            rows,
        ),
        title,
    }
}

/// Follow-ups by who made them.
pub(super) fn callers(w: &Words<'_>, callers: &[CallerRow]) -> Block {
    let rows = callers
        .iter()
        .map(|row| {
            vec![
                row.staff
                    .clone()
                    .unwrap_or_else(|| w.t("advisor-none"))
                    .into(),
                number_of(row.contacts).into(),
                number_of(row.customers).into(),
                number_of(row.opt_outs).into(),
            ]
        })
        .collect();
    Block::Table(w.table(
        &w.of_period("callers-caption"),
        &[
            "column-caller",
            "column-contacts>",
            "column-customers>",
            "column-opt-outs>",
        ],
        rows,
    ))
}
