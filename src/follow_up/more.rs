//! What a caller may want to look up beside the call itself: the right-hand columns of the workbook and the last of the CSV.

use chrono::{Datelike, NaiveDate};

use super::{CallList, CallRow, cells};
use crate::i18n::{number, text};
use crate::types::Lang;

/// A value of one of these columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum More {
    Text(String),
    /// With so many decimals.
    Number(f64, usize),
    Day(NaiveDate),
    Unknown,
}

/// A value as a text without grouped digits; empty where nothing is known.
pub(super) fn in_words(value: &More) -> String {
    match value {
        More::Text(text) => text.clone(),
        More::Number(n, decimals) => format!("{n:.decimals$}"),
        More::Day(day) => day.to_string(),
        More::Unknown => String::new(),
    }
}

/// A column: the rest of its message key, its width in pixels, where its values come from.
pub(super) struct Column {
    pub(super) key: &'static str,
    pub(super) width: u16,
    read: fn(Lang, &CallList, &CallRow) -> More,
}

impl Column {
    pub(super) fn value(&self, lang: Lang, list: &CallList, row: &CallRow) -> More {
        (self.read)(lang, list, row)
    }
}

const fn column(
    key: &'static str,
    width: u16,
    read: fn(Lang, &CallList, &CallRow) -> More,
) -> Column {
    Column { key, width, read }
}

fn words(text: String) -> More {
    if text.is_empty() {
        More::Unknown
    } else {
        More::Text(text)
    }
}

fn day(day: Option<NaiveDate>) -> More {
    day.map_or(More::Unknown, More::Day)
}

fn figure(value: Option<f64>, decimals: usize) -> More {
    value
        .filter(|v| v.is_finite())
        .map_or(More::Unknown, |v| More::Number(v, decimals))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and kilometres for the eye"
)]
fn count(value: Option<i64>) -> More {
    figure(value.map(|v| v as f64), 0)
}

/// The columns, in groups: say, who, car, history, next, work, why this place.
pub(super) const COLUMNS: &[Column] = &[
    column("lists", 96, |lang, _, r| words(cells::lists(lang, r))),
    column("question", 150, |lang, _, r| {
        words(cells::question(lang, r))
    }),
    column("offer", 110, |_, list, r| words(cells::offer(list, r))),
    column("kind", 60, |lang, _, r| words(cells::kind(lang, r))),
    column("other_phones", 96, |_, _, r| words(cells::other_phones(r))),
    column("consent", 66, |lang, _, r| words(cells::consent(lang, r))),
    column("address", 150, |_, _, r| {
        words(cells::clean(r.detail.address.as_deref().unwrap_or(""), 60))
    }),
    column("age_years", 50, |_, list, r| {
        figure(
            r.detail.purchase_date.map(|d| {
                f64::from(list.calling_day.year() - d.year())
                    - f64::from(u8::from(list.calling_day.ordinal() < d.ordinal()))
            }),
            0,
        )
    }),
    column("odometer", 76, |_, _, r| {
        count(r.detail.last_visit_odometer_km)
    }),
    column("odometer_now", 76, |_, _, r| {
        // An estimate is told to the nearest hundred.
        count(r.detail.odometer_now_km.map(|km| (km + 50) / 100 * 100))
    }),
    column("km_per_day", 62, |_, _, r| figure(r.detail.km_per_day, 0)),
    column("last_visit", 82, |_, _, r| day(r.detail.last_visit_on)),
    column("last_class", 72, |lang, _, r| {
        words(
            r.detail
                .last_visit_class
                .as_deref()
                .map(|c| text(lang, &format!("class-{c}"), &[]))
                .unwrap_or_default(),
        )
    }),
    column("last_amount", 76, |_, _, r| {
        figure(r.detail.last_visit_amount, 0)
    }),
    column("last_advisor", 76, |_, _, r| {
        words(cells::clean(
            r.detail.last_visit_advisor.as_deref().unwrap_or(""),
            40,
        ))
    }),
    column("visits_12m", 60, |_, _, r| count(r.detail.visits_12m)),
    column("visits_24m", 60, |_, _, r| count(r.detail.visits_24m)),
    column("spend_12m", 76, |_, _, r| figure(r.detail.spend_12m, 0)),
    column("complaints", 60, |_, _, r| {
        count(Some(r.detail.open_complaints))
    }),
    column("survey", 82, |_, _, r| {
        words(match (r.detail.survey_score, r.detail.survey_scale) {
            (Some(score), Some(scale)) => format!("{}/{}", number(score, 0), number(scale, 0)),
            (Some(score), None) => number(score, 0),
            _ => String::new(),
        })
    }),
    column("comeback", 82, |_, _, r| day(r.detail.comeback_on)),
    column("next_due", 82, |_, _, r| day(r.detail.next_due_on)),
    column("opened", 82, |_, _, r| day(r.opened_on)),
    column("warranty_end", 82, |_, _, r| day(r.detail.warranty_end)),
    column("policy_end", 82, |_, _, r| day(r.detail.policy_end)),
    column("inspection_end", 82, |_, _, r| day(r.detail.inspection_end)),
    column("deputy", 76, |_, _, r| {
        words(cells::clean(r.deputy.as_deref().unwrap_or(""), 40))
    }),
    column("attempts", 60, |_, _, r| {
        count(Some(r.detail.failed_in_row))
    }),
    column("last_contact", 150, |lang, list, r| {
        words(cells::last_contact(list, lang, r))
    }),
    column("snooze", 82, |_, _, r| day(r.detail.contact_next_on)),
    column("priority", 76, |_, _, r| figure(r.priority, 0)),
    column("leaves", 66, |_, _, r| figure(r.worth.leaves, 2)),
    column("value", 82, |_, _, r| figure(r.worth.value, 0)),
    column("helps", 66, |_, _, r| figure(Some(r.worth.helps), 2)),
    column("urgency", 56, |_, _, r| figure(Some(r.worth.urgency), 2)),
    column("cost", 56, |_, _, r| figure(Some(r.worth.cost), 0)),
    column("basis", 150, |lang, _, r| {
        let leaves = if r.worth.leaves.is_none() {
            "list-basis-none"
        } else if r.worth.leaves_by_rule {
            "list-basis-rule"
        } else {
            "list-basis-model"
        };
        let helps = if r.worth.helps_learned {
            "list-basis-learned"
        } else {
            "list-basis-assumed"
        };
        words(format!(
            "{}\n{}",
            text(lang, leaves, &[]),
            text(lang, helps, &[])
        ))
    }),
];
