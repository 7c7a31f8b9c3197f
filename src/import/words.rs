//! The few words that come again and again, looked up once a batch.

use std::collections::HashMap;

use crate::columns::{Synonyms, flag, fold};

/// Words looked up before in this batch: the same few come again and again.
#[derive(Default)]
pub(super) struct Words {
    /// By column.
    meanings: Vec<HashMap<String, Option<&'static str>>>,
    flags: HashMap<String, Option<bool>>,
}

impl Words {
    pub(super) fn meaning(
        &mut self,
        column: usize,
        words: &'static Synonyms,
        text: &str,
    ) -> Option<&'static str> {
        if self.meanings.len() <= column {
            self.meanings.resize_with(column + 1, HashMap::new);
        }
        let of_column = &mut self.meanings[column];
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

    /// Whether a customer number is nobody. Placeholders are short words; a number that cannot be one is not folded.
    pub(super) fn is_placeholder(placeholders: &[String], text: &str) -> bool {
        if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            // Nothing to fold but the case.
            let same = |p: &String| {
                p.len() == text.len()
                    && p.bytes()
                        .zip(text.bytes())
                        .all(|(a, b)| a == b.to_ascii_lowercase())
            };
            return placeholders.iter().any(same);
        }
        let longest = placeholders.iter().map(String::len).max().unwrap_or(0);
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        if text.len() > 3 * longest
            || (has_digit
                && !placeholders
                    .iter()
                    .any(|p| p.bytes().any(|b| b.is_ascii_digit())))
        {
            return false;
        }
        placeholders.contains(&fold(text))
    }
}
