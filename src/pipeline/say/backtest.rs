//! What a backtest looks like in words.

use std::path::Path;

use super::{Out, filled, n};
use crate::i18n;
use crate::models::churn::evaluate::Evaluated;
use crate::pipeline::backtest::{Backtested, Cutoff, Foretold};
use crate::types::{Lang, Reason};

pub(in crate::pipeline) fn backtested(
    out: &mut Out,
    lang: Lang,
    found: &Backtested,
    rows: Option<&Path>,
) {
    for at in &found.cutoffs {
        let args = [
            ("cutoff", at.cutoff.to_string()),
            ("days", found.horizon_days.to_string()),
            ("units", n(at.units as u64)),
            ("events", n(at.events as u64)),
        ];
        out.line(&filled(lang, "said-backtest", &args));
        let args = [
            ("k", at.list.k.to_string()),
            ("score", whole(at.list.by_score)),
            ("hiatus", whole(at.list.by_hiatus)),
            ("random", whole(at.list.at_random)),
        ];
        out.line(&filled(lang, "said-backtest-list", &args));
        methods(out, lang, at);
        if let Some(caveat) = &at.caveat {
            out.line(&format!(
                "  {}",
                i18n::reason(lang, &Reason::decode(caveat))
            ));
        }
        for (i, bin) in at.bins.iter().enumerate() {
            let args = [
                ("bin", (i + 1).to_string()),
                ("units", n(bin.count as u64)),
                ("said", whole(bin.said * 100.0)),
                ("came", whole(bin.came * 100.0)),
            ];
            out.line(&filled(lang, "said-backtest-bin", &args));
        }
        let days = [("days", found.horizon_days.to_string())];
        out.line(&filled(lang, "said-backtest-visits", &days));
        for of in &at.visits {
            visits(out, lang, of);
        }
    }
    if let Some((rows, path)) = found.rows_written.zip(rows) {
        let args = [("rows", n(rows)), ("path", path.display().to_string())];
        out.line(&filled(lang, "said-backtest-rows", &args));
    }
}

fn methods(out: &mut Out, lang: Lang, at: &Cutoff) {
    let mut all: Vec<&Evaluated> = at.methods.iter().filter(|m| m.of == "all").collect();
    all.sort_by(|a, b| {
        let loss = |m: &Evaluated| m.log_loss.unwrap_or(f64::INFINITY);
        loss(a)
            .total_cmp(&loss(b))
            .then_with(|| a.method.cmp(&b.method))
    });
    for m in all {
        let mark = if m.method == at.champion { "*" } else { " " };
        let three = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
        let args = [
            ("mark", mark.to_owned()),
            (
                "method",
                i18n::text(lang, &format!("method-{}", m.method), &[]),
            ),
            ("auc", three(m.auc.map(|e| e.value))),
            ("low", three(m.auc.map(|e| e.low))),
            ("high", three(m.auc.map(|e| e.high))),
            ("brier", three(m.brier.map(|e| e.value))),
            ("slope", three(m.calibration_slope)),
            ("ece", three(m.ece)),
        ];
        out.line(&filled(lang, "said-backtest-method", &args));
    }
}

fn visits(out: &mut Out, lang: Lang, of: &Foretold) {
    let model = i18n::text(lang, &format!("model-{}", of.model), &[]);
    let Some(m) = of.measures else {
        let caveat = of
            .caveat
            .as_deref()
            .map_or_else(String::new, |c| i18n::reason(lang, &Reason::decode(c)));
        let args = [("model", model), ("caveat", caveat)];
        out.line(&filled(lang, "said-backtest-visits-none", &args));
        return;
    };
    let args = [
        ("model", model),
        ("expected", whole(m.expected)),
        ("came", whole(m.came)),
        ("error", i18n::number(m.mean_absolute_error, 2)),
        ("loss", i18n::number(m.log_loss, 3)),
    ];
    out.line(&filled(lang, "said-backtest-visits-of", &args));
    if let Some((inside, promised)) = m.inside_80.zip(m.inside_80_promised) {
        let args = [
            ("inside", whole(inside * 100.0)),
            ("promised", whole(promised * 100.0)),
        ];
        out.line(&filled(lang, "said-backtest-visits-inside", &args));
    }
}

fn whole(value: f64) -> String {
    i18n::number(value, 0)
}
