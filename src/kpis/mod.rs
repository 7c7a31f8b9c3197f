//! The figures of a month: the questions asked of the database, and their answers as an [`Analysis`].

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

use crate::analysis::{Analysis, AnalysisMeta, Kpi, MonthPoint, Split, Table, Unit, Year};
use crate::i18n;
use crate::scripts;
use crate::settings::Settings;
use crate::types::Lang;

mod base;
mod care;
mod compared;
mod festival;
mod findings;
mod pace;
mod parts;
mod series;
mod specs;
mod splits;
mod staying;
mod targets;
mod year;

pub use base::{Base, BaseVisit, Habits, Moves, Subject};
pub use festival::spring_festivals;
pub use specs::{SPECS, Span, Spec};
pub use year::YearSpan;

use series::Series;
use targets::Targets;

macro_rules! queries {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../queries/kpis/", $name, ".sql")))),+]
    };
}

/// Name and text of every question. Each reads the one-row table `run` (as_of, month_start, month_end, step_months,
/// span_months, top_quantile, store_units, festival, festival_before) and answers with a few rows; with a step of 12 months its periods are years.
const QUERIES: &[(&str, &str)] = queries![
    "advisors",
    "classes",
    "cohort",
    "coverage",
    "days",
    "imports",
    "lost",
    "matrix",
    "months",
    "movement",
    "plan_lines",
    "presets",
    "probabilities",
    "quality",
    "rejects",
    "services",
    "splits",
    "states",
    "targets",
];

/// Those of a month alone.
const MONTH_QUERIES: &[(&str, &str)] = queries![
    "callers",
    "campaigns",
    "month_advisor_calls",
    "month_ahead",
    "month_arrivals",
    "month_due",
    "month_effect",
    "month_festival",
    "month_lost",
    "month_mix",
    "month_stays",
    "month_timers",
    "reasons",
    "renewal_pool",
    "renewals",
    "satisfaction",
    "stayed_away",
];

/// Those of a year alone.
const YEAR_QUERIES: &[(&str, &str)] = queries![
    "callers",
    "campaigns",
    "reasons",
    "renewal_pool",
    "renewals",
    "satisfaction",
    "stayed_away",
    "year_ahead",
    "year_cohorts",
    "year_concentration",
    "year_curves",
    "year_customers",
    "year_groups",
    "year_lost_loyal",
    "year_purchases",
    "year_sold",
    "year_tiers",
    "year_top",
];

/// Name and text of every question, in order of name.
#[must_use]
pub fn queries() -> &'static [(&'static str, &'static str)] {
    QUERIES
}

/// Name and text of every question that a month is asked besides. They read `contacts_of_units` and `calls_after_visits`.
#[must_use]
pub fn month_queries() -> &'static [(&'static str, &'static str)] {
    MONTH_QUERIES
}

/// Name and text of every question that a year is asked besides.
#[must_use]
pub fn year_queries() -> &'static [(&'static str, &'static str)] {
    YEAR_QUERIES
}

/// Text of what is counted outside of the questions: the base that some of them read.
#[must_use]
pub fn counted() -> [&'static str; 3] {
    [
        scripts::text("units/base_visits"),
        include_str!("base.rs"),
        include_str!("base/habits.rs"),
    ]
}

/// One row of the table `kpis`.
#[derive(Clone, Debug, PartialEq)]
pub struct KpiRow {
    /// `2025-12`.
    pub period: String,
    /// Name.
    pub id: &'static str,
    /// Chinese label.
    pub label_zh: String,
    /// English label.
    pub label_en: String,
    /// What it is counted in: the name of [`crate::analysis::Unit`].
    pub unit: String,
    /// Value.
    pub value: Option<f64>,
    /// Target.
    pub target: Option<f64>,
    /// Short number of the definition.
    pub definition: &'static str,
    /// The period before.
    pub previous: Option<f64>,
    /// The same period a year before.
    pub last_year: Option<f64>,
    /// What the figure rests on, where that says how far to trust it.
    pub n: Option<i64>,
}

/// The table `kpi_splits` for the period of the analysis: its name, and its rows.
#[must_use]
pub fn split_rows(analysis: &Analysis) -> (String, &[Split]) {
    match &analysis.year {
        Some(year) => (analysis.meta.fiscal.name(year.start), &year.splits),
        None => (
            analysis.meta.month_start.format("%Y-%m").to_string(),
            &analysis.splits,
        ),
    }
}

/// The table `kpis` for the period of the analysis: its year, where it has one, else its month.
#[must_use]
pub fn rows(analysis: &Analysis) -> Vec<KpiRow> {
    let (period, kpis) = match &analysis.year {
        Some(year) => (analysis.meta.fiscal.name(year.start), &year.kpis),
        None => (
            analysis.meta.month_start.format("%Y-%m").to_string(),
            &analysis.kpis,
        ),
    };
    kpis.iter()
        .map(|kpi| {
            let label = |lang| {
                i18n::of_period(lang, &format!("kpi-{}", kpi.id), analysis.length().as_str())
            };
            KpiRow {
                period: period.clone(),
                id: kpi.id,
                label_zh: label(Lang::Zh),
                label_en: label(Lang::En),
                unit: kpi.unit.name(&analysis.meta.currency),
                value: kpi.value,
                target: kpi.target,
                definition: kpi.definition,
                previous: kpi.previous,
                last_year: kpi.last_year,
                n: kpi.n,
            }
        })
        .collect()
}

/// The analysis from the answers to [`queries`]; an answer that is missing counts as empty.
#[must_use]
pub fn analysis(
    results: &BTreeMap<&'static str, Table>,
    meta: AnalysisMeta,
    settings: &Settings,
) -> Analysis {
    let nothing = Table::default();
    let table = |name: &str| results.get(name).unwrap_or(&nothing);
    let month = meta.month_start;
    let targets = Targets::new(table("targets"), settings);
    let mut series = series_of(results, settings);
    let quality = parts::quality(
        table("imports"),
        table("rejects"),
        table("quality"),
        table("coverage"),
    );
    series.of_orders(month, &quality.orders);

    let kpis: Vec<Kpi> = SPECS
        .iter()
        .map(|spec| kpi(spec, month, &series, &targets))
        .collect();
    let (states, states_as_of) = parts::states(table("states"), month);
    let mut analysis = Analysis {
        settings: parts::settings(settings),
        kpis,
        months: months(month, &series, &targets),
        classes: parts::classes(table("classes")),
        days: parts::days(table("days")),
        advisors: parts::advisors(table("advisors")),
        matrix: parts::matrix(table("matrix")),
        states,
        states_as_of,
        movement: parts::movement(table("movement"), month),
        frequency: compared::frequency(table("presets"), month),
        splits: splits::of(table("splits"), month, 1),
        pace: pace::of(&series, &targets, meta.fiscal, meta.month_end),
        trust: compared::trust(table("probabilities")),
        quality,
        findings: Vec::new(),
        care: care::of(results),
        year: None,
        meta,
    };
    let nothing = Table::default();
    let days = results.get("month_festival").unwrap_or(&nothing);
    let (months, end) = (&analysis.months, analysis.meta.month_end);
    let festival = festival::of(days, months, analysis.meta.month_start, end);
    if let Some(care) = &mut analysis.care {
        care.festival = festival;
    }
    analysis.findings = findings::all(&analysis);
    analysis
}

/// Visits and revenue of the Januaries and Februaries in and before a fiscal year, each year's two together: what the
/// Spring Festival, which moves between them, does not move. Only of whole years.
#[must_use]
pub fn spring(analysis: &Analysis, year: &Year) -> Option<[(f64, f64); 2]> {
    let february = year.start.year() + i32::from(year.start.month() > 1);
    // With a year that begins in February the two lie in different ones.
    (year.is_comparable() && year.start.month() != 2)
        .then(|| festival::together(&analysis.months, february))
        .flatten()
}

/// The year from the answers to [`queries`] with a step of 12 months and to [`year_queries`], over the same `run`.
#[must_use]
pub fn year(results: &BTreeMap<&'static str, Table>, span: YearSpan, settings: &Settings) -> Year {
    year::of(results, span, settings)
}

/// Every figure by period, from the answers.
fn series_of(results: &BTreeMap<&'static str, Table>, settings: &Settings) -> Series {
    let nothing = Table::default();
    let table = |name: &str| results.get(name).unwrap_or(&nothing);
    let mut series = Series::default();
    series.of_months(table("months"), settings.loyalty.cost_known_share);
    series.of_movement(table("movement"));
    series.of_states(table("states"));
    series.of_lost(table("lost"));
    series.of_cohort(table("cohort"));
    series.of_presets(table("presets"));
    series.of_services(table("services"));
    series.of_plan_lines(table("plan_lines"));
    series
}

/// The first day of the month `back` months before.
fn months_before(month: NaiveDate, back: u32) -> NaiveDate {
    let first = month.with_day(1).unwrap_or(month);
    first.checked_sub_months(Months::new(back)).unwrap_or(first)
}

/// The thirteen months up to `month`, oldest first.
fn thirteen(month: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..=12).rev().map(move |back| months_before(month, back))
}

fn kpi(spec: &Spec, month: NaiveDate, series: &Series, targets: &Targets) -> Kpi {
    let at = |m: NaiveDate| series.value(spec.id, m);
    Kpi {
        id: spec.id,
        definition: spec.definition,
        unit: spec.unit,
        more_is_better: spec.more_is_better,
        value: at(month),
        previous: at(months_before(month, 1)),
        last_year: at(months_before(month, 12)),
        target: targets.value(spec, month),
        n: match spec.unit {
            Unit::Share | Unit::Mean | Unit::PerDay => series.n(spec.id, month),
            Unit::Money if spec.span == Span::Ratio => series.n(spec.id, month),
            _ => None,
        },
        trend: thirteen(month).map(at).collect(),
    }
}

fn months(month: NaiveDate, series: &Series, targets: &Targets) -> Vec<MonthPoint> {
    let target = |id: &str, m: NaiveDate| {
        SPECS
            .iter()
            .find(|s| s.id == id)
            .and_then(|spec| targets.value(spec, m))
    };
    thirteen(month)
        .map(|m| {
            let before = months_before(m, 12);
            MonthPoint {
                month: m,
                visits: series.value("visits", m),
                revenue: series.value("revenue", m),
                visits_last_year: series.value("visits", before),
                revenue_last_year: series.value("revenue", before),
                visits_target: target("visits", m),
                revenue_target: target("revenue", m),
            }
        })
        .collect()
}

#[cfg(test)]
mod pace_tests;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod sample_compared;
#[cfg(test)]
mod sample_curves;
#[cfg(test)]
mod sample_sheet;
#[cfg(test)]
pub(crate) mod sample_year;
#[cfg(test)]
mod tests;
