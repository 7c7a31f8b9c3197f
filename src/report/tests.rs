#![allow(clippy::unwrap_used)]

use super::block::{Block, Chart, Figure};
use super::*;
use crate::kpis::{sample, sample_year};
use crate::types::Lang;

/// The figures of all pages.
fn figures(document: &Document) -> impl Iterator<Item = &Figure> {
    document
        .pages
        .iter()
        .flat_map(|p| &p.blocks)
        .filter_map(|b| match b {
            Block::Charts { figures } => Some(figures),
            _ => None,
        })
        .flatten()
}

#[test]
fn the_document_in_chinese() {
    insta::assert_json_snapshot!(month_report(&sample::analysis(), Lang::Zh));
}

#[test]
fn the_document_in_english() {
    insta::assert_json_snapshot!(month_report(&sample::analysis(), Lang::En));
}

/// The report of the analysis: of its year, where it has one, else of its month.
fn document_of(analysis: &Analysis, lang: Lang) -> Document {
    match analysis.year {
        Some(_) => year_report(analysis, lang),
        None => month_report(analysis, lang),
    }
}

#[test]
fn the_year_in_chinese() {
    insta::assert_json_snapshot!(year_report(&sample_year::year_analysis(), Lang::Zh));
}

#[test]
fn the_year_in_english() {
    insta::assert_json_snapshot!(year_report(&sample_year::year_analysis(), Lang::En));
}

#[test]
fn no_message_is_missing_in_either_language() {
    for analysis in [
        sample::analysis(),
        sample::nothing(),
        sample_year::year_analysis(),
        sample_year::no_year(),
    ] {
        for lang in [Lang::Zh, Lang::En] {
            let html = render_html(&document_of(&analysis, lang)).unwrap();
            for area in [
                "report-",
                "kpi-",
                "definition-",
                "finding-",
                "setting-",
                "state-",
                "class-",
                "quality-fault",
                "quality-cost",
            ] {
                let found = html.split(area).nth(1).map(|s| &s[..s.len().min(30)]);
                assert_eq!(found, None, "{area}");
            }
        }
    }
}

#[test]
fn every_finding_can_be_said_in_both_languages() {
    let source = include_str!("../kpis/findings.rs");
    let zh = include_str!("../i18n/locales/zh/report.ftl");
    let en = include_str!("../i18n/locales/en/report.ftl");
    let keys = |ftl: &str| -> std::collections::BTreeSet<String> {
        ftl.lines()
            .filter_map(|l| l.strip_prefix("report-finding-"))
            .filter_map(|l| l.split(' ').next())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(keys(zh), keys(en));
    for key in keys(zh) {
        assert!(
            source.contains(&format!("\"{key}\"")),
            "{key} is never said"
        );
    }
}

#[test]
fn the_same_analysis_gives_the_same_bytes() {
    for analysis in [sample::analysis, sample_year::year_analysis] {
        let made = move || render_html(&document_of(&analysis(), Lang::Zh)).unwrap();
        let two = std::thread::spawn(made);
        assert_eq!(made(), two.join().unwrap());
    }
}

#[test]
fn names_cannot_break_out_of_the_page() {
    let mut analysis = sample::analysis();
    analysis.meta.department = sample::HOSTILE.to_owned();
    analysis.advisors[0].advisor = Some(sample::HOSTILE.to_owned());
    analysis.quality.imports[0].file = sample::HOSTILE.to_owned();
    analysis.quality.rejects[0].column = Some(sample::HOSTILE.to_owned());
    analysis.classes[0].class = sample::HOSTILE.to_owned();
    for lang in [Lang::Zh, Lang::En] {
        let html = render_html(&month_report(&analysis, lang)).unwrap();
        assert!(!html.contains("<script"), "a tag got through");
        assert!(!html.contains("\" onload"), "an attribute got through");
        assert!(
            !html.contains(['\u{2028}', '\u{202e}']),
            "an invisible got through"
        );
        assert!(html.contains("&lt;script&gt;"));
    }
}

#[test]
fn names_cannot_break_out_of_the_pages_of_a_year() {
    let mut analysis = sample_year::year_analysis();
    let year = analysis.year.as_mut().unwrap();
    let hostile = || Some(sample::HOSTILE.to_owned());
    year.advisors[0].advisor = hostile();
    year.satisfaction[0].advisor = hostile();
    year.callers[0].staff = hostile();
    year.top[0].customer_no = hostile();
    year.reasons[0].0 = sample::HOSTILE.to_owned();
    year.classes[0].class = sample::HOSTILE.to_owned();
    for lang in [Lang::Zh, Lang::En] {
        let html = render_html(&year_report(&analysis, lang)).unwrap();
        assert!(!html.contains("<script"), "a tag got through");
        assert!(!html.contains("\" onload"), "an attribute got through");
        assert!(!html.contains(['\u{2028}', '\u{202e}']));
        assert!(html.matches("&lt;script&gt;").count() >= 5);
    }
}

#[test]
fn the_page_is_self_contained_and_can_be_read_without_eyes() {
    for (lang, analysis) in [Lang::Zh, Lang::En]
        .into_iter()
        .flat_map(|l| [(l, sample::analysis()), (l, sample_year::year_analysis())])
    {
        let html = render_html(&document_of(&analysis, lang)).unwrap();
        for outside in [
            "http:", "https:", "<link", "src=", "url(", "@import", "<script",
        ] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
        assert!(html.contains("class=\"skip\" href=\"#main\""));
        let charts = html.matches("<svg role=\"img\" aria-labelledby=").count();
        assert_eq!(charts, html.matches("<title id=").count());
        assert_eq!(
            html.matches("<figure ").count(),
            html.matches("<figcaption>").count()
        );
        let ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|s| s.split('"').next())
            .collect();
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id is used twice");
    }
}

#[test]
fn without_data_each_chart_says_which_file_would_bring_it() {
    for lang in [Lang::Zh, Lang::En] {
        let document = month_report(&sample::nothing(), lang);
        let mut charts = 0;
        for block in document.pages.iter().flat_map(|p| &p.blocks) {
            if let Block::Charts { figures } = block {
                for figure in figures {
                    assert!(figure.chart.is_none(), "{}", figure.id);
                    assert!(!figure.missing.is_empty(), "{}", figure.id);
                    charts += 1;
                }
            }
        }
        assert_eq!(charts, 19);
        let html = render_html(&document).unwrap();
        assert_eq!(html.matches("class=\"missing\"").count(), charts);
        assert!(html.contains("work_orders"));
    }
}

#[test]
fn without_data_no_page_of_a_year_is_blank_or_full_of_zeros() {
    for lang in [Lang::Zh, Lang::En] {
        let document = year_report(&sample_year::no_year(), lang);
        assert_eq!(document.pages.len(), YEAR_PAGES.len());
        for page in &document.pages {
            assert!(!page.blocks.is_empty(), "{}", page.id);
            for block in &page.blocks {
                if let Block::Charts { figures } = block {
                    for figure in figures {
                        assert!(figure.chart.is_none(), "{}", figure.id);
                        assert!(!figure.missing.is_empty(), "{}", figure.id);
                    }
                }
            }
        }
        let html = render_html(&document).unwrap();
        assert!(html.contains("work_orders"));
        assert!(!html.contains("NaN") && !html.contains("inf"));
    }
}

#[test]
fn of_a_hundred_advisers_twenty_are_drawn_and_all_stand_in_the_table() {
    let mut analysis = sample::analysis();
    let one = analysis.advisors[0].clone();
    analysis.advisors = (0..100)
        .map(|i| crate::analysis::AdvisorRow {
            advisor: Some(format!("顾问{i:03}")),
            visits: 20 + i,
            paying: 20 + i,
            ..one.clone()
        })
        .collect();
    let document = month_report(&analysis, Lang::Zh);
    let figure = figures(&document)
        .find(|f| f.id == "advisors-revenue")
        .unwrap();
    let Some(Chart::Ranges(ranges)) = &figure.chart else {
        panic!("no chart");
    };
    assert_eq!(ranges.rows.len(), 20);
    // Those of whom most is known.
    assert!(ranges.rows.iter().all(|r| r.label.as_str() >= "顾问080"));
    assert_eq!(figure.table.rows.len(), 100);
}

#[test]
fn at_most_six_series_and_shares_add_up() {
    let document = month_report(&sample::analysis(), Lang::Zh);
    let shares = figures(&document)
        .find_map(|f| match &f.chart {
            Some(Chart::Shares(s)) => Some(s),
            _ => None,
        })
        .unwrap();
    assert_eq!(shares.series.len(), 6);
    assert!(shares.series[5].rest);
    for month in 0..13 {
        let sum: f64 = shares.series.iter().filter_map(|s| s.values[month]).sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }
}

#[test]
fn curves_of_a_part_of_the_customers_say_so() {
    let mut analysis = sample_year::year_analysis();
    let notes = |analysis: &Analysis| -> Vec<String> {
        let document = year_report(analysis, Lang::En);
        let of_part = |f: &&Figure| f.note.contains("A part of the vehicles");
        figures(&document)
            .filter(of_part)
            .map(|f| f.note.clone())
            .collect()
    };
    assert!(notes(&analysis).is_empty());
    for curve in &mut analysis.year.as_mut().unwrap().curves {
        curve.of_sample = true;
    }
    let said = notes(&analysis);
    assert!(
        said.len() > 1 && said.iter().all(|n| n.contains("n = ")),
        "{said:?}"
    );
}
