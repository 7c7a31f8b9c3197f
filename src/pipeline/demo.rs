//! The main job in one go: import, score, list, report; on the user's files or on the sample department.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::import::{Imported, import};
use super::key::hex;
use super::lists::{Wanted, list_in};
use super::score::{Scored, score_in};
use super::{Context, files, report};
use crate::cli::{ListFormat, ReportFormat};
use crate::i18n::Currency;
use crate::import::{Mapping, Request};
use crate::settings::Settings;
use crate::store::{Access, quote_text};
use crate::types::{Error, Lang, Result};

/// The sample department, part of the program so that the demo needs nothing else.
const SAMPLE: &[(&str, &[u8])] = &[
    (
        "work_orders.csv",
        include_bytes!("../../data-samples/department/work_orders.csv"),
    ),
    (
        "customers.csv",
        include_bytes!("../../data-samples/department/customers.csv"),
    ),
    (
        "vehicles.csv",
        include_bytes!("../../data-samples/department/vehicles.csv"),
    ),
    (
        "appointments.csv",
        include_bytes!("../../data-samples/department/appointments.csv"),
    ),
    (
        "insurance_policies.csv",
        include_bytes!("../../data-samples/department/insurance_policies.csv"),
    ),
    (
        "surveys.csv",
        include_bytes!("../../data-samples/department/surveys.csv"),
    ),
    (
        "complaints.csv",
        include_bytes!("../../data-samples/department/complaints.csv"),
    ),
    (
        "follow_ups.csv",
        include_bytes!("../../data-samples/department/follow_ups.csv"),
    ),
    (
        "campaigns.csv",
        include_bytes!("../../data-samples/department/campaigns.csv"),
    ),
    (
        "campaign_members.csv",
        include_bytes!("../../data-samples/department/campaign_members.csv"),
    ),
    (
        "targets.csv",
        include_bytes!("../../data-samples/department/targets.csv"),
    ),
    (
        "finance_months.csv",
        include_bytes!("../../data-samples/department/finance_months.csv"),
    ),
    (
        "warranty_claims.csv",
        include_bytes!("../../data-samples/department/warranty_claims.csv"),
    ),
];

/// The day of import of the sample department: the day after its last order.
pub const SAMPLE_TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Everything that the main job made.
#[derive(Debug, serde::Serialize)]
pub struct Made {
    /// What money is called.
    #[serde(skip)]
    pub currency: Currency,
    /// What went in.
    pub imported: Imported,
    /// What was found.
    pub scored: Scored,
    /// The first calls of the list.
    pub first_calls: Vec<FirstCall>,
    /// Rows of the list.
    pub list_rows: usize,
    /// Rows held back from the list, by reason.
    pub withheld: usize,
    /// The list.
    pub list: PathBuf,
    /// The monthly report.
    pub report: PathBuf,
    /// The yearly report.
    pub report_year: PathBuf,
    /// The database.
    pub database: PathBuf,
}

/// One of the first calls, masked.
#[derive(Debug, serde::Serialize)]
pub struct FirstCall {
    /// Customer, masked.
    pub name: String,
    /// Plate, masked.
    pub plate: String,
    /// Why now.
    pub why: String,
    /// Yuan at stake.
    pub value: Option<f64>,
}

/// First calls shown.
const FIRST_CALLS: usize = 5;

/// Runs the main job on the sample department; everything goes below `out`.
///
/// # Errors
/// When the folder cannot be written.
pub fn demo(context: &Context, out: &Path, lang: Lang) -> Result<Made> {
    is_its_own(context, out)?;
    let data = out.join("data");
    let mut requests = Vec::new();
    for (name, bytes) in SAMPLE {
        let path = data.join(name);
        files::write(&path, bytes)?;
        requests.push(Request {
            path,
            ..Request::default()
        });
    }
    main_job(context, &requests, out, None, lang)
}

/// Refuses a folder in which something stands that an earlier demo did not make: an invented department is mixed into
/// nobody's data, and nothing is written over.
///
/// # Errors
/// When there is such a thing; names it.
fn is_its_own(context: &Context, out: &Path) -> Result<()> {
    let taken =
        |path: &Path| Err(Error::usage("folder-not-the-demos").with("path", path.display()));
    for (name, bytes) in SAMPLE {
        let path = out.join("data").join(name);
        // A link is none of ours, wherever it leads.
        let is_there = path.is_symlink() || path.exists();
        if is_there && (path.is_symlink() || std::fs::read(&path).ok().as_deref() != Some(*bytes)) {
            return taken(&path);
        }
    }
    if context.database.exists() {
        let (store, _) = context.open(Access::Read)?;
        let hashes: Vec<String> = SAMPLE
            .iter()
            .map(|(_, bytes)| quote_text(&hex(&Sha256::digest(bytes))))
            .collect();
        let others = store.count(&format!(
            "select count(*) from imports where sha256 not in ({})",
            hashes.join(", ")
        ))?;
        return if others > 0 {
            taken(&context.database)
        } else {
            Ok(())
        };
    }
    // Where the sample's files lie, what else is there is an earlier demo's, too.
    let is_a_demos = out.join("data").join(SAMPLE[0].0).exists();
    for folder in ["lists", "reports"] {
        let path = out.join(folder);
        if path.exists() && !is_a_demos {
            return taken(&path);
        }
    }
    Ok(())
}

/// Runs the main job on the files that the settings name, relative to the settings file.
///
/// # Errors
/// When no file is named, or any stage fails.
pub fn run(
    context: &Context,
    config: &Path,
    settings: &Settings,
    as_of: Option<NaiveDate>,
) -> Result<Made> {
    let base = config.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    if settings.run.files.is_empty() {
        return Err(Error::usage("no-files").with("path", config.display()));
    }
    let mut requests = Vec::new();
    for file in &settings.run.files {
        let mapping = file
            .mapping
            .as_ref()
            .map(|m| read_mapping(&base.join(m)))
            .transpose()?;
        requests.push(Request {
            path: base.join(&file.path),
            kind: file.kind.clone(),
            mapping,
            store: file.store.clone(),
            encoding: file.encoding.clone(),
            sheet: file.sheet.clone(),
            ..Request::default()
        });
    }
    main_job(
        context,
        &requests,
        &base.join(&settings.run.out),
        as_of,
        settings.lang,
    )
}

/// Reads a mapping file.
///
/// # Errors
/// When it is missing or not valid.
pub fn read_mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path)
        .map_err(|_| Error::usage("file-missing").with("file", path.display()))?;
    Mapping::parse(&text, &path.display().to_string())
}

fn main_job(
    context: &Context,
    requests: &[Request],
    out: &Path,
    as_of: Option<NaiveDate>,
    lang: Lang,
) -> Result<Made> {
    files::make_folder(out)?;
    let imported = import(context, requests, false)?;
    let (store, settings) = context.open(Access::Write)?;
    let scored = score_in(&store, &settings, as_of, &*context.progress)?;
    (context.progress)("list");
    let listed = list_in(
        &store,
        &settings,
        &out.join("lists"),
        Wanted {
            day: None,
            days: 1,
            capacity: None,
            per_caller: None,
            format: ListFormat::Xlsx,
            lang,
        },
    )?;
    (context.progress)("report");
    let folder = out.join("reports");
    let request = |kind| report::Request {
        kind,
        start: None,
        out: &folder,
        lang: Some(lang),
        formats: &[ReportFormat::Html],
        names_language: false,
    };
    let kinds = [report::PeriodKind::Month, report::PeriodKind::Year];
    let mut reported = report::reports_in(&store, &settings, &kinds.map(request))?.into_iter();
    let mut written = || reported.next().map(|r| r.report).unwrap_or_default();
    let (report, report_year) = (written(), written());
    let first_calls = listed
        .list
        .rows
        .iter()
        // Complaints and first calls are on the list; here stand those whom a call may keep.
        .filter(|row| row.rule.is_marketing())
        .take(FIRST_CALLS)
        .map(|row| FirstCall {
            name: super::explain::masked(
                "name",
                row.detail.customer_name.as_deref().unwrap_or("-"),
            ),
            plate: super::explain::masked("plate", row.detail.plate.as_deref().unwrap_or("-")),
            why: row
                .reasons
                .iter()
                .take(2)
                .map(|r| crate::i18n::reason(lang, r))
                .collect::<Vec<_>>()
                .join(" · "),
            value: row.value_at_stake,
        })
        .collect();
    context.close(store);
    Ok(Made {
        currency: settings.currency(),
        imported,
        scored,
        first_calls,
        list_rows: listed.list.rows.len(),
        withheld: listed.list.withheld.len(),
        list: listed.path,
        report,
        report_year,
        database: context.database.clone(),
    })
}
