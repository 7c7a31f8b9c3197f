//! Opening a database file: who may, with which engine settings, and what a refusal means.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use duckdb::{AccessMode, Config, Connection};

use super::{Point, Store, quote_text, reached};
use crate::types::{Error, Exit, Result};

/// What a command needs of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Write; a missing file is created with the tables.
    Create,
    /// Write; the file must be there.
    Write,
    /// Read; others may read at the same time.
    Read,
}

/// Engine settings that no result depends on.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    /// Threads; `None`: as many as the machine has.
    pub threads: Option<usize>,
    /// Memory limit such as `4GB`; `None`: the engine's default.
    pub memory_limit: Option<String>,
    /// Write on a network drive all the same.
    pub network_drive: bool,
}

/// Clients from this version on can read the file.
pub(super) const STORAGE_VERSION: &str = "v1.5.0";

impl Store {
    /// Opens the database file.
    ///
    /// # Errors
    /// Where there is no such file, it is no database, another process holds it, or the folder is read-only.
    pub fn open(path: &Path, access: Access, engine: &Engine) -> Result<Self> {
        let shown = path.display();
        let exists = path.exists();
        if !exists && access != Access::Create {
            return Err(Error::usage("database-missing").with("path", shown));
        }
        if path.is_dir() {
            return Err(Error::data("database-is-folder").with("path", shown));
        }
        no_network_drive(path, access, engine, super::network_drive)?;
        if exists {
            log_can_be_read(path)?;
        }
        // One writer at a time, by locks of our own: the engine's is lost when this process reads the file by other means.
        let mut locks = Vec::new();
        if access != Access::Read {
            locks.push(lock(path)?);
            locks.extend(super::lock_itself(path).map_err(|holder| busy(path, &holder))?);
        }
        let spill = if access == Access::Read {
            reading_folder(path)
        } else {
            Some(spill_folder(path)?)
        };
        let config = configure(access, engine, spill.as_ref())
            .map_err(|e| bad_engine_setting(engine, &e))?;
        let connection = Connection::open_with_flags(path, config)
            .map_err(|e| refusal(path, engine, &e.to_string()))?;
        let mut store = Self {
            connection,
            path: Some(path.to_owned()),
            _spill: spill,
            _locks: locks,
            own_limit: engine.memory_limit.is_none(),
            given_limit: None,
            in_transaction: std::cell::Cell::new(false),
        };
        if exists {
            let ours = store.table(
                "select count(*) as n from duckdb_tables() where table_name = 'retain_meta'",
            )?;
            if ours.first().map(|r| r.int("n")).transpose()?.flatten() != Some(1) {
                return Err(Error::data("database-foreign").with("path", shown));
            }
        }
        if let Some(limit) = &engine.memory_limit {
            store.given_limit = Some(store.bytes_of(limit)?);
        }
        reached(Point::DatabaseOpened);
        Ok(store)
    }
}

impl Store {
    /// An engine without a database of its own, to read a file with: one thread, so much memory, nothing put aside on a
    /// disk.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn in_memory_within(memory_mb: u64) -> Result<Self> {
        let configured = || -> duckdb::Result<Connection> {
            let config = lone_engine()?
                .with("temp_directory", "")?
                .threads(1)?
                .max_memory(&format!("{memory_mb}MiB"))?;
            Connection::open_in_memory_with_flags(config)
        };
        Ok(Self::without_file(configured().map_err(Error::internal)?))
    }
}

/// Refuses to write where locks and writes get lost, unless that is allowed; `kind_of` tells such a folder.
fn no_network_drive(
    path: &Path,
    access: Access,
    engine: &Engine,
    kind_of: impl Fn(&Path) -> Option<&'static str>,
) -> Result<()> {
    if access == Access::Read || engine.network_drive {
        return Ok(());
    }
    match kind_of(&folder_of(path)) {
        Some(kind) => Err(Error::data("network-drive")
            .with("path", path.display())
            .with("kind", kind)),
        None => Ok(()),
    }
}

impl Store {
    /// From here on the engine reaches no file but the database's own folder and `places`: whatever SQL runs, it cannot
    /// read, write, attach or load anything else, nor change a setting but the three that the program itself does. It
    /// cannot be taken back while the file is open.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn confine(&self, places: &[&Path]) -> Result<()> {
        let own = self.path.as_deref().map(folder_of);
        let folders: Vec<String> = own
            .iter()
            .map(PathBuf::as_path)
            .chain(places.iter().copied())
            .filter_map(|p| std::path::absolute(p).ok())
            .map(|p| quote_text(&p.display().to_string()))
            .collect();
        self.run(&format!(
            "set allowed_directories = [{}]; set enable_external_access = false;
             set allowed_configs = ['memory_limit', 'disabled_optimizers', 'threads']; set lock_configuration = true;",
            folders.join(", ")
        ))
    }
}

/// What every engine of ours begins with: it fetches and loads nothing by itself.
fn lone_engine() -> duckdb::Result<Config> {
    Config::default()
        .enable_autoload_extension(false)?
        .with("autoinstall_known_extensions", "false")?
        // Without this a streamed result loses even the order that its query asks for.
        .with("preserve_insertion_order", "true")
}

fn configure(
    access: Access,
    engine: &Engine,
    spill: Option<&tempfile::TempDir>,
) -> duckdb::Result<Config> {
    let mode = if access == Access::Read {
        AccessMode::ReadOnly
    } else {
        AccessMode::ReadWrite
    };
    let mut config = lone_engine()?
        .access_mode(mode)?
        .with("storage_compatibility_version", STORAGE_VERSION)?;
    if let Some(threads) = engine.threads {
        config = config.threads(i64::try_from(threads).unwrap_or(1).max(1))?;
    }
    if let Some(limit) = &engine.memory_limit {
        config = config.max_memory(limit)?;
    }
    if let Some(spill) = spill {
        config = config.with("temp_directory", spill.path().display().to_string())?;
    }
    Ok(config)
}

/// Holds the lock of the one who writes a database that does not open, or is not there yet.
///
/// # Errors
/// When another process holds it, or the folder cannot be written.
pub fn hold(path: &Path) -> Result<std::fs::File> {
    lock(path)
}

/// The lock of the one who writes (`F.lock`), held until the file is closed. Its content says who that is.
fn lock(path: &Path) -> Result<std::fs::File> {
    use std::io::{Read, Seek, Write};
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(Error::data("folder-missing").with("path", folder.display()));
    }
    // The same lock by whatever name or link the file is reached.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = real.into_os_string();
    name.push(".lock");
    let refused = |_| Error::data("folder-read-only").with("path", folder.display());
    super::no_link(Path::new(&name))?;
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    let mut file = super::following_no_link(&mut options)
        .open(&name)
        .map_err(refused)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Whoever holds it may not have written it yet.
            let _ = (&mut file).take(20).read_to_string(&mut holder);
            let holder = holder.trim();
            return Err(busy(path, if holder.is_empty() { "?" } else { holder }));
        }
        // A place without locks has the engine's alone.
        Err(std::fs::TryLockError::Error(_)) => return Ok(file),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(refused)?;
    Ok(file)
}

fn busy(path: &Path, holder: &str) -> Error {
    Error::new(Exit::Busy, "database-busy")
        .with("path", path.display())
        .with("pid", holder)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A folder of our own beside the database, so that spilled names are on the same disk and go away with the run.
/// Those of runs that were killed are removed: while the lock is held, nobody else has one.
fn spill_folder(path: &Path) -> Result<tempfile::TempDir> {
    let folder = folder_of(path);
    let name = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let prefix = format!(".{name}.spill-");
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // One that cannot be removed is left: it is in nobody's way.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(&folder)
        .map_err(|_| Error::data("folder-read-only").with("path", folder.display()))
}

/// The same for one who reads, among others who do (the engine's own would be the same for all of them); none where nothing
/// can be written. Its name says whose it is, so that it can be removed when he is no more.
fn reading_folder(path: &Path) -> Option<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix(&super::temporary_prefix())
        .tempdir_in(folder_of(path))
        .ok()
}

fn bad_engine_setting(engine: &Engine, error: &duckdb::Error) -> Error {
    Error::usage("bad-memory-limit")
        .with("value", engine.memory_limit.clone().unwrap_or_default())
        .because(error)
}

/// The engine's refusal to open, in terms of what to do. Its texts are the only sign it gives.
fn refusal(path: &Path, engine: &Engine, text: &str) -> Error {
    let shown = path.display();
    if text.contains("Could not set lock") {
        let holder = text
            .split_once("(PID ")
            .and_then(|(_, rest)| rest.split_once(')'))
            .map_or_else(|| "?".to_owned(), |(pid, _)| pid.to_owned());
        return busy(path, &holder);
    }
    if text.contains("not a valid DuckDB database")
        // What it takes for another program's database it wants to open by an extension.
        || text.contains("Extension \"")
    {
        return Error::data("database-invalid").with("path", shown);
    }
    if text.contains("Permission denied")
        // A file that is held for unchangeable (chattr).
        || text.contains("Operation not permitted")
        || text.contains("Read-only file system")
        || text.contains("read-only")
    {
        return Error::data("folder-read-only").with("path", shown);
    }
    if text.contains("memory_limit") || text.contains("max_memory") || text.contains("memory limit")
    {
        return Error::usage("bad-memory-limit")
            .with("value", engine.memory_limit.clone().unwrap_or_default());
    }
    if text.contains("WAL") {
        return Error::data("database-wal")
            .with("path", shown)
            .because(first_line(text));
    }
    if text.contains("orrupt") || text.contains("Could not read enough bytes") {
        return Error::data("database-corrupt").with("path", shown);
    }
    Error::data("database-unreadable")
        .with("path", shown)
        .because(first_line(text))
}

/// How a log of the engine begins: an entry of the kind "version" (98), as versions 1.5 and 2.0 write it.
const LOG_BEGINS: &[u8] = &[0x64, 0x00, 0x62, 0x65, 0x00];

/// Refuses a log beside the database that is none. The engine takes one that does not begin like a log for nothing and
/// throws it away, and with it whatever was committed there.
fn log_can_be_read(path: &Path) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".wal");
    super::no_link(Path::new(&name))?;
    let mut begin = Vec::new();
    match File::open(&name) {
        // Whether it may be read at all is told when the engine tries.
        Err(_) => return Ok(()),
        Ok(file) => {
            // A short read is a short log.
            let _ = file.take(LOG_BEGINS.len() as u64).read_to_end(&mut begin);
        }
    }
    if LOG_BEGINS.starts_with(&begin) {
        Ok(())
    } else {
        Err(Error::data("database-wal").with("path", path.display()))
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn on_a_network_drive_everybody_reads_and_who_is_allowed_to_writes() {
        let refused = |access, network_drive| {
            let engine = Engine {
                network_drive,
                ..Engine::default()
            };
            let far = |folder: &Path| (folder == Path::new("/far")).then_some("NFS");
            no_network_drive(Path::new("/far/a.duckdb"), access, &engine, far).err()
        };
        for access in [Access::Write, Access::Create] {
            let error = refused(access, false).unwrap();
            assert_eq!((error.key, error.exit), ("network-drive", Exit::Data));
            assert!(error.args.contains(&("kind", "NFS".to_owned())));
            assert!(refused(access, true).is_none());
        }
        assert!(refused(Access::Read, false).is_none());
    }

    #[test]
    fn a_confined_engine_reaches_its_own_folder_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret.csv");
        std::fs::write(&secret, "a\n1\n").unwrap();
        std::os::unix::fs::symlink(&secret, folder.path().join("link.csv")).unwrap();
        let path = folder.path().join("c.duckdb");
        let store = Store::open(&path, Access::Create, &Engine::default()).unwrap();
        let reading = format!("from read_text('{}')", secret.display());
        store.run(&reading).unwrap();
        store.confine(&[]).unwrap();
        let (inside, beyond) = (folder.path().display(), outside.path().display());
        for refused in [
            reading,
            format!("from read_text('{inside}/link.csv')"),
            format!(
                "from read_text('{inside}/../{}/secret.csv')",
                outside.path().file_name().unwrap().display()
            ),
            "from read_csv('/etc/passwd')".to_owned(),
            format!("copy (select 1) to '{beyond}/out.csv'"),
            format!("attach '{beyond}/other.duckdb'"),
            format!("export database '{beyond}/all'"),
            "install httpfs".to_owned(),
            "load '/tmp/none.duckdb_extension'".to_owned(),
            "from read_csv('https://example.com/x.csv')".to_owned(),
            "from 's3://bucket/x.parquet'".to_owned(),
            "create persistent secret s (type http, bearer_token 'x')".to_owned(),
            format!("from glob('{beyond}/*')"),
            "set enable_external_access = true".to_owned(),
            format!("set allowed_directories = ['{beyond}']"),
            format!("set allowed_paths = ['{}']", secret.display()),
            format!("set temp_directory = '{beyond}'"),
            format!("set profiling_output = '{beyond}/p.txt'"),
            format!("set log_query_path = '{beyond}/q.log'"),
            format!(
                "call enable_logging('QueryLog', storage = 'file', storage_path = '{beyond}/l')"
            ),
            "set allow_unsigned_extensions = true".to_owned(),
            "set autoinstall_known_extensions = true".to_owned(),
            "set allowed_configs = ['temp_directory']".to_owned(),
            "set lock_configuration = false".to_owned(),
        ] {
            // In the lock's own words: some of these would be refused without it too, for want of an extension or of the
            // file, or because the database is open.
            let said = store
                .run(&refused)
                .map_or_else(|e| e.to_string(), |()| String::new());
            let is_locked = [
                "disabled by configuration",
                "disabled through configuration",
                "has been locked",
            ]
            .iter()
            .any(|words| said.contains(words));
            assert!(is_locked, "{refused}: {said}");
        }
        // What the program itself changes goes on.
        store.sparing(|s| s.run_as_written("select 1")).unwrap();
        store
            .run(&format!("create table t as from range(1000); checkpoint; copy t to '{inside}/t.parquet' (format parquet)"))
            .unwrap();
        store.copy_into(&folder.path().join("copy.duckdb")).unwrap();
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}
