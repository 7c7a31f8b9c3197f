//! The figures of periods: the questions asked of one snapshot of the database, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::super::score::{self, History};
use super::super::{also_stopping, quality, settings_hash};
use super::base::{BASE_TABLES, count_base};
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
    let stood_in = ensure_tables(store)?;
    let Compared {
        as_of,
        first,
        periods,
        dates,
    } = compared(store, settings, wanted)?;
    let history = score::ensure_history(store, settings, &dates)?;
    // Several questions at once take more memory than one.
    let sharing = if stood_in || store.is_limited() {
        Sharing::Nothing
    } else if history == History::Own {
        Sharing::ButHistory
    } else {
        Sharing::All
    };
    let asked = ask(store, settings, as_of, &questions(&periods), sharing)?;
    periods
        .into_iter()
        .map(|period| {
            let analysis = analysis_of(&asked, store, settings, as_of, &period, first)?;
            Ok((period, analysis))
        })
        .collect()
}

/// The periods that are meant, and the dates whose states they compare.
struct Compared {
    as_of: NaiveDate,
    /// The first day of all data.
    first: NaiveDate,
    periods: Vec<Period>,
    dates: Vec<NaiveDate>,
}

fn compared(
    store: &Store,
    settings: &Settings,
    wanted: &[(PeriodKind, Option<NaiveDate>)],
) -> Result<Compared> {
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    let first = store
        .day("select min(in_at)::date from orders")?
        .unwrap_or(as_of);
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
    Ok(Compared {
        as_of,
        first,
        periods,
        dates,
    })
}

/// True where nothing is scored yet, or states of dates that reports compare are not kept.
pub(super) fn lacks_states(
    store: &Store,
    settings: &Settings,
    wanted: &[(PeriodKind, Option<NaiveDate>)],
) -> Result<bool> {
    if store.count("select count(*) from vehicle_scores")? == 0 {
        return Ok(true);
    }
    let dates = compared(store, settings, wanted)?.dates;
    Ok(!score::missing_states(store, &dates)?.is_empty())
}

/// Tables that a file of an earlier version lacks and a reader cannot add: for this connection they are there, and empty.
/// True where there are such.
fn ensure_tables(store: &Store) -> Result<bool> {
    let mut stood_in = false;
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
            stood_in = true;
        }
    }
    Ok(stood_in)
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

/// The figures of a period, from the answers.
fn analysis_of(
    asked: &Asked,
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    period: &Period,
    first: NaiveDate,
) -> Result<Analysis> {
    let month = period.last_month();
    let meta = AnalysisMeta {
        department: settings.department.clone(),
        month_start: month.start,
        month_end: period.end,
        as_of,
        currency: settings.currency(),
        fiscal: period.fiscal,
        tax_included: match settings.report.tax_basis {
            TaxBasis::Unsaid => None,
            TaxBasis::Included => Some(true),
            TaxBasis::Excluded => Some(false),
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings_hash: settings_hash(settings)?,
        data_hash: data_hash(store)?,
    };
    let mut analysis = kpis::analysis(asked.about(&month)?, meta, settings);
    if period.kind == PeriodKind::Year {
        let span = kpis::YearSpan {
            start: period.start,
            end: period.end,
            data_from: first,
        };
        analysis.care = None;
        let mut year = kpis::year(asked.about(period)?, span, settings);
        year.spring = kpis::spring(&analysis, &year);
        analysis.year = Some(year);
    }
    analysis.quality.sheet = Some(asked.sheet.clone());
    Ok(analysis)
}

/// Something to be found out. Each is a function of what the database holds, in whatever order they come.
enum Question {
    /// The quality of all that was imported: once for all periods.
    Quality,
    /// Queries about a period that one connection answers: names and texts.
    About {
        period: Period,
        queries: Vec<(&'static str, &'static str)>,
    },
}

impl Question {
    /// The answer rests on states of earlier dates, if only by a table that is made for it.
    fn reads_history(&self) -> bool {
        match self {
            Self::Quality => false,
            Self::About { queries, .. } => queries
                .iter()
                .any(|(_, sql)| sql.contains("score_history") || reads_base(sql)),
        }
    }
}

enum Answer {
    Quality(QualitySheet),
    About(Period, Vec<(&'static str, Table)>),
}

/// What the figures of periods are made from, each question once.
fn questions(periods: &[Period]) -> Vec<Question> {
    let mut asked = BTreeSet::new();
    // What takes longest comes first.
    let mut all = vec![Question::Quality];
    let mut add = |period: Period, queries: &[(&'static str, &'static str)]| {
        let new: Vec<_> = queries
            .iter()
            .copied()
            .filter(|(name, _)| asked.insert((period.name(), *name)))
            .collect();
        // What reads the tables of the base is asked of the one connection that makes them.
        let (of_base, others): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|(_, sql)| reads_base(sql));
        let each = others.into_iter().map(|query| vec![query]);
        let together = [of_base].into_iter().chain(each);
        all.extend(
            together
                .filter(|queries| !queries.is_empty())
                .map(|queries| Question::About { period, queries }),
        );
    };
    for period in periods {
        add(period.last_month(), kpis::queries());
        match period.kind {
            PeriodKind::Month => add(*period, kpis::month_queries()),
            PeriodKind::Year => {
                add(*period, kpis::queries());
                add(*period, kpis::year_queries());
            }
        }
    }
    all
}

/// The answers to questions.
struct Asked {
    answers: BTreeMap<String, BTreeMap<&'static str, Table>>,
    sheet: QualitySheet,
}

impl Asked {
    fn about(&self, period: &Period) -> Result<&BTreeMap<&'static str, Table>> {
        self.answers
            .get(&period.name())
            .ok_or_else(|| Error::internal("a period that was not asked about"))
    }
}

/// Connections that questions are spread over, at most.
const MOST_CONNECTIONS: usize = 4;

/// What other connections may be asked. They see what is committed, and nothing that is this one's own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sharing {
    Nothing,
    /// States of some dates are not committed yet.
    ButHistory,
    All,
}

/// Asks all questions; where they can be shared, by several connections at once: most of a question's time is the engine
/// making its plan, which it does on one thread.
fn ask(
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    questions: &[Question],
    sharing: Sharing,
) -> Result<Asked> {
    let others = match sharing {
        Sharing::Nothing => 0,
        Sharing::ButHistory | Sharing::All => {
            rayon::current_num_threads().min(MOST_CONNECTIONS) - 1
        }
    };
    let siblings = (0..others)
        .map(|_| store.sibling())
        .collect::<Result<Vec<_>>>()?;
    let (own, shared): (Vec<usize>, Vec<usize>) = (0..questions.len())
        .partition(|&at| sharing == Sharing::ButHistory && questions[at].reads_history());
    let next = AtomicUsize::new(0);
    let has_failed = AtomicBool::new(false);
    let work = |store: &Store, own: &[usize]| {
        let mut asker = Asker::new(store, settings, as_of);
        let mut found = Vec::new();
        let taken = || shared.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        for at in own.iter().copied().chain(std::iter::from_fn(taken)) {
            // After an error nobody asks on.
            if has_failed.load(Ordering::Relaxed) {
                break;
            }
            let answer = asker.answer(&questions[at]);
            has_failed.fetch_or(answer.is_err(), Ordering::Relaxed);
            found.push((at, answer));
        }
        found
    };
    // A signal stops them all.
    let asking = also_stopping(&siblings);
    let joined = std::thread::scope(|scope| {
        let work = &work;
        let helpers: Vec<_> = siblings
            .into_iter()
            .map(|sibling| scope.spawn(move || work(&sibling, &[])))
            .collect();
        let mut joined = vec![Ok(work(store, &own))];
        joined.extend(helpers.into_iter().map(std::thread::ScopedJoinHandle::join));
        joined
    });
    drop(asking);
    let mut found = Vec::new();
    for of_one in joined {
        found.extend(of_one.map_err(|_| Error::internal("an asking thread stopped"))?);
    }
    // Of several errors the same one is told each time.
    found.sort_by_key(|(at, _)| *at);
    let mut asked = Asked {
        answers: BTreeMap::new(),
        sheet: QualitySheet::default(),
    };
    for (_, answer) in found {
        match answer? {
            Answer::Quality(sheet) => asked.sheet = sheet,
            Answer::About(period, tables) => {
                let of_period = asked.answers.entry(period.name()).or_default();
                of_period.extend(tables);
            }
        }
    }
    Ok(asked)
}

/// One connection that is asked, with the tables of its own that questions read.
pub(super) struct Asker<'a> {
    store: &'a Store,
    settings: &'a Settings,
    as_of: NaiveDate,
    /// The period that the table `run` is of.
    run_of: Option<String>,
    /// The period that the tables of what was said are of.
    contacts_of: Option<String>,
    /// The period that the tables of the base are of.
    base_of: Option<String>,
}

impl<'a> Asker<'a> {
    pub(super) const fn new(store: &'a Store, settings: &'a Settings, as_of: NaiveDate) -> Self {
        Self {
            store,
            settings,
            as_of,
            run_of: None,
            contacts_of: None,
            base_of: None,
        }
    }

    fn answer(&mut self, question: &Question) -> Result<Answer> {
        match question {
            Question::Quality => quality::sheet(self.store, self.settings).map(Answer::Quality),
            Question::About { period, queries } => {
                let mut answers = Vec::new();
                for (name, sql) in queries {
                    self.prepare(period, sql)?;
                    answers.push((*name, self.store.table(sql)?));
                }
                Ok(Answer::About(*period, answers))
            }
        }
    }

    /// Makes the tables that a question about a period reads.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(super) fn prepare(&mut self, period: &Period, sql: &str) -> Result<()> {
        let name = period.name();
        if self.run_of.as_ref() != Some(&name) {
            self.run_about(period)?;
            self.run_of = Some(name.clone());
        }
        let reads_contacts = OF_CONTACTS.iter().any(|table| sql.contains(table));
        if reads_contacts && self.contacts_of.as_ref() != Some(&name) {
            for script in [
                "contacts/says_reached",
                "contacts/contacts_of_units",
                "contacts/calls_after_visits",
            ] {
                self.store.run(scripts::text(script))?;
            }
            self.contacts_of = Some(name.clone());
        }
        if reads_base(sql) && self.base_of.as_ref() != Some(&name) {
            count_base(self.store, period, self.as_of, SPAN_MONTHS)?;
            self.base_of = Some(name);
        }
        Ok(())
    }

    /// The one-row table of parameters that every question reads.
    fn run_about(&self, period: &Period) -> Result<()> {
        let festivals = match period.kind {
            PeriodKind::Month => kpis::spring_festivals(period.start),
            PeriodKind::Year => None,
        };
        let day = |d: Option<NaiveDate>| d.map_or_else(|| "null".to_owned(), |d| format!("'{d}'"));
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
        ))
    }
}

fn reads_base(sql: &str) -> bool {
    BASE_TABLES.iter().any(|table| sql.contains(table))
}

/// Tables of what was said to whom, made where a question reads them.
const OF_CONTACTS: [&str; 2] = ["contacts_of_units", "calls_after_visits"];

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
