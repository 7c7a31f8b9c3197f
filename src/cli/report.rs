//! What may be said of reports.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};

use super::{LangArg, month, year};

/// Which report.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// The monthly report.
    #[command(
        after_help = "Example: retain report month --db shop.duckdb --month 2025-12 --out reports\nExample: retain report month --db shop.duckdb --out reports --format html,pdf,xlsx --langs zh,en"
    )]
    Month {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// The month; default: the last one that ended on or before the scored date.
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        month: Option<NaiveDate>,
        /// Folder for the report.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Forms, one file each.
        #[arg(
            long,
            value_enum,
            value_delimiter = ',',
            default_value = "html",
            value_name = "FORM"
        )]
        format: Vec<ReportFormat>,
        /// Languages, several at once; each file has its language in its name: 2025-12.en.html.
        #[arg(long, value_enum, value_delimiter = ',', value_name = "LANG")]
        langs: Vec<LangArg>,
    },
    /// The yearly report.
    #[command(
        after_help = "Example: retain report year --db shop.duckdb --year 2025 --out reports"
    )]
    Year {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// The year, a fiscal one by the year in which it begins; default: the last one that ended on or before the scored date.
        #[arg(long, value_name = "YYYY", value_parser = year)]
        year: Option<NaiveDate>,
        /// Folder for the report.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Forms, one file each.
        #[arg(
            long,
            value_enum,
            value_delimiter = ',',
            default_value = "html",
            value_name = "FORM"
        )]
        format: Vec<ReportFormat>,
        /// Languages, several at once; each file has its language in its name: 2025-12.en.html.
        #[arg(long, value_enum, value_delimiter = ',', value_name = "LANG")]
        langs: Vec<LangArg>,
    },
    /// What moved between two versions of a report, and why.
    #[command(
        after_help = "Example: retain report diff 2025-12 --db shop.duckdb\nExample: retain report diff 3 4 --db shop.duckdb"
    )]
    Diff {
        /// A period (its last archived version) or a number in the archive.
        #[arg(value_name = "A")]
        before: String,
        /// The same; default: what the data say now for a period, the last version of its period for a number.
        #[arg(value_name = "B")]
        after: Option<String>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
    /// Write the figures behind a report as tables for other programs.
    #[command(
        after_help = "Example: retain report figures --db shop.duckdb --month 2025-12 --out figures --format parquet"
    )]
    Figures {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// The month; default: the last one that ended on or before the scored date.
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        month: Option<NaiveDate>,
        /// A year in place of a month.
        #[arg(long, value_name = "YYYY", value_parser = year, conflicts_with = "month")]
        year: Option<NaiveDate>,
        /// Folder for the tables, one file each.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Form of the files.
        #[arg(long, value_enum, default_value = "parquet", value_name = "FORM")]
        format: FiguresFormat,
    },
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page for a browser.
    Html,
    /// Pages of A4.
    Pdf,
    /// Excel workbook.
    Xlsx,
}

/// Forms of a report's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FiguresFormat {
    /// Comma-separated text.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl FiguresFormat {
    /// Ending of the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FiguresFormat::Csv => "csv",
            FiguresFormat::Parquet => "parquet",
        }
    }
}
