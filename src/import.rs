//! Files into the canonical tables: decode, recognise, read, merge. All of a set of files or none of it.
//! Counts always add up: records = loaded + replaced + unchanged + duplicate + rejected.

mod apart;
mod asides;
mod bare;
mod columns_out;
mod consents;
#[cfg(test)]
mod csv_laws;
mod decoder;
mod delimiter;
mod duplicates;
mod encoding;
mod evidence;
mod found;
mod garbled;
mod heading;
mod html;
pub mod keys;
mod load;
mod mapping;
mod merge;
mod no_data;
mod offsets;
mod outcome;
mod parquet;
mod people;
mod plan;
mod profile;
mod records;
mod refused;
mod row;
mod sheets;
mod source;
mod spool;
mod straight;
mod target;
pub mod undo;
mod unpack;
mod value;
mod words;
mod workbook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::settings::Settings;
use crate::store::{Point, Store, reached};
use crate::types::{Error, Result};

use plan::{Plan, Table, plans};
use refused::note_refused;
use target::Target;

pub use apart::Job;
pub use apart::parquet::parquet_rows;
pub use evidence::Looks;
pub use found::{FoundTable, found_tables};
pub use load::{Loaded, Reading, Refused, mask};
pub use mapping::{Layout, Mapping, kind_names};
pub use merge::Fates;
pub use no_data::Skipped;
pub use outcome::Outcome;
pub use profile::{ColumnProfile, Profile, profile};
pub use records::Records;
pub use sheets::{FilledBook, FilledSheet, day, filled_book};
pub use source::{Container, Source};
pub use value::{DateOrder, Refusal, is_vin, phones, plate, vin, vin_check_digit_holds};
pub use words::OwnWords;

/// One file to import.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// Kind, where the headers do not tell.
    pub kind: Option<String>,
    /// Mapping file, read, with its name.
    pub mapping: Option<Mapping>,
    /// Store, where the file has no store column.
    pub store: Option<String>,
    /// Encoding, where it is not the one that the bytes look like.
    pub encoding: Option<String>,
    /// Sheet of a workbook, where it is not the one whose header is known best.
    pub sheet: Option<String>,
    /// The file is all there is between these days.
    pub complete: Option<(NaiveDate, NaiveDate)>,
    /// Found in a folder or by a pattern: passed over where it is plainly no data.
    pub in_folder: bool,
}

/// What became of a set of files.
#[derive(Debug, Default)]
pub struct Taken {
    /// Those that were read, in the order in which they went in.
    pub files: Vec<Outcome>,
    /// Those that were passed over.
    pub skipped: Vec<Skipped>,
}

/// Where refused rows go in full, so that they can be mended and imported again.
pub trait RejectSink {
    /// Takes a refused row: its fields as they were, the header of the column at fault and the reason.
    ///
    /// # Errors
    /// When the place is full.
    fn refuse(
        &mut self,
        file: &str,
        headers: &[String],
        fields: &[&[u8]],
        line: u64,
        column: Option<&str>,
        reason: &str,
    ) -> Result<()>;
}

/// Keeps no refused rows, as in a rehearsal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unkept;

impl RejectSink for Unkept {
    fn refuse(
        &mut self,
        _: &str,
        _: &[String],
        _: &[&[u8]],
        _: u64,
        _: Option<&str>,
        _: &str,
    ) -> Result<()> {
        Ok(())
    }
}

/// How many refused rows an outcome shows.
const EXAMPLES: usize = 5;
/// Batches read ahead of the typing.
const READ_AHEAD: usize = 8;
/// Typed groups of batches that wait to be appended: while the engine compresses rows, others go on.
const TYPED_AHEAD: usize = 3;

/// Imports a set of files; to be called inside a transaction. Work orders come first, since what is
/// undated in other files counts as known from the last in-date in the database.
///
/// # Errors
/// When a file fails: the caller rolls everything back.
pub fn import(
    store: &Store,
    requests: &[Request],
    settings: &Settings,
    today: NaiveDate,
    rejects: &mut dyn RejectSink,
    progress: &dyn Fn(&str, u64),
) -> Result<Taken> {
    let (mut planned, mut skipped) = (Vec::new(), Vec::new());
    for request in requests {
        let (found, passed_over) = plans(request, settings, today)?;
        planned.extend(found.into_iter().map(|plan| (plan, request)));
        skipped.extend(passed_over);
    }
    if let Some(first) = requests.first().filter(|_| planned.is_empty()) {
        let folder = first.path.parent().unwrap_or(&first.path);
        return Err(Error::usage("folder-empty").with("file", folder.display()));
    }
    planned.sort_by_key(|(p, _)| p.reading.layout.kind.name != "work_orders");
    let first_import = store.count(NEXT_IMPORT)?;
    let mut files = Vec::new();
    for (plan, request) in &planned {
        files.push(import_one(
            store, plan, request, settings, rejects, progress,
        )?);
    }
    undo::name_units(store, first_import)?;
    undo::note_run(store, first_import, settings.import.undo_depth)?;
    Ok(Taken { files, skipped })
}

/// The number of the import that comes next.
const NEXT_IMPORT: &str = "select coalesce(max(import_id), 0) + 1 from imports";

/// What is gathered while a file is read.
#[derive(Default)]
struct Tally {
    records: u64,
    rejected: u64,
    /// Of the rejected, those that are no records: sums, repeated headers, notes.
    asides: u64,
    rejected_by: BTreeMap<String, u64>,
    lost_characters: u64,
    unrecognised: BTreeMap<(String, String), u64>,
    examples: Vec<(u64, Option<String>, String, Option<String>)>,
}

fn import_one(
    store: &Store,
    plan: &Plan,
    request: &Request,
    settings: &Settings,
    rejects: &mut dyn RejectSink,
    progress: &dyn Fn(&str, u64),
) -> Result<Outcome> {
    let layout = &plan.reading.layout;
    let kind = layout.kind;
    let name = &plan.table.source.name;
    let import_id = store.count(NEXT_IMPORT)?;
    merge::create_staging(store, kind)?;
    let mut tally = Tally::default();
    let mut target = Target::new(
        store,
        layout,
        import_id,
        request.complete,
        plan.reading.today,
    )?;
    let sha256 = store.handing_over(|store| {
        append_all(store, plan, &mut target, rejects, &mut tally, progress)
    })?;
    offsets::tell(store, &plan.table.source, import_id, &mut tally)?;
    check_limits(name, &tally, settings)?;
    let fates = target.settle(store, layout)?;
    reached(Point::FileSettled);
    // Rows that were known already say nothing new of anybody.
    if !fates.change_nothing() {
        if kind.name == "work_orders" {
            people::merge(store, import_id)?;
        }
        merge::merge_vehicles(store, import_id)?;
    }
    let sha256 = plan.table.part.sha256.clone().unwrap_or(sha256);
    let outcome = Outcome::of(plan, sha256, fates, tally);
    fates.account_for(name, outcome.records, outcome.rejected)?;
    if outcome.changes_nothing() {
        // The same file again is no event: neither a ledger row nor its rejects a second time.
        store.run(&format!(
            "delete from rejects where import_id = {import_id}"
        ))?;
        duplicates::settle(store, import_id, None)?;
    } else {
        outcome.record(store, import_id, request, plan.reading.today)?;
        if fates.contradicted > 0 {
            duplicates::settle(store, import_id, Some((name, kind.name)))?;
        }
        reached(Point::LedgerWritten);
    }
    Ok(outcome)
}

/// Appends what a file says, in its order; returns the SHA-256 of the file. Three at once: one reads records, one has them
/// typed by all threads, this one appends what came out.
fn append_all(
    store: &Store,
    plan: &Plan,
    target: &mut Target,
    rejects: &mut dyn RejectSink,
    tally: &mut Tally,
    progress: &dyn Fn(&str, u64),
) -> Result<String> {
    std::thread::scope(|scope| {
        let (send, read) = sync_channel::<Records>(READ_AHEAD);
        let (send_typed, typed) = sync_channel::<Typed>(TYPED_AHEAD);
        let reader = scope.spawn(move || hand_out(&plan.table, &send));
        scope.spawn(move || type_batches(plan, &read, &send_typed));
        let mut taken = Ok(());
        for batch in &typed {
            taken = take(store, plan, target, batch, rejects, tally, progress);
            if taken.is_err() {
                break;
            }
        }
        // Dropping the receiver lets the others stop where the taking failed.
        drop(typed);
        let sha256 = reader
            .join()
            .map_err(|_| Error::internal("the reading thread stopped"))?;
        taken?;
        sha256
    })
}

/// Reads a table to its end; returns the SHA-256 of its file.
fn hand_out(table: &Table, to: &SyncSender<Records>) -> Result<String> {
    match (table.source.container, &table.sheet) {
        (Container::Parquet, _) => parquet::read(&table.source, to)?,
        (_, None) => return table.source.read_text(table.skip, to),
        (_, Some(sheet)) => workbook::read(&table.source, sheet, to)?,
    }
    source::sha256_of(&table.source.path)
}

/// Records and what became of them, a few batches in the order of the file.
type Typed = Vec<(Records, Result<Loaded>)>;

/// Types batches as they come, a few at once, until there are no more or nobody takes them.
fn type_batches(plan: &Plan, read: &Receiver<Records>, to: &SyncSender<Typed>) {
    let at_once = rayon::current_num_threads().max(1) * 2;
    let pairs = row::Pairs::default();
    loop {
        let batches: Vec<Records> = read.iter().take(at_once).collect();
        if batches.is_empty() {
            break;
        }
        let typed = batches
            .into_par_iter()
            .map(|records| {
                let loaded = plan.reading.load(&records, &pairs);
                (records, loaded)
            })
            .collect();
        if to.send(typed).is_err() {
            break;
        }
    }
}

/// Appends what was accepted, hands on what was refused.
fn take(
    store: &Store,
    plan: &Plan,
    target: &mut Target,
    batches: Typed,
    rejects: &mut dyn RejectSink,
    tally: &mut Tally,
    progress: &dyn Fn(&str, u64),
) -> Result<()> {
    let layout = &plan.reading.layout;
    let mut refused_rows: Vec<Refused> = Vec::new();
    let (mut rows, mut people, mut vehicles) = (Vec::new(), Vec::new(), Vec::new());
    for (records, loaded) in batches {
        let loaded = loaded?;
        tally.records += loaded.records;
        tally.lost_characters += records.lost_characters();
        check_rows(plan, tally.records)?;
        rows.extend(loaded.rows);
        people.extend(loaded.people);
        vehicles.extend(loaded.vehicles);
        for (key, count) in loaded.unrecognised {
            *tally.unrecognised.entry(key).or_default() += count;
        }
        for refused in loaded.refused {
            tally.rejected += 1;
            let reason = refused.reason.as_str().to_owned();
            *tally.rejected_by.entry(reason).or_default() += 1;
            if refused.reason.is_aside() {
                // Nothing to mend.
                tally.asides += 1;
                refused_rows.push(refused);
                continue;
            }
            let fields: Vec<&[u8]> = (0..records.width(refused.record))
                .map(|f| records.bytes(refused.record, f))
                .collect();
            rejects.refuse(
                &plan.table.source.name,
                &layout.headers,
                &fields,
                refused.line,
                refused.column.as_deref(),
                refused.reason.as_str(),
            )?;
            if tally.examples.len() < EXAMPLES {
                tally.examples.push((
                    refused.line,
                    refused.column.clone(),
                    refused.reason.as_str().to_owned(),
                    refused.value.clone(),
                ));
            }
            refused_rows.push(refused);
        }
    }
    target.append(store, rows)?;
    target.append_people(store, people)?;
    store.append("temp.staged_vehicles", vehicles)?;
    note_refused(
        store,
        target.import_id,
        &plan.table.source.name,
        &mut refused_rows,
    )?;
    progress(&plan.table.source.name, tally.records);
    Ok(())
}

/// A table may have so many rows and no more.
fn check_rows(plan: &Plan, records: u64) -> Result<()> {
    let source = &plan.table.source;
    if records <= source.limits.max_rows {
        return Ok(());
    }
    Err(Error::data("too-many-rows")
        .with("file", &source.name)
        .with("most", source.limits.max_rows))
}

/// Too many refused rows mean that the file was misread, not that its rows are bad.
fn check_limits(name: &str, tally: &Tally, settings: &Settings) -> Result<()> {
    let limits = &settings.import;
    let (records, rejected) = (tally.records - tally.asides, tally.rejected - tally.asides);
    if records > 0 && records == rejected {
        return Err(with_example(
            Error::data("no-row-readable")
                .with("file", name)
                .with("rejected", rejected),
            tally,
        ));
    }
    if records == 0 {
        return Err(Error::data("file-header-only").with("file", name));
    }
    #[expect(clippy::cast_precision_loss, reason = "a share of rows")]
    let share = rejected as f64 / records as f64;
    if rejected > limits.max_reject_rows && share > limits.max_reject_share {
        let error = Error::data("too-many-rejects")
            .with("file", name)
            .with("rejected", rejected)
            .with("records", records);
        return Err(with_example(error, tally));
    }
    Ok(())
}

fn with_example(error: Error, tally: &Tally) -> Error {
    let (line, column, reason, _) = tally.examples.first().cloned().unwrap_or_default();
    error
        .with("line", line)
        .with("column", column.unwrap_or_else(|| "-".to_owned()))
        .with("reason", reason)
}

/// A name for the file of refused rows: the file's own, cut where it leaves no room, and the first digits of its path's hash.
#[must_use]
pub fn reject_file_name(path: &Path) -> String {
    let name = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    // A file system takes 255 bytes.
    let name = &name[..name.floor_char_boundary(200)];
    format!(
        "{name}-{:08x}.csv",
        keys::of_row("file", &path.display().to_string(), &[]) >> 32
    )
}
