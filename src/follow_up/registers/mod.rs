//! The four registers of the plan: customer file, record of calls, register of calls, register of letters. What each
//! column is called and how it is said; the rows come from the views of the same names. Pure: rows in, words out.

mod cards;
#[cfg(test)]
mod tests;

pub use cards::{CardRows, cards};

use super::cells::clean;
use super::lost_reasons::lost_reason_label;
use super::more::{self, More};
use super::outcomes::{outcome_label, result_label};
use crate::i18n::{find, text};
use crate::table::Record;
use crate::types::Lang;

/// One register.
pub struct Register {
    /// Its id: name of its file, rest of its message key.
    pub id: &'static str,
    /// The view with its rows.
    pub view: &'static str,
    /// The days by which a month's rows are told.
    pub days: &'static [&'static str],
    /// What its rows are sorted by.
    pub order: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

/// One column: its name in the view (and the rest of its message key), its width in pixels, how it is said.
pub struct Column {
    /// Name.
    pub key: &'static str,
    /// Width, px.
    pub width: u16,
    said: Said,
}

/// How a value is said.
#[derive(Clone, Copy)]
enum Said {
    /// As it stands.
    Text,
    /// A long text.
    Note,
    Day,
    Count,
    YesNo,
    /// Words of the catalogue under that prefix; others as they stand.
    Words(&'static str),
    /// Several codes of that prefix, parted by commas.
    Codes(&'static str),
    Result,
    Outcome,
    LostReason,
}

const fn column(key: &'static str, width: u16, said: Said) -> Column {
    Column { key, width, said }
}

const CUSTOMER_NO: Column = column("customer_no", 90, Said::Text);
const NAME: Column = column("name", 90, Said::Text);
const PHONE: Column = column("phone_primary", 100, Said::Text);
const PLATE: Column = column("plate", 84, Said::Text);
const VIN: Column = column("vin", 140, Said::Text);
const CHANNEL: Column = column("channel", 60, Said::Words("channel-"));
const PURPOSE: Column = column("purpose", 110, Said::Words("list-"));
const RESULT: Column = column("result_l1", 80, Said::Result);
const OUTCOME: Column = column("result_l2", 110, Said::Outcome);
const STAFF: Column = column("staff", 80, Said::Text);
const DIRECTION: Column = column("direction", 60, Said::Words("direction-"));
const CONTACTED: Column = column("contacted_on", 84, Said::Day);

/// The registers, in the order of the plan's forms.
pub const REGISTERS: &[Register] = &[
    Register {
        id: "files",
        view: "register_files",
        days: &["file_opened_on", "last_visit_on"],
        order: "customer_no nulls last, customer_id, unit_id",
        columns: &[
            CUSTOMER_NO,
            NAME,
            column("kind", 60, Said::Words("list-kind-")),
            PHONE,
            column("address", 180, Said::Text),
            column("district", 80, Said::Text),
            column("owner", 80, Said::Text),
            column("file_opened_on", 84, Said::Day),
            PLATE,
            VIN,
            column("brand", 80, Said::Text),
            column("series", 80, Said::Text),
            column("model", 110, Said::Text),
            column("fuel", 60, Said::Words("fuel-")),
            column("purchase_date", 84, Said::Day),
            column("warranty_end", 84, Said::Day),
            column("interval_km", 76, Said::Count),
            column("interval_months", 76, Said::Count),
            column("next_due_on", 84, Said::Day),
            column("next_visit_on", 84, Said::Day),
            column("next_visit_on_low", 84, Said::Day),
            column("next_visit_on_high", 84, Said::Day),
            column("visits", 60, Said::Count),
            column("first_visit_on", 84, Said::Day),
            column("last_visit_on", 84, Said::Day),
            column("last_class", 90, Said::Words("class-")),
            column("last_items", 200, Said::Note),
            column("maintenance_visits", 76, Said::Count),
            column("last_maintenance_on", 84, Said::Day),
            column("repair_visits", 76, Said::Count),
            column("last_repair_on", 84, Said::Day),
            column("wish", 200, Said::Note),
            column("missing", 140, Said::Codes("register-lacks-")),
        ],
    },
    Register {
        id: "call_records",
        view: "register_calls",
        days: &["contacted_on"],
        order: "contacted_on, row_key",
        columns: &[
            CONTACTED,
            NAME,
            PLATE,
            PURPOSE,
            column("note", 420, Said::Note),
            RESULT,
            OUTCOME,
            column("lost_reason", 90, Said::LostReason),
            column("next_on", 84, Said::Day),
            column("opt_out", 70, Said::YesNo),
            STAFF,
        ],
    },
    Register {
        id: "calls",
        view: "register_calls",
        days: &["contacted_on"],
        order: "contacted_on, row_key",
        columns: &[
            CONTACTED,
            DIRECTION,
            CHANNEL,
            CUSTOMER_NO,
            NAME,
            PHONE,
            PLATE,
            VIN,
            PURPOSE,
            RESULT,
            OUTCOME,
            STAFF,
        ],
    },
    Register {
        id: "letters",
        view: "register_letters",
        days: &["sent_on"],
        order: "sent_on, row_key",
        columns: &[
            column("sent_on", 84, Said::Day),
            column("letter_kind", 80, Said::Words("letter-")),
            column("campaign", 160, Said::Text),
            CUSTOMER_NO,
            NAME,
            column("address", 200, Said::Text),
            PLATE,
            VIN,
            column("note", 300, Said::Note),
            STAFF,
        ],
    },
];

/// Characters of a text that a cell shows.
const TEXT_CHARS: usize = 120;
/// Characters of a note: all that anybody says of one call.
const NOTE_CHARS: usize = 2_000;

impl Register {
    /// Its name.
    #[must_use]
    pub fn name(&self, lang: Lang) -> String {
        text(lang, &format!("register-{}", self.id), &[])
    }
}

impl Column {
    /// Its header.
    #[must_use]
    pub fn label(&self, lang: Lang) -> String {
        text(lang, &format!("register-col-{}", self.key), &[])
    }

    /// Its value in a row.
    pub(super) fn value(&self, lang: Lang, row: &Record<'_>) -> More {
        let raw = row.text(self.key).map(str::trim).filter(|t| !t.is_empty());
        let said = |words: Option<String>| words.map_or(More::Unknown, More::Text);
        match self.said {
            Said::Day => row.date(self.key).map_or(More::Unknown, More::Day),
            Said::Count => row
                .number(self.key)
                .map_or(More::Unknown, |n| More::Number(n, 0)),
            Said::YesNo => said(row.flag(self.key).then(|| text(lang, "register-yes", &[]))),
            Said::Text => said(raw.map(|t| clean(t, TEXT_CHARS))),
            Said::Note => said(raw.map(|t| clean(t, NOTE_CHARS))),
            Said::Words(prefix) => said(raw.map(|t| word(lang, prefix, t))),
            Said::Codes(prefix) => said(raw.map(|t| {
                let words: Vec<String> = t.split(',').map(|c| word(lang, prefix, c)).collect();
                words.join(", ")
            })),
            Said::Result => said(raw.map(|t| clean(&result_label(lang, t), TEXT_CHARS))),
            Said::Outcome => said(raw.map(|t| clean(&outcome_label(lang, t), TEXT_CHARS))),
            Said::LostReason => said(raw.map(|t| clean(&lost_reason_label(lang, t), TEXT_CHARS))),
        }
    }

    /// The same as a text; empty where nothing is known.
    #[must_use]
    pub fn words(&self, lang: Lang, row: &Record<'_>) -> String {
        more::in_words(&self.value(lang, row))
    }
}

/// A code in words, or what stands there.
fn word(lang: Lang, prefix: &str, code: &str) -> String {
    find(lang, &format!("{prefix}{code}"), &[]).unwrap_or_else(|| clean(code, TEXT_CHARS))
}
