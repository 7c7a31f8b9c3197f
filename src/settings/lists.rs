//! Settings of the follow-up lists: timers, the working calendar, who calls, what a call is worth, lists of the user's own.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::types::{Error, Result};

settings! {
    /// Follow-up lists.
    Lists {
        /// Rows of a day in all; 0: no limit.
        capacity: u32 = 0,
        /// Rows of a day and caller; 0: no limit.
        capacity_per_caller: u32 = 40,
        /// Of these, rows about lost customers; 0: no limit.
        lost_per_caller: u32 = 10,
        /// Days before the due date at which the maintenance lists open.
        due_window_days: u32 = 14,
        /// Days after a contact in which the customer is left alone, unless another call was promised.
        contact_gap_days: u32 = 30,
        /// Share of customers left alone in each half year to see what calling is worth; 0: nobody.
        holdout_share: f64 = 0.08,
        /// Days after its last day at which a service call goes to the supervisor.
        escalate_after_days: u32 = 2,
        /// Days after its last day at which a marketing call is dropped.
        expire_after_days: u32 = 14,
        /// Weekdays on which calls are made, Monday = 1.
        working_days: Vec<u32> = vec![1, 2, 3, 4, 5, 6],
        /// Days without calls whatever the weekday: `2026-10-01` or `2026-10-01..2026-10-07`.
        days_off: Vec<String> = Vec::new(),
        /// Days with calls whatever the weekday, as where a rest day is worked in exchange for a holiday.
        days_worked: Vec<String> = Vec::new(),
        /// First call: opens this many days after delivery.
        first_call_opens: u32 = 3,
        /// First call: due this many days after delivery.
        first_call_due: u32 = 7,
        /// Second call: opens this many days after the first contact.
        second_call_opens: u32 = 7,
        /// Second call: due this many days after the first contact.
        second_call_due: u32 = 14,
        /// Days after its due date for which a missed first or second call stays listed.
        late_days: u32 = 7,
        /// Unsolved items are reported to the supervisor within this many days.
        unsolved_days: u32 = 2,
        /// Surveys below this share of the full mark are low.
        low_score: f64 = 0.8,
        /// Days after a complaint or a low survey for which it stays listed.
        recovery_days: u32 = 60,
        /// Renewal: opens this many days before the policy ends.
        renewal_opens: u32 = 90,
        /// Renewal: due this many days before the policy ends.
        renewal_due: u32 = 45,
        /// Event notice: due this many days before the event.
        event_notice_days: u32 = 14,
        /// Event notice: opens this many days before the event, for loyal customers.
        event_loyal_opens: u32 = 28,
        /// Event notice: opens this many days before the event, for the others.
        event_opens: u32 = 21,
        /// Event letter: due this many days after the notice.
        event_letter_days: u32 = 2,
        /// Warranty: the list opens this many days before its end.
        warranty_opens: u32 = 60,
        /// Warranty where the file has no end of it, months from purchase.
        warranty_months: u32 = 36,
        /// The customer file is complete this many days after the visit.
        file_days: u32 = 2,
        /// Days after a visit for which a gap in the file stays listed.
        file_window_days: u32 = 30,
        /// Attempts in a row that reached nobody, after which another channel is taken; 0: never.
        unreachable_after: u32 = 5,
        /// That channel where an address or a number allows it: `sms`, `wechat` or `letter`.
        unreachable_channel: String = "sms".to_owned(),
        /// Cost of one call, yuan.
        cost_per_call: f64 = 0.0,
        /// Who takes open complaints and what is overdue; empty: nobody by name.
        supervisor: String = String::new(),
        /// Who calls about renewals; empty: whoever looks after the customer.
        renewal_caller: String = String::new(),
        /// One sheet a caller (`caller`) or one a caller and list (`caller_and_list`).
        sheets: String = "caller".to_owned(),
        /// P(call helps) by level; an assumption until enough outcomes have come back.
        call_helps: BTreeMap<String, f64> = default_helps(),
        /// What may be offered, by list.
        offers: BTreeMap<String, String> = BTreeMap::new(),
        /// Those who call; where any are named, rows of nobody and of others are shared out among them.
        callers: Vec<Caller> = Vec::new(),
        /// Lists of the user's own.
        custom: Vec<CustomList> = Vec::new(),
    }
}

/// One who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Caller {
    /// Name as the files have it.
    pub name: String,
    /// Rows of a day; without it `capacity_per_caller`.
    pub capacity: Option<u32>,
    /// Who takes over.
    pub deputy: String,
    /// Days away: `2026-10-01` or `2026-10-01..2026-10-07`.
    pub away: Vec<String>,
}

/// A list of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomList {
    /// Name in tables and task ids: small letters, digits, underscores.
    pub id: String,
    /// Name in Chinese.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Level at which its rows stand.
    pub band: String,
    /// Days within which the call is made.
    pub window_days: u32,
    /// `marketing` or `service`: what a refusal, a recent contact or a booking blocks.
    pub suppression: String,
    /// `phone`, `wechat`, `sms` or `letter`.
    pub channel: String,
    /// Opening sentence in Chinese; empty: a general one.
    pub opening_zh: String,
    /// Opening sentence in English; empty: a general one.
    pub opening_en: String,
    /// Conditions that all hold: `brand = X`, `visits_12m >= 2`, `district in A, B`.
    pub filter: Vec<String>,
}

impl Default for CustomList {
    fn default() -> Self {
        Self {
            id: String::new(),
            zh: String::new(),
            en: String::new(),
            band: "offer".to_owned(),
            window_days: 7,
            suppression: "marketing".to_owned(),
            channel: "phone".to_owned(),
            opening_zh: String::new(),
            opening_en: String::new(),
            filter: Vec::new(),
        }
    }
}

/// Starting values, from the likeliest to answer to the furthest gone.
fn default_helps() -> BTreeMap<String, f64> {
    [
        ("escalation", 0.5),
        ("loyal_slipping", 0.3),
        ("warning", 0.2),
        ("at_risk", 0.15),
        ("care", 0.2),
        ("due", 0.3),
        ("offer", 0.15),
        ("lost", 0.05),
        ("file", 0.05),
    ]
    .map(|(band, p)| (band.to_owned(), p))
    .into()
}

/// First and last day of `2026-10-01` or `2026-10-01..2026-10-07`.
///
/// # Errors
/// When the text is neither.
fn days_between(text: &str) -> Result<(NaiveDate, NaiveDate)> {
    let day = |t: &str| NaiveDate::parse_from_str(t.trim(), "%Y-%m-%d").ok();
    let found = match text.split_once("..") {
        Some((from, to)) => day(from).zip(day(to)),
        None => day(text).map(|d| (d, d)),
    };
    found
        .filter(|(from, to)| from <= to && (*to - *from).num_days() <= 3660)
        .ok_or_else(|| Error::usage("bad-days").with("value", text))
}

/// Every day of these texts; texts that are no days are left out, since they were refused before.
#[must_use]
pub fn days_of(texts: &[String]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = texts
        .iter()
        .filter_map(|t| days_between(t).ok())
        .flat_map(|(from, to)| from.iter_days().take_while(move |d| *d <= to))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The bands by name, for checking; `follow_up::Band` holds the same and a test says so.
const BANDS: &[&str] = &[
    "escalation",
    "loyal_slipping",
    "warning",
    "at_risk",
    "care",
    "due",
    "offer",
    "lost",
    "file",
];

impl Lists {
    /// The first setting out of range: its name and value.
    #[must_use]
    pub fn out_of_range(&self) -> Option<(&'static str, String)> {
        if self.working_days.is_empty() || self.working_days.iter().any(|d| !(1..=7).contains(d)) {
            return Some(("lists.working_days", format!("{:?}", self.working_days)));
        }
        for (name, texts) in [
            ("lists.days_off", &self.days_off),
            ("lists.days_worked", &self.days_worked),
        ] {
            if let Some(bad) = texts.iter().find(|t| days_between(t).is_err()) {
                return Some((name, bad.clone()));
            }
        }
        for (name, low, high) in [
            (
                "lists.first_call_due",
                self.first_call_opens,
                self.first_call_due,
            ),
            (
                "lists.second_call_due",
                self.second_call_opens,
                self.second_call_due,
            ),
            ("lists.renewal_due", self.renewal_due, self.renewal_opens),
            (
                "lists.event_opens",
                self.event_notice_days,
                self.event_opens,
            ),
            (
                "lists.event_loyal_opens",
                self.event_opens,
                self.event_loyal_opens,
            ),
        ] {
            if low > high || high > 3660 {
                return Some((name, format!("{low}, {high}")));
            }
        }
        if !(0.0..=1.0).contains(&self.low_score) {
            return Some(("lists.low_score", self.low_score.to_string()));
        }
        if !(self.cost_per_call.is_finite() && self.cost_per_call >= 0.0) {
            return Some(("lists.cost_per_call", self.cost_per_call.to_string()));
        }
        if let Some((band, p)) = self
            .call_helps
            .iter()
            .find(|(band, p)| !BANDS.contains(&band.as_str()) || !(0.0..=1.0).contains(*p))
        {
            return Some(("lists.call_helps", format!("{band} = {p}")));
        }
        if !["sms", "wechat", "letter"].contains(&self.unreachable_channel.as_str()) {
            return Some((
                "lists.unreachable_channel",
                self.unreachable_channel.clone(),
            ));
        }
        if !["caller", "caller_and_list"].contains(&self.sheets.as_str()) {
            return Some(("lists.sheets", self.sheets.clone()));
        }
        let mut names: Vec<&str> = Vec::new();
        for caller in &self.callers {
            let name = caller.name.trim();
            if name.is_empty() || names.contains(&name) {
                return Some(("lists.callers.name", caller.name.clone()));
            }
            if let Some(bad) = caller.away.iter().find(|t| days_between(t).is_err()) {
                return Some(("lists.callers.away", bad.clone()));
            }
            names.push(name);
        }
        let mut ids: Vec<&str> = Vec::new();
        for list in &self.custom {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            if list.id.is_empty() || !list.id.bytes().all(plain) || ids.contains(&list.id.as_str())
            {
                return Some(("lists.custom.id", list.id.clone()));
            }
            if list.zh.trim().is_empty() && list.en.trim().is_empty() {
                return Some(("lists.custom.zh", list.zh.clone()));
            }
            if !BANDS.contains(&list.band.as_str()) {
                return Some(("lists.custom.band", list.band.clone()));
            }
            if !["marketing", "service"].contains(&list.suppression.as_str()) {
                return Some(("lists.custom.suppression", list.suppression.clone()));
            }
            if !["phone", "wechat", "sms", "letter", "visit"].contains(&list.channel.as_str()) {
                return Some(("lists.custom.channel", list.channel.clone()));
            }
            // A list of everybody is a slip more often than a wish.
            if list.filter.is_empty() {
                return Some(("lists.custom.filter", "[]".to_owned()));
            }
            ids.push(&list.id);
        }
        None
    }

    /// P(call helps) of a level: as set, else as it is assumed.
    #[must_use]
    pub fn helps(&self, band: &str) -> f64 {
        self.call_helps
            .get(band)
            .copied()
            .or_else(|| default_helps().get(band).copied())
            .unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn days_are_single_or_from_to() {
        assert_eq!(
            days_of(&["2026-10-01..2026-10-03".to_owned(), "2026-10-03".to_owned()]).len(),
            3
        );
        for bad in ["2026-02-30", "2026-10-03..2026-10-01", "next week", ""] {
            assert_eq!(days_between(bad).unwrap_err().key, "bad-days", "{bad}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let bad = |toml: &str| {
            toml::from_str::<Lists>(toml)
                .unwrap()
                .out_of_range()
                .map(|(name, _)| name)
        };
        assert_eq!(bad(""), None);
        assert_eq!(bad("working_days = [8]"), Some("lists.working_days"));
        assert_eq!(bad("days_off = ['2026-13-01']"), Some("lists.days_off"));
        assert_eq!(bad("first_call_opens = 9"), Some("lists.first_call_due"));
        assert_eq!(bad("call_helps = { lost = 2.0 }"), Some("lists.call_helps"));
        assert_eq!(
            bad("callers = [{ name = 'A' }, { name = 'A' }]"),
            Some("lists.callers.name")
        );
        assert_eq!(
            bad("custom = [{ id = 'Über', zh = 'x' }]"),
            Some("lists.custom.id")
        );
        assert_eq!(
            bad("custom = [{ id = 'x', zh = 'x', filter = ['a = 1'], band = 'top' }]"),
            Some("lists.custom.band")
        );
    }

    #[test]
    fn a_level_that_is_not_set_keeps_its_assumption() {
        let lists: Lists = toml::from_str("call_helps = { lost = 0.2 }").unwrap();
        assert!((lists.helps("lost") - 0.2).abs() < 1e-12);
        assert!((lists.helps("warning") - Lists::default().helps("warning")).abs() < 1e-12);
    }
}
