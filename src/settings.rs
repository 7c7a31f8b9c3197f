//! Every judgement in one place: windows, weights, thresholds, class limits. Read from `retain.toml`,
//! overlaid by flags, checked once; inner functions receive only the part that they use.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::i18n::Currency;
use crate::types::{Error, Lang, Result};

/// All settings. The defaults are the documented ones; each report prints those in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Language of lists, reports and messages.
    pub lang: Lang,
    /// Name of the department, shown on reports and lists.
    pub department: String,
    /// Offset of local time from UTC for timestamps that carry a zone.
    pub time_zone: TimeZone,
    /// What comes in.
    pub import: Import,
    /// Words for classes, payers, sources, statuses, yes and no, besides those known.
    pub words: WordTables,
    /// How customers are told apart.
    pub customers: Customers,
    /// What a visit is.
    pub visit: Visit,
    /// When the next visit is expected.
    pub rhythm: Rhythm,
    /// Maintenance intervals by brand, series and fuel, where the vehicles file has none.
    pub intervals: Vec<Interval>,
    /// The two axes of loyalty.
    pub loyalty: Loyalty,
    /// When a unit counts as slipping or lost.
    pub churn: Churn,
    /// Groups of customers.
    pub segments: Segments,
    /// Scoring runs.
    pub score: Score,
    /// Follow-up lists.
    pub lists: Lists,
    /// How long what is known of persons is kept.
    pub retention: Retention,
    /// Reports.
    pub report: Report,
    /// What `retain run` does.
    pub run: Run,
}

/// A shop's own words: by column, our name for the thing and the words that mean it.
pub type WordTables = BTreeMap<String, BTreeMap<String, Vec<String>>>;

macro_rules! settings {
    ($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty = $default:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty),+ }
        impl Default for $name {
            fn default() -> Self { Self { $($field: $default),+ } }
        }
    };
}

mod check;
mod import;
mod lists;
mod time_zone;

pub use check::MOST_PARTS;
pub use import::Import;
pub use lists::{Caller, CustomList, Lists, days_of};
pub use time_zone::TimeZone;

settings! {
    /// How customers are told apart.
    Customers {
        /// Customer numbers mean the same person in every store.
        shared_numbers: bool = false,
        /// A phone or VIN of more customers than this is no evidence that they are one person.
        merge_shared_by_most: u32 = 5,
    }
}

settings! {
    /// What a visit is, and which visits qualify.
    Visit {
        /// Orders of one unit that begin at most this many days apart are one visit (0: the same calendar day).
        merge_gap_days: u32 = 0,
        /// A stay is cut after this many days, so that an order never closed cannot swallow years.
        max_stay_days: u32 = 60,
        /// Job classes that do not make a visit qualified.
        unqualified_classes: Vec<String> = ["wash_beauty", "accessory_retail", "pdi", "internal", "comeback"].map(str::to_owned).to_vec(),
        /// Job classes that are maintenance.
        maintenance_classes: Vec<String> = ["first_maint", "maint"].map(str::to_owned).to_vec(),
    }
}

settings! {
    /// When the next visit is expected.
    Rhythm {
        /// Weight of the model and store median against own readings, in readings.
        km_prior_weight: f64 = 2.0,
        /// Slowest believable rate, km per day.
        km_per_day_min: f64 = 3.0,
        /// Fastest believable rate, km per day.
        km_per_day_max: f64 = 300.0,
        /// Readings closer than this do not make a rate, days.
        km_min_days_apart: u32 = 30,
        /// Shortest expected interval, days.
        interval_min_days: f64 = 30.0,
        /// Longest expected interval, days.
        interval_max_days: f64 = 1095.0,
        /// Own gaps needed before their median is trusted.
        own_gaps: u32 = 3,
        /// Units needed before a store median is trusted.
        store_units: u32 = 30,
        /// Interval where nothing is known, months.
        default_interval_months: f64 = 5.0,
        /// Interval from purchase where there was no visit, months.
        first_interval_months: f64 = 3.0,
        /// Interval of a customer without vehicle where nothing is known, days.
        default_customer_interval_days: f64 = 180.0,
    }
}

/// Maintenance interval of a kind of vehicle; empty fields match everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Interval {
    /// Brand, or empty.
    pub brand: String,
    /// Series, or empty.
    pub series: String,
    /// `ice`, `hev`, `phev`, `bev`, or empty.
    pub fuel: String,
    /// Kilometres between services.
    pub km: Option<u32>,
    /// Months between services.
    pub months: Option<u32>,
}

settings! {
    /// The two axes of loyalty; weights are renormalised where a part is unknown.
    Loyalty {
        /// Visits against expected visits, in the frequency score.
        weight_visits: f64 = 0.7,
        /// Regularity, in the frequency score.
        weight_regularity: f64 = 0.2,
        /// Tenure, in the frequency score.
        weight_tenure: f64 = 0.1,
        /// Visits beyond this multiple of the expected do not count further.
        visits_cap: f64 = 1.2,
        /// Tenure that earns the full share, years.
        tenure_years: f64 = 5.0,
        /// Money, in the quality score.
        weight_money: f64 = 0.6,
        /// Payment, in the quality score.
        weight_payment: f64 = 0.2,
        /// Breadth of business, in the quality score.
        weight_breadth: f64 = 0.2,
        /// Kinds of business that earn the full share.
        breadth_kinds: f64 = 4.0,
        /// Frequency, in the loyalty score.
        weight_frequency: f64 = 0.5,
        /// Quality, in the loyalty score.
        weight_quality: f64 = 0.5,
        /// Quantile from which both axes make a unit loyal.
        top_quantile: f64 = 2.0 / 3.0,
        /// Fall of visits from year to year that means drifting.
        drifting_fall: f64 = 0.3,
        /// Share of orders with known cost from which gross profit is used instead of paid amounts.
        cost_known_share: f64 = 0.9,
        /// Units that a store needs for a quantile table of its own.
        store_units: u32 = 30,
        /// Class A from this many visits in twelve months.
        class_a: u32 = 4,
        /// Class B from this many visits in twelve months.
        class_b: u32 = 2,
    }
}

settings! {
    /// When a unit counts as slipping or lost.
    Churn {
        /// Overdue ratio from which a unit is due.
        due_ratio: f64 = 1.0,
        /// Overdue ratio of the warning.
        warning_ratio: f64 = 1.25,
        /// Overdue ratio of the warning for loyal units.
        loyal_warning_ratio: f64 = 1.15,
        /// Overdue ratio of thin ice.
        at_risk_ratio: f64 = 1.75,
        /// Months without a visit, with `lost_ratio`, after which a unit is lost.
        lost_months: u32 = 12,
        /// Overdue ratio of lost.
        lost_ratio: f64 = 2.0,
        /// Months without a visit, with `dead_ratio`, after which a unit is dead.
        dead_months: u32 = 24,
        /// Overdue ratio of dead.
        dead_ratio: f64 = 3.0,
        /// Months of absence before a return counts as won back.
        won_back_months: u32 = 12,
        /// Expected intervals of absence before a return counts as won back.
        won_back_ratio: f64 = 1.75,
        /// Months after purchase without maintenance that make a unit never serviced.
        never_months: u32 = 12,
        /// Horizon of `churn_probability` in days; 0: max(180, 1.5 x median expected interval).
        horizon_days: u32 = 0,
        /// Units that must be comparable before a probability is given.
        min_units: u32 = 100,
        /// History needed beyond the horizon, days.
        min_history_days: u32 = 90,
    }
}

settings! {
    /// Groups of customers.
    Segments {
        /// How many; 0: as many as stand apart best.
        count: u32 = 0,
        /// Customers with history that are needed before there are groups.
        min_customers: u32 = 100,
    }
}

settings! {
    /// Scoring runs.
    Score {
        /// Month ends kept in `score_history`.
        history_months: u32 = 13,
        /// Units that models and tables are fitted to, about: of more, those of a fixed part of the customers.
        fit_units: u32 = 32_768,
        /// Parts in which the units are scored, one after the other (0: as many as the memory calls for).
        parts: u32 = 0,
        /// Seed of everything random.
        seed: u64 = 20_250_101,
        /// Discount rate a year, percent, for the value of all visits to come: one in a year counts for 1 / (1 + rate).
        discount_percent: f64 = 10.0,
    }
}

settings! {
    /// How long what is known of persons is kept; `retain purge` goes by it.
    Retention {
        /// Months without a trace after which a person and their vehicles go.
        person_months: u32 = 60,
        /// Months after which notes, survey texts and complaint texts go; 0: with the person.
        text_months: u32 = 0,
        /// Months below which nobody is purged: repair records have to be kept that long.
        least_months: u32 = 24,
    }
}

/// Whether the money in the files includes the tax on sales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    /// Nobody has said.
    #[default]
    Unsaid,
    /// With tax.
    Included,
    /// Without.
    Excluded,
}

settings! {
    /// Reports.
    Report {
        /// Monthly target of visits; 0: none.
        visits_per_month: u32 = 0,
        /// Code (ISO 4217) or sign of the money in the files; a label, nothing is converted.
        currency: String = "CNY".to_owned(),
        /// Digits after the point of money that is not shortened, 0 to 3.
        currency_digits: u32 = 0,
        /// Month that the fiscal year begins with, 1 to 12; targets of a year without month, forecasts and yearly reports go by it.
        fiscal_year_start: u32 = 1,
        /// Font file with more characters than the built-in one, for PDF; empty: built-in.
        font_path: String = String::new(),
        /// Picture above the first page, PNG or SVG; empty: none.
        logo_path: String = String::new(),
        /// Whether the files' money includes the tax on sales; printed on every report, nothing is reckoned with it.
        tax_basis: TaxBasis = TaxBasis::default(),
    }
}

/// One source file or glob of `retain run`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct SourceFile {
    /// File, relative to the settings file.
    pub path: String,
    /// Kind, where the headers do not tell.
    pub kind: Option<String>,
    /// Mapping file.
    pub mapping: Option<String>,
    /// Store, where the file has no store column.
    pub store: Option<String>,
    /// Encoding of a text, where it is not the one that the bytes look like.
    pub encoding: Option<String>,
    /// Sheet of a workbook, where it is not the one whose header is known best.
    pub sheet: Option<String>,
}

settings! {
    /// What `retain run` does.
    Run {
        /// Database file, relative to the settings file.
        database: String = "retain.duckdb".to_owned(),
        /// Output folder, relative to the settings file.
        out: String = "out".to_owned(),
        /// Files to import.
        files: Vec<SourceFile> = Vec::new(),
    }
}

/// A date or nothing, kept apart from [`Settings`] since it changes from run to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The day of import.
    pub today: Option<NaiveDate>,
    /// The as-of date asked for.
    pub as_of: Option<NaiveDate>,
}

impl Settings {
    /// Reads settings from the text of a `retain.toml`, checked.
    ///
    /// # Errors
    /// When it is not TOML, has unknown entries, or a value is out of range.
    pub fn parse(text: &str, path: &str) -> Result<Self> {
        let settings: Self = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |s| {
                text[..s.start.min(text.len())].matches('\n').count() + 1
            });
            Error::usage("bad-settings")
                .with("path", path)
                .with("line", line)
                .because(e.message())
        })?;
        settings.check(path)?;
        Ok(settings)
    }

    /// What money is called and how it is written.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency::new(&self.report.currency, self.report.currency_digits)
    }

    /// The settings without what only decides how things look and where they lie: those behind a figure. What money is
    /// called stays among them: a figure in euros is another than the same in yuan.
    #[must_use]
    pub fn that_decide_figures(&self) -> Self {
        let report = Report {
            font_path: String::new(),
            logo_path: String::new(),
            currency_digits: 0,
            ..self.report.clone()
        };
        Self {
            lang: Lang::default(),
            department: String::new(),
            report,
            score: Score {
                parts: 0,
                ..self.score.clone()
            },
            run: Run::default(),
            ..self.clone()
        }
    }

    /// Makes the paths of files that reports use absolute: in a settings file they are relative to it.
    ///
    /// # Errors
    /// When the working directory cannot be told.
    pub fn relative_to(&mut self, folder: &std::path::Path) -> Result<()> {
        for path in [&mut self.report.font_path, &mut self.report.logo_path] {
            if !path.is_empty() {
                *path = std::path::absolute(folder.join(&*path))
                    .map_err(Error::internal)?
                    .display()
                    .to_string();
            }
        }
        Ok(())
    }

    /// The settings as TOML, every value written out.
    ///
    /// # Errors
    /// When a value has no place in TOML, which is a slip of ours.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests;
