//! The purge command: whoever left no trace for the retention period goes as if erased, but for those on hold; notes
//! and other free text go earlier where the settings say so. And the holds themselves.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Local, Months, NaiveDate};

use super::erase::{Found, apply};
use super::say::{self, Out, filled, n};
use super::{Context, audit, beside, copies, unwritable};
use crate::i18n;
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Store, no_link, quote_identifier};
use crate::types::{Error, Lang, Result};

/// What a purge takes out, or would.
#[derive(Debug, serde::Serialize)]
pub struct Purged {
    /// The day.
    pub on: NaiveDate,
    /// Months without a trace.
    pub months: u32,
    /// Whose last trace is before this day goes.
    pub before: NaiveDate,
    /// Customers taken out.
    pub customers: u64,
    /// Plates and VINs taken out.
    pub vehicles: u64,
    /// Customers whose time is up and who are kept, since they are on hold.
    pub held: u64,
    /// Rows changed or deleted in each table.
    pub rows: Vec<(String, u64)>,
    /// Notes and other free texts taken out for their age alone.
    pub texts: u64,
    /// Files of refused rows removed for their age.
    pub refused_files: u64,
    /// True where nothing was changed.
    pub dry_run: bool,
}

/// Free text of persons: table, its columns, what dates it.
const TEXTS: &[(&str, &str, &str)] = &[
    ("follow_ups", "note", "contacted_at"),
    ("surveys", "verbatim", "surveyed_at"),
    ("complaints", "text", "complained_at"),
];

/// Takes out whoever left no trace for so many months; without a number, those of the settings.
///
/// # Errors
/// When the period is shorter than the settings allow, or another process holds the database.
pub fn purge(context: &Context, months: Option<u32>, dry_run: bool) -> Result<Purged> {
    let refused_files = beside(&context.database, ".rejects");
    no_link(&refused_files)?;
    let (store, settings) = context.open(Access::Write)?;
    let retention = &settings.retention;
    let months = months.unwrap_or(retention.person_months);
    if months < retention.least_months {
        return Err(Error::usage("retention-too-short")
            .with("months", months)
            .with("least", retention.least_months));
    }
    let before = months_before(context.today, months)?;
    let work = |store: &Store| work(store, context.today, before, months, &settings);
    let mut purged = if dry_run {
        store.rehearse(work)?
    } else {
        let planned = store.rehearse(work)?;
        if planned.customers + planned.vehicles + planned.texts == 0 {
            planned
        } else {
            // The note comes first: what cannot be noted is not done.
            audit::note(
                &context.database,
                "purge",
                serde_json::json!({
                    "months": months, "customers": planned.customers, "vehicles": planned.vehicles,
                    "texts": planned.texts, "held": planned.held,
                }),
            )?;
            copies::rewrite_changed(&store, context, work)?
        }
    };
    purged.dry_run = dry_run;
    purged.refused_files = old_refused(&refused_files, before, dry_run)?;
    Ok(purged)
}

fn months_before(today: NaiveDate, months: u32) -> Result<NaiveDate> {
    today
        .checked_sub_months(Months::new(months))
        .ok_or_else(|| Error::usage("retention-too-long").with("months", months))
}

fn work(
    store: &Store,
    today: NaiveDate,
    before: NaiveDate,
    months: u32,
    settings: &Settings,
) -> Result<Purged> {
    store.run(&format!(
        "create or replace temp table purge_run as select date '{before}' as before, date '{today}' as today"
    ))?;
    store.run(scripts::text("people/purge"))?;
    let of_kind = |kind: &str| {
        store.count(&format!(
            "select count(*) from erased_keys where kind = '{kind}'"
        ))
    };
    let (customers, vehicles) = (of_kind("customer")?, of_kind("vehicle")?);
    let held = store.count("select count(*) from purge_held")?;
    let rows = sizes(store)?;
    let texts = texts(store, today, settings)?;
    if customers + vehicles > 0 {
        apply(store)?;
    } else {
        store.run("drop table erased_keys")?;
    }
    Ok(Purged {
        on: today,
        months,
        before,
        customers,
        vehicles,
        held,
        rows,
        texts,
        refused_files: 0,
        dry_run: false,
    })
}

/// Rows of each table that name somebody who goes.
fn sizes(store: &Store) -> Result<Vec<(String, u64)>> {
    let columns = store.table(
        "select table_name as name, string_agg(column_name, ',' order by column_index) as cols from duckdb_columns()
         where column_name in ('customer_key', 'customer_id', 'vin_key', 'plate_key') and not internal
             and database_name = current_database() and schema_name = 'main'
             and table_name in (select table_name from duckdb_tables() where not temporary)
         group by 1 order by 1",
    )?;
    let mut sizes = Vec::new();
    for row in columns.iter() {
        let table = row.text("name")?.unwrap_or_default();
        let tests: Vec<String> = row
            .text("cols")?
            .unwrap_or_default()
            .split(',')
            .map(|c| format!("{c} in (select key from erased_keys)"))
            .collect();
        let n = store.count(&format!(
            "select count(*) from {} where {}",
            quote_identifier(&table),
            tests.join(" or ")
        ))?;
        if n > 0 {
            sizes.push((table, n));
        }
    }
    Ok(sizes)
}

/// Takes out free text that is older than the settings keep it.
fn texts(store: &Store, today: NaiveDate, settings: &Settings) -> Result<u64> {
    if settings.retention.text_months == 0 {
        return Ok(0);
    }
    let before = months_before(today, settings.retention.text_months)?;
    let mut gone = 0;
    for (table, column, dated) in TEXTS {
        gone += store.change(&format!(
            "update {table} set {column} = null where {column} is not null and {dated} < date '{before}'"
        ))?;
    }
    Ok(gone)
}

/// Removes files of refused rows that were written before that day: they hold rows in full.
fn old_refused(folder: &Path, before: NaiveDate, dry_run: bool) -> Result<u64> {
    let mut gone = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let written = entry.metadata().and_then(|m| m.modified()).ok();
        let day = written.map(|w| DateTime::<Local>::from(w).date_naive());
        if path.is_file() && day.is_some_and(|d| d < before) {
            if !dry_run {
                fs::remove_file(&path).map_err(|e| unwritable(&path, &e))?;
            }
            gone += 1;
        }
    }
    Ok(gone)
}

/// What was done about a hold.
#[derive(Debug, serde::Serialize)]
pub struct Held {
    /// Customers that the key names.
    pub customers: u64,
    /// Last day; `None`: until it is lifted.
    pub until: Option<NaiveDate>,
    /// True where it was lifted.
    pub lifted: bool,
    /// Customers on hold now, all together.
    pub on_hold: u64,
}

/// Puts whom a key names on hold, or lifts it; without a key says how many are.
///
/// # Errors
/// When nobody has the key, or nobody who has it is on hold.
pub fn hold(
    context: &Context,
    key: Option<&str>,
    until: Option<NaiveDate>,
    lift: bool,
) -> Result<Held> {
    let count = "select count(distinct customer_id) from holds";
    let Some(key) = key else {
        let (store, _) = context.open(Access::Read)?;
        return Ok(Held {
            customers: 0,
            until: None,
            lifted: false,
            on_hold: store.count(count)?,
        });
    };
    let (store, _) = context.open(Access::Write)?;
    if until.is_some_and(|day| day < context.today) {
        return Err(Error::usage("hold-over").with("date", context.today));
    }
    let found = Found::of(&store, key)?;
    if found.customers.is_empty() {
        return Err(Error::usage("key-unknown"));
    }
    let list: Vec<String> = found.customers.iter().map(ToString::to_string).collect();
    let list = list.join(", ");
    let standing = store.count(&format!(
        "select count(distinct customer_id) from holds where customer_id in ({list})"
    ))?;
    if lift && standing == 0 {
        return Err(Error::usage("hold-none"));
    }
    audit::note(
        &context.database,
        "hold",
        serde_json::json!({ "customers": found.customers.len(), "until": until, "lifted": lift }),
    )?;
    let end = until.map_or_else(|| "null".to_owned(), |d| format!("date '{d}'"));
    store.transaction(|store| {
        store.run(&format!("delete from holds where customer_id in ({list})"))?;
        if lift {
            return Ok(());
        }
        store.run(&format!(
            "insert into holds select customer_id, date '{}', {end} from customers
             where customer_id in ({list}) order by customer_id",
            context.today
        ))
    })?;
    store.checkpoint()?;
    Ok(Held {
        customers: if lift {
            standing
        } else {
            found.customers.len() as u64
        },
        until,
        lifted: lift,
        on_hold: store.count(count)?,
    })
}

/// A customer on hold: key, the day on which it was made, the last day.
pub(super) type Hold = (u64, NaiveDate, Option<NaiveDate>);

/// The holds of an open database.
///
/// # Errors
/// When the file has none, as one of an earlier version.
pub(super) fn holds(store: &Store) -> Result<Vec<Hold>> {
    store
        .table("select customer_id, made_on, until_day from holds order by all")?
        .iter()
        .map(|r| {
            Ok((
                r.id("customer_id")?.unwrap_or_default(),
                r.date("made_on")?.unwrap_or_default(),
                r.date("until_day")?,
            ))
        })
        .collect()
}

/// Carries the holds of the file that a backup replaces into a copy of the backup.
///
/// # Errors
/// When the engine refuses.
pub(super) fn carry_over(store: &Store, holds: &[Hold]) -> Result<()> {
    for (customer, made_on, until) in holds {
        let until = until.map_or_else(|| "null".to_owned(), |d| format!("date '{d}'"));
        store.run(&format!(
            "delete from holds where customer_id = {customer};
             insert into holds values ({customer}, date '{made_on}', {until});"
        ))?;
    }
    Ok(())
}

/// How many of these customers are on hold that day.
///
/// # Errors
/// When the database fails.
pub(super) fn on_hold(store: &Store, customers: &[u64], today: NaiveDate) -> Result<u64> {
    let list: Vec<String> = customers.iter().map(ToString::to_string).collect();
    if list.is_empty() {
        return Ok(0);
    }
    store.count(&format!(
        "select count(distinct customer_id) from holds
         where customer_id in ({}) and (until_day is null or until_day >= date '{today}')",
        list.join(", ")
    ))
}

/// What was taken out, in words.
pub(super) fn say_purged(out: &mut Out, lang: Lang, made: &Purged) {
    let key = if made.dry_run {
        "said-purge-dry"
    } else {
        "said-purged"
    };
    let args = [
        ("before", made.before.to_string()),
        ("months", made.months.to_string()),
        ("customers", n(made.customers)),
        ("vehicles", n(made.vehicles)),
    ];
    out.line(&filled(lang, key, &args));
    for (table, rows) in &made.rows {
        out.line(&say::filled(
            lang,
            "said-purge-rows",
            &[("table", table.clone()), ("rows", n(*rows))],
        ));
    }
    for (key, count) in [
        ("said-purge-held", made.held),
        ("said-purge-texts", made.texts),
        ("said-purge-files", made.refused_files),
    ] {
        if count > 0 {
            out.line(&filled(lang, key, &[("count", n(count))]));
        }
    }
    if !made.dry_run && made.customers > 0 {
        out.line(&i18n::text(lang, "said-purge-copies", &[]));
    }
}

/// What was done about a hold, in words.
pub(super) fn say_held(out: &mut Out, lang: Lang, made: &Held) {
    if made.lifted {
        out.line(&filled(
            lang,
            "said-hold-lifted",
            &[("count", n(made.customers))],
        ));
    } else if made.customers > 0 {
        let until = made.until.map_or_else(
            || i18n::text(lang, "said-hold-open", &[]),
            |d| d.to_string(),
        );
        out.line(&filled(
            lang,
            "said-hold",
            &[("count", n(made.customers)), ("until", until)],
        ));
    }
    out.line(&filled(lang, "said-holds", &[("count", n(made.on_hold))]));
}
