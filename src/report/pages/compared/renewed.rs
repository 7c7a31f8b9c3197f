//! Policies that ended, and the renewed among them.

use super::short;
use crate::analysis::RenewalRow;
use crate::report::block::{BarRow, Bars, Chart, Figure};
use crate::report::format::number_of;
use crate::report::pages::{FULL, outcomes, share};
use crate::report::words::Words;

/// Policies that ended, and the renewed among them.
#[allow(clippy::cast_precision_loss)] // counts
pub(in crate::report::pages) fn renewals(w: &Words<'_>, renewals: &[RenewalRow]) -> Figure {
    let (ended, renewed) = renewals
        .iter()
        .fold((0, 0), |sum, r| (sum.0 + r.ended, sum.1 + r.renewed));
    let title = if ended > 0 {
        w.ta(
            "renewals-title",
            &[
                ("ended", &number_of(ended)),
                ("renewed", &number_of(renewed)),
                ("share", &share(renewed, ended)),
            ],
        )
    } else {
        w.t("renewals-title-none")
    };
    let bars = renewals
        .iter()
        .map(|r| BarRow {
            label: format!(
                "{} · {}",
                w.t(&format!("renewal-short-{}", r.segment)),
                short(&outcomes::policy_kind(w, &r.kind))
            ),
            value: r.renewed as f64,
            whole: Some(r.ended as f64),
            text: w.ta(
                "renewed-of",
                &[
                    ("renewed", &number_of(r.renewed)),
                    ("ended", &number_of(r.ended)),
                    ("share", &share(r.renewed, r.ended)),
                ],
            ),
            mark: None,
        })
        .collect();
    let mut table = outcomes::renewals(w, renewals);
    table.caption.clone_from(&title);
    Figure {
        id: "renewals",
        subtitle: w.t("renewals-subtitle"),
        note: w.t("renewals-note"),
        width: FULL,
        chart: (ended > 0).then_some(Chart::Bars(Bars { rows: bars })),
        missing: w.t("renewals-none"),
        table,
        title,
    }
}
