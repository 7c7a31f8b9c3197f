//! What became of one file, and its line in the ledger of imports.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::merge::Fates;
use super::plan::Plan;
use super::{Request, Tally};
use crate::store::{Store, quote_text};
use crate::types::{Error, Result};

/// What became of one file.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Outcome {
    /// File name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its kind.
    pub kind: String,
    /// Encoding of a text, such as `UTF-8` or `gb18030`.
    pub encoding: String,
    /// Sheet of a workbook that has several.
    pub sheet: Option<String>,
    /// Records read, without the header.
    pub records: u64,
    /// What became of those that were accepted.
    #[serde(flatten)]
    pub fates: Fates,
    /// Records refused.
    pub rejected: u64,
    /// The same by reason.
    pub rejected_by: BTreeMap<String, u64>,
    /// Characters that some program lost before the file was saved, and marked as lost (U+FFFD); they stay as they are.
    pub lost_characters: u64,
    /// Recognised columns: header in the file, canonical name.
    pub columns: Vec<(String, String)>,
    /// Of these, those that no header names but the values show.
    pub by_values: Vec<(String, String)>,
    /// Headers that nothing uses.
    pub unused: Vec<String>,
    /// Words that no synonym table knows: column, word, how often.
    pub unrecognised: Vec<(String, String, u64)>,
    /// The first refused rows, for a look: line, column, reason, masked value.
    pub examples: Vec<(u64, Option<String>, String, Option<String>)>,
}

impl Outcome {
    /// True where the file brought nothing new.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.fates.change_nothing()
    }

    /// What became of a file that was read.
    pub(super) fn of(plan: &Plan, sha256: String, fates: Fates, tally: Tally) -> Self {
        let layout = &plan.reading.layout;
        let by_values = layout
            .by_values
            .iter()
            .filter_map(|i| Some((layout.positions[*i]?, layout.kind.columns[*i].name)))
            .map(|(p, name)| (layout.headers[p].clone(), name.to_owned()))
            .collect();
        let columns = layout
            .kind
            .columns
            .iter()
            .zip(&layout.positions)
            .filter_map(|(c, p)| p.map(|p| (layout.headers[p].clone(), c.name.to_owned())))
            .collect();
        Self {
            file: plan.table.source.name.clone(),
            sha256,
            kind: layout.kind.name.to_owned(),
            encoding: plan.table.source.encoding.name().to_owned(),
            sheet: plan
                .table
                .sheet
                .as_ref()
                .filter(|s| s.of > 1)
                .map(|s| s.name.clone()),
            records: tally.records,
            fates,
            rejected: tally.rejected,
            rejected_by: tally.rejected_by,
            lost_characters: tally.lost_characters,
            columns,
            by_values,
            unused: layout.unused.clone(),
            unrecognised: tally
                .unrecognised
                .into_iter()
                .map(|((c, w), n)| (c, w, n))
                .collect(),
            examples: tally.examples,
        }
    }

    /// Writes it into the ledger.
    pub(super) fn record(
        &self,
        store: &Store,
        import_id: u64,
        request: &Request,
        today: NaiveDate,
    ) -> Result<()> {
        let mapping = match &request.mapping {
            Some(mapping) => toml::to_string(mapping).map_err(Error::internal)?,
            None => String::new(),
        };
        store.run(&format!(
        "insert into imports (import_id, file, sha256, kind, store_id, mapping, records, loaded, replaced, unchanged, \
         duplicate, rejected, removed, today, data_through) \
         select {import_id}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, date '{today}', \
         (select max(in_at)::date from orders)",
        quote_text(&self.file),
        quote_text(&self.sha256),
        quote_text(&self.kind),
        quote_text(request.store.as_deref().unwrap_or_default()),
        quote_text(&mapping),
        self.records,
        self.fates.loaded,
        self.fates.replaced,
        self.fates.unchanged,
        self.fates.duplicate,
        self.rejected,
        self.fates.removed,
    ))?;
        self.record_words(store, import_id)
    }

    /// Words without a meaning, the most frequent ones: whoever keeps the settings looks for them later too.
    fn record_words(&self, store: &Store, import_id: u64) -> Result<()> {
        let mut words: Vec<&(String, String, u64)> = self.unrecognised.iter().collect();
        words.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
        let rows: Vec<String> = words
            .iter()
            .take(WORDS)
            .map(|(column, word, times)| {
                let word: String = word.chars().take(WORD).collect();
                let texts = [&self.file, &self.kind, column, &word].map(|t| quote_text(t));
                format!("({import_id}, {}, {times})", texts.join(", "))
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        store.run(&format!(
            "insert into unrecognised values {}",
            rows.join(", ")
        ))
    }
}

/// Words that are kept of one file.
const WORDS: usize = 200;
/// Characters that are kept of a word.
const WORD: usize = 40;
