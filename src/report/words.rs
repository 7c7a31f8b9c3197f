//! What the pages share: the analysis, the language, and phrases made of both.

use chrono::NaiveDate;

use super::block::{Cell, Column, DataTable, Tick};
use super::format::{self, UNKNOWN, Writing, number_of};
use crate::analysis::{Analysis, Figure, Finding, Kpi, Mark, Unit};
use crate::i18n::{of_period, percent, text};
use crate::types::Lang;

/// The analysis in one language.
pub(super) struct Words<'a> {
    pub(super) a: &'a Analysis,
    pub(super) lang: Lang,
}

impl<'a> Words<'a> {
    pub(super) fn new(a: &'a Analysis, lang: Lang) -> Self {
        Self { a, lang }
    }

    /// How numbers are written.
    pub(super) fn writing(&self) -> Writing<'_> {
        Writing {
            lang: self.lang,
            currency: &self.a.meta.currency,
        }
    }

    /// A figure for tables, exact, without unit.
    pub(super) fn exact(&self, unit: Unit, value: Option<f64>) -> String {
        self.writing().exact(unit, value)
    }

    /// Money in full, without its unit.
    pub(super) fn sum(&self, amount: f64) -> String {
        self.a.meta.currency.plain(amount)
    }

    /// Money, short where large, with its unit.
    pub(super) fn money(&self, amount: f64) -> String {
        self.a.meta.currency.brief(self.lang, amount)
    }

    /// A message that other areas share.
    pub(super) fn common(&self, id: &str) -> String {
        text(self.lang, id, &[])
    }

    /// What a figure is called in this report.
    pub(super) fn label(&self, id: &str) -> String {
        of_period(self.lang, &format!("kpi-{id}"), self.a.length().as_str())
    }

    /// What a figure means in this report.
    pub(super) fn definition(&self, id: &str) -> String {
        let key = format!("definition-{id}");
        of_period(self.lang, &key, self.a.length().as_str())
    }

    /// A message of the report that names the length of its period.
    pub(super) fn of_period(&self, id: &str) -> String {
        let key = format!("report-{id}");
        of_period(self.lang, &key, self.a.length().as_str())
    }

    /// A message of the report, `report-<id>`.
    pub(super) fn t(&self, id: &str) -> String {
        self.ta(id, &[])
    }

    /// A message with values; every message may name the `currency`, as headers do.
    pub(super) fn ta(&self, id: &str, args: &[(&str, &str)]) -> String {
        let mut all = args.to_vec();
        all.push(("currency", self.a.meta.currency.unit(self.lang)));
        text(self.lang, &format!("report-{id}"), &all)
    }

    /// A message with figures.
    pub(super) fn phrase(&self, id: &str, values: &[(&str, Figure)]) -> String {
        self.phrase_with(id, values, &[])
    }

    /// The same with values in words.
    pub(super) fn phrase_with(
        &self,
        id: &str,
        values: &[(&str, Figure)],
        words: &[(&str, &str)],
    ) -> String {
        let mut args: Vec<(String, String)> = words
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        for (name, value) in values {
            args.push(((*name).to_owned(), self.writing().figure(value)));
        }
        let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.ta(id, &args)
    }

    /// A finding as a sentence.
    pub(super) fn finding(&self, finding: &Finding) -> String {
        self.phrase(&format!("finding-{}", finding.key), &finding.values)
    }

    /// `12 月` or `December`, the reported one.
    pub(super) fn month(&self) -> String {
        format::month_name(self.lang, self.a.meta.month_start)
    }

    /// The thirteen months as ticks.
    pub(super) fn month_ticks(&self) -> Vec<Tick> {
        self.ticks(self.a.months.iter().map(|m| m.month))
    }

    /// Months as ticks; years stand under the first and under each January.
    pub(super) fn ticks(&self, months: impl Iterator<Item = NaiveDate>) -> Vec<Tick> {
        use chrono::Datelike;
        months
            .enumerate()
            .map(|(i, month)| Tick {
                label: format::month_short(self.lang, month),
                below: if i == 0 || month.month() == 1 {
                    format::year(self.lang, month)
                } else {
                    String::new()
                },
                faint: false,
            })
            .collect()
    }

    /// First and last of the thirteen months, `2024-12`.
    pub(super) fn window(&self) -> (String, String) {
        let month = |m: Option<&crate::analysis::MonthPoint>| {
            m.map_or_else(String::new, |m| m.month.format("%Y-%m").to_string())
        };
        (month(self.a.months.first()), month(self.a.months.last()))
    }

    /// `口径 V1` with what the figure rests on.
    pub(super) fn note(&self, kpi: &Kpi) -> String {
        match kpi.n {
            Some(n) => self.ta(
                "note-definition-n",
                &[("definition", kpi.definition), ("n", &number_of(n))],
            ),
            None => self.ta("note-definition", &[("definition", kpi.definition)]),
        }
    }

    /// How far the target is met; where less is better, whether it is.
    pub(super) fn met(&self, kpi: &Kpi) -> String {
        match (kpi.more_is_better, kpi.mark(), kpi.attainment()) {
            (Some(false), Some(Mark::Good), _) => self.t("met-within"),
            (Some(false), Some(_), _) => self.t("met-beyond"),
            (_, _, Some(met)) => self.ta("met-share", &[("met", &percent(met))]),
            _ => String::new(),
        }
    }

    /// Value, short, with its unit where it is money.
    pub(super) fn plain(&self, unit: Unit, value: f64) -> String {
        match unit {
            Unit::Money => self.brief(unit, value),
            _ => self.exact(unit, Some(value)),
        }
    }

    /// Value with its unit, short.
    pub(super) fn brief(&self, unit: Unit, value: f64) -> String {
        let (value, unit) = self.parts(unit, value);
        if unit.is_empty() {
            value
        } else {
            format!("{value} {unit}")
        }
    }

    /// Value and unit apart, short.
    pub(super) fn parts(&self, unit: Unit, value: f64) -> (String, String) {
        match unit {
            Unit::Money => self.a.meta.currency.parts(self.lang, value),
            Unit::Share => (self.exact(unit, Some(value)), String::new()),
            _ => (self.exact(unit, Some(value)), self.writing().unit(unit)),
        }
    }

    /// A table with headers from messages; a header that ends in `>` stands at the right.
    pub(super) fn table(&self, caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> DataTable {
        DataTable {
            caption: caption.to_owned(),
            columns: columns
                .iter()
                .map(|key| Column {
                    label: self.t(key.trim_end_matches('>')),
                    number: key.ends_with('>'),
                })
                .collect(),
            rows,
            empty: self.t("table-empty"),
        }
    }
}

/// A number for a table, or the sign of the unknown.
pub(super) fn cell(value: Option<f64>, write: impl Fn(f64) -> String) -> Cell {
    value.map_or_else(|| UNKNOWN.into(), |v| write(v).into())
}
