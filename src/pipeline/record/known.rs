//! What the database knows of those whom a returned list is about: tasks, earlier answers, owners of plates and phones.

use std::collections::BTreeMap;

use crate::follow_up::record::{Answer, Known, Row};
use crate::import::{self, keys};
use crate::store::{Store, quote_text};
use crate::table;
use crate::types::Result;

/// Whom an answer is about.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) task: Option<String>,
    pub(super) list: Option<String>,
    pub(super) unit_id: u64,
    pub(super) customer_id: Option<u64>,
    pub(super) owner: Option<String>,
    pub(super) priority: Option<f64>,
    /// Which of its keys the unit's id is.
    pub(super) is_vin: bool,
    pub(super) is_plate: bool,
    pub(super) store_id: Option<String>,
}

/// The tasks with these ids (an SQL list) and whom they are about, by id.
///
/// # Errors
/// When the database fails.
pub(super) fn targets(store: &Store, ids: &str) -> Result<BTreeMap<String, Target>> {
    let mut found = BTreeMap::new();
    let table = store.table(&format!(
        "select t.task_id, t.list, coalesce(a.unit_id, p.person_id, t.unit_id) as unit_id,
             coalesce(c.person_id, t.customer_id) as customer_id, t.owner_id, t.priority,
             v.vin is not null as is_vin, v.vin is null and v.plate is not null as is_plate, v.store_id
         from follow_up_tasks t
         left join unit_aliases a on a.old_id = t.unit_id
         left join customer_aliases p on p.customer_id = t.unit_id
         left join customer_aliases c on c.customer_id = t.customer_id
         left join vehicles v on v.unit_id = coalesce(a.unit_id, t.unit_id)
         where t.task_id in ({ids})"
    ))?;
    for row in table.iter() {
        let (Some(task), Some(unit_id)) = (row.text("task_id")?, row.id("unit_id")?) else {
            continue;
        };
        let target = Target {
            task: Some(task.clone()),
            list: row.text("list")?,
            unit_id,
            customer_id: row.id("customer_id")?,
            owner: row.text("owner_id")?,
            priority: row.float("priority")?,
            is_vin: row.bool("is_vin")?.unwrap_or(false),
            is_plate: row.bool("is_plate")?.unwrap_or(false),
            store_id: row.text("store_id")?,
        };
        found.insert(task, target);
    }
    Ok(found)
}

/// The answers to these tasks (an SQL list) that are in the database, by task, oldest first.
///
/// # Errors
/// When the database fails.
pub(super) fn answers(store: &Store, ids: &str) -> Result<BTreeMap<String, Vec<Known>>> {
    let mut found: BTreeMap<String, Vec<Known>> = BTreeMap::new();
    let table = store.table(&format!(
        "select row_key, task_id, contacted_at::date as contacted_on, coalesce(asked_on, contacted_at::date) as asked_on, channel, result_l1, result_l2, note, lost_reason,
             next_at::date as next_on, coalesce(opt_out, false) as opt_out, staff
         from follow_ups where task_id in ({ids}) order by task_id, contacted_at, import_id, row_key"
    ))?;
    for row in table.iter() {
        let (Some(task), Some(row_key)) = (row.text("task_id")?, row.id("row_key")?) else {
            continue;
        };
        let answer = Answer {
            channel: row.text("channel")?,
            staff: row.text("staff")?,
            contacted_on: row.date("contacted_on")?,
            ..said(&row)?
        };
        found.entry(task).or_default().push(Known {
            row_key,
            asked_on: row.date("asked_on")?,
            answer,
        });
    }
    Ok(found)
}

/// Whom a row is about that somebody added: by plate or VIN, else by phone; else why nobody is found.
///
/// # Errors
/// When the database fails.
pub(super) fn added(store: &Store, row: &Row) -> Result<std::result::Result<Target, &'static str>> {
    let car = row.car.as_deref().unwrap_or_default();
    let mut vehicle_keys = Vec::new();
    if let Some(plate) = import::plate(car) {
        vehicle_keys.push(keys::of_plate(&plate));
    }
    if let Some(vin) = import::vin(car) {
        vehicle_keys.push(keys::of_vin(&vin));
    }
    let phones: Vec<String> = row
        .phone
        .as_deref()
        .map(import::phones)
        .unwrap_or_default()
        .iter()
        .map(|p| quote_text(p))
        .collect();
    let found = if let Some(key) = vehicle_keys.first() {
        store.table(&format!(
            "select distinct k.unit_id, v.customer_id, v.vin is not null as is_vin,
                 v.vin is null and v.plate is not null as is_plate, v.store_id
             from unit_keys k left join vehicles v on v.unit_id = k.unit_id
             where k.key = {key} and k.valid_to is null order by 1"
        ))?
    } else if phones.is_empty() {
        return Ok(Err("no-key"));
    } else {
        // Somebody with several vehicles called about none of them in particular.
        store.table(&format!(
            "select distinct person_id as unit_id, person_id as customer_id, false as is_vin, false as is_plate, store_id
             from customers_merged where list_has_any(phones, [{}]) order by 1",
            phones.join(", ")
        ))?
    };
    let rows: Vec<_> = found.iter().collect();
    let Some(first) = rows.first() else {
        return Ok(Err("unknown-key"));
    };
    if rows.len() > 1 {
        return Ok(Err("ambiguous-key"));
    }
    Ok(Ok(Target {
        task: None,
        list: None,
        unit_id: first.id("unit_id")?.unwrap_or_default(),
        customer_id: first.id("customer_id")?,
        owner: None,
        priority: None,
        is_vin: first.bool("is_vin")?.unwrap_or(false),
        is_plate: first.bool("is_plate")?.unwrap_or(false),
        store_id: first.text("store_id")?,
    }))
}

/// Contacts of a unit that no task asked for.
///
/// # Errors
/// When the database fails.
pub(super) fn unasked(store: &Store, target: &Target) -> Result<Vec<Known>> {
    let key = target.unit_id;
    let table = store.table(&format!(
        "select row_key, result_l1, result_l2, note, lost_reason, next_at::date as next_on,
             coalesce(opt_out, false) as opt_out, coalesce(asked_on, contacted_at::date) as asked_on
         from follow_ups where task_id is null and (vin_key = {key} or plate_key = {key} or customer_key = {key}
             or customer_key in (select customer_id from customer_aliases where person_id = {key}))
         order by contacted_at, row_key"
    ))?;
    let mut known = Vec::new();
    for row in table.iter() {
        known.push(Known {
            row_key: row.id("row_key")?.unwrap_or_default(),
            asked_on: row.date("asked_on")?,
            answer: said(&row)?,
        });
    }
    Ok(known)
}

/// What was said in a contact; who said it when and how is not read.
fn said(row: &table::Row<'_>) -> Result<Answer> {
    Ok(Answer {
        result_l1: row.text("result_l1")?,
        result_l2: row.text("result_l2")?,
        note: row.text("note")?,
        lost_reason: row.text("lost_reason")?,
        next_on: row.date("next_on")?,
        opt_out: row.bool("opt_out")?.unwrap_or(false),
        ..Answer::default()
    })
}
