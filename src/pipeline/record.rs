//! The record command: a filled list comes back, in one transaction. Each answer goes to the task that it answers;
//! what is not understood is told with its place and changes nothing.

mod known;
mod say;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use super::{Context, audit, tasks};
use crate::follow_up::record::{
    Answer, Fate, Filled, Known, Repeated, Row, Slip, named_nobody, read, settle,
};
use crate::import::{self, FilledBook, keys};
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Result, UnitId};

use known::Target;
pub(super) use say::say;

/// What came of a returned list.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Recorded {
    /// The file.
    pub file: String,
    /// The day that the list was made for, where the file still says it.
    pub calling_day: Option<NaiveDate>,
    /// Rows of tasks.
    pub rows: usize,
    /// Of these, with nothing filled in.
    pub blank: usize,
    /// Rows with something filled in, added ones too.
    pub filled: usize,
    /// Contacts that are new.
    pub recorded: usize,
    /// Known already.
    pub unchanged: usize,
    /// Earlier ones that got what they lacked.
    pub completed: usize,
    /// Earlier ones that were replaced, as was asked for.
    pub replaced: usize,
    /// Rows that wait to be mended.
    pub refused: usize,
    /// Of the new ones, second answers that differ from the first.
    pub conflicts: Vec<Conflict>,
    /// What is not understood.
    pub slips: Vec<Slip>,
    /// Customers who refuse marketing from now on.
    pub opt_outs: usize,
    /// Calls that were promised for a day.
    pub promises: usize,
    /// Numbers that are somebody else's.
    pub wrong_numbers: usize,
    /// Tasks that are done by this.
    pub done: u64,
}

/// A second answer that differs from the first; both are kept.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Conflict {
    /// Sheet.
    pub sheet: String,
    /// Row number, from 1.
    pub row: u64,
    /// Task.
    pub task_id: String,
    /// Result as it was known, a code.
    pub before: Option<String>,
    /// Result as it came, a code.
    pub now: Option<String>,
    /// All of it as it was known.
    #[serde(skip)]
    pub was: Answer,
    /// All of it as it came.
    #[serde(skip)]
    pub is: Answer,
}

/// Takes a returned list in.
///
/// # Errors
/// When the file cannot be read or is no list of this database: then nothing has changed.
pub fn record(context: &Context, path: &Path, repeated: Repeated) -> Result<Recorded> {
    let limits = context.settings.clone().unwrap_or_default().import;
    let book = import::filled_book(path, &limits)?;
    let filled = read(&book, Some(context.today))?;
    let (store, settings) = context.open(Access::Write)?;
    let recorded = store.transaction(|store| {
        Taking::new(store, &settings, &book, &filled, context.today)?.take(&filled, repeated)
    })?;
    store.checkpoint()?;
    audit::note(
        &context.database,
        "record",
        serde_json::json!({ "rows": recorded.filled, "recorded": recorded.recorded, "opt_outs": recorded.opt_outs }),
    )?;
    Ok(recorded)
}

/// How many rows of the list at `path` are filled in and not recorded yet, whatever days they give.
///
/// # Errors
/// When what lies there cannot be read as a list (answers may stand in it all the same), or the engine refuses.
pub(super) fn unrecorded(
    store: &Store,
    settings: &Settings,
    path: &Path,
    day: NaiveDate,
) -> Result<usize> {
    let unread = |_| Error::data("list-unread").with("path", path.display());
    let book = import::filled_book(path, &settings.import).map_err(unread)?;
    if named_nobody(&book) {
        return Ok(0);
    }
    let filled = read(&book, None).map_err(unread)?;
    let taking = match Taking::new(store, settings, &book, &filled, day) {
        Ok(taking) => taking,
        // Answers to the tasks of another database are answers too.
        Err(e) if e.key == "record-other-database" => return Ok(filled.filled.len()),
        Err(e) => return Err(e),
    };
    let mut waiting = 0;
    for row in &filled.filled {
        let target = match &row.task_id {
            Some(task) => taking.targets.get(task).cloned().ok_or("unknown-task"),
            None => known::added(store, row)?,
        };
        waiting += usize::from(match target {
            Ok(_) if !row.understood => true,
            Ok(_) if row.answer.is_blank() => false,
            Ok(target) => {
                let known = match &target.task {
                    Some(task) => taking.known.get(task).cloned().unwrap_or_default(),
                    None => known::unasked(store, &target)?,
                };
                let asked_on = row.calling_day.or(row.answer.contacted_on);
                settle(&row.answer, asked_on, &known, Repeated::Keep) != Fate::Unchanged
            }
            Err(_) => true,
        });
    }
    Ok(waiting)
}

struct Taking<'a> {
    store: &'a Store,
    settings: &'a Settings,
    book: &'a FilledBook,
    today: NaiveDate,
    import_id: u64,
    /// Day on which what is promised and done is looked at.
    on_day: NaiveDate,
    targets: BTreeMap<String, Target>,
    known: BTreeMap<String, Vec<Known>>,
    said: Recorded,
    promised: BTreeMap<(UnitId, NaiveDate), tasks::Promise>,
    refusing: Vec<u64>,
}

impl<'a> Taking<'a> {
    fn new(
        store: &'a Store,
        settings: &'a Settings,
        book: &'a FilledBook,
        filled: &Filled,
        today: NaiveDate,
    ) -> Result<Self> {
        let ids: Vec<String> = filled
            .filled
            .iter()
            .filter_map(|r| r.task_id.as_deref())
            .map(quote_text)
            .collect();
        let mut taking = Self {
            store,
            settings,
            book,
            today,
            import_id: store.count("select coalesce(max(import_id), 0) + 1 from imports")?,
            on_day: filled.calling_day.unwrap_or(today),
            targets: BTreeMap::new(),
            known: BTreeMap::new(),
            said: Recorded {
                file: book.file.clone(),
                calling_day: filled.calling_day,
                rows: filled.rows,
                blank: filled.blank,
                filled: filled.filled.len(),
                slips: filled.slips.clone(),
                ..Recorded::default()
            },
            promised: BTreeMap::new(),
            refusing: Vec::new(),
        };
        if !ids.is_empty() {
            let ids = ids.join(", ");
            taking.targets = known::targets(store, &ids)?;
            taking.known = known::answers(store, &ids)?;
            if taking.targets.is_empty() {
                return Err(Error::data("record-other-database").with("file", &book.file));
            }
        }
        Ok(taking)
    }

    fn take(mut self, filled: &Filled, repeated: Repeated) -> Result<Recorded> {
        let done = "select count(*) from follow_up_tasks where state = 'done'";
        let done_before = self.store.count(done)?;
        let callers = self.callers(filled);
        for row in &filled.filled {
            if !row.understood {
                self.said.refused += 1;
            }
            let target = match &row.task_id {
                Some(task) => self.targets.get(task).cloned().ok_or("unknown-task"),
                None => known::added(self.store, row)?.map(|target| known::Target {
                    owner: callers.get(&row.sheet).cloned(),
                    ..target
                }),
            };
            match target {
                Ok(_) if row.answer.is_blank() => {}
                Ok(target) => self.one(row, &target, repeated)?,
                Err(reason) => {
                    if row.understood {
                        self.said.refused += 1;
                    }
                    self.said.slips.push(Slip {
                        sheet: row.sheet.clone(),
                        row: row.row,
                        column: row.task_id.as_ref().map_or("-", |_| "task_id").to_owned(),
                        reason,
                        value: String::new(),
                    });
                }
            }
        }
        self.said
            .slips
            .sort_by(|a, b| (&a.sheet, a.row).cmp(&(&b.sheet, b.row)));
        self.refusing.sort_unstable();
        self.refusing.dedup();
        self.said.opt_outs = self.refusing.len();
        self.open_promises()?;
        if self.said.recorded + self.said.completed + self.said.replaced > 0 {
            self.note_import()?;
        }
        tasks::settle(self.store, self.settings, self.on_day)?;
        self.said.done = self.store.count(done)?.saturating_sub(done_before);
        Ok(self.said)
    }

    /// Whose calls a sheet holds, where they are all one person's: a row added to it is that person's too.
    fn callers(&self, filled: &Filled) -> BTreeMap<String, String> {
        let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in &filled.filled {
            let task = row.task_id.as_ref().and_then(|t| self.targets.get(t));
            if let Some(owner) = task.and_then(|t| t.owner.as_deref()) {
                owners.entry(&row.sheet).or_default().insert(owner);
            }
        }
        let one = |(sheet, of): (&str, BTreeSet<&str>)| {
            let only = of.first().filter(|_| of.len() == 1)?;
            Some((sheet.to_owned(), (*only).to_owned()))
        };
        owners.into_iter().filter_map(one).collect()
    }

    fn one(&mut self, row: &Row, target: &Target, repeated: Repeated) -> Result<()> {
        let place = match &target.task {
            Some(task) => task.clone(),
            // What is said twice on one day about one vehicle is one contact.
            None => format!("+{}", target.unit_id),
        };
        if target.task.is_none() && !self.known.contains_key(&place) {
            let unasked = known::unasked(self.store, target)?;
            self.known.insert(place.clone(), unasked);
        }
        let known = self.known.entry(place.clone()).or_default();
        let asked_on = row.calling_day.or(row.answer.contacted_on);
        let fate = match settle(&row.answer, asked_on, known, repeated) {
            Fate::Unchanged => Fate::Unchanged,
            _ if target.task.is_none() => Fate::New,
            fate => fate,
        };
        let key_of_new = (known.len()..)
            .map(|n| {
                keys::of_row(
                    "recorded",
                    "",
                    &[place.as_str().into(), n.to_string().into()],
                )
            })
            .find(|key| known.iter().all(|k| k.row_key != *key))
            .ok_or_else(|| Error::internal("every key is taken"))?;
        let (row_key, answer) = match fate {
            Fate::Unchanged => {
                self.said.unchanged += 1;
                return Ok(());
            }
            Fate::New | Fate::Further => {
                self.said.recorded += 1;
                (key_of_new, row.answer.clone())
            }
            Fate::Conflict(before) => {
                self.said.recorded += 1;
                self.said.conflicts.push(Conflict {
                    sheet: row.sheet.clone(),
                    row: row.row,
                    task_id: place.clone(),
                    before: before.result_l1.clone(),
                    now: row.answer.result_l1.clone(),
                    was: before,
                    is: row.answer.clone(),
                });
                (key_of_new, row.answer.clone())
            }
            Fate::Completed(key, answer) => {
                self.said.completed += 1;
                (key, answer)
            }
            Fate::Replaced(key, answer, others) => {
                self.said.replaced += 1;
                self.take_back(target, key, &others, &place)?;
                (key, answer)
            }
        };
        let contacted_on = answer
            .contacted_on
            .or(row.calling_day)
            // Where nothing says for which day the list was: a task may have been open for long.
            .unwrap_or(self.today)
            .min(self.today);
        self.on_day = self.on_day.max(contacted_on);
        self.write(row_key, target, &answer, contacted_on, asked_on)?;
        let answer = Answer {
            contacted_on: Some(contacted_on),
            ..answer
        };
        self.follow(row, target, &answer, contacted_on)?;
        let known = self.known.entry(place).or_default();
        match known.iter_mut().find(|k| k.row_key == row_key) {
            Some(known) => known.answer = answer,
            None => known.push(Known {
                row_key,
                asked_on: asked_on.or(Some(contacted_on)),
                answer,
            }),
        }
        Ok(())
    }
}
