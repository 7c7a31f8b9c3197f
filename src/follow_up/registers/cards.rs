//! One customer's file on paper: the fields of the plan's form, then visits, calls and letters below.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Column, REGISTERS, Register};
use crate::follow_up::cells::clean;
use crate::follow_up::paper::{Paper, PaperColumn, PaperSheet, PaperTable, Part, Turn};
use crate::i18n::{Currency, number, text};
use crate::table::{Record, Table};
use crate::types::Lang;

/// What the cards are made of: rows of the views, and the visits of the same units.
#[derive(Clone, Debug, Default)]
pub struct CardRows {
    /// Rows of `register_files`.
    pub files: Table,
    /// Visits: columns unit_id, first_on, main_class, odometer_km, paid_amount, advisor; by unit and day.
    pub visits: Table,
    /// Rows of `register_calls`.
    pub calls: Table,
    /// Rows of `register_letters`.
    pub letters: Table,
}

/// Fields that the card shows in its head, in the order of the form.
const FIELDS: &[&str] = &[
    "customer_no",
    "name",
    "kind",
    "phone_primary",
    "address",
    "owner",
    "plate",
    "vin",
    "brand",
    "series",
    "model",
    "fuel",
    "purchase_date",
    "warranty_end",
    "file_opened_on",
    "last_visit_on",
    "last_class",
    "last_items",
    "interval_km",
    "interval_months",
    "next_due_on",
    "next_visit_on",
    "next_visit_on_low",
    "next_visit_on_high",
    "maintenance_visits",
    "repair_visits",
    "wish",
    "missing",
];
/// Visits, calls and letters that a card shows, the latest ones.
const ROWS_SHOWN: usize = 40;

/// A card a row of the files, each on a page of its own.
#[must_use]
pub fn cards(
    rows: &CardRows,
    department: &str,
    as_of: NaiveDate,
    currency: &Currency,
    lang: Lang,
) -> Paper {
    let visits = by_unit(&rows.visits);
    let calls = by_unit(&rows.calls);
    let letters = by_unit(&rows.letters);
    let sheets = rows
        .files
        .records()
        .map(|file| {
            let (visits, calls) = (of_file(&visits, &file), of_file(&calls, &file));
            let letters = of_file(&letters, &file);
            card(&file, &visits, &calls, &letters, as_of, currency, lang)
        })
        .collect();
    Paper {
        lang,
        title: text(lang, "register-files", &[]),
        department: clean(department, 40),
        day: as_of,
        turn: Turn::Portrait,
        sheets,
    }
}

/// Rows of a file's unit, then what its customer was told without naming a vehicle, which stands on the card of each of
/// theirs.
fn of_file<'t>(all: &BTreeMap<u64, Vec<Record<'t>>>, file: &Record<'_>) -> Vec<Record<'t>> {
    let mut keys: Vec<u64> = [file.id("unit_id"), file.id("customer_id")]
        .into_iter()
        .flatten()
        .collect();
    keys.dedup();
    keys.iter()
        .flat_map(|key| all.get(key).into_iter().flatten().copied())
        .collect()
}

/// Rows by unit, or by customer where they name no unit.
fn by_unit<'t>(table: &'t Table) -> BTreeMap<u64, Vec<Record<'t>>> {
    let mut found: BTreeMap<u64, Vec<Record<'t>>> = BTreeMap::new();
    for row in table.records() {
        if let Some(key) = row.id("unit_id").or_else(|| row.id("customer_id")) {
            found.entry(key).or_default().push(row);
        }
    }
    found
}

fn register(id: &str) -> Option<&'static Register> {
    REGISTERS.iter().find(|r| r.id == id)
}

fn card(
    file: &Record<'_>,
    visits: &[Record<'_>],
    calls: &[Record<'_>],
    letters: &[Record<'_>],
    as_of: NaiveDate,
    currency: &Currency,
    lang: Lang,
) -> PaperSheet {
    let columns = register("files").map_or(&[] as &[Column], |r| r.columns);
    let facts = FIELDS
        .iter()
        .filter_map(|key| columns.iter().find(|c| c.key == *key))
        .map(|c| (c.label(lang), c.words(lang, file)))
        .collect();
    let name = file
        .text("name")
        .map(|n| clean(n, 40))
        .filter(|n| !n.is_empty())
        .unwrap_or_else(|| text(lang, "list-no-name", &[]));
    let plate = file
        .text("plate")
        .or_else(|| file.text("vin"))
        .map(|p| clean(p, 40));
    PaperSheet {
        title: [Some(name), plate]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        lines: vec![text(
            lang,
            "register-as-of",
            &[("as_of", &as_of.to_string())],
        )],
        parts: vec![
            Part::Facts(facts),
            Part::Table(visits_table(visits, currency, lang)),
            Part::Table(table_of(
                "call_records",
                &[
                    "contacted_on",
                    "purpose",
                    "note",
                    "result_l1",
                    "result_l2",
                    "staff",
                ],
                calls,
                lang,
            )),
            Part::Table(table_of(
                "letters",
                &["sent_on", "letter_kind", "campaign", "note", "staff"],
                letters,
                lang,
            )),
        ],
    }
}

/// The latest rows of a register in some of its columns.
fn table_of(id: &str, keys: &[&str], rows: &[Record<'_>], lang: Lang) -> PaperTable {
    let Some(register) = register(id) else {
        return PaperTable::default();
    };
    let columns: Vec<&Column> = keys
        .iter()
        .filter_map(|key| register.columns.iter().find(|c| c.key == *key))
        .collect();
    PaperTable {
        title: titled(&register.name(lang), rows.len(), lang),
        columns: columns
            .iter()
            .map(|c| PaperColumn::words(c.label(lang), f64::from(c.width)))
            .collect(),
        rows: latest(rows, keys.first().copied().unwrap_or_default())
            .iter()
            .map(|row| columns.iter().map(|c| c.words(lang, row)).collect())
            .collect(),
        empty: text(lang, "register-none", &[]),
    }
}

fn visits_table(rows: &[Record<'_>], currency: &Currency, lang: Lang) -> PaperTable {
    let money = [("currency", currency.word(lang))];
    let label = |key: &str| text(lang, &format!("register-col-{key}"), &money);
    PaperTable {
        title: titled(&text(lang, "register-visits", &[]), rows.len(), lang),
        columns: vec![
            PaperColumn::words(label("first_on"), 12.0),
            PaperColumn::words(label("main_class"), 16.0),
            PaperColumn::figures(label("odometer_km"), 12.0),
            PaperColumn::figures(label("paid_amount"), 12.0),
            PaperColumn::words(label("advisor"), 14.0),
        ],
        rows: latest(rows, "first_on")
            .iter()
            .map(|row| {
                let figure =
                    |name: &str| row.number(name).map_or_else(String::new, |n| number(n, 0));
                let class = row.text("main_class").unwrap_or("unknown");
                vec![
                    row.date("first_on")
                        .map_or_else(String::new, |d| d.to_string()),
                    text(lang, &format!("class-{class}"), &[]),
                    figure("odometer_km"),
                    figure("paid_amount"),
                    row.text("advisor")
                        .map_or_else(String::new, |a| clean(a, 40)),
                ]
            })
            .collect(),
        empty: text(lang, "register-none", &[]),
    }
}

/// A heading that says how many there are, and how many of them are shown.
fn titled(name: &str, rows: usize, lang: Lang) -> String {
    let (all, shown) = (rows.to_string(), ROWS_SHOWN.to_string());
    if rows > ROWS_SHOWN {
        text(
            lang,
            "register-heading-latest",
            &[("name", name), ("rows", &all), ("shown", &shown)],
        )
    } else {
        text(lang, "register-heading", &[("name", name), ("rows", &all)])
    }
}

/// The last rows by a day, the newest first; of one day the last one first.
fn latest<'t>(rows: &[Record<'t>], day: &str) -> Vec<Record<'t>> {
    let mut rows: Vec<Record<'t>> = rows.iter().rev().copied().collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.date(day)));
    rows.truncate(ROWS_SHOWN);
    rows
}
