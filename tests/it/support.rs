//! What every test needs: a folder, the program, a look into the database, and a way to say what was skipped.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use retain::store::{Access, Engine, Store};
use retain::table::Value;
use tempfile::TempDir;

/// The day on which the sample files are imported.
pub const TODAY: &str = "2026-01-02";

/// The columns of an order that say money.
pub const MONEY: [&str; 6] = [
    "工时费",
    "配件费",
    "优惠金额",
    "应收金额",
    "实收金额",
    "成本",
];

/// Settings for tests that look at one day alone: the history is short.
pub const QUICK: &str = "[score]\nhistory_months = 1\n";

/// What the program said and how it ended.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The run, which must have ended with that status.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Self {
        assert_eq!(
            self.status, status,
            "stdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }

    /// The run, which must have succeeded.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.ends_with(0)
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}\n{}", self.stdout, self.stderr))
    }
}

/// Runs the program in English, with the clock out of the way.
pub fn retain<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    run(&mut command(args))
}

/// The program with these words, not yet started.
pub fn command<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_retain"));
    command.args(args);
    speak_english(&mut command);
    command
}

/// The same language wherever the tests run.
pub fn speak_english(command: &mut Command) {
    command
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "en_US.UTF-8")
        .env("NO_COLOR", "1");
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder that goes away, and a database in it.
pub struct Shop {
    folder: TempDir,
    pub db: PathBuf,
}

impl Shop {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("shop.duckdb");
        Self { folder, db }
    }

    /// A shop with a copy of a database.
    pub fn copy_of(db: &Path) -> Self {
        let shop = Self::new();
        fs::copy(db, &shop.db).unwrap();
        shop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Scores one day alone, with a short history.
    #[track_caller]
    pub fn score_quickly(&self, flags: &str) {
        self.file("quick.toml", QUICK);
        self.retain(&format!("score --config quick.toml {flags}"))
            .succeeds();
    }

    /// Writes a file into the folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command on the database.
    pub fn retain(&self, line: &str) -> Run {
        let mut words: Vec<&OsStr> = line.split_whitespace().map(OsStr::new).collect();
        words.extend([
            OsStr::new("--db"),
            self.db.as_os_str(),
            "--today".as_ref(),
            TODAY.as_ref(),
        ]);
        run(command(words).current_dir(self.folder.path()))
    }

    /// Runs the program in the folder, whatever database it takes.
    pub fn retain_in_folder(&self, line: &str) -> Run {
        run(command(line.split_whitespace()).current_dir(self.folder.path()))
    }

    /// Imports text as a file of that name.
    pub fn import(&self, name: &str, content: impl AsRef<[u8]>, flags: &str) -> Run {
        self.file(name, content);
        self.retain(&format!("import {name} --json {flags}"))
    }

    /// Imports files that lie elsewhere.
    pub fn import_files(&self, files: &[PathBuf]) -> Run {
        let mut words: Vec<&OsStr> = vec!["import".as_ref(), "--json".as_ref()];
        words.extend(files.iter().map(|f| f.as_os_str()));
        words.extend(["--db".as_ref(), self.db.as_os_str()]);
        words.extend(["--today".as_ref(), OsStr::new(TODAY)]);
        retain(words)
    }

    /// Rows of a query as text, cells parted by `|`, unknown as `-`.
    #[track_caller]
    pub fn ask(&self, sql: &str) -> Vec<String> {
        ask(&self.db, sql)
    }

    /// The first row of a query.
    #[track_caller]
    pub fn one(&self, sql: &str) -> String {
        self.ask(sql).first().cloned().unwrap_or_default()
    }

    pub fn contents(&self) -> BTreeMap<String, Vec<String>> {
        contents(&self.db)
    }
}

#[track_caller]
pub fn ask(db: &Path, sql: &str) -> Vec<String> {
    let store = Store::open(db, Access::Read, &Engine::default()).unwrap_or_else(|e| panic!("{e}"));
    rows(&store, sql)
}

#[track_caller]
pub fn rows(store: &Store, sql: &str) -> Vec<String> {
    let table = store
        .table(&format!("select columns(*)::varchar from ({sql})"))
        .unwrap_or_else(|e| panic!("{e}\n{sql}"));
    let cell = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => "-".to_owned(),
    };
    table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
        .collect()
}

/// Columns that hold the moment at which something was done.
const CLOCKS: [&str; 2] = ["imported_at", "started_at"];

/// Every table with every row as text, in an order of its own; clocks left out.
pub fn contents(db: &Path) -> BTreeMap<String, Vec<String>> {
    let store = Store::open(db, Access::Read, &Engine::default()).unwrap_or_else(|e| panic!("{e}"));
    let tables = rows(
        &store,
        "select table_name from duckdb_tables() where not internal order by 1",
    );
    tables
        .into_iter()
        .map(|table| {
            let clocks = CLOCKS.map(|c| format!("'{c}'")).join(", ");
            let sql = format!(
                "select columns(lambda c: c not in ({clocks})) from \"{table}\" order by all"
            );
            let rows = rows(&store, &sql);
            (table, rows)
        })
        .collect()
}

/// The first differences between two sets of rows, for a message that a person can read.
pub fn difference(left: &[String], right: &[String]) -> String {
    let only = |a: &[String], b: &[String], sign: &str| {
        a.iter()
            .filter(|r| !b.contains(r))
            .take(8)
            .map(|r| format!("{sign} {r}"))
            .collect::<Vec<_>>()
    };
    let mut lines = only(left, right, "-");
    lines.extend(only(right, left, "+"));
    format!(
        "{} rows against {}\n{}",
        left.len(),
        right.len(),
        lines.join("\n")
    )
}

/// Both databases hold the same, clocks aside.
#[track_caller]
pub fn assert_same_contents(
    left: &BTreeMap<String, Vec<String>>,
    right: &BTreeMap<String, Vec<String>>,
) {
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        right.keys().collect::<Vec<_>>()
    );
    for (table, rows) in left {
        assert!(
            rows == &right[table],
            "{table}: {}",
            difference(rows, &right[table])
        );
    }
}

/// The project's own folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the project.
pub fn project_file(name: &str) -> PathBuf {
    project().join(name)
}

/// Every file below a folder of the project with that ending, in order.
pub fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![project_file(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Says that a test could not run here; fails where every test must.
pub fn skip(name: &str, why: &str) {
    assert!(
        std::env::var_os("RETAIN_TESTS_DEMAND_ALL").is_none_or(|v| v != "1"),
        "{name} cannot run: {why}"
    );
    not_seen(name, why);
}

/// Says what a test could not see for no lack of a tool, such as on a machine that is too fast: no failure anywhere.
pub fn not_seen(name: &str, why: &str) {
    // Past the capture of the test runner, so that nobody takes a skipped test for a passed one.
    let _ = writeln!(std::io::stderr(), "skipped: {name}: {why}");
}

/// Real data beside the project, where it is there.
pub fn shared_data() -> Option<PathBuf> {
    let folder = project().parent()?.join("shared").join("data");
    folder.is_dir().then_some(folder)
}

/// The small hand-written sample, imported and scored, made once; to be read only.
pub fn small() -> &'static Path {
    static MADE: OnceLock<Shop> = OnceLock::new();
    &MADE
        .get_or_init(|| {
            let shop = Shop::new();
            shop.import_files(&files_below("data-samples/small", ".csv"))
                .succeeds();
            shop.retain("score").succeeds();
            shop
        })
        .db
}

/// A generated department, three years long, made once.
pub fn generated() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().display().to_string();
        let words = "generate --vehicles 400 --seed 3 --from 2023-01-01 --to 2025-12-31 --lang zh --quiet --out";
        retain(words.split(' ').chain([out.as_str()])).succeeds();
        folder
    })
    .path()
}

/// The generated department, imported and scored as of its last day, made once; to be read only.
pub fn department() -> &'static Path {
    static MADE: OnceLock<Shop> = OnceLock::new();
    &MADE
        .get_or_init(|| {
            let shop = Shop::new();
            shop.import_files(&csv_files(generated())).succeeds();
            shop.retain("score --as-of 2025-12-31").succeeds();
            shop
        })
        .db
}

/// The CSV files of a folder, in order.
pub fn csv_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "csv"))
        .collect();
    files.sort();
    files
}

/// A workbook of the cells of comma-separated lines, each as text.
pub(crate) fn workbook(text: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, line) in (0u32..).zip(text.lines()) {
        for (c, cell) in (0u16..).zip(line.split(',')) {
            sheet.write(r, c, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Orders whose import takes long enough to be met in the middle: 300,000 of a vehicle each, `N0` and on.
pub fn many_orders() -> String {
    let mut rows = "工单号,车牌号,进厂日期,结算日期,实收金额\n".to_owned();
    for i in 0..300_000 {
        let (plate, day) = (i % 90_000, i % 28 + 1);
        rows += &format!("N{i},粤B{plate:05},2025-03-{day:02},2025-03-{day:02},5\n");
    }
    rows
}

/// Every file and folder below one.
pub fn below(top: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![top.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}
