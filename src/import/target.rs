//! Where the rows of a file go: to the staging tables, or straight into the table where that is empty.

use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;

use super::mapping::Layout;
use super::merge::{self, Fates};
use super::people::Told;
use super::straight::Straight;
use crate::store::Store;
use crate::types::Result;

/// Where the rows of one file go.
pub(super) struct Target {
    pub(super) import_id: u64,
    /// The days between which the file is all there is.
    complete: Option<(NaiveDate, NaiveDate)>,
    /// The day of import.
    today: NaiveDate,
    /// The way into an empty table.
    straight: Option<Straight>,
    /// What the file said of people so far.
    told: Told,
}

impl Target {
    /// Where the rows of a file of that layout go.
    pub(super) fn new(
        store: &Store,
        layout: &Layout,
        import_id: u64,
        complete: Option<(NaiveDate, NaiveDate)>,
        today: NaiveDate,
    ) -> Result<Self> {
        // What a complete file lacks is told from its staging table.
        let straight = match complete {
            Some(_) => None,
            None => Straight::open(store, layout, import_id)?,
        };
        Ok(Self {
            import_id,
            complete,
            today,
            straight,
            told: Told::default(),
        })
    }

    /// Appends typed rows, in the order of the file.
    pub(super) fn append(&mut self, store: &Store, rows: Vec<RecordBatch>) -> Result<()> {
        let staged = match &mut self.straight {
            Some(straight) => straight.append(store, rows)?,
            None => rows,
        };
        store.append("temp.staged", staged)
    }

    /// Appends people of whom something new is said, in the order of the file.
    pub(super) fn append_people(&mut self, store: &Store, people: Vec<RecordBatch>) -> Result<()> {
        let news = people
            .iter()
            .map(|batch| self.told.news(batch))
            .collect::<Result<Vec<_>>>()?;
        store.append("temp.staged_people", news)
    }

    /// Everything was appended: what became of the rows.
    pub(super) fn settle(&mut self, store: &Store, layout: &Layout) -> Result<Fates> {
        self.told.finish(store)?;
        let merge = || merge::merge(store, layout, self.import_id, self.complete, self.today);
        let Some(straight) = &self.straight else {
            return merge();
        };
        let fates = straight.settle(store)?;
        if merge::is_empty(store, "staged")? {
            return Ok(fates);
        }
        Ok(fates + merge()?)
    }
}
