//! The figures of periods: the questions asked of one snapshot of the database, each once.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use sha2::{Digest, Sha256};

use super::super::{quality, score, settings_hash};
use super::{Period, PeriodKind};
use crate::analysis::{Analysis, AnalysisMeta, FiscalYear, QualitySheet, Table};
use crate::kpis;
use crate::scripts;
use crate::settings::{Settings, TaxBasis};
use crate::store::Store;
use crate::types::{Error, Result};

/// Months before the last one that a report looks back on.
const SPAN_MONTHS: u32 = 12;

/// The periods that are meant and their figures, with the states of the dates that they compare.
pub(super) fn analysed(
    store: &Store,
    settings: &Settings,
    wanted: &[(PeriodKind, Option<NaiveDate>)],
) -> Result<Vec<(Period, Analysis)>> {
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    let first = store
        .day("select min(in_at)::date from orders")?
        .unwrap_or(as_of);
    ensure_tables(store)?;
    let fiscal = FiscalYear::beginning(settings.report.fiscal_year_start);
    let periods = wanted
        .iter()
        .map(|(kind, start)| Period::wanted(*kind, fiscal, *start, as_of, first))
        .collect::<Result<Vec<_>>>()?;
    let mut dates = Vec::new();
    for date in periods.iter().flat_map(|p| p.compared_dates(first)) {
        if !dates.contains(&date) {
            dates.push(date);
        }
    }
    score::ensure_history(store, settings, &dates)?;
    let mut asked = Asked {
        store,
        settings,
        as_of,
        answers: BTreeMap::new(),
        sheet: None,
    };
    periods
        .into_iter()
        .map(|period| Ok((period, analysis_of(&mut asked, &period, first)?)))
        .collect()
}

/// Tables that a file of an earlier version lacks and a reader cannot add: for this process they are there, and empty.
fn ensure_tables(store: &Store) -> Result<()> {
    for (table, script) in [
        ("segments", "scores/segments"),
        ("survival", "scores/survival"),
    ] {
        let found = store.count(&format!(
            "select count(*) from duckdb_tables() where table_name = '{table}' and not internal"
        ))?;
        if found == 0 {
            let own = "create temp table if not exists";
            store.run(&scripts::text(script).replace("create table if not exists", own))?;
        }
    }
    Ok(())
}

/// The figures of one period.
pub(super) fn analysed_one(
    store: &Store,
    settings: &Settings,
    kind: PeriodKind,
    start: Option<NaiveDate>,
) -> Result<(Period, Analysis)> {
    let found = analysed(store, settings, &[(kind, start)])?;
    let none = || Error::internal("no period was asked for");
    found.into_iter().next().ok_or_else(none)
}

/// The figures of a period, from the tables.
fn analysis_of(asked: &mut Asked<'_>, period: &Period, first: NaiveDate) -> Result<Analysis> {
    let settings = asked.settings;
    let month = period.last_month();
    let meta = AnalysisMeta {
        department: settings.department.clone(),
        month_start: month.start,
        month_end: period.end,
        as_of: asked.as_of,
        currency: settings.currency(),
        fiscal: period.fiscal,
        tax_included: match settings.report.tax_basis {
            TaxBasis::Unsaid => None,
            TaxBasis::Included => Some(true),
            TaxBasis::Excluded => Some(false),
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings_hash: settings_hash(settings)?,
        data_hash: data_hash(asked.store)?,
    };
    let of_month = match period.kind {
        PeriodKind::Month => kpis::month_queries(),
        PeriodKind::Year => &[],
    };
    let mut analysis = kpis::analysis(asked.about(&month, of_month)?, meta, settings);
    if period.kind == PeriodKind::Year {
        let span = kpis::YearSpan {
            start: period.start,
            end: period.end,
            data_from: first,
        };
        let results = asked.about(period, kpis::year_queries())?;
        analysis.care = None;
        let mut year = kpis::year(results, span, settings);
        year.spring = kpis::spring(&analysis, &year);
        analysis.year = Some(year);
    }
    analysis.quality.sheet = Some(asked.sheet()?);
    Ok(analysis)
}

/// What was asked of a database, each period once.
struct Asked<'a> {
    store: &'a Store,
    settings: &'a Settings,
    as_of: NaiveDate,
    answers: BTreeMap<String, BTreeMap<&'static str, Table>>,
    /// Measured once for all periods: it is of all that was imported.
    sheet: Option<QualitySheet>,
}

impl Asked<'_> {
    /// The data-quality sheet.
    fn sheet(&mut self) -> Result<QualitySheet> {
        if self.sheet.is_none() {
            self.sheet = Some(quality::sheet(self.store, self.settings)?);
        }
        Ok(self.sheet.clone().unwrap_or_default())
    }

    /// The answers to the questions about a period, and to more that only some are asked.
    fn about(
        &mut self,
        period: &Period,
        more: &[(&'static str, &'static str)],
    ) -> Result<&BTreeMap<&'static str, Table>> {
        let found = self.answers.entry(period.name()).or_default();
        let unasked: Vec<_> = kpis::queries()
            .iter()
            .chain(more)
            .filter(|(name, _)| !found.contains_key(name))
            .collect();
        if !unasked.is_empty() {
            let festivals = match period.kind {
                PeriodKind::Month => kpis::spring_festivals(period.start),
                PeriodKind::Year => None,
            };
            let day =
                |d: Option<NaiveDate>| d.map_or_else(|| "null".to_owned(), |d| format!("'{d}'"));
            self.store.run(&format!(
                "create or replace temp table run as select date '{}' as as_of, date '{}' as month_start, date '{}' as month_end, \
                 {} as step_months, {SPAN_MONTHS} as span_months, {}::double as top_quantile, {}::integer as store_units, \
                 {}::date as festival, {}::date as festival_before",
                self.as_of,
                period.start,
                period.end,
                period.kind.months(),
                self.settings.loyalty.top_quantile,
                self.settings.loyalty.store_units,
                day(festivals.map(|f| f.0)),
                day(festivals.map(|f| f.1)),
            ))?;
            if unasked.iter().any(|(name, _)| *name == "month_due") {
                for script in [
                    "contacts/says_reached",
                    "contacts/contacts_of_units",
                    "contacts/calls_after_visits",
                ] {
                    self.store.run(scripts::text(script))?;
                }
            }
            for (name, sql) in unasked {
                let answer = if *name == "movement" {
                    of_some_periods(self.store, period, sql)?
                } else {
                    self.store.table(sql)?
                };
                found.insert(*name, answer);
            }
        }
        Ok(found)
    }
}

/// The answers to a question about the periods up to this one, asked of some of them after the other: each takes memory
/// for all units, and all of them at once for all units times the periods.
fn of_some_periods(store: &Store, period: &Period, sql: &str) -> Result<Table> {
    /// Units times periods that are asked about at once.
    const AT_ONCE: u64 = 400_000;
    let units = store.count("select count(*) from vehicle_scores")?.max(1);
    let step = period.kind.months();
    let at_once = u32::try_from((AT_ONCE / units).max(1)).unwrap_or(u32::MAX);
    let mut all = Table::default();
    // Periods before this one, in the order of time.
    let mut from = SPAN_MONTHS / step;
    loop {
        let to = from.saturating_sub(at_once - 1);
        store.run(&format!(
            "update run set month_start = date '{}', span_months = {}",
            period.start - Months::new(to * step),
            (from - to) * step
        ))?;
        let some = store.table(sql)?;
        all.columns = some.columns;
        all.rows.extend(some.rows);
        if to == 0 {
            return Ok(all);
        }
        from = to - 1;
    }
}

/// Hash of all that was imported, by which a report can be held against the data.
fn data_hash(store: &Store) -> Result<String> {
    let table = store.table(
        "select coalesce(string_agg(sha256, ',' order by import_id), '') as all_files from imports",
    )?;
    let text = table
        .first()
        .map(|r| r.text("all_files"))
        .transpose()?
        .flatten()
        .unwrap_or_default();
    Ok(Sha256::digest(text.as_bytes())
        .iter()
        .take(6)
        .map(|b| format!("{b:02x}"))
        .collect())
}
