//! The few words that come again and again, looked up once a batch; and the words that a shop has for them.

use std::collections::HashMap;

use crate::columns::{Column, KINDS, Kind, Synonyms, ValueType, flag, fold};
use crate::settings::WordTables;
use crate::types::{Error, Result};

/// A shop's own words for the columns of one kind of file, from its settings; they come before the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct OwnWords {
    /// By column: each word, folded, and our name for it.
    by_column: Vec<HashMap<String, String>>,
}

impl OwnWords {
    /// The words of a kind's columns.
    ///
    /// # Errors
    /// When the settings name a column or a meaning that there is not, or give one word two meanings.
    pub fn of(tables: &WordTables, kind: &Kind) -> Result<Self> {
        let mut by_column = vec![HashMap::new(); kind.columns.len()];
        for (name, meanings) in tables {
            let columns: Vec<&Column> = KINDS
                .iter()
                .filter_map(|k| k.column(name).map(|(_, column)| column))
                .filter(|c| meanings_of(c).is_some())
                .collect();
            if columns.is_empty() {
                return Err(Error::usage("words-no-column").with("column", name));
            }
            for meaning in meanings.keys() {
                // A name that several kinds have (kind, status) may mean something in one of them alone.
                let known = |c: &&Column| {
                    meanings_of(c).is_some_and(|m| m.is_empty() || m.contains(&meaning.as_str()))
                };
                if !columns.iter().any(known) {
                    let names: Vec<&str> = columns
                        .iter()
                        .filter_map(|c| meanings_of(c))
                        .flatten()
                        .collect();
                    return Err(Error::usage("words-no-meaning")
                        .with("column", name)
                        .with("meaning", meaning)
                        .with("known", names.join(", ")));
                }
            }
            let Some((at, column)) = kind.column(name) else {
                continue;
            };
            let Some(known) = meanings_of(column) else {
                continue;
            };
            for (meaning, words) in meanings {
                if !known.is_empty() && !known.contains(&meaning.as_str()) {
                    continue;
                }
                for word in words {
                    let before = by_column[at].insert(fold(word), meaning.clone());
                    if before.is_some_and(|b| b != *meaning) {
                        return Err(Error::usage("words-two-meanings")
                            .with("column", name)
                            .with("word", word));
                    }
                }
            }
        }
        Ok(Self { by_column })
    }

    /// Our name for a word, where the shop's own table has it.
    pub(super) fn meaning(&self, column: usize, text: &str) -> Option<&str> {
        let of_column = self.by_column.get(column)?;
        if of_column.is_empty() {
            return None;
        }
        of_column.get(&fold(text)).map(String::as_str)
    }
}

/// What the words of a column can mean: empty where anything, `None` where the column holds no words.
fn meanings_of(column: &Column) -> Option<Vec<&'static str>> {
    match column.value {
        ValueType::Word(words) => Some(words.0.iter().map(|(name, _)| *name).collect()),
        ValueType::Flag => Some(vec!["yes", "no"]),
        ValueType::Text => Some(Vec::new()),
        _ => None,
    }
}

/// Words looked up before in this batch: the same few come again and again.
#[derive(Default)]
pub(super) struct Words<'a> {
    /// By column.
    meanings: Vec<HashMap<String, Option<&'a str>>>,
    /// By column.
    flags: Vec<HashMap<String, Option<bool>>>,
}

impl<'a> Words<'a> {
    pub(super) fn meaning(
        &mut self,
        column: usize,
        words: &'static Synonyms,
        own: &'a OwnWords,
        text: &str,
    ) -> Option<&'a str> {
        if self.meanings.len() <= column {
            self.meanings.resize_with(column + 1, HashMap::new);
        }
        let of_column = &mut self.meanings[column];
        if let Some(known) = of_column.get(text) {
            return *known;
        }
        let meaning = own.meaning(column, text).or_else(|| words.meaning(text));
        of_column.insert(text.to_owned(), meaning);
        meaning
    }

    pub(super) fn flag(&mut self, column: usize, own: &OwnWords, text: &str) -> Option<bool> {
        if self.flags.len() <= column {
            self.flags.resize_with(column + 1, HashMap::new);
        }
        let of_column = &mut self.flags[column];
        if let Some(known) = of_column.get(text) {
            return *known;
        }
        let meaning = own
            .meaning(column, text)
            .map(|name| name == "yes")
            .or_else(|| flag(text));
        of_column.insert(text.to_owned(), meaning);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn own(text: &str) -> Result<OwnWords> {
        let tables: WordTables = toml::from_str(text).unwrap();
        OwnWords::of(&tables, Kind::named("work_orders").unwrap())
    }

    #[test]
    fn own_words_come_before_the_built_in_ones() {
        let own = own("[job_class]\nmaint = ['一级养护']\ninternal = ['保养']\n[is_comeback]\nyes = ['回']\nno = ['1']\n[source]\n'自来' = ['路过']\n").unwrap();
        let kind = Kind::named("work_orders").unwrap();
        let (class, column) = kind.column("job_class").unwrap();
        let ValueType::Word(words) = column.value else {
            panic!("no words");
        };
        let mut known = Words::default();
        for (text, meaning) in [
            (" 一级养护 ", Some("maint")),
            ("保养", Some("internal")),
            ("首保", Some("first_maint")),
            ("画符", None),
        ] {
            assert_eq!(known.meaning(class, words, &own, text), meaning, "{text}");
        }
        let (comeback, _) = kind.column("is_comeback").unwrap();
        assert_eq!(known.flag(comeback, &own, "回"), Some(true));
        assert_eq!(known.flag(comeback, &own, "1"), Some(false));
        assert_eq!(known.flag(comeback, &own, "是"), Some(true));
        let (source, _) = kind.column("source").unwrap();
        assert_eq!(own.meaning(source, "路过"), Some("自来"));
    }

    #[test]
    fn what_does_not_exist_is_named() {
        for (text, key) in [
            ("[job_clas]\nmaint = ['x']", "words-no-column"),
            ("[labour]\nmaint = ['x']", "words-no-column"),
            ("[job_class]\nmaintain = ['x']", "words-no-meaning"),
            (
                "[job_class]\nmaint = ['x']\ninternal = [' X']",
                "words-two-meanings",
            ),
        ] {
            assert_eq!(own(text).unwrap_err().key, key, "{text}");
        }
    }
}
