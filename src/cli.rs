//! The command line: what may be said, nothing of what it does.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::types::Lang;

mod follow_up;
mod help;
mod merge;
mod report;
mod values;

pub use follow_up::{
    CampaignCommand, CampaignKind, ListArgs, ListFormat, RegisterArgs, RegisterFormat, TaskCommand,
};
pub use help::localised;
pub use merge::MergeCommand;
pub use report::{FiguresFormat, ReportCommand, ReportFormat};

use values::{date, month, months, period, year};

/// Which customers are loyal, which are slipping away, why, and whom to call today.
#[derive(Debug, Parser)]
#[command(
    name = "retain",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(after_help = "Example: retain demo --out demo")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Language of messages, lists and reports.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
    /// Settings file; without it the settings kept in the database, else the defaults.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Threads to use; results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Most memory to use, for instance 4GB; results do not depend on it.
    #[arg(long, global = true, value_name = "SIZE")]
    pub memory_limit: Option<String>,
    /// Seconds to wait for another process that holds the database.
    #[arg(long, global = true, default_value_t = 0, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub lock_timeout: u64,
    /// Write on a network drive all the same: nobody else may write there at the same time.
    #[arg(long, global = true)]
    pub network_drive: bool,
    /// The day of import, for instance 2025-12-31; the machine's date without it.
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub today: Option<NaiveDate>,
}

/// Language on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job on the sample department: import, score, lists, monthly and yearly report.
    #[command(after_help = "Example: retain demo --out demo --lang en")]
    Demo {
        /// Folder for everything that is made.
        #[arg(long, default_value = "demo", value_name = "DIR")]
        out: PathBuf,
    },
    /// Write a commented settings file to start from.
    #[command(after_help = "Example: retain init retain.toml")]
    Init {
        /// The file to write.
        #[arg(default_value = "retain.toml", value_name = "FILE")]
        file: PathBuf,
        /// Replace the file if it is there.
        #[arg(long)]
        force: bool,
    },
    /// Run the main job on the files that a settings file names.
    #[command(after_help = "Example: retain run --config retain.toml")]
    Run {
        /// Score as of this date instead of the last day with a settled order.
        #[arg(long, value_name = "DATE", value_parser = date)]
        as_of: Option<NaiveDate>,
    },
    /// Read files into the database; the kind is told from the headers.
    #[command(after_help = "Example: retain import orders.csv customers.csv --db shop.duckdb")]
    Import {
        /// Files to read: delimited text in any usual encoding, workbooks, HTML tables, Parquet, packed or not; folders, patterns.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// What kind of files they are, where the headers do not tell.
        #[arg(long = "as", value_name = "KIND")]
        kind: Option<String>,
        /// Mapping file: columns that the dictionary does not know.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Store, where the files have no store column.
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        /// Encoding of the texts (gb18030, big5, utf-16le, windows-1252, …), where it is told wrongly.
        #[arg(long, value_name = "NAME")]
        encoding: Option<String>,
        /// Sheet of a workbook; default: the one whose header is known best.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// Say what would happen and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// With --dry-run: write the mapping of the first file, to edit and to import with.
        #[arg(long, value_name = "FILE", requires = "dry_run")]
        write_mapping: Option<PathBuf>,
        /// The files hold all orders between these days; others of these days are taken away.
        #[arg(long, value_name = "FROM..TO", value_parser = period)]
        complete: Option<(NaiveDate, NaiveDate)>,
    },
    /// Take the last import back: what it brought goes, what it replaced comes back.
    #[command(after_help = "Example: retain undo-import --db shop.duckdb")]
    UndoImport {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Say what would happen and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Measure the data: completeness, plausibility, gaps, refused rows, and what each fault costs the scores.
    #[command(after_help = "Example: retain quality --db shop.duckdb")]
    Quality {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Customers that look like one person: show them, decide, take it back.
    #[command(subcommand, after_help = "Example: retain merge list --db shop.duckdb")]
    Merge(MergeCommand),
    /// Describe a file on one page: what it is in, its columns, what each becomes.
    #[command(after_help = "Example: retain profile orders.xls --write-mapping orders.toml")]
    Profile {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What kind of file it is, where the headers do not tell.
        #[arg(long = "as", value_name = "KIND")]
        kind: Option<String>,
        /// Mapping file: columns that the dictionary does not know.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Encoding of a text, where it is told wrongly.
        #[arg(long, value_name = "NAME")]
        encoding: Option<String>,
        /// Sheet of a workbook; default: the one whose header is known best.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// Write a mapping file to edit and to import with.
        #[arg(long, value_name = "FILE")]
        write_mapping: Option<PathBuf>,
    },
    /// Compute visits, features, scores, states and priorities.
    #[command(after_help = "Example: retain score --db shop.duckdb --as-of 2025-12-31")]
    Score {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Read nothing that became known after this date; default: the last day with a settled order.
        #[arg(long, value_name = "DATE", value_parser = date)]
        as_of: Option<NaiveDate>,
    },
    /// Write the follow-up lists for a calling day.
    #[command(after_help = "Example: retain list --db shop.duckdb --out lists --for 2026-01-04")]
    List(ListArgs),
    /// Take in a list that comes back filled in: outcomes, promised days, refusals.
    #[command(after_help = "Example: retain record lists/2026-01-04.xlsx --db shop.duckdb")]
    Record {
        /// The filled list: .xlsx, .ods, .xls or .csv.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Where a task has another answer already, put the new one in its place instead of keeping both.
        #[arg(long)]
        replace: bool,
    },
    /// Tasks of callers: hand them to somebody else, and take them back.
    #[command(
        subcommand,
        after_help = "Example: retain task reassign 陈静 李娜 --db shop.duckdb --until 2026-01-31"
    )]
    Task(TaskCommand),
    /// Write the registers of the plan: customer files, records of calls, calls and letters; with a key, one customer's cards.
    #[command(
        after_help = "Example: retain register --db shop.duckdb --month 2025-12 --out registers\nExample: retain register 粤A12345 --db shop.duckdb --out registers --format pdf"
    )]
    Register(RegisterArgs),
    /// Campaigns: choose whom to invite, and measure what came of it.
    #[command(
        subcommand,
        after_help = "Example: retain campaign result --db shop.duckdb"
    )]
    Campaign(CampaignCommand),
    /// Measure what calling does: those called against those held out.
    #[command(after_help = "Example: retain uplift --db shop.duckdb")]
    Uplift {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Write a report.
    #[command(
        subcommand,
        after_help = "Example: retain report month --db shop.duckdb --month 2025-12 --out reports"
    )]
    Report(ReportCommand),
    /// Show every number behind one customer's, plate's or VIN's scores.
    #[command(after_help = "Example: retain explain 粤A12345 --db shop.duckdb")]
    Explain {
        /// Plate, VIN, customer number or phone.
        #[arg(value_name = "KEY")]
        key: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Show names, phones, plates and VINs in full; the use is logged.
        #[arg(long)]
        reveal: bool,
    },
    /// Write a table out.
    #[command(
        after_help = "Example: retain export vehicle_scores --db shop.duckdb --format csv --out scores.csv"
    )]
    Export {
        /// The table.
        #[arg(value_name = "TABLE")]
        table: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Form of the output.
        #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
        format: ExportFormat,
        /// The file to write; standard output without it (not for parquet).
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write names, phones, plates and VINs in full; the use is logged.
        #[arg(long)]
        reveal: bool,
        /// Rows that say nothing of whom they are about: no names, keyed codes for numbers, months for days.
        #[arg(long, conflicts_with = "reveal")]
        for_analysis: bool,
        /// What the analysis is for: codes differ from purpose to purpose.
        #[arg(
            long,
            requires = "for_analysis",
            default_value = "analysis",
            value_name = "NAME"
        )]
        purpose: String,
    },
    /// Make the exports of a department that does not exist, of any size.
    #[command(after_help = "Example: retain generate --vehicles 1500 --seed 7 --out department")]
    Generate {
        /// Number of vehicles.
        #[arg(long, value_name = "N")]
        vehicles: u64,
        /// Seed: the same seed makes the same files on every machine.
        #[arg(long, default_value_t = 1, value_name = "S")]
        seed: u64,
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// First day of the exports.
        #[arg(long, default_value = "2021-01-01", value_name = "DATE", value_parser = date)]
        from: NaiveDate,
        /// Last day of the exports.
        #[arg(long, default_value = "2025-12-31", value_name = "DATE", value_parser = date)]
        to: NaiveDate,
        /// Number of stores.
        #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999))]
        stores: u32,
        /// Also write who had really left, and what came in the following year.
        #[arg(long)]
        truth: bool,
    },
    /// Score earlier dates from what was known then and compare with what came.
    #[command(
        after_help = "Example: retain backtest --db shop.duckdb --cutoff 2025-06-30 --horizon-days 180"
    )]
    Backtest {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Read nothing that became known after this date; default: the latest three whose outcome is known.
        #[arg(long, value_name = "DATE", value_parser = date)]
        cutoff: Option<NaiveDate>,
        /// Days within which a unit has to return; default: the shop's own horizon.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(7..=3650))]
        horizon_days: Option<u32>,
        /// Also write what was learned from and judged, as Parquet, for a model of your own.
        #[arg(long, value_name = "FILE")]
        rows: Option<PathBuf>,
    },
    /// Copy the database, read the copy back and compare.
    #[command(after_help = "Example: retain backup --db shop.duckdb")]
    Backup {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// The file to write; default: in a folder F.backups beside the database.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Put a backup in the place of the database; what stood there is kept.
    #[command(
        after_help = "Example: retain restore shop.duckdb.backups/shop-2025-12-31.duckdb --db shop.duckdb"
    )]
    Restore {
        /// The backup.
        #[arg(value_name = "BACKUP")]
        backup: PathBuf,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Rewrite the database file without the holes that replacing and deleting left.
    #[command(after_help = "Example: retain compact --db shop.duckdb")]
    Compact {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Take one person out for good: customer number, phone, plate or VIN.
    #[command(after_help = "Example: retain erase 13800138000 --db shop.duckdb")]
    Erase {
        /// Customer number, phone, plate or VIN.
        #[arg(value_name = "KEY")]
        key: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// All customers with that key, where there are several.
        #[arg(long)]
        all: bool,
        /// Say what would go and change nothing.
        #[arg(long, conflicts_with = "lift")]
        dry_run: bool,
        /// Let a person who was erased come back in with the next file.
        #[arg(long)]
        lift: bool,
    },
    /// Take out whoever left no trace for the retention period; what they paid stays as nobody's.
    #[command(after_help = "Example: retain purge --db shop.duckdb --older-than 60 --dry-run")]
    Purge {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Months without a trace, such as 60 or 60m; default: as set (retention.person_months).
        #[arg(long, value_name = "MONTHS", value_parser = months)]
        older_than: Option<u32>,
        /// Say what would go and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Keep a person whatever is erased or purged, as for a dispute; without a key, say how many are kept.
    #[command(
        after_help = "Example: retain hold 13800138000 --db shop.duckdb --until 2027-12-31\nExample: retain hold 13800138000 --db shop.duckdb --lift"
    )]
    Hold {
        /// Customer number, phone, plate or VIN.
        #[arg(value_name = "KEY")]
        key: Option<String>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Last day; default: until it is lifted.
        #[arg(long, value_name = "DATE", value_parser = date, requires = "key")]
        until: Option<NaiveDate>,
        /// Lift it.
        #[arg(long, requires = "key", conflicts_with = "until")]
        lift: bool,
    },
    /// Show everything that is held on one person, in full; the use is logged.
    #[command(after_help = "Example: retain subject 13800138000 --db shop.duckdb --json")]
    Subject {
        /// Customer number, phone, plate or VIN.
        #[arg(value_name = "KEY")]
        key: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Look whether the file is whole, the place sound and this machine able to draw; change nothing.
    #[command(after_help = "Example: retain doctor --db shop.duckdb")]
    Doctor {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Show which columns say something of people, how many people are held, and since when.
    #[command(after_help = "Example: retain inventory --db shop.duckdb")]
    Inventory {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// The file that notes who saw personal data in full, and when.
    #[command(
        subcommand,
        after_help = "Example: retain audit verify --db shop.duckdb"
    )]
    Audit(AuditCommand),
    /// Show what the file holds, when it was imported and scored.
    #[command(after_help = "Example: retain status --db shop.duckdb")]
    Status {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
}

/// What to do with the audit file.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check every line against its code and its neighbour.
    #[command(after_help = "Example: retain audit verify --db shop.duckdb")]
    Verify {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated text.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a row.
    Json,
}
