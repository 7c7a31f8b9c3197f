//! What an explanation looks like in words.

use super::{Out, filled, pad};
use crate::i18n;
use crate::pipeline::explain::Explained;
use crate::table::Value;
use crate::types::Lang;

pub(in crate::pipeline) fn explained(out: &mut Out, lang: Lang, explained: &[Explained]) {
    for unit in explained {
        let who: Vec<&str> = unit.who.iter().map(|(_, v)| v.as_str()).collect();
        let who = if who.is_empty() {
            i18n::text(lang, "said-unnamed", &[])
        } else {
            who.join("  ")
        };
        out.line(&format!("── {who} ──"));
        for why in &unit.why {
            out.line(&format!("  • {}", why.text));
        }
        for step in unit.path.iter().filter(|s| !s.said.is_empty()) {
            out.line(&i18n::text(lang, &format!("path-step-{}", step.step), &[]));
            for said in &step.said {
                out.line(&format!("  {}", said.text));
            }
        }
        for (title, cells) in [
            ("said-scores", &unit.scores),
            ("said-features", &unit.features),
        ] {
            out.line(&i18n::text(lang, title, &[]));
            for (name, value) in cells.iter().filter(|(_, v)| *v != Value::Null) {
                out.line(&format!("  {} {}", pad(name, 30), shown(lang, name, value)));
            }
            let unknown: Vec<&str> = cells
                .iter()
                .filter(|(_, v)| *v == Value::Null)
                .map(|(n, _)| n.as_str())
                .collect();
            if !unknown.is_empty() {
                out.line(&filled(
                    lang,
                    "said-unknown",
                    &[("names", i18n::listed(lang, &unknown))],
                ));
            }
        }
        out.line(&i18n::text(lang, "said-models", &[]));
        for model in &unit.models {
            let cells: Vec<String> = model.iter().map(|v| shown(lang, "", v)).collect();
            out.line(&format!("  {}", cells.join("  ")));
        }
    }
}

/// A cell as a person reads it.
fn shown(lang: Lang, name: &str, value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Int(v) => v.to_string(),
        Value::Id(v) => v.to_string(),
        Value::Float(v) if v.abs() >= 100.0 => i18n::number(*v, 1),
        Value::Float(v) => format!("{v:.3}"),
        Value::Bool(v) => i18n::text(lang, if *v { "word-yes" } else { "word-no" }, &[]),
        Value::Date(v) => v.to_string(),
        Value::Texts(v) => v.join("; "),
        Value::Text(v) => {
            let prefix = match name {
                "churn_state" => "state",
                "loyalty_tier" => "tier",
                "class" => "class",
                _ => return v.clone(),
            };
            i18n::find(lang, &format!("{prefix}-{v}"), &[]).unwrap_or_else(|| v.clone())
        }
    }
}
