//! A believable after-sales department of any size: the exports that its systems would write, from a
//! simulation of vehicles, owners and advisers. One seed gives the same bytes on every machine and for
//! any number of threads.
//!
//! The lives are not drawn from the models that score them (see [`mod@life`]), so that a score that
//! does well here has found something out.

mod appointment;
mod bill;
mod block;
mod calendar;
mod car;
mod catalogue;
mod contact;
mod department;
mod identity;
mod layout;
mod leaving;
mod life;
mod order;
mod people;
mod plan;
mod policy;
mod random;
mod rows;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_content;
mod truth;
mod visit;
mod words;
mod world;

use chrono::NaiveDate;
use rayon::prelude::*;

use self::block::{BLOCK_VEHICLES, Block, MonthSum};
pub use self::layout::{EXPORTS, Export};
use self::rows::Rows;
use self::world::World;
use crate::types::{Lang, Result};

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateParams {
    /// Vehicles in the vehicle file.
    pub vehicles: u64,
    /// Equal seeds give equal bytes.
    pub seed: u64,
    /// First day of the exports.
    pub start: NaiveDate,
    /// Last day of the exports.
    pub end: NaiveDate,
    /// Also write what really became of each vehicle.
    pub truth: bool,
    /// Stores; with more than one, every file has a store column.
    pub stores: u32,
    /// Language of headers and coded values; names, addresses and items are always Chinese.
    pub lang: Lang,
}

/// Where the files go. Files are written in turns, each from its beginning to its end.
pub trait Sink {
    /// Appends bytes to the file of that name, which begins with the first call that names it.
    ///
    /// # Errors
    /// Where the bytes cannot be kept; the generation stops with that error.
    fn write(&mut self, file: &'static str, bytes: &[u8]) -> Result<()>;
}

/// How much was written to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// Name of the file.
    pub file: &'static str,
    /// Rows without the header.
    pub rows: u64,
    /// Bytes with the header.
    pub bytes: u64,
}

/// What was generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenerateSummary {
    /// One entry a file, in the order of [`EXPORTS`].
    pub files: Vec<FileSummary>,
}

impl GenerateSummary {
    /// Rows of that file; 0 where it was not written.
    #[must_use]
    pub fn rows(&self, export: Export) -> u64 {
        self.files
            .iter()
            .find(|file| file.file == export.file_name())
            .map_or(0, |file| file.rows)
    }
}

/// Writes the exports of a department to `sink`; `progress` hears how many vehicles are done.
///
/// # Errors
/// Where the period, the number of stores or of vehicles is out of range, or the sink fails.
pub fn generate(
    params: &GenerateParams,
    sink: &mut dyn Sink,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<GenerateSummary> {
    generate_in_batches(
        params,
        sink,
        progress,
        2 * rayon::current_num_threads() as u64,
    )
}

/// As [`generate`], with `batch` blocks in memory at a time.
fn generate_in_batches(
    params: &GenerateParams,
    sink: &mut dyn Sink,
    progress: &(dyn Fn(u64) + Sync),
    batch: u64,
) -> Result<GenerateSummary> {
    let world = World::new(params)?;
    let mut out = Output::new(&world, sink)?;
    let blocks = world.vehicles.div_ceil(BLOCK_VEHICLES);
    let mut months: Vec<Vec<MonthSum>> = vec![Vec::new(); world.stores.len()];
    let mut first = 0;
    while first < blocks {
        let last = (first + batch.max(1)).min(blocks);
        // Collected in order: which thread lived through a block cannot be seen in the output.
        let finished: Vec<Finished> = (first..last)
            .into_par_iter()
            .map(|index| Finished::new(Block::live(&world, index)))
            .collect();
        for block in finished {
            for (export, rows, bytes) in &block.files {
                out.append(*export, *rows, bytes)?;
            }
            add_months(&mut months, &block.months);
        }
        first = last;
        progress((first * BLOCK_VEHICLES).min(world.vehicles));
    }
    for (export, rows) in [
        (Export::Campaigns, department::campaigns(&world)),
        (Export::Targets, department::targets(&world, &months)),
        (
            Export::FinanceMonths,
            department::finance_months(&world, &months),
        ),
    ] {
        out.append(export, rows.len(), &rows.into_bytes())?;
    }
    Ok(out.summary)
}

/// A block as it will be written.
struct Finished {
    files: Vec<(Export, u64, Vec<u8>)>,
    months: Vec<Vec<MonthSum>>,
}

impl Finished {
    fn new(block: Block) -> Self {
        let file = |export, rows: Rows| (export, rows.len(), rows.into_bytes());
        Self {
            files: vec![
                file(Export::WorkOrders, block.work_orders),
                file(Export::Customers, block.customers),
                file(Export::Vehicles, block.vehicles),
                file(Export::WorkOrderLines, block.work_order_lines),
                file(Export::Appointments, block.appointments),
                file(Export::InsurancePolicies, block.insurance_policies),
                file(Export::Surveys, block.surveys),
                file(Export::Complaints, block.complaints),
                file(Export::FollowUps, block.follow_ups),
                file(Export::CampaignMembers, block.campaign_members),
                file(Export::WarrantyClaims, block.warranty_claims),
                file(Export::Truth, block.truth),
            ],
            months: block.months,
        }
    }
}

/// Whole hundredths, so that their sum does not depend on the order.
fn add_months(sums: &mut [Vec<MonthSum>], block: &[Vec<MonthSum>]) {
    for (sums, months) in sums.iter_mut().zip(block) {
        if sums.len() < months.len() {
            sums.resize(months.len(), MonthSum::default());
        }
        for (sum, month) in sums.iter_mut().zip(months) {
            sum.revenue += month.revenue;
            sum.cost += month.cost;
            sum.parts_cost += month.parts_cost;
        }
    }
}

/// The sink, and what went into it.
struct Output<'a> {
    sink: &'a mut dyn Sink,
    summary: GenerateSummary,
}

impl<'a> Output<'a> {
    /// Begins every file with its header.
    fn new(world: &World, sink: &'a mut dyn Sink) -> Result<Self> {
        let mut summary = GenerateSummary::default();
        for export in EXPORTS {
            if export == Export::Truth && !world.truth {
                continue;
            }
            let header = export.header(world.lang, world.many_stores());
            sink.write(export.file_name(), header.as_bytes())?;
            summary.files.push(FileSummary {
                file: export.file_name(),
                rows: 0,
                bytes: header.len() as u64,
            });
        }
        Ok(Self { sink, summary })
    }

    fn append(&mut self, export: Export, rows: u64, bytes: &[u8]) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        let name = export.file_name();
        self.sink.write(name, bytes)?;
        if let Some(file) = self.summary.files.iter_mut().find(|file| file.file == name) {
            file.rows += rows;
            file.bytes += bytes.len() as u64;
        }
        Ok(())
    }
}
