//! Rows that a later row of the same number in the same file took the place of: the last one wins, and where it says
//! something else than the one before, whoever exports such files is told where.

use super::merge::Fates;
use crate::store::{Store, quote_text};
use crate::types::{Error, Result};

/// Pairs of lines that are kept of one file.
const LISTED: usize = 1000;

/// Rows of one file that another one with another content took the place of.
#[derive(Clone, Debug, Default)]
pub(super) struct Contradicted {
    /// How many.
    count: u64,
    /// The first ones: their place, and that of the one that stayed.
    places: Vec<(u64, u64)>,
}

impl Contradicted {
    /// Finds them in a table whose rows have a `key`, a `content_hash`, and a `place` that grows with the file's lines.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(super) fn find(store: &Store, table: &str, key: &str, place: &str) -> Result<Self> {
        store.run(&format!(
            "create or replace temp table contradicted as
             with kept as (
                 select {key} as k, max({place}) as kept, arg_max(content_hash, {place}) as content
                 from {table} group by 1 having count(*) > 1
             )
             select {place} as place, kept
             from {table} join kept on {key} = k
             where {place} < kept and content_hash is distinct from content"
        ))?;
        let listed = store.table(&format!(
            "select place, kept from contradicted order by place limit {LISTED}"
        ))?;
        let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let found = Self {
            count: store.count("select count(*) from contradicted")?,
            places: listed
                .iter()
                .map(|r| Ok((number(r.int("place")?), number(r.int("kept")?))))
                .collect::<Result<_>>()?,
        };
        store.run("drop table contradicted")?;
        Ok(found)
    }

    /// The same with lines for places; those whose lines are not known are counted and not listed.
    pub(super) fn at(mut self, line: impl Fn(u64) -> Option<u64>) -> Self {
        let places = std::mem::take(&mut self.places).into_iter();
        self.places = places
            .filter_map(|(place, kept)| Some((line(place)?, line(kept)?)))
            .collect();
        self
    }

    /// Notes them, places being lines, and counts them among the fates.
    ///
    /// # Errors
    /// When the engine refuses.
    pub(super) fn note(&self, store: &Store, import_id: u64, fates: &mut Fates) -> Result<()> {
        fates.contradicted += self.count;
        if self.count == 0 {
            return Ok(());
        }
        let lines = |of: fn(&(u64, u64)) -> u64| -> String {
            let lines: Vec<String> = self.places.iter().map(|p| of(p).to_string()).collect();
            lines.join(", ")
        };
        // Who they are of is filled in with the ledger's row.
        store.run(&format!(
            "insert into duplicates values ({import_id}, null, null, {}, [{}]::bigint[], [{}]::bigint[])",
            self.count,
            lines(|p| p.0),
            lines(|p| p.1),
        ))
    }
}

/// Writes to the note of an import whose it is, or takes it back where the import is no event; the parts of one file become
/// one row.
///
/// # Errors
/// When the engine refuses.
pub(super) fn settle(store: &Store, import_id: u64, of: Option<(&str, &str)>) -> Result<()> {
    let Some((file, kind)) = of else {
        return store.run(&format!(
            "delete from duplicates where import_id = {import_id}"
        ));
    };
    store.run(&format!(
        "create or replace temp table noted as
         select import_id, {} as file, {} as kind, sum(records)::bigint as records,
             flatten(list(lines order by lines)) as lines, flatten(list(kept_lines order by lines)) as kept_lines
         from duplicates where import_id = {import_id} group by import_id;
         delete from duplicates where import_id = {import_id};
         insert into duplicates from noted;
         drop table noted;",
        quote_text(file),
        quote_text(kind)
    ))
}

/// Which line each row of a table came from, where rows were appended in the order of a file: only where the lines do not
/// follow one another is anything kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// Places after which the lines go on from another one, and that line; in order.
    breaks: Vec<(u64, u64)>,
    rows: u64,
    /// Too many to be kept.
    lost: bool,
}

impl Lines {
    /// Breaks that are kept (16 MB).
    const MOST: usize = 1 << 20;

    /// The next rows came from these lines.
    ///
    /// # Errors
    /// When a line is negative.
    pub(super) fn follow(&mut self, lines: &[i64]) -> Result<()> {
        for line in lines {
            let line = u64::try_from(*line).map_err(Error::internal)?;
            let follows = self
                .breaks
                .last()
                .is_some_and(|(place, first)| first + (self.rows - place) == line);
            if !follows && !self.lost {
                self.lost = self.breaks.len() == Self::MOST;
                self.breaks.push((self.rows, line));
            }
            self.rows += 1;
        }
        Ok(())
    }

    /// The line of the row at a place, from 0.
    pub(super) fn of(&self, place: u64) -> Option<u64> {
        if self.lost || place >= self.rows {
            return None;
        }
        let after = self.breaks.partition_point(|(from, _)| *from <= place);
        let (from, line) = self.breaks.get(after.checked_sub(1)?)?;
        Some(line + (place - from))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_row_has_the_line_that_it_came_from(steps in prop::collection::vec(1..4_i64, 0..60), cut in 1..9_usize) {
            let lines: Vec<i64> = steps.iter().scan(1, |line, step| { *line += step; Some(*line) }).collect();
            let mut kept = Lines::default();
            for part in lines.chunks(cut) {
                kept.follow(part).unwrap();
            }
            for (place, line) in (0..).zip(&lines) {
                prop_assert_eq!(kept.of(place), u64::try_from(*line).ok());
            }
            prop_assert_eq!(kept.of(lines.len() as u64), None);
            prop_assert!(kept.breaks.len() <= 1 + steps.iter().filter(|s| **s > 1).count());
        }
    }
}
