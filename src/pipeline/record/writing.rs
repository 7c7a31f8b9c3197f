//! What an answer leaves in the database: the contact, the call it promises, a number to put right, and the ledger's line;
//! and what goes again where another answer takes its place.

use chrono::NaiveDate;

use super::Taking;
use super::known::Target;
use crate::follow_up::record::{Answer, Row};
use crate::follow_up::rules;
use crate::i18n;
use crate::import::keys;
use crate::pipeline::{clock, tasks};
use crate::store::quote_text;
use crate::types::{Result, UnitId};

impl Taking<'_> {
    /// Takes back what stood in the place of an answer that replaces it, and the calls that it had promised.
    pub(super) fn take_back(
        &mut self,
        target: &Target,
        replaced: u64,
        others: &[u64],
        place: &str,
    ) -> Result<()> {
        let known = self.known.entry(place.to_owned()).or_default();
        for gone in known
            .iter()
            .filter(|k| k.row_key == replaced || others.contains(&k.row_key))
        {
            if gone.answer.result_l2.as_deref() == Some("wrong_number") {
                self.store.run(&format!(
                    "delete from data_quality_items where kind = 'wrong_phone' and state = 'open' and unit_id = {} and task_id is not distinct from {}",
                    target.unit_id,
                    tasks::text(target.task.as_deref()),
                ))?;
            }
            if let Some(day) = gone.answer.call_on() {
                tasks::withdraw_promise(self.store, UnitId(target.unit_id), day)?;
            }
        }
        known.retain(|k| !others.contains(&k.row_key));
        for key in others {
            self.store
                .run(&format!("delete from follow_ups where row_key = {key}"))?;
        }
        Ok(())
    }

    pub(super) fn write(
        &self,
        row_key: u64,
        target: &Target,
        answer: &Answer,
        on: NaiveDate,
        asked_on: Option<NaiveDate>,
    ) -> Result<()> {
        let rule = target.list.as_deref().and_then(rules::rule);
        let said = |value: &Option<String>| tasks::text(value.as_deref());
        let content = format!("{answer:?}{on}");
        let channel = answer
            .channel
            .clone()
            .or_else(|| rule.map(|r| r.channel.clone().into_owned()))
            // A row that somebody added to a list of calls.
            .or_else(|| target.task.is_none().then(|| "phone".to_owned()));
        let staff = answer.staff.clone().or_else(|| target.owner.clone());
        self.store.run(&format!(
            "delete from follow_ups where row_key = {row_key};
             insert into follow_ups (row_key, store_id, task_id, vin_key, plate_key, customer_key, contacted_at, channel, purpose,
                 result_l1, result_l2, note, lost_reason, next_at, opt_out, staff, content_hash, import_id, asked_on)
             values ({row_key}::ubigint, {}, {}, {}, {}, {}, timestamp '{on} 00:00:00', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}::ubigint, {}, {})",
            tasks::text(target.store_id.as_deref()),
            tasks::text(target.task.as_deref()),
            tasks::id(target.is_vin.then_some(target.unit_id)),
            tasks::id(target.is_plate.then_some(target.unit_id)),
            tasks::id(target.customer_id),
            said(&channel),
            tasks::text(target.list.as_deref()),
            said(&answer.result_l1),
            said(&answer.result_l2),
            said(&answer.note),
            said(&answer.lost_reason),
            answer
                .next_on
                .map_or_else(|| "null".to_owned(), |d| format!("timestamp '{d} 00:00:00'")),
            answer.opt_out,
            said(&staff),
            keys::of_row("said", "", &[content.as_str().into()]),
            self.import_id,
            asked_on.map_or_else(|| "null".to_owned(), |d| format!("date '{d}'")),
        ))
    }

    /// What an answer brings with it: a call on the day that was agreed, a number to put right, a refusal.
    pub(super) fn follow(
        &mut self,
        row: &Row,
        target: &Target,
        answer: &Answer,
        on: NaiveDate,
    ) -> Result<()> {
        if answer.opt_out {
            self.refusing
                .push(target.customer_id.unwrap_or(target.unit_id));
        }
        // Whoever refuses and asks for a day at once is left alone.
        if let Some(agreed) = answer.next_on.filter(|_| !answer.opt_out) {
            let unit_id = UnitId(target.unit_id);
            let why = if answer.has_booked() {
                "list-why-booked"
            } else {
                "list-why-promised"
            };
            let args = [("date", &*agreed.to_string())];
            let promise = tasks::Promise {
                unit_id,
                customer_id: target.customer_id,
                day: answer.call_on().unwrap_or(agreed),
                is_booking: answer.has_booked(),
                made_on: on,
                priority: target.priority,
                owner: answer.staff.clone().or_else(|| target.owner.clone()),
                why: i18n::text(self.settings.lang, why, &args),
            };
            self.promised.insert((unit_id, promise.day), promise);
        }
        if row.wrong_number {
            let item = keys::of_row(
                "wrong_phone",
                "",
                &[target.unit_id.to_string().into(), on.to_string().into()],
            );
            self.said.wrong_numbers += 1;
            self.store.run(&format!(
                "delete from data_quality_items where item_id = {item};
                 insert into data_quality_items values ({item}::ubigint, 'wrong_phone', {}, {}, {}, date '{on}', 'open')",
                tasks::id(target.customer_id),
                tasks::id(Some(target.unit_id)),
                tasks::text(target.task.as_deref()),
            ))?;
        }
        Ok(())
    }

    pub(super) fn open_promises(&mut self) -> Result<()> {
        self.said.promises = self.promised.len();
        for promise in self.promised.values() {
            tasks::promise(self.store, promise)?;
        }
        Ok(())
    }

    /// The ledger says where contacts came from, as of every file.
    pub(super) fn note_import(&self) -> Result<()> {
        let said = &self.said;
        let replaced = said.completed + said.replaced;
        self.store.run(&format!(
            "insert into imports (import_id, file, sha256, kind, store_id, mapping, records, loaded, replaced, unchanged, duplicate,
                 rejected, removed, today, data_through, imported_at)
             values ({}, {}, {}, 'follow_ups', '', '', {}, {}, {replaced}, {}, 0, 0, 0, date '{}', (select max(in_at)::date from orders), {})",
            self.import_id,
            quote_text(&said.file),
            quote_text(&self.book.sha256),
            said.recorded + replaced + said.unchanged,
            said.recorded,
            said.unchanged,
            self.today,
            quote_text(&clock()),
        ))
    }
}
