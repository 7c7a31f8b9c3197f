//! The list command: who to call on a day, as a workbook or as CSV, and the tasks that go with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use super::{Context, files, paper, reassign, record, score, tasks, uplift};
use crate::cli::ListFormat;
use crate::follow_up::candidate::CANDIDATES_READ;
use crate::follow_up::facts::FACTS_READ;
use crate::follow_up::{
    self, CallList, Candidate, HeldOut, Helps, ListContext, PlanDay, Rules, UnitDetail, UnitFacts,
    WorkCalendar,
};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_identifier};
use crate::table::BatchColumns;
use crate::types::{CustomerId, CustomerKind, Error, Lang, Result, UnitId};

/// A list that was written.
#[derive(Debug)]
pub struct Listed {
    /// The file; of several days the first.
    pub path: PathBuf,
    /// What it holds.
    pub list: CallList,
    /// The days of a plan, the first one first; empty where one day was asked for.
    pub plan: Vec<PlannedDay>,
    /// The day that was asked for is one without calls.
    pub is_day_off: bool,
}

/// One day of a plan.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PlannedDay {
    /// The calling day.
    pub day: NaiveDate,
    /// The file.
    pub file: PathBuf,
    /// Rows.
    pub rows: usize,
    /// Rows whose time is up on that day.
    pub must: usize,
    /// Rows that found no place on that day.
    pub over: usize,
}

/// What is asked of a list.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The calling day; `None`: the next working day after the scored date.
    pub day: Option<NaiveDate>,
    /// Working days to plan from that day on.
    pub days: u32,
    /// Rows of a day in all; `None`: as set.
    pub capacity: Option<u32>,
    /// Rows of a day and caller; `None`: as set.
    pub per_caller: Option<u32>,
    /// Form.
    pub format: ListFormat,
    /// Language.
    pub lang: Lang,
}

/// Writes the list of a calling day.
///
/// # Errors
/// When there is no database or nothing to score, or the folder cannot be written.
pub fn list(context: &Context, out: &Path, wanted: Wanted, lang: Option<Lang>) -> Result<Listed> {
    let (store, settings) = context.open(Access::Write)?;
    if store.count("select count(*) from vehicle_scores")? == 0 {
        score::score_in(&store, &settings, None, &*context.progress)?;
    }
    let lang = lang.unwrap_or(settings.lang);
    let listed = list_in(&store, &settings, out, Wanted { lang, ..wanted })?;
    context.close(store);
    Ok(listed)
}

/// The same on an open, scored database.
///
/// # Errors
/// As [`list`].
pub fn list_in(store: &Store, settings: &Settings, out: &Path, wanted: Wanted) -> Result<Listed> {
    let listed = store.transaction(|store| list_days(store, settings, out, wanted))?;
    store.checkpoint()?;
    Ok(listed)
}

fn list_days(store: &Store, settings: &Settings, out: &Path, wanted: Wanted) -> Result<Listed> {
    if wanted.format == ListFormat::Pdf {
        paper::printable()?;
    }
    let scored = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    let calendar = WorkCalendar::new(&settings.lists);
    let first = match wanted.day {
        Some(day) if day <= scored => {
            return Err(Error::usage("day-before-scores")
                .with("date", day)
                .with("as_of", scored));
        }
        Some(day) => day,
        None => calendar.next(scored),
    };
    let rules = Rules::new(&settings.lists)?;
    files::make_folder(out)?;
    let days = days(&calendar, first, wanted);
    spare_answers(store, settings, out, wanted, &days)?;
    // Who has come or was spoken to since needs no call.
    tasks::settle(store, settings, first - Days::new(1))?;
    // What earlier calls taught stands in the priorities as soon as there is enough of it.
    uplift::measure(store, settings)?;
    let mut lists: Vec<CallList> = Vec::new();
    for &day in &days {
        let mut list = gather(
            store, settings, &rules, &calendar, scored, day, wanted, &lists,
        )?;
        follow_up::tasks::adopt(&mut list.rows, &tasks::waiting(store, day)?, day);
        lists.push(list);
    }
    let week: Vec<PlanDay> = lists.iter().map(CallList::planned).collect();
    if week.len() > 1 {
        for list in &mut lists {
            list.plan.clone_from(&week);
        }
    }
    // The files are drawn while the tasks are opened: neither asks anything of the other.
    let (drawn, opened) = std::thread::scope(|scope| {
        let drawing = scope.spawn(|| {
            let drawn = lists.par_iter().map(|list| draw(settings, list, wanted));
            drawn.collect::<Result<Vec<_>>>()
        });
        let opened = open(store, settings, &rules, &lists, first);
        (drawing.join(), opened)
    });
    opened?;
    let drawn = drawn.map_err(|_| Error::internal("a drawing thread stopped"))??;
    let mut plan = Vec::new();
    for (list, bytes) in lists.iter().zip(drawn) {
        plan.push(PlannedDay {
            day: list.calling_day,
            file: write(store, out, list, &bytes, wanted.format)?,
            rows: list.rows.len(),
            must: list.must(),
            over: list.over_capacity.values().sum(),
        });
    }
    let path = plan.first().map(|p| p.file.clone()).unwrap_or_default();
    if plan.len() == 1 {
        plan.clear();
    }
    let list = lists
        .into_iter()
        .next()
        .ok_or_else(|| Error::internal("no day"))?;
    Ok(Listed {
        path,
        list,
        plan,
        is_day_off: !calendar.works(first),
    })
}

/// The calling days that lists are wanted for.
fn days(calendar: &WorkCalendar, first: NaiveDate, wanted: Wanted) -> Vec<NaiveDate> {
    std::iter::successors(Some(first), |day| Some(calendar.next(*day)))
        .take(usize::try_from(wanted.days.max(1)).unwrap_or(1))
        .collect()
}

/// Refuses to write over a list that somebody filled in and nobody has recorded.
fn spare_answers(
    store: &Store,
    settings: &Settings,
    out: &Path,
    wanted: Wanted,
    days: &[NaiveDate],
) -> Result<()> {
    for day in days {
        let path = place(out, *day, wanted.format);
        // A link is replaced as such: what it names stays.
        if wanted.format == ListFormat::Pdf || path.is_symlink() || !path.exists() {
            continue;
        }
        let rows = record::unrecorded(store, settings, &path, *day)?;
        if rows > 0 {
            return Err(Error::data("list-answered")
                .with("path", path.display())
                .with("rows", rows));
        }
    }
    Ok(())
}

/// Where the list of a day is written.
fn place(out: &Path, day: NaiveDate, format: ListFormat) -> PathBuf {
    let ending = match format {
        ListFormat::Xlsx => "xlsx",
        ListFormat::Csv => "csv",
        ListFormat::Pdf => "pdf",
    };
    out.join(format!("{day}.{ending}"))
}

/// Opens the tasks of the days, and says where all of them stand on the first.
fn open(
    store: &Store,
    settings: &Settings,
    rules: &Rules,
    lists: &[CallList],
    first: NaiveDate,
) -> Result<()> {
    for list in lists {
        tasks::open(store, rules, list.calling_day, &follow_up::tasks(list))?;
    }
    tasks::settle(store, settings, first)?;
    let_go(store)
}

/// One day's file, not yet written.
fn draw(settings: &Settings, list: &CallList, wanted: Wanted) -> Result<Vec<u8>> {
    match wanted.format {
        ListFormat::Xlsx => follow_up::workbook(list, wanted.lang),
        ListFormat::Csv => Ok(follow_up::csv(list, wanted.lang).into_bytes()),
        ListFormat::Pdf => paper::print(&follow_up::call_sheet(list, wanted.lang), settings),
    }
}

/// Writes one day's file.
fn write(
    store: &Store,
    out: &Path,
    list: &CallList,
    bytes: &[u8],
    format: ListFormat,
) -> Result<PathBuf> {
    let day = list.calling_day;
    let path = place(out, day, format);
    if let Some(database) = store.path() {
        // Names and phones leave the file in full: that is noted, never whose.
        super::audit::note(
            database,
            "list",
            serde_json::json!({ "rows": list.rows.len(), "file": std::path::absolute(&path).unwrap_or_else(|_| path.clone()), "day": day }),
        )?;
    }
    files::write(&path, bytes)?;
    Ok(path)
}

/// The temporary table `run` that the list queries read: the days, and every timer of the settings.
pub(super) fn prepare(
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    day: NaiveDate,
) -> Result<()> {
    let l = &settings.lists;
    let whole: &[(&str, u32)] = &[
        ("due_window_days", l.due_window_days),
        ("max_stay_days", settings.visit.max_stay_days),
        ("first_call_opens", l.first_call_opens),
        ("first_call_due", l.first_call_due),
        ("second_call_opens", l.second_call_opens),
        ("second_call_due", l.second_call_due),
        ("late_days", l.late_days),
        ("unsolved_days", l.unsolved_days),
        ("recovery_days", l.recovery_days),
        ("renewal_opens", l.renewal_opens),
        ("renewal_due", l.renewal_due),
        ("event_notice_days", l.event_notice_days),
        ("event_loyal_opens", l.event_loyal_opens),
        ("event_opens", l.event_opens),
        ("event_letter_days", l.event_letter_days),
        ("warranty_opens", l.warranty_opens),
        ("warranty_months", l.warranty_months),
        ("file_days", l.file_days),
        ("file_window_days", l.file_window_days),
        ("never_months", settings.churn.never_months),
    ];
    let mut columns: Vec<String> = whole
        .iter()
        .map(|(name, value)| format!("{value}::integer as {name}"))
        .collect();
    for (name, value) in [
        ("at_risk_ratio", settings.churn.at_risk_ratio),
        ("lost_ratio", settings.churn.lost_ratio),
        ("low_score", l.low_score),
    ] {
        columns.push(format!("{value}::double as {name}"));
    }
    columns.push(format!(
        "round({})::integer as first_interval_months",
        settings.rhythm.first_interval_months
    ));
    store.run(&format!(
        "create or replace temp table run as select date '{as_of}' as as_of, date '{day}' as calling_day, {};",
        columns.join(", ")
    ))
}

/// Drops what the list queries left: the engine would write it out, compressed, for the commit, and nobody reads it again.
fn let_go(store: &Store) -> Result<()> {
    let left = store.table(
        "select kind, name from (
             select 'table' as kind, table_name as name from duckdb_tables() where temporary
             union all
             select 'view', view_name from duckdb_views() where temporary)
         where starts_with(name, 'list_')
         -- A view before what it looks at.
         order by kind desc, name",
    )?;
    for left in left.records() {
        let name = quote_identifier(left.text("name").unwrap_or_default());
        let kind = left.text("kind").unwrap_or_default();
        store.run(&format!("drop {kind} temp.{name}"))?;
    }
    Ok(())
}

/// The list of one day; what the days before it in a plan hold is taken as done.
#[expect(
    clippy::too_many_arguments,
    reason = "one caller; each is a thing of its own"
)]
fn gather(
    store: &Store,
    settings: &Settings,
    rules: &Rules,
    calendar: &WorkCalendar,
    as_of: NaiveDate,
    day: NaiveDate,
    wanted: Wanted,
    before: &[CallList],
) -> Result<CallList> {
    prepare(store, settings, as_of, day)?;
    store.run(&rules.script())?;
    let mut candidates = candidates(store)?;
    let planned = || {
        before
            .iter()
            .flat_map(|list| list.rows.iter().map(|row| (row, list.calling_day)))
    };
    let units: BTreeSet<UnitId> = planned().map(|(row, _)| row.unit_id()).collect();
    candidates.retain(|c| !units.contains(&c.unit_id));
    let mut facts = facts(store)?;
    // Whoever has a row on a day before is taken as reached on it; a company has many drivers.
    let spoken_with: BTreeMap<CustomerId, NaiveDate> = planned()
        .filter(|(row, _)| row.detail.customer_kind != Some(CustomerKind::Company))
        .filter_map(|(row, day)| Some((row.detail.customer_id?, day)))
        .collect();
    for facts in &mut facts {
        let spoken_on = facts.customer_id.and_then(|c| spoken_with.get(&c)).copied();
        facts.reached_on = facts.reached_on.max(spoken_on);
    }
    let reassigned = reassign::standing(store)?;
    let helps = Helps::assumed(&settings.lists).with_learned(uplift::learned_by_band(store)?);
    let drawn = |customer: Option<CustomerId>, unit: UnitId| {
        let key = customer.map_or(unit.0, |c| c.0);
        let share = settings.lists.holdout_share;
        follow_up::holdout::held_out(settings.score.seed, key, day, share)
    };
    let currency = settings.currency();
    let ctx = ListContext {
        as_of,
        calling_day: day,
        capacity: wanted.capacity.unwrap_or(settings.lists.capacity) as usize,
        capacity_per_caller: wanted
            .per_caller
            .unwrap_or(settings.lists.capacity_per_caller) as usize,
        lang: wanted.lang,
        currency: &currency,
        settings: &settings.lists,
        department: &settings.department,
        rules,
        calendar,
        helps: &helps,
        held_out: Some(HeldOut(&drawn)),
        reassigned: &reassigned,
    };
    let drafted = follow_up::draft(candidates, facts, &ctx);
    let details = details(store, drafted.units())?;
    Ok(drafted.told(details, &ctx))
}

/// Whom the lists name, as their script left them.
pub(super) fn candidates(store: &Store) -> Result<Vec<Candidate>> {
    read(store, CANDIDATES_READ, Candidate::read)
}

/// What decides who of them may be called.
pub(super) fn facts(store: &Store) -> Result<Vec<UnitFacts>> {
    read(store, FACTS_READ, UnitFacts::read)
}

fn read<T: Send>(
    store: &Store,
    sql: &str,
    of_batch: impl Fn(&RecordBatch) -> Result<Vec<T>> + Send + Sync,
) -> Result<Vec<T>> {
    let mut batches = Vec::new();
    store.stream(sql, |batch| {
        batches.push(batch);
        Ok(())
    })?;
    let parts: Vec<Vec<T>> = batches.par_iter().map(of_batch).collect::<Result<_>>()?;
    let mut rows = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in parts {
        rows.extend(part);
    }
    Ok(rows)
}

/// What a caller needs to know of some of them.
pub(super) fn details(
    store: &Store,
    units: impl Iterator<Item = UnitId>,
) -> Result<Vec<UnitDetail>> {
    store.run("create or replace temporary table list_placed (unit_id ubigint)")?;
    let units: Vec<UnitId> = units.collect();
    let mut placed = BatchColumns::by_key(&units);
    placed.ids("unit_id", |i| units[i].0);
    store.append("temp.list_placed", [placed.batch()?])?;
    UnitDetail::from_table(&store.table(follow_up::rules::DETAILS)?)
}
