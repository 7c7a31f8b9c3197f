//! What may be said of follow-up: lists, tasks, registers, campaigns.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::{date, month};

/// What a list may be asked for.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// The database file.
    #[arg(long, value_name = "F")]
    pub db: PathBuf,
    /// Folder for the lists.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The calling day; default: the next working day after the scored date.
    #[arg(long = "for", value_name = "DATE", value_parser = date)]
    pub day: Option<NaiveDate>,
    /// Plan so many working days from that day on, one file each; what one day has no room for goes to the next.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=31))]
    pub days: u32,
    /// Most rows of a day in all; 0: no limit.
    #[arg(long, value_name = "N")]
    pub capacity: Option<u32>,
    /// Most rows of a day and caller; 0: no limit.
    #[arg(long, value_name = "N")]
    pub per_caller: Option<u32>,
    /// Form of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Xlsx)]
    pub format: ListFormat,
}

/// Forms of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Excel workbook.
    Xlsx,
    /// Comma-separated text.
    Csv,
    /// Call sheets to print and fill in by hand.
    Pdf,
}

/// What to do with tasks.
#[derive(Debug, Subcommand)]
pub enum TaskCommand {
    /// Hand a caller's tasks, and those to come, to somebody else; or take that back.
    #[command(
        after_help = "Example: retain task reassign 陈静 李娜 --db shop.duckdb --from-day 2026-01-05 --until 2026-01-31\nExample: retain task reassign 陈静 李娜 --db shop.duckdb --undo"
    )]
    Reassign {
        /// Whose tasks they are, as the lists have the name.
        #[arg(value_name = "FROM")]
        from: String,
        /// Who takes them over.
        #[arg(value_name = "TO")]
        to: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// Only tasks of this list; may be given several times.
        #[arg(long = "list", value_name = "ID")]
        lists: Vec<String>,
        /// First calling day; default: from now on.
        #[arg(long, value_name = "DATE", value_parser = date)]
        from_day: Option<NaiveDate>,
        /// Last calling day; default: until it is taken back.
        #[arg(long, value_name = "DATE", value_parser = date)]
        until: Option<NaiveDate>,
        /// Say what would happen and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Take it back: what is not done yet returns to FROM.
        #[arg(long, conflicts_with_all = ["from_day", "until"])]
        undo: bool,
    },
}

/// What registers may be asked for.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// One customer's cards: plate, VIN, customer number or phone. Without it: everybody's registers.
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// The database file.
    #[arg(long, value_name = "F")]
    pub db: PathBuf,
    /// Folder for the files.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Calls, letters and visits of this month alone; default: all.
    #[arg(long, value_name = "YYYY-MM", value_parser = month, conflicts_with = "key")]
    pub month: Option<NaiveDate>,
    /// Form of the registers.
    #[arg(long, value_enum, default_value_t = RegisterFormat::Xlsx)]
    pub format: RegisterFormat,
}

/// Forms of the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RegisterFormat {
    /// Excel workbook, a sheet a register.
    Xlsx,
    /// Comma-separated text, a file a register.
    Csv,
    /// Cards to print, a page a customer and vehicle.
    Pdf,
}

/// What to do with campaigns.
#[derive(Debug, Subcommand)]
pub enum CampaignCommand {
    /// Choose the members of a campaign by conditions, loyal customers first, as files that import takes.
    #[command(
        after_help = "Example: retain campaign plan 春季讲堂 --db shop.duckdb --start 2026-03-01 --where district=海珠区 --where loyalty_tier=loyal --out campaign"
    )]
    Plan {
        /// Name of the campaign.
        #[arg(value_name = "NAME")]
        name: String,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
        /// First day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        start: NaiveDate,
        /// Last day; default: the first.
        #[arg(long, value_name = "DATE", value_parser = date)]
        end: Option<NaiveDate>,
        /// An event with notice and letter, or customers to keep in touch with.
        #[arg(long, value_enum, default_value_t = CampaignKind::Event)]
        kind: CampaignKind,
        /// Where it takes place.
        #[arg(long, value_name = "TEXT", default_value = "")]
        place: String,
        /// What is offered.
        #[arg(long, value_name = "TEXT", default_value = "")]
        offer: String,
        /// A condition on the unit, such as `brand = X` or `visits_12m >= 2`; all given must hold.
        #[arg(long = "where", value_name = "COND", required = true)]
        conditions: Vec<String>,
        /// Most members, the loyal ones first; 0: no limit.
        #[arg(long, default_value_t = 0, value_name = "N")]
        most: u32,
        /// Folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Visits and revenue of the members against comparable customers who were not asked.
    #[command(after_help = "Example: retain campaign result 春季讲堂 --db shop.duckdb")]
    Result {
        /// Name of the campaign; default: all.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// The database file.
        #[arg(long, value_name = "F")]
        db: PathBuf,
    },
}

/// Kinds of campaigns, as the lists treat them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CampaignKind {
    /// Notice two weeks ahead, loyal customers first, and a letter within two days of it.
    Event,
    /// Calls while it lasts.
    Focus,
}
