#![allow(clippy::unwrap_used)]

use super::*;
use crate::kpis::sample;
use crate::types::Lang;

/// Writes the reports to the folder named by RETAIN_LOOK, to be looked at.
#[test]
#[ignore = "for the eye"]
fn look() {
    let Ok(dir) = std::env::var("RETAIN_LOOK") else {
        return;
    };
    for (name, analysis) in [("full", sample::analysis()), ("empty", sample::nothing())] {
        for (lang, suffix) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            let html = render_html(&month_report(&analysis, lang)).unwrap();
            let file = std::path::Path::new(&dir).join(format!("{name}-{suffix}.html"));
            std::fs::write(file, html).unwrap();
        }
    }
}
