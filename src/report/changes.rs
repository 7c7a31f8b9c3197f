//! What moved since the last version of a report, in words.

use super::block::{Block, Cell, Column, DataTable, Item, Page};
use super::format::{UNKNOWN, number_of};
use crate::analysis::{Cause, Difference, ReportVersion, ReportedFigure, Unit};
use crate::i18n::{Currency, number, percent, text};
use crate::types::Lang;

/// The page of a report that has an earlier version.
#[must_use]
pub fn changes_page(difference: &Difference, lang: Lang) -> Page {
    let t = |id: &str| text(lang, &format!("report-{id}"), &[]);
    let mut blocks = vec![Block::Text {
        text: changes_title(difference, lang),
    }];
    if !difference.figures.is_empty() {
        blocks.push(Block::Table(moved(difference, lang)));
    }
    if !difference.causes.is_empty() {
        blocks.push(Block::Heading {
            text: t("changes-why"),
        });
        blocks.push(Block::List {
            items: causes(difference, lang)
                .into_iter()
                .map(|text| Item { mark: None, text })
                .collect(),
        });
    }
    Page {
        id: "changes",
        title: t("page-changes"),
        blocks,
    }
}

/// How many figures moved between which versions.
#[must_use]
pub fn changes_title(difference: &Difference, lang: Lang) -> String {
    let (moved, same) = (difference.figures.len(), difference.unchanged);
    let args = [
        ("before", version(&difference.before, lang)),
        ("after", version(&difference.after, lang)),
        ("moved", moved.to_string()),
        ("all", (moved + same).to_string()),
    ];
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let key = if moved == 0 {
        "report-changes-none"
    } else {
        "report-changes-some"
    };
    text(lang, key, &args)
}

/// What lies between the versions, a sentence each.
#[must_use]
pub fn causes(difference: &Difference, lang: Lang) -> Vec<String> {
    difference.causes.iter().map(|c| cause(c, lang)).collect()
}

/// The figures that moved: before, after.
#[must_use]
pub fn moved(difference: &Difference, lang: Lang) -> DataTable {
    let t = |id: &str| text(lang, &format!("report-{id}"), &[]);
    let label = |f: &ReportedFigure| match lang {
        Lang::Zh => f.label_zh.clone(),
        Lang::En => f.label_en.clone(),
    };
    DataTable {
        caption: t("changes-caption"),
        columns: [
            ("column-figure", false),
            ("column-before", true),
            ("column-after", true),
            ("column-moved-by", true),
        ]
        .map(|(id, number)| Column {
            label: t(id),
            number,
        })
        .to_vec(),
        rows: difference
            .figures
            .iter()
            .map(|f| {
                let either = f.after.as_ref().or(f.before.as_ref());
                let value = |f: Option<&ReportedFigure>| f.and_then(|f| f.value);
                let (then, now) = (value(f.before.as_ref()), value(f.after.as_ref()));
                let unit = |f: Option<&ReportedFigure>| f.map(|f| f.unit.clone());
                let (unit_then, unit_now) = (unit(f.before.as_ref()), unit(f.after.as_ref()));
                let said = |unit: &Option<String>, value| {
                    shown(lang, unit.as_deref().unwrap_or_default(), value)
                };
                let by = match (then, now) {
                    (Some(then), Some(now)) if unit_then == unit_now => {
                        signed(lang, unit_now.as_deref().unwrap_or_default(), now - then)
                    }
                    _ => UNKNOWN.to_owned(),
                };
                vec![
                    Cell::from(either.map(label).unwrap_or_default()),
                    said(&unit_then, then).into(),
                    said(&unit_now, now).into(),
                    by.into(),
                ]
            })
            .collect(),
        empty: t("table-empty"),
    }
}

/// A figure by its unit. Money keeps its hundredths, since a version may differ from another by them.
fn shown(lang: Lang, unit: &str, value: Option<f64>) -> String {
    let Some(value) = value else {
        return UNKNOWN.to_owned();
    };
    match Unit::named(unit) {
        Unit::Share => percent(value),
        Unit::Money => Currency::new(unit, 2).full(lang, value),
        Unit::Mean => number(value, 2),
        _ if value.fract().abs() < 1e-9 => number(value, 0),
        _ => number(value, 2),
    }
}

fn signed(lang: Lang, unit: &str, by: f64) -> String {
    let plain = shown(lang, unit, Some(by.abs()));
    if !plain.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        plain
    } else if by < 0.0 {
        format!("−{plain}")
    } else {
        format!("+{plain}")
    }
}

fn version(version: &ReportVersion, lang: Lang) -> String {
    let number = version.number.map(|n| n.to_string()).unwrap_or_default();
    let key = if version.number.is_some() {
        "report-version-archived"
    } else {
        "report-version-now"
    };
    text(
        lang,
        key,
        &[
            ("period", &version.period),
            ("number", &number),
            ("as_of", &version.as_of.to_string()),
        ],
    )
}

fn cause(cause: &Cause, lang: Lang) -> String {
    let (key, args): (&str, Vec<(&str, String)>) = match cause {
        Cause::Import(i) => (
            "import",
            vec![
                ("id", i.import_id.to_string()),
                ("file", i.file.clone()),
                ("loaded", number_of(i.loaded)),
                ("replaced", number_of(i.replaced)),
            ],
        ),
        Cause::Orders { before, after } => (
            "orders",
            vec![("before", number_of(*before)), ("after", number_of(*after))],
        ),
        Cause::Data => ("data", Vec::new()),
        Cause::Setting {
            name,
            before,
            after,
        } => (
            "setting",
            vec![
                ("name", name.clone()),
                ("before", or_unset(before)),
                ("after", or_unset(after)),
            ],
        ),
        Cause::Definitions => ("definitions", Vec::new()),
        Cause::Program { before, after } => (
            "program",
            vec![("before", before.clone()), ("after", after.clone())],
        ),
        Cause::AsOf { before, after } => (
            "as-of",
            vec![("before", before.to_string()), ("after", after.to_string())],
        ),
    };
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    text(lang, &format!("report-cause-{key}"), &args)
}

fn or_unset(value: &str) -> String {
    if value.is_empty() {
        UNKNOWN.to_owned()
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::MovedFigure;

    #[test]
    fn changes_show_their_sign_their_unit_and_no_negative_zero() {
        let en = |unit, by| signed(Lang::En, unit, by);
        assert_eq!(en("yuan", -1200.5), "−¥1,200.50");
        assert_eq!(en("EUR", 1200.5), "+€1,200.50");
        assert_eq!(signed(Lang::Zh, "yuan", -1200.5), "−1,200.50 元");
        assert_eq!(en("visits", 3.0), "+3");
        assert_eq!(en("share", 0.000_01), "0.0 %");
        assert_eq!(shown(Lang::En, "share", Some(0.021)), "2.1 %");
        assert_eq!(shown(Lang::En, "yuan", None), UNKNOWN);
    }

    #[test]
    fn amounts_of_two_currencies_are_not_subtracted() {
        let figure = |unit: &str, value| ReportedFigure {
            label_zh: "营业额".to_owned(),
            label_en: "Revenue".to_owned(),
            unit: unit.to_owned(),
            value: Some(value),
            target: None,
        };
        let version = ReportVersion::default();
        let difference = Difference {
            before: version.clone(),
            after: version,
            figures: vec![MovedFigure {
                id: "revenue".to_owned(),
                before: Some(figure("yuan", 800.0)),
                after: Some(figure("EUR", 100.0)),
            }],
            unchanged: 0,
            causes: Vec::new(),
        };
        let rows = moved(&difference, Lang::En).rows;
        let cells: Vec<&str> = rows[0].iter().map(|c| c.text.as_str()).collect();
        assert_eq!(cells, ["Revenue", "¥800.00", "€100.00", UNKNOWN]);
    }
}
