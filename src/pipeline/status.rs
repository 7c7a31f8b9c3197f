//! The status command: what the file holds, when it was imported and scored.

use super::Context;
use crate::columns::KINDS;
use crate::store::Access;
use crate::types::Result;

/// What the file holds.
#[derive(Debug, serde::Serialize)]
pub struct Status {
    /// Rows of each canonical table that has any.
    pub rows: Vec<(String, u64)>,
    /// First and last in-date of the orders.
    pub orders_from: Option<String>,
    /// Last in-date of the orders.
    pub orders_to: Option<String>,
    /// Vehicles.
    pub vehicles: u64,
    /// Imports: number, file, kind, records, loaded, replaced, unchanged, duplicate, rejected, day.
    pub imports: Vec<Import>,
    /// The date scored last.
    pub as_of: Option<String>,
    /// Customers scored.
    pub customers_scored: u64,
    /// Units scored.
    pub units_scored: u64,
    /// Open tasks.
    pub open_tasks: u64,
}

/// One line of the import ledger.
#[derive(Debug, serde::Serialize)]
pub struct Import {
    /// Number.
    pub import_id: i64,
    /// File.
    pub file: String,
    /// Kind.
    pub kind: String,
    /// Records read.
    pub records: i64,
    /// Rows that were new.
    pub loaded: i64,
    /// Rows that replaced earlier ones.
    pub replaced: i64,
    /// Rows known already.
    pub unchanged: i64,
    /// Earlier rows of the same key in the file.
    pub duplicate: i64,
    /// Rows refused.
    pub rejected: i64,
    /// Orders that `--complete` took away; unknown of what an earlier version imported.
    pub removed: Option<i64>,
    /// The day of import.
    pub today: String,
}

/// Reads the state of the database.
///
/// # Errors
/// When there is no database.
pub fn status(context: &Context) -> Result<Status> {
    let (store, _) = context.open(Access::Read)?;
    let mut rows = Vec::new();
    for kind in KINDS {
        let n = store.count(&format!("select count(*) from {}", kind.table))?;
        if n > 0 {
            rows.push((kind.name.to_owned(), n));
        }
    }
    let ledger = store.table("select *, today::varchar as day from imports order by import_id")?;
    let imports = ledger
        .iter()
        .map(|r| {
            let n = |name: &str| Ok::<_, crate::types::Error>(r.int(name)?.unwrap_or(0));
            Ok(Import {
                import_id: n("import_id")?,
                file: r.text("file")?.unwrap_or_default(),
                kind: r.text("kind")?.unwrap_or_default(),
                records: n("records")?,
                loaded: n("loaded")?,
                replaced: n("replaced")?,
                unchanged: n("unchanged")?,
                duplicate: n("duplicate")?,
                rejected: n("rejected")?,
                removed: r.int("removed")?,
                today: r.text("day")?.unwrap_or_default(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let day = |sql: &str| Ok::<_, crate::types::Error>(store.day(sql)?.map(|d| d.to_string()));
    Ok(Status {
        rows,
        orders_from: day("select min(in_at)::date from orders")?,
        orders_to: day("select max(in_at)::date from orders")?,
        vehicles: store.count("select count(*) from vehicles")?,
        imports,
        as_of: day("select max(as_of) from vehicle_scores")?,
        customers_scored: store.count("select count(*) from customer_scores")?,
        units_scored: store.count("select count(*) from vehicle_scores")?,
        open_tasks: store.count("select count(*) from follow_up_tasks where state = 'open'")?,
    })
}
