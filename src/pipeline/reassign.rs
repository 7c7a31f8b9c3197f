//! The command that hands a caller's tasks to somebody else, for a time or for good, and takes that back.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::tasks::text;
use super::{Context, say};
use crate::follow_up::tasks::PROMISED;
use crate::follow_up::{Reassignments, Rules};
use crate::i18n;
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Lang, Result};

/// Parts the names in `reassigned_from`: the unit separator, as SQL.
const STEP: &str = "'\u{1f}'";

/// What is wished.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Whose tasks they are.
    pub from: String,
    /// Who takes them.
    pub to: String,
    /// Lists; empty: all.
    pub lists: Vec<String>,
    /// First calling day.
    pub from_day: Option<NaiveDate>,
    /// Last calling day.
    pub until: Option<NaiveDate>,
    /// Change nothing.
    pub dry_run: bool,
    /// Take it back.
    pub undo: bool,
}

/// What was handed over, or taken back.
#[derive(Debug, serde::Serialize)]
pub struct Reassigned {
    /// Whose tasks they were.
    pub from: String,
    /// Who has them.
    pub to: String,
    /// Lists; empty: all.
    pub lists: Vec<String>,
    /// First calling day of those to come.
    pub from_day: Option<NaiveDate>,
    /// Last calling day of those to come.
    pub until: Option<NaiveDate>,
    /// Waiting tasks that change hands.
    pub tasks: u64,
    /// True where it was taken back.
    pub undone: bool,
    /// True where nothing was changed.
    pub dry_run: bool,
}

/// What stands of what was handed over.
///
/// # Errors
/// When the database fails.
pub(super) fn standing(store: &Store) -> Result<Reassignments> {
    Reassignments::from_table(&store.table(
        "select from_owner, to_owner, list, from_day, until_day from task_reassignments order by number, list",
    )?)
}

/// Hands waiting tasks over, and those that lists will open; or takes back what was handed over.
///
/// # Errors
/// When one of the names is nobody's, both are one, a list is unknown, or there is nothing to take back.
pub fn reassign(context: &Context, wish: &Wish) -> Result<Reassigned> {
    let (store, settings) = context.open(Access::Write)?;
    let (from, to) = (wish.from.trim(), wish.to.trim());
    if from == to {
        return Err(Error::usage("owner-same").with("name", from));
    }
    if let (Some(first), Some(last)) = (wish.from_day, wish.until)
        && first > last
    {
        return Err(Error::usage("days-turned")
            .with("from", first)
            .with("until", last));
    }
    let rules = Rules::new(&settings.lists)?;
    let lists: BTreeSet<String> = wish.lists.iter().map(|l| l.trim().to_owned()).collect();
    if let Some(unknown) = lists
        .iter()
        .find(|l| *l != PROMISED && rules.find(l).is_none())
    {
        let names: Vec<String> = rules.iter().map(|r| r.id.clone().into_owned()).collect();
        return Err(Error::usage("list-unknown")
            .with("name", unknown)
            .with("lists", names.join(", ")));
    }
    let lists: Vec<String> = lists.into_iter().collect();
    let of_lists = if lists.is_empty() {
        String::new()
    } else {
        let quoted: Vec<String> = lists.iter().map(|l| quote_text(l)).collect();
        format!(" and list in ({})", quoted.join(", "))
    };
    let (owner, taker) = (quote_text(from), quote_text(to));
    let waiting = "state in ('open', 'overdue', 'escalated')";
    let made = Reassigned {
        from: from.to_owned(),
        to: to.to_owned(),
        lists,
        from_day: wish.from_day,
        until: wish.until,
        tasks: 0,
        undone: wish.undo,
        dry_run: wish.dry_run,
    };
    if wish.undo {
        let rule = format!("from_owner = {owner} and to_owner = {taker}{of_lists}");
        // Who had it before: the last one first, so that what was handed on twice goes back step by step.
        let came_from = format!(
            "(reassigned_from = {owner} or starts_with(reassigned_from, concat({owner}, {STEP})))"
        );
        let moved = format!("{waiting} and owner_id = {taker} and {came_from}{of_lists}");
        let tasks = store.count(&format!(
            "select count(*) from follow_up_tasks where {moved}"
        ))?;
        let standing = store.count(&format!(
            "select count(*) from task_reassignments where {rule}"
        ))?;
        if tasks + standing == 0 {
            return Err(Error::usage("not-reassigned")
                .with("from", from)
                .with("to", to));
        }
        if !wish.dry_run {
            store.transaction(|store| {
                store.run(&format!(
                    "delete from task_reassignments where {rule};
                     -- Those that wait for nothing now may be opened again by a list.
                     update follow_up_tasks set owner_id = {owner},
                         reassigned_from = nullif(substr(reassigned_from, length({owner}) + 2), '')
                     where state <> 'done' and owner_id = {taker} and {came_from}{of_lists};"
                ))
            })?;
            store.checkpoint()?;
        }
        return Ok(Reassigned { tasks, ..made });
    }
    known(&store, &settings, from)?;
    known(&store, &settings, to)?;
    // Tasks that open beyond the last day are not moved: they wait for whoever comes back.
    let within = [
        // What is late already is handed over too, unless it is for days to come: until then it is the owner's.
        wish.from_day
            .filter(|d| *d > context.today)
            .map(|d| format!(" and due_on >= date '{d}'"))
            .unwrap_or_default(),
        wish.until
            .map(|d| format!(" and open_on <= date '{d}'"))
            .unwrap_or_default(),
    ]
    .concat();
    let moved = format!("{waiting} and not holdout and owner_id = {owner}{of_lists}{within}");
    let tasks = store.count(&format!(
        "select count(*) from follow_up_tasks where {moved}"
    ))?;
    if !wish.dry_run {
        let rows: Vec<String> = if made.lists.is_empty() {
            vec![text(None)]
        } else {
            made.lists.iter().map(|l| text(Some(l))).collect()
        };
        let day =
            |d: Option<NaiveDate>| d.map_or_else(|| "null".to_owned(), |d| format!("date '{d}'"));
        let (first, last) = (day(wish.from_day), day(wish.until));
        store.transaction(|store| {
            let number =
                store.count("select coalesce(max(number), 0) + 1 from task_reassignments")?;
            for list in &rows {
                // Said again, it takes the place of what was said before.
                store.run(&format!(
                    "delete from task_reassignments
                     where from_owner = {owner} and to_owner = {taker} and list is not distinct from {list};
                     insert into task_reassignments values ({number}, date '{}', {owner}, {taker}, {list}, {first}, {last});",
                    context.today
                ))?;
            }
            store.run(&format!(
                "update follow_up_tasks set owner_id = {taker}, reassigned_from = concat_ws({STEP}, {owner}, reassigned_from)
                 where {moved}"
            ))
        })?;
        store.checkpoint()?;
    }
    Ok(Reassigned { tasks, ..made })
}

/// Names that an error shows.
const NAMES_SHOWN: usize = 12;

/// Everybody who looks after somebody, calls, or served a visit is somebody.
fn known(store: &Store, settings: &Settings, name: &str) -> Result<()> {
    let lists = &settings.lists;
    let mut names: BTreeSet<String> = lists
        .callers
        .iter()
        .flat_map(|c| [&c.name, &c.deputy])
        .chain([&lists.supervisor, &lists.renewal_caller])
        .map(|n| n.trim().to_owned())
        .collect();
    let found = store.table(
        "select distinct trim(name) as name from (
             select owner_id as name from follow_up_tasks
             union all select owner from customers
             union all select advisor from orders
             union all select owner from complaints)
         where trim(name) <> '' order by 1",
    )?;
    for row in found.iter() {
        names.extend(row.text("name")?);
    }
    names.remove("");
    if names.contains(name) {
        return Ok(());
    }
    let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
    let more = if names.len() > NAMES_SHOWN {
        ", …"
    } else {
        ""
    };
    Err(Error::usage("owner-unknown")
        .with("name", name)
        .with("names", format!("{}{more}", shown.join(", "))))
}

/// What was done, in words.
pub(super) fn say(out: &mut say::Out, lang: Lang, made: &Reassigned) {
    let key = match (made.undone, made.dry_run) {
        (false, false) => "said-reassigned",
        (false, true) => "said-reassign-dry",
        (true, false) => "said-reassign-undone",
        (true, true) => "said-reassign-undone-dry",
    };
    let args = [
        ("from", made.from.clone()),
        ("to", made.to.clone()),
        ("tasks", say::n(made.tasks)),
    ];
    out.line(&say::filled(lang, key, &args));
    if !made.undone {
        let day = |d: Option<NaiveDate>, none: &str| {
            d.map_or_else(|| i18n::text(lang, none, &[]), |d| d.to_string())
        };
        let lists: Vec<String> = made
            .lists
            .iter()
            .map(|l| i18n::find(lang, &format!("list-{l}"), &[]).unwrap_or_else(|| l.clone()))
            .collect();
        let args = [
            ("first", day(made.from_day, "said-reassign-now")),
            ("last", day(made.until, "said-reassign-open")),
            (
                "lists",
                if lists.is_empty() {
                    i18n::text(lang, "said-reassign-all", &[])
                } else {
                    lists.join(", ")
                },
            ),
        ];
        out.line(&say::filled(lang, "said-reassign-days", &args));
    }
}
