//! What may be said of customers that look like one person.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do about customers that look like one person.
#[derive(Debug, Subcommand)]
pub enum MergeCommand {
    /// Show who looks like one person, why, and what was decided.
    #[command(after_help = "Example: retain merge list --db shop.duckdb --out alike.csv")]
    List {
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Write all of them to a CSV file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Show names, phones and VINs in full; the use is logged.
        #[arg(long)]
        reveal: bool,
    },
    /// Decide that they are one person: from the next scoring on they count as one.
    #[command(
        after_help = "Example: retain merge accept 3k9f2mx7qa --db shop.duckdb\nExample: retain merge accept --all --min-evidence 3 --db shop.duckdb"
    )]
    Accept {
        /// Ids that `merge list` shows.
        #[arg(
            value_name = "ID",
            required_unless_present = "all",
            conflicts_with = "all"
        )]
        ids: Vec<String>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// All proposals with that much evidence or more.
        #[arg(long)]
        all: bool,
        /// With --all: how much must speak for it, from 1 (same phone and surname) to 4 (phone, VIN and name); default: 3.
        #[arg(long, value_name = "N", conflicts_with = "ids", value_parser = clap::value_parser!(u8).range(1..=4))]
        min_evidence: Option<u8>,
    },
    /// Take a decision back: from the next scoring on they count as two again.
    #[command(after_help = "Example: retain merge undo 3k9f2mx7qa --db shop.duckdb")]
    Undo {
        /// Ids that `merge list` shows among what was decided.
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
}
