//! The doctor command: is the file whole, is the place sound, and can this machine draw what a report needs. It looks and
//! says; it changes nothing. A damaged file cannot be told from a sound one by opening it, so every block is read.

use std::path::{Path, PathBuf};

use super::{Context, ITS_FILES, audit, beside, copies, files, key, system};
use crate::report::charts;
use crate::store::{Access, Store};
use crate::types::{Error, Exit, Reason, Result};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing to do.
    Good,
    /// Worth a look.
    Watch,
    /// Something is broken or will be.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, serde::Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// What was seen, as a message.
    #[serde(skip)]
    pub seen: Reason,
    /// The same as values.
    pub facts: serde_json::Map<String, serde_json::Value>,
}

/// Everything that was looked at.
#[derive(Debug, serde::Serialize)]
pub struct Examined {
    /// The database file.
    pub database: PathBuf,
    /// Worst of the checks.
    pub state: State,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
}

fn check(name: &'static str, state: State, seen: Reason) -> Check {
    let facts = seen
        .args
        .iter()
        .map(|(n, v)| (n.clone(), serde_json::json!(v)))
        .collect();
    Check {
        name,
        state,
        seen,
        facts,
    }
}

/// Looks at a database file, at what lies beside it, and at what this machine can do.
///
/// # Errors
/// When there is no such file. What is wrong with it is a finding, not an error.
pub fn doctor(context: &Context) -> Result<Examined> {
    let database = &context.database;
    if !database.exists() {
        return Err(Error::usage("database-missing").with("path", database.display()));
    }
    let mut checks = vec![place(database), space(database), log(database)];
    let mut imports = None;
    match context.open(Access::Read) {
        Ok((store, _)) => {
            checks.push(check(
                "opens",
                State::Good,
                Reason::new("said-doctor-opens").with("engine", store.engine_version()?),
            ));
            checks.extend(content(&store));
            imports = store.count("select count(*) from imports").ok();
        }
        Err(error) if error.exit == Exit::Busy => {
            let pid = arg(&error, "pid");
            checks.push(check(
                "opens",
                State::Watch,
                Reason::new("said-doctor-busy").with("pid", pid),
            ));
        }
        Err(error) => checks.push(check(
            "opens",
            State::Bad,
            Reason::new("said-doctor-opens-not").with("error", error.key),
        )),
    }
    checks.push(permissions(database));
    checks.extend(other_names(database));
    checks.push(leftovers(database));
    checks.extend(audit_file(database));
    checks.push(backups(database, imports));
    checks.push(drawing());
    Ok(Examined {
        database: database.clone(),
        state: checks.iter().map(|c| c.state).max().unwrap_or(State::Good),
        checks,
    })
}

fn arg(error: &Error, name: &str) -> String {
    error
        .args
        .iter()
        .find(|(n, _)| *n == name)
        .map_or_else(|| "?".to_owned(), |(_, v)| v.clone())
}

/// Where the file lies: a network drive may lose locks and writes.
fn place(database: &Path) -> Check {
    match crate::store::network_drive(files::folder_of(database)) {
        Some(kind) => check(
            "place",
            State::Bad,
            Reason::new("said-doctor-network").with("kind", kind),
        ),
        None => check("place", State::Good, Reason::new("said-doctor-local")),
    }
}

/// Room for the file once more, which compact, backup and erase need.
fn space(database: &Path) -> Check {
    let size = std::fs::metadata(database).map_or(0, |m| m.len());
    let Some(free) = system::free_space(files::folder_of(database)) else {
        return check(
            "space",
            State::Watch,
            Reason::new("said-doctor-space-unknown"),
        );
    };
    let state = if free < size / 2 {
        State::Bad
    } else if free < size.saturating_mul(2) {
        State::Watch
    } else {
        State::Good
    };
    let seen = Reason::new("said-doctor-space")
        .with("free", free >> 20)
        .with("size", size.div_ceil(1 << 20));
    check("space", state, seen)
}

/// A log that was not taken into the file: its commands ended before they said that they were done, or one runs now.
fn log(database: &Path) -> Check {
    let log = beside(database, ".wal");
    match std::fs::metadata(&log) {
        Ok(found) if found.len() > 0 => check(
            "log",
            State::Watch,
            Reason::new("said-doctor-log").with("path", log.display()),
        ),
        _ => check("log", State::Good, Reason::new("said-doctor-no-log")),
    }
}

/// What can be said of an open file: every block is read, the ledger adds up, nothing slows or endangers it.
fn content(store: &Store) -> Vec<Check> {
    let blocks = match store.prints() {
        Ok(tables) => check(
            "blocks",
            State::Good,
            Reason::new("said-doctor-blocks")
                .with("tables", tables.len())
                .with("rows", tables.iter().map(|t| t.rows).sum::<u64>()),
        ),
        Err(error) => {
            let seen = Reason::new("said-doctor-blocks-damaged").with("error", error.key);
            return vec![check("blocks", State::Bad, seen)];
        }
    };
    vec![blocks, ledger(store), structure(store)]
}

/// Rows of refusals are as many as the ledger says, its sums hold, and every row came by an import that it names.
fn ledger(store: &Store) -> Check {
    const FAULTS: &str = "
        select coalesce(sum(n), 0)::bigint as n from (
            select count(*) as n from imports where records <> loaded + replaced + unchanged + duplicate + rejected
            union all
            select count(*) from imports i where rejected <> (select count(*) from rejects r where r.import_id = i.import_id)
                and exists (from rejects r where r.import_id = i.import_id)
            union all
            select count(*) from orders o where o.import_id is not null and o.import_id not in (select import_id from imports)
        )";
    let imports = store.count("select count(*) from imports");
    let last = store.day("select arg_max(today, import_id) from imports");
    match (store.count(FAULTS), imports, last) {
        (Ok(0), Ok(imports), Ok(Some(last))) => check(
            "ledger",
            State::Good,
            Reason::new("said-doctor-ledger")
                .with("imports", imports)
                .with("last", last),
        ),
        (Ok(0), Ok(_), Ok(None)) => check(
            "ledger",
            State::Good,
            Reason::new("said-doctor-ledger-empty"),
        ),
        (Ok(faults), Ok(_), Ok(_)) => check(
            "ledger",
            State::Bad,
            Reason::new("said-doctor-ledger-broken").with("faults", faults),
        ),
        (Err(error), _, _) | (_, Err(error), _) | (_, _, Err(error)) => check(
            "ledger",
            State::Bad,
            Reason::new("said-doctor-blocks-damaged").with("error", error.key),
        ),
    }
}

/// Keys and indexes make a crashed file unopenable and imports slow: there must be none.
fn structure(store: &Store) -> Check {
    let found = store.count(
        "select (select count(*) from duckdb_indexes()) + (select count(*) from duckdb_constraints()
             where database_name = current_database() and constraint_type <> 'NOT NULL')",
    );
    match found {
        Ok(0) => check(
            "structure",
            State::Good,
            Reason::new("said-doctor-structure"),
        ),
        Ok(n) => check(
            "structure",
            State::Watch,
            Reason::new("said-doctor-structure-foreign").with("count", n),
        ),
        Err(error) => check(
            "structure",
            State::Bad,
            Reason::new("said-doctor-blocks-damaged").with("error", error.key),
        ),
    }
}

/// Everything of ours is for its owner alone.
fn permissions(database: &Path) -> Check {
    let open: Vec<String> = ITS_FILES
        .iter()
        .map(|suffix| beside(database, suffix))
        .filter(|p| system::is_open_to_others(p))
        .map(|p| p.display().to_string())
        .collect();
    if open.is_empty() {
        check(
            "permissions",
            State::Good,
            Reason::new("said-doctor-private"),
        )
    } else {
        let seen = Reason::new("said-doctor-open").with("paths", open.join(", "));
        check("permissions", State::Watch, seen)
    }
}

/// A file with another name (a hard link): what replaces it, as erasing does, leaves the old one under that name.
fn other_names(database: &Path) -> Option<Check> {
    let names = system::names_of(database).filter(|n| *n > 1)?;
    let seen = Reason::new("said-doctor-names").with("count", names - 1);
    Some(check("names", State::Watch, seen))
}

/// What a killed run left; the next writing command removes it.
fn leftovers(database: &Path) -> Check {
    let name = database
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let spill = format!(".{name}.spill-");
    let count = std::fs::read_dir(files::folder_of(database))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|e| {
            let name = e.file_name();
            let name = name.to_string_lossy();
            name.starts_with(&spill) || files::is_leftover(&name)
        })
        .count();
    if count == 0 {
        check(
            "leftovers",
            State::Good,
            Reason::new("said-doctor-no-leftovers"),
        )
    } else {
        let seen = Reason::new("said-doctor-leftovers").with("count", count);
        check("leftovers", State::Watch, seen)
    }
}

fn audit_file(database: &Path) -> Option<Check> {
    if !audit::path_of(database).exists() {
        return None;
    }
    Some(match audit::verify(database) {
        Ok(found) if found.faults.is_empty() => check(
            "audit",
            State::Good,
            Reason::new("said-doctor-audit").with("entries", found.entries),
        ),
        Ok(found) => check(
            "audit",
            State::Bad,
            Reason::new("said-doctor-audit-broken").with("faults", found.faults.len()),
        ),
        Err(_) => check(
            "audit",
            State::Bad,
            Reason::new("said-doctor-key-missing").with("path", key::path_of(database).display()),
        ),
    })
}

/// The newest backup, which says what the file held when it was made: one that holds less now is an older copy, or lost
/// what its log held.
fn backups(database: &Path, imports: Option<u64>) -> Check {
    let Some(path) = copies::backups(database).pop() else {
        return check("backup", State::Watch, Reason::new("said-doctor-no-backup"));
    };
    let expected = copies::imports_in(&path);
    match imports.zip(expected) {
        Some((imports, expected)) if imports < expected => check(
            "backup",
            State::Watch,
            Reason::new("said-doctor-backup-holds-more")
                .with("path", path.display())
                .with("expected", expected)
                .with("imports", imports),
        ),
        _ => check(
            "backup",
            State::Good,
            Reason::new("said-doctor-backup").with("path", path.display()),
        ),
    }
}

/// Draws what every report has.
fn drawing() -> Check {
    match charts::sparkline(&[Some(1.0), Some(3.0), Some(2.0)], "doctor", "") {
        Ok(svg) if svg.contains("<svg") => {
            check("charts", State::Good, Reason::new("said-doctor-charts"))
        }
        _ => check("charts", State::Bad, Reason::new("said-doctor-charts-not")),
    }
}
