//! Tasks in the database: opened by lists and promises, settled as of a day by what came back and who came.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Date32Builder, Float64Array, ListBuilder, StringArray,
    StringBuilder, UInt64Array,
};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use crate::follow_up::tasks::{self, WaitingTasks};
use crate::follow_up::{Rules, Task, task_id};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Store, quote_text};
use crate::types::{Error, Result, UnitId};

/// Days in which a need that was held out is not held out anew.
const SAME_NEED_DAYS: u32 = 60;

/// Writes where every task stands at the end of that day.
///
/// # Errors
/// When the database fails.
pub(crate) fn settle(store: &Store, settings: &Settings, on_day: NaiveDate) -> Result<()> {
    if store.count("select count(*) from (select 1 from follow_up_tasks limit 1)")? == 0 {
        // Nothing was asked of anybody yet: all that was ever said need not be looked through for an answer.
        return store.run("delete from task_timeliness");
    }
    let rules = Rules::new(&settings.lists)?;
    store.run(&format!(
        "create or replace temp table task_run as select greatest(date '{on_day}', \
         -- What was done on a later day is not undone by looking back.
         coalesce((select max(done_on) from follow_up_tasks), date '{on_day}')) as on_day, \
         {}::integer as escalate_after_days, {}::integer as expire_after_days, {} as service_lists, \
         -- What only a word with the customer ends, and what the complaint's own row may say was told.
         {} as by_word_alone, ['unsolved'] as answered_by_file;
         -- A better key of a vehicle carries its tasks over.
         update follow_up_tasks set unit_id = a.unit_id from unit_aliases a
         where a.old_id = follow_up_tasks.unit_id and a.unit_id <> a.old_id;",
        settings.lists.escalate_after_days,
        settings.lists.expire_after_days,
        service_lists(&rules),
        sql_list(&tasks::escalations(&rules)),
    ))?;
    for script in scripts::SETTLING {
        store.run(scripts::text(script))?;
    }
    Ok(())
}

/// The lists of service duties as an SQL list.
pub(crate) fn service_lists(rules: &Rules) -> String {
    sql_list(&tasks::service_lists(rules))
}

/// The lists for which a lot is drawn, as an SQL list.
pub(crate) fn marketing_lists(rules: &Rules) -> String {
    sql_list(&tasks::marketing_lists(rules))
}

fn sql_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| quote_text(n)).collect();
    format!("[{}]::varchar[]", names.join(", "))
}

/// The tasks that wait on a calling day, whatever day opened them.
///
/// # Errors
/// When the database fails.
pub(crate) fn waiting(store: &Store, calling_day: NaiveDate) -> Result<WaitingTasks> {
    tasks::waiting(&store.table(&format!(
        "select list, coalesce(a.person_id, unit_id) as unit_id, task_id, open_on, due_on from follow_up_tasks
         left join customer_aliases a on a.customer_id = unit_id
         -- One that was answered on the day itself is the task of its row when the list of the day is made again.
         where (state in ('open', 'overdue', 'escalated') or (state = 'done' and done_on >= date '{calling_day}'))
             and open_on <= date '{calling_day}' and not holdout
         order by open_on, task_id"
    ))?)
}

/// Opens what is not open yet. A list written again for its day takes back what it opened and names no more; a unit
/// that went over to another list leaves no second call behind.
///
/// # Errors
/// When the database fails.
pub(crate) fn open(
    store: &Store,
    rules: &Rules,
    calling_day: NaiveDate,
    opened: &[Task],
) -> Result<()> {
    store.run(&format!(
        "create or replace temp table listed as select {COLUMNS} from follow_up_tasks limit 0"
    ))?;
    if !opened.is_empty() {
        store.append("temp.listed", [batch(opened)?])?;
    }
    let service = service_lists(rules);
    store.run(&format!(
        "insert into follow_up_tasks by name
         select l.*, l.open_on as made_on, case when l.holdout then 'held_out' end as ended_by, 0 as attempts
         from listed l
         where not exists (select 1 from follow_up_tasks t where t.task_id = l.task_id)
             and (not l.holdout or not exists (select 1 from follow_up_tasks t
                 where t.holdout and t.open_on > l.open_on - {SAME_NEED_DAYS}
                     -- The lot is drawn anew with each half year.
                     and year(t.open_on) = year(l.open_on) and (month(t.open_on) > 6) = (month(l.open_on) > 6)
                     and (t.unit_id = l.unit_id
                         or t.unit_id in (select a.customer_id from customer_aliases a where a.person_id = l.unit_id))))
         order by l.open_on, l.task_id;
         -- What came to be told by the same call.
         update follow_up_tasks set reference = coalesce(l.reference, follow_up_tasks.reference), lists = l.lists,
             -- What leads stays as late as it is.
             dues = list_concat([least(l.dues[1], coalesce(follow_up_tasks.dues[1], l.dues[1]))], l.dues[2:])
         from listed l
         where l.task_id = follow_up_tasks.task_id and not l.holdout
             and (l.lists is distinct from follow_up_tasks.lists or l.reference <> coalesce(follow_up_tasks.reference, ''));
         -- Whom the latest list gives a task to, has it.
         update follow_up_tasks set owner_id = l.owner_id, reassigned_from = null from listed l
         where l.task_id = follow_up_tasks.task_id and not l.holdout and l.owner_id is distinct from follow_up_tasks.owner_id;
         update follow_up_tasks set state = 'open', ended_by = null
         where ended_by in ('withdrawn', 'superseded') and task_id in (select task_id from listed where not holdout);
         update follow_up_tasks set state = 'suppressed', ended_by = 'withdrawn'
         where open_on = date '{calling_day}' and made_on = open_on and state = 'open' and list <> {promised}
             and task_id not in (select task_id from listed);
         -- What a plan had kept for a later day is called now.
         update follow_up_tasks set state = 'suppressed', ended_by = 'superseded'
         where state in ('open', 'overdue', 'escalated') and open_on > date '{calling_day}' and not holdout and list <> {promised}
             and unit_id in (select unit_id from listed where not holdout);
         update follow_up_tasks set state = 'suppressed', ended_by = 'superseded'
         where state in ('open', 'overdue') and open_on < date '{calling_day}' and not list_contains({service}, list)
             and task_id not in (select task_id from listed)
             and unit_id in (
                 select unit_id from listed where not holdout and not list_contains({service}, list)
                 union
                 select a.customer_id from customer_aliases a join listed l on l.unit_id = a.person_id
                 where not l.holdout and not list_contains({service}, l.list));
         drop table listed;",
        promised = quote_text(tasks::PROMISED),
    ))
}

/// A call that was promised for a day.
pub(crate) struct Promise {
    pub(crate) unit_id: UnitId,
    pub(crate) customer_id: Option<u64>,
    pub(crate) day: NaiveDate,
    /// What was agreed is a visit the day before, not the call.
    pub(crate) is_booking: bool,
    pub(crate) made_on: NaiveDate,
    pub(crate) priority: Option<f64>,
    pub(crate) owner: Option<String>,
    pub(crate) why: String,
}

/// Opens the task of a promise; one of the same unit and day takes its place.
///
/// # Errors
/// When the database fails.
pub(crate) fn promise(store: &Store, promise: &Promise) -> Result<()> {
    let key = quote_text(&task_id(tasks::PROMISED, promise.unit_id, promise.day));
    let day = promise.day;
    let (list, unit) = (quote_text(tasks::PROMISED), id(Some(promise.unit_id.0)));
    let priority = promise
        .priority
        .filter(|p| p.is_finite())
        .map_or_else(|| "null".to_owned(), |p| format!("{p:e}::double"));
    store.run(&format!(
        "delete from follow_up_tasks where task_id = {key};
         -- The last word holds: what was agreed before is not called for any more.
         update follow_up_tasks set state = 'suppressed', ended_by = 'superseded'
         where list = {list} and unit_id = {unit} and state in ('open', 'overdue', 'escalated');
         insert into follow_up_tasks (task_id, list, customer_id, unit_id, open_on, due_on, priority, reasons, owner_id, state,
             holdout, band, channel, reference, made_on, attempts)
         values ({key}, {list}, {}, {unit}, date '{day}', date '{day}', {priority}, [{}], {}, 'open', false, 'care', 'phone', {}, date '{}', 0)",
        id(promise.customer_id),
        quote_text(&promise.why),
        text(promise.owner.as_deref()),
        text(promise.is_booking.then_some(tasks::BOOKED)),
        promise.made_on,
    ))
}

/// Drops the call that an answer had promised, which another answer takes the place of.
///
/// # Errors
/// When the database fails.
pub(crate) fn withdraw_promise(store: &Store, unit: UnitId, day: NaiveDate) -> Result<()> {
    store.run(&format!(
        "update follow_up_tasks set state = 'suppressed', ended_by = 'withdrawn'
         where task_id = {} and state in ('open', 'overdue', 'escalated')",
        quote_text(&task_id(tasks::PROMISED, unit, day))
    ))
}

/// Columns of [`batch`], in order.
const COLUMNS: &str = "task_id, list, customer_id, unit_id, open_on, due_on, priority, reasons, owner_id, state, holdout, \
     deputy_id, band, channel, reference, lists, dues, probability_leaves, value_at_stake, probability_helps, urgency, cost";

fn batch(tasks: &[Task]) -> Result<RecordBatch> {
    let several = |f: &dyn Fn(&Task) -> &[String]| -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for task in tasks {
            for text in f(task) {
                lists.values().append_value(text);
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    let count = |d: NaiveDate| i32::try_from((d - NaiveDate::default()).num_days()).ok();
    let several_days = |f: &dyn Fn(&Task) -> &[NaiveDate]| -> ArrayRef {
        let mut lists = ListBuilder::new(Date32Builder::new());
        for task in tasks {
            for day in f(task) {
                lists.values().append_option(count(*day));
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    let ids = |f: &dyn Fn(&Task) -> Option<u64>| -> ArrayRef {
        Arc::new(tasks.iter().map(f).collect::<UInt64Array>())
    };
    let texts = |f: &dyn Fn(&Task) -> Option<String>| -> ArrayRef {
        Arc::new(tasks.iter().map(f).collect::<StringArray>())
    };
    let floats = |f: &dyn Fn(&Task) -> Option<f64>| -> ArrayRef {
        Arc::new(tasks.iter().map(f).collect::<Float64Array>())
    };
    let days = |f: &dyn Fn(&Task) -> NaiveDate| -> ArrayRef {
        Arc::new(tasks.iter().map(|t| count(f(t))).collect::<Date32Array>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("task_id", texts(&|t| Some(t.task_id.clone()))),
        ("list", texts(&|t| Some(t.list.clone()))),
        ("customer_id", ids(&|t| t.customer_id.map(|c| c.0))),
        ("unit_id", ids(&|t| Some(t.unit_id.0))),
        ("open_on", days(&|t| t.open_on)),
        ("due_on", days(&|t| t.due_on)),
        ("priority", floats(&|t| t.priority)),
        ("reasons", several(&|t| &t.reasons)),
        ("owner_id", texts(&|t| t.owner_id.clone())),
        ("state", texts(&|t| Some(t.state.to_owned()))),
        (
            "holdout",
            Arc::new(
                tasks
                    .iter()
                    .map(|t| Some(t.holdout))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("deputy_id", texts(&|t| t.deputy_id.clone())),
        ("band", texts(&|t| Some(t.band.to_owned()))),
        ("channel", texts(&|t| Some(t.channel.clone()))),
        ("reference", texts(&|t| t.reference.clone())),
        ("lists", several(&|t| &t.lists)),
        ("dues", several_days(&|t| &t.dues)),
        ("probability_leaves", floats(&|t| t.worth.leaves)),
        ("value_at_stake", floats(&|t| t.worth.value)),
        ("probability_helps", floats(&|t| Some(t.worth.helps))),
        ("urgency", floats(&|t| Some(t.worth.urgency))),
        ("cost", floats(&|t| Some(t.worth.cost))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .map_err(Error::internal)
}

/// A text or NULL as SQL.
pub(crate) fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), quote_text)
}

/// An id or NULL as SQL.
pub(crate) fn id(value: Option<u64>) -> String {
    value.map_or_else(|| "null".to_owned(), |v| format!("{v}::ubigint"))
}
