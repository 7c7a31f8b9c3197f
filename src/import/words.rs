//! The few words that come again and again, looked up once a batch.

use std::collections::HashMap;

use crate::columns::{Synonyms, flag, fold};

/// Words looked up before in this batch: the same few come again and again.
#[derive(Default)]
pub(super) struct Words {
    meanings: HashMap<usize, HashMap<String, Option<&'static str>>>,
    flags: HashMap<String, Option<bool>>,
}

impl Words {
    pub(super) fn meaning(
        &mut self,
        column: usize,
        words: &'static Synonyms,
        text: &str,
    ) -> Option<&'static str> {
        let of_column = self.meanings.entry(column).or_default();
        if let Some(known) = of_column.get(text) {
            return *known;
        }
        let meaning = words.meaning(text);
        of_column.insert(text.to_owned(), meaning);
        meaning
    }

    pub(super) fn flag(&mut self, text: &str) -> Option<bool> {
        if let Some(known) = self.flags.get(text) {
            return *known;
        }
        let meaning = flag(text);
        self.flags.insert(text.to_owned(), meaning);
        meaning
    }

    /// Placeholders are short words; a number that cannot be one is not folded.
    pub(super) fn is_placeholder(placeholders: &[String], text: &str) -> bool {
        let longest = placeholders.iter().map(String::len).max().unwrap_or(0);
        text.len() <= 3 * longest && placeholders.contains(&fold(text))
    }
}
