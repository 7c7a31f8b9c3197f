//! The register command: the four registers of the plan as a workbook, as text, or one customer's cards on paper.

use std::path::{Path, PathBuf};

use chrono::{Days, Months, NaiveDate};
use serde_json::json;

use super::{Context, audit, explain, files, paper};
use crate::cli::RegisterFormat;
use crate::follow_up::csv::register_csv;
use crate::follow_up::registers::{CardRows, REGISTERS, Register, cards};
use crate::follow_up::workbook::{MOST_ROWS, RegisterHead, registers_workbook};
use crate::import::phones;
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Store};
use crate::table::Table;
use crate::types::{Error, Lang, Result};

/// What is wished.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// Plate, VIN, customer number or phone; `None`: everybody.
    pub key: Option<&'a str>,
    /// First day of the month; `None`: all.
    pub month: Option<NaiveDate>,
    /// Form.
    pub format: RegisterFormat,
    /// Language.
    pub lang: Lang,
}

/// What was written.
#[derive(Debug, serde::Serialize)]
pub struct Registered {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Rows by register.
    pub registers: Vec<Written>,
}

/// One register that was written.
#[derive(Debug, serde::Serialize)]
pub struct Written {
    /// Its id.
    pub register: &'static str,
    /// Rows.
    pub rows: usize,
}

/// Cards beyond which somebody should say which ones.
const MOST_CARDS: usize = 2_000;

/// Makes the views that registers are read from; they follow the tables from then on.
///
/// # Errors
/// When the database fails.
pub(super) fn views(store: &Store) -> Result<()> {
    for script in [
        "registers/register_calls",
        "registers/register_letters",
        "registers/register_files",
    ] {
        store.run(scripts::text(script))?;
    }
    Ok(())
}

/// Writes registers or cards.
///
/// # Errors
/// When nothing is scored, the key is unknown, or there are more cards than anybody prints.
pub fn register(context: &Context, wish: &Wish<'_>, out: &Path) -> Result<Registered> {
    if wish.format == RegisterFormat::Pdf {
        paper::printable()?;
    }
    // A place that can be no folder is told before any work.
    if out.exists() {
        files::make_folder(out)?;
    }
    let (store, settings) = context.open(Access::Write)?;
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", context.database.display()))?;
    store.transaction(views)?;
    let whom = wish.key.map(|key| whom(&store, key)).transpose()?;
    let mut found: Vec<(&Register, Table)> = Vec::new();
    for register in REGISTERS {
        let filter = [whom.clone(), wish.month.map(|m| within(register.days, m))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" and ");
        let filter = if filter.is_empty() {
            "true".to_owned()
        } else {
            filter
        };
        let rows = store.table(&format!(
            "select * from {} where {filter} order by {}",
            register.view, register.order
        ))?;
        found.push((register, rows));
    }
    let scope = match (wish.key.map(name_of), wish.month.map(month_of)) {
        (Some(name), Some(month)) => format!("{name}-{month}"),
        (Some(name), None) => name,
        (None, Some(month)) => month,
        (None, None) => as_of.to_string(),
    };
    let written: Vec<Written> = found
        .iter()
        .map(|(r, rows)| Written {
            register: r.id,
            rows: rows.rows.len(),
        })
        .collect();
    let documents = match wish.format {
        RegisterFormat::Xlsx => vec![(
            format!("registers-{scope}.xlsx"),
            workbook(&found, &settings, as_of, wish)?,
        )],
        RegisterFormat::Csv => found
            .iter()
            .map(|(r, rows)| {
                let text = register_csv(r, rows, wish.lang);
                (format!("{}-{scope}.csv", r.id), text.into_bytes())
            })
            .collect(),
        RegisterFormat::Pdf => vec![(
            format!("cards-{scope}.pdf"),
            paper::print(
                &card_paper(&store, found, &settings, as_of, wish)?,
                &settings,
            )?,
        )],
    };
    files::make_folder(out)?;
    // Names, phones and addresses leave the file in full: that is noted before it happens, never whose.
    audit::note(
        &context.database,
        "register",
        json!({
            "rows": written.iter().map(|w| w.rows).sum::<usize>(),
            "folder": std::path::absolute(out).unwrap_or_else(|_| out.to_owned()),
        }),
    )?;
    let mut paths = Vec::new();
    for (name, bytes) in documents {
        let path = out.join(name);
        files::write(&path, &bytes)?;
        paths.push(path);
    }
    Ok(Registered {
        files: paths,
        registers: written,
    })
}

fn month_of(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// A key as part of a file name, so that one customer's file does not take the place of another's. Of a phone the end
/// alone: a number in full stands only where it is made for calling.
fn name_of(key: &str) -> String {
    // A customer's number is none for having digits.
    let is_number = !key.contains(char::is_alphabetic);
    let digits = phones(key).into_iter().next().filter(|_| is_number);
    let shown = digits.map_or_else(
        || key.trim().to_owned(),
        |phone| {
            phone
                .chars()
                .skip(phone.chars().count().saturating_sub(4))
                .collect()
        },
    );
    shown
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .take(40)
        .collect()
}

/// The rows of those whom a key names.
fn whom(store: &Store, key: &str) -> Result<String> {
    let units = explain::known(store, key)?;
    if units.is_empty() {
        return Err(Error::usage("key-unknown"));
    }
    let list: Vec<String> = units.iter().map(ToString::to_string).collect();
    let list = list.join(", ");
    // What was said to a customer without naming a vehicle belongs to all of theirs.
    Ok(format!(
        "(unit_id in ({list}) or (unit_id is null and (customer_id in ({list}) or customer_id in \
         (select customer_id from vehicle_scores where unit_id in ({list})))))"
    ))
}

/// Rows with one of these days in the month.
fn within(days: &[&str], month: NaiveDate) -> String {
    let last = month
        .checked_add_months(Months::new(1))
        .and_then(|d| d.checked_sub_days(Days::new(1)))
        .unwrap_or(month);
    let tests: Vec<String> = days
        .iter()
        .map(|d| format!("{d} between date '{month}' and date '{last}'"))
        .collect();
    format!("({})", tests.join(" or "))
}

fn workbook(
    found: &[(&Register, Table)],
    settings: &Settings,
    as_of: NaiveDate,
    wish: &Wish<'_>,
) -> Result<Vec<u8>> {
    if let Some((register, rows)) = found.iter().find(|(_, rows)| rows.rows.len() > MOST_ROWS) {
        return Err(Error::usage("register-too-long")
            .with("name", register.name(wish.lang))
            .with("rows", rows.rows.len())
            .with("most", MOST_ROWS));
    }
    registers_workbook(
        found,
        RegisterHead {
            department: &settings.department,
            as_of,
            scope: &wish.month.map(month_of).unwrap_or_default(),
            lang: wish.lang,
        },
    )
}

fn card_paper(
    store: &Store,
    found: Vec<(&Register, Table)>,
    settings: &Settings,
    as_of: NaiveDate,
    wish: &Wish<'_>,
) -> Result<crate::follow_up::paper::Paper> {
    let mut rows = CardRows::default();
    for (register, table) in found {
        match register.id {
            "files" => rows.files = table,
            "call_records" => rows.calls = table,
            "letters" => rows.letters = table,
            _ => {}
        }
    }
    let count = rows.files.rows.len();
    if count > MOST_CARDS {
        return Err(Error::usage("register-too-many-cards")
            .with("cards", count)
            .with("most", MOST_CARDS));
    }
    let units: Vec<String> = rows
        .files
        .records()
        .filter_map(|r| r.id("unit_id"))
        .map(|u| u.to_string())
        .collect();
    if !units.is_empty() {
        rows.visits = store.table(&format!(
            "select unit_id, first_on, main_class, odometer_km, paid_amount, advisor from visits
             where orders > 0 and unit_id in ({}) order by unit_id, first_on, visit_id",
            units.join(", ")
        ))?;
    }
    Ok(cards(
        &rows,
        &settings.department,
        as_of,
        &settings.currency(),
        wish.lang,
    ))
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_file_is_named_by_its_key_and_by_the_end_of_a_phone() {
        assert_eq!(name_of(" K0001136 "), "K0001136");
        assert_eq!(name_of("粤A·12345"), "粤A_12345");
        assert_eq!(name_of("138 0013 8000"), "8000");
        assert_eq!(name_of("../..\\etc"), "______etc");
    }
}
